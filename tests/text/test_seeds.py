"""The five real reports as they were found."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.text import decode, repair
from crawler.text.script import tables


def read(folder: Path, number: str) -> str:
    (path,) = folder.glob(f"{number}_*.txt")
    found = decode(path.read_bytes())
    assert (found.chosen, found.lost) == ("utf-8", 0)
    return found.text


def kinds(text: str) -> dict[str, int]:
    return {entry.kind: entry.count for entry in repair(text).repairs}


def test_destroyed_headings_of_guangzhou(seeds: Path) -> None:
    text = repair(read(seeds, "000")).text
    lines = [line.strip() for line in text.splitlines()]
    for heading in ("（二）依申请公开情况。", "（四）政务公开平台建设情况。", "（五）监督保障情况。"):
        assert heading in lines
    assert "结转下年度继续办理5件。" in text
    assert "nbsp" not in text
    assert "?" not in text


def test_guangzhou_keeps_its_archives(seeds: Path) -> None:
    text = repair(read(seeds, "000")).text
    assert "对办结案件档案按照" in text
    assert "三级联络人机制" in text
    assert "规范性文件" in text
    assert kinds(read(seeds, "000")).keys() == {"byte_shift", "pinyin", "entity", "traditional"}


def test_guizhou_speaks_mainland_words_again(seeds: Path) -> None:
    text = repair(read(seeds, "001")).text
    for word in (
        "等文件精神",
        "厅门户网站",
        "办理程序不规范",
        "粉丝推广",
        "优化调整",
        "各部分模块",
        "栏目设置",
        "联络员",
        "宣传报道",
    ):
        assert word in text
    for word in ("档案", "入口", "最佳化", "冬粉", "模组"):
        assert word not in text
    assert "590(办结数)" in text


def test_changzhou_keeps_the_archive_bureau(seeds: Path) -> None:
    text = repair(read(seeds, "004")).text
    assert "向市档案局移送" in text
    assert "电子文件" in text
    assert "(jù)" not in text


@pytest.mark.parametrize("number", ["002", "003"])
def test_clean_seeds_come_back_as_the_same_object(seeds: Path, number: str) -> None:
    text = read(seeds, number)
    assert repair(text).text is text


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_once_is_enough_and_no_traditional_character_is_left(seeds: Path, number: str) -> None:
    text = repair(read(seeds, number)).text
    assert repair(text).text is text
    assert not set(text) & tables().traditional_only


def test_saved_pages_are_decoded_and_clean_ones_left_alone(corpus: Path) -> None:
    for path in sorted(corpus.glob("*.html")):
        found = decode(path.read_bytes(), "text/html; charset=gbk")
        assert (found.chosen, found.lost) == ("utf-8", 0), path.name
        if not path.name.startswith("pinyin"):
            assert repair(found.text).text is found.text, path.name


def test_annotated_page(corpus: Path) -> None:
    text = repair(decode((corpus / "pinyin_plain_lostbytes_jiayie.html").read_bytes()).text).text
    assert "有限公司" in text
    assert "(jia)" not in text.replace('alt="家(jia)', "")
