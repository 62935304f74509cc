"""One piece of news, two listings: implied prices, catch-up, orders, what cannot be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests

import analytics as ma
from analytics.errors import InputError
from analytics.events import Confounder, Event
from analytics.evidence import compare_listings, compare_many_listings
from analytics.evidence.catchup import pairs_for, spans_of
from analytics.evidence.lines import listings_of
from analytics.market import Market

EVENTS, MARKET = ma.load_events(), ma.load_market()
SHOCK = EVENTS["deepseek-shock-2025-01-27"]


@pytest.fixture(scope="module")
def shock():
    return compare_listings(SHOCK, MARKET)


@pytest.fixture(scope="module")
def many():
    return compare_many_listings(EVENTS.filter(ticker="TSM"), MARKET)


def news(moment, **fields):
    """An event of one's own at a moment, UTC."""
    settings = {"id": "own", "title": "Own", "published_at": moment}
    return Event(**(settings | fields))


# --- the DeepSeek shock ---------------------------------------------------------------------------

REFERENCE = 218.70 * 32.765 / (5 * 1140.0)  # 21 January in New York, 22 January's open in Taipei


@pytest.mark.parametrize(
    ("day", "usd"),
    [("2025-01-24", 221.88), ("2025-01-27", 192.31), ("2025-01-31", 209.32)],
)
def test_the_implied_price_by_hand(shock, day, usd):
    # the rate stays that of 22 January, 32.774, while Taipei is shut
    assert shock.path.loc[day, "implied"] == pytest.approx(usd * 32.774 / 5 / REFERENCE, abs=1e-9)
    assert shock.path.loc[day, "rate_session"] == pd.Timestamp("2025-01-22")
    assert shock.path.loc[day, "gap"] == pytest.approx(
        np.log(usd * 32.774 / 5 / REFERENCE / 1135.0), abs=1e-12
    )


def test_new_york_traded_eight_sessions_while_taipei_was_shut(shock):
    assert (shock.leader, shock.follower) == ("TSM", "2330.TW")
    assert shock.session == pd.Timestamp("2025-02-03")
    assert shock.previous == pd.Timestamp("2025-01-22")
    days = ["01-22", "01-23", "01-24", "01-27", "01-28", "01-29", "01-30", "01-31"]
    assert shock.path.index.tolist() == [pd.Timestamp(f"2025-{day}") for day in days]
    assert shock.path["missed"].tolist() == list(range(1, 9))
    assert shock.hours == 52
    assert shock.reference["premium"] == pytest.approx(REFERENCE - 1)
    assert shock.path["moment"].iloc[3] == pd.Timestamp("2025-01-27T21:00Z")


def test_moves_of_the_news_by_hand(shock):
    assert shock.first_move == pytest.approx(np.log(192.31 / 221.88), abs=1e-12)
    assert shock.leader_move == pytest.approx(np.log(209.32 / 221.88), abs=1e-12)
    opened, closed = shock.catch_up.loc["open"], shock.catch_up.loc["close"]
    assert opened["response"] == pytest.approx(np.log(1065 / 1135), abs=1e-12)
    assert closed["response"] == pytest.approx(np.log(1070 / 1135), abs=1e-12)


def test_the_rate_known_afterwards_by_hand(shock):
    # 32.968 TWD on 3 February against 32.774 on 22 January
    assert shock.rate_shift == pytest.approx(np.log(32.968 / 32.774), abs=1e-12)


def test_the_interval_is_a_rank_among_past_changes_over_as_many_closes(shock):
    lines = listings_of(MARKET)
    pairs = pairs_for(lines.receipt, lines.local)
    row = lines.local.sessions.get_loc(pd.Timestamp("2025-02-03"))
    for missed in (1, 4, 8):
        changes = np.sort(np.abs(spans_of(pairs, missed, row, 250).change))
        reach = changes[int(np.ceil(0.95 * (len(changes) + 1))) - 1]
        line = shock.path[shock.path["missed"] == missed].iloc[0]
        assert line["ci_low"] == pytest.approx(line["implied"] * np.exp(-reach))
        assert line["ci_high"] == pytest.approx(line["implied"] * np.exp(reach))


