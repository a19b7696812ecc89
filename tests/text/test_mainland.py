"""Traditional script and Taiwan wording back to the mainland's, and only where they were put in."""

from __future__ import annotations

from functools import cache

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text import repair, to_mainland
from tests.text.damage import HEADINGS, SENTENCES


@cache
def converter(way: str) -> opencc.OpenCC:
    """Loading one takes longer than a test."""
    return opencc.OpenCC(way)


CONVERTED = "本廳入口網站公布規範性檔案，並對欄目設定作最佳化調整，各部分模組已整合。"


@pytest.mark.parametrize(
    ("converted", "mainland"),
    [
        ("依照公開要點等檔案精神，廢止規範性檔案三件。", "依照公开要点等文件精神，废止规范性文件三件。"),
        ("入口網站", "门户网站"),
        ("因辦理程式不規範、回復不及時", "因办理程序不规范、回复不及时"),
        ("新媒體的冬粉推廣", "新媒体的粉丝推广"),
        ("最佳化調整各部分模組", "优化调整各部分模块"),
        ("政府資訊公開", "政府信息公开"),
        ("計畫透過網路公布", "计划通过网络公布"),
        ("聯絡我們", "联系我们"),
        ("一名工作人員擔任聯絡員", "一名工作人员担任联络员"),
        ("優秀範例", "优秀范例"),
        ("行政複議", "行政复议"),
        ("本著便民原則，顯著提高，名著", "本着便民原则，显著提高，名著"),
        ("行使行政許可權", "行使行政许可权"),
        ("宣傳報導和欄目設定的最佳化", "宣传报道和栏目设置的优化"),
    ],
)
def test_words(converted: str, mainland: str) -> None:
    assert to_mainland(converted) == mainland
    assert repair(converted).text == mainland


@pytest.mark.parametrize(
    ("converted", "mainland"),
    [
        ("對辦結案件檔案按照“一事一檔”方式整理歸檔。", "对办结案件档案按照“一事一档”方式整理归档。"),
        ("每月向市檔案局移送電子文件。", "每月向市档案局移送电子文件。"),
        ("對檔案的設定和報導", "对档案的设定和报导"),  # no proof of a converter: archives are archives
        ("政務公開三級聯絡人機制", "政务公开三级联络人机制"),
    ],
)
def test_text_converted_by_character_alone_keeps_its_words(converted: str, mainland: str) -> None:
    result = repair(converted)
    assert result.text == mainland
    assert [entry.kind for entry in result.repairs] == ["traditional"]


def test_archives_stay_archives_in_a_text_converted_word_by_word() -> None:
    text = CONVERTED + "檔案局移送檔案管理制度，並印發檔案三份。"
    assert to_mainland(text).endswith("档案局移送档案管理制度，并印发文件三份。")


def test_a_word_that_stands_beside_its_counterpart_was_not_converted() -> None:
    text = CONVERTED + "文件與檔案分開存放。"
    assert to_mainland(text).endswith("文件与档案分开存放。")


@pytest.mark.parametrize(
    "text",
    [
        "2023年，我局於振华同志负责，陈喆、李堃协助。",
        "详见《說文解字》中的解释，本单位认真学习贯彻有关规定，及时公开各类信息。",
        "公布设定行政许可的档案和程式化的资讯。",
        "台湾同胞投资企业登记，台风预警，里程碑，皇后，谷物，面积。",
        "",
        "ASCII only",
    ],
)
def test_simplified_text_is_left_alone(text: str) -> None:
    assert repair(text).text is text
    assert to_mainland(text) is text


def test_keep_script() -> None:
    assert repair(CONVERTED, keep_script=True).text is CONVERTED


def test_a_page_of_both_scripts_is_decided_line_by_line() -> None:
    simplified = "本单位于振华负责政府信息公开工作的组织协调、指导监督检查。"
    result = repair(f"{simplified}\n本廳對外公開總數量與處理決定數量，聯繫電話。\n{simplified}")
    assert result.text == f"{simplified}\n本厅对外公开总数量与处理决定数量，联系电话。\n{simplified}"


def test_the_log() -> None:
    script, words = repair(CONVERTED).repairs
    assert (script.kind, words.kind, words.count) == ("traditional", "wording", 5)
    assert script.count >= 5
    assert words.sample[0] != words.sample[1]


@settings(deadline=None)
@given(text=st.lists(st.sampled_from(HEADINGS + SENTENCES), min_size=1, max_size=8).map("\n".join))
def test_what_opencc_makes_traditional_comes_back(text: str) -> None:
    for way in ("s2t", "s2tw", "s2hk"):
        assert to_mainland(converter(way).convert(text)) == text


def test_a_heading_with_one_doubtful_character_goes_with_the_text_before_it() -> None:
    """Two pages that show one report must read alike, whatever their menus are written in."""
    menu = "<li>首页</li><li>政务公开</li><li>办事服务</li><li>互动交流</li><li>数据发布</li>" * 2
    article = (
        "<p>疑難申請由法制人員會商後答覆，答覆文書統一編號歸檔。</p><p>（三）政府信息管理情況</p>"
        "<p>按季度清理過期欄目。</p>"
    )
    assert "<p>（三）政府信息管理情况</p>" in repair(f"{menu}{article}").text
    assert repair(f"{menu}<p>曾鈞</p>").text == f"{menu}<p>曾鈞</p>"
