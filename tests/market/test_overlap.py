"""What a new answer changed, and why: each cause alone, and two together."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.market import load_market
from analytics.market.overlap import (
    another_security,
    lost_sessions,
    revisions,
    with_lost,
)
from analytics.market.reply import Query, Reply, YahooListing

DAYS = pd.DatetimeIndex(
    ["2025-01-22", "2025-01-23", "2025-01-24", "2025-01-27", "2025-01-28"]
).as_unit("ns")
CLOSES = [147.07, 147.22, 142.62, 118.42, 128.99]
SPAN = (dt.date(2022, 1, 1), dt.date(2025, 12, 31))
NIGHT = dt.datetime(2025, 1, 28, 23, tzinfo=dt.UTC)
USD = YahooListing("NMS", "USD", "America/New_York", "EQUITY", "", "USD")
SPLIT = "a split of {:g} to 1 that the old answer did not know"
LATE = "the last day of the old answer, not final when it was read"
CORRECTION = "a correction by the vendor: no new split explains it"


def dated(values):
    return pd.Series(values, index=pd.DatetimeIndex(list(values)).as_unit("ns"), dtype=float)


def reply(
    closes=CLOSES, *, days=DAYS, volume=None, splits=(), dividends=(), listing=USD, retrieved=NIGHT
):
    frame = pd.DataFrame({"close": closes}, index=days)
    if volume is not None:
        frame["volume"] = volume
    return Reply(
        query=Query("NVDA", dt.date(2025, 1, 22), dt.date(2025, 3, 31)),
        listing=listing,
        bars=frame,
        dividends=dated({pd.Timestamp(day): one for day, one in dict(dividends).items()}),
        splits=dated({pd.Timestamp(day): one for day, one in dict(splits).items()}),
        retrieved=retrieved,
        library="yfinance 1.7.0",
    )


def told(old, new):
    return [(one.what, one.first, one.last, one.days, one.reason) for one in revisions(old, new)]


def test_the_same_answer_changes_nothing():
    assert revisions(reply(), reply([close * (1 + 1e-8) for close in CLOSES])) == []


@pytest.mark.parametrize("ratio", [10.0, 2.0, 1.5, 0.1])
def test_a_new_split_and_a_reverse_one_scale_closes_and_volume(ratio):
    old = reply(volume=[1000.0] * 5)
    new = reply(
        [close / ratio for close in CLOSES],
        volume=[1000.0 * ratio] * 5,
        splits={"2025-03-10": ratio},
    )
    why = SPLIT.format(ratio)
    assert told(old, new) == [
        ("close", "2025-01-22", "2025-01-28", 5, why),
        ("volume", "2025-01-22", "2025-01-28", 5, why),
    ]
    assert revisions(old, new)[0].largest == pytest.approx(1 / ratio - 1)


def test_two_new_splits_are_both_named():
    new = reply([close / 20 for close in CLOSES], splits={"2025-03-10": 10.0, "2025-03-20": 2.0})
    ((*_, why),) = told(reply(), new)
    assert why == "a split of 10 to 1 and 2 to 1 that the old answer did not know"


def test_a_split_inside_the_overlap_scales_only_the_days_before_it():
    new = reply([*(close / 10 for close in CLOSES[:3]), *CLOSES[3:]], splits={"2025-01-27": 10.0})
    assert told(reply(), new)[1:] == [("close", "2025-01-22", "2025-01-24", 3, SPLIT.format(10))]


def test_a_correction_beside_a_split_is_not_hidden_by_it():
    closes = [close / 10 for close in CLOSES]
    closes[2] *= 1.05
    assert told(reply(), reply(closes, splits={"2025-03-10": 10.0})) == [
        ("close", "2025-01-22", "2025-01-28", 4, SPLIT.format(10)),
        ("close", "2025-01-24", "2025-01-24", 1, CORRECTION),
    ]


def test_a_split_that_is_taken_back_is_the_inverse():
    old = reply([close / 10 for close in CLOSES], splits={"2025-03-10": 10.0})
    ((what, *_, why),) = told(old, reply())
    assert (what, why) == ("close", SPLIT.format(0.1))


def test_a_split_that_rescales_nothing_does_not_explain_a_correction():
    new = reply([*CLOSES[:4], 128.0], splits={"2025-03-10": 10.0})
    assert told(reply(), new) == [("close", "2025-01-28", "2025-01-28", 1, LATE)]


def test_only_the_volume_of_the_last_day_was_not_final():
    old, new = reply(volume=[1000.0] * 4 + [500.0]), reply(volume=[1000.0] * 5)
    assert told(old, new) == [("volume", "2025-01-28", "2025-01-28", 1, LATE)]


def test_a_volume_that_was_nothing_counts_as_one_change():
    old, new = reply(volume=[0.0, *[1000.0] * 4]), reply(volume=[1000.0] * 5)
    ((what, first, *_, why),) = told(old, new)
    assert (what, first, why) == ("volume", "2025-01-22", CORRECTION)


def test_a_dividend_that_came_and_one_that_changed():
    old, new = reply(dividends={"2025-01-24": 0.01}), reply(dividends={"2025-01-24": 0.02})
    why = "an action that came, went or changed"
    assert told(reply(), old) == [("dividends", "2025-01-24", "2025-01-24", 1, why)]
    assert told(old, new) == [("dividends", "2025-01-24", "2025-01-24", 1, why)]
    assert revisions(old, new)[0].largest == pytest.approx(1.0)


def test_rows_that_came_and_went():
    fewer = reply(CLOSES[1:], days=DAYS[1:])
    assert told(reply(), fewer) == [
        ("rows", "2025-01-22", "2025-01-22", 1, "a day that is no longer there")
    ]
    assert told(fewer, reply()) == [
        ("rows", "2025-01-22", "2025-01-22", 1, "a day that was not there")
    ]


def test_a_lost_session_is_a_loss_and_a_lost_phantom_is_none():
    saturday = pd.Timestamp("2025-01-25")
    old = reply([*CLOSES, 1.0], days=DAYS.append(pd.DatetimeIndex([saturday]))).bars.sort_index()
    assert lost_sessions(old, reply().bars, DAYS).empty
    assert list(lost_sessions(old, reply().bars[1:], DAYS)) == [DAYS[0]]


def test_another_currency_unit_or_exchange_is_a_revision():
    euro = YahooListing("GER", "EUR", "Europe/Berlin", "EQUITY", "", "EUR")
    found = told(reply(), reply([close / 1.04 for close in CLOSES], listing=euro))
    assert [(what, why) for what, *_, why in found] == [
        ("currency", "USD before, EUR now"),
        ("quoted", "USD before, EUR now"),
        ("exchange", "NMS before, GER now"),
        ("close", "prices in another currency"),
    ]


@pytest.mark.parametrize(
    ("ratio", "said"), [(10, "10 to 1"), (2, "2 to 1"), (1.5, "3 to 2"), (0.5, "1 to 2")]
)
def test_one_ratio_on_every_day_is_a_split_that_came_later(ratio, said):
    old = reply(volume=[1000.0] * 5, dividends={"2025-01-24": 0.6})
    new = reply(
        [close / ratio for close in CLOSES],
        volume=[1000.0 * ratio] * 5,
        dividends={"2025-01-24": 0.6 / ratio},
    )
    why = f"a split after these dates, probably {said}: every close changed by one ratio"
    assert told(old, new) == [
        ("dividends", "2025-01-24", "2025-01-24", 1, why),
        ("close", "2025-01-22", "2025-01-28", 5, why),
        ("volume", "2025-01-22", "2025-01-28", 5, why),
    ]


@pytest.mark.parametrize("ratio", [1.0312, 7.3, 1.01])
def test_one_ratio_that_no_split_has_is_a_correction(ratio):
    found = told(reply(), reply([close / ratio for close in CLOSES]))
    assert [why for *_, why in found] == [CORRECTION, LATE]


def test_a_ratio_on_all_days_but_one_is_no_later_split():
    new = reply([*(close / 2 for close in CLOSES[:4]), CLOSES[4]])
    assert [why for *_, why in told(reply(), new)] == [CORRECTION]


def test_a_correction_and_a_last_day_that_settled_are_told_apart():
    new = reply([CLOSES[0], 147.5, *CLOSES[2:4], 129.5])
    assert told(reply(), new) == [
        ("close", "2025-01-23", "2025-01-23", 1, CORRECTION),
        ("close", "2025-01-28", "2025-01-28", 1, LATE),
    ]


def test_a_last_day_that_was_read_much_later_was_final():
    read = NIGHT + dt.timedelta(days=30)
    found = told(reply(retrieved=read), reply([*CLOSES[:4], 129.5]))
    assert found == [("close", "2025-01-28", "2025-01-28", 1, CORRECTION)]


def test_dividends_divided_by_a_new_split_are_the_split():
    old = reply(dividends={"2025-01-23": 0.4, "2025-01-24": 0.5})
    new = reply(
        [close / 10 for close in CLOSES],
        dividends={"2025-01-23": 0.04, "2025-01-24": 0.07},
        splits={"2025-03-10": 10.0},
    )
    assert told(old, new)[:2] == [
        ("dividends", "2025-01-23", "2025-01-23", 1, SPLIT.format(10)),
        ("dividends", "2025-01-24", "2025-01-24", 1, "an action that came, went or changed"),
    ]


def test_a_column_that_vanished_or_came_is_a_revision():
    old, new = reply(volume=[1000.0] * 5), reply()
    gone, came = "Yahoo no longer has this column", "a column that was not there"
    assert told(old, new) == [("volume", "2025-01-22", "2025-01-28", 5, gone)]
    assert told(new, old) == [("volume", "2025-01-22", "2025-01-28", 5, came)]


LONG = pd.bdate_range("2025-01-22", periods=41).as_unit("ns")


def walk(seed, days=LONG):
    steps = np.random.default_rng(seed).normal(0, 0.015, len(days))
    return 100 * np.exp(np.cumsum(steps))


def corrected(closes, *rows):
    return [close * (1.02 if k in rows else 1.0) for k, close in enumerate(closes)]


def test_another_walk_under_the_ticker_is_another_security():
    old, new = reply(walk(1), days=LONG), reply(walk(2), days=LONG)
    assert another_security(old, old) == ""
    shared = (np.abs(np.diff(np.log(walk(1))) - np.diff(np.log(walk(2)))) <= 1e-3).sum()
    said = f"{40 - shared} of 40 daily returns are not those of the folder"
    assert another_security(old, new) == said


def test_even_two_indices_of_one_market_are_two_securities():
    closes = load_market().closes[["^GSPC", "^IXIC"]].dropna()
    one, other = (reply(list(closes[name]), days=closes.index) for name in closes)
    assert len(closes) > 900
    wide = [dataclasses.replace(it, query=Query("X", *SPAN)) for it in (one, other)]
    assert another_security(wide[0], wide[0]) == ""
    assert "daily returns are not those of the folder" in another_security(*wide)


@pytest.mark.parametrize(
    ("closes", "same"),
    [
        (walk(1) / 10, True),
        ([*walk(1)[:20] / 10, *walk(1)[20:]], True),  # one return
        (corrected(walk(1), 3, 9, 15, 21, 27), True),  # ten of forty returns
        (corrected(walk(1), 3, 9, 15, 21, 27, 33), False),
    ],
)
def test_splits_and_corrections_of_some_days_are_the_same_security(closes, same):
    said = another_security(reply(walk(1), days=LONG), reply(closes, days=LONG))
    assert (said == "") is same


def test_another_exchange_is_another_security_unless_it_keeps_the_calendar():
    listed = {
        code: YahooListing(code, "USD", "America/New_York", "EQUITY", "", "USD")
        for code in ("NYQ", "GER", "")
    }
    assert another_security(reply(), reply(listing=listed["NYQ"])) == ""
    assert another_security(reply(), reply(listing=listed[""])) == ""
    said = another_security(reply(), reply(listing=listed["GER"]))
    assert said == "it is of exchange GER, the folder's of NMS"


def without(row, closes=CLOSES):
    days = DAYS.delete(row)
    return reply([one for k, one in enumerate(closes) if k != row], days=days)


def test_a_lost_row_is_kept_where_the_rest_is_the_same():
    whole, told_once = with_lost(reply(), without(2), DAYS[[2]])
    why = "Yahoo no longer has it; kept from the answer of 2025-01-28T23:00:00Z"
    assert whole.bars["close"].tolist() == CLOSES
    assert [(one.what, one.first, one.reason) for one in told_once] == [("rows", "2025-01-24", why)]
    assert whole.left_out == (("2025-01-24", why),)
    again, nothing = with_lost(whole, without(2), DAYS[[2]])
    assert (again.left_out, nothing) == (whole.left_out, [])


@pytest.mark.parametrize("listed", [{"2025-03-10": 10.0}, {}])
def test_a_lost_row_that_is_kept_follows_a_new_split(listed):
    old = reply(volume=[1000.0] * 5)
    new = without(2, [close / 10 for close in CLOSES])
    new = dataclasses.replace(
        new,
        bars=new.bars.assign(volume=10_000.0),
        splits=dated({pd.Timestamp(day): one for day, one in listed.items()}),
    )
    whole, _ = with_lost(old, new, DAYS[[2]])
    assert whole.bars.loc["2025-01-24"].tolist() == pytest.approx([14.262, 10_000.0])
    assert {one.reason for one in revisions(old, whole) if one.what == "close"} == {
        SPLIT.format(10)
        if listed
        else "a split after these dates, probably 10 to 1: every close changed by one ratio"
    }


def test_a_lost_row_is_not_kept_where_a_new_split_is_not_applied_to_all():
    new = reply(
        [CLOSES[0] / 10, CLOSES[1], CLOSES[3], CLOSES[4]],
        days=DAYS.delete(2),
        splits={"2025-03-10": 10.0},
    )
    assert with_lost(reply(), new, DAYS[[2]]) == (new, [])


def test_a_lost_row_is_not_kept_beside_other_changes():
    new = without(2, [*CLOSES[:4], 100.0])
    assert with_lost(reply(), new, DAYS[[2]]) == (new, [])


@given(st.lists(st.floats(0.5, 2.0), min_size=5, max_size=5), st.sampled_from([1.0, 4.0]))
def test_every_changed_day_is_told_once(factors, ratio):
    new = np.array(CLOSES) * factors / ratio
    found = revisions(reply(), reply(list(new), splits={"2025-03-10": ratio}))
    changed = np.abs(new / np.array(CLOSES) - 1) > 1e-6
    assert sum(one.days for one in found if one.what == "close") == changed.sum()
