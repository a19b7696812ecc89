"""Epoint's spider on fake portals: columns, uuid articles, the full-text service with its offsets and its oddities."""

from __future__ import annotations

import json
import uuid
from datetime import date

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.demo.country import country
from crawler.demo.portal import FakeResponse
from spiders.epoint import EpointSpider
from spiders.fulltext import CAP, PATHS, ROWS, TITLES, Question
from tests.spiders.crawl import crawl, pages, row

HOST = "yangli.gov.cn"
ROOT = f"http://{HOST}"
COLUMN = f"{ROOT}/zwgk/002005/"
SERVICE = HOST + PATHS[0]


def title(year, body="样例市生态环境局"):
    return f"{body}{year}年政府信息公开工作年度报告"


def name_of(number):
    return str(uuid.UUID(int=number))


def path(number, category="002005", day="20240112"):
    return f"/zwgk/{category}/{day}/{name_of(number)}.html"


def listing(*numbers, more=""):
    items = "".join(f"<li><a href='{path(n)}'>{title(2000 + n)}</a><span>2024-01-12</span></li>" for n in numbers)
    return f"<ul>{items}</ul>{more}"


def record(number, name, category="002005", day="2024-01-12"):
    link = path(number, category, day.replace("-", ""))
    return {
        "id": f"{number}_001",
        "title": name,
        "linkurl": link,
        "webdate": f"{day} 09:30:00",
        "categorynum": category,
    }


class Service:
    """The full-text service: category or words, a year or all, offset and number of rows; shows `cap` rows at most."""

    def __init__(self, *records, wrap=None, cap=CAP, count=None):
        self.records, self.wrap, self.cap, self.count = records, wrap or (lambda value: value), cap, count
        self.asked = []

    def __call__(self, request):
        question = json.loads(request.body)
        self.asked.append(question)
        found = [one for one in self.records if self._fits(one, question)]
        start = question["pn"]
        shown = found[start : min(start + question["rn"], self.cap)]
        total = len(found) if self.count is None else self.count
        return pages({request.url: self.wrap({"result": {"totalcount": total, "records": shown}})})(request)

    def _fits(self, one, question):
        condition, span = question["condition"] or [{}], question["time"]
        inside = one["categorynum"].startswith(condition[0].get("equal", ""))
        when = not span or span[0]["startTime"] <= one["webdate"] <= span[0]["endTime"]
        return inside and when and question["wd"] in one["title"]


def run(table, *, columns=(), quirks=None, host=HOST, **arguments):
    known = {f"{host}/": "<p>欢迎访问</p>", **table}

    def respond(request):
        found = pages(known)(request)
        if found is None and ("infoid=" in request.url or request.path.count("-") == 4):
            return pages({request.url: f"<title>{request.path}</title>"})(request)
        return found

    fields = {"quirks": quirks} if quirks else {}
    if columns:
        fields["columns"] = list(columns)
    return crawl("epoint", respond, rows=[row(host, "epoint", **fields)], portal=host, **arguments)


LISTED = [{"url": COLUMN, "title": "政府信息公开年报", "params": {"category": "002005"}}]
SCRIPTED = "<ul id='showList'></ul><script>var categorynum = '002005'; $.ajax({});</script>"


def found(*numbers):
    return sorted(ROOT + path(number) for number in numbers)


# ---------------------------------------------------------------- static lists


def test_a_static_column_needs_no_service():
    result = run({f"{HOST}/zwgk/002005/": listing(23, 22)}, columns=LISTED)
    assert result.found == found(22, 23)
    assert SERVICE not in [url.split("://")[1] for url in result.urls]
    assert {page.list_date for page in result.pages} == {"2024-01-12"}


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ("<a href='2.html'>2</a><a href='3.html'>3</a>", ["2.html", "3.html"]),
        ("<a href='moreinfo2.html'>2</a><a href='moreinfo3.html'>3</a>", ["moreinfo2.html", "moreinfo3.html"]),
        ("<script>var pageCount = 3;</script>", ["2.html", "3.html"]),
        ("<a href='moreinfo2.html'>2</a><script>var pageCount = '3'</script>", ["moreinfo2.html", "moreinfo3.html"]),
        ("<a href='2.html'>下一页</a>", ["2.html"]),
    ],
    ids=["numbers", "moreinfo", "script", "script like moreinfo", "next"],
)
def test_paging(first, names):
    table = {f"{HOST}/zwgk/002005/moreinfo.html": listing(23, more=first)}
    table |= {f"{HOST}/zwgk/002005/{name}": listing(22 - n) for n, name in enumerate(names)}
    result = run(table, columns=[{"url": COLUMN + "moreinfo.html", "title": "年报"}])
    assert result.found == found(*range(23 - len(names), 24))


