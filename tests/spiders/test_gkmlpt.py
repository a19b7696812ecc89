"""Guangdong's spider on fake portals: tree, paged rows, NFCMS columns and their twins, and what goes wrong."""

from __future__ import annotations

import json

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.demo.country import country
from crawler.demo.portal import FakeResponse
from spiders.gkmlpt import GkmlptSpider
from spiders.platform import platform_of, read_platform
from tests.spiders.crawl import crawl, pages, row

HOST = "yangli.gd.gov.cn"
BUREAU = "广州市样例局"


def title(year):
    return f"{BUREAU}{year}年政府信息公开工作年度报告"


def article(number, name, **fields):
    url = f"http://{HOST}/gkmlpt/content/{number // 1_000_000}/{number // 1000}/post_{number}.html"
    return {"id": number, "title": name, "url": url, "display_publish_time": 1706000000, "publisher": BUREAU, **fields}


def index(tree, sid="'755001'", key="TREE"):
    return f"<script>window._CONFIG = {{ SID: {sid}, {key}: {tree}, IS_MOBILE: false }};</script><div id=app></div>"


def tree(*nodes):
    return json.dumps(list(nodes), ensure_ascii=False)


NODE = {"id": 77, "name": "政府信息公开年报", "jump_url": "", "children": []}


def rows_of(*parts, total=None):
    """The list API: page N gives the N-th part, 0 the first, a page behind the last nothing."""

    def answer(request):
        number = max(1, int(request.query["page"]))
        shown = parts[number - 1] if number <= len(parts) else []
        count = sum(map(len, parts)) if total is None else total
        body = {"classify": {"id": 77, "post_count": count}, "articles": shown}
        return FakeResponse(200, (("Content-Type", "application/json"),), json.dumps(body).encode())

    return answer


def run(table, *, quirks=None, columns=(), host=HOST, check=True, **arguments):
    fields = {"quirks": quirks} if quirks else {}
    if columns:
        fields["columns"] = list(columns)
    known = {f"{host}/": "<p>欢迎访问</p>", **table}

    def respond(request):
        found = pages(known)(request)
        if found is None and "post_" in request.path:
            return pages({request.url: f"<title>{request.path}</title>"})(request)
        return found

    return crawl("gkmlpt", respond, rows=[row(host, "gkmlpt", **fields)], portal=host, check=check, **arguments)


def platform(rows, *nodes):
    return {f"{HOST}/gkmlpt/index": index(tree(*(nodes or (NODE,)))), f"{HOST}/gkmlpt/api/all/77": rows}


# ---------------------------------------------------------------- the tree


def test_tree_leads_to_rows_and_rows_to_reports():
    result = run(platform(rows_of([article(9463263, title(2023)), article(638777, title(2022))])))
    assert result.found == [
        f"http://{HOST}/gkmlpt/content/0/638/post_638777.html",
        f"http://{HOST}/gkmlpt/content/9/9463/post_9463263.html",
    ]
    assert result.urls[:2] == [f"http://{HOST}/gkmlpt/index", f"http://{HOST}/gkmlpt/api/all/77?page=1&sid=755001"]
    column = result.columns[0]
    assert (column.url, column.params) == (
        f"http://{HOST}/gkmlpt/annualreport#77",
        {"sid": "755001", "column_id": 77},
    )
    assert result.pages[0].list_date == "2024-01-23"


def test_every_request_of_a_list_is_evidence():
    result = run(platform(rows_of([article(9463263, title(2023))])))
    assert [page.url for page in result.lists] == result.urls[:2]


