"""Whatever stands in a page's tables, binding ends, keeps to its bounds and invents nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.reports import formats
from crawler.reports.checks import check
from crawler.reports.grids import Grid, GridCell
from crawler.reports.model import Report
from crawler.reports.tables import bind

FORMS = formats.load()
LABELS = sorted(
    {part.zh for form in FORMS.values() for table in form.tables for part in (*table.rows, *table.cols)}
    | {form.markers[0] for form in FORMS.values()}
    | {b.band for f in FORMS.values() for t in f.tables for b in t.blocks}
    | {p.zh for f in FORMS.values() for t in f.tables for b in t.blocks for p in (*b.rows, *b.cols)}
    | {s.zh for f in FORMS.values() for s in f.sections}
    | {"行政诉讼", "法人或其他组织", "申请人情况", "信息内容", "行政检查"}
)
texts = st.one_of(
    st.sampled_from(LABELS),
    st.sampled_from(["0", "1", "12", "", "/", "无", "-7", "590(办结数)", "12 34", "251000元", "见附件", "增10"]),
    st.text(max_size=12),
    st.sampled_from(LABELS).map(lambda label: label[: len(label) // 2]),
)


@st.composite
def grids(draw: st.DrawFn) -> list[Grid]:
    found = []
    for index in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["html", "pipe", "tabs", "lines", "pre"]))
        rows = []
        for r in range(draw(st.integers(0, 14))):
            width = 1 if kind == "lines" else draw(st.integers(0, 18))
            col = draw(st.integers(0, 3))
            cells = []
            for _ in range(width):
                span = draw(st.sampled_from([1, 1, 1, 2, 5, 100_000]))
                cells.append(
                    GridCell(
                        draw(texts).strip(),
                        r,
                        col,
                        draw(st.sampled_from([1, 1, 3])),
                        span,
                        image=draw(st.integers(0, 60)) == 0,
                    )
                )
                col += span
            rows.append(tuple(cells))
        found.append(Grid(tuple(rows), index, kind, draw(st.sampled_from(["", *LABELS[:40]]))))
    return found


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(grids())
def test_any_tables(found: list[Grid]) -> None:
    reading = bind(found)
    assert reading.format is None or reading.format in FORMS
    anchors = {(g.index, c.row, c.col): c for g in found for row in g.rows for c in row}
    for address, cell in reading.cells.items():
        assert cell.address == address
        assert (cell.value is None) == (cell.kind not in ("number", "zero"))
        if cell.kind == "missing":
            assert cell.place is None
        elif cell.place is not None and found[cell.place.table].kind not in ("lines", "pre"):
            source = anchors[cell.place.table, cell.place.row, cell.place.col]
            assert cell.raw == source.text
    for grid, tables in reading.places.items():
        assert 0 <= grid < len(found)
        assert tables
    check(Report(kind="annual_report", format=reading.format, cells=reading.cells, tables=reading.states))
