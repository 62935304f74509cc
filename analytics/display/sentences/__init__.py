"""Results in sentences: a number, its uncertainty, its comparison.

One module per kind of result; every page, notebook and alt text words a finding with these.
"""

from __future__ import annotations

from analytics.display.sentences.studies import (
    PLACES,
    TEST_NAMES,
    average,
    borne_out,
    by_chance,
    caveat,
    days,
    expected_and_found,
    firms,
    headline,
    long_span,
    market_words,
    name,
    name_zh,
    rarity,
    reaction,
    stands_out,
    valid_tests,
    verb,
    verdict,
    weight,
    why_without,
    with_itself,
)

__all__ = [
    "PLACES",
    "TEST_NAMES",
    "average",
    "borne_out",
    "by_chance",
    "caveat",
    "days",
    "expected_and_found",
    "firms",
    "headline",
    "long_span",
    "market_words",
    "name",
    "name_zh",
    "rarity",
    "reaction",
    "stands_out",
    "valid_tests",
    "verb",
    "verdict",
    "weight",
    "why_without",
    "with_itself",
]
