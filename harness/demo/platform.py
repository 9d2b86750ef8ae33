"""Start and stop the demo platform: certificates, listeners, names, mail, and the target file that leads to it."""

import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from harness.demo import target
from harness.demo.api import routes
from harness.demo.behaviour import HOSTS, Behaviour
from harness.demo.ca import DemoCA, Issued
from harness.demo.connection import serve_plain, serve_secure
from harness.demo.defects import chosen
from harness.demo.listener import Listener
from harness.demo.people import People
from harness.demo.tls import TlsFront, context
from harness.demo.web import App


class DemoPlatform:
    """A platform on free loopback ports; conforming, but for the named defects. A context manager.

    `target_path` is its target file, `urls` its addresses as the target names them, `ports` where they
    really are. Raises BadInput for a defect that is not known.
    """

    def __init__(self, defects: Iterable[str] = (), folder: Path | None = None) -> None:
        self.defects = chosen(defects)
        self.behaviour = Behaviour(routes=routes())
        for defect in self.defects:
            defect.change(self.behaviour)
        self.people = People()
        self.urls = {key: f"https://{HOSTS[key]}/" for key in ("portal", "api")}
        self._closing = ExitStack()
        self._folder = folder or Path(tempfile.mkdtemp(prefix="moph-demo-"))
        if folder is None:
            self._closing.callback(shutil.rmtree, self._folder, ignore_errors=True)
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "DemoPlatform":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop every listener, end every connection, remove the temporary folder. Harmless when repeated."""
        self._closing.close()

    def _start(self) -> None:
        self.ca = DemoCA(self._folder)
        self.app = App(self.behaviour, self.people)
        front = self._front()
        secure = self._listen(lambda sock, live: serve_secure(sock, live, front, self.app))
        plain = self._listen(lambda sock, live: serve_plain(sock, self.app))
        self.ports = {f"{host}:443": secure.port for host in HOSTS.values()}
        self.ports |= {f"{host}:80": plain.port for host in HOSTS.values()}
        self.target_path = target.write(
            self._folder, ca_file=self.ca.ca_file, people=self.people, connect_to=self.ports, resolver=None
        )

    def _listen(self, serve: Callable[[Any, Any], None]) -> Listener:
        listener = Listener(serve)
        self._closing.callback(listener.close)
        return listener

    def _front(self) -> TlsFront:
        tls = self.behaviour.tls
        contexts = {host: context(i.certfile, i.keyfile, tls) for host, i in self._issued().items()}
        return TlsFront(contexts, HOSTS["portal"], tls)

    def _issued(self) -> dict[str, Issued]:
        """A certificate of its own for each host; the portal's has the defects."""
        wrong: Any = self.behaviour.certificate
        return {
            host: self.ca.issue([host], wrong if key == "portal" else (), file=key)
            for key, host in HOSTS.items()
        }


def serve_forever(demo: DemoPlatform) -> None:
    """Keep a platform up until SIGINT or SIGTERM; prints nothing."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with demo:
        stop.wait()
