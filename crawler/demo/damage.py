"""Pages that go wrong: what a crawl must survive and name. Pure functions; nothing big is made before it is asked for.

Use with `Country.with_changes`: `country().with_changes({url: damage.changed(damage.truncated)})` spoils the page that
stands there, `{url: damage.gzip_bomb}` puts another in its place.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

from crawler.demo.portal import HTML, FakeRequest, FakeResponse

MEGABYTE = 1024 * 1024


def changed(change: Callable[[bytes], bytes]) -> Callable[[FakeRequest, Callable[..., FakeResponse]], FakeResponse]:
    """A change for `Country.with_changes` that lets `change` work on the bytes of whatever stands at the address."""

    def apply(request: FakeRequest, below: Callable[..., FakeResponse]) -> FakeResponse:
        answer = below(request)
        return FakeResponse(answer.status, answer.headers, change(answer.body))

    return apply


def truncated(body: bytes, share: float = 0.45) -> bytes:
    """The first part of a page, cut in the middle of a character where that is possible."""
    cut = max(1, int(len(body) * share))
    while cut < len(body) and body[cut] < 0x80:
        cut += 1
    return body[: cut + 1]


def inflated(body: bytes, size: int = 20 * MEGABYTE) -> bytes:
    """The page with its last paragraph repeated until it is at least `size` bytes long."""
    head, mark, tail = body.rpartition(b"</body>")
    filler = "<p>本页内容由系统重复生成。</p>\n".encode()
    times = max(0, size - len(body)) // len(filler) + 1
    return (head if mark else body) + filler * times + mark + (tail if mark else b"")


def wide_table(body: bytes, colspan: int = 100_000) -> bytes:
    """The page with a colspan and a rowspan that no table has, in every cell of its first row of cells."""
    start = body.find(b"<td")
    if start < 0:
        return body.replace(b"</body>", f'<table><tr><td colspan="{colspan}">1</td></tr></table></body>'.encode())
    end = body.find(b"</tr>", start)
    row = body[start:end].replace(b"<td", f'<td colspan="{colspan}" rowspan="{colspan}"'.encode())
    return body[:start] + row + body[end:]


def emptied(_body: bytes) -> bytes:
    """Nothing at all, under status 200."""
    return b""


def in_gbk(body: bytes) -> bytes:
    """The page in GBK while header and meta go on saying UTF-8. Raises UnicodeError for a page that is not UTF-8."""
    return body.decode("utf-8").encode("gb18030")


def misnamed(request: FakeRequest, below: Callable[..., FakeResponse]) -> FakeResponse:
    """The page as it is, under a header that names iso-8859-1 (as error pages and old fronts do)."""
    answer = below(request)
    kept = tuple(line for line in answer.headers if line[0].lower() != "content-type")
    return FakeResponse(answer.status, (*kept, ("Content-Type", "text/html; charset=iso-8859-1")), answer.body)


def pdf(_request: FakeRequest) -> FakeResponse:
    """A PDF (one blank page) under the header of an HTML page."""
    return FakeResponse(200, (("Content-Type", HTML),), PDF)


def gzip_bomb(_request: FakeRequest) -> FakeResponse:
    """200 MB of zeros that are some 200 KB on the wire."""
    lines = (("Content-Type", HTML), ("Content-Encoding", "gzip"))
    return FakeResponse(200, lines, _bomb(200 * MEGABYTE))


@lru_cache(maxsize=2)
def _bomb(size: int) -> bytes:
    """`size` zeros as gzip, packed a megabyte at a time so that they never lie in memory together."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(MEGABYTE)
    parts = [packer.compress(block) for _ in range(size // MEGABYTE)]
    return b"".join([*parts, packer.flush()])


def gzipped(request: FakeRequest, below: Callable[..., FakeResponse]) -> FakeResponse:
    """The page packed by gzip although nobody asked for it (cnipa does so)."""
    answer = below(request)
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        stream.write(answer.body)
    return FakeResponse(answer.status, (*answer.headers, ("Content-Encoding", "gzip")), packed.getvalue())


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
