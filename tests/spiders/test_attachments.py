"""Articles that only link or show a file: fetched like any page, read, and named beside the page."""

from __future__ import annotations

import asyncio
from functools import lru_cache

import pytest
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse

from crawler.demo.portal import FakeRequest, FakeResponse, page
from pipelines.decode import DecodePipeline
from pipelines.parse import ParsePipeline
from spiders.attachments import attached, holds_tables, worth_fetching
from spiders.documents import Document
from spiders.trs import TrsSpider
from tests.reports.files import papers, pdfs, words
from tests.reports.golden.truth import truth
from tests.spiders.crawl import Crawl, crawl, row
from tests.spiders.trs_pages import COLUMN, HOST, LIST, listing, title, url

YEAR = 2023
DATA = truth("fmt2021", 3)
FOLDER = url(YEAR).rsplit("/", 1)[0]


@lru_cache
def paper() -> papers.Paper:
    return papers.paper("fmt2021", DATA)


def document(body: str) -> Document:
    return Document(HtmlResponse(f"http://{HOST}/a/b.html", body=body.encode()))


WAYS = {
    "link": "<a href='./P020240118.pdf'>年度报告</a>",
    "frame": "<iframe src='./P020240118.pdf'></iframe>",
    "embed": "<embed src='P020240118.pdf' type='application/pdf'>",
    "object": "<object data='P020240118.pdf'></object>",
    "viewer": "<iframe src='/pdfjs/web/viewer.html?file={path}/P020240118.pdf'></iframe>",
    "viewer, encoded": "<iframe src='/pdfjs/web/viewer.html?file={coded}%2FP020240118.pdf&page=1'></iframe>",
    "onclick": "<a href='#' onclick=\"window.open('./P020240118.pdf')\">查看</a>",
    "javascript": "<a href=\"javascript:window.open('P020240118.pdf','_blank')\">查看</a>",
    "data": "<div data-url='./P020240118.pdf' class='pdf'></div>",
    "script": "<script>PDFObject.embed('./P020240118.pdf', '#show');</script>",
    "json": '<script>var file = {{"url":"http:\\/\\/{host}{escaped}\\/P020240118.pdf"}};</script>',
}


def way(name: str, folder: str = f"http://{HOST}/a") -> str:
    path = folder.removeprefix(f"http://{HOST}")
    coded = path.replace("/", "%2F")
    return WAYS[name].format(path=path, coded=coded, host=HOST, escaped=path.replace("/", "\\/"))


@pytest.mark.parametrize("name", WAYS)
def test_ways_in_which_a_page_carries_a_file(name: str) -> None:
    found = attached(document(f"<html><body><p>年度报告见附件</p>{way(name)}</body></html>"))
    assert [one.url for one in found] == [f"http://{HOST}/a/P020240118.pdf"]


def test_a_download_page_whose_link_names_the_file() -> None:
    body = "<a href='/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=9'>2023年年报.docx</a>"
    body += "<a href='/module/download/downfile.jsp?classid=0&filename=0a1b.pdf'>附件</a>"
    body += "<a href='/system/_content/download.jsp?wbfileid=10'>首页</a><a href='/x.exe'>浏览器下载</a>"
    assert [one.url.partition("?")[2] for one in attached(document(body))] == [
        "urltype=news.DownloadAttachUrl&wbfileid=9",
        "classid=0&filename=0a1b.pdf",
    ]


def test_files_that_are_no_report_are_not_fetched() -> None:
    body = (
        "<a href='a.pdf'>政府信息公开指南</a><a href='b.doc'>政府网站工作年度报表</a><a href='c.pdf'>操作手册</a>"
        "<a href='d.pdf'>县水务局2023年政府信息公开工作年度报告.pdf</a><a href='d2.docx'>"
        "县水务局2023年政府信息公开工作年度报告.docx</a><a href='e.xls'>2023年信息公开统计表.xls</a>"
    )
    chosen = worth_fetching(attached(document(body)))
    assert [one.url.rpartition("/")[2] for one in chosen] == ["d2.docx", "e.xls"]


def test_names_that_say_nothing_are_taken_where_none_says_more() -> None:
    chosen = worth_fetching(attached(document("<a href='1.pdf'>附件1</a><a href='2.pdf'>附件2</a>" * 9)))
    assert [one.url.rpartition("/")[2] for one in chosen] == ["1.pdf", "2.pdf"]


def test_a_page_with_its_tables_needs_no_file() -> None:
    assert holds_tables(document("<td>第二十条第（一）项</td><td>本年<b>制发</b>件数</td>"))
    assert not holds_tables(document("<p>报告见附件：政府信息公开工作年度报告.pdf</p>"))


# ---------------------------------------------------------------------- crawls


