"""Whole pages around the tables: headings, prose of our own, and what portals put around an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.reports.golden.carriers import TEXT

HEADINGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fmt2021": (
        ("", "总体情况"), ("t2", "主动公开政府信息情况"), ("t3", "收到和处理政府信息公开申请情况"),
        ("t4", "政府信息公开行政复议、行政诉讼情况"), ("", "存在的主要问题及改进情况"), ("", "其他需要报告的事项"),
    ),
    "fmt2019": (
        ("", "总体情况"), ("t2", "主动公开政府信息情况"), ("t3", "收到和处理政府信息公开申请情况"),
        ("t4", "因政府信息公开工作被申请行政复议、提起行政诉讼情况"), ("", "政府信息公开工作存在的主要问题及改进情况"),
        ("", "其他需要报告的事项"),
    ),
    "stat2014": (
        ("", "概述"), ("", "主动公开政府信息情况"), ("", "依申请公开政府信息情况"), ("", "行政复议、行政诉讼情况"),
        ("", "存在的主要问题和改进措施"), ("s14", "其他需要说明的事项"),
    ),
    "local_pre2014": (
        ("", "概述"), ("", "主动公开政府信息情况"), ("", "依申请公开政府信息情况"), ("", "复议、诉讼和申诉情况"),
        ("", "存在的主要问题及改进措施"), ("sh", "说明与附表"),
    ),
}  # fmt: skip
YEARS = {"fmt2021": 2023, "fmt2019": 2020, "stat2014": 2016, "local_pre2014": 2012}
TITLES = {
    "s14": "政府信息公开情况统计表（2016年度）",
    "sh": "政府信息公开统计报表",
}
PROSE = (
    "一年来，本局围绕群众关切梳理公开事项，及时更新栏目，回应来信来访，公开工作总体平稳有序。",
    "栏目编辑实行三级审核，重要信息在印发当日上网，过期内容按月清理，镇村公告栏同步张贴。",
    "下一步将补充人手，组织两轮业务学习，对照清单逐条自查，把容易遗漏的环节补上。",
)
NUMERALS = "一二三四五六七八九"
AGENCY = "柳溪县农业农村局"


def title(format_id: str) -> str:
    """The report's title."""
    return f"{AGENCY}{YEARS[format_id]}年政府信息公开工作年度报告"


def numbered(style: str, at: int, text: str) -> str:
    """A heading: `cn` 一、 · `paren` （一） · `part` 第一部分 · `none`."""
    number = NUMERALS[at]
    return {"cn": f"{number}、{text}", "paren": f"（{number}）{text}", "part": f"第{number}部分 {text}", "none": text}[
        style
    ]


def article(
    format_id: str,
    tables: Mapping[str, Sequence[str]],
    *,
    plain: bool,
    style: str = "cn",
    joined: bool = False,
    behind: bool = False,
) -> str:
    """Title, sections with their tables, signature. `tables` are rendered already, by table id.

    `joined`: all tables stand behind the first heading that owns one (a report made of one big table). `behind`: they
    stand behind the signature, each under its name, and the sections say so.
    """
    out = [_line(title(format_id), plain, "h1"), _line(PROSE[0], plain)]
    names = [name for name, _ in HEADINGS[format_id] if name]
    for at, (name, text) in enumerate(HEADINGS[format_id]):
        out.append(_line(numbered(style, at, text), plain))
        here = (names if name == names[0] else []) if joined else [name]
        held = [] if behind else [piece for table in here if table for piece in tables.get(table, ())]
        if not held:
            out.append(_line("详见附表。" if behind and name else PROSE[at % len(PROSE)], plain))
        elif name in TITLES:
            out.append(_line(f"附表：{TITLES[name]}", plain))
        out += held
    out += [_line(AGENCY, plain), _line(f"{YEARS[format_id] + 1}年1月18日", plain)]
    for number, (name, text) in enumerate((part for part in HEADINGS[format_id] if behind and part[0]), start=1):
        out += [_line(f"附表{number}：{TITLES.get(name, text + '表')}", plain), *tables.get(name, ())]
    return "\n".join(out)


def _line(text: str, plain: bool, tag: str = "p") -> str:
    return f"{text}\n" if plain else f"<{tag}>{text}</{tag}>"


_MENU = "".join(
    f'<li><a href="/c{n}/">{name}</a></li>' for n, name in enumerate(("首页", "机构职能", "政策文件", "互动交流"))
)
BEFORE = {
    "menu": f'<div class="nav"><ul>{_MENU}</ul></div><div class="pos">当前位置：<a href="/">首页</a> &gt; 年报</div>',
    "years": '<table><tr><td><a href="/2022/">2022年年报</a></td><td><a href="/2021/">2021年年报</a></td></tr></table>',
    "meta": "<table><tr><td>索引号</td><td>LX-2024-0017</td><td>发布日期</td><td>2024-01-18</td></tr>"
    "<tr><td>发布机构</td><td>柳溪县农业农村局</td><td>文号</td><td></td></tr></table>",
}
AFTER = {
    "share": '<div>分享到：<a href="#">微信</a> <a href="#">微博</a></div><div>【打印】【关闭】</div>',
    "related": "<div><h3>相关文章</h3><ul>"
    "<li><a href='/a'>柳溪县水务局2023年政府信息公开工作年度报告</a></li>"
    "<li><a href='/b'>全县收到申请 318 件的情况通报</a></li></ul></div>",
    "footer": '<div class="foot"><p>主办单位：柳溪县人民政府办公室</p><p>电话：0000-1234567</p>'
    "<p>您是第 90210 位访客</p></div>",
    "encyclopedia": "<div><p>相关词条</p><p>柳溪县</p>"
    "<p>全县面积 1204 平方公里，辖 11 个镇，2020年人口 362000 人，共收到各类申请 77 件。</p>"
    "<table><tr><td>指标</td><td>数量</td></tr><tr><td>人口</td><td>362000</td></tr></table></div>",
}
TAIL = "相关词条\n柳溪县：全县面积 1204 平方公里，2020年人口 362000 人。\n热门搜索\n"


def page(format_id: str, inner: str, around: Sequence[str]) -> str:
    """An HTML page around an article."""
    before = "".join(BEFORE[name] for name in around if name in BEFORE)
    after = "".join(AFTER[name] for name in around if name in AFTER)
    head = f"<title>{title(format_id)}_柳溪县人民政府</title>"
    return f'<html><head><meta charset="utf-8">{head}</head><body>{before}<div>{inner}</div>{after}</body></html>\n'


def is_text(carrier: str) -> bool:
    """Whether pages with this carrier are plain text."""
    return carrier in TEXT
