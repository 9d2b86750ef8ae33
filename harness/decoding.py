"""Response bodies, decoded within limits: a small answer must not become a large one, nor noise a clean page."""

import zlib

from harness.evidence import Cause

#: Bytes read at once; below this size expansion is not looked at.
CHUNK = 65_536
_INFLATED = ("gzip", "x-gzip", "deflate")
_GZIP_MAGIC = b"\x1f\x8b"


class Decoder:
    """Collects a body, decoding gzip and deflate, and stops at the limits.

    `fault` and `detail` say what is wrong, if anything; `finish` must be called when the body has ended.
    """

    def __init__(self, coding: str, limit: int, expansion: int) -> None:
        self._coding = coding.strip().lower()
        self._inflate = _inflater() if self._coding in _INFLATED else None
        self._limit, self._expansion = limit, expansion
        self._consumed = 0
        self._parts: list[bytes] = []
        self._size = 0
        self.fault: Cause | None = None
        self.detail = ""
        if self._coding not in ("", "identity", *_INFLATED):
            self.fault, self.detail = (
                Cause.MALFORMED,
                f"the content coding {self._coding[:40]!r} was not offered",
            )

    @property
    def taken(self) -> bytes:
        """The decoded bytes so far, at most the limit."""
        return b"".join(self._parts)[: self._limit]

    def feed(self, chunk: bytes) -> bool:
        """Add a chunk; False when no more is wanted."""
        if self.fault is None:
            self._add(chunk)
        return self._size <= self._limit and self.fault is None

    def finish(self) -> bool:
        """The body has ended: False when it ended in the middle of its coding."""
        if self._inflate and self._consumed and not self._inflate.eof and self.fault is None:
            self.fault, self.detail = Cause.MALFORMED, "the compressed body is cut short"
        return self.fault is None

    def _add(self, chunk: bytes) -> None:
        while chunk:
            data, left = self._decoded(chunk)
            self._consumed += len(chunk) - len(left)
            self._parts.append(data)
            self._size += len(data)
            if self._inflate and self._size > max(CHUNK, self._consumed * self._expansion):
                self.fault = Cause.TOO_LARGE
                self.detail = f"{self._consumed} bytes expand more than {self._expansion} times"
                return
            if self._size > self._limit:
                self.detail = f"cut after {self._limit} bytes"
                return
            chunk = left

    def _decoded(self, chunk: bytes) -> tuple[bytes, bytes]:
        """Some decoded bytes, and what of the chunk is left to decode."""
        if self._inflate is None:
            return chunk, b""
        if self._inflate.eof:  # a further member (RFC 1952 §2.2), or bytes that belong to nothing
            if not chunk.startswith(_GZIP_MAGIC):
                return b"", b""
            self._inflate = _inflater()
        data = self._inflate.decompress(chunk, min(CHUNK, self._limit - self._size + 1))
        return data, self._inflate.unconsumed_tail or self._inflate.unused_data


def _inflater() -> "zlib._Decompress":
    return zlib.decompressobj(zlib.MAX_WBITS | 32)
