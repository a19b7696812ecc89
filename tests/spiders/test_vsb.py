from __future__ import annotations

import pytest

from crawler.demo.portal import FakeRequest, FakeResponse, page
from spiders.vsb import VsbSpider
from tests.spiders.crawl import Crawl, crawl, pages, row

HOST = "www.yangli.gov.cn"
LIST = f"https://{HOST}/zfxxgk/zfxxgknb.htm"
COLUMN = {"url": LIST, "title": "政府信息公开年报"}
YEARS = list(range(2025, 2015, -1))
REPORT = (
    "<html><body><h1>样例局政府信息公开工作年度报告</h1><div id='vsb_content_2'><p>一、总体情况</p></div></body></html>"
)


def title(year: int) -> str:
    return f"样例局{year}年政府信息公开工作年度报告"


def item(year: int, href: str = "", text: str = "") -> str:
    href = href or f"/info/1011/{year}.htm"
    name = text or title(year)
    return f'<li><a href="{href}" title="{name}">{name}</a><span>{year + 1}年01月10日</span></li>'


def listing(years: list[int], tail: str = "", items: str = "") -> str:
    return f"<html><body><ul>{''.join(item(year) for year in years)}{items}</ul>{tail}</body></html>"


def run(table: dict[str, object], columns: list[dict[str, object]] | None = None, **arguments: object) -> Crawl:
    rows = [
        row(HOST, "vsb", columns=[COLUMN] if columns is None else columns, base=f"https://{HOST}/", oldest_year=2016)
    ]
    known: dict[str, object] = {f"{HOST}/info/1011/{year}.htm": REPORT for year in YEARS}
    known[f"{HOST}/"] = "<html>样例市人民政府</html>"
    return crawl(VsbSpider, pages({**known, **table}), rows=rows, portal=HOST, **arguments)


def years_of(result: Crawl) -> list[int]:
    return sorted(int(one.url.rsplit("/", 1)[1].split(".")[0]) for one in result.pages)


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("/info/1011/226124.htm", True),
        ("/info/egovinfo/1016/xxgkcontent/cxs011-/2025-0120002.htm", True),
        ("/xxgk/xxgk_content.jsp?urltype=news.NewsContentUrl&wbtreeid=5069&wbnewsid=1161616", True),
        ("/content.jsp?urltype=news.NewsContentUrl&wbtreeid=5069&wbnewsid=1161616", True),
        ("/bmxz_list.jsp?urltype=egovinfo.EgovInfoList&wbtreeid=1192&sccode=zfxxgknb", False),
        ("/xxgk/wsdc_content.jsp?urltype=survey.SurveyContentUrl&wbtreeid=1154&surveyid=1369", False),
        ("/zfxxgk/zfxxgknb.htm", False),
        ("/zfxxgk/zfxxgknb/4.htm", False),
        ("/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2", False),
    ],
)
def test_article_shapes(path: str, is_one: bool) -> None:
    assert VsbSpider().is_article(f"https://{HOST}{path}") is is_one


def test_static_and_dynamic_twin_have_one_key() -> None:
    spider = VsbSpider()
    dynamic = f"http://{HOST}/xxgk/xxgk_content.jsp?urltype=news.NewsContentUrl&wbtreeid=1011&wbnewsid=2023"
    assert spider.key(dynamic) == spider.key(f"https://{HOST}/info/1011/2023.htm")
    assert spider.key(dynamic) != spider.key(f"https://{HOST}/info/1012/2023.htm")


def numbers(total: int, current: int, *, down: bool, ahead: bool = True) -> str:
    """The pager as VSB prints it; links are relative to the list that prints them."""
    up = "" if current == 1 else "../"

    def href(number: int) -> str:
        if number == 1:
            return f"{up}zfxxgknb.htm"
        file = total - number + 1 if down else number
        return f"{file}.htm" if up else f"zfxxgknb/{file}.htm"

    links = "".join(f'<a href="{href(n)}">{n}</a>' for n in range(1, total + 1) if n != current)
    after = f'<a href="{href(current + 1)}">下页</a>' if ahead and current < total else ""
    return f"<span class='p_pages'>{links}{after}<a href='{href(total)}'>尾页</a></span>"


@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize("ahead", [True, False])
def test_pages_by_their_links_in_either_direction(down: bool, ahead: bool) -> None:
    table = {}
    for number in range(1, 6):
        file = 6 - number if down else number
        where = LIST if number == 1 else f"{HOST}/zfxxgk/zfxxgknb/{file}.htm"
        table[where] = listing(YEARS[(number - 1) * 2 : number * 2], numbers(5, number, down=down, ahead=ahead))
    result = run(table)
    assert years_of(result) == sorted(YEARS)
    assert "http_404" not in result.reasons
    assert (f"https://{HOST}/zfxxgk/zfxxgknb/4.htm" in result.urls[:4]) is down


