"""Cookies: how they are protected against theft, against other sites and against other hosts."""

from harness.evidence import Exchange
from harness.model import Judgement, Text
from harness.registry import Thai, check

from .cookie_judging import judge_cookies
from .pages_evidence import SitePages
from .responses import clip
from .setcookie import Cookie, refused


def _is_session(cookie: Cookie) -> bool:
    return cookie.kind in ("session", "opaque")


@check(
    "CK-01",
    title="Every cookie is marked Secure",
    severity="medium",
    verifies=("RFC 6265bis §5.7", "ASVS 5.0.0-3.3.1", "CWE-614"),
    remedy="Add the Secure attribute to every cookie.",
    example="""
        Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
    """,
    thai=Thai(
        title="คุกกี้ทุกตัวกำหนด Secure",
        why="คุกกี้ที่ไม่มี Secure จะถูกส่งไปกับคำขอ HTTP ที่ไม่เข้ารหัสด้วย ผู้ที่อยู่ในเครือข่ายเดียวกัน "
        "เพียงหลอกให้เบราว์เซอร์เปิด http:// ของระบบครั้งเดียวก็ได้รหัสเซสชันของผู้ใช้ไป",
        remedy="เพิ่มแอตทริบิวต์ Secure กับคุกกี้ทุกตัว",
    ),
)
def cookies_secure(pages: SitePages) -> Judgement:
    """A cookie without Secure also travels in clear.

    Someone on the same network only has to make the browser open one http:// address of the platform to be
    handed the session. ASVS asks Secure of every cookie, so every Set-Cookie of every HTTPS response to an
    anonymous visitor is judged; cookies set after sign-in are not seen here.
    """
    return judge_cookies(
        pages,
        lambda _: True,
        lambda _, c: None if c.has("secure") else Text("is not Secure", "ไม่มี Secure"),
        Text("Secure on {names}", "มี Secure ครบ: {names}"),
    )


@check(
    "CK-02",
    title="Session cookies cannot be read by scripts",
    severity="medium",
    verifies=("RFC 6265bis §5.7", "ASVS 5.0.0-3.3.4", "CWE-1004"),
    remedy="Add the HttpOnly attribute to every cookie that identifies a session.",
    example="""
        Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
    """,
    thai=Thai(
        title="สคริปต์อ่านคุกกี้เซสชันไม่ได้",
        why="สคริปต์แปลกปลอมที่หลุดเข้ามาในหน้าเว็บจะส่งรหัสเซสชันออกไปให้ผู้โจมตีใช้จากเครื่องของตนได้ทันที "
        "HttpOnly ทำให้สคริปต์มองไม่เห็นคุกกี้นั้น",
        remedy="เพิ่มแอตทริบิวต์ HttpOnly กับคุกกี้ทุกตัวที่ระบุตัวเซสชัน",
    ),
)
def session_cookies_httponly(pages: SitePages) -> Judgement:
    """Keep an injected script from carrying the session away.

    With HttpOnly the page's scripts cannot see the cookie. Session cookies are told by name (session, sid,
    auth, token …); one with another name and a value of 16 characters or more may be one and is left to a
    person; tokens against request forgery and measuring cookies are meant to be read.
    """
    return judge_cookies(
        pages,
        _is_session,
        lambda _, c: (
            Text("is not HttpOnly", "ไม่มี HttpOnly") if c.kind == "session" and not c.has("httponly") else None
        ),
        Text("HttpOnly on {names}", "มี HttpOnly ครบ: {names}"),
        lambda c: (
            None
            if c.has("httponly")
            else Text("is not HttpOnly; is it a session?", "ไม่มี HttpOnly เป็นคุกกี้เซสชันหรือไม่")
        ),
    )


