"""Where sentences end and where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.events.articles.clauses import breaks, clause_at, sentences


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Acme Inc. rose 1.5 % in the U.S. market.", ["Acme Inc. rose 1.5 % in the U.S. market."]),
        ("甲漲。乙跌!丙平", ["甲漲。", "乙跌!", "丙平"]),
        ("A fell; B rose", ["A fell;", "B rose"]),
        ("   ", []),
    ],
)
def test_sentences(text, pieces):
    assert [text[start:end] for start, end in sentences(text)] == pieces


@given(st.text(max_size=80))
def test_sentences_are_in_order_and_leave_out_only_blanks(text):
    spans = sentences(text)
    ends = [0, *(end for _, end in spans)]
    for (start, end), before in zip(spans, ends, strict=False):
        assert before <= start < end <= len(text)
        assert not text[before:start].strip()
    assert not text[ends[-1] :].strip()


def test_a_comma_inside_a_number_ends_no_clause():
    marks = breaks("up 1,000, not 2，三")
    assert marks == [8, 15]
    assert clause_at(marks, (0, 17), 10, 12) == (9, 15)
