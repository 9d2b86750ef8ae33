"""Binds tokens to a key of the harness (DPoP) and tries everything that would loosen them again."""

from msgspec.structs import replace

from harness.agent import Page
from harness.evidence import Missing
from harness.experiment import Attempt, Experiment
from harness.idtarget import Role
from harness.model import Text
from harness.registry import probe
from harness.target import Issuer
from harness.wire import Wire

from .probe_flow import Flow, Params, Tokens, attempt
from .probe_token_proofs import Prover
from .probe_token_steps import (
    OFFLINE,
    asked,
    carried_out,
    cited,
    code_form,
    fresh_code,
    listed,
    refresh_token,
    words,
)
from .token_evidence import DpopTrials


@probe("issuer", seconds=90)
def dpop_proofs(issuer: Issuer, wire: Wire) -> DpopTrials | Missing:
    """Some twenty proofs at the token endpoint, each with a fresh code, and as many at userinfo and the resource."""
    flow = Flow(wire, issuer)
    offered = listed(flow, "dpop_signing_alg_values_supported")
    if not offered:
        return DpopTrials(experiments={"token": _not_offered(flow)})
    binder = Binder(flow, Prover(offered))
    experiments = {"token": carried_out(flow, binder.at_token_endpoint)}
    places = {"userinfo": flow.metadata.get("userinfo_endpoint"), "resource": issuer.resource_url}
    tried = {
        name: carried_out(flow, binder.opens, name, url)
        for name, url in places.items()
        if isinstance(url, str)
    }
    aware = {name: e for name, e in tried.items() if e.control is not None and e.control.granted}
    experiments |= aware or dict(
        list(tried.items())[:1]
    )  # a resource that knows no DPoP may take bearers (§7.2)
    if asked(flow, "public") and flow.client("public").auth == "none":
        experiments["refresh"] = carried_out(flow, binder.refreshes)
    experiments["used"] = Experiment(control=experiments["token"].control, attempts=tuple(binder.used))
    return DpopTrials(
        experiments=experiments,
        exchanges=cited([flow.agent], experiments.values()),
        offered=tuple(alg[:20] for alg in offered[:20]),
        nonce=bool(binder.prover.nonce),
    )


def _not_offered(flow: Flow) -> Experiment:
    mtls = flow.metadata.get("tls_client_certificate_bound_access_tokens") is True
    more = ("; tokens are bound to certificates instead", "; ผูกโทเคนกับใบรับรองแทน") if mtls else ("", "")
    return Experiment(
        not_offered=Text(
            f"rule: applies where the metadata offer DPoP; fact: they do not{more[0]}",
            f"เงื่อนไข: ใช้เมื่อเมทาดาทาเสนอ DPoP; ข้อเท็จจริง: ไม่ได้เสนอ{more[1]}",
        )
    )


