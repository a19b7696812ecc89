"""The language model of the field."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import language
from crawler.text.language import Model, Words, folded
from crawler.text.local import Local

SMALL = Model(
    ["政府信息公开", "政府信息公告", "依法公开"], [("政府", 10), ("政策", 5), ("信息", 10), ("申", 2), ("申请", 9)]
)


def test_what_was_seen_is_likelier_than_what_was_not() -> None:
    assert SMALL.after("政府信息", "公") > SMALL.after("政府信息", "策")
    assert SMALL.after("公", "开") > SMALL.after("公", "告")


def test_the_dictionary_speaks_where_the_prose_is_silent() -> None:
    assert SMALL.after("\n申", "请") > SMALL.after("\n申", "府")


@pytest.mark.parametrize("context", ["\n", "政府信息", "公", "", "申"])
def test_chances_sum_to_one_at_most(context: str) -> None:
    chars = set("政府信息公开告依法策申请，。、0\n（）\u3000")
    assert sum(math.exp(SMALL.after(context, char)) for char in chars) <= 1.0 + 1e-9


def test_words_share_their_beginnings() -> None:
    words = Words([("政府", 3), ("政策", 1), ("的", 4)])
    assert words.share("政") == (0.5, 0.0)
    assert words.share("的") == (0.5, 0.5)
    assert words.share("无") == (0.0, 0.0)
    assert words.chance("政", "府") == pytest.approx(0.75, abs=1e-3)
    assert words.chance("的", "政") == pytest.approx(0.5, abs=1e-3)


def test_reports_are_likelier_than_noise() -> None:
    model = language.model()
    clean, noise = "全年主动公开政府信息三百余条。", "鐢蟮鹊汇墙阒飧氖旱杆穗。"
    assert model.score(clean) / len(clean) > -5
    assert model.score(noise) / len(noise) < -10
    assert model.score("全年主動公開政府信息三百餘條。") == model.score(clean)


def test_a_page_is_learnt_from() -> None:
    page = "祿嶼分局開展工作。祿嶼分局辦理申請。祿嶼分局公開信息。"
    here = Local(language.model(), page)
    assert here.after(folded("\n祿"), folded("嶼")) > language.model().after(folded("\n祿"), folded("嶼")) + 1
    assert folded("嶼") in here.followers(folded("祿"))
    assert here.after("\n", "政") == here.after("\n", "政")


@given(st.text(max_size=60))
def test_any_text_has_a_finite_score_and_its_own_length(text: str) -> None:
    assert len(folded(text)) == len(text)
    assert math.isfinite(language.model().score(text))
    assert math.isfinite(Local(language.model(), text).after("\n", "公"))
