"""HTTP messages as the bytes of a record, and back: names and values are kept byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import responses as _PHRASES

Fields = tuple[tuple[bytes, bytes], ...]
"""Header names and values in their order."""

MAX_HEAD = 1024 * 1024
"""Bytes in which the head of a stored answer must end: what has none within them is no HTTP message."""


class BadMessage(ValueError):
    """Bytes that are no HTTP answer."""


def response_head(status: int, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Status line, headers and the blank line behind them."""
    phrase = _PHRASES.get(status, "Unknown")
    return _head(f"HTTP/1.1 {status} {phrase}".encode("ascii"), fields)


def request_head(method: str, target: str, host: str, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Request line, Host and the other headers, and the blank line behind them."""
    line = f"{method} {target} HTTP/1.1".encode("ascii", "backslashreplace")
    return _head(line, (((b"Host", host.encode("idna" if not host.isascii() else "ascii"))), *fields))


def _head(line: bytes, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [line, *(b": ".join((_plain(name), _plain(value))) for name, value in fields)]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _plain(value: bytes) -> bytes:
    """A name or value on one line: a line break inside would make two headers of one."""
    if b"\n" in value or b"\r" in value:
        value = b" ".join(value.split(b"\r\n"))
        return value.replace(b"\n", b" ").replace(b"\r", b" ")
    return value


def split_response(block: bytes) -> tuple[int, Fields, bytes]:
    """Status, headers and what stands behind the head.

    Takes what archives hold: `HTTP/2 200` and `HTTP/1.1 200` without a phrase, bare line feeds, folded headers.

    Raises:
        BadMessage: naming what is wrong.
    """
    head, body = _split(block)
    lines = head.replace(b"\r\n", b"\n").split(b"\n")
    words = lines[0].split(None, 2)
    if len(words) < 2 or not words[0].upper().startswith(b"HTTP") or not words[1].isdigit():
        raise BadMessage(f"the answer begins with {lines[0][:60]!r}, which is no status line")
    return int(words[1][:3]), tuple(_fields(lines[1:])), body


def _split(block: bytes) -> tuple[bytes, bytes]:
    cuts = [(place, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (place := block.find(mark, 0, MAX_HEAD)) >= 0]
    if not cuts:
        if len(block) > MAX_HEAD:
            raise BadMessage(f"the head of the answer does not end within {MAX_HEAD} bytes")
        return block.rstrip(b"\r\n"), b""
    place, length = min(cuts)
    return block[:place], block[place + length :]


def _fields(lines: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    made: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and made:
            name, value = made[-1]
            made[-1] = (name, value + b" " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            made.append((name.strip(), value.strip()))
    return made


def unchunked(body: bytes) -> bytes | None:
    """A body stored with its chunked transfer encoding, undone; None where it is not chunked, whatever a header says.

    A body that ends within a chunk is given as far as it goes.
    """
    made, at = bytearray(), 0
    while True:
        end = body.find(b"\n", at, at + 1024)
        size = _size(body[at:end]) if end >= 0 else None
        if size is None:
            return bytes(made) if made else None
        if size == 0:
            return bytes(made)
        made += body[end + 1 : end + 1 + size]
        at = end + 1 + size
        if at >= len(body):
            return bytes(made)
        at += 2 if body[at : at + 2] == b"\r\n" else 1 if body[at : at + 1] == b"\n" else 0


def _size(line: bytes) -> int | None:
    digits = line.partition(b";")[0].strip()
    if not digits or len(digits) > 8 or digits.strip(b"0123456789abcdefABCDEF"):
        return None
    return int(digits, 16)
