"""Small TRS pages for tests: lists, rows, articles. Sentences and names are our own."""

from __future__ import annotations

from collections.abc import Iterable

from spiders.trs import TrsSpider
from tests.spiders.crawl import Crawl, crawl, pages, row

HOST = "sthj.yangli.gov.cn"
LIST = f"http://{HOST}/zwgk/zfxxgknb/"
COLUMN = {"url": LIST, "title": "政府信息公开年报"}
REPORT = "<html><body><h1>{title}</h1><p>一、总体情况</p><p>样例局全年主动公开信息若干条。</p></body></html>"


def title(year: int, agency: str = "广州市样例局") -> str:
    return f"{agency}{year}年政府信息公开工作年度报告"


def article(year: int, number: int = 1000, kind: str = "html") -> str:
    """Address of an article relative to its list."""
    return f"./{year + 1}01/t{year + 1}0115_{number + year}.{kind}"


def url(year: int, number: int = 1000, kind: str = "html", base: str = LIST) -> str:
    return base + article(year, number, kind).removeprefix("./")


def item(year: int, text: str = "", href: str = "") -> str:
    name = text or title(year)
    return f'<li><a href="{href or article(year)}" title="{name}">{name[:12]}…</a><span>{year + 1}-01-15</span></li>'


def listing(years: Iterable[int], tail: str = "", items: str = "") -> str:
    """A list page: one row a year, then whatever turns its pages."""
    rows = "".join(item(year) for year in years)
    padding = "<p>联系我们 网站地图 版权所有 样例局办公室 地址：样例路一号 邮编：000000</p>" * 6
    return f"<html><head><title>年报</title></head><body><ul>{rows}{items}</ul>{tail}{padding}</body></html>"


STUB = "<html><head><title></title></head><body><div class='list'><ul></ul></div></body></html>"


YEARS = list(range(2025, 2013, -1))


def run(table: dict[str, object], columns: list[dict[str, object]] | None = None, **arguments: object) -> Crawl:
    fields = {key: arguments.pop(key) for key in ("quirks", "agencies", "oldest_year") if key in arguments}
    rows = [row(HOST, "trs", columns=[COLUMN] if columns is None else columns, **{"oldest_year": 2014, **fields})]
    known = {url(year): REPORT.format(title=title(year)) for year in YEARS} | {f"{HOST}/": "<html>样例局</html>"}
    return crawl(TrsSpider, pages({**known, **table}), rows=rows, portal=HOST, **arguments)


def years_of(result: Crawl) -> list[int]:
    return sorted(int(one.url.rsplit("_", 1)[1].split(".")[0]) - 1000 for one in result.pages)
