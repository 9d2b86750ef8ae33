"""Opens documents safely: looked at from outside first, then read by confined child processes, two at a time."""

import os
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from harness.attest.reading import MAX_BYTES, PARALLEL, Answer, Limits, Order, Refusal, Wanted
from harness.errors import HarnessError

Spans = tuple[tuple[int, int], ...]
#: All that a child needs to find its libraries; credentials of the run are none of its business.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")


def read(documents: Mapping[Path, Spans], limits: Limits | None = None) -> dict[Path, Answer]:
    """What stands in each document; the spans are the pages that are cited.

    Raises HarnessError when a child breaks for a reason that no document gave.
    """
    limits = limits or Limits()
    found: dict[Path, Answer] = {path: no for path in documents if (no := _from_outside(path))}
    left = [Wanted(str(path), spans) for path, spans in documents.items() if path not in found]
    shares = [share for n in range(PARALLEL) if (share := left[n::PARALLEL])]
    with ThreadPoolExecutor(PARALLEL) as pool:
        for share, answers in zip(shares, pool.map(lambda s: _child(s, limits), shares), strict=True):
            found |= {Path(wanted.path): answer for wanted, answer in zip(share, answers, strict=True)}
    return found


def _from_outside(path: Path) -> Refusal | None:
    """What can be refused before a byte is read."""
    try:
        seen = path.stat()
    except OSError as wrong:
        return Refusal(kind="damaged", why=f"cannot be read ({wrong.strerror}); put the file there")
    if not stat.S_ISREG(seen.st_mode):
        return Refusal(kind="type", why="is not a file; hand in a PDF or DOCX")
    if seen.st_size > MAX_BYTES:
        most = MAX_BYTES // 1_000_000
        why = f"has {seen.st_size:,} bytes, more than {most} MB; hand in the cited part or smaller pictures"
        return Refusal(kind="size", why=why)
    return None


def _child(share: Sequence[Wanted], limits: Limits) -> list[Answer]:
    command = [sys.executable, "-P", "-m", "harness.attest.child"]
    order = msgspec.json.encode(Order(tuple(share), limits)) + b"\n"
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    patience = 60 + len(share) * (limits.clock + 5)
    try:
        done = subprocess.run(  # noqa: S603 — our own module, no shell
            command, input=order, capture_output=True, env=environment, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        raise HarnessError("the reader of documents does not answer") from None
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(share):
        words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise HarnessError(f"the reader of documents broke (exit {done.returncode}): {''.join(words)}")
    return [msgspec.json.decode(line, type=Answer) for line in lines]
