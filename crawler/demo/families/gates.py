"""Portals that do not let a crawler in, or only half: challenges, scripts, robots.txt, foreign redirects.

Marks of the defences as they are seen on real portals, without any of their code. Registry rows for these hosts are in
`crawler/demo/portals`, beside the installed ones, because nobody crawls them by default.

Played: `www.hubei.gov.cn` (412 with a challenge), `www.nx.gov.cn` (a slider under status 200), `sthj.tj.gov.cn` (the
list exists only after JavaScript ran), `www.bjmy.gov.cn` (robots.txt forbids one of two columns), `www.ordos.gov.cn`
(the column is redirected to a foreign host), `www.xizang.gov.cn` (answers 500).
"""

from __future__ import annotations

from crawler.demo.chrome import Look, shell
from crawler.demo.families import trs
from crawler.demo.families.trs import TrsList
from crawler.demo.families.trs_portals import doors, rows_of
from crawler.demo.portal import FakeRequest, FakeResponse, Site, data, moved, page
from crawler.demo.truth import Absence, Built
from crawler.items import Outcome

TIANJIN, MIYUN = "120000-sthjj", "110118-zf"

CHALLENGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"/><meta id="x0" content="0" r="m"/>'
    "<script type=\"text/javascript\" r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=61766;$_ts.cd=\"\";</script>"
    '</head><body></body></html>'
)  # fmt: skip
SLIDER = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"/><title>请稍候…</title><style>.puzzle-vcode{width:320px}</style>'
    '<script>window._$ts={"id":0};</script></head><body><div class="puzzle-vcode"><p>请按住滑块，拖动到最右边</p>'
    '<div class="bar"><span class="btn"></span></div></div></body></html>'
)


def portals() -> list[Built]:
    """All portals that refuse."""
    return [_challenge(), _slider(), _scripted(), _robots(), _foreign(), _broken()]


def _closed(host: str, gate: FakeResponse, reason: str, outcome: Outcome = "blocked") -> Built:
    built = Built(host)

    def shut(request: FakeRequest) -> FakeResponse | None:
        return None if request.path == "/robots.txt" else gate

    built.sites.append(Site(host, gate=shut))
    built.absences.append(Absence(host, outcome, reason))
    return built


def _challenge() -> Built:
    """412, a cookie, and a page that only a browser could answer."""
    lines = (("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "4hP44ZykCTt5S=60abcd; path=/; HttpOnly"))
    return _closed("www.hubei.gov.cn", FakeResponse(412, lines, CHALLENGE.encode()), "gate_412")


def _slider() -> Built:
    """A slider under status 200: whoever trusts the status takes it for an empty list."""
    padding = "<!--" + "0123456789abcdef" * 1400 + "-->"
    return _closed("www.nx.gov.cn", page(SLIDER + padding), "challenge_slider")


def _broken() -> Built:
    """A server whose application is down."""
    wrong = FakeResponse(500, (("Content-Type", "text/html"),), b"<html><body>HTTP Status 500</body></html>")
    return _closed("www.xizang.gov.cn", wrong, "http_500", "unreachable")


def _scripted() -> Built:
    """The list is written by a script that fetches `data.json` of the same host; a browser sees all reports."""
    host = "sthj.tj.gov.cn"
    built, site = Built(host), Site(host)
    look = Look("天津市生态环境局", "天津市生态环境局", (("首页", "/"),))
    column = TrsList(
        "/ZWGK4828/ZFXXGK8438/ZFXXGKNB6435/", "政府信息公开年报", tuple(rows_of(TIANJIN, range(2021, 2026), 3_974_377)),
        hollow=True, turner=trs.no_pager,
    )  # fmt: skip
    column.mount(site, look)
    site.add(f"{column.path}data.json", data(column.rows_json()))
    doors(site, look, ("/ZWGK4828/", "政务公开"), (column.path, column.name))
    built.sites.append(site)
    built.absences.append(Absence(host, "unreadable", "list_needs_javascript", url=f"http://{host}{column.path}"))
    built.behind_script = [(TIANJIN, column.url(host, number), entry) for number, entry in column.rows]
    return built


def _robots() -> Built:
    """Two columns; robots.txt forbids the one with the years before 2022."""
    host = "www.bjmy.gov.cn"
    built = Built(host)
    site = Site(host, robots="User-agent: *\nDisallow: /zwgk/zfxxgk/zfxxgknb/old/\nCrawl-delay: 1\n")
    look = Look("北京市密云区人民政府", "北京市密云区人民政府办公室", (("首页", "/"),))
    new = TrsList("/zwgk/zfxxgk/zfxxgknb/new/", "2022年以后", tuple(rows_of(MIYUN, range(2022, 2026), 195_744)))
    old = TrsList("/zwgk/zfxxgk/zfxxgknb/old/", "2022年以前", tuple(rows_of(MIYUN, range(2019, 2022), 195_744)))
    for column in (new, old):
        column.mount(site, look)
    TrsList("/zwgk/zfxxgk/zfxxgknb/", "政府信息公开年报", children=((new.path, new.name), (old.path, old.name))).mount(
        site, look
    )
    doors(site, look, ("/zwgk/zfxxgk/zfxxgknb/", "政府信息公开年报"))
    built.sites.append(site)
    built.expect_entries(MIYUN, ((new.url(host, number, "https"), entry) for number, entry in new.rows))
    built.absences.append(Absence(host, "blocked", "robots_txt", url=f"https://{host}{old.path}"))
    return built


def _foreign() -> Built:
    """The column's address now belongs to somebody else: a redirect to a host that is no portal."""
    host = "www.ordos.gov.cn"
    built, site = Built(host), Site(host)
    path = "/gk_128120/zfxxgkzl/zfxxgknb/szbmxxgknb/"
    site.add(path, moved("https://ordos-nb.example.com/zfxxgknb/", status=301))
    look = Look("鄂尔多斯市人民政府", "鄂尔多斯市人民政府办公室")
    site.add("/", page(shell(look, look.name, f'<a href="{path}">政府信息公开年报</a>')))
    stranger = Site("ordos-nb.example.com")
    stranger.add(
        "/zfxxgknb/", page("<html><body><a href='/x.html'>鄂尔多斯市2023年政府信息公开工作年度报告</a></body></html>")
    )
    built.sites += [site, stranger]
    built.absences.append(Absence(host, "refused", "off_host", url=f"http://{host}{path}"))
    return built
