"""What observations on two exchanges have in common, pair by pair and by simulation."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import analytics as ma

RECORDED = ma.load_market()
NEW_YORK, TAIPEI = RECORDED.calendars["NVDA"], RECORDED.calendars["2330.TW"]
SHOCK = "deepseek-shock-2025-01-27"


@cache
def world(seed):
    """Two shares moved by one flow of news, each by what came since its own previous close."""
    rng = np.random.default_rng(seed)
    start, end = pd.Timestamp("2022-02-01"), pd.Timestamp("2025-12-30")
    moments = pd.DatetimeIndex(np.unique(np.concatenate([NEW_YORK.closes, TAIPEI.closes])))
    flow = pd.Series(rng.normal(0, 0.01, len(moments)), index=moments).cumsum()
    columns = {}
    for name, calendar in (("NY", NEW_YORK), ("TW", TAIPEI)):
        own = rng.normal(0, 0.01, len(calendar.sessions)).cumsum()
        level = 100 * np.exp(flow.loc[calendar.closes].to_numpy() + own)
        market = 100 * np.exp(rng.normal(0, 0.01, len(level)).cumsum())
        columns[name] = pd.Series(level, index=calendar.sessions)[start:end]
        columns[f"{name} index"] = pd.Series(market, index=calendar.sessions)[start:end]
    exchanges = {"NY": "XNYS", "NY index": "XNYS", "TW": "XTAI", "TW index": "XTAI"}
    return ma.Market.from_frames(
        pd.DataFrame(columns),
        benchmarks={"NY": "NY index", "TW": "TW index"},
        exchanges=exchanges,
    )


def pair(market, day, event=(0, 9)):
    frame = pd.DataFrame(
        {"event_id": "e", "ticker": ["NY", "TW"], "session": [pd.Timestamp(one) for one in day]}
    )
    windows = ma.Windows(estimation=(-260, -11), event=event)
    return ma.event_study(ma.align(frame, market, windows, confounders=()))


def following(closes, moment):
    later = [close for close in closes if close > moment]
    return later[0] if later else None


@pytest.mark.parametrize("day", [("2025-06-10", "2025-06-11"), ("2025-01-27", "2025-02-03")])
@pytest.mark.parametrize("window", [(0, 0), (0, 4), (0, 9)])
def test_covariance_across_exchanges_day_by_day(day, window):
    found = pair(world(1), day)
    closes, residuals = found.sample.closes, found.fit.residuals
    lists = [calendar.closes for calendar in (NEW_YORK, TAIPEI)]
    series = [dict(zip(closes[k, :250], residuals[k], strict=True)) for k in range(2)]
    tested = [list(closes[k, 250 + window[0] : 250 + window[1] + 1]) for k in range(2)]
    total = 0.0
    for here, there in ((0, 1), (1, 0)):
        matched = [(one, following(lists[there], one)) for one in series[here]]
        values = [
            (series[here][one], series[there][other])
            for one, other in matched
            if other in series[there]
        ]
        r = np.corrcoef(np.transpose(values))[0, 1]
        total += r * sum(following(lists[there], one) in tested[there] for one in tested[here])
    length = window[1] - window[0] + 1
    assert_allclose(found.dependence(*window).average, total / length, rtol=1e-9)


def test_longer_windows_share_more_of_the_same_news():
    """Sums over ten days correlate by 0.5 x 19 / 20 here, single days by half of that."""
    single, ten = [], []
    for seed in range(12):
        found = pair(world(seed), ("2025-06-10", "2025-06-11"))
        single.append(found.dependence(0, 0).average)
        ten.append(found.dependence(0, 9).average)
    assert np.mean(single) == pytest.approx(1 / 3, abs=0.05)
    assert np.mean(ten) == pytest.approx((10 + 9) / 10 / 3, abs=0.08)


def test_ten_day_sums_have_the_correlation_that_is_claimed():
    """Many ten-day CARs of both shares of one long world, placed like the event's."""
    market, sums = world(3), {"NY": [], "TW": []}
    for name, calendar in (("NY", NEW_YORK), ("TW", TAIPEI)):
        residual = market.returns(name) - 0.0 * market.benchmark(name)
        for day in pd.date_range("2022-03-01", "2025-12-01", freq="14D"):
            row = calendar.first_after(pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=14))
            sessions = calendar.sessions[row : row + 10]
            sums[name].append(residual.loc[sessions].sum())
    r = np.corrcoef(sums["NY"], sums["TW"])[0, 1]
    claimed = pair(market, ("2025-06-10", "2025-06-11")).dependence(0, 9).average
    assert r == pytest.approx(claimed, abs=0.2)
    assert r > 0.4


def test_events_of_different_days_on_two_exchanges_count_where_their_windows_meet():
    frame = pd.DataFrame(
        {
            "event_id": ["a", "b"],
            "ticker": ["NY", "TW"],
            "session": pd.to_datetime(["2025-06-10", "2025-06-13"]),
        }
    )
    windows = ma.Windows(estimation=(-260, -11), event=(0, 9))
    found = ma.event_study(ma.align(frame, world(2), windows, confounders=()))
    apart, together = found.dependence(0, 0), found.dependence(0, 4)
    assert (apart.average, apart.overlapping) == (0.0, 0)
    assert apart.group.tolist() == [0, 1]
    assert 0.05 < together.average < 0.5
    assert (together.overlapping, together.group.tolist()) == (1, [0, 0])


def test_listings_of_one_event_belong_together_even_where_no_tested_day_meets():
    event = ma.load_events()[SHOCK]
    found = ma.event_study(ma.align(event, RECORDED, tickers=["TSM", "2330.TW"]))
    early = found.dependence(-10, -10)
    assert early.group.tolist() == [0, 0]
    assert early.overlapping == 1
