"""Articles named by a day or a month and a number: `www.diqing.gov.cn`, `www.hgds.gov.cn`, `www.shpt.gov.cn`,
`www.zhumadian.gov.cn`, `zwgk.shcn.gov.cn`, `sfj.zhangzhou.gov.cn`, `www.kmwh.gov.cn`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from crawler.demo.entries import Entry, everyday, look_alikes
from crawler.demo.families.plain import Plain, counted, entries, expect, forward, hexes, home, linked, look_of
from crawler.demo.families.plain import newest_first as newest
from crawler.demo.portal import Site
from crawler.demo.truth import Built

Who = tuple[str, str, str]


def portals() -> list[Built]:
    """All portals of the family."""
    diqing = ("533400-gxj", "迪庆州工业和信息化局", "州工信局")
    hegang = ("230400-lcj", "鹤岗市林业和草原局", "市林草局")
    putuo = ("310107-sthjj", "上海市普陀区生态环境局", "区生态环境局")
    zhumadian = ("411700-sthjj", "驻马店市生态环境局", "市生态环境局")
    changning = ("310105-sthjj", "上海市长宁区生态环境局", "区生态环境局")
    zhangzhou = ("350600-sfj", "漳州市司法局", "市司法局")
    wuhua = ("530102-zf", "昆明市五华区人民政府", "区政府")
    nb = "/zfxxgk_dqzzf/gknb/bmxxgknb/"
    return [
        _one("www.diqing.gov.cn", diqing, nb, lambda day, n: f"{nb}{day:%Y%m}/{day:%Y%m%d}_{n}.html", pager=linked),
        _one(
            "www.hgds.gov.cn", hegang, "/hegang/wszbmgkndbb/",
            lambda day, n: f"/hegang/wszbmgkndbb/{day:%Y%m}/{n}.shtml", pager=counted,
        ),
        _one(
            "www.shpt.gov.cn", putuo, "/hbj/zfxxgknb/", lambda day, n: f"/hbj/zfxxgknb/{day:%Y%m%d}/{n}.html",
            pager=counted, pages=lambda n: f"index_{n}.html",
        ),
        _one(
            "www.zhumadian.gov.cn", zhumadian, "/html/site_gov/xxgknb/index.html",
            lambda day, n: f"/html/site_gov/articles/{day:%Y%m}/{n}.html", pager=forward, strange=True,
        ),
        _one(
            "zwgk.shcn.gov.cn", changning, "/xxgk/gknb-hbjzfxxgk/",
            lambda day, n: f"/xxgk/gknb-hbjzfxxgk/{day.year}/{int(day.strftime('%j'))}/{n}.html", pager=linked,
            pages=lambda n: f"?page={n}",
        ),
        _one(
            "sfj.zhangzhou.gov.cn", zhangzhou, "/cms/html/zzssfj/ndbg/index.html",
            lambda day, n: f"/cms/html/zzssfj/{day.isoformat()}/{1_111_000_000 + n}.html", pager=linked,
        ),
        _one(
            "www.kmwh.gov.cn", wuhua, "/xxgk/zfxxgknb/index.shtml", lambda day, n: f"/c/{day.isoformat()}/{n}.shtml",
            pager=forward, pages=lambda n: f"index_{n - 1}.shtml",
        ),
    ]  # fmt: skip


def _one(
    host: str, who: Who, path: str, article: Callable[[date, int], str], *, strange: bool = False, **how: Any
) -> Built:
    """A column with a body's reports among everyday articles, eight rows a page."""
    built, site, look = Built(host), Site(host), look_of(who[1])
    others: list[Entry] = look_alikes(who[1], 2022) if strange else []
    found = newest(entries(who, style=len(host) % 4), others, everyday(who[2], 10, date(2024, 3, 1), seed=host))
    rows = [(article(entry.day, 10_000 + int(hexes(entry.title)[:5], 16)), entry) for entry in found]
    how.setdefault("pages", lambda n: f"index_{n - 1}.html")
    Plain("政府信息公开年报", path, rows, a_page=8, **how).mount(site, look)
    home(site, look, (path, "政府信息公开年报"))
    expect(built, who[0], f"https://{host}", rows)
    built.refuse([entry.listed for entry in others])
    built.sites.append(site)
    return built
