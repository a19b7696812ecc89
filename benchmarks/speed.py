"""Times of decoding and repair on clean pages beside lxml's parse of them; clean text by the hundred thousand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import islice
from random import Random
from typing import Any

import ftfy
import lxml.html

from benchmarks import aims, texts
from crawler.text import decode, repair

PAGE = 100_000
ROUNDS = 25
LOT = 50


def best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Shortest of some rounds, in seconds of the processor."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


@dataclass(frozen=True, slots=True)
class Pace:
    """One line of the table of times: milliseconds, megabytes of input per second, share of lxml's parse."""

    what: str
    milliseconds: float
    mb_s: float
    of_parse: float
    aim: str = ""
    met: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def paces() -> list[Pace]:
    """Times on one page of 100 kB, as UTF-8 and as GBK."""
    page = texts.page(Random("speed"), PAGE)
    parse = best(lambda: lxml.html.fromstring(page))
    size = len(page.encode("utf-8"))
    found = [Pace("lxml.html.fromstring", parse * 1e3, size / parse / 1e6, 1.0), _plain_gbk(page, parse)]
    for codec, label in (("utf-8", "utf-8"), ("utf-8", "gb2312"), ("gb18030", "gb2312"), ("gb18030", "utf-8")):
        body = page.replace("charset=utf-8", f"charset={label}").encode(codec)
        took = best(lambda body=body: decode(body))  # type: ignore[misc]
        aim = f"< {aims.DECODE_OF_PARSE:.2f} of the parse"
        found.append(
            Pace(
                f"decode, {codec}, meta {label}",
                took * 1e3,
                len(body) / took / 1e6,
                took / parse,
                aim,
                took / parse < aims.DECODE_OF_PARSE,
            )
        )
    for what, text in (("page", page), ("plain text", "\n".join(islice(texts.paragraphs(500, 1), 100, None)))):
        found.append(_clean(what, text, parse))
    took = best(lambda: ftfy.fix_text(page), 2)
    found.append(Pace("ftfy.fix_text, clean page", took * 1e3, size / took / 1e6, took / parse))
    return found


def _plain_gbk(page: str, parse: float) -> Pace:
    """Python's own decoder, which no decision can be faster than."""
    body = page.encode("gb18030")
    took = best(lambda: body.decode("gb18030"))
    return Pace("bytes.decode, gb18030", took * 1e3, len(body) / took / 1e6, took / parse)


def _clean(what: str, text: str, parse: float) -> Pace:
    size = len(text.encode("utf-8"))
    took = best(lambda: repair(text))
    speed = size / took / 1e6
    return Pace(
        f"repair, clean {what}",
        took * 1e3,
        speed,
        took / parse,
        f"≥ {aims.CLEAN_MB_S:.0f} MB/s",
        speed >= aims.CLEAN_MB_S,
    )


@dataclass(slots=True)
class Alarms:
    """What became of clean text: paragraphs tried, those changed (by us; by ftfy, of a sample), the first of them."""

    paragraphs: int
    changed: int
    together: int
    samples: list[tuple[str, str]]
    ftfy_tried: int
    ftfy_changed: int
    mb_s: float


def false_alarms(count: int, ftfy_sample: int) -> Alarms:
    """Repair `count` different clean paragraphs, each alone, and then in lots of `LOT` as one text."""
    changed: list[tuple[str, str]] = []
    together = size = 0
    seconds = 0.0
    supply = texts.paragraphs(count)
    while lot := list(islice(supply, LOT)):
        start = time.process_time()
        results = [repair(text).text for text in lot]
        seconds += time.process_time() - start
        size += sum(len(text.encode("utf-8")) for text in lot)
        changed += [(before, after) for before, after in zip(lot, results, strict=True) if before != after]
        joined = "\n".join(lot)
        together += repair(joined).text != joined
    sample = list(texts.paragraphs(ftfy_sample, 2))
    worse = sum(ftfy.fix_text(text) != text for text in sample)
    return Alarms(count, len(changed), together, changed[:8], ftfy_sample, worse, size / seconds / 1e6)
