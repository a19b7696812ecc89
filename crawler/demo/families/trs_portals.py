"""The fake TRS portals: each with another way of turning pages, and the traps of real lists spread over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise

from crawler.demo import agencies, mishaps
from crawler.demo.chrome import Look, crumbs, shell
from crawler.demo.entries import Entry, everyday, look_alikes, of, posted
from crawler.demo.families import trs
from crawler.demo.families.trs import TrsList
from crawler.demo.portal import FakeRequest, FakeResponse, Site, moved, page
from crawler.demo.truth import Built

YEARS = range(2025, 2018, -1)
GZ, PROVINCE, QDN, LPS = "520000-sthjt", "520000-zf", "522600-sthjj", "520200-sthjj"
ZUNYI, ANSHUN, ZHENNING, PANZHOU = "520300-rsj", "520400-zf", "520423-zf", "520281-sthjfj"
FUJIAN, XIAMEN, PINGTAN = "350000-sthjt", "350200-sthjj", "350128-gwh"
EZHOU, HUNAN, SHAANXI, KUNMING = "420700-sthjj", "430000-sthjt", "610000-sthjt", "530100-rsj"
STYLES = ("ueditor", "word", "nested", "without_spans", "word", "lines", "ueditor")


def portals() -> list[Built]:
    """All portals of the family."""
    makers: Sequence[Callable[[], Built]] = (
        _guizhou, _province, _qiandongnan, _prefecture, _liupanshui, _zunyi, _anshun, _panzhou,
        _ezhou, _hunan, _shaanxi, _kunming, _fujian, _xiamen, _pingtan,
    )  # fmt: skip
    return [make() for make in makers]


def rows_of(agency: str, years: Iterable[int], first_id: int, **styles: str) -> list[tuple[int, Entry]]:
    """A report a year, newest first; `styles` overrides the markup of single years (`y2019="lines"`)."""
    out = []
    for year in sorted(years, reverse=True):
        style = styles.get(f"y{year}", STYLES[year % len(STYLES)])
        out.append((first_id + (year - 2018) * 1_137_209, of(agencies.report(agency, year), posted(year), style)))
    return out


def with_others(rows: list[tuple[int, Entry]], others: Sequence[Entry], first_id: int) -> tuple[tuple[int, Entry], ...]:
    """Reports and other entries in one list, newest first."""
    both = [*rows, *((first_id + n * 31, entry) for n, entry in enumerate(others))]
    return tuple(sorted(both, key=lambda row: row[1].day, reverse=True))


def doors(site: Site, look: Look, *steps: tuple[str, str]) -> None:
    """A home page and the pages between it and the column, each linking to the next."""
    trail = [("/", look.name), *steps]
    for (path, name), (target, label) in pairwise(trail):
        boxes = f'<div class="box"><h2><a href="{target}" target="_blank">{label}</a></h2></div>'
        site.add(path, page(shell(look, name, crumbs(("首页", "/"), (name, path)) + boxes)))


def _look(name: str, organ: str = "", charset: str = "utf-8") -> Look:
    menu = (
        ("首页", "/"),
        ("机构概况", "/jggk/"),
        ("新闻动态", "/xwdt/"),
        ("办事服务", "/bsfw/"),
        ("互动交流", "/hdjl/"),
    )
    return Look(name, organ or name, menu, charset=charset)


def _simple(
    host: str, agency: str, column: TrsList, steps: Sequence[tuple[str, str]] = (), *,
    scheme: str = "http", schemes: Iterable[str] = ("http", "https"), charset: str = "utf-8",
) -> Built:  # fmt: skip
    """A portal of one agency with one column; every report in it is expected, everything else must be refused."""
    built, site = Built(host), Site(host, schemes=frozenset(schemes))
    look = _look(agencies.AGENCIES[agency].name, charset=charset)
    column.mount(site, look)
    doors(site, look, *(steps or ((column.path, column.name),)))
    built.sites.append(site)
    for number, entry in column.rows:
        if entry.report is not None:
            also = [column.url(host, number, scheme).replace(f".{column.ext}", f"_wap.{column.ext}")] * column.wap
            built.expect(agency, column.url(host, number, scheme), entry.report, *also)
    return built


def _guizhou() -> Built:
    """`sthj.guizhou.gov.cn`: no column known; three clicks from home; 2019 as an encyclopedia's copy, a cell a line."""
    path, host = "/zwgk/zfxxgk/zfxxgknb/", "sthj.guizhou.gov.cn"
    truth = agencies.report(GZ, 2019)
    rows = rows_of(GZ, range(2020, 2026), 66_000_000, y2022="pipes")
    copied = of(mishaps.encyclopedia(truth), date(2020, 1, 21), "lines", row_title=truth.title)
    strange = look_alikes(agencies.AGENCIES[GZ].name, 2022)
    column = TrsList(
        path, "政府信息公开年报", with_others([*rows, (50_478_366, copied)], strange, 70_001_000), a_page=6
    )
    steps = (("/zwgk/", "政务公开"), ("/zwgk/zfxxgk/", "政府信息公开"), (path, column.name))
    built = _simple(host, GZ, column, steps, scheme="https")
    built.reports = [replace(r, report=truth) if r.year == 2019 else r for r in built.reports]
    built.refuse([entry.listed for entry in strange], url=f"https://{host}{path}")
    return built


