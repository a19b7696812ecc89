"""Crawls of a portal day after day: what is known is not asked for again, and nothing new is missed."""

from __future__ import annotations

from itertools import count

import pytest

from crawler.demo.portal import FakeResponse, page
from tests.spiders.quiet_portal import AGENCY, Quiet, Trials, address, etag, paths, rows_of

FIRST, NEXT, WEEK = "2026-11-02", "2026-11-03", "2026-11-10"


@pytest.fixture
def trials(tmp_path):
    """Seven reports on two pages."""
    return Trials(tmp_path, Quiet([rows_of(2025, 2024, 2023, 2022), rows_of(2021, 2020, 2019)]))


def test_a_second_crawl_asks_for_the_column_alone_and_knows_all_the_same(trials):
    first = trials.crawl(FIRST)
    assert first.stats["store/versions_new"] == 7
    second = trials.crawl(NEXT)
    assert paths(second) == ["index.html"]
    assert trials.versions == 7
    assert trials.outcomes() == {
        year: ("unchanged", "known_row" if year > 2021 else "list_unchanged") for year in range(2019, 2026)
    }
    assert second.stats.get("portals/silent") is None
    told = next(second.spider.ledger.summary(second.spider.selection.portals))
    assert "nothing new: 7 rows known, 1 list unchanged" in told


def test_a_full_crawl_reads_everything_again(trials):
    trials.crawl(FIRST)
    again = trials.crawl(NEXT, settings={"INCREMENTAL": False})
    assert len(again.pages) == 7
    assert trials.versions == 7


def test_a_new_row_is_fetched_and_the_list_read_until_it_holds_nothing_new(trials):
    trials.crawl(FIRST)
    trials.portal.lists = [[(2025, "2026-11-02", 9), *rows_of(2025, 2024, 2023)], rows_of(2022, 2021, 2020, 2019)]
    second = trials.crawl(NEXT)
    assert sorted(paths(second)) == ["index.html", "index_1.html", "t20261102_9.html"]
    assert paths(trials.crawl("2026-11-04")) == ["index.html"]


def test_a_whole_page_of_new_rows_leads_on_to_the_next_page(trials):
    trials.portal.lists = [rows_of(2022, 2021), rows_of(2020, 2019)]
    trials.crawl(FIRST)
    trials.portal.lists = [rows_of(2025, 2024), rows_of(2023, 2022), rows_of(2021, 2020), rows_of(2019)]
    second = trials.crawl(NEXT)
    assert "index_1.html" in paths(second)
    assert "index_2.html" in paths(second), "page two holds a new row too"
    assert "index_3.html" not in paths(second), "page three holds none"
    assert trials.years == [*range(2019, 2026)]


@pytest.mark.parametrize("items", [2, 3, 4, 5, 6])
def test_a_crawl_that_ends_early_hides_nothing_from_the_next(trials, items):
    trials.crawl(FIRST, settings={"CLOSESPIDER_ITEMCOUNT": items, "CONCURRENT_REQUESTS": 1}, check=False)
    assert trials.rows("SELECT count(*) FROM lists") == [(0,)]
    trials.crawl(NEXT)
    assert trials.years == [*range(2019, 2026)]


def test_rows_stored_by_a_run_that_was_killed_do_not_pass_for_rows_of_a_list_that_was_settled(trials):
    trials.portal.lists = [rows_of(2019)]
    trials.crawl(FIRST)
    trials.portal.lists = [rows_of(2025, 2024), rows_of(2023, 2022), rows_of(2021, 2020), rows_of(2019)]
    # It stores the first page of new rows and goes no further.
    trials.crawl(NEXT, settings={"CLOSESPIDER_ITEMCOUNT": 3, "CONCURRENT_REQUESTS": 1, "DEPTH_LIMIT": 1}, check=False)
    assert set(trials.years) < set(range(2019, 2026))
    trials.crawl("2026-11-04")
    assert trials.years == [*range(2019, 2026)]


def test_a_list_a_page_of_which_failed_was_not_read_to_its_end(trials):
    trials.portal.answers["/xxgk/zfxxgknb/index_1.html"] = page("broken", status=500)
    trials.crawl(FIRST)
    assert trials.years == [2022, 2023, 2024, 2025]
    trials.portal.answers.clear()
    trials.crawl(NEXT)
    assert trials.years == [*range(2019, 2026)]


def test_a_list_a_row_of_which_could_not_be_had_was_not_settled(trials):
    lost = address("2021-01-20", 3020).removeprefix("http://www.quiet.gov.cn")
    trials.portal.answers[lost] = page("broken", status=503)
    trials.crawl(FIRST)
    assert 2020 not in trials.years
    trials.portal.answers.clear()
    trials.crawl(NEXT)
    assert 2020 in trials.years