def test_child_categories_are_read():
    child = f"{HOST}/zwgk/002005/002005003/"
    item = f"<a href='{path(22, '002005/002005003')}'>{title(2022)}</a>"
    table = {
        f"{HOST}/zwgk/002005/": "<a href='/zwgk/002005/002005003/'>县区</a>" + listing(23),
        child: item,
    }
    assert len(run(table, columns=LISTED).pages) == 2


def test_look_alikes_years_and_samples():
    more = f"<a href='{path(99)}'>样例市生态环境局2023年政府网站工作年度报表</a>"
    table = {f"{HOST}/zwgk/002005/": listing(23, 22, 21, more=more)}
    assert run(table, columns=LISTED).reasons == ["look_alike:website_form"]
    assert run(table, columns=LISTED, year=2022).found == found(22)
    assert run(table, columns=LISTED, years="2021-2022").found == found(21, 22)
    assert len(run(table, columns=LISTED, sample=2).pages) == 2


def test_one_article_at_several_addresses_is_fetched_once():
    twins = [path(23), f"/openDetailDynamic.html?infoid={name_of(23)}", f"/article.html?infoid={name_of(23).upper()}"]
    links = "".join(f"<li><a href='{href}'>{title(2023)}</a></li>" for href in twins)
    assert run({f"{HOST}/zwgk/002005/": links}, columns=LISTED).found == found(23)


# ---------------------------------------------------------------- lists by script


@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: value,
        lambda value: {"code": 200, "content": json.dumps(value)},
        lambda value: {"code": 200, "content": value},
        lambda value: {"result": json.dumps(value["result"])},
    ],
    ids=["plain", "wrapped", "object", "string"],
)
def test_a_scripted_column_is_read_from_the_service(wrap):
    service = Service(record(23, title(2023)), record(22, title(2022)), record(9, title(2021), "003001"), wrap=wrap)
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert result.found == found(22, 23)
    assert service.asked[0]["condition"][0]["equal"] == "002005"
    assert result.attempts == []


def test_the_category_is_read_from_address_or_page():
    service = Service(record(23, title(2023)))
    table = {f"{HOST}/zwgk/002005/list.html": "<ul></ul>", f"{HOST}/nb/": SCRIPTED, SERVICE: service}
    by_address = run(table, columns=[{"url": COLUMN + "list.html", "title": "年报"}])
    by_page = run(table, columns=[{"url": ROOT + "/nb/", "title": "年报"}])
    assert by_address.found == by_page.found == found(23)


def test_offsets_until_all_rows_are_read():
    service = Service(*[record(n, title(2000 + n % 25, f"样例市第{n}局")) for n in range(120)])
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert [question["pn"] for question in service.asked] == [0, 50, 100]
    assert {question["rn"] for question in service.asked} == {ROWS}
    assert len(result.pages) == 120
    assert len({page.url for page in result.lists}) == len(result.lists), "each answer is evidence of its own"


def test_a_server_that_gives_fewer_rows_than_asked_loses_none():
    class Dozen(Service):
        def __call__(self, request):
            asked = json.loads(request.body) | {"rn": 12}
            return super().__call__(
                type(request)(request.method, request.url, request.headers, json.dumps(asked).encode())
            )

    service = Dozen(*[record(n, title(2000 + n % 25, f"样例市第{n}局")) for n in range(40)])
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert [question["pn"] for question in service.asked] == [0, 12, 24, 36]
    assert len(result.pages) == 40


def test_more_rows_than_the_service_shows_are_asked_for_by_year():
    days = [f"{year}-01-12" for year in range(2018, 2024)]
    records = [record(n, title(2017 + n // 100, f"样例市第{n}局"), day=days[n // 100]) for n in range(600)]
    records.sort(key=lambda one: one["webdate"], reverse=True)
    service = Service(*records)
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert len(result.pages) == 600
    assert max(question["pn"] for question in service.asked) < CAP
    assert result.attempts == []


def test_a_year_that_is_capped_too_is_partial():
    records = [record(n, title(2022, f"样例市第{n}局"), day="2023-01-12") for n in range(700)]
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: Service(*records)}, columns=LISTED)
    assert [(one.outcome, one.reason) for one in result.attempts] == [("partial", "capped_list")]
    assert "700" in result.attempts[0].detail


def test_a_server_that_ignores_offsets_ends():
    class Deaf(Service):
        def __call__(self, request):
            asked = json.loads(request.body) | {"pn": 0, "time": None}
            return super().__call__(
                type(request)(request.method, request.url, request.headers, json.dumps(asked).encode())
            )

    service = Deaf(record(23, title(2023)), count=10_000)
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert result.found == found(23)
    assert len(service.asked) == 2


def test_marks_of_the_search_and_missing_addresses():
    marked = record(23, "样例市生态环境局2023年<em style='color:red'>政府信息公开</em>工作年度报告")
    bare = {
        "title": title(2022),
        "infoid": name_of(22),
        "infodate": "2023-01-12",
        "categorynum": "002005",
        "webdate": "",
    }
    lost = {"title": title(2021), "categorynum": "002005", "webdate": ""}
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: Service(marked, bare, lost)}, columns=LISTED)
    assert result.found == sorted([ROOT + path(23), f"{ROOT}/openDetailDynamic.html?infoid={name_of(22)}"])
    assert {(page.list_title, page.list_date) for page in result.pages} == {
        (title(2023), "2024-01-12"),
        (title(2022), "2023-01-12"),
    }


