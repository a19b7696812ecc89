"""The quantities that prose states, and the wordings of each: patterns with bounded windows over one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from crawler.reports import spoken

CN = "零一二三四五六七八九十百两"
UNITS = "件次|人次|件|条|份|宗|起|个|次|篇|例|项|万元|元|期|场"
_CASES = (
    rf"(?<!第)(?P<n>\d[\d,，]{{0,12}}|[{CN}]{{1,5}})\s?[余多]?"
    r"(?P<u>件次|件|条|份|宗|起|次|例|项|个(?!工作日|自然日|月|小时|部门|单位|渠道|方面|环节|平台|窗口|受理点|以[上内]))"
)
ITEMS = r"(?P<n>\d[\d,，]{0,12}(?:\.\d{1,6})?\s?万?)\s?[余多]?(?P<u>条次|条|件|篇|份)"
_TIMES = r"(?P<n>\d[\d,，]{0,12}|[" + CN + r"]{1,5})\s?[余多]?(?P<u>场次|次|场|期|个|堂)"


def _w(most: int) -> str:
    """Up to `most` characters of the same clause, digits only as a year; what a rise began from counts as one."""
    return rf"(?:[^。；;，,！!？?\d\n{spoken.ROSE}]|20\d\d年|{spoken.ROSE}{{1,60}}+){{0,{most}}}?"


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns for one quantity. `topic` must stand in the paragraph; one of `needs` stands in whatever they match."""

    quantity: str
    patterns: tuple[re.Pattern[str], ...]
    needs: tuple[str, ...]
    topic: str = ""
    mask: bool = False
    fixed: Decimal | None = None
    unit: str | None = None


REQUEST = r"申请"
_ZERO_VERB = r"(?:没有|未曾|尚未|并未|未|无)"
_NO = r"(?:没有|未有|不存在|暂无|无)"
_LAST = r"(?:上一?年度?|往年|以前年度)"
_RECEIVED = r"(?:新收|新增受理|新增|收到|收办|受理|接收|接到|收悉)"
_ENDED = r"(?:办结|答复|办毕|办复|[办处]理完[毕成])"
_NOT_YET = r"(?<![未待])(?<!尚未)"
_IN_TIME = r"(?:在?(?:法定|规定)(?:的)?(?:期限|时限|时间)内?)?"
_ASKS = r"(?:的|申请|提出|提交|类|方面|共|为|有|计|数量|[：:\s]){0,4}+"
_JOINED = r"(?<!公民[、和或及与])(?<!自然人[、和或及与])(?<!个人[、和或及与])"


def _rule(quantity: str, *patterns: str, needs: str, topic: str = "", mask: bool = False) -> Rule:
    return Rule(quantity, tuple(map(re.compile, patterns)), tuple(needs.split()), topic, mask)


def _none(quantity: str, *patterns: str, needs: str, unit: str, topic: str = "") -> Rule:
    return Rule(quantity, tuple(map(re.compile, patterns)), tuple(needs.split()), topic, fixed=Decimal(0), unit=unit)


def _applicant(who: str, word: str) -> Rule:
    return _rule(
        f"applicant.{who}",
        rf"{word}{_ASKS}{_CASES}",
        topic=REQUEST,
        mask=True,
        needs="自然人 公民 法人 企业 机构 组织",
    )


