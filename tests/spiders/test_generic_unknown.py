"""The search on portals of software that no family knows: hidden menus, odd addresses, traps; and the second path."""

from __future__ import annotations

import re

import pytest

from crawler.demo.portal import FakeRequest, FakeResponse, page
from spiders.ways import MAX_STEPS
from tests.spiders.crawl import crawl, pages, row

HOST = "www.yangli.gov.cn"
HOME = f"http://{HOST}/"
NAME = "广州市样例局"
BODY = "".join(
    f"<h3>{number}、{name}</h3><p>样例局依法公开有关信息若干条，没有发生其他情况。</p>"
    for number, name in zip(
        "一二三四五六",
        [
            "总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况",
            "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项",
        ],
        strict=True,
    )
)  # fmt: skip
YEARS = range(2025, 2018, -1)
OTHERS = [
    "2023年法治政府建设年度报告", "2023年政府网站工作年度报表", "2023年政府工作报告", "政府信息公开指南",
    "2023年规划总结", "《广州市样例局2023年政府信息公开工作年度报告》解读",
]  # fmt: skip


def report(year):
    name = f"{NAME}{year}年政府信息公开工作年度报告"
    return f"<html><head><title>{name}</title></head><body><h1>{name}</h1>{BODY}</body></html>"


def door(*links):
    inner = "".join(one if one.startswith("<") else f'<a href="{one.split()[0]}">{one.split()[1]}</a>' for one in links)
    return f"<html><head><title>样例局</title></head><body><div>{inner}</div></body></html>"


def listing(rows, tail="", head="样例局"):
    inner = "".join(f'<li><a href="{href}">{name}</a><span>2024-01-15</span></li>' for href, name in rows)
    return f"<html><head><title>{head}</title></head><body><ul>{inner}</ul>{tail}</body></html>"


def titled(years, address, title=NAME + "{}年政府信息公开工作年度报告"):
    return [(address.format(year), title.format(year)) for year in years]


def search(table, family="generic", **arguments):
    fields = {key: arguments.pop(key) for key in ("columns", "floor", "hosts", "sample_urls") if key in arguments}
    rows = [row(HOST, family, oldest_year=2019, **fields)]
    answers = table if callable(table) else pages(table)
    return crawl(family, answers, rows=rows, portal=HOST, **arguments)


def years(result):
    return sorted(int(re.search(r"20\d\d", page_title(one))[0]) for one in result.pages)


def page_title(one):
    return re.search(r"<h1>(.*?)</h1>", one.body.decode())[1]


# ---------------------------------------------------------------------- addresses that no family has

