"""Shanghai: the city and its bureaus (portal-families §8.2).

Articles are `…/YYYYMMDD/<32 hex>.html`, mostly below their list; lists `…/index.html`, `index_2.html`. The city
collects the reports of a year in a column of its own, `/2025ndbg/`. One article is known by its 32 digits under both of
the city's names, `shanghai.gov.cn` and `www.shanghai.gov.cn`. Pages of the older system are `…/u26aw12345.html`.
"""

from __future__ import annotations

import re

from spiders.shaped import ShapedSpider

_HEX = re.compile(r"/(?:19|20)\d{6}/([0-9a-f]{32})\.html?$", re.IGNORECASE)


class ShanghaiSpider(ShapedSpider):
    """Crawl portals of the family `shanghai`."""

    name = "shanghai"
    family = "shanghai"
    article_url = re.compile(rf"{_HEX.pattern}|/u\d{{2}}aw\d{{1,9}}\.html?$", re.IGNORECASE)
    page_names = ("index_{n}.html",)

    def key(self, url: str) -> str:
        """An article has its 32 digits under every host name and in every column that shows it."""
        match = _HEX.search(url)
        return match[1].lower() if match else super().key(url)
