"""The fake portals of Guangdong: which reports stand where, on the machines of `gkmlpt`."""

from __future__ import annotations

from datetime import date, timedelta

from crawler.demo import agencies, mishaps
from crawler.demo.chrome import Look, crumbs, shell, siblings
from crawler.demo.entries import Entry, everyday, look_alikes, of, posted
from crawler.demo.families.gkmlpt import NfcmsColumn, Node, Platform, split_id
from crawler.demo.portal import Site, page
from crawler.demo.truth import Built

GZ, CZJ, NYNCJ, WHLY, HAIZHU = "440100-sthjj", "440100-czj", "440100-nyncj", "440000-whly", "440105-zf"
COLLECTION = "/zfjgzy/gzsrmzfbgt/zfxxgknb/"
BROKEN = ("（二）", "（四）", "（五）")


def portals() -> list[Built]:
    """All portals of the family."""
    return [_bureau(), _city(), _province_bureau(), _farming()]


def _home(site: Site, look: Look, *links: tuple[str, str]) -> None:
    boxes = "".join(f'<div class="box"><a href="{href}" target="_blank">{text}</a></div>' for text, href in links)
    site.add("/", page(shell(look, look.name, f'<div class="index">{boxes}</div>')))


def _guangzhou(year: int) -> Entry:
    """The bureau's report; that of 2023 as a mirror broke it: script, annotations, three sub-headings a byte short."""
    report = agencies.report(GZ, year)
    if year == 2023:
        return of(mishaps.mirror(report, broken=BROKEN), posted(year), "ueditor")
    return of(
        report, posted(year), {2019: "word", 2020: "nested", 2021: "word", 2022: "without_spans"}.get(year, "word")
    )


def _bureau() -> Built:
    """`sthjj.gz.gov.cn`: the column is a node of the platform; the same reports stand in the city's collection too."""
    built = Built("sthjj.gz.gov.cn")
    host = "sthjj.gz.gov.cn"
    look = Look(
        "广州市生态环境局", "广州市生态环境局", (("首页", "/"), ("政务公开", "/gkmlpt/index")), code="4401000020"
    )
    rows = [(9_463_263 - (2023 - year) * 730_101, _guangzhou(year)) for year in range(2025, 2018, -1)]
    strange = look_alikes("广州市生态环境局", 2022)
    rows += [(8_100_001 + number, entry) for number, entry in enumerate(strange)]
    daily = everyday("广州市", 37, date(2026, 10, 30), seed=host)
    tree = [
        Node(9260, "政策法规", [(8_500_000 + n, entry) for n, entry in enumerate(daily)]),
        Node(9270, "政府信息公开年报", rows),
        Node(9280, "机构概况", children=[Node(9281, "领导简介"), Node(9282, "内设机构")]),
    ]
    site = Site(host)
    platform = Platform(look, host, 200_019, tree)
    platform.mount(site)
    _home(site, look, ("政府信息公开", "/gkmlpt/index"), ("环境质量", "/hjzl/"))
    built.sites.append(site)
    for number, entry in rows:
        if entry.report:
            report = agencies.report(GZ, entry.report.year)
            built.expect(GZ, platform.url(number), report, platform.url(number) + "?jump=true")
    built.refuse([entry.listed for entry in strange], url=f"http://{host}/gkmlpt/index")
    return built


def _city() -> Built:
    """`www.gz.gov.cn`: yearly collections of several bureaus in NFCMS; the platform's node only points to them."""
    built = Built("www.gz.gov.cn")
    host = "www.gz.gov.cn"
    look = Look("广州市人民政府", "广州市人民政府办公厅", (("首页", "/"), ("政务公开", "/zfjgzy/")), code="4401000010")
    years = [_collection(built, host, year) for year in range(2025, 2019, -1)]
    departments = NfcmsColumn(24_900, f"{COLLECTION}bm/", "市直部门", children=tuple(years))
    districts = _districts(built, host)
    for year in range(2020, 2026):
        built.lacks("440100-zf", year)  # the government's own report is not in its collection of others'
    top = NfcmsColumn(24_800, COLLECTION, "政府信息公开年报", children=(departments, districts))
    site = Site(host)
    top.mount(site, look)
    tree = [Node(505, "政策文件"), Node(506, "政府信息公开年报", jump_url=f"https://{host}{COLLECTION}")]
    tree[0].rows = [
        (6_000_000 + n, entry) for n, entry in enumerate(everyday("广州市", 9, date(2026, 9, 1), seed=host))
    ]
    Platform(look, host, 200_001, tree).mount(site)
    _home(site, look, ("政府信息公开年报", COLLECTION), ("政府信息公开目录", "/gkmlpt/index"))
    built.sites.append(site)
    return built