def test_expected_and_its_test_are_those_of_statsmodels(shock):
    lines = listings_of(MARKET)
    pairs = pairs_for(lines.receipt, lines.local)
    row = lines.local.sessions.get_loc(pd.Timestamp("2025-02-03"))
    spans = spans_of(pairs, 8, row, 250)
    model = sm.OLS(spans.opened, sm.add_constant(spans.gap)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 8, "use_correction": True}
    )
    at = np.array([1.0, shock.gap])
    error = np.sqrt(model.mse_resid + at @ model.cov_params() @ at)
    df = len(spans.gap) // 8 - 2
    got = shock.catch_up.loc["open"]
    assert got["expected"] == pytest.approx(at @ model.params)
    assert got["std_error"] == pytest.approx(error)
    t = (got["response"] - at @ model.params) / error
    assert got["pvalue"] == pytest.approx(2 * stats.t.sf(abs(t), df))
    low, high = stats.t.interval(0.95, df, loc=at @ model.params, scale=error)
    assert (got["ci_low"], got["ci_high"]) == (pytest.approx(low), pytest.approx(high))
    holm = multipletests(shock.catch_up["pvalue"], method="holm")[1]
    np.testing.assert_allclose(shock.catch_up["pvalue_holm"], holm)
    assert shock.usual_gap == pytest.approx(np.sqrt((spans.gap**2).mean()))


def test_a_gap_smaller_than_usual_has_no_share(shock):
    assert abs(shock.gap) < shock.usual_gap
    assert not shock.asked
    assert shock.catch_up[["share", "share_low", "share_high"]].isna().all(axis=None)
    assert any("too small to ask" in one for one in shock.remarks)


def test_the_tariff_orders_came_after_the_last_close_and_forbid_an_attribution(shock):
    (late,) = shock.late_news
    assert late.kind == "tariff"
    assert late.published_at == pd.Timestamp("2025-02-01T23:00Z")
    known = [one.kind for one in shock.other_news if not one.late]
    assert "policy_rate" in known  # of 29 January: New York had it in its price
    assert any("nothing is attributed" in one for one in shock.remarks)


def test_confounders_of_ones_own_replace_the_recorded_ones():
    assert compare_listings(SHOCK, MARKET, confounders=[]).other_news == ()
    own = Confounder(
        id="x", kind="market", published_at="2025-02-02T00:00:00Z", what="a rumour", grade="low"
    )
    (one,) = compare_listings(SHOCK, MARKET, confounders=[own]).other_news
    assert (one.what, one.late) == ("a rumour", True)
    other = own.model_copy(update={"tickers": ("META",)})
    assert compare_listings(SHOCK, MARKET, confounders=[other]).other_news == ()


# --- shares ---------------------------------------------------------------------------------------


def test_a_share_by_hand_with_its_interval():
    """OpenAI's accelerators, 13 October 2025: one close between Taipei's sessions."""
    found = compare_listings(EVENTS["openai-broadcom-2025-10-13"], MARKET)
    # TSM closed at 280.66 on 10 October and at 302.89 on the 13th. Taipei was shut on the 10th, so
    # the rates are those of the 9th, 30.545, and of the 13th, 30.696. On the 13th 2330.TW went from
    # 1390 to 1415, on the 14th it opened at 1455.
    gap = np.log(302.89 / 280.66) + np.log(30.696 / 30.545) - np.log(1415 / 1390)
    assert found.gap == pytest.approx(gap, abs=1e-12)
    row = found.catch_up.loc["open"]
    moved = np.log(1455 / 1415)
    assert row["share"] == pytest.approx(moved / gap)
    half = stats.t.isf(0.025, row["df"]) * row["std_error"]
    assert row["share_low"] == pytest.approx((moved - half) / gap)
    assert row["share_high"] == pytest.approx((moved + half) / gap)


def test_a_share_of_a_falling_gap_runs_from_low_to_high(many):
    for one in many.comparisons:
        if one.asked and not one.censored:
            assert (one.catch_up["share_low"] < one.catch_up["share"]).all()
            assert (one.catch_up["share"] < one.catch_up["share_high"]).all()


def test_where_taipei_could_answer_first_new_york_follows():
    """The H20 licence became known after New York's close of 15 April 2025."""
    found = compare_listings(EVENTS["nvda-h20-licence-2025-04-15"], MARKET)
    assert (found.leader, found.follower) == ("2330.TW", "TSM")
    assert found.session == pd.Timestamp("2025-04-16")
    local, receipt = MARKET.bars["2330.TW"], MARKET.bars["TSM"]
    rate = MARKET.closes["USDTWD"]
    gap = np.log(local.loc["2025-04-16", "close"] / local.loc["2025-04-15", "close"])
    gap -= np.log(receipt.loc["2025-04-15", "close"] / receipt.loc["2025-04-15", "open"])
    assert found.gap == pytest.approx(gap, abs=1e-12)
    moved = np.log(receipt.loc["2025-04-16", "open"] / receipt.loc["2025-04-15", "close"])
    moved += np.log(rate["2025-04-16"] / rate["2025-04-15"])
    assert found.catch_up.loc["open", "response"] == pytest.approx(moved, abs=1e-12)
    # in USD: what Taipei's close is worth at the premium of 15 April's open in New York
    was = receipt.loc["2025-04-15", "open"] * rate["2025-04-15"] / 5
    was /= local.loc["2025-04-15", "close"]
    implied = local.loc["2025-04-16", "close"] * was * 5 / rate["2025-04-16"]
    assert found.path["implied"].iloc[-1] == pytest.approx(implied, abs=1e-9)
    assert found.currency == "USD"
    assert np.isnan(found.rate_shift)


