"""Articles named by a day or a month and a number, on the systems of many cities (portal-families §0.11, §8.7).

    /202303/20230305_193807.html  (Diqing)      /202601/85423.shtml           (Hegang)
    /20220127/831093.html         (Putuo)       /html/site_gov/articles/202001/99838.html  (Zhumadian)
    /2023/18/65707.html           (Changning: year, day of the year)
    /webinfo/2024/01/1695967376343260.htm  (Dengzhou)    /doc/2024/01/08/4153378.shtml  (Wuxi)
    /c/2023-01-11/6433727.shtml   (Kunming)     /cms/html/zzssfj/2024-01-18/1111264329.html  (Zhangzhou)
    /c26133/20240117/i2154426.html (Zhuzhou)

How further pages are called is not known: a list's own links and counts say so, else common names are tried.
"""

from __future__ import annotations

import re

from spiders.shaped import ShapedSpider

_NUMBER = r"(?:\d{8}_|i)?\d{2,20}\.s?html?$"
_FOLDERS = re.compile(
    r"/(?:19|20)\d{4}(?:\d\d)?/(?=(?:\d{8}_|i)?\d)|/(?:19|20)\d\d/\d{1,3}(?:/\d{1,2})?/|/(?:19|20)\d\d-\d{1,2}-\d{1,2}/"
)


class DatedSpider(ShapedSpider):
    """Crawl portals of the family `dated`."""

    name = "dated"
    family = "dated"
    article_url = re.compile(rf"(?:{_FOLDERS.pattern}){_NUMBER}", re.IGNORECASE)
    page_names = ("{stem}_{m}.{kind}", "{stem}_{n}.{kind}", "{n}.{kind}")

    def neighbourhood(self, url: str) -> str:
        """The column's folder: an article lies in that of its day or month."""
        match = _FOLDERS.search(url)
        return url[: match.start()] if match else super().neighbourhood(url)
