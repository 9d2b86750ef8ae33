"""The worker process. It runs the probes of one order and hands each envelope back as soon as it is there.

Old TLS libraries can then neither leak memory into the run nor hang it, and probes that mostly compute do not take
turns with others at one interpreter.
"""

import contextlib
import signal
import sys

import msgspec

from harness import registry
from harness.collect import Collector, Job
from harness.orders import Order, RemoteGate
from harness.probing import Surroundings
from harness.scope import Names
from harness.target import subjects


def main() -> None:
    """Read one order and carry it out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process decides, and ends this one
    talk = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints must not break the protocol
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    gate = RemoteGate(talk, sys.stdin.buffer)
    names = Names(order.target, order.pins)
    around = Surroundings(order.target, names, gate, order.credentials, order.salt)
    specs = {spec.name: spec for spec in registry.probes().values()}
    there = {(kind, s.id): s for kind, found in subjects(order.target).items() for s in found}
    todo = [Job(((specs[name], there[specs[name].kind, subject]),)) for name, subject in order.pairs]
    with contextlib.suppress(BrokenPipeError):  # the main process has gone, and nobody else wants to know
        Collector(around, gate.keep, order.at_once).run(todo)


if __name__ == "__main__":
    main()
