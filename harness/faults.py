"""From the many exceptions of the layers below to one cause."""

import http.client
import ssl
import zlib
from typing import Any

import requests
import urllib3

from harness.evidence import Cause
from harness.scope import WireError


def classify(wrong: BaseException, *, expired: bool) -> tuple[Cause, str]:
    """The cause and a detail; `expired` says that the deadline had passed, whatever was raised."""
    chain = _chain(wrong)
    for one in chain:
        if isinstance(one, WireError):
            return one.cause, str(one)
    if expired or any(isinstance(one, TimeoutError | requests.Timeout) for one in chain):
        return Cause.TIMEOUT, "no complete answer in time"
    if any(isinstance(one, ssl.SSLError) for one in chain):
        return Cause.TLS, next(str(one) for one in chain if isinstance(one, ssl.SSLError))
    if any(
        isinstance(
            one, http.client.HTTPException | urllib3.exceptions.ProtocolError | zlib.error | ValueError
        )
        for one in chain
    ):
        return Cause.MALFORMED, f"{type(chain[-1]).__name__}: {chain[-1]}"
    return Cause.UNREACHABLE, str(chain[-1])


def _chain(wrong: BaseException) -> list[BaseException]:
    """The exception, what it carries in its arguments, and what caused it; innermost last."""
    found: list[BaseException] = []
    queue: list[Any] = [wrong]
    while queue and len(found) < 20:
        one = queue.pop(0)
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            queue += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
    return found
