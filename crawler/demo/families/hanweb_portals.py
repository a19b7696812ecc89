"""Who plays Hanweb's three systems, and with which habits. Portals of tests: `make demo` does not know them.

Older columns: `www.jiangsu.gov.cn` (a column a year, dates over several lines), `www.yancheng.gov.cn` (array of
strings, twins on `wap.`), `hbj.hg.gov.cn` (no row in the page, POST alone), `www.shandong.gov.cn` (rows in the markup,
an empty service), `www.nhsa.gov.cn` (ciphers, deep groups empty), `www.lishui.gov.cn` (twins in words and pictures).
Newer columns: `sthjt.zj.gov.cn` (found from its home page), `peace.jingjiang.gov.cn` (year columns in a menu that the
service builds), `www.huaian.gov.cn` (long addresses, a pager of another kind), `www.miit.gov.cn` (asks for Referer),
`www.hangzhou.gov.cn` (answers the first page for ever), `www.yantai.gov.cn` (its list has no name).
The module: `www.wenshang.gov.cn` (404), `js.dl.gov.cn` (an empty frame), `www.longyou.gov.cn` (the newest report again;
its organisations stand on its home page), `www.wenzhou.gov.cn` (the same reports in a column too), `www.nmg.gov.cn`
(a list of the module's catalogue).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from crawler.demo.chrome import Look, crumbs, shell
from crawler.demo.entries import Entry, everyday, look_alikes
from crawler.demo.families.hanweb import SERVICE, BuiltColumn, JcmsColumn, Rows, Service
from crawler.demo.families.hanweb_agencies import AGENCIES, YEARS, entries
from crawler.demo.families.hanweb_module import MODULE, Catalogue, Module
from crawler.demo.portal import FakeRequest, FakeResponse, Site, moved, page
from crawler.demo.truth import Built


def portals() -> list[Built]:
    """All portals of the family."""
    return [
        _jiangsu(), _yancheng(), _huanggang(), _shandong(), _nhsa(), _lishui(), _zhejiang(), _jingjiang(), _huaian(),
        _miit(), _hangzhou(), _yantai(), _wenshang(), _dalian(), _longyou(), _wenzhou(), _neimenggu(),
    ]  # fmt: skip


def _look(name: str, *menu: tuple[str, str]) -> Look:
    return Look(name, name, (("首页", "/"), *menu))


def _numbered(first: int, *groups: Sequence[Entry]) -> Rows:
    """All entries newest first, with article ids."""
    every = sorted((entry for group in groups for entry in group), key=lambda entry: entry.day, reverse=True)
    return tuple((first - at * 137, entry) for at, entry in enumerate(every))


def _home(site: Site, look: Look, *links: tuple[str, str]) -> None:
    boxes = "".join(f'<div class="box"><a href="{path}">{name}</a></div>' for path, name in links)
    site.add("/", page(shell(look, look.name, crumbs(("首页", "/")) + boxes)))


def _expect(
    built: Built, agency: str, column: JcmsColumn | BuiltColumn, base: str, *, rows: Rows | None = None
) -> None:
    found = column.rows if rows is None else rows
    built.expect_entries(agency, [(f"{base}{column.article(number, entry)}", entry) for number, entry in found])


# ---------------------------------------------------------------------- older columns


def _jiangsu() -> Built:
    """A parent column with one column a year; look-alikes and everyday articles beside the reports; broken dates."""
    host, agency = "www.jiangsu.gov.cn", "320000-zf"
    built, site, look = (
        Built(host),
        Site(host),
        _look("江苏省人民政府", ("政府信息公开年报", "/col/col84241/index.html")),
    )
    strange = look_alikes("江苏省", 2023)
    notices = JcmsColumn(59348, 200011, "通知公告", _numbered(990_000, everyday("江苏省", 120, date(2026, 1, 5))))
    children = []
    for at, year in enumerate(YEARS):
        others = everyday("江苏省", 70, date(year + 1, 6, 1), seed=str(year)) if year == 2024 else []
        rows = _numbered(11_000_000 + year * 1000, entries(agency, [year]), others, strange if year == 2023 else [])
        column = JcmsColumn(
            93261 - at * 713, 356383 + at, f"{year}年", rows, a_page=20, group=1, broken_dates=True,
            aside=notices if year == 2024 else None,
        )  # fmt: skip
        column.mount(site, look)
        children.append((f"{column.path}index.html", column.name))
        _expect(built, agency, column, f"https://{host}")
    notices.mount(site, look)
    JcmsColumn(84241, 1, "政府信息公开年报", form="hollow", children=children).mount(site, look)
    _home(site, look, ("/col/col84241/index.html", "政府信息公开年报"))
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built


def _yancheng() -> Built:
    """An array of strings, 25 a page; http alone; every article also on `wap.`, to which the list links."""
    host, agency = "www.yancheng.gov.cn", "320900-sthjj"
    built, look = Built(host), _look("盐城市人民政府")
    rows = _numbered(3_955_242, entries(agency), everyday("盐城市", 110, date(2024, 5, 1), seed=host))
    column = JcmsColumn(33704, 49468, "信息公开年报", rows, web=60, form="array", a_page=25, group=3)
    hosts = [Site(host, schemes=frozenset({"http"})), Site(f"wap.{host[4:]}", schemes=frozenset({"http"}))]
    for site in hosts:
        column.mount(site, look)
    # The home page also shows the newest report, at its address on the host for telephones.
    newest = next(f"http://wap.{host[4:]}{column.article(*row)}" for row in rows if row[1].report)
    _home(hosts[0], look, ("/col/col33704/index.html", "信息公开年报"), (newest, "年报"))
    built.sites += hosts
    for number, entry in rows:
        if entry.report:
            path = column.article(number, entry)
            built.expect(agency, f"http://{host}{path}", entry.report, f"http://wap.{host[4:]}{path}")
    return built


def _huanggang() -> Built:
    """No row in the page; the service of an older path answers POST alone."""
    host, agency = "hbj.hg.gov.cn", "421100-sthjj"
    built, site, look = Built(host), Site(host), _look("黄冈市生态环境局")
    rows = _numbered(1_557_103, entries(agency), everyday("黄冈市", 60, date(2023, 2, 1), seed=host))
    column = JcmsColumn(
        12301, 7733, "年度报告", rows, form="hollow", proxy="/module/jslib/jquery/jpage/dataproxy.jsp", verbs=("POST",)
    )
    column.mount(site, look)
    _home(site, look, ("/col/col12301/index.html", "年度报告"))
    built.sites.append(site)
    _expect(built, agency, column, f"http://{host}")
    return built


def _shandong() -> Built:
    """All rows in the markup; the service exists and answers nothing; the column's address names an organisation."""
    host, agency = "www.shandong.gov.cn", "370000-zf"
    built, site, look = Built(host), Site(host), _look("山东省人民政府")
    column = JcmsColumn(315154, 500123, "政府信息公开年报", _numbered(40_315_154, entries(agency)), form="static")
    column.mount(site, look)
    _home(site, look, ("/col/col315154/index.html?vc_xxgkarea=113700000045022274&jh=264", "政府信息公开年报"))
    built.sites.append(site)
    _expect(built, agency, column, f"http://{host}")
    return built


