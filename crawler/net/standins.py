"""What a portal shows in place of the page that was asked for, under status 200: pure functions over its bytes.

Login forms (统一身份认证), "page not found" without a 404, the index in place of the article (CSRC does so after
bursts, portal-families §0.8), default pages of web servers and parked names. None of them is a document, and no report
that merely quotes such words is one of them: signs count only on pages that say little else, and never where the row's
own title stands in the page.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from crawler.items import Outcome
from crawler.text import decode
from crawler.text.tags import tamed

LARGEST_NOTICE = 100_000
"""Bytes: notices and login forms are smaller; what is larger is only looked at for an index."""

MANY_LINKS = 40
"""An index has many links; the chrome around an article seldom has fewer than half as many, hence the share below."""

MOSTLY_LINKS = 0.7
"""Share of the shown characters that stand in links, above which a page is an index."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """What stands in place of a page: a stable word, and what it makes of the attempt."""

    reason: str
    outcome: Outcome


LOGIN = StandIn("gate_login", "blocked")
SOFT_404 = StandIn("soft_404", "missing")
INDEX = StandIn("index_instead", "blocked")
HOME = StandIn("home_instead", "missing")
PARKED = StandIn("parked", "unreachable")
MAINTENANCE = StandIn("maintenance", "unreachable")

_ASKED = r"(?:访问|查找|浏览|请求|查看|打开)"
_PAGE = r"(?:页面|网页|网址|文件|内容|信息|文章|栏目|资源|链接)"
_GONE = r"(?:不存在|未找到|没有找到|找不到|已(?:被|经)?(?:删除|移除|下线|过期|失效)|走丢了)"
_NOT_FOUND = re.compile(
    rf"{_ASKED}的[^。，,]{{0,6}}{_PAGE}[^。]{{0,12}}{_GONE}|{_PAGE}{_GONE}|(?:找不到|无法找到|未找到)[^。]{{0,8}}{_PAGE}"
    r"|404[^。]{0,20}(?:not\s?found|错误|页面)|page (?:was )?not found|HTTP Status 404",
    re.IGNORECASE,
)
_NOT_FOUND_TITLE = re.compile(rf"^\W*(?:404|error 404|{_PAGE}{_GONE}|找不到|页面不存在|出错了|错误页面)", re.IGNORECASE)
_LOGIN = re.compile(
    r"统一身份认证|身份认证平台|统一认证|单点登录|用户登[录陆]|账号登录|登录页|请(?:先|您)?登录|^\W*登\s?录|\blog\s?in\b|sign\s?in",
    re.IGNORECASE,
)
_PASSWORD = re.compile(rb"<input\b[^>]{0,300}\btype\s*=\s*[\"']?password", re.IGNORECASE)
_PARKED = re.compile(
    r"Welcome to nginx|IIS Windows|Apache2? \w* ?(?:Default|Test) Page|^It works!|Tengine|站点创建成功|没有找到站点"
    r"|网站(?:暂未|尚未|未)备案|未备案提示|域名(?:出售|转让|已?过期|停放|正在出售)"
    r"|domain (?:is|may be) for sale|buy this domain"
    r"|(?:网站|站点)(?:已(?:关停|停用|暂停|下线|关闭|欠费)|未开通)|account suspended",
    re.IGNORECASE,
)
_MAINTENANCE = re.compile(
    r"(?:网站|系统|服务器?|平台)(?:正在|临时)?(?:维护|升级|调试|建设)中|正在(?:进行)?(?:系统|网站|升级|维护)[^。]{0,10}(?:维护|升级|改造)"
    r"|under (?:maintenance|construction)",
    re.IGNORECASE,
)
_HINTS = (
    "不存在 未找到 找不到 没有找到 被删除 已删除 经删除 移除 下线 过期 失效 "
    "走丢 出错了 错误页 404 登录 登陆 身份认证 统一认证 未备案 备案提示 "
    "域名出售 域名转让 域名停放 域名正在 停用 关停 已暂停 已关闭 欠费 "
    "未开通 站点创建 维护 升级中 调试中 建设中 改造"
)
_HINT = re.compile(
    b"|".join(re.escape(word.encode(codec)) for word in _HINTS.split() for codec in ("utf-8", "gb18030"))
    + rb"|not\s?found|login|log in|sign in|nginx|iis windows|apache|it works|tengine|domain|maintenance|construction"
    rb"|suspended",
    re.IGNORECASE,
)
"""Without one of these no notice is possible: most lists end here, before anything is decoded."""

_HOME = re.compile(r"/?(?:index\.\w{3,5}|default\.\w{3,5})?")
_SAYS = re.compile(r"[\W_]+")
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head"})
_CARRIES = frozenset({"iframe", "frame", "embed", "object", "video"})


def stand_in(body: bytes, content_type: str | None, *, title: str = "") -> StandIn | None:
    """What stands in place of a page that came with status 200; None for a page.

    Args:
        body: bytes of the answer.
        content_type: value of its header.
        title: of the list row that led here; "" for a list or a home page, of which nothing is known.
    """
    if "html" not in (content_type or "text/html") or b"<" not in body[:2000]:
        return None
    if _stands_in(body, title):
        return None
    small = len(body) <= LARGEST_NOTICE and _HINT.search(body) is not None
    index = bool(title) and body.count(b"<a") >= MANY_LINKS
    if not (small or index):
        return None
    shown = _Shown(body, content_type)
    if title and shown.names(title):
        return None
    if small and (notice := _notice(shown, body)) is not None:
        return notice
    return INDEX if index and _is_index(shown) else None


def _stands_in(body: bytes, title: str) -> bool:
    """True when the beginning of a row's title stands in the page as it is: the usual case, and a cheap one."""
    start = title.strip()[:10]
    if len(start) < 10 or not start.isprintable():
        return False
    return any(start.encode(codec) in body for codec in ("utf-8", "gb18030"))


