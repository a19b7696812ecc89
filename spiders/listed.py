"""Rows in what a service answers to a list's script, in any shape: JSON records, HTML in JSON, a piece of HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin

from scrapy.http import Response

from spiders.answers import MAX_ROWS, OddAnswer, day_of, number_of, read_json, text_of
from spiders.documents import Document
from spiders.visits import Row

_MAX_VALUES = 60_000
_PAGES = ("totalPages", "totalPage", "pageCount", "pages", "total_page", "pageTotal")
_TOTALS = ("total", "totalCount", "totalElements", "totalRecord", "recordCount", "count", "totalRows", "total_count")
_TITLE = re.compile(r"title|^bt$|subject|name|caption", re.IGNORECASE)
_DATE = re.compile(r"date|time|day|fbrq|pub|created?", re.IGNORECASE)
_ID = re.compile(r"(?:_?id|article_?id|info_?id|content_?id|doc_?id|uuid|guid|news_?id)", re.IGNORECASE)
_SEPARATOR = re.compile(r"[/.?]")
_ID_VALUE = re.compile(r"[0-9a-fA-F-]{24,36}|\d{4,20}")


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of one answer, and what it says of their number: rows in all, pages in all; None where it does not."""

    rows: tuple[Row, ...]
    total: int | None = None
    pages: int | None = None


def read_answer(
    response: Response, list_url: str, is_article: Callable[[str], bool], records: tuple[str, ...] = ()
) -> Listed:
    """The rows of an answer. Raises `OddAnswer`.

    `records` make an address of a record's id (`ShapedSpider.record_names`).
    A piece of HTML where JSON was expected is read too: some services answer their rows ready-made.
    """
    try:
        value = read_json(response)
    except OddAnswer as error:
        document = Document(response)
        rows = _links(document, document.text, is_article) if error.reason == "html_for_json" else []
        if not rows:
            raise
        return Listed(tuple(rows))
    found: dict[str, Row] = {}
    counts: dict[str, int] = {}
    document = Document(response)
    for one in _walk(value):
        if isinstance(one, str):
            given = _links(document, one, is_article) if "<a" in one else []
        else:
            row = _row(one, response.url, list_url, is_article, records)
            given = [row] if row else []
            for key in (*_PAGES, *_TOTALS):
                if row is None and (count := number_of(one.get(key))) is not None:
                    counts.setdefault(key, count)
        for row in given:
            found.setdefault(row.url, row)
        if len(found) > MAX_ROWS:
            raise OddAnswer("too_many_rows", f"{response.url} answers more than {MAX_ROWS} rows at once")
    return Listed(
        tuple(found.values()),
        next((counts[key] for key in _TOTALS if key in counts), None),
        next((counts[key] for key in _PAGES if key in counts), None),
    )


def _walk(value: Any) -> Iterator[dict[str, Any] | str]:
    """Objects of a JSON value, and the texts in it that hold markup, in order; not more than 60,000 values."""
    waiting: list[Any] = [value]
    for _ in range(_MAX_VALUES):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend([*one.values()][::-1])
        elif isinstance(one, list):
            waiting.extend(one[::-1])
        elif isinstance(one, str) and "<" in one:
            yield one


def _row(
    record: dict[str, Any], answer_url: str, list_url: str, is_article: Callable[[str], bool], records: tuple[str, ...]
) -> Row | None:
    titles = [(key, text) for key, value in record.items() if _TITLE.search(key) and (text := text_of(value))]
    titles.sort(key=lambda one: ("title" not in one[0].lower(), -len(one[1])))
    if not titles:
        return None
    url = next(_addresses(record, answer_url, list_url, is_article), None) or _made(
        record, list_url, is_article, records
    )
    if url is None:
        return None
    days = [value for key, value in record.items() if _DATE.search(key)]
    return Row(url, titles[0][1][:300], day_of(*days))


def _addresses(
    record: dict[str, Any], answer_url: str, list_url: str, is_article: Callable[[str], bool]
) -> Iterator[str]:
    """Addresses in a record that look like an article's: relative to the site, the list, or the service."""
    for value in record.values():
        if not isinstance(value, str) or not 4 <= len(value) <= 400 or " " in value.strip() or "<" in value:
            continue
        if not _SEPARATOR.search(value):
            continue  # a number or a day is no address, whatever it would make
        for base in (list_url, answer_url):
            try:
                url = urljoin(base, value.strip())
            except ValueError:
                continue
            if url.startswith(("http://", "https://")) and is_article(url):
                yield url


def _made(
    record: dict[str, Any], list_url: str, is_article: Callable[[str], bool], records: tuple[str, ...]
) -> str | None:
    """An address made of a record's id, where the family's articles are named by it."""
    if not records:
        return None
    ids = (str(value) for key, value in record.items() if _ID.fullmatch(key) and isinstance(value, str | int))
    made = (
        urljoin(list_url, name.format(id=quote(one))) for one in ids if _ID_VALUE.fullmatch(one) for name in records
    )
    return next((url for url in made if is_article(url)), None)


def _links(document: Document, html: str, is_article: Callable[[str], bool]) -> list[Row]:
    return [Row(link.url, link.text, link.date) for link in document.links_in(html) if is_article(link.url)]
