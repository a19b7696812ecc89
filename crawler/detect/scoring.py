"""The detector: which family made an address or a page, with its reasons. Pure.

Reasons are weighed as independent voices: what is left of the doubt about a family is the product of what each of its
reasons leaves (1 - weight). Reasons of one kind count once, however often they are seen; links count by their number,
for one link may lead to an old corner of the site while five are what the site is made of. What speaks for another
family takes away from the confidence: where two are strong, the verdict is unsure, and both are named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import prod
from urllib.parse import urlsplit

from crawler.detect.markers import AddressMark, marks
from crawler.detect.model import GENERIC, LIKELY, Candidate, Detection, Reason
from crawler.detect.page import Page
from crawler.net.gates import gate

_BY_LINKS = {1: 0.6, 2: 0.75, 3: 0.88, 4: 0.92}
"""What so many different links of a shape are worth, as a part of the shape's own weight."""

_MANY_LINKS = 0.95
_OTHERS = 0.6
"""How much of what speaks for another family is taken from a confidence."""

_LONGEST_PIECE = 120
_FEW_BYTES = 64
"""Smaller bodies hold nothing that a mark could stand in."""


def detect(
    url: str, body: bytes | None = None, *, content_type: str | None = None, cookies: Iterable[str] = ()
) -> Detection:
    """The family that an address, and a page where there is one, speak for.

    Args:
        url: address of the page, of a list or of a home page; "" where it is not known.
        body: the page as it was received; None to judge by the address alone.
        content_type: value of its `Content-Type` header.
        cookies: names of the cookies that the answer set.

    Nothing is fetched. What cannot be told is `generic`, with what little speaks for other families as candidates.
    """
    return detect_all([(url, body, content_type)], cookies)


def detect_all(pages: Iterable[tuple[str, bytes | None, str | None]], cookies: Iterable[str] = ()) -> Detection:
    """As `detect`, from several pages of one portal (address, body, content type); the first one gives the address."""
    looked = [*pages]
    closed = [_gate(body, content_type) for _, body, content_type in looked]
    reasons = [*_of_cookies(cookies)]
    for (url, body, content_type), shut in zip(looked, closed, strict=True):
        reasons += _of_address(url)
        if body is not None and shut is None:
            reasons += _of_page(Page(url, body, content_type))
    first = looked[0][0] if looked else ""
    return _verdict(first, reasons, next((one for one in closed if one), None))


def family_of_address(url: str) -> AddressMark | None:
    """The first shape of addresses that one has; None for an address that says nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return next((mark for mark in marks().address if mark.pattern.search(path)), None)


def _gate(body: bytes | None, content_type: str | None) -> str | None:
    """The gate that a body is; marks alone decide, since the status of a saved page is not known."""
    if body is None or len(body) < _FEW_BYTES:
        return None
    return gate(200, {"content-type": content_type or "text/html"}, body)


def _of_address(url: str) -> Iterator[Reason]:
    mark = family_of_address(url)
    if mark is not None:
        yield Reason(mark.family, mark.shape, mark.weight, mark.says, mark.source, _piece(url))


def _of_cookies(names: Iterable[str]) -> Iterator[Reason]:
    given = [*names]
    for mark in marks().cookie:
        seen = next((name for name in given if mark.pattern.search(name)), None)
        if seen is not None:
            yield Reason(mark.family, mark.shape, mark.weight, mark.says, mark.source, _piece(seen))


def _of_page(page: Page) -> Iterator[Reason]:
    for mark in marks().page:
        if found := mark.pattern.search(page.text):
            yield Reason(mark.family, mark.shape, mark.weight, mark.says, mark.source, _piece(found[0]))
    for meta in marks().meta:
        content = page.metas.get(meta.name, "")
        if meta.pattern.search(content):
            yield Reason(meta.family, meta.shape, meta.weight, meta.says, meta.source, _piece(content))
    yield from _of_links(page)


def _of_links(page: Page) -> Iterator[Reason]:
    """What the page's links to its own host look like."""
    host = bare_host(page.url)
    every = (*(link.url for link in page.links), *page.quoted)
    urls = dict.fromkeys(url for url in every if host and bare_host(url) == host)
    found: dict[tuple[str, str | None], list[tuple[AddressMark, str]]] = defaultdict(list)
    for url in urls:
        mark = family_of_address(url) if url != page.url else None
        if mark is not None:
            found[mark.family, mark.shape].append((mark, url))
    for (family, shape), seen in found.items():
        strongest = max(seen, key=lambda one: one[0].weight)
        weight = strongest[0].weight * _BY_LINKS.get(len(seen), _MANY_LINKS)
        says = f"{len(seen)} link{'s' if len(seen) > 1 else ''}: {strongest[0].says}"
        yield Reason(family, shape, round(weight, 3), says, strongest[0].source, _piece(strongest[1]))


def bare_host(url: str) -> str:
    """Host of an address without `www.`; "" for what has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _verdict(url: str, reasons: Iterable[Reason], shut: str | None) -> Detection:
    grouped: dict[str, dict[str, Reason]] = defaultdict(dict)
    for reason in sorted(reasons, key=lambda one: -one.weight):
        grouped[reason.family].setdefault(reason.says, reason)
    scores = {family: 1 - prod(1 - one.weight for one in found.values()) for family, found in grouped.items()}
    candidates = [_candidate(family, tuple(found.values()), scores) for family, found in grouped.items()]
    candidates.sort(key=lambda one: (-one.confidence, -one.score, one.family))
    best = candidates[0] if candidates else None
    if best is None or best.confidence < LIKELY:
        return Detection(url, GENERIC, None, 0.0, tuple(candidates), shut)
    return Detection(url, best.family, best.shape, best.confidence, tuple(candidates), shut)


def _candidate(family: str, reasons: tuple[Reason, ...], scores: dict[str, float]) -> Candidate:
    others = prod(1 - _OTHERS * score for name, score in scores.items() if name != family)
    shape = _shape(reasons)
    return Candidate(family, shape, round(scores[family], 3), round(scores[family] * others, 3), reasons)


def _shape(reasons: tuple[Reason, ...]) -> str | None:
    """The shape that the reasons speak for; none where the strongest voice for the family knows none."""
    weights: dict[str | None, float] = defaultdict(float)
    for reason in reasons:
        weights[reason.shape] += reason.weight
    return max(weights, key=lambda shape: (weights[shape], shape is not None, shape or ""))


def _piece(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_PIECE else plain[: _LONGEST_PIECE - 1] + "…"
