"""Damages are what they say, and cost nothing before they are asked for."""

from __future__ import annotations

import gzip
import zlib

import pytest

from crawler.demo import damage
from crawler.demo.country import country
from crawler.demo.portal import FakeRequest

URL = "http://whly.gd.gov.cn/gkmlpt/index"


@pytest.fixture(scope="module")
def body() -> bytes:
    return country().respond(FakeRequest("GET", country().expected("520000-sthjt", 2021).url)).body


def test_a_truncated_page_ends_in_the_middle_of_a_character(body):
    cut = damage.truncated(body)
    assert body.startswith(cut)
    assert 0.4 < len(cut) / len(body) < 0.6
    with pytest.raises(UnicodeDecodeError):
        cut.decode("utf-8")
    assert damage.truncated(b"plain ascii", 0.5) == b"plain ascii"


def test_an_inflated_page_is_as_large_as_asked_and_still_a_page(body):
    large = damage.inflated(body, 2 * damage.MEGABYTE)
    assert 2 * damage.MEGABYTE <= len(large) < 2 * damage.MEGABYTE + 200
    assert large.count(b"</body>") == 1
    assert large.rstrip().endswith(b"</html>")
    assert len(damage.inflated(b"no markup", 500)) >= 500


def test_a_wide_table_spans_what_no_table_spans(body):
    wide = damage.wide_table(body)
    assert wide.count(b'colspan="100000"') == wide.count(b'rowspan="100000"') > 0
    assert damage.wide_table(b"<body></body>").count(b'colspan="100000"') == 1


def test_wrong_charset_header_pdf_and_nothing(body):
    land = country().with_changes(
        {
            "whly.gd.gov.cn": damage.misnamed,
            "http://nyncj.gz.gov.cn/zw/tzgg/": damage.pdf,
            "http://sthj.gzlps.gov.cn/": damage.changed(damage.emptied),
            "https://www.gz.gov.cn/": damage.changed(damage.in_gbk),
        }
    )
    named = land.respond(FakeRequest("GET", URL))
    assert named.header("content-type") == "text/html; charset=iso-8859-1"
    assert named.body == country().respond(FakeRequest("GET", URL)).body
    false_page = land.respond(FakeRequest("GET", "http://nyncj.gz.gov.cn/zw/tzgg/"))
    assert false_page.body.startswith(b"%PDF-")
    assert "html" in false_page.header("content-type")
    empty = land.respond(FakeRequest("GET", "http://sthj.gzlps.gov.cn/"))
    assert (empty.status, empty.body) == (200, b"")
    gbk = land.respond(FakeRequest("GET", "https://www.gz.gov.cn/"))
    assert "广州市人民政府" in gbk.body.decode("gbk")
    assert gbk.header("content-type") == "text/html; charset=utf-8"


def test_a_bomb_is_small_on_the_wire_and_200_mb_when_opened():
    answer = damage.gzip_bomb(FakeRequest("GET", URL))
    assert answer.header("content-encoding") == "gzip"
    assert len(answer.body) < damage.MEGABYTE
    reader, size = zlib.decompressobj(31), 0
    data = reader.decompress(answer.body, 1 << 20)
    while data:
        size += len(data)
        data = reader.decompress(reader.unconsumed_tail, 1 << 20)
    assert size == 200 * damage.MEGABYTE


def test_gzip_nobody_asked_for_opens_to_the_page():
    land = country().with_changes({URL: damage.gzipped})
    answer = land.respond(FakeRequest("GET", URL))
    assert gzip.decompress(answer.body) == country().respond(FakeRequest("GET", URL)).body
