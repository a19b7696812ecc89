"""A gate is told from a page."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from crawler.net.gates import Gated, GateMiddleware, gate

HTML = {"content-type": "text/html; charset=utf-8"}
SLIDER = "<html><title>请稍候…</title><div class='puzzle-vcode'></div></html>".encode()
JSL = b'<script>go({"bts":["1"],"ha":"sha1","tn":"__jsl_clearance_s"})</script>'
RIVER = b"<script r='m'>$_ts.nsd=61766;$_ts.cd='x'</script>"
REPORT = "<html><h1>2023年政府信息公开工作年度报告</h1><p>一、总体情况</p></html>".encode()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (412, b"", "gate_412"),
        (521, JSL, "gate_521"),
        (200, SLIDER, "challenge_slider"),
        (200, RIVER, "challenge_riversecurity"),
        (202, JSL, "challenge_jsl"),
        (403, b"<h1>Forbidden</h1>", "refused_403"),
        (403, SLIDER, "challenge_slider"),
        (200, REPORT, None),
        (404, b"not here", None),
        (500, b"", None),
    ],
)
def test_statuses_and_marks(status: int, body: bytes, reason: str | None) -> None:
    assert gate(status, HTML, body) == reason


def test_a_long_page_that_quotes_a_mark_is_content() -> None:
    page = REPORT + "本报告提到 puzzle-vcode 一词。".encode() + b" " * 70_000
    assert gate(200, HTML, page) is None


def test_a_pdf_is_never_searched_for_marks() -> None:
    assert gate(200, {"content-type": "application/pdf"}, b"%PDF-1.7 puzzle-vcode") is None


def test_a_gated_host_is_left_alone_for_the_rest_of_the_run() -> None:
    middleware = GateMiddleware(get_crawler())
    first, second = Request("http://a.gov.cn/x"), Request("http://a.gov.cn/y")
    with pytest.raises(Gated) as met:
        middleware.process_response(first, HtmlResponse(first.url, status=412, body=RIVER, request=first))
    assert met.value.response is not None
    with pytest.raises(Gated, match="earlier in this run"):
        middleware.process_request(second)
    assert middleware.process_request(Request("http://b.gov.cn/")) is None


def test_a_plain_403_on_one_page_does_not_close_the_host() -> None:
    middleware = GateMiddleware(get_crawler())
    request = Request("http://a.gov.cn/private")
    with pytest.raises(Gated):
        middleware.process_response(request, HtmlResponse(request.url, status=403, body=b"no", request=request))
    assert middleware.process_request(Request("http://a.gov.cn/public")) is None


def test_robots_txt_is_not_judged() -> None:
    middleware = GateMiddleware(get_crawler())
    request = Request("http://a.gov.cn/robots.txt")
    response = HtmlResponse(request.url, status=403, body=b"no", request=request)
    assert middleware.process_response(request, response) is response
