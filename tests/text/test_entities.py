"""Entities: left over, escaped twice, bytes of Windows written as numbers, and characters that they hide."""

from __future__ import annotations

import pytest

from crawler.text import repair


def kinds(text: str) -> list[str]:
    return [entry.kind for entry in repair(text, keep_script=True).repairs]


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("公开&nbsp情况", "公开 情况"),
        ("公开&nbsp；情况", "公开 情况"),
        ("公开＆nbsp;情况", "公开 情况"),
        ("公开nbsp;nbsp;情况", "公开  情况"),
        ("共5件。nbsp;\n其中", "共5件。 \n其中"),
        ("&#25919;&#24220;信息", "政府信息"),
        ("&#x653F;&#x5E9C;信息", "政府信息"),
        ("&lpar;一&rpar;&middot;&hellip;", "(一)·…"),
        ("caf&eacute;公司", "café公司"),
        ("&#160公开&#183情况&#x653F&#24220", " 公开·情况政府"),
        ("&quot;公开&quot;", '"公开"'),
    ],
)
def test_left_over_in_plain_text(damaged: str, clean: str) -> None:
    result = repair(damaged)
    assert result.text == clean
    assert [entry.kind for entry in result.repairs] == ["entity"]


@pytest.mark.parametrize(
    "text",
    [
        "a&nbsp=1",
        "甲&lt;乙&gt;丙&amp;nbsp;",  # what shows `<` and `&nbsp;` shows source
        "研发&amp;设计",
        "空格的转义写法是nbsp;后面加分号",
        '{"title": "&quot;公开&quot;"}',  # a quotation mark would end the string
        "http://example.cn/?a=1&nbsp;b=2",
        "&unknown;&#0;&#xD800;&#129;",
        "R&D、A&B;C",
        "cite;nbsp;page",
        "&#123a&#65公开",
    ],
)
def test_what_stays_in_plain_text(text: str) -> None:
    assert repair(text).text is text


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("<p>公开&amp;nbsp;情况</p>", "<p>公开&nbsp;情况</p>"),
        ("<p>公开&amp;amp;nbsp;情况</p>", "<p>公开&nbsp;情况</p>"),
        ("<p>公开&#38;nbsp;&#x26;nbsp;情况</p>", "<p>公开&nbsp;&nbsp;情况</p>"),
        ("<p>公开&amp;#160;&amp;nbsp情况</p>", "<p>公开&nbsp;&nbsp;情况</p>"),
        ("<p>&amp;ldquo;公开&amp;amp;rdquo;</p>", "<p>“公开”</p>"),
        ("<p>&amp;#25919;&amp;#x5e9c;</p>", "<p>政府</p>"),
        ("<p>&amp;quot;公开&amp;#39;</p>", "<p>&quot;公开&#39;</p>"),
        ("<p>&lt;条例&gt;&amp;nbsp;第三条</p>", "<p>&lt;条例&gt;&nbsp;第三条</p>"),
        (
            "<script>s.replace(/&lt;/g, '<')</script><p>公开&amp;nbsp;</p>",
            "<script>s.replace(/&lt;/g, '<')</script><p>公开&nbsp;</p>",
        ),
        ("<textarea></textarea><p>公开&amp;nbsp;</p>", "<textarea></textarea><p>公开&nbsp;</p>"),
        ("公开&amp;nbsp;情况", "公开 情况"),
        ("&amp;ldquo;公开&amp;rdquo;", "“公开”"),
    ],
)
def test_escaped_twice(damaged: str, clean: str) -> None:
    result = repair(damaged)
    assert result.text == clean
    assert [entry.kind for entry in result.repairs] == ["entity_twice"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>用&amp;lt;p&amp;gt;表示段落。</p>",
        "<p>&lt;p&gt;段落&lt;/p&gt;，空格写作&amp;nbsp;。</p>",
        "<p>空格写作<code>&amp;nbsp;</code>。</p>",
        "<p>转义字符：&amp;nbsp;、&amp;copy;</p>",
        "<p>&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;&amp;nbsp;</p>",
        "<p>AT&amp;T与R&amp;D</p>",
        '<a href="?a=1&amp;nbsp;=2">网址</a><script>x = "&amp;nbsp;"</script><!-- &amp;nbsp; -->',
        "<p>&amp;lt;条例&amp;gt;</p>",
    ],
)
def test_pages_that_explain_and_markup_stay(page: str) -> None:
    assert repair(page).text is page


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("<p>&#147;公开&#148;&#133;&#150;&#0145;</p>", "<p>“公开”…–‘</p>"),
        ("<p>&#x93;公开&#X94;</p>", "<p>“公开”</p>"),
        ("<p>&#147公开&#148</p>", "<p>“公开”</p>"),
        ("<p>\x93公开\x94</p>", "<p>“公开”</p>"),
        ("\x93公开\x94\x85", "“公开”…"),
        ('<p title="&#147;公开&#148;">一</p>', '<p title="“公开”">一</p>'),
    ],
)
def test_bytes_of_windows(damaged: str, clean: str) -> None:
    result = repair(damaged)
    assert result.text == clean
    assert [entry.kind for entry in result.repairs] == ["entity_cp1252"]


