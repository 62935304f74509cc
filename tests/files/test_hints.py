"""What a person probably meant."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.files import day_hint, moment_hint, nearest


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1/27/2025", "write 1/27/2025 as 2025-01-27"),
        ("27/1/2025", "write 27/1/2025 as 2025-01-27"),
        ("27.01.2025", "write 27.01.2025 as 2025-01-27"),
        ("2.1.2025", "write 2.1.2025 as 2025-01-02"),
        ("1/2/2025 9:30", "1/2/2025 can be 2025-01-02 or 2025-02-01; write the one that is meant"),
        ("5/5/2025", "write 5/5/2025 as 2025-05-05"),
        ("2025/1/27", "write 2025/1/27 as 2025-01-27"),
        ("2025年1月27日 09:00", "write 2025年1月27日 as 2025-01-27"),
        ("45684", "45684 would be 2025-01-27"),
        ("45684.375", "45684.375 would be 2025-01-27"),
        ("13/13/2025", ""),
        ("yesterday", ""),
        ("99999", ""),
    ],
)
def test_a_day_written_in_another_way_is_said_as_year_month_day(written, meant):
    hint = day_hint(written)
    assert meant in hint if meant else hint == ""
    assert moment_hint(written).startswith("a time such as 2025-01-27T09:00:00Z")


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)))
def test_the_day_that_is_meant_is_among_those_named(day):
    for form in ("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d"):
        assert str(day) in day_hint(day.strftime(form))


def test_a_slip_finds_its_field_and_nonsense_none():
    known = ["published_at", "precision", "title"]
    assert nearest("Published At", known) == "published_at"
    assert nearest("tilte", known) == "title"
    assert nearest("qqq", known) == ""
