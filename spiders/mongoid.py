"""Articles named by 24 hexadecimal digits: districts of Xi'an, cities of Shandong (portal-families §8.8, §8.9).

Xi'an: `…/xxgknb/61ee22bef8fd1c0bdc7bceed.html` below its list. Shandong: `/gongkai/site_x/channel_6389…/doc_697c….html`
and also `channel_x_5669_13598`, `channel_c_5f9f…_n_1605682516.1737`; its lists are made by a script. The first eight
digits are the seconds at which the article was made: years after the reported one where reports were moved.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from spiders.shaped import ShapedSpider
from spiders.visits import Visit

_ARTICLE = re.compile(r"/(?:doc_)?([0-9a-f]{24})\.s?html?$")


class MongoidSpider(ShapedSpider):
    """Crawl portals of the family `mongoid`."""

    name = "mongoid"
    family = "mongoid"
    article_url = _ARTICLE
    page_names = ("{n}.html", "index_{m}.html", "index_{n}.html")

    def key(self, url: str) -> str:
        """An article has its digits in every column of a host that shows it."""
        match = _ARTICLE.search(urlsplit(url).path)
        return f"{urlsplit(url).netloc}#{match[1]}" if match else super().key(url)

    def names_of_records(self, visit: Visit) -> tuple[str, ...]:
        """`doc_` stands before the digits where columns are channels."""
        return ("doc_{id}.html",) if "/channel_" in visit.column.url else ("{id}.html",)
