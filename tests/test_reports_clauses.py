"""The report by clause: whole, linked from the requirement to the document, honest about what nobody looked at."""

import re
from collections import Counter
from functools import cache
from html import unescape
from itertools import pairwise

import pytest
from harness.reports import html

from harness.ledger import Clause
from harness.model import Text, Verdict
from harness.requirement import Confidence, Part
from tests import report_ledger as sample
from tests.test_reports import Page

RUNS = {name: getattr(sample, name) for name in ("half_way", "settled", "whole", "hostile")}
EVERY = [(name, lang) for name in RUNS for lang in ("th", "en")]
PARTS = {
    Part.TECHNICAL: ("technical",),
    Part.GOVERNANCE: ("governance",),
    Part.BOTH: ("technical", "governance"),
}


@cache
def source(name: str, lang: str) -> str:
    return str(html.render(RUNS[name](), lang))


@cache
def page(name: str, lang: str) -> Page:
    return Page(source(name, lang))


def shown(piece: str) -> str:
    """What a reader sees of a piece of the page, without line breaks of the source."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", piece)))


def said(text: Text, lang: str) -> str:
    return re.sub(r"\s+", " ", (text.th if lang == "th" else text.en).replace("`", ""))


def section(name: str, lang: str, heading: str) -> str:
    """The section of the page under a heading of the second level."""
    found = re.search(rf'<h2 id="{heading}">.*?(?=<h2 id=|<p class="end">)', source(name, lang), re.DOTALL)
    assert found, heading
    return found[0]


def row(name: str, lang: str, anchor: str) -> str:
    """The row of a requirement."""
    found = re.search(
        rf'<tr class="clause[^"]*" id="{re.escape(anchor)}">.*?</td>\n</tr>', source(name, lang), re.DOTALL
    )
    assert found, anchor
    return found[0]


def anchors(clause: Clause) -> list[str]:
    here = f"req-{clause.id}"
    return [here, f"{here}.2"] if clause.part is Part.BOTH else [here]


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_every_link_leads_somewhere_inside(name: str, lang: str) -> None:
    elements = page(name, lang).elements
    ids = Counter(a["id"] for _, a in elements if "id" in a)
    assert [i for i, n in ids.items() if n > 1] == []
    links = {a["href"] for _, a in elements if "href" in a}
    assert {link[1:] for link in links if link.startswith("#")} - set(ids) == set()
    assert {a["aria-labelledby"] for _, a in elements if "aria-labelledby" in a} - set(ids) == set()
    outward = {link for link in links if not link.startswith("#")}
    assert all(re.fullmatch(r"\./documents/[0-9a-f]{64}\.(pdf|docx)", link) for link in outward)
    assert bool(outward) == (name != "hostile")


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_headings_and_tables_are_in_order(name: str, lang: str) -> None:
    elements = page(name, lang).elements
    levels = [int(t[1]) for t, _ in elements if re.fullmatch("h[1-6]", t)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tags = Counter(t for t, _ in elements)
    assert tags["caption"] == tags["table"]
    assert all(a.get("scope") in ("row", "col") for t, a in elements if t == "th")
    assert not {"script", "iframe", "img", "link", "form", "base", "object"} & set(tags)


@pytest.mark.parametrize("lang", ["th", "en"])
@pytest.mark.parametrize("name", ["half_way", "whole"])
def test_every_requirement_stands_in_its_parts_with_all_it_says(name: str, lang: str) -> None:
    for clause in RUNS[name]().ledger.clauses:
        for anchor, part in zip(anchors(clause), PARTS[clause.part], strict=True):
            assert f'id="{anchor}"' in section(name, lang, f"part-{part}")
            words = shown(row(name, lang, anchor))
            texts = [
                clause.title,
                *(p.what for p in clause.planned),
                clause.expects,
                clause.note,
                clause.not_tested,
            ]
            texts += [clause.reason] if clause.verdict is not Verdict.PASS else []
            assert [t for t in texts if t and said(t, lang) not in words] == []
            assert [limit for limit in clause.limits if limit not in words] == []
            assert f'class="mark v-{clause.verdict}"' in row(name, lang, anchor)
            assert f'class="badge c-{clause.confidence}"' in row(name, lang, anchor)
            sources = RUNS[name]().ledger.sources
            assert all(sources[key].title in words and sources[key].where in words for key in clause.sources)
    assert source(name, lang).count('<tr class="clause') == sum(
        len(anchors(c)) for c in RUNS[name]().ledger.clauses
    )


def test_the_chain_holds_from_requirement_to_exchange_and_back() -> None:
    text, run = source("half_way", "th"), sample.half_way()
    items, followed = {item.id: item for item in run.items}, 0
    for clause in run.ledger.clauses:
        here = row("half_way", "th", f"req-{clause.id}")
        for check in clause.checks:
            assert f'href="#check-{check}"' in here
            block = re.search(rf'<article[^>]*aria-labelledby="check-{check}">.*?</article>', text, re.DOTALL)
            assert block
            assert f'href="#req-{clause.id}"' in block[0], "the check names the requirements it serves"
            worst = [n for n, r in enumerate(items[check].results, 1) if r.verdict is items[check].verdict]
            results = re.findall(
                rf'id="(result-\d+\.\d+)">\s*<th scope="row"><code[^>]*>{re.escape(items[check].results[worst[0] - 1].subject)}<',
                block[0],
            )
            assert results
            assert f'href="#{results[0]}"' in here, "the requirement names the evidence that decides"
            cited = items[check].results[worst[0] - 1].exchanges
            places = {key: f"exchange-{n}" for n, key in enumerate(run.exchanges, 1)}
            assert all(f'href="#{places[x]}"' in here and f'id="{places[x]}"' in text for x in cited[:3])
            followed += len(cited)
    assert followed > 10


@pytest.mark.parametrize("lang", ["th", "en"])
def test_the_chain_holds_from_requirement_to_document(lang: str) -> None:
    papers = 0
    for clause in sample.half_way().ledger.clauses:
        here = row("half_way", lang, f"req-{clause.id}")
        for paper in clause.attested.documents if clause.attested else ():
            words = shown(here)
            assert all(
                x in words
                for x in (paper.name, paper.number, paper.version, paper.place, paper.signatory, paper.digest)
            )
            assert said(paper.seen, lang) in words
            assert clause.attested
            assert all(
                x in words
                for x in (clause.attested.statement, clause.attested.author, clause.attested.approver)
            )
            assert (f'href="./{paper.kept}"' in here) is (paper.kept is not None)
            assert "2026-05-31" in words
            assert ("พ.ศ. 2569" if lang == "th" else "B.E. 2569") in words
            papers += 1
    assert papers > 15


def test_what_asks_for_attention_is_open_and_the_rest_is_folded() -> None:
    for clause in sample.half_way().ledger.clauses:
        here = row("half_way", "th", f"req-{clause.id}")
        quiet = clause.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.INFO, Verdict.NOT_COVERED)
        assert ("<details>" in here, "<details open>" in here) == (quiet, not quiet)


def test_a_requirement_of_both_says_so_in_both_parts() -> None:
    both = [c for c in sample.half_way().ledger.clauses if c.part is Part.BOTH]
    assert len(both) > 5
    for clause in both:
        one, other = anchors(clause)
        assert f'href="#{other}"' in row("half_way", "en", one)
        assert f'href="#{one}"' in row("half_way", "en", other)
        assert "Both subcommittees" in shown(row("half_way", "en", one))


def test_the_front_says_gates_day_facts_counts_and_what_rows_rest_on() -> None:
    run, front = sample.half_way(), source("half_way", "en").partition('<h2 id="scope">')[0]
    words = shown(front)
    for gate in run.ledger.gates:
        assert gate.title.en in words
        assert f"{gate.tally.decided} of {gate.tally.applicable} applicable" in words
    assert re.findall(r'class="gate d-(\w+)"', front) == [g.decision.value for g in run.ledger.gates]
    assert "23 November, B.E. 2569 (2026-11-23)" in words
    clauses = run.ledger.clauses
    for confidence, phrase in (
        ("official", "rest on the issuer's own text"),
        ("secondary", "rest on secondary sources"),
        ("unverified", "are unverified"),
    ):
        n = sum(c.confidence is Confidence(confidence) for c in clauses)
        assert f"{n} of {len(clauses)} requirements {phrase}" in words
    for fact in run.ledger.facts:
        assert fact.title.en in words
    assert 'FACT-02</bdi></a><br><span class="small">contradicts the statement' in front
    assert "nothing; its requirements apply" in words
    for verdict, n in Counter(c.verdict for c in clauses).items():
        tally = re.search(rf'<tr><th scope="row"><span class="verdict v-{verdict}".*?</tr>', front, re.DOTALL)
        assert tally
        assert shown(tally[0].rpartition("<td")[2].partition(">")[2]).strip() == str(n)


def test_what_nobody_looked_at_has_its_page_with_every_reason() -> None:
    run, gaps = sample.half_way(), section("half_way", "th", "not-covered")
    for clause in run.ledger.clauses:
        missing = clause.verdict is Verdict.NOT_COVERED or clause.planned or clause.not_tested
        listed = f'href="#req-{clause.id}"' in gaps
        assert listed is bool(missing and clause.verdict is not Verdict.NOT_APPLICABLE)
        assert not listed or all(said(p.what, "th") in shown(gaps) for p in clause.planned)
    assert all(gap.id in shown(gaps) and said(gap.why, "th") in shown(gaps) for gap in run.not_covered)
    assert "ข้อกำหนดทุกข้อมีการตรวจ" in section("settled", "th", "not-covered")
