"""Fake portals that no registry row knows: those of the country, under other hosts and names.

`DEMO_COUNTRY=tests.detect.town.land` mounts them behind the download handler.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, FakeResponse, Site, not_found, page
from crawler.demo.truth import Built

NEW = "rsj.tongren-demo.gov.cn"
"""A portal of the family `trs` whose home page names its column (rsj.zunyi.gov.cn in the country)."""

EMPTY = "www.empty-demo.gov.cn"
"""A portal whose list looks like one of `trs` and holds news alone."""

GATED = "www.gated-demo.gov.cn"
"""A portal behind a gate."""

UNKNOWN = "www.unknown-demo.gov.cn"
"""A portal of software that no family knows."""

FORBIDDEN = "www.forbidden-demo.gov.cn"
"""A portal whose robots.txt keeps everybody out."""

PLATFORM = "nyncj.tongren-demo.gov.cn"
"""A portal of the platform gkmlpt (sthjj.gz.gov.cn in the country)."""


def moved(land: Country, old: str, new: str, **words: str) -> Site:
    """The portal `old` under the host `new`, words of its pages changed (`遵义="铜仁"`)."""

    def answered(request: FakeRequest) -> FakeResponse:
        answer = land.respond(replace(request, url=request.url.replace(new, old)))
        body = answer.body.replace(old.encode(), new.encode())
        for before, after in words.items():
            for charset in ("utf-8", "gb18030"):
                body = body.replace(before.encode(charset), after.encode(charset))
        return replace(answer, body=body)

    site = Site(new)
    site.add_pattern(r".*", answered)
    return site


def empty() -> Site:
    """A list of news, addresses as in TRS; no report anywhere."""
    rows = "".join(
        f'<li><a href="./20260{n}/t20260{n}15_12345{n}.html">铜仁市召开第{n}次会议</a><span>2026-0{n}-15</span></li>'
        for n in range(1, 7)
    )
    body = f"<ul>{rows}</ul><script>createPageHTML(1, 0, 'index', 'html');</script><p>主办单位：铜仁市样例管理局</p>"
    site = Site(EMPTY)
    site.add("/", page("<title>铜仁市样例管理局</title><a href='/zfxxgknb/'>政府信息公开年报</a>"))
    site.add("/zfxxgknb/", page(f"<html><title>政府信息公开年报</title><body>{body}</body></html>"))
    return site


def unknown(whole: Country) -> Site:
    """Reports under addresses that no family has: `/Show.aspx?guid=12`, listed at `/List.aspx?cid=7`."""
    site = Site(UNKNOWN)
    reports = whole.truth("rsj.zunyi.gov.cn")
    rows = ""
    for number, one in enumerate(reports, 10):
        site.add(f"/Show.aspx?guid={number}", whole.respond(FakeRequest("GET", one.url)))
        title = f"{one.year}年度遵义市人力资源和社会保障局政府信息公开工作年度报告"
        rows += f"<li><a href='/Show.aspx?guid={number}'>{title}</a><span>{one.year + 1}-01-15</span></li>"
    site.add("/List.aspx?cid=7", page(f"<html><title>政府信息公开年报</title><body><ul>{rows}</ul></body></html>"))
    menu = "<a href='/List.aspx?cid=7'>政府信息公开年报</a><p>主办单位：遵义市人力资源和社会保障局</p>"
    site.add("/", page(f"<html><title>遵义市人力资源和社会保障局</title><body>{menu}</body></html>"))
    return site


def land() -> Country:
    """All of them, each request logged once."""
    whole = country()
    gated = Site(GATED, gate=lambda _: page("<html>412</html>", status=412))
    forbidden = Site(FORBIDDEN, robots="User-agent: *\nDisallow: /\n")
    forbidden.add_pattern(r".*", not_found)
    sites = [
        moved(whole, "rsj.zunyi.gov.cn", NEW, 遵义="铜仁"),
        moved(whole, "sthjj.gz.gov.cn", PLATFORM, 广州="铜仁"),
        empty(),
        unknown(whole),
        gated,
        forbidden,
    ]
    return Country(tuple(Built(site.host, [site]) for site in sites))
