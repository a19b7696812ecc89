"""The flow that all families share, seen through a TRS portal; and whole portals of the fake country."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from scrapy.exceptions import DownloadTimeoutError

import crawler.demo
import spiders.base
from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, FakeResponse, page
from crawler.demo.truth import Built
from crawler.portals import registry
from crawler.reports.titles import judge
from crawler.store.errors import StoreError
from crawler.store.queries import RememberedColumn
from spiders.trs import TrsSpider
from tests.spiders.crawl import Crawl, crawl, pages, row
from tests.spiders.trs_pages import COLUMN, HOST, LIST, REPORT, item, listing, title, url

HOME = f"http://{HOST}/"
YEARS = [2023, 2024, 2025]


def run(table: dict[str, object], columns: list[dict[str, object]] | None = None, **arguments: object) -> Crawl:
    fields = {key: arguments.pop(key) for key in ("quirks", "agencies", "oldest_year", "hosts") if key in arguments}
    rows = [row(HOST, "trs", columns=columns or [], **{"oldest_year": 2023, **fields})]
    known = {url(year): REPORT.format(title=title(year)) for year in range(2015, 2026)}
    return crawl(TrsSpider, pages({**known, **table}), rows=rows, portal=HOST, **arguments)


def door(*links: tuple[str, str]) -> str:
    return "<html><body>" + "".join(f'<a href="{href}">{text}</a>' for href, text in links) + "</body></html>"


# ---------------------------------------------------------------------- the way to the column


@pytest.mark.parametrize("clicks", [1, 2, 3])
def test_the_column_is_found_within_three_clicks_and_remembered(clicks: int) -> None:
    steps = [HOME, f"{HOME}zwgk/", f"{HOME}zwgk/zfxxgk/"][:clicks]
    names = ["政务公开", "政府信息公开"]
    table: dict[str, object] = {
        here: door((there, name), ("/xwdt/", "新闻动态"))
        for here, there, name in zip(steps, [*steps[1:], LIST], [*names[: clicks - 1], "政府信息公开年报"], strict=True)
    }
    result = run({**table, LIST: listing(YEARS)})
    assert result.found == [url(year) for year in YEARS]
    assert [(one.url, one.title, one.clicks) for one in result.columns] == [(LIST, "政府信息公开年报", clicks)]
    assert not any("xwdt" in one for one in result.urls)


def test_four_clicks_are_too_many_for_a_family() -> None:
    names = ["政务公开", "政府信息公开", "信息公开目录", "政府信息公开年报"]
    steps = [HOME, f"{HOME}a/", f"{HOME}b/", f"{HOME}c/", LIST]
    table = {here: door((there, name)) for here, there, name in zip(steps, steps[1:], names, strict=False)}
    result = run({**table, LIST: listing(YEARS)}, settings={"SECOND_PATH": False})
    assert LIST not in result.urls
    gaps = list(result.spider.ledger.closing_attempts(result.spider.selection.portals))
    assert gaps[0].reason == "no_column"


def test_a_report_on_the_home_page_does_not_hide_the_list() -> None:
    """The home page shows the newest rows: they are not new in the list, whose second page is read all the same."""
    home = door((LIST, "政府信息公开年报")) + listing([]) + "".join(item(y, href=url(y)) for y in (2025, 2024))
    pager = '<script>createPageHTML(2,0,"index","html")</script>'
    result = run({HOME: home, LIST: listing([2025, 2024], pager), f"{LIST}index_1.html": listing([2023])})
    assert result.found == [url(year) for year in YEARS]


def test_links_to_other_hosts_are_no_column() -> None:
    result = run(
        {HOME: door(("http://mirror.example.com/nb/", "政府信息公开年报"), ("//www.gov.cn/zwgk/", "政务公开"))}
    )
    assert {re.sub(r"^https?://([^/]+).*", r"\1", one) for one in result.urls} == {HOST}
    assert result.attempts == []


def test_a_remembered_column_spares_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    found = RememberedColumn(HOST, LIST, "政府信息公开年报", {}, 2, datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setattr(spiders.base, "remembered_columns", lambda database, portal: [found])
    result = run({LIST: listing(YEARS)})
    assert result.urls[0] == LIST
    assert result.found == [url(year) for year in YEARS]


def test_a_column_that_moved_is_searched_for_again() -> None:
    old = {"url": f"{HOME}old/zfxxgknb/", "title": "政府信息公开年报"}
    result = run({HOME: door((LIST, "政府信息公开年报")), LIST: listing(YEARS)}, [old])
    assert result.found == [url(year) for year in YEARS]
    assert [(one.outcome, one.reason) for one in result.attempts] == [("missing", "http_404")]
    assert [one.url for one in result.columns] == [LIST]


def test_a_database_that_cannot_be_read_costs_the_search_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(database: object, portal: str) -> list[RememberedColumn]:
        raise StoreError("the file is no database")

    monkeypatch.setattr(spiders.base, "remembered_columns", broken)
    result = run({HOME: door((LIST, "政府信息公开年报")), LIST: listing(YEARS)})
    assert result.found == [url(year) for year in YEARS]
    assert "the file is no database" in result.text


def test_a_column_page_that_names_the_true_column() -> None:
    """The menu's 政府信息公开年报 leads to a page of boxes; the list stands behind the next anchor of that name."""
    boxes = f"{HOME}gk/nb.html"
    result = run({HOME: door((boxes, "政府信息公开年报")), boxes: door((LIST, "年度报告")), LIST: listing(YEARS)})
    assert result.found == [url(year) for year in YEARS]


