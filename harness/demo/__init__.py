"""A real loopback candidate platform: it conforms, and one switch per defect makes exactly one check fail."""

from harness.demo.defects import DEFECTS
from harness.demo.platform import DemoPlatform, serve_forever

__all__ = ["DEFECTS", "DemoPlatform", "serve_forever"]
