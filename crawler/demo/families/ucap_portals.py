"""Who plays Ucap, and with which habits. Portals of tests: `make demo` does not know them.

`www.huaihua.gov.cn` (the folder is no page; static pages), `www.csrc.gov.cn` (a service of JSON; some articles answer
with the section's index, one has no page at all), `www.hlj.gov.cn` (a service that no page names; its total lies),
`www.nhc.gov.cn` (the first page for ever), `www.chinatax.gov.cn` and `www.hegang.gov.cn` (services of HTML),
`sjt.hunan.gov.cn` (POST), `www.sc.gov.cn` (a column a year, all departments in it), `www.xinjiang.gov.cn` (a page that
only points elsewhere; codes by year), `sthjt.xinjiang.gov.cn` (no channel in the page), `www.hrbdl.gov.cn` (two
shapes of articles).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crawler.demo.chrome import Look, crumbs, shell
from crawler.demo.entries import Entry, everyday, look_alikes
from crawler.demo.families.ucap import Column, Ucap, hexadecimal
from crawler.demo.families.ucap_agencies import AGENCIES, YEARS, entries
from crawler.demo.portal import Site, page
from crawler.demo.truth import Built


def portals() -> list[Built]:
    """All portals of the family."""
    return [
        _huaihua(), _csrc(), _heilongjiang(), _nhc(), _chinatax(), _hegang(), _hunan(), _sichuan(), _xinjiang(),
        _xinjiang_bureau(), _daoli(),
    ]  # fmt: skip


def _look(name: str, *menu: tuple[str, str]) -> Look:
    return Look(name, name, (("首页", "/"), *menu))


def _sorted(*groups: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted((entry for group in groups for entry in group), key=lambda entry: entry.day, reverse=True))


def _built(ucap: Ucap, agency: str, column: Column, strange: Sequence[Entry] = (), *, scheme: str = "https") -> Built:
    """One host with one column of reports, named on its home page."""
    site = Site(ucap.host, schemes=frozenset({"http"} if scheme == "http" else {"http", "https"}))
    ucap.mount(site)
    _home(site, ucap.look, column)
    built = Built(ucap.host, [site])
    found = [(f"{scheme}://{ucap.host}{column.article(entry)}", entry) for entry in column.rows]
    built.expect_entries(agency, [one for one in found if one[1].title not in column.pathless])
    built.refuse([entry.listed for entry in strange])
    return built


def _home(site: Site, look: Look, *columns: Column) -> None:
    boxes = "".join(f'<div class="box"><a href="{one.path}">{one.name}</a></div>' for one in columns)
    site.add("/", page(shell(look, look.name, crumbs(("首页", "/")) + boxes)))


def _huaihua() -> Built:
    host, agency = "www.huaihua.gov.cn", "431200-sthjj"
    strange = look_alikes("怀化市生态环境局", 2023)
    rows = _sorted(entries(agency), strange, everyday("怀化市", 26, date(2024, 3, 1), seed=host))
    column = Column("/sthjj/c100617/", "common_list.shtml", "政府信息公开年报", rows)
    news = Column("/sthjj/c100600/", "list.shtml", "通知公告", tuple(everyday("怀化市", 33, date(2026, 3, 1))))
    return _built(Ucap(_look("怀化市生态环境局"), host, (column, news)), agency, column, strange, scheme="http")


def _csrc() -> Built:
    host, agency = "www.csrc.gov.cn", "000000-zjh"
    reports = entries(agency)
    others = everyday("证券期货行业", 31, date(2025, 6, 1), seed=host)
    column = Column(
        "/csrc/c100028/", "common_zfxxgknb.shtml", "政府信息公开年报", _sorted(reports, others), shape="content",
        pager="service", a_page=18, silent=(reports[1].title, reports[4].title), pathless=(reports[5].title,),
    )  # fmt: skip
    built = _built(Ucap(_look("中国证券监督管理委员会"), host, (column,)), agency, column, scheme="http")
    only = reports[5]
    assert only.report is not None  # noqa: S101 - for the type checker: entries() holds reports alone
    number = hexadecimal(column.article(only))[:8]
    built.expect(agency, f"http://{host}/searchList/{column.channel}#{number}", only.report)
    return built


def _heilongjiang() -> Built:
    host, agency = "www.hlj.gov.cn", "230000-zf"
    strange = look_alikes("黑龙江省", 2022)
    others = everyday("黑龙江省", 20, date(2023, 6, 1), seed=host)
    column = Column(
        "/hlj/c108463/", "zfxxgk.shtml", "政府信息公开年报", _sorted(entries(agency), others, strange), shape="number",
        pager="service", named=False, a_page=10,
    )  # fmt: skip
    ucap = Ucap(_look("黑龙江省人民政府"), host, (column,), service="/common/search/", said_total=10)
    return _built(ucap, agency, column, strange)


def _nhc() -> Built:
    host, agency = "www.nhc.gov.cn", "000000-wjw"
    column = Column(
        "/wjw/xxgknb/", "list.shtml", "政府信息公开工作年度报告", tuple(entries(agency)), pager="service", a_page=24
    )
    ucap = Ucap(_look("国家卫生健康委员会"), host, (column,), service="/search/", said_total=31, turns=False)
    return _built(ucap, agency, column, scheme="http")


def _chinatax() -> Built:
    host, agency = "www.chinatax.gov.cn", "000000-swzj"
    others = everyday("税务系统", 34, date(2024, 9, 1), seed=host)
    column = Column(
        "/chinatax/n810214/n810641/n810760/", "index.html", "政府信息公开年报", _sorted(entries(agency), others),
        shape="content", kind="html", pager="service", meta=False, a_page=20,
    )  # fmt: skip
    ucap = Ucap(_look("国家税务总局"), host, (column,), service="/chinatax/manuscriptList/", form="html")
    return _built(ucap, agency, column)


def _hegang() -> Built:
    host, agency = "www.hegang.gov.cn", "230400-zf"
    others = everyday("鹤岗市", 35, date(2024, 9, 1), seed=host)
    column = Column(
        "/hegang/c100345/", "xxgk_nb.shtml", "政府信息公开年报", _sorted(entries(agency), others), pager="service",
        a_page=20,
    )  # fmt: skip
    ucap = Ucap(
        _look("鹤岗市人民政府"), host, (column,), service="/es-search/search/", form="html", template="ucap/list_ejs"
    )
    return _built(ucap, agency, column)


def _hunan() -> Built:
    host, agency = "sjt.hunan.gov.cn", "430000-sjt"
    others = everyday("湖南省审计系统", 18, date(2024, 9, 1), seed=host)
    column = Column(
        "/sjt/xxgk/xxgknb/", "common_list.shtml", "政府信息公开年报", _sorted(entries(agency), others), pager="service"
    )
    ucap = Ucap(_look("湖南省审计厅"), host, (column,), service="/hunan/list/search/", form="coded")
    return _built(ucap, agency, column, scheme="http")


def _sichuan() -> Built:
    """Its province's departments in one column a year, which names the others in its menu."""
    host, bodies = "www.sc.gov.cn", ("510000-sthjt", "510000-czt")
    menu = tuple((f"/10462/{year}nb/xxgknbs.shtml", f"{year}年") for year in YEARS)
    columns, built = [], Built(host)
    for year in YEARS:
        rows = _sorted(*(entries(agency, [year]) for agency in bodies))
        column = Column(f"/10462/{year}nb/", "xxgknbs.shtml", f"{year}年度", rows, shape="day", children=menu)
        columns.append(column)
        for agency in bodies:
            mine = [entry for entry in rows if entry.source == AGENCIES[agency].name]
            built.expect_entries(agency, [(f"https://{host}{column.article(entry)}", entry) for entry in mine])
    look = _look("四川省人民政府", ("政府信息公开年报", "/10462/2025nb/xxgknbs.shtml"))
    site = Site(host)
    Ucap(look, host, columns).mount(site)
    _home(site, look)
    built.sites.append(site)
    return built