ADDRESSES = {
    "a plain number": ("/xx/nb/", "/xx/nb/77{}.html"),
    "a number in a name": ("/gk/list.html", "/xxgk-show-10{}.html"),
    "a folder of its own": ("/bm/45/", "/bm/45/content_88{}"),
    "a script with an id": ("/list.aspx?cid=9", "/detail.aspx?cid=9&id=3{}"),
    "a word and a number": ("/gov/pub/list/12", "/gov/pub/description/5{}.html"),
    "contents": ("/column/77/", "/contents/77/2{}.html"),
    "jhtml": ("/zfxxgknb/index.jhtml", "/zfxxgknb/2496{}.jhtml"),
    "no shape at all": ("/zl/nb", "/zl/nb/r{}"),
    "a mirror of old software": ("/plus/list.php?tid=22", "/plus/view.php?aid=19{}"),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_lists_of_any_address_are_read(name):
    column, address = ADDRESSES[name]
    rows = [*titled(YEARS, address), *((address.format(900 + at), other) for at, other in enumerate(OTHERS))]
    table = {
        HOME: door("/zwgk/ 政务公开", "/xw/ 新闻"),
        f"{HOST}/zwgk/": door(f"{column} 政府信息公开年报"),
        f"http://{HOST}{column}": listing(rows),
    } | {f"http://{HOST}{address.format(year)}": report(year) for year in YEARS}
    result = search(table)
    assert years(result) == sorted(YEARS)
    assert len(result.urls) <= 3 + len(YEARS) + 2
    assert [one for one in result.reasons if one.startswith("look_alike")] != []
    assert [(one.url, one.clicks) for one in result.columns] == [(f"http://{HOST}{column}", 2)]


PAGERS = {
    "numbered links": ('<a href="p{n}.html">{n}</a>', "/nb/p{n}.html"),
    "next": ('<a href="more{n}.html">下一页</a>', "/nb/more{n}.html"),
    "a query": ('<a href="?page={n}">{n}</a>', "/nb/?page={n}"),
    "onclick": ("""<a href="javascript:void(0)" onclick="go('list_{n}.html')">{n}</a>""", "/nb/list_{n}.html"),
    "createPageHTML": ("<script>createPageHTML(3, {m}, 'index', 'html');</script>", "/nb/index_{m}.html"),
}


@pytest.mark.parametrize("name", PAGERS)
def test_lists_are_turned_by_whatever_turns_them(name):
    link, address = PAGERS[name]
    table = {HOME: door("/nb/ 信息公开年报")}
    for number, chunk in enumerate([(2025, 2024), (2023, 2022), (2021, 2020)], 1):
        here = "/nb/" if number == 1 else address.format(n=number, m=number - 1)
        shown = number if "create" in name else number + 1
        tail = link.format(n=shown, m=number - 1) if number < 3 or "create" in name else ""
        table[f"http://{HOST}{here}"] = listing(titled(chunk, "/nb/77{}.html"), tail)
        table |= {f"http://{HOST}/nb/77{year}.html": report(year) for year in chunk}
    assert years(search(table)) == [2020, 2021, 2022, 2023, 2024, 2025]


def test_rows_that_only_say_a_year_are_opened_and_must_be_reports():
    rows = [("/nb/772023.html", "2023年"), ("/nb/772022.html", "2022年度"), ("/nb/772021.html", "2021年")]
    table = {HOME: door("/nb/ 政府信息公开年报"), f"{HOST}/nb/": listing(rows)}
    table |= {f"{HOST}/nb/772023.html": report(2023), f"{HOST}/nb/772022.html": "<html><h1>2022年度预算</h1></html>"}
    table |= {f"{HOST}/nb/772021.html": report(2021)}
    result = search(table)
    assert years(result) == [2021, 2023]
    assert "look_alike:no_report_in_page" in result.reasons


def test_a_column_page_that_is_the_report_itself():
    table = {HOME: door("/nb/ 政府信息公开年报"), f"{HOST}/nb/": report(2024)}
    assert years(search(table)) == [2024]


CALL = """<script>$.ajax({url:"/api/list",type:"get",data:{columnId:"12",pageNo:1,pageSize:20}})</script>"""


@pytest.mark.parametrize("address", ["/nb/77{}.html", "/nb/r{}"], ids=["an article's shape", "no shape"])
def test_a_list_that_a_service_answers(address):
    records = [
        {"id": str(at), "pubDate": f"{year + 1}-01-15", "title": title, "url": href}
        for at, (year, (href, title)) in enumerate(zip(YEARS, titled(YEARS, address), strict=True), 3000)
    ]
    records.append({"id": "2999", "title": OTHERS[0], "url": address.format(999)})
    table = {HOME: door("/nb/ 政府信息公开年报"), f"{HOST}/nb/": listing([], CALL)}
    table |= {f"{HOST}/api/list": {"code": 0, "data": {"total": 8, "rows": records}}}
    table |= {f"http://{HOST}{address.format(year)}": report(year) for year in YEARS}
    result = search(table)
    assert years(result) == sorted(YEARS)
    assert result.reasons == ["look_alike:rule_of_law"]


# ---------------------------------------------------------------------- menus that hide

MENUS = {
    "a frame": [door('<iframe src="/menu.html"></iframe>'), door("/nb/ 政府信息公开年报")],
    "a frameset": [
        "<html><frameset cols='20,*'><frame src='/menu.html'><frame src='/main.html'></frameset></html>",
        door("/nb/ 政府信息公开年报"),
    ],
    "a picture": [door('<a href="/nb/"><img src="/a.gif" alt="政府信息公开年报"></a>')],
    "an image map": [door('<map><area href="/nb/" alt="政府信息公开年度报告"></map>')],
    "onclick": [door("""<li onclick="window.open('/nb/')">政府信息公开年报</li>""")],
    "a call": [door("""<a href="javascript:openUrl('/nb/')">政府信息公开年报</a>""")],
    "a select": [door('<select><option value="/nb/">信息公开年报</option></select>')],
    "a script": [
        door("<script>var menu=[{name:'政府信息公开年报',url:'/zfxxgknb/'},{name:'新闻',url:'/xwzx/'}];</script>")
    ],
    "a written menu": [door("""<script>document.write('<a href="/nb/">政府信息公开年报</a>');</script>""")],
    "a signpost": ["<html><script>location.href='/menu.html';</script></html>", door("/nb/ 政府信息公开年报")],
    "a word in the address": [door('<a href="/zfxxgknb/"><img src="/x.gif"></a>')],
    "a page that names itself": [door("/menu.html 公开专栏"), door("/nb/ 历年")],
}


@pytest.mark.parametrize("name", MENUS)
def test_menus_that_hide(name):
    home, *menu = MENUS[name]
    column = listing(titled([2024, 2023], "/nb/77{}.html"), head="政府信息公开年报")
    table = {HOME: home, f"{HOST}/nb/": column, f"{HOST}/zfxxgknb/": column}
    table |= {f"{HOST}/menu.html": menu[0]} if menu else {}
    table |= {f"{HOST}/nb/77{year}.html": report(year) for year in (2024, 2023)}
    assert years(search(table)) == [2023, 2024]


def test_the_name_of_a_wanted_body_leads_on():
    bodies = [f"/bm/{n}/ 样例{n}局" for n in range(40)]
    table = {HOME: door("/zwgk/ 部门信息公开"), f"{HOST}/zwgk/": door(*bodies, "/bm/own/ 样例局")}
    table |= {f"{HOST}/bm/own/": listing(titled(YEARS, "/bm/own/77{}.html"))}
    table |= {f"{HOST}/bm/own/77{year}.html": report(year) for year in YEARS}
    result = search(table)
    assert years(result) == sorted(YEARS)
    assert len(result.urls) <= 3 + len(YEARS) + 4


def test_a_home_page_that_is_gone_is_no_end_where_the_row_knows_a_page():
    table = {f"{HOST}/xx/772020.html": door("/nb/ 政府信息公开年报")}
    table |= {f"{HOST}/nb/": listing(titled([2024], "/nb/77{}.html")), f"{HOST}/nb/772024.html": report(2024)}
    assert years(search(table, sample_urls=[f"http://{HOST}/xx/772020.html"])) == [2024]


def test_a_home_page_that_answers_in_the_other_scheme_only():
    table = {HOME.replace("http:", "https:"): door("/nb/ 政府信息公开年报")}
    table |= {f"https://{HOST}/nb/": listing(titled([2024], "/nb/77{}.html"))}
    assert years(search(table | {f"https://{HOST}/nb/772024.html": report(2024)})) == [2024]


def test_an_article_shows_the_column_that_its_home_page_hides():
    table = {HOME: door("/xx/772020.html 2020年工作要点", "/xx/772019.html 会议召开")}
    table |= {f"{HOST}/xx/772019.html": door("/nb/ 政府信息公开年报")}
    table |= {f"{HOST}/nb/": listing(titled([2024], "/nb/77{}.html")), f"{HOST}/nb/772024.html": report(2024)}
    assert years(search(table)) == [2024]


def test_other_hosts_are_never_asked():
    names = ["http://www.other.gov.cn/nb/ 政府信息公开年报", "http://sub.yangli.gov.cn/nb/ 政府信息公开年报"]
    table = {HOME: door(*names)}
    table |= {"sub.yangli.gov.cn/nb/": listing(titled([2024], "/nb/77{}.html"))}
    table |= {"sub.yangli.gov.cn/nb/772024.html": report(2024)}
    assert {one.split("/")[2] for one in search(table).urls} == {HOST}
    allowed = search(table, hosts=[HOST, "sub.yangli.gov.cn"])
    assert years(allowed) == [2024]
    assert {one.split("/")[2] for one in allowed.urls} == {HOST, "sub.yangli.gov.cn"}


# ---------------------------------------------------------------------- traps


def maze(request: FakeRequest) -> FakeResponse:
    """Every page links ten new ones that all speak of disclosure."""
    links = [f"{request.path.rstrip('/')}/{n}/ 政府信息公开{n}" for n in range(10)]
    return page(door(*links))


def sessions(request: FakeRequest) -> FakeResponse:
    """Each visit has a number of its own in every address."""
    sessions.count += 1
    mark, stamp = f";jsessionid=ABCDEF{sessions.count:026d}", f"_t=17{sessions.count:011d}"
    return page(door(f"/zwgk/{mark}?{stamp} 政务公开", f"/xxgk/{mark} 政府信息公开", f"/{mark} 信息公开"))


sessions.count = 0


def calendar(request: FakeRequest) -> FakeResponse:
    """A column of reports with a calendar: a link to every month that there ever was."""
    number = int((re.findall(r"month=(\d+)", request.url) or ["0"])[0])
    links = f'<a href="/nb/?month={number + 1}">下一页</a><a href="/nb/?month={number + 2}">{number + 2}</a>'
    rows = [(f"/nb/77{number:06d}{at}.html", f"样例局第{number}月第{at}次会议") for at in range(5)]
    return page(door("/nb/ 政府信息公开年报") if request.path == "/" else listing(rows, links))


def years_without_end(request: FakeRequest) -> FakeResponse:
    """Below each year of a column stand all years."""
    links = [f"{request.path.rstrip('/')}/{year}n/ {year}年" for year in YEARS]
    return page(door("/zfxxgknb/ 政府信息公开年报") if request.path == "/" else door(*links))


def repeated(request: FakeRequest) -> FakeResponse:
    """A list without an end that shows the same row on each page."""
    number = int((re.findall(r"page=(\d+)", request.url) or ["1"])[0])
    if "77" in request.path:
        return page(report(2024))
    body = listing(titled([2024], "/nb/77{}.html"), f'<a href="/nb/?page={number + 1}">下一页</a>')
    return page(door("/nb/ 政府信息公开年报") if request.path == "/" else body)


def circle(request: FakeRequest) -> FakeResponse:
    """Two pages that lead to each other, by frames and by scripts."""
    there = "/b.html" if "a.html" in request.path else "/a.html"
    return page(f"<html><iframe src='{there}'></iframe><script>location.href='{there}'</script></html>")


@pytest.mark.parametrize(
    ("trap", "most"),
    [(maze, MAX_STEPS + 4), (sessions, 8), (calendar, 14), (years_without_end, 160), (repeated, 6), (circle, 6)],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_traps_end(trap, most):
    sessions.count = 0
    result = search(trap)
    assert len(result.urls) <= most, result.urls[:30]
    assert {one.body for one in result.pages} <= {report(2024).encode()}


# ---------------------------------------------------------------------- the second path

WRONG = {"url": f"{HOME}old/", "title": "政府信息公开年报"}


def moved_portal():
    """A portal of a family that moved to other software: its row's column is an empty page."""
    table = {HOME: door('<a href="/nb/"><img src="/a.gif" alt="信息公开年报"></a>'), f"{HOST}/old/": door()}
    table |= {f"{HOST}/nb/": listing(titled(YEARS, "/nb/show_77{}.html"))}
    return table | {f"{HOST}/nb/show_77{year}.html": report(year) for year in YEARS}


@pytest.mark.parametrize("family", ["trs", "vsb", "hanweb", "ucap", "gkmlpt", "epoint", "longxun", "henan"])
def test_a_row_whose_column_gives_nothing_is_searched_once_more(family):
    result = search(moved_portal(), family, columns=[WRONG])
    assert years(result) == sorted(YEARS)
    assert {one.via for one in result.pages} == {"generic"}
    said = [one for one in owed(result) if one.reason == "second_path"]
    assert [(one.portal_id, one.outcome) for one in said] == [(HOST, "partial")]
    assert "family " + family in said[0].detail


def owed(result):
    return [*result.spider.ledger.closing_attempts(result.spider.selection.portals)]


def test_a_setting_turns_it_off():
    result = search(moved_portal(), "vsb", columns=[WRONG], settings={"SECOND_PATH": False})
    assert result.pages == []
    assert "second_path" not in {one.reason for one in owed(result)}


def test_a_portal_below_its_floor_keeps_what_its_own_path_found():
    table = moved_portal() | {f"{HOST}/old/": listing([("/info/1/2.htm", f"{NAME}2024年政府信息公开工作年度报告")])}
    table |= {f"{HOST}/info/1/2.htm": report(2024)}
    satisfied = search(table, "vsb", columns=[WRONG], floor=1)
    assert [(one.url, one.via) for one in satisfied.pages] == [(f"{HOME}info/1/2.htm", "")]
    assert "second_path" not in {one.reason for one in owed(satisfied)}
    result = search(table, "vsb", columns=[WRONG], floor=5)
    assert {one.via for one in result.pages} == {"", "generic"}
    assert len(result.found) == len(set(result.found)) == 1 + len(YEARS)
    assert [one.reason for one in owed(result)].count("second_path") == 1


def test_a_portal_that_refuses_is_not_asked_again():
    def shut(request: FakeRequest) -> FakeResponse:
        return page("<html><script r='m'>$_ts.nsd=61766;</script></html>", status=412)

    result = search(shut, "trs", columns=[WRONG])
    assert "second_path" not in {one.reason for one in owed(result)}
    assert len(set(result.urls)) == 1


def test_a_year_without_a_row_is_no_reason_to_search():
    rows = listing([("t20250115_1.html", f"{NAME}2024年政府信息公开工作年度报告")])
    result = search({HOME: door(), f"{HOST}/old/": rows}, "trs", columns=[WRONG], year=2019)
    assert "second_path" not in {one.reason for one in owed(result)}


def test_a_sample_of_an_unknown_portal():
    assert len(search(moved_portal(), sample=3).pages) == 3


# ---------------------------------------------------------------------- no intent without an attempt


def test_two_rows_that_redirect_to_one_page_leave_an_attempt():
    def moved(request: FakeRequest) -> FakeResponse:
        return FakeResponse(302, (("Location", "/zwgk/t20250115_9.html"),), b"")

    names = [f"{NAME}{year}年政府信息公开工作年度报告" for year in (2024, 2023)]
    rows = [("t20250115_1.html", names[0]), ("t20240115_2.html", names[1])]
    table = {f"{HOST}/old/": listing(rows), f"{HOST}/zwgk/t20250115_9.html": report(2024), HOME: door()}
    table |= {f"{HOST}/old/t20250115_1.html": moved, f"{HOST}/old/t20240115_2.html": moved}
    result = search(table, "trs", columns=[WRONG])
    assert years(result) == [2024]
    lost = [one for one in owed(result) if one.reason == "same_page"]
    assert len(lost) == 1
    assert {lost[0].url, *result.urls} >= {f"{HOME}old/t20240115_2.html", f"{HOME}old/t20250115_1.html"}
    assert lost[0].year in {2023, 2024}
    assert lost[0].evidence["page"] == f"{HOME}zwgk/t20250115_9.html"
