"""Nantong's system: `www.nantong.gov.cn` (a column a year for all bureaus, pages linked), `hbj.lyg.gov.cn` (rows from a
service, without addresses), `ylbzj.nantong.gov.cn` (pages only counted).
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
    home,
    linked,
    look_of,
    newest_first,
    uuid,
)
from crawler.demo.portal import Site
from crawler.demo.truth import Built

ECOLOGY = ("320600-sthjj", "南通市生态环境局", "市生态环境局")
CULTURE = ("320600-wglj", "南通市文化广电和旅游局", "市文广旅局")
INSURANCE = ("320600-ybj", "南通市医疗保障局", "市医保局")
PORT = ("320700-sthjj", "连云港市生态环境局", "市生态环境局")


def portals() -> list[Built]:
    """All portals of the family."""
    return [_city(), _port(), _insurance()]


def _rows(folder: str, found: list[Entry]) -> Rows:
    return [(f"{folder}content/{uuid(folder + entry.title)}.html", entry) for entry in found]


def _city() -> Built:
    """The column of columns holds no row; each year's holds every bureau's reports, a look-alike among them."""
    host = "www.nantong.gov.cn"
    built, site, look = Built(host), Site(host), look_of("南通市人民政府")
    strange = look_alikes("南通市", 2022)
    years = []
    for year in YEARS:
        name = f"{year % 100}sjbm"
        folder = f"/ntsrmzf/{name}/"
        mine = _rows(folder, entries(ECOLOGY, [year], topic="e"))
        other = _rows(folder, entries(CULTURE, [year], style=2))
        rest = _rows(
            folder, newest_first(strange if year == 2022 else [], everyday("南通市", 13, date(year + 1, 5, 1)))
        )
        rows = [*mine, *rest, *other]

        def pages(number: int, name: str = name) -> str:
            return f"{name}_{number}.html"

        Plain(f"{year}年", f"{folder}{name}.html", rows, pages=pages, a_page=8, pager=linked).mount(site, look)
        expect(built, ECOLOGY[0], f"https://{host}", mine)
        expect(built, CULTURE[0], f"https://{host}", other)
        years.append((f"{folder}{name}.html", f"{year}年"))
    Plain("政府信息公开年度报告", "/ntsrmzf/xxgknb/xxgknb.html", (), also=years).mount(site, look)
    home(site, look, ("/ntsrmzf/xxgknb/xxgknb.html", "政府信息公开年度报告"))
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built


def _port() -> Built:
    """The page is empty; a service answers records that have a uuid and no address."""
    host, folder = "hbj.lyg.gov.cn", "/lygshbj/xxgknb/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("连云港市生态环境局")
    rows = _rows(folder, newest_first(entries(PORT, topic="e"), everyday("连云港", 21, date(2025, 9, 1))))
    script = (
        'var channelId = "8f3a-12"; var pageNo = 1; function load() { $.ajax({ url: "/front/article/list", '
        'type: "post", dataType: "json", data: { channelId: channelId, pageNo: pageNo, pageSize: 10 }, '
        "success: function (res) { show(res.data.records); } }); }"
    )
    service = Service(
        "/front/article/list",
        script,
        _records,
        size=10,
        method="POST",
        needs={"channelId": "8f3a-12", "pageSize": "10"},
    )
    Plain("信息公开年报", f"{folder}xxgknb.html", rows, service=service).mount(site, look)
    home(site, look, (f"{folder}xxgknb.html", "信息公开年报"))
    expect(built, PORT[0], f"http://{host}", rows)
    built.sites.append(site)
    return built


def _records(rows: Rows, total: int, pages: int) -> object:
    listed = [
        {"id": path.rsplit("/", 1)[1][:-5], "title": entry.listed, "publishTime": f"{entry.day} 08:00:00", "hits": 12}
        for path, entry in rows
    ]
    return {"code": 0, "msg": "success", "data": {"total": total, "pages": pages, "records": listed}}


def _insurance() -> Built:
    """A number of pages is printed, no page is linked; they count from 0."""
    host, folder = "ylbzj.nantong.gov.cn", "/ntsylbzj/xxgknb/"
    built, site, look = Built(host), Site(host), look_of("南通市医疗保障局")
    rows = _rows(folder, newest_first(entries(INSURANCE), everyday("医保", 14, date(2025, 4, 1))))
    column = Plain(
        "信息公开年报", f"{folder}xxgknb.html", rows, pages=lambda n: f"xxgknb_{n - 1}.html", a_page=8, pager=counted
    )
    column.mount(site, look)
    home(site, look, (f"{folder}xxgknb.html", "信息公开年报"))
    expect(built, INSURANCE[0], f"https://{host}", rows)
    built.sites.append(site)
    return built
