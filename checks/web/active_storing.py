"""What a browser may keep of protected data (HTTP-15)."""

import re

from msgspec.structs import replace

from harness.evidence import Exchange
from harness.model import Judgement, failed, passed
from harness.registry import Thai, check

from .active_baseline import control_of, ids, seen, undecided
from .active_evidence import ProtectedPages

#: One element of the list, quoted strings kept whole; cache-directive = token [ "=" ( token / quoted-string ) ],
#: RFC 9111 §5.2.
_ELEMENT = re.compile(r"(?:[^\",]|\"(?:[^\"\\]|\\.)*+\"?)++")
_DIRECTIVE = re.compile(
    r"\s*([!#$%&'*+.^_`|~\w-]{1,60})(?:=(?:\"[^\n]{0,500}\"|[^\s,\"]{0,200}))?\s*", re.ASCII
)


@check(
    "HTTP-15",
    title="Protected responses carry Cache-Control: no-store",
    severity="high",
    verifies=("ASVS 5.0.0-14.3.2", "RFC 9111 §5.2.2.5", "CWE-525"),
    remedy="Send Cache-Control: no-store with every response that holds data of a person, API answers included.",
    example="""
    # nginx, for the locations that need a login
    add_header Cache-Control "no-store" always;
    # Spring Security sends it by default: do not call headers().cacheControl().disable()
    """,
    thai=Thai(
        title="คำตอบที่ต้องเข้าสู่ระบบมีส่วนหัว Cache-Control: no-store",
        why="หากไม่สั่งห้ามเก็บ เบราว์เซอร์และพร็อกซีอาจบันทึกข้อมูลสุขภาพไว้ในเครื่อง ผู้ใช้คนถัดไปของเครื่องที่ใช้ร่วมกันในโรงพยาบาล"
        "อาจเปิดดูได้แม้ออกจากระบบแล้ว",
        remedy="ส่ง Cache-Control: no-store ในทุกคำตอบที่มีข้อมูลของบุคคล รวมถึงคำตอบของ API",
    ),
)
def protected_is_not_stored(found: ProtectedPages) -> Judgement:
    """Check that answers to a signed-in test identity forbid storing.

    Otherwise browsers and proxies may keep health data on disk, and the next user of a shared hospital
    computer opens it after the logout. The header is read by its grammar; nobody else must get the same page.
    """
    owned = [p for p in found.pages if good(p.owner)]
    bad = [p for p in owned if "no-store" not in _directives(p.owner)]
    if bad:
        return replace(
            failed(
                "no-store is missing: {what}",
                "ไม่มี no-store: {what}",
                what="; ".join(f"{p.path} has Cache-Control {_shown(p.owner)}" for p in bad[:5]),
            ),
            exchanges=ids(*(p.owner for p in bad)),
            assertions=len(owned),
        )
    if stop := not_protected(found):
        return stop
    return replace(
        passed(
            "no-store on all {count}: {paths}",
            "มี no-store ครบทั้ง {count} พาธ: {paths}",
            count=len(owned),
            paths=", ".join(p.path for p in owned),
        ),
        assertions=len(owned),
        control=control_of(found.pages[0].anonymous),
        exchanges=ids(*(p.owner for p in owned)),
    )


def not_protected(found: ProtectedPages) -> Judgement | None:
    """The positive control: the owner's answer worked and was the owner's alone, on every path."""
    for page in found.pages:
        if not good(page.owner):
            return undecided([f"{page.path}: no test identity was answered ({seen(page.owner)})"])
        if not page.anonymous.answered or (page.anonymous.status or 0) >= 500 or page.anonymous.status == 429:
            return undecided([f"{page.path} without a credential: {seen(page.anonymous)}"])
        if not page.markers:
            return undecided(
                [
                    f"{page.path}: the answer holds nothing that only its owner gets, so it may not be protected"
                ]
            )
    return None if found.pages else undecided(["no protected path"])


def good(exchange: Exchange) -> bool:
    """Whether a credential was accepted and data came back."""
    return exchange.answered and 200 <= (exchange.status or 0) < 300


def _directives(exchange: Exchange) -> set[str]:
    """Names of the well-formed directives of all Cache-Control lines; what is malformed is not believed."""
    parts = _ELEMENT.findall(",".join(exchange.values("cache-control"))[:4_000])
    return {found[1].lower() for part in parts if (found := _DIRECTIVE.fullmatch(part))}


def _shown(exchange: Exchange) -> str:
    values = exchange.values("cache-control")
    return f"`{', '.join(values)[:120]}`" if values else "absent"