def test_news_in_the_margin_does_not_hide_that_the_list_is_scripted():
    news = f"<a href='{path(7, '001002')}'>市长调研重点项目</a>"
    service = Service(record(23, title(2023)))
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED + news, SERVICE: service}, columns=LISTED)
    assert result.found == found(23)


# ---------------------------------------------------------------- where the service answers


def test_the_older_path_is_tried_when_the_newer_is_missing():
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, HOST + PATHS[1]: Service(record(23, title(2023)))}, columns=LISTED)
    assert result.found == found(23)
    assert result.attempts == []


def test_a_row_that_names_the_path_is_believed():
    own = "/XZinterface/rest/esinteligentsearch/getFullTextDataNew"
    table = {f"{HOST}/zwgk/002005/": SCRIPTED, HOST + own: Service(record(23, title(2023)))}
    result = run(table, columns=LISTED, quirks={"full_text_path": own})
    assert result.found == found(23)
    assert not any(path in url for url in result.urls for path in PATHS)


def test_no_service_and_no_rows_is_told():
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED}, columns=LISTED)
    assert ("missing", "http_404") in {(one.outcome, one.reason) for one in result.attempts}
    assert result.spider.ledger.broken(result.spider.selection.portals) == [HOST]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "empty_answer"),
        (b"<!DOCTYPE html><html>login</html>", "html_for_json"),
        (b'{"result": {"totalcount": 3, "records": [{"title": "20', "broken_json"),
        ({"code": 200, "content": '{"result": {"records": ['}, "broken_json"),
        ({"code": 500, "msg": "JSON parse error"}, "odd_api_answer"),
        ({"code": 200, "content": "[1]"}, "odd_api_answer"),
        ({"result": {"totalcount": 0, "records": "none"}}, "odd_api_answer"),
        ([], "odd_api_answer"),
        ({"result": {"totalcount": 1_000_000, "records": [{}] * 1_000_000}}, "too_many_rows"),
        ({"result": {"totalcount": 0, "records": []}}, "empty_list"),
    ],
    ids=["empty", "html", "cut", "cut inside", "error", "list inside", "no list", "list", "million", "nothing"],
)
def test_odd_answers_are_attempts_not_errors(answer, reason):
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: answer}, columns=LISTED)
    assert ("unreadable", reason) in {(one.outcome, one.reason) for one in result.attempts}
    assert result.stats["finish_reason"] == "finished"
    assert result.pages == []


def test_a_time_out_is_unreachable():
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: DownloadTimeoutError("slow")}, columns=LISTED)
    assert ("unreachable", "timeout") in {(one.outcome, one.reason) for one in result.attempts}


def test_a_gate_is_recorded_and_left_alone():
    gate = FakeResponse(521, (("Content-Type", "text/html"),), b"<script>document.cookie='__jsl_clearance=1'</script>")
    result = run({f"{HOST}/zwgk/002005/": gate, SERVICE: Service(record(23, title(2023)))}, columns=LISTED)
    assert {(one.outcome, one.reason) for one in result.attempts} == {("blocked", "gate_521")}
    assert result.urls == [COLUMN]


# ---------------------------------------------------------------- no column is known


def test_titles_are_searched_and_the_home_page_too():
    service = Service(
        record(23, title(2023), "001002"),
        record(22, title(2022).replace("工作年度报告", "年报"), "001002"),
        record(21, f"《{title(2021)}》解读", "001002"),
        record(20, f"关于报送{title(2020)}的通知", "001002"),
    )
    table = {
        f"{HOST}/": "<a href='/zwgk/002005/'>政府信息公开年报</a>",
        f"{HOST}/zwgk/002005/": listing(19),
        SERVICE: service,
    }
    result = run(table)
    assert result.found == sorted([ROOT + path(23, "001002"), ROOT + path(22, "001002"), ROOT + path(19)])
    assert [question["wd"] for question in service.asked] == list(TITLES)
    assert {attempt.reason for attempt in result.attempts} == {"look_alike:interpretation", "look_alike:notice"}
    assert [(column.url, column.clicks) for column in result.columns] == [(COLUMN, 1)]


