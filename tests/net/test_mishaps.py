"""A fault of our own on one page costs that page alone."""

from __future__ import annotations

from typing import Any

import pytest

from spiders.vsb import VsbSpider
from tests.spiders.crawl import crawl, pages, row

HOST = "a.gz.gov.cn"
LIST = """<html><body><div class="list"><ul>
<li><a href="info/1011/1.htm">某局2022年政府信息公开工作年度报告</a><span>2023-01-12</span></li>
<li><a href="info/1011/2.htm">某局2023年政府信息公开工作年度报告</a><span>2024-01-12</span></li>
</ul></div></body></html>"""
ARTICLE = "<html><body><h1>某局2023年政府信息公开工作年度报告</h1><p>一、总体情况</p></body></html>"


class Clumsy(VsbSpider):
    """Fails on the first article."""

    name = "clumsy"

    def parse_article(self, response: Any, visit: Any, row: Any) -> Any:
        if response.url.endswith("/1.htm"):
            raise ZeroDivisionError("our mistake")
        yield from super().parse_article(response, visit, row)


def test_the_fault_is_an_attempt_and_the_crawl_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    fake = pages({f"{HOST}/zfxxgknb.htm": LIST, f"{HOST}/info/1011/1.htm": ARTICLE, f"{HOST}/info/1011/2.htm": ARTICLE})
    rows = [row(HOST, "vsb", columns=[{"url": f"http://{HOST}/zfxxgknb.htm"}], oldest_year=2022)]
    result = crawl(Clumsy, fake, rows=rows, portal=HOST, years="2022-2023")
    assert result.found == [f"http://{HOST}/info/1011/2.htm"]
    faults = [attempt for attempt in result.attempts if attempt.reason == "spider_fault"]
    assert [(fault.outcome, fault.url) for fault in faults] == [("unreadable", f"http://{HOST}/info/1011/1.htm")]
    assert "ZeroDivisionError: our mistake" in faults[0].detail
    assert result.stats["spider_faults"] == 1
