"""Answers whose transfer was cut are asked for again, and handed on with their flag in the end."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from crawler.net.cut import AskAgainWhenCut, is_cut


@pytest.fixture
def middleware() -> AskAgainWhenCut:
    crawler = get_crawler(Spider, {"RETRY_TIMES": 2})
    crawler.spider = crawler._create_spider("x")
    return AskAgainWhenCut.from_crawler(crawler)


def answer(request: Request, *flags: str) -> HtmlResponse:
    return HtmlResponse(request.url, body=b"<p>", flags=[*flags], request=request)


def test_a_whole_answer_passes(middleware: AskAgainWhenCut) -> None:
    request = Request("http://a.gov.cn/1")
    whole = answer(request, "cached")
    assert middleware.process_response(request, whole) is whole


def test_a_cut_answer_is_asked_for_again_and_taken_in_the_end(middleware: AskAgainWhenCut) -> None:
    request: Any = Request("http://a.gov.cn/1", cb_kwargs={"visit": 1})
    for tries in (1, 2):
        request = middleware.process_response(request, answer(request, "dataloss"))
        assert isinstance(request, Request)
        assert (request.meta["retry_times"], request.dont_filter, request.cb_kwargs) == (tries, True, {"visit": 1})
    last = middleware.process_response(request, answer(request, "dataloss"))
    assert isinstance(last, HtmlResponse)
    assert is_cut(last)


def test_a_request_that_must_not_be_repeated_is_not(middleware: AskAgainWhenCut) -> None:
    request = Request("http://a.gov.cn/1", meta={"dont_retry": True})
    cut = answer(request, "dataloss")
    assert middleware.process_response(request, cut) is cut