def _province() -> Built:
    """`www.guizhou.gov.cn`: http goes to https of the same host; three-number pager; dates broken over lines."""
    host = "www.guizhou.gov.cn"
    rows = tuple(rows_of(PROVINCE, YEARS, 72_000_000, y2019="word", y2020="word"))
    column = TrsList(
        "/zwgk/zfxxgk/zfxxgknb/", "政府信息公开年报", rows, a_page=4, turner=trs.create_page_html_3, split_dates=True
    )
    built = _simple(host, PROVINCE, column, scheme="https")
    built.sites[0].gate = _to_https
    return built


def _to_https(request: FakeRequest) -> FakeResponse | None:
    return moved("https://" + request.url[7:], status=301) if request.scheme == "http" else None


def _qiandongnan() -> Built:
    """`sthj.qdn.gov.cn`: `createPage`, `_wap` twins; the table of 2021 does not add up; nothing for 2025."""
    rows = rows_of(QDN, range(2019, 2025), 66_611_904 - 2 * 1_137_209)
    wrong = agencies.wrong_table(QDN, 2021)
    rows = [
        (number, of(wrong, entry.day, "word") if entry.report and entry.report.year == 2021 else entry)
        for number, entry in rows
    ]
    others = everyday("黔东南州", 14, date(2025, 3, 1), seed="qdn")
    column = TrsList(
        "/xxgk_0/xxgknb_5819689/", "信息公开年报", with_others(rows, others, 61_000_000), a_page=10,
        turner=trs.create_page, wap=True,
    )  # fmt: skip
    built = _simple("sthj.qdn.gov.cn", QDN, column)
    built.lacks(QDN, 2025)
    return built


def _prefecture() -> Built:
    """`www.qdn.gov.cn`: year columns of a collection; 州生态环境局 stands in it as a twin of its own host's pages."""
    host, top = "www.qdn.gov.cn", "/zwgk_5871642/zfxxgk_5871649/zfxxgknb_5871697/"
    built, site, look = Built(host), Site(host), _look("黔东南州人民政府")
    numbers = {2022: 5_932_848, 2023: 6_012_775, 2024: 6_100_310}
    children = tuple((f"{top}{year}n_{number}/", f"{year}年") for year, number in numbers.items())
    for (path, name), year in zip(children, numbers, strict=True):
        entry = of(agencies.report(QDN, year), date(year + 1, 4, 17), "ueditor")
        column = TrsList(path, name, ((79_085_438 + (year - 2022) * 2_000_003, entry),))
        column.mount(site, look)
        built.expect(QDN, column.url(host, column.rows[0][0]), agencies.report(QDN, year))
    TrsList(top, "政府信息公开年报", children=children).mount(site, look)
    doors(site, look, ("/zwgk_5871642/", "政务公开"), (top, "政府信息公开年报"))
    built.sites.append(site)
    return built


