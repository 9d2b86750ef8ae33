"""By what an export shows that it is there, set against made-up operations beside it."""

from harness.model import Text

from .evidence import Search, Trial
from .signatures import MANIFEST, NAMES_EXPORT, OUTCOME, READS_PARAMETERS, fhir_type, ndjson_type


def named(search: Search | None) -> list[tuple[Trial, Text]]:
    """The capability statements and SMART configurations that name an export."""
    words = Text("names bulk export", "ระบุการส่งออกข้อมูลจำนวนมาก")
    return [(trial, words) for trial in every(search) if NAMES_EXPORT in trial.marks]


def served(search: Search | None) -> list[tuple[Trial, Text]]:
    """The places that show themselves as exports, and by what."""
    return [(t, how) for t in every(search) if search and (how := _how_served(t, search))]


def _how_served(trial: Trial, search: Search) -> Text | None:
    """By what an `$export` shows that it is one; what a made-up operation gets as well shows nothing."""
    if not trial.last.answered or any(_alike(trial, beside) for beside in search.baselines):
        return None
    status, usual = trial.last.status, {mark for b in search.baselines for mark in b.marks}
    fresh = set(trial.marks) - usual
    if started(trial):
        return Text(
            "took an export job on (202 with Content-Location)", "รับงานส่งออกข้อมูล (202 พร้อม Content-Location)"
        )
    if MANIFEST in fresh or (status == 200 and ndjson_type(trial.last)):
        return Text("answered with an export", "ตอบด้วยข้อมูลส่งออก")
    if status in (401, 403) and (OUTCOME in trial.marks or fhir_type(trial.last)):
        return Text(
            f"refused an export with a FHIR answer ({status})", f"ปฏิเสธการส่งออกด้วยคำตอบแบบ FHIR ({status})"
        )
    if READS_PARAMETERS in fresh:
        return Text(
            f"refused the parameters of an export ({status})", f"ปฏิเสธพารามิเตอร์ของการส่งออก ({status})"
        )
    return None


def odd(trial: Trial, search: Search) -> bool:
    """Whether `$export` is answered unlike a made-up operation, and by something that speaks FHIR or takes jobs."""
    if any(_alike(trial, beside) for beside in search.baselines):
        return False
    return OUTCOME in trial.marks or fhir_type(trial.last) or trial.last.status == 202


def _alike(one: Trial, other: Trial) -> bool:
    return (
        one.last.status == other.last.status and one.marks == other.marks and started(one) == started(other)
    )


def started(trial: Trial) -> bool:
    """Whether a job was taken on (RFC 7240 §4.1)."""
    return trial.last.answered and trial.last.status == 202 and bool(trial.last.value("content-location"))


def exported(trial: Trial) -> bool:
    """Whether the answer is that of an export: a job, its manifest or a file of it."""
    return started(trial) or MANIFEST in trial.marks or (trial.last.answered and ndjson_type(trial.last))


def every(search: Search | None) -> tuple[Trial, ...]:
    """The trials of a search, none where there was none."""
    return search.trials if search else ()
