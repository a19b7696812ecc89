"""Tables that do not add up: whose error it is, and the one other reading under which they do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reports import formats, parse
from crawler.reports.checks import check
from crawler.reports.checks.ledger import identities
from crawler.reports.model import Cell, Finding, OtherReading, Place, Report
from crawler.reports.numbers import read_cell
from tests.reports import forms, pages
from tests.reports.gridlib import as_html

FORMS = formats.load()
KINDS = ["natural", "commercial", "research", "social_welfare", "legal_service", "other_org"]
COLUMNS = [*KINDS, "total"]
HARD = ("t3", "t4")


def sound(form_id: str, drawn: dict[str, int]) -> dict[str, int]:
    """Numbers of t3 and t4 that hold: details and what was carried as drawn, totals and what was new worked out."""
    form = FORMS[form_id]
    t3, t4 = form.table("t3"), form.table("t4")
    assert t3 is not None and t4 is not None  # noqa: PT018
    details = [row.id for row in t3.value_rows if row.level > 1 and not row.computed]
    found: dict[str, int] = {}
    for kind in KINDS:
        own = {row: drawn.get(f"t3.{row}.{kind}", 0) for row in (*details, "carried_forward")}
        own["decided_total"] = sum(own[row] for row in details)
        # No more can be carried over than was there; what remains is new.
        both = own["decided_total"] + own["carried_forward"]
        own["carried_over"] = min(drawn.get(f"t3.carried_over.{kind}", 0), both)
        own["new"] = both - own["carried_over"]
        found |= {f"t3.{row}.{kind}": number for row, number in own.items()}
    for row in t3.value_rows:
        found[f"t3.{row.id}.total"] = sum(found[f"t3.{row.id}.{kind}"] for kind in KINDS)
    for row in t4.value_rows:
        outcomes = [f"t4.{row.id}.{col.id}" for col in t4.value_cols if not col.computed]
        found |= {address: drawn.get(address, 0) for address in outcomes}
        found[f"t4.{row.id}.total"] = sum(found[address] for address in outcomes)
    return found


def placed(form_id: str, texts: dict[str, str]) -> dict[str, Cell]:
    """Cells with the places that a plain grid gives them; one grid a table."""
    cells = {}
    for number, table in enumerate(FORMS[form_id].tables):
        rows: dict[str, int] = {}
        for address, row, col in table.slots():
            if address not in texts:
                continue
            line = 0 if table.kind == "flat" else rows.setdefault(address.rpartition(".")[0], len(rows))
            across = [a for a in table.addresses() if table.kind == "flat" or a.startswith(f"{table.id}.{row.id}.")]
            read = read_cell(texts[address], col.unit or table.unit)
            place = Place(number, line, across.index(address))
            cells[address] = Cell(address, read.raw, read.kind, read.value, read.unit, read.remark, row.zh, place)
    return cells


def report(texts: dict[str, str], form_id: str = "fmt2021", *findings: Finding) -> Report:
    states = {table.id: "present" for table in FORMS[form_id].tables}
    cells = placed(form_id, texts)
    return Report("annual_report", format=form_id, year=2021, cells=cells, tables=states, findings=findings)  # type: ignore[arg-type]


def hard(report: Report) -> list[Finding]:
    return [finding for finding in check(report) if finding.severity == "hard"]


def written(numbers: dict[str, int]) -> dict[str, str]:
    return {address: str(number) for address, number in numbers.items()}


DRAWN = {
    "t3.granted.natural": 31, "t3.granted.commercial": 12, "t3.partial.natural": 4, "t3.denied_internal.natural": 7,
    "t3.unable_not_held.commercial": 5, "t3.carried_forward.natural": 3, "t3.carried_over.natural": 2,
    "t4.recon.upheld": 6, "t4.recon.corrected": 2, "t4.suit_direct.upheld": 4, "t4.suit_after.pending": 1,
}  # fmt: skip
SOUND = written(sound("fmt2021", DRAWN))


@pytest.mark.parametrize("form_id", ["fmt2019", "fmt2021"])
@settings(max_examples=40)
@given(data=st.data())
def test_one_more_in_any_cell_is_told_by_a_hard_finding_that_names_it(form_id: str, data: st.DataObject) -> None:
    addresses = [a for table in HARD for a in FORMS[form_id].table(table).addresses()]  # type: ignore[union-attr]
    drawn = data.draw(st.dictionaries(st.sampled_from(addresses), st.integers(0, 900), max_size=12))
    numbers = sound(form_id, drawn)
    cells = placed(form_id, written(numbers))
    assert identities(FORMS[form_id], cells) == []
    raised = data.draw(st.sampled_from(addresses))
    cell = cells[raised]
    cells[raised] = cell._replace(kind="number", value=numbers[raised] + Decimal(1), raw=str(numbers[raised] + 1))
    states = {table.id: "present" for table in FORMS[form_id].tables}
    told = hard(Report("annual_report", format=form_id, year=2020, cells=cells, tables=states))  # type: ignore[arg-type]
    assert any(raised in finding.cells for finding in told)
    assert {finding.grid_agrees for finding in told} == {True}


@pytest.mark.parametrize("address", [address for address in SOUND if address[:3] in ("t3.", "t4.")])
def test_every_single_cell_is_guarded(address: str) -> None:
    raised = report(SOUND | {address: str(int(SOUND[address]) + 1)})
    assert any(address in finding.cells for finding in hard(raised))


@settings(max_examples=40)
@given(data=st.data())
def test_a_reading_that_is_offered_makes_every_identity_hold(data: st.DataObject) -> None:
    """Whatever two cells hold, and blanks anywhere: with the offered values nothing of that table fails."""
    numbers = written(sound("fmt2021", DRAWN))
    changed = data.draw(
        st.dictionaries(st.sampled_from(list(numbers)), st.sampled_from(["", "0", "1", "12", "31", "3 1"]), max_size=4)
    )
    broken = report(numbers | changed)
    before = {address: (cell.raw, cell.kind, cell.value) for address, cell in broken.cells.items()}
    for finding in hard(broken):
        if finding.reading is not None:
            cells = dict(broken.cells)
            for address, value in finding.reading.values:
                assert value != cells[address].value
                cells[address] = cells[address]._replace(kind="number", value=value)
            table = finding.cells[0][:3]
            assert not any(one.cells[0].startswith(table) for one in identities(FORMS["fmt2021"], cells))
    assert before == {address: (cell.raw, cell.kind, cell.value) for address, cell in broken.cells.items()}


DETAILS = [row.id for row in FORMS["fmt2021"].table("t3").value_rows if row.level > 1 and not row.computed]  # type: ignore[union-attr]


@settings(max_examples=40)
@given(
    drawn=st.dictionaries(
        st.tuples(st.sampled_from(DETAILS), st.sampled_from(KINDS)), st.integers(1, 900), min_size=1, max_size=8
    ),
    damage=st.sampled_from(["shifted", "total_moved", "merged"]),
    data=st.data(),
)
def test_what_one_damage_did_is_undone_or_left_alone(
    drawn: dict[tuple[str, str], int], damage: str, data: st.DataObject
) -> None:
    """Of a sound table damaged in one row the offered reading, if there is one, is what stood there."""
    truth = sound("fmt2021", {f"t3.{name}.{kind}": number for (name, kind), number in drawn.items()})
    name = data.draw(st.sampled_from(sorted({name for name, _ in drawn})))
    cells = [truth[f"t3.{name}.{col}"] for col in COLUMNS]
    texts = [str(number) for number in cells]
    at = data.draw(
        st.sampled_from([place for place in range(6) if (cells[place] != 0) == (damage == "merged")] or [-1])
    )
    if at < 0:
        return
    if damage == "shifted":
        texts = ["", *texts[:at], *texts[at + 1 :]]
    elif damage == "total_moved":
        texts[at], texts[6] = texts[6], ""
    else:
        texts[at], texts[at + 1] = f"{cells[at]}{cells[at + 1]}", ""
    for reading in readings(report(written(truth) | row(name, *texts))) - {None}:
        assert values(reading) == {address: truth[address] for address in values(reading)}


def readings(report: Report) -> set[OtherReading | None]:
    return {finding.reading for finding in hard(report) if finding.id != "number_unreadable"}


def row(name: str, *texts: str) -> dict[str, str]:
    return {f"t3.{name}.{col}": text for col, text in zip(COLUMNS, texts, strict=True)}


def values(reading: OtherReading | None) -> dict[str, int]:
    return {address: int(value) for address, value in reading.values} if reading else {}


@pytest.mark.parametrize(
    ("texts", "how", "read"),
    [
        # A blank put before the first number pushed the row to the right, and its last cell out.
        (row("granted", "", "31", "12", "0", "0", "0", "43"), "row_shifted",
         {"t3.granted.natural": 31, "t3.granted.commercial": 12, "t3.granted.research": 0}),
        (row("granted", "31", "12", "0", "0", "0", "43", ""), "row_shifted",
         {"t3.granted.other_org": 0, "t3.granted.total": 43}),
        (row("denied_internal", "7", "7", "", "", "", "", ""), "total_moved",
         {"t3.denied_internal.commercial": 0, "t3.denied_internal.total": 7}),
        (row("granted", "31 12", "", "0", "0", "0", "0", "43"), "digits_split",
         {"t3.granted.natural": 31, "t3.granted.commercial": 12}),
        (row("granted", "3112", "", "0", "0", "0", "0", "43"), "digits_split",
         {"t3.granted.natural": 31, "t3.granted.commercial": 12}),
        ({"t3.decided_total.natural": "4 2", "t3.decided_total.total": "60"}, None, {}),
    ],
)  # fmt: skip
def test_the_only_other_reading(texts: dict[str, str], how: str | None, read: dict[str, int]) -> None:
    broken = report(SOUND | texts)
    (reading,) = readings(broken)
    assert (reading.how if reading else None, values(reading)) == (how, read)


def test_rows_that_slipped_by_one() -> None:
    """The total of what was decided stands one row too low, where nothing was carried forward."""
    numbers = written(sound("fmt2021", {"t3.granted.natural": 31, "t3.partial.commercial": 4}))
    texts = {f"t3.carried_forward.{col}": numbers[f"t3.decided_total.{col}"] for col in COLUMNS}
    texts |= {f"t3.decided_total.{col}": "" for col in COLUMNS}
    (reading,) = readings(report(numbers | texts))
    assert reading is not None
    assert reading.how == "rows_shifted"
    assert values(reading) == {
        "t3.decided_total.natural": 31, "t3.decided_total.commercial": 4, "t3.decided_total.total": 35,
        "t3.carried_forward.natural": 0, "t3.carried_forward.commercial": 0, "t3.carried_forward.total": 0,
    }  # fmt: skip


def test_rows_that_may_have_slipped_further() -> None:
    """The total stands one row too high: whether details above it slipped as well, no identity tells."""
    texts = {f"t3.other_misc.{col}": SOUND[f"t3.decided_total.{col}"] for col in COLUMNS}
    texts |= {f"t3.decided_total.{col}": "" for col in COLUMNS}
    assert readings(report(SOUND | texts)) == {None}


def test_a_list_that_slipped_by_one() -> None:
    texts = dict.fromkeys(FORMS["stat2014"].addresses, "") | {"s14.d.n": "3", "s14.d1.n": "3"}
    assert hard(report(texts, "stat2014")) == []
    slipped = texts | {"s14.c3_8.n": "3", "s14.d.n": "3", "s14.d1.n": ""}
    (reading,) = readings(report(slipped, "stat2014"))
    assert (reading.how if reading else None, values(reading)) == ("rows_shifted", {"s14.c3_8.n": 0, "s14.d1.n": 3})


def test_of_two_readings_none_is_offered() -> None:
    """12 and a blank under a total of 5: 3 and 2 cannot be had; a shift fits two rows as well."""
    texts = row("granted", "0", "31", "0", "0", "0", "0", "31") | row("partial", "4", "0", "0", "0", "0", "0", "4")
    numbers = written(sound("fmt2021", {"t3.granted.natural": 5, "t3.partial.natural": 5}))
    swapped = row("granted", "0", "5", "0", "0", "0", "0", "5")
    assert {one.reading is None for one in hard(report(SOUND | texts))} == {True}
    ambiguous = numbers | swapped | row("decided_total", "10", "0", "0", "0", "0", "0", "10")
    (reading,) = readings(report(ambiguous))
    assert values(reading) == {"t3.granted.natural": 5, "t3.granted.commercial": 0}
    # Were the column totals as the publisher says for neither, both rows could be the one that slipped.
    both = numbers | swapped | row("partial", "0", "5", "0", "0", "0", "0", "5")
    assert readings(report(both | row("decided_total", "5", "5", "0", "0", "0", "0", "10"))) == {None}


# ------------------------------------------------------------------ whose error


def test_the_publisher_s_own_error_is_named() -> None:
    (finding,) = hard(report(SOUND | {"t4.recon.upheld": "7"}))
    assert (finding.id, finding.grid_agrees, finding.reading) == ("T4-A", True, None)


def test_without_places_nobody_knows() -> None:
    broken = report(SOUND | {"t4.recon.upheld": "7"})
    bare = {address: cell._replace(place=None) for address, cell in broken.cells.items()}
    assert [one.grid_agrees for one in hard(replace(broken, cells=bare))] == [None]


def test_a_row_in_another_order_than_all_others_is_no_proof() -> None:
    broken = report(SOUND | {"t3.granted.natural": "32"})
    cells = dict(broken.cells)
    left, right = cells["t3.granted.natural"], cells["t3.granted.commercial"]
    cells |= {left.address: left._replace(place=right.place), right.address: right._replace(place=left.place)}
    told = {one.id: one.grid_agrees for one in hard(replace(broken, cells=cells))}
    assert told == {"T3-C": False, "T3-B": False}
    both = {**cells, right.address: right._replace(place=right.place)}
    assert [one.grid_agrees for one in hard(replace(broken, cells=both)) if one.id == "T3-C"] == [False]


def test_a_part_that_was_not_read_is_a_doubt() -> None:
    broken = report(SOUND | {"t3.granted.natural": "32"})
    unread = Cell("local.1", "3", "number", Decimal(3), label="（八）另类", place=Place(1, 30, 2))
    for doubtful in (
        replace(broken, cells={**broken.cells, "local.1": unread}),
        replace(broken, findings=(Finding("cell_repeated", "soft", "x", cells=("t3.partial.natural",)),)),
    ):
        assert {one.grid_agrees for one in hard(doubtful)} == {False}
    elsewhere = unread._replace(place=Place(7, 0, 0))
    assert {one.grid_agrees for one in hard(replace(broken, cells={**broken.cells, "local.1": elsewhere}))} == {True}


# ------------------------------------------------------------------ rows that could not be bound


def misfit(name: str, raws: tuple[str, ...]) -> Report:
    """A row of another length: nothing of it is bound."""
    addresses = tuple(f"t3.{name}.{col}" for col in COLUMNS)
    bound = report({address: text for address, text in SOUND.items() if address not in addresses})
    absent = {address: Cell(address, "", "missing") for address in addresses}
    told = Finding("short_row" if len(raws) < 7 else "long_row", "soft", "x", cells=addresses, where=name, raws=raws)
    return replace(bound, cells={**bound.cells, **absent}, findings=(told,))


def offered(of: Report) -> list[OtherReading | None]:
    return [finding.reading for finding in check(of) if finding.id == "row_readable"]


@pytest.mark.parametrize(
    ("raws", "how"),
    [
        (("31", "12", "0", "0", "0", "43"), "cell_lacking"),
        (("31", "12", "", "", "", "", "", "43"), "cell_extra"),
        (("31", "0", "0", "0", "0", "43"), None),  # 12 is gone: no place for a blank makes it hold
        (("31", "12", "0", "0", "43"), None),  # two are lacking
        (("31", "见说明", "0", "0", "0", "43"), None),
        (("31", "12", "0", "0", "0", "0", "0", "43"), "cell_extra"),  # whichever 0 is too much, the rest is the same
        (("31", "12", "0", "5", "0", "0", "0", "43"), None),  # nothing stands there twice that adds up without it
    ],
)
def test_rows_of_another_length(raws: tuple[str, ...], how: str | None) -> None:
    made = offered(misfit("granted", raws))
    assert [one.how for one in made if one] == ([how] if how else [])
    if how:
        assert values(made[0]) == {f"t3.granted.{col}": int(SOUND[f"t3.granted.{col}"]) for col in COLUMNS}


def test_a_row_of_another_length_in_a_table_that_fails_elsewhere() -> None:
    broken = misfit("granted", ("31", "12", "0", "0", "0", "43"))
    cells = {**broken.cells, "t3.new.natural": broken.cells["t3.new.natural"]._replace(value=Decimal(9))}
    assert offered(replace(broken, cells=cells)) == []


# ------------------------------------------------------------------ from a page


def from_page(cells: list[str]) -> Report:
    """A page whose row 予以公开 has these value cells."""
    data = dict.fromkeys(FORMS["fmt2021"].addresses, "0") | SOUND
    rows = forms.t3_rows(FORMS["fmt2021"], data, COLUMNS)
    (at,) = (i for i, line in enumerate(rows) if any("予以公开" in text for text, _, _ in line))
    rows[at] = [*rows[at][:-7], *((text, 1, 1) for text in cells)]
    return parse(
        f"<html><body><h1>{pages.TITLE}</h1><p>一、总体情况</p><p>{pages.PROSE}</p>{as_html(rows)}</body></html>"
    )


@pytest.mark.parametrize(
    ("cells", "id_", "how"),
    [
        (["31", "12", "0", "0", "0", "43"], "row_readable", "cell_lacking"),
        (["31 12", "", "0", "0", "0", "0", "43"], "T3-B", "digits_split"),
        (["31", "12", "0", "0", "0", "43", ""], "T3-C", "row_shifted"),
        (["32", "12", "0", "0", "0", "0", "43"], "T3-C", None),
    ],
)
def test_pages_that_are_damaged_in_one_row(cells: list[str], id_: str, how: str | None) -> None:
    (finding,) = (one for one in from_page(cells).findings if one.id == id_)
    assert (finding.reading.how if finding.reading else None) == how
    assert finding.grid_agrees is (None if id_ == "row_readable" else True)
    if finding.reading:
        read = {address: int(SOUND[address]) for address, _ in finding.reading.values}
        assert values(finding.reading) == read


def test_a_sound_page_has_nothing_to_read_otherwise() -> None:
    assert [
        one.id for one in from_page(["31", "12", "0", "0", "0", "0", "43"]).findings if one.severity == "hard"
    ] == []
