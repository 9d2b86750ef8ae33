"""How the hostile tests ask: a target for one port, a wire for it, and a hard limit on whatever it does."""

import threading
from collections.abc import Callable
from typing import Any

from harness.scope import Gate, Names
from harness.target import Component, Limits, ScopeRules, Target
from harness.wire import Wire
from tests.hostile_tls import HOST, Authority

#: One exchange may last `total_seconds` twice (verified, then unverified); the rest is for slow machines.
HARD_LIMIT = 30.0
LIMITS = Limits(connect_seconds=1, read_seconds=1, total_seconds=2, body_bytes=200_000)
REQUEST = b"GET / HTTP/1.1\r\nHost: hostile.test\r\n\r\n"


def target_at(port: int, authority: Authority, **scope: Any) -> Target:
    rules: dict[str, Any] = {
        "authorised_by": "a",
        "document": "d",
        "contact": "c",
        "hosts": (HOST,),
        "ports": (port,),
    }
    return Target(
        name="hostile",
        owner="nobody",
        scope=ScopeRules(**{**rules, "requests_per_second": 1000, **scope}),
        components=(Component(name="portal", kind="portal", base_url=f"https://{HOST}:{port}/"),),
        ca_file=str(authority.ca_file),
        connect_to={f"{HOST}:{port}": f"127.0.0.1:{port}"},
        limits=LIMITS,
    )


def wire_for(target: Target, seconds: float = 10, **more: Any) -> Wire:
    return Wire(target, Names(target), Gate(target.scope), prefix="x", seconds=seconds, salt=b"salt", **more)


def bounded(work: Callable[[], Any]) -> Any:
    """The result of `work`, or what it raised; fails when it does not end."""
    box: list[Any] = []

    def run() -> None:
        try:
            box.append(work())
        except BaseException as wrong:  # noqa: BLE001 — handed on to the caller
            box.append(wrong)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(HARD_LIMIT)
    assert box, "it hangs"
    if isinstance(box[0], BaseException):
        raise box[0]
    return box[0]
