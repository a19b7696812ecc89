"""What happens to text on its way round the web: annotations, another script, a lost byte, a stranger's tail.

Each damage is made by the real process, so that a repair cannot be fitted to an imitation of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from crawler.demo.reports import Block, FakeReport

ANNOTATED = "環態發規業網優據監續數區聯現戰執統協衛創養質結內權構穩調"
"""Characters that annotating mirrors are seen to gloss, each time they occur (traditional script)."""

TAIL = ("相關詞條", "熱門詞條", "聯絡我們")
"""What an online encyclopedia leaves below the text."""


@lru_cache(maxsize=4)
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)


def traditional(text: str) -> str:
    """Mainland text in traditional characters, wording untouched."""
    return str(_converter("s2tw").convert(text))


def taiwanese(text: str) -> str:
    """Mainland text in traditional characters with Taiwan wording (文件 becomes 檔案, 门户网站 becomes 入口網站).

    信息, 项目 and 网络 stay as they are: the encyclopedia whose copies circulate leaves them so.
    """
    found = str(_converter("s2twp").convert(text))
    for wording, kept in (("資訊", "信息"), ("專案", "項目"), ("網路", "網絡")):
        found = found.replace(wording, kept)
    return found


def annotated(text: str) -> str:
    """Traditional text with the reading of certain characters in brackets behind them: 態(tài)."""
    return re.sub(f"[{ANNOTATED}]", lambda found: f"{found[0]}({_reading(found[0])})", text)


@lru_cache(maxsize=64)
def _reading(character: str) -> str:
    from pypinyin import Style, pinyin

    return str(pinyin(character, style=Style.TONE)[0][0])


def lost_byte(text: str) -> str:
    """Text as it reads after one byte of its GBK form was lost: characters pair up wrongly until an ASCII byte ends it.

    A full-width blank stands before the text (they open every paragraph); its first byte is the one that a converter
    found broken and replaced by `?`. Pairs that no GBK character has are dropped, as code page 936 drops them.
    """
    raw = bytearray(("　" + text).encode("gbk"))
    raw[0] = ord("?")
    return "".join(c for c in bytes(raw).decode("gb18030", "backslashreplace") if _in_gbk(c))


def _in_gbk(character: str) -> bool:
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def mirror(report: FakeReport, *, broken: tuple[str, ...] = ()) -> FakeReport:
    """The report as an annotating mirror shows it; sub-headings that begin with one of `broken` lose a byte."""
    return _each(report, lambda text: _mirrored(text, broken))


def _mirrored(text: str, broken: tuple[str, ...]) -> str:
    changed = annotated(traditional(text))
    return lost_byte(changed) if text.startswith(broken) and broken else changed


def encyclopedia(report: FakeReport) -> FakeReport:
    """The report as an encyclopedia of Taiwan copied it: script, wording, and its own menu below the text."""
    changed = _each(report, taiwanese)
    return replace(changed, blocks=(*changed.blocks, *(Block("para", line) for line in TAIL)))


def _each(report: FakeReport, change: Callable[[str], str]) -> FakeReport:
    blocks = []
    for block in report.blocks:
        rows = [[replace(cell, text=change(cell.text)) for cell in row] for row in block.rows]
        text = block.text if block.kind == "table" else change(block.text)
        blocks.append(replace(block, text=text, rows=rows))
    return replace(report, blocks=tuple(blocks), title=change(report.title))
