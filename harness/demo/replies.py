"""Ready-made replies: each names its response class, and nothing else sets headers."""

import json
from html import escape
from http import HTTPStatus
from typing import Any

from msgspec.structs import replace

from harness.demo.messages import Headers, Response

HTML, JSON, PROBLEM = "text/html; charset=utf-8", "application/json", "application/problem+json"
FHIR = "application/fhir+json"
_THAI = {
    400: "คำขอไม่ถูกต้อง", 401: "กรุณายืนยันตัวตน", 403: "ไม่อนุญาต", 404: "ไม่พบหน้าที่ต้องการ",
    405: "ไม่รองรับวิธีเรียกนี้", 500: "ระบบขัดข้อง โปรดลองใหม่ภายหลัง",
}  # fmt: skip


class Problem(Exception):  # noqa: N818 — an answer, not a fault of ours
    """Raised by a route: answer with this status and these extra headers."""

    def __init__(self, status: int, headers: Headers = ()) -> None:
        super().__init__(status)
        self.status, self.headers = status, headers


def page(
    title: str, body: str, *, head: str = "", status: int = 200, kind: str = "document", headers: Headers = ()
) -> Response:
    """A bilingual HTML document; `title` is text, `head` and `body` are markup."""
    markup = (
        '<!doctype html>\n<html lang="th">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    return Response(kind=kind, status=status, body=markup.encode(), content_type=HTML, headers=headers)


def data(value: Any, *, status: int = 200, kind: str = "api", headers: Headers = ()) -> Response:
    """A JSON answer of the API."""
    body = json.dumps(value, ensure_ascii=False).encode() + b"\n"
    return Response(kind=kind, status=status, body=body, content_type=JSON, headers=headers)


def resource(value: Any, *, status: int = 200, kind: str = "api", headers: Headers = ()) -> Response:
    """A FHIR resource."""
    return replace(data(value, status=status, kind=kind, headers=headers), content_type=FHIR)


def outcome(status: int, headers: Headers = ()) -> Response:
    """An error of the FHIR server (HL7 FHIR R4 §3.1.0.1.5); like the others it tells an attacker nothing."""
    return resource(told(status), status=status, kind="error", headers=headers)


def told(status: int) -> dict[str, Any]:
    """The OperationOutcome of a status."""
    code = {401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported"}.get(status, "invalid")
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code}]}


def static(body: bytes, content_type: str) -> Response:
    """A file that is the same for everybody."""
    return Response(kind="static", body=body, content_type=content_type)


def redirect(place: str, *, headers: Headers = (), status: int = 303, kind: str = "redirect") -> Response:
    """Send the browser elsewhere; 303 turns a POST into a GET (RFC 9110 §15.4.4)."""
    return Response(kind=kind, status=status, headers=(("Location", place), *headers))


def error(
    status: int, *, api: bool, headers: Headers = (), kind: str = "error", detail: str = ""
) -> Response:
    """An error that tells the reader what to do and an attacker nothing; `detail` is only for defects."""
    phrase = HTTPStatus(status).phrase
    if api:  # RFC 9457
        problem = {"title": phrase, "status": status, "detail": detail or phrase}
        return replace(data(problem, status=status, kind=kind, headers=headers), content_type=PROBLEM)
    thai = _THAI.get(status, "ไม่สามารถดำเนินการได้")
    body = f"<h1>{thai}</h1>\n<p>{phrase}</p>\n{detail}"
    return page(f"{thai} · {phrase}", body, status=status, kind=kind, headers=headers)
