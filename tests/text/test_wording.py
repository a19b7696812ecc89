"""Converters' words: undone where they were put in, and nowhere else."""

from __future__ import annotations

from functools import cache

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text import repair, to_mainland
from crawler.text.language import words
from crawler.text.variants import simplified
from crawler.text.wording import MODES, gates, rules, rules_for

REPORT = (
    "一、总体情况。2023年，我局通过门户网站发布政府信息1203条，其中规范性文件6件，行政许可项目信息412条。",
    "网站运行平稳，设备维护及时，用户数据未发生泄露；优化栏目设置，开设在线访谈，视频解读12期。",
    "收到申请35件，均由窗口登记、审核后答复，联系电话公布在信息公开指南中。",
    "支持群众通过移动客户端查询，登录次数比上年增加三成，短信提醒4200条。",
    "对办结案件档案按照一事一档归集，向市档案馆移送；每月召开联络员会议。",
    "各单位执行条例情况良好，建立健全制度，新增公开事项8项，整合各类执法资源。",
    "食品添加剂监督抽检信息、食品安全信用信息按月公布，知识产权保护情况按季公布。",
)


@cache
def converter(way: str) -> opencc.OpenCC:
    """Loading one takes longer than a test."""
    return opencc.OpenCC(way)


def converted(way: str, text: str) -> str:
    return str(converter(way).convert(text))


@pytest.mark.parametrize("way", ["s2t", "s2tw", "s2twp", "s2hk", "s2hkp"])
def test_a_report_comes_back_from_every_conversion(way: str) -> None:
    text = "\n".join(REPORT)
    assert to_mainland(converted(way, text)) == text


def test_a_report_comes_back_from_simplified_script_with_the_other_side_s_words() -> None:
    text = "\n".join(REPORT)
    damaged = converted("t2s", converted("s2twp", text))
    assert "资讯" in damaged
    assert to_mainland(damaged) == text
    assert {entry.kind for entry in repair(damaged).repairs} == {"wording"}


@pytest.mark.parametrize(
    "text",
    [
        "市公安局成立专案组，开展专案整治。",
        "透过现象看本质，线上线下同步推进。",
        "行政机关行使行政许可权，软体家具生产企业完成整改。",
        "向市档案局移送电子档案，数字档案馆建成。",
        "编发工作简讯12期，社区网格员走访入户。",
        "检修污水管道，排查燃气管道隐患，放映公益影片。",
        "开展医保基金稽核，兑现岗位契约，查看影像资料。",
        "于都县、余姚市、乾县、沈阳市、钟山区。",
    ],
)
@pytest.mark.parametrize("way", ["s2t", "s2tw", "s2hk"])
def test_words_that_both_sides_say_stay_in_a_text_converted_by_character(text: str, way: str) -> None:
    around = "本机关高度重视政府信息公开工作，通过网络及时发布信息。"
    assert to_mainland(converted(way, around + text)) == around + text


@pytest.mark.parametrize(
    ("converted_text", "mainland"),
    [
        ("政府資訊公開指南", "政府信息公开指南"),
        ("重大建設專案批准和實施", "重大建设项目批准和实施"),
        ("由服務視窗統一受理", "由服务窗口统一受理"),
        ("最低生活保障物件名單", "最低生活保障对象名单"),
        ("資料開放平臺上線執行，許可權管理、點選量", "数据开放平台上线运行，权限管理、点击量"),
        ("積極回響群眾需求，推進格線化管理，推廣套用信息技術", "积极响应群众需求，推进网格化管理，推广应用信息技术"),
        ("下載規範性檔案，檔名稱和檔案解讀", "下载规范性文件，文件名称和文件解读"),
        ("赴紐西蘭、義大利考察奈米技術", "赴新西兰、意大利考察纳米技术"),
        ("國家安全域性", "国家安全局"),
        ("微博冬粉數量增加，冬粉達三萬", "微博粉丝数量增加，粉丝达三万"),
    ],
)
def test_headings_that_prove_a_converter_by_themselves(converted_text: str, mainland: str) -> None:
    assert to_mainland(converted_text) == mainland


@pytest.mark.parametrize(
    "text",
    [
        "最佳化设计方法在工程中的应用。",
        "本单位人事档案、资讯中心、执行力、使用者付费原则、智慧城市。",
        "介绍台湾《政府资讯公开法》与大陆条例的异同。",
        "该公司主营软体家具，释出产能。",
        "门户网站（入口网站）是信息的集散地，网络、软件、服务器、程序均已更新，规范性文件已清理。",
        "雅虎等入口网站与信息检索。",
    ],
)
def test_clean_text_with_such_words_stays(text: str) -> None:
    assert repair(text).text is text


