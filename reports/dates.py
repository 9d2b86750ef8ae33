"""Times as a Thai committee reads them: Buddhist era and ISO side by side, Bangkok time and UTC."""

from datetime import UTC, datetime, timedelta, timezone

from markupsafe import Markup, escape

from .foreign import bdi
from .words import Words

#: Thailand has had no daylight saving and no other offset since 1920.
BANGKOK = timezone(timedelta(hours=7))
#: The Buddhist era as Thailand counts it.
ERA = 543


def moment(words: Words, stamp: str) -> Markup:
    """Show an ISO 8601 time in both calendars and both zones; what is no time is shown as it is."""
    at = _parse(stamp)
    if at is None:
        return bdi(stamp)
    local, utc = at.astimezone(BANGKOK), at.astimezone(UTC)
    other = f"{utc:%H:%M:%S}" if utc.date() == local.date() else f"{utc:%Y-%m-%d %H:%M:%S}"
    time = words("clock_time", local=escape(f"{local:%H:%M:%S}"), utc=escape(other))
    return Markup('<time datetime="{}">{} <span class="clock">{}</span></time>').format(
        f"{utc:%Y-%m-%dT%H:%M:%SZ}", _day(words, local), time
    )


def day(words: Words, stamp: str) -> Markup:
    """Show the Bangkok date of an ISO 8601 time in both calendars."""
    at = _parse(stamp)
    if at is None:
        return bdi(stamp)
    local = at.astimezone(BANGKOK)
    return Markup('<time datetime="{}">{}</time>').format(f"{local:%Y-%m-%d}", _day(words, local))


def _day(words: Words, at: datetime) -> Markup:
    values = {
        "day": str(at.day),
        "month": words.month(at.month),
        "be": str(at.year + ERA),
        "iso": f"{at:%Y-%m-%d}",
    }
    return words("clock", **{name: escape(value) for name, value in values.items()})


def _parse(stamp: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(stamp)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        at.astimezone(BANGKOK)
    except (ValueError, OverflowError):
        return None
    return at
