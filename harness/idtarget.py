"""The identity side of a target file: its own provider, its sign-in pages, and where it relies on national providers."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Name = Annotated[
    str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$", description="lower-case letters, digits and hyphens")
]
Path_ = Annotated[str, Meta(pattern="^/[^\\s#]*$", description="a path on the component, starting with /")]
#: The parts that test clients play: the usual client; another of the same kind (codes and refresh tokens are
#: bound to their client); a public one; a machine that signs its assertions; a backend service of SMART.
Role = Literal["main", "other", "public", "machine", "service"]
#: Whose sign-in a page is; `critical` for whoever works in a critical system.
Users = Literal["patients", "staff", "administrators", "critical"]
Staff = Literal["clinician", "administrator"]
FhirId = Annotated[
    str, Meta(pattern="^[A-Za-z0-9.-]{1,64}$", description="the id of a FHIR resource, without its type")
]


class Secret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a secret comes from; exactly one of the three. The secret itself never stands in a file of ours."""

    env: str | None = None
    file: str | None = None
    command: tuple[str, ...] | None = None


class Account(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test account; synthetic, made for the test."""

    username: str
    password: Secret


class Member(Account, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test account of a sign-in page; `totp` is the seed of its authenticator app, in base32."""

    totp: Secret | None = None


class Codes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the authenticator app makes its codes (RFC 6238); an app that is told nothing else does it so."""

    seconds: Annotated[int, Meta(ge=1, le=300)] = 30
    digits: Literal[6, 7, 8] = 6
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha1"


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a person gets from the authorization page back to the client.

    `form`: fields are found in the page. `browser`: an installed Chromium, headless, for pages that need JavaScript;
    needs the extra `browser` of this package. `script`: a command of the
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


class Fhir(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A component of kind fhir whose base_url is the FHIR base, and which takes the provider's tokens (SMART App Launch).

    `patient` is the Patient of the account that signs in, `other_patient` that of another synthetic person, whom
    the account may not see. Both have observations of the categories laboratory and vital-signs. The main client
    may ask for `scope` and for each of its parts; the client `service`, if there is one, may read every patient.
    """

    component: Name
    patient: FhirId
    other_patient: FhirId
    scope: str = "launch/patient patient/Patient.rs patient/Observation.rs"


class Provider(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The platform's own identity provider; `issuer` is its base URL without the slash unless said.

    `signing_key` is a private key (PEM) whose public half stands in the JWKS of the test environment: with it
    tokens can be made that are wrong in one thing only, which is the only proof that the rest is looked at.
    `code_seconds` is how long an authorization code lives, as the owner declares.
    """

    component: Name
    issuer: str | None = None
    sign_in: SignIn
    clients: dict[Role, Client]
    resource: Resource | None = None
    fhir: Fhir | None = None
    signing_key: Secret | None = None
    code_seconds: Annotated[int, Meta(ge=1)] | None = None


class Login(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign-in page of the platform itself, with the sessions behind it.

    `page` holds the form, `home` needs a session, `logout` ends it, `change` changes the password, `reset` asks
    for a forgotten one. `spare` is an account that may be locked and whose password may be changed.
    `mailbox` is a command of the owner's that prints the newest mail to `spare` as plain text.
    Seconds are what the owner declares: how long a session may idle, how long it lives at most, and how long a
    mailed link to a new password is good.

    `name` tells sign-ins of one component apart. `users` says whose sign-in it is. `second_factor` says that one is
    asked for; where it is a code of an authenticator app, the accounts hold its seed and `codes` says how it is
    made. `guessed` is an account at which wrong codes may be tried until they are stopped. `people` are test
    accounts by role. `sensitive` are paths of acts that need another authentication, `confirm` the page for that
    where the acts do not lead there.
    """

    name: Name | None = None
    component: Name
    page: Path_
    home: Path_
    logout: Path_
    account: Member
    users: frozenset[Users] = frozenset()
    spare: Member | None = None
    second_factor: bool = False
    codes: Codes = Codes()
    guessed: Member | None = None
    people: dict[Staff, Member] = {}
    sensitive: dict[str, Path_] = {}
    confirm: Path_ | None = None
    change: Path_ | None = None
    reset: Path_ | None = None
    mailbox: tuple[str, ...] | None = None
    reset_seconds: Annotated[int, Meta(ge=1)] | None = None
    idle_seconds: Annotated[int, Meta(ge=1)] | None = None
    absolute_seconds: Annotated[int, Meta(ge=1)] | None = None

    @property
    def id(self) -> str:
        """What the sign-in is called among the subjects of probes."""
        return self.name or self.component

    @property
    def asks_code(self) -> bool:
        """Whether the password alone should not be enough here."""
        return self.second_factor or self.account.totp is not None

    @property
    def members(self) -> dict[str, Member]:
        """Every test account, by the name under which its secrets are known."""
        own = {"account": self.account, "spare": self.spare, "guessed": self.guessed}
        return {name: one for name, one in own.items() if one is not None} | dict(self.people)


class Relying(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the platform relies on a national provider, which the harness plays at `listen` (loopback host:port).

    The platform's test configuration points there. `start` begins the sign-in, `home` needs a session;
    `redirect_uri` is the callback that is registered there; `functions` are paths that need more than a session,
    by the name of the function in the profile.
    """

    component: Name
    provider: Literal["thaid", "health-id", "provider-id"]
    listen: str
    start: Path_
    home: Path_
    client_id: str
    redirect_uri: str | None = None
    secret: Secret
    functions: dict[str, Path_] = {}


class Issuer(Struct, frozen=True, kw_only=True):
    """A provider as the subject of probes. `resource_url` and `fhir_url`, the FHIR base, answer to its tokens, where named."""

    id: str
    issuer: str
    provider: Provider
    resource_url: str | None = None
    fhir_url: str | None = None

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

    def secret(self, member: str) -> str:
        """The name under which the wire knows the password of a test account; its seed has `.totp` after that."""
        return f"{self.id}.{member}"

    @property
    def password(self) -> str:
        """The name under which the wire knows the test account's password."""
        return self.secret("account")

    @property
    def spare_password(self) -> str:
        """The name under which the wire knows the spare account's password."""
        return self.secret("spare")


class RelyingParty(Struct, frozen=True, kw_only=True):
    """A sign-in through a national provider as the subject of probes; `base_url` has no final slash."""

    id: str
    base_url: str
    relying: Relying

    @property
    def secret(self) -> str:
        """The name under which the wire knows the platform's client secret at the national provider."""
        return self.id
