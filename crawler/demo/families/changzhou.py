"""Changzhou's PHPCMS: `gi_class` tables of 20 rows, their ajax twin, `gi_news` records; the districts' `/class/` lists.

Played: `www.changzhou.gov.cn` (two bureaus on one host: 生态环境局 under `gi_class/hbj`, whose reports are in
one of its numbered parts, and 教育局 under `jyj`), `www.zhonglou.gov.cn` (`/class/OJJHLHQE`, articles at
`/html/czzl/<year>/<code>_<MMDD>/<id>.html`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from random import Random

from crawler.demo import agencies, mishaps
from crawler.demo.chrome import SHARE, Look, crumbs, record, shell
from crawler.demo.entries import Entry, everyday, look_alikes, of, posted
from crawler.demo.portal import FakePortal, FakeRequest, FakeResponse, Site, data, page
from crawler.demo.truth import Built

CZ, JY, ZL = "320400-sthjj", "320400-jyj", "320404-sthjfj"
A_PAGE = 20
KNOWN = {2020: 441611908346725, 2021: 699164327437567}


@dataclass(frozen=True, slots=True)
class GiClass:
    """One list of the disclosure directory: its code (`hbj_13`), name and rows newest first; ids have 15 digits."""

    code: str
    name: str
    rows: tuple[tuple[int, Entry], ...]

    def part(self, number: int) -> Sequence[tuple[int, Entry]]:
        """Rows of a page (1-based); beyond the last page the last one is shown again, as the portal does."""
        last = max(1, -(-len(self.rows) // A_PAGE))
        number = min(max(1, number), last)
        return self.rows[(number - 1) * A_PAGE : number * A_PAGE]


@dataclass(frozen=True, slots=True)
class Directory:
    """All lists of one bureau: `gi_class/<dept>` shows everything, `gi_class/<dept>_NN` one part of it."""

    dept: str
    organ: str
    parts: tuple[GiClass, ...]

    def mount(self, site: Site, look: Look) -> None:
        """Add lists, the ajax twin's answers, records and their print view to a host."""
        rows = tuple(sorted((row for p in self.parts for row in p.rows), key=lambda row: row[1].day, reverse=True))
        for part in (GiClass(self.dept, self.organ, rows), *self.parts):
            site.add_pattern(rf"/gi_class/{part.code}(?:/\d+)?", self._answer(part, look))
        for part in self.parts:
            for number, entry in part.rows:
                site.add(f"/gi_news/{number}", page(_record(look, self.organ, part, number, entry)))
                site.add(f"/downxxgk.php?fid={number}", page(_print(entry)))

    def _answer(self, part: GiClass, look: Look) -> FakePortal:
        def respond(request: FakeRequest) -> FakeResponse:
            tail = request.path.rsplit("/", 1)[1]
            if request.query.get("act") == "ajax":
                rows = part.part(int(request.query.get("page") or 1))
                return data({"status": 10, "html": _table(rows), "total": len(part.rows)})
            return page(self._list(look, part, int(tail) if tail.isdigit() else 1))

        return respond

    def _list(self, look: Look, part: GiClass, number: int) -> str:
        menu = "".join(f'<li><a href="/gi_class/{p.code}">{escape(p.name)}</a></li>' for p in self.parts)
        last = max(1, -(-len(part.rows) // A_PAGE))
        turn = "".join(f'<a href="/gi_class/{part.code}/{n}">{n}</a>' for n in range(1, last + 1))
        inner = (
            crumbs(("首页", "/"), ("信息公开目录", "/ns_class/zfxxgk"), (self.organ, f"/gi_class/{self.dept}"))
            + f'<div class="left"><ul class="tree">{menu}</ul></div><div class="right">{_table(part.part(number))}'
            f'<div id="pages">共{len(part.rows)}条 {turn}</div></div>'
        )
        return shell(look, f"{part.name}_{self.organ}_{look.name}", inner)


def _table(rows: Sequence[tuple[int, Entry]]) -> str:
    lines = "".join(
        f'<tr><td class="no">{n}</td><td><a href="/gi_news/{number}" title="{escape(entry.listed)}" target="_blank">'
        f"{escape(entry.listed[:28])}{'…' if len(entry.listed) > 28 else ''}</a></td><td></td>"
        f"<td>{entry.day.isoformat()}</td></tr>"
        for n, (number, entry) in enumerate(rows, start=1)
    )
    head = "<tr><th>序号</th><th>信息名称</th><th>文号</th><th>公开日期</th></tr>"
    return f'<table class="box3" width="100%">{head}{lines}</table>'


def _record(look: Look, organ: str, part: GiClass, number: int, entry: Entry) -> str:
    table = record(
        (
            ("信息名称", entry.title), ("索引号", f"01411020{number % 100000}"), ("法定主动公开内容", part.name),
            ("公开方式", "主动公开"), ("文件编号", ""), ("发布机构", organ), ("生成日期", entry.day.isoformat()),
            ("公开日期", entry.day.isoformat()), ("废止日期", "有效"), ("内容概述", entry.title),
        ),
        kind="GovInfoHead",
    )  # fmt: skip
    inner = (
        crumbs(("首页", "/"), (organ, f"/gi_class/{part.code}"), (part.name, f"/gi_class/{part.code}"))
        + table
        + f'<table width="100%"><tr><td class="GovInfoTitle">{escape(entry.title)}</td></tr>'
        f'<tr><td class="GovInfoContent">{entry.body}</td></tr></table>{SHARE}'
    )
    return shell(look, f"{entry.title}_{look.name}", inner)


def _print(entry: Entry) -> str:
    """The print view: the body and nothing around it."""
    title = escape(entry.title)
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f"<html>{head}<body><h2>{title}</h2>{entry.body}</body></html>"


def portals() -> list[Built]:
    """All portals of the family; both bureaus of the city live on one host."""
    look = Look(
        "常州市人民政府", "常州市人民政府办公室", (("首页", "/"), ("信息公开", "/ns_class/zfxxgk")), code="3204000001"
    )
    site = Site("www.changzhou.gov.cn")
    offices = (("hbj", "市生态环境局"), ("jyj", "市教育局"), ("fgw", "市发改委"), ("czj", "市财政局"))
    links = "".join(f'<li><a href="/gi_class/{code}">{name}</a></li>' for code, name in offices)
    site.add("/", page(shell(look, look.name, '<div class="nav2"><a href="/ns_class/zfxxgk">政府信息公开</a></div>')))
    site.add("/ns_class/zfxxgk", page(shell(look, "政府信息公开", f"<ul>{links}</ul>")))
    return [_environment(site, look), _education(site, look), _zhonglou()]


def _ids(seed: str, count: int) -> list[int]:
    """Fifteen-digit ids in no order of time, as the portal gives them."""
    rng = Random(seed)  # noqa: S311 - varied numbers, no secret
    return [rng.randrange(10**14, 10**15) for _ in range(count)]


def _environment(site: Site, look: Look) -> Built:
    """生态环境局: reports in part `hbj_13`; 2021 in one paragraph, annotated, without its tables."""
    built = Built("www.changzhou.gov.cn/gi_class/hbj", [site])
    rows: list[tuple[int, Entry]] = []
    for year, number in zip(range(2025, 2018, -1), _ids("hbj", 7), strict=True):
        report = agencies.report(CZ, year)
        seen = mishaps.mirror(report) if year == 2021 else report
        entry = of(seen, posted(year), {2021: "one_paragraph", 2020: "nested"}.get(year, "word"))
        rows.append((KNOWN.get(year, number), entry))
        built.expect(CZ, f"https://{site.host}/gi_news/{rows[-1][0]}", report)
    strange = look_alikes("常州市生态环境局", 2023)
    rows += list(zip(_ids("hbj-strange", 4), strange, strict=True))
    rows.sort(key=lambda row: row[1].day, reverse=True)
    daily = everyday("常州市", 53, date(2026, 10, 1), seed="hbj")
    parts = (
        GiClass("hbj_01", "机构概况", ()),
        GiClass("hbj_08", "环评公示", tuple(zip(_ids("hbj-daily", 53), daily, strict=True))),
        GiClass("hbj_13", "政府信息公开年报", tuple(rows)),
    )
    Directory("hbj", "市生态环境局", parts).mount(site, look)
    built.refuse([entry.listed for entry in strange], url=f"https://{site.host}/gi_class/hbj_13")
    return built


def _education(site: Site, look: Look) -> Built:
    """教育局: 27 rows in its part, so that page 3 repeats page 2; the years before 2022 stand on page 2."""
    built = Built("www.changzhou.gov.cn/gi_class/jyj", [site])
    reports = [(number, of(agencies.report(JY, year), posted(year), "word")) for year, number in NUMBERED]
    others = list(zip(_ids("jyj-daily", 20), everyday("常州市教育系统", 20, date(2026, 9, 1), seed="jyj"), strict=True))
    rows = sorted([*reports, *others], key=lambda row: row[1].day, reverse=True)
    parts = (GiClass("jyj_02", "通知公告", ()), GiClass("jyj_21", "政府信息公开年度报告", tuple(rows)))
    Directory("jyj", "市教育局", parts).mount(site, look)
    built.expect_entries(JY, ((f"https://{site.host}/gi_news/{number}", entry) for number, entry in reports))
    return built


NUMBERED = tuple(zip(range(2025, 2018, -1), _ids("jyj", 7), strict=True))


def _zhonglou() -> Built:
    """`www.zhonglou.gov.cn`: a bureau's list by eight letters; articles under year, code and day."""
    host = "www.zhonglou.gov.cn"
    built = Built(host)
    look = Look(
        "常州市钟楼区人民政府",
        "钟楼区人民政府办公室",
        (("首页", "/"), ("信息公开", "/class/CACAAAAA")),
        code="3204040001",
    )
    site = Site(host)
    rows: list[tuple[str, Entry]] = []
    for year in range(2025, 2018, -1):
        day = date(2021, 2, 5) if year == 2020 else posted(year)
        number = 15_247 + (year - 2020) * 2_113
        entry = of(agencies.report(ZL, year), day, ("nested", "word")[year % 2])
        rows.append((f"/html/czzl/{day.year}/OJBMLIIN_{day.strftime('%m%d')}/{number}.html", entry))
        built.expect(ZL, f"https://{host}{rows[-1][0]}", agencies.report(ZL, year))
    items = "".join(
        f'<li><span>[{entry.day.strftime("%Y.%m.%d")}]</span><a href="{path}" title="{escape(entry.title)}">'
        f"{entry.title}</a></li>"
        for path, entry in rows
    )
    listing = page(
        shell(look, f"区生态环境局_{look.name}", f'<ul class="infolist">{items}</ul><div id="pages">1</div>')
    )
    site.add("/class/OJJHLHQE", listing)
    site.add("/class/CACAAAAA", page(shell(look, "信息公开", '<a href="/class/OJJHLHQE">区生态环境局</a>')))
    site.add("/", page(shell(look, look.name, '<div><a href="/class/CACAAAAA">政府信息公开</a></div>')))
    for path, entry in rows:
        shown = GiClass("OJJHLHQE", "政府信息公开年度报告", ())
        html = _record(look, "钟楼生态环境局", shown, int(path.rsplit("/", 1)[1][:-5]), entry)
        site.add(path, page(html.replace("/gi_class/OJJHLHQE", "/class/OJJHLHQE")))
    built.sites.append(site)
    return built
