"""What is owed against what is there: the denominator, the reasons of gaps, the filters."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, event, insert

from crawler.coverage.advice import next_commands
from crawler.coverage.panel import NothingMatches, Wanted, panel, provinces, states_in
from crawler.coverage.tables import COLUMNS, as_json, write_csv
from crawler.portals.listing import BadFilter
from crawler.portals.model import Agency, Portal
from crawler.reproduce import reproduce
from crawler.store import Spool, Writer, open_store
from crawler.store import models as m
from crawler.store.coverage import facts, http_status
from crawler.store.records import AgencyValue
from tests.store.examples import AGENCY, NOON, PORTAL, attempt_record, report_record, run_record

TODAY = date(2026, 11, 22)


def agency(slug: str, name: str, code: str = "440100", **values) -> Agency:
    given = {"type": "department", "level": "prefecture", "sector": "finance"} | values
    return Agency(id=f"{code}-{slug}", name=name, code=code, **given)


def portal(host: str, *agencies: Agency, family: str = "gkmlpt", place: str = "广州市") -> Portal:
    return Portal(
        id=host, name=f"{place}的门户", place=place, family=family, base=f"http://{host}/", agencies=agencies,
        evidence="[R] x", checked=TODAY,
    )  # fmt: skip


STHJJ = agency("sthjj", "广州市生态环境局", sector="environment", aliases=("广州市环保局",))
GONE = agency("wsj", "广州市卫生局", until=2010)
FAR = agency("zf", "许昌市人民政府", "411000", type="government", sector=None)
ROWS = [portal("www.gz.gov.cn", STHJJ, GONE), portal("www.xuchang.gov.cn", FAR, family="epoint", place="许昌市")]


@pytest.fixture
def engine(tmp_path):
    made = open_store(f"sqlite:///{tmp_path / 'r.db'}")
    yield made
    made.dispose()


@pytest.fixture
def filled(engine: Engine, tmp_path) -> Engine:
    """2023 found, 2022 looked for in vain, and a report of a body that no row lists."""
    writer = Writer(engine, Spool(tmp_path / "spool"))
    writer.write_now(run_record())
    writer.write_now(report_record())
    writer.write_now(attempt_record())
    stranger = AgencyValue(id="440100-x9", name="广州市某办", code="440100", registered=False)
    writer.write_now(report_record(agency=stranger, year=2021))
    writer.close_now()
    return engine


def cells(engine: Engine, wanted: Wanted | None = None) -> dict[tuple[str, int], tuple[str, str]]:
    found = panel(ROWS, facts(engine), wanted or Wanted(), TODAY)
    return {(row.agency_id, row.year): (row.state, row.reason) for row in found.rows}


def test_what_nobody_crawled_is_owed_all_the_same(engine: Engine) -> None:
    found = cells(engine)
    assert set(found.values()) == {("unknown", "never_tried")}
    years = {one: sorted(year for other, year in found if other == one) for one, _ in found}
    assert years == {
        "440100-sthjj": list(range(2008, 2026)),
        "440100-wsj": [2008, 2009, 2010],
        "411000-zf": list(range(2008, 2026)),
    }


def test_found_missing_and_never_tried(filled: Engine) -> None:
    found = cells(filled)
    assert found[AGENCY.id, 2023] == ("found", "")
    assert found[AGENCY.id, 2022] == ("missing", "not_listed")
    assert found[AGENCY.id, 2021] == ("unknown", "never_tried")


def test_a_body_that_a_page_named_is_shown_and_owes_only_what_is_known_of_it(filled: Engine) -> None:
    found = cells(filled)
    assert [key for key in found if key[0] == "440100-x9"] == [("440100-x9", 2021)]
    made = panel(ROWS, facts(filled), Wanted(agency="某办"), TODAY)
    assert [(body.registered, body.province) for body in made.bodies] == [(False, "广东")]
    assert [row.due for row in made.rows] == [None]


def test_what_is_not_due_is_no_gap(engine: Engine) -> None:
    found = panel(ROWS, facts(engine), Wanted(years=frozenset({2025, 2026})), date(2026, 2, 10))
    states = {(row.agency_id, row.year): row.state for row in found.rows}
    # Departments owe 2025 by 31 January, governments by 31 March; of 2026 nobody owes anything yet.
    assert states[STHJJ.id, 2025] == "unknown"
    assert states[FAR.id, 2025] == "not_due"
    assert {states[one, 2026] for one in (STHJJ.id, FAR.id)} == {"not_due"}
    assert found.totals.owed == 1


def test_a_planned_year_says_since_when(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(m.Portal), [PORTAL.model_dump()])
        aim = {"portal_id": PORTAL.id, "column_url": "", "planned_at": datetime(2026, 10, 3, tzinfo=UTC)}
        connection.execute(insert(m.Intent), [aim | {"agency_id": STHJJ.id, "year": 2020}])
        tried = {"agency_id": STHJJ.id, "year": 2019, "attempted_at": NOON}
        connection.execute(insert(m.Intent), [aim | tried])
    rows = {row.year: row for row in panel(ROWS, facts(engine), Wanted(agency=STHJJ.id), TODAY).rows}
    assert (rows[2020].reason, "planned on 2026-10-03" in rows[2020].detail) == ("never_tried", True)
    assert "planned" not in rows[2019].detail


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(province="广东"), {STHJJ.id, GONE.id}),
        (Wanted(province="henan"), {FAR.id}),
        (Wanted(sector="environment"), {STHJJ.id}),
        (Wanted(sector="government"), {FAR.id}),
        (Wanted(level="prefecture", family="epoint"), {FAR.id}),
        (Wanted(portal="许昌"), {FAR.id}),
        (Wanted(portal="www.gz.gov"), {STHJJ.id, GONE.id}),
        (Wanted(agency="环保局"), {STHJJ.id}),
        (Wanted(agency=GONE.id, years=frozenset({2009})), {GONE.id}),
    ],
)
def test_filters(engine: Engine, wanted: Wanted, ids: set[str]) -> None:
    assert {body.id for body in panel(ROWS, facts(engine), wanted, TODAY).bodies} == ids


def test_a_state_alone_leaves_only_its_rows(filled: Engine) -> None:
    assert cells(filled, Wanted(states=states_in("missing"))) == {(AGENCY.id, 2022): ("missing", "not_listed")}
    with pytest.raises(ValueError, match=r"lost.*there is no such state"):
        states_in("missing,lost")


@pytest.mark.parametrize("wrong", [{"province": "atlantis"}, {"sector": "magic"}, {"level": "moon"}, {"family": "x"}])
def test_words_that_name_nothing(engine: Engine, wrong: dict[str, str]) -> None:
    with pytest.raises(BadFilter, match="there is no such"):
        panel(ROWS, facts(engine), Wanted(**wrong), TODAY)


def test_names_that_nobody_bears_are_said_with_the_nearest(engine: Engine) -> None:
    with pytest.raises(NothingMatches, match="nearest: 广州市生态环境局"):
        panel(ROWS, facts(engine), Wanted(agency="广州市生态环境厅"), TODAY)
    with pytest.raises(NothingMatches, match=r"nearest: www\.xuchang"):
        panel(ROWS, facts(engine), Wanted(portal="www.xuchan.gov.com"), TODAY)


def test_csv_and_json_hold_the_same(filled: Engine) -> None:
    found = panel(ROWS, facts(filled), Wanted(), TODAY)
    out = io.StringIO()
    write_csv(found, out)
    lines = list(csv.DictReader(io.StringIO(out.getvalue())))
    objects = as_json(found)
    assert tuple(lines[0]) == tuple(objects[0]) == COLUMNS
    assert [(line["agency_id"], int(line["year"]), line["state"]) for line in lines] == [
        (one["agency_id"], one["year"], one["state"]) for one in objects
    ]
    assert {one["due"] for one in objects if one["year"] == 2019 and one["agency_id"] == STHJJ.id} == {"2020-01-31"}


@pytest.mark.parametrize("name", ["=1+1", "@sum", "-2"])
def test_csv_holds_no_formula(engine: Engine, name: str) -> None:
    out = io.StringIO()
    write_csv(panel([portal("a.gov.cn", agency("a", name))], facts(engine), Wanted(), TODAY), out)
    assert next(csv.DictReader(io.StringIO(out.getvalue())))["agency"] == f"'{name}"


def test_provinces_add_up_to_the_whole(filled: Engine) -> None:
    found = panel(ROWS, facts(filled), Wanted(), TODAY)
    parts = [one for by_year in provinces(found).values() for one in by_year.values()]
    assert sum(one.owed for one in parts) == found.totals.owed == len(found.rows)
    assert sum(one.found for one in parts) == found.totals.found == 2


def test_the_number_of_queries_does_not_grow(filled: Engine) -> None:
    said: list[str] = []
    event.listen(filled, "before_cursor_execute", lambda *args: said.append(args[2]))
    many = [portal(f"p{n}.gov.cn", agency(f"a{n}", f"第{n}局")) for n in range(300)]
    made = panel([*ROWS, *many], facts(filled), Wanted(), TODAY)
    assert len(made.rows) > 5000
    assert len([one for one in said if one.lstrip().upper().startswith("SELECT")]) == 6


@pytest.mark.parametrize(
    ("evidence", "reason", "status"),
    [
        ({"status": 429}, "x", 429),
        ({}, "http_404", 404),
        ({}, "gate_521", 521),
        (None, "dns", None),
        ({}, "a_²³²", None),
    ],
)
def test_status_of_an_attempt(evidence, reason: str, status: int | None) -> None:
    assert http_status(evidence, reason) == status


URL = "https://www.gz.gov.cn/a b'c.html?x=1&y=2"


def test_the_page_is_opened_again_by_a_command_that_a_shell_takes_whole() -> None:
    import shlex

    assert shlex.split(reproduce(URL, {"PORTALS_DIR": "/my rows", "NOT": ""})) == [
        "scrapy", "shell", URL, "-s", "PORTALS_DIR=/my rows",
    ]  # fmt: skip
    assert [reproduce(one) for one in ("", None, "javascript:x", "ftp://x")] == [""] * 4


@pytest.mark.parametrize(
    ("state", "reason", "findings", "first"),
    [
        ("unknown", "never_tried", 0, "scrapy crawl trs -a portal=p -a years=2020"),
        ("missing", "not_listed", 0, "scrapy doctor p"),
        ("missing", "no_column", 0, "scrapy doctor p"),
        ("unreachable", "timeout", 0, "scrapy doctor p"),
        ("blocked", "gate_412", 0, f"scrapy shell {URL[:8]}"),
        ("unreadable", "page", 0, f"scrapy inspect {URL[:8]}"),
        ("found", "", 2, f"scrapy inspect {URL[:8]}"),
    ],
)
def test_the_next_command(state: str, reason: str, findings: int, first: str) -> None:
    told = next_commands(state, reason, 2020, "440100-a", [("p", "trs")], URL[:16], findings)
    assert told[0].startswith(first)
    assert next_commands("not_due", "not_due", 2026, "a", [("p", "trs")], URL) == []