def _nhsa() -> Built:
    """Ciphers in the next group's address; the fourth group is empty, so that the oldest reports are out of reach."""
    host, agency = "www.nhsa.gov.cn", "000000-ybj"
    built, site, look = Built(host), Site(host), _look("国家医疗保障局")
    others = [everyday("全国医保系统", 6, date(year + 1, 4, 20), seed=f"{year}") for year in YEARS]
    rows = _numbered(24_120, entries(agency), *others)
    column = JcmsColumn(37, 4281, "政府信息公开年报", rows, form="cipher", a_page=4, group=3, first_group=1, deepest=3)
    column.mount(site, look)
    _home(site, look, ("/col/col37/index.html", "政府信息公开年报"))
    built.sites.append(site)
    _expect(built, agency, column, f"http://{host}", rows=rows[:36])
    for _, entry in rows[36:]:
        if entry.report:
            built.lacks(agency, entry.report.year)
    return built


def _lishui() -> Built:
    """Each report in words (文字) and as a picture (图解版), and an explanation beside it."""
    host, agency = "www.lishui.gov.cn", "331100-lyj"
    built, site, look = Built(host), Site(host), _look("丽水市人民政府")
    words = [replace(one, row_title=f"【文字】{one.title}") for one in entries(agency)]
    drawn = "<p><img src='/picture/0/2501171.jpg'></p>"
    pictures = [Entry(f"【图解版】{one.title}", one.day, drawn, source=one.source) for one in words]
    told = [Entry("【点击查看解读】", one.day, "<p>一图读懂。</p>", source=one.source) for one in words]
    strange = look_alikes("丽水市林业局", 2022)
    column = JcmsColumn(1229850027, 6101313, "年度报告", _numbered(97_998, words, pictures, told, strange), web=3095)
    column.mount(site, look)
    _home(site, look, ("/col/col1229850027/index.html", "政府信息公开年度报告"))
    built.sites.append(site)
    _expect(built, agency, column, f"https://{host}")
    built.refuse([entry.listed for entry in (*pictures, *strange)])
    return built


