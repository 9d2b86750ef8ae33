"""Figures, as medians of whole processes and as ratios to a peer run in the same minute: `make bench`.

Everything runs on loopback and stops by itself. Pairs are timed in turn (A B A B …), so that a machine that
slows down slows both. Nothing is asserted: the numbers are for reading.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import yaml

from harness import registry
from harness import target as targets
from harness.demo import DemoPlatform
from harness.demo.ca import DemoCA
from harness.orders import Order, Turn, Word
from tests import bench_identity
from tests.nginx_server import Nginx, nginx

ROUNDS = 5
MODERN = """
server {
  listen {secure} ssl; server_name portal.test; ssl_certificate CERT; ssl_certificate_key KEY;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:prime256v1:secp384r1;
  ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305;
  ssl_session_cache shared:S:1m;
}
"""


def timed(command: list[str], cwd: Path | None = None) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, check=False)
    return time.perf_counter() - began


def assess(target: Path) -> float:
    """Seconds of one worker process that assesses the TLS of the target's first endpoint, from start to end."""
    wanted = targets.load(target)
    endpoint = targets.subjects(wanted)["endpoint"][0]
    pairs = tuple((s.name, endpoint.id) for s in registry.probes().values() if s.isolated)
    order = Order(target=wanted, pairs=pairs, at_once=1, pins={}, credentials={}, salt=b"bench")
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "harness.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(msgspec.json.encode(order) + b"\n")
        worker.stdin.flush()
        for line in worker.stdout:
            if msgspec.json.decode(line, type=Word).book is not None:
                worker.stdin.write(msgspec.json.encode(Turn()) + b"\n")
                worker.stdin.flush()
    return time.perf_counter() - began


def paired(ours: Callable[[int], float], peer: Callable[[], float]) -> tuple[float, float, float]:
    """Median seconds of ours and of the peer, and the median of the paired ratios; one warm-up each."""
    ours(0), peer()
    rounds = [(ours(n + 1), peer()) for n in range(ROUNDS)]
    mine, theirs = zip(*rounds, strict=True)
    return statistics.median(mine), statistics.median(theirs), statistics.median(a / b for a, b in rounds)


def sslyze(places: list[tuple[str, str]]) -> float:
    """Seconds of full sslyze scans of (SNI name, address:port), one after the other: it takes one name a call."""
    return sum(timed([sys.executable, "-m", "sslyze", f"--sni={name}", place]) for name, place in places)


def run(target: Path, out: Path, profile: str = "baseline") -> Callable[[int], list[str]]:
    command = [sys.executable, "-m", "harness", "run", str(target), "--profile", profile]
    return lambda n: [*command, "--out", str(out / f"{profile.rpartition('/')[2]}-{n}")]


@contextmanager
def modern(folder: Path) -> Iterator[tuple[Nginx, Path]]:
    """A modern nginx, and a target file for it."""
    ca = DemoCA(folder / "ca")
    leaf = ca.issue(("portal.test",))
    servers = MODERN.replace("CERT", str(leaf.certfile)).replace("KEY", str(leaf.keyfile))
    with nginx(folder / "nginx", servers, ("secure",)) as running:
        content = {
            "name": "bench", "owner": "bench", "ca_file": str(ca.ca_file),
            "resolver": {"address": "127.0.0.1", "port": 9},
            "scope": {
                "authorised_by": "bench", "document": "none", "contact": "bench", "hosts": ["portal.test"],
                "requests_per_second": 10000, "max_requests": 100000,
            },
            "connect_to": {"portal.test:443": f"127.0.0.1:{running.ports['secure']}"},
            "components": [{"name": "portal", "kind": "portal", "base_url": "https://portal.test/"}],
        }  # fmt: skip
        path = folder / "target.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        yield running, path


def tls_profile(folder: Path) -> Path:
    """The baseline's TLS checks alone."""
    chosen = {id: {"obligation": "must"} for id in registry.checks() if id.startswith(("TLS-", "CRT-"))}
    text = {"en": "TLS", "th": "TLS"}
    path = folder / "tls.yaml"
    profile = {"id": "tls", "version": "1", "title": text, "source": "bench", "checks": chosen}
    path.write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    return path


