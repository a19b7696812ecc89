from __future__ import annotations

import pytest

from crawler.demo.portal import FakeRequest, FakeResponse, page
from spiders.trs import TrsSpider
from tests.spiders.crawl import crawl, row
from tests.spiders.trs_pages import (
    COLUMN,
    HOST,
    LIST,
    REPORT,
    STUB,
    YEARS,
    article,
    item,
    listing,
    run,
    title,
    url,
    years_of,
)

# ---------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "path",
    [
        "zfxxgknb/202401/t20240115_123456.html",
        "zfxxgknb/202401/t20240115_123456.shtml",
        "zfxxgknb/202401/t20240115_123456.htm",
        "zfxxgknb/t20240115_123456.html",
        "zfxxgkgzndbg_18287/t4174357.html",
        "xxgkbk/t3527937.shtml",
        "nb/202501/t20250123_14203737_wap.html",
    ],
)
def test_article_shapes(path: str) -> None:
    assert TrsSpider().is_article(f"https://{HOST}/{path}")


@pytest.mark.parametrize(
    "path", ["zfxxgknb/", "zfxxgknb/index_1.html", "zfxxgknb/nlist.htm", "2023n/", "tzgg/", "t1.html", "P020240115.pdf"]
)
def test_list_shapes_are_no_articles(path: str) -> None:
    assert not TrsSpider().is_article(f"https://{HOST}/{path}")


def test_twins_have_one_address() -> None:
    spider = TrsSpider()
    assert (
        spider.canonical("https://a.cn/nb/t20250123_14203737_wap.html?x=1") == "https://a.cn/nb/t20250123_14203737.html"
    )
    assert spider.canonical("https://a.cn/nb/index.shtml") == "https://a.cn/nb/"
    assert spider.key("http://a.cn/nb/") == spider.key("https://a.cn/nb/index.html")


# ---------------------------------------------------------------------- turning pages

PAGERS = {
    "createPageHTML": '<script>createPageHTML(3, {page}, "index", "html");</script>',
    "blanks, single quotes, comments": "<script>\n createPageHTML ( 3 /*all*/ ,{page}, 'index' , 'html' )//\n</script>",
    "three numbers": '<script>createPageHTML(12, 3, {page}, "index", "html");</script>',
    "three numbers and a size": '<script>createPageHTML(12,3,{page},"index","html",4);</script>',
    "createPage": '<script>createPage(3,{page},"index","html");</script>',
    "variables": '<script>var n = 3; var cur={page}; createPageHTML(n, cur, "index", "html");</script>',
    "countPage": "<script>var currentPage = {page};//from 0\nvar countPage = 3//pages\n</script>",
    "countPage in quotes": "<script>var countPage = '3';</script>",
    "pageCount property": "<script>pager({{ pageCount : 3, size: 4 }})</script>",
    "next(N)": '<a href="javascript:next(2)">2</a> <a href="javascript:next(3)">3</a>',
    "typed page": "<script>if(ele.value>3){{alert(1)}}else{{location='index_'+(ele.value-1)+'.html'}}</script>",
    "links": '<a href="./">1</a><a href="index_1.html">2</a><a href="index_2.html">3</a>',
    "next link": '<a href="index_{after}.html">下一页</a>',
}


@pytest.mark.parametrize("pager", PAGERS.values(), ids=PAGERS)
def test_pages_counted_from_zero(pager: str) -> None:
    table = {
        (LIST if n == 0 else f"{LIST}index_{n}.html"): listing(
            YEARS[n * 4 : n * 4 + 4], pager.format(page=n, after=n + 1) if n < 2 or "after" not in pager else ""
        )
        for n in range(3)
    }
    result = run(table)
    assert years_of(result) == sorted(YEARS)
    assert "http_404" not in result.reasons
    assert len(result.lists) == 3


ONE_BASED = {
    "typed": "<script>if(ele.value>3){{alert(1)}}else{{location='index_'+ele.value+'.html'}}</script>",
    "links": '<a href="./">1</a><a href="index_2.html">2</a><a href="index_3.html">3</a>',
}


@pytest.mark.parametrize("pager", ONE_BASED.values(), ids=ONE_BASED)
def test_pages_counted_from_one_are_recognised(pager: str) -> None:
    result = run(one_based(pager))
    assert years_of(result) == sorted(YEARS)
    assert f"{LIST}index_1.html" not in result.urls


