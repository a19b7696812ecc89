"""Runs that were read one byte off, destroyed here on purpose and then restored."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text import readings, repair, shift
from tests.text.damage import HEADINGS, SENTENCES, read_one_byte_off

TRADITIONAL = opencc.OpenCC("s2t").convert


def mended(text: str) -> str:
    return shift.repair(text, html=False)[0]


@pytest.mark.parametrize("heading", HEADINGS)
def test_traditional_headings_come_back(heading: str) -> None:
    page = f"上文。\n　　{TRADITIONAL(heading)}\n根據條例的規定"
    damaged = read_one_byte_off(page, page.index("　") + 1)
    assert damaged != page
    assert mended(damaged) in (page, page.replace("\n根", "\ufffd根"))  # a swallowed line end cannot be known


@pytest.mark.parametrize("mark", ["?", "？", "\ufffd"])
def test_the_lost_byte_may_show_as_any_of_these(mark: str) -> None:
    page = f"　{TRADITIONAL('（三）政府信息公开平台建设情况。')}下文"
    damaged = read_one_byte_off(page, 0).replace("?", mark, 1)
    assert mended(damaged) == page


def test_script_follows_the_restored_run() -> None:
    page = f"\n　{TRADITIONAL('（二）公开平台建设情况。')}\n{TRADITIONAL(SENTENCES[1])}"
    result = repair(read_one_byte_off(page, 1))
    assert result.text.startswith("\n　（二）公开平台建设情况。\n")
    entry = result.repairs[0]
    assert (entry.kind, entry.inferred, entry.count) == ("byte_shift", True, 1)
    assert entry.score is not None
    assert entry.score > shift.PER_CHAR
    assert len(entry.passages) == 1
    stood, restored = entry.passages[0]
    assert stood.startswith("?。ǘ")
    assert restored.startswith("　（二）公")
    assert stood in result.raw


def test_a_swallowed_ampersand_is_known_by_what_it_began() -> None:
    page = "共办理五件。　&nbsp;\n下一段"
    damaged = read_one_byte_off(page, page.index("。"))
    assert damaged == "共办理五件?！?nbsp;\n下一段"
    assert mended(damaged) == page
    assert repair(damaged).text == "共办理五件。　 \n下一段"


def test_a_swallowed_bracket_gives_the_tag_back() -> None:
    page = f"<p>　　{TRADITIONAL('（一）主动公开情况')}。　</p><p>下文</p>"
    damaged = read_one_byte_off(page, page.index("。"))
    assert "<p>下文" in damaged
    assert "　</p>" not in damaged
    assert shift.repair(damaged, html=True)[0] == page


def test_normalised_copies() -> None:
    page = f"　{TRADITIONAL('（二）公开情况。')}"
    damaged = read_one_byte_off(page, 0).replace("！", "!").replace("（", "(")
    assert mended(damaged) == page


@pytest.mark.parametrize(
    "text",
    [
        "什么是政府信息公开？政府信息公开是行政机关的义务！",
        "怎样申请？！请填写申请表。",
        "真的吗？?！?不会吧？？？",
        "问：如何查询?答：登录网站。",
        "编号?①②③，参数α？β、Ω",
        "姓名？犇犇、陈喆？，李堃！",
        "注音符号？ㄅㄆㄇㄈ怎么读？",
        "表格？┌──┐│是│否│",
        "http://example.cn/?。查询",
        "?",
        "？。",
        "\ufffd\ufffd公开",
        "？" * 500,
        "?！" * 500,
    ],
)
def test_clean_text_with_question_marks_is_left_alone(text: str) -> None:
    assert repair(text).text is text


@settings(deadline=None)
@given(
    text=st.lists(
        st.sampled_from([*SENTENCES, *HEADINGS, "？", "！", "?", "!", "“", "（", "吗？", "?！"]), max_size=20
    ).map("".join)
)
def test_no_arrangement_of_clean_text_is_touched(text: str) -> None:
    assert shift.repair(text, html=False) == (text, None)


def outcomes(traditional: bool, *behind: str) -> Counter[str]:
    """How every heading and sentence fares, with each of some texts behind it.

    `right`: what stood there is back (a swallowed sign may still show as the mark); `refused`: nothing claimed.
    """
    counts: Counter[str] = Counter()
    for text in (*HEADINGS, *SENTENCES):
        for after in behind:
            page = f"上文。\n　{TRADITIONAL(text) if traditional else text}{after}"
            damaged = read_one_byte_off(page, page.index("　"))
            result, entry = shift.repair(damaged, html=False)
            pattern = "(?:.|\n)?".join(map(re.escape, result.split("\ufffd")))
            counts["refused" if entry is None else "right" if re.fullmatch(pattern, page) else "wrong"] += 1
    return counts


def test_most_traditional_runs_are_restored_and_hardly_any_wrongly() -> None:
    counts = outcomes(True, "\n下文", "</p>", "&nbsp;下文", "2023年", "PDF")
    assert counts["right"] >= 0.8 * counts.total()
    assert counts["wrong"] <= 0.02 * counts.total()


def test_simplified_runs_are_longer_and_refused_rather_than_guessed() -> None:
    counts = outcomes(False, "</p>", "2023年")
    assert counts["right"] >= 0.1 * counts.total()
    assert counts["wrong"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_damage_anywhere_in_simplified_text_is_never_mended_wrongly(seed: int) -> None:
    random = Random(seed)
    for _ in range(12):
        text, before, behind = (random.choice((*SENTENCES, *HEADINGS)) for _ in range(3))
        page = f"{SENTENCES[0]}\n{before}\n　　{text}{random.choice(('</p>', '&nbsp;甲', '2023年', 'A股'))}{behind}"
        start = page.index("\n　　") + random.randrange(1, len(text))
        damaged = read_one_byte_off(page, start)
        pattern = "(?:.|\n)?".join(map(re.escape, mended(damaged).split("\ufffd")))
        assert mended(damaged) == damaged or re.fullmatch(pattern, page), damaged


@pytest.mark.parametrize("wording", ["（一）主动公开工作情况", "（二）信息公开工作。"])
def test_what_vanished_without_a_trace_is_not_left_out(wording: str) -> None:
    """公开 leaves no byte behind: 主动工作 would be a fluent reading, and a wrong one."""
    page = f"{SENTENCES[0]}\n　{wording}\n下文"
    assert "（一）主动工作" not in mended(read_one_byte_off(page, page.index("　")))


def test_headings_of_the_standard_come_back_in_simplified_text_too() -> None:
    page = f"{SENTENCES[1]}\n　（一）存在的主要问题。　&nbsp;\n{SENTENCES[2]}"
    assert mended(read_one_byte_off(page, page.index("　"))) == page


@pytest.mark.parametrize("text", ["?。ǘ" * 3_000, "？ㄒ唬┲鲃" * 4_000, "?" + "┮郎暾" * 5_000])
def test_effort_is_bounded(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []
    original = readings.Search._closed

    def counted(search: readings.Search, *args: object) -> object:
        left.append(search.effort.left)
        return original(search, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(shift, "EFFORT", 3_000)
    monkeypatch.setattr(shift, "EFFORT_PER_CHAR", 0)
    monkeypatch.setattr(readings.Search, "_closed", counted)
    shift.repair(text, html=False)
    assert sum(value <= 0 for value in left) <= 1  # the step that used up the rest


def test_a_last_character_that_is_half_lost_is_marked_and_the_rest_restored() -> None:
    line = "　　政府信息公開申請按規定登記、審核、答復，57件申請均在法定期限內答復，收到政府信息公開申請並依法答復。"
    page = f"上文。\n{line}\n下文"
    damaged = read_one_byte_off(page, page.index("　　") + 1)
    result, entry = shift.repair(damaged, html=False)
    assert entry is not None
    assert entry.inferred
    assert re.fullmatch("(?:.|\n)".join(map(re.escape, result.split("\ufffd"))), page)
    assert "按規定登記、審核、答復" in result
