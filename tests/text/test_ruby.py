"""Ruby tags that say how characters are read, and those that say something else."""

from __future__ import annotations

import pytest

from crawler.text import repair


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("<p>業<ruby>務<rp>(</rp><rt>wù</rt><rp>)</rp></ruby>員</p>", "<p>業務員</p>"),
        ("<p><ruby>政<rt>zhèng</rt>府<rt>fǔ</rt></ruby>信息</p>", "<p>政府信息</p>"),
        ("<p><ruby>政府<rt>zhèng fǔ</rt></ruby>信息</p>", "<p>政府信息</p>"),
        ("<p><ruby><rb>务</rb><rp>（</rp><rt>wu</rt><rp>）</rp></ruby>员</p>", "<p>务员</p>"),
        ("<p><ruby>务<rp>(<rt>wù<rp>)</ruby>员</p>", "<p>务员</p>"),  # end tags may be left out
        ("<p><RUBY class='x'>务<RT>wu4</RT></RUBY>员</p>", "<p>务员</p>"),
        ("<p><ruby><b>务</b><rt>w&ugrave;</rt></ruby>员</p>", "<p><b>务</b>员</p>"),
        ("业<ruby>务<rt>wù</rt></ruby>", "业务"),
    ],
)
def test_readings_go(damaged: str, clean: str) -> None:
    result = repair(damaged, keep_script=True)
    assert result.text == clean
    (entry,) = result.repairs
    assert entry.kind == "ruby"


@pytest.mark.parametrize(
    "page",
    [
        "<p><ruby>東京<rt>とうきょう</rt></ruby></p>",
        "<p><ruby>政策<rt>policy</rt></ruby></p>",
        "<p><ruby>政策<rt>zhèng</rt></ruby></p>",
        "<p>重庆市<ruby>涪<rt>fú</rt></ruby>陵区</p>",  # an author explains an uncommon character
        "<p><ruby>务<rt></rt></ruby></p>",
        "<p><ruby>务</ruby></p>",
        '<script>x = "<ruby>务<rt>wù</rt></ruby>"</script><p>一</p>',
        "<!-- <ruby>务<rt>wù</rt></ruby> --><p>一</p>",
        "<p><ruby>务<rt>wù</rt>",
    ],
)
def test_what_stays(page: str) -> None:
    assert repair(page, keep_script=True).text is page
