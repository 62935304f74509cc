"""No page takes time in the square of its length, whatever stands in it."""

from __future__ import annotations

import time

import pytest

from analytics.errors import InputError
from analytics.events.articles import read_article, same_story

LEAD = (
    "Nvidia fell 17% on Monday after DeepSeek. The company said, in a statement, that it will go "
    "on with its work as planned.\n"
)
SYLLABLES = [chr(0x4E00 + 7 * k) for k in range(400)]


def word(number):
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "A" + "".join(letters[number // 26**k % 26] for k in range(4))


def han(number):
    return SYLLABLES[number % 400] + SYLLABLES[number // 400 % 400]


HOSTILE = {
    "dots": lambda n: LEAD + "." * n + "x",
    "ellipses": lambda n: LEAD + "…" * (n // 3) + "x",
    "marks": lambda n: LEAD + "a" + "\u0301\u0316" * (n // 2) + " rose today.",
    "brackets": lambda n: LEAD + "(" * n + " rose today.",
    "months": lambda n: LEAD + "March 3 " * (n // 8) + "it rose.",
    "weekdays": lambda n: LEAD + "on Tuesday " * (n // 11) + "it rose.",
    "stamps": lambda n: "Nvidia fell on a report\n" + "2025-03-11 10:00|" * (n // 17) + "\n" + LEAD,
    "strangers": lambda n: LEAD + ", ".join(f"{word(k)} Inc" for k in range(n // 11)) + " rose.",
    "tickers": lambda n: (
        LEAD + " ".join(f"({word(k)[1:].upper()}.US)" for k in range(n // 10)) + " rose."
    ),
    "short lines": lambda n: "\n".join(f"是{han(k)}的是的是。" for k in range(n // 10)),
    "headings": lambda n: (LEAD + "Related news\n") * (n // 130),
    "sums": lambda n: LEAD + ", ".join(f"${k} billion" for k in range(n // 13)) + " was spent.",
    "claims": lambda n: LEAD + " ".join(f"Nvidia shares fell {k % 40}%." for k in range(n // 22)),
    "offices": lambda n: LEAD + "商務部" * (n // 3) + "今天說明。",
    "firms": lambda n: LEAD + "、".join(f"{han(k)}科技" for k in range(n // 5)) + "今天說明。",
    "masks": lambda n: LEAD + "王** " * (n // 4),
    "markup": lambda n: "<html><body><p>" + LEAD + "<div><a href=x>y</a>" * (n // 20),
}


def seconds(text):
    start = time.perf_counter()
    read_article(text)
    return time.perf_counter() - start


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_four_times_as_long_does_not_take_sixteen_times_as_long(name):
    short, long = (HOSTILE[name](size) for size in (20_000, 80_000))
    seconds(short)  # whatever loads at the first call
    assert seconds(long) < 9 * seconds(short) + 0.5


def test_more_text_than_a_page_has_is_refused_also_when_it_grows_while_it_is_cleaned():
    with pytest.raises(InputError, match="expected a news page of at most"):
        read_article("word " * 80_000)
    with pytest.raises(InputError, match="expected a news page of at most"):
        read_article(LEAD + "\ufdfa" * 30_000)


def test_two_pages_full_of_sums_are_compared_in_bounded_time():
    pages = [
        read_article(LEAD + ", ".join(f"${k + shift} billion" for k in range(900)) + " was spent.")
        for shift in (0, 1000)
    ]
    start = time.perf_counter()
    match = same_story(*pages)
    assert time.perf_counter() - start < 5
    assert len(match.disagreements) < 2000


def test_a_free_gift_is_no_division_by_zero():
    pages = [
        read_article(
            LEAD + f"Meta paid an upfront fee of ${fee} million for the test at TSMC, it said."
        )
        for fee in (0, 5)
    ]
    assert same_story(*pages).score == same_story(*reversed(pages)).score


def test_control_sequences_of_a_page_do_not_reach_the_terminal():
    for text in ("Nvidia \x1b]0;owned\x07 falls", "<html><body><p>Nvidia &#27;[31m falls"):
        article = read_article(
            text + " by 17% on Monday, the company said in a statement.\n" + LEAD
        )
        assert not any(one < " " and one != "\n" for one in repr(article))
