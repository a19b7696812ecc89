"""Words that were copied from the year before."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports.across import Filed, consolidated, series
from crawler.reports.across.copied import likeness

PROBLEMS = (
    "一年来，我局政府信息公开工作取得了一定成绩，但与群众的期待相比还有差距：一是公开内容不够丰富，解读材料形式单一；"
    "二是业务科室主动公开的意识有待加强，个别栏目更新不够及时；三是基层工作人员流动较快，业务能力参差不齐。"
    "下一步，我局将从以下几个方面改进：组织全年不少于2次专题培训，把公开工作纳入科室考核；"
    "完善栏目更新台账，明确责任人和时限；围绕群众关心的饮用水源保护、噪声扰民等问题多形式开展解读，"
    "用图表、短视频等方式讲清政策；对照指南逐条检查公开目录，发现问题立即整改。2022年共整改问题12个。"
)
OTHER = (
    "本年度的主要问题是申请答复文书的说理性不足，部分答复只引用条款而没有说明理由，申请人来电询问较多。"
    "针对这一情况，我们请法律顾问逐件审核答复书，制作了五类答复模板，并在年中组织了一次案卷评查，评查结果在全局通报。"
    "同时，门户网站改版以后检索功能还不完善，老旧文件的附件有的打不开，我们已经会同技术单位修复了三十余处。"
    "明年将把政策文件库的数据质量作为重点，逐年清理历史文件，补齐文号、成文日期等要素，方便公众查询和使用，并定期开展满意度调查。"
)


def filed(year: int, **prose: str) -> Filed:
    return Filed("440100-x", year, format="fmt2021", prose=prose)


def told(before: Filed, after: Filed) -> list[tuple[str, str, str | None, str | None]]:
    return [(x.finding.id, x.finding.severity, x.finding.where, x.finding.left) for x in series([before, after])]


def test_the_same_words_with_other_numbers() -> None:
    later = PROBLEMS.replace("2022年", "２０２３ 年").replace("12个", "9个")
    assert told(filed(2022, problems=PROBLEMS), filed(2023, problems=later)) == [("XY-6", "info", "problems", "100 %")]


def test_nearly_the_same_words() -> None:
    later = PROBLEMS.replace("噪声扰民", "油烟扰民")
    ((_, _, where, share),) = told(filed(2022, problems=PROBLEMS), filed(2023, problems=later))
    assert where == "problems"
    assert share is not None
    assert 85 <= int(share.removesuffix(" %")) < 100


@pytest.mark.parametrize(
    ("section", "before", "after"),
    [
        ("problems", PROBLEMS, OTHER),
        ("problems", PROBLEMS, PROBLEMS + OTHER),
        ("problems", "无。", "无。"),
        ("problems", PROBLEMS[:150], PROBLEMS[:150]),
        ("other", PROBLEMS, PROBLEMS),  # what the form asks for is said in the same words every year
    ],
)
def test_what_is_no_copy(section: str, before: str, after: str) -> None:
    assert told(filed(2022, **{section: before}), filed(2023, **{section: after})) == []


def test_another_section_is_another_text() -> None:
    assert told(filed(2022, overview=PROBLEMS), filed(2023, problems=PROBLEMS)) == []


@given(st.text(max_size=400), st.text(max_size=400))
def test_likeness_is_a_share_and_knows_no_order(left: str, right: str) -> None:
    share = likeness(left, right)
    assert 0 <= share <= 1
    assert share == likeness(right, left)
    assert likeness(PROBLEMS + left, PROBLEMS + left) == 1


# ------------------------------------------------------------------ a government and its departments


def report(agency: str, year: int = 2023, scope: str | None = None, **numbers: int) -> Filed:
    known = {f"t3.{name}.total": Decimal(number) for name, number in numbers.items()}
    return Filed(agency, year, format="fmt2021", scope=scope, numbers=known)


def test_departments_that_together_have_more_than_the_whole() -> None:
    whole = report("zf", scope="consolidated", new=10, decided_total=12)
    parts = [report("a", new=6, decided_total=6), report("b", new=5, decided_total=6)]
    (one,) = consolidated(whole, parts)
    assert (one.finding.id, one.finding.severity, one.finding.where) == ("SEM-5", "soft", "t3.new.total")
    assert (one.finding.left, one.finding.right, one.of) == ("10", "11", ("zf", 2023))
    assert one.against == (("a", 2023), ("b", 2023))


@pytest.mark.parametrize("other", [None, report("b"), report("b", 2022, new=50)])
def test_departments_whose_number_is_not_known_could_only_add_to_it(other: Filed | None) -> None:
    (one,) = consolidated(report("zf", scope="consolidated", new=5), [report("a", new=6), other])
    assert (one.finding.left, one.finding.right, one.against) == ("5", "6", (("a", 2023),))


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (report("zf", scope="consolidated", new=11), [report("a", new=6), report("b", new=5)]),
        (report("zf", scope="consolidated", new=6), [report("a", new=6), None]),
        (report("zf", scope="consolidated", new=6), [report("a", new=6), report("b")]),
        (report("zf", scope="consolidated", new=1), [report("a", 2022, new=6)]),
        (report("zf", scope="consolidated", new=1), []),
        (report("zf", scope="own", new=1), [report("a", new=6)]),
        (report("zf", new=1), [report("a", new=6)]),
        (report("zf", scope="consolidated"), [report("a", new=6)]),
    ],
)
def test_what_cannot_be_said(whole: Filed, parts: list[Filed | None]) -> None:
    assert consolidated(whole, parts) == []
