"""How fast a host is asked: the floors are kept whatever else happens, and refusals slow down. No clock is asserted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request, Spider, signals
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.demo.portal import FakeRequest, FakeResponse, page
from crawler.net.failures import FailureNote, classify
from crawler.net.pace import SLOWEST, Pace, pace_of
from crawler.net.rows import row_settings
from crawler.net.throttled import IN_A_ROW, LONGEST, retry_after
from crawler.portals import registry
from tests.spiders.crawl import Crawl, crawl, row

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOST = "a.gov.cn"


class Downloader:
    def __init__(self, slots: dict[str, dict[str, Any]] | None = None) -> None:
        self.per_slot_settings = slots or {}
        self.slots: dict[str, Slot] = {}
        self._delay = 0.0

    def open(self, host: str) -> Slot:
        """As Scrapy makes a slot."""
        delay = self.per_slot_settings.get(host, {}).get("delay", self._delay)
        return self.slots.setdefault(host, Slot(1, delay, 0.2))


def made(delay: float = 2.0, slots: dict[str, dict[str, Any]] | None = None, **changes: Any) -> tuple[Pace, Downloader]:
    crawler = get_crawler(
        settings_dict={"DOWNLOAD_DELAY": delay, "DOWNLOAD_DELAY_JITTER": 0.2, "AUTOTHROTTLE_ENABLED": True, **changes}
    )
    downloader = Downloader(slots)
    crawler.engine = type("Engine", (), {"downloader": downloader})()
    pace = Pace(crawler)
    pace._spider_opened(Spider("x"))
    return pace, downloader


def answered(pace: Pace, host: str, latency: float, status: int = 200) -> None:
    request = Request(f"http://{host}/", meta={"download_slot": host, "download_latency": latency})
    pace._response_downloaded(Response(request.url, status=status), request, Spider("x"))


HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.floats(0, 200)),
        st.tuples(st.just("refusal"), st.floats(0, 1)),
        st.tuples(st.just("robots"), st.floats(0, 30)),
        st.tuples(st.just("forgotten"), st.floats(0, 1)),
    ),
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(HAPPENINGS, st.floats(0.1, 5), st.floats(0, 120))
def test_no_host_is_ever_asked_faster_than_its_floor(events: list[tuple[str, float]], least: float, own: float) -> None:
    pace, downloader = made(least, {HOST: {"delay": own, "concurrency": 1}})
    wanted = max(least, own)
    for kind, value in events:
        slot = downloader.open(HOST)
        if kind == "answer":
            answered(pace, HOST, value)
        elif kind == "refusal":
            wanted = max(wanted, min(2 * wanted, SLOWEST))
            assert pace.slow_down(HOST) == pytest.approx(wanted)
        elif kind == "robots":
            pace.raise_floor(HOST, value)
            wanted = max(wanted, value)
        else:
            downloader.slots.clear()  # as Scrapy does with slots that were idle for a minute
            slot = downloader.open(HOST)
        assert slot.concurrency == 1
        assert min(slot.download_delay() for _ in range(5)) >= wanted * 0.999
    assert downloader.open("other.gov.cn").download_delay() >= least * 0.999


def test_waiting_times_vary_upwards() -> None:
    _, downloader = made(2.0)
    waits = [downloader.open(HOST).download_delay() for _ in range(200)]
    assert 2.0 <= min(waits) < max(waits) <= 3.0


def test_a_slow_host_is_asked_more_slowly_and_a_recovered_one_no_faster_than_its_floor() -> None:
    pace, downloader = made(2.0)
    slot = downloader.open(HOST)
    answered(pace, HOST, 20.0)
    assert slot.delay == 20.0
    for _ in range(50):
        answered(pace, HOST, 0.01)
    assert slot.delay == pytest.approx(2.5)


def test_an_error_that_came_fast_speeds_nothing_up() -> None:
    pace, downloader = made(2.0)
    slot = downloader.open(HOST)
    answered(pace, HOST, 20.0)
    answered(pace, HOST, 0.01, status=500)
    assert slot.delay == 20.0


def test_a_held_host_keeps_its_queue_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    pace, downloader = made(2.0)
    held, other = downloader.open(HOST), downloader.open("other.gov.cn")
    monkeypatch.setattr("crawler.net.pace.monotonic", lambda: 1000.0)
    pace.hold(HOST, 90.0)
    pace.hold(HOST, 5.0)
    assert held.lastseen == 1090.0
    assert other.lastseen == 0


# ------------------------------------------------------------------ Retry-After


@pytest.mark.parametrize(
    ("value", "sent", "seconds"),
    [
        ("120", None, 120),
        (" 0 ", None, 0),
        ("Sun, 22 Nov 2026 12:05:00 GMT", None, 300),
        ("Sunday, 22-Nov-26 12:05:00 GMT", None, 300),
        ("Sun, 22 Nov 2026 20:05:00 +0800", None, 300),
        ("Sun, 22 Nov 2026 11:00:00 GMT", None, 0),
        ("Sun, 22 Nov 2026 10:05:00 GMT", "Sun, 22 Nov 2026 10:00:00 GMT", 300),
        ("Sun, 22 Nov 2026 12:05:00 GMT", "yesterday", 300),
        ("9" * 5000, None, LONGEST.total_seconds()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None, LONGEST.total_seconds()),
        ("-5", None, None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
        ("١٢", None, None),
        ("Sun, 99 Nov 2026 12:05:00 GMT", None, None),
    ],
)
def test_retry_after_is_read(value: str | None, sent: str | None, seconds: float | None) -> None:
    wait = retry_after(value, NOW, sent)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.text(max_size=40))
def test_no_header_breaks_the_reading(value: str, sent: str) -> None:
    wait = retry_after(value, NOW, sent)
    assert wait is None or timedelta(0) <= wait <= LONGEST


# ------------------------------------------------------------------ in a crawl


class Asking(Spider):
    """Asks addresses and keeps what came, and at each answer the delay of each host."""

    name = "asking"

    def __init__(self, urls: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = urls.split()
        self.got: list[str] = []
        self.notes: dict[str, FailureNote] = {}
        self.delays: list[tuple[str, float]] = []

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Asking:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.reached, signal=signals.response_downloaded)
        return spider

    def reached(self, response: Response, request: Request) -> None:
        host = request.meta["download_slot"]
        self.delays.append((host, self.crawler.engine.downloader.slots[host].delay * 0.8))

    async def start(self) -> Any:
        for url in self.urls:
            yield Request(url, self.keep, errback=self.note)

    def keep(self, response: Response) -> Iterator[Any]:
        self.got.append(response.url)
        yield from ()

    def note(self, failure: Any) -> None:
        self.notes[failure.request.url] = classify(failure)


def ask(respond: Any, *urls: str, **changes: Any) -> tuple[Asking, Crawl]:
    result = crawl(
        Asking, respond, settings={"DOWNLOAD_DELAY": 0.005, "NOW": NOW.isoformat(), **changes}, urls=" ".join(urls)
    )
    return result.spider, result


def busy(status: int, *, after: str | None = None, times: int = 99, only: str = "") -> Any:
    """A server that refuses the first `times` requests for pages."""
    asked = [0]

    def respond(request: FakeRequest) -> FakeResponse | None:
        if request.path == "/robots.txt" or only not in request.url:
            return None if request.path == "/robots.txt" else page("<p>fine</p>")
        asked[0] += 1
        if asked[0] > times:
            return page("<p>fine</p>")
        lines = (("Content-Type", "text/html"), *((("Retry-After", after),) if after is not None else ()))
        return FakeResponse(status, lines, b"<html>busy</html>")

    return respond


def test_floors_of_settings_row_and_robots_hold_in_a_crawl() -> None:
    def respond(request: FakeRequest) -> FakeResponse | None:
        if request.path == "/robots.txt":
            text = b"User-agent: *\nCrawl-delay: 0.03\n" if request.host == "b.gov.cn" else b""
            return FakeResponse(200, (("Content-Type", "text/plain"),), text)
        return page("<p>fine</p>")

    urls = [f"http://{host}/{n}" for host in ("a.gov.cn", "b.gov.cn", "c.gov.cn") for n in range(4)]
    spider, result = ask(
        respond, *urls, CRAWL_DELAY_CAP=30, DOWNLOAD_SLOTS={"c.gov.cn": {"delay": 0.02, "concurrency": 8}}
    )
    assert sorted(spider.got) == sorted(urls)
    floors = {"a.gov.cn": 0.005, "b.gov.cn": 0.03, "c.gov.cn": 0.02}
    for host, floor in floors.items():
        delays = [delay for asked, delay in spider.delays if asked == host]
        assert len(delays) == 5, "robots.txt and four pages"
        assert min(delays[1:]) >= floor * 0.999
    assert isinstance(pace_of(spider.crawler), Pace)
    assert not any(
        "AutoThrottle" in str(type(one)) and not isinstance(one, Pace) for one in spider.crawler.extensions.middlewares
    )
    assert result.stats["finish_reason"] == "finished"


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_is_waited_and_the_page_is_had(status: int) -> None:
    spider, result = ask(busy(status, after="0", times=2), "http://a.gov.cn/1")
    assert spider.got == ["http://a.gov.cn/1"]
    assert pace_of(spider.crawler).floor("a.gov.cn") == pytest.approx(0.02)
    assert result.stats[f"throttled/{status}"] == 2


@pytest.mark.parametrize(
    ("status", "after", "outcome"),
    [(429, "7200", "blocked"), (503, "7200", "unreachable"), (503, "Sun, 22 Nov 2026 14:00:00 GMT", "unreachable")],
)
def test_a_long_wait_ends_the_hosts_run_with_its_date(status: int, after: str, outcome: str) -> None:
    urls = [f"http://{host}/{n}" for host in ("a.gov.cn", "b.gov.cn") for n in range(5)]
    spider, result = ask(busy(status, after=after, only="a.gov.cn"), *urls)
    assert sorted(spider.got) == [url for url in urls if "b.gov.cn" in url]
    assert {(one.outcome, one.reason) for one in spider.notes.values()} == {(outcome, "retry_later")}
    assert {one.evidence["retry_after"] for one in spider.notes.values()} == {"2026-11-22T14:00:00+00:00"}
    assert len([url for url in result.urls if "a.gov.cn" in url]) == 1


@pytest.mark.parametrize(
    ("status", "outcome", "reason"), [(429, "blocked", "gate_429"), (503, "unreachable", "http_503")]
)
def test_a_host_that_goes_on_refusing_is_left(status: int, outcome: str, reason: str) -> None:
    urls = [f"http://a.gov.cn/{n}" for n in range(20)]
    spider, result = ask(busy(status), *urls, RETRY_TIMES=2)
    assert spider.got == []
    assert {(one.outcome, one.reason) for one in spider.notes.values()} == {(outcome, reason)}
    assert len(spider.notes) == 20
    assert len(result.urls) <= IN_A_ROW


def test_one_request_is_asked_again_a_bounded_number_of_times() -> None:
    spider, result = ask(busy(429), "http://a.gov.cn/1", RETRY_TIMES=2)
    assert [(one.outcome, one.reason) for one in spider.notes.values()] == [("blocked", "gate_429")]
    assert len(result.urls) == 3


def test_pages_between_refusals_keep_a_host_open() -> None:
    def respond(request: FakeRequest) -> FakeResponse | None:
        return (
            FakeResponse(503, (("Content-Type", "text/html"),), b"")
            if request.path.startswith("/bad")
            else page("<p>x</p>")
        )

    urls = [f"http://a.gov.cn/{kind}{n}" for n in range(10) for kind in ("bad", "good")]
    spider, _ = ask(respond, *urls, RETRY_TIMES=0, DOWNLOAD_DELAY=0.0005)
    assert len(spider.got) == 10
    assert {one.reason for one in spider.notes.values()} == {"http_503"}


def test_the_attempt_of_a_portal_carries_the_date() -> None:
    rows = [row("a.gov.cn", "trs", columns=[{"url": "http://a.gov.cn/zfxxgknb/"}])]
    result = crawl("trs", busy(429, after="86400"), rows=rows, portal="a.gov.cn", settings={"NOW": NOW.isoformat()})
    first = result.attempts[0]
    assert (first.outcome, first.reason) == ("blocked", "retry_later")
    assert first.evidence["retry_after"] == "2026-11-23T12:00:00+00:00"
    assert [one.body for one in result.refusals] == [b"<html>busy</html>"]


# ------------------------------------------------------------------ what stands in settings and registry


def floors(rows: list[Any], chosen: Settings) -> dict[str, float]:
    """The least delay of each host of rows, as a crawl of all of them sets it."""
    given = row_settings(rows, chosen)["DOWNLOAD_SLOTS"]
    assert all(slot["concurrency"] == 1 for slot in given.values())
    least = chosen.getfloat("DOWNLOAD_DELAY")
    return {host: max(least, given.get(host, {}).get("delay", least)) for one in rows for host in one.hosts}


def ours() -> Settings:
    chosen = Settings()
    chosen.setmodule("crawler.settings", priority="project")
    return chosen


def test_no_setting_goes_below_the_floor() -> None:
    chosen = ours()
    assert chosen.getfloat("DOWNLOAD_DELAY") >= 2.0
    assert chosen.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert chosen.getint("CONCURRENT_REQUESTS_PER_IP", 0) == 0, "it would take the place of the hosts' own queues"
    assert chosen.getbool("ROBOTSTXT_OBEY")
    assert chosen.getbool("AUTOTHROTTLE_ENABLED")
    assert chosen.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY") <= 1.0
    assert chosen.getfloat("DOWNLOAD_DELAY_JITTER") <= 0.5
    assert not chosen.getdict("DOWNLOAD_SLOTS")
    assert chosen.getint("RETRY_TIMES") <= 3
    assert "+" in chosen["USER_AGENT"] or "AnnualReportCrawler" in chosen["USER_AGENT"]


def test_no_installed_row_goes_below_the_floor_without_a_written_reason() -> None:
    rows = list(registry.shared(None))
    assert len(rows) > 100
    assert min(floors(rows, ours()).values()) >= 2.0
    for one in rows:
        ignoring = one.quirks.get("ignore_robots")
        assert ignoring is None or len(ignoring) >= 10, f"{one.id}: robots.txt is ignored without a reason"


def test_no_own_row_can_go_below_the_floor(tmp_path: Path) -> None:
    from tests.spiders.crawl import _tables

    fast = row("fast.gov.cn", "trs", quirks={"delay": 0.1}, columns=[{"url": "http://fast.gov.cn/a/"}])
    slow = row("slow.gov.cn", "trs", quirks={"delay": 9.0}, columns=[{"url": "http://slow.gov.cn/a/"}],
               agencies=[{"id": "440100-other", "name": "广州市另一局", "type": "department", "level": "prefecture",
                          "code": "440100"}])  # fmt: skip
    (tmp_path / "rows.toml").write_text("\n".join(_tables([fast, slow])), encoding="utf-8")
    known = registry.shared(str(tmp_path))
    found = floors([known.portal("fast.gov.cn"), known.portal("slow.gov.cn")], ours())
    assert found == {"fast.gov.cn": 2.0, "slow.gov.cn": 9.0}


def test_a_redirect_cannot_leave_the_allow_list() -> None:
    def respond(request: FakeRequest) -> FakeResponse | None:
        if request.path == "/robots.txt":
            return None
        return FakeResponse(302, (("Location", "http://mirror.example.com/a/"),), b"")

    rows = [row("a.gov.cn", "trs", columns=[{"url": "http://a.gov.cn/zfxxgknb/"}])]
    result = crawl("trs", respond, rows=rows, portal="a.gov.cn")
    assert {request.host for request in result.asked} == {"a.gov.cn"}
    assert ("refused", "off_host") in {(one.outcome, one.reason) for one in result.attempts}