# ---------------------------------------------------------------------- newer columns


def _serve(site: Site, *columns: BuiltColumn, strict: bool = False) -> None:
    site.add(SERVICE, Service(columns, strict))


def _zhejiang() -> Built:
    """`/col/col…/` built by the service, articles by 32 hex digits below it; found from the home page in two clicks."""
    host, agency = "sthjt.zj.gov.cn", "330000-sthjt"
    built, site, look = Built(host), Site(host), _look("浙江省生态环境厅")
    strange = look_alikes("浙江省生态环境厅", 2021)
    rows = _numbered(4_000_000, entries(agency), everyday("浙江省", 25, date(2022, 3, 3), seed=host), strange)
    column = BuiltColumn("/col/col1229263470/", "1229263470", "政府信息公开年报", rows, "1756", tag="信息list_分页")
    column.mount(site, look)
    _serve(site, column)
    _home(site, look, ("/col/col1229106878/index.html", "政府信息公开"))
    door = shell(look, "政府信息公开", f'<a href="{column.path}index.html">政府信息公开年报</a>')
    site.add("/col/col1229106878/", page(door))
    built.sites.append(site)
    _expect(built, agency, column, f"https://{host}")
    built.refuse([entry.listed for entry in strange])
    return built


def _jingjiang() -> Built:
    """`/xxgk/zfxxgknb/`: year directories and below them departments, both in menus that the service builds."""
    host = "peace.jingjiang.gov.cn"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), _look("靖江市人民政府")
    top, columns, years = "/xxgk/zfxxgknb/", [], []
    for year in (2024, 2023, 2022):
        path = f"{top}{year}n/szfgzbm/"
        rows = _numbered(880_000 + year, entries("321282-sthjj", [year]), entries("321282-czj", [year]))
        column = BuiltColumn(path, f"{year}0001", "市政府工作部门", rows, tag="列表新闻", a_page=20)
        parent = BuiltColumn(f"{top}{year}n/", f"{year}0000", f"{year}年", menu=((path, column.name),), tag="内容")
        columns += [column, parent]
        years.append((parent.path, parent.name))
        for agency in ("321282-sthjj", "321282-czj"):
            mine = tuple(row for row in rows if row[1].source == AGENCIES[agency].name)
            _expect(built, agency, column, f"http://{host}", rows=mine)
    columns.append(BuiltColumn(top, "20000", "政府信息公开年报", menu=tuple(years), tag="右侧内容"))
    for one in columns:
        one.mount(site, look)
    _serve(site, *columns)
    _home(site, look, (f"{top}index.html", "政府信息公开年报"))
    built.sites.append(site)
    return built


