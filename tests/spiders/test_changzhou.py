from __future__ import annotations

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.demo.portal import FakeRequest, FakeResponse, data, page
from spiders.changzhou import ChangzhouSpider, ajax_query
from tests.spiders.crawl import Crawl, crawl, pages, row

HOST = "www.yangli.gov.cn"
BASE = f"https://{HOST}"
REPORT = (
    "<html><body><h1>年度报告</h1><table><tr><td class='GovInfoContent'>一、总体情况</td></tr></table></body></html>"
)


def title(year: int) -> str:
    return f"样例局{year}年政府信息公开工作年度报告"


def number(year: int) -> str:
    return f"6991643274{year:05d}"


def line(year: int, text: str = "", href: str = "") -> str:
    name = text or title(year)
    return (
        f'<tr><td>1</td><td><a href="{href or f"/gi_news/{number(year)}"}" title="{name}">{name[:8]}…</a></td>'
        f"<td></td><td>{year + 1}-01-20</td></tr>"
    )


def table(*lines: str) -> str:
    return f"<table class='box3'><tr><th>信息名称</th><th>公开日期</th></tr>{''.join(lines)}</table>"


def run(answers: dict[str, object], path: str = "/gi_class/hbj_13", **arguments: object) -> Crawl:
    rows = [
        row(HOST, "changzhou", base=BASE, columns=[{"url": BASE + path, "title": "政府信息公开年报"}], oldest_year=2016)
    ]
    known: dict[str, object] = {f"{HOST}/gi_news/{number(year)}": REPORT for year in range(2016, 2026)}
    known |= {f"{HOST}/": "<html>样例市</html>", HOST: "<html>样例市</html>"}
    return crawl(ChangzhouSpider, pages({**known, **answers}), rows=rows, portal=HOST, **arguments)


def years_of(result: Crawl) -> list[int]:
    return sorted(int(one.url[-4:]) for one in result.pages)


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("/gi_news/441611908346725", True),
        ("/ns_news/441611908346725", True),
        ("/html/czzl/2021/OJBMLIIN_0205/15247.html", True),
        ("/content/suitable/show?catid=35357&id=28386", True),
        ("/index.php?m=content&c=index&a=show&catid=9&id=3", True),
        ("/downxxgk.php?fid=839164301383694", True),
        ("/gi_class/hbj_13", False),
        ("/class/OJJHLHQE", False),
        ("/index.php?m=content&c=index&a=lists&catid=42149", False),
    ],
)
def test_article_shapes(path: str, is_one: bool) -> None:
    assert ChangzhouSpider().is_article(BASE + path) is is_one


def test_rows_have_whole_titles_and_the_last_cell_as_date() -> None:
    result = run({f"{HOST}/gi_class/hbj_13": table(line(2023), line(2022))}, years="2022-2023")
    assert {(one.list_title, one.list_date) for one in result.pages} == {
        (title(2023), "2024-01-20"),
        (title(2022), "2023-01-20"),
    }


def test_pages_of_twenty_until_one_repeats() -> None:
    others = [
        line(2024, f"样例局{n}处2024年政府信息公开年报", f"/gi_news/{700_000_000_000_000 + n}") for n in range(37)
    ]

    def respond(request: FakeRequest) -> FakeResponse | None:
        if request.path.startswith("/gi_class/"):
            tail = request.path.rsplit("/", 1)[1]
            at = min(int(tail) if tail.isdigit() else 1, 2)  # beyond the end the last page comes again
            return page(table(*(line(2023), *others, line(2022), line(2021))[(at - 1) * 20 : at * 20]))
        return page(REPORT)

    columns = [{"url": f"{BASE}/gi_class/hbj_13", "title": "年报"}]
    result = crawl(ChangzhouSpider, respond, rows=[row(HOST, "changzhou", columns=columns)], portal=HOST)
    lists = [one.removeprefix(BASE) for one in result.urls if "gi_class" in one]
    assert lists == ["/gi_class/hbj_13", "/gi_class/hbj_13/2", "/gi_class/hbj_13/3"]
    assert len(result.pages) == 40


