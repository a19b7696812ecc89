"""The statutory formats as data: whole, sound, and refused with every fault named when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from crawler.reports import formats
from crawler.reports.formats import FormatError, parse_sum
from tests.conftest import SHARED

COUNTS = {
    "fmt2021": {"t2": 10, "t3": 175, "t4": 15},
    "fmt2019": {"t2": 22, "t3": 161, "t4": 15},
    "stat2014": {"s14": 58},
    "local_pre2014": {"sh": 70},
}


def test_every_format_has_all_its_cells() -> None:
    known = formats.load()
    assert {i: {t.id: len(t.addresses()) for t in f.tables} for i, f in known.items()} == COUNTS
    assert list(known) == ["fmt2021", "fmt2019", "stat2014", "local_pre2014"]


def test_addresses_of_the_issue() -> None:
    form = formats.load()["fmt2021"]
    addresses = {address for table in form.tables for address in table.addresses()}
    assert {"t2.p1.normative.made", "t3.new.total", "t4.recon.upheld", "t3.granted.natural"} <= addresses


@pytest.mark.parametrize("format_id", list(COUNTS))
def test_everything_has_labels_in_two_languages(format_id: str) -> None:
    form = formats.load()[format_id]
    for table in form.tables:
        for _, row, col in table.slots():
            assert row.zh and row.en and col.zh and col.en  # noqa: PT018
            assert row.en.isascii()
            assert col.en.isascii()
    assert all(section.zh and section.en for section in form.sections)


@pytest.mark.parametrize("format_id", list(COUNTS))
def test_short_names_make_unique_columns(format_id: str) -> None:
    names = []
    for table in formats.load()[format_id].tables:
        for address, row, col in table.slots():
            block = address.split(".")[1] if table.kind == "blocks" else None
            names.append("_".join(filter(None, [table.id, block, row.abbr or row.id, col.abbr])))
    assert len(set(names)) == len(names)
    assert max(map(len, names)) < 32


def test_values_know_their_units_and_signs() -> None:
    old, new = formats.load()["fmt2019"], formats.load()["fmt2021"]
    slots = {a: (r, c) for f in (old, new) for t in f.tables for a, r, c in t.slots()}
    assert slots["t2.p5.licence.items_delta"][1].signed
    assert slots["t2.p8.fees.amount"][1].unit == "万元"
    assert slots["t2.p8.fees.amount"][1].decimals
    assert slots["t2.p9.procurement.amount"][1].unit is None
    assert formats.load()["stat2014"].tables[0].identities


@pytest.mark.parametrize(
    ("year", "tables"),
    [(2008, []), (2016, ["s14"]), (2019, ["t2", "t3", "t4"]), (2024, ["t2", "t3", "t4"]), (None, [])],
)
def test_what_a_year_prescribes(year: int | None, tables: list[str]) -> None:
    assert [table.id for table in formats.prescribed(None, year)] == tables


def test_a_format_prescribes_before_the_year() -> None:
    assert [table.id for table in formats.prescribed("stat2014", 2022)] == ["s14"]
    assert formats.prescribed("nothing", 2022) == ()


def test_sums() -> None:
    assert parse_sum("a + b - c.d") == ((1, "a"), (1, "b"), (-1, "c.d"))
    for wrong in ("", "a b", "a * b", "a + ", "1 + a", "__import__('os')", "a()"):
        with pytest.raises(ValueError, match="sum"):
            parse_sum(wrong)


WRONG = """
id: fmtx
fiscal_years: [2030, null]
detect_order: 0
markers: [甲]
colour: red
sections:
  - {id: overview, zh: 一、总体情况, en: Overview, tables: [t8]}
tables:
  - id: t9
    kind: matrix
    zh: 表
    cols: [{id: a, zh: 甲, en: A}, {id: a, zh: 乙, en: B}]
    rows: [{id: r, zh: 丙, en: R, parent: q}]
    identities: [{id: X, kind: row, severity: hard, lhs: a, op: '==', rhs: zz}]
"""


def test_every_fault_of_every_file_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "two.yaml").write_text("id: [", encoding="utf-8")
    (tmp_path / "three.yaml").write_text("id: fmtz\ntables: [{id: t, cols_from: nowhere}]", encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        formats.load(tmp_path)
    text = str(caught.value)
    for words in ("one.yaml", "colour", "a stands twice", "unknown parent q", "zz", "two.yaml", "not YAML", "nowhere"):
        assert words in text, words


def test_the_data_agree_with_the_facts() -> None:
    """Addresses, labels, units and identities against the reference description, where that is at hand."""
    path = SHARED / "facts" / "formats.yaml"
    if not path.is_file():
        pytest.skip("../shared/facts is not here")
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    for fact in facts["formats"]:
        form = formats.load()[fact["id"]]
        for table in fact["tables"]:
            ours = form.table(table["id"])
            assert ours is not None
            theirs = [row["zh"] for name in table.get("rows_from", []) for row in facts["row_sets"][name]]
            theirs += [row["zh"] for row in table.get("rows", [])]
            assert [row.zh for row in ours.rows] == theirs
            said = {(i["id"], i["lhs"], i["op"], i["rhs"], i["severity"]) for i in table.get("identities", [])}
            assert {(i.id, i.lhs, i.op, i.rhs, i.severity) for i in ours.identities} == said
            blocks = {b["id"]: [(c["id"], c["zh"], c.get("unit")) for c in b["cols"]] for b in table.get("blocks", [])}
            assert {b.id: [(c.id, c.zh, c.unit) for c in b.cols] for b in ours.blocks} == blocks
        assert [s.id for s in form.sections] == [s["id"] for s in fact["sections"]]
