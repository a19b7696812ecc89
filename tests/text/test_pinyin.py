"""Pronunciations in brackets, and brackets that are no pronunciation."""

from __future__ import annotations

import re
from random import Random

import pytest
from pypinyin import Style, pinyin

from crawler.text import repair
from crawler.text.pinyin import is_reading
from tests.text.damage import HEADINGS, SENTENCES


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("根據(jù)規(guī)定，現(xiàn)公布", "根據規定，現公布"),
        ("門戶網(wǎng)站和狀態(tài)", "門戶網站和狀態"),
        ("业务(wu)和网(wang)站", "业务和网站"),
        ("服務（wù）", "服務"),
        ("工（ɡōnɡ）作", "工作"),
        ("效率(lv)", "效率"),
        ("效率(lǜ)和規律(lü)", "效率和規律"),
        ("務( wù )", "務"),
        ("务(wu4)", "务"),
        ("务(wu\u0300)", "务"),  # combining accent
        ("务(wù)(wù)", "务"),
        ("重(zhòng)要和重(chóng)復", "重要和重復"),
        ("業﹙yè﹚務（wù)", "業務"),
        ("業务\u3000(\xa0wù\u3000)員", "業务員"),
        ("甲(jia)乙方", "甲乙方"),  # one needless annotation is enough
        (
            "規(guī)定的業(yè)務(wù員，對(duì)公務wù)員",
            "規定的業務員，對公務員",
        ),  # half a bracket, and readings with tones
        ("<p>業務<b>(wù)</b>員</p>", "<p>業務<b></b>員</p>"),
        (
            "<p><span class='a(b)'>務</span><i>（</i>wù<i>）</i></p>",
            "<p><span class='a(b)'>務</span><i></i><i></i></p>",
        ),
        ("<p>務&#40;w&ugrave;&rpar;和業&lpar;&nbsp;yè&#x29;</p>", "<p>務和業</p>"),
        ("<p><a href='/務(wù).html'>業務</a>(wù)</p>", "<p><a href='/務(wù).html'>業務</a></p>"),
        ("支(zhī)持拼音查询，业(yè)务、网(wǎng)站、状(zhuàng)态", "支持拼音查询，业务、网站、状态"),
    ],
)
def test_annotations_go(damaged: str, clean: str) -> None:
    result = repair(damaged, keep_script=True)
    assert result.text == clean
    (entry,) = result.repairs
    assert entry.kind == "pinyin"
    assert not entry.inferred


@pytest.mark.parametrize(
    "text",
    [
        "相关政策(policy)已公布",
        "可吸入颗粒物(PM)浓度和细颗粒物(PM2.5)",
        "办公室(OA)系统",
        "附件(a)和附件(b)",
        "网址(www.example.cn)",
        "公开(wù)",  # not a reading of 开
        "位于重庆市涪(fú)陵区",  # an author explains an uncommon character
        "单(shàn)县人民政府",  # or an unusual reading
        "收到王（wang）某的申请，已于五月答复。",  # or how a surname is read, without tones
        "<p>联系人：赵(zhao)志强</p>",
        "参数(x)和变量(n)",
        "中国(china)",
        "张三(Zhang San)和李四(li si)",
        "银行(háng)的行业",
        "“参”字在党参(shēn)与参(cān)加中读音不同，多音字还有行(xíng)走",
        "天台(tāi)县的台州",
        "番(pān)禺(yú)区",
        "乐(yuè)清(qīng)市",
        "单(shàn)县、六(lù)安、蚌(bèng)埠、涡(guō)阳、亳(bó)州",  # nothing that every reader knows
        "王垚(yáo)、李喆(zhé)、赵翀(chōng)",
        "平安(an)、面条(pan)、总额(e)",
        "总额(e)＝单价(d)×数量(n)，金额(e)，定额(e)",
        "业务(wù员",
        "<p>公<b>开</b>(wù)</p>",
    ],
)
def test_real_latin_in_brackets_stays(text: str) -> None:
    assert repair(text).text is text


def test_the_log_counts_and_shows_the_first() -> None:
    result = repair("业务(wu)、网(wang)站、状态(tai)", keep_script=True)
    (entry,) = result.repairs
    assert (entry.count, entry.sample) == (3, ("务(wu)", "务"))


def test_scripts_and_addresses_keep_their_brackets() -> None:
    source = '<a title="業務(wù)" href="/務(wù).html">業務(wù)</a><script>f("業務(wù)")</script><!-- 務(wù) -->'
    clean = source.replace(">業務(wù)<", ">業務<").replace('title="業務(wù)"', 'title="業務"')
    assert repair(source, keep_script=True).text == clean


@pytest.mark.parametrize(
    ("char", "reading", "expected"),
    [
        ("務", "wù", True),
        ("务", "wu", True),
        ("绿", "lv", True),
        ("行", "hang", True),
        ("行", "wu", False),
        ("x", "x", False),
    ],
)
def test_readings(char: str, reading: str, expected: bool) -> None:
    assert is_reading(char, reading) is expected


STYLES = {"tones": Style.TONE, "letters": Style.NORMAL, "digits": Style.TONE3}
FORMS = (
    "{0}({1})",
    "{0}（{1}）",
    "{0} ( {1} )",
    "{0}({1})({1})",
    "{0}&#40;{1}&#41;",
    "{0}&lpar;{1}&rpar;",
    "{0}<font color='#fff'>({1})</font>",
    "<span>{0}</span>({1})",
    "<ruby>{0}<rp>(</rp><rt>{1}</rt><rp>)</rp></ruby>",
)


@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.05, 0.3, 1.0])
def test_a_mirror_is_undone(style: str, form: str, share: float) -> None:
    """Pages whose characters were annotated as pypinyin reads them, in both scripts."""
    rng = Random(f"{style}{form}{share}")
    text = "。".join((*SENTENCES, *HEADINGS, "現將規範性檔案的管理情況報告如下，電話及網絡舉報計入業務總量"))
    readings = {char: pinyin(char, style=STYLES[style])[0][0] for char in set(text) if "\u4e00" <= char <= "\u9fff"}
    chosen = [char in readings and rng.random() < share for char in text]
    pieces = [
        form.format(char, readings[char].replace("g", rng.choice("gɡ"))) if marked else char
        for char, marked in zip(text, chosen, strict=True)
    ]
    bare = "{0}" if "ruby" in form else re.sub(r" ?[(（].*[)）]|&.*;", "", form)
    clean = [bare.format(char) if marked else char for char, marked in zip(text, chosen, strict=True)]
    assert sum(chosen) >= 5
    assert repair("<p>" + "".join(pieces) + "</p>", keep_script=True).text == "<p>" + "".join(clean) + "</p>"


def test_a_page_that_teaches_a_reading_elsewhere_is_repaired_where_three_characters_of_others_are_annotated() -> None:
    lesson = "<p>新命名的元素用字在名单旁加注读音。</p>"
    damaged = lesson + "<h3>第五部分(fèn)　机(jī)构建设和经(jīng)费保障</h3>"
    assert repair(damaged).text == lesson + "<h3>第五部分　机构建设和经费保障</h3>"
    clean = lesson + "<p>番(pān)禺(yú)区。</p>"
    assert repair(clean).text is clean
