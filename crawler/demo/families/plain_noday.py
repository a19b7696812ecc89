"""TRS without dates in its addresses: `www.gxhx.gov.cn` (pages by a call), `www.jdzcjq.gov.cn` (a folder a year),
`hbj.jiyuan.gov.cn` (columns named by numbers), `www.gxzf.gov.cn` (`index.shtml`, reports as rows without a title).
"""

from __future__ import annotations

from dataclasses import replace
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
    linked,
    look_of,
    newest_first,
    scripted,
)
from crawler.demo.portal import Site
from crawler.demo.truth import Built

HENG = ("450127-sthjfj", "南宁市横县生态环境局", "横县生态环境局")
CHANGJIANG = ("360202-mzj", "景德镇市昌江区民政局", "区民政局")
JIYUAN = ("419001-sthjj", "济源市生态环境局", "市生态环境局")
GUANGXI = ("450000-zf", "广西壮族自治区人民政府", "自治区人民政府")


def portals() -> list[Built]:
    """All portals of the shape."""
    return [_heng(), _changjiang(), _jiyuan(), _guangxi()]


def _rows(folder: str, found: list[Entry], kind: str = "html") -> Rows:
    numbers = (3_000_000 + int(hexes(folder + entry.title)[:5], 16) for entry in found)
    return [(f"{folder}t{number}.{kind}", entry) for number, entry in zip(numbers, found, strict=True)]


def _heng() -> Built:
    """Three pages, `index_1.html` and `index_2.html`; look-alikes among the rows."""
    host, folder = "www.gxhx.gov.cn", "/hxhjbhj/zfxxgkgzndbg_18287/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("横县人民政府")
    strange = look_alikes("横县生态环境局", 2019)
    rows = _rows(folder, newest_first(entries(HENG, topic="e"), strange, everyday("横县", 30, date(2025, 5, 1))))
    Plain("政府信息公开工作年度报告", folder, rows, pages=_from_zero, pager=scripted).mount(site, look)
    home(site, look, (folder, "政府信息公开工作年度报告"))
    expect(built, HENG[0], f"http://{host}", rows)
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built


def _from_zero(number: int) -> str:
    return f"index_{number - 1}.html"


def _changjiang() -> Built:
    """`2022n_1/` below the column; articles `.shtml` directly in it."""
    host, above = "www.jdzcjq.gov.cn", "/zwgk/zfxxgknb/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("昌江区人民政府")
    years = []
    for year in YEARS:
        folder = f"{above}{year}n_1/"
        rows = _rows(
            folder, newest_first(entries(CHANGJIANG, [year]), everyday("昌江", 4, date(year + 1, 3, 1))), "shtml"
        )
        Plain(f"{year}年", folder, rows).mount(site, look)
        expect(built, CHANGJIANG[0], f"http://{host}", rows)
        years.append((folder, f"{year}年"))
    Plain("政府信息公开年报", above, (), also=years).mount(site, look)
    home(site, look, (above, "政府信息公开年报"))
    built.sites.append(site)
    return built


def _jiyuan() -> Built:
    """Columns and articles are numbers; page numbers are links."""
    host, folder = "hbj.jiyuan.gov.cn", "/14196/17090/"
    built, site, look = Built(host), Site(host), look_of("济源市生态环境局")
    rows = _rows(folder, newest_first(entries(JIYUAN, topic="e", style=1), everyday("济源", 12, date(2025, 5, 1))))
    Plain("信息公开年报", folder, rows, pages=_from_zero, a_page=8, pager=linked).mount(site, look)
    home(site, look, (folder, "信息公开年报"))
    expect(built, JIYUAN[0], f"https://{host}", rows)
    built.sites.append(site)
    return built


def _guangxi() -> Built:
    """Rows say a year alone; the number of pages is printed."""
    host, folder = "www.gxzf.gov.cn", "/zwgk/zfxxgkgzndbg_251551/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("广西壮族自治区人民政府")
    short = [
        replace(entry, row_title=f"{entry.report.year}年度") for entry in entries(GUANGXI, style=2) if entry.report
    ]
    rows = _rows(folder, short, "shtml")
    column = Plain(
        "政府信息公开工作年度报告", f"{folder}index.shtml", rows, pages=lambda n: f"index_{n - 1}.shtml", a_page=4,
        pager=counted,
    )  # fmt: skip
    column.mount(site, look)
    home(site, look, (f"{folder}index.shtml", "政府信息公开工作年度报告"))
    expect(built, GUANGXI[0], f"http://{host}", rows)
    built.sites.append(site)
    return built
