"""Shares of a whole, and what only looks like one."""

from __future__ import annotations

import pytest

from analytics.events.articles.sizes import find_sizes


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("17%", 0.17),
        ("17.5 per cent", 0.175),
        ("3 percent", 0.03),
        ("two percentage points", None),
        ("2 percentage points", 0.02),
        ("a fifth", 0.2),
        ("one-fifth", 0.2),
        ("two thirds", 2 / 3),
        ("half", 0.5),
        ("3个百分点", 0.03),
        ("百分之二十点五", 0.205),
        ("五分之一", 0.2),
        ("两成", 0.2),
        ("三成五", 0.35),
        ("1成", 0.1),
        ("一半", 0.5),
        ("两倍", 2.0),
        ("a third consecutive day", None),
        ("三成立", None),
        ("成本", None),
        ("0分之0", None),
    ],
)
def test_the_size_of(text, value):
    assert [one.value for one in find_sizes(text)] == ([] if value is None else [value])


def test_a_range_gives_its_lower_end():
    (size,) = find_sizes("fell 15-17%")
    assert (size.value, size.ranged, size.start, size.end) == (0.15, True, 5, 11)
