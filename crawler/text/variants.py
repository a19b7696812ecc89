"""From traditional script to the characters that mainland pages use, where OpenCC's own table leaves some behind.

Hong Kong forms (衞 敍 枱), old and Japanese forms that converters put in (羣 淸 関 発), words that the mainland writes
with another character (想像, 座標), and the two characters that need their neighbours: 著 (專著, but 本著 is 本着) and
於 (於潛, but 偏於 is 偏于).
"""

from __future__ import annotations

import re
from functools import cache

import opencc

_PAIRS = (
    # Hong Kong and Taiwan forms that the Taiwan table does not know
    "衞卫敍叙枱台綫线説说鋭锐閲阅鈎钩啓启羣群裏里爲为衆众伕夫揹背暱昵濶阔塲场牀床麽么"
    # old forms and variants
    "戸户淸清靑青愼慎眞真囘回緫总隣邻酧酬敺驱鵞鹅畧略覩睹盌碗罸罚攷考涖莅躶裸汚污髙高鐡铁鎻锁闗关躰体軆体奌点"
    "徧遍窓窗牕窗牎窗尅克旣既卽即敎教産产録录緑绿査查册册幷并寜宁劒剑疎疏踈疏摠总衇脈脉"
    # Japanese forms; those that simplified Chinese uses as well are not here
    "竜龙鉄铁関关勲勋労劳営营変变発发気气経经県县総总権权対对図图応应広广団团沢泽辺边処处価价検检実实読读軽轻転转"
    "継继続续収收悪恶闘斗駅驿歩步毎每単单厳严戦战獣兽臓脏蔵藏証证譲让豊丰郷乡釈释鉱矿銭钱険险隠隐雑杂霊灵験验"
    "鶏鸡黙默斉齐斎斋歯齿齢龄壊坏懐怀恵惠拝拜拠据挙举択择挿插捜搜掲揭暁晓桜樱様样楽乐歓欢浄净渉涉済济渋涩渓溪満满"
    "滝泷焼烧犠牺猟猎畳叠砕碎稲稻穂穗穏稳粛肃縁缘縄绳縦纵繊纤聴听脳脑荘庄薫熏薬药蛍萤覚觉覧览訳译賛赞逓递"
    "遅迟醤酱醸酿鋳铸陥陷隷隶"
)
_FORMS = {ord(_PAIRS[i]): _PAIRS[i + 1] for i in range(0, len(_PAIRS), 2) if _PAIRS[i] != _PAIRS[i + 1]}
_ODD = frozenset(map(chr, _FORMS))

_KEPT, _KEPT_AS = "著", "\ufdd0"
"""著 that must not become 着 travels through the table as a code point that no text holds."""

_BOOKS = re.compile(
    "(?<=[專论論編译譯遺撰卓土拙新舊所力鉅顯昭])著(?![力手眼重陸火裝急想落實色床])|著(?=書立|[錄录文述作者名稱称])"
)

_WORDS = {
    "想像": "想象",
    "座标": "坐标",
    "薰陶": "熏陶",
    "薰染": "熏染",
    "魏徵": "魏征",
    "濬县": "浚县",
    "疏濬": "疏浚",
    "徵调": "征调",
    "锺馗": "钟馗",
    "锺繇": "钟繇",
    "鲇鱼": "鲶鱼",
}
_WORD = re.compile("|".join(_WORDS))

_AT = re.compile("於(?!潜|菟|陵子|戏|穆|乎|梨华|崇文|忠祥|世成|勇明|竹屋|清言|邑)(?<!樊於)(?<!商於)")
"""OpenCC keeps 於 in a number of old names whose parts stand in plain prose as well: 偏於單一, 至於則."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def simplified(text: str) -> str:
    """`text` in mainland simplified script. Not for text with lone surrogates: OpenCC refuses them."""
    if not _ODD.isdisjoint(text):
        text = text.translate(_FORMS)
    kept = _KEPT in text and _KEPT_AS not in text
    if kept:
        text = _BOOKS.sub(_KEPT_AS, text)
    new = _converter().convert(text)
    if kept:
        new = new.replace(_KEPT_AS, _KEPT)
    if len(new) == len(text) and _ASTRAL.search(new):
        new = _in_reach(text, new)
    new = _WORD.sub(lambda match: _WORDS[match[0]], new)
    return _AT.sub("于", new) if "於" in new else new


def _in_reach(before: str, after: str) -> str:
    """Characters beyond U+FFFF are taken back: pages write 暐 and 諲, hardly any writes what the newest tables know."""
    if not any(_ASTRAL.match(new) and new != old for new, old in zip(after, before, strict=True)):
        return after
    return "".join(old if new > "\uffff" else new for new, old in zip(after, before, strict=True))


@cache
def _converter() -> opencc.OpenCC:
    """Taiwan standard first: only that table reads 本著 as 本着 while 著名 stays."""
    return opencc.OpenCC("tw2s")
