"""The target file of a running demo: what its owner would have committed, with the ports of this run."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from harness.demo.behaviour import HOSTS, MAIL_DOMAIN
from harness.demo.people import People

#: What the platform says of itself; whether the first three are true is looked for.
FACTS = {
    "fhir": "no", "bulk_export": "no", "own_idp": "no",
    "category": "high", "passwords": "yes", "cii": "yes", "cloud": "no", "line": "no",
    "own_proofing": "no", "thaid": "no", "health_id": "no", "provider_id": "no", "otp": "no",
    "moph_account": "no", "moph_alert": "no", "health_link": "no", "sil_th": "no", "phr": "no",
    "files43": "no", "nhso": "no", "iot": "no", "cms": "no", "uploads": "no", "remote_signing": "no",
    "medical_certificates": "no", "face_check": "no", "open_data": "no", "secondary_use": "no",
    "cross_border": "no",
}  # fmt: skip
DANGERS = ("lockout", "injection", "load", "write")


def write(
    folder: Path,
    *,
    ca_file: Path,
    people: People,
    connect_to: Mapping[str, int],
    resolver: int,
    trust_anchor: Path,
    claims: Iterable[str],
) -> Path:
    """Write `demo-target.yaml` and the token files beside it; `connect_to` maps host:port to a loopback port."""
    for person in people.patients:
        place = folder / f"{person.name}.token"
        place.write_text(person.token)
        place.chmod(0o600)
    content: dict[str, Any] = {
        "name": "ระบบสุขภาพตัวอย่าง (Demo health platform)",
        "owner": "moph-harness demo",
        "scope": _scope(connect_to),
        "facts": FACTS,
        "components": _components(list(claims)),
        "mail_domains": [MAIL_DOMAIN],
        "identities": [
            {"name": p.name, "role": "patient", "bearer": {"file": f"{p.name}.token"}}
            for p in people.patients
        ],
        "ca_file": ca_file.name,
        "connect_to": {place: f"127.0.0.1:{port}" for place, port in connect_to.items()},
        "resolver": {"address": "127.0.0.1", "port": resolver, "trust_anchor": trust_anchor.name},
    }
    path = folder / "demo-target.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _scope(connect_to: Mapping[str, int]) -> dict[str, Any]:
    places = [place.rpartition(":") for place in connect_to]
    return {
        "authorised_by": "moph-harness demo",
        "document": "none: a platform of invented data on this machine",
        "contact": f"security@{MAIL_DOMAIN}",
        "hosts": sorted({host for host, _, _ in places} | {MAIL_DOMAIN}),
        "ports": sorted({int(port) for _, _, port in places}),
        "addresses": ["127.0.0.0/8"],
        "requests_per_second": 1000,
        "max_requests": 20_000,
        "dangers": list(DANGERS),
    }


def _components(claims: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": "portal",
            "kind": "portal",
            "base_url": f"https://{HOSTS['portal']}/",
            "pages": ["/", "/login"],
            "logout": "/logout",
        },
        {
            "name": "api",
            "kind": "api",
            "base_url": f"https://{HOSTS['api']}/",
            "api": ["/health"],
            "protected": ["/patients/me"],
            "claims": claims,
        },
    ]
