"""The requests of a page, held: each is refused, or had over the wire and answered from there.

Redirects are answered as they are, so the browser follows them and asks again: cookies, methods and referrers then
mean what they mean to a person.
"""

import asyncio
import base64
import queue
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from harness import chromium
from harness.agent import Header, Page
from harness.evidence import Cause

#: Bounds of one visit: requests, and documents (redirects and reloads count).
REQUESTS, DOCUMENTS = 150, 25
#: Hosts out of scope, and parts that could not be had, that are told.
_NAMED = 5
#: What a sign-in needs. Pictures, sound and fonts are not asked for, nor what goes on without the page.
_WANTED = frozenset({"Document", "Script", "Stylesheet", "XHR", "Fetch", "Preflight", "Other"})
#: Response headers that no longer hold once the body is decoded, or that ask the browser to report.
_SPENT = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "alt-svc"}
    | {"report-to", "nel", "reporting-endpoints"}
)


class Request(Struct, frozen=True):
    """What the browser wants to send. `document`: it would become the page. `url` has its fragment."""

    method: str
    url: str
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    kind: str = "Document"
    document: bool = True


class Ended(Struct, frozen=True):
    """Why no more requests are answered: the page was about to go to `to`, or `fault` and `detail` say what stopped it."""

    to: Request | None = None
    fault: Cause | None = None
    detail: str = ""


class Errand(Struct, frozen=True):
    """A request to be fetched in the probe's thread, and the future that waits for its answer."""

    request: Request
    done: "asyncio.Future[Page]"

    def answer(self, page: Page) -> None:
        """Hand the page over to the browser's thread."""

        def give() -> None:
            if not self.done.done():
                self.done.set_result(page)

        self.done.get_loop().call_soon_threadsafe(give)


class Hold:
    """The requests of one page. `last` is the newest answer to a document or a script, `document` to a document."""

    def __init__(
        self, start: Page, leaves: Callable[[Request], bool], errands: "queue.SimpleQueue[Errand | None]"
    ) -> None:
        self.start = self.document = self.last = start
        self.ended: Ended | None = None
        self.frame = ""
        #: Hosts that parts of the page were wanted from and that no request went to.
        self.blocked: set[str] = set()
        #: Parts of the page that could not be had, each with what happened.
        self.lost: list[str] = []
        self.session: Any = None
        self.timer: asyncio.Timeout | None = None
        self._leaves, self._errands = leaves, errands
        self._first: Page | None = start
        self._requests = self._documents = self._under_way = 0
        self._one = asyncio.Lock()
        self._stirred = time.monotonic()

    @property
    def quiet(self) -> float:
        """Seconds since anything was asked for, answered or done; 0 while a request is under way."""
        return 0.0 if self._under_way else time.monotonic() - self._stirred

    async def still(self, seconds: float) -> None:
        """Wait until nothing was under way for that long."""
        while self.quiet < seconds:
            await asyncio.sleep(0.02)

    def stir(self) -> None:
        """Something was done to the page: what comes of it takes time."""
        self._stirred = time.monotonic()

    def end(self, to: Request | None = None, fault: Cause | None = None, detail: str = "") -> None:
        """The first end counts."""
        self.ended = self.ended or Ended(to, fault, detail)

    async def paused(self, event: dict[str, Any]) -> None:
        """A request of the page waits for its answer."""
        self._under_way += 1
        try:
            await self._decide(event["requestId"], self._read(event))
        except chromium.failure():
            pass  # the page has gone, and its request with it
        finally:
            self._under_way -= 1

    def _read(self, event: dict[str, Any]) -> Request:
        said, kind = event["request"], event["resourceType"]
        parts = [base64.b64decode(part.get("bytes", "")) for part in said.get("postDataEntries", [])]
        return Request(
            said["method"],
            said["url"] + said.get("urlFragment", ""),
            tuple(said["headers"].items()),
            b"".join(parts) or said.get("postData", "").encode(),
            kind,
            kind == "Document" and event["frameId"] == self.frame,
        )

    async def _decide(self, number: str, request: Request) -> None:
        page = await self._fetched(request) if self._allowed(request) else None
        if page is not None:  # what is refused may be tried for ever and is no sign of life
            self.stir()
        if page is None or not self._usable(request, page):
            refusal = {"requestId": number, "errorReason": "BlockedByClient"}
            await self.session.send("Fetch.failRequest", refusal)
            return
        headers = [{"name": n, "value": v} for n, v in page.headers if n.lower() not in _SPENT]
        answer = {"requestId": number, "responseCode": page.status, "responseHeaders": headers}
        body = base64.b64encode(page.body).decode()
        await self.session.send("Fetch.fulfillRequest", answer | {"body": body})
        self.stir()
        to = Request("GET", page.location)
        if request.document and 300 <= (page.status or 0) < 400 and page.location and self._leaves(to):
            self.end(to=to)  # after the browser has had its cookies

    def _allowed(self, request: Request) -> bool:
        """Whether the request may be sent; one for the client is where the visit ends."""
        if self._leaves(request):
            if request.document:
                self.end(to=request)
            elif request.kind in _WANTED and len(self.blocked) < _NAMED:
                self.blocked.add(urlsplit(request.url).netloc[:100])
            return False
        if request.kind not in _WANTED or request.url.endswith("/favicon.ico"):
            return False
        self._requests += 1
        self._documents += request.document
        if self._requests > REQUESTS or self._documents > DOCUMENTS:
            self.end(fault=Cause.UNSTABLE, detail="the sign-in goes round in circles: too many requests")
        return self.ended is None

    async def _fetched(self, request: Request) -> Page:
        """The answer, had over the wire in the probe's thread; what that takes is not the browser's time."""
        held, self._first = self._first, None
        if held is not None and request.document and request.method == "GET":
            return held
        async with self._one:
            began = time.monotonic()
            done: asyncio.Future[Page] = asyncio.get_running_loop().create_future()
            self._errands.put(Errand(request, done))
            page = await done
            if self.timer is not None and (when := self.timer.when()) is not None:
                self.timer.reschedule(when + time.monotonic() - began)
            return page

    def _usable(self, request: Request, page: Page) -> bool:
        """Whether the browser may see this answer; a page that cannot be used ends the visit."""
        x = page.exchange
        if x.answered and request.kind in ("Document", "XHR", "Fetch"):
            self.last = page
        if request.document:
            self._looked_at(page)
        elif (not x.answered or (page.status or 0) >= 400) and len(self.lost) < _NAMED:
            self.lost.append(f"{urlsplit(request.url).path[:100]} ({x.fault or page.status})")
        return x.answered and x.complete and self.ended is None

    def _looked_at(self, page: Page) -> None:
        x = page.exchange
        if not x.answered:
            self.end(fault=x.fault or Cause.MALFORMED, detail=f"a page of the sign-in: {x.detail or x.fault}")
        elif not x.complete:
            self.end(fault=Cause.TOO_LARGE, detail=f"a page of the sign-in was {x.detail}")
        elif _saved(page):
            self.end(fault=Cause.UNSTABLE, detail="the sign-in gave a file to be saved")
        elif not 300 <= (page.status or 0) < 400:
            self.document = page


def _saved(page: Page) -> bool:
    named = (value for name, value in page.headers if name.lower() == "content-disposition")
    return next(named, "").strip().lower().startswith("attachment")
