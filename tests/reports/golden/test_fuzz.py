"""Damaged golden pages and pages of noise: a report always comes back, bounded, with no number from nowhere."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.reports import parse
from crawler.reports.model import Report
from tests.reports.golden.cases import CASES, Case
from tests.reports.golden.truth import FORMS

MOST_CELLS = sum(len(table.addresses()) for form in FORMS.values() for table in form.tables) + 500
LABELS = sorted(
    {part.zh for form in FORMS.values() for table in form.tables for part in (*table.rows, *table.cols)}
    | {part.zh for f in FORMS.values() for t in f.tables for b in t.blocks for part in (*b.rows, *b.cols)}
    | {block.band for form in FORMS.values() for table in form.tables for block in table.blocks}
)
MARKS = ["0", "7", "13,612", "/", "无", "——", "", "-7", "增10", "590(办结数)", "12 34", "251000元", "本年", "（四）无"]
TAGS = [
    "<br>", "</td><td>", "</tr><tr>", "</table>", "<table>", '<td colspan="7">', '<td rowspan="99">', "<p>", "</p>",
    "|", "\t", "\n", "  ", "<pre>", "</pre>", "&nbsp;", "<!--", "-->", "\ufffd",
]  # fmt: skip
NOISE = [*LABELS, *MARKS, *TAGS, "三、收到和处理政府信息公开申请情况", "附表："]


def sound(source: bytes, report: Report) -> list[str]:
    """What no reading may do, whatever the page."""
    wrong = []
    if len(report.cells) > MOST_CELLS or len(report.findings) > 400:
        wrong.append(f"{len(report.cells)} cells, {len(report.findings)} findings")
    printed = tight(source.decode(report.encoding.chosen if report.encoding else "utf-8", "ignore"))
    text = bare(report.text)
    for address, cell in report.cells.items():
        if (cell.value is None) != (cell.kind not in ("number", "zero")):
            wrong.append(f"{address}: {cell.kind} with the value {cell.value}")
        if cell.value is not None and not (tight(cell.raw) in printed or bare(cell.raw) in text):
            wrong.append(f"{address}: {cell.raw!r} is not in the source")
    return wrong


def bare(text: str) -> str:
    """The text without blanks; digits as ASCII. Of markup that is broken the parser's own text is asked."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def tight(source: str) -> str:
    """The text without tags, comments, blanks and marks; digits as ASCII."""
    text = re.sub(r"<!--.*?-->|<[^<>]*>|&#?\w+;", "", unicodedata.normalize("NFKC", source), flags=re.S)
    return re.sub(r"[^\w.+-]", "", text)


@cache
def built(name: str) -> bytes:
    return next(case for case in CASES if case.name == name).build()


def damaged(case: Case, random: Random) -> bytes:
    """A golden page with a few of its bytes changed, lost, doubled, moved, or noise put in."""
    page = bytearray(built(case.name))
    for _ in range(random.choice([1, 1, 2, 4, 12, 40])):
        at, size = random.randrange(len(page)), random.choice([1, 1, 3, 30, 300])
        piece = bytes(page[at : at + size])
        way = random.randrange(6)
        if way == 0:
            page[at] = random.randrange(256)
        elif way == 1:
            del page[at : at + size]
        elif way == 2:
            page[at:at] = piece
        elif way == 3:
            del page[at : at + size]
            to = random.randrange(len(page) + 1)
            page[to:to] = piece
        else:
            page[at:at] = random.choice(NOISE).encode(case.encoding, "replace")
        if not page:
            page = bytearray(b" ")
    return bytes(page)


def run(seeds: range) -> list[str]:
    problems = []
    for seed in seeds:
        random = Random(seed)
        case = random.choice(CASES)
        page = damaged(case, random)
        problems += [f"seed {seed} ({case.name}): {problem}" for problem in sound(page, parse(page))]
    return problems


def test_damaged_pages() -> None:
    assert run(range(160)) == []


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_damaged_pages(part: int) -> None:
    assert run(range(1000 * (part + 1), 1000 * (part + 2))) == []


pieces = st.lists(st.one_of(st.sampled_from(NOISE), st.integers(0, 9999).map(str), st.text(max_size=6)), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces, st.sampled_from(["<table><tr><td>", "", "<pre>", "附表\n", "<table><tr><td>统计指标</td><td>"]))
def test_pages_of_noise(parts: list[str], head: str) -> None:
    source = head + " ".join(parts)
    report = parse(source)
    assert sound(source.encode("utf-8", "replace"), report) == []


@pytest.mark.soak
@pytest.mark.timeout(7200)
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces, pieces)
def test_more_pages_of_noise(head: list[str], parts: list[str]) -> None:
    source = "".join(head) + " ".join(parts)
    assert sound(source.encode("utf-8", "replace"), parse(source)) == []
