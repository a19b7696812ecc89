"""What surrounds an article on a government page: head, navigation, breadcrumbs, metadata table, share bar, footer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

Links = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Look:
    """One site's face: its name, who runs it, its navigation (text, address), its filing number."""

    name: str
    organ: str
    menu: Links = ()
    icp: str = "00000000号-1"
    code: str = "0000000001"
    charset: str = "utf-8"
    related: Links = field(
        default=(
            ("中国政府网", "https://www.gov.cn/"),
            ("关于我们", "/gywm/"),
            ("网站地图", "/wzdt/"),
        )
    )


def shell(look: Look, title: str, inner: str, *, meta: Mapping[str, str] | None = None, head: str = "") -> str:
    """A whole page around `inner`."""
    tags = "\n".join(f'<meta name="{name}" content="{escape(text)}"/>' for name, text in (meta or {}).items())
    menu = "".join(f'<li><a href="{href}" target="_blank">{escape(text)}</a></li>' for text, href in look.menu)
    related = " | ".join(f'<a href="{href}">{escape(text)}</a>' for text, href in look.related)
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={look.charset}"/>
<meta name="SiteName" content="{escape(look.name)}"/>
<meta name="SiteIDCode" content="{look.code}"/>
{tags}
<title>{escape(title)}</title>
<link rel="stylesheet" type="text/css" href="/images/style.css"/>
{head}
</head>
<body>
<div class="header"><div class="logo"><a href="/">{escape(look.name)}</a></div>
<div class="search"><form action="/search" method="get"><input name="q" placeholder="请输入关键词"/></form></div>
<ul class="nav">{menu}</ul></div>
<div class="main">
{inner}
</div>
<div class="footer"><div class="links">{related}</div>
<p>主办单位：{escape(look.organ)}　网站标识码：{look.code}</p>
<p>备案号：{look.icp}　公安备案号：00000000000001　建议使用1366×768以上分辨率</p></div>
<script type="text/javascript">var siteName = "{escape(look.name)}";</script>
</body>
</html>
"""


def crumbs(*steps: tuple[str, str]) -> str:
    """当前位置: links from the home page to here."""
    trail = " &gt; ".join(f'<a href="{href}">{escape(text)}</a>' for text, href in steps)
    return f'<div class="position">当前位置：{trail}</div>'


def record(rows: Links, *, kind: str = "xxgk_table") -> str:
    """The metadata table of disclosed information: 索引号, 发布机构, …; two pairs a row."""
    cells = [f"<th>{escape(label)}</th><td>{escape(value)}</td>" for label, value in rows]
    lines = "".join(f"<tr>{''.join(cells[i : i + 2])}</tr>" for i in range(0, len(cells), 2))
    return f'<table class="{kind}" width="100%">{lines}</table>'


SHARE = (
    '<div class="share">分享到：<a href="javascript:;" class="wx">微信</a><a href="javascript:;" class="wb">微博</a>'
    '<a href="javascript:window.print()">打印</a><a href="javascript:window.close()">关闭</a>'
    '<span>字号：<a href="javascript:;">大</a><a href="javascript:;">中</a><a href="javascript:;">小</a></span></div>'
)


def siblings(links: Links) -> str:
    """相关链接 below an article."""
    items = "".join(f'<li><a href="{href}">{escape(text)}</a></li>' for text, href in links)
    return f'<div class="related"><h3>相关信息</h3><ul>{items}</ul></div>' if links else ""
