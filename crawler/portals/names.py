"""Names of agencies and places: what is the same name written differently.

Reports name their agency as the author pleases: full, without 市, with the province before it, without 人民政府, bare
(我局, 市生态环境局), shortened (人社局), under a former name (环境保护局), a branch (分局) in one of several orders.
Two names are the same when their `key`s are equal; `forms.py` lists the keys of all accepted names of an agency.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

PROVINCES: dict[str, tuple[str, str]] = {
    "11": ("北京市", "北京"), "12": ("天津市", "天津"), "13": ("河北省", "河北"), "14": ("山西省", "山西"),
    "15": ("内蒙古自治区", "内蒙古"), "21": ("辽宁省", "辽宁"), "22": ("吉林省", "吉林"), "23": ("黑龙江省", "黑龙江"),
    "31": ("上海市", "上海"), "32": ("江苏省", "江苏"), "33": ("浙江省", "浙江"), "34": ("安徽省", "安徽"),
    "35": ("福建省", "福建"), "36": ("江西省", "江西"), "37": ("山东省", "山东"), "41": ("河南省", "河南"),
    "42": ("湖北省", "湖北"), "43": ("湖南省", "湖南"), "44": ("广东省", "广东"), "45": ("广西壮族自治区", "广西"),
    "46": ("海南省", "海南"), "50": ("重庆市", "重庆"), "51": ("四川省", "四川"), "52": ("贵州省", "贵州"),
    "53": ("云南省", "云南"), "54": ("西藏自治区", "西藏"), "61": ("陕西省", "陕西"), "62": ("甘肃省", "甘肃"),
    "63": ("青海省", "青海"), "64": ("宁夏回族自治区", "宁夏"), "65": ("新疆维吾尔自治区", "新疆"),
}  # fmt: skip
"""First two digits of a GB/T 2260 code to the full and the short name of the division (mainland)."""

_PEOPLES = """
    蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡 纳西 景颇 柯尔克孜
    土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 俄罗斯 鄂温克 德昂 保安 裕固 独龙 鄂伦春 各
"""
_ETHNIC = "|".join(f"{name}族?" if len(name) > 1 else f"{name}族" for name in sorted(_PEOPLES.split(), key=len)[::-1])
_AUTONOMOUS = re.compile(rf"(?:{_ETHNIC})*自治(州|县|旗)")
_AUTONOMOUS_REGION = re.compile(r"^(内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区")

_SAME_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"人民政府|政府(?=$|办)|(?<=[省市州县区盟旗])府(?=办)", ""),
        (r"(?<=街道)办事处", ""),
        (r"办$", "办公室"),
        (r"管理委员会|管委会", "管委"),
        (r"委员会", "委"),
        (r"环境保护(?=[局厅部委分])|环保(?=[局厅部委分])", "生态环境"),
        (r"卫生和?计划生育(?=[局委分])|卫生?计生?(?=[局委分])|卫健(?=[局委分])", "卫生健康"),
        (r"人力资源社会保障|人社(?=[局厅分])", "人力资源和社会保障"),
        (r"发展改革(?=[局委])|发改(?=[局委])", "发展和改革"),
        (r"住房城乡建设|住建(?=[局厅委分])", "住房和城乡建设"),
        (r"工业信息化|工信(?=[局厅委])", "工业和信息化"),
        (r"市场监管(?=[局厅委分])|市监(?=[局分])", "市场监督管理"),
        (r"退役军人(?=[局厅])", "退役军人事务"),
        (r"医保(?=[局分])", "医疗保障"),
        (r"文化广电旅游|文广旅(?=[局厅委])", "文化广电和旅游"),
        (r"文旅(?=[局厅委])", "文化和旅游"),
        (r"交通(?=[局厅委])", "交通运输"),
        (r"城管(?=[局委分])", "城市管理"),
        (r"国资委", "国有资产监督管委"),
    )
)
"""Words that mean the same in an agency's name: short forms, and bodies that only changed their name (国务院机构改革
2013 and 2018). Bodies that were merged with others (工商, 质监 …) are different agencies and are not here."""

_BODIES = """
    财政 教育 公安 发展和改革 生态环境 自然资源 规划 住房和城乡建设 交通运输 水利 水务 农业 林业 商务 文化 卫生
    应急管理 安全生产 审计 统计 市场监督管理 民政 民族 司法 人力资源和社会保障 医疗保障 退役军人 工业和信息化
    科技 科学技术 城市管理 城乡 国有资产 体育 信访 行政审批 政务服务 机关事务 地方金融 金融 外事 税务 气象 档案
    粮食 乡村振兴 扶贫 园林 海洋 消防 邮政 烟草 供销 残疾人 大数据 数据 投资促进 招商 综合行政执法 综合执法
    办公厅 办公室 广播电视 新闻出版 国土资源 工商 质量技术监督 食品药品 药品监督 物价 旅游 畜牧 侨务 口岸
    人民防空 人防 地震
