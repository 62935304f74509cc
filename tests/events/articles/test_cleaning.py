"""Characters that readers do not see are put away; nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.events.articles.cleaning import MARKED, cleaned, tidy, without_glosses
from analytics.events.articles.page import simplified

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=6)


def test_a_gloss_goes_and_a_list_stays():
    assert without_glosses("英偉達(dá)芯片(xīn)") == "英偉達芯片"
    for kept in ("意見;及(iii)其他", "達(GPU)", "(dá)", "A(á)", "達(da)", "公司(ii)與(v)"):
        assert without_glosses(kept) == kept


@given(HAN, st.sampled_from(MARKED), st.text("bcdfghjklmnpqrstwxyz", max_size=3))
def test_every_toned_syllable_behind_a_han_character_is_a_gloss(han, vowel, rest):
    assert without_glosses(f"{han}({vowel}{rest})") == han


@given(HAN, st.text("abcdefghijklmnopqrstuvwxyzv", min_size=1, max_size=6))
def test_no_bracket_without_a_tone_mark_is_eaten(han, letters):
    assert without_glosses(f"{han}({letters})") == f"{han}({letters})"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Meta\u00a0Platforms", "Meta Platforms"),
        ("ＮＶＤＡ　１２％", "NVDA 12%"),
        ("a\u200bb\ufeff\u00ad", "ab"),
        ("\u202eNvidia\u202c", "Nvidia"),
        ("輝達（NVDA）：", "輝達(NVDA):"),
    ],
)
def test_odd_characters_become_plain_ones(raw, plain):
    assert cleaned(raw) == plain


def test_a_reader_keeps_the_punctuation_of_the_page():
    assert tidy("不輸給H20？　輝達「競爭」\u200b") == "不輸給H20？ 輝達「競爭」"


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing_more(text):
    line = " ".join(text.splitlines())
    once = cleaned(line)
    assert cleaned(once) == once
    assert len(simplified(once)) == len(once)
