"""Hostile text takes time in proportion to its length, and no more."""

from __future__ import annotations

import time

import numpy as np
import pytest

from analytics.events.articles.amounts import find_amounts
from analytics.events.articles.market_claims import find_market_claims
from analytics.events.articles.page import Line, Mention, Place

SHUFFLED = np.random.default_rng(1).integers(0x20, 0xD7FF, size=20_000)
PIECES = {
    "broken number": "1,",
    "brackets": "(((",
    "units": "亿",
    "ranges": "至1至1至",
    "signs": "$",
    "moves": "fell ",
    "digits": "7",
    "numerals": "一二三四",
    "number words": "one ",
    "dots": "1.",
    "from to": "1 to ",
    "between": "between 1 and ",
    "sizes": "17% ",
    "falls": "跌",
    "claims": "A fell 3%, ",
    "values": "A市值蒸发1亿元,",
    "its": "its shares ",
    "groups": "AI stocks fell ",
    "listings": "A股跌3%,",
    "pared": "pared its early ",
    "narrowed": "跌幅一度",
    "highs": "A below its record high ",
    "topics": "A是A,股价跌3%,",
    "random": "".join(map(chr, SHUFFLED)),
}
ASKED = ("broken number", "brackets", "units", "ranges", "signs", "moves", "digits", "numerals")


def seconds(piece: str, length: int) -> float:
    """Processor time of both readers on one line."""
    text = "A: " + (piece * (length // len(piece) + 1))[:length]
    text_line = Line(1, text, text)
    mentions = [
        Mention("a", "A", Place(1, k, k + 1))
        for k, one in enumerate(text)
        if k == 0 or (one == "A" and piece.startswith("A") and piece != PIECES["groups"])
    ]
    start = time.process_time()
    find_amounts([text_line])
    find_market_claims([text_line], mentions, tickers={"a": ("A",)})
    return time.process_time() - start


@pytest.mark.parametrize("name", PIECES)
def test_four_times_the_text_takes_about_four_times_as_long(name):
    """A quadratic reader would need sixteen times as long."""
    piece = PIECES[name]
    short = min(seconds(piece, 20_000) for _ in range(2))
    assert seconds(piece, 80_000) < 9 * short + 0.2


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ASKED, "random"])
def test_a_line_of_a_million_characters_is_read_in_seconds(name):
    piece = PIECES[name]
    short = seconds(piece, 250_000)
    assert seconds(piece, 1_000_000) < 9 * short + 0.5