"""
BODIES = tuple(_BODIES.split())
"""How the name of an agency begins when the place before it is left out."""

_UNIT = re.compile(
    r"(?![省市县区州]?城市[管更建规综运和])"
    r"(?:[^局委厅办院部与及处和会]|部(?=县)|和(?=[县区平田])|会(?=[宁东理泽同昌县]))(?:[^局委厅办院部与及处和会]|部(?=县)"
    r"|和(?=[县区平浩])|会(?=[县区宁]))*?"
    r"(?:省|州(?!区|省|市(?!场))|盟|地区|市(?![场容]|政[^府务协法])|县|旗|区(?![域划]))"
)
_LONGEST_PLACE = 12
_BARE = re.compile(r"[我本]?(自治区|省|区|州|市|盟|县|旗|地区)(?![场容域划]|政[^府务协法]|[中南北]区)")
_NATIONAL = re.compile(r"国家|国务院|全国|中华人民共和国|中国|[^省市县区州委]{1,10}(?:部(?![门队县])|总[局署])")
_OWN_PART = re.compile(r"\((?:[局厅委办]?机关|本级|本部)\)$")
_TOWNSHIP = re.compile(r"(?:镇|乡|街道)(?:人民政府|政府|办事处)?$")
_NOT_NAME = re.compile(r"[\W_]+")
_SUFFIXES = ("特区", "地区", "省", "市", "州", "盟", "县", "区", "旗")


def shown(name: str) -> str:
    """A name for people: compatibility forms folded (NFKC), all blanks and control characters out."""
    folded = unicodedata.normalize("NFKC", name)
    return "".join(mark for mark in folded if not mark.isspace() and unicodedata.category(mark)[0] != "C")


@lru_cache(maxsize=65536)
def key(name: str) -> str:
    """What two spellings of the same name have in common; "" for 人民政府 alone and for blanks."""
    text = _NOT_NAME.sub("", _OWN_PART.sub("", shown(name))).lower().removeprefix("中华人民共和国")
    text = _AUTONOMOUS.sub(r"\1", text)
    for pattern, word in _SAME_WORDS:
        text = pattern.sub(word, text)
    return text


def place_key(place: str) -> str:
    """A place as it is looked up: 楚雄彝族自治州 and 楚雄州 are one, 广州市人民政府 is none."""
    return _AUTONOMOUS.sub(r"\1", _NOT_NAME.sub("", shown(place))).lower()


@lru_cache(maxsize=8192)
def core(place: str) -> str:
    """A place without 市, 省, 县 …: 广州市 -> 广州, 楚雄彝族自治州 -> 楚雄; never shorter than two characters."""
    text = key(place)
    region = _AUTONOMOUS_REGION.match(text)
    if region:
        return next(short for full, short in PROVINCES.values() if key(full) == text)
    for suffix in _SUFFIXES:
        if text.endswith(suffix) and len(text) - len(suffix) >= 2:
            return text[: -len(suffix)]
    return text


def split(name_key: str) -> tuple[tuple[str, ...], str]:
    """Places that a key begins with, and the rest: 深圳市南山区教育局 -> (深圳市, 南山区), 教育局."""
    places: list[str] = []
    at = 0
    region = _AUTONOMOUS_REGION.match(name_key)
    if region:
        places.append(region[0])
        at = region.end()
    while len(places) < 3:
        found = _UNIT.match(name_key, at, at + _LONGEST_PLACE)
        if found is None:
            break
        places.append(found[0])
        at = found.end()
    return tuple(places), name_key[at:]


def full_name(printed: str, place: tuple[str, ...], province: str) -> str:
    """A printed name with the place that it leaves out, as far as that can be told; else the name itself.

    `place` are the names from the prefecture down (深圳市, 南山区), `province` the full name of the province.
    Idempotent: a full name stays what it is.
    """
    name = shown(printed)
    name_key = key(name)
    places, _ = split(name_key)
    if _NATIONAL.match(name):
        return name
    if places:
        return _below(name, places, place, province)
    if bare := _BARE.match(name):
        return _filled(name, bare, place, province)
    if not name_key or _begins_with_body(name_key) or _TOWNSHIP.search(name):
        return name if name.startswith("".join(place)) else "".join(place) + name
    return _with_suffix(name, place)


def _filled(name: str, bare: re.Match[str], place: tuple[str, ...], province: str) -> str:
    """市生态环境局 on a portal of 广州市: the unit word stands for the lowest place of that kind."""
    rest = name[bare.end() :]
    if bare[1] in {"省", "自治区"}:
        return province + rest
    for length in range(len(place), 0, -1):
        if key(place[length - 1]).endswith(bare[1]):
            return "".join(place[:length]) + rest
    return name


def _begins_with_body(name_key: str) -> bool:
    return any(name_key.startswith(body) for body in BODIES)


def _with_suffix(name: str, place: tuple[str, ...]) -> str:
    """许昌教育局 -> 许昌市教育局, where a body follows the place."""
    for length in range(len(place), 0, -1):
        short = core(place[length - 1])
        rest = key(name).removeprefix(short)
        if name.startswith(short) and rest != key(name) and _begins_with_body(rest):
            return "".join(place[:length]) + name[len(short) :]
    return name


def _below(name: str, places: tuple[str, ...], place: tuple[str, ...], province: str) -> str:
    """海珠区教育局 on a portal of 广州市 -> 广州市海珠区教育局; a name that begins elsewhere is left alone."""
    first = places[0]
    if not place or first == key(place[0]):
        return name
    if first == province and len(places) > 1 and core(places[1]) == core(place[0]):
        # 广东省广州市财政局 and 广州市财政局 must not become two agencies.
        return full_name(name[len(province) :], place, "")
    if first == core(place[0]) and name.startswith(first):
        return place[0] + name[len(first) :]
    if name.startswith(place[0]):
        return name  # 厦门市政区 reads as one unit, and its place stands there already
    if len(place) == 1:
        return place[0] + name if first[-1] in "县区旗" else name
    return "".join(place[:-1]) + name if core(first) == core(place[-1]) else name
