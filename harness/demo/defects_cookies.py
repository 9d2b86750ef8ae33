"""Defects of the session cookie and of answers to other origins."""

from itertools import count

from msgspec.structs import replace

from harness.demo.behaviour import HOSTS, Answer, Behaviour
from harness.demo.messages import Request, Response
from harness.demo.switch import Change, Defect, listed, setting

_numbers = count(1)


def _without(attribute: str) -> Change:
    def change(behaviour: Behaviour) -> None:
        kept = (a for a in behaviour.cookie.attributes.split("; ") if not a.startswith(attribute))
        behaviour.cookie.attributes = "; ".join(kept)

    return change


def _wide(behaviour: Behaviour) -> None:
    style = behaviour.cookie
    style.name, style.attributes = "__Secure-session", f"Domain=demo.test; {style.attributes}"


def language_cookie(request: Request, answer: Answer) -> Response:
    """Set a harmless cookie that also travels in clear."""
    response = answer(request)
    if response.kind not in {"document", "form"} or request.host != HOSTS["portal"]:
        return response
    return replace(
        response, headers=(*response.headers, ("Set-Cookie", "lang=th; Path=/; HttpOnly; SameSite=Lax"))
    )


def reflect(origin: str) -> dict[str, str]:
    """Let every origin read with the user's credentials."""
    if not origin:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}


def everyone(origin: str) -> dict[str, str]:
    """Claim credentials together with the wildcard."""
    return {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}


DEFECTS: tuple[Defect, ...] = (
    Defect(
        "cookie-in-clear",
        ("CK-01",),
        "A language cookie is not marked Secure",
        "cookies",
        listed("layers", language_cookie),
    ),
    Defect(
        "cookie-readable",
        ("CK-02",),
        "Scripts can read the session cookie",
        "cookies",
        _without("HttpOnly"),
    ),
    Defect(
        "cookie-any-site",
        ("CK-03",),
        "The session cookie does not say SameSite",
        "cookies",
        _without("SameSite"),
    ),
    Defect(
        "cookie-no-prefix",
        ("CK-04",),
        "The session cookie's name has no prefix",
        "cookies",
        setting("cookie.name", "session"),
    ),
    Defect(
        "cookie-wide",
        ("CK-05",),
        "Every host of the domain gets the session cookie",
        "cookies",
        _wide,
    ),
    Defect(
        "session-counted",
        ("CK-06",),
        "Session identifiers are counted up",
        "cookies",
        setting("cookie.new", lambda: f"{next(_numbers):032d}"),
    ),
    Defect(
        "cors-reflected",
        ("CORS-01",),
        "The API lets every origin read with credentials",
        "headers",
        setting("cors", reflect),
    ),
    Defect(
        "cors-wildcard",
        ("CORS-02",),
        "The API sends the wildcard origin together with credentials",
        "headers",
        setting("cors", everyone),
    ),
)
