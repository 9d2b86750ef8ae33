"""moph-harness: security and conformance checks against a candidate health platform, and the report on them."""

from harness.version import VERSION

__all__ = ["__version__"]

__version__ = VERSION
