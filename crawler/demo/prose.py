"""Sentences of the fake reports, written for this project and varied by a seed so that no two reports read alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

OPENINGS = (
    "{year}年，{short}把政务公开摆在转变作风的前列，按照《中华人民共和国政府信息公开条例》的规定，老老实实把该公开的公开到位。",
    "一年来，{short}围绕{topic}的中心任务推进信息公开，坚持问题导向，补短板、强弱项，公开工作平稳有序。",
    "{year}年，{short}认真对照《中华人民共和国政府信息公开条例》，细化分工、倒排时间，各项公开任务按期完成。",
    "{short}始终把群众看得到、看得懂、用得上作为信息公开的标尺，{year}年各项工作取得新的进展。",
    "{year}年，{short}以{topic}为重点，健全公开机制，拓宽公开渠道，公开质量比上一年有所提高。",
)
BASIS = (
    "根据《中华人民共和国政府信息公开条例》第五十条的规定，编制本报告。所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "本报告依照《中华人民共和国政府信息公开条例》编制，统计期限自{year}年1月1日起至{year}年12月31日止，电子版可在本机关网站查阅。",
    "现将{name}{year}年政府信息公开工作情况报告如下，统计期限为{year}年1月1日至{year}年12月31日。",
)
PROACTIVE = (
    "全年通过门户网站发布{topic}等各类信息{items}条，其中动态类信息{part}条，政策类信息{rest}条。",
    "围绕{topic}，按月更新公开目录，发布信息{items}条，做到来源可查、时限可考。",
    "对照基层政务公开标准目录逐项核对，补发信息{part}条，全年累计公开{items}条。",
    "公开预决算、人事、采购等信息{part}条，公开{topic}信息{rest}条，合计{items}条。",
)
EXTRA = (
    "编制图文解读{small}篇，邀请业务骨干在线答问，回应群众留言。",
    "开展“政府开放日”活动{small}场，请居民代表走进业务窗口。",
    "在便民服务大厅设置查阅点，安排专人引导，方便老年人查找信息。",
    "梳理历年文件，标注有效性，废止的及时注明，避免群众误用。",
    "会同媒体做好舆情回应，有关热点做到当天核实、当天答复。",
)
NO_REQUEST = (
    "本年度没有收到政府信息公开申请，也没有上年结转的申请。",
    "全年未收到政府信息公开申请。申请渠道保持畅通，电话、信函、网络均有人值守。",
)
REQUESTS = (
    "{year}年新收到政府信息公开申请{new}件，上年结转{over}件，办结{done}件，结转下年度继续办理{forward}件。",
    "全年共收到政府信息公开申请{new}件，加上年结转{over}件，答复{done}件，结转下年度{forward}件，答复均在法定期限内作出。",
    "本年度受理政府信息公开申请{new}件，上年度结转{over}件，已办结{done}件，转下年度办理{forward}件。",
)
RESULTS = (
    "办结的申请中，予以公开{granted}件，部分公开{partial}件，不予公开{denied}件，无法提供{unable}件，其余情形{rest}件。"
)
MANAGEMENT = (
    "严格落实“先审查、后公开”，公文拟制时同步确定公开属性，不予公开的说明理由。",
    "健全信息发布台账，谁起草、谁提出、谁负责，重要稿件实行双人校对。",
    "按季度清理过期栏目和失效链接，规范性文件库做到有进有出、动态更新。",
    "完善保密审查流程，涉及个人隐私的内容一律作去标识处理后再发布。",
)
PLATFORM = (
    "完成门户网站栏目整合，撤并长期不更新的栏目{small}个，新增{topic}专题{small}个。",
    "政务微信全年推送{part}篇，政务微博发布{rest}条，访问量稳步增长。",
    "网站完成适老化改造，支持大字号和语音朗读，手机端页面打开更快。",
    "加强与市级平台的数据对接，信息一次录入、多处发布，减少重复劳动。",
)
OVERSIGHT = (
    "把公开工作列入年度考核，每季度通报一次，问题限期整改。",
    "全年组织业务培训{small}次，参训{part}人次，新任工作人员全部轮训。",
    "聘请社会监督员{small}名，对公开内容随机抽查，意见逐条反馈。",
    "分管负责同志每半年听取一次汇报，明确办公室牵头、各科室配合。",
)
PROBLEMS = (
    ("部分栏目更新不够及时", "建立更新提醒，超期未更新的由系统自动通知责任科室"),
    ("政策解读形式比较单一", "多用图表、短视频和问答，请一线人员出镜讲解"),
    ("少数工作人员业务不熟", "编印办理手册，以案代训，每季度开展一次测试"),
    ("答复文书说理不够充分", "统一文书模板，疑难答复先经法制审核再发出"),
    ("基层站所公开意识不强", "下沉指导，选取两个站所先行示范，再逐步推开"),
    ("信息检索不够方便", "优化站内搜索，按主题、年份、科室三条线索归类"),
)
OTHER = (
    "{year}年没有发出收费通知，没有收取信息处理费。除此之外，没有其他需要报告的事项。",
    "本年度未收取政府信息公开信息处理费。",
    "按照信息处理费管理办法，{year}年发出收费通知0件，收取金额0元。",
)
ASIDES = ("（电话见公开指南）", "（工作日上午九时至下午五时）", "（附统计表）")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: full name, short name (市生态环境局) and the work that its sentences turn around."""

    name: str
    short: str
    topics: tuple[str, ...]


