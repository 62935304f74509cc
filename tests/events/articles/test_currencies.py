"""Signs and names of currencies."""

from __future__ import annotations

import re

import pytest

from analytics.events.articles.currencies import (
    BEHIND,
    FRONT,
    currency_behind,
    currency_in_front,
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("U.S. dollars", "USD"),
        ("-dollar", "USD"),
        (" New Taiwan dollars", "TWD"),
        (" pounds", "GBP"),
        ("元人民币", "CNY"),
        ("韩圜", "KRW"),
        (" CHF", "CHF"),
        ("元", None),
        (" pesos", None),
    ],
)
def test_a_name_behind_a_number(name, code):
    assert re.fullmatch(BEHIND, name)
    assert currency_behind(name) == (code, False)


@pytest.mark.parametrize(
    "text", ["元宇宙", "元件", " wonder", " pounds of meat", " European", "块GPU"]
)
def test_what_only_begins_like_a_name_is_none(text):
    assert not re.match(BEHIND, text)


def test_signs_in_front_and_the_yen_or_yuan():
    for sign in ("$", "US$", "NT$", "€", "RMB", "新台币", "Rs."):
        assert re.fullmatch(FRONT, sign)
    assert currency_in_front("¥", chinese=False) == "JPY"
    assert currency_in_front("¥", chinese=True) == "CNY"
    assert currency_in_front("XX$", chinese=False) is None
