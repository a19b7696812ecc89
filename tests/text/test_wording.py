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
from crawler.text.wording import ALONE, GATES, MODES, rules, rules_for

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
        "该公司主营网路产品和软体开发，释出产能。",
        "门户网站（入口网站）是信息的集散地，网络、软件、服务器、程序均已更新，规范性文件已清理。",
        "雅虎等入口网站与信息检索。",
    ],
)
def test_clean_text_with_such_words_stays(text: str) -> None:
    assert repair(text).text is text


def test_two_proofs_are_needed_in_simplified_script() -> None:
    assert to_mainland("入口网站已改版。") == "入口网站已改版。"
    assert to_mainland("入口网站已改版，最佳化栏目。") == "门户网站已改版，优化栏目。"
    assert to_mainland("门户网站即入口网站，最佳化栏目。") == "门户网站即入口网站，最佳化栏目。"
    for word in ALONE:
        assert to_mainland(f"本年{word}情况") != f"本年{word}情况"


def test_every_rule_can_be_used() -> None:
    for rule in rules():
        assert rule.mode in MODES
        assert simplified(rule.word) == rule.word, rule.word
        assert rule.word not in rule.mainland
    assert {rule.word for rule in rules() if rule.mode in ("proof", "sure")} >= {*GATES, *ALONE}


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
