"""Where a provider's metadata stand, and what it publishes there, both places taken together."""

from typing import Any
from urllib.parse import urlsplit

from harness.agent import Agent
from harness.evidence import Cause
from harness.scope import WireError

from .probe_answers import read

Metadata = dict[str, Any]


def metadata_places(issuer: str) -> dict[str, str]:
    """Where metadata stand: after the issuer (OpenID Connect Discovery §4.1), before its path (RFC 8414 §3.1)."""
    parts = urlsplit(issuer)
    inserted = f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path}"
    return {
        "openid-configuration": f"{issuer}/.well-known/openid-configuration",
        "oauth-authorization-server": inserted,
    }


def discovered(agent: Agent, issuer: str) -> Metadata:
    """What the provider publishes. Raises WireError where that cannot be had.

    Some name endpoints for revocation, introspection or registration in one document only, so both are read; where
    they differ, that of OpenID Connect counts, and one of another issuer counts for nothing beside it.
    """
    places = (*metadata_places(issuer).values(), f"{issuer}/.well-known/oauth-authorization-server")
    found: Metadata = {}
    for place in dict.fromkeys(places):
        said = _document(agent, place)
        if said and said.get("issuer") == found.get("issuer", said.get("issuer")):
            found = said | found
    if not found:
        raise WireError(Cause.MALFORMED, "no provider metadata that can be read")
    return found


def _document(agent: Agent, place: str) -> Metadata:
    page = agent.fetch("GET", place, label="provider metadata")
    return read(page) if page.status == 200 else {}