# --- closed days and price limits -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "previous", "session", "closes"),
    [
        ("2024-07-24T14:00:00Z", "2024-07-23", "2024-07-26", 3),  # Typhoon Gaemi, two days
        ("2024-10-02T15:00:00Z", "2024-10-01", "2024-10-04", 3),  # Typhoon Krathon, two days
        ("2024-10-30T18:00:00Z", "2024-10-30", "2024-11-01", 2),  # Typhoon Kong-rey, one day
        ("2025-02-28T15:00:00Z", "2025-02-27", "2025-03-03", 2),  # a holiday in Taipei
    ],
)
def test_closures_of_taipei_count_the_closes_in_new_york(moment, previous, session, closes):
    found = compare_listings(news(moment), MARKET)
    assert found.previous == pd.Timestamp(previous)
    assert found.session == pd.Timestamp(session)
    assert found.closes == closes


def test_a_holiday_in_new_york_while_taipei_trades():
    """News during Taipei's session of 20 January 2025; New York opened again on the 21st."""
    found = compare_listings(news("2025-01-20T03:00:00Z"), MARKET)
    assert (found.leader, found.follower) == ("2330.TW", "TSM")
    assert found.session == pd.Timestamp("2025-01-21")
    assert found.previous == pd.Timestamp("2025-01-17")
    assert found.path.index.tolist() == [pd.Timestamp("2025-01-20"), pd.Timestamp("2025-01-21")]


def test_a_half_day_ends_at_its_own_hour():
    """News at 18:30 UTC on 29 November 2024 came after New York's early close at 18:00."""
    early = compare_listings(news("2024-11-29T17:30:00Z"), MARKET)
    late = compare_listings(news("2024-11-29T18:30:00Z"), MARKET)
    assert (early.leader, early.hours) == ("TSM", 55)
    assert late.leader == "2330.TW"


@pytest.mark.parametrize(
    ("moment", "session", "price"),
    [
        ("2025-04-04T14:00:00Z", "2025-04-07", 848.0),  # locked limit-down
        ("2025-04-09T17:30:00Z", "2025-04-10", 863.0),  # locked limit-up
    ],
)
def test_a_locked_session_is_censored_and_not_tested(moment, session, price):
    found = compare_listings(news(moment), MARKET)
    assert found.session == pd.Timestamp(session)
    assert found.catch_up["price"].tolist() == [price, price]
    assert found.catch_up["censored"].all()
    assert found.catch_up[["t", "pvalue", "sq_pvalue", "share_high"]].isna().all(axis=None)
    share = found.catch_up.loc["close", "share"]
    assert 0 < share < 1
    assert any("lower bound" in one for one in found.remarks)
    assert "at least" in str(found)


def test_a_free_session_is_not_censored(shock):
    assert not shock.censored


def test_a_dividend_in_the_first_session_counts_in_the_return():
    """2330.TW went ex 4.00 TWD on 12 December 2024."""
    found = compare_listings(news("2024-12-11T16:00:00Z"), MARKET)
    bars = MARKET.bars["2330.TW"]
    moved = np.log((bars.loc["2024-12-12", "open"] + 4.0) / bars.loc["2024-12-11", "close"])
    assert found.dividend == 4.0
    assert found.catch_up.loc["open", "response"] == pytest.approx(moved, abs=1e-12)
    assert any("ex a dividend of 4" in one for one in found.remarks)


# --- orders ---------------------------------------------------------------------------------------


