"""Small TRS pages for tests: lists, rows, articles. Sentences and names are our own."""

from __future__ import annotations

from collections.abc import Iterable

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
