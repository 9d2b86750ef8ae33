"""The active web experiments against a real nginx, well and badly configured."""

from pathlib import Path

import pytest

from tests.nginx_server import nginx
from tests.web_active_servers import PLAIN, around, ask, site, verdicts

pytestmark = pytest.mark.system

GOOD = "server {{ listen {{web}}; root {root}; location ~ /\\. {{ return 404; }} }}"
#: Name, check, configuration, what the reason must hold. Each is a mistake found in the field.
BAD = [
    ("repository", "WEB-14", "server {{ listen {{web}}; root {root}; }}", "/.git/config"),
    ("autoindex", "WEB-15", "server {{ listen {{web}}; root {root}; autoindex on; }}", "/static/"),
    (
        "decoded-uri",
        "HTTP-24",
        "server {{ listen {{web}}; location / {{ return 302 /moved$uri; }} }}",
        "path, CRLF",
    ),
    (
        "client-host",
        "HTTP-22",
        "server {{ listen {{web}}; location / {{ return 302 http://$host/x; }} }}",
        "Location",
    ),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "root"
    for folder in ("static", ".git"):
        (place / folder).mkdir(parents=True)
    (place / "index.html").write_text('<h1>ระบบสุขภาพ</h1><a href="/static/a.css">a</a>', encoding="utf-8")
    (place / "static" / "a.css").write_text("a {}")
    (place / ".git" / "config").write_text("[core]\n\trepositoryformatversion = 0\n")
    return place


def test_a_good_nginx_passes(root: Path, tmp_path: Path) -> None:
    with nginx(tmp_path / "run", GOOD.format(root=root), ("web",)) as server:
        surroundings = around(server.ports["web"])
        found = verdicts([*PLAIN, "HTTP-23"], surroundings, site(surroundings))
    assert found.pop("SUP-01")[0] == "fail"  # it serves none
    assert {id: why for id, (got, why) in found.items() if got != "pass"} == {}


def test_hanging_up_on_unknown_names_is_a_refusal(root: Path, tmp_path: Path) -> None:
    servers = "server {{ listen {{web}} default_server; return 444; }} " + GOOD.replace(
        "root {root};", "root {root}; server_name 127.0.0.1;"
    )
    with nginx(tmp_path / "run", servers.format(root=root), ("web",)) as server:
        got, why = ask("HTTP-22", server.ports["web"])
    assert got == "pass", why


@pytest.mark.parametrize(("id", "servers", "says"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_nginx_fails(id: str, servers: str, says: str, root: Path, tmp_path: Path) -> None:
    with nginx(tmp_path / "run", servers.format(root=root), ("web",)) as server:
        got, why = ask(id, server.ports["web"])
    assert got == "fail", why
    assert says in why
