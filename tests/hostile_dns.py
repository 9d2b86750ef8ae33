"""DNS servers that lie and drag: answers that change, markup, garbage, silence."""

import contextlib
import socket
import threading
from collections.abc import Callable

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

Answers = Callable[[str, str, int], list[str]]


class Resolver:
    """Answers from `answers(name, type, how many questions came before)`: UDP and TCP on one port."""

    def __init__(self, answers: Answers | None, *, garbage: bytes | None = None) -> None:
        self._answers, self._garbage = answers, garbage
        self.asked: list[str] = []
        self._udp, self._tcp = _pair()
        self.port: int = self._udp.getsockname()[1]
        self._udp.settimeout(0.2)  # closing does not wake a reader, so it looks up now and then
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._serve, self._serve_tcp)
        ]

    def __enter__(self) -> "Resolver":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._tcp.shutdown(socket.SHUT_RDWR)
        self._udp.close()
        self._tcp.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                data, sender = self._udp.recvfrom(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            reply = self._reply(data)
            if reply is not None:
                self._udp.sendto(reply, sender)

    def _serve_tcp(self) -> None:
        while True:
            try:
                sock, _ = self._tcp.accept()
            except OSError:
                return
            with sock, contextlib.suppress(OSError):
                sock.settimeout(2)
                reply = self._reply(sock.recv(4096)[2:]) or b""
                sock.sendall(len(reply).to_bytes(2, "big") + reply)

    def _reply(self, data: bytes) -> bytes | None:
        question = dns.message.from_wire(data)
        name, kind = question.question[0].name, dns.rdatatype.to_text(question.question[0].rdtype)
        before = len(self.asked)
        self.asked.append(f"{name} {kind}")
        if self._garbage is not None:
            return data[:2] + self._garbage
        if self._answers is None:
            return None
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        texts = self._answers(str(name).rstrip("."), kind, before)
        if texts:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *texts))
        return reply.to_wire(max_size=65_535)


def _pair() -> tuple[socket.socket, socket.socket]:
    for _ in range(20):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            return udp, socket.create_server(udp.getsockname())
        except OSError:
            udp.close()
    raise OSError("no port is free for both UDP and TCP")
