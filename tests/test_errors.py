"""One small tree of errors, each with a message that can be acted on."""

from __future__ import annotations

import pickle

import pytest

from analytics import errors
from analytics.errors import (
    AnalyticsError,
    ChecksumError,
    DataError,
    Fault,
    InputError,
    RecordError,
    UnknownNameError,
)


def test_the_tree():
    parents = {
        one.__name__: one.__bases__[0].__name__
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, AnalyticsError)
    }
    assert parents == {
        "AnalyticsError": "Exception",
        "InputError": "AnalyticsError",
        "DataError": "AnalyticsError",
        "ChecksumError": "DataError",
        "UnknownNameError": "InputError",
        "RecordError": "InputError",
    }
    assert issubclass(UnknownNameError, KeyError)
    assert issubclass(InputError, ValueError)
    assert not issubclass(
        ChecksumError, ValueError
    )  # a loop that retries bad values must not eat it
    assert not issubclass(DataError, InputError)


def test_near_names_are_suggested():
    error = UnknownNameError("ticker", "NVDAA", ["NVDA", "META", "TSM"])
    assert str(error) == "unknown ticker 'NVDAA': did you mean NVDA?"


def test_few_names_are_listed_in_order():
    error = UnknownNameError("ticker", "zzzz", ["B", "A"])
    assert str(error) == "unknown ticker 'zzzz': known: A, B"
    assert str(UnknownNameError("ticker", "zzzz", [])) == "unknown ticker 'zzzz': known: none"


def test_many_names_are_counted():
    error = UnknownNameError("event", "?", [f"e{k:02}" for k in range(30)], advice="See events.")
    assert str(error) == "unknown event '?': 30 are known, such as e00, e01, e02 See events."


def test_a_message_is_not_the_quoted_one_of_a_missing_key():
    with pytest.raises(KeyError) as caught:
        raise UnknownNameError("ticker", "A", ["B"])
    assert not str(caught.value).startswith(('"', "'"))


def test_faults_are_numbered_below_their_source():
    faults = [Fault("event 'a'", "id", "1", "a text"), Fault("event 'b'", "", "x", "y")]
    error = RecordError("mine.yaml", faults)
    assert str(error) == (
        "mine.yaml: 2 faults\n"
        "  (1) event 'a', id: got 1; expected a text\n"
        "  (2) event 'b': got x; expected y"
    )
    assert str(RecordError("mine.yaml", faults[:1])).startswith("mine.yaml: 1 fault\n")


@pytest.mark.parametrize(
    "error",
    [
        InputError("x"),
        ChecksumError("x"),
        UnknownNameError("ticker", "A", ["B"]),
        RecordError("mine.yaml", [Fault("event 'a'", "id", "1", "a text")]),
    ],
)
def test_errors_come_back_from_another_process(error):
    """An executor sends them pickled."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
