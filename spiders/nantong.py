"""Nantong, Lianyungang and their bureaus (portal-families §8.7).

A column `20sjbm` of the site `ntsrmzf` is the page `/ntsrmzf/20sjbm/20sjbm.html`, its articles are
`/ntsrmzf/20sjbm/content/<uuid>.html`. The folder alone is no page. How further pages are called is not known: a list's
own links and counts say so, else the names of other systems are tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from scrapy import Request
from twisted.python.failure import Failure

from crawler.net.failures import classify
from spiders.portal import Yielded
from spiders.shaped import ShapedSpider
from spiders.visits import Visit

_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_ARTICLE = re.compile(rf"/content/({_UUID})\.html?$")
_FOLDER = re.compile(r"/(?P<name>[\w-]{1,60})/(?:index\.html?)?$")


class NantongSpider(ShapedSpider):
    """Crawl portals of the family `nantong`."""

    name = "nantong"
    family = "nantong"
    article_url = _ARTICLE
    page_names = ("{stem}_{m}.html", "{stem}_{n}.html", "{n}.html")
    record_names = ("content/{id}.html",)

    def key(self, url: str) -> str:
        """An article has its uuid in every column that shows it; a column's folder stands for its page."""
        match = _ARTICLE.search(url)
        if match:
            return f"{urlsplit(url).netloc}#{match[1].lower()}"
        return super().key(url)

    def neighbourhood(self, url: str) -> str:
        """The column's folder."""
        return url.partition("/content/")[0]

    def on_failure(self, failure: Failure) -> Iterator[Yielded]:
        """A column's folder is no page: the page in it that bears its name is asked for."""
        request: Request = failure.request  # type: ignore[attr-defined]
        visit: Visit = request.cb_kwargs["visit"]
        url = _page_in(request.url)
        given = "row" not in request.cb_kwargs and visit.page == 1 and url != request.url
        if given and classify(failure).outcome == "missing" and self.first_time(visit, url):
            column = visit.column.model_copy(update={"url": url})
            yield self.request(url, self.parse_column, replace(visit, column=column), is_list=True)
            return
        yield from super().on_failure(failure)


def _page_in(url: str) -> str:
    """`…/20sjbm/20sjbm.html` for the folder `…/20sjbm/`; what is no folder stays as it is."""
    match = _FOLDER.search(urlsplit(url).path)
    return f"{url[: url.rindex('/')]}/{match['name']}.html" if match else url
