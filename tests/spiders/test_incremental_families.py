"""Every family's spider gains by the shared flow: a second crawl asks for lists alone, a later one finds what is new.

Three crawls of each portal: one while the newest report is not yet in its list, one on the next day in which nothing
has changed, one eight days on, when that report has appeared and one cell of another has changed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, text

from crawler.demo.country import country
from crawler.demo.damage import changed
from crawler.demo.portal import FakeResponse
from tests.main_job.run import HANDLER, OWN_ROWS
from tests.spiders import test_hanweb, test_longxun, test_shaped, test_ucap
from tests.spiders.crawl import crawl

COUNTRIES = {"hanweb": test_hanweb, "longxun": test_longxun, "ucap": test_ucap, "shaped": test_shaped}
OF_THE_DEMO = {
    "sthjj.gz.gov.cn": "gkmlpt",
    "sthj.guizhou.gov.cn": "trs",
    "sthjt.fujian.gov.cn": "trs",
    "www.ynlf.gov.cn": "vsb",
    "www.changzhou.gov.cn/gi_class/hbj": "changzhou",
}
HOSTS = [
    "www.jiangsu.gov.cn", "hbj.hg.gov.cn", "www.huaian.gov.cn", "www.miit.gov.cn",
    "www.lushan.gov.cn", "www.ah.gov.cn", "www.gy.gov.cn",
    "www.huaihua.gov.cn", "www.hegang.gov.cn", "www.sc.gov.cn",
    "sthj.sh.gov.cn", "hbj.lyg.gov.cn", "sthj.ln.gov.cn", "sthjj.wuhai.gov.cn", "www.henan.gov.cn",
    "www.hebei.gov.cn", "www.weiyang.gov.cn", "www.diqing.gov.cn",
]  # fmt: skip


def portal(host):
    """Spider, country and what else the crawl of a portal needs."""
    if host in OF_THE_DEMO:
        settings = {"PORTALS_DIR": OWN_ROWS, "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER}}
        return OF_THE_DEMO[host], country().only(host), (), settings
    module = next(one for one in COUNTRIES.values() if host in one.COLUMNS)
    row = module.registry_row(host)
    return row["family"], module.LAND.only(host), [row], {}


def slug(url):
    """What is an article's own in its address."""
    parts = [part for part in urlsplit(url).path.split("/") if part and not part.startswith("index.")]
    return (parts[-1].rpartition(".")[0] or parts[-1]).encode()


def without(land, report):
    """The country while a report's page is not yet in the lists: what leads to it leads nowhere."""
    names = {slug(url) for url in (report.url, *report.also)}

    def change(request, below):
        answer = below(request)
        if any(name in request.url.encode() for name in names):
            return answer
        body = answer.body
        for name in names:
            body = body.replace(name, b"nothing-here")
        return FakeResponse(answer.status, answer.headers, body)

    return land.with_changes({site.host: change for built in land.built for site in built.sites})


def another_cell(body):
    """A page with one of its numbers changed."""
    cells = [*re.finditer(rb"(>\s*)(\d+)(\s*</(?:p|span|td)>)", body)]
    last = cells[-1]
    return body[: last.start(2)] + b"%d" % (int(last[2]) + 1) + body[last.end(2) :]


def rows(database, query):
    engine = create_engine(database)
    try:
        with engine.connect() as connection:
            return [tuple(one) for one in connection.execute(text(query))]
    finally:
        engine.dispose()


LATEST = (
    "SELECT agency_id, year, outcome, reason FROM attempts WHERE year IS NOT NULL AND agency_id IS NOT NULL "
    "AND run_id = (SELECT id FROM runs ORDER BY rowid DESC)"
)


@pytest.mark.parametrize("host", [*OF_THE_DEMO, *HOSTS])
def test_a_quiet_day_costs_the_lists_and_a_later_one_gives_exactly_what_is_new(host, tmp_path):
    family, land, own, extra = portal(host)
    database = f"sqlite:///{tmp_path / 'reports.db'}"
    truth = sorted(land.truth(), key=lambda report: (report.year, report.url))
    oldest, newest = truth[0], truth[-1]
    quiet = without(land, newest)

    def on(day, land):
        settings = {
            "DATABASE_URL": database, "SPOOL_DIR": str(tmp_path / "spool"), "NOW": f"{day}T08:00:00",
            "SECOND_PATH": False, "DEMO_COUNTRY": land, "RETRY_TIMES": 0, **extra,
        }  # fmt: skip
        land.log.clear()
        result = crawl(family, land, rows=own, pipelines=True, settings=settings, portal=host)
        result.asked[:] = land.log
        return result

    first = on("2026-11-02", quiet)
    standing = set(rows(database, "SELECT agency_id, year FROM reports"))
    assert standing == {(one.agency_id, one.year) for one in truth} - {(newest.agency_id, newest.year)}

    second = on("2026-11-03", quiet)
    assert second.pages == []
    assert second.stats.get("store/versions_new", 0) == 0
    lists = len(first.urls) - len(first.pages)
    assert len(second.urls) <= lists
    assert {outcome for agency, year, outcome, _ in rows(database, LATEST) if (agency, year) in standing} <= {
        "unchanged"
    }
    assert "portals/silent" not in second.stats

    third = on("2026-11-10", land.with_changes({oldest.url: changed(another_cell)}))
    assert third.stats["store/versions_new"] == 2
    told = {(agency, year): outcome for agency, year, outcome, _ in rows(database, LATEST) if outcome != "unchanged"}
    assert told[newest.agency_id, newest.year] == "found"
    assert told[oldest.agency_id, oldest.year] == "changed"
    assert {key for key in told if key in standing} == {(oldest.agency_id, oldest.year)}
