"""Times as a Thai committee reads them: Buddhist era and ISO side by side, Bangkok time and UTC."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from markupsafe import Markup, escape

from .foreign import bdi
from .words import Words

#: Thailand has had no daylight saving and no other offset since 1920.
BANGKOK = timezone(timedelta(hours=7))
#: The Buddhist era as Thailand counts it.
ERA = 543
#: Years from here on are written in the Buddhist era.
BUDDHIST_FROM = 2400


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


def calendar(words: Words, text: str) -> Markup:
    """Show a date on paper, YYYY-MM-DD, YYYY-MM or YYYY in either era, in both; what is none is shown as it is."""
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    if not found:
        return bdi(text)
    year, month, number = (int(part) if part else None for part in found.groups())
    assert year is not None
    year -= ERA if year >= BUDDHIST_FROM else 0
    try:
        at = date(year, month or 1, number or 1)
    except ValueError:
        return bdi(text)
    if number:
        return _day(words, at)
    if month:
        return words(
            "clock_month", month=escape(words.month(month)), be=str(year + ERA), iso=_whole(f"{at:%Y-%m}")
        )
    return words("clock_year", be=str(year + ERA), iso=str(year))


def _day(words: Words, at: date) -> Markup:
    values = {
        "day": str(at.day),
        "month": words.month(at.month),
        "be": str(at.year + ERA),
        "iso": f"{at:%Y-%m-%d}",
    }
    return words(
        "clock", **{name: escape(value) for name, value in values.items()} | {"iso": _whole(values["iso"])}
    )


def _whole(text: str) -> Markup:
    """Digits and hyphens that no line may break."""
    return Markup('<span class="nb">{}</span>').format(text)


def _parse(stamp: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(stamp)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        at.astimezone(BANGKOK)
    except (ValueError, OverflowError):
        return None
    return at
