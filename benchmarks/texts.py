"""Clean texts to damage, and as many clean paragraphs as one likes: sentences and figures of the corpus mixed anew.

The corpus (`benchmarks/corpus/*.txt`) was written for measuring and is held out from the language model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

CORPUS = Path(__file__).parent / "corpus"

SHORTEST = 10
"""Characters of the shortest text that is damaged: a heading."""

_SENTENCE = re.compile("[^。]+。?")
_CLAUSE = re.compile("[^，。；：]+[，。；：]?")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile("20[12][0-9]")


@cache
def lines(name: str) -> tuple[str, ...]:
    """Texts of one file of the corpus, one per line, without its header."""
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def names() -> dict[str, tuple[str, ...]]:
    """Persons, places and offices."""
    rows = (line.split("\t") for line in lines("names"))
    return {kind: tuple(values.split(" ")) for kind, values in rows}


@cache
def _names_found() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind}>{'|'.join(values)})" for kind, values in names().items()))


@cache
def sentences() -> tuple[str, ...]:
    """Every sentence of the paragraphs."""
    return tuple(sentence for line in lines("paragraphs") for sentence in _SENTENCE.findall(line))


@cache
def short_texts() -> tuple[str, ...]:
    """Headings and labels of `SHORTEST` characters or more."""
    return tuple(dict.fromkeys(line for line in lines("headings") + lines("labels") if len(line) >= SHORTEST))


@cache
def formal_texts() -> tuple[str, ...]:
    """Headings and labels of six characters or more, and titles of reports."""
    rng = Random("titles")
    titles = [_title(rng) for _ in range(40)]
    return tuple(dict.fromkeys([*(line for line in lines("headings") + lines("labels") if len(line) >= 6), *titles]))


@cache
def clauses() -> tuple[str, ...]:
    """Parts of sentences of `SHORTEST` to 40 characters."""
    found = [clause for line in lines("paragraphs") for clause in _CLAUSE.findall(line)]
    return tuple(dict.fromkeys(clause for clause in found if SHORTEST <= len(clause) <= 40))


def _number(old: str, rng: Random) -> str:
    if _YEAR.fullmatch(old):
        return str(rng.randrange(2008, 2026))
    return "".join(
        str(rng.randrange(1 if i == 0 and len(old) > 1 else 0, 10)) if c.isdigit() else c for i, c in enumerate(old)
    )


def varied(text: str, rng: Random) -> str:
    """`text` with other figures, persons, places and offices."""
    text = _NUMBER.sub(lambda match: _number(match[0], rng), text)
    return _names_found().sub(lambda match: rng.choice(names()[str(match.lastgroup)]), text)


def _title(rng: Random) -> str:
    place, office = rng.choice(names()["place"]), rng.choice(names()["office"])
    what = rng.choice(("政府信息公开工作年度报告", "信息公开工作总结", "政务公开自查报告", "依申请公开办理情况统计"))
    return f"{place}{rng.choice('县区市镇')}{office}{rng.randrange(2008, 2026)}年{what}"


def paragraph(rng: Random) -> str:
    """One clean paragraph: mostly sentences mixed anew; now and then a title, a heading, a trap."""
    chance = rng.random()
    if chance < 0.04:
        return _title(rng)
    if chance < 0.08:
        return varied(rng.choice(short_texts()), rng)
    chosen = [varied(rng.choice(sentences()), rng) for _ in range(rng.randint(1, 4))]
    if chance < 0.11:
        chosen.insert(rng.randrange(len(chosen) + 1), rng.choice(lines("traps")))
    if chance > 0.97:
        chosen.append(f"（联系人：{rng.choice(names()['person'])}，电话：{rng.randrange(10**6, 10**8)}）")
    return ("　　" if chance > 0.6 else "") + "".join(chosen)


def paragraphs(count: int, seed: int = 0) -> Iterator[str]:
    """`count` different clean paragraphs; the traps of the corpus come first, each by itself."""
    rng = Random(f"paragraphs/{seed}")
    seen: set[str] = set()
    for text in lines("traps")[:count]:
        seen.add(text)
        yield text
    while len(seen) < count:
        text = paragraph(rng)
        if text not in seen:
            seen.add(text)
            yield text


def page(rng: Random, size: int) -> str:
    """A clean HTML page of about `size` bytes of UTF-8: title, meta, script, headings, paragraphs, links, a table."""
    title = _title(rng)
    rows: list[str] = []
    length = 0
    while length < size:
        rows.append(_block(rng))
        length += len(rows[-1].encode("utf-8"))
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
        f'<title>{title}</title>\n<meta name="ArticleTitle" content="{title}">\n'
        '<script type="text/javascript">var pageTitle = "首页"; if (top != window) { top.location = "/"; }</script>\n'
        "<style>.content p { text-indent: 2em; font-family: 宋体, SimSun; }</style>\n</head>\n<body>\n"
        + "\n".join(rows)
        + "\n</body>\n</html>\n"
    )


def _block(rng: Random) -> str:
    chance = rng.random()
    if chance < 0.2:
        return f'<h3 class="tit">{rng.choice(lines("headings"))}</h3>'
    if chance < 0.35:
        cells = "".join(f"<td>{rng.randrange(400)}</td>" for _ in range(5))
        return f'<table border="1"><tr><td colspan="2">{rng.choice(lines("labels"))}</td>{cells}</tr></table>'
    if chance < 0.45:
        heading = rng.choice(short_texts())
        return f'<li><a href="/col/{rng.randrange(9999)}/art.html" title="{heading}" target="_blank">{heading}</a></li>'
    text = varied(rng.choice(lines("paragraphs")), rng)
    if chance < 0.75:
        return f'<p class="MsoNormal" style="text-indent:2em">　　{text}</p>'
    font = '<span style="font-family:仿宋_GB2312;font-size:16pt;color:black">'
    return f'<p class="MsoNormal" style="line-height:28pt">　　{font}{text}</span></p>'