RULES: tuple[Rule, ...] = (
    _rule(
        "carried_over",
        rf"(?<!办结)(?<!答复)(?:上年|上年度|往年|上一年|上一年度|去年|20\d\d年)(?:度)?(?:结转|转结|遗留|未办结){_w(12)}{_CASES}",
        rf"结转{_LAST}{_w(8)}{_CASES}",
        topic=REQUEST,
        mask=True,
        needs="结转 转结 遗留 未办结",
    ),
    _none(
        "carried_over",
        rf"{_NO}{_w(4)}{_LAST}{_w(4)}(?:结转|遗留|未办结)",
        unit="件",
        topic=REQUEST,
        needs="结转 遗留 未办结",
    ),
    _none(
        "carried_forward",
        rf"{_NO}{_w(4)}(?:结转|顺延|延续)(?:至|到)?(?:下|明年|20\d\d年)",
        unit="件",
        topic=REQUEST,
        needs="结转 顺延 延续",
    ),
    _rule(
        "carried_forward",
        rf"(?:结转|延续|顺延|转)(?:至|到|下|入下){_w(14)}{_CASES}",
        rf"{_CASES}{_w(14)}(?:结转|顺延|延续|转)(?:至|到|下)",
        rf"(?<!年)(?<!年度)结转{_w(4)}{_CASES}",
        topic=REQUEST,
        mask=True,
        needs="转 顺延 延续",
    ),
    _applicant("natural", r"(?:自然人|公民(?:个人)?)"),
    _applicant("organisation", rf"{_JOINED}(?:法人(?:(?:[和或及与、]|或者|以及)(?:其[他它])?(?:社会)?组织)?)"),
    _applicant("enterprise", "商业企业"),
    _applicant("research", "科研机构"),
    _applicant("public_good", "社会公益组织"),
    _applicant("legal_service", "法律服务机构"),
    _rule(
        "new",
        rf"新收(?:到|申请)?(?:数量|数)?(?:为|共|共计)?\s?{_CASES}",
        rf"{_RECEIVED}{_w(30)}(?:公开|申请){_w(10)}{_CASES}",
        rf"(?:{_RECEIVED}|共有)(?:了|到|的)?(?:各类|共计?)?\s?{_CASES}{_w(14)}申请",
        rf"(?<![办处审]理)(?<!办结)(?<![答办回]复)(?:政府信息公开|依申请公开|(?<!政府)信息公开)(?:的)?申请"
        rf"(?:总数|总量|数量|件数|共计|总计|共有?|数|量|件)?{spoken.ROSE}{{0,60}}(?:为|计|合计)?\s?{_CASES}",
        rf"(?:^|[，,；;])申请(?:总数|总量|数量|数|量)?{spoken.ROSE}{{1,60}}\s?{_CASES}",
        topic=REQUEST,
        mask=True,
        needs="公开 申请",
    ),
    _none(
        "new",
        rf"{_ZERO_VERB}(?:收到|接到|受理|接收|新收){_w(24)}申请(?![^。，,；;]{{0,6}}(?:行政复议|行政诉讼))",
        rf"{_ZERO_VERB}{_w(20)}(?:提出|提交|递交|申请){_w(10)}(?:信息公开|依申请公开)",
        rf"{_NO}(?:政府)?(?:信息公开|依申请公开)(?:的)?(?:申请|事项|件|案件|情况)",
        r"(?:信息公开|依申请公开)(?:的)?申请(?:数量|件数|数|量)?(?:均)?(?:为|：|:)?(?:0|零)(?=[。，,；;]|$)",
        unit="件",
        topic=REQUEST,
        needs="申请 信息公开 依申请公开",
    ),
    _rule(
        "granted_partial",
        rf"(?:予以公开|同意公开|公开)(?:[及和与或、]|以及|或者){{1,2}}(?:予以)?部分公开{_w(8)}{_CASES}",
        topic=REQUEST,
        mask=True,
        needs="部分公开",
    ),
    _rule("partial", rf"部分公开(?:的)?{_w(8)}{_CASES}", topic=REQUEST, mask=True, needs="部分公开"),
    _rule(
        "denied",
        rf"(?:不予公开|不同意公开|不公开)(?:的)?{_w(8)}{_CASES}",
        topic=REQUEST,
        mask=True,
        needs="不予公开 不同意公开 不公开",
    ),
    _rule("unable", rf"无法(?:提供|公开)(?:的)?{_w(8)}{_CASES}", topic=REQUEST, mask=True, needs="无法"),
    _rule("notproc", rf"不予(?:处理|受理)(?:的)?{_w(8)}{_CASES}", topic=REQUEST, mask=True, needs="不予"),
    _rule("other", rf"其[他它](?:处理|情形|情况)(?:的)?{_w(8)}{_CASES}", topic=REQUEST, mask=True, needs="其他 其它"),
    _rule(
        "granted",
        rf"(?<!不)(?:予以公开|同意公开|全部公开|已?主动公开(?=\d))(?:的)?{_w(8)}{_CASES}",
        topic=REQUEST,
        mask=True,
        needs="予以公开 同意公开 全部公开 主动公开",
    ),
    _rule(
        "decided_total",
        rf"{_NOT_YET}{_ENDED}(?!率){_w(16)}{_CASES}",
        rf"{_CASES}(?:依申请公开|(?:政府)?信息公开)?(?:的?申请)?(?:已经|均已|已|均|都)?(?:全部|按[时期]|如期|依法|及时)?{_IN_TIME}(?:予以|作出|给予)?{_ENDED}",
        rf"{_NOT_YET}办理(?!率){_w(16)}{_CASES}",
        topic=r"依申请|公开申请|信息公开",
        needs="办结 答复 办理 办毕 办复 处理完",
    ),
    _none(
        "recon|suits",
        rf"{_ZERO_VERB}{_w(40)}行政复议(?:[、和及或与]|以及|或者|案件|、提起){_w(8)}(?:行政)?诉讼",
        rf"行政复议(?:[、和及或与]|以及|或者|、提起){{1,2}}(?:行政)?诉讼{_w(10)}(?:均|都)?为?(?:0|零)\s?(?:件|起|宗|次)",
        rf"行政复议(?:[、和及或与]|以及|或者|、提起){{1,2}}(?:行政)?诉讼{_w(10)}(?:没有发生|未发生|均?无(?=[。，,；]|$))",
        unit="件",
        needs="行政复议",
    ),
    _rule("recon", rf"行政复议(?!决定|机关|法|答复书){_w(10)}{_CASES}", rf"{_CASES}{_w(3)}行政复议", needs="行政复议"),
    _none("recon", rf"{_ZERO_VERB}{_w(24)}行政复议(?:案件|情况|的)?", unit="件", needs="行政复议"),
    _rule("suits", rf"诉讼(?!法|费){_w(10)}{_CASES}", rf"{_CASES}{_w(3)}行政诉讼", needs="诉讼"),
    _none("suits", rf"{_ZERO_VERB}{_w(24)}行政诉讼(?:案件|情况|的)?", unit="件", needs="诉讼"),
    _rule(
        "fees",
        rf"(?:信息处理费|收取费用|收费|收取){_w(14)}(?P<n>\d[\d,，]{{0,12}}(?:\.\d{{1,6}})?)\s?(?P<u>万元|元)",
        needs="费 收取",
    ),
    _none(
        "fees",
        rf"(?:未|没有|无|不存在|不)(?:收取|发生|产生|收|涉及|向.{{1,10}}收取){_w(24)}费",
        r"信息处理费(?:的)?(?:收取)?(?:情况|金额)?(?:为|：|:)?(?:0|零|无)(?!\d)",
        unit="元",
        needs="费",
    ),
    _rule(
        "fees.notices",
        rf"收费通知(?:书)?(?:的)?(?:件数|数量)?{_w(4)}{_CASES}",
        needs="收费通知",
    ),
    _rule(
        "normative_made", rf"(?:制发|制定|印发|出台|制作)(?:了|的)?{_w(8)}规范性文件{_w(4)}{_CASES}", needs="规范性文件"
    ),
    _rule(
        "normative_valid", rf"现行有效{_w(14)}{_CASES}", rf"规范性文件{_w(6)}现行有效{_w(6)}{_CASES}", needs="现行有效"
    ),
    _rule(
        "normative_repealed",
        rf"规范性文件[^。]{{0,40}}?废止(?:失效)?(?:了|的)?{_w(6)}{_CASES}",
        topic="规范性文件",
        needs="废止",
    ),
    _rule(
        "interpretations",
        rf"(?:发布|编发|制作|推出|公开|公布|编制|撰写){_w(10)}解读(?:材料|信息|稿件|文章|产品|文件|稿)?{_w(3)}(?P<n>\d[\d,，]{{0,12}})\s?[余多]?(?P<u>条|篇|件|份|期|个|次)",
        needs="解读",
    ),
    _rule(
        "trainings",
        rf"(?:组织|举办|开展|召开|举行){_w(16)}培训(?:班|会|活动|会议|讲座)?{_w(2)}{_TIMES}",
        topic="公开",
        needs="培训",
    ),
    _rule("press", rf"新闻发布会{_w(3)}{_TIMES}", needs="新闻发布会"),
    _rule(
        "disclosed",
        rf"(?:主动公开|(?<!申请)公开|发布)(?:各类|各种)?(?:政府|政务)?信息(?:数|数量|总数|共计|共|合计|总计)?{_w(4)}"
        + ITEMS,
        needs="信息",
    ),
    _rule(
        "accounts",
        rf"(?:政务)?(?:新媒体|微博|微信|公众号|抖音|客户端){_w(10)}(?:账号|帐号|公众号){_w(6)}(?P<n>\d+)\s?(?P<u>个)",
        r"政务新媒体(?:共计|共有|共|总数|数量)?(?:为)?\s?(?P<n>\d{1,5})\s?(?P<u>个)",
        needs="新媒体 微博 微信 公众号 抖音 客户端",
    ),
    _rule(
        "posts",
        rf"(?:微博|微信|公众号|新媒体|两微|双微|“两微”){_w(24)}(?:发布|推送|发文|刊发|发)(?:(?!微博|微信|点击|阅读|浏览){_w(1)}){{0,14}}?{ITEMS}",
        rf"(?:微博|微信|公众号|新媒体)(?:账号|帐号)?\s?\d{{1,4}}个[，,](?:共|累计|全年)?(?:发布|推送){_w(6)}{ITEMS}",
        needs="微博 微信 公众号 新媒体 两微 双微",
    ),
)


