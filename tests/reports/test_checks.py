"""Identities, sense and prose: what is found, what is rightly left alone, and how it is said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from crawler.reports import formats
from crawler.reports.checks import check
from crawler.reports.model import Cell, Figure, Finding, Report
from crawler.reports.numbers import read_cell

FORMS = formats.load()


def cells(format_id: str, **texts: str) -> dict[str, Cell]:
    """All cells of a format with 0, the named ones (dots written as two underscores) with another text."""
    given = {name.replace("__", "."): text for name, text in texts.items()}
    found = {}
    for table in FORMS[format_id].tables:
        for address, row, col in table.slots():
            raw = given.pop(address, "0")
            read = read_cell(raw, col.unit or row.unit or table.unit, col.signed or row.signed)
            found[address] = Cell(address, read.raw, read.kind, read.value, read.unit, read.remark)
    assert not given, given
    return found


def report(format_id: str, own: dict[str, Cell] | None = None, **texts: str) -> Report:
    held = own if own is not None else cells(format_id, **texts)
    states = {table.id: "present" for table in FORMS[format_id].tables}
    year = FORMS[format_id].fiscal_years[1] or 2023
    return Report(kind="annual_report", format=format_id, year=year, cells=held, tables=states)  # type: ignore[arg-type]


def found(report: Report, **known: str) -> dict[tuple[str, str | None], Finding]:
    return {(finding.id, finding.where): finding for finding in check(report, **known)}


BALANCED = {
    "t3__new__natural": "5", "t3__new__total": "5", "t3__granted__natural": "3", "t3__granted__total": "3",
    "t3__unable_unclear__natural": "1", "t3__unable_unclear__total": "1",
    "t3__decided_total__natural": "4", "t3__decided_total__total": "4",
    "t3__carried_forward__natural": "1", "t3__carried_forward__total": "1",
}  # fmt: skip


def test_a_table_that_adds_up() -> None:
    assert check(report("fmt2021", **BALANCED)) == ()


def test_a_failed_identity_shows_both_sides() -> None:
    broken = found(report("fmt2021", **{**BALANCED, "t3__granted__natural": "13"}))
    assert set(broken) == {("T3-B", "natural"), ("T3-C", "granted")}
    by_column = broken["T3-B", "natural"]
    assert (by_column.severity, by_column.left, by_column.right) == ("hard", "4", "13 + 1 = 14")
    assert by_column.difference == -10
    assert "t3.granted.natural" in by_column.cells
    assert "t3.decided_total.natural" in by_column.cells
    by_row = broken["T3-C", "granted"]
    assert (by_row.left, by_row.right, by_row.difference) == ("3", "13", -10)
    assert "（一）予以公开" in by_row.message
    balance = found(report("fmt2021", **{**BALANCED, "t3__new__natural": "6", "t3__new__total": "6"}))
    assert (balance["T3-A", "natural"].left, balance["T3-A", "natural"].right) == ("6 + 0 = 6", "4 + 1 = 5")
    assert set(balance) == {("T3-A", "natural"), ("T3-A", "total")}


@pytest.mark.parametrize("kind", ["text", "damaged", "missing", "not_counted", "image"])
def test_what_needs_an_unreadable_cell_is_not_tested(kind: str) -> None:
    held = cells("fmt2021", **BALANCED)
    held["t3.granted.natural"] = Cell("t3.granted.natural", "x", kind)  # type: ignore[arg-type]
    held["t3.granted.commercial"] = held["t3.granted.commercial"]._replace(kind="number", value=Decimal(9))
    ids = {finding.id for finding in check(report("fmt2021", held))}
    assert ids == {"T3-B"} | ({"cell_damaged"} if kind == "damaged" else set())
    del held["t3.granted.natural"]
    assert {finding.id for finding in check(report("fmt2021", held))} == {"T3-B"}


@pytest.mark.parametrize("nothing", ["", "/", "无", "-"])
def test_nothing_counts_as_zero_beside_numbers(nothing: str) -> None:
    texts = {a.replace(".", "__"): nothing for a, c in cells("fmt2021", **BALANCED).items() if c.kind == "zero"}
    assert check(report("fmt2021", **BALANCED, **texts)) == ()
    broken = {**BALANCED, "t3__carried_forward__natural": nothing}
    assert ("T3-A", "natural") in found(report("fmt2021", **broken))


def test_a_table_of_blanks_proves_nothing() -> None:
    blank = {a.replace(".", "__"): "" for a in cells("fmt2021") if a[:3] == "t4."}
    assert check(report("fmt2021", **blank)) == ()
    assert ("T4-A", "recon") in found(report("fmt2021", **{**blank, "t4__recon__upheld": "1"}))


DETAILS = ("granted", "partial", "denied_internal", "unable_not_held")


def totals(*filled: str) -> dict[str, str]:
    """Four rows of natural persons; of their totals only the named ones are filled in."""
    texts = {a.replace(".", "__"): "" for a in cells("fmt2019") if a[:3] == "t3."}
    for row in DETAILS:
        texts |= {f"t3__{row}__natural": "2", f"t3__{row}__total": "2" if row in filled else ""}
    for row in ("new", "decided_total"):
        texts |= {f"t3__{row}__natural": "8", f"t3__{row}__total": "8"}
    return texts


def test_totals_left_blank_by_habit_are_no_error() -> None:
    assert check(report("fmt2019", **totals())) == ()


def test_one_forgotten_total_is_an_error() -> None:
    assert set(found(report("fmt2019", **totals("granted", "partial", "unable_not_held")))) == {
        ("T3-B", "total"), ("T3-C", "denied_internal"),
    }  # fmt: skip


def test_a_wrong_total_among_blank_ones_is_an_error() -> None:
    texts = totals("granted") | {"t3__granted__total": "3"}
    assert set(found(report("fmt2019", **texts))) == {("T3-C", "granted")}


def test_public_documents_of_2019() -> None:
    texts = {"t2__p1__rules__made": "4", "t2__p1__rules__published": "5", "t2__p1__rules__public_total": "3"}
    got = found(report("fmt2019", **texts))
    assert {(f.id, f.severity, f.left, f.right) for f in got.values()} == {
        ("T2-19-1", "soft", "4", "3"), ("T2-19-2", "soft", "5", "3"),
    }  # fmt: skip


def test_statistics_of_2014_and_before() -> None:
    got = found(report("stat2014", s14__c1__n="5", s14__c1_1__n="2", s14__c1_3__n="2"))
    assert (got["S14-1", "n"].left, got["S14-1", "n"].right) == ("5", "2 + 2 = 4")
    assert ("SH-2", "ytd") in found(report("local_pre2014", sh__c17__ytd="2", sh__c18__ytd="1"))


# ------------------------------------------------------------------ sense


def test_counts_are_whole_and_not_negative() -> None:
    got = found(report("fmt2021", t4__recon__upheld="-1", t2__p5__licence__decisions="2.5", t2__p8__fees__amount="2.5"))
    assert {key: f.severity for key, f in got.items()} == {
        ("SEM-1", "t4.recon.upheld"): "hard", ("SEM-1", "t2.p5.licence.decisions"): "hard",
    }  # fmt: skip
    assert check(report("fmt2019", t2__p5__licence__items_delta="-7")) == ()


@pytest.mark.parametrize(
    ("level", "kind", "told"),
    [
        (None, None, False), ("national", "department", False), ("province", "government", False),
        ("prefecture", "government", False), ("prefecture", "department", True), ("county", "government", True),
        ("township", "township", True),
    ],
)  # fmt: skip
def test_rules_of_those_who_may_make_none(level: str | None, kind: str | None, told: bool) -> None:
    got = check(report("fmt2021", t2__p1__rules__made="2"), agency_level=level, agency_type=kind)
    assert [f.id for f in got] == (["SEM-2"] if told else [])


def test_decisions_that_are_items() -> None:
    block = {"t2__p6__penalty__items_prev": "1215", "t2__p6__penalty__items_delta": "-35"}
    assert ("SEM-3", "penalty") in found(report("fmt2019", **block, t2__p6__penalty__decisions="1180"))
    assert ("SEM-3", "penalty") in found(report("fmt2019", **block, t2__p6__penalty__decisions="1215"))
    assert check(report("fmt2019", **block, t2__p6__penalty__decisions="1200")) == ()
    few = {"t2__p6__penalty__items_prev": "3", "t2__p6__penalty__decisions": "3"}
    assert check(report("fmt2019", **few)) == ()


# ------------------------------------------------------------------ prose


def told(quantity: str, value: int, **texts: str) -> set[str]:
    figure = Figure(quantity, Decimal(value), "件", "一句话")
    return {f.id for f in check(replace(report("fmt2021", **texts), narrative={quantity: figure}))}


@pytest.mark.parametrize(
    ("quantity", "value", "id_"),
    [
        ("new", 5, None), ("new", 6, "NV-1"), ("decided_total", 4, None), ("decided_total", 3, "NV-3"),
        ("carried_over", 1, "NV-2"), ("carried_over", 0, None), ("carried_forward", 1, None),
        ("carried_forward", 2, "NV-4"), ("recon", 1, "NV-5"), ("suits", 3, "NV-6"), ("normative_made", 9, "NV-7"),
        ("channel.net", 9, "NV-10"), ("channel.net", 5, None), ("channel.face", 2, None),
        ("granted", 3, None), ("granted", 4, "NV-9"), ("unable", 1, None), ("unable", 2, "NV-9"), ("denied", 1, "NV-9"),
        ("normative_valid", 4, "NV-8"), ("normative_valid", 0, None),
    ],
)  # fmt: skip
def test_prose_against_tables(quantity: str, value: int, id_: str | None) -> None:
    assert told(quantity, value, **BALANCED) == ({id_} if id_ else set())


def test_received_may_mean_with_what_was_carried_over() -> None:
    texts = {
        "t3__new__natural": "3511", "t3__new__total": "3511", "t3__carried_over__natural": "96",
        "t3__carried_over__total": "96", "t3__carried_forward__natural": "3607", "t3__carried_forward__total": "3607",
    }  # fmt: skip
    assert told("new", 3607, **texts) == told("new", 3511, **texts) == set()
    assert told("new", 3600, **texts) == {"NV-1"}


def test_prose_without_a_table_is_no_contradiction() -> None:
    figure = Figure("new", Decimal(5), "件", "一句话")
    assert (
        check(
            Report(kind="annual_report", format="fmt2021", narrative={"new": figure}, tables=report("fmt2021").tables)
        )
        == ()
    )


# ------------------------------------------------------------------ tables that are not there


def test_each_missing_table_is_one_finding() -> None:
    got = check(Report(kind="annual_report", year=2021))
    assert [(f.id, f.severity, f.where) for f in got] == [("table_missing", "soft", t) for t in ("t2", "t3", "t4")]
    assert [f.where for f in check(Report(kind="annual_report", year=2016))] == ["s14"]
    assert check(Report(kind="annual_report", year=2010)) == ()
    assert check(Report(kind="annual_report")) == ()
    assert check(Report(kind="work_summary", year=2021)) == ()


def test_pictures_and_files_are_told_apart() -> None:
    states = {"t2": "image", "t3": "attachment", "t4": "missing"}
    got = check(Report(kind="annual_report", format="fmt2021", year=2022, tables=states))  # type: ignore[arg-type]
    assert [(f.id, f.where) for f in got] == [
        ("table_image", "t2"),
        ("table_attachment", "t3"),
        ("table_missing", "t4"),
    ]


def test_without_a_format_the_cells_are_still_tested() -> None:
    held = {a: c for a, c in cells("fmt2021", t4__recon__upheld="1").items() if a.startswith("t4.")}
    got = check(Report(kind="annual_report", cells=held))
    assert [(f.id, f.where) for f in got] == [("T4-A", "recon")]


def test_hard_findings_come_first() -> None:
    got = check(
        replace(report("fmt2021", t4__recon__upheld="1"), tables={"t2": "missing", "t3": "present", "t4": "present"})
    )
    assert [f.severity for f in got] == ["hard", "soft"]
