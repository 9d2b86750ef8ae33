"""One at a time: probes that sign in at the same page would end, count or lock each other's attempts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from harness.evidence import Cause
from harness.idtarget import SignInPage
from harness.scope import WireError
from harness.wire import Wire

#: Whoever locks or changes something waits this long, so that those who only look are in line first.
_HESITATION = 0.25
_changed = threading.Condition()
_waiting: dict[str, list[int]] = {}
_taken: set[str] = set()


@contextmanager
def turn(page: SignInPage, wire: Wire, rank: int) -> Iterator[None]:
    """Wait until nobody is at this page and nobody of a lower rank is in line. Raises WireError when time is up."""
    place = f"{page.base_url}{page.login.page}"
    with _changed:
        _waiting.setdefault(place, []).append(rank)
        _changed.wait(_HESITATION if rank else 0.001)
        try:
            free = _changed.wait_for(
                lambda: place not in _taken and rank == min(_waiting[place]), timeout=wire.remaining
            )
        finally:
            _waiting[place].remove(rank)
            _changed.notify_all()
        if not free:
            raise WireError(Cause.TIMEOUT, "other tests of this sign-in page took all the time there was")
        _taken.add(place)
    try:
        yield
    finally:
        with _changed:
            _taken.discard(place)
            _changed.notify_all()
