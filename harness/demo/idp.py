"""The platform's identity provider: OAuth 2.0 and OpenID Connect as RFC 9700 and the profiles above it want them.

One module for each concern: `idp_requests`, `idp_signin` and `idp_authorize` for the browser's side,
`idp_client_auth`, `idp_token` and `idp_tokens` for the client's, `idp_rules` for what a defect may change.
"""

import secrets

from harness.demo import (
    idp_authorize,
    idp_logout,
    idp_metadata,
    idp_pushed,
    idp_registration,
    idp_signin,
    idp_token,
    idp_userinfo,
)
from harness.demo.accounts import Accounts
from harness.demo.behaviour import Handler
from harness.demo.hosts import ISSUER
from harness.demo.idp_clients import Clients
from harness.demo.idp_keys import Keys
from harness.demo.idp_messages import Params
from harness.demo.idp_rules import IdpRules
from harness.demo.idp_store import Expiring, Grant, Store
from harness.demo.looks import STYLE
from harness.demo.people import People, Person
from harness.demo.portal import CSS, TEXT, file, security_txt
from harness.demo.rules import Rules


class IdentityProvider:
    """Rules, keys, clients and memory of one provider. Called from many threads.

    `subjects` are the ids under which people are known outside: random, so that they mean nothing elsewhere.
    """

    def __init__(self, rules: IdpRules, people: People) -> None:
        self.rules, self.people = rules, people
        self.keys, self.clients, self.store = Keys(), Clients(), Store()
        self.accounts = Accounts(
            people.patients, Rules()
        )  # with locks of their own: one door does not lock the other
        self.subjects = {person.name: secrets.token_urlsafe(12) for person in people.patients}
        self.pushed: Expiring[Params] = Expiring()
        self.sign_ins: Expiring[idp_signin.SignIn] = Expiring()
        self.goodbyes: Expiring[str] = Expiring()

    def at(self, name: str) -> str:
        """The address of an endpoint."""
        return f"{ISSUER}/{name}"

    def subject(self, grant: Grant) -> str:
        """Whom a token is about: a person, or the client itself (RFC 9068 §2.2)."""
        return self.subjects[grant.person.name] if grant.person else grant.client_id

    def person(self, subject: object) -> Person | None:
        """The person behind a subject id."""
        return next((p for p in self.people.patients if self.subjects[p.name] == subject), None)


#: Paths of the provider's host; a fresh copy for each platform is made by `api.routes`.
ROUTES: dict[str, dict[str, Handler]] = {
    "/": {"GET": idp_metadata.home},
    "/.well-known/openid-configuration": {"GET": idp_metadata.metadata},
    "/.well-known/oauth-authorization-server": {"GET": idp_metadata.metadata},
    "/.well-known/security.txt": {"GET": security_txt},
    "/jwks": {"GET": idp_metadata.jwks},
    "/authorize": {"GET": idp_authorize.authorize, "POST": idp_authorize.authorize},
    "/sign-in": {"POST": idp_signin.sign_in},
    "/par": {"POST": idp_pushed.push},
    "/token": {"POST": idp_token.token},
    "/userinfo": {"GET": idp_userinfo.userinfo, "POST": idp_userinfo.userinfo},
    "/introspect": {"POST": idp_userinfo.introspect},
    "/revoke": {"POST": idp_userinfo.revoke},
    "/logout": {"GET": idp_logout.logout, "POST": idp_logout.logout},
    "/register": {
        "GET": idp_registration.look,
        "POST": idp_registration.register,
        "DELETE": idp_registration.remove,
    },
    "/static/site.css": {"GET": file(STYLE, CSS)},
    "/robots.txt": {"GET": file(b"User-agent: *\nDisallow: /\n", TEXT)},
}
