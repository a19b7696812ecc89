"""Characters of Hong Kong, of old prints and of Japan; 著 and 於; texts of both scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import repair, to_mainland
from crawler.text.script import tables
from crawler.text.variants import simplified


@pytest.mark.parametrize(
    ("found", "mainland"),
    [
        ("衞生健康委員會", "卫生健康委员会"),
        ("門户網站服務枱", "门户网站服务台"),
        ("啓動羣衆監督，爲民服務，臺賬", "启动群众监督，为民服务，台账"),
        ("淸查産權，敎育機構", "清查产权，教育机构"),
        ("関於發展縣域経濟的実施意見", "关于发展县域经济的实施意见"),
        ("專著、編著、譯著、論著與名著", "专著、编著、译著、论著与名著"),
        ("成效卓著，顯著提高，著力解決，本著原則", "成效卓著，显著提高，着力解决，本着原则"),
        ("形式偏於單一，至於則另行規定，由於單位調整", "形式偏于单一，至于则另行规定，由于单位调整"),
        ("於潛鎮的標準", "於潜镇的标准"),
        ("答覆、回覆、批覆、反覆、覆蓋、複查、恢復", "答复、回复、批复、反复、覆盖、复查、恢复"),
        ("慰藉、藉口、憑藉、乾隆、乾淨、乾縣", "慰藉、借口、凭借、乾隆、干净、乾县"),
        ("瞭解、瞭望、一目瞭然，皇后與後來", "了解、瞭望、一目了然，皇后与后来"),
        ("後勤處處長范某規範里程與鄰里", "后勤处处长范某规范里程与邻里"),
        ("想像、座標、疏濬河道", "想象、坐标、疏浚河道"),
        ("司馬暐負責", "司马暐负责"),
        ("民意徵集", "民意征集"),
        ("藉此機會徵求意見", "借此机会征求意见"),
        ("由副縣長陳乾主持，李乾明、王志乾參加", "由副县长陈乾主持，李乾明、王志乾参加"),
        (
            "乾安市、乾潭鎮、奇乾鄉與牛肉乾、毛筍乾、高乾燥、口乾",
            "乾安市、乾潭镇、奇乾乡与牛肉干、毛笋干、高干燥、口干",
        ),
        ("癥瘕積聚，癥結所在", "癥瘕积聚，症结所在"),
        ("成效顯着，甚麼，祇有，妳", "成效显著，什么，只有，你"),
        ("于都縣，位於，丑時，鬥爭，北斗，淀山湖，占卜", "于都县，位于，丑时，斗争，北斗，淀山湖，占卜"),
    ],
)
def test_characters(found: str, mainland: str) -> None:
    assert to_mainland(found) == mainland


@pytest.mark.parametrize(
    "text",
    [
        "株式会社東芝は二〇二三年に上場を廃止した。",
        "情報公開法に基づく開示請求の件数は増加した。",
        "牌匾上题着“為人民服務”五个大字，是1958年的旧物。",
        "碑文“大清光緒二十三年歲次丁酉”清晰可辨，背面刻有捐资人名。",
        "《廣雅·釋詁》云：“公，正也。”清人王念孙作疏证。",
        "繁体字“後”与“后”、“髮”与“發”在简化字中合并，校对时须留意。",
        "鑰、鈞等字在人名中仍有使用，如陶喆、李堃、曾鈞、朱鎔基等同志。",
        "办公室於振华同志负责日常受理。",
    ],
)
def test_names_quotes_and_japanese_stay(text: str) -> None:
    assert repair(text).text is text


@pytest.mark.parametrize(
    ("found", "mainland"),
    [
        (
            "全年没有收取费用，也沒有因未按規定公開而被責任追究。",
            "全年没有收取费用，也没有因未按规定公开而被责任追究。",
        ),
        ("发放资金416万元，12月底全縣共有低保對象8742人。", "发放资金416万元，12月底全县共有低保对象8742人。"),
        (
            "題詞“為人民服務”已經修復，门厅题有“為人民服務”五个字。",
            "题词“为人民服务”已经修复，门厅题有“為人民服務”五个字。",
        ),
    ],
)
def test_texts_of_both_scripts_are_decided_clause_by_clause(found: str, mainland: str) -> None:
    assert to_mainland(found) == mainland


def test_attributes_in_simplified_script_do_not_speak_against_a_converted_page() -> None:
    page = '<p title="信息公开信息公开">政府資訊釋出專案情況，許可權管理由稽核部門負責，經濟執行資訊</p>'
    assert repair(page).text == (
        '<p title="信息公开信息公开">政府信息发布项目情况，权限管理由审核部门负责，经济运行信息</p>'
    )


def test_nothing_is_simplified_beyond_what_pages_can_show() -> None:
    assert all(simple <= "\uffff" for simple in tables().simple_of.values())
    assert simplified("鋐鈇諲暐") == "鋐鈇諲暐"


def test_a_text_that_holds_the_sign_for_kept_characters() -> None:
    assert to_mainland("國務院會議\ufdd0專著").startswith("国务院会议\ufdd0专")


@pytest.mark.parametrize(
    "piece",
    ["“國", "《會", "資訊", "國，务，", "\ud800國\udfff會", "於", "<國", "著", "國會ぁ", "規範性檔案", "?"],
)
def test_long_odd_texts_are_read_once(piece: str) -> None:
    text = "國務院關於開發為這個對報與資會議的規定，务处规。" + piece * 20_000
    once = to_mainland(text)
    assert to_mainland(once) == once


@given(st.text(st.sampled_from("國国務务院於于著着後后“”《》，。\n<p> 資訊资讯檔案あ\ud800\ufdd0乾里"), max_size=60))
def test_any_text_is_read_and_once_is_enough(text: str) -> None:
    once = to_mainland(text)
    assert to_mainland(once) == once
