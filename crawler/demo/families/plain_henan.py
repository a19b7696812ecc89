"""Henan and Hebei: `www.henan.gov.cn` (pages only counted, from 1), `www.tongbai.gov.cn` (下一页 alone),
`www.hebei.gov.cn` (columns and articles named by uuid), `sjzca.gov.cn` (rows from a service, as a piece of HTML).
"""

from __future__ import annotations

from datetime import date

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
    look_of,
    newest_first,
    scripted,
    uuid,
)
from crawler.demo.portal import Site, page
from crawler.demo.truth import Built

PROVINCE = ("410000-zf", "河南省人民政府", "省人民政府")
TOWN = ("411330-apz", "桐柏县安棚镇人民政府", "安棚镇")
HEBEI = ("130000-zf", "河北省人民政府", "省人民政府")
CHANGAN = ("130102-tjj", "石家庄市长安区统计局", "区统计局")


def henan() -> list[Built]:
    """Portals of the family `henan`."""
    return [_province(), _tongbai()]


def hebei() -> list[Built]:
    """Portals of the family `hebei`."""
    return [_hebei(), _changan()]


def _rows(found: list[Entry]) -> Rows:
    numbers = (800_000 + int(hexes(entry.title)[:5], 16) for entry in found)
    return [(f"/{entry.day:%Y/%m-%d}/{number}.html", entry) for number, entry in zip(numbers, found, strict=True)]


def _columns(column: str, found: list[Entry]) -> Rows:
    return [(f"/columns/{column}/{entry.day:%Y%m/%d}/{uuid(column + entry.title)}.html", entry) for entry in found]


def _province() -> Built:
    """Four pages, counted and not linked; look-alikes among the rows."""
    host, folder = "www.henan.gov.cn", "/zwgk/zfxxgk/zfxxgknb/"
    built, site, look = Built(host), Site(host), look_of("河南省人民政府")
    strange = look_alikes("河南省", 2024)
    rows = _rows(newest_first(entries(PROVINCE, style=1), strange, everyday("河南省", 40, date(2025, 6, 1))))
    Plain("政府信息公开年报", folder, rows, pager=counted).mount(site, look)
    home(site, look, (folder, "政府信息公开年报"))
    expect(built, PROVINCE[0], f"https://{host}", rows)
    built.refuse([entry.listed for entry in strange])
    built.sites.append(site)
    return built


def _tongbai() -> Built:
    """Each page leads to the next and no further."""
    host, folder = "www.tongbai.gov.cn", "/apz/zfxxgknb/"
    built, site, look = Built(host), Site(host), look_of("桐柏县人民政府")
    rows = _rows(newest_first(entries(TOWN), everyday("安棚", 9, date(2024, 6, 1))))
    Plain("政府信息公开年报", folder, rows, pages=lambda n: f"list_{n}.html", a_page=6, pager=forward).mount(site, look)
    home(site, look, (folder, "政府信息公开年报"))
    expect(built, TOWN[0], f"https://{host}", rows)
    built.sites.append(site)
    return built


def _hebei() -> Built:
    """A list of two pages, by a call that names them."""
    host, column = "www.hebei.gov.cn", "29527d47-65f0-4e58-9a95-804549f339e9"
    built, site, look = Built(host), Site(host), look_of("河北省人民政府")
    rows = _columns(column, newest_first(entries(HEBEI, style=2), everyday("河北省", 12, date(2025, 6, 1))))
    path = f"/columns/{column}/index.html"
    Plain("政府信息公开年报", path, rows, pages=lambda n: f"index_{n - 1}.html", a_page=10, pager=scripted).mount(
        site, look
    )
    home(site, look, (path, "政府信息公开年报"))
    expect(built, HEBEI[0], f"https://{host}", rows)
    built.sites.append(site)
    return built


def _changan() -> Built:
    """The list's script fetches a piece of HTML a page, in the manner of old portals."""
    host, column = "sjzca.gov.cn", "985b429c-5a3e-46bf-88aa-1fae645ea3af"
    built, site, look = Built(host), Site(host, schemes=frozenset({"http"})), look_of("石家庄市长安区人民政府")
    rows = _columns(column, newest_first(entries(CHANGAN), everyday("长安区", 15, date(2025, 3, 1))))
    script = (
        f"var columnId='{column}';\n// $.get('/old/list?x=1');\nfunction turn(pageIndex){{"
        "fetch('/api/columns/articles?' + new URLSearchParams({columnId, pageIndex, pageSize: 8}))"
        ".then(r => r.text()).then(t => list.innerHTML = t)}}"
    )
    service = Service("/api/columns/articles", script, _pieces, page="pageIndex", size=8, needs={"columnId": column})
    path = f"/columns/{column}/index.html"
    Plain("政府信息公开年报", path, rows, service=service).mount(site, look)
    home(site, look, (path, "政府信息公开年报"))
    expect(built, CHANGAN[0], f"http://{host}", rows)
    built.sites.append(site)
    return built


def _pieces(rows: Rows, _total: int, _pages: int) -> object:
    return page("".join(f'<li><a href="{path}">{entry.listed}</a><i>{entry.day}</i></li>' for path, entry in rows))