# ------------------------------------------------------------------ what a pattern met by chance

_OF_DISCLOSURE = re.compile(r"信息公开|依申请|申请公开|公开申请|公开的申请|公开信息|公开事项")
_PLAIN_REQUEST = re.compile(
    rf"{_RECEIVED}(?:[了到的各类共计总有效新书面当信函网络上在线互联邮件传真群众公民自然人法企业个社会组织其他及和与或、依提出交政府"
    r"关相\s\d,]|信息|申请人|宗|起|份|条|次){0,24}?(?:申请|$)"
)
_NO_REQUEST = re.compile(
    r"(?:公开|申请)[^\d]{0,10}(?:意见|建议|咨询|投诉|举报|留言|来信|来电|来访|通知|文件|简报|测评|反馈|补正|答复|函|提案|议案|线索"
    r"|诉求|问卷|渠道|途径|窗口|方式|复议|诉讼|培训|会议|之日|后|须|应当)"
)
_SHARES = re.compile(r"(?P<how>当场|即时|按[期时]|延期|逾期|超期|超时)(?:办结|答复|办理|回复)[^\d，,。；;]{0,6}\d")
_LATE = frozenset(("当场", "即时", "延期", "逾期", "超期", "超时"))


def by_chance(quantity: str, found: re.Match[str]) -> bool:
    """Whether the words that a pattern of `new` or `decided_total` met are of another matter, or of a share of it.

    收到法律援助申请88件 are no requests for disclosure, nor are 收到公开征求意见120件; of 当场答复20件，按期答复467件
    neither number is the total.
    """
    if quantity == "decided_total":
        if found["u"] in ("次", "个") or "上年" in found.group() or "结转" in found.group():
            return True
        own = [share for share in _SHARES.finditer(found.string) if share.end("how") >= found.start()]
        own = [share for share in own if share.start() <= found.end()]
        return bool(own) and (own[0]["how"] in _LATE or len(list(_SHARES.finditer(found.string))) > 1)
    if quantity != "new":
        return False
    words = found.group()
    if _NO_REQUEST.search(words):
        return True
    if "新收" in words or words.lstrip("，,；;").startswith("申请"):
        return False
    return _OF_DISCLOSURE.search(words) is None and _PLAIN_REQUEST.match(words) is None
