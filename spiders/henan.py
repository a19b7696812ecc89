"""Henan: the province, its departments, counties of Nanyang (portal-families §8.5).

Articles are `/2023/01-19/2677014.html`: year, day, number, and nothing of the column. Lists are folders,
`/zwgk/zfxxgk/zfxxgknb/`. Cities' reports of years ago stand on the province's host.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from spiders.shaped import ShapedSpider

_ARTICLE = re.compile(r"/(?:19|20)\d\d/\d{2}-\d{2}/(\d{3,12})\.html?$")


class HenanSpider(ShapedSpider):
    """Crawl portals of the family `henan`."""

    name = "henan"
    family = "henan"
    article_url = _ARTICLE
    page_names = ("index_{m}.html", "index_{n}.html")

    def neighbourhood(self, url: str) -> str:
        """All articles of a host look alike: nothing in an address says where it is listed."""
        return urlsplit(url).netloc
