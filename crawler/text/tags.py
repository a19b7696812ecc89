"""Tags that a parser must not be given: thousands of attributes in one of them stall it.

libxml2 compares each attribute with all before it: 300,000 of them in one tag (3 MB) take it minutes.
"""

from __future__ import annotations

import re

LONGEST_TAG = 4_000
"""Characters of one tag that are read; the longest seen on a real page has some hundred."""

_LONG_TAG = re.compile(rf"(<[A-Za-z][A-Za-z0-9:-]{{0,40}})\s[^<>]{{{LONGEST_TAG},}}")


def tamed(source: str) -> str:
    """The HTML source with overlong tags reduced to their names; the same object when there is none. Linear."""
    return _LONG_TAG.sub(r"\1 ", source) if _far_between(source) else source


def _far_between(source: str) -> bool:
    """Whether two `<` stand further apart than a tag is long; steps from one far `<` to the next, not over each."""
    at = 0
    while len(source) - at > LONGEST_TAG:
        at = source.rfind("<", at + 1, at + 1 + LONGEST_TAG)
        if at < 0:
            return True
    return False
