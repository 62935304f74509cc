"""Events and prices joined: nobody is lost without a word, and nothing is joined by position."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import analytics as ma
from analytics.errors import InputError, UnknownNameError
from tests.study.worlds import DAY0, on, panel, world

MARKET = ma.load_market()
DEEPSEEK = "deepseek-shock-2025-01-27"
WORLD = panel(4, days=400)


def event(day, tickers, *, event_id="x", **fields):
    companies = [{"ticker": ticker} for ticker in tickers]
    return ma.Event(id=event_id, title="x", published_at=day, companies=companies, **fields)


# --- who is kept, who is not ----------------------------------------------------------------------

tickers = st.lists(
    st.sampled_from(["NVDA", "META", "TSM", "2330.TW", "AAPL", "0700.HK"]),
    min_size=1,
    max_size=4,
    unique=True,
)
moments = st.datetimes(
    dt.datetime.fromisoformat("2021-06-01"),
    dt.datetime.fromisoformat("2026-06-01"),
    timezones=st.just(dt.UTC),
)


@settings(max_examples=25)
@given(st.lists(st.tuples(moments, tickers), min_size=1, max_size=4))
def test_everyone_asked_for_is_kept_or_dropped_with_a_reason(asked):
    events = [event(day, names, event_id=f"e{k}") for k, (day, names) in enumerate(asked)]
    sample = ma.align(events, MARKET)
    wanted = {(one.id, ticker) for one in events for ticker in one.tickers}
    left_out = set(zip(sample.dropped["event_id"], sample.dropped["ticker"], strict=True))
    assert sample.asked == len(wanted) == len(sample) + len(sample.dropped)
    assert set(sample.index) | left_out == wanted
    assert not set(sample.index) & left_out
    assert sample.dropped["reason"].str.len().gt(10).all()


rows = st.lists(
    st.tuples(st.integers(0, 399), st.sampled_from(["S1", "S2", "S3", "S4", "S9"])),
    min_size=1,
    max_size=8,
    unique=True,
)


@settings(max_examples=40)
@given(rows, st.booleans())
def test_frames_of_sessions_too_are_kept_or_dropped_with_a_reason(asked, weekend):
    frame = pd.DataFrame(
        [
            {"event_id": f"e{k}", "ticker": ticker, "session": WORLD.index[row]}
            for k, (row, ticker) in enumerate(asked)
        ]
    )
    if weekend:
        frame.loc[0, "session"] = pd.Timestamp("2020-10-03")
    sample = ma.align(frame, world(WORLD))
    assert sample.asked == len(frame) == len(sample) + len(sample.dropped)
    enough = [row >= 10 + 120 and ticker != "S9" for row, ticker in asked]
    if weekend:
        enough[0] = False
    assert len(sample) == sum(enough)


@settings(max_examples=15)
@given(st.permutations(range(12)))
def test_the_order_of_rows_changes_nothing(order):
    frame = on(WORLD, rows=(200, 280, 350))
    shuffled = frame.iloc[list(order)]
    jumbled = WORLD.iloc[np.random.default_rng(1).permutation(len(WORLD))]
    plain = ma.event_study(ma.align(frame, world(WORLD)))
    other = ma.event_study(ma.align(shuffled, world(jumbled)))
    pd.testing.assert_frame_equal(
        other.car(-1, 1).loc[plain.sample.index], plain.car(-1, 1), check_exact=True
    )
    assert_allclose(other.test(-1, 1)["statistic"], plain.test(-1, 1)["statistic"], rtol=1e-9)


def test_the_order_of_columns_changes_nothing():
    frame = on(WORLD)
    plain = ma.event_study(ma.align(frame, world(WORLD))).car(0, 1)
    other = ma.event_study(ma.align(frame[frame.columns[::-1]], world(WORLD[WORLD.columns[::-1]])))
    pd.testing.assert_frame_equal(other.car(0, 1), plain, check_exact=True)


@pytest.mark.parametrize(("missing", "kept"), [(129, 121), (130, 120), (131, 119), (250, 0)])
def test_enough_estimation_days_or_the_reason_with_both_numbers(missing, kept):
    returns = panel(2)
    returns.iloc[DAY0 - 260 : DAY0 - 260 + missing, 1] = np.nan
    sample = ma.align(on(returns), world(returns))
    found = ma.event_study(sample).estimates["n_estimation"].droplevel("event_id")
    if kept >= 120:
        assert found["S1"] == kept
        assert len(sample.dropped) == 0
    else:
        assert "S1" not in found
        assert sample.dropped.to_dict("records") == [
            {
                "event_id": f"e{DAY0}",
                "ticker": "S1",
                "reason": f"only {kept} of at least 120 estimation days have prices and a "
                "benchmark",
            }
        ]
    assert found["S2"] == 250


def test_a_young_security_uses_the_days_it_has():
    returns = panel(1, days=200)
    sample = ma.align(on(returns, rows=(150, 131, 130)), world(returns))
    assert sample.usable.sum(axis=1).tolist() == [140, 121, 120]
    assert len(ma.align(on(returns, rows=(129, 150)), world(returns)).dropped) == 1


def test_an_event_at_the_end_keeps_the_days_there_are():
    returns = panel(1, days=DAY0 + 3)
    found = ma.event_study(ma.align(on(returns), world(returns)))
    assert found.abnormal_returns.iloc[0].notna().sum() == 13
    assert np.isfinite(found.car(0, 2)["car"].iloc[0])
    assert np.isnan(found.car(0, 3)["car"].iloc[0])


def test_a_day_without_a_price_is_a_reason_not_another_day():
    returns = panel(2)
    returns.iloc[DAY0, 1] = np.nan
    sample = ma.align(on(returns), world(returns))
    assert sample.index.tolist() == [(f"e{DAY0}", "S2")]
    (reason,) = sample.dropped["reason"]
    assert (
        reason
        == f"no return on {returns.index[DAY0]:%Y-%m-%d}: this or the previous price is missing"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda closes: closes.drop(pd.Timestamp("2025-01-27")),
            "no return on 2025-01-27: this or the previous price is missing",
        ),
        (
            lambda closes: closes.drop(pd.Timestamp("2025-01-24")),
            "no return on 2025-01-27: this or the previous price is missing",
        ),
        (
            lambda closes: closes[:"2025-01-24"],
            "published 2025-01-27, outside the prices (2022-01-03 to 2025-01-24)",
        ),
    ],
)
def test_news_of_a_day_without_a_price_never_falls_on_the_day_before(change, words):
    closes = MARKET.closes[["NVDA", "^GSPC"]].dropna()
    market = ma.Market.from_frames(change(closes), benchmarks="^GSPC", exchanges="XNYS")
    sample = ma.align(ma.load_events()[DEEPSEEK], market, tickers=["NVDA"])
    assert sample.dropped["reason"].tolist() == [words]


def test_a_date_that_is_no_session_is_not_moved():
    sunday = WORLD.index[DAY0] + pd.offsets.Week(weekday=6)
    frame = on(WORLD, ["S1"]).assign(session=sunday)
    sample = ma.align(pd.concat([frame, on(WORLD, ["S2"])]), world(WORLD))
    (reason,) = sample.dropped["reason"]
    following = sunday + pd.Timedelta(days=1)
    assert reason == f"{sunday:%Y-%m-%d} is no session of S1; the next one is {following:%Y-%m-%d}"


def test_reasons_say_what_is_missing():
    events = [
        event(dt.datetime(2025, 3, 3, 12, tzinfo=dt.UTC), ["INTC", "NVDA"]),
        event(dt.datetime(2021, 3, 3, 12, tzinfo=dt.UTC), ["NVDA"], event_id="early"),
        event(dt.datetime(2022, 3, 3, 12, tzinfo=dt.UTC), ["NVDA"], event_id="young"),
    ]
    sample = ma.align(events, MARKET)
    reasons = sample.dropped.set_index(["event_id", "ticker"])["reason"]
    assert reasons["x", "INTC"] == "no prices of INTC in this market"
    assert reasons["early", "NVDA"].startswith("published 2021-03-03, outside the prices")
    assert reasons["young", "NVDA"].startswith("only 30 of at least 120 estimation days")


def test_a_time_stamp_needs_an_exchange():
    index = pd.bdate_range("2024-01-01", periods=300)
    closes = pd.DataFrame({"A": np.linspace(10, 20, 300), "I": np.linspace(5, 9, 300)}, index=index)
    sample = ma.align(
        event(dt.datetime(2025, 1, 15, 12, tzinfo=dt.UTC), ["A"]),
        ma.Market.from_frames(closes, benchmarks="I"),
    )
    assert "no exchange known for A" in sample.dropped["reason"].iloc[0]


# --- dates, never positions -----------------------------------------------------------------------


def test_missing_dates_of_a_factor_do_not_shift_it():
    returns = panel(1)
    full = ma.event_study(ma.align(on(returns), world(returns)))
    gone = returns.index[[50, 90, 120, 160, 200]]
    holes = returns.copy()
    holes.loc[gone, "MKT"] = np.nan
    found = ma.event_study(ma.align(on(holes), world(holes)))
    assert found.estimates["n_estimation"].tolist() == [245]
    assert_allclose(found.estimates["beta"], full.estimates["beta"], atol=0.05)
    used = returns.iloc[DAY0 - 260 : DAY0 - 10].drop(gone)
    assert_allclose(found.estimates["beta"], np.polyfit(used["MKT"], used["S1"], 1)[0], rtol=1e-9)


def prices(returns):
    return 100 * (1 + returns).cumprod()


def own_prices(gaps, ticker):
    """Prices without an exchange, ``ticker`` without those of five days; beta is 1."""
    returns = panel(1)
    returns["S1"] = returns["MKT"] + (returns["S1"] - returns["MKT"]) / 20
    closes = prices(returns)
    closes.loc[returns.index[gaps], ticker] = np.nan
    market = ma.Market.from_frames(closes, benchmarks="MKT")
    return market, closes, returns


def test_a_factor_with_missing_prices_is_not_compared_over_two_days_with_one():
    market, closes, _ = own_prices([50, 90, 120, 160, 200], "MKT")
    factor = market.benchmark("S1")
    assert factor.index.equals(market.returns("S1").index)
    for row in (50, 51, 90, 91):
        assert np.isnan(factor[closes.index[row]])
    assert_allclose(factor.dropna(), closes["MKT"].pct_change(fill_method=None).dropna())


def test_a_security_with_missing_prices_is_compared_over_the_days_it_spans():
    market, closes, returns = own_prices([50, 90, 120, 160, 200], "S1")
    day = closes.index[51]
    two_days = closes["MKT"].iloc[51] / closes["MKT"].iloc[49] - 1
    assert_allclose(market.returns("S1")[day], closes["S1"].iloc[51] / closes["S1"].iloc[49] - 1)
    assert_allclose(market.benchmark("S1")[day], two_days)
    sample = ma.align(on(returns), market)
    assert_allclose(ma.event_study(sample).estimates["beta"], 1.0, atol=0.02)


def test_three_events_of_one_firm_are_three_rows_of_their_own():
    frame = on(WORLD, ["S1"], rows=(200, 280, 350))
    found = ma.event_study(ma.align(frame, world(WORLD)))
    assert found.estimates["session"].tolist() == list(WORLD.index[[200, 280, 350]])
    for row, (_, car) in zip((200, 280, 350), found.car(0, 0).iterrows(), strict=True):
        days = WORLD.iloc[max(row - 260, 0) : row - 10]
        beta, alpha = np.polyfit(days["MKT"], days["S1"], 1)
        expected = WORLD["S1"].iloc[row] - alpha - beta * WORLD["MKT"].iloc[row]
        assert_allclose(car["car"], expected, rtol=1e-9)


def test_windows_of_one_ticker_that_overlap_share_a_cluster():
    frame = on(WORLD, ["S1", "S2"], rows=(200, 220, 241))
    clusters = ma.align(frame, world(WORLD)).observations["cluster"].unstack("event_id")
    assert clusters.loc["S1", "e200"] == clusters.loc["S1", "e220"]  # [-10, 10] meet on one day
    assert clusters.loc["S1", "e241"] != clusters.loc["S1", "e220"]
    assert set(clusters.loc["S1"]).isdisjoint(clusters.loc["S2"])


# --- what is known about an observation -----------------------------------------------------------


def observations(event_id, **options):
    sample = ma.align(ma.load_events()[event_id], MARKET, **options)
    return sample.observations.droplevel("event_id")


def test_the_shock_reaches_taipei_after_twelve_days():
    row = observations(DEEPSEEK).loc["2330.TW"]
    assert row["session"] == pd.Timestamp("2025-02-03")
    assert row["previous_session"] == pd.Timestamp("2025-01-22")
    assert (row["phase"], row["gap_days"]) == ("closed", 7)
    assert "12 days, 2025-01-22 to 2025-02-03" in row["spans"]
    assert "Lunar New Year" in row["spans"]
    # New York closed on 22, 23, 24, 27, 28, 29, 30 and 31 January meanwhile
    assert row["missed_sessions"] == 8
    assert "tariff" in row["confounders"]


def test_the_shock_reaches_new_york_the_same_day():
    row = observations(DEEPSEEK).loc["NVDA"]
    assert row["session"] == pd.Timestamp("2025-01-27")
    assert (row["phase"], row["gap_sessions"], row["gap_days"]) == ("before_open", 0, 0)
    assert row["headline_window"] == (0, 0)
    assert row["spans"] == ""
    assert (row["benchmark"], row["exclude_self"]) == ("^GSPC", True)


def test_results_of_the_day_are_among_the_confounders():
    day = dt.datetime(2024, 5, 23, 12, tzinfo=dt.UTC)  # the morning after NVIDIA's results
    sample = ma.align(event(day, ["NVDA", "META"]), MARKET)
    confounders = sample.observations.droplevel("event_id")["confounders"]
    assert "results" in confounders["NVDA"]
    assert "results" not in confounders["META"]
    words = sample.observations.droplevel("event_id")["confounded_by"]
    assert "results, day +0: NVIDIA" in words["NVDA"]


def test_a_locked_day_of_taipei_is_a_confounder():
    sample = ma.align(event(dt.datetime(2025, 4, 7, tzinfo=dt.UTC), ["2330.TW", "TSM"]), MARKET)
    confounders = sample.observations.droplevel("event_id")["confounders"]
    assert "price_limit" in confounders["2330.TW"]
    assert "price_limit" not in confounders["TSM"]


def test_confounded_observations_leave_on_request_and_say_why():
    kept = ma.align(ma.load_events(), MARKET)
    clean = ma.align(ma.load_events(), MARKET, confounded="drop")
    hit = kept.observations["confounded_by"] != ""
    assert hit.sum() > 0
    assert clean.index.tolist() == kept.index[~hit].tolist()
    assert clean.asked == kept.asked == len(clean) + len(clean.dropped)
    reasons = clean.dropped.set_index(["event_id", "ticker"])["reason"]
    for key, words in kept.observations["confounded_by"][hit].items():
        assert reasons[key] == f"confounded: {words}"


def test_other_events_of_the_ticker_nearby_are_confounders_too():
    day = dt.datetime(2023, 7, 11, 12, tzinfo=dt.UTC)
    events = [event(day + dt.timedelta(days=k), ["NVDA"], event_id=f"e{k}") for k in (0, 1, 3)]
    words = ma.align(events, MARKET, confounders=()).observations["confounded_by"]
    assert words["e0", "NVDA"] == "event, day +1: e1"
    assert words["e1", "NVDA"] == "event, day -1: e0"
    assert words["e3", "NVDA"] == ""


def test_the_sessions_of_each_day_are_on_the_exchange_of_the_ticker():
    sample = ma.align(ma.load_events()[DEEPSEEK], MARKET, tickers=["NVDA", "2330.TW"])
    around = pd.DatetimeIndex(sample.sessions[1, 260 - 2 : 260 + 3])
    assert [f"{day:%m-%d}" for day in around] == ["01-21", "01-22", "02-03", "02-04", "02-05"]
    assert pd.Timestamp("2025-01-09") not in pd.DatetimeIndex(sample.sessions[0])


def test_selecting_keeps_the_count_of_who_was_asked_for():
    sample = ma.align(ma.load_events(), MARKET)
    part = sample.select(event_id="nvda-intel-2025-09-18")
    assert part.asked == len(part) + len(part.dropped)
    assert part.dropped["ticker"].tolist() == ["INTC"]
    assert set(sample.select(ticker="TSM").index.get_level_values("ticker")) == {"TSM"}


@pytest.mark.parametrize("choice", [{"event_id": "deepseek"}, {"ticker": "NVDAA"}])
def test_selecting_what_was_not_asked_for_leaves_nothing_to_study(choice):
    part = ma.align(ma.load_events()[DEEPSEEK], MARKET).select(**choice)
    assert (len(part), part.asked) == (0, 0)
    with pytest.raises(InputError, match="nothing to study: no observations were asked for"):
        ma.event_study(part)


# --- faults of the whole call ---------------------------------------------------------------------


def test_a_ticker_instead_of_a_list_is_refused():
    with pytest.raises(InputError, match=r"expected a list of tickers, such as \['NVDA'\]"):
        ma.align(ma.load_events()[DEEPSEEK], MARKET, tickers="NVDA")


def test_an_unknown_ticker_is_refused_with_the_nearest_ones():
    with pytest.raises(UnknownNameError, match="unknown ticker 'NVDIA': did you mean NVDA"):
        ma.align(ma.load_events()[DEEPSEEK], MARKET, tickers=["NVDIA"])


@pytest.mark.parametrize("benchmark", ["^GSPX", {"NVDA": "^GSPX"}])
def test_an_unknown_benchmark_is_refused_with_the_nearest_ones(benchmark):
    with pytest.raises(UnknownNameError, match=r"unknown benchmark '\^GSPX': did you mean \^GSPC"):
        ma.align(ma.load_events()[DEEPSEEK], MARKET, benchmark=benchmark)


def test_a_benchmark_for_an_unknown_ticker_is_refused():
    with pytest.raises(UnknownNameError, match="NVDIA"):
        ma.align(ma.load_events()[DEEPSEEK], MARKET, benchmark={"NVDIA": "^IXIC"})


def test_the_same_pair_twice_is_refused():
    frame = pd.concat([on(WORLD, ["S1"]), on(WORLD, ["S1", "S2"])])
    with pytest.raises(InputError, match=r"event 'e280' with ticker 'S1' is asked for twice"):
        ma.align(frame, world(WORLD))
    twice = [ma.load_events()[DEEPSEEK]] * 2
    with pytest.raises(InputError, match="asked for twice"):
        ma.align(twice, MARKET)


@pytest.mark.parametrize("nothing", [ma.EventTable(), [], on(WORLD).iloc[:0]])
def test_no_events_is_refused(nothing):
    with pytest.raises(InputError, match="nothing to align"):
        ma.align(nothing, MARKET)


@pytest.mark.parametrize("ids", [DEEPSEEK, [DEEPSEEK]])
def test_ids_instead_of_events_are_refused(ids):
    with pytest.raises(InputError, match=r"events\["):
        ma.align(ids, MARKET)


def test_a_frame_without_its_columns_is_refused():
    with pytest.raises(InputError, match="no column session; expected event_id, ticker, session"):
        ma.align(on(WORLD).drop(columns="session"), world(WORLD))


@pytest.mark.parametrize("value", ["someday", None, "2021-01-27T09:00Z"])
def test_a_session_that_is_no_plain_date_is_refused(value):
    frame = on(WORLD, ["S1"]).assign(session=value)
    with pytest.raises(InputError, match="column session"):
        ma.align(frame, world(WORLD))


def test_a_word_for_confounded_that_means_nothing_is_refused():
    with pytest.raises(InputError, match="confounded='no': expected 'keep' or 'drop'"):
        ma.align(ma.load_events()[DEEPSEEK], MARKET, confounded="no")


# --- masking (METHODS 2.7) ------------------------------------------------------------------------


def test_days_around_other_events_are_masked_on_request_and_counted():
    events = ma.load_events()
    event = events["reuters-meta-training-chip-2025-03-11"]
    plain = ma.align(event, MARKET, tickers=["NVDA", "2330.TW"])
    masked = ma.align(event, MARKET, tickers=["NVDA", "2330.TW"], mask=events)
    assert plain.observations["masked_days"].tolist() == [0, 0]
    for k, ticker in enumerate(("NVDA", "2330.TW")):
        calendar = MARKET.calendars[ticker]
        out = set()
        for other in events:
            if ticker in other.tickers:
                early, late = other.bounds()
                if other.precision == "day" and other.grades.get(calendar.code) == "high":
                    early = late = other.published_at
                row = calendar.first_after(pd.Timestamp(early))
                end = calendar.first_after(pd.Timestamp(late))
                out |= {calendar.sessions[r] for r in range(row - 1, end + 2)}
        window = pd.DatetimeIndex(plain.sessions[k, :250])
        hit = window.isin(list(out))
        assert masked.observations["masked_days"].iloc[k] == hit.sum() > 20
        assert (masked.usable[k] == (plain.usable[k] & ~hit)).all()


def test_price_limit_days_are_masked():
    events = ma.load_events()
    event = events["info-alibaba-baidu-2025-09-11"]
    sample = ma.align(event, MARKET, tickers=["2330.TW"], mask=[])
    gone = pd.DatetimeIndex(sample.sessions[0, :250])[~sample.usable[0]]
    assert gone.strftime("%Y-%m-%d").tolist() == ["2025-04-07", "2025-04-10"]
    assert sample.observations["masked_days"].tolist() == [2]


def test_masked_days_count_against_the_minimum():
    windows = ma.Windows(min_estimation=249)
    event = ma.load_events()["info-alibaba-baidu-2025-09-11"]
    sample = ma.align(event, MARKET, windows, tickers=["2330.TW"], mask=[])
    assert sample.dropped["reason"].str.contains("only 248 of at least 249").tolist() == [True]


def test_a_share_is_not_its_own_benchmark():
    with pytest.raises(InputError, match="NVDA cannot explain itself"):
        ma.align(ma.load_events()[DEEPSEEK], MARKET, tickers=["NVDA"], benchmark="NVDA")
