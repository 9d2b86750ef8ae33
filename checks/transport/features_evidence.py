"""What a ServerHello says beyond version and suite, and how a server treats unusual hellos."""

from msgspec import Struct

from harness.evidence import Evidence


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to one question: `outcome` is a word of that question (or "unknown"), `how` the server's reply."""

    outcome: str
    how: str


class TlsFeatures(Evidence, frozen=True):
    """Extensions and reactions of one endpoint.

    `version` is the newest version up to TLS 1.2 that was negotiated ("" with `how` saying why not); the
    fields after it belong to that hello and are None without it. `compression` is null, deflate or a number.
    `alpn` is the protocol chosen from h2 and http/1.1; `foreign_alpn` the reaction to protocols that a web
    server should not know: chosen (how names it), ignored, refused, unknown; `npn` what the server lists by
    the old extension. `fallback`: refused, accepted, none (no lower version to fall back to), unknown.
    `grease`: accepted, refused (while `control` was answered), unknown.
    """

    best: str = ""
    version: str = ""
    how: str = ""
    compression: str | None = None
    renegotiation_info: bool | None = None
    extended_master_secret: bool | None = None
    alpn: str | None = None
    foreign_alpn: Answer = Answer("unknown", "not asked")
    npn: tuple[str, ...] = ()
    fallback: Answer = Answer("unknown", "not asked")
    grease: Answer = Answer("unknown", "not asked")
    control: str = ""
