"""博达 VSB (Webber): Lufeng and many portals of Yunnan, Shaanxi and Gansu (portal-families §4).

A list is `…/zfxxgknb.htm`; its second page of five is `…/zfxxgknb/4.htm`: the pages are counted down, so that an old
page keeps its address. Articles are `/info/{tree}/{news}.htm`; the same article has a dynamic twin,
`…_content.jsp?urltype=news.NewsContentUrl&wbtreeid={tree}&wbnewsid={news}`. The disclosure module (egovinfo) has
lists and articles of its own shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

from spiders.base import FamilySpider, Visit
from spiders.documents import Document
from spiders.paging import MAX_PAGES
from spiders.scripts import inline_scripts, number

_COUNT = re.compile(r"共\s{0,3}\d{1,6}\s{0,3}条[^<>]{0,20}?(\d{1,4})\s{0,3}/\s{0,3}(\d{1,4})")
_FRACTION = re.compile(r"(?:第|页[:：]?|页次[:：]?)\s{0,3}(\d{1,4})\s{0,3}/\s{0,3}(\d{1,4})")
_PAGE_NUMBER = re.compile(r"^\d{1,4}$")
_TAG = re.compile(r"<[^<>]{0,500}>|&nbsp;|\s")
_TURNED = re.compile(r"^(?P<stem>.+)/(?P<number>\d{1,4})\.htm$")


class VsbSpider(FamilySpider):
    """Crawl portals of the family `vsb`."""

    name = "vsb"
    family = "vsb"
    article_url = re.compile(
        r"/info/\d+/\d+\.html?$|/info/egovinfo/\d+/[\w-]{1,40}/[\w.-]{1,80}/\d{4}-\d{3,12}\.html?$", re.IGNORECASE
    )

    def is_article(self, url: str) -> bool:
        """True for static articles, for their dynamic twins, and for articles of the disclosure module."""
        return super().is_article(url) or _dynamic(url) is not None

    def key(self, url: str) -> str:
        """Static and dynamic address of one article are one page: host, tree, news."""
        found = _dynamic(url)
        return super().key(urljoin(url, f"/info/{found[0]}/{found[1]}.htm") if found else url)

    def neighbourhood(self, url: str) -> str:
        """The column's tree id: articles of one list share it, wherever the list stands."""
        found = _dynamic(url)
        return f"/info/{found[0]}" if found else urlsplit(url).path.rsplit("/", 1)[0]

    def directory(self, column_url: str) -> str:
        """What lies below `…/zfxxgknb.htm` is `…/zfxxgknb/…`; its own folder holds the columns beside it."""
        parts = urlsplit(column_url)
        stem = re.sub(r"(?:/\d{1,4})?\.html?$", "", parts.path)
        # A dynamic list (`bmxz_list.jsp?…`) has nothing below it.
        return f"{parts.scheme}://{parts.netloc}{stem}/"

    def next_pages(self, document: Document, visit: Visit) -> Iterable[str]:
        """Pages by their numbers, then where 下页 leads; counted down from the total when nothing is linked."""
        linked = [*self._numbered(document, visit), *super().next_pages(document, visit)]
        return linked or self._counted(document, visit)

    def _numbered(self, document: Document, visit: Visit) -> list[str]:
        """Links whose text is a page number, in the order of the numbers; the direction of counting does not matter."""
        found = {
            int(link.text): link.url
            for link in document.links
            if _PAGE_NUMBER.match(link.text) and self._same_list(link.url, visit.column.url)
        }
        return [found[page] for page in sorted(found)]

    @staticmethod
    def _same_list(url: str, column_url: str) -> bool:
        """True for another page of a list: `stem/N.htm` of `stem.htm`, or the same dynamic list with other numbers."""
        one, other = urlsplit(url), urlsplit(column_url)
        turned = _TURNED.match(one.path)
        if turned:
            return turned["stem"] == re.sub(r"(?:/\d{1,4})?\.html?$", "", other.path)
        if one.path != other.path or not one.query:
            return False
        mine, given = parse_qs(one.query), parse_qs(other.query)
        return all(mine.get(key) == given[key] for key in ("wbtreeid", "dpcode", "sccode") if key in given)

    def _counted(self, document: Document, visit: Visit) -> list[str]:
        """Addresses made from a printed or scripted total (`共72条 1/5`), where scripts hide the links."""
        total = min(_total(document), MAX_PAGES)
        if visit.page > 1 or total < 2:
            return []
        parts = urlsplit(visit.column.url)
        if parts.path.endswith(".jsp"):
            fixed = [(key, value) for key, value in parse_qsl(parts.query) if key not in {"totalpage", "PAGENUM"}]
            pages = ({"totalpage": str(total), "PAGENUM": str(page)} for page in range(2, total + 1))
            return [parts._replace(query=urlencode([*fixed, *page.items()])).geturl() for page in pages]
        return [f"{self.directory(visit.column.url)}{page}.htm" for page in range(total - 1, 0, -1)]


def _dynamic(url: str) -> tuple[str, str] | None:
    """Tree and news number of `…_content.jsp?…wbtreeid=…&wbnewsid=…`."""
    parts = urlsplit(url)
    if not parts.path.endswith("content.jsp"):
        return None
    query = parse_qs(parts.query)
    tree, news = query.get("wbtreeid", [""])[0], query.get("wbnewsid", [""])[0]
    return (tree, news) if tree.isdigit() and news.isdigit() else None


def _total(document: Document) -> int:
    """Number of pages as printed beside the page numbers or as a script has it; 0 where neither says."""
    text = _TAG.sub("", document.text)
    for pattern in (_COUNT, _FRACTION):
        if match := pattern.search(text):
            return int(match[2])
    return number(inline_scripts(document), r"totalpages?|totalPages?|a_total|_total|pagecount|pageCount") or 0
