"""Shanghai's portals: `sthj.sh.gov.cn` (links to its pages), `ybj.sh.gov.cn` (one column a year, pages counted alone),
`www.shanghai.gov.cn` (a collection a year; articles in other columns and on the city's shorter host name).
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
    scripted,
)
from crawler.demo.portal import Site
from crawler.demo.truth import Built

ENVIRONMENT = ("310000-sthjj", "上海市生态环境局", "市生态环境局")
HEALTH = ("310000-ybj", "上海市医疗保障局", "市医保局")
CITY = ("310000-zf", "上海市人民政府", "市人民政府")
FINANCE = ("310000-czj", "上海市财政局", "市财政局")


def portals() -> list[Built]:
    """All portals of the family."""
    return [_ecology(), _insurance(), _city()]


def _rows(folder: str, found: list[Entry]) -> Rows:
    return [(f"{folder}{entry.day:%Y%m%d}/{hexes(folder + entry.title)}.html", entry) for entry in found]


def _ecology() -> Built:
    """Reports among everyday articles and look-alikes; four pages."""
    host, path = "sthj.sh.gov.cn", "/hbzhywpt1175/hbzhywpt1178/"
    built, site, look = Built(host), Site(host), look_of("上海市生态环境局")
    strange = look_alikes("上海市生态环境局", 2023)
    others = everyday("上海市", 45, date(2025, 12, 1), seed=host)
    rows = _rows(path, newest_first(entries(ENVIRONMENT, topic="e"), strange, others))
    Plain("政府信息公开年度报告", f"{path}index.html", rows).mount(site, look)
    home(site, look, (f"{path}index.html", "政府信息公开年度报告"))
    expect(built, ENVIRONMENT[0], f"https://{host}", rows)
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built


def _insurance() -> Built:
    """The column leads to one a year, in its folder; the number of pages is printed, nothing links to them."""
    host = "ybj.sh.gov.cn"
    built, site, look = Built(host), Site(host), look_of("上海市医疗保障局")
    years = []
    for year in YEARS:
        path = f"/xxgknb/{year}n/"
        others = everyday("医保", 20, date(year + 1, 6, 1), seed=str(year)) if year == 2024 else []
        rows = _rows(path, newest_first(entries(HEALTH, [year]), others))
        Plain(f"{year}年", f"{path}index.html", rows, a_page=8, pager=counted).mount(site, look)
        expect(built, HEALTH[0], f"https://{host}", rows)
        years.append((f"{path}index.html", f"{year}年"))
    Plain("信息公开年报", "/xxgknb/index.html", (), also=years).mount(site, look)
    home(site, look, ("/xxgknb/index.html", "信息公开年报"))
    built.sites.append(site)
    return built


def _city() -> Built:
    """Two bodies in a collection a year; the script calls the pager; articles stand elsewhere, on either host name."""
    host = "www.shanghai.gov.cn"
    built, look = Built(host), look_of("上海市人民政府")
    sites = [Site(host), Site("shanghai.gov.cn")]
    menu = [(f"/{year}ndbg/index.html", f"{year}年度报告") for year in YEARS]
    for year in YEARS:
        city = _rows("/nw12344/", entries(CITY, [year], style=1))
        finance = _rows("/nw12345/", entries(FINANCE, [year], topic="f"))
        others = _rows("/nw4411/", everyday("上海市", 18, date(year + 1, 2, 1), seed=str(year))) if year == 2023 else []
        rows = [*city, *others, *finance]
        column = Plain(f"{year}年度报告", f"/{year}ndbg/index.html", rows, a_page=10, pager=scripted, also=menu)
        for site in sites:
            column.mount(site, look)
        for agency_id, found in ((CITY[0], city), (FINANCE[0], finance)):
            for path, entry in found:
                if entry.report:
                    built.expect(agency_id, f"https://{host}{path}", entry.report, f"https://shanghai.gov.cn{path}")
    newest = next(f"https://shanghai.gov.cn{path}" for path, _ in _rows("/nw12344/", entries(CITY, [2025], style=1)))
    home(sites[0], look, ("/2025ndbg/index.html", "政府信息公开年度报告"), (newest, "2025年政府信息公开工作年度报告"))
    built.sites += sites
    return built
