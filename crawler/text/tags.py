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
    if max(map(len, source.split("<"))) <= LONGEST_TAG:  # nearly every page: no look at each of its tags is needed
        return source
    return _LONG_TAG.sub(r"\1 ", source)
