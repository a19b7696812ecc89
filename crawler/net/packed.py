"""Answers whose `Content-Encoding` is not what their bytes are: forced gzip without a word, or a word without gzip.

Old servers and filters before them pack what nobody asked to be packed, or unpack and leave the header (portal-families
§0.8, cnipa). Scrapy trusts the header, so such a page would be lost, or be read as noise.
"""

from __future__ import annotations

import zlib

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.net.gates import plain_headers

_GZIP = b"\x1f\x8b\x08"
"""RFC 1952, 2.3: the magic number and the only method that exists."""

_SAMPLE = 4096
_TEXT = ("text/", "json", "xml", "javascript")
_FILES = (".gz", ".tgz", ".z")


class HonestEncoding:
    """Downloader middleware, nearer to the wire than decompression: makes the header say what the bytes are."""

    def process_response(self, request: Request, response: Response) -> Response:
        """The response, its `Content-Encoding` corrected where the first bytes contradict it."""
        body = response.body
        if not body:
            return response
        said = b",".join(response.headers.getlist("Content-Encoding")).strip().lower()
        not_gzip = said in {b"gzip", b"x-gzip"} and not body.startswith(_GZIP[:2])
        if not_gzip or (said == b"deflate" and not _inflates(body)):
            del response.headers["Content-Encoding"]
        elif said in {b"", b"identity"} and body.startswith(_GZIP) and _promises_text(request, response):
            response.headers["Content-Encoding"] = b"gzip"
        return response


def _promises_text(request: Request, response: Response) -> bool:
    kind = plain_headers(response).get("content-type", "text/html").lower()
    is_file = urlparse_cached(request).path.lower().endswith(_FILES)
    return not is_file and any(word in kind for word in _TEXT)


def _inflates(body: bytes) -> bool:
    """True for a body that is zlib's or raw deflate, both of which go by that name (RFC 9110, 8.4.1.2)."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            zlib.decompressobj(bits).decompress(body[:_SAMPLE], _SAMPLE)
        except zlib.error:
            continue
        return True
    return False
