"""Content encodings of archived answers, undone by the very functions that undo them in a crawl."""

from __future__ import annotations

import zlib

import brotli
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Headers, Response

from crawler.net.packed import HonestEncoding

MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes that a body may unpack to, four times what a crawl takes: a bomb must not fill the memory."""

_HONEST = HonestEncoding()


def unpack(url: str, headers: Headers, payload: bytes) -> bytes:
    """A payload with its content encodings undone, as a spider would see it.

    An encoding that is not known stays; a header that contradicts the bytes is put right first, as in a crawl.

    Raises:
        ValueError: the packed body is broken, or unpacks to more than `MAX_UNPACKED` bytes.
    """
    request = Request(url)
    answer = _HONEST.process_response(request, Response(url, headers=headers, body=payload))
    # Static and private to Scrapy, but nothing else yields the same bytes as a crawl for a body that ends early.
    undone, _ = HttpCompressionMiddleware._split_encodings(answer.headers.getlist("Content-Encoding"))
    body = payload
    for encoding in undone:
        try:
            body = HttpCompressionMiddleware._decode(body, encoding, MAX_UNPACKED)
        except (OSError, EOFError, ValueError, zlib.error, brotli.error) as error:
            word = encoding.decode("latin-1")
            raise ValueError(f"the body, packed as {word}, cannot be unpacked: {error}") from error
    return body
