"""Names of agencies as titles and signatures print them: cleaned, never completed from outside the page."""

from __future__ import annotations

import re

ORGAN_END = (
    r"(?:人民政府|政府办公厅|政府办公室|政府|办公厅|办公室|管理委员会|委员会|管委会|工委|党工委|办事处|街道办|街道|"
    r"总局|分局|支局|局|厅|委|部|署|院|处|所|队|站|中心|集团|公司|银行|学校|大学|法院|协会|联合会|总社|联社|镇|乡|苏木|"
    r"办|社|馆|会|联|台|场|海关|开发区|实验区|示范区|园区|新区|高新区|度假区|景区|林区|矿区|保税区|保护区|社区|产业园|兵团|总队|支队|大队|团场)"
)
"""What the name of a reporting body ends in."""

AREA_END = r"(?:省|自治区|特别行政区|市|州|盟|地区|县|旗|区|新区|实验区|开发区|示范区|林区|镇|乡|街道|师|团)"
"""What the bare name of a division or a zone ends in: 正定县, 平潭综合实验区."""

SELF = re.compile(r"^(?:我|本)(?:[省市县区州旗镇乡厅局委办部处院]|机关|单位|部门|街道|级)?$")
"""我局, 本机关: words by which a report speaks of its own body."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_EDGE = " \t\r\n\u3000　《》〈〉<>“”\"'‘’【】[]（）()、,，.．。:：;；·-—_|/*＊★●■◆▲※"
_LEAD = re.compile(
    r"^(?:关于|公布|发布|印发|现将|现公布|转发|报送|上报|呈报|提交|报请|审定|批转|附件\d*|附(?=[:：])|标题|题目|名称|全文|文字版?|转载|做好|开展|组织|编制|图解|图说|数说|解读|视频解读|长图|"
    r"一图(?:读懂|看懂|了解|速览|详解)|一张图读懂|读懂)+[】\]]?[:：]?"
)
_TAIL = re.compile(
    r"(?:关于|公布|发布|公开|公示|印发|转发|编制|编写|撰写|填报|编报|报送|上报|呈报|提交|报请|审定|做好|开展|组织|召开|征集|的|在|将|对|有关|本级|度)+$"
)
_STAMP = re.compile(r"[（(](?:加?盖章|公章|印章|章|代章|印|签章)[)）]")
_NOT_A_NAME = re.compile(
    r"[。；;！!？?，,：:=&%#@<>{}]|20\d\d|年度?(?:报告|年)|信息公开(?!(?:办公室|中心|领导小组|科)(?:$|[（(]))|https?|www\."
)


def clean(name: str) -> str | None:
    """The agency name inside a piece of a title or sentence, or None when nothing there can be a name.

    Marks at the edges, 关于…/公布… before it and 关于/的 after it go; 我局, 本机关 and pieces without Chinese are no
    names; X人民 (cut by 政府 of 政府信息公开) gets its 政府 back.
    """
    name = _STAMP.sub("", re.sub(r"\s+", "", name))
    previous = None
    while previous != name:
        previous = name
        name = _TAIL.sub("", _LEAD.sub("", name.strip(_EDGE))).strip(_EDGE)
    if name.endswith("人民"):
        name += "政府"
    if len(name) < 2 or len(name) > 60 or not _HAN.search(name) or SELF.match(name) or _NOT_A_NAME.search(name):
        return None
    return balance(name)


def balance(name: str) -> str:
    """The name with a closing bracket added when an edge strip took it away: 中国（上海）… stays, 局（机关 gets ）."""
    for left, right in (("（", "）"), ("(", ")")):
        if name.count(left) > name.count(right):
            name += right
        elif name.count(right) > name.count(left):
            name = name.replace(right, "", 1)
    return name


def is_body(name: str) -> bool:
    """True when the name ends as names of reporting bodies do (…局, …人民政府, …管委会)."""
    return re.search(ORGAN_END + r"(?:（[^（）]{1,20}）|\([^()]{1,20}\))?$", name) is not None


def is_area(name: str) -> bool:
    """True for the bare name of a division or zone (正定县, 临夏回族自治州永靖县) that names no organ."""
    return len(name) <= 24 and re.search(AREA_END + "$", name) is not None


def government_of(area: str, text: str) -> str | None:
    """The organ of a bare area name as the text prints it: 平潭综合实验区 -> 平潭综合实验区管委会, 正定县 ->
    正定县人民政府."""
    for organ in ("人民政府", "管理委员会", "管委会", "人民政府办事处", "办事处"):
        if area + organ in text:
            return area + organ
    return None


def is_branch(name: str) -> bool:
    """True for the bare name of a branch (乙县分局, 城关派出所) that needs its parent body's name before it."""
    return re.match(r"^[^局厅委]{2,10}(?:分局|支局|分中心)$", name) is not None


def parent_and_branch(branch: str, text: str) -> str | None:
    """The full name of a branch as the text prints it: 乙县分局 -> 清河市生态环境局乙县分局."""
    for found in re.finditer(rf"([\u3400-\u9fff]{{4,24}}){re.escape(branch)}", text):
        parent = _BEFORE_A_NAME.split(found.group(1))[-1]
        if len(parent) >= 4 and parent.endswith(("局", "厅", "委员会")):
            return parent + branch
    return None


_BEFORE_A_NAME = re.compile(
    r"[在由向对和与及将至到请]|登[录陆]|访问|通过|联系|关注|查[阅询]|浏览|来源|机构|单位|附件|索取"
)


_SHORT_STOP = "的在由向对为将是被把从每日各全我本及和与等于按照据经该其此这那每到会省厅院委"
_PLACE = rf"(?:(?![{_SHORT_STOP}])[\u3400-\u9fff]){{2,7}}?"


def expand(short: str, text: str) -> str | None:
    """The full name of a body that the text calls by a short one: 市生态环境局 -> 许昌市生态环境局, if the text
    prints it.

    Only places directly before the short name are tried, at the start of a phrase, so that 每日在市生态环境局网站 gives
    nothing. The commonest full name wins, the first one on a tie.
    """
    head = short[0] if short else ""
    if head not in "省市县区州旗盟镇乡":
        return None
    pattern = re.compile(
        rf"(?:\d年度?|^|[^\u3400-\u9fff]|[在由向对和与及将])(?!年度|(?<=\d)年)({_PLACE}{re.escape(short)})"
    )
    counts: dict[str, int] = {}
    for found in pattern.finditer(text):
        counts[found.group(1)] = counts.get(found.group(1), 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else None