def _collection(built: Built, host: str, year: int) -> NfcmsColumn:
    """One year's collection: three bureaus and a look-alike; 农业农村局 2023 is not in it (it lies under 通知公告)."""
    number, path = 7_052_522 + (year - 2020) * 400_000, f"{COLLECTION}bm/{year}n/"
    rows: list[tuple[int, Entry]] = []
    for offset, agency in enumerate((GZ, CZJ, NYNCJ)):
        if (agency, year) == (NYNCJ, 2023):
            continue
        entry = _guangzhou(year) if agency == GZ else of(agencies.report(agency, year), posted(year, offset), "word")
        rows.append((number + offset, entry))
        url = f"https://{host}{path}content/post_{number + offset}.html"
        built.expect(agency, url, agencies.report(agency, year))
    strange = look_alikes("广州市教育局", year)[0]
    built.refuse([strange.listed], url=f"https://{host}{path}")
    return NfcmsColumn(25_000 + year, path, f"{year}年", (*rows, (number + 78, strange)))


def _districts(built: Built, host: str) -> NfcmsColumn:
    """The districts' reports, all years in one list."""
    rows = [
        (8_780_034 + (year - 2022) * 310_007, of(agencies.report(HAIZHU, year), posted(year), "nested"))
        for year in YEARS
    ]
    column = NfcmsColumn(24_950, f"{COLLECTION}gq/", "各区", tuple(rows))
    built.expect_entries(HAIZHU, [(column.url(host, number), entry) for number, entry in rows])
    return column


YEARS = range(2025, 2018, -1)


def _province_bureau() -> Built:
    """`whly.gd.gov.cn`: `annualreport#2629`; 130 rows, so that the report of 2019 stands on the API's second page."""
    built = Built("whly.gd.gov.cn")
    host = "whly.gd.gov.cn"
    look = Look(
        "广东省文化和旅游厅", "广东省文化和旅游厅", (("首页", "/"), ("政务公开", "/gkmlpt/index")), code="4400000055"
    )
    rows: list[tuple[int, Entry]] = []
    for year in range(2019, 2026):
        day = date(2020, 1, 20) if year == 2019 else posted(year)
        rows.append((2_880_000 + (year - 2019) * 220_011, of(agencies.report(WHLY, year), day, "word")))
        built.expect(WHLY, f"http://{host}/gkmlpt/content/{split_id(rows[-1][0])}.html", agencies.report(WHLY, year))
    for n, entry in enumerate(everyday("广东省文化和旅游系统", 121, date(2026, 11, 2), seed=host)):
        rows.append((3_700_000 + n * 3, entry))
    strange = look_alikes("广东省文化和旅游厅", 2021)[:2]
    rows += [(3_500_001 + n, entry) for n, entry in enumerate(strange)]
    built.refuse([entry.listed for entry in strange])
    tree = [Node(2600, "机构职能"), Node(2629, "年度报告", rows)]
    site = Site(host)
    Platform(look, host, 175, tree).mount(site)
    _home(site, look, ("政务公开", "/gkmlpt/index"), ("年度报告", "/gkmlpt/annualreport#2629"))
    built.sites.append(site)
    return built


def _farming() -> Built:
    """`nyncj.gz.gov.cn`: an NFCMS site without an annual-report column; 2023 is one notice among others."""
    built = Built("nyncj.gz.gov.cn")
    host = "nyncj.gz.gov.cn"
    look = Look("广州市农业农村局", "广州市农业农村局", (("首页", "/"), ("通知公告", "/zw/tzgg/")), code="4401000033")
    notices = everyday("广州市农业农村系统", 20, date(2024, 6, 1), seed=host)
    notices.insert(11, of(agencies.report(NYNCJ, 2023), notices[11].day + timedelta(days=1), "nested"))
    rows = tuple((9_470_269 + (11 - n) * 137, entry) for n, entry in enumerate(notices))
    column = NfcmsColumn(31_100, "/zw/tzgg/", "通知公告", rows, a_page=8, scheme="http")
    site = Site(host)
    column.mount(site, look)
    news = siblings([(entry.listed, column.url(host, number)) for number, entry in rows[:4]])
    body = crumbs(("首页", "/")) + '<div class="col"><a href="/zw/tzgg/">通知公告</a></div>' + news
    site.add("/", page(shell(look, look.name, body)))
    built.sites.append(site)
    built.expect(NYNCJ, column.url(host, 9_470_269), agencies.report(NYNCJ, 2023))
    return built