def test_a_short_list_is_not_turned() -> None:
    result = run({f"{HOST}/gi_class/hbj_13": table(line(2023))}, year=2023)
    assert [one for one in result.urls if "gi_class" in one] == [f"{BASE}/gi_class/hbj_13"]


MENU = (
    '<ul><li><a href="/gi_class/hbj_02">机构职能</a></li><li><a href="/gi_class/hbj_13">政府信息公开年报</a></li>'
    '<li><a href="/gi_class/jyj_21">政府信息公开年报</a></li></ul>'
)


def test_the_bureaus_class_is_found_by_its_name() -> None:
    news = line(2024, "关于样例企业环评审批的公示", "/gi_news/100000000000001")
    result = run(
        {
            f"{HOST}/gi_class/hbj": MENU + table(news, line(2024)),
            f"{HOST}/gi_class/hbj_13": table(line(2023), line(2024)),
        },
        "/gi_class/hbj",
        years="2023-2024",
    )
    assert years_of(result) == [2023, 2024]
    assert not any("jyj" in one or "hbj_02" in one or "100000000000001" in one for one in result.urls)


def test_a_bureau_without_a_named_class_is_filtered_by_title() -> None:
    full = [line(2024, f"关于样例事项{n}的公示", f"/gi_news/{200_000_000_000_000 + n}") for n in range(19)]
    result = run(
        {
            f"{HOST}/gi_class/hbj": table(*full, line(2023)),
            f"{HOST}/gi_class/hbj/2": table(line(2022), line(2021, "2021年度", "/gi_news/300000000000001")),
        },
        "/gi_class/hbj",
        years="2021-2023",
    )
    assert years_of(result) == [2022, 2023]
    assert "empty_list" not in result.reasons


AJAX = {
    "address": '$.get("?act=ajax&gi=w2w7sv77&ns=&dept=1&notime=&page=" + n + "&key=" + key + "&t=1&cache=no", f);',
    "object": "$.ajax({url: location.href, data: {act: 'ajax', gi: 'w2w7sv77', dept: 1, page: page, t: 1}});",
}


@pytest.mark.parametrize("script", AJAX.values(), ids=AJAX)
def test_parameters_of_the_ajax_twin(script: str) -> None:
    query = ajax_query(script)
    assert (query["act"], query["gi"]) == ("ajax", "w2w7sv77")


def test_the_ajax_twin_of_an_empty_table() -> None:
    asked = []

    def respond(request: FakeRequest) -> FakeResponse | None:
        if request.query.get("act") == "ajax":
            asked.append(request.query)
            at = int(request.query["page"])
            lines = [line(2024, f"样例{n}所2024年政府信息公开年报", f"/gi_news/{4 * 10**14 + n}") for n in range(40)]
            return data({"status": 10, "html": table(*[*lines, line(2023)][(at - 1) * 20 : at * 20])})
        if request.path.startswith("/gi_class/"):
            return page(f"<html><script>{AJAX['address']}</script>{table()}</html>")
        return page(REPORT)

    columns = [{"url": f"{BASE}/gi_class/hbj_13", "title": "年报"}]
    result = crawl(ChangzhouSpider, respond, rows=[row(HOST, "changzhou", columns=columns)], portal=HOST)
    assert [query["page"] for query in asked] == ["1", "2", "3"]
    assert {query["gi"] for query in asked} == {"w2w7sv77"}
    assert len(result.pages) == 41
    assert "empty_list" not in result.reasons


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b'{"status":0,"msg":"no"}', "odd_api_answer"),
        (b"<html>error</html>", "html_for_json"),
        (b'{"status":10,"html":"', "broken_json"),
        (b'{"status":10,"html":""}', "empty_list"),
        (b"", "empty_answer"),
        (b"[1]", "odd_api_answer"),
    ],
)
def test_odd_ajax_answers(answer: bytes, reason: str) -> None:
    def respond(request: FakeRequest) -> FakeResponse:
        kind = (("Content-Type", "text/html; charset=utf-8"),)
        return FakeResponse(200, kind, answer if request.query.get("act") else table().encode())

    columns = [{"url": f"{BASE}/gi_class/hbj_13", "title": "年报"}]
    result = crawl(ChangzhouSpider, respond, rows=[row(HOST, "changzhou", columns=columns)], portal=HOST)
    assert reason in result.reasons
    assert result.pages == []