def run(article: str, files: dict[str, object], **arguments: object) -> Crawl:
    """A crawl of one list with one article; files by the last part of their address."""

    def respond(request: FakeRequest) -> FakeResponse | None:
        if request.url == LIST:
            return page(listing([YEAR]))
        if request.url == url(YEAR):
            return page(
                f"<html><head><title>{title(YEAR)}</title></head><body><h1>{title(YEAR)}</h1>{article}</body></html>"
            )
        found = files.get(request.url.rpartition("/")[2])
        if isinstance(found, type) and issubclass(found, Exception):
            raise found("nobody answers")
        return FakeResponse(200, (("Content-Type", "application/octet-stream"),), found) if found else None

    rows = [row(HOST, "trs", columns=[COLUMN], oldest_year=YEAR)]
    return crawl(TrsSpider, respond, rows=rows, portal=HOST, year=YEAR, **arguments)


async def through(item):
    return await ParsePipeline().process_item(await DecodePipeline().process_item(item))


def read(result: Crawl):
    """The report of the one page, after decoding and parsing."""
    (item,) = result.pages
    return item, asyncio.run(through(item)).report


@pytest.mark.parametrize("name", ["link", "viewer, encoded", "onclick"])
def test_a_page_that_only_carries_a_pdf_gives_its_report(name: str) -> None:
    result = run(way(name, FOLDER), {"P020240118.pdf": pdfs.pdf(paper())})
    item, report = read(result)
    assert item.url == url(YEAR)
    assert item.attachments == (f"{FOLDER}/P020240118.pdf",)
    assert {address: cell.raw for address, cell in report.cells.items()} == DATA
    origin = next(found for found in report.findings if found.id == "read_from_file")
    assert origin.left == f"{FOLDER}/P020240118.pdf"
    assert [(one.url, one.column_url) for one in result.items if getattr(one, "role", "") == "file"] == [
        (f"{FOLDER}/P020240118.pdf", url(YEAR))
    ]
    assert report.encoding is not None


@pytest.mark.parametrize("make", [words.docx_file, words.doc_file])
def test_other_kinds_of_files(make) -> None:
    _, report = read(run("<a href='P02.doc'>附件：年度报告</a>", {"P02.doc": make(paper())}))
    assert {address: cell.raw for address, cell in report.cells.items()} == DATA


def test_tables_in_an_annex_are_read_behind_the_pages_own_prose() -> None:
    made = paper()
    prose = "".join(f"<p>{item.text}</p>" for item in made if isinstance(item, papers.Text))
    tables = [item for item in made if not isinstance(item, papers.Text)]
    _, report = read(run(f"{prose}<a href='b.xlsx'>附件：统计表.xlsx</a>", {"b.xlsx": words.xlsx_file(tables)}))
    assert {address: cell.raw for address, cell in report.cells.items()} == DATA
    assert len([section for section in report.sections if section.id]) == 6
    assert "栏目编辑实行三级审核" in report.text


def test_two_annexes_the_report_is_the_one_that_holds_it() -> None:
    files = {
        "1.pdf": pdfs.document([pdfs.show("填报说明：请按时报送。", 100, 700, 12).encode()]),
        "2.pdf": pdfs.pdf(paper()),
    }
    _, report = read(run("<a href='1.pdf'>附件1</a><a href='2.pdf'>附件2</a>", files))
    assert {address: cell.raw for address, cell in report.cells.items()} == DATA


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (None, "attachment_missing"),
        (DownloadTimeoutError, "attachment_missing"),
        (b"%PDF-1.4 broken", "attachment_unread"),
        (b"<html><body>login</body></html>", "attachment_unread"),
    ],
)
def test_a_file_that_cannot_be_had_costs_only_itself(answer: object, finding: str) -> None:
    _, report = read(run("<p>全文见附件。</p><a href='1.pdf'>附件</a>", {"1.pdf": answer}))
    assert report.kind == "annual_report"
    assert set(report.tables.values()) <= {"attachment", "missing"}
    assert report.cells == {}
    assert finding in {found.id for found in report.findings}


def test_files_of_strange_hosts_are_not_asked_for() -> None:
    result = run("<a href='http://mirror.example.com/1.pdf'>年度报告.pdf</a>", {"1.pdf": pdfs.pdf(paper())})
    item, report = read(result)
    assert not any("mirror" in one for one in result.urls)
    assert "off_host" in item.files[0].problem
    assert "attachment_missing" in {found.id for found in report.findings}


def test_a_page_with_its_tables_asks_for_no_file() -> None:
    tables = "<table><tr><td>第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制发件数</td></tr></table>"
    result = run(f"{tables}<a href='1.pdf'>年度报告.pdf</a>", {"1.pdf": pdfs.pdf(paper())})
    assert not any(one.endswith("1.pdf") for one in result.urls)


def test_another_years_file_is_said() -> None:
    made = [
        papers.Text(one.kind, one.text.replace("2023年", "2022年")) if isinstance(one, papers.Text) else one
        for one in paper()
    ]
    _, report = read(run("<a href='1.pdf'>年度报告</a>", {"1.pdf": pdfs.pdf(made)}))
    assert report.year == 2022
    found = next(one for one in report.findings if one.id == "attachment_year")
    assert (found.left, found.right) == ("2023", "2022")
