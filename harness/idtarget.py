"""The identity side of a target file: its own provider, its sign-in pages, and where it relies on national providers."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Name = Annotated[
    str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$", description="lower-case letters, digits and hyphens")
]
Path_ = Annotated[str, Meta(pattern="^/[^\\s#]*$", description="a path on the component, starting with /")]
#: The parts that test clients play: the usual client; another of the same kind (codes and refresh tokens are
#: bound to their client); a public one; a machine that signs its assertions.
Role = Literal["main", "other", "public", "machine"]


class Secret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a secret comes from; exactly one of the three. The secret itself never stands in a file of ours."""

    env: str | None = None
    file: str | None = None
    command: tuple[str, ...] | None = None


class Account(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test account; synthetic, made for the test."""

    username: str
    password: Secret


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a person gets from the authorization page back to the client.

    `form`: fields are found in the page. `browser`: through a headless Chromium. `script`: a command of the
    target's owner, given the authorization address as its argument, prints the address it was sent back to.
    """

    adapter: Literal["form", "browser", "script"] = "form"
    account: Account
    script: tuple[str, ...] | None = None


class Client(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A client registered for the test at the platform's own provider.

    `secret` is its client secret, or its private key (PEM) where `auth` is private_key_jwt;
    `post_logout_redirect_uri` is where it is registered to be sent back to after a logout.
    """

    client_id: str
    redirect_uri: str = ""
    post_logout_redirect_uri: str = ""
    auth: Literal["none", "client_secret_basic", "client_secret_post", "private_key_jwt"] = (
        "client_secret_basic"
    )
    secret: Secret | None = None
    scope: str = "openid"


class Resource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A path of a component that answers 200 to an access token of the main client, and nobody else."""

    component: Name
    path: Path_
    scope: str = ""


class Provider(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The platform's own identity provider; `issuer` is its base URL without the slash unless said.

    `signing_key` is a private key (PEM) whose public half stands in the JWKS of the test environment: with it
    tokens can be made that are wrong in one thing only, which is the only proof that the rest is looked at.
    """

    component: Name
    issuer: str | None = None
    sign_in: SignIn
    clients: dict[Role, Client]
    resource: Resource | None = None
    signing_key: Secret | None = None


class Login(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign-in page of the platform itself, with the sessions behind it.

    `page` holds the form, `home` needs a session, `logout` ends it, `change` changes the password, `reset` asks
    for a forgotten one. `spare` is an account that may be locked and whose password may be changed.
    Seconds are what the owner declares: how long a session may idle, and how long it lives at most.
    """

    component: Name
    page: Path_
    home: Path_
    logout: Path_
    account: Account
    spare: Account | None = None
    second_factor: bool = False
    change: Path_ | None = None
    reset: Path_ | None = None
    idle_seconds: Annotated[int, Meta(ge=1)] | None = None
    absolute_seconds: Annotated[int, Meta(ge=1)] | None = None


class Relying(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the platform relies on a national provider, which the harness plays at `listen` (loopback host:port).

    The platform's test configuration points there. `start` begins the sign-in, `home` needs a session;
    `functions` are paths that need more than a session, by the name of the function in the profile.
    """

    component: Name
    provider: Literal["thaid", "health-id", "provider-id"]
    listen: str
    start: Path_
    home: Path_
    client_id: str
    secret: Secret
    functions: dict[str, Path_] = {}


class Issuer(Struct, frozen=True, kw_only=True):
    """A provider as the subject of probes. `resource_url` answers to its tokens, where the target names one."""

    id: str
    issuer: str
    provider: Provider
    resource_url: str | None = None

    @property
    def password(self) -> str:
        """The name under which the wire knows the test account's password."""
        return f"{self.id}.password"

    def secret(self, role: Role) -> str:
        """The name under which the wire knows the secret of a test client."""
        return f"{self.id}.{role}"


class SignInPage(Struct, frozen=True, kw_only=True):
    """A sign-in page as the subject of probes; `base_url` has no final slash."""

    id: str
    base_url: str
    login: Login

    @property
    def password(self) -> str:
        """The name under which the wire knows the test account's password."""
        return f"{self.id}.account"

    @property
    def spare_password(self) -> str:
        """The name under which the wire knows the spare account's password."""
        return f"{self.id}.spare"


class RelyingParty(Struct, frozen=True, kw_only=True):
    """A sign-in through a national provider as the subject of probes; `base_url` has no final slash."""

    id: str
    base_url: str
    relying: Relying

    @property
    def secret(self) -> str:
        """The name under which the wire knows the platform's client secret at the national provider."""
        return self.id
