"""Whatever a portal answers, every row is told, with a reason, for a few requests, and without a fault of our own."""

from __future__ import annotations

import random

import pytest

from crawler.demo.portal import FakeRequest, FakeResponse
from crawler.doctor.guest import MAX_REQUESTS
from crawler.doctor.model import STATES
from crawler.portals.quirks import FAMILIES
from tests.doctor.look import look
from tests.spiders.crawl import row

BODIES = (
    "<html><a href='/x/'>政府信息公开年报</a>".encode(), b'{"rows": [[]]}', b"%PDF-1.4 x", bytes(50), b"<" * 3000, b"",
    b"PK\x03\x04zzz", b"\xff\xfe<\x00h\x00", b"null", b"[1,2", b"<html><meta http-equiv=refresh content='0;url=/y'>",
    b"<frameset><frame src='http://[bad'>",
)  # fmt: skip
KINDS = ("text/html", "application/json", "application/pdf", "", "text/html; charset=bogus", "x" * 300)
PLACES = ("/z", "//evil.example.com/", "http://b.gov.cn/", "::::", "javascript:x", "", "/" + "a" * 3000, "http://[::1")
STATUSES = (200, 200, 200, 404, 500, 302, 301, 403, 204, 304, 206, 999)
CODINGS = ("gzip", "deflate", "br", "zstd", "nonsense")


def nonsense(seed: int, request: FakeRequest) -> FakeResponse:
    """The same nonsense for the same address."""
    chance = random.Random(f"{seed} {request.url}")
    status = chance.choice(STATUSES)
    headers = [("Content-Type", chance.choice(KINDS))]
    if status in {301, 302}:
        headers.append(("Location", chance.choice(PLACES)))
    if chance.random() < 0.2:
        headers.append(("Set-Cookie", "a=b"))
    if chance.random() < 0.1:
        headers.append(("Content-Encoding", chance.choice(CODINGS)))
    return FakeResponse(status, tuple(headers), chance.choice(BODIES) + chance.randbytes(chance.randrange(200)))


@pytest.mark.parametrize("seed", range(4))
def test_nonsense_is_told_in_order(seed: int) -> None:
    columns = {True: [{"url": "http://{}/xxgk/nb/"}], False: []}
    rows = [
        row(host, family, columns=[{"url": one["url"].format(host)} for one in columns[(place + seed) % 3 > 0]])
        for place, family in enumerate(FAMILIES)
        for host in [f"h{place}.gov.cn"]
    ]
    told, _ = look(lambda request: nonsense(seed, request), rows)
    assert sorted(health.portal_id for health in told) == sorted(str(one["id"]) for one in rows)
    for health in told:
        assert health.state in STATES
        assert health.reason not in {"", "spider_fault"}, health
        # One more than allowed where the last of them was redirected.
        assert health.requests <= MAX_REQUESTS + 1
        assert health.reports or health.state not in {"works", "stale"}
