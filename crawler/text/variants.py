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
    "衞卫 敍叙 枱台 綫线 説说 鋭锐 閲阅 鈎钩 啓启 羣群 裏里 爲为 衆众 伕夫 揹背 暱昵 濶阔 塲场 牀床 麽么 "
    "妳你 砲炮 衹只 凖准 "
    # old forms and variants
    "戸户 淸清 靑青 愼慎 眞真 囘回 緫总 隣邻 酧酬 敺驱 鵞鹅 畧略 覩睹 盌碗 罸罚 攷考 涖莅 躶裸 汚污 髙高 "
    "鐡铁 鎻锁 闗关 躰体 軆体 奌点 徧遍 窓窗 牕窗 牎窗 尅克 旣既 卽即 敎教 産产 録录 緑绿 査查 幷并 寜宁 "
    "劒剑 疎疏 踈疏 摠总 衇脉 脈脉 "
    # Japanese forms; those that simplified Chinese uses as well are not here
    "竜龙 鉄铁 関关 勲勋 労劳 営营 変变 発发 気气 経经 県县 総总 権权 対对 図图 応应 広广 団团 沢泽 辺边 "
    "処处 価价 検检 実实 読读 軽轻 転转 継继 続续 収收 悪恶 闘斗 駅驿 歩步 毎每 単单 厳严 戦战 獣兽 臓脏 "
    "蔵藏 証证 譲让 豊丰 郷乡 釈释 鉱矿 銭钱 険险 隠隐 雑杂 霊灵 験验 鶏鸡 黙默 斉齐 斎斋 歯齿 齢龄 壊坏 "
    "懐怀 恵惠 拝拜 拠据 挙举 択择 挿插 捜搜 掲揭 暁晓 桜樱 様样 楽乐 歓欢 浄净 渉涉 済济 渋涩 渓溪 満满 "
    "滝泷 焼烧 犠牺 猟猎 畳叠 砕碎 稲稻 穂穗 穏稳 粛肃 縁缘 縄绳 縦纵 繊纤 聴听 脳脑 荘庄 薫熏 薬药 蛍萤 "
    "覚觉 覧览 訳译 賛赞 逓递 遅迟 醤酱 醸酿 鋳铸 陥陷 隷隶 "
)
_FORMS = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
_ODD = frozenset(map(chr, _FORMS))

_BOOKS = re.compile(
    "(?<=[專論论編译譯遺撰卓土拙原昭])著(?![力手眼重陸火裝急想落實色床])|著(?=書立|[錄录文述作者名稱称])"
)

_SURNAMES = (
    "王李張劉陳楊趙黃周吳徐孫胡朱高林何郭馬羅梁宋鄭謝韓唐馮于董蕭程曹袁鄧許傅沈曾彭呂蘇盧蔣蔡賈丁魏薛閻余潘杜戴夏鍾汪田任姜范方"
    "石姚譚廖鄒熊金陸郝孔崔康丘秦史顧侯邵孟龍萬段雷錢湯尹黎易常武喬賀賴龔樊蘭殷施陶翟安顏倪嚴牛溫季俞章魯葛韋畢聶焦向柳邢岳齊梅莊涂祁耿"
)
_WITHIN = "(?![長任記員席理授師士志人由與和及向對])[\u3400-\u9fff]"
"""A character that no name follows."""

_QIAN = re.compile(
    # places, words of the Book of Changes and of the imperial court
    "乾(?=[縣安潭元州務陵佑德祐封符亨卦象坤隆宮興嘉化寧泰]|西[鄉镇鎮]|清[宮門])|(?<=[奇])乾(?=[鄉村])"
    # names of persons: 陳乾, 李乾明, 王明乾; not 黃花乾, 牛肉乾, 高乾燥
    rf"|(?<=[{_SURNAMES}])(?<!{_WITHIN}.)乾(?![燥淨旱洗糧果枯冰貨杯嘔咳粉濕涸裂脆草電料冷癟瘦鮮貝菜部擾預涉])"
    rf"|(?<=[{_SURNAMES}].)(?<!{_WITHIN}..)(?<!李子)"
    "(?<![肉筍菜果花豆葉梅薯棗桃杏魚蝦貝菇耳皮曬晾烘吹風擦抽榨流烤瀝焙陰燒耗弄熬揉餅菸麵條腐萄莓蕉蘋柿荔蘿口未全若使能已不易可較須要])"
    "乾(?![燥淨旱洗糧果枯冰貨杯嘔咳粉濕涸裂脆草電料冷癟瘦鮮貝菜部擾預涉])"
)
"""乾 that is read qián, which simplified script keeps."""

_KEPT = (
    ("著", "\ufdd0", _BOOKS),
    ("乾", "\ufdd2", _QIAN),
    ("癥", "\ufdd3", re.compile("癥(?=瘕)|(?<=瘕)癥")),
)
"""Characters that stay in some surroundings travel through the table as code points that no text holds."""

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
    "甚么": "什么",
    "祇有": "只有",
    "祇能": "只能",
    "祇要": "只要",
    "祇是": "只是",
    "显着": "显著",
    "卓着": "卓著",
    "昭着": "昭著",
    "着作权": "著作权",
}
_WORD = re.compile("|".join(_WORDS))

_AT = re.compile("於(?!潜|菟|陵子|戏|穆|乎|梨华|崇文|忠祥|世成|勇明|竹屋|清言|邑)(?<!樊於)(?<!商於)")
"""OpenCC keeps 於 in a number of old names whose parts stand in plain prose as well: 偏於單一, 至於則."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def simplified(text: str) -> str:
    """`text` in mainland simplified script. Not for text with lone surrogates: OpenCC refuses them."""
    if not _ODD.isdisjoint(text):
        text = text.translate(_FORMS)
    kept = [(char, sign) for char, sign, where in _KEPT if char in text and sign not in text and where.search(text)]
    for char, sign, where in _KEPT:
        if (char, sign) in kept:
            text = where.sub(sign, text)
    new = _converter().convert(text)
    for char, sign in kept:
        new = new.replace(sign, char)
    if len(new) == len(text) and _ASTRAL.search(new):
        new = _in_reach(text, new)
    return usual(new)


def usual(text: str) -> str:
    """`text`, already simplified, with the words that the tables leave as others write them: 想像, 濬县, 偏於."""
    text = _WORD.sub(lambda match: _WORDS[match[0]], text)
    return _AT.sub("于", text) if "於" in text else text


def _in_reach(before: str, after: str) -> str:
    """Characters beyond U+FFFF are taken back: pages write 暐 and 諲, hardly any writes what the newest tables know."""
    if not any(_ASTRAL.match(new) and new != old for new, old in zip(after, before, strict=True)):
        return after
    return "".join(old if new > "\uffff" else new for new, old in zip(after, before, strict=True))


@cache
def _converter() -> opencc.OpenCC:
    """Taiwan standard first: only that table reads 本著 as 本着 while 著名 stays."""
    return opencc.OpenCC("tw2s")