@pytest.mark.parametrize("elided", ['<a href="{}">下页</a>', '<a href="{}">下一页</a>', '<a href="{}">&gt;</a>'])
def test_pages_by_the_next_link_alone(elided: str) -> None:
    table = {
        LIST: listing(YEARS[:2], elided.format("zfxxgknb/2.htm")),
        f"{HOST}/zfxxgk/zfxxgknb/2.htm": listing(YEARS[2:4], elided.format("1.htm")),
        f"{HOST}/zfxxgk/zfxxgknb/1.htm": listing(YEARS[4:6]),
    }
    assert years_of(run(table)) == sorted(YEARS[:6])


@pytest.mark.parametrize(
    "printed",
    [
        "<td>共10条&nbsp;&nbsp;1/5&nbsp;</td>",
        "<span>共 10 条</span> <b>1</b>/<b>5</b>",
        "<p>页次：1/5</p>",
        "<script>var totalpage = 5; var cur = 1;</script>",
        "<script>a_total='5';</script>",
    ],
)
def test_pages_counted_down_from_a_total(printed: str) -> None:
    table: dict[str, object] = {LIST: listing(YEARS[:2], printed)}
    for number in range(2, 6):
        table[f"{HOST}/zfxxgk/zfxxgknb/{6 - number}.htm"] = listing(YEARS[(number - 1) * 2 : number * 2], printed)
    result = run(table)
    assert years_of(result) == sorted(YEARS)
    assert [one.rsplit("/", 1)[1] for one in result.urls if "zfxxgknb/" in one] == ["4.htm", "3.htm", "2.htm", "1.htm"]


def test_columns_beside_the_list_are_none_of_it() -> None:
    """`/zfxxgk/zfxxgkzn.htm` stands in the same folder: a menu, not a sub-column. `zfxxgknb/2023n.htm` is one."""
    menu = (
        '<a href="zfxxgkzn.htm">公开指南</a><a href="zfxxgkzd.htm">公开制度</a><a href="zfxxgknb/2023n.htm">2023年</a>'
    )
    table = {LIST: listing([2024], menu), f"{HOST}/zfxxgk/zfxxgknb/2023n.htm": listing([2023])}
    result = run(table, years="2023-2024")
    assert years_of(result) == [2023, 2024]
    assert not any("zfxxgkz" in one for one in result.urls)


def test_twins_are_fetched_once() -> None:
    twin = item(2023, "/xxgk/xxgk_content.jsp?urltype=news.NewsContentUrl&wbtreeid=1011&wbnewsid=2023")
    result = run({LIST: listing([2023], "", twin)}, year=2023)
    assert result.found == [f"https://{HOST}/info/1011/2023.htm"]


def test_a_dynamic_article_without_static_twin_is_fetched_where_it_is() -> None:
    url = f"https://{HOST}/xxgk/xxgk_content.jsp?urltype=news.NewsContentUrl&wbtreeid=5069&wbnewsid=7"
    result = run({LIST: listing([], "", item(2023, url)), url: REPORT}, year=2023)
    assert result.found == [url]


def egov(code: str) -> str:
    return (
        f"https://{HOST}/bmxz_list.jsp?urltype=egovinfo.EgovInfoList&wbtreeid=1192&sccode=zfxxgknb&subtype=1"
        f"&dpcode={code}&gilevel=1"
    )


def test_lists_of_the_disclosure_module() -> None:
    def respond(request: FakeRequest) -> FakeResponse | None:
        if "bmxz_list" in request.path:
            number = int(request.query.get("PAGENUM") or 1)
            years = YEARS[:3] if number == 1 else YEARS[3:5]
            rows = "".join(
                item(year, f"/info/egovinfo/1016/xxgkcontent/yly011-/{year + 1}-0120002.htm") for year in years
            )
            turn = f'<a href="bmxz_list.jsp?totalpage=2&PAGENUM=2&{egov("yly").split("?")[1]}">下页</a>'
            other = f'<a href="bmxz_list.jsp?PAGENUM=1&{egov("other").split("?")[1]}">2</a>'
            return page(listing([], turn + other, rows))
        return page(REPORT) if "xxgkcontent" in request.path else None

    columns = [{"url": egov("yly"), "title": "政府信息公开年报"}]
    result = crawl(VsbSpider, respond, rows=[row(HOST, "vsb", columns=columns, oldest_year=2021)], portal=HOST)
    assert len(result.pages) == 5
    assert not any("dpcode=other" in one for one in result.urls)


def test_attachments_travel_with_the_report() -> None:
    body = f"{REPORT}<a href='/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=9'>年报.docx</a>"
    body += "<a href='/__local/A/1C/年报.pdf'>年报.pdf</a>"
    result = run({LIST: listing([2023]), f"{HOST}/info/1011/2023.htm": body}, year=2023)
    assert any(one.endswith(".pdf") for one in result.pages[0].attachments)


def test_found_from_home_and_remembered() -> None:
    table = {
        f"{HOST}/": '<a href="zwgk.htm">政务公开</a>',
        f"{HOST}/zwgk.htm": '<a href="zfxxgk/zfxxgknb.htm">政府信息公开年报</a>',
        LIST: listing(YEARS),
    }
    result = run(table, [])
    assert years_of(result) == sorted(YEARS)
    assert [(one.url, one.clicks) for one in result.columns] == [(LIST, 2)]
