"""What the doctor says of a row, and that the row it proposes is one that works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError

from crawler.demo.portal import FakeRequest, FakeResponse
from crawler.doctor import Health
from crawler.doctor.guest import MAX_REQUESTS
from tests.doctor.look import examine, loaded, look
from tests.spiders.crawl import pages, row

HOST = "sthjj.lintian.gov.cn"
COLUMN = f"http://{HOST}/zwgk/zfxxgknb/"
NEWEST = 2025
"""The tests are written for days on which the report of this year is due; `years` below counts from it."""


@pytest.fixture(autouse=True)
def _a_day_in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date

    monkeypatch.setattr("crawler.doctor.spider._today", lambda: date(NEWEST + 1, 11, 1))


def listing(*titles: str, more: str = "") -> str:
    rows = "".join(
        f'<li><a href="./202601/t202601{number + 10}_{number}.html">{title}</a><span>2026-01-1{number}</span></li>'
        for number, title in enumerate(titles)
    )
    return f"<html><head><title>年报</title></head><body><ul>{rows}</ul>{more}</body></html>"


def report(year: int) -> str:
    return f"林田市生态环境局{year}年政府信息公开工作年度报告"


GOOD = listing(report(NEWEST), report(NEWEST - 1))


def home(*links: tuple[str, str]) -> str:
    return "<html><body>" + "".join(f'<a href="{url}">{text}</a>' for url, text in links) + "</body></html>"


def portal_row(**fields: Any) -> dict[str, Any]:
    family = fields.pop("family", "trs")
    return row(HOST, family, **{"columns": [{"url": COLUMN, "title": "政府信息公开年报"}], **fields})


def one(fake: Any, **fields: Any) -> tuple[Health, list[str]]:
    (health,), result = look(fake, [portal_row(**fields)])
    assert health.requests <= MAX_REQUESTS
    assert len(result.urls) <= MAX_REQUESTS
    return health, result.urls


def mended(health: Health, fake: Any, tmp_path: Path) -> Health:
    """What the doctor says of the row that it proposed."""
    assert health.proposal
    proposed = loaded(health.proposal).portal(health.portal_id)
    (again,), _ = examine(fake, [proposed], tmp_path)
    return again


# ---------------------------------------------------------------------------------------------------- rows that work


def test_a_row_that_works_costs_one_request_and_no_report_is_opened() -> None:
    health, asked = one(pages({COLUMN: GOOD}))
    assert (health.state, health.outcome, health.reason) == ("works", "found", "ok")
    assert (health.reports, health.newest, health.requests) == (2, NEWEST, 1)
    assert asked == [COLUMN]
    assert health.proposal == ""


def test_a_list_without_the_report_that_is_due_is_stale() -> None:
    health, _ = one(pages({COLUMN: listing(report(2019), report(2018))}))
    assert (health.state, health.reason, health.newest) == ("stale", "old_reports", 2019)


def test_the_newest_report_may_stand_in_a_list_of_its_year() -> None:
    years = home((f"./{NEWEST}n/", f"{NEWEST}年"), ("./2019n/", "2019年"))
    fake = pages({COLUMN: listing(report(2018), more=years), f"{COLUMN}{NEWEST}n/": GOOD})
    health, _ = one(fake)
    assert (health.state, health.newest) == ("works", NEWEST)


def test_a_row_without_a_column_is_told_the_one_that_was_found(tmp_path: Path) -> None:
    fake = pages({f"http://{HOST}/": home(("/zwgk/zfxxgknb/", "政府信息公开年报")), COLUMN: GOOD})
    health, asked = one(fake, columns=[])
    assert (health.state, health.remedy) == ("works", "its column was found")
    assert asked == [f"http://{HOST}/", COLUMN]
    again = mended(health, fake, tmp_path)
    assert (again.state, again.requests, again.proposal) == ("works", 1, "")


REPORT = f"""<html><head><title>{report(NEWEST)}</title></head><body><h1>{report(NEWEST)}</h1>
<p>一、总体情况</p><p>本报告根据《中华人民共和国政府信息公开条例》编制。</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>
<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p><p>六、其他需要报告的事项</p></body></html>"""


def test_a_column_that_is_itself_the_report_works() -> None:
    health, asked = one(pages({COLUMN: REPORT}))
    assert (health.state, health.newest, asked) == ("works", NEWEST, [COLUMN])


def test_a_report_that_is_asked_by_year_is_not_believed_before_it_came() -> None:
    asked = f"http://{HOST}/module/xxgk/xxgkAnnualReport.jsp?area=11330000MB1234567X"
    fields = {"family": "hanweb", "shape": "xxgk", "columns": [{"url": asked}]}
    nothing, _ = one(pages({}), **fields)
    assert (nothing.state, nothing.reports) == ("unsure", 0)
    there, _ = one(pages({f"{asked}&fbtime={NEWEST}": REPORT}), **fields)
    assert (there.state, there.reports, there.newest) == ("works", 1, NEWEST)


# ---------------------------------------------------------------------------------------------------- rows that broke


def test_a_column_that_moved_is_found_from_home_and_proposed(tmp_path: Path) -> None:
    new = f"http://{HOST}/xxgk/ndbg/"
    fake = pages({f"http://{HOST}/": home(("/xxgk/ndbg/", "政府信息公开年度报告")), new: GOOD})
    health, asked = one(fake)
    assert (health.state, health.outcome, health.reason) == ("broken", "missing", "column_moved")
    assert asked == [COLUMN, f"http://{HOST}/", new]
    assert health.tried
    again = mended(health, fake, tmp_path)
    assert (again.state, again.url) == ("works", new)


class Only:
    """A portal that answers by one scheme; the other one fails."""

    def __init__(self, scheme: str, fake: Callable[[FakeRequest], FakeResponse | None], error: Exception) -> None:
        self.scheme, self.fake, self.error = scheme, fake, error

    def __call__(self, request: FakeRequest) -> FakeResponse | None:
        if not request.url.startswith(f"{self.scheme}://"):
            raise self.error
        return self.fake(request)


@pytest.mark.parametrize(
    ("scheme", "error", "reason"),
    [
        ("http", DownloadConnectionRefusedError("no"), "connection_refused"),
        ("http", DownloadTimeoutError("30 s"), "timeout"),
        ("https", DownloadConnectionRefusedError("no"), "connection_refused"),
    ],
)
def test_a_portal_that_answers_by_the_other_scheme_only(
    tmp_path: Path, scheme: str, error: Exception, reason: str
) -> None:
    dead = "https" if scheme == "http" else "http"
    fields = {"base": f"{dead}://{HOST}/", "columns": [{"url": f"{dead}://{HOST}/zwgk/zfxxgknb/"}]}
    fake = Only(scheme, pages({COLUMN.removeprefix("http://"): GOOD}), error)
    health, _ = one(fake, **fields)
    assert (health.state, health.outcome, health.reason) == ("broken", "unreachable", reason)
    assert health.tried
    assert f"{dead} fails" in health.remedy
    proposed = loaded(health.proposal).portal(HOST)
    assert proposed.base == f"{scheme}://{HOST}/"
    assert proposed.quirks.get("http_only", False) is (scheme == "http")
    assert mended(health, fake, tmp_path).state == "works"


def test_a_host_that_is_gone_is_broken_and_nothing_is_proposed() -> None:
    def gone(request: FakeRequest) -> FakeResponse | None:
        raise CannotResolveHostError(request.host)

    health, _ = one(gone)
    assert (health.state, health.reason, health.proposal) == ("broken", "dns", "")


def moved_to(url: str) -> FakeResponse:
    return FakeResponse(301, (("Location", url),), b"")


def test_a_move_to_another_government_host_is_proposed_and_never_asked() -> None:
    health, asked = one(pages({COLUMN: moved_to("https://hb.lintian.gov.cn/zfxxgknb/")}))
    assert (health.state, health.reason, health.tried) == ("broken", "off_host", False)
    assert all(HOST in url for url in asked)
    assert "(not tried)" in health.proposal
    assert loaded(health.proposal).portal(HOST).base == "https://hb.lintian.gov.cn/"


def test_a_move_to_a_host_outside_the_government_is_not_proposed() -> None:
    health, asked = one(pages({COLUMN: moved_to("https://lintian-nb.example.com/")}))
    assert (health.state, health.reason, health.proposal) == ("broken", "off_host", "")
    assert all(HOST in url for url in asked)


def test_a_list_of_look_alikes_is_broken() -> None:
    health, _ = one(pages({COLUMN: listing("林田市政府网站工作年度报表（2025年度）", "2025年法治政府建设年度报告")}))
    assert (health.state, health.reason) == ("broken", "no_report_listed")


def test_a_list_that_scripts_make_is_given_to_a_browser() -> None:
    script = "<html><body><div id=app></div><script>new Vue({el:'#app'});axios.get('/x')</script></body></html>"
    health, _ = one(pages({COLUMN: script}))
    assert (health.state, health.reason) == ("broken", "list_needs_javascript")
    assert loaded(health.proposal).portal(HOST).quirks == {"render": True}
    assert not health.tried


def test_another_family_is_recognised_and_its_spider_reads_the_list(tmp_path: Path) -> None:
    rows = "".join(f'<li><a href="/info/1011/2261{n}.htm" title="{report(NEWEST - n)}">{n}</a></li>' for n in range(6))
    marks = "<script src='/system/resource/js/counter.js'></script><input name='wbtreeid' value='1011'>"
    fake = pages({COLUMN: f"<html><head>{marks}</head><body><ul>{rows}</ul></body></html>"})
    health, _ = one(fake)
    assert (health.state, health.detected) == ("broken", "vsb")
    assert health.tried
    assert loaded(health.proposal).portal(HOST).family == "vsb"
    assert mended(health, fake, tmp_path).state == "works"


def test_a_fault_of_our_own_is_named_and_costs_no_other_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("in a spider")

    monkeypatch.setattr("spiders.trs.TrsSpider.rows", fails)
    fake = pages({COLUMN: GOOD, "http://b.gov.cn/nb.htm": GOOD})
    other = row("b.gov.cn", "vsb", columns=[{"url": "http://b.gov.cn/nb.htm"}])
    told, _ = look(fake, [portal_row(), other])
    assert {health.portal_id: health.reason for health in told}[HOST] == "spider_fault"
    assert len(told) == 2


# ---------------------------------------------------------------------------------------------------- closed doors


def test_a_gate_is_met_once_and_left_alone() -> None:
    health, asked = one(pages({f"http://{HOST}/": home(), COLUMN: FakeResponse(412, (), b"$_ts.cd=1")}))
    assert (health.state, health.outcome, health.reason) == ("blocked", "blocked", "gate_412")
    assert asked == [COLUMN]


def test_robots_txt_is_obeyed() -> None:
    rules = FakeResponse(200, (("Content-Type", "text/plain"),), b"User-agent: *\nDisallow: /")
    health, asked = one(pages({f"http://{HOST}/robots.txt": rules, COLUMN: GOOD}))
    assert (health.state, health.reason, asked) == ("blocked", "robots_txt", [])


# ---------------------------------------------------------------------------------------------------- few requests


def test_a_maze_is_left_after_four_requests() -> None:
    def maze(request: FakeRequest) -> FakeResponse | None:
        links = [(f"{request.path}x{n}/", "政府信息公开") for n in range(6)]
        return pages({request.url: home(*links)})(request)

    health, asked = one(maze, columns=[])
    assert (health.state, health.reason, health.outcome) == ("unsure", "not_reached", "partial")
    assert len(asked) == MAX_REQUESTS


def test_redirects_are_paid_for() -> None:
    def moving(request: FakeRequest) -> FakeResponse | None:
        if request.path == "/robots.txt":
            return None
        step = int(request.path.strip("/").rpartition("_")[2] or 0) if "_" in request.path else 0
        return moved_to(f"http://{HOST}/step_{step + 1}/")

    health, asked = one(moving)
    assert len(asked) <= MAX_REQUESTS
    assert health.state in {"broken", "unsure"}


def test_rows_that_do_not_say_what_they_are_leave_the_doctor_unsure() -> None:
    health, _ = one(pages({COLUMN: listing("林田市财政局", "林田市民政局", "点击查看")}))
    assert (health.state, health.reason) == ("unsure", "unclear_rows")


def test_a_family_without_a_spider_is_only_looked_at() -> None:
    from crawler.doctor.guest import HomePage

    (request,) = HomePage().start_portal(loaded_row())
    assert request.url == f"http://{HOST}/"


def loaded_row() -> Any:
    from tests.spiders.crawl import _tables

    return loaded("\n".join(_tables([portal_row()]))).portal(HOST)
