"""Windows say which days count, and refuse those that cannot."""

from __future__ import annotations

import numpy as np
import pytest

import analytics as ma
from analytics.errors import InputError


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"estimation": (-11, -260)}, r"estimation=\(-11, -260\): expected two whole days"),
        ({"event": (5, 1)}, r"event=\(5, 1\): expected two whole days, first not after last"),
        ({"event": (0, 1, 2)}, "expected two whole days"),
        ({"event": (0.5, 1)}, "expected two whole days"),
        ({"event": 5}, "event=5: expected two whole days"),
        ({"estimation": None}, "estimation=None: expected two whole days"),
        ({"estimation": (-260, -5)}, r"reaches into event=\(-10, 10\)"),
        ({"estimation": (-260, -10)}, "must end before the event window begins"),
        ({"min_estimation": 2}, "at least 3 days"),
        ({"min_estimation": 251}, "more than the 250 days"),
    ],
)
def test_impossible_windows_are_refused_in_words(options, words):
    with pytest.raises(InputError, match=words):
        ma.Windows(**options)


def test_default_windows():
    windows = ma.Windows()
    assert len(windows.estimation_offsets) == 250
    assert (windows.estimation_offsets[0], windows.estimation_offsets[-1]) == (-260, -11)
    assert (windows.days, windows.event_offsets[0], windows.event_offsets[-1]) == (21, -10, 10)
    assert len(windows.offsets) == 271


def test_columns_of_days_inside_the_event_window():
    windows = ma.Windows()
    assert windows.event_offsets[windows.columns(-1, 1)].tolist() == [-1, 0, 1]
    assert windows.columns(-10, 10) == slice(0, 21)


@pytest.mark.parametrize("days", [(-11, 0), (0, 11), (1, 0)])
def test_days_outside_the_event_window_are_refused(days):
    with pytest.raises(InputError, match=r"not inside the event window \(-10, 10\)"):
        ma.Windows().columns(*days)


@pytest.mark.parametrize("days", [(0.5, 1), (0, None), ("0", 1)])
def test_days_that_are_no_whole_numbers_are_refused(days):
    with pytest.raises(InputError, match="whole"):
        ma.Windows().columns(*days)


def test_whole_numbers_of_numpy_are_whole_numbers():
    windows = ma.Windows(event=tuple(np.array([-3, 3])))
    assert windows == ma.Windows(event=(-3, 3))
    assert windows.event == (-3, 3)
