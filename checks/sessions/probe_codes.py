"""The authenticator app of a test account: codes by time (RFC 6238), each of them given out once."""

import base64
import binascii
import threading
import time
from itertools import islice

from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from harness.evidence import Cause
from harness.idtarget import Codes
from harness.scope import WireError
from harness.wire import Wire

_ALGORITHMS: dict[str, type[SHA1 | SHA256 | SHA512]] = {"sha1": SHA1, "sha256": SHA256, "sha512": SHA512}
#: The last step whose code was given out, by seed: a right platform takes no code twice, whichever probe used it.
_spent: dict[bytes, int] = {}
_giving = threading.Lock()


class Authenticator:
    """Makes codes from a seed. Raises WireError for a seed that is not base32."""

    def __init__(self, seed: str, codes: Codes) -> None:
        text = "".join(seed.split()).replace("-", "").rstrip("=").upper()
        try:
            self._key = base64.b32decode(text + "=" * (-len(text) % 8))
        except binascii.Error:
            raise WireError(Cause.NO_CREDENTIAL, "the seed of the authenticator is not base32") from None
        self.codes = codes
        digest = _ALGORITHMS[codes.algorithm]()
        self._made = TOTP(self._key, codes.digits, digest, codes.seconds, enforce_key_length=False)

    @property
    def step(self) -> int:
        """The time step that is now."""
        return int(time.time()) // self.codes.seconds

    def code(self, step: int) -> str:
        """The code of a step."""
        return self._made.generate(step * self.codes.seconds).decode()

    def fresh(self, wire: Wire) -> str:
        """A code that nobody was given yet, never ahead of its time. Raises WireError when there is no time to wait."""
        with _giving:
            step = max(self.step, _spent.get(self._key, -1) + 1)
            _spent[self._key] = step
        wait = step * self.codes.seconds - time.time()
        if wait > wire.remaining:
            raise WireError(Cause.TIMEOUT, "no time was left to wait for another one-time code")
        time.sleep(max(0.0, wait))
        return self.code(step)

    def older(self, seconds: int) -> str:
        """A code whose own time ended at least so many seconds ago."""
        return self.code(max(0, self.step - 1 - -(-seconds // self.codes.seconds)))

    def wrong(self, count: int) -> list[str]:
        """Different codes, none of which is right within ten minutes: longer than any probe takes."""
        near = 600 // self.codes.seconds
        right = {self.code(s) for s in range(max(0, self.step - near), self.step + near + 1)}
        every = (f"{n:0{self.codes.digits}d}" for n in range(10**self.codes.digits))
        return list(islice((code for code in every if code not in right), count))