def tls(folder: Path) -> None:
    with modern(folder) as (running, target):
        places = [("portal.test", f"127.0.0.1:{running.ports['secure']}")]
        whole = run(target, folder / "out", str(tls_profile(folder)))
        counts = []
        tries: list[Callable[[], float]] = [lambda: assess(target), lambda: sslyze(places)]
        for once in tries:
            before = running.accepted()
            once()
            counts.append(running.accepted() - before - 1)
        mine, theirs, ratio = paired(lambda _: assess(target), lambda: sslyze(places))
        all_of_it, _, all_ratio = paired(lambda n: timed(whole(n)), lambda: sslyze(places))
    print(
        f"TLS assessment of a modern nginx, the worker's whole process       {mine:6.2f} s   ratio {ratio:.2f}"
    )
    print(f"  full sslyze CLI on the same server, whole process                {theirs:6.2f} s")
    print(f"  TCP connections: ours {counts[0]}, sslyze {counts[1]}")
    print(
        f"  `run` of TLS and certificate checks, judged, with both reports   {all_of_it:6.2f} s   ratio {all_ratio:.2f}"
    )


def demo(folder: Path) -> None:
    with DemoPlatform(frozenset()) as platform:
        names = [place.removesuffix(":443") for place in platform.ports if place.endswith(":443")]
        places = [
            (n, f"127.0.0.1:{platform.ports[n + ':443']}") for n in names if not n.startswith("mta-sts")
        ]
        whole = run(platform.target_path, folder / "demo")
        mine, theirs, ratio = paired(lambda n: timed(whole(n)), lambda: sslyze(places))
        stored = folder / "demo" / "baseline-1"
        judged = [sys.executable, "-m", "harness", "judge", str(stored)]
        judge, bare, _ = paired(lambda _: timed(judged), lambda: timed([sys.executable, "-c", "pass"]))
        inside = statistics.median(in_process(stored) for _ in range(ROUNDS))
    print(
        f"baseline run of the demo platform ({len(places)} TLS hosts), both reports   {mine:6.2f} s   ratio {ratio:.2f}"
    )
    print(f"  sslyze CLI alone on its TLS hosts                                {theirs:6.2f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  peak memory of the largest process of all the above              {peak:6.0f} MB")
    print(
        f"judge a stored run, whole process beyond a bare interpreter        {(judge - bare) * 1000:6.0f} ms"
    )
    print(f"  of that the judging itself, imports done                         {inside * 1000:6.0f} ms")


def catalogue() -> None:
    """The whole catalogue, read and checked, against PyYAML's own C loader on the same files."""
    ours = (
        "import time;from harness import catalogue;t=time.perf_counter();catalogue.load();"
        "print(time.perf_counter()-t)"
    )
    peer = (
        "import time,yaml;from harness import catalogue;files=[*catalogue.folder().glob('*.yaml')];"
        "t=time.perf_counter();[yaml.load(f.read_text(),Loader=yaml.CSafeLoader) for f in files];"
        "print(time.perf_counter()-t)"
    )

    def seconds(code: str) -> float:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return float(done.stdout)

    mine, theirs, ratio = paired(lambda _: seconds(ours), lambda: seconds(peer))
    print(
        f"catalogue: 341 rows read and checked, in a fresh process           {mine * 1000:6.0f} ms   ratio {ratio:.2f}"
    )
    print(f"  PyYAML's C loader alone on the same files                        {theirs * 1000:6.0f} ms")


def in_process(stored: Path) -> float:
    code = (
        "import sys,time;from pathlib import Path;from harness import registry;from harness.run import judge_folder;"
        "from harness.store import RunFolder;registry.checks();t=time.perf_counter();"
        "judge_folder(RunFolder(Path(sys.argv[1])));print(time.perf_counter()-t)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(stored)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    catalogue()
    with tempfile.TemporaryDirectory() as place:
        for part in (tls, demo, bench_identity.measure):
            folder = Path(place) / part.__name__
            folder.mkdir()
            part(folder)
