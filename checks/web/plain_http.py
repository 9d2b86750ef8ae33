"""Plain HTTP: pages send visitors to HTTPS at once, the API does not answer at all."""

from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from harness.evidence import Cause, Exchange
from harness.model import Fault, Judgement, Text, failed, not_applicable, passed
from harness.registry import Thai, check

from .pages_evidence import SitePages
from .responses import clip, ids, labelled, undecided, unusable, where

_REDIRECTS = (301, 302, 303, 307, 308)
#: Answers that refuse plain HTTP. The control shows that the same client is not refused over HTTPS, so that
#: even a 403 is meant for the scheme and not for us.
_REFUSALS = (400, 403, 404, 405, 410, 421, 426)


def closed(exchange: Exchange) -> bool:
    """Whether the port refused the connection; silence is not a refusal."""
    return exchange.fault is Cause.UNREACHABLE and "refused" in exchange.detail.lower()


def _alive(pages: SitePages) -> Exchange | None:
    """The control: the same host answers over HTTPS."""
    answering = (e for e in labelled(pages, "document", "api", "redirect") if not unusable(e))
    return next((e for e in answering if e.status != 403 and e.url.lower().startswith("https:")), None)


def _unknown(exchange: Exchange) -> Judgement:
    if exchange.fault is Cause.OUT_OF_SCOPE:
        scope = Text(
            "port 80 is outside the scope; add it under scope.ports",
            "พอร์ต 80 อยู่นอกขอบเขต ให้เพิ่มใน scope.ports",
        )
        return replace(undecided(scope, [exchange]), fault=Fault.CONFIGURATION)
    why = unusable(exchange) or Text(f"answered {exchange.status}", f"ตอบรหัส {exchange.status}")
    return undecided(
        Text(f"plain HTTP: {why.en}, which does not tell", f"HTTP ที่ไม่เข้ารหัส: {why.th} จึงตัดสินไม่ได้"), [exchange]
    )


@check(
    "HTTP-01",
    title="Port 80 is closed or sends visitors to HTTPS on the same host at once",
    severity="medium",
    verifies=("ASVS 5.0.0-12.2.1", "ASVS 5.0.0-4.1.2", "RFC 6797 §7.2"),
    remedy="Redirect every page from port 80 to https:// on the same host in the first step, or close the port.",
    example="""
        # nginx
        server { listen 80; server_name portal.example.go.th; return 308 https://portal.example.go.th$request_uri; }
    """,
    thai=Thai(
        title="พอร์ต 80 ปิดอยู่ หรือส่งผู้ใช้ไปยัง HTTPS ของโฮสต์เดียวกันทันที",
        why="หน้าที่ให้บริการผ่าน HTTP ถูกอ่านและแก้ไขได้ระหว่างทาง การเปลี่ยนเส้นทางต้องไปยัง https ของโฮสต์เดียวกันก่อน "
        "เพราะเบราว์เซอร์จะจดจำ HSTS ของโฮสต์นั้นได้ต่อเมื่อได้พบกันผ่าน HTTPS",
        remedy="เปลี่ยนเส้นทางทุกหน้าจากพอร์ต 80 ไปยัง https:// ของโฮสต์เดียวกันในขั้นแรก หรือปิดพอร์ต",
    ),
)
def http_leads_to_https(pages: SitePages) -> Judgement:
    """Nothing may be read or changed on the way.

    What is served over plain HTTP can be read and rewritten by anyone between. The first redirect must lead to
    https on the same host: only then does the browser meet that host's HSTS. A refused connection or a refusal
    (403, 404, 426 …) is as good; silence and 5xx do not tell. The control is the same host answering over HTTPS.
    """
    chain, alive = labelled(pages, "plain"), _alive(pages)
    if not chain or alive is None:
        return undecided(
            Text("plain HTTP or its HTTPS control was not recorded", "ไม่มีหลักฐานของ HTTP หรือ HTTPS ที่ใช้เทียบ"),
            chain,
        )
    first = chain[0]
    control = alive.id or where(alive)
    if closed(first):
        good = passed("port 80 refuses connections", "พอร์ต 80 ปฏิเสธการเชื่อมต่อ")
    elif first.answered and first.status in _REFUSALS:
        good = passed(
            "plain HTTP is refused with {status}", "HTTP ถูกปฏิเสธด้วยรหัส {status}", status=first.status
        )
    elif first.answered and first.status in _REDIRECTS:
        return _led(chain, control)
    elif first.answered and 200 <= (first.status or 0) < 300:
        bad = failed(
            "plain HTTP answers {status} with content",
            "HTTP ที่ไม่เข้ารหัสตอบรหัส {status} พร้อมเนื้อหา",
            status=first.status,
        )
        return replace(bad, exchanges=ids(chain))
    else:
        return _unknown(first)
    return replace(good, exchanges=ids(chain), control=control)


