"""Reading one answer out of the archive: `read(archive, file, offset)`. Follows revisits, checks what it reads."""

from __future__ import annotations

from datetime import datetime

from crawler.archive.blocks import BadMessage, Fields, split_response, unchunked
from crawler.archive.model import Archived, Damaged, Foreign, Kind, Place
from crawler.archive.records import WarcRecord, agrees, record_at
from crawler.archive.stores import Store, Where, opened

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

REFERS_TO_FILE = "X-Crawler-Refers-To-File"
REFERS_TO_OFFSET = "X-Crawler-Refers-To-Offset"
"""Of our revisits: where the record with the payload lies. The standard's fields name it only by URL and date."""


def read(archive: Where, file: str, offset: int) -> Archived:
    """The answer whose record lies at `offset` of `file`.

    Args:
        archive: its folder or its store (`archive_of`).
        file: name of a file in it, without `.open` where it is still written.
        offset: as in `captures.offset` or `pages.archive_offset`.

    Raises:
        FileMissing: the file is not there. Unreachable: the store does not say.
        Torn, Damaged: the record is not whole, or not what was written: its digest says so.
        Foreign: no record begins there, or one that holds no answer (a request, say).
    """
    store = opened(archive)
    record = _record(store, file, offset)
    if record.type == "response":
        return _response(record, (file, offset))
    if record.type == "revisit":
        return _revisit(store, record, (file, offset))
    raise Foreign(f"{file} at {offset} holds a record of type {record.type or '?'}, no answer")


def _record(store: Store, file: str, offset: int) -> WarcRecord:
    with store.open(file) as opened_file:
        return record_at(opened_file, offset, file)


def answer_of(record: WarcRecord, name: str) -> Archived:
    """The answer that a response record holds, once its bytes are at hand. Raises as `read`."""
    return _response(record, (name, record.offset))


def message(record: WarcRecord, place: Place) -> tuple[int, Fields, bytes]:
    """Status, headers and body as stored (transfer encoding and all).

    Raises:
        Foreign: the record holds no HTTP answer.
    """
    try:
        return split_response(record.block)
    except BadMessage as error:
        raise Foreign(f"{place[0]} at {place[1]}: {error}") from error


def payload_of(fields: Fields, stored: bytes) -> tuple[bytes, Fields]:
    """A stored body without its chunked transfer encoding, and the headers that then fit it."""
    chunked = any(key.lower() == b"transfer-encoding" and b"chunked" in value.lower() for key, value in fields)
    plain = unchunked(stored) if chunked else None
    if plain is None:
        return stored, fields
    return plain, tuple(pair for pair in fields if pair[0].lower() != b"transfer-encoding")


def _response(record: WarcRecord, place: Place) -> Archived:
    status, fields, stored = message(record, place)
    payload, plain = payload_of(fields, stored)
    said = record.get("WARC-Payload-Digest")
    # Writers disagree whether the digest is taken before or after the transfer encoding is undone.
    if agrees(stored, said) is False and agrees(payload, said) is False:
        raise Damaged(f"{place[0]} at {place[1]}: the payload has another digest than {said}")
    return Archived(
        url=record.url,
        at=_date(record, place),
        kind="response",
        status=status,
        headers=plain,
        payload=payload,
        place=place,
        payload_at=place,
        payload_digest=said,
        truncated=record.get("WARC-Truncated") or "",
        record_id=record.get("WARC-Record-ID") or "",
    )


def _revisit(store: Store, record: WarcRecord, place: Place) -> Archived:
    file, offset = record.get(REFERS_TO_FILE), record.get(REFERS_TO_OFFSET)
    if file is None or offset is None or not offset.isdigit():
        raise Foreign(f"{place[0]} at {place[1]} is a revisit that does not say where its payload lies")
    if (file, int(offset)) == place:
        raise Damaged(f"{place[0]} at {place[1]} is a revisit of itself")
    original = _record(store, file, int(offset))
    if original.type != "response":
        raise Damaged(f"{place[0]} at {place[1]} refers to {file} at {offset}, which is no response")
    whole = _response(original, (file, int(offset)))
    said = record.get("WARC-Payload-Digest")
    if said and whole.payload_digest and said != whole.payload_digest:
        raise Damaged(f"{place[0]} at {place[1]} refers to {file} at {offset}, which holds another payload")
    status, fields = (whole.status, whole.headers)
    if record.block:
        status, fields, _ = message(record, place)
    kind: Kind = "revisit"
    return Archived(
        url=record.url,
        at=_date(record, place),
        kind=kind,
        status=status,
        headers=fields,
        payload=whole.payload,
        place=place,
        payload_at=whole.place,
        payload_digest=whole.payload_digest,
        not_modified=status == 304,
        payload_headers=whole.headers if status == 304 else None,
        truncated=whole.truncated,
        record_id=record.get("WARC-Record-ID") or "",
    )


def _date(record: WarcRecord, place: Place) -> datetime:
    if (at := record.at) is None:
        raise Damaged(f"{place[0]} at {place[1]}: WARC-Date is {record.get('WARC-Date')!r}")
    return at
