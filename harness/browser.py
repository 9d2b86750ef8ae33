"""A page in a headless Chromium whose every request goes over the wire, driven by a probe.

The browser's own thread decides; the wire is used in the thread of the probe, one request after the other. Cookies
come from the agent and go back to it.
"""

import asyncio
import contextlib
import queue
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from harness import chromium
from harness.agent import Agent, Page
from harness.browserhold import Errand, Hold, Request
from harness.browserjar import carried, given_back
from harness.evidence import Cause
from harness.scope import WireError, host_port

T = TypeVar("T")

__all__ = ["Request", "Visit", "permitted", "visit"]

#: Bounds of one visit: seconds of the browser's own, and windows that are opened and closed.
SECONDS, WINDOWS = 30.0, 5
#: Seconds in which the browser has kept the cookies of the last answer.
_LAST = 0.1
#: What the wire settles itself.
_OURS = frozenset({"host", "content-length", "accept-encoding", "connection"})
_WEB = ("http:", "https:", "about:", "data:", "blob:", "javascript:")


class Visit(Hold):
    """One page in a fresh context, open for as long as it is driven."""

    page: Any = None
    _windows = 0

    async def run(self, drive: "Callable[[Visit], Awaitable[T]]", agent: Agent) -> T | None:
        """Wait for a turn, at most as long as the probe has; then open the page, drive it and close it."""
        host = chromium.host()
        try:
            await asyncio.wait_for(host.turns.acquire(), agent.wire.remaining)
        except TimeoutError:
            self.end(fault=Cause.TIMEOUT, detail="the time for this probe is used up")
            return None
        try:
            return await self._driven(drive, agent, host)
        finally:
            host.turns.release()

    async def _driven(
        self, drive: "Callable[[Visit], Awaitable[T]]", agent: Agent, host: chromium.Host
    ) -> T | None:
        """What `drive` says; None where it was stopped. The page is closed in every case."""
        browser = await host.browser()
        context = None
        try:
            async with asyncio.timeout(SECONDS) as self.timer:
                context = await browser.new_context(
                    service_workers="block",
                    accept_downloads=False,
                    permissions=[],
                    user_agent=_user_agent(browser.version, agent.wire.user_agent),
                )
                await self._open(context, carried(agent))
                found = await drive(self)
                await self.still(_LAST)
                given_back(agent, await context.cookies())
                return found
        except TimeoutError:
            self.end(fault=Cause.TIMEOUT, detail=f"the page used up its {SECONDS:.0f} seconds")
        except chromium.failure() as wrong:  # its text may quote what was typed, so only its kind is told
            self.end(fault=Cause.UNSTABLE, detail=f"the browser failed ({type(wrong).__name__})")
        finally:
            await _closed(context, host)
        return None

    async def _open(self, context: Any, cookies: list[dict[str, Any]]) -> None:
        context.on("page", lambda page: asyncio.ensure_future(self._window(page)))
        self.page = await context.new_page()
        self.page.on("crash", lambda _: self.end(fault=Cause.UNSTABLE, detail="the page crashed"))
        self.session = session = await context.new_cdp_session(self.page)
        self.frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        session.on("Fetch.requestPaused", lambda event: asyncio.ensure_future(self.paused(event)))
        session.on("Page.frameRequestedNavigation", self._going)
        await session.send("Page.enable")
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
        for cookie in cookies:  # one by one: a cookie that the browser does not take must not cost the others
            await session.send("Network.setCookie", cookie)
        with contextlib.suppress(chromium.failure()):  # a page that is left at once counts as not loaded
            await self.page.goto(self.start.url, wait_until="commit", timeout=SECONDS * 1000)

    async def _window(self, page: Any) -> None:
        """Another window is closed; what it wanted to load was not held and so went nowhere."""
        if self.page is None or page is self.page:
            return
        self._windows += 1
        if self._windows > WINDOWS:
            self.end(fault=Cause.UNSTABLE, detail="the page keeps opening windows")
        with contextlib.suppress(chromium.failure()):
            await page.close()

    def _going(self, event: dict[str, Any]) -> None:
        """The page is left for an address of an app's own scheme, for which nothing would be asked."""
        if event["frameId"] == self.frame and not event["url"].lower().startswith(_WEB):
            self.end(to=Request("GET", event["url"]))


def visit(
    agent: Agent,
    start: Page,
    leaves: Callable[[Request], bool],
    drive: Callable[[Visit], Awaitable[T]],
    sending: Callable[[Request], None],
) -> tuple[Visit, T | None]:
    """Open `start`, already fetched, as a page and drive it; `sending` is told of each request before it is sent.

    Requests for which `leaves` holds are never sent. Raises WireError where there is no browser.
    """
    errands: queue.SimpleQueue[Errand | None] = queue.SimpleQueue()
    seen = Visit(start, leaves, errands)
    running = chromium.host().begin(seen.run(drive, agent))
    running.add_done_callback(lambda _: errands.put(None))
    try:
        patience = agent.wire.remaining + chromium.START + SECONDS + 3 * chromium.CLOSE
        while errand := errands.get(timeout=patience):
            sending(errand.request)
            errand.answer(_relayed(agent, errand.request))
    except queue.Empty:
        chromium.host().close()
        raise WireError(Cause.TIMEOUT, "the browser hung and was ended") from None
    finally:
        running.cancel()
    return seen, running.result()


def permitted(agent: Agent, url: str) -> bool:
    """Whether this address is in the scope."""
    try:
        return agent.wire.names.permits(*host_port(url))
    except (WireError, ValueError):
        return False


def _relayed(agent: Agent, request: Request) -> Page:
    """The browser's request over the wire, with the browser's cookies."""
    headers = [(name, value) for name, value in request.headers if name.lower() not in _OURS]
    url = request.url.partition("#")[0]
    return agent.fetch(
        request.method, url, headers=headers, body=request.body, label=f"browser: {request.kind}", whole=True
    )


def _user_agent(version: str, ours: str) -> str:
    """The browser's own, for pages that ask for one they know, and then who asks and on whose authority."""
    return f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version} Safari/537.36 {ours}"


async def _closed(context: Any, host: chromium.Host) -> None:
    if context is None:
        return
    try:
        await asyncio.wait_for(context.close(), chromium.CLOSE)
    except Exception:  # noqa: BLE001 — a context that does not close takes the browser with it
        await host.stop()