@pytest.mark.parametrize(
    ("sid", "written"),
    [
        ("'755001'", tree({"id": 1, "name": "机构", "children": [{"id": 2, "name": "目录", "children": [NODE]}]})),
        ('"755001"', tree({"id": 77, "name": "\u5e74\u5ea6\u62a5\u544a"}).replace(" ", "\n  ")),
        ("755001", json.dumps([{"id": 77, "name": "年报</b>"}]).replace("<", "\\u003C")),
        ("'755001'", "[{id: 77, name: '政府信息公开年报', jump_url: null, children: [],},]"),
        ("'755001'", json.dumps(json.dumps([{"id": "77", "name": "信息公开年报"}]))),
    ],
    ids=["deep", "spaces", "escapes", "javascript", "string"],
)
def test_forms_of_the_inline_tree(sid, written):
    table = {
        f"{HOST}/gkmlpt/index": index(written, sid),
        f"{HOST}/gkmlpt/api/all/77": rows_of([article(5, title(2023))]),
    }
    assert len(run(table).pages) == 1


def test_quoted_names_in_the_configuration():
    table = platform(rows_of([article(5, title(2023))]))
    table[f"{HOST}/gkmlpt/index"] = (
        index(tree(NODE), sid="'755001'").replace("SID:", '"SID" :').replace("TREE:", '"TREE":')
    )
    assert len(run(table).pages) == 1


def test_children_of_the_column_are_read_too_but_not_of_years_far_off():
    years = [{"id": 80 + n, "name": f"{2019 + n}年"} for n in range(5)]
    parent = {**NODE, "children": years}
    table = platform(rows_of([]), parent)
    table |= {f"{HOST}/gkmlpt/api/all/{80 + n}": rows_of([article(1000 + n, title(2019 + n))]) for n in range(5)}
    assert len(run(table).pages) == 5
    result = run(table, year=2022)
    assert result.found == [f"http://{HOST}/gkmlpt/content/0/1/post_1003.html"]
    assert not any("/all/80?" in url or "/all/81?" in url for url in result.urls)


def test_district_departments_lie_under_a_path():
    base = f"http://{HOST}/pskjcxfws/"
    number = article(9463263, title(2023), url="")
    table = {
        f"{HOST}/pskjcxfws/gkmlpt/index": index(tree(NODE)),
        f"{HOST}/pskjcxfws/gkmlpt/api/all/77": rows_of([number]),
    }
    own = row(f"{HOST}/pskjcxfws", "gkmlpt", base=base)
    result = crawl("gkmlpt", pages(table), rows=[own], portal=f"{HOST}/pskjcxfws")
    assert f"http://{HOST}/pskjcxfws/gkmlpt/content/9/9463/post_9463263.html" in result.urls


def test_column_by_address_alone_and_by_its_numbers():
    table = platform(rows_of([article(5, title(2023))]), {"id": 77, "name": "其他"})
    by_address = run(table, columns=[{"url": f"http://{HOST}/gkmlpt/annualreport#77", "title": "年报"}])
    assert len(by_address.pages) == 1
    params = {"sid": "755001", "column_id": 77}
    by_numbers = run(table, columns=[{"url": f"http://{HOST}/gkmlpt/annualreport", "title": "年报", "params": params}])
    assert len(by_numbers.pages) == 1
    assert f"http://{HOST}/gkmlpt/index" not in by_numbers.urls


def test_tree_without_the_column_annualreport_page_with_it():
    table = platform(rows_of([article(5, title(2023))]), {"id": 1, "name": "政策"})
    table[f"{HOST}/gkmlpt/annualreport"] = index(tree(NODE))
    assert len(run(table).pages) == 1


# ---------------------------------------------------------------- rows


def test_pages_of_a_hundred_counted_from_one():
    parts = [[article(1000 + 100 * n + k, f"{n}-{k}期工作简讯") for k in range(100)] for n in range(2)]
    parts.append([article(5, title(2019))])
    result = run(platform(rows_of(*parts)))
    asked = [url for url in result.urls if "/api/all/" in url]
    assert [url.split("page=")[1].split("&")[0] for url in asked] == ["1", "2", "3"]
    assert result.found == [f"http://{HOST}/gkmlpt/content/0/0/post_5.html"]


def test_without_a_promised_number_the_empty_page_ends_the_list():
    def answer(request):
        shown = [article(5, title(2023))] if request.query["page"] == "1" else []
        return pages({request.url: {"articles": shown}})(request)

    result = run(platform(answer))
    assert len([url for url in result.urls if "/api/all/" in url]) == 2
    assert result.attempts == []


