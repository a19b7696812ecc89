"""The page of the coverage in a real Chromium: filters, cells, keys; a hostile title is neither obeyed nor fetched."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from crawler import settings
from crawler.coverage.page import data, embedded, render
from crawler.coverage.panel import Body, Panel
from crawler.store.coverage import CoverageRow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVIL = "</script><script>window.hit=1</script><img src=http://evil.example/x onerror=window.hit=2>\ud800\u2028"
DUE = date(2024, 1, 31)


def body(number: int, province: str, sector: str = "finance", name: str = "") -> Body:
    one = f"{number:06d}-a"
    portals = ((f"www.p{number}.gov.cn", f"第{number}门户", "trs"),)
    return Body(one, name or f"第{number}局", (), "440100", province, "county", "department", sector, portals, "", True)


def a_panel(bodies: list[Body], years: list[int], state=lambda number, year: "found") -> Panel:
    rows = [
        CoverageRow(one.id, one.name, year, state(number, year), url="http://www.p1.gov.cn/1.html", at=NOON, due=DUE)
        for number, one in enumerate(bodies)
        for year in years
    ]
    return Panel(bodies, years, rows)


def attempt(**values):
    given = {
        "at": NOON,
        "outcome": "missing",
        "reason": "not_listed",
        "detail": EVIL,
        "url": "javascript:window.hit=3",
        "portal_id": "www.p0.gov.cn",
        "evidence": {"status": 404},
    }
    return SimpleNamespace(**given | values)


def finding(message: str):
    return SimpleNamespace(severity="hard", code="t3_total", message=message)


@pytest.fixture
def country() -> str:
    """Two provinces, three agencies, three years; one gap with two attempts, one report with a finding."""
    bodies = [body(0, "广东", name=EVIL), body(1, "广东", "environment"), body(2, "贵州")]
    states = {(0, 2021): "missing", (1, 2022): "blocked", (2, 2023): "unknown", (2, 2021): "not_due"}
    made = a_panel(bodies, [2021, 2022, 2023], lambda number, year: states.get((number, year), "found"))
    tried = {(bodies[0].id, 2021): [attempt(), attempt(outcome="blocked", reason="gate_412", url=None)]}
    return render(made, NOON, tried, {(bodies[1].id, 2021): [finding(EVIL)]}, note="--province 广东")


def test_nothing_closes_the_data_s_element(country: str) -> None:
    inside = re.search(r'<script type="application/json" id="data">(.*?)</script>', country, re.S)
    assert inside is not None
    read = json.loads(inside[1])
    assert read["bodies"][0][1] == EVIL
    assert "<" not in inside[1]
    assert country.lower().count("</script>") == 2
    country.encode("utf-8")


def test_texts_stand_once() -> None:
    made = data(a_panel([body(n, "广东") for n in range(50)], [2021, 2022]), NOON, {}, {})
    assert len(made["texts"]) == len(set(made["texts"]))
    assert embedded(made).count('"http://www.p1.gov.cn/1.html"') == 1


@pytest.fixture(scope="module")
def browser():
    if settings.CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium, or set CHROMIUM to one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(**settings.PLAYWRIGHT_LAUNCH_OPTIONS)
        yield made
        made.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a page from a file; at the end nothing was said on the console and nothing was asked of any network."""
    said, asked, pages = [], [], []

    def open_page(html: str, **options):
        file = tmp_path / "coverage.html"
        file.write_text(html, "utf-8")
        page = browser.new_page(**options)
        pages.append(page)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector("#found")
        return page

    yield open_page
    hits = [page.evaluate("window.hit") for page in pages]
    for page in pages:
        page.close()
    assert (said, hits) == ([], [None] * len(hits))
    assert [url for url in asked if not url.startswith("file:")] == []


def totals(page) -> tuple[str, str, str]:
    return tuple(
        page.text_content(f"#{one}").split("应")[0].split("个")[0].strip(" /") for one in ("found", "owed", "agencies")
    )