def test_news_between_two_closes_allows_every_order_in_turn():
    """10 February 2025, 05:00 UTC to 11 February, 01:00 UTC: three orders are possible."""
    event = EVENTS["reuters-openai-tapeout-2025-02-10"]
    first = compare_listings(event, MARKET)
    assert (first.follower, first.session) == ("TSM", pd.Timestamp("2025-02-10"))
    assert first.ambiguous
    assert first.alternatives == (
        ("2330.TW", pd.Timestamp("2025-02-11")),
        ("TSM", pd.Timestamp("2025-02-11")),
    )
    other = compare_listings(event, MARKET, follower="2330.TW")
    assert (other.leader, other.session) == ("TSM", pd.Timestamp("2025-02-11"))


def test_an_order_that_the_time_forbids_is_refused():
    with pytest.raises(InputError, match=r"only lets 2330\.TW be the later one"):
        compare_listings(SHOCK, MARKET, follower="TSM")


def test_the_order_is_that_of_the_first_sessions(many):
    """Against `first_sessions`: the earlier date leads; on one date Taipei, which opens first."""
    sessions = ma.first_sessions(EVENTS, MARKET)["session"]
    for one in many.comparisons:
        if one.ambiguous:
            continue
        new_york, taipei = sessions[one.event_id, "XNYS"], sessions[one.event_id, "XTAI"]
        assert one.leader == ("TSM" if new_york < taipei else "2330.TW"), one.event_id
        assert one.session == max(new_york, taipei)


# --- many -----------------------------------------------------------------------------------------


def test_everything_asked_is_kept_or_dropped(many):
    assert many.asked == len(many.table) + len(many.dropped)
    assert many.table.index.is_unique
    old = news("2022-02-10T15:00:00Z", id="early")
    gone = news("2030-01-01T00:00:00Z", id="future")
    found = compare_many_listings([old, gone, SHOCK], MARKET)
    assert (found.asked, len(found)) == (3, 1)
    reasons = found.dropped.set_index("event_id")["reason"]
    assert "too few to say what is usual" in reasons["early"]
    assert "outside" in reasons["future"]


def test_holm_counts_both_prices_of_every_row(many):
    raw = pd.concat([many.table["pvalue_open"], many.table["pvalue_close"]])
    holm = multipletests(raw, method="holm")[1]
    got = pd.concat([many.table["pvalue_holm_open"], many.table["pvalue_holm_close"]])
    np.testing.assert_allclose(got, holm)


def test_rows_are_those_of_single_comparisons(many):
    for key in many.table.index[:8]:
        one = compare_listings(EVENTS[key[0]], MARKET, follower=key[1])
        assert many.table.loc[key, "gap"] == one.gap
        assert many.table.loc[key, "pvalue_close"] == one.catch_up.loc["close", "pvalue"]
        assert many[key].gap == one.gap
    with pytest.raises(InputError, match="no comparison of"):
        many["nothing", "TSM"]


def test_no_events_give_an_empty_table():
    found = compare_many_listings([], MARKET)
    assert (len(found), found.asked, len(found.table)) == (0, 0, 0)
    assert "0 of 0 compared" in repr(found)


# --- wrong input, own markets ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"alpha": 0}, "alpha=0"),
        ({"history": 2}, "history=2"),
        ({"history": 10.5}, "history=10.5"),
        ({"follower": "NVDA"}, "follower='NVDA'"),
        ({"confounders": ["tariff"]}, "confounders: expected Confounder"),
        ({"ratio": -5}, "ratio=-5"),
        ({"receipt": "NVDA", "local": "2330.TW"}, "how many shares"),
    ],
)
def test_wrong_options_are_named(options, words):
    with pytest.raises(InputError, match=words):
        compare_listings(SHOCK, MARKET, **options)


def test_an_id_is_no_event():
    with pytest.raises(InputError, match="expected an Event, got str"):
        compare_listings(SHOCK.id, MARKET)
    with pytest.raises(InputError, match="expected an Event, got str"):
        compare_many_listings([SHOCK.id], MARKET)


@pytest.mark.parametrize(
    ("ticker", "day", "words"),
    [
        ("2330.TW", "2025-02-03", r"missing: a price of 2330\.TW on 2025-02-03"),
        ("2330.TW", "2025-01-22", r"missing: the close of 2330\.TW on 2025-01-22"),
        ("TSM", "2025-01-31", "missing: the close of TSM on 2025-01-31"),
    ],
)
def test_a_missing_price_is_named(ticker, day, words):
    bars = dict(MARKET.bars)
    bars[ticker] = bars[ticker].drop(pd.Timestamp(day))
    with pytest.raises(InputError, match=words):
        compare_listings(SHOCK, replace(MARKET, bars=bars))
    found = compare_many_listings([SHOCK], replace(MARKET, bars=bars))
    assert (len(found), len(found.dropped)) == (0, 1)


