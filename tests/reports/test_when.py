"""The fiscal year, weighed: title, period, opening, captions, prose, dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import parse, when
from crawler.reports.model import Finding
from crawler.reports.titles import judge
from tests.reports import pages
from tests.reports.pages import PROSE, heading, page, paragraphs

UNTITLED = judge("政府信息公开工作年度报告")
PERIOD = "本报告所列数据的统计期限自{0}年1月1日起至{0}年12月31日止。"
OPENING = "现公布清河县水务局{0}年政府信息公开工作年度报告。"
YEARLY = "{0}年，我局认真贯彻落实条例。{0}年共主动公开信息120条。截至{0}年底，规范性文件9件。"
CAPTION = "{0}年收到和处理政府信息公开申请情况"


def report(title: int, *, opening: int = 0, period: int = 0, prose: int = 0, caption: int = 0, signed: str = "") -> str:
    """A page whose places state these years; 0 leaves a place out."""
    lines = [OPENING.format(opening)] * bool(opening) + [PERIOD.format(period)] * bool(period)
    t4 = paragraphs(CAPTION.format(caption)) * bool(caption) + pages.T4
    inner = {1: pages.T2, 3: t4, 0: paragraphs(YEARLY.format(prose) if prose else PROSE)}
    body = "".join(f"<p>{heading(at)}</p>{inner.get(at, paragraphs(PROSE))}" for at in range(6))
    end = paragraphs("清河县水务局", signed) if signed else ""
    return page(paragraphs(*lines) + body + end, title=f"清河县水务局{title}年政府信息公开工作年度报告")


def conflicts(findings: tuple[Finding, ...]) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(one.severity, one.left, one.right, one.where) for one in findings if one.id == "SEM-7"]


HARD_22_23 = [("hard", "2022", "2023", "year")]
HARD_23_22 = [("hard", "2023", "2022", "year")]


@pytest.mark.parametrize(
    ("source", "year", "told"),
    [
        # everything agrees
        (report(2023, opening=2023, period=2023, prose=2023, caption=2023, signed="2024年1月15日"), 2023, []),
        (report(2023), 2023, []),
        (report(2023, signed="2023年12月29日"), 2023, []),
        # last year's title above a new text: nobody copies from the next year
        (report(2022, opening=2023, period=2023, prose=2023, signed="2024年1月15日"), 2023, HARD_22_23),
        (report(2022, opening=2022, prose=2023, caption=2023, signed="2024年1月15日"), 2023, HARD_22_23),
        (report(2022, period=2023), 2023, HARD_22_23),
        # one place that was not brought up to date
        (report(2023, opening=2023, period=2022, prose=2023, signed="2024年1月15日"), 2023, HARD_23_22),
        (report(2023, opening=2022, prose=2023, signed="2024年1月15日"), 2023, HARD_23_22),
        (report(2023, prose=2023, caption=2022, signed="2024年1月15日"), 2023, HARD_23_22),
        (report(2022, opening=2022, period=2022, caption=2023, signed="2023年1月15日"), 2022, HARD_22_23),
        # last year's whole text under a new title, signed a year after the title's
        (report(2023, opening=2022, period=2022, prose=2022, signed="2024年1月15日"), 2023, HARD_23_22),
        (report(2023, opening=2022, period=2022, prose=2022), 2023, HARD_23_22),
        # the title prints the year of publication
        (report(2023, opening=2022, period=2022, prose=2022, signed="2023年1月15日"), 2022, HARD_23_22),
        (report(2023, prose=2022, opening=2022, signed="2023年3月1日"), 2022, HARD_23_22),
        # a signature that is late alone
        (
            report(2022, opening=2022, prose=2022, signed="2024年1月15日"),
            2022,
            [("soft", "2022", "2024-01-15", "date")],
        ),
        (report(2022, signed="2024年1月15日"), 2022, [("soft", "2022", "2024-01-15", "date")]),
    ],
)
def test_the_evidence_decides_and_both_sides_are_told(
    source: str, year: int, told: list[tuple[str, str | None, str | None, str | None]]
) -> None:
    found = parse(source)
    assert found.year == year
    assert [one for one in conflicts(found.findings) if one[3] == "year" or not told or told[0][3] == "date"] == told


def test_a_date_of_publication_proves_a_title_wrong_and_a_later_one_proves_nothing() -> None:
    def dated(day: str) -> str:
        source = report(2023, opening=2022, period=2022, prose=2022)
        return source.replace("<h1>", f'<meta name="PubDate" content="{day}"><h1>', 1)

    assert parse(dated("2023-01-16")).year == 2022
    assert parse(dated("2024-01-16")).year == 2023
    assert parse(dated("2026-05-01")).year == 2023


@pytest.mark.parametrize(
    "line",
    [
        "与2022年相比，主动公开信息增长3%，比2022年多12条，较2022年上升，同2022年持平。",
        "2024年，我局将继续加强学习。2024年，我局将完善制度。2024年将开展培训。",
        "下一步，2024年要做好三项工作，2024年要加强指导，2024年要强化监督。",
        "根据《清河县2022年政务公开工作要点》和清政办〔2022〕8号，按照《2022年要点》《2022年方案》开展工作。",
        "自2019年以来，从2019年起，2019年5月15日施行的条例修订后，2019年以前的文件已清理。",
        "十四五时期2021-2025年，2021年至2025年规划，2021—2025年任务。",
    ],
)
def test_years_of_plans_comparisons_and_documents_are_nobodys_fiscal_year(line: str) -> None:
    text = (YEARLY.format(2023), line)
    assert when.when(judge("某局2023年政府信息公开年报"), text).findings == ()
    assert when.when(UNTITLED, (OPENING.format(2023), line)) == when.When(2023, "text")


@pytest.mark.parametrize(
    "after",
    [
        "<p>五、存在的主要问题及改进情况</p><p>2024年，我局要做好三项工作。2024年加强指导。2024年完善制度。</p>",
        "<p>六、其他需要报告的事项</p><p>2024年工作计划：加强2024年公开。</p>",
        "<p>2024年1月15日</p><p>2024年1月15日</p><p>发布日期：2024年1月16日</p>",
    ],
)
def test_plans_and_dates_below_the_text_state_no_fiscal_year(after: str) -> None:
    assert conflicts(parse(report(2023, opening=2023).replace("</body>", f"{after}</body>")).findings) == []


def test_a_body_that_tells_its_history_is_only_a_soft_finding() -> None:
    text = ("2019年我局成立公开办。2019年修订指南。2019年建设网站。2019年培训两次。2023年公开120条。",)
    found = when.when(judge("某局2023年政府信息公开年报"), text)
    assert (found.year, conflicts(found.findings)) == (2023, [("soft", "2023", "2019", "year")])


def test_the_caption_in_a_tables_first_row_counts() -> None:
    title = judge("某局2022年政府信息公开年报")
    found = when.when(title, (), captions=("2023年度政府信息公开情况统计表",))
    assert (found.year, conflicts(found.findings)) == (2022, HARD_22_23)


def test_without_a_title_the_most_weight_decides_and_the_date_between_equals() -> None:
    lines = (OPENING.format(2022), YEARLY.format(2023))
    found = when.when(UNTITLED, lines, signed="2024年1月15日")
    assert (found.year, conflicts(found.findings)) == (2023, [("soft", "2023", "2022", "year")])
    assert when.when(UNTITLED, lines, signed="2023年1月15日").year == 2022


@pytest.mark.parametrize(
    ("signed", "year"),
    [
        ("2024年1月15日", 2023),
        ("二〇二四年三月一日", 2023),
        ("2024年9月1日", None),
        ("2007年1月1日", None),
        (None, None),
    ],
)
def test_a_report_that_states_no_year_has_the_one_before_its_signature(signed: str | None, year: int | None) -> None:
    found = when.when(UNTITLED, (PROSE,), signed=signed)
    assert (found.year, [one.id for one in found.findings]) == (year, ["year_inferred"] * (year is not None))


def test_the_titles_year_stands_and_a_conflict_is_told() -> None:
    lines = ("本报告所列数据的统计期限自2022年1月1日起至2022年12月31日止。",)
    found = when.when(judge("某局2023年政府信息公开年报"), lines)
    assert (found.year, found.source) == (2023, "title")
    assert conflicts(found.findings) == HARD_23_22


@pytest.mark.parametrize(
    ("line", "year", "source"),
    [
        ("本报告涵盖2023年1月1日至12月31日期间的工作。", 2023, "period"),
        ("现公布某局2022年度政府信息公开工作年度报告。", 2022, "text"),
        ("2020年,市水务局认真贯彻有关要求。", 2020, "text"),
        ("二〇二一年度政府信息公开工作情况如下", 2021, "text"),
        ("条例于2019年修订。", None, None),
        ("", None, None),
    ],
)
def test_the_text_names_the_year(line: str, year: int | None, source: str | None) -> None:
    found = when.when(UNTITLED, (line,))
    assert (found.year, found.source, found.findings) == (year, source, ())


YEARS = st.integers(2008, 2030)


@given(title=YEARS, opening=YEARS, period=YEARS, prose=YEARS, signed=st.none() | YEARS)
def test_whatever_disagrees_is_told(title: int, opening: int, period: int, prose: int, signed: int | None) -> None:
    lines = (OPENING.format(opening), PERIOD.format(period), YEARLY.format(prose))
    date = f"{signed}年1月10日" if signed else None
    found = when.when(judge(f"某局{title}年政府信息公开年报"), lines, signed=date)
    assert found.year in {title, opening, period, prose}
    assert bool(conflicts(found.findings)) >= (len({title, opening, period, prose}) > 1)
    if {title, opening, period, prose} == {title} and (signed is None or signed <= title + 1):
        assert found.findings == ()


@given(st.lists(st.text(alphabet="20123年度，。至-《》将较统计期限表情况信息公开报告政府\n", max_size=60), max_size=8))
def test_no_text_breaks_it(lines: list[str]) -> None:
    found = when.when(UNTITLED, lines, captions=lines, signed=lines[0] if lines else None, published=lines)
    assert found.year is None or 2000 <= found.year < 2050
