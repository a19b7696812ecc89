"""Agency, year and scope where the title does not say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import agency, names, parse
from crawler.reports.metas import PageFacts, around_text
from crawler.reports.titles import TitleReading, judge
from tests.reports import pages
from tests.reports.pages import PROSE, page, paragraphs

UNTITLED = TitleReading("other", "empty")


def who(title: str = "", lines: tuple[str, ...] = (), **facts: str) -> tuple[str | None, str | None]:
    found = agency.who(judge(title), PageFacts(**facts), lines)  # type: ignore[arg-type]
    return found.name, found.source


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("根据有关规定，现公布清河县水务局2023年政府信息公开工作年度报告。", "清河县水务局"),
        ("根据要求,现将清河县水务局2023年度政府信息公开工作情况报告如下。", "清河县水务局"),
        ("本报告由清河县水务局根据条例编制。", "清河县水务局"),
        ("本报告涵盖了清河县水务局2023年1月1日至12月31日期间的工作。", "清河县水务局"),
        ("如有疑问，请与清河县水务局办公室联系。", "清河县水务局"),
        ("2023年，清河县水务局认真贯彻落实有关要求。", "清河县水务局"),
    ],
)
def test_an_opening_sentence_names_the_agency(sentence: str, name: str) -> None:
    assert who(lines=(sentence, PROSE)) == (name, "text")


def test_the_signature_names_it() -> None:
    assert who(lines=(PROSE, "清河县水务局", "2024年1月15日")) == ("清河县水务局", "signature")
    assert who(lines=(PROSE, "清河县水务局 2024年1月15日")) == ("清河县水务局", "signature")
    assert who(lines=(PROSE, "清河县水务局")) == ("清河县水务局", "signature")


def test_the_last_sentence_is_no_signature() -> None:
    assert agency.signature((PROSE, "请联系清河县水务局。", "2024年1月15日")) is None
    assert agency.signature((PROSE, "清河县水务局", PROSE)) is None
    assert agency.signature(()) is None


def test_metadata_names_it_last_and_newspapers_never() -> None:
    assert who(lines=(PROSE,), publisher="清河县水务局") == ("清河县水务局", "meta")
    assert who(lines=(PROSE,), source="清河县水务局") == ("清河县水务局", "meta")
    assert who(lines=(PROSE,), source="清河日报") == (None, None)
    assert who(lines=(PROSE,), source="11370000MB2847192R") == (None, None)


def test_the_title_is_the_best_source() -> None:
    lines = ("2023年，乙市财政局认真工作。", "丙局")
    assert who("清河县水务局2023年政府信息公开年报", lines, publisher="丁局") == ("清河县水务局", "title")


def test_a_bare_area_becomes_its_organ_only_where_the_page_prints_it() -> None:
    title = "平湖综合实验区2023年度政府信息公开工作年度报告"
    assert who(title, source="平湖综合实验区管委会办公室") == ("平湖综合实验区管委会", "meta")
    assert who(title, ("请与平湖综合实验区管理委员会联系。",)) == ("平湖综合实验区管理委员会", "text")
    assert who("清河县2023年政府信息公开年报", ("清河县人民政府网站",)) == ("清河县人民政府", "text")
    assert who("清河县2023年政府信息公开年报", surroundings="版权所有：清河县人民政府") == ("清河县人民政府", "meta")
    assert who(title, (PROSE,)) == ("平湖综合实验区", "title")


def test_a_short_name_becomes_the_full_one_the_page_prints() -> None:
    lines = ("2020年,市水务局认真贯彻有关要求。", "每日在市水务局网站更新。", "印发了《清河市水务局工作制度》。")
    assert who(lines=lines) == ("清河市水务局", "text")
    assert who("市水务局2020年政府信息公开年报", lines) == ("清河市水务局", "title")
    assert who(lines=lines[:2]) == ("市水务局", "text")
    title = "2013年度市水务局政府信息公开工作自查报告"
    assert who(title, (title,)) == ("市水务局", "title")
    assert who(title, ("2013年清河市水务局工作平稳。",)) == ("清河市水务局", "title")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("关于清河县水务局", "清河县水务局"),
        ("《清河县水务局", "清河县水务局"),
        ("上海市人民", "上海市人民政府"),
        ("中国（上海）自由贸易试验区管理委员会", "中国（上海）自由贸易试验区管理委员会"),
        ("我局", None),
        ("本机关", None),
        ("2023年", None),
        ("", None),
        ("局", None),
        ("http://a.gov.cn", None),
    ],
)
def test_names_are_cleaned(raw: str, name: str | None) -> None:
    assert names.clean(raw) == name


@given(st.text(max_size=80))
def test_no_name_breaks_it(text: str) -> None:
    found = names.clean(text)
    assert found is None or 2 <= len(found) <= 62
    names.expand(text[:20], text)


# ------------------------------------------------------------------ scope, metadata


@pytest.mark.parametrize(
    ("name", "line", "scope"),
    [
        ("清河县水务局", "", "own"),
        ("清河县人民政府办公室", "", "own"),
        ("清河县人民政府", "本报告由县政府办公室汇总全县各单位数据编制而成。", "consolidated"),
        ("清河县人民政府", "", None),
        ("清河市人民政府及清河市人民政府办公室", "", "both"),
        ("清河县水务局", "汇总全县各单位情况。", "own"),
        (None, "", None),
        ("清河县人民政府", "2023年，全县共收到依申请公开50件。", "consolidated"),
        ("清河区人民政府", "全区27个部门、8个街道主动公开信息。", "consolidated"),
        ("某省人民政府", "本报告由省政府及各市州、省直部门数据汇总。", "consolidated"),
        ("清河县人民政府", "本报告仅反映县政府本级情况，全县各单位另行发布。", "own"),
        ("清河市人民政府", "本报告为市政府本级及市政府办公室数据。", "both"),
        ("清河市政府及市政府办", "", "both"),
        ("清河市人民政府（办公室）", "", "both"),
        ("清河县人民政府", "如有疑问，请与清河县人民政府办公室联系。", None),
        ("城关镇人民政府", "", "own"),
        ("清河县图书馆", "", "own"),
        ("清河县公安局城东分局", "", "own"),
        ("清河经济技术开发区管委会", "", None),
        ("清河经济技术开发区管委会", "全区各部门共收到申请3件。", "consolidated"),
    ],
)
def test_scope(name: str | None, line: str, scope: str | None) -> None:
    assert agency.scope(name, (line,)) == scope


def test_the_metadata_block_is_read() -> None:
    facts = around_text(
        "索引号：x/2024-001 发布机构：清河县水务局 文号： 清水函〔2024〕3号 发布日期：2024-01-15 主题词：公开"
    )
    assert (facts.publisher, facts.document_number, facts.published) == (
        "清河县水务局",
        "清水函〔2024〕3号",
        "2024-01-15",
    )


# ------------------------------------------------------------------ whole pages whose title names nobody


BARE = "2023年政府信息公开工作年度报告"
BRANCH = "清河市生态环境局乙县分局"


def untitled(
    lead: str = "", *end: str, head: tuple[str, ...] = (), title: str = "2023年政府信息公开工作年度报告"
) -> str:
    article = pages.body().replace("<p>清河县水务局</p><p>2024年1月15日</p>", "")
    inner = paragraphs(*head) + (paragraphs(lead) if lead else "") + article + paragraphs(*end)
    return page(f'<div class="TRS_Editor">{inner}</div>', title=title)


DATE = "2024年1月15日"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (untitled("", "清河市生态环境局", "乙县分局", DATE), BRANCH),
        (untitled("", BRANCH, DATE), BRANCH),
        (untitled("", "乙县生态环境分局", DATE), "乙县生态环境分局"),
        (untitled("公众可登录清河市生态环境局乙县分局网站。", "乙县分局", DATE), BRANCH),
        (untitled("", "清河县教育局", "清河县体育局", DATE), "清河县教育局、清河县体育局"),
        (untitled("", "清河县水务局（盖章）", DATE), "清河县水务局"),
        (untitled("", f"清河县水务局    {DATE}"), "清河县水务局"),
        (untitled("", DATE, "清河县水务局"), "清河县水务局"),
        (untitled("", "清河县水务局", DATE, "附件：1.统计表", "（联系人：张三，电话：0300-123456）"), "清河县水务局"),
        (untitled("", "填报单位：清河县水务局", "填报人：张三"), "清河县水务局"),
        (untitled("根据条例，清河县水务局编制了2023年政府信息公开工作年度报告。"), "清河县水务局"),
        (untitled("清河市生态环境局乙县分局根据《条例》规定，编制本报告。"), BRANCH),
        (
            untitled(head=(BRANCH, "2023年政府信息公开", "工作年度报告"), title="年报"),
            BRANCH,
        ),
        (untitled("本报告共六部分。", "以上数据由各科室填报。"), None),
    ],
)
def test_the_page_names_the_body_that_reports(source: str, name: str | None) -> None:
    report = parse(source)
    assert (report.agency, report.year) == (name, 2023)


def test_the_date_above_contacts_is_the_signatures() -> None:
    lines = ("正文。", "清河县水务局", DATE, "附件：1.统计表", "（联系人：张三）", "电话：0300-123456", "邮编：054000")
    assert agency.signature_date(lines) == DATE
    assert agency.signature(lines) == "清河县水务局"


@pytest.mark.parametrize(
    ("title", "signed", "told"),
    [
        ("清河县水务局", "清河县林业局", True),
        ("清河县水务局", "乙县教育局", True),
        ("清河县水务局", "乙县水务局", True),
        ("清河县水务局", "清河县水利局", False),
        ("清河县水务局", "清河县水务局", False),
        ("县水务局", "清河县水务局", False),
        ("清河县人民政府", "清河县人民政府办公室", False),
        ("清河市生态环境局乙县分局", "乙县分局", False),
        ("清河市生态环境局", "清河市环境保护局", False),
        ("清河县卫健委", "清河县卫生健康委员会", False),
        ("平潭综合实验区", "平潭综合实验区管委会", False),
        ("清河县教育局", "清河县教育局、清河县体育局", False),
    ],
)
def test_another_body_below_the_text_than_in_the_title_is_told(title: str, signed: str, told: bool) -> None:
    found = agency.disagreement(title, ("正文。", signed, DATE))
    assert [(one.id, one.left, one.right) for one in found] == [("agency_disagrees", title, signed)] * told
