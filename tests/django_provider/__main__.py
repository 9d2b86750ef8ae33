"""Serves the provider behind TLS on a free loopback port.

One line of JSON on standard input configures it; it prints {"port": n} and ends when its standard input does.
"""

import json
import os
import ssl
import sys
import threading
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from django.conf import settings

from tests.django_provider.configuration import configured
from tests.django_provider.weaknesses import settled


class Server(ThreadingMixIn, WSGIServer):
    """One thread a connection."""

    daemon_threads = True
    request_queue_size = 64


class Handler(WSGIRequestHandler):
    """Says that it speaks https, and keeps no log of addresses, in which codes stand."""

    timeout = 20

    def get_environ(self) -> dict[str, Any]:
        return super().get_environ() | {"HTTPS": "on"}

    def address_string(self) -> str:
        return "127.0.0.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass


def main() -> None:
    given = json.loads(sys.stdin.readline())
    settings.configure(**settled(configured(given), given))
    django.setup()
    from tests.django_provider.seeding import seed
    from tests.django_provider.urls import application

    seed(given)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(given["cert"], given["key"])
    server = Server(("127.0.0.1", 0), Handler)
    server.set_app(application(given))
    # the handshake is made by the thread that reads first, so that one slow client holds up nobody
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_port}), flush=True)
    sys.stdin.read()
    os._exit(0)  # connections that are still open are nobody's any more


main()
