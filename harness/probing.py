"""One probe on one subject: from consent to envelope. Used by the main process and by the worker alike."""

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from harness.evidence import Cause, Envelope, Evidence, Missing
from harness.model import Footprint, Text
from harness.registry import ProbeSpec
from harness.scope import Gatekeeper, Names
from harness.target import Subject, Target
from harness.version import VERSION
from harness.wire import Wire, WireError, missing


@dataclass(frozen=True)
class Surroundings:
    """What every probe of a run shares."""

    target: Target
    names: Names
    gate: Gatekeeper
    credentials: dict[str, str]
    salt: bytes


def run_probe(spec: ProbeSpec, subject: Subject, around: Surroundings) -> Envelope:
    """Run one probe and wrap what it yields; whatever goes wrong becomes Missing evidence with its cause."""
    refused = spec.danger - around.target.scope.dangers
    if refused:
        return envelope(spec, subject.id, _no_consent(refused))
    with Wire(
        around.target,
        around.names,
        around.gate,
        prefix=f"{spec.name}@{subject.id}",
        seconds=spec.seconds,
        credentials=around.credentials,
        salt=around.salt,
    ) as wire:
        return envelope(spec, subject.id, _clean(_collected(spec, subject, wire), wire), wire.footprint)


def _collected(spec: ProbeSpec, subject: Subject, wire: Wire) -> Evidence | Missing:
    try:
        return spec.collect(subject, wire)
    except WireError as refused:
        return missing(refused)
    except Exception as bug:  # noqa: BLE001 — a probe that breaks is missing evidence, never the end of the run
        words = f"{spec.name}: {type(bug).__name__}: {bug}"
        return Missing(
            Cause.CRASH, Text(f"the probe itself broke: {words}", f"ตัวเก็บหลักฐานเกิดข้อผิดพลาด: {words}")
        )


def _clean(found: Evidence | Missing, wire: Wire) -> Evidence | Missing:
    """The reason of missing evidence may quote the platform, so it is redacted like an exchange."""
    if isinstance(found, Missing):
        return replace(found, reason=Text(wire.redacted(found.reason.en), wire.redacted(found.reason.th)))
    return found


def envelope(
    spec: ProbeSpec, subject: str, value: Evidence | Missing, footprint: tuple[Footprint, ...] = ()
) -> Envelope:
    """Wrap evidence, or the reason for its absence, with who collected it and when."""
    gone = isinstance(value, Missing)
    return Envelope(
        schema=spec.evidence.__name__,
        probe=spec.name,
        subject=subject,
        collected_at=datetime.now(UTC).isoformat(timespec="seconds"),
        harness=VERSION,
        value=msgspec.Raw(b"null" if gone else msgspec.json.encode(value)),
        missing=value if isinstance(value, Missing) else None,
        footprint=footprint,
    )


def _no_consent(refused: frozenset[str]) -> Missing:
    classes = ", ".join(sorted(refused))
    return Missing(
        Cause.NO_CONSENT,
        Text(
            f"the scope does not allow the danger class {classes}; add it under scope.dangers",
            f"ขอบเขตการทดสอบไม่อนุญาตการทดสอบประเภทเสี่ยง {classes} ให้เพิ่มใน scope.dangers",
        ),
    )


def timed_out(spec: ProbeSpec, subject: str, seconds: float) -> Envelope:
    """The envelope of a probe that did not come back within its bound."""
    reason = Text(
        f"the probe did not finish within {seconds:.0f} s and was abandoned",
        f"การเก็บหลักฐานไม่เสร็จภายใน {seconds:.0f} วินาทีจึงถูกยกเลิก",
    )
    return envelope(spec, subject, Missing(Cause.TIMEOUT, reason))
