"""Articles named by 24 digits: `www.weiyang.gov.cn` (pages linked), `www.changanqu.gov.cn` (all departments,
pages counted), `www.gangcheng.gov.cn` (rows from a service, without addresses), `www.sdsx.gov.cn` (an explanation among
the rows).
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from crawler.demo.entries import Entry, everyday, look_alikes
from crawler.demo.families.plain import (
    Plain,
    Rows,
    Service,
    counted,
    entries,
    expect,
    forward,
    hexes,
    home,
    linked,
    look_of,
    newest_first,
)
from crawler.demo.portal import Site
from crawler.demo.truth import Built

WEIYANG = ("610112-sthjfj", "西安市生态环境局未央分局", "未央分局")
CHANGAN = ("610116-czj", "西安市长安区财政局", "区财政局")
CHANGAN_CITY = ("610116-zf", "西安市长安区人民政府", "区政府")
GANGCHENG = ("370117-sthjfj", "济南市生态环境局钢城分局", "钢城分局")
TOWN = ("371522-wzjz", "莘县王庄集镇人民政府", "王庄集镇")


def portals() -> list[Built]:
    """All portals of the family."""
    return [_weiyang(), _changan(), _gangcheng(), _shen()]


def _rows(folder: str, found: list[Entry], prefix: str = "") -> Rows:
    out = []
    for entry in found:
        seconds = int(datetime(entry.day.year, entry.day.month, entry.day.day, tzinfo=UTC).timestamp())
        out.append((f"{folder}{prefix}{seconds:08x}{hexes(folder + entry.title, 16)}.html", entry))
    return out


def _weiyang() -> Built:
    """Reports among everyday articles; `2.html` follows."""
    host, folder = "www.weiyang.gov.cn", "/zwgk/zfjg/czjg/sthjwyfj/xxgknb/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("西安市未央区人民政府")
    rows = _rows(folder, newest_first(entries(WEIYANG, topic="e"), everyday("未央区", 9, date(2025, 2, 1))))
    Plain("信息公开年报", folder, rows, pages=lambda n: f"{n}.html", a_page=8, pager=linked).mount(site, look)
    home(site, look, (folder, "信息公开年报"))
    expect(built, WEIYANG[0], f"http://{host}", rows)
    built.sites.append(site)
    return built


def _changan() -> Built:
    """Two bodies in one list, pages only counted."""
    host, folder = "www.changanqu.gov.cn", "/zwgk/xxgknb/bmxxgknb/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("西安市长安区人民政府")
    mine, other = _rows(folder, entries(CHANGAN, topic="f")), _rows(folder, entries(CHANGAN_CITY))
    rows = sorted([*mine, *other], key=lambda row: row[1].day, reverse=True)
    Plain("部门信息公开年报", folder, rows, pages=lambda n: f"{n}.html", a_page=7, pager=counted).mount(site, look)
    home(site, look, (folder, "部门信息公开年报"))
    expect(built, CHANGAN[0], f"http://{host}", mine)
    expect(built, CHANGAN_CITY[0], f"http://{host}", other)
    built.sites.append(site)
    return built


def _gangcheng() -> Built:
    """A channel whose script posts JSON and counts pages from 0."""
    host = "www.gangcheng.gov.cn"
    channel = "6389b5a2375991828264efb2"
    folder = f"/gongkai/site_gangchengqussthjjgcfjz/channel_{channel}/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("济南市钢城区人民政府")
    rows = _rows(folder, newest_first(entries(GANGCHENG, topic="e"), everyday("钢城", 14, date(2025, 2, 1))), "doc_")
    script = (
        f"const channel = '{channel}';\nconst form = {{ channelId: channel, pageIndex: 0, pageSize: 6 }};\n"
        "axios.post('/api/gongkai/docs', form).then(function (res) { app.rows = res.data.rows; });"
    )
    service = Service(
        "/api/gongkai/docs",
        script,
        _records,
        page="pageIndex",
        size=6,
        first=0,
        method="POST",
        needs={"channelId": channel},
    )
    Plain("政府信息公开年报", folder, rows, service=service).mount(site, look)
    home(site, look, (folder, "政府信息公开年报"))
    expect(built, GANGCHENG[0], f"http://{host}", rows)
    built.sites.append(site)
    return built


def _records(rows: Rows, total: int, _pages: int) -> object:
    listed = [
        {
            "_id": path.rpartition("doc_")[2][:-5],
            "title": f"<em>{entry.listed}</em>",
            "pubDate": f"{entry.day}T09:00:00Z",
        }
        for path, entry in rows
    ]
    return {"rows": listed, "count": total}


def _shen() -> Built:
    """An explanation and other look-alikes stand among the town's reports; one page leads to the next."""
    host, folder = "www.sdsx.gov.cn", "/site_wzjzabh/channel_x_5669_13598/"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("莘县人民政府")
    strange = look_alikes("莘县王庄集镇人民政府", 2023)
    rows = _rows(folder, newest_first(entries(TOWN, style=1), strange), "doc_")
    Plain("政府信息公开年报", folder, rows, pages=lambda n: f"?page={n}", a_page=6, pager=forward).mount(site, look)
    home(site, look, (folder, "政府信息公开年报"))
    expect(built, TOWN[0], f"http://{host}", rows)
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built
