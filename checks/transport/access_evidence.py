"""What the port gives to someone who comes without the right name, without TLS, or without a certificate."""

from msgspec import Struct

from harness.evidence import Evidence


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """The certificate shown for one way of asking. `outcome`: same (the leaf shown for the endpoint's own
    name), other, refused, unknown. `names` are the DNS names of another leaf."""

    asked: str
    outcome: str
    how: str
    names: tuple[str, ...] = ()


class TlsNames(Evidence, frozen=True):
    """Certificates shown for an unknown name and for no name, against the one for the endpoint's `host`, whose
    own names are `own`. `plain` is the reaction to HTTP without TLS: content (2xx), redirect (3xx), error
    (another status), refused (alert or end of connection), silent, other; `plain_how` gives it in words."""

    host: str
    own: tuple[str, ...] = ()
    control: str = ""
    shown: tuple[Shown, ...] = ()
    plain: str = "silent"
    plain_how: str = "not asked"


class Presented(Struct, frozen=True, forbid_unknown_fields=True):
    """One client certificate presented. `outcome`: refused_tls, refused_http, accepted, unknown."""

    certificate: str
    outcome: str
    how: str


class TlsClientAuth(Evidence, frozen=True):
    """Client certificates at an endpoint. `claimed` says whether the target file claims "mtls"; `asks` whether
    the server asked for a certificate (None: not known, TLS 1.3 hides it); `attempts` is empty unless claimed."""

    claimed: bool
    asks: bool | None = None
    attempts: tuple[Presented, ...] = ()
    control: str = ""
