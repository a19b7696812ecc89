"""Epoint's spider on fake portals: columns, uuid articles, the full-text service with its offsets and its oddities."""

from __future__ import annotations

import json
import uuid

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.demo.country import country
from spiders.epoint import EpointSpider
from spiders.fulltext import CAP, PATHS, TITLES
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


def test_a_service_that_fails_is_not_asked_for_every_title():
    result = run({SERVICE: DownloadTimeoutError("slow")})
    asked = [request for request in result.asked if request.method == "POST"]
    assert len({request.body for request in asked}) == 1
