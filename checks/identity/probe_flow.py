"""The authorization code flow, driven as a person and a client would, with every parameter open to change.

Codes, tokens and secrets stay in memory; what is kept is redacted. Every request goes through the wire.
"""

import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from msgspec.structs import replace

from harness.agent import MOST_STEPS, Agent, Form, Page, forms
from harness.evidence import Cause, Exchange
from harness.idtarget import Client, Role
from harness.scope import WireError
from harness.target import Issuer
from harness.wire import Wire

from .probe_answers import Answer, Ask, Params, Tokens, answered, attempt, ending, is_answer, read
from .probe_browser import browsed, installed
from .probe_client_auth import proven
from .probe_discovery import discovered
from .probe_jose import b64u

_PUSHED = "pushed_authorization_request_endpoint"


class Flow:
    """One provider, one browser session, any number of requests.

    Construct one for each experiment that needs a fresh session. Raises WireError where the provider's
    metadata cannot be had.
    """

    def __init__(self, wire: Wire, issuer: Issuer, metadata: dict[str, Any] | None = None) -> None:
        self.wire, self.issuer = wire, issuer
        self.agent = Agent(wire)
        #: How many exchanges there were when each request that carried the password was about to be sent.
        self.posts: list[int] = []
        #: Whether a password was typed into a page and no request was seen to carry it.
        self.unseen = False
        self._given = False
        self.metadata = metadata if metadata is not None else discovered(self.agent, issuer.issuer)

    @property
    def browser(self) -> bool:
        """Whether people sign in through a headless Chromium. Raises WireError where there is none."""
        return self.issuer.provider.sign_in.adapter == "browser" and installed()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything sent so far, in order."""
        return tuple(self.agent.exchanges)

    def client(self, role: Role = "main") -> Client:
        """The test client of this role. Raises WireError when the target names none."""
        found = self.issuer.provider.clients.get(role)
        if found is None:
            raise WireError(Cause.NO_CREDENTIAL, f"the target names no test client `{role}`")
        return found

    def endpoint(self, name: str) -> str:
        """An endpoint's address from the metadata. Raises WireError when it names none."""
        found = self.metadata.get(name)
        if not isinstance(found, str) or not found:
            needed = name in (
                "authorization_endpoint",
                "token_endpoint",
            )  # RFC 8414 §2: without them it is no provider
            raise WireError(Cause.MALFORMED if needed else Cause.NOT_OFFERED, f"the metadata name no {name}")
        if not (found.startswith("https://") or _loopback(found)):
            raise WireError(Cause.TLS, f"{name} is not https; passwords and codes are not sent there")
        return found

    # -- the authorization endpoint -------------------------------------------------------------------

    def ask(self, role: Role = "main", **changes: str | None) -> Ask:
        """A good request of this client with PKCE S256, state and nonce; `changes` replace parameters, None removes one."""
        client = self.client(role)
        verifier = b64u(os.urandom(32))
        params: dict[str, str | None] = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uri,
            "scope": client.scope,
            "state": b64u(os.urandom(16)),
            "nonce": b64u(os.urandom(16)),
            "code_challenge": b64u(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        return Ask({k: v for k, v in (params | changes).items() if v is not None}, verifier)

    def address(self, pairs: Iterable[tuple[str, str]]) -> str:
        """The authorization endpoint with these parameters; one that has a query keeps it (RFC 6749 §3.1)."""
        place = self.endpoint("authorization_endpoint")
        return f"{place}{'&' if '?' in place else '?'}{urlencode(list(pairs))}"

    def authorize(self, ask: Ask, *, sign_in: bool = True, label: str = "authorization request") -> Answer:
        """Send the request and go on as a person would, signing in and consenting, until an answer to the client.

        The password is given once: a page that asks again has refused it, and more tries could lock the account.
        """
        url, turned_down = self._entrance(ask)
        if turned_down is not None:
            return Answer(turned_down)
        self._given = False
        if sign_in and self.issuer.provider.sign_in.adapter == "script":
            return self._scripted(url)
        page = self.agent.fetch("GET", url, label=label)
        if self.browser:
            page = self.agent.follow(page, is_answer)
            return browsed(self, page, ask.params.get("redirect_uri", ""), sign_in=sign_in)
        for _ in range(MOST_STEPS):
            page = self.agent.follow(page, is_answer)
            if page.location and is_answer(page.location):
                return answered(page)
            form = self._next_form(page) if sign_in else None
            if form is None:
                break
            page = self.agent.fetch(
                form.method, form.action, form=form.fields, headers=form.headers, label="sign-in or consent"
            )
        return Answer(page)

    def _entrance(self, ask: Ask) -> tuple[str, Page | None]:
        """Where the browser goes with this request, or the answer to it where it was pushed and turned down.

        A request is pushed first where the metadata say that it must be (RFC 9126 §5) and its client is one of ours.
        """
        required = self.metadata.get("require_pushed_authorization_requests") is True
        clients = self.issuer.provider.clients.items()
        role = next((name for name, one in clients if one.client_id == ask.params.get("client_id")), None)
        named = isinstance(self.metadata.get(_PUSHED), str)
        if not (required and named) or role is None or "request_uri" in ask.params:
            return self.address(ask.params.items()), None
        found = self.post(_PUSHED, ask.params, role, label="pushed request")
        place = found.data.get("request_uri")
        if not isinstance(place, str):
            return "", found.page
        return self.address([("client_id", ask.params["client_id"]), ("request_uri", place)]), None

    def _next_form(self, page: Page) -> Form | None:
        """The form a person would send next, filled in: sign-in first, then the first that posts."""
        if page.status != 200:
            return None
        found = forms(page)
        account = self.issuer.provider.sign_in.account
        for form in found:
            if form.password is not None and self._given:
                return None
            if form.password is not None:
                self._given = True
                self.posts.append(len(self.agent.exchanges))
                secret = self.wire.secret(self.issuer.password)
                return replace(form, fields=form.filled(account.username, secret))
        return next((form for form in found if form.method == "POST"), None)

    def _scripted(self, url: str) -> Answer:
        command = self.issuer.provider.sign_in.script or ()
        try:
            done = subprocess.run(  # noqa: S603 — the target's owner names the command
                [*command, url], capture_output=True, text=True, timeout=60, check=True
            )
        except (OSError, subprocess.SubprocessError) as wrong:
            raise WireError(Cause.TOOL_ABSENT, f"the sign-in script failed: {type(wrong).__name__}") from None
        back = done.stdout.strip()
        page = Page(Exchange(id="", label="sign-in script", url=""), url, (), b"", back)
        return answered(page) if is_answer(back) else Answer(page)

    # -- the token endpoint and others that take a form ----------------------------------------------

    def redeem(
        self,
        answer: Answer,
        ask: Ask,
        role: Role = "main",
        *,
        label: str = "code for tokens",
        **changes: str | None,
    ) -> Tokens:
        """Exchange the code; `changes` replace parameters of the request, None removes one."""
        params: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": answer.code,
            "redirect_uri": ask.params.get("redirect_uri"),
            "code_verifier": ask.verifier,
        }
        return self.post("token_endpoint", params | changes, role, label=label)

    def refresh(self, token: str, role: Role = "main", **changes: str | None) -> Tokens:
        """Use a refresh token."""
        params: dict[str, str | None] = {"grant_type": "refresh_token", "refresh_token": token}
        return self.post("token_endpoint", params | changes, role, label="refresh")

    def post(
        self,
        endpoint: str,
        params: Mapping[str, str | None],
        role: Role | None = "main",
        *,
        label: str = "",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Tokens:
        """Post a form to an endpoint as this client (None: as nobody) and read the JSON that comes back."""
        url = self.endpoint(endpoint)
        said = {key: value for key, value in params.items() if value is not None}
        sent = list(headers)
        if role is not None:
            more, said = self.authenticated(self.client(role), role, said)
            sent += more
        page = self.agent.fetch("POST", url, form=said.items(), headers=sent, label=label)
        return Tokens(page, read(page))

    def authenticated(self, client: Client, role: Role, said: Params) -> tuple[list[tuple[str, str]], Params]:
        """The client's authentication as headers and parameters."""
        secret = "" if client.auth == "none" else self.wire.secret(self.issuer.secret(role))
        audience = self.endpoint("token_endpoint") if client.auth == "private_key_jwt" else ""
        algs = self.metadata.get("token_endpoint_auth_signing_alg_values_supported")
        offered = [alg for alg in algs if isinstance(alg, str)] if isinstance(algs, list) else []
        return proven(client, secret, audience, said, offered)

    def tokens(self, role: Role = "main", **changes: str | None) -> tuple[Tokens, Ask]:
        """A whole good sign-in to tokens. Raises WireError when no access token comes of it: then no control holds."""
        ask = self.ask(role, **changes)
        answer = self.authorize(ask)
        if not answer.code:
            raise WireError(
                Cause.UNSTABLE, f"the sign-in ended without a code ({answer.error or ending(answer.page)})"
            )
        found = self.redeem(answer, ask, role)
        if not found.access:
            raise WireError(Cause.UNSTABLE, f"the code was not redeemed ({found.error or found.page.status})")
        return found, ask


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.startswith("127.") or host == "::1"


__all__ = ["Answer", "Ask", "Flow", "Page", "Params", "Tokens", "attempt", "is_answer", "read"]
