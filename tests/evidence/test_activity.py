"""Volume and range against usual: worked out again from the price files, and in made-up markets.

In: the recorded CSV files, statsmodels, markets drawn at random. Out: nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.errors import InputError, UnknownNameError
from analytics.evidence import MeanLevel, RecentLevel, abnormal_range, abnormal_volume
from analytics.evidence.levels import Track

DATA = Path(__file__).resolve().parents[2] / "data"
SHOCK = "deepseek-shock-2025-01-27"
KEY = (SHOCK, "NVDA")
FOUR = ["NVDA", "META", "TSM", "2330.TW"]
MARKET = ma.load_market()
EVENTS = ma.load_events()
SAMPLE = ma.align(EVENTS[SHOCK], MARKET, tickers=FOUR)


# --- by hand --------------------------------------------------------------------------------------


def by_hand(ticker, column="volume"):
    """Log activity from the CSV file, early closes left out, with weekdays and recent averages."""
    bars = pd.read_csv(DATA / "prices" / f"{ticker}.csv", parse_dates=["date"], index_col="date")
    early = pd.read_csv(DATA / "early_closes.csv", parse_dates=["date"])["date"]
    bars["y"] = np.log(bars["volume"])
    if column == "range":
        parkinson = np.log(bars["high"] / bars["low"]) ** 2 / (4 * np.log(2))
        bars["y"] = 0.5 * np.log(parkinson)
    bars.loc[bars.index.isin(early), "y"] = np.nan
    full = bars["y"].dropna()
    for span in (1, 5, 22):
        bars[f"m{span}"] = full.rolling(span).mean().reindex(bars.index).ffill()
    for day in range(1, 5):
        bars[f"w{day}"] = (bars.index.day_of_week == day).astype(float)
    return bars


def regression(bars, row, first, last, extra=()):
    """The direct forecast of a window by statsmodels: abnormal sum, its error, the residuals."""
    days, origin = range(first, last + 1), min(first, 0) - 1
    y = sum(bars["y"].shift(-day) for day in days)
    columns = [f"w{day}" for day in range(1, 5)] + list(extra)
    x = sum(bars[columns].shift(-day) for day in days)
    x = x.join(bars[["m1", "m5", "m22"]].shift(-origin))
    x = sm.add_constant(x, has_constant="add")
    window = bars.iloc[row - 260 - first : row - 10 - last].index
    fitted = sm.OLS(y[window], x.loc[window], missing="drop").fit()
    at = x.iloc[[row]].to_numpy()
    h = float((at @ np.asarray(fitted.normalized_cov_params) @ at.T)[0, 0])
    return y.iloc[row] - float(fitted.predict(at)[0]), fitted, h


@pytest.mark.parametrize("ticker", ["NVDA", "META", "TSM"])
@pytest.mark.parametrize(
    ("measure", "column"), [(abnormal_volume, "volume"), (abnormal_range, "range")]
)
def test_one_day_is_the_forecast_of_statsmodels(ticker, measure, column):
    bars = by_hand(ticker, column)
    row = bars.index.get_loc("2025-01-27")
    value, fitted, h = regression(bars, row, 0, 0)
    found = measure(SAMPLE, MARKET).over(0, 0).loc[(SHOCK, ticker)]
    assert found["abnormal"] == pytest.approx(value, abs=1e-10)
    assert found["std_error"] == pytest.approx(np.sqrt(fitted.scale * (1 + h)), rel=1e-9)
    assert found["df"] == fitted.df_resid == found["n_estimation"] - 8
    beyond = (np.abs(fitted.resid) >= abs(value)).sum()
    assert found["rank_pvalue"] == pytest.approx((1 + beyond) / (len(fitted.resid) + 1))
    assert found["ratio"] == pytest.approx(np.exp(value))


def test_a_window_of_days_is_one_forecast_of_their_sum():
    bars = by_hand("NVDA")
    row = bars.index.get_loc("2025-01-27")
    value, fitted, h = regression(bars, row, 0, 2)
    found = abnormal_volume(SAMPLE, MARKET).over(0, 2).loc[KEY]
    assert found["abnormal"] == pytest.approx(value / 3, abs=1e-10)
    assert found["std_error"] == pytest.approx(np.sqrt(fitted.scale * (1 + 3 * h)) / 3, rel=1e-9)
    assert found["df"] == pytest.approx(fitted.df_resid / 3)
    places, last = [], np.inf
    rows = [bars.index.get_loc(day) for day in fitted.resid.index]
    for k in range(len(rows) - 1, -1, -1):
        if rows[k] <= last - 3:
            places.append(k)
            last = rows[k]
    apart = np.abs(fitted.resid.to_numpy()[places])
    assert found["rank_pvalue"] == pytest.approx(
        (1 + (apart >= abs(value)).sum()) / (len(apart) + 1)
    )


def test_a_day_after_the_news_is_forecast_from_the_eve():
    bars = by_hand("NVDA")
    row = bars.index.get_loc("2025-01-27")
    results = abnormal_volume(SAMPLE, MARKET)
    value, fitted, h = regression(bars, row, 2, 2)
    later = results.by_day(-3, 2).loc[(*KEY, 2)]
    assert later["abnormal"] == pytest.approx(value, abs=1e-10)
    assert later["std_error"] == pytest.approx(np.sqrt(fitted.scale * (1 + h)), rel=1e-9)
    assert np.log(later["band_high"]) == pytest.approx(-np.log(later["band_low"]))
    before, _, _ = regression(bars, row, -3, -3)
    assert results.by_day(-3, 2).loc[(*KEY, -3), "abnormal"] == pytest.approx(before, abs=1e-10)


def test_others_enter_on_the_same_day():
    bars = by_hand("NVDA").assign(meta=by_hand("META")["y"])
    row = bars.index.get_loc("2025-01-27")
    value, _, _ = regression(bars, row, 0, 1, extra=["meta"])
    results = abnormal_volume(SAMPLE, MARKET, others=["META"])
    assert results.over(0, 1).loc[KEY, "abnormal"] == pytest.approx(value / 2, abs=1e-10)
    assert results.dropped["reason"].tolist() == ["META cannot stand beside itself"]


def test_days_as_if_independent_are_the_textbook_mean():
    bars = by_hand("TSM")
    row = bars.index.get_loc("2025-01-27")
    past = bars["y"].iloc[row - 260 : row - 10].dropna()
    level = MeanLevel(weekdays=False, independent=True)
    found = abnormal_volume(SAMPLE, MARKET, level=level).over(0, 5).loc[(SHOCK, "TSM")]
    used = past.index[past.index <= bars.index[row - 16]]  # sums that end in the window
    used = [day for day in used if bars["y"].iloc[bars.index.get_loc(day) :][:6].notna().all()]
    kept = bars["y"][used]
    expected = bars["y"].iloc[row : row + 6].sum() - 6 * kept.mean()
    n = len(kept)
    assert found["abnormal"] == pytest.approx(expected / 6, abs=1e-10)
    error = kept.std(ddof=1) * np.sqrt(6 + 36 / n) / 6
    assert found["std_error"] == pytest.approx(error, rel=1e-9)
    assert found["df"] == n - 1


def test_the_mean_with_weekdays_is_a_regression_on_dummies():
    bars = by_hand("META")
    row = bars.index.get_loc("2025-01-27")
    past = bars.iloc[row - 260 : row - 10].dropna(subset=["y"])
    columns = [f"w{day}" for day in range(1, 5)]
    fitted = sm.OLS(past["y"], sm.add_constant(past[columns])).fit()
    at = sm.add_constant(bars[columns]).iloc[[row]]
    forecast = fitted.get_prediction(at)
    found = abnormal_volume(SAMPLE, MARKET, level=MeanLevel()).over(0, 0).loc[(SHOCK, "META")]
    value = bars["y"].iloc[row] - forecast.predicted_mean[0]
    assert found["abnormal"] == pytest.approx(value, abs=1e-10)
    assert found["std_error"] == pytest.approx(forecast.se_obs[0], rel=1e-9)


def test_the_shock_in_rounded_numbers():
    """Worked out from the CSV files with another program: 4.0, 2.0, 5.1 and 2.7 times usual."""
    found = abnormal_volume(SAMPLE, MARKET).headline()["ratio"]
    expected = {"NVDA": 3.992, "META": 2.015, "TSM": 5.083, "2330.TW": 2.730}
    for ticker, ratio in expected.items():
        assert found[(SHOCK, ticker)] == pytest.approx(ratio, abs=5e-4)


# --- made-up markets ------------------------------------------------------------------------------


def made_up(volume, *, high=None, low=None, days=None):
    """A market of one share S with these bars, and the frame of one event."""
    index = pd.bdate_range("2020-01-01", periods=len(volume)) if days is None else days
    rng = np.random.default_rng(3)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, len(index))))
    market = ma.Market.from_frames(pd.DataFrame({"S": close}, index=index))
    bars = pd.DataFrame(
        {
            "open": close,
            "high": close * 1.01 if high is None else high,
            "low": close * 0.99 if low is None else low,
            "close": close,
            "volume": volume,
        },
        index=index,
    )
    return replace(market, bars={"S": bars})


def events_at(market, rows, ticker="S"):
    sessions = market.sessions(ticker)
    return pd.DataFrame(
        {"event_id": [f"e{row}" for row in rows], "ticker": ticker, "session": sessions[list(rows)]}
    )


def memory(length, *, rho=0.7, seed=0, spread=0.3):
    """Volume whose logarithm remembers."""
    rng = np.random.default_rng(seed)
    level = np.zeros(length)
    for day in range(1, length):
        level[day] = rho * level[day - 1] + rng.normal(0, spread)
    return np.exp(15 + level)


@given(scale=st.floats(1e-6, 1e6), seed=st.integers(0, 20))
def test_a_split_changes_nothing(scale, seed):
    volume = memory(330, seed=seed)
    plain, split = made_up(volume), made_up(volume * scale)
    one, two = (
        abnormal_volume(ma.align(events_at(m, [310]), m), m).over(0, 2) for m in (plain, split)
    )
    for column in ("abnormal", "std_error", "pvalue", "rank_pvalue"):
        assert two[column].iloc[0] == pytest.approx(one[column].iloc[0], rel=1e-6, abs=1e-8)


@given(factor=st.floats(0.2, 20.0))
def test_a_planted_effect_is_found_with_its_size(factor):
    volume = memory(330, seed=5)
    planted = volume.copy()
    planted[310:312] *= factor
    before, after = (
        abnormal_volume(ma.align(events_at(m, [310]), m), m).over(0, 1).iloc[0]
        for m in (made_up(volume), made_up(planted))
    )
    assert after["ratio"] / before["ratio"] == pytest.approx(factor, rel=1e-9)
    assert after["std_error"] == pytest.approx(before["std_error"], rel=1e-12)


@pytest.fixture(scope="module")
def calm():
    """One long history in which nothing happens, and a great many dates."""
    market = made_up(memory(6000, seed=11))
    return market, ma.align(events_at(market, range(300, 5900, 7)), market)


@pytest.mark.parametrize("last", [0, 1, 5])
def test_the_default_keeps_its_size_where_volume_remembers(calm, last):
    market, sample = calm
    found = abnormal_volume(sample, market).over(0, last)
    for column in ("pvalue", "rank_pvalue"):
        assert (found[column] <= 0.05).mean() == pytest.approx(0.05, abs=0.022)  # 3 s.e. of 800


def test_the_textbook_mean_does_not(calm):
    market, sample = calm
    level = MeanLevel(weekdays=False, independent=True)
    found = abnormal_volume(sample, market, level=level)
    assert (found.over(0, 0)["pvalue"] <= 0.05).mean() < 0.09
    assert (found.over(0, 5)["pvalue"] <= 0.05).mean() > 0.25


def test_intervals_cover_what_they_promise(calm):
    market, sample = calm
    row = abnormal_volume(sample, market, alpha=0.2).over(0, 5)
    covered = (row["ci_low"] <= 1) & (row["ci_high"] >= 1)
    assert covered.mean() == pytest.approx(0.8, abs=0.045)


# --- days that cannot be used ---------------------------------------------------------------------


def test_zero_and_missing_volume_are_listed_and_never_logged():
    volume = memory(330)
    volume[[250, 305]], volume[251], volume[252] = 0.0, np.nan, -5.0
    market = made_up(volume)
    sample = ma.align(events_at(market, [304, 305, 310]), market)
    results = abnormal_volume(sample, market)
    reasons = results.dropped.set_index("event_id")["reason"]
    assert reasons.to_dict() == {"e305": "day 0, 2021-03-03: a volume of zero on a session"}
    assert len(results) + len(results.dropped) == sample.asked == 3
    listed = results.flagged[~results.flagged["used"]]
    sessions = market.sessions("S")
    assert listed["date"].tolist() == list(sessions[[250, 251, 252, 305]])
    assert listed["reason"].str.contains("zero").tolist() == [True, False, False, True]
    over = results.over(0, 1)
    assert np.isnan(over.loc[("e304", "S"), "ratio"])
    assert "cannot be used" in over.loc[("e304", "S"), "note"]
    assert np.isfinite(over.loc[("e310", "S"), "ratio"])


def test_an_unusable_day_is_passed_over_and_not_counted_as_quiet():
    logs = np.array([1.0, np.nan, 3.0, 5.0])
    track = Track(pd.bdate_range("2024-01-01", periods=4), logs, np.empty((4, 0)))
    np.testing.assert_array_equal(track.known([1])[:, 0], [1.0, 1.0, 3.0, 5.0])
    np.testing.assert_array_equal(track.known([2])[:, 0], [np.nan, np.nan, 2.0, 4.0])


def test_an_early_close_on_day_zero_is_left_out():
    days = pd.DataFrame(
        {"event_id": ["a"], "ticker": ["NVDA"], "session": pd.to_datetime(["2024-12-24"])}
    )
    results = abnormal_volume(ma.align(days, MARKET), MARKET)
    assert results.dropped["reason"].tolist() == [
        "day 0, 2024-12-24: an early close: a shorter session"
    ]
    assert len(results.headline()) == 0
    assert len(results.over(0, 1)) == 0


def test_a_locked_day_has_a_volume_but_no_range():
    days = pd.DataFrame(
        {"event_id": ["a"], "ticker": ["2330.TW"], "session": pd.to_datetime(["2025-04-07"])}
    )
    sample = ma.align(days, MARKET)
    assert np.isfinite(abnormal_volume(sample, MARKET).over(0, 0)["ratio"].iloc[0])
    dropped = abnormal_range(sample, MARKET).dropped["reason"].iloc[0]
    assert dropped.startswith("day 0, 2025-04-07: high equals low")


def test_the_bad_tick_is_named_kept_and_noted():
    days = pd.DataFrame(
        {"event_id": ["a"], "ticker": ["META"], "session": pd.to_datetime(["2025-12-12"])}
    )
    results = abnormal_range(ma.align(days, MARKET), MARKET)
    doubtful = results.flagged[results.flagged["used"]]
    assert doubtful["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-12-12"]
    row = results.over(0, 0).iloc[0]
    assert row["note"].startswith("2025-12-12: high or low lies over 3 usual ranges")
    assert row["ratio"] > 3  # the tick itself: a rank would not know how far it lies


def test_inconsistent_bars_are_not_measured():
    market = made_up(memory(330))
    bars = market.bars["S"].copy()
    bars.iloc[310, bars.columns.get_loc("high")] = bars["close"].iloc[310] * 0.999
    market = replace(market, bars={"S": bars})
    dropped = abnormal_range(ma.align(events_at(market, [310]), market), market).dropped
    assert "outside the day's low and high" in dropped["reason"].iloc[0]


def test_a_price_limit_and_a_closure_are_noted():
    found = abnormal_volume(ma.align(EVENTS, MARKET, tickers=["2330.TW"]), MARKET).headline()
    limit = found.loc[("google-ironwood-2025-04-09", "2330.TW"), "note"]
    assert limit == "a day at the price limit: trading was cut short"
    shut = found.loc[(SHOCK, "2330.TW"), "note"]
    assert shut == "first session after 12 days, which alone can make it busy"
    assert found.loc[("amd-openai-2025-10-06", "2330.TW"), "note"] == ""  # a long weekend is usual


@pytest.mark.parametrize("event", [(-10, -1), (5, 10)])
def test_without_day_zero_the_headline_is_the_whole_window(event):
    sample = ma.align(EVENTS[SHOCK], MARKET, ma.Windows((-260, -11), event))
    results = abnormal_volume(sample, MARKET)
    pd.testing.assert_frame_equal(results.headline(), results.over(*event))


def test_the_third_friday_of_a_quarter_is_said():
    days = pd.DataFrame(
        {"event_id": ["a"], "ticker": ["NVDA"], "session": pd.to_datetime(["2025-06-20"])}
    )
    row = abnormal_volume(ma.align(days, MARKET), MARKET).over(0, 0).iloc[0]
    assert row["note"].startswith("2025-06-20: third Friday of a quarter")
    assert row["ratio"] > 1.3


# --- a reader's own market ------------------------------------------------------------------------


def test_closes_alone_have_no_volume_and_it_says_so():
    index = pd.bdate_range("2024-01-01", periods=320)
    rng = np.random.default_rng(2)
    closes = pd.DataFrame(
        {"A": 50 * np.exp(np.cumsum(rng.normal(0, 0.01, 320))), "I": 1.0}, index=index
    )
    market = ma.Market.from_frames(closes, benchmarks={"A": "I"})
    results = abnormal_volume(ma.align(events_at(market, [300], "A"), market), market)
    assert results.dropped["reason"].tolist() == [
        "this market holds no volume of A, only its close"
    ]
    assert len(results.headline()) == 0


def test_returns_alone_have_none_either():
    returns = pd.DataFrame(
        np.random.default_rng(1).normal(0, 0.01, (320, 2)),
        index=pd.bdate_range("2024-01-01", periods=320),
        columns=["A", "M"],
    )
    market = ma.Market.from_returns(returns, benchmarks="M")
    results = abnormal_range(ma.align(events_at(market, [300], "A"), market), market)
    assert "holds returns of A" in results.dropped["reason"].iloc[0]


def test_without_holidays_five_days_hold_every_weekday_and_still_work():
    """Weekday counts of a whole week never vary: no reason to give up."""
    market = made_up(memory(330, seed=2))
    results = abnormal_volume(ma.align(events_at(market, [310]), market), market)
    plain = abnormal_volume(
        ma.align(events_at(market, [310]), market), market, level=RecentLevel(weekdays=False)
    )
    with_days, without = (one.over(0, 4).iloc[0] for one in (results, plain))
    assert with_days["abnormal"] == pytest.approx(without["abnormal"], abs=1e-9)


def test_a_weekday_never_seen_before_has_no_usual_level():
    week = pd.bdate_range("2020-01-01", periods=500)
    days = week[(week.day_of_week < 4) | (week > "2021-06-01")]
    market = made_up(memory(len(days)), days=days)
    friday = int(np.argmax(market.sessions("S").day_of_week == 4))
    row = abnormal_volume(ma.align(events_at(market, [friday]), market), market).over(0, 0).iloc[0]
    assert np.isnan(row["ratio"])
    assert row["note"] == "the estimation window holds no such weekday or level"


def test_a_volume_that_never_varies_has_no_test():
    market = made_up(np.full(330, 1e6))
    row = abnormal_volume(ma.align(events_at(market, [310]), market), market).over(0, 0).iloc[0]
    assert np.isnan(row["pvalue"])
    assert row["note"] == "activity does not vary in the estimation window"


def test_too_few_days_to_learn_from_are_said():
    volume = memory(330)
    volume[60:250] = np.nan
    market = made_up(volume)
    dropped = abnormal_volume(ma.align(events_at(market, [310]), market), market).dropped
    assert dropped["reason"].tolist() == ["only 60 of at least 120 estimation days can be used"]


def test_masked_days_are_not_learned_from():
    free = ma.align(EVENTS[SHOCK], MARKET, tickers=["NVDA"])
    masked = ma.align(EVENTS[SHOCK], MARKET, tickers=["NVDA"], mask=EVENTS)
    counts = [
        abnormal_volume(one, MARKET).over(0, 0)["n_estimation"].iloc[0] for one in (free, masked)
    ]
    calendar = MARKET.calendars["NVDA"]
    out = ~masked.usable[0] & free.usable[0]
    days = pd.DatetimeIndex(free.sessions[0, : len(out)][out])
    assert counts[0] - counts[1] == len(days.difference(calendar.early_closes)) > 10


def test_parts_of_results_are_the_same_numbers():
    results = abnormal_volume(SAMPLE, MARKET)
    one = results.select(ticker="TSM")
    pd.testing.assert_frame_equal(one.over(0, 3), results.over(0, 3).loc[[(SHOCK, "TSM")]])
    with pytest.raises(UnknownNameError, match="ticker in these results 'AMD'"):
        results.select(ticker="AMD")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 1.5}, "alpha=1.5: expected a number between 0 and 1"),
        ({"level": "mean"}, r"level='mean': expected RecentLevel\(\) or MeanLevel\(\)"),
        ({"others": "META"}, "others='META': expected a name or a list"),
        ({"others": ["AMD"]}, "others: this market holds no volume of AMD"),
        ({"others": ["NONE"]}, "unknown ticker in others 'NONE'"),
    ],
)
def test_wrong_options_are_one_message(options, message):
    if options.get("others") == "META":
        message = "others='META'"
    with pytest.raises(InputError, match=message):
        abnormal_volume(SAMPLE, MARKET, **options)


def test_wrong_things_are_one_message():
    with pytest.raises(InputError, match="sample: expected what align gives, got str"):
        abnormal_volume("deepseek", MARKET)
    with pytest.raises(InputError, match="market: expected a Market, got NoneType"):
        abnormal_range(SAMPLE, None)
    with pytest.raises(InputError, match="spans="):
        RecentLevel(spans=(0, 5))
    with pytest.raises(InputError, match="is not inside the event window"):
        abnormal_volume(SAMPLE, MARKET).over(0, 99)


def test_a_sample_of_another_market_is_left_out_not_misread():
    other = made_up(memory(330))
    days = pd.DataFrame({"event_id": ["x"], "ticker": ["S"], "session": other.sessions("S")[[310]]})
    shifted = made_up(memory(330), days=pd.bdate_range("2010-01-01", periods=330))
    dropped = abnormal_volume(ma.align(days, other), shifted).dropped
    assert "is no session of S in this market" in dropped["reason"].iloc[0]