def test_a_row_that_leads_nowhere_is_tried_again_after_a_while_and_named_meanwhile(trials):
    lost = address("2024-01-20", 3023).removeprefix("http://www.quiet.gov.cn")
    trials.portal.answers[lost] = page("gone", status=404)
    trials.crawl(FIRST)
    assert trials.outcomes()[2023] == ("missing", "http_404")
    same_day = trials.crawl(FIRST)
    assert paths(same_day) == ["index.html"]
    assert trials.outcomes()[2023] == ("missing", "http_404")
    assert "t20240120_3023.html" in paths(trials.crawl(NEXT))
    trials.portal.answers.clear()
    trials.crawl("2026-11-30")
    assert 2023 in trials.years


def test_a_list_with_its_oldest_rows_first_is_read_to_its_end(trials):
    trials.portal.lists = [rows_of(2019, 2020, 2021), rows_of(2022, 2023, 2024)]
    trials.crawl(FIRST)
    trials.portal.lists[1] += rows_of(2025)
    trials.crawl(NEXT)
    assert 2025 in trials.years


def test_a_list_is_read_whole_now_and_then_whatever_its_beginning_shows(trials):
    trials.portal.lists = [rows_of(2025, 2024, 2023), rows_of(2021, 2020, 2019)]
    trials.crawl(FIRST)
    trials.portal.lists[1] = rows_of(2022, 2021, 2020, 2019)  # put in late, on the second page
    trials.crawl(NEXT)
    assert 2022 not in trials.years
    trials.crawl("2026-12-02")
    assert 2022 in trials.years


def test_a_changed_report_is_noticed_when_its_visit_is_due_and_only_then(trials):
    trials.crawl(FIRST)
    trials.portal.figures[2020] = 777
    assert paths(trials.crawl("2026-11-08")) == ["index.html"]
    due = trials.crawl("2026-11-09")
    assert len(paths(due)) == 2 + 7
    assert trials.versions == 8
    assert trials.outcomes()[2020] == ("changed", "new_content")
    assert due.stats["store/seen"] == 6
    assert trials.outcomes()[2019] == ("unchanged", "same_bytes")
    assert "t20210120_3020.html" in paths(trials.crawl("2026-11-16")), "it changed lately"
    assert paths(trials.crawl("2026-11-17")) == ["index.html"], "the others wait for their thirtieth day"


def test_a_changed_title_is_looked_at_at_once(trials):
    trials.crawl(FIRST)
    trials.portal.titles[3024] = "广州市安静局2024年政府信息公开工作年度报告（修订）"
    assert sorted(paths(trials.crawl(NEXT))) == ["index.html", "index_1.html", "t20250120_3024.html"]
    assert paths(trials.crawl("2026-11-04")) == ["index.html"]


def test_a_server_with_honest_validators_is_asked_conditionally(trials):
    trials.portal.validators = etag
    trials.crawl(FIRST)
    trials.crawl(NEXT)
    asked = [one for one in trials.portal.log if one.path != "/robots.txt"]
    assert [bool(one.headers.get("if-none-match")) for one in asked] == [True]
    assert set(trials.outcomes().values()) == {("unchanged", "list_unchanged")}
    trials.portal.figures[2021] = 555
    due = trials.crawl(WEEK)
    revisits = [one for one in trials.portal.log if "/t2" in one.path]
    assert len(revisits) == 7
    assert all(one.headers.get("if-none-match") for one in revisits)
    assert len(due.pages) == 1
    assert trials.outcomes()[2021] == ("changed", "new_content")
    assert trials.outcomes()[2019] == ("unchanged", "not_modified")
    seen = "SELECT max(times_seen) FROM pages WHERE role = 'report' AND url LIKE '%_3019.html'"
    assert trials.rows(seen) == [(2,)]


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_validators_that_change_with_each_answer_change_nothing(trials, name):
    numbers = count()
    trials.portal.validators = lambda request, body: ((name, f'"{next(numbers)}"'),)
    trials.portal.counts = True
    trials.crawl(FIRST)
    assert paths(trials.crawl(NEXT)) == ["index.html"]
    due = trials.crawl(WEEK)
    assert due.stats["store/seen"] == 7
    assert trials.versions == 7


def test_a_server_that_says_304_to_everything_is_believed_for_a_month_of_lists_and_a_year_of_pages(trials):
    trials.portal.validators = lambda request, body: (("ETag", '"always"'),)
    trials.crawl(FIRST)
    trials.portal.always_304 = True
    trials.portal.figures[2020] = 999
    trials.portal.lists[0].insert(0, (2025, "2026-11-03", 77))
    assert trials.crawl(NEXT).pages == []
    trials.crawl("2026-12-02")
    assert trials.rows("SELECT count(*) FROM pages WHERE url LIKE '%_77.html'") == [(1,)]
    assert trials.versions == 7, "the twin of 2025 has the same words"
    for day in ("2027-02-01", "2027-05-02", "2027-10-30"):
        trials.crawl(day)
        assert trials.versions == 7
    trials.crawl("2028-11-01")
    assert trials.versions == 8