def test_a_missing_price_on_the_way_leaves_its_day_out(shock):
    bars = dict(MARKET.bars)
    bars["TSM"] = bars["TSM"].drop(pd.Timestamp("2025-01-29"))
    found = compare_listings(SHOCK, replace(MARKET, bars=bars))
    assert np.isnan(found.path.loc["2025-01-29", "implied"])
    assert found.path["implied"].iloc[-1] == shock.path["implied"].iloc[-1]


def test_neither_the_ratio_nor_the_scale_of_the_rate_moves_the_gap(shock):
    bars = dict(MARKET.bars)
    bars["USDTWD"] = bars["USDTWD"] * 3.0
    scaled = compare_listings(SHOCK, replace(MARKET, bars=bars), ratio=50)
    assert scaled.gap == pytest.approx(shock.gap, abs=1e-12)
    assert scaled.path["implied"].iloc[-1] == pytest.approx(shock.path["implied"].iloc[-1])
    assert scaled.reference["premium"] + 1 == pytest.approx(
        (shock.reference["premium"] + 1) * 3 / 10
    )


def closes_only():
    closes = MARKET.closes[["TSM", "2330.TW", "USDTWD"]]
    sessions = MARKET.sessions("2330.TW")
    closes = closes.assign(USDTWD=closes["USDTWD"].where(closes.index.isin(sessions)))
    renamed = closes.rename(columns={"TSM": "R", "2330.TW": "L"})
    days = MARKET.bars["USDTWD"].index.union(MARKET.bars["TSM"].index)
    return Market.from_frames(
        renamed.reindex(days),
        exchanges={"R": "XNYS", "L": "XTAI", "USDTWD": "XTAI"},
        currencies={"R": "USD", "L": "TWD"},
    )


def test_closing_prices_alone_give_the_close_alone():
    market = closes_only()
    found = compare_listings(SHOCK, market, receipt="R", local="L", ratio=5)
    assert found.catch_up.index.tolist() == ["close"]
    # the last pair is the close of 22 January; its receipt's close is that of the 21st
    gap = np.log(209.32 / 218.70) + np.log(32.774 / 32.765)
    assert found.gap == pytest.approx(gap, abs=1e-12)
    assert found.reference["premium"] == pytest.approx(218.70 * 32.765 / (5 * 1135) - 1)
    assert "close 1070" in str(found)


def test_two_exchanges_that_overlap_are_said_to():
    """London is still open when New York opens, but shut when New York closes."""
    days = pd.bdate_range("2023-01-03", "2024-06-28")
    prices = np.random.default_rng(5).normal(0, 0.01, (len(days), 2)).cumsum(axis=0)
    frame = pd.DataFrame(50 * np.exp(prices), index=days, columns=["R", "L"])
    closed = ["2023-01-16", "2023-02-20", "2023-04-07", "2023-05-29", "2023-06-19"]
    closed += ["2023-07-04", "2023-09-04", "2023-11-23", "2023-12-25", "2024-01-01"]
    closed += ["2024-01-15", "2024-02-19", "2024-03-29", "2024-05-27", "2024-06-19"]
    frame.loc[closed, "R"] = np.nan
    market = Market.from_frames(frame, exchanges={"R": "XNYS", "L": "XLON"}, currencies="USD")
    event = news("2024-03-05T08:30:00Z")
    pair = {"receipt": "R", "local": "L", "ratio": 1}
    found = compare_listings(event, market, **pair)
    assert (found.leader, found.follower) == ("L", "R")  # London's close lies before New York's
    opened = {name: bars.assign(open=bars["close"]) for name, bars in market.bars.items()}
    with pytest.raises(InputError, match="neither was ahead by a session"):
        compare_listings(event, replace(market, bars=opened), **pair)


# --- how it shows itself --------------------------------------------------------------------------


def test_the_terminal_shows_the_main_figures(shock):
    text = repr(shock)
    for said in ("1091.41", "1036.18", "1149.57", "52 hours", "+25.7 %", "n = 98", "p = 0.047"):
        assert said in text, said
    assert "too small to ask" in text
    assert text == str(shock)


def test_the_notebook_escapes_what_others_wrote():
    own = Confounder(
        id="x",
        kind="market",
        published_at="2025-02-02T00:00:00Z",
        what="<script>alert(1)</script>",
        grade="low",
    )
    found = compare_listings(SHOCK, MARKET, confounders=[own])
    html = found._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_same_input_gives_the_same_text(shock):
    assert repr(compare_listings(SHOCK, MARKET)) == repr(shock)