def test_a_list_that_shows_less_than_it_promises_is_partial():
    result = run(platform(rows_of([article(5, title(2023))], total=203)))
    assert [(one.outcome, one.reason) for one in result.attempts] == [("partial", "short_list")]
    assert "203" in result.attempts[0].detail


def test_a_server_that_gives_page_one_for_ever_is_left():
    def answer(request):
        return pages({request.url: {"total": 9000, "articles": [article(5, title(2023))]}})(request)

    result = run(platform(answer))
    assert len([url for url in result.urls if "/api/all/" in url]) == 2


def test_look_alikes_are_refused_years_are_chosen_samples_are_small():
    names = [
        title(2023),
        title(2022),
        title(2021),
        f"{BUREAU}2023年政府网站工作年度报表",
        f"{BUREAU}2023年法治政府建设年度报告",
    ]
    table = platform(rows_of([article(100 + n, name) for n, name in enumerate(names)]))
    everything = run(table)
    assert len(everything.pages) == 3
    assert everything.reasons == ["look_alike:rule_of_law", "look_alike:website_form"]
    assert [page.list_title for page in run(table, year=2022).pages] == [title(2022)]
    assert {page.list_title for page in run(table, years="2021-2022").pages} == {title(2022), title(2021)}
    assert len(run(table, sample=1).pages) == 1


def test_a_sample_turns_no_page():
    parts = [[article(5, title(2023))], [article(6, title(2022))]]
    result = run(platform(rows_of(*parts)), sample=1)
    assert len([url for url in result.urls if "/api/all/" in url]) == 1


def test_one_post_at_three_addresses_is_fetched_once_without_jump():
    plain = article(9463263, title(2023))
    rows = [
        {**plain, "url": plain["url"] + "?jump=true"},
        {**plain, "url": "", "post_url": f"https://{HOST}/zwgk/nb/content/post_9463263.html"},
        {**plain, "url": f"https://{HOST}/zwgk/nb/content/mpost_9463263.html"},
    ]
    result = run(platform(rows_of(rows)))
    assert result.found == [plain["url"]]
    assert len([url for url in result.urls if "post_" in url]) == 1


def test_attachments_of_the_list_reach_the_page():
    files = [{"url": "/attachment/1/report.docx"}, {"name": "no address"}, "text", {"url": "javascript:;"}]
    result = run(platform(rows_of([article(5, title(2023), attachment=files)])))
    assert result.pages[0].attachments == (f"http://{HOST}/attachment/1/report.docx",)


def test_rows_with_missing_and_strange_fields():
    rows = [
        {"title": title(2023)},
        {"id": 5, "title": None},
        {
            "id": 6,
            "title": f"<em>{BUREAU}</em>2022年政府信息公开工作年度报告&nbsp;",
            "created_at": "2023-01-09 00:00:00",
        },
        {"id": 7, "title": title(2021), "url": "javascript:void(0)"},
        "text",
        None,
    ]
    result = run(platform(rows_of(rows)))
    rows = {(page.list_title, page.list_date) for page in result.pages}
    assert rows == {(title(2022), "2023-01-09"), ("", None)}, "a row without a title beside reports is opened"


# ---------------------------------------------------------------- answers that were not promised


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "empty_answer"),
        (b"<html><body>502</body></html>", "html_for_json"),
        (json.dumps({"articles": [article(5, title(2023))] * 9}).encode()[:700], "broken_json"),
        (b"[" * 200_000, "broken_json"),
        ({"status": 404, "message": "site not found"}, "odd_api_answer"),
        ([1, 2, 3], "odd_api_answer"),
        ({"articles": {"0": {}}}, "odd_api_answer"),
        ({"articles": [{}] * 1_000_000}, "too_many_rows"),
    ],
    ids=["empty", "html", "cut", "deep", "message", "list", "object", "million"],
)
def test_odd_answers_are_attempts_not_errors(answer, reason):
    result = run(platform(answer))
    assert [(one.outcome, one.reason) for one in result.attempts] == [("unreadable", reason)]
    assert result.stats["finish_reason"] == "finished"
    assert result.spider.ledger.broken(result.spider.selection.portals) == [HOST]


