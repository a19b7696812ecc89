"""What guards say: pure functions over what crawls saw."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.guards.hours import CHINA, Hours
from crawler.guards.judge import certificate_trouble, judge, other_shape
from crawler.guards.model import Seen
from crawler.guards.shape import SAMPLE, familiar, features, kept, sample
from crawler.portals.model import Portal

AUTUMN, SPRING = date(2026, 11, 22), date(2026, 3, 1)


def portal(floor: int = 1) -> Portal:
    return Portal.model_validate(
        {
            "id": "a.gov.cn", "name": "某市", "place": "某市", "family": "trs", "base": "http://a.gov.cn/",
            "hosts": ("a.gov.cn",), "agencies": (), "evidence": "made for this test", "checked": date(2026, 1, 1),
            "floor": floor,
        }
    )  # fmt: skip


def page(prefix: str, count: int = 20) -> bytes:
    return "".join(
        f'<div class="{prefix}{chr(97 + n)} x"><p id="{prefix}-{chr(97 + n)}">' for n in range(count)
    ).encode()


OLD, NEW = sample(features(page("old"))), sample(features(page("new")))


def seen(**changes: Any) -> Seen:
    usual = {"columns": 1, "rows": 20, "read": 10, "standing": 10, "newest": 2025, "answers": 30, "pages": 10}
    return Seen(**(usual | {"lists": OLD, "articles": OLD, "certificates": {"a.gov.cn": ""}} | changes))


def names(now: Seen, *past: Seen, today: date = AUTUMN, floor: int = 1) -> list[str]:
    verdicts = judge(portal(floor), now, past, today)
    assert all(one.detail and one.reason == f"guard_{one.name}" for one in verdicts)
    return [one.name for one in verdicts]


TABLE: list[tuple[str, Seen, list[Seen], list[str]]] = [
    ("as ever", seen(), [seen()], []),
    ("for the first time", seen(), [], []),
    ("unchanged: nothing fetched, all known", seen(pages=0, answers=2, rows=None, lists="", articles=""), [seen()], []),
    ("zero after reports", seen(read=0, standing=0, pages=0, rows=0), [seen()], ["zero"]),
    ("zero after reports, long ago", seen(read=0, standing=0, rows=0), [seen(read=0, standing=0), seen()], ["zero"]),
    ("zero, and nothing was ever there", seen(read=0, standing=0, rows=0), [seen(read=0, standing=0, rows=0)], []),
    ("zero in a run for one year", seen(read=0, standing=0, whole=False), [seen()], []),
    ("half", seen(standing=5), [seen()], []),
    ("less than half", seen(standing=4), [seen()], ["drop"]),
    ("less than half of what is usual", seen(standing=4), [seen(standing=4), seen(), seen()], ["drop"]),
    ("small portals vary", seen(standing=1), [seen(standing=3)], []),
    ("compared with whole crawls only", seen(standing=4), [seen(whole=False, standing=40), seen(standing=4)], []),
    ("a list with fewer rows", seen(rows=8), [seen()], ["list_shrank"]),
    ("a list not read to its end", seen(rows=None), [seen()], []),
    ("reports that left their list", seen(standing=3, unlisted=7), [seen()], ["drop", "list_shrank"]),
    ("two reports that left", seen(standing=8, unlisted=2), [seen()], []),
    ("errors", seen(answers=30, errors=15), [seen()], ["errors"]),
    ("errors as ever", seen(answers=30, errors=15), [seen(errors=12)], []),
    ("few answers", seen(answers=9, errors=9), [seen()], []),
    ("unreadable", seen(unreadable=3), [seen()], ["unreadable"]),
    ("empty reports", seen(empty=4), [seen()], ["unreadable"]),
    ("unreadable as ever", seen(unreadable=3), [seen(unreadable=3)], []),
    ("no numbers any more", seen(numberless=5), [seen(numberless=1)], ["unreadable"]),
    ("no numbers as ever", seen(numberless=5), [seen(numberless=5)], []),
    ("no numbers, and nobody knows", seen(numberless=10), [], []),
    ("certificate expired", seen(certificates={"a.gov.cn": "expired"}), [seen()], ["certificate"]),
    ("certificate worse", seen(certificates={"a.gov.cn": "expired, wrong name"}),
     [seen(certificates={"a.gov.cn": "expired"})], ["certificate"]),
    ("certificate bad as ever", seen(certificates={"a.gov.cn": "expired"}),
     [seen(certificates={"a.gov.cn": "expired"})], []),
    ("certificate in order again", seen(), [seen(certificates={"a.gov.cn": "expired"})], []),
    ("certificate of a new host", seen(certificates={"b.gov.cn": "expired"}), [seen()], []),
    ("certificate compared with the last look at it", seen(certificates={"a.gov.cn": "expired"}),
     [seen(certificates={}), seen()], ["certificate"]),
    ("another template, read as well", seen(lists=NEW, articles=NEW), [seen()], []),
    ("another template, fewer reports", seen(lists=NEW, standing=9), [seen()], ["template"]),
    ("another template, nothing in it", seen(articles=NEW, empty=10), [seen()], ["unreadable", "template"]),
    ("the same template, fewer reports", seen(standing=9), [seen()], []),
    ("a template seen two crawls ago", seen(lists=NEW, standing=9), [seen(), seen(lists=NEW)], []),
]  # fmt: skip


@pytest.mark.parametrize(("now", "past", "said"), [one[1:] for one in TABLE], ids=[one[0] for one in TABLE])
def test_what_guards_say(now: Seen, past: list[Seen], said: list[str]) -> None:
    assert names(now, *past) == said


def test_a_floor_is_held_against_what_stands() -> None:
    assert names(seen(standing=4), floor=5) == ["below_floor"]
    assert names(seen(standing=5), floor=5) == []
    assert names(seen(standing=4, whole=False), floor=5) == []


@pytest.mark.parametrize(
    ("newest", "today", "stale"),
    [(2025, SPRING, False), (2024, SPRING, False), (2023, SPRING, True), (2023, AUTUMN, False), (None, SPRING, False),
     (2023, date(2026, 1, 15), False)],
)  # fmt: skip
def test_in_season_the_newest_report_must_not_be_old(newest: int | None, today: date, *, stale: bool) -> None:
    assert ("stale" in names(seen(newest=newest), today=today)) is stale


def test_every_verdict_names_a_next_command() -> None:
    for _, now, past, _ in TABLE:
        assert all("scrapy " in one.detail for one in judge(portal(), now, past, AUTUMN))


def test_certificate_trouble_is_told_without_a_past() -> None:
    assert certificate_trouble(seen(certificates={"a": "", "b": "expired"})) == {"b": "expired"}


counts = st.integers(0, 60)
any_seen = st.builds(
    Seen, whole=st.booleans(), rows=st.none() | counts, read=counts, standing=counts, unlisted=counts,
    newest=st.none() | st.integers(2008, 2026), answers=counts, errors=counts, pages=counts, unreadable=counts,
    empty=counts, lists=st.sampled_from(["", OLD, NEW]),
    certificates=st.dictionaries(st.sampled_from("ab"), st.sampled_from(["", "expired"])),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(any_seen, st.lists(any_seen, max_size=5))
def test_a_zero_after_reports_never_passes_and_an_equal_crawl_always_does(now: Seen, past: list[Seen]) -> None:
    said = names(now, *past)
    if now.whole and now.read == 0 and any(one.whole and one.read for one in past):
        assert "zero" in said
    again = names(now, now)
    assert not {"drop", "list_shrank", "template", "certificate", "errors"} & set(again) - {
        "list_shrank" if now.unlisted else "", "errors" if not now.errors else ""
    }  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(any_seen)
def test_what_is_kept_comes_back(now: Seen) -> None:
    assert Seen.from_json(now.to_json()) == now


@pytest.mark.parametrize("value", [None, 5, [], "x"])
def test_what_is_no_tally_is_none(value: object) -> None:
    assert Seen.from_json(value) is None


def test_a_tally_of_another_release_is_read_as_far_as_it_goes() -> None:
    found = Seen.from_json({"standing": 7, "rows": None, "unknown": 1, "read": "many", "lists": 5})
    assert found == Seen(standing=7, rows=None)


# ------------------------------------------------------------------ shape


def test_numbers_and_words_are_no_shape() -> None:
    one = b'<div class="row12" id="n5"><a class=link href="/1">a</a></div>'
    two = b'<DIV id=\'n7\' CLASS="row13"><a class="link" href="/2">b</a><a class="link">c</a></DIV>'
    assert features(one) == features(two) != set()
    assert features(b"<p>text</p>") == set()


def test_part_of_a_site_is_familiar_and_another_template_is_not() -> None:
    whole = features(page("old", 26)) | features(page("more", 26))
    part = sample(features(page("old", 26)))
    assert familiar(part, [sample(whole)]) == 1.0
    assert familiar(NEW, [sample(whole)]) == pytest.approx(0, abs=0.1)
    assert familiar("", [OLD]) is None
    assert familiar(OLD, []) is None
    assert other_shape(seen(lists=NEW), [seen()]).keys() == {"lists"}


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(0, 2**32 - 1), max_size=300), st.sets(st.integers(0, 2**32 - 1), max_size=300))
def test_samples_never_call_a_part_strange(one: set[int], two: set[int]) -> None:
    assert kept(sample(one)) <= one
    assert len(sample(one)) <= SAMPLE * 8
    share = familiar(sample(one), [sample(one | two)])
    assert share is None or share == 1.0


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500), st.text(max_size=40))
def test_no_page_and_no_text_breaks_the_shape(noise: bytes, text: str) -> None:
    features(b"<div class=" + noise)
    assert kept(text) is not None


# ------------------------------------------------------------------ hours


@pytest.mark.parametrize(
    ("hours", "here", "left"),
    [
        ("22:00-06:00", "21:59", None),
        ("22:00-06:00", "22:00", 480),
        ("22:00-06:00", "23:30", 390),
        ("22:00-06:00", "05:59", 1),
        ("22:00-06:00", "06:00", None),
        ("01:00-05:00", "00:30", None),
        ("01:00-05:00", "04:00", 60),
        (" 1:00 – 5:00 ", "04:00", 60),
        ("00:00-23:59", "12:00", 719),
    ],
)
def test_hours_are_chinas(hours: str, here: str, left: int | None) -> None:
    hour, minute = map(int, here.split(":"))
    moment = datetime(2026, 11, 22, hour, minute, tzinfo=CHINA).astimezone(UTC)
    expected = None if left is None else timedelta(minutes=left)
    assert Hours.read(hours).left(moment) == expected


@pytest.mark.parametrize("text", ["22-6", "25:00-06:00", "night", "22:00-22:00", "22:60-06:00", "22:00"])
def test_hours_that_are_none_are_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="NIGHT_HOURS"):
        Hours.read(text)