def _liupanshui() -> Built:
    """`sthj.gzlps.gov.cn`: http only; each year's column page IS the report, there are no articles."""
    host, top = "sthj.gzlps.gov.cn", "/bmxxgk/zfxxgk/zfxxgknb/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), _look("六盘水市生态环境局")
    children = tuple((f"{top}{year}n/", f"{year}年") for year in range(2025, 2020, -1))
    for path, name in children:
        report = agencies.report(LPS, int(name[:4]))
        body = of(report, posted(report.year), "word").body
        inner = (
            crumbs(("首页", "/"), ("政府信息公开年报", top), (name, path))
            + "<ul class='leftmenu'>" + "".join(f'<li><a href="{p}">{n}</a></li>' for p, n in children) + "</ul>"
            + f'<div class="content"><h1>{report.title}</h1><div class="trs_editor_view">{body}</div></div>'
        )  # fmt: skip
        site.add(path, page(shell(look, f"{name}_{look.name}", inner)))
        built.expect(LPS, f"http://{host}{path}", report)
    TrsList(top, "政府信息公开年报", children=children).mount(site, look)
    doors(site, look, ("/bmxxgk/", "部门信息公开"), (top, "政府信息公开年报"))
    built.sites.append(site)
    return built


def _zunyi() -> Built:
    """`rsj.zunyi.gov.cn`: GBK without a word in the header; `countPage`; two stub pages behind the last one."""
    column = TrsList(
        "/zfxxgk/zfxxgknb/", "政府信息公开年报", tuple(rows_of(ZUNYI, YEARS, 72_349_357 - 3 * 1_137_209)), a_page=3,
        turner=trs.count_page, stubs=2,
    )  # fmt: skip
    return _simple("rsj.zunyi.gov.cn", ZUNYI, column, charset="gb2312")


def _anshun() -> Built:
    """`www.anshun.gov.cn`: a collection by years; 镇宁 posted 2019 late; a directory lies about 2024."""
    host, top = "www.anshun.gov.cn", "/zfxxgk/zfxxgknb/"
    built, site, look = Built(host), Site(host), _look("安顺市人民政府")
    children = []
    for year in range(2019, 2024):
        path = f"{top}{year}year/"
        rows = rows_of(ANSHUN, [year], 80_000_000)
        if year != 2019:
            rows += rows_of(ZHENNING, [year], 80_400_000, **{f"y{year}": "nested"})
        else:
            rows.append((50_478_366, of(agencies.report(ZHENNING, 2019), date(2023, 11, 17), "word")))
        strange = look_alikes("安顺市", year)[1:2]
        column = TrsList(path, f"{year}年", with_others(rows, strange, 81_000_000 + year))
        column.mount(site, look)
        children.append((path, column.name))
        built.refuse([entry.listed for entry in strange], url=f"https://{host}{path}")
        for number, entry in rows:
            agency = ZHENNING if "镇宁" in entry.title else ANSHUN
            built.expect_entries(agency, [(column.url(host, number, "https"), entry)])
    # The report of 2024 stands in the directory of 2020 under a day of 2021: neither tells its year.
    late = rows_of(ANSHUN, [2024], 80_000_000)
    lying = TrsList(f"{top}2020_504392/", "2020年以前", tuple(late), lies={late[0][0]: "20210108"})
    lying.mount(site, look)
    children.append((lying.path, lying.name))
    built.expect(ANSHUN, lying.url(host, late[0][0], "https"), agencies.report(ANSHUN, 2024))
    for agency, year in ((ANSHUN, 2025), (ZHENNING, 2024), (ZHENNING, 2025)):
        built.lacks(agency, year)
    TrsList(top, "政府信息公开年报", children=tuple(children)).mount(site, look)
    doors(site, look, (top, "政府信息公开年报"))
    built.sites.append(site)
    return built


def _panzhou() -> Built:
    """`www.panzhou.gov.cn`: articles are GBK while header and meta say UTF-8 (an old front end before a new one)."""
    host, top = "www.panzhou.gov.cn", "/zwgk/zfxxgk/zfxxgknb/"
    built, site, look = Built(host), Site(host), _look("盘州市人民政府")
    children = []
    for year in range(2021, 2026):
        path = f"{top}{year}n/"
        column = TrsList(path, f"{year}年", tuple(rows_of(PANZHOU, [year], 86_677_009 - 6 * 1_137_209)))
        column.mount(site, look)
        children.append((path, column.name))
        url = column.url(host, column.rows[0][0], "https")
        built.expect(PANZHOU, url, agencies.report(PANZHOU, year))
        if year in (2022, 2023):
            article = url.removeprefix(f"https://{host}")
            site.pages[article] = _lying(site(FakeRequest("GET", url)))
    TrsList(top, "政府信息公开年报", children=tuple(reversed(children))).mount(site, look)
    doors(site, look, ("/zwgk/", "政务公开"), (top, "政府信息公开年报"))
    built.sites.append(site)
    return built


