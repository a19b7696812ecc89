"""Hebei: the province, Shijiazhuang and its districts (portal-families §8.6).

A column is `/columns/<uuid>/index.html`, its articles `/columns/<uuid>/YYYYMM/DD/<uuid>.html`. Lists of some cities are
made by a script. Departments keep folders with names (`/hbgyhxxht/zfxxgk/zfxxgknb/`); their articles end like TRS's.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from spiders.shaped import ShapedSpider

_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_ARTICLE = re.compile(rf"/20\d{{4}}/\d{{1,2}}/({_UUID})\.html?$")


class HebeiSpider(ShapedSpider):
    """Crawl portals of the family `hebei`."""

    name = "hebei"
    family = "hebei"
    article_url = re.compile(rf"{_ARTICLE.pattern}|/(?:\d{{6}}/)?t\d{{8}}_\d+\.s?html?$")
    page_names = ("index_{m}.html", "index_{n}.html")

    def key(self, url: str) -> str:
        """An article has its uuid in every column that shows it."""
        match = _ARTICLE.search(url)
        return f"{urlsplit(url).netloc}#{match[1].lower()}" if match else super().key(url)

    def neighbourhood(self, url: str) -> str:
        """The column's folder: an article lies in that of its day."""
        return re.sub(r"/20\d{4}/\d{1,2}/[^/]*$", "", url)
