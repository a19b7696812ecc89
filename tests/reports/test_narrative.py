"""Figures that the prose states."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reports import narrative
from crawler.reports.model import Section


def read(text: str) -> dict[str, int | float]:
    found = narrative.figures([Section("一、", "overview", "一、总体情况", text)])
    return {name: float(figure.value) for name, figure in found.items()}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "2021年收到依申请公开50件,其中当面申请1件,网络申请37件,信函申请12件。全年办结50件,其中属于同意公开21件,"
            "部分公开5件,无法提供23件,不予处理1件。",
            {
                "new": 50, "channel.face": 1, "channel.net": 37, "channel.mail": 12, "decided_total": 50, "granted": 21,
                "partial": 5, "unable": 23, "notproc": 1,
            },
        ),
        (
            "新增受理215件依申请公开申请,211件办结(含上年结转数),结转下年度继续办理5件。",
            {"new": 215, "decided_total": 211, "carried_forward": 5},
        ),
        (
            "全区接收各类政府信息公开申请共计81件，涉及自然人80件。办结依申请公开81件，其中："
            "予以公开及部分公开42件，占51.85%；不予公开5件，占6.17%；无法提供31件；不予处理1件；其他处理2件；"
            "因政府信息公开引起的行政复议案件2件、行政诉讼案件7件。",
            {
                "new": 81, "decided_total": 81, "granted_partial": 42, "denied": 5, "unable": 31, "notproc": 1,
                "other": 2, "recon": 2, "suits": 7,
            },
        ),
        (
            "共受理政府信息公开申请1,859件，申请数量较去年回落12.3%；"
            "答复申请805件（含上年度结转申请18件，另有72件申请顺延到下年度答复）。",
            {"new": 1859, "carried_over": 18, "carried_forward": 72, "decided_total": 805},
        ),
        ("2023年度,没有收到依申请公开案件。", {"new": 0}),
        ("本年度未收到政府信息公开申请。", {"new": 0}),
        ("全年未发生因政府信息公开申请行政复议、行政诉讼情况。", {"recon": 0, "suits": 0}),
        ("因信息公开被申请行政复议和行政诉讼均为0件。", {"recon": 0, "suits": 0}),
        ("收到申请三件，均已答复。", {"new": 3}),
        ("本年度未收取任何费用。", {"fees": 0}),
        ("2023年，无收取信息处理费情况。", {"fees": 0}),
        ("收取信息处理费120.5元。", {"fees": 120.5}),
        (
            "发布现行有效行政规范性文件393件，本年度制发的规范性文件77件。",
            {"normative_valid": 393, "normative_made": 77},
        ),
        ("全年主动公开政府信息13561条。", {"disclosed": 13561}),
        ("依申请公开信息收取费用0万元。", {"fees": 0}),
        ("受理政府信息公开申请17件（含上年结转2件），办结16件。", {"carried_over": 2, "new": 17, "decided_total": 16}),
        ("2024年共受理信息公开申请28宗；已答复28宗。行政诉讼0宗。", {"new": 28, "decided_total": 28, "suits": 0}),
        ("微信公众号共发布968篇推文。", {"posts": 968}),
        ("当面申请1件，传真申请2件，电子邮件申请3件，信函申请4件，网上申请5件。", {
            "channel.face": 1, "channel.fax": 2, "channel.email": 3, "channel.mail": 4, "channel.net": 5,
        }),
        ("2021年工作取得了一定成效。", {}),
        ("办理人大建议、政协提案22件，办结率100%。", {}),
    ],
)  # fmt: skip
def test_figures(text: str, wanted: dict[str, float]) -> None:
    assert read(text) == wanted


def test_a_figure_says_where_it_stands() -> None:
    text = "工作平稳。全年收到政府信息公开申请9件。其余情况正常。"
    child = Section("（二）", None, "（二）依申请公开情况", text)
    found = narrative.figures([Section("一、", "overview", "一、总体情况", "", (child,))])
    figure = found["new"]
    assert (figure.value, figure.unit, figure.section) == (Decimal(9), "件", "overview")
    assert figure.sentence == "全年收到政府信息公开申请9件。"


def test_the_first_statement_stands() -> None:
    assert read("全年收到政府信息公开申请9件。\n其中某科收到政府信息公开申请4件。") == {"new": 9}


def test_preamble_counts_too() -> None:
    found = narrative.figures([], ["2023年收到政府信息公开申请7件。"])
    assert found["new"].section is None


HOSTILE = [
    "收到" * 200_000,
    "收到2021年政府信息公开申请" * 60_000,
    "申请" + "1," * 300_000,
    "申请" + "9" * 1_000_000,
    "行政复议、" * 150_000,
    "没有" * 300_000,
    "申请" + "一" * 500_000 + "件",
    "（" * 500_000,
    "网上" + "申请" * 400_000,
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_paragraph_of_a_million_characters_ends(text: str) -> None:
    narrative.figures([Section("", "overview", "", text)])


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="收到申请公开办结件0123456789，。；没有未行政复议诉讼上年结转下、共计一二十", max_size=300))
def test_no_sentence_breaks_it(text: str) -> None:
    for figure in narrative.figures([Section("", "overview", "", text)]).values():
        assert figure.value >= 0
        assert figure.sentence
