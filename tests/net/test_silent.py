"""A host where nobody is, is left after a few attempts; one that answered is asked on."""

from __future__ import annotations

from collections import Counter, deque
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy import exceptions as sx
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawler.demo.portal import FakeRequest, FakeResponse, page
from crawler.net.failures import classify
from crawler.net.pace import Pace
from crawler.net.silent import LeaveSilent, Silent
from tests.spiders.crawl import crawl, row

HOST = "a.gov.cn"
FAMILIES = ("gkmlpt", "trs", "hanweb", "ucap", "generic")


def asked_of(family: str, error: Exception | type[Exception]) -> tuple[Counter[str], list[str]]:
    """How often each scheme was asked of a portal that gives nothing but this error, and the reasons."""

    def respond(request: FakeRequest) -> FakeResponse | None:
        raise error

    found = crawl(family, respond, rows=[row(HOST, family)], portal=HOST)
    return Counter(request.url.partition(":")[0] for request in found.asked), found.reasons


@pytest.mark.parametrize("family", FAMILIES)
def test_a_name_that_does_not_resolve_is_asked_for_once(family: str) -> None:
    asked, reasons = asked_of(family, sx.CannotResolveHostError("no results for hostname lookup"))
    assert asked == {"http": 3}  # robots.txt, and twice again
    assert set(reasons) == {"dns"}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_port_that_is_silent_is_tried_with_two_requests_and_the_other_port_too(family: str) -> None:
    asked, reasons = asked_of(family, sx.DownloadTimeoutError("60 s"))
    assert asked == {"http": 6, "https": 3}
    assert set(reasons) == {"timeout"}


def test_what_is_no_silence_is_not_counted() -> None:
    asked, reasons = asked_of("trs", sx.DownloadFailedError("connection lost"))
    assert asked["http"] > 6
    assert set(reasons) == {"connection"}


def test_a_host_that_answered_once_is_asked_on() -> None:
    pages = [f"http://{HOST}/zwgk/{number}.html" for number in range(1, 9)]
    links = "".join(
        f'<li><a href="{url}">{HOST}政府信息公开工作年度报告（201{n}年）</a></li>' for n, url in enumerate(pages)
    )
    asked: Counter[str] = Counter()

    def respond(request: FakeRequest) -> FakeResponse | None:
        asked[request.url] += 1
        if request.url in pages:
            raise sx.DownloadTimeoutError("60 s")
        return page(f"<html><body><ul>{links}</ul></body></html>") if request.path == "/" else None

    column = {"url": f"http://{HOST}/", "title": "政府信息公开年报"}
    crawl("trs", respond, rows=[row(HOST, "trs", columns=[column])], portal=HOST)
    assert [asked[url] for url in pages] == [3] * len(pages)


def crawler_with(*waiting: Request) -> tuple[Any, list[Any]]:
    """A crawler in whose queue for the host these requests wait, and what became of each."""
    crawler = get_crawler(settings_dict={"AUTOTHROTTLE_ENABLED": True})
    results: list[Any] = []
    queue = deque((request, Deferred()) for request in waiting)
    for _, result in queue:
        result.addErrback(lambda failure: results.append(failure.value))
    slots = {HOST: SimpleNamespace(queue=queue)}
    crawler.engine = SimpleNamespace(downloader=SimpleNamespace(slots=slots, per_slot_settings={}))  # type: ignore[assignment]
    crawler.extensions = SimpleNamespace(middlewares=[Pace(crawler)])  # type: ignore[assignment]
    return crawler, results


def test_what_waits_for_a_silent_port_fails_with_it_and_what_waits_for_the_other_stays() -> None:
    plain, secure = Request(f"http://{HOST}/x"), Request(f"https://{HOST}/y")
    crawler, results = crawler_with(plain, secure)
    middleware = LeaveSilent(crawler)
    for _ in range(6):
        middleware.process_exception(Request(f"http://{HOST}/"), sx.DownloadConnectionRefusedError("refused"))
    assert [type(one) for one in results] == [Silent]
    assert [request for request, _ in crawler.engine.downloader.slots[HOST].queue] == [secure]
    with pytest.raises(Silent):
        middleware.process_request(plain)
    assert middleware.process_request(secure) is None


def test_an_answer_to_the_fifth_request_is_an_answer() -> None:
    middleware = LeaveSilent(crawler_with()[0])
    request = Request(f"http://{HOST}/")
    for number in range(20):
        if number == 5:
            middleware.process_response(request, Response(request.url, status=500))
        middleware.process_exception(request, sx.DownloadTimeoutError("60 s"))
        assert middleware.process_request(request) is None


def test_its_attempts_say_what_the_last_one_came_to() -> None:
    note = classify(Failure(Silent(HOST, sx.DownloadConnectionRefusedError("111"))))
    assert (note.outcome, note.reason) == ("unreachable", "connection_refused")
    assert note.detail == f"the connection was refused (111); no address of {HOST} was asked any more"
