"""Waivers: failures accepted for a time, by name. They lie over a verdict and never edit it. The words only."""

from typing import Annotated

from msgspec import Meta, Struct


class Waiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One accepted failure: `check` on `subject` (as the report names it), from `issued` until `expires`, a year at most.

    Dates are ISO 8601, or have a Buddhist-era year. `approver` is another person than `owner`.
    """

    check: str
    subject: str
    owner: Annotated[str, Meta(min_length=1)]
    approver: Annotated[str, Meta(min_length=1)]
    reason: Annotated[str, Meta(min_length=10)]
    issued: str
    expires: str


class WaiverFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A waiver file: waivers by an id of the author's choosing."""

    waivers: dict[str, Waiver]