def _led(chain: tuple[Exchange, ...], control: str) -> Judgement:
    first = chain[0]
    if not _upgrades(first):
        bad = failed(
            "the first redirect leads to `{place}`, not to https on the same host",
            "การเปลี่ยนเส้นทางครั้งแรกไปที่ `{place}` ไม่ใช่ https ของโฮสต์เดียวกัน",
            place=clip(first.value("location") or "", 100),
        )
        return replace(bad, exchanges=ids(chain))
    back = next((e for e in chain[1:] if e.url.lower().startswith("http:")), None)
    if back:
        bad = failed(
            "a later redirect leads back to plain HTTP at `{place}`",
            "การเปลี่ยนเส้นทางต่อมากลับไปยัง HTTP ที่ `{place}`",
            place=clip(back.url, 100),
        )
        return replace(bad, exchanges=ids(chain))
    good = passed(
        "{status} to https on the same host",
        "เปลี่ยนเส้นทาง {status} ไปยัง https ของโฮสต์เดียวกัน",
        status=first.status,
    )
    return replace(good, exchanges=ids(chain), control=control)


def _upgrades(first: Exchange) -> bool:
    """Whether the redirect leads to https on the same host; a Location that is no URL leads nowhere."""
    try:
        there = urlsplit(urljoin(first.url, first.value("location") or ""))
        _ = there.port
    except ValueError:
        return False
    return there.scheme == "https" and there.hostname == urlsplit(first.url).hostname


@check(
    "HTTP-02",
    title="The API refuses plain HTTP instead of redirecting it",
    severity="medium",
    verifies=("ASVS 5.0.0-4.1.2", "ASVS 5.0.0-12.2.1"),
    remedy="Answer 403 (or close the port) for API paths on plain HTTP; redirect only pages that people open.",
    example="""
        # nginx
        server {
          listen 80; server_name api.example.go.th;
          location /api/ { return 403; }
          location /     { return 308 https://$host$request_uri; }
        }
    """,
    thai=Thai(
        title="API ปฏิเสธ HTTP ที่ไม่เข้ารหัส แทนการเปลี่ยนเส้นทาง",
        why="โปรแกรมที่ตั้งค่าผิดเป็น http:// จะส่งโทเคนและข้อมูลผู้ป่วยแบบไม่เข้ารหัสในคำขอแรกเสมอ "
        "หากระบบเปลี่ยนเส้นทางให้ โปรแกรมจะทำงานต่อได้และไม่มีใครสังเกตว่าข้อมูลรั่วทุกครั้ง การปฏิเสธทำให้พบข้อผิดพลาดทันที",
        remedy="ตอบ 403 (หรือปิดพอร์ต) กับเส้นทาง API บน HTTP และเปลี่ยนเส้นทางเฉพาะหน้าที่คนเปิดดู",
    ),
)
def api_refuses_http(pages: SitePages) -> Judgement:
    """A redirect hides the leak.

    A program set up with http:// sends its token and the patient's data in clear with every first request. If
    the platform redirects, everything seems to work and nobody notices; a refusal shows the mistake at once.
    Sent: a request with a made-up bearer token. 401 over plain HTTP is a failure: the API read the token. The
    control is the same path over HTTPS, which must exist.
    """
    found = labelled(pages, "plain-api")
    if not found and not labelled(pages, "api"):
        return not_applicable(
            "the rule is for APIs; this component declares no API path",
            "ข้อนี้ใช้กับ API แต่องค์ประกอบนี้ไม่ได้ระบุเส้นทาง API",
        )
    if not found:
        return undecided(Text("plain HTTP was not tried", "ไม่มีหลักฐานการเรียกผ่าน HTTP"))
    one = found[0]
    if one.answered and (200 <= (one.status or 0) < 300 or one.status in (*_REDIRECTS, 401)):
        return replace(_served(one), exchanges=ids(found))
    return _refused(pages, one)


def _refused(pages: SitePages, one: Exchange) -> Judgement:
    """A pass for a closed port or a refusal, if the same path shows over HTTPS that it is there and open to us."""
    known = (e for e in labelled(pages, "api") if not unusable(e) and e.status not in (404, 410))
    control = next((e for e in known if e.status != 403 or closed(one)), None)
    if not closed(one) and not (one.answered and one.status in _REFUSALS):
        return _unknown(one)
    if control is None:
        return undecided(
            Text(
                "the API path is absent or blocked over HTTPS too, so a refusal proves nothing",
                "เส้นทาง API ไม่มีหรือถูกปิดกั้นแม้ผ่าน HTTPS การปฏิเสธจึงไม่ได้พิสูจน์อะไร",
            ),
            [one],
        )
    if closed(one):
        good = passed("port 80 refuses connections", "พอร์ต 80 ปฏิเสธการเชื่อมต่อ")
    else:
        good = passed("plain HTTP is refused with {status}", "HTTP ถูกปฏิเสธด้วยรหัส {status}", status=one.status)
    return replace(good, exchanges=ids([one]), control=control.id or where(control))


def _served(one: Exchange) -> Judgement:
    if one.status in _REDIRECTS:
        return failed(
            "plain HTTP is redirected ({status} to `{place}`)",
            "HTTP ถูกเปลี่ยนเส้นทาง ({status} ไปยัง `{place}`)",
            status=one.status,
            place=clip(one.value("location") or "", 80),
        )
    return failed(
        "the API answers {status} over plain HTTP",
        "API ตอบรหัส {status} ผ่าน HTTP ที่ไม่เข้ารหัส",
        status=one.status,
    )
