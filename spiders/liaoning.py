"""Liaoning's departments, and Tongzhou in Beijing (portal-families §8.4).

Lists are `…/zfxxgknb/index.shtml`, articles `…/<32 HEX>/index.shtml` or, in Tongzhou, `…/<12 or more digits>/…` and
`…/202301/1634545.shtml`. The province has a column a year beside each other (`…/2010zfxxgk_148535/2025/`). Departments'
lists are often asked for by a script, of a service whose addresses end in `.jhtml`.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from spiders.shaped import ShapedSpider

_ARTICLE = re.compile(r"/([0-9A-Fa-f]{32}|\d{12,20})/(?:index\.s?html?)?$")


class LiaoningSpider(ShapedSpider):
    """Crawl portals of the family `liaoning`."""

    name = "liaoning"
    family = "liaoning"
    article_url = re.compile(rf"{_ARTICLE.pattern}|/20\d{{4}}/\d{{5,10}}\.s?html?$")
    page_names = ("index_{m}.shtml", "index_{n}.shtml")
    record_names = ("{id}/index.shtml",)

    def key(self, url: str) -> str:
        """An article has its digits in every column of a host that shows it."""
        match = _ARTICLE.search(urlsplit(url).path)
        return f"{urlsplit(url).netloc}#{match[1].lower()}" if match else super().key(url)

    def neighbourhood(self, url: str) -> str:
        """The list's folder: an article has a folder of its own."""
        return _ARTICLE.sub("", url)
