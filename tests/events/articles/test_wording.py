"""Hedges around a figure."""

from __future__ import annotations

import pytest

from analytics.events.articles.wording import wording_around


@pytest.mark.parametrize(
    ("before", "after", "wording"),
    [
        ("fell more than ", "", "more than"),
        ("fell by at least ", "", "at least"),
        ("rose as much as ", "", "up to"),
        ("nearly ", "", "about"),
        ("fewer than ", "", "less than"),
        ("", " or more", "at least"),
        ("", "左右", "about"),
        ("超过了", "", "more than"),
        ("不超过", "", "up to"),
        ("不到", "", "less than"),
        ("逾", "以上", "more than"),
        ("fell by ", " on Monday", ""),
        ("通过", "", ""),
    ],
)
def test_the_wording_around_a_figure(before, after, wording):
    text = f"{before}17%{after}"
    assert wording_around(text, len(before), len(before) + 3) == wording


def test_up_before_hundreds_is_more_than():
    assert wording_around("上百亿", 1, 3) == "more than"
    assert wording_around("上5亿", 1, 3) == ""
