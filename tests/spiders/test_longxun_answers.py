"""Organs' pages of Longxun as tests write them by hand: years, lists, files, odd and hostile answers."""

from __future__ import annotations

import asyncio
import re

import pytest
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse

from crawler.demo.portal import FakeResponse, moved, page
from pipelines.decode import DecodePipeline
from pipelines.parse import ParsePipeline
from spiders import organs
from spiders.documents import Document
from spiders.longxun import LongxunSpider
from tests.reports.files import papers, pdfs
from tests.reports.golden.truth import truth
from tests.spiders.crawl import crawl, pages, row


def short(url):
    """An address by host, path, and the year that it asks for."""
    bare = url.split("://", 1)[1]
    year = re.search(r"timeFrame=(\d+)", bare)
    return bare.partition("?")[0] + (f"?{year[1]}" if year else "")


# ---------------------------------------------------------------- pages written by hand

HOST = "yangli.gov.cn"
ROOT = f"http://{HOST}"
TAB = f"{ROOT}/public/column/77?type=3"
SIX = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
       "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项")  # fmt: skip


def title(year, body="样例市样例局"):
    return f"{body}{year}年政府信息公开工作年度报告"


def inline(year, more=""):
    prose = "".join(f"<p>{one}</p><p>{year}年的情况如下，数据统计期限为全年，欢迎监督。</p>" for one in SIX)
    return page(f"{more}<h1>{title(year)}</h1>{prose}<p>浏览次数：{year * 3}</p>")


def go(table, *, column=TAB, **arguments):
    one_row = row(HOST, "longxun", columns=[{"url": column, "title": "政府信息公开年报"}], oldest_year=2019)
    portal = {f"{HOST}/": page("<p>首页</p>"), **table} if isinstance(table, dict) else table
    result = crawl(
        "longxun", pages(portal) if isinstance(portal, dict) else portal, rows=[one_row], portal=HOST, **arguments
    )
    assert "spider_fault" not in result.reasons, [attempt.detail for attempt in result.attempts]
    return result


def tab(**years):
    """An organ's page that answers `y2020=…`, and for the others and without a year `other=…`."""

    def respond(request):
        found = years.get(f"y{request.query.get('timeFrame', '')}", years.get("other"))
        if isinstance(found, BaseException):
            raise found
        return found

    return {f"{HOST}/public/column/77": respond}


def asked_years(result):
    return [match[1] for url in result.urls if (match := re.search(r"timeFrame=(\d+)", url))]


ENDS = {
    "the newest again": inline(2025),
    "a blank page": page("<p>暂无内容</p>"),
    "nothing": page(""),
    "gone": FakeResponse(404, (), b""),
    "a list of other things": page("<li><a href='/public/77/1234567.html'>关于召开会议的公告</a></li>"),
    "a file that is no page": FakeResponse(200, (), b"\x89PNG\r\n"),
}


@pytest.mark.parametrize("end", ENDS)
def test_questions_for_years_end_where_nothing_new_comes(end):
    result = go(tab(y=inline(2025), y2025=inline(2025), y2024=inline(2024), other=ENDS[end]))
    assert asked_years(result) == ["2024", "2023", "2022", "2021"]
    assert [short(one.url) for one in result.pages] == [
        "yangli.gov.cn/public/column/77",
        "yangli.gov.cn/public/column/77?2024",
    ]


def test_an_organ_without_any_report_is_said_and_the_column_searched_for():
    result = go(tab(other=page("<p>暂无内容</p>")))
    assert result.reasons == ["empty_list"]
    assert len(asked_years(result)) == 3
    assert f"{ROOT}/" in result.urls


def test_a_gate_ends_the_questions():
    gate = FakeResponse(412, (), b"<script r='m'>$_ts.nsd=1;</script>")
    result = go(tab(y=inline(2025), other=gate))
    assert len(asked_years(result)) == 1
    assert result.reasons == ["gate_412"]


@pytest.mark.parametrize("trouble", [DownloadTimeoutError("slow"), FakeResponse(500, (), b""), moved(TAB)])
def test_a_year_that_cannot_be_had_costs_itself(trouble):
    result = go(tab(y=inline(2025), y2023=trouble, y2022=inline(2022), other=page("<p>暂无内容</p>")))
    assert short(result.pages[-1].url).endswith("?2022")


def test_years_that_a_page_offers_are_asked_for_once_and_no_others():
    more = "".join(
        f"<a href='/public/column/77?type=3&timeFrame={year}&sub=0'>{year}</a>" for year in (2020, 2022, 2025)
    )
    years = {f"y{year}": inline(year, more) for year in (2020, 2022, 2025)}
    result = go(tab(**years, y=inline(2025, more), other=page("")))
    assert sorted(asked_years(result)) == ["2020", "2022", "2025"]
    assert len(result.pages) == 3


def test_the_years_of_a_select_box():
    more = "<select><option value='2022'>2022</option><option value=2021>2021</option></select>"
    more += "<script>timeFrame=v</script>"
    result = go(tab(y2022=inline(2022, more), y2021=inline(2021, more), other=inline(2022, more)))
    assert sorted(asked_years(result)) == ["2021", "2022"]
    assert len(result.pages) == 2


