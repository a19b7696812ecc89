"""UTF-8 read as GBK, cp936 or GB18030: 鏀垮簻 is 政府."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crawler.text.mojibake import runs, shown
from crawler.text.mojibake.model import Kind, Passage
from crawler.text.mojibake.utf8 import WIDE


def _find(text: str, misread: Callable[[str], bool]) -> Iterator[Passage]:
    yield from runs.Search(shown.as_gbk(text), WIDE, misread).passages()


KIND = Kind("utf8_as_gbk", "gbk_twice", _find)
