"""How numbers, dates and names are written."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.display import words

NAN = float("nan")


def plain(text: str) -> str:
    """Undo the typography, to compare with what one types."""
    return text.replace(words.MINUS, "-").replace(words.NARROW_SPACE, " ")


@pytest.mark.parametrize(
    ("value", "digits", "signed", "expected"),
    [
        (-16.54, 1, False, "-16.5"),
        (16.54, 1, True, "+16.5"),
        (1234567.0, 0, False, "1 234 567"),
        (-0.04, 1, False, "0.0"),
        (0.04, 1, True, "0.0"),
        (0.0, 2, True, "0.00"),
        (math.inf, 1, True, "+∞"),
        (-math.inf, 1, False, "-∞"),
        (NAN, 1, True, "–"),
    ],
)
def test_a_number_has_a_real_minus_and_zero_has_no_sign(value, digits, signed, expected):
    assert plain(words.number(value, digits=digits, signed=signed)) == expected


def test_the_minus_and_the_space_are_the_typographic_ones():
    assert words.percent(-0.165) == "\u221216.5\u202f%"
    assert "-" not in words.estimate(-0.165, -0.223, -0.107)


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (-0.165, "-16.5 %"),
        (0.0042, "0.42 %"),
        (-0.0099, "-0.99 %"),
        (0.00996, "1.0 %"),  # 0.996 % rounds to 1.00 %, which is no longer under 1 %
        (0.01, "1.0 %"),
        (0.0, "0.00 %"),
        (12.5, "1 250.0 %"),
    ],
)
def test_percent_has_one_decimal_and_two_below_one_percent(fraction, expected):
    assert plain(words.percent(fraction)) == expected


def test_an_estimate_gives_all_three_numbers_the_same_decimals():
    assert plain(words.estimate(-0.165, -0.223, -0.107)) == "-16.5 % (95 % interval -22.3 to -10.7)"
    assert plain(words.estimate(0.0042, -0.011, 0.019)) == "0.42 % (95 % interval -1.10 to 1.90)"
    assert plain(words.estimate(-0.1, -0.2, 0.0, alpha=0.1)).endswith(
        "(90 % interval -20.0 to 0.0)"
    )
    assert plain(words.estimate(-0.1, NAN, NAN)) == "-10.0 % (no interval)"


def test_an_interval_the_wrong_way_round_is_refused():
    with pytest.raises(ValueError, match="from low to high"):
        words.interval(0.1, -0.1)


@pytest.mark.parametrize(
    ("p", "sentence", "cell"),
    [
        (0.0, "p < 0.001", "<0.001"),
        (0.00099, "p < 0.001", "<0.001"),
        (0.0321, "p = 0.032", "0.032"),
        (0.0996, "p = 0.10", "0.10"),
        (0.41, "p = 0.41", "0.41"),
        (1.0, "p > 0.99", ">0.99"),
        (NAN, "no p value", "–"),
    ],
)
def test_a_p_value_is_never_zero_or_one(p, sentence, cell):
    assert words.pvalue(p) == sentence
    assert words.pvalue_cell(p) == cell


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match="between 0 and 1"):
        words.pvalue(p)
    with pytest.raises(ValueError, match="between 0 and 1"):
        words.share(p)


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (0.8, "eight in ten"),
        (0.14, "14 in a hundred"),
        (0.06, "six in a hundred"),
        (0.96, "96 in a hundred"),
        (0.002, "two in a thousand"),
        (0.0001, "fewer than one in a thousand"),
        (0.9999, "more than 999 in a thousand"),
        (0, "none"),
        (1, "all"),
    ],
)
def test_a_share_in_words(fraction, expected):
    assert words.share(fraction) == expected


@given(st.floats(0.0006, 0.9994))
def test_a_share_in_words_is_near_the_share(fraction):
    names = "one two three four five six seven eight nine ten".split()
    spelled = {name: place for place, name in enumerate(names, 1)}
    scales = {"ten": 10, "a hundred": 100, "a thousand": 1000}
    whole, scale = words.share(fraction).split(" in ")
    said = (spelled.get(whole) or int(whole)) / scales[scale]
    assert abs(said - fraction) <= max(min(fraction, 1 - fraction) / 7, 0.0005)


def test_points_count_and_join():
    assert words.points(-0.0812) == "8.1 percentage points"
    assert words.points(0.01) == "1.0 percentage point"
    assert plain(words.count(12345, "row")) == "12 345 rows"
    assert words.count(1, "row") == "1 row"
    assert words.join([]) == ""
    assert words.join(["輝達"]) == "輝達"
    assert words.join(["NVDA", "META", "TSM"]) == "NVDA, META and TSM"


def test_dates_in_prose_and_in_tables():
    day = pd.Timestamp("2025-01-27")
    assert words.long_date(day) == "27 January 2025"
    assert words.iso_date(day) == "2025-01-27"
    assert words.date_range(date(2025, 1, 3), date(2025, 3, 31)) == "3 January to 31 March 2025"
    assert words.date_range(day, day) == "27 January 2025"
    with pytest.raises(ValueError, match="from first to last"):
        words.date_range(date(2025, 2, 1), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (UTC, "09:05 UTC"),
        (ZoneInfo("UTC"), "09:05 UTC"),
        (ZoneInfo("Asia/Taipei"), "09:05 Taipei time"),
        (ZoneInfo("America/New_York"), "09:05 New York time"),
        (timezone(timedelta(hours=8)), "09:05 UTC+08:00"),
    ],
)
def test_a_clock_time_names_its_place(zone, expected):
    moment = datetime(2025, 1, 27, 9, 5, tzinfo=zone)
    assert words.clock(moment) == f"27 January 2025, {expected}"
    assert words.clock(moment, day=False) == expected
    assert words.clock(pd.Timestamp(moment), day=False) == expected


def test_a_clock_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="needs a zone"):
        words.clock(pd.Timestamp("2025-01-27 09:05"))


def test_relative_days_have_a_sign():
    assert [plain(words.relative_day(day)) for day in (-1, 0, 10)] == ["day -1", "day 0", "day +10"]
