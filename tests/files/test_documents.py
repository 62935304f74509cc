"""YAML that a reader writes: its records with their lines, and nothing that grows."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import InputError
from analytics.files import parse_document

BOMB = "".join(
    f"{chr(98 + k)}: &{chr(98 + k)} [{', '.join(['*' + chr(97 + k)] * 9)}]\n" for k in range(9)
)


@pytest.mark.parametrize("text", ["- {a: 1}\n\n- a: 2\n", "others: 1\nevents:\n- {a: 1}\n- a: 2\n"])
def test_records_know_their_lines(text):
    first, second = parse_document(text, "x", "events")
    assert (first.row, second.row) == ({"a": 1}, {"a": 2})
    lines = text.splitlines()
    assert lines[first.line - 1] == "- {a: 1}"
    assert lines[second.line - 1] == "- a: 2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [1]\n" + BOMB, r"line 2, column \d+: the alias \*a"),
        ("- &a {x: [*a]}\n", r"the alias \*a: write the value out"),
        ("- " + "[" * 3000, "nested too deep"),
        ("- " + "{a: " * 60, "nested too deep"),
        ("- a: 1\n  a: 2\n", r"line 2, .*the field 'a' stands twice"),
        ("- [a\n", "not readable as YAML at line"),
        ("text", "expected a list of events .* got str"),
        ("", "got nothing"),
        ("- a\x07\n", "not readable as YAML"),
        ("x" * 5_000_001, "5,000,001 characters"),
    ],
)
def test_what_is_no_list_of_records_is_refused_soon(text, said):
    start = time.process_time()
    with pytest.raises(InputError, match=f"mine.yaml: .*{said}"):
        parse_document(text, "mine.yaml", "events")
    assert time.process_time() - start < 5


@given(st.text(alphabet="-[]{}:,&*!|>'\"#% \nab1", max_size=80))
def test_any_text_is_records_or_one_clear_message(text):
    try:
        found = parse_document(text, "x", "events")
    except InputError as error:
        found, said = [], str(error)
    else:
        said = "x: "
    assert said.startswith("x: ")
    assert all(1 <= one.line <= text.count("\n") + 1 for one in found)