def test_a_year_without_text_is_opened_for_its_rows():
    rows = page(f"<li><a href='/public/77/1234567.html'>{title(2024)}</a></li>")
    table = {**tab(y2024=rows, other=page("<div id='app'></div>")), f"{HOST}/public/77/1234567.html": inline(2024)}
    assert go(table).found == [f"{ROOT}/public/77/1234567.html"]


def test_other_organs_and_tabs_are_left_alone():
    more = "<a href='/public/column/78?type=3'>样例市财政局</a><a href='/public/column/77?type=2'>公开指南</a>"
    more += "<a href='/public/column/77?type=4&catId=9'>公开目录</a><a href='/site/tpl/12'>年度报表</a>"
    result = go(tab(y=inline(2025, more), other=page("")))
    assert not [url for url in result.urls if "/78" in url or "type=2" in url or "catId" in url or "/tpl/" in url]


@pytest.mark.parametrize("count", ["共 900 页", "共<i>900</i>页", "<script>var pageCount = 900;</script>"])
def test_a_list_that_repeats_its_first_page_ends(count):
    rows = page(f"<li><a href='/public/77/1234567.html'>{title(2024)}</a></li>{count}")
    result = go({f"{HOST}/public/column/77": rows, f"{HOST}/public/77/1234567.html": inline(2024)})
    assert result.found == [f"{ROOT}/public/77/1234567.html"]
    assert len([url for url in result.urls if "column/77" in url]) == 2


LABELS = {
    "whole": "<script>load('/site/label/8888?labelName=publicInfoList&organId=77&pageIndex=1')</script>",
    "object": "<script>$.get('/site/label/8888',{labelName:'publicInfoList',organId:77,a:null,pageIndex:i})</script>",
}


@pytest.mark.parametrize("label", LABELS)
def test_a_list_that_a_script_asks_for(label):
    rows = {
        "1": f"<li><a href='/public/77/1234567.html'>{title(2024)}</a></li>共 2 页",
        "2": f"<li><a href='/public/77/1234568.html'>{title(2023)}</a></li>共 2 页",
    }

    def respond(request):
        assert (request.query["labelName"], request.query["organId"]) == ("publicInfoList", "77")
        return page(rows.get(request.query["pageIndex"], ""))

    table = {f"{HOST}/public/column/77": page(LABELS[label]), f"{HOST}/site/label/8888": respond}
    articles = {f"{HOST}/public/77/{number}.html": inline(2024) for number in (1234567, 1234568)}
    assert go({**table, **articles}).found == [f"{ROOT}/public/77/1234567.html", f"{ROOT}/public/77/1234568.html"]


@pytest.mark.parametrize(
    "answer",
    [page("暂无相关信息"), page(""), FakeResponse(404, (), b""), page('{"code":500}'),
     FakeResponse(200, (), b"\x89PNG"),
     moved(f"{ROOT}/site/label/8888"), DownloadTimeoutError("slow")],
)  # fmt: skip
def test_hostile_answers_for_a_list(answer):
    result = go({f"{HOST}/public/column/77": page(LABELS["whole"]), f"{HOST}/site/label/8888": answer})
    assert result.pages == []
    assert [one for one in result.attempts if one.outcome in {"missing", "unreadable", "unreachable"}]
    assert len(result.urls) <= 8


# ---------------------------------------------------------------- files

DATA = truth("fmt2021", 3)
FILE = f"{HOST}/group1/M00/report.pdf"
PDF = FakeResponse(200, (("Content-Type", "application/pdf"),), pdfs.pdf(papers.paper("fmt2021", DATA)))
HEAD = f"<h1>{title(2023)}</h1><div class='j-fontContent'>"

ONLY_A_FILE = {
    "an article with a frame": {
        f"{HOST}/public/column/77": page(f"<li><a href='/public/77/1234567.html'>{title(2023)}</a></li>"),
        f"{HOST}/public/77/1234567.html": page(f"{HEAD}<iframe src='/group1/M00/report.pdf'></iframe></div>"),
    },
    "an organ's page with a frame": {
        f"{HOST}/public/column/77": page(f"{HEAD}<iframe src='/group1/M00/report.pdf'></iframe></div>"),
    },
    "an organ's page with a link": {
        f"{HOST}/public/column/77": page(f"{HEAD}<a href='/group1/M00/report.pdf'>{title(2023)}.pdf</a></div>"),
    },
    "an organ's page with a link that says nothing": {
        f"{HOST}/public/column/77": page(f"{HEAD}<a href='/group1/M00/report.pdf'>附件</a></div>"),
    },
}


@pytest.mark.parametrize("case", ONLY_A_FILE)
def test_a_record_that_carries_only_a_file_ends_as_a_report(case):
    result = go({**ONLY_A_FILE[case], FILE: PDF}, year=2023)
    (item,) = result.pages
    report = asyncio.run(_through(item)).report
    assert (report.kind, report.year) == ("annual_report", 2023)
    assert {address: cell.raw for address, cell in report.cells.items()} == DATA
    assert len([url for url in result.urls if url.endswith("report.pdf")]) == 1