def _lying(answer: FakeResponse) -> FakeResponse:
    """The same page in GBK bytes under a header and a meta tag that both say UTF-8."""
    return FakeResponse(answer.status, answer.headers, answer.body.decode("utf-8").encode("gbk"))


def _ezhou() -> Built:
    """`sthjj.ezhou.gov.cn`: https only; numbered links; the prose of 2023 names another number than the table."""
    rows = rows_of(EZHOU, YEARS, 685_321)
    truth = agencies.report(EZHOU, 2023, said_new=agencies.figures(EZHOU, 2023).number("t3.new.total") + 7)
    rows = [(number, of(truth, entry.day, "word") if entry.title == truth.title else entry) for number, entry in rows]
    column = TrsList("/xxgk/xxgknb/", "信息公开年报", tuple(rows), a_page=5, turner=trs.plain_links)
    return _simple("sthjj.ezhou.gov.cn", EZHOU, column, scheme="https", schemes=["https"])


def _hunan() -> Built:
    """`sthjt.hunan.gov.cn`: http only; all rows stand in the first page and a script shows fifteen of them."""
    others = everyday("湖南省生态环境系统", 25, date(2024, 12, 1), seed="hunan")
    rows = with_others(rows_of(HUNAN, YEARS, 32_641_765), others, 30_000_000)
    column = TrsList("/sthjt/xxgk/zwxxgk/gknb/", "公开年报", rows, turner=trs.sliced)
    return _simple("sthjt.hunan.gov.cn", HUNAN, column, schemes=["http"])


def _shaanxi() -> Built:
    """`sthjt.shaanxi.gov.cn`: the tables of 2022 are pictures."""
    rows = rows_of(SHAANXI, YEARS, 2_981_079)
    image = agencies.report(SHAANXI, 2022).without_tables("image")
    rows = [(number, of(image, entry.day, "word") if entry.title == image.title else entry) for number, entry in rows]
    column = TrsList("/xxgk/gknb/", "公开年报", tuple(rows), a_page=4)
    return _simple("sthjt.shaanxi.gov.cn", SHAANXI, column, scheme="https")


def _kunming() -> Built:
    """`rsj.km.gov.cn`: `.shtml`, and page 2 is `index_2` (counted from one); a row of the demo's own registry."""
    rows = tuple(rows_of(KUNMING, YEARS, 4_501_337))
    column = TrsList(
        "/zfxxgk/zfxxgknb/", "政府信息公开年报", rows, a_page=4, ext="shtml", turner=trs.one_based, first_page=2
    )
    return _simple("rsj.km.gov.cn", KUNMING, column, scheme="https")


def _fujian() -> Built:
    """`sthjt.fujian.gov.cn`: rows written by `document.writeln` from script variables; `.htm`."""
    column = TrsList(
        "/zwgk/zfxxgkzl/zfxxgkndbg/", "政府信息公开年度报告", tuple(rows_of(FUJIAN, YEARS, 7_084_378)), a_page=4,
        ext="htm", written=True,
    )  # fmt: skip
    return _simple("sthjt.fujian.gov.cn", FUJIAN, column)


def _xiamen() -> Built:
    """`sthjj.xm.gov.cn`: the first answer is a redirect to itself that sets a cookie; only then come pages."""
    column = TrsList("/zwgk/zfxxgk/ndbg/", "年度报告", tuple(rows_of(XIAMEN, YEARS, 2_976_699)), a_page=4, ext="htm")
    built = _simple("sthjj.xm.gov.cn", XIAMEN, column)
    built.sites[0].gate = partial(_cookie_first, name="CT6TS", value="d2f7c0ffee01")
    return built


def _cookie_first(request: FakeRequest, *, name: str, value: str) -> FakeResponse | None:
    if request.path == "/robots.txt" or request.cookies.get(name) == value:
        return None
    return moved(request.url, cookie=f"{name}={value}; path=/; HttpOnly")


def _pingtan() -> Built:
    """`www.pingtan.gov.cn`: ten rows a page, `.htm`; a zone whose consolidated report names 全区."""
    rows = with_others(rows_of(PINGTAN, YEARS, 87_885), everyday("平潭", 9, date(2023, 5, 1), seed="pt"), 60_000)
    column = TrsList("/zwgk/zfxxgk/zfxxgknb/", "政府信息公开年报", rows, a_page=10, ext="htm")
    return _simple("www.pingtan.gov.cn", PINGTAN, column, scheme="https")
