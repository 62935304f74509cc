"""Numbers in digits, English words and Chinese characters."""

from __future__ import annotations

import pytest

from analytics.errors import InputError
from analytics.events.articles.numbers import read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", 1234.5),
        ("1,00,000", 100_000),
        ("2.5 lakh crore", 2.5e12),
        ("400m", 4e8),
        ("a hundred million", 1e8),
        ("one hundred and five thousand", 105_000),
        ("three quarters of a billion", 7.5e8),
        ("two and a half trillion", 2.5e12),
        ("half a million", 5e5),
        ("十", 10),
        ("二十五", 25),
        ("一百零五", 105),
        ("三万五", 35_000),
        ("两千万", 2e7),
        ("十二亿五千万", 12.5e8),
        ("1兆2000亿", 1.2e12),
        ("一万亿", 1e12),
        ("三点五亿", 3.5e8),
        ("百亿", 1e10),
    ],
)
def test_one_value(text, value):
    number = read_number(text)
    assert (float(number.low), float(number.high), number.vague) == (value, value, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("tens of millions", 1e7, 1e8),
        ("billions", 1e9, 1e10),
        ("several hundred million", 1e8, 1e9),
        ("multi-billion", 1e9, 1e10),
        ("数千万", 1e7, 1e8),
        ("数百亿", 1e10, 1e11),
        ("几万", 1e4, 1e5),
        ("十几亿", 1e9, 2e9),
    ],
)
def test_an_order_of_magnitude_has_two_bounds(text, low, high):
    number = read_number(text)
    assert (float(number.low), float(number.high), number.vague) == (low, high, True)


def test_two_neighbouring_digits_are_a_range_and_any_others_no_number():
    number = read_number("七八千万")
    assert (float(number.low), float(number.high)) == (7e7, 8e7)
    for text in ("一三亿", "二〇二五", "abc", "", "亿多少"):
        with pytest.raises(InputError, match="expected a number such as 65bn"):
            read_number(text)


def test_and_some_more_is_kept():
    assert read_number("三十多亿").more
    assert not read_number("三十亿").more
