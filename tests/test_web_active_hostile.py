"""The active web experiments against walls, soft errors and servers that lie, drag or hang up."""

import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

import pytest

from tests.web_active_servers import HTML, PLAIN, Reply, ask, good, raw_server, serving, silent


def soft(request: BaseHTTPRequestHandler, path: str) -> Reply:
    known = good(request, path)
    return (
        known
        if known[0] != 404
        else (200, HTML, f"<p>ไม่พบ {unquote(path)[:200]} [core]</p><script>alert(1)</script>")
    )


@pytest.mark.parametrize("id", ["WEB-14", "WEB-15", "WEB-16", "HTTP-24"])
def test_soft_404_is_no_finding(id: str) -> None:
    with serving(soft) as (port, _):
        got, why = ask(id, port)
    assert got == "pass", why


def waf(request: BaseHTTPRequestHandler, path: str) -> Reply:
    return 403, HTML, "<h1>Access denied</h1>Your request has been blocked"


def waf_but_home(request: BaseHTTPRequestHandler, path: str) -> Reply:
    return good(request, path) if path == "/" and request.command == "GET" else waf(request, path)


@pytest.mark.parametrize("id", [*PLAIN, "HTTP-18", "HTTP-23"])
def test_a_wall_is_not_safety(id: str) -> None:
    with serving(waf) as (port, _):
        got, why = ask(id, port)
    assert got == "inconclusive", why


@pytest.mark.parametrize("id", ["WEB-12", "WEB-14", "WEB-15", "WEB-16", "HTTP-24", "HTTP-21"])
def test_a_wall_around_everything_but_the_first_page_is_not_safety(id: str) -> None:
    with serving(waf_but_home) as (port, _):
        got, why = ask(id, port)
    assert got == "inconclusive", why


def drop(sock: socket.socket) -> None:
    sock.recv(1)


def garbage(sock: socket.socket) -> None:
    sock.recv(65_536)
    sock.sendall(b"\x00\xff SSH-2.0-nothing\r\n\r\n")


def drip(sock: socket.socket) -> None:
    sock.recv(65_536)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        sock.sendall(b"x")
        time.sleep(0.1)


@pytest.mark.parametrize("behave", [drop, garbage, silent, drip])
@pytest.mark.parametrize("id", ["HTTP-18", "HTTP-19", "HTTP-23", "HTTP-24", "SUP-01", "WEB-14", "WEB-21"])
def test_what_does_not_answer_is_inconclusive_and_soon(
    id: str, behave: Callable[[socket.socket], None]
) -> None:
    with raw_server(behave) as port:
        began = time.monotonic()
        got, why = ask(id, port)
        took = time.monotonic() - began
    assert got == "inconclusive", why
    assert took < 8


def test_reset_after_the_first_answer_never_passes() -> None:
    """The first request is answered, every later one reset: no check may take the silence for safety."""
    for id in sorted({*PLAIN, "HTTP-23"} - {"SUP-01"}):  # whose first answer is the file itself
        answered: list[int] = []

        def once(sock: socket.socket, answered: list[int] = answered) -> None:
            sock.recv(65_536)
            if not answered:
                answered.append(1)
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok")

        with raw_server(once) as port:
            got, why = ask(id, port)
        assert got in ("inconclusive", "pass" if id in ("WEB-20", "WEB-21") else "inconclusive"), (
            f"{id}: {why}"
        )


def test_a_chain_that_disagrees_stalls_and_is_not_judged() -> None:
    """Well-framed messages answered, badly framed ones refused, two different lengths never answered."""

    def chain(sock: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            asked += sock.recv(65_536) or b"\r\n\r\n"
        head = asked.partition(b"\r\n\r\n")[0].lower()
        if (
            b"content-length: 7" in head
            and b"moph" not in asked.partition(b"\r\n\r\n")[2]
            and b"chunked" in head
        ):
            silent(sock)
            return
        both = head.count(b"content-length") + head.count(b"transfer-encoding") > 1 or b"+5" in head
        sock.sendall(
            b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            % (b"400 B" if both else b"200 OK")
        )

    with raw_server(chain) as port:
        got, why = ask("HTTP-23", port)
    assert got == "inconclusive"
    assert "by hand" in why
