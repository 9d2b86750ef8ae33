"""The record of another patient, asked for with a token of one patient: by read, by search, by entries of a batch."""

from collections.abc import Iterator

from harness.experiment import Attempt, Experiment
from harness.model import Text

from .probe_smart_app import App
from .probe_smart_server import Seen, about

_NO_BATCH = Text(
    "rule: applies to FHIR servers that take batches or transactions; fact: this one lists neither and answers neither",
    "เงื่อนไข: ใช้กับเซิร์ฟเวอร์ FHIR ที่รับ batch หรือ transaction; ข้อเท็จจริง: เซิร์ฟเวอร์นี้ไม่ได้ระบุและไม่ตอบรับทั้งสองแบบ",
)


def context(app: App, there: Attempt) -> Experiment:
    """Read and search for the other patient in a dozen spellings (HL7 FHIR R4 §3.1.1.4)."""
    if not there.granted:
        return Experiment(control=there)
    other = about(app.flow.fhir.other_patient)
    attempts = tuple(seen.attempt(name, other) for name, seen in _asked(app))
    return Experiment(control=app.held.control, attempts=attempts, after=app.held.again())


def _asked(app: App) -> Iterator[tuple[str, Seen]]:
    token, fhir = app.held.tokens.access, app.flow.fhir
    mine, other = fhir.patient, fhir.other_patient
    places = {
        "read the other Patient": f"Patient/{other}",
        "search Patient by _id": f"Patient?_id={other}",
        "search Patient by _id, both": f"Patient?_id={mine},{other}",
        "search by patient": f"Observation?patient={other}",
        "search by patient, both": f"Observation?patient={mine},{other}",
        "search by patient with its type": f"Observation?patient=Patient/{other}",
        "search by patient in full": f"Observation?patient={app.flow.base}/Patient/{other}",
        "search by subject": f"Observation?subject=Patient/{other}",
        "search by subject:Patient": f"Observation?subject:Patient={other}",
        "search by patient, own and other": f"Observation?patient={mine}&subject=Patient/{other}",
        "search without a patient": "Observation",
        "search in the other's compartment": f"Patient/{other}/Observation",
    }
    for name, place in places.items():
        yield name, app.server.get(place, token, name)
    name = "search by POST"
    yield name, app.server.search("Observation", f"subject=Patient/{other}", token, name)


def batch(app: App, there: Attempt) -> Experiment:
    """Entries that read the other patient between entries that read the own one (HL7 FHIR R4 §3.1.0.11)."""
    if not there.granted:
        return Experiment(control=there)
    controls = {kind: _bundle(app, kind, own=True) for kind in ("batch", "transaction")}
    working = {kind: one for kind, one in controls.items() if one.granted}
    if not working:
        return _without(app, tuple(controls.values()))
    attempts = tuple(_bundle(app, kind, own=False) for kind in working)
    return Experiment(control=next(iter(working.values())), attempts=attempts)


def _bundle(app: App, kind: str, *, own: bool) -> Attempt:
    fhir = app.flow.fhir
    mine, other = f"Patient/{fhir.patient}", fhir.other_patient
    places = [mine] if own else [mine, f"Patient/{other}", f"Observation?patient={other}"]
    name = f"{kind} of the own record" if own else f"{kind} with entries of the other patient"
    seen = app.server.bundle(kind, places, app.held.tokens.access, name)
    return seen.attempt(name, about(fhir.patient if own else other))


def _without(app: App, controls: tuple[Attempt, ...]) -> Experiment:
    """No batch worked: not offered where the capabilities name none and both were refused."""
    seen = app.server.get("metadata", app.held.tokens.access, "capabilities")
    named = seen.holds(_takes_batches)
    if (
        named is False
        and (seen.exchange.status or 0) == 200
        and all(one.granted is False for one in controls)
    ):
        return Experiment(not_offered=_NO_BATCH)
    return Experiment(control=controls[0])


def _takes_batches(statement: dict[str, object]) -> bool:
    rest = statement.get("rest")
    found = [
        one.get("interaction") for one in (rest if isinstance(rest, list) else ()) if isinstance(one, dict)
    ]
    listed = [i for several in found if isinstance(several, list) for i in several if isinstance(i, dict)]
    return any(one.get("code") in ("batch", "transaction") for one in listed)
