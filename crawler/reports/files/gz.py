"""Pages and files packed with gzip (RFC 1952): `report.html.gz` from a mirror, or an answer saved before unpacking."""

from __future__ import annotations

import zlib

from crawler.reports.files.model import MAX_INFLATED, TooMuch, Unreadable

_MAGIC = b"\x1f\x8b\x08"
_PIECE = 1 << 20
_TAR = b"ustar"


def is_gzip(source: bytes) -> bool:
    """True for gzip data of the only method that exists (deflate)."""
    return source.startswith(_MAGIC)


def unpack(source: bytes) -> tuple[bytes, bool]:
    """What is packed, and whether its end is lacking (a transfer that was cut): then as much as came.

    Raises:
        TooMuch: it unpacks to more than any document.
        Unreadable: it is damaged from the start, empty, or a tar archive.
    """
    out: list[bytes] = []
    size, rest, whole = 0, source, False
    while rest.startswith(_MAGIC):  # members may follow each other (RFC 1952, 2.2)
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while rest and not inflate.eof:
            try:
                piece = inflate.decompress(rest, _PIECE)
            except zlib.error:
                rest = b""
                break
            rest = inflate.unconsumed_tail
            size += len(piece)
            if size > MAX_INFLATED:
                raise TooMuch("the gzip data unpack to more than any document: a bomb")
            out.append(piece)
        whole = inflate.eof
        rest = inflate.unused_data if whole else b""
    inner = b"".join(out)
    if not inner:
        raise Unreadable("damaged", "gzip data that are damaged, or empty")
    if inner[257:262] == _TAR:
        raise Unreadable("unknown_kind", "a tar archive packed with gzip, which is not opened")
    return inner, not whole
