"""Client assertions (private_key_jwt) made by hand, each wrong in one thing only, between good ones."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.evidence import Cause, Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Role
from harness.model import Text
from harness.registry import probe
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_canary import Canary, reachable
from .probe_flow import Flow, Tokens
from .probe_jose import Claims, algorithm, flipped, jwk_of, macced, private_key, signed, unsigned
from .probe_jose_keys import key_like
from .probe_token_steps import asked, carried_out, cited, listed, machine_form
from .token_evidence import AssertionTrials

#: Seconds that a good assertion lives; SMART App Launch allows five minutes.
_GOOD = 240
#: Far beyond any allowance for clocks that differ; RFC 7523 §3 names none.
_HOUR = 3600
_YEAR = 365 * 24 * _HOUR


@probe("issuer")
def client_assertions(issuer: Issuer, wire: Wire) -> AssertionTrials | Missing:
    """Ask for a machine's token with some twenty-five assertions; one request each."""
    flow = Flow(wire, issuer)
    if not _used(flow):
        return AssertionTrials(experiments={"forged": _not_offered()})
    with Canary() as canary:
        signer = Signer(flow, canary)
        experiments = {
            "forged": carried_out(flow, signer.tried, dict(signer.forged())),
            "used": carried_out(flow, signer.used_twice),
            "policy": carried_out(flow, signer.tried, dict(signer.policy())),
        }
    return AssertionTrials(experiments=experiments, exchanges=cited([flow.agent], experiments.values()))


def _used(flow: Flow) -> bool:
    """Whether a machine authenticates so. Raises WireError where it is offered and the target names none."""
    if asked(flow, "machine") and flow.client("machine").auth == "private_key_jwt":
        return True
    if "private_key_jwt" in listed(flow, "token_endpoint_auth_methods_supported"):
        raise WireError(Cause.NO_CREDENTIAL, "the target names no test client `machine` with private_key_jwt")
    return False


def _not_offered() -> Experiment:
    return Experiment(
        not_offered=Text(
            "rule: applies where clients authenticate by private_key_jwt; fact: the metadata do not offer it "
            "and the target names no such client",
            "เงื่อนไข: ใช้เมื่อไคลเอนต์ยืนยันตัวตนด้วย private_key_jwt; ข้อเท็จจริง: เมทาดาทาไม่เสนอและเป้าหมายไม่มีไคลเอนต์เช่นนี้",
        )
    )