def test_a_time_out_is_unreachable():
    result = run(platform(DownloadTimeoutError("took too long")))
    assert ("unreachable", "timeout") in {(one.outcome, one.reason) for one in result.attempts}


def test_a_gate_is_recorded_and_left_alone():
    gate = FakeResponse(412, (("Content-Type", "text/html"),), b"<script r='m'>$_ts.nsd=61766;</script>")
    result = run({f"{HOST}/gkmlpt/index": gate, f"{HOST}/": "<a href='/nb/'>x</a>"})
    assert ("blocked", "gate_412") in {(one.outcome, one.reason) for one in result.attempts}
    assert result.urls == [f"http://{HOST}/gkmlpt/index"]
    assert [page.body for page in result.refusals] == [gate.body]


@pytest.mark.parametrize("written", ["", "[", "{}", "'x'", "[{]", "null"])
def test_a_tree_that_cannot_be_read_is_none(written):
    assert read_platform(index(written)) is None


def test_a_deep_tree_is_walked_without_recursion():
    text = '{"id":1,"name":"x","children":[' * 400 + '{"id":77,"name":"年报"}' + "]}" * 400
    found = read_platform(index(f"[{text}]"))
    assert found is not None
    assert [node.id for node in found.reports()] == [77]


def test_where_the_platform_lies():
    assert platform_of("http://a.gov.cn/x/gkmlpt/content/1/2/post_3.html") == "http://a.gov.cn/x/gkmlpt/"
    assert platform_of("http://a.gov.cn/x/gkmlpt") == "http://a.gov.cn/x/gkmlpt/"
    assert platform_of("http://a.gov.cn/x/index.html") == "http://a.gov.cn/x/gkmlpt/"
    assert platform_of("http://a.gov.cn/x/index.html", strict=True) == ""


# ---------------------------------------------------------------- the demo country

PORTALS = ("sthjj.gz.gov.cn", "www.gz.gov.cn", "whly.gd.gov.cn", "nyncj.gz.gov.cn")


def bare(url):
    return url.split("://", 1)[1].partition("?")[0]


@pytest.mark.parametrize("portal", PORTALS)
def test_the_country_gives_every_report_once_and_every_look_alike_is_refused(portal):
    land = country()
    result = crawl("gkmlpt", land, portal=portal)
    found = [bare(page.url) for page in result.pages]
    assert len(found) == len(set(found))
    missing = [truth.url for truth in land.truth(portal) if not {bare(truth.url), *map(bare, truth.also)} & set(found)]
    assert missing == []
    refused = {attempt.evidence.get("title") for attempt in result.attempts if attempt.outcome == "refused"}
    wanted = {absence.title for absence in land.absences(portal) if absence.outcome == "refused" and absence.title}
    assert wanted <= refused


def test_the_country_by_year_and_agency():
    land = country()
    result = crawl("gkmlpt", land, portal="www.gz.gov.cn", agency="广州市财政局", year=2022)
    assert [bare(page.url) for page in result.pages] == [
        bare(truth.url) for truth in land.truth("www.gz.gov.cn") if (truth.agency, truth.year) == ("广州市财政局", 2022)
    ]


def test_addresses():
    spider = GkmlptSpider()
    url = "http://drc.gd.gov.cn/gkmlpt/content/4/4662/post_4662348.html"
    assert spider.canonical(url + "?jump=true") == url
    assert spider.canonical(url + "?a=1&jump=true") == url + "?a=1"
    assert spider.canonical("http://drc.gd.gov.cn/gkmlpt/index?jump=true").endswith("?jump=true")
    assert spider.key(url) == spider.key("https://drc.gd.gov.cn/zwgk/content/mpost_4662348.html")
    assert spider.is_article("https://www.gz.gov.cn/a/content/post_7052522.html")
    assert not spider.is_article("https://www.gz.gov.cn/a/content/posts.html")
