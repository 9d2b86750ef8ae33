"""Every test runs on loopback, in one locale and time zone, without the proxies and trust of this machine.

A packet for another address is refused by an audit hook where it would leave, in this process and, through
`sitecustomize`, in the Python processes that tests start; the attempt is written down and fails the test even
when the code under test swallows the refusal. A test that must reach a package index (it is marked `system`)
gives its child the environment of the fixture `online`.
"""

import inspect
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.hostile_tls import Authority


def refuse_outside(log: str) -> None:
    """Refuse every address that is not loopback; stands alone, for its source is also run in child processes."""
    import ipaddress
    import sys

    def loopback(host: object) -> bool:
        if host in (None, "", b"", "localhost", "0.0.0.0", "::"):
            return True
        try:
            ip = ipaddress.ip_address(
                host.decode() if isinstance(host, bytes) else str(host).partition("%")[0]
            )
        except ValueError:
            return False
        return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            place = args[1] if len(args) > 1 else None
            if not isinstance(place, tuple) or not isinstance(place[0], str | bytes):
                return  # already connected, or a socket of another family
            host: object = place[0]
        elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
            host = args[0]
        else:
            return
        if not loopback(host):
            with open(log, "a", encoding="utf-8") as file:
                file.write(f"{event} {args[1:] if event.startswith('socket.c') else host!r}\n")
            raise RuntimeError(f"tests stay on loopback: {event} to {host!r}")

    sys.addaudithook(hook)


_SCRUBBED = frozenset(
    [
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "SSLKEYLOGFILE",
        "NODE_EXTRA_CA_CERTS",
        "LANGUAGE",
        "NETRC",
        "OPENSSL_CONF",
    ]
)
_ONLINE = dict(os.environ)
_FOLDER = Path(tempfile.mkdtemp(prefix="moph-harness-tests-"))
_LOG = _FOLDER / "outside.log"


def _settle() -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in _SCRUBBED:
            del os.environ[name]
    (_FOLDER / "sitecustomize.py").write_text(
        f"{inspect.getsource(refuse_outside)}\nrefuse_outside({str(_LOG)!r})\n", encoding="utf-8"
    )
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(_FOLDER), *([before] if before else [])])
    os.environ |= {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "NO_PROXY": "*"}
    time.tzset()


_settle()
refuse_outside(str(_LOG))


@pytest.fixture
def online() -> dict[str, str]:
    """The environment as it was before the tests scrubbed it, for a child that installs packages."""
    return dict(_ONLINE)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> "Authority":
    """The CA of the hostile servers; made once, for keys cost time."""
    from tests.hostile_tls import Authority

    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def must_end() -> Iterator[None]:
    """Stops a test that would go on for hours: a guard against hanging, far above what any machine needs."""

    def stop(*_: object) -> None:
        raise TimeoutError("this does not end")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(autouse=True)
def _stays_on_loopback() -> Iterator[None]:
    before = _LOG.stat().st_size if _LOG.exists() else 0
    yield
    if _LOG.exists() and _LOG.stat().st_size > before:
        attempts = _LOG.read_text(encoding="utf-8")[before:]
        pytest.fail(f"left loopback:\n{attempts}", pytrace=False)


def pytest_unconfigure() -> None:
    """Take the folder of `sitecustomize` away again."""
    import shutil

    shutil.rmtree(_FOLDER, ignore_errors=True)
