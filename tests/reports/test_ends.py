"""Pages whose end is lacking: told by their markup, and blamed on nobody."""

from __future__ import annotations

import pytest

from crawler.reports import Report, ends, parse
from crawler.reports.model import Finding
from tests.reports import pages
from tests.reports.pages import page

WHOLE = page(f'<div class="TRS_Editor">{pages.body()}</div>')
LAST = WHOLE.index("</tr></table>", WHOLE.index("尚未审结"))


def found(report: Report, *ids: str) -> list[Finding]:
    return [one for one in report.findings if one.id in (ids or ends.CUT)]


@pytest.mark.parametrize(
    "source",
    [
        WHOLE,
        WHOLE + "\n<!-- generated -->\n",
        WHOLE.replace("</html>", ""),
        WHOLE.replace("</body></html>", "</BODY >"),
        pages.body(),
        pages.plain(),
        "",
        "a < b",
        f"<div>{pages.T2}</div>",
    ],
)
def test_pages_that_end_as_pages_do(source: str) -> None:
    assert ends.early(source) is None


@pytest.mark.parametrize(
    ("source", "inside", "severity"),
    [
        (WHOLE[:LAST], "a table", "hard"),
        (WHOLE[: LAST - 3], "a tag", "hard"),
        (WHOLE[: WHOLE.index("<td>本年制发件数")], "a table", "hard"),
        (WHOLE[: WHOLE.index("三、") + 5], "the page", "soft"),
        (WHOLE[: WHOLE.index("三、")] + "<script>var a = 1;", "a script", "hard"),
        (WHOLE[: WHOLE.index("三、")] + "<!-- menu", "a comment", "hard"),
        (WHOLE[: WHOLE.index("三、")] + "<img src='a.png' alt=\"", "a tag", "hard"),
        (pages.body()[: pages.body().index("<td>现行有效件数")], "a table", "hard"),
    ],
)
def test_where_a_page_breaks_off(source: str, inside: str, severity: str) -> None:
    told = ends.early(source)
    assert told is not None
    assert (told.id, told.left, told.severity) == ("page_ends_early", inside, severity)
    assert "page_ends_early" in {one.id for one in parse(source).findings}


def test_a_cut_transfer_is_a_finding_whatever_came() -> None:
    for source in (WHOLE.encode(), WHOLE[:LAST].encode(), b"%PDF-1.4\n", b"PK\x03\x04", b"", b"\x89PNG\r\n\x1a\n"):
        (told,) = found(parse(source, cut=True), "transfer_cut")
        assert told.severity == "hard"
    assert not found(parse(WHOLE.encode()))


def test_the_table_that_breaks_off_is_blamed_on_nobody_and_a_whole_one_is() -> None:
    wrong = pages.T4.replace("<td>1</td><td>0</td>", "<td>2</td><td>0</td>", 1)
    blamed = parse(page(pages.body(t4=wrong)))
    assert [one.grid_agrees for one in found(blamed, "T4-A")] == [True]
    cut = page(pages.body(t4=wrong))
    cut = cut[: cut.index("</table>", cut.index("尚未审结"))]
    assert [one.grid_agrees for one in found(parse(cut), "T4-A")] == [None]


@pytest.mark.parametrize("share", range(5, 100, 5))
def test_wherever_a_page_is_cut_what_is_read_is_what_stood_there(share: int) -> None:
    whole = parse(WHOLE).cells
    part = WHOLE[: len(WHOLE) * share // 100]
    report = parse(part.encode()[:-1])
    assert found(report)
    assert all(
        cell.raw == whole[name].raw or whole[name].raw.startswith(cell.raw) for name, cell in report.cells.items()
    )
