"""Mainland wording again: 規範性檔案 back to 规范性文件, 入口網站 to 门户网站, 最佳化 to 优化.

Copies of mainland pages on Taiwan-style mirrors were converted word by word. The conversion is undone word by word,
from a table (`wording.tsv`) that tells words which prove the conversion from words which mainland texts use as well:
對辦結案件檔案 and 市檔案局 speak of archives in every text, 檔案 means 文件 only in a converted one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from crawler.text.script import traditional_forms


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: `mainland` stood where `found` matches; `forms` are its possible traditional spellings."""

    sure: bool
    found: re.Pattern[str]
    mainland: str
    forms: re.Pattern[str]


def _either_script(word: str) -> re.Pattern[str]:
    """Matches a simplified word in simplified or traditional script."""
    return re.compile("".join(f"[{''.join((char, *traditional_forms(char)))}]" for char in word))


@cache
def rules() -> tuple[Rule, ...]:
    """The table, longer mainland words first so that 网络 does not get in before 互联网."""
    text = resources.files("crawler.text").joinpath("wording.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    found = [Rule(mode == "sure", re.compile(left), right, _either_script(right)) for mode, left, right in rows]
    return tuple(sorted(found, key=lambda rule: -len(rule.mainland)))


def rules_for(text: str) -> tuple[Rule, ...]:
    """The rules that this (traditional) text calls for, by the evidence it gives itself."""
    present = [rule for rule in rules() if rule.found.search(text)]
    proven = any(rule.sure for rule in present)
    return tuple(rule for rule in present if rule.sure or (proven and not rule.forms.search(text)))
