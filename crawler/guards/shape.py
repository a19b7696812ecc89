"""The shape of pages: which elements with which classes they are made of, whatever they say.

A template is known by its class names and ids. Of the hashes of these the smallest are kept: a sample that is the same
whatever the order of the pages, so that samples of two crawls can be compared (bottom-k sketch, Cohen and Kaplan 2007).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from zlib import crc32

SAMPLE = 64
"""Features kept of each kind of page: 512 characters in a run's stats."""

FEWEST = 8
"""Features that must be comparable; fewer say nothing."""

LONGEST = 400_000
"""Bytes of a page that are looked at."""

_TAG = re.compile(rb"<([a-zA-Z][\w:-]{0,30})(\s[^<>]{0,3000})>")
_NAMED = re.compile(rb"\s(?:class|id)\s*=\s*(?:\"([^\"]{1,200})\"|'([^']{1,200})'|([\w-]{1,80}))", re.IGNORECASE)
_DIGITS = re.compile(rb"\d+")


def features(body: bytes) -> set[int]:
    """Hashes of a page's elements with a class or id, numbers in them taken for equal."""
    found: set[bytes] = set()
    for tag, attributes in _TAG.findall(body[:LONGEST]):
        for names in _NAMED.findall(attributes):
            for name in b"".join(names).split():
                found.add(tag.lower() + b"." + _DIGITS.sub(b"0", name))
    return {crc32(one) for one in found}


def sample(found: Iterable[int]) -> str:
    """The kept part of features, as text: the smallest `SAMPLE`, 8 hexadecimal digits each."""
    return "".join(f"{one:08x}" for one in sorted(set(found))[:SAMPLE])


def kept(text: str) -> set[int]:
    """The features in a sample. Raises nothing: what is no sample is an empty one."""
    if not re.fullmatch(r"(?:[0-9a-f]{8})*", text):
        return set()
    return {int(text[start : start + 8], 16) for start in range(0, len(text), 8)}


def familiar(now: str, past: Iterable[str]) -> float | None:
    """Which share of the features of one crawl were seen in earlier ones; None where too few can be compared.

    A crawl that read only some of the pages has only some of the features, which is no change: hence a share of the new
    ones, and not a likeness of both.
    """
    new, earlier = kept(now), [kept(one) for one in past]
    # Of a full sample nothing is known beyond its largest hash.
    limits = [max(one) for one in (new, *earlier) if len(one) >= SAMPLE]
    limit = min(limits, default=2**32)
    known = {one for sampled in earlier for one in sampled if one <= limit}
    seen = {one for one in new if one <= limit}
    if len(seen) < FEWEST or len(known) < FEWEST:
        return None
    return len(seen & known) / len(seen)