def leads_home(asked: str, came: str) -> bool:
    """True when a request for some page ended at the home page of a site."""
    return _HOME.fullmatch(urlsplit(came).path) is not None and _HOME.fullmatch(urlsplit(asked).path) is None


def _notice(shown: _Shown, body: bytes) -> StandIn | None:
    words, said = len(shown.words), f"{shown.title}\n{shown.spaced}\n{shown.words}"
    if _PASSWORD.search(body) and words < 800 and _LOGIN.search(said):
        return LOGIN
    if words < 1500 and _NOT_FOUND_TITLE.search(shown.title):
        return SOFT_404
    if words >= 300:
        return None
    for pattern, found in ((_NOT_FOUND, SOFT_404), (_PARKED, PARKED), (_MAINTENANCE, MAINTENANCE)):
        if pattern.search(said):
            return found
    return None


def _is_index(shown: _Shown) -> bool:
    """Mostly links, and nothing in it that may carry an article."""
    linked, words = len(shown.linked), len(shown.words)
    return not shown.carries and linked / max(linked + words, 1) >= MOSTLY_LINKS and words < 1500


class _Shown:
    """What a page shows: its title, the words outside of links, those in links."""

    def __init__(self, body: bytes, content_type: str | None) -> None:
        self.source = decode(body, content_type).text

    def names(self, title: str) -> bool:
        """True when a row's title, or its first or last ten characters (lists cut them), stand anywhere in the page."""
        wanted = _plain(title).strip("…")
        if len(wanted) < 4:
            return True  # a title that says nothing proves nothing
        return wanted[:10] in self._said or wanted[-10:] in self._said

    @cached_property
    def _said(self) -> str:
        return _plain(self.source)

    @cached_property
    def title(self) -> str:
        root = self._root
        found = root.find(".//title") if root is not None else None
        return " ".join((found.text or "").split()) if found is not None else ""

    @property
    def words(self) -> str:
        """Words outside of links, without blanks: Chinese is often cut in mid-word by tags."""
        return "".join(self._split[0].split())

    @property
    def spaced(self) -> str:
        """The same with its blanks, for English."""
        return " ".join(self._split[0].split())

    @property
    def linked(self) -> str:
        """Words in links."""
        return "".join(self._split[1].split())

    @cached_property
    def carries(self) -> bool:
        root = self._root
        return root is not None and any(element.tag in _CARRIES for element in root.iter())

    @cached_property
    def _root(self) -> etree._Element | None:
        try:
            parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
            text = tamed(self.source).replace("\x00", "").encode("utf-8", "surrogatepass")
            root: etree._Element = lxml_html.document_fromstring(text, parser=parser)
        except (ValueError, etree.ParserError, etree.XMLSyntaxError):
            return None
        return root

    @cached_property
    def _split(self) -> tuple[str, str]:
        """Words outside and inside of links; a walk without recursion, since pages nest as deep as they like."""
        outside: list[str] = []
        inside: list[str] = []
        if self._root is None:
            return "", ""
        hidden = links = 0
        for event, element in etree.iterwalk(self._root, events=("start", "end")):
            step = 1 if event == "start" else -1
            hidden += step * (element.tag in _UNSEEN)
            links += step * (element.tag == "a")
            text = element.text if event == "start" else element.tail
            if text and not hidden:
                (inside if links else outside).append(text)
        return "".join(outside), "".join(inside)


def _plain(text: str) -> str:
    """Letters and digits alone, width and compatibility forms folded: what is compared."""
    return _SAYS.sub("", unicodedata.normalize("NFKC", text)).lower()