@pytest.mark.parametrize("text", ["<p>&#129;&#160;&#1470;&#1501;</p>", "<p>公\x81开\x93</p>", "é\x93è"])
def test_controls_that_say_nothing_stay(text: str) -> None:
    assert "entity_cp1252" not in kinds(text)


@pytest.mark.parametrize(
    "page",
    [
        "<p>&#25919;&#24220;&#20449;&#24687;</p>",
        "<p>&eacute;&agrave;&ccedil;&nbsp;&nbsp;&nbsp;&laquo;&raquo;</p>",
        "<p>K&ouml;ln, M&uuml;nchen</p>",
    ],
)
def test_entities_that_hide_nothing_stay(page: str) -> None:
    assert repair(page).text is page


@pytest.mark.parametrize(
    ("page", "clean", "kind"),
    [
        ("<p>&#26989;&#21209;&#40;wù&#41;和網(wǎng)站</p>", "<p>業務和網站</p>", "pinyin"),
        ("<p>&#61623; 公开</p>", "<p>• 公开</p>", "private_use"),
        ("<p>公&#8203;开</p>", "<p>公开</p>", "zero_width"),
        ("<p>&#65298;&#65296;年</p>", "<p>20年</p>", "fullwidth"),
        ("<p>&#x2F00;、总体情况</p>", "<p>一、总体情况</p>", "radicals"),
    ],
)
def test_entities_that_hide_damage_are_spelled_out(page: str, clean: str, kind: str) -> None:
    result = repair(page, keep_script=True)
    assert result.text == clean
    assert [entry.kind for entry in result.repairs] == ["entity", kind]


def test_script_and_wording_reach_what_is_written_in_numbers() -> None:
    words = "根據國務院辦公廳規定，現將我局政府資訊公開情況報告如下。"
    page = "<p>" + "".join(f"&#{ord(char)};" if char > "\x7f" else char for char in words) + "</p>"
    result = repair(page)
    assert result.text.startswith("<p>根据国务院办公厅规定，现将我局政府")
    assert [entry.kind for entry in result.repairs][:2] == ["entity", "traditional"]


def test_text_misread_before_it_was_escaped() -> None:
    escaped = "".join(f"&#{byte};" for byte in "政府信息公开".encode())
    assert repair(f"<p>{escaped}</p>").text == "<p>政府信息公开</p>"


def test_the_log_counts_and_shows() -> None:
    (entry,) = repair("<p>公开&amp;nbsp;&amp;nbsp;情况</p>").repairs
    assert (entry.count, entry.sample) == (2, ("&amp;nbsp;", "&nbsp;"))