@pytest.mark.parametrize(
    "broken", [FakeResponse(500, (), b""), FakeResponse(404, (), b""), DownloadTimeoutError("slow")]
)
def test_the_print_view_stands_in_for_a_broken_article(broken: object) -> None:
    url = f"{HOST}/downxxgk.php?fid={number(2023)}"
    answers = {f"{HOST}/gi_class/hbj_13": table(line(2023)), f"{HOST}/gi_news/{number(2023)}": broken, url: REPORT}
    result = run(answers, year=2023)
    assert result.found == [f"https://{url}"]
    assert [one for one in result.attempts if one.year == 2023] == []


def test_article_and_print_view_broken() -> None:
    answers = {
        f"{HOST}/gi_class/hbj_13": table(line(2023)),
        f"{HOST}/gi_news/{number(2023)}": FakeResponse(500, (), b""),
    }
    result = run(answers, year=2023)
    assert result.pages == []
    assert [(one.reason, one.year) for one in result.attempts if one.year] == [("http_404", 2023)]


def test_a_gate_before_an_article_is_left_alone() -> None:
    gate = FakeResponse(521, (("Content-Type", "text/html"),), b"<script>go({})</script>")
    answers = {f"{HOST}/gi_class/hbj_13": table(line(2023)), f"{HOST}/gi_news/{number(2023)}": gate}
    result = run(answers, year=2023)
    assert not any("downxxgk" in one for one in result.urls)
    assert "gate_521" in result.reasons


def district(year: int, href: str = "") -> str:
    href = href or f"/html/czzl/{year + 1}/OJBMLIIN_0205/{year}.html"
    return f'<li><a href="{href}" title="{title(year)}">{title(year)}</a><span>[{year + 1}-02-05]</span></li>'


def test_districts_by_letters() -> None:
    turn = '<a href="/class/OJJHLHQE/2">下一页</a>'
    answers: dict[str, object] = {
        f"{HOST}/class/OJJHLHQE": f"<ul>{district(2024)}{district(2023)}</ul>{turn}",
        f"{HOST}/class/OJJHLHQE/2": f"<ul>{district(2022)}</ul>",
    }
    answers |= {f"{HOST}/html/czzl/{y + 1}/OJBMLIIN_0205/{y}.html": REPORT for y in (2022, 2023, 2024)}
    assert len(run(answers, "/class/OJJHLHQE", years="2022-2024").pages) == 3


def test_districts_by_category() -> None:
    path = "/index.php?m=content&c=index&a=lists&catid=42149"
    rows = "".join(district(2024, f"/html/czzl/2025/OJBMLIIN_0205/{n}.html") for n in range(20))
    answers: dict[str, object] = {
        f"{HOST}{path}": f"<ul>{rows}</ul>",
        f"{HOST}{path}&page=2": f"<ul>{district(2023)}</ul>",
        f"{HOST}/html/czzl/2024/OJBMLIIN_0205/2023.html": REPORT,
    }
    answers |= {f"{HOST}/html/czzl/2025/OJBMLIIN_0205/{n}.html": REPORT for n in range(20)}
    assert len(run(answers, path, years="2023-2024").pages) == 21


def test_look_alikes_are_refused() -> None:
    form = line(2023, "样例局2023年政府网站工作年度报表", "/gi_news/500000000000001")
    result = run({f"{HOST}/gi_class/hbj_13": table(form, line(2023))}, year=2023)
    assert "look_alike:website_form" in result.reasons
    assert len(result.pages) == 1
