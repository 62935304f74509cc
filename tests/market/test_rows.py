"""Rows that can be prices; every other is named, none stops the rest."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analytics.market.reply import COLUMNS, Query
from analytics.market.rows import usable_rows

DAYS = pd.DatetimeIndex(["2025-01-22", "2025-01-23", "2025-01-24"]).as_unit("ns")
QUERY = Query("NVDA", dt.date(2025, 1, 22), dt.date(2025, 1, 24))


def frame(**cells):
    one = pd.DataFrame({name: [10.0, 11.0, 12.0] for name in COLUMNS}, index=DAYS)
    for name, value in cells.items():
        one.loc["2025-01-23", name] = value
    return one


def test_good_rows_pass_without_a_word():
    bars, remarks = usable_rows(frame(volume=0.0), QUERY, DAYS)
    assert (bars.shape, remarks) == ((3, 5), [])


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"open": 0.0, "low": 0.0}, "open of 0, low of 0: left empty"),
        ({"high": -1.5}, "high of -1.5: left empty"),
        ({"low": np.inf}, "low of inf: left empty"),
        ({"volume": -5.0}, "volume of -5: left empty"),
    ],
)
def test_a_cell_that_can_be_no_price_is_empty_and_named(cells, said):
    bars, remarks = usable_rows(frame(**cells), QUERY, DAYS)
    assert bars.loc["2025-01-23"].isna().to_dict() == {one: one in cells for one in COLUMNS}
    assert bars.drop(index=DAYS[1]).notna().all(axis=None)
    assert remarks == [("2025-01-23", said)]


@pytest.mark.parametrize(
    ("close", "said"),
    [
        (np.nan, "no close"),
        (np.inf, "close of inf, which is no price"),
        (-3.0, "close of -3, which is no price"),
        (0.0, "close of 0, which is no price"),
    ],
)
def test_a_row_without_a_price_is_left_out_and_named(close, said):
    bars, remarks = usable_rows(frame(close=close), QUERY, DAYS)
    assert list(bars.index) == [DAYS[0], DAYS[2]]
    assert remarks == [("2025-01-23", said)]


def test_a_row_that_the_client_dropped_is_named():
    came = [*DAYS, DAYS[1], pd.Timestamp("2025-01-22"), pd.Timestamp("2025-02-03")]
    _, remarks = usable_rows(frame().drop(index=DAYS[2]), QUERY, came)
    assert remarks == [
        ("2025-01-22", "came 2 times, one row was taken"),
        ("2025-01-23", "came 2 times, one row was taken"),
        ("2025-01-24", "left out by yfinance"),
    ]
