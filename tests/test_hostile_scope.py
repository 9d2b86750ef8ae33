"""No packet leaves for anything outside the scope: redirects, absolute addresses, changing DNS answers, IPv6."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from harness.evidence import Cause
from harness.scope import Gate, Names, WireError
from harness.target import Resolver, Target
from harness.wire import Wire
from tests import hostile_dns
from tests.hostile_http import redirects
from tests.hostile_servers import Server, canary
from tests.hostile_tls import HOST, Authority
from tests.hostile_wire import LIMITS, REQUEST, bounded, target_at, wire_for

# Nothing leaves the scope. The canaries listen where the hostile server points.


class Fence:
    """A hostile server in scope and canaries outside: another address, another port, IPv6."""

    def __init__(self, authority: Authority) -> None:
        self.where = ""
        self.server = Server(redirects(lambda _: self.where), context=authority.context())
        self.canaries = [
            canary("127.0.0.2"),
            canary("127.0.0.1"),
            canary("::1"),
            canary("127.0.0.2", self.server.port),
        ]
        self.target = target_at(self.server.port, authority)

    def fill(self, template: str) -> str:
        address, port, six, _ = (c.port for c in self.canaries)
        return template.format(
            host=HOST, here=self.server.port, away=f"127.0.0.2:{address}", a=address, p=port, six=six
        )

    @property
    def touched(self) -> list[int]:
        return [c.connections for c in self.canaries]


@pytest.fixture(scope="module")
def fence(authority: Authority) -> Iterator[Fence]:
    fence = Fence(authority)
    with fence.server, fence.canaries[0], fence.canaries[1], fence.canaries[2], fence.canaries[3]:
        yield fence


OUTSIDE = [
    "https://evil.test/",
    "https://{away}/",
    "https://127.0.0.2:{here}/",
    "https://127.0.0.1:{here}/",
    "https://{host}:{p}/",
    "http://{host}:{p}/",
    "https://{host}/",
    "https://[::1]:{six}/",
    "https://[::ffff:127.0.0.2]:{a}/",
    "https://[::ffff:7f00:2]:{a}/",
    "https://{host}:{here}@{away}/",
    "https://{host}@{away}/",
    "//{away}/",
    "https://{host}:{here}\\@{away}/",
    "https://{away}#@{host}:{here}/",
    "https://{away}?@{host}:{here}/",
    "https://2130706434:{a}/",
    "https://0x7f000002:{a}/",
    "https://127.2:{a}/",
    "https://0177.0.0.2:{a}/",
    "https://127。0。0。2:{a}/",
    "https://①②⑦.0.0.2:{a}/",
    "ht\ttps://{away}/",
    " https://{away}/",
    "\x01https://{away}/",
    "HTTPS://{away}/",
    "https://{host}.:{p}/",
    "https://{host}%2eevil.test:{a}/",
    "https://{host}%00.evil.test:{a}/",
    "https://{host}.evil.test:{here}/",
    "https://evil{host}:{here}/",
    "https://{host}:99999/",
    "https://{host}:-1/",
    "https://{host}:x/",
    "https://{host}:０{p}/",
    "https://{host}:{here}:{p}/",
    "https://[::1",
    "https://[::1]x/",
    "https://[bad]/",
    "https://℀.test/",
    "https://\u202eevil.test/",
    "https://xn--/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "ftp://{away}/",
    "gopher://{away}/",
    "ws://{away}/",
    "mailto:a@b",
]
#: Browsers leave for the other host here, our URL parser stays on the path; either way nobody outside is asked.
ODD = [
    "///{away}/",
    "https:///{away}/",
    "/\\{away}/",
    "\\\\{away}/",
    "https:\\\\{away}/",
    "https://{away}\\@{host}:{here}/",
]
ODD += ["https://", "https:", "", "#", "?a=b", "\x00", "\udcff\udcfe", "https://" + "a" * 5000 + ".test/"]


@pytest.mark.parametrize("template", [*OUTSIDE, *ODD])
def test_redirects_do_not_leave_the_scope(template: str, fence: Fence) -> None:
    fence.where = fence.fill(template)
    with wire_for(fence.target) as wire:
        hops = bounded(lambda: wire.follow("GET", f"https://{HOST}:{fence.server.port}/"))
    assert fence.touched == [0, 0, 0, 0]
    assert len(hops) <= LIMITS.redirects + 1
    if template in OUTSIDE:
        assert len(hops) == 1, (
            "the hop outside is recorded in the Location of the last exchange, not requested"
        )


@pytest.mark.parametrize("template", [*OUTSIDE, *ODD])
def test_discovered_addresses_outside_the_scope_are_refused(template: str, fence: Fence) -> None:
    before = fence.server.connections
    with wire_for(fence.target) as wire:
        exchange = bounded(lambda: wire.http("GET", fence.fill(template)))
    assert fence.touched == [0, 0, 0, 0]
    if template in OUTSIDE:
        assert exchange.fault in {Cause.OUT_OF_SCOPE, Cause.MALFORMED}
        assert exchange.status is None
        assert fence.server.connections == before, "nobody at all was asked"


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "127.0.0.1", "::1", "::ffff:127.0.0.2", "evil.test", "", "0", HOST + "\x00"]
)
def test_connect_and_raw_refuse_what_is_outside(host: str, fence: Fence) -> None:
    with wire_for(fence.target) as wire:
        for port in (fence.server.port, *(c.port for c in fence.canaries)):
            with pytest.raises(WireError) as refused:
                wire.connect(host, port)
            assert refused.value.cause is Cause.OUT_OF_SCOPE
            assert wire.raw(host, port, REQUEST, tls=False).fault is Cause.OUT_OF_SCOPE
    assert fence.touched == [0, 0, 0, 0]


def test_redirects_inside_the_scope_are_followed_as_they_were_given(authority: Authority) -> None:
    """What is recorded is redacted; what is requested is not."""

    def handle(talk: Any) -> None:
        talk.request()
        if talk.path == "/":
            talk.answer(b"", b"Location: /cb?code=abc123&state=xyz", status=b"302 Found")
        else:
            talk.answer(b"", status=b"204 No Content")

    with Server(handle, context=authority.context()) as server:
        with wire_for(target_at(server.port, authority)) as wire:
            hops = wire.follow("GET", f"https://{HOST}:{server.port}/")
        deadline = time.monotonic() + 5
        while len(server.paths) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.paths == ["/", "/cb?code=abc123&state=xyz"]
    assert [h.status for h in hops] == [302, 204]
    assert "abc123" not in str(hops)


def test_a_user_part_is_not_turned_into_credentials(authority: Authority) -> None:
    heads: list[bytes] = []

    def handle(talk: Any) -> None:
        heads.append(talk.request())
        talk.answer(b"")

    with (
        Server(handle, context=authority.context()) as server,
        wire_for(target_at(server.port, authority)) as wire,
    ):
        wire.http("GET", f"https://user:pw@{HOST}:{server.port}/")
    assert not any(b"authorization" in head.lower() for head in heads)


# DNS answers that change, point elsewhere, lie or do not come.


def resolving(port: int, authority: Authority, resolver: hostile_dns.Resolver, *networks: str) -> Target:
    named = target_at(port, authority, addresses=networks)
    return replace(named, connect_to={}, resolver=Resolver(address="127.0.0.1", port=resolver.port))


def only(kind: str, *values: str) -> hostile_dns.Answers:
    return lambda _name, asked, _before: list(values) if asked == kind else []


ELSEWHERE = {
    "another address": only("A", "127.0.0.2"),
    "unspecified": only("A", "0.0.0.0"),
    "cloud metadata": only("A", "169.254.169.254"),
    "IPv6": only("AAAA", "::1"),
    "IPv4 in IPv6": only("AAAA", "::ffff:127.0.0.2"),
}


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize("networks", [("127.0.0.1/32",), ()])
def test_names_that_point_outside_are_refused(
    name: str, networks: tuple[str, ...], fence: Fence, authority: Authority
) -> None:
    with (
        hostile_dns.Resolver(ELSEWHERE[name]) as resolver,
        wire_for(resolving(fence.server.port, authority, resolver, *networks)) as wire,
    ):
        exchange = bounded(lambda: wire.http("GET", f"https://{HOST}:{fence.server.port}/"))
        with pytest.raises(WireError):
            wire.connect(HOST, fence.server.port)
    assert exchange.fault is Cause.OUT_OF_SCOPE
    assert fence.touched == [0, 0, 0, 0]


def test_answers_that_change_reach_only_the_first_address(fence: Fence, authority: Authority) -> None:
    def answers(_: str, kind: str, before: int) -> list[str]:
        return [] if kind != "A" else ["127.0.0.1" if before < 2 else "127.0.0.2"]

    with hostile_dns.Resolver(answers) as resolver:
        named = resolving(fence.server.port, authority, resolver, "127.0.0.0/8")
        names = Names(named)
        for _ in range(4):
            with Wire(named, names, Gate(named.scope), prefix="x", seconds=10) as wire:
                assert wire.http("GET", f"https://{HOST}:{fence.server.port}/").status == 302
        assert names.pins == {HOST: ("127.0.0.1",)}
    assert fence.touched == [0, 0, 0, 0]


def test_of_several_addresses_only_those_in_scope_are_tried(fence: Fence, authority: Authority) -> None:
    with (
        hostile_dns.Resolver(only("A", "127.0.0.2", "127.0.0.1")) as resolver,
        wire_for(resolving(fence.server.port, authority, resolver, "127.0.0.1/32")) as wire,
    ):
        assert wire.http("GET", f"https://{HOST}:{fence.server.port}/").status == 302
    assert fence.touched == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("answers", "garbage", "causes"),
    [
        (None, None, {Cause.TIMEOUT}),
        (only("A"), b"", {Cause.MALFORMED, Cause.TIMEOUT}),
        (only("A"), b"\xff" * 40, {Cause.MALFORMED, Cause.TIMEOUT}),
        (only("A"), bytes(2000), {Cause.MALFORMED, Cause.TIMEOUT}),
    ],
)
def test_resolvers_that_lie_or_drag(
    answers: hostile_dns.Answers | None, garbage: bytes | None, causes: set[Cause], authority: Authority
) -> None:
    with (
        hostile_dns.Resolver(answers, garbage=garbage) as resolver,
        wire_for(resolving(9, authority, resolver)) as wire,
    ):
        with pytest.raises(WireError) as wrong:
            bounded(lambda: wire.query(HOST, "TXT"))
        assert wrong.value.cause in causes
        assert bounded(lambda: wire.http("GET", f"https://{HOST}:9/")).fault in {
            Cause.UNREACHABLE,
            *causes,
        }
