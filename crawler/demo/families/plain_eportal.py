"""eportal: `sthjj.beijing.gov.cn` (`?currentPage=N`), `sthjj.wuhai.gov.cn` (all names are numbers, addresses of pages
in `tagname`), `www.bjdx.gov.cn` (a column a year, in it one for departments and one for towns).
"""

from __future__ import annotations

from datetime import date

from crawler.demo.entries import Entry, everyday, look_alikes
from crawler.demo.families.plain import (
    YEARS,
    Plain,
    Rows,
    counted,
    entries,
    expect,
    hexes,
    home,
    look_of,
    newest_first,
    tagged,
)
from crawler.demo.portal import Site
from crawler.demo.truth import Built

BEIJING = ("110000-sthjj", "北京市生态环境局", "市生态环境局")
WUHAI = ("150300-sthjj", "乌海市生态环境局", "市生态环境局")
DAXING = ("110115-zf", "北京市大兴区人民政府", "区政府")
DAXING_FINANCE = ("110115-czj", "北京市大兴区财政局", "区财政局")
TOWN = ("110115-yfz", "北京市大兴区榆垡镇人民政府", "榆垡镇")


def portals() -> list[Built]:
    """All portals of the family."""
    return [_beijing(), _wuhai(), _daxing()]


def _rows(folder: str, found: list[Entry], first: int) -> Rows:
    numbers = (first + int(hexes(folder + entry.title)[:5], 16) for entry in found)
    return [(f"{folder}{number}/index.html", entry) for number, entry in zip(numbers, found, strict=True)]


def _beijing() -> Built:
    """Three pages, of which the number alone is printed; look-alikes among the rows."""
    host, folder = "sthjj.beijing.gov.cn", "/bjhrb/index/xxgk69/zfxxgk43/qtfdxx73/zfxxgknb13/"
    built, site, look = Built(host), Site(host), look_of("北京市生态环境局")
    strange = look_alikes("北京市生态环境局", 2020)
    found = newest_first(entries(BEIJING, topic="e"), strange, everyday("北京市", 15, date(2025, 7, 1)))
    rows = _rows(folder, found, 325_000_000)
    Plain("政府信息公开年报", f"{folder}index.html", rows, pages=_by_query, a_page=10, pager=counted).mount(site, look)
    home(site, look, (f"{folder}index.html", "政府信息公开年报"))
    expect(built, BEIJING[0], f"https://{host}", rows)
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built


def _by_query(number: int) -> str:
    return f"?currentPage={number}"


def _wuhai() -> Built:
    """Menu, list and articles have numbers alone; pages of the list lie in a folder of the list's own element."""
    host, folder = "sthjj.wuhai.gov.cn", "/sthjj/1115793/1115732/1115787/"
    built, site = Built(host), Site(host, schemes=frozenset({"http"}))
    menu = (
        ("首页", "/"), ("机构职能", "/sthjj/1115793/1115700/index.html"),
        ("政府信息公开年报", f"{folder}index.html"), ("政府信息公开指南", "/sthjj/1115793/1115731/index.html"),
    )  # fmt: skip
    look = look_of("乌海市生态环境局")
    found = newest_first(entries(WUHAI, topic="e", style=1), everyday("乌海市", 17, date(2025, 11, 1)))
    rows = _rows(folder, found, 2_203_861)
    column = Plain(
        "政府信息公开年报",
        f"{folder}index.html",
        rows,
        pages=lambda n: f"11040/index{n}.html",
        a_page=9,
        pager=tagged,
        also=[(path, name) for name, path in menu[1:]],
    )
    column.mount(site, look)
    home(site, look, *((path, name) for name, path in menu[1:]))
    expect(built, WUHAI[0], f"http://{host}", rows)
    built.sites.append(site)
    return built


def _daxing() -> Built:
    """Year, then 区政府部门 and 镇政府, then reports: all of them folders with numbers."""
    host, above = "www.bjdx.gov.cn", "/bjsdxqrmzf/zwfw/zfxxgk/dxqzf69/"
    built, site, look = Built(host), Site(host), look_of("北京市大兴区人民政府")
    years = []
    for year in YEARS:
        folder = f"{above}{2_291_822 - (2025 - year) * 3_011}/" if year > 2019 else f"{above}2019n/"
        own = _rows(folder, entries(DAXING, [year]), 2_300_000)
        inner = f"{folder}{2_291_824 - (2025 - year) * 3_011}/"
        towns = f"{folder}{2_291_826 - (2025 - year) * 3_011}/"
        finance = _rows(inner, entries(DAXING_FINANCE, [year], topic="f"), 2_290_000)
        town = _rows(towns, entries(TOWN, [year], style=2), 2_290_000)
        Plain("区政府部门", f"{inner}index.html", finance).mount(site, look)
        Plain("镇街道", f"{towns}index.html", town).mount(site, look)
        below = [(f"{inner}index.html", "区政府部门"), (f"{towns}index.html", "镇街道")]
        Plain(f"{year}年", f"{folder}index.html", own, also=below).mount(site, look)
        for agency_id, rows in ((DAXING[0], own), (DAXING_FINANCE[0], finance), (TOWN[0], town)):
            expect(built, agency_id, f"https://{host}", rows)
        years.append((f"{folder}index.html", f"{year}年"))
    Plain("政府信息公开年报", f"{above}index.html", (), also=years).mount(site, look)
    home(site, look, (f"{above}index.html", "政府信息公开年报"))
    built.sites.append(site)
    return built