def _xinjiang() -> Built:
    """`jump.shtml` only points to the newest year's column; codes say nothing of years."""
    host, agency = "www.xinjiang.gov.cn", "650000-zf"
    codes = {year: f"/xinjiang/c{116116 - 37 * at}/" for at, year in enumerate(YEARS)}
    menu = tuple((f"{folder}zfxxgk_gknbz.shtml", f"{year}年") for year, folder in codes.items())
    built, columns = Built(host), []
    for year, folder in codes.items():
        column = Column(folder, "zfxxgk_gknbz.shtml", f"{year}年", tuple(entries(agency, [year])), children=menu)
        columns.append(column)
        built.expect_entries(agency, [(f"https://{host}{column.article(entry)}", entry) for entry in column.rows])
    look = _look("新疆维吾尔自治区人民政府", ("政府信息公开年报", "/xinjiang/xxgknb/jump.shtml"))
    site = Site(host)
    Ucap(look, host, columns).mount(site)
    _home(site, look)
    jump = f'<html><head><script>window.location.href="{menu[0][0]}";</script></head><body></body></html>'
    site.add("/xinjiang/xxgknb/jump.shtml", page(jump))
    built.sites.append(site)
    return built


def _xinjiang_bureau() -> Built:
    host, agency = "sthjt.xinjiang.gov.cn", "650000-sthjt"
    column = Column(
        "/xjepd/c101935/", "zfxxgkMultiList.shtml", "部门信息公开年度报告", tuple(entries(agency)), pager="service",
        meta=False, named=False, a_page=5,
    )  # fmt: skip
    return _built(Ucap(_look("新疆维吾尔自治区生态环境厅"), host, (column,)), agency, column)


def _daoli() -> Built:
    host, agency = "www.hrbdl.gov.cn", "230102-zf"
    newer, older = entries(agency, range(2025, 2021, -1)), entries(agency, range(2021, 2018, -1))
    old = Column("/hebdlq/C112290/", "common_list.shtml", "往年年报", tuple(older), shape="year")
    new = Column(
        "/hebdlq/c112289c/", "common_list.shtml", "政府信息公开年报", tuple(newer), shape="c01", a_page=2,
        children=((old.path, "2021年以前年报"),),
    )  # fmt: skip
    built = _built(Ucap(_look("哈尔滨市道里区人民政府"), host, (new, old)), agency, new, scheme="http")
    built.expect_entries(agency, [(f"http://{host}{old.article(entry)}", entry) for entry in old.rows])
    return built
