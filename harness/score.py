"""Scores that a standard asks for, computed from verdicts and declared figures; nobody types one.

Arithmetic is decimal and exact until the end. Every figure shown is then rounded once, half up, to two decimals:
the total from the exact sum, so parts as shown may differ from it in the last place; the band from the total as shown.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from harness.ledger import ScoreResult
from harness.model import Text, Verdict
from harness.nearest import nearest
from harness.requirement import Band, Impact, Score
from harness.rollup import NEUTRAL, UNDECIDED

#: Points that the figures of a score have among themselves: all at their best add up to this.
FULL_IMPACT = Decimal(100)
PASSED = Text("Items passed", "ข้อที่ผ่าน")
IMPACT = Text("Declared impact", "ผลกระทบที่แจ้ง")
ROUNDING = Text(
    "Rounded half up to two decimals, the total once, from the exact parts.",
    "ปัดเศษครึ่งขึ้นเป็นทศนิยมสองตำแหน่ง โดยปัดคะแนนรวมครั้งเดียวจากคะแนนย่อยที่ยังไม่ปัด",
)


def compute(
    id: str, standard: str, score: Score, verdicts: dict[str, Verdict], figures: dict[str, str] | None
) -> ScoreResult:
    """The score from the verdict of each item and the declared figures; None for `figures` that nobody declared.

    An item without a verdict is not covered. An item that does not apply is not passed and stays in the count.
    """
    items = tuple((item, verdicts.get(item, Verdict.NOT_COVERED)) for item in score.items)
    passed = sum(verdict is Verdict.PASS for _, verdict in items)
    reached = _share(score.passed_weight, score.points) * passed / len(items)
    impact = _impact(score, figures)
    missing = [*_open_items(items), *_figure_faults(score, figures)]
    total = None if missing or impact is None else _rounded(reached + impact)
    return ScoreResult(
        id=id,
        standard=standard,
        title=score.title,
        passed=passed,
        of=len(items),
        all_passed=passed == len(items),
        total=None if total is None else float(total),
        points=score.points,
        band=None if total is None else _band(score.bands, total * 100 / _exact(score.points)),
        parts=_parts(score, reached, impact),
        items=items,
        why=_joined(missing) if missing else None,
        confidence=score.confidence,
        note=_joined([*_neutral(items), *([score.note] if score.note else []), ROUNDING]),
    )


def _exact(number: float) -> Decimal:
    """The number as it was written, not as a binary fraction."""
    return Decimal(str(number))


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _share(weight: float, points: float) -> Decimal:
    """The points that a part of this weight (per cent) can give."""
    return _exact(weight) * _exact(points) / 100


def _parts(
    score: Score, reached: Decimal, impact: Decimal | None
) -> tuple[tuple[Text, float | None, float], ...]:
    """What each part gave so far; a part without weight is none."""
    rows: list[tuple[Text, Decimal | None, float]] = [(PASSED, reached, score.passed_weight)]
    if score.impact_weight:
        rows.append((IMPACT, impact, score.impact_weight))
    return tuple(
        (
            title,
            None if points is None else float(_rounded(points)),
            float(_rounded(_share(weight, score.points))),
        )
        for title, points, weight in rows
    )


def _impact(score: Score, figures: dict[str, str] | None) -> Decimal | None:
    """Exact points of the declared figures; None while one is missing or unknown."""
    if not score.impact_weight:
        return Decimal(0)
    if figures is None or any(_figure_faults(score, figures)):
        return None
    internal = sum((_exact(one.levels[figures[name]]) for name, one in score.impact.items()), Decimal(0))
    return _share(score.impact_weight, score.points) * internal / FULL_IMPACT


def _band(bands: tuple[Band, ...], per_cent: Decimal) -> Text | None:
    reached = [band for band in bands if per_cent >= _exact(band.at_least)]
    return max(reached, key=lambda band: band.at_least).title if reached else None


def _open_items(items: tuple[tuple[str, Verdict], ...]) -> Iterator[Text]:
    """Which items are not decided, by verdict."""
    for verdict in Verdict:
        names = ", ".join(item for item, found in items if found is verdict)
        if names and verdict in UNDECIDED:
            yield Text(f"Not decided ({verdict}): {names}.", f"ยังตัดสินไม่ได้ ({_THAI[verdict]}): {names}")


#: Undecided verdicts in Thai, as reports have them.
_THAI = {
    Verdict.ERROR: "เครื่องมือขัดข้อง",
    Verdict.INCONCLUSIVE: "สรุปไม่ได้",
    Verdict.NOT_RUN: "ไม่ได้ตรวจ",
    Verdict.NOT_COVERED: "ยังไม่ครอบคลุม",
    Verdict.NEEDS_REVIEW: "รอผู้พิจารณา",
}


def _neutral(items: tuple[tuple[str, Verdict], ...]) -> Iterator[Text]:
    names = [item for item, verdict in items if verdict in NEUTRAL]
    if names:
        n, of, listed = len(names), len(items), ", ".join(names)
        yield Text(
            f"{n} of {of} items do not apply ({listed}): they are not passed, and the count stays {of}.",
            f"มี {n} จาก {of} ข้อที่ไม่เกี่ยวข้อง ({listed}) จึงไม่นับว่าผ่าน และจำนวนข้อทั้งหมดยังคงเป็น {of} ข้อ",
        )


def _figure_faults(score: Score, figures: dict[str, str] | None) -> Iterator[Text]:
    """What is wrong with the declared figures, a sentence each; nothing where the score needs none."""
    if not score.impact_weight:
        return
    if not score.impact:
        yield Text(
            "The score weighs impact but names no figure of it.", "คะแนนนี้ถ่วงน้ำหนักผลกระทบแต่ไม่ได้กำหนดค่าที่ต้องแจ้ง"
        )
        return
    place = score.declared_in or "an attestation", score.declared_in or "คำรับรอง"
    if figures is None:
        listed = ", ".join(score.impact)
        yield Text(
            f"No figures ({listed}) are declared and in force in {place[0]}.",
            f"ยังไม่มีค่าที่แจ้งไว้และใช้ได้ใน {place[1]} ({listed})",
        )
        return
    for name, impact in score.impact.items():
        if name not in figures:
            yield Text(
                f"Figure `{name}` ({impact.title.en}) is missing in {place[0]}.",
                f"ขาดค่า `{name}` ({impact.title.th}) ใน {place[1]}",
            )
        elif figures[name] not in impact.levels:
            yield _unknown_level(name, figures[name], impact)
    for name in figures:
        if name not in score.impact:
            yield _unknown_figure(name, score)


def _unknown_level(name: str, level: str, impact: Impact) -> Text:
    known = ", ".join(impact.levels)
    return Text(
        f"Figure `{name}` is `{level[:80]}`; expected one of {known}.",
        f"ค่า `{name}` คือ `{level[:80]}` ซึ่งไม่รู้จัก ค่าที่ใช้ได้คือ {known}",
    )


def _unknown_figure(name: str, score: Score) -> Text:
    close = nearest(name, score.impact)
    known = ", ".join(score.impact)
    return Text(
        f"Figure `{name[:80]}` is unknown; "
        + (f"did you mean `{close}`?" if close else f"expected {known}."),
        f"ไม่รู้จักค่า `{name[:80]}` " + (f"ต้องการเขียนว่า `{close}` หรือไม่" if close else f"ค่าที่ใช้ได้คือ {known}"),
    )


def _joined(texts: list[Text]) -> Text:
    return Text(" ".join(text.en for text in texts), " ".join(text.th for text in texts))