class Binder:
    """Gets tokens with proofs. `used` collects what became of proofs that were presented twice."""

    def __init__(self, flow: Flow, prover: Prover) -> None:
        self.flow, self.prover = flow, prover
        self.url = flow.endpoint("token_endpoint")
        self.used: list[Attempt] = []

    def post(self, form: Params, proof: str | None, role: Role = "main", label: str = "DPoP") -> Tokens:
        """One request with this proof; a nonce in the answer is kept for the next."""
        headers = (("DPoP", proof),) if proof else ()
        found = self.flow.post("token_endpoint", form, role, label=label, headers=headers)
        self._hear(found.page)
        return found

    def _hear(self, page: Page) -> None:
        nonce = next((value for name, value in page.headers if name.lower() == "dpop-nonce"), "")
        self.prover.nonce = nonce[:500] or self.prover.nonce

    def good(self, form: Params, role: Role = "main") -> tuple[Tokens, str]:
        """A request with a good proof, once more where the server first says which nonce; and that proof."""
        for _ in range(2):
            proof = self.prover.proof("POST", self.url)
            found = self.post(form, proof, role)
            if found.access or not self.prover.nonce:
                break
        return found, proof

    def at_token_endpoint(self) -> Experiment:
        """Fresh codes with one good proof and every bad one."""
        found, proof = self.good(code_form(*fresh_code(self.flow, "main")))
        control = found.attempt("a code with a good proof")
        if not control.granted:
            return Experiment(control=control)
        if str(found.data.get("token_type", "")).lower() != "dpop":
            return Experiment(
                control=replace(control, granted=None, note="the token is not bound (token_type)")
            )
        again = self.post(code_form(*fresh_code(self.flow, "main")), proof)
        self.used.append(again.attempt("a proof presented again for another code"))
        attempts, form = self._faulty(fresh=False)
        after = self.good(form)[0].attempt("the code of the refused proofs with a good one")
        if not after.granted:  # refused proofs spend the code here, so that each needs its own
            attempts, form = self._faulty(fresh=True)
            after = self.good(code_form(*fresh_code(self.flow, "main")))[0].attempt("another good proof")
        return Experiment(control=control, attempts=attempts, after=after)

    def _faulty(self, *, fresh: bool) -> tuple[tuple[Attempt, ...], Params]:
        """Every bad proof with one code, a fresh one after each that was taken (`fresh`: after each)."""
        form, attempts = code_form(*fresh_code(self.flow, "main")), []
        for name, make in self.prover.faults("POST", self.url):
            found = self.post(form, make(), label=name)
            attempts.append(found.attempt(f"token: {name}"))
            if found.access or fresh:
                form = code_form(*fresh_code(self.flow, "main"))
        return tuple(attempts), form

    def opens(self, place: str, url: str) -> Experiment:
        """A bound token with one good proof and every bad one, and as a bearer."""
        token = self.good(code_form(*fresh_code(self.flow, "main")))[0].access
        proof, page = self._opened(url, token)
        control = attempt(f"{place} with a good proof", page, _open(page))
        if not control.granted:
            return Experiment(control=control)
        again = self._get(url, "DPoP", token, proof)
        self.used.append(attempt(f"{place}: a proof presented again", again, _open(again)))
        attempts = []
        for name, scheme, sent in self._wrong(url, token):
            page = self._get(url, scheme, token, sent, name)
            attempts.append(attempt(f"{place}: {name}", page, _open(page)))
        after = attempt(f"{place} with another good proof", last := self._opened(url, token)[1], _open(last))
        return Experiment(control=control, attempts=tuple(attempts), after=after)

    def _wrong(self, url: str, token: str) -> list[tuple[str, str, str | None]]:
        made = [(name, "DPoP", make()) for name, make in self.prover.faults("GET", url, token)]
        stranger = Prover(self.prover.offered)
        stranger.nonce = self.prover.nonce
        return [
            *made,
            ("no ath", "DPoP", self.prover.proof("GET", url)),
            ("ath of another token", "DPoP", self.prover.proof("GET", url, f"{token}x")),
            ("a good proof by another key", "DPoP", stranger.proof("GET", url, token)),
            ("no proof", "DPoP", None),
            ("the bound token as a bearer", "Bearer", None),
        ]

    def _opened(self, url: str, token: str) -> tuple[str, Page]:
        for _ in range(2):
            proof = self.prover.proof("GET", url, token)
            page = self._get(url, "DPoP", token, proof)
            if _open(page) or not self.prover.nonce:
                break
        return proof, page

    def _get(self, url: str, scheme: str, token: str, proof: str | None, label: str = "DPoP") -> Page:
        headers = [("Authorization", f"{scheme} {token}"), *([("DPoP", proof)] if proof else [])]
        page = self.flow.agent.fetch("GET", url, headers=headers, label=label)
        self._hear(page)
        return page

    def refreshes(self) -> Experiment:
        """A public client's refresh token, bound to the key (§5), with that key, with another and with none."""
        first = self._bound_refresh()
        if not first:
            return Experiment(
                not_offered=Text(
                    "rule: applies where public clients get refresh tokens; fact: the test client got none",
                    "เงื่อนไข: ใช้เมื่อไคลเอนต์สาธารณะได้รับโทเคนต่ออายุ; ข้อเท็จจริง: ไคลเอนต์ทดสอบไม่ได้รับ",
                )
            )
        control = self.good(_refreshing(first), "public")[0].attempt("a bound refresh token with its key")
        stranger = Prover(self.prover.offered)
        stranger.nonce = self.prover.nonce
        foreign = self.post(_refreshing(self._bound_refresh()), stranger.proof("POST", self.url), "public")
        without = self.post(_refreshing(self._bound_refresh()), None, "public")
        attempts = (
            foreign.attempt("a bound refresh token with another key"),
            without.attempt("a bound refresh token without a proof"),
        )
        return Experiment(control=control, attempts=attempts)

    def _bound_refresh(self) -> str:
        scope, prompt = " ".join(words(self.flow, "public")), None
        if OFFLINE in self.flow.client("public").scope.split():
            scope, prompt = f"{scope} {OFFLINE}", "consent"
        form = code_form(*fresh_code(self.flow, "public", scope=scope, prompt=prompt))
        return refresh_token(self.good(form, "public")[0])


def _refreshing(token: str) -> Params:
    return {"grant_type": "refresh_token", "refresh_token": token}


def _open(page: Page) -> bool:
    return page.status is not None and 200 <= page.status < 300
