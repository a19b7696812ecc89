"""Pronunciations in ruby tags: `<ruby>務<rp>(</rp><rt>wù</rt><rp>)</rp></ruby>` is 務.

Only where every annotation of the element is a reading of the character below it: furigana and glosses stay.
"""

from __future__ import annotations

import html as html_module
import re

from crawler.text.markup import on_runs
from crawler.text.model import Repair
from crawler.text.pinyin import Annotation, is_damage, is_reading
from crawler.text.record import Log

_RUBY = re.compile(r"<ruby\b[^<>]*>(?P<inner>(?:(?!</?ruby\b).){1,4000}?)</ruby\s*>", re.S | re.I)
_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"<(/?)(rb|rt|rp|rtc)\b", re.I)
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_BETWEEN = re.compile(r"[\s\u3000\xa0'’·-]+")


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Remove ruby elements that say how a character is read, and keep what they stood over."""
    if not html or not ("ruby" in text or "RUBY" in text) or not _RUBY.search(text):
        return text, None
    found: list[Annotation] = []
    end = -1
    for match in _RUBY.finditer(text):
        for char, reading in _read(match["inner"])[1]:
            found.append(Annotation(char, reading, match.start(), match.start() <= end))
            end = match.end()
    if not found or not is_damage(found, text):
        return text, None
    log = Log("ruby")

    def drop(match: re.Match[str]) -> str:
        base, annotations = _read(match["inner"])
        if not annotations:
            return match[0]
        log.note(match[0], base, len(annotations))
        return base

    new = on_runs(text, lambda part: _RUBY.sub(drop, part) if "<" in part else part, html=html)
    return (new, log.repair()) if log.count else (text, None)


def _read(inner: str) -> tuple[str, list[tuple[str, str]]]:
    """(what stands below, the annotations); no annotations if one of them is not a reading."""
    base: list[str] = []
    below: list[str] = []
    above: list[str] = []
    annotations: list[tuple[str, str]] = []
    layer = ""
    for piece in _TAG.split(inner):
        name = _NAME.match(piece)
        if name is None:
            if layer in ("", "rb"):
                base.append(piece)
                below.append("" if piece.startswith("<") else piece)
            elif layer == "rt":
                above.append("" if piece.startswith("<") else piece)
            continue
        if layer == "rt":
            taken = _pairs("".join(below), "".join(above))
            if taken is None:
                return inner, []
            annotations += taken
            below, above = [], []
        layer = "" if name[1] else name[2].lower()
    if layer == "rt":  # </rt> may be left out
        taken = _pairs("".join(below), "".join(above))
        return ("".join(base), annotations + taken) if taken else (inner, [])
    return "".join(base), annotations


def _pairs(below: str, above: str) -> list[tuple[str, str]] | None:
    """The characters below with their readings above, None if they are not that."""
    chars = _CHINESE.findall(below)
    readings = _BETWEEN.sub(" ", html_module.unescape(above)).split()
    if not readings or len(readings) != len(chars):
        return None
    pairs = [(char, reading.strip("()（）")) for char, reading in zip(chars, readings, strict=True)]
    return pairs if all(is_reading(*pair) for pair in pairs) else None
