"""An installed Chromium, headless, one for the process: started when first needed, closed at exit, never downloaded.

By itself it can reach nothing: its proxy is a port of loopback that nobody listens on, names do not resolve, UDP is
not spoken past the proxy. What `browser` fetches for it over the wire is all it ever sees of a network.
"""

import asyncio
import atexit
import contextlib
import os
import shutil
import signal
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from importlib.util import find_spec
from typing import Any, TypeVar

from harness.evidence import Cause
from harness.once import once
from harness.scope import WireError

T = TypeVar("T")

#: Names under which systems install it; the first that is found is used.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Seconds to start and to close; a browser that needs more is killed.
START, CLOSE = 60.0, 10.0
#: Pages open at once.
AT_ONCE = 4
_ALONE = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-site-isolation-trials",  # frames of other sites stay in the page whose requests are held
    "--js-flags=--max-old-space-size=256",
)


def package() -> bool:
    """Whether the Python package that drives the browser is installed."""
    return find_spec("playwright") is not None


def program() -> str:
    """The installed Chromium, "" without one."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


def lacking() -> str:
    """What is missing for the browser adapter and how to get it, "" when all is there."""
    if not package():
        return "the Python package playwright is not installed; install moph-harness[browser]"
    if not program():
        return f"no Chromium is installed; install one so that {' or '.join(PROGRAMS[:2])} is in the PATH"
    return ""


def failure() -> type[Exception]:
    """What everything of the browser raises."""
    from playwright.async_api import Error

    kind: type[Exception] = Error
    return kind


class Host:
    """The thread in which the browser is spoken to. Its coroutines may be handed over from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._starting = asyncio.Lock()
        #: Each page is a process with memory of its own.
        self.turns = asyncio.Semaphore(AT_ONCE)
        self._playwright: Any = None
        self._browser: Any = None
        self._pid = 0
        #: Bound and never listening: whatever asks this proxy is refused.
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))
        threading.Thread(target=self._loop.run_forever, name="browser", daemon=True).start()
        atexit.register(self.close)

    def begin(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start a coroutine in the browser's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def version(self) -> str:
        """The version of the browser, started for it. Raises WireError where none can be started."""
        return str(self.begin(self.browser()).result(2 * START).version)

    async def browser(self) -> Any:
        """The running browser; a new one where it has gone. Raises WireError where none can be started."""
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                await self._start()
            return self._browser

    async def _start(self) -> None:
        if why := lacking():
            raise WireError(Cause.TOOL_ABSENT, why)
        from playwright.async_api import async_playwright

        try:
            if self._playwright is None:
                self._playwright = await asyncio.wait_for(async_playwright().start(), START)
            self._browser = await self._playwright.chromium.launch(
                executable_path=program(),
                headless=True,
                proxy={
                    "server": f"http://127.0.0.1:{self._closed.getsockname()[1]}",
                    "bypass": "<-loopback>",
                },
                args=list(_ALONE),
                chromium_sandbox=os.geteuid() != 0,  # Chromium has no sandbox for root
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=START * 1000,
            )
            self._pid = await _pid(self._browser)
        except (failure(), OSError, TimeoutError) as wrong:
            first = (str(wrong).strip().splitlines() or [""])[0]
            raise WireError(Cause.TOOL_ABSENT, f"{program()} does not start: {first[:200]}") from None

    async def stop(self) -> None:
        """Close the browser; kill it where it does not go. The next sign-in starts another."""
        browser, pid, self._browser, self._pid = self._browser, self._pid, None, 0
        if browser is None:
            return
        try:
            await asyncio.wait_for(browser.close(), CLOSE)
        except Exception:  # noqa: BLE001 — whatever it is, the browser must go
            _kill(pid)

    def close(self) -> None:
        """Close the browser and what drives it; called at exit."""
        pid = self._pid
        try:
            self.begin(self._end()).result(2 * CLOSE)
        except Exception:  # noqa: BLE001 — at exit nothing is left to do but to kill
            _kill(pid)

    async def _end(self) -> None:
        await self.stop()
        driver, self._playwright = self._playwright, None
        if driver is not None:
            await asyncio.wait_for(driver.stop(), CLOSE)


async def _pid(browser: Any) -> int:
    session = await browser.new_browser_cdp_session()
    told = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    return next((int(p["id"]) for p in told["processInfo"] if p["type"] == "browser"), 0)


def _kill(pid: int) -> None:
    """End the browser with all its children: it leads a process group of its own."""
    with contextlib.suppress(OSError):
        if pid > 1 and os.getpgid(pid) != os.getpgid(0):
            os.killpg(os.getpgid(pid), signal.SIGKILL)


@once
def host() -> Host:
    """The one of this process."""
    return Host()
