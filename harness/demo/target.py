"""The target file of a running demo: what its owner would have committed, with the ports of this run."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from harness.demo.behaviour import HOSTS, MAIL_DOMAIN
from harness.demo.hosts import FHIR
from harness.demo.idp import IdentityProvider
from harness.demo.idp_target import described
from harness.demo.people import People, Person
from harness.demo.rules import RESET_SECONDS, Rules
from harness.demo.staff_desk import Seeds
from harness.demo.staff_pages import ACTS

#: What the platform says of itself; where it says no to one of the first three, that is looked for.
FACTS = {
    "fhir": "yes", "bulk_export": "no", "own_idp": "yes",
    "category": "high", "passwords": "yes", "cii": "yes", "cloud": "no", "line": "no",
    "own_proofing": "no", "thaid": "yes", "health_id": "yes", "provider_id": "yes", "otp": "no",
    "moph_account": "no", "moph_alert": "no", "health_link": "no", "sil_th": "no", "phr": "no",
    "files43": "no", "nhso": "no", "iot": "no", "cms": "no", "uploads": "no", "remote_signing": "no",
    "medical_certificates": "no", "face_check": "no", "open_data": "no", "secondary_use": "no",
    "cross_border": "no",
}  # fmt: skip
#: The file that holds the newest mail to a test account.
OUTBOX = "newest-mail.txt"
DANGERS = ("lockout", "injection", "load", "write")


def write(
    folder: Path,
    *,
    ca_file: Path,
    people: People,
    idp: IdentityProvider,
    facts: Mapping[str, str],
    connect_to: Mapping[str, int],
    resolver: int,
    trust_anchor: Path,
    claims: Iterable[str],
    rules: Rules,
    seeds: Seeds,
    relying: list[dict[str, Any]],
) -> Path:
    """Write `demo-target.yaml` and the secret files beside it; `connect_to` maps host:port to a loopback port.

    `facts` are those that the platform gets wrong of itself.
    """
    for person in people.patients:
        place = folder / f"{person.name}.token"
        place.write_text(person.token)
        place.chmod(0o600)
    logins = [_login(folder, people, rules), _staff(folder, people, rules, seeds)]
    content: dict[str, Any] = {
        "name": "ระบบสุขภาพตัวอย่าง (Demo health platform)",
        "owner": "moph-harness demo",
        "scope": _scope(connect_to),
        "facts": FACTS | dict(facts),
        "components": _components(list(claims)),
        "mail_domains": [MAIL_DOMAIN],
        "identities": [
            {"name": p.name, "role": "patient", "bearer": {"file": f"{p.name}.token"}}
            for p in people.patients
        ],
        "logins": logins,
        "relying": relying,
        "providers": [
            described(folder, idp.clients, idp.keys, _account(folder, people.patients[0]), _fhir(people))
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
        {
            "name": "fhir",
            "kind": "fhir",
            "base_url": FHIR,
            "api": ["/metadata", "/.well-known/smart-configuration"],
        },
        {
            "name": "id",
            "kind": "idp",
            "base_url": f"https://{HOSTS['id']}/",
            "pages": ["/"],
            "api": ["/.well-known/openid-configuration"],
        },
    ]


def _login(folder: Path, people: People, rules: Rules) -> dict[str, Any]:
    """The portal's sign-in, and what its owner says of its sessions."""
    return {
        "component": "portal",
        "page": "/login",
        "home": "/me",
        "logout": "/logout",
        "change": "/password",
        "reset": "/reset",
        "mailbox": ["cat", str(folder / OUTBOX)],
        "reset_seconds": RESET_SECONDS,
        "account": _account(folder, people.patients[0]),
        "spare": _account(folder, people.spare),
        "users": list(rules.portal_users),
        "idle_seconds": rules.idle_seconds,
        "absolute_seconds": rules.absolute_seconds,
    }


def _staff(folder: Path, people: People, rules: Rules, seeds: Seeds) -> dict[str, Any]:
    """The staff's sign-in, with a code after the password."""
    main, spare, guessed, clinician, administrator = (
        _account(folder, one) | {"totp": _secret(folder, f"{one.name}.seed", seeds.seed(one))}
        for one in people.staff
    )
    return {
        "name": "staff",
        "component": "portal",
        "page": "/staff/login",
        "home": "/staff",
        "logout": "/staff/logout",
        "users": ["staff", "administrators"],
        "account": main,
        "spare": spare,
        "guessed": guessed,
        "people": {"clinician": clinician, "administrator": administrator},
        "second_factor": True,
        "codes": {"seconds": rules.code_seconds},
        "sensitive": {name: f"/staff/{name}" for name in ACTS},
        "idle_seconds": rules.idle_seconds,
        "absolute_seconds": rules.absolute_seconds,
    }


def _fhir(people: People) -> dict[str, Any]:
    """The FHIR server that takes the provider's tokens, and the records of whoever signs in and of another."""
    mine, other = people.patients
    return {"component": "fhir", "patient": mine.fhir_id, "other_patient": other.fhir_id}


def _account(folder: Path, person: Person) -> dict[str, Any]:
    return {
        "username": person.name,
        "password": _secret(folder, f"{person.name}.password", person.password),
    }


def _secret(folder: Path, name: str, secret: str) -> dict[str, str]:
    place = folder / name
    place.write_text(secret)
    place.chmod(0o600)
    return {"file": name}
