"""Labels that are not written as the form has them: read as what they are, or as nothing, never as another."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from crawler.reports import formats
from crawler.reports.binding.labels import LabelIndex, Labels, fold, labels_of
from crawler.reports.formats import Format

FORMS = formats.load()
SETS = {
    "fmt2021": ("fmt2021", "fmt2019"),
    "fmt2019": ("fmt2019", "fmt2021"),
    "stat2014": ("stat2014",),
    "local_pre2014": ("local_pre2014",),
    "all": tuple(FORMS),
}
"""Formats whose labels a page is read with."""


def labels(form: Format) -> list[str]:
    """The labels of a form as it prints them: rows, columns, bands."""
    found: list[str] = []
    for table in form.tables:
        for part in (table, *table.blocks):
            found += [item.zh for item in (*part.rows, *part.cols)]
        found += [block.band for block in table.blocks]
    return list(dict.fromkeys(found))


def near(known: Labels, text: str, at: int, random: Random) -> set[str]:
    """Characters to put at a place: those that other labels have there, and some of any label."""
    there = {label[at] for label in known if len(label) > at and label != text}
    return {*random.sample(sorted(there), min(12, len(there))), *random.choices("".join(known), k=6), "囗", "天"}


def changes(known: Labels, text: str, random: Random) -> Iterator[str]:
    """A label with one character other, lost or added, at each place."""
    for at in range(len(text)):
        for char in sorted(near(known, text, at, random)):
            yield text[:at] + char + text[at + 1 :]
        yield text[:at] + text[at + 1 :]
        yield text[:at] + random.choice("".join(known)) + text[at:]


@pytest.mark.parametrize("name", SETS)
def test_one_wrong_character_never_makes_another_label(name: str) -> None:
    known = labels_of(tuple(FORMS[one] for one in SETS[name]))
    random, wrong, read = Random(name), [], 0
    for printed in labels(FORMS[SETS[name][0]]):
        own = {target.key for target in known[fold(printed)].targets}
        for changed in changes(known, printed, random):
            found = LabelIndex(known).find(changed)
            if found is None or fold(changed).lstrip("一二三四五六七八九十") in known:
                continue  # nothing, or what another label (or the same with a number) is
            read += 1
            if not {target.key for target in found.targets} <= own:
                wrong.append(f"{printed} as {changed} was read as {found.label}")
    assert wrong == []
    assert read > 100


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("（三）不予公天", "不予公开"),
        ("（二）部分公幵", "部分公开"),
        ("（一）予以公天", "予以公开"),
        ("四、结转下年度继续办埋", "结转下年度继续办理"),
        ("规犯性文件", "规范性文件"),
        ("行政处罸", "行政处罚"),
        ("白然人", "自然人"),
        ("科研机枸", "科研机构"),
        ("结果维侍", "结果维持"),
        ("尚未审洁", "尚未审结"),
        ("重复申晴", "重复申请"),
        ("社会公益组纟", "社会公益组织"),
        ("信访举报投诉类申晴", "信访举报投诉类申请"),
    ],
)
def test_one_wrong_character_is_read_and_told(text: str, label: str) -> None:
    found = LabelIndex(labels_of((FORMS["fmt2021"], FORMS["fmt2019"]))).find(text)
    assert found is not None
    assert (found.label, found.exact) == (label, False)


@pytest.mark.parametrize(
    "text",
    [
        "不以公开", "予予公开", "部予公开", "予分公开", "主动公开", "行政处分", "行政强行", "工业企业", "农业企业",
        "自然村", "科技机构", "法律机构", "公立机构", "结果维护", "合计数", "总结", "不予公示", "部分公示",
    ],
)  # fmt: skip
def test_a_word_that_is_near_to_a_label_is_none(text: str) -> None:
    assert LabelIndex(labels_of((FORMS["fmt2021"], FORMS["fmt2019"]))).find(text) is None