def _same_site(_: Exchange, cookie: Cookie) -> Text | None:
    state = cookie.same_site
    if state == "":
        return Text("has no SameSite", "ไม่มี SameSite")
    if state == "?":
        shown = clip(cookie.attributes["samesite"], 40)
        return Text(
            f"has SameSite `{shown}`, which browsers do not know", f"มี SameSite `{shown}` ที่เบราว์เซอร์ไม่รู้จัก"
        )
    if state == "none" and not cookie.has("secure"):
        return Text(
            "has SameSite=None without Secure, browsers refuse it",
            "มี SameSite=None แต่ไม่มี Secure เบราว์เซอร์จะไม่รับ",
        )
    return None


def _cross_site(cookie: Cookie) -> Text | None:
    if cookie.same_site != "none":
        return None
    return Text(
        "is sent from other sites (SameSite=None); is that its purpose?",
        "ถูกส่งจากเว็บไซต์อื่นด้วย (SameSite=None) เป็นความตั้งใจหรือไม่",
    )


@check(
    "CK-03",
    title="Every cookie says when other sites may cause it to be sent",
    severity="low",
    verifies=("RFC 6265bis §5.6.7", "ASVS 5.0.0-3.3.2", "CWE-1275"),
    remedy="Set SameSite=Lax or Strict; SameSite=None, with Secure, only where another site must use the session.",
    example="""
        Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
    """,
    thai=Thai(
        title="คุกกี้ทุกตัวกำหนดว่าเว็บไซต์อื่นทำให้ถูกส่งได้เมื่อใด",
        why="หากไม่กำหนด SameSite เว็บไซต์หลอกลวงอาจส่งคำสั่งไปยังระบบในนามของผู้ใช้ที่ลงชื่อเข้าใช้อยู่ "
        "เบราว์เซอร์แต่ละรุ่นใช้ค่าเริ่มต้นต่างกัน และไม่สนใจค่าที่ไม่รู้จัก",
        remedy="กำหนด SameSite=Lax หรือ Strict และใช้ SameSite=None พร้อม Secure เฉพาะเมื่อเว็บอื่นจำเป็นต้องใช้เซสชัน",
    ),
)
def cookies_same_site(pages: SitePages) -> Judgement:
    """Do not leave it to the browser's default.

    Without SameSite, what another site can do with a signed-in user's session depends on the make of the
    browser; an unknown value counts as none. SameSite=None with Secure is valid and lets every site cause
    the cookie to be sent, so a person must say whether that is wanted. Judged for every cookie.
    """
    return judge_cookies(
        pages,
        lambda _: True,
        _same_site,
        Text("SameSite set on {names}", "กำหนด SameSite ครบ: {names}"),
        _cross_site,
    )


def _unprefixed(exchange: Exchange, cookie: Cookie) -> Text | None:
    name = cookie.name.lower()
    if name.startswith(("__host-", "__secure-")):
        why = refused(cookie, exchange.url)
        return Text(f"is refused by browsers ({why})", f"ถูกเบราว์เซอร์ปฏิเสธ ({why})") if why else None
    if cookie.kind == "session":
        return Text("has no __Host- or __Secure- prefix", "ไม่มีคำนำหน้า __Host- หรือ __Secure-")
    return None