@pytest.mark.parametrize(
    "pager", ['<script>createPageHTML(3,{page},"index","html")</script>', "<script>var countPage=3</script>"]
)
def test_pages_counted_from_one_without_a_sign(pager: str) -> None:
    """`index_1` is missing, or repeats the first page: counting goes on, and the last page is not lost."""
    assert years_of(run(one_based(pager))) == sorted(YEARS)
    twin = {f"{LIST}index_1.html": listing(YEARS[:4], pager.format(page=0))}
    assert years_of(run(one_based(pager) | twin)) == sorted(YEARS)


def test_quirk_paging_base() -> None:
    result = run(one_based("<script>var countPage=3</script>"), quirks={"paging_base": 1})
    assert years_of(result) == sorted(YEARS)
    assert f"{LIST}index_1.html" not in result.urls
    assert result.reasons == []


def one_based(pager: str) -> dict[str, object]:
    parts = [YEARS[n * 4 : n * 4 + 4] for n in range(3)]
    return {
        (LIST if n == 0 else f"{LIST}index_{n + 1}.html"): listing(part, pager.format(page=n))
        for n, part in enumerate(parts)
    }


def test_page_id_in_names() -> None:
    script = "<script>var countPage = 2; var PAGEID = 8597; function go(n){ go_to('index_'+PAGEID+'_'+n); }</script>"
    table = {
        f"{LIST}index.shtml": listing(YEARS[:4], script),
        f"{LIST}index_8597_1.shtml": listing(YEARS[4:6], script),
    }
    result = run(table, [{"url": f"{LIST}index.shtml", "title": "年报"}])
    assert years_of(result) == sorted(YEARS[:6])


@pytest.mark.parametrize(("name", "second"), [("nlist.htm", "nlist_1.htm"), ("index_17304.html", "index_17304_1.html")])
def test_names_follow_the_list_page(name: str, second: str) -> None:
    table = {
        LIST + name: listing(YEARS[:4], "<script>var countPage = 2</script>"),
        LIST + second: listing(YEARS[4:6]),
    }
    assert years_of(run(table, [{"url": LIST + name, "title": "年报"}])) == sorted(YEARS[:6])


def test_ending_of_page_names_is_that_of_the_articles() -> None:
    rows = "".join(item(year, href=article(year, kind="shtml")) for year in YEARS[:2])
    more = "".join(item(year, href=article(year, kind="shtml")) for year in YEARS[2:4])
    table = {
        LIST: listing([], "<script>var countPage = 2</script>", rows),
        f"{LIST}index_1.shtml": listing([], "", more),
        **{url(year, kind="shtml"): REPORT.format(title=title(year)) for year in YEARS[:4]},
    }
    assert years_of(run(table)) == sorted(YEARS[:4])


def test_pager_in_comments_is_not_believed() -> None:
    dead = '<script>//createPageHTML(9, 0, "index", "html");\n/* var countPage = 9; */</script>'
    old = '<!-- <script>createPageHTML(9, 0, "index", "html");</script> -->'
    assert run({LIST: listing(YEARS, dead + old)}).urls[0] == LIST
    assert len(run({LIST: listing(YEARS, dead + old)}).lists) == 1


def test_definition_of_a_pager_is_no_call() -> None:
    script = "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){ if(_nPageCount<2) return; }"
    assert len(run({LIST: listing(YEARS, f"<script>{script}</script>")}).lists) == 1


def test_a_stub_ends_the_turning() -> None:
    pager = '<script>createPageHTML(25, 0, "index", "html");</script>'
    result = run({LIST: listing(YEARS[:4], pager), **{f"{LIST}index_{n}.html": STUB for n in range(1, 25)}})
    assert years_of(result) == sorted(YEARS[:4])
    assert len([one for one in result.urls if "index_" in one]) == 1


def test_a_page_that_fails_does_not_end_the_turning() -> None:
    pager = '<script>createPageHTML(3, {}, "index", "html");</script>'
    table: dict[str, object] = {
        LIST: listing(YEARS[:4], pager.format(0)),
        f"{LIST}index_1.html": FakeResponse(500, (("Content-Type", "text/html"),), b"<html>Error</html>"),
        f"{LIST}index_2.html": listing(YEARS[8:], pager.format(2)),
    }
    result = run(table)
    assert years_of(result) == sorted(YEARS[:4] + YEARS[8:])
    failed = next(one for one in result.attempts if one.reason == "http_500")
    assert (failed.outcome, failed.url) == ("unreachable", f"{LIST}index_1.html")


