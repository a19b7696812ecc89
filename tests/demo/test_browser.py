"""The list that exists only after JavaScript ran: a real Chromium fills it, a plain client sees nothing."""

from __future__ import annotations

import pytest

from crawler import settings
from crawler.demo.country import country
from crawler.demo.server import serving

pytestmark = pytest.mark.browser

LIST = "http://sthj.tj.gov.cn/ZWGK4828/ZFXXGK8438/ZFXXGKNB6435/"


@pytest.fixture
def browser_page():
    if settings.CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium, or set CHROMIUM to one")
    from playwright.sync_api import sync_playwright

    land = country()
    with serving(land) as server, sync_playwright() as playwright:
        options = settings.PLAYWRIGHT_LAUNCH_OPTIONS
        browser = playwright.chromium.launch(proxy={"server": server.proxy}, **options)
        try:
            yield browser.new_page(), land
        finally:
            browser.close()


def test_chromium_fills_the_list_and_finds_every_report(browser_page):
    page, land = browser_page
    page.goto(LIST, wait_until="networkidle")
    found = page.eval_on_selector_all(".default_news a", "links => links.map(link => link.href)")
    assert found == [report.url for report in land.behind_script()]
    assert LIST + "data.json" in [request.url for request in land.log]


def test_chromium_passes_the_page_that_redirects_to_itself(browser_page):
    page, land = browser_page
    page.goto("http://sthjj.xm.gov.cn/zwgk/zfxxgk/ndbg/")
    assert "年度报告" in page.title()
    assert [request.path for request in land.log].count("/zwgk/zfxxgk/ndbg/") == 2