@pytest.mark.browser
def test_totals_follow_the_filters(opened, country: str) -> None:
    page = opened(country)
    assert totals(page) == ("5", "8", "3")
    page.select_option("#province", "贵州")
    assert totals(page) == ("1", "2", "1")
    page.select_option("#province", "")
    page.select_option("#sector", "environment")
    assert totals(page) == ("2", "3", "1")
    page.click("#clear")
    page.select_option("#from", "2023")
    assert totals(page) == ("2", "3", "3")
    page.click("#clear")
    page.click('#states button[data-sign="found"]')
    assert totals(page)[0] == "0"
    page.click('#states button[data-sign="found"]')
    page.fill("#text", "p2.gov")
    page.locator("#agencies", has_text=re.compile("^1 ")).wait_for()
    page.fill("#text", "无此机构")
    page.wait_for_selector("#empty", state="visible")
    assert totals(page) == ("0", "0", "0")


@pytest.mark.browser
def test_a_click_opens_the_attempts_behind_a_cell(opened, country: str) -> None:
    page = opened(country)
    page.click('td[data-cell="0:0"]')
    tried = page.locator("#attempts li")
    assert [text.split("·")[0].strip() for text in tried.all_text_contents()] == [
        "2026-11-22 missing",
        "2026-11-22 blocked",
    ]
    assert "HTTP 404" in tried.first.text_content()
    assert "window.hit=1" in tried.first.text_content()
    # What is no http address is shown, never linked; links that are do not tell where they were followed.
    hrefs = page.eval_on_selector_all("dialog a", "all => all.map(a => [a.href, a.rel])")
    assert set(map(tuple, hrefs)) == {("http://www.p1.gov.cn/1.html", "noopener noreferrer")}
    assert any(code.startswith("scrapy ") for code in page.locator("dialog code").all_text_contents())
    page.keyboard.press("Escape")
    assert not page.is_visible("dialog")
    page.click('td[data-cell="1:0"]')
    assert "t3_total" in page.text_content("#findings")


@pytest.mark.browser
def test_keys_alone_do(opened, country: str) -> None:
    page = opened(country)
    page.focus('td[data-cell="0:0"]')
    for key, at in (
        ("ArrowRight", "0:1"),
        ("ArrowDown", "1:1"),
        ("ArrowLeft", "1:0"),
        ("End", "1:2"),
        ("Home", "1:0"),
        ("ArrowDown", "2:0"),
        ("ArrowDown", "2:0"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.dataset.cell") == at
    page.keyboard.press("Enter")
    assert page.is_visible("dialog")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.cell") == "2:0"


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
def test_each_state_has_a_sign_of_its_own_and_nothing_sticks_out(opened, width: int) -> None:
    states = ["found", "partial", "missing", "not_due", "blocked", "unreachable", "unreadable", "refused", "unknown"]
    bodies = [body(n, "广东") for n in range(len(states))]
    page = opened(
        render(a_panel(bodies, [2023], lambda number, _: states[number]), NOON),
        viewport={"width": width, "height": 800},
    )
    signs = page.locator("td[data-cell] span").all_text_contents()
    assert len(set(signs)) == len(states)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#states button:visible").count() == len(states)


@pytest.mark.browser
def test_two_thousand_agencies_are_shown_by_province_until_one_is_opened(opened) -> None:
    bodies = [body(n, f"省{n % 30}") for n in range(2000)]
    page = opened(
        render(
            a_panel(bodies, list(range(2008, 2025)), lambda number, year: "missing" if number % 3 else "found"), NOON
        )
    )
    assert totals(page) == ("11,339", "34,000", "2,000")
    assert (page.locator("tr.group").count(), page.locator("td[data-cell]").count()) == (30, 0)
    page.click('tr.group[data-province="省7"] button')
    assert page.locator("td[data-cell]").count() == 67 * 17
    page.fill("#text", "第777局")
    page.locator("#agencies", has_text=re.compile("^1 ")).wait_for()
    assert page.locator("tr.group").count() == 1


@pytest.mark.browser
def test_it_prints_the_whole_table_without_the_controls(opened, country: str) -> None:
    page = opened(country)
    page.emulate_media(media="print")
    assert not page.is_visible("#filters")
    assert page.evaluate("getComputedStyle(document.getElementById('scroll')).maxHeight") == "none"