# ---------------------------------------------------------------------- reports outside their column

NOTICES = f"{HOME}tzgg/"
NOTICE_HOME = door(("/tzgg/", "通知公告"), ("/xwdt/", "新闻动态"))


def notice(year: int, number: int = 7) -> tuple[str, str]:
    return f"{NOTICES}{year + 1}01/t{year + 1}0120_{number}.html", title(year)


def notices(*rows: tuple[str, str], tail: str = "") -> str:
    return listing([], tail, "".join(item(2020, text, href) for href, text in rows))


def test_a_report_among_the_notices_is_found() -> None:
    rows = (
        notice(2024),
        (f"{NOTICES}202501/t20250120_8.html", "关于样例的公告"),
        (f"{NOTICES}202501/t20250120_9.html", "2024年度"),
    )
    table = {LIST: listing([2023, 2025]), HOME: NOTICE_HOME, NOTICES: notices(*rows), notice(2024)[0]: REPORT}
    result = run(table, [COLUMN])
    assert result.found == sorted([url(2023), url(2025), notice(2024)[0]])
    assert not any("_8.html" in one or "_9.html" in one or "xwdt" in one for one in result.urls)
    assert result.attempts == []


def test_notices_are_not_searched_when_nothing_is_missing() -> None:
    result = run({LIST: listing(YEARS), HOME: NOTICE_HOME}, [COLUMN])
    assert HOME not in result.urls


def test_notices_are_not_searched_for_a_sample() -> None:
    result = run({LIST: listing([2025]), HOME: NOTICE_HOME}, [COLUMN], sample=2)
    assert result.urls == [LIST, url(2025)]


def test_only_the_years_asked_for_count() -> None:
    table = {LIST: listing([2023]), HOME: NOTICE_HOME, NOTICES: notices(notice(2024)), notice(2024)[0]: REPORT}
    assert run(table, [COLUMN], year=2023).urls == [LIST, url(2023)]
    assert run(table, [COLUMN], year=2024).found == [notice(2024)[0]]


def test_three_pages_of_notices_and_no_more() -> None:
    turn = '<a href="index_{}.html">下一页</a>'
    table: dict[str, object] = {LIST: listing([2025]), HOME: NOTICE_HOME}
    for number in range(6):
        where = NOTICES if number == 0 else f"{NOTICES}index_{number}.html"
        table[where] = notices(
            (f"{NOTICES}202501/t20250120_{number}0.html", "关于样例的公告"), tail=turn.format(number + 1)
        )
    result = run(table, [COLUMN])
    assert len([one for one in result.urls if one.startswith(NOTICES)]) == 3


def test_a_home_page_read_before_is_not_read_again() -> None:
    home = NOTICE_HOME + door((LIST, "政府信息公开年报"))
    table = {HOME: home, LIST: listing([2025]), NOTICES: notices(notice(2024)), notice(2024)[0]: REPORT}
    result = run(table)
    assert result.urls.count(HOME) == 1
    assert result.found == sorted([url(2025), notice(2024)[0]])


def test_a_failing_search_explains_no_gap() -> None:
    result = run({LIST: listing([2025]), HOME: DownloadTimeoutError("slow")}, [COLUMN])
    gaps = list(result.spider.ledger.closing_attempts(result.spider.selection.portals))
    assert {(one.reason, one.year) for one in gaps if one.year} >= {("not_listed", 2023), ("not_listed", 2024)}
    assert "timeout" in result.reasons


def test_a_blocked_portal_is_not_asked_again() -> None:
    gate = FakeResponse(412, (("Content-Type", "text/html"),), b"<script>$_ts.nsd=1</script>")
    assert run({LIST: gate, HOME: NOTICE_HOME}, [COLUMN]).urls == [LIST]


def test_a_notice_column_in_the_registry_opens_clear_titles_alone() -> None:
    rows = (
        notice(2024),
        (f"{NOTICES}202501/t20250120_9.html", "2023年度"),
        (f"{NOTICES}202501/t20250121_4.html", "公示"),
    )
    table = {NOTICES: notices(*rows), notice(2024)[0]: REPORT, HOME: "<html>"}
    result = run(table, [{"url": NOTICES, "title": "通知公告"}])
    assert result.found == [notice(2024)[0]]


# ---------------------------------------------------------------------- what the user asks for