def _fill(rng: Random, voice: Voice, year: int, text: str) -> str:
    items = rng.randint(120, 2900)
    part = rng.randint(12, items // 2)
    return text.format(
        year=year, name=voice.name, short=voice.short, topic=rng.choice(voice.topics),
        items=items, part=part, rest=items - part, small=rng.randint(2, 9),
    )  # fmt: skip


def _pick(rng: Random, voice: Voice, year: int, *pools: Sequence[str]) -> str:
    used: list[str] = []
    for pool in pools:
        used.append(rng.choice([text for text in pool if text not in used]))
    return "".join(_fill(rng, voice, year, text) for text in used)


def basis(rng: Random, voice: Voice, year: int) -> str:
    """The sentence before the first heading: on what law, over what period."""
    return _pick(rng, voice, year, BASIS)


def opening(rng: Random, voice: Voice, year: int) -> str:
    """A first sentence of section one, or of a document without sections."""
    return _pick(rng, voice, year, OPENINGS)


SUB_HEADINGS = (
    ("（一）主动公开", "（二）依申请公开", "（三）政府信息管理", "（四）政府信息公开平台建设", "（五）监督保障"),
    (
        "（一）主动公开情况",
        "（二）依申请公开情况",
        "（三）政府信息管理情况",
        "（四）政务公开平台建设情况",
        "（五）监督保障情况",
    ),
    (
        "（一）主动公开方面",
        "（二）依申请公开方面",
        "（三）政府信息管理方面",
        "（四）信息公开平台建设方面",
        "（五）监督保障方面",
    ),
)


def overview(rng: Random, voice: Voice, year: int, requests: str, habit: int = 0) -> list[tuple[str, str]]:
    """The five parts that the form asks of section one, as (sub-heading, text); the first has no sub-heading.

    `habit` picks one of the ways in which agencies word the five sub-headings.
    """
    names = SUB_HEADINGS[habit % len(SUB_HEADINGS)]
    return [
        ("", opening(rng, voice, year)),
        (names[0], _pick(rng, voice, year, PROACTIVE, EXTRA, EXTRA)),
        (names[1], requests),
        (names[2], _pick(rng, voice, year, MANAGEMENT, MANAGEMENT)),
        (names[3], _pick(rng, voice, year, PLATFORM, PLATFORM)),
        (names[4], _pick(rng, voice, year, OVERSIGHT, OVERSIGHT)),
    ]


def requests(rng: Random, year: int, numbers: dict[str, int]) -> str:
    """What the prose says of the requests; `numbers` holds new, over, done, forward and the five kinds of result."""
    if not numbers["new"] and not numbers["over"]:
        return rng.choice(NO_REQUEST)
    text = rng.choice(REQUESTS).format(year=year, **numbers)
    return text + (RESULTS.format(**numbers) if numbers["done"] else "")


def problems(rng: Random, voice: Voice, year: int) -> list[str]:
    """Paragraphs of section five: what is lacking, what will be done."""
    (first, cure), (second, remedy) = rng.sample(PROBLEMS, 2)
    closing = _fill(rng, voice, year, "下一年，{short}将继续围绕{topic}改进公开工作，请群众监督。")
    return [
        f"{year}年的工作还有不足：一是{first}；二是{second}。",
        f"改进措施：一是{cure}；二是{remedy}。",
        closing + rng.choice((*ASIDES, "", "")),
    ]


def other(rng: Random, voice: Voice, year: int) -> str:
    """Section six: the fee sentence that the form wants even where nothing was charged."""
    return _pick(rng, voice, year, OTHER)


def summary(rng: Random, voice: Voice, year: int) -> list[tuple[str, list[str]]]:
    """A 政务公开工作总结: three sections of prose about the same work, none of the statutory headings, no tables."""
    work = [
        "（一）加强组织领导。" + _pick(rng, voice, year, OVERSIGHT, MANAGEMENT),
        "（二）突出重点领域。" + _pick(rng, voice, year, PROACTIVE, EXTRA),
        "（三）做好解读回应。" + _pick(rng, voice, year, EXTRA, PLATFORM),
    ]
    lacking, cure = rng.choice(PROBLEMS)
    return [
        ("一、政务公开工作开展情况", work),
        ("二、存在的主要问题", [f"一是{lacking}。二是公开的深度与群众的期待还有距离。"]),
        ("三、下一步工作打算", [f"下一步，{cure}，推动政务公开工作再上台阶。", _pick(rng, voice, year, MANAGEMENT)]),
    ]
