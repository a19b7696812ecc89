"""Who owes a report for which year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.owed import owed, publishers
from crawler.portals.model import Agency, FormerName, Portal
from crawler.years import due_date

TODAY = date(2026, 3, 1)


def agency(name: str = "a", **values) -> Agency:
    given = {"type": "department", "level": "prefecture", "code": "440100"} | values
    return Agency(id=f"{given['code']}-{name}", name=f"{name}局", **given)


def portal(*agencies: Agency, host: str = "www.gz.gov.cn", **values) -> Portal:
    own = {
        "id": host,
        "name": "广州",
        "place": "广州市",
        "family": "trs",
        "base": f"http://{host}/",
        "evidence": "[R] x",
    }
    return Portal(**own | values, agencies=agencies, checked=TODAY)


@pytest.mark.parametrize(
    ("kind", "year", "due", "basis"),
    [
        ("department", 2018, date(2019, 3, 31), "law"),
        ("department", 2019, date(2020, 1, 31), "law"),
        ("government", 2019, date(2020, 3, 31), "law"),
        ("office", 2025, date(2026, 3, 31), "law"),
        ("township", 2018, date(2019, 3, 31), "law"),
        ("township", 2019, date(2020, 1, 31), "practice"),
        ("institution", 2012, date(2013, 3, 31), "practice"),
        ("zone", 2020, date(2021, 1, 31), "law"),
    ],
)
def test_the_law_says_by_when(kind, year, due, basis):
    (row,) = owed([portal(agency(type=kind))], [year], TODAY)
    assert (row.due, row.basis, row.is_due) == (due, basis, due < TODAY)


def test_on_the_last_day_a_report_is_still_in_time():
    for today, is_due in ((date(2026, 1, 31), False), (date(2026, 2, 1), True)):
        assert [row.is_due for row in owed([portal(agency())], [2025], today)] == [is_due]


def test_all_years_of_the_regulation_are_owed_whatever_the_portal_still_shows():
    rows = owed([portal(agency(), oldest_year=2021)], None, TODAY)
    assert [row.year for row in rows] == list(range(2008, 2026))


def test_a_body_that_is_gone_owes_nothing_more_and_a_renamed_one_does():
    gone = agency("gone", until=2018, successor="440100-new")
    renamed = agency("new", former_names=(FormerName(name="旧局", until=2018),))
    years = {
        one: [row.year for row in owed([portal(gone, renamed)], [2017, 2018, 2019], TODAY) if row.agency.id == one]
        for one in ("440100-gone", "440100-new")
    }
    assert years == {"440100-gone": [2017, 2018], "440100-new": [2017, 2018, 2019]}


def test_nobody_owes_what_cannot_exist_yet():
    assert [row.year for row in owed([portal(agency())], [2007, 2025, 2026, 2027], TODAY)] == [2025, 2026]


def test_an_agency_on_two_portals_owes_once_and_names_both():
    one = agency()
    rows = owed([portal(one), portal(one, host="czj.gz.gov.cn")], [2024], TODAY)
    assert [(row.agency.id, row.portal_ids) for row in rows] == [("440100-a", ("www.gz.gov.cn", "czj.gz.gov.cn"))]


@given(
    st.lists(st.integers(2000, 2040), max_size=6),
    st.lists(st.sampled_from("abc"), max_size=5),
    st.dates(date(2009, 1, 1), date(2040, 12, 31)),
    st.none() | st.integers(2005, 2030),
)
def test_each_agency_and_year_once_in_order_and_due_only_when_over(years, names, today, until):
    rows = owed([portal(*(agency(name, until=until) for name in names))], years, today)
    keys = [(row.agency.code, row.agency.id, row.year) for row in rows]
    assert keys == sorted(set(keys))
    for row in rows:
        assert row.year in years
        assert row.year <= today.year
        assert row.is_due == (today >= row.due + timedelta(days=1))
        assert row.due == due_date(row.year, government=False)
        assert until is None or row.year <= until
    assert publishers([portal(*(agency(name) for name in names))]) == [
        (agency(name), ("www.gz.gov.cn",)) for name in sorted(set(names))
    ]
