from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.portals.divisions import current_code, division, divisions, full_name, superiors
from crawler.portals.names import PROVINCES


def test_the_table_holds_what_there_is() -> None:
    today = {code for code in divisions() if division(code)}
    assert len([code for code in today if code.endswith("0000")]) == 34
    assert {f"{digits}0000" for digits in PROVINCES} <= today
    assert len([code for code in today if code.endswith("00") and not code.endswith("0000")]) == 333
    assert 2840 <= len([code for code in today if not code.endswith("00")]) <= 2890


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [
        ("440105", None, "海珠区"), ("532331", 2019, "禄丰县"), ("532331", None, None), ("532302", 2020, None),
        ("532302", 2021, "禄丰市"), ("320684", 2019, "海门市"), ("320614", 2020, "海门区"), ("130602", 2014, "新市区"),
        ("130602", 2015, "竞秀区"), ("450181", 2021, "横州市"), ("659012", None, "白杨市"), ("999999", None, None),
    ],
)  # fmt: skip
def test_what_a_code_means_in_a_year(code: str, year: int | None, name: str | None) -> None:
    found = division(code, year)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("code", "today"),
    [
        ("532331", "532302"), ("520222", "520281"), ("320602", "320613"), ("110103", "110101"), ("410306", "410308"),
        ("371200", "370100"), ("440105", "440105"), ("999999", None),
    ],
)  # fmt: skip
def test_the_code_of_today(code: str, today: str | None) -> None:
    assert current_code(code) == today


def test_names_and_superiors() -> None:
    assert full_name("440105") == "广东省广州市海珠区"
    assert full_name("500112") == "重庆市渝北区"
    assert full_name("419001") == "河南省济源市"
    assert full_name("532331") == ""
    assert superiors("440105") == ("440000", "440100")
    assert superiors("440000") == ()


@given(st.sampled_from(sorted(divisions())), st.integers(2003, 2026))
def test_at_most_one_name_a_year_and_every_successor_is_a_code(code: str, year: int) -> None:
    names = divisions()[code]
    assert sum(one.covers(year) for one in names) <= 1
    assert all(one.successor in {"", *divisions()} for one in names)
    assert all(one.until is None or one.since is None or one.since <= one.until for one in names)
    assert current_code(code) is None or division(str(current_code(code))) is not None
