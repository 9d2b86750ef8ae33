"""Takes from a process what reading a document does not need: memory, time, network, other programs, writing."""

import logging
import os
import resource
import signal
import sys
from typing import Any

from harness.attest.reading import Limits

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.system",
    "os.remove",
    "ctypes.",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Seconds between the warning that ends the process and the kernel's last word.
_GRACE = 5


def confine(limits: Limits) -> None:
    """Take away from this process, for good, what reading a document does not need."""
    logging.disable()
    signal.alarm(limits.clock)
    for kind, most, last in (
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_CPU, limits.computing, limits.computing + _GRACE),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        try:
            resource.setrlimit(kind, (most, last))
        except (ValueError, OSError):
            continue  # macOS knows no limit of address space; the clock still ends it
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(args[2], int) and args[2] & _WRITING
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"a document is only read: {event}")
