"""Connections of HTTP exchanges: opened by the wire, watched, metered, and kept for the next exchange only while fresh."""

import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from harness.door import Door
from harness.guard import watch
from harness.response import CheckedResponse

#: A connection that rested longer is not used again (seconds; ours): servers close idle ones after two or more, and a
#: request that crosses such an end on its way is lost.
FRESH = 1.0


class _Kept:
    """Pools that stop a resting connection's clock and do not hand out one that rested too long, or any where none is kept."""

    keeps = True

    def _get_conn(self, timeout: float | None = None) -> Any:
        conn = super()._get_conn(timeout)  # type: ignore[misc]
        if conn.sock is not None:
            if time.monotonic() - conn.rested > FRESH:
                conn.close()
            else:
                conn.sock.meter.resume()
        return conn

    def _put_conn(self, conn: Any) -> None:
        if conn is not None and not self.keeps:
            conn.close()  # whatever the server made of our `Connection: close`
        if conn is not None and conn.sock is not None:
            conn.rested = time.monotonic()
            conn.sock.meter.end()
        super()._put_conn(conn)  # type: ignore[misc]


class PlainPool(_Kept, HTTPConnectionPool):
    """Connections without TLS."""


class SecurePool(_Kept, HTTPSConnectionPool):
    """Connections with TLS."""


class _Watched:
    """Connections of which one that is used again is watched until the end of the new exchange."""

    rested = 0.0
    sock: Any

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            watch(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


def pools(wire: Door, *, keep: bool) -> dict[str, Any]:
    """The pool classes by scheme, whose connections this wire opens, and keeps or not."""

    class Plain(_Watched, HTTPConnection):
        response_class = CheckedResponse

        def _new_conn(self) -> Any:
            return wire.connect(self.host, self.port or 80, paced=False)

    class Secure(_Watched, HTTPSConnection):
        response_class = CheckedResponse

        def _new_conn(self) -> Any:
            self.opened = wire.connect(self.host, self.port or 443, paced=False)
            return self.opened

        def connect(self) -> None:
            super().connect()
            self.sock.meter = self.opened.meter

    plain = type("WiredPlainPool", (PlainPool,), {"ConnectionCls": Plain, "keeps": keep})
    secure = type("WiredSecurePool", (SecurePool,), {"ConnectionCls": Secure, "keeps": keep})
    return {"http": plain, "https": secure}