@check(
    "CK-04",
    title="Session cookies carry the __Host- or __Secure- prefix",
    severity="low",
    verifies=("RFC 6265bis §4.1.3", "ASVS 5.0.0-3.3.1", "ASVS 5.0.0-3.3.3"),
    remedy="Name session cookies __Host-…, with Secure, Path=/ and no Domain; __Secure-… where hosts share one.",
    example="""
        Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
    """,
    thai=Thai(
        title="คุกกี้เซสชันใช้คำนำหน้า __Host- หรือ __Secure-",
        why="โดเมนย่อยหรือการเชื่อมต่อที่ไม่เข้ารหัสอาจเขียนคุกกี้ชื่อเดียวกันทับของระบบ แล้วให้ผู้ใช้ทำงานในเซสชันของผู้โจมตี "
        "คำนำหน้าทำให้เบราว์เซอร์รับเฉพาะคุกกี้ที่โฮสต์นี้กำหนดผ่าน HTTPS",
        remedy="ตั้งชื่อคุกกี้เซสชัน __Host-… พร้อม Secure, Path=/ และไม่มี Domain หรือ __Secure-… เมื่อหลายโฮสต์ใช้ร่วมกัน",
    ),
)
def session_cookies_prefixed(pages: SitePages) -> Judgement:
    """Keep others from planting a session.

    A subdomain, or anyone on an unencrypted connection, can overwrite a cookie of the same name and have the
    user work in the attacker's session. With the prefix browsers accept the cookie only from this host over
    HTTPS, and only if its attributes keep the promise; one that does not is not stored at all.
    """
    return judge_cookies(
        pages,
        lambda c: _is_session(c) or c.name.lower().startswith(("__host-", "__secure-")),
        _unprefixed,
        Text("prefixed and valid: {names}", "มีคำนำหน้าและถูกต้อง: {names}"),
        lambda c: (
            None
            if c.name.lower().startswith(("__host-", "__secure-"))
            else Text("has no prefix; is it a session?", "ไม่มีคำนำหน้า เป็นคุกกี้เซสชันหรือไม่")
        ),
    )


def _loose(exchange: Exchange, cookie: Cookie) -> Text | None:
    why = refused(cookie, exchange.url)
    if why in ("larger than 4096 bytes", "Domain is not this host's"):
        thai = "ใหญ่เกิน 4096 ไบต์" if why.startswith("larger") else "Domain ไม่ใช่ของโฮสต์นี้"
        return Text(f"is refused by browsers ({why})", f"ถูกเบราว์เซอร์ปฏิเสธ ({thai})")
    if cookie.domain and cookie.kind == "session" and not cookie.name.lower().startswith("__host-"):
        shown = clip(cookie.domain, 60)
        return Text(f"is shared with all hosts under `{shown}`", f"ใช้ร่วมกับทุกโฮสต์ภายใต้ `{shown}`")
    return None


@check(
    "CK-05",
    title="Session cookies stay with their host, and no cookie is too large to be kept",
    severity="low",
    verifies=("RFC 6265bis §5.6.3", "RFC 6265bis §5.7", "ASVS 5.0.0-3.3.5"),
    remedy="Leave the Domain attribute out; keep name and value of a cookie within 4096 bytes.",
    example="""
        Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax
    """,
    thai=Thai(
        title="คุกกี้เซสชันอยู่กับโฮสต์ของตน และไม่มีคุกกี้ใหญ่เกินจนเบราว์เซอร์ไม่เก็บ",
        why="แอตทริบิวต์ Domain ทำให้ทุกโฮสต์ภายใต้โดเมนได้รับรหัสเซสชัน เว็บไซต์ย่อยที่อ่อนแอเพียงแห่งเดียวจึงทำให้ทุกเซสชันรั่ว "
        "ส่วนคุกกี้ที่ใหญ่เกิน 4096 ไบต์จะถูกทิ้งโดยไม่แจ้ง",
        remedy="ไม่ใส่แอตทริบิวต์ Domain และให้ชื่อกับค่าของคุกกี้รวมกันไม่เกิน 4096 ไบต์",
    ),
)
def cookies_narrow(pages: SitePages) -> Judgement:
    """One weak neighbour must not see every session.

    With a Domain attribute, even the host's own name, every host below it receives the cookie. Cookies over
    4096 bytes (name and value) or for a foreign domain are silently dropped by browsers. Path is not judged:
    it keeps nobody out (RFC 6265bis §8.6).
    """
    return judge_cookies(
        pages,
        lambda _: True,
        _loose,
        Text("narrow and small enough: {names}", "ขอบเขตแคบและขนาดเหมาะสม: {names}"),
    )
