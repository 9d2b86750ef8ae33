"""A real nginx on a free loopback port, started with one server block and stopped by its process."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

BASE = """
daemon off; {user} worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  types {{ text/html html; text/css css; text/plain txt; }}
  server {{ listen 127.0.0.1:{counter}; location / {{ stub_status; }} }}
  {servers}
}}
"""


class Nginx(Struct, frozen=True):
    """A running nginx: its ports by name, and where it counts its connections."""

    ports: dict[str, int]
    counter: int

    def accepted(self) -> int:
        """Connections accepted so far, by nginx's own count; this question is one more."""
        with socket.create_connection(("127.0.0.1", self.counter), 5) as sock:
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
            text = b"".join(iter(lambda: sock.recv(4096), b"")).decode()
        return int(text.split("requests\n")[1].split()[0])


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def nginx(folder: Path, servers: str, names: tuple[str, ...]) -> Iterator[Nginx]:
    """Run nginx with these server blocks; `{name}` in them becomes a free port for each of `names`."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    folder.mkdir(parents=True, exist_ok=True)
    running = Nginx({name: free_port() for name in names}, free_port())
    for name, port in running.ports.items():
        servers = servers.replace("{" + name + "}", f"127.0.0.1:{port}")
    user = "user root;" if os.geteuid() == 0 else ""  # or its workers could not read the test's folder
    config = folder / "nginx.conf"
    config.write_text(BASE.format(folder=folder, user=user, counter=running.counter, servers=servers))
    with subprocess.Popen([program, "-c", str(config), "-p", str(folder)], stderr=subprocess.PIPE) as process:
        try:
            _wait(process, [running.counter, *running.ports.values()])
            yield running
        finally:
            process.terminate()
            process.wait(10)


def _wait(process: subprocess.Popen[bytes], ports: list[int]) -> None:
    for port in ports:
        for _ in range(200):
            if process.poll() is not None:
                raise RuntimeError(process.stderr.read().decode() if process.stderr else "nginx ended")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