def test_an_endless_list_is_cut_and_said_so() -> None:
    def respond(request: FakeRequest) -> FakeResponse | None:
        if not request.path.startswith("/zwgk/zfxxgknb/") or "/t" in request.path:
            return page(REPORT.format(title="x"))
        number = int(request.path.rsplit("_", 1)[1].split(".")[0]) if "_" in request.path else 0
        rows = item(2020, f"样例局{number}处2020年政府信息公开年报", f"./202101/t20210101_{90000 + number}.html")
        return page(listing([], f'<script>createPageHTML(5000,{number},"index","html")</script>', rows))

    result = crawl(TrsSpider, respond, rows=[row(HOST, "trs", columns=[COLUMN])], portal=HOST)
    assert len(result.lists) == 60
    cut = next(one for one in result.attempts if one.reason == "page_limit")
    assert cut.outcome == "partial"


# ---------------------------------------------------------------------- rows that scripts write

SCRIPTED = {
    "variables": '<script>\nvar url = "{href}"; var title = "{title}";\n'
    'document.writeln("<li><a href=\'"+url+"\'>"+title+"</a>");</script>',
    "title before url": "<script>title = '{title}';\nurl = '{href}';\npubdate='2024-01-15';</script>",
    "objects": '<script>var siteName = "样例网站";\n'
    'var docs = [{{"title":"{title}","url":"{href}","files":[],"time":"2024-01-15"}}];</script>',
    "bare keys": "<script>list.push({{ docid: 7, linkurl: '{href}', doctitle: '{title}' }});</script>",
    "arrays": '<script>var rows = [["{href}", "{title}", "2024-01-15", "办公室"]];</script>',
    "arrays, title first": '<script>var rows = [["{title}","办公室","{href}"]];</script>',
    "html": '<script>document.write(\'<li><a href="{href}" title="{title}">短</a></li>\');</script>',
    "escaped html": '<script>document.write("<li><a href=\\"{href}\\">{title}<\\/a><\\/li>");</script>',
    "escaped json": '<script>var d = {{"t":{{"title":"{escaped}","url":"{slashed}"}}}};</script>',
}


@pytest.mark.parametrize("script", SCRIPTED.values(), ids=SCRIPTED)
def test_rows_in_scripts(script: str) -> None:
    written = "".join(
        script.format(
            href=article(year),
            title=title(year),
            escaped=title(year).encode("unicode_escape").decode(),
            slashed=article(year).replace("/", "\\/"),
        )
        for year in YEARS[:3]
    )
    result = run({LIST: listing([], written)})
    assert years_of(result) == sorted(YEARS[:3])
    assert {one.list_title for one in result.pages} == {title(year) for year in YEARS[:3]}


def test_all_rows_in_one_flat_script() -> None:
    lines = "\n".join(f'url = "{article(year)}"; title = "{title(year)}";' for year in YEARS)
    result = run({LIST: listing([], f"<script>{lines}</script>")})
    assert {one.list_title: one.url for one in result.pages} == {title(year): url(year) for year in YEARS}


def test_unclosed_quotes_and_brackets_do_no_harm() -> None:
    mess = '<script>var a = "unclosed; /* never closed ' + "/*'[{" * 20_000 + "</script>"
    assert years_of(run({LIST: listing(YEARS[:2], mess)})) == sorted(YEARS[:2])


def test_a_list_that_only_a_script_makes() -> None:
    hollow = "<script>$.ajax({url:'/api/list', success: function(d){ render(d); }})</script><div id='list'></div>"
    result = run({LIST: listing([], hollow)})
    attempt = next(one for one in result.attempts if one.reason == "list_needs_javascript")
    assert attempt.outcome == "unreadable"
    assert "render" in attempt.detail
    assert HOST in attempt.detail


def test_an_empty_list_is_not_a_pass() -> None:
    result = run({LIST: listing([])})
    assert "empty_list" in result.reasons
    assert f"http://{HOST}/" in result.urls  # and the column is searched for from home


def test_news_in_the_margin_is_neither_read_nor_taken_for_the_list() -> None:
    news = '<a href="/xwdt/202405/t20240501_77.html">样例局召开座谈会</a>'
    hollow = "<script>fetch('list.json')</script>"
    result = run({LIST: listing([], hollow, news)})
    assert result.pages == []
    assert "list_needs_javascript" in result.reasons


# ---------------------------------------------------------------------- columns of all kinds