@pytest.mark.parametrize(
    ("converted_text", "mainland"),
    [
        ("本局通过网路平台受理意见。", "本局通过网络平台受理意见。"),
        ("《行政处罚程式规定》公布在官网。", "《行政处罚程序规定》公布在官网。"),
        ("两个建设专案竣工。", "两个建设项目竣工。"),
        ("持续最佳化营商环境，压减环节。", "持续优化营商环境，压减环节。"),
        ("经省高阶人民法院审理终结。", "经省高级人民法院审理终结。"),
        ("低保物件名单按月公示。", "低保对象名单按月公示。"),
        ("特种装置检验结果已公布。", "特种设备检验结果已公布。"),
        ("社群居民委员会设公开栏。", "社区居民委员会设公开栏。"),
        ("全年召开新闻释出会八场。", "全年召开新闻发布会八场。"),
        ("随著改革深入，群众需求增加。", "随着改革深入，群众需求增加。"),
        ("没有现成资讯需要另行制作。", "没有现成信息需要另行制作。"),
        ("政务服务和资料管理局牵头。", "政务服务和数据管理局牵头。"),
    ],
)
def test_one_word_that_no_mainland_text_says_in_such_surroundings(converted_text: str, mainland: str) -> None:
    assert repair(converted_text).text == mainland


@pytest.mark.parametrize(
    "text",
    [
        "市档案局接收县直单位移交的人事档案、会计档案，馆藏档案目录向社会开放。",
        "旅游资讯中心在微信公众号推送图片资讯。",
        "成立专案组，挂牌督办重点专案，专案经费已拨付。",
        "烟草专卖局内部专卖稽核，收费站稽核通行费。",
        "京剧程式、书法程式，程式化的表演。",
        "软体动物标本、软体家具企业、影片放映。",
        "联络员会议、联络站、联络点和侨联联络处。",
        "随着著作权登记，朝著名景区，显著、名著、著录项目。",
        "商标许可权质押，行政许可权集中行使，机场物件检查。",
        "电网路径、水网路线、公路网路况信息。",
        "香港特区政府资讯科技总监办公室来访，介绍政府资讯公开守则。",
        "实现经济效益最佳化和资源配置最佳化。",
        "计划执行情况、预算执行情况、国民经济和社会发展计划执行情况。",
        "放热反应释出热量，释出氧气。",
        "重大资料汇编、扩大资料来源、最大资料量。",
        "商会社群运营，行业短片，电影片段。",
    ],
)
def test_words_that_the_mainland_says_too_stay(text: str) -> None:
    assert repair(text).text is text


def test_two_proofs_are_needed_in_simplified_script() -> None:
    assert to_mainland("入口网站已改版。") == "入口网站已改版。"
    assert to_mainland("入口网站已改版，效益最佳化。") == "门户网站已改版，效益优化。"
    assert to_mainland("门户网站即入口网站，效益最佳化。") == "门户网站即入口网站，效益最佳化。"


def test_every_rule_can_be_used() -> None:
    for rule in rules():
        assert rule.mode in MODES
        assert simplified(rule.word) == rule.word or "著" in rule.word, rule.word
        assert rule.word not in rule.mainland
    assert all(rule.mode in ("alone", "proof") for several in gates().values() for rule in several)


def test_no_word_of_the_dictionary_is_taken_for_a_converter_s() -> None:
    """Words that a converter by characters gives back must not be read as another side's."""
    known = [word for word, count in words() if count > 300 and len(word) > 1]
    changed = []
    for word, traditional in zip(known, converted("s2tw", "\n".join(known)).split("\n"), strict=True):
        chosen = rules_for(simplified(traditional), traditional=True)
        if chosen and to_mainland(traditional) not in (word, traditional, simplified(traditional)):
            changed.append(word)
    assert set(changed) <= {"资讯", "搜寻"}  # 信息 and 搜索 are a hundred times as frequent in the field


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([rule.word for rule in rules()] + list(REPORT)), min_size=1, max_size=12),
    st.sampled_from(["", "，", "\n"]),
    st.sampled_from(["s2t", "s2twp", "t2s"]),
)
def test_once_is_enough(parts: list[str], between: str, way: str) -> None:
    once = to_mainland(converted(way, between.join(parts)))
    assert to_mainland(once) == once
