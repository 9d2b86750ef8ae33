"""Start and stop the demo platform: certificates, listeners, names, mail, and the target file that leads to it."""

import shutil
import signal
import tempfile
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.serialization import Encoding

from harness.demo import target
from harness.demo.api import routes
from harness.demo.behaviour import HOSTS, MAIL_DOMAIN, Behaviour
from harness.demo.ca import DemoCA, Issued
from harness.demo.connection import serve_plain, serve_secure
from harness.demo.defects import chosen
from harness.demo.hosts import FHIR
from harness.demo.listener import Listener
from harness.demo.mailhost import DemoMailHost
from harness.demo.nameserver import DnsServer
from harness.demo.people import People
from harness.demo.reset_links import Outbox
from harness.demo.tls import TlsFront, tenant
from harness.demo.web import App
from harness.demo.zone import DemoZone

Service = TypeVar("Service", Listener, DemoMailHost, DnsServer)
MAIL_HOST = f"mail.{MAIL_DOMAIN}"


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
        self.urls = {key: f"https://{HOSTS[key]}/" for key in ("portal", "api", "id")} | {"fhir": FHIR}
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
        self.app = App(self.behaviour, self.people, Outbox(self._folder / target.OUTBOX))
        self._closing.callback(self.app.relying.close)
        issued = self._issued()
        self.ports = self._web(issued) | self._mail(issued[MAIL_HOST]) | self._names(issued)
        self.target_path = target.write(
            self._folder,
            ca_file=self.ca.ca_file,
            people=self.people,
            idp=self.app.idp,
            facts=self.behaviour.facts,
            connect_to=self.ports,
            resolver=self._resolver.port,
            trust_anchor=self._zone.write_anchor(self._folder),
            claims=self.behaviour.claims,
            rules=self.behaviour.rules,
            seeds=self.app.staff.seeds,
            relying=self.app.relying.entries(self._folder),
        )

    def _issued(self) -> dict[str, Issued]:
        """A certificate of its own for each host; the portal's has the defects."""
        made, stranger = {}, self.behaviour.tls.stranger
        for host in (*HOSTS.values(), MAIL_HOST, *([stranger] if stranger else [])):
            wrong: Any = self.behaviour.certificate if host == HOSTS["portal"] else ()
            made[host] = self.ca.issue([host], wrong, file=host)
        return made

    def _web(self, issued: dict[str, Issued]) -> dict[str, int]:
        tls = self.behaviour.tls
        tenants = {host: tenant(one, tls) for host, one in issued.items() if host != MAIL_HOST}
        front = TlsFront(tenants, tls.stranger or HOSTS["portal"], tls)
        secure = self._opened(Listener(lambda sock, live: serve_secure(sock, live, front, self.app)))
        plain = self._opened(Listener(lambda sock, live: serve_plain(sock, self.app)))
        return {f"{host}:{n}": x.port for host in HOSTS.values() for n, x in ((443, secure), (80, plain))}

    def _mail(self, issued: Issued) -> dict[str, int]:
        wrong: Any = self.behaviour.mail
        return {f"{MAIL_HOST}:25": self._opened(DemoMailHost(issued.certfile, issued.keyfile, wrong)).port}

    def _names(self, issued: dict[str, Issued]) -> dict[str, int]:
        """A resolver that the target asks, and the zone's own server behind each name that the zone gives it."""
        hosts = [HOSTS["portal"], HOSTS["api"], HOSTS["id"]]
        leaves = {(host, 443): issued[host].certificate.public_bytes(Encoding.DER) for host in hosts}
        wrong: Any = self.behaviour.zone
        self._zone = DemoZone(MAIL_DOMAIN, hosts, wrong, leaves=leaves)
        self._resolver = self._opened(DnsServer(self._zone, resolves=True))
        authority = self._opened(DnsServer(self._zone, resolves=False))
        servers = self._zone.zone.find_rdataset("@", "NS")
        return {f"{server.target.to_text(omit_final_dot=True)}:53": authority.port for server in servers}

    def _opened(self, service: Service) -> Service:
        self._closing.callback(service.close)
        return service


def serve_forever(demo: DemoPlatform) -> None:
    """Keep a platform up until SIGINT or SIGTERM; prints nothing."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with demo:
        stop.wait()
