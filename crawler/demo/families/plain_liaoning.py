"""Liaoning's system: `sthj.ln.gov.cn` (rows from a `.jhtml` service), `www.ln.gov.cn` (columns a year beside each
other), `www.bjtzh.gov.cn` (articles named by digits, pages only counted).
"""

from __future__ import annotations

from datetime import date

from crawler.demo.entries import Entry, everyday, look_alikes
from crawler.demo.families.plain import (
    YEARS,
    Plain,
    Rows,
    Service,
    counted,
    entries,
    expect,
    hexes,
    home,
    look_of,
    newest_first,
)
from crawler.demo.portal import Site
from crawler.demo.truth import Built

ECOLOGY = ("210000-sthjt", "辽宁省生态环境厅", "省生态环境厅")
PROVINCE = ("210000-zf", "辽宁省人民政府", "省人民政府")
TONGZHOU = ("110112-zf", "北京市通州区人民政府", "区政府")


def portals() -> list[Built]:
    """All portals of the family."""
    return [_ecology(), _province(), _tongzhou()]


def _rows(folder: str, found: list[Entry], *, digits: bool = False) -> Rows:
    names = [hexes(folder + entry.title).upper() for entry in found]
    if digits:
        names = [str(10**12 + int(name[:9], 16)) for name in names]
    return [(f"{folder}{name}/index.shtml", entry) for name, entry in zip(names, found, strict=True)]


def _ecology() -> Built:
    """The list's script asks a service; a look-alike of each kind stands among the rows."""
    host, folder = "sthj.ln.gov.cn", "/sthj/zfxxgk/zfxxgknb/"
    built, site, look = Built(host), Site(host), look_of("辽宁省生态环境厅")
    strange = look_alikes("辽宁省生态环境厅", 2021)
    rows = _rows(folder, newest_first(entries(ECOLOGY, topic="e"), strange, everyday("辽宁", 30, date(2026, 3, 1))))
    script = (
        "var code = 'zfxxgknb'; var siteId = 41; var page = 1;\n"
        "$.get('/igs/front/list.jhtml?siteId=' + siteId + '&code=' + code + '&pageNumber=' + page + '&pageSize=20', "
        "function (res) { render(res.page.content); }, 'json');"
    )
    service = Service(
        "/igs/front/list.jhtml",
        script,
        _page_of,
        page="pageNumber",
        size=20,
        needs={"siteId": "41", "code": "zfxxgknb"},
    )
    Plain("政府信息公开年报", f"{folder}index.shtml", rows, service=service).mount(site, look)
    home(site, look, (f"{folder}index.shtml", "政府信息公开年报"))
    expect(built, ECOLOGY[0], f"https://{host}", rows)
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built


def _page_of(rows: Rows, total: int, pages: int) -> object:
    content = [
        {"DOCTITLE": e.listed, "url": f"https://sthj.ln.gov.cn{p}", "PUBDATE": e.day.isoformat()} for p, e in rows
    ]
    return {"page": {"content": content, "totalElements": total, "totalPages": pages, "last": len(rows) < 20}}


def _province() -> Built:
    """Each year's column names the others; addresses of the others end in the folder."""
    host, above = "www.ln.gov.cn", "/web/zwgkx/zfxxgk1/2010zfxxgk_148535/"
    built, site, look = Built(host), Site(host), look_of("辽宁省人民政府")
    menu = [(f"{above}{year}/index.shtml", f"{year}年") for year in YEARS]
    for year in YEARS:
        rows = _rows(f"{above}{year}/", entries(PROVINCE, [year], style=2))
        Plain(f"{year}年", f"{above}{year}/index.shtml", rows, also=menu).mount(site, look)
        expect(built, PROVINCE[0], f"https://{host}", rows)
    home(site, look, (f"{above}2025/index.shtml", "政府信息公开年报"))
    built.sites.append(site)
    return built


def _tongzhou() -> Built:
    """Three pages, counted and not linked."""
    host, folder = "www.bjtzh.gov.cn", "/bjtz/xxfb/zfxxgknb/"
    built, site, look = Built(host), Site(host), look_of("北京市通州区人民政府")
    found = newest_first(entries(TONGZHOU, style=1), everyday("通州", 18, date(2025, 8, 1)))
    rows = _rows(folder, found, digits=True)
    Plain(
        "政府信息公开年报", f"{folder}index.shtml", rows, pages=lambda n: f"index_{n}.shtml", a_page=10, pager=counted
    ).mount(site, look)
    home(site, look, (f"{folder}index.shtml", "政府信息公开年报"))
    expect(built, TONGZHOU[0], f"https://{host}", rows)
    built.sites.append(site)
    return built