def test_a_row_that_left_its_list_is_told_and_its_report_stays(trials):
    trials.crawl(FIRST)
    trials.portal.lists[1] = rows_of(2021, 2019)
    trials.crawl(NEXT)
    assert trials.outcomes()[2020][0] == "unchanged", "the second page was not read"
    trials.crawl("2026-12-03")
    assert trials.outcomes()[2020] == ("missing", "no_longer_listed")
    trials.crawl("2026-12-04")
    assert trials.outcomes()[2020] == ("missing", "no_longer_listed")
    assert 2020 in trials.years
    trials.portal.lists[1] = rows_of(2021, 2020, 2019)
    trials.crawl("2027-01-05")
    assert trials.outcomes()[2020][0] == "unchanged"


def test_a_list_that_was_read_for_some_years_is_read_again_for_all(trials):
    trials.crawl(FIRST, years="2024-2025")
    assert trials.years == [2024, 2025]
    assert paths(trials.crawl(NEXT, years="2025")) == ["index.html"]
    trials.crawl(NEXT)
    assert trials.years == [*range(2019, 2026)]
    assert paths(trials.crawl("2026-11-04", years="2020")) == ["index.html"]


def test_a_page_of_another_year_than_was_asked_for_is_fetched_when_it_is(trials):
    trials.portal.titles[3021] = "政府信息公开年报"
    trials.crawl(FIRST, years="2025")
    assert trials.years == [2025]
    trials.crawl(NEXT)
    assert 2021 in trials.years


@pytest.mark.parametrize("arguments", [{"sample": 1}, {"agency": AGENCY["id"]}])
def test_neither_a_sample_nor_some_agencies_say_anything_of_a_list(trials, arguments):
    trials.crawl(FIRST, **arguments)
    assert trials.rows("SELECT count(*) FROM lists") == [(0,)]
    trials.crawl(NEXT)
    assert trials.years == [*range(2019, 2026)]
    assert len(trials.crawl("2026-11-04", sample=1).pages) == 1, "a sample looks at a page in any case"


def test_a_look_alike_behind_a_row_that_promised_a_report_is_not_opened_again(trials):
    trials.portal.answers[address("2023-01-20", 3022).removeprefix("http://www.quiet.gov.cn")] = page(
        "<html><head><title>广州市安静局2022年法治政府建设年度报告</title></head><body>"
        "<h1>广州市安静局2022年法治政府建设年度报告</h1><p>2022年，我局深入推进法治政府建设。</p></body></html>"
    )
    trials.crawl(FIRST)
    assert trials.rows("SELECT outcome FROM attempts WHERE url LIKE '%_3022.html'")[0] == ("refused",)
    assert paths(trials.crawl(NEXT)) == ["index.html"]
    assert trials.outcomes()[2022] == ("missing", "not_listed")


def test_the_notices_are_searched_once_for_what_is_missing(trials):
    trials.portal.lists = [rows_of(2025, 2024)]
    home = '<a href="/tzgg/">通知公告</a>'
    notices = '<a href="/tzgg/202601/t20260105_5.html">关于放假的通知</a>'
    trials.portal.answers |= {"/": page(home), "/tzgg/": page(notices)}
    assert {"", "index.html"} <= set(paths(trials.crawl(FIRST)))
    assert paths(trials.crawl(NEXT)) == ["index.html"]
    assert "" in paths(trials.crawl("2026-12-03"))


def test_robots_txt_is_asked_for_once_a_day(trials):
    robots = lambda: sum(one.path == "/robots.txt" for one in trials.portal.log)  # noqa: E731
    trials.crawl(FIRST)
    assert robots() == 1
    again = trials.crawl(FIRST)
    assert robots() == 0
    assert again.stats["robotstxt/kept"] == 1
    trials.crawl(NEXT)
    assert robots() == 1


def test_reports_that_a_killed_run_stored_are_compared_with_each_other_by_the_next(trials):
    trials.crawl(FIRST, settings={"CLOSESPIDER_ITEMCOUNT": 4, "CONCURRENT_REQUESTS": 1}, check=False)
    second = trials.crawl(NEXT)
    assert second.stats["check/agencies"] == 1
    assert trials.crawl("2026-11-04").stats.get("check/agencies") is None


def test_a_list_that_is_refused_leaves_no_year_unchanged(trials):
    trials.crawl(FIRST)
    trials.portal.answers["/xxgk/zfxxgknb/index.html"] = FakeResponse(412, (), b"<script>$_ts={}</script>")
    blocked = trials.crawl(NEXT)
    assert {outcome for outcome, _ in trials.outcomes().values()} == {"blocked"}
    assert blocked.stats["portals/silent"] == ["www.quiet.gov.cn"]


def test_rows_of_years_that_are_not_asked_for_have_not_left_their_list(trials):
    trials.crawl(FIRST, years="2019-2023")
    told = trials.crawl(NEXT, years="2024")
    assert trials.years == [*range(2019, 2025)]
    assert told.stats.get("guards/list_shrank") is None
