"""The report in a browser. It holds no script, so what must be measured is measured in a copy without the policy."""

import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pypdf
import pytest
from harness.reports import html

from harness.record import Run
from tests import report_ledger as ledger
from tests import report_sample as sample

pytestmark = pytest.mark.system
RUNS: dict[str, Callable[[], Run]] = {
    "bad": sample.bad, "incomplete": sample.incomplete, "hostile": sample.hostile,
    "half_way": ledger.half_way, "whole": ledger.whole, "settled": ledger.settled, "hostile ledger": ledger.hostile,
}  # fmt: skip
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars --enable-logging=stderr"
MEASURE = """<script>
const rgb = c => { const [r, g, b, a = 1] = c.match(/[\\d.]+/g).map(Number); return {r, g, b, a} };
const lum = c => [c.r, c.g, c.b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
const back = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.a) return c } return {r: 255, g: 255, b: 255} };
const low = new Set();
for (const e of document.querySelectorAll("body *")) {
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
  const [a, b] = [lum(rgb(getComputedStyle(e).color)), lum(back(e))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) low.add(e.tagName + "." + e.className);
}
const pen = document.createElement("canvas").getContext("2d"), font = getComputedStyle(document.body).fontFamily;
const ink = text => { pen.canvas.width = 60; pen.font = "30px " + font; pen.fillText(text, 5, 40); return pen.canvas.toDataURL() };
const glyphs = [..."กขคงจชญฎฏฐฑฒณปผฝพฟภศษสหฬอฮ"].map(ink), tofu = ink("\\u{10fffe}");
const result = {low: [...low], wide: document.documentElement.scrollWidth - innerWidth, thai: new Set(glyphs).size, tofu: glyphs.includes(tofu)};
const out = document.createElement("pre"); out.id = "measured"; out.textContent = JSON.stringify(result); document.body.append(out);
</script></body>"""


@cache
def source(name: str, lang: str) -> str:
    return str(html.render(RUNS[name](), lang))


def browse(tmp_path: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    assert BROWSER, "install Chromium, or leave the system tests out"
    place = tmp_path / "report.html"
    place.write_text(text, encoding="utf-8")
    command = [BROWSER, *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}", *options, place.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


@pytest.mark.parametrize("name", RUNS)
def test_the_browser_finds_nothing_to_complain_of(tmp_path: Path, name: str) -> None:
    picture_file = tmp_path / "report.png"
    done = browse(tmp_path, source(name, "th"), f"--screenshot={picture_file}", "--window-size=1200,3000")
    assert "CONSOLE" not in done.stderr
    assert picture_file.read_bytes()[:4] == b"\x89PNG"
    assert picture_file.stat().st_size > 50_000


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("width", [400, 1200])
def test_contrast_width_and_thai_glyphs(tmp_path: Path, name: str, lang: str, width: int) -> None:
    loose = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", source(name, lang))
    done = browse(tmp_path, loose.replace("</body>", MEASURE), "--dump-dom", f"--window-size={width},2000")
    found = re.search(r'<pre id="measured">(.*?)</pre>', done.stdout)
    assert found
    assert json.loads(found[1]) == {"low": [], "wide": 0, "thai": 26, "tofu": False}


def printed(tmp_path: Path, name: str, lang: str) -> list[str]:
    """The text of every sheet of paper."""
    paper = tmp_path / "report.pdf"
    browse(tmp_path, source(name, lang), "--no-pdf-header-footer", f"--print-to-pdf={paper}")
    return [
        re.sub(r"\s+", " ", unicodedata.normalize("NFKC", sheet.extract_text()))
        for sheet in pypdf.PdfReader(paper).pages
    ]


@pytest.mark.parametrize(
    ("name", "least", "most"), [("bad", 10, 80), ("half_way", 40, 140), ("whole", 80, 260)]
)
def test_the_report_prints(tmp_path: Path, name: str, least: int, most: int) -> None:
    assert least < len(printed(tmp_path, name, "en")) < most


def test_paper_has_every_requirement_and_gives_parts_and_gaps_a_page_of_their_own(tmp_path: Path) -> None:
    sheets, run = printed(tmp_path, "half_way", "en"), ledger.half_way()
    tops = [sheet.replace(" ", "").partition("moph-bma")[2] for sheet in sheets]
    for heading in ("Partforthetechnical", "Partforthedata-governance", "Whatwasnotcovered,andwhy"):
        assert any(top.startswith(heading) for top in tops), heading
    words = "".join(sheets).replace(" ", "")
    for clause in run.ledger.clauses:
        assert clause.id in words
        assert clause.title.en.replace(" ", "")[:60] in words


def test_a_link_to_an_exchange_opens_it(tmp_path: Path) -> None:
    loose = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", source("half_way", "th"))
    follow = """<script>onload = () => {
      const to = document.querySelector("#exchange-1"), link = document.querySelector('.clause a[href="#exchange-1"]');
      const before = to.checkVisibility(); link.click();
      requestAnimationFrame(() => {
        const out = document.createElement("pre"); out.id = "measured"; out.textContent = JSON.stringify([before, to.checkVisibility()]); document.body.append(out);
      });
    }</script></body>"""
    done = browse(tmp_path, loose.replace("</body>", follow), "--dump-dom", "--window-size=1200,2000")
    found = re.search(r'<pre id="measured">(.*?)</pre>', done.stdout)
    assert found
    assert json.loads(found[1]) == [False, True]