def _huaian() -> Built:
    """Addresses like `/col/18073_668815/art/17356608/17364738729029ffO7DUB.html`; the pager is a queryData."""
    host, agency = "www.huaian.gov.cn", "320800-zf"
    built, site, look = Built(host), Site(host), _look("淮安市人民政府")
    rows = _numbered(900_000, entries(agency), everyday("淮安市", 12, date(2021, 3, 3), seed=host))
    column = BuiltColumn(
        "/col/18073_668815/", "18073_668815", "政府信息公开年报", rows, a_page=5, articles="long", pager="query"
    )
    column.mount(site, look)
    _serve(site, column)
    _home(site, look, (f"{column.path}index.html", "政府信息公开年报"))
    built.sites.append(site)
    _expect(built, agency, column, f"https://{host}")
    return built


def _miit() -> Built:
    """`buildstatic`, and nothing without Referer."""
    host, agency = "www.miit.gov.cn", "000000-gxb"
    built, site, look = Built(host), Site(host), _look("工业和信息化部")
    column = BuiltColumn(
        "/zwgk/zfxxgknb/", "c52d8862a87d454582ed7c46513978d9", "政府信息公开年度报告", _numbered(700, entries(agency)),
        "8d828e408d90447786ddbe128d495e9e", "209741b2109044b5b7695700b2bec37e", "当前栏目_list", 3,
        spelled="buildstatic",
    )  # fmt: skip
    column.mount(site, look)
    _serve(site, column, strict=True)
    _home(site, look, (f"{column.path}index.html", "政府信息公开年报"))
    built.sites.append(site)
    _expect(built, agency, column, f"https://{host}")
    return built


def _hangzhou() -> Built:
    """The first page for ever, as from abroad: what lies behind it is out of reach."""
    host, agency = "www.hangzhou.gov.cn", "330100-zf"
    built, site, look = Built(host), Site(host), _look("杭州市人民政府")
    column = BuiltColumn(
        "/col/col1229063389/", "1229063389", "政府信息公开年报", _numbered(66_000, entries(agency)), a_page=4,
        articles="dated", stays=True,
    )  # fmt: skip
    column.mount(site, look)
    _serve(site, column)
    _home(site, look, (f"{column.path}index.html", "政府信息公开年报"))
    built.sites.append(site)
    _expect(built, agency, column, f"https://{host}", rows=column.rows[:4])
    for year in (2021, 2020, 2019):
        built.lacks(agency, year)
    return built


def _yantai() -> Built:
    """The list answers only when it is asked for without the name that the page gives it."""
    host, agency = "www.yantai.gov.cn", "370600-kjj"
    built, site, look = Built(host), Site(host), _look("烟台市人民政府")
    column = BuiltColumn(
        "/col/col42829/", "42829", "年度报告", _numbered(3_100, entries(agency)), a_page=30, tag="栏目信息列表",
        nameless=True,
    )  # fmt: skip
    column.mount(site, look)
    _serve(site, column)
    _home(site, look, (f"{column.path}index.html", "政府信息公开年报"))
    built.sites.append(site)
    _expect(built, agency, column, f"http://{host}")
    return built


# ---------------------------------------------------------------------- the module


def _module(built: Built, site: Site, base: str, without: str, areas: dict[str, tuple[str, Iterable[int]]]) -> None:
    """Mount the module and expect each of its reports at the address of its year."""
    known = {area: {e.report.year: e for e in entries(*whose) if e.report} for area, whose in areas.items()}
    site.add(MODULE, Module(_look(site.host), known, without))
    for area, years in known.items():
        for year, entry in years.items():
            address = f"{base}{MODULE}?area={area}&fbtime="
            # Where a missing year shows the newest report, that one stands at the addresses of all missing years.
            others = [other for other in range(2008, 2030) if other not in years] if year == max(years) else []
            also = [f"{address}{other}" for other in others if without == "newest"]
            if entry.report:
                built.expect(areas[area][0], f"{address}{year}", entry.report, *also)