async def _through(item):
    return await ParsePipeline().process_item(await DecodePipeline().process_item(item))


# ---------------------------------------------------------------- addresses

ARTICLES = [
    "https://www.fengyang.gov.cn/public/161055502/1110478672.html",
    "https://www.gy.gov.cn/XxgkAnnualReport/show/6384.html",
    "https://www.tltg.gov.cn/openness/OpennessAnnualReport/show/3618.html",
    "https://lyj.chizhou.gov.cn/OpennessAnnualReport/show/5328.html",
    "https://www.mashsq.gov.cn/xxgk/openness/detail/annual_report/61ea09e6886688c27d8b45ae.html",
    "https://www.ah.gov.cn/szf/zfgb/553740131.html",
    "https://www.ah.gov.cn/content/article/123456",
    "https://www.x.gov.cn/public/column/1?type=3&action=detail&id=12",
]
LISTS_OF_BOTH = [
    TAB,
    "https://www.shucheng.gov.cn/public/column/6598891?type=3&action=detail&nav=3&title=",
    "https://www.ah.gov.cn/site/tpl/7931?nav=4&year=2024",
    "https://www.gy.gov.cn/XxgkContent/showList/790/0/page_1.html",
    "http://www.my.gov.cn/public/column/601?type=3&nav=3&sub=0&timeFrame=2020&hasContent=true",
    "https://www.x.gov.cn/content/column/6781961?pageIndex=1",
]


def test_addresses():
    spider = LongxunSpider()
    assert all(spider.is_article(one) for one in ARTICLES)
    assert not any(spider.is_article(one) for one in LISTS_OF_BOTH)
    assert spider.key(ARTICLES[2]) == "opennessannualreport/show/3618"
    assert spider.key(f"{TAB}&timeFrame=2020&nav=3") == spider.key(f"{TAB}&sub=0&timeFrame=2020&pageIndex=1")
    assert spider.key(f"{TAB}&timeFrame=2020") != spider.key(f"{TAB}&timeFrame=2021")
    assert spider.key(f"{TAB}&pageIndex=2") != spider.key(TAB)
    assert organs.year_of(LISTS_OF_BOTH[4]) == "2020"
    assert organs.year_of(f"{TAB}&timeFrame=20x0") == ""


def shown(body):
    return Document(HtmlResponse(TAB, body=body.encode()))


def test_what_a_page_offers():
    assert organs.years_in(shown("<script>var timeFrame = '2024'</script>")) == []
    assert organs.years_in(shown("<a href='?timeFrame=2020'>1</a><a onclick=\"go({timeFrame:'2019'})\">2</a>")) == [
        2020,
        2019,
    ]
    assert organs.years_in(shown("<option value='2020'>a</option><option value='2021'>b</option>")) == []
    assert organs.label_in(shown("<script>var a = '/site/label/8888';</script>")) == ""
    assert organs.label_in(shown("<script>// '/site/label/8888?labelName=x&organId=1'</script>")) == ""


def test_a_title_is_never_read_from_a_switch():
    found = organs.report_in(
        shown(f"<a href='#'>{title(2021)}</a><option>{title(2020)}</option><h1>{title(2022)}</h1>")
    )
    assert found.year == 2022
    assert organs.report_in(shown(f"<a href='#'>{title(2021)}</a>")) is None
    assert organs.content_key(inline_document(2022, "<p>浏览：1</p>")) == organs.content_key(
        inline_document(2022, "<p>浏览：22</p>")
    )
    assert organs.content_key(inline_document(2022)) != organs.content_key(inline_document(2021))


def test_a_switch_without_links_does_not_hide_the_year_that_was_asked_for():
    switch = "".join(f"<li>{title(year)}</li>" for year in (2025, 2024, 2021))
    assert organs.report_in(Document(HtmlResponse(f"{TAB}&timeFrame=2021", body=switch.encode()))).year == 2021
    clicked = f"<li onclick='go(2025)'>{title(2025)}</li><h1>{title(2024)}</h1>"
    assert organs.report_in(shown(clicked)).year == 2024
    result = go(tab(y=inline(2025, switch), y2021=inline(2021, switch), other=page("")), year=2021)
    assert [short(one.url) for one in result.pages] == ["yangli.gov.cn/public/column/77?2021"]


def test_counters_do_not_make_a_page_new_and_files_do():
    counted = [f"发布日期：2024-01-12 10:21 浏览次数：{count}次" for count in (12, 13)]
    assert len({organs.content_key(shown(f"<p>{one}</p>")) for one in counted}) == 1
    files = [f"<iframe src='/a/{name}.pdf'></iframe>" for name in "xy"]
    assert len({organs.content_key(shown(one)) for one in files}) == 2


def inline_document(year, more=""):
    return Document(HtmlResponse(TAB, body=inline(year, more).body))