class Signer:
    """Makes the assertions of a machine. The audience is the token endpoint, or the issuer where only that is taken."""

    def __init__(self, flow: Flow, canary: Canary, role: Role = "machine") -> None:
        self.flow, self.client = flow, flow.client(role)
        self.key = private_key(flow.wire.secret(flow.issuer.secret(role)))
        self.other = key_like(self.key)  # of the same kind, and not registered
        self.alg = algorithm(self.key, listed(flow, "token_endpoint_auth_signing_alg_values_supported"))
        self.form = machine_form(flow, role)
        self.audience = flow.endpoint("token_endpoint")
        self.set_url = ""
        if reachable(flow.wire, self.audience):
            foreign = json.dumps({"keys": [jwk_of(self.other, "moph-foreign")]}).encode()
            canary.contents["/jwks.json"] = ("application/json", foreign)
            self.set_url = canary.url("/jwks.json")
        if not self.send(self.good()).access:
            self.audience = str(flow.metadata.get("issuer") or flow.issuer.issuer)

    def good(self, **claims: object) -> str:
        """A good assertion; `claims` replace claims, None removes one."""
        return self.signed({}, claims, self.key)

    def signed(self, header: Claims, claims: Mapping[str, object], key: PrivateKeyTypes) -> str:
        """An assertion with these changes to header and claims."""
        said = {name: value for name, value in (self.claims() | dict(claims)).items() if value is not None}
        return signed({"alg": self.alg, "typ": "JWT"} | header, said, key)

    def claims(self) -> Claims:
        """The claims of a good assertion, with a jti of their own."""
        now, mine = int(time.time()), self.client.client_id
        times = {"iat": now, "exp": now + _GOOD}
        return {"iss": mine, "sub": mine, "aud": self.audience, "jti": secrets.token_urlsafe(16)} | times

    def send(self, token: str, label: str = "client assertion", **changes: str) -> Tokens:
        """Ask for a token with this assertion."""
        proof = {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": token,
        }
        return self.flow.post("token_endpoint", self.form | proof | changes, None, label=label)

    def tried(self, faults: Mapping[str, str | Claims]) -> Experiment:
        """Each fault between two good assertions."""
        control = self.send(self.good()).attempt("a good assertion")
        attempts = [self._one(name, fault) for name, fault in faults.items()] if control.granted else []
        after = self.send(self.good()).attempt("another good assertion") if control.granted else None
        return Experiment(control=control, attempts=tuple(attempts), after=after)

    def _one(self, name: str, fault: str | Claims) -> Attempt:
        if isinstance(fault, str):
            return self.send(fault, name).attempt(name)
        return self.send(self.good(), name, **fault).attempt(name)

    def used_twice(self) -> Experiment:
        """The same assertion again, with a jti and without."""
        first = self.good()
        control = self.send(first).attempt("an assertion for the first time")
        bare = self.good(jti=None)
        attempts = [self.send(first).attempt("an assertion presented again")] if control.granted else []
        if control.granted and self.send(bare).access:
            attempts.append(self.send(bare).attempt("an assertion without jti presented again"))
        return Experiment(control=control, attempts=tuple(attempts))

    def forged(self) -> Iterator[tuple[str, str | Claims]]:
        """What RFC 7523 §3, RFC 7521 §4.2 and RFC 8725 let no server accept."""
        now, mine = int(time.time()), self.client.client_id
        yield "signature with one bit changed", flipped(self.good())
        yield "signed by another key", self.signed({}, {}, self.other)
        yield "alg none", unsigned({"alg": "none", "typ": "JWT"}, self.claims())
        yield (
            "a header that promises a signature, and none",
            unsigned({"alg": self.alg, "typ": "JWT"}, self.claims()),
        )
        for form, secret in _public_forms(self.key):
            yield (
                f"HS256 with the public key ({form})",
                macced({"alg": "HS256", "typ": "JWT"}, self.claims(), secret),
            )
        yield "its own key in the header (jwk)", self._foreign(jwk=jwk_of(self.other, "moph-foreign"))
        if (
            self.set_url
        ):  # only a platform on this machine could fetch it, and only a fetched set tells anything
            yield "its own key set in the header (jku)", self._foreign(jku=self.set_url)
        yield "unknown crit", self.signed({"crit": ["moph"], "moph": True}, {}, self.key)
        yield "another aud", self.good(aud="https://other.example/token")
        yield "another iss", self.good(iss=f"{mine}-other")
        yield "another sub", self.good(sub=f"{mine}-other")
        yield "exp an hour ago", self.good(iat=now - 2 * _HOUR, exp=now - _HOUR)
        yield "nbf in an hour", self.good(nbf=now + _HOUR, exp=now + 2 * _HOUR)
        for name in ("aud", "exp", "iss", "sub"):
            yield f"no {name}", self.good(**{name: None})
        yield "another client_id beside it", {"client_id": f"{mine}-other"}
        yield "an unknown assertion type", {"client_assertion_type": "urn:ietf:params:oauth:moph"}

    def policy(self) -> Iterator[tuple[str, str]]:
        """What RFC 7523 lets a server refuse, and SMART and FAPI 2.0 ask it to."""
        now = int(time.time())
        yield "exp in a year", self.good(exp=now + _YEAR)
        yield "exp in an hour", self.good(exp=now + _HOUR)
        yield "iat in an hour", self.good(iat=now + _HOUR, exp=now + _HOUR + 240)
        yield "unknown kid", self.signed({"kid": "moph-unknown"}, {}, self.key)

    def _foreign(self, **header: object) -> str:
        return self.signed({"kid": "moph-foreign"} | header, {}, self.other)


def _public_forms(key: PrivateKeyTypes) -> Iterator[tuple[str, bytes]]:
    """The public key in the forms in which a server may hold it, taken for the secret of an HMAC."""
    public = key.public_key()
    yield "PEM", public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield "DER", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