def test_an_agency_in_a_collection() -> None:
    agencies = [
        {"id": "440100-a", "name": "样例市甲局", "type": "department", "level": "prefecture", "code": "440100"},
        {"id": "440100-b", "name": "样例市乙局", "type": "department", "level": "prefecture", "code": "440100"},
    ]
    rows = item(2023, title(2023, "样例市甲局")) + item(2022, title(2022, "样例市乙局"))
    table = {LIST: listing([], "", rows), HOME: "<html>"}
    result = run(table, [COLUMN], agencies=agencies, agency="样例市乙局")
    assert result.found == [url(2022)]
    assert result.pages[0].agency_ids == ("440100-b",)


def test_pages_carry_their_bytes_and_where_they_were_found() -> None:
    body = REPORT.format(title=title(2023)).encode("gb18030")
    raw = FakeResponse(200, (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"7"')), body)
    result = run({LIST: listing([2023]), url(2023): raw, HOME: "<html>"}, [COLUMN], year=2023)
    found = result.pages[0]
    assert (found.body, found.headers["etag"], found.status) == (body, '"7"', 200)
    assert (found.column_url, found.list_title, found.list_date) == (LIST, title(2023), "2024-01-15")
    assert found.years == frozenset({2023})
    assert [one.url for one in result.lists] == [LIST]


def test_many_unclear_rows_are_opened_up_to_a_limit() -> None:
    rows = "".join(item(2020, f"样例{n}局", f"./202101/t20210101_{n}77.html") for n in range(200))
    result = run({LIST: listing([2023], "", rows), HOME: "<html>"}, [COLUMN])
    assert len([one for one in result.urls if "77.html" in one]) == 60


# ---------------------------------------------------------------------- whole portals of the country

FAMILIES = {"trs", "vsb", "changzhou"}
DEMO_ROWS = Path(crawler.demo.__file__).parent / "portals"


@lru_cache(maxsize=1)
def whole() -> Country:
    return country()


def portals() -> Iterator[Built]:
    known = registry.load(DEMO_ROWS)
    families = {one.id: one.family for family in FAMILIES for one in known.by_family(family)}
    yield from (built for built in whole().built if built.portal_id in families)


def visit(built: Built, **arguments: object) -> Crawl:
    family = next(one for one in registry.load(DEMO_ROWS).find(built.portal_id) if one.id == built.portal_id).family
    settings = {"PORTALS_DIR": str(DEMO_ROWS)}
    return crawl(family, whole().only(built.portal_id), settings=settings, portal=built.portal_id, **arguments)


def bare(address: str) -> str:
    return address.split("://", 1)[1]


def each(wanted: Callable[[Built], bool] = lambda built: True) -> pytest.MarkDecorator:
    chosen = [built for built in portals() if wanted(built)]
    return pytest.mark.parametrize("built", chosen, ids=[built.portal_id for built in chosen])


@each(lambda built: bool(built.reports))
def test_every_report_of_the_country_is_found_once(built: Built) -> None:
    result = visit(built)
    found = [bare(one.url) for one in result.pages]
    for expected in built.reports:
        places = {bare(one) for one in (expected.url, *expected.also)}
        assert len([one for one in found if one in places]) == 1, expected.url
    assert len(found) <= len(built.reports) + 2
    refused = {one.evidence.get("title"): one.reason for one in result.attempts if one.outcome == "refused"}
    for absence in built.absences:
        if absence.outcome == "refused" and absence.title:
            assert refused[absence.title].startswith(absence.reason or "look_alike:")


@each(lambda built: len({one.year for one in built.reports}) > 3)
def test_one_year_of_the_country(built: Built) -> None:
    year = sorted({one.year for one in built.reports})[1]
    result = visit(built, year=year)
    wanted = {bare(one.url) for one in built.reports if one.year == year}
    found = {bare(one.url) for one in result.pages}
    assert wanted <= found
    readings = [judge(one.list_title) for one in result.pages]
    assert {one.year for one in readings if one.kind == "annual_report"} <= {year, None}


@each(lambda built: any(one.outcome in {"blocked", "unreachable"} for one in built.absences))
def test_portals_that_refuse(built: Built) -> None:
    result = visit(built)
    said = {(one.outcome, one.reason) for one in result.attempts}
    for absence in built.absences:
        if absence.outcome in {"blocked", "unreachable"}:
            assert (
                (absence.outcome, absence.reason) in said if absence.reason else absence.outcome in {o for o, _ in said}
            )


def test_a_sample_of_the_country() -> None:
    built = next(one for one in portals() if one.portal_id == "www.guizhou.gov.cn")
    assert len(visit(built, sample=2).pages) == 2


def test_a_portal_whose_articles_fail_now_and_then() -> None:
    built = next(one for one in portals() if one.portal_id == "www.guizhou.gov.cn")
    lost = built.reports[0].url

    def broken(request: FakeRequest) -> FakeResponse:
        return page("<html>busy</html>", status=503)

    changed = whole().only(built.portal_id).with_changes({lost: broken})
    result = crawl("trs", changed, portal=built.portal_id)
    assert len(result.pages) == len(built.reports) - 1
    failed = [one for one in result.attempts if one.reason == "http_503"]
    assert [one.year for one in failed] == [built.reports[0].year]
