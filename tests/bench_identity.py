"""The identity part of an audit, the demo platform in a process of its own, beside as many bare requests in turn.

Peer: `requests` with one kept connection, fetching the platform's sign-in page as often as the audit asked anything. It
judges nothing, keeps nothing and redacts nothing: the ratio is what all that costs. It is measured on a target that does not
declare how long codes and mailed links live, so that nothing waits for their end, and again as the demo declares it.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import requests
import yaml

from harness import registry
from harness import target as targets
from tests.test_mutants import PATIENT

ROUNDS = 3
DOMAINS = {"identity", "sessions", "relying"}


@contextmanager
def served() -> Iterator[Path]:
    """A fresh demo platform in a process of its own, for accounts that were locked stay so: its target file."""
    command = [sys.executable, "-u", "-m", "harness", "demo", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            words = next(line for line in process.stdout if "moph-harness run " in line).split()
            yield Path(words[words.index("run") + 1])
        finally:
            process.terminate()


def profile(folder: Path, without: Set[str] = frozenset()) -> Path:
    """Every check of the three domains but these."""
    there = {id for id, one in registry.checks().items() if one.domain in DOMAINS}
    chosen = {id: {"obligation": "must"} for id in sorted(there - without)}
    text = {"en": "Identity", "th": "อัตลักษณ์"}
    said = {"id": "who", "version": "1", "title": text, "source": "bench", "checks": chosen}
    path = folder / "who.yaml"
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return path


def audited(target: Path, chosen: Path, out: Path) -> tuple[float, int, int]:
    """Seconds of the whole process, requests, bytes of evidence."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "harness", "run", str(target), "--profile", str(chosen)]
    subprocess.run([*command, "--out", str(out)], stdout=subprocess.DEVNULL, check=True)
    seconds = time.perf_counter() - began
    record = json.loads((out / "results.json").read_text(encoding="utf-8"))
    asked = sum(one["requests"] for one in record["footprint"])
    return seconds, asked, sum(f.stat().st_size for f in (out / "evidence").rglob("*.json"))


def at_once(target: Path) -> Path:
    """The same target, which does not declare the lives of codes and links that the audit would wait out."""
    wanted = yaml.safe_load(target.read_text(encoding="utf-8"))
    for one in wanted["providers"]:
        one.pop("code_seconds", None)
    for one in wanted["logins"]:
        one.pop("reset_seconds", None)
    path = target.with_name("at-once.yaml")
    path.write_text(yaml.safe_dump(wanted, allow_unicode=True), encoding="utf-8")
    return path


def bare(target: Path, times: int) -> float:
    """Seconds of so many requests for the sign-in page over one connection."""
    wanted = targets.load(target)
    place, address = next(
        (k, v) for k, v in wanted.connect_to.items() if k.startswith("portal") and k.endswith(":443")
    )
    with requests.Session() as session:
        session.trust_env = False
        session.verify = wanted.ca_file or True
        session.headers["Host"] = place.removesuffix(":443")
        session.mount("https://", _Named(place.removesuffix(":443")))
        began = time.perf_counter()
        for _ in range(times):
            session.get(f"https://{address}/login", timeout=10)
        return time.perf_counter() - began


class _Named(requests.adapters.HTTPAdapter):
    """Connections that ask for one name in TLS, whatever the address."""

    def __init__(self, name: str) -> None:
        self._name = name
        super().__init__()

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        super().init_poolmanager(*args, server_hostname=self._name, assert_hostname=self._name, **kwargs)  # type: ignore[arg-type]


def as_declared(target: Path) -> Path:
    """The target as it is."""
    return target


def rounds(chosen: Path, folder: Path, name: str, change: Callable[[Path], Path]) -> list[float]:
    """Medians: seconds, requests, bytes of evidence, ratio to as many bare requests."""
    found = []
    for n in range(ROUNDS):
        with served() as target:
            seconds, asked, size = audited(change(target), chosen, folder / f"{name}-{n}")
            found.append((seconds, asked, size, seconds / bare(target, asked)))
    return [statistics.median(column) for column in zip(*found, strict=True)]


def measure(folder: Path) -> None:
    """Print the medians."""
    print("identity, sessions and national providers on the demo, start to both reports")
    ways = (("nothing waited for", at_once, PATIENT), ("as declared", as_declared, set[str]()))
    for words, change, without in ways:
        chosen = profile(folder, without)
        seconds, asked, size, ratio = rounds(chosen, folder, words.replace(" ", "-"), change)
        print(
            f"  {words:<20} {seconds:5.2f} s   ratio {ratio:.2f}   {asked:.0f} requests, {size / 1e6:.1f} MB"
        )
