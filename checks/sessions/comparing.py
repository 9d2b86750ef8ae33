"""Whether answers for a known and for unknown names can be told apart: by what they show, and by how long they take."""

from statistics import median
from typing import NamedTuple

from harness.model import Text
from harness.wording import both, joined

from .evidence import Reply, Telling
from .ranks import compare

#: From here on a sure difference in time is of use to anyone over any network (ours): nine pairs of ten, by so much.
_PLAIN_SHARE, _PLAIN_MILLISECONDS = 0.9, 50.0


class Found(NamedTuple):
    """`certain` decides; otherwise a person must look. `replies` show it."""

    certain: bool
    text: Text
    replies: tuple[Reply, ...] = ()


def usable(replies: tuple[Reply, ...], step: str | None = None) -> list[Reply]:
    """Answers that say something; the ones after the lock are 429 where the platform is honest."""
    return [
        r
        for r in replies
        if r.status is not None
        and r.status < 500
        and (r.status != 429 or r.step == "locked")
        and step in (None, r.step)
    ]


def by_face(telling: Telling) -> Found | None:
    """The first step at which the two kinds of answers differ steadily, or None."""
    doubt = None
    for step in dict.fromkeys(r.step for r in (*telling.known, *telling.unknown)):
        known, unknown = usable(telling.known, step), usable(telling.unknown, step)
        if len(known) < 2 or len(unknown) < 2:
            continue
        found = _differ(known, unknown, step, telling.difference)
        if found and found.certain:
            return found
        doubt = doubt or found
    return doubt


def _differ(known: list[Reply], unknown: list[Reply], step: str, words: str) -> Found | None:
    mine, theirs = {r.face for r in known}, {r.face for r in unknown}
    if mine & theirs:
        return None
    replies = (known[0], unknown[0])
    without = {f[:3] for f in mine}, {f[:3] for f in theirs}
    if len(mine) == len(theirs) == 1 or (
        len(without[0]) == len(without[1]) == 1 and not without[0] & without[1]
    ):
        return Found(True, _told(replies, step, words), replies)
    doubt = Text(
        "the words of the answers change each time ({step}), so a person must compare them",
        "ข้อความในคำตอบเปลี่ยนทุกครั้ง ({step}) จึงต้องให้บุคคลเปรียบเทียบ",
    )
    return Found(False, doubt.of({"step": both(step)}), replies)


def _told(replies: tuple[Reply, Reply], step: str, words: str) -> Text:
    known, unknown = replies
    parts = [
        _pair(name, a, b)
        for name, a, b in (
            (Text("status", "สถานะ"), known.status, unknown.status),
            (Text("leads to", "นำไปยัง"), known.place, unknown.place),
            (Text("cookies", "คุกกี้"), ",".join(known.cookies), ",".join(unknown.cookies)),
        )
        if a != b
    ]
    if known.words != unknown.words:
        parts.append(both(words or "other words"))
    return Text(
        "an existing account is answered otherwise than a name nobody has ({step}): {shown}",
        "บัญชีที่มีอยู่ได้รับคำตอบต่างจากชื่อที่ไม่มีอยู่ ({step}): {shown}",
    ).of({"step": both(step), "shown": joined(parts)})


def _pair(name: Text, a: object, b: object) -> Text:
    return Text(f"{name.en} {a or 'none'} / {b or 'none'}", f"{name.th} {a or 'ไม่มี'} / {b or 'ไม่มี'}")


def by_time(telling: Telling, confidence: float, milliseconds: float) -> Found | None:
    """A difference in time that is sure to `confidence` and of at least so many milliseconds, or None."""
    known = [r.milliseconds for r in usable(telling.known) if r.step != "locked"]
    unknown = [r.milliseconds for r in usable(telling.unknown) if r.step != "locked"]
    if not known or not unknown:
        return None
    found, gap = compare(known, unknown), median(known) - median(unknown)
    if found.p >= 1 - confidence or abs(gap) < milliseconds:
        return None
    share = max(found.larger, 1 - found.larger)
    plain = share >= _PLAIN_SHARE and abs(gap) >= _PLAIN_MILLISECONDS
    who = ("an existing account", "บัญชีที่มีอยู่") if gap > 0 else ("a name nobody has", "ชื่อที่ไม่มีอยู่")
    return Found(
        plain,
        Text(
            f"the answer for {who[0]} takes longer, by {abs(gap):.0f} ms in the median of {len(known)} and "
            f"{len(unknown)} tries ({share:.0%} of pairs, p = {found.p:.1g})",
            f"คำตอบสำหรับ{who[1]}ใช้เวลานานกว่า ค่ามัธยฐานต่างกัน {abs(gap):.0f} มิลลิวินาที จาก {len(known)} และ "
            f"{len(unknown)} ครั้ง (ร้อยละ {100 * share:.0f} ของคู่, p = {found.p:.1g})",
        ),
    )
