"""A small DNS server for the demo's zone on loopback, over UDP and TCP.

Two servers of one zone play two parts. The *resolver* (`resolves=True`) is what a target file names as `resolver`:
it says NXDOMAIN for every name outside the zone, as a real one would. The *authority* is the zone's own name server,
reached through `connect_to` as ns1.ZONE:53: it refuses foreign names and zone transfers.
"""

import contextlib
import socket
import socketserver
import struct
import threading
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from harness.demo.zone import DemoZone

_IN = dns.rdataclass.IN


class _Server(socketserver.ThreadingMixIn):
    daemon_threads = True
    answerer: "DnsServer"


class _Udp(_Server, socketserver.UDPServer):
    pass


class _Tcp(_Server, socketserver.TCPServer):
    allow_reuse_address = True
    request_queue_size = 64


class DnsServer:
    """Serves a zone on a free loopback port, UDP and TCP alike. A context manager; `port` is where."""

    def __init__(self, zone: DemoZone, *, resolves: bool) -> None:
        self.zone, self.resolves = zone, resolves or "recursion" in zone.defects
        for _ in range(
            20
        ):  # UDP and TCP must get the same number, which another process may hold for one of them
            self._udp = _Udp(("127.0.0.1", 0), _Datagram)
            try:
                self._tcp = _Tcp(self._udp.server_address, _Stream)
                break
            except OSError:
                self._udp.server_close()
        self.port = int(self._udp.server_address[1])
        for server in (self._udp, self._tcp):
            server.answerer = self
            threading.Thread(target=server.serve_forever, args=(0.01,), name="demo-dns", daemon=True).start()

    def __enter__(self) -> "DnsServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop both listeners."""
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()

    def answer(self, raw: bytes, *, datagram: bool) -> bytes | None:
        """The reply to one question in wire form; None for silence."""
        try:
            question = dns.message.from_wire(raw)
        except dns.exception.DNSException:
            return None
        if "silent" in self.zone.defects or not question.question:
            return None
        reply = self._reply(question, datagram=datagram)
        try:
            return reply.to_wire(max_size=question.payload or 512 if datagram else 65_535)
        except dns.exception.TooBig:
            short = dns.message.make_response(question)
            short.flags |= dns.flags.TC
            return short.to_wire()

    def _reply(self, question: dns.message.Message, *, datagram: bool) -> dns.message.Message:
        reply = dns.message.make_response(question, recursion_available=self.resolves)
        if question.ednsflags & dns.flags.DO:
            reply.want_dnssec(True)
        asked = question.question[0]
        if "servfail" in self.zone.defects:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif asked.rdtype == dns.rdatatype.AXFR:
            self._transfer(reply, datagram=datagram)
        elif asked.name.is_subdomain(dns.name.from_text(self.zone.origin)):
            reply.flags |= dns.flags.AA
            self._fill(reply, asked.name, asked.rdtype)
        else:
            reply.set_rcode(dns.rcode.NXDOMAIN if self.resolves else dns.rcode.REFUSED)
        return reply

    def _fill(self, reply: dns.message.Message, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> None:
        zone, origin = self.zone.zone, dns.name.from_text(self.zone.origin)
        node = zone.get_node(name)
        if node is None and not any(n.is_subdomain(name) for n in zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        found = node and (node.get_rdataset(_IN, rdtype) or node.get_rdataset(_IN, dns.rdatatype.CNAME))
        if not found:
            self._add(reply, reply.authority, origin, dns.rdatatype.SOA)
            return
        self._add(reply, reply.answer, name, found.rdtype)
        if found.rdtype == dns.rdatatype.CNAME != rdtype and found[0].target.is_subdomain(origin):
            self._fill(reply, found[0].target, rdtype)

    def _add(
        self,
        reply: dns.message.Message,
        section: list[dns.rrset.RRset],
        name: dns.name.Name,
        rdtype: dns.rdatatype.RdataType,
    ) -> None:
        kinds = [(rdtype, dns.rdatatype.NONE)]
        if reply.ednsflags & dns.flags.DO:
            kinds.append((dns.rdatatype.RRSIG, rdtype))
        for kind, covers in kinds:
            rdataset = self.zone.zone.get_rdataset(name, kind, covers)
            if rdataset:
                section.append(dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset)))

    def _transfer(self, reply: dns.message.Message, *, datagram: bool) -> None:
        if "transfer" not in self.zone.defects or datagram:
            reply.set_rcode(dns.rcode.REFUSED)
            return
        origin = dns.name.from_text(self.zone.origin)
        self._add(reply, reply.answer, origin, dns.rdatatype.SOA)
        for name, node in self.zone.zone.nodes.items():
            for rdataset in node:
                if rdataset.rdtype not in (dns.rdatatype.SOA, dns.rdatatype.RRSIG):
                    reply.answer.append(dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset)))


class _Datagram(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        raw, sock = self.request
        reply = cast(_Udp, self.server).answerer.answer(raw, datagram=True)
        if reply:
            sock.sendto(reply, self.client_address)


class _Stream(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.settimeout(10)
        with contextlib.suppress(OSError, struct.error):
            while True:
                (size,) = struct.unpack("!H", self.request.recv(2, socket.MSG_WAITALL))
                raw = self.request.recv(size, socket.MSG_WAITALL)
                reply = cast(_Tcp, self.server).answerer.answer(raw, datagram=False)
                if reply:
                    self.request.sendall(struct.pack("!H", len(reply)) + reply)
