"""Our own report pages for tests: prose in our words around the statutory headings and tables."""

from __future__ import annotations

SECTIONS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)
IDS = ("overview", "proactive", "requests", "review", "problems", "other")
NUMERALS = "一二三四五六七八九十"
PROSE = "一年来，本单位按照有关要求开展工作，及时发布信息，群众满意度有所提高，各项任务按期完成。"
TITLE = "清河县水务局2023年政府信息公开工作年度报告"

T2 = """<table border="1"><tr><td colspan="4">第二十条第（一）项</td></tr>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>
<tr><td>行政规范性文件</td><td>2</td><td>1</td><td>9</td></tr>
<tr><td colspan="4">第二十条第（五）项</td></tr><tr><td>信息内容</td><td colspan="3">本年处理决定数量</td></tr>
<tr><td>行政许可</td><td colspan="3">38</td></tr>
<tr><td colspan="4">第二十条第（六）项</td></tr><tr><td>信息内容</td><td colspan="3">本年处理决定数量</td></tr>
<tr><td>行政处罚</td><td colspan="3">10</td></tr><tr><td>行政强制</td><td colspan="3">0</td></tr>
<tr><td colspan="4">第二十条第（八）项</td></tr>
<tr><td>信息内容</td><td colspan="3">本年收费金额（单位：万元）</td></tr>
<tr><td>行政事业性收费</td><td colspan="3">12.5</td></tr></table>"""

_T4_HEAD = "<td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td>"
T4 = f"""<table><tr><td colspan="5">行政复议</td><td colspan="10">行政诉讼</td></tr>
<tr>{_T4_HEAD.replace("<td>", '<td rowspan="2">')}
<td colspan="5">未经复议直接起诉</td><td colspan="5">复议后起诉</td></tr>
<tr>{_T4_HEAD}{_T4_HEAD}</tr>
<tr><td>1</td><td>0</td><td>0</td><td>0</td><td>1</td>{"<td>0</td>" * 10}</tr></table>"""


def heading(at: int, text: str = "") -> str:
    """`一、总体情况` for 0."""
    return f"{NUMERALS[at]}、{text or SECTIONS[at]}"


def paragraphs(*lines: str) -> str:
    """Lines as HTML paragraphs."""
    return "".join(f"<p>{line}</p>" for line in lines)


def body(t2: str = T2, t4: str = T4) -> str:
    """The article of a report: six sections, two tables."""
    inner = {1: t2, 3: t4}
    return "".join(
        f"<p>{heading(at)}</p>{inner.get(at, paragraphs(PROSE))}" for at in range(len(SECTIONS))
    ) + paragraphs("清河县水务局", "2024年1月15日")


def page(article: str, *, title: str = TITLE, head: str = "", before: str = "", after: str = "") -> str:
    """A whole page around an article, with navigation and footer."""
    menu = "".join(f'<li><a href="/c{n}/">{name}</a></li>' for n, name in enumerate(("首页", "政务公开", "互动交流")))
    return (
        f"<html><head><title>{title}_政府信息公开年报_清河县人民政府</title>{head}</head><body>"
        f'<div class="nav"><ul>{menu}</ul></div><div class="pos">当前位置：<a href="/">首页</a> &gt; 年报</div>'
        f"<h1>{title}</h1>{before}{article}{after}"
        '<div class="foot"><p>主办单位：清河县人民政府办公室</p><p>网站标识码：0000000000</p></div></body></html>'
    )


def plain(*, numbers: bool = True) -> str:
    """A report without tables as plain text."""
    lines = []
    for at, name in enumerate(SECTIONS):
        lines += [heading(at) if numbers else name, PROSE]
    return "\n".join(lines)
