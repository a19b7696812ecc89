"""Each failure has an outcome, a stable reason and a sentence."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy import exceptions as sx
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.net.failures import classify
from crawler.net.gates import Gated
from crawler.net.hosts import OffHost
from crawler.net.redirects import RedirectLoop
from crawler.net.render import NoBrowser
from crawler.net.robots import Forbidden
from crawler.net.tls import TlsFailed, TlsInterrupted


def answered(status: int) -> HttpError:
    request = Request("http://a.gov.cn/x")
    return HttpError(Response(request.url, status=status, request=request), "ignored")


class BrowserError(Exception):
    """Stands for an error of the browser driver, whose types need no import here."""


BrowserError.__module__ = "playwright._impl._errors"


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (Gated("gate_412", None, "closed"), "blocked", "gate_412"),
        (Forbidden("no"), "blocked", "robots_txt"),
        (OffHost("mirror"), "refused", "off_host"),
        (answered(404), "missing", "http_404"),
        (answered(500), "unreachable", "http_500"),
        (sx.DownloadTimeoutError("60 s"), "unreachable", "timeout"),
        (sx.CannotResolveHostError("a"), "unreachable", "dns"),
        (sx.DownloadConnectionRefusedError("a"), "unreachable", "connection_refused"),
        (sx.DownloadCancelledError("too big"), "unreadable", "too_large"),
        (sx.ResponseDataLossError("cut"), "unreadable", "truncated"),
        (TlsFailed("a.gov.cn", "unsupported protocol"), "unreachable", "tls"),
        (TlsInterrupted("a.gov.cn", "closed", legacy=True), "unreachable", "tls"),
        (sx.DownloadFailedError("reset"), "unreachable", "connection"),
        (sx.IgnoreRequest("max redirections reached"), "refused", "ignored"),
        (RedirectLoop("http://a.gov.cn/ redirects to itself"), "unreadable", "redirect_loop"),
        (NoBrowser("Executable doesn't exist at /x\nlong trace"), "unreadable", "no_browser"),
        (BrowserError("Executable doesn't exist\nlong trace"), "unreadable", "browser"),
        (ZeroDivisionError("?"), "unreachable", "ZeroDivisionError"),
    ],
)
def test_outcomes(error: Exception, outcome: str, reason: str) -> None:
    note = classify(Failure(error))
    assert (note.outcome, note.reason) == (outcome, reason)
    assert note.detail
    assert "\n" not in note.detail