def _wenshang() -> Built:
    """Two organisations; a year without a report is a 404; the file of a report is given by a JSP."""
    host = "www.wenshang.gov.cn"
    built, site = Built(host), Site(host)
    areas = {"11370830004335238P": ("370830-gxj", YEARS), "11370830004335350N": ("370830-sthjfj", [2025, 2024, 2021])}
    _module(built, site, f"http://{host}", "404", areas)  # type: ignore[arg-type]
    _home(site, _look("汶上县人民政府"), ("/col/col1/index.html", "政府信息公开"))
    built.sites.append(site)
    for year in (2023, 2022, 2020, 2019):
        built.lacks("370830-sthjfj", year)
    return built


def _dalian() -> Built:
    """One organisation, an empty frame for the years without a report; the first request sets a cookie."""
    host = "js.dl.gov.cn"
    built, site = Built(host), Site(host)
    _module(built, site, f"https://{host}", "blank", {"2102000066": ("210200-zjj", [2025, 2024, 2022, 2021])})
    _home(site, _look("大连市住房和城乡建设局"))
    site.gate = _cookie
    built.sites.append(site)
    return built


def _cookie(request: FakeRequest) -> FakeResponse | None:
    asked = request.path != "/robots.txt" and "JSESSIONID" not in request.cookies
    return moved(request.url, cookie="JSESSIONID=21530C2A382F; path=/; HttpOnly") if asked else None


def _longyou() -> Built:
    """The row knows no organisation: the home page links two; a missing year shows the newest report again."""
    host = "www.longyou.gov.cn"
    built, site = Built(host), Site(host)
    areas = {"01251010-015": ("330825-sthjfj", [2024, 2023, 2019]), "01251010-004": ("330825-czj", [2025, 2024])}
    _module(built, site, f"http://{host}", "newest", areas)  # type: ignore[arg-type]
    links = [(f"{MODULE}?fbtime=2024&area={area}", AGENCIES[whose].name) for area, (whose, _) in areas.items()]
    _home(site, _look("龙游县人民政府"), *links)
    built.sites.append(site)
    return built


def _wenzhou() -> Built:
    """The same reports in a column and in the module: one report each, two addresses."""
    host, agency = "www.wenzhou.gov.cn", "330300-ybj"
    built, site, look = Built(host), Site(host), _look("温州市人民政府")
    column = JcmsColumn(1229850036, 6021, "年度报告", _numbered(98_537, entries(agency)))
    column.mount(site, look)
    _module(built, site, f"https://{host}", "blank", {"11330300MB1685697R": (agency, YEARS)})
    _expect(built, agency, column, f"https://{host}")
    _home(site, look, (f"{column.path}index.html", "政府信息公开年报"))
    built.sites.append(site)
    return built


def _neimenggu() -> Built:
    """A column that shows a list of the module's catalogue, eight rows at a time."""
    host, agency = "www.nmg.gov.cn", "150000-zf"
    built, site, look = Built(host), Site(host), _look("内蒙古自治区人民政府")
    strange = look_alikes("内蒙古自治区", 2023)
    rows = _numbered(2_100_000, entries(agency), everyday("内蒙古", 20, date(2022, 5, 5), seed=host), strange)
    column = Catalogue(1196, "政府信息公开年报", "NMA9", "111500000115122125", rows, 8)
    column.mount(site, look)
    _home(site, look, (column.path, "政府信息公开年报"))
    built.sites.append(site)
    built.expect_entries(agency, [(f"https://{host}{column.article(number, entry)}", entry) for number, entry in rows])
    built.refuse([entry.listed for entry in strange])
    return built
