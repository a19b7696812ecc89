"""Radicals in place of characters: ⼀⼆⽂⾏⽆ are 一二文行无, ⻔⻓⺠⻅ are 门长民见.

PDF text written by Chromium (Skia) is full of them. They look the same and match nothing. NFKC maps the Kangxi block;
the Radicals Supplement has no mapping in Unicode, hence the table.
"""

from __future__ import annotations

import re
import unicodedata

from crawler.text import rare
from crawler.text.markup import on_text
from crawler.text.model import Repair
from crawler.text.record import Log, first_difference

_SUPPLEMENT = dict(
    zip(
        "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷"
        "⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳⼾",
        "厂乚乚乛亻冂几刀刂卜㔾小小兀尣尢尣巳幺彑彐忄心扌攵旡日月歹母民氵氺灬爫爫丬牛犭王疋罒示礻竹糹纟网罒罓网网羊羊"
        "羊耂肀聿月臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食食食饣首马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟龟户",
        strict=True,
    )
)
"""Also ⼾, which NFKC would make 戶: the PDFs that hold it are simplified and mean 户."""

_FOUND = re.compile(f"[{''.join(_SUPPLEMENT)}\u2f00-\u2fd5]")

_ABOUT_RADICALS = re.compile("部首|偏旁|字头|字旁|字底")
FEW = 60
"""A text about radicals may hold this many that mean themselves; a PDF's page that mentions them has more."""


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Put the characters back."""
    if not rare.holds(text, rare.RADICALS) or not _FOUND.search(text):
        return text, None
    if _ABOUT_RADICALS.search(text) and len(_FOUND.findall(text)) <= FEW:
        return text, None
    log = Log("radicals")

    def proper(match: re.Match[str]) -> str:
        return _SUPPLEMENT.get(match[0]) or unicodedata.normalize("NFKC", match[0])

    def clean(part: str) -> str:
        new, count = _FOUND.subn(proper, part)
        if new != part:
            log.note(*first_difference(part, new), count)
        return new

    new = on_text(text, clean, html=html)
    return (new, log.repair()) if log.count else (text, None)
