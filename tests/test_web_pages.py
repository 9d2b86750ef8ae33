"""The page probes: what they collect from the demo platform, and the measuring of identifiers."""

import base64
import hashlib
import importlib
import json
import secrets
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from harness import registry, sampling
from harness.target import Site, load, subjects

registry.checks()
WEB = "harness.checks.web"
evidence = importlib.import_module(f"{WEB}.pages_evidence")


# Measuring identifiers: known generators, known answers.
def series(make: Any, count: int = 32) -> Any:
    return sampling.measure("sid", [make(i) for i in range(count)], epoch=1_763_766_000)


@pytest.mark.parametrize(
    ("make", "bits"),
    [
        (lambda _: secrets.token_hex(16), 128),
        (lambda _: secrets.token_urlsafe(16), 128),
        (lambda _: "s%3A" + secrets.token_hex(24) + ".sig", 192),
        (lambda _: str(uuid.uuid4()), 122),
        (lambda _: secrets.token_hex(8), 64),
        (lambda _: base64.b32encode(secrets.token_bytes(16)).decode(), 128),
    ],
)
def test_room_of_good_generators(make: Any, bits: int) -> None:
    for _ in range(20):
        assert round(series(make).bits) == bits


def test_a_short_last_character_may_count_in_full() -> None:
    # 43 characters of base64 hold 256 bits; the last one carries 4 of its 6, which 32 samples cannot always tell
    assert all(256 <= series(lambda _: secrets.token_urlsafe(32)).bits <= 258 for _ in range(20))


def test_patterns_are_seen() -> None:
    counter = series(lambda i: f"{i + 1000:032x}")
    assert counter.ascending
    assert counter.bits < 16
    assert series(lambda i: f"{1_763_766_000 + i}").bits < 16
    assert series(lambda _: "same").distinct == 1
    assert series(lambda i: hashlib.md5(str(i + 7).encode()).hexdigest()).derived == "md5 of a small number"
    assert (
        series(lambda i: hashlib.sha1(str(1_763_766_000 + i).encode()).hexdigest()).derived
        == "sha1 of the time"
    )
    assert series(lambda _: secrets.token_hex(16)).derived == ""


def test_measuring_keeps_no_value() -> None:
    values = [secrets.token_hex(16) for _ in range(32)]
    kept = msgspec.json.encode(sampling.measure("sid", values)).decode()
    assert not any(value in kept for value in values)


# The probes against the demo platform.
@pytest.fixture(scope="module")
def collected() -> Iterator[dict[str, Any]]:
    from harness.demo.platform import DemoPlatform
    from harness.probing import Surroundings, run_probe
    from harness.scope import Gate, Names

    with DemoPlatform() as demo:
        target = load(demo.target_path)
        around = Surroundings(target, Names(target), Gate(target.scope), {}, b"salt")
        probes = {spec.name: spec for spec in registry.probes().values()}
        found: dict[str, Any] = {}
        for site in subjects(target)["site"]:
            assert isinstance(site, Site)
            for name in ("site_pages", "site_origins", "site_sessions"):
                found[f"{name}@{site.id}"] = run_probe(probes[name], site, around)
        yield found


def test_every_role_is_collected(collected: dict[str, Any]) -> None:
    labels = {
        e.label
        for site in ("portal", "api")
        for e in collected[f"site_pages@{site}"].open(evidence.SitePages).exchanges
    }
    assert labels >= set(evidence.ROLES) - {"redirect"}  # the demo's declared pages do not redirect


def test_every_variant_is_tried(collected: dict[str, Any]) -> None:
    for site in ("portal", "api"):
        for trial in collected[f"site_origins@{site}"].open(evidence.SiteOrigins).trials:
            assert len(trial.tries) == 8
            assert trial.preflight is not None
            assert all(("Origin", t.origin) in t.exchange.sent_headers for t in trial.tries)


def test_few_requests_and_no_secret(collected: dict[str, Any]) -> None:
    for name, envelope in collected.items():
        assert sum(f.requests for f in envelope.footprint) <= 40, name
        assert (
            "__Host-session=[cookie:" in bytes(envelope.value).decode()
            or "session=" not in bytes(envelope.value).decode()
        )
    sessions = collected["site_sessions@portal"].open(evidence.SiteSessions)
    assert sessions.cookies[0].samples == 32
    assert json.loads(bytes(collected["site_sessions@portal"].value))["cookies"][0]["bits"] >= 128
