"""Which switches of the demo are tried together, and which never meet because one would hide the other.

Whoever adds a switch has nothing to do here unless its groups fail: then the failure says what moved too little or
too much, and a row of `APART` says why the two do not go together.
"""

from collections.abc import Iterable

from harness import registry
from harness.demo import DEFECTS
from tests.grouping import Group, Pair, across, among, crossed

#: Parts of the platform that do not touch one another; each is watched by the checks of its domains.
PARTS = (
    frozenset({"transport", "certificates", "names", "web", "denials"}),
    frozenset({"identity"}),
    frozenset({"sessions"}),
    frozenset({"relying"}),
)
#: Switches on together at most: a fault is looked for among so many, and each has so many chances to hide it.
AT_MOST = 8
#: The demo speaks old and odd TLS by a library of its own, which cannot sign with an RSA key of 1024 bits.
_BY_LIBRARY = (
    "ssl3",
    "tls10",
    "tls11",
    "tls-prefers-tls12",
    "tls-rc4",
    "tls-3des",
    "tls-early-data",
    "tls-long-tickets",
)
#: Why some are not on together, and which.
APART: dict[str, set[Pair]] = {
    "they answer the one hello that offers everything": among(
        "tls-compression", "tls-no-secure-renegotiation", "tls-no-extended-master-secret"
    ),
    "they answer a hello of RSA suites": among("tls-static-rsa", "tls-robot"),
    "where TLS 1.2 is chosen old groups and odd versions are not asked for in TLS 1.3": across(
        ("tls-prefers-tls12",),
        ("tls-weak-curve", "tls-grease-intolerant"),
    ),
    "they send the ticket of TLS 1.3": among("tls-early-data", "tls-long-tickets"),
    "RC4 and 3DES are then chosen before suites with AEAD, which is TLS-09's to say": across(
        ("tls-rc4", "tls-3des"), ("tls-static-rsa", "tls-small-field")
    ),
    "they set the list of suites": among("tls-cbc-first", "tls-clients-order", "cert-weak-key"),
    "the library ends no handshake with so short a key": across(("cert-weak-key",), _BY_LIBRARY),
    "they set how long the certificate lives": among("cert-expired", "cert-long-life"),
    "they set the certificate's names": among("cert-wrong-host", "cert-wildcard"),
    "they set the policy of the sign-in page": among("csp-report-only", "csp-unsafe-inline"),
    "they name the session cookie": among("cookie-no-prefix", "cookie-wide"),
    "they answer other origins": among("cors-reflected", "cors-wildcard"),
    "`admin` is then told from names that nobody has, which is ATN-25's to say": among(
        "default-account", "unknown-name-told"
    ),
}
_DOMAINS = {id: spec.domain for id, spec in registry.checks().items()}


def watching(checks: Iterable[str]) -> frozenset[str]:
    """The domains that watch switches of these checks."""
    domains = {_DOMAINS[check] for check in checks}
    return frozenset().union(*(part for part in PARTS if part & domains))


def apart() -> set[Pair]:
    """Every two switches that are not on together."""
    return set().union(*APART.values())


def groupings() -> tuple[Group, ...]:
    """Every switch in two groups of switches that the same checks watch, or in one where it is the only one in both."""
    return tuple(dict.fromkeys(group for one in sides() for side in one for group in side))


def sides() -> list[tuple[tuple[Group, ...], tuple[Group, ...]]]:
    """The two groupings of each part."""
    watched: dict[frozenset[str], list[str]] = {}
    for name, defect in DEFECTS.items():
        watched.setdefault(watching(defect.checks), []).append(name)
    return [crossed(names, apart(), AT_MOST) for names in watched.values()]