def test_year_sub_columns_and_twins() -> None:
    table: dict[str, object] = {
        LIST: listing([], "", '<li><a href="2024n/">2024年</a></li><li><a href="2023n_5932848/">2023年</a></li>'),
        f"{LIST}2024n/": listing([], "", item(2024, href=f"{LIST}{article(2024)[2:]}")),
        f"{LIST}2023n_5932848/": listing([], "", item(2023, href=f"https://{HOST}/zwgk/zfxxgknb/{article(2023)[2:]}")),
    }
    table[f"{HOST}/zwgk/zfxxgknb/{article(2023)[2:]}"] = REPORT.format(title=title(2023))
    assert years_of(run(table)) == [2023, 2024]


def test_department_sub_columns() -> None:
    table: dict[str, object] = {
        LIST: listing([], "", '<a href="./szbmxxgknb/">市直部门信息公开年报</a>'),
        f"{LIST}szbmxxgknb/": listing([], "", '<a href="./shbj/">市环保局</a><a href="./scz/">市财政局</a>'),
        f"{LIST}szbmxxgknb/shbj/": listing([2023]),
        f"{LIST}szbmxxgknb/scz/": listing([2022]),
        url(2023, base=f"{LIST}szbmxxgknb/shbj/"): REPORT.format(title=title(2023)),
        url(2022, base=f"{LIST}szbmxxgknb/scz/"): REPORT.format(title=title(2022)),
    }
    assert years_of(run(table)) == [2022, 2023]


HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
SIX = "".join(f"<p>{heading}</p><p>样例局按条例办理，详情见文中各表与说明。</p>" for heading in HEADINGS)


def test_a_column_that_is_itself_a_report() -> None:
    column = {"url": f"{LIST}2023n/", "title": "2023年"}
    result = run({f"{LIST}2023n/": f"<html><body><h1>{title(2023)}</h1>{SIX}</body></html>"}, [column])
    assert [(one.url, one.role) for one in result.pages] == [(f"{LIST}2023n/", "report")]
    assert "empty_list" not in result.reasons


@pytest.mark.parametrize(
    "body",
    [
        '<iframe src="./list/index.html"></iframe>',
        "<script>window.location.href='./list/index.html';</script>",
        '<script>location.replace("list/index.html")</script>',
        '<meta http-equiv="refresh" content="0; url=./list/index.html">',
    ],
)
def test_a_column_that_only_points_to_its_list(body: str) -> None:
    below = f"{LIST}list/"
    table: dict[str, object] = {
        LIST: f"<html><head></head><body>{body}</body></html>",
        f"{below}index.html": listing([2023]),
        url(2023, base=below): REPORT.format(title=title(2023)),
    }
    assert years_of(run(table)) == [2023]


def test_wap_twins_are_one() -> None:
    twin = item(2023, href=article(2023).replace(".html", "_wap.html"))
    result = run({LIST: listing([2023], "", twin)})
    assert result.found == [url(2023)]


def test_no_day_variant() -> None:
    rows = f'<li><a href="./t4174357.html">{title(2023)}</a></li>'
    result = run({LIST: listing([], "", rows), f"{LIST}t4174357.html": REPORT.format(title=title(2023))})
    assert result.found == [f"{LIST}t4174357.html"]


def test_look_alikes_are_refused_with_their_reason() -> None:
    others = {
        "样例局2023年法治政府建设年度报告": "look_alike:rule_of_law",
        "样例局2023年政府网站工作年度报表": "look_alike:website_form",
        "《样例局2023年政府信息公开工作年度报告》解读": "look_alike:interpretation",
        "关于报送2023年政府信息公开工作年度报告的通知": "look_alike:notice",
    }
    rows = "".join(item(2023, text, f"./202401/t20240116_{n}9.html") for n, text in enumerate(others))
    result = run({LIST: listing([2023], "", rows)})
    assert years_of(result) == [2023]
    assert {one.evidence["title"]: one.reason for one in result.attempts if one.outcome == "refused"} == others


def test_year_filter_and_sample() -> None:
    table: dict[str, object] = {LIST: listing(YEARS)}
    assert years_of(run(table, years="2019-2021")) == [2019, 2020, 2021]
    assert years_of(run(table, year=2024)) == [2024]
    assert len(run(table, sample=3).pages) == 3


def test_years_that_only_the_page_tells_are_opened() -> None:
    rows = "".join(item(year, f"{year}年度") for year in (2023, 2022)) + item(2021, "广州市样例局")
    assert years_of(run({LIST: listing([], "", rows)}, years="2021-2022")) == [2021, 2022]