def test_a_row_that_says_little_on_the_home_page_is_opened_in_its_column():
    home = f"<a href='{path(23)}'>2023年度</a><a href='/zwgk/002005/'>政府信息公开年报</a>"
    column = f"<a href='{path(23)}'>2023年度</a>"
    assert run({f"{HOST}/": home, f"{HOST}/zwgk/002005/": column}).found == found(23)


def test_a_column_found_by_clicks_and_made_by_script_is_remembered_with_its_number():
    service = Service(record(23, title(2023)))
    table = {
        f"{HOST}/": "<a href='/zwgk/002005/'>政府信息公开年报</a>",
        f"{HOST}/zwgk/002005/": SCRIPTED,
        SERVICE: service,
    }
    result = run(table)
    assert result.found == found(23)
    service.asked.clear()
    other = Service(record(23, title(2023), "002005"))
    table[SERVICE] = lambda request: other(request) if b"categorynum" in request.body else None
    remembered = run(table).columns
    assert [(column.url, column.params) for column in remembered] == [(COLUMN, {"category": "002005"})]


def test_dynamic_articles_of_portals_that_need_a_browser_go_through_it():
    service = Service({"title": title(2023), "infoid": name_of(23), "categorynum": "002005", "webdate": ""})
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED, quirks={"render": True})
    rendered = [request for request in result.asked if "infoid=" in request.url]
    assert len(rendered) == 1
    assert len(result.pages) == 1


# ---------------------------------------------------------------- questions and addresses


def test_question():
    body = json.loads(Question(category="002005", year=2023, offset=50).body)
    assert (body["pn"], body["rn"], body["wd"]) == (50, ROWS, "")
    assert body["condition"][0]["equal"] == "002005"
    assert body["time"][0]["startTime"].startswith("2023-01-01")
    assert json.loads(Question(words='a"b').body)["wd"] == 'a"b'


def test_addresses():
    spider = EpointSpider()
    static = f"https://xuchang.gov.cn/zt/010034/010034003/20201225/{name_of(5)}.html"
    assert spider.is_article(static)
    assert spider.is_article(f"https://xxgk.shbsq.gov.cn/article.html?infoid={name_of(5)}")
    assert not spider.is_article("https://xxgk.shbsq.gov.cn/article.html?infoid=5")
    assert not spider.is_article("https://fushun.gov.cn/zwgk/002005/")
    assert spider.key(static) == spider.key(f"http://www.xuchang.gov.cn/openDetailDynamic.html?infoid={name_of(5)}")
    assert spider.neighbourhood(static).endswith("/zt/010034/010034003")


# ---------------------------------------------------------------- the demo country


def bare(url):
    return url.split("://", 1)[1].partition("?")[0]


@pytest.mark.parametrize("portal", ["sthjj.xuchang.gov.cn", "www.xuchang.gov.cn", "fushun.gov.cn"])
def test_the_country_gives_every_report_once_and_every_look_alike_is_refused(portal):
    land = country()
    result = crawl("epoint", land, portal=portal)
    got = [bare(page.url) for page in result.pages]
    assert len(got) == len(set(got))
    missing = [one.url for one in land.truth(portal) if not {bare(one.url), *map(bare, one.also)} & set(got)]
    assert missing == []
    refused = {attempt.evidence.get("title") for attempt in result.attempts if attempt.outcome == "refused"}
    wanted = {absence.title for absence in land.absences(portal) if absence.outcome == "refused" and absence.title}
    assert wanted <= refused


def test_the_country_by_year():
    land = country()
    result = crawl("epoint", land, portal="sthjj.xuchang.gov.cn", year=2022)
    assert [bare(page.url) for page in result.pages] == [
        bare(one.url) for one in land.truth("sthjj.xuchang.gov.cn") if one.year == 2022
    ]


def test_years_of_publication_reach_to_today():
    service = Service(count=10_000)
    service.records = tuple(record(n, title(2022, f"第{n}局")) for n in range(CAP + 1))
    run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    years = {int(question["time"][0]["startTime"][:4]) for question in service.asked if question["time"]}
    assert max(years) >= date.today().year


def test_a_service_that_fails_is_not_asked_for_every_title():
    result = run({SERVICE: DownloadTimeoutError("slow")})
    asked = [request for request in result.asked if request.method == "POST"]
    assert len({request.body for request in asked}) == 1
