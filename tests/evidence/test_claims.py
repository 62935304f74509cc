"""Claims held against prices: recorded ones by hand, planted ones with known answers."""

from __future__ import annotations

import csv
import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

import analytics as ma
from analytics.errors import InputError, UnknownNameError
from analytics.events import Claim
from analytics.evidence import check_claims
from analytics.recorded import recorded_folder
from tests.evidence.claim_worlds import came_back, day, days, fell, share, tariff

MARKET = ma.load_market()
CLAIMS = {one.id: one for one in ma.load_claims()}
CHECKS = check_claims(ma.load_claims(), MARKET)
PATH = recorded_folder().path / "prices"


def column(ticker, name="close"):
    """A column of a price file by date, read without the package."""
    with (PATH / f"{ticker}.csv").open(encoding="utf-8") as file:
        return {row["date"]: float(row[name]) for row in csv.DictReader(file)}


def verdict(one, market, **options):
    return check_claims(one, market, **options)[one.id].verdict


def changed(ticker, change):
    """The recorded market with other bars of one security."""
    bars = change(MARKET.bars[ticker].copy())
    return replace(MARKET, bars={**MARKET.bars, ticker: bars})


def figure(claim_id, name):
    return CHECKS[claim_id].figures[name]


# --- the recorded ones ----------------------------------------------------------------------------


def test_every_recorded_claim_has_a_verdict_of_its_own_check():
    assert [(one.id, one.verdict) for one in CHECKS] == [
        ("C1", "partly"),
        ("C2", "refuted"),
        ("C3", "partly"),
        ("C4", "supported"),
        ("C5", "partly"),
        ("C6", "supported"),
        ("C7", "partly"),
        ("C8", "partly"),
        ("C9", "not_checkable"),
        ("C10", "not_checkable"),
        ("C11", "not_checkable"),
        ("C12", "refuted"),
        ("C13", "not_checkable"),
        ("C14", "not_checkable"),
    ]
    assert CHECKS.counts == {"supported": 2, "refuted": 2, "partly": 5, "not_checkable": 5}


def test_more_than_a_fifth_on_closes_and_on_lows_by_hand():
    close, low = column("NVDA"), column("NVDA", "low")
    reference = close["2025-01-24"]
    for name, prices, span in (
        ("fall_day_0_close", close, ("2025-01-27", "2025-01-27")),
        ("fall_day_0_low", low, ("2025-01-27", "2025-01-27")),
        ("fall_alone_close", close, ("2025-01-27", "2025-01-31")),
        ("fall_alone_low", low, ("2025-01-27", "2025-01-31")),
        ("fall_period_close", close, ("2025-01-27", "2025-02-14")),
        ("fall_period_low", low, ("2025-01-27", "2025-02-14")),
    ):
        inside = {date: price for date, price in prices.items() if span[0] <= date <= span[1]}
        date = min(inside, key=inside.get)
        found = figure("C1", name)
        assert found.value == pytest.approx(inside[date] / reference - 1, abs=1e-12)
        assert f"{found.date:%Y-%m-%d}" == date
    assert round(figure("C1", "fall_day_0_low").value, 3) == -0.182
    assert round(figure("C1", "fall_period_low").value, 3) == -0.208
    assert f"{figure('C1', 'fall_period_low').date:%Y-%m-%d}" == "2025-02-03"
    assert f"{figure('C1', 'other_news').date:%Y-%m-%d}" == "2025-02-03"


def test_other_references_by_hand():
    close, high, low = (column("NVDA", name) for name in ("close", "high", "low"))
    year = [date for date in close if "2024-01-27" <= date <= "2025-01-26"]
    top_close, top = max(close[date] for date in year), max(high[date] for date in year)
    assert figure("C1", "highest_close_of_52_weeks").value == top_close == 149.43
    assert figure("C1", "highest_high_of_52_weeks").value == top == 153.13
    found = figure("C1", "fall_alone_close_from_52-week-high").value
    assert found == pytest.approx(close["2025-01-27"] / top_close - 1)
    found = figure("C1", "fall_period_low_from_2025-01-23").value
    assert found == pytest.approx(low["2025-02-03"] / close["2025-01-23"] - 1)
    assert round(found, 3) == -0.232


def test_what_would_support_the_fall_is_the_reference_less_a_fifth():
    assert figure("C1", "level_claimed").value == pytest.approx(142.62 * 0.8)
    assert "below 114.10 USD from 2025-01-27 to 2025-01-31" in CHECKS["C1"].would_change
    assert "at or below 114.81 USD" in CHECKS["C3"].would_change  # about: 19.5 %


@pytest.mark.parametrize(
    ("date", "price", "expected"),
    [
        ("2025-01-27", 114.09, "supported"),
        ("2025-01-31", 114.09, "supported"),
        ("2025-01-31", 114.10, "partly"),  # more than a fifth, not a fifth
        ("2025-02-03", 100.0, "partly"),  # after the tariff orders
    ],
)
def test_another_close_gives_another_verdict(date, price, expected):
    def change(bars):
        bars.loc[date, ["close", "low"]] = price
        return bars

    assert verdict(CLAIMS["C1"], changed("NVDA", change)) == expected


def test_a_shallow_fall_is_refuted():
    def change(bars):
        bars.loc["2025-01-27":"2025-02-14", ["low", "close"]] = 135.0
        return bars

    assert verdict(CLAIMS["C1"], changed("NVDA", change)) == "refuted"


def test_recovered_was_false_on_the_day_it_was_printed():
    close = column("NVDA")
    trough = min(close[d] for d in close if "2025-01-27" <= d <= "2025-02-14")
    best = max(close[d] for d in close if "2025-02-03" < d < "2025-03-11")
    share_back = (best - trough) / (close["2025-01-24"] - trough)
    assert figure("C2", "best_close").value == best == 140.11
    assert figure("C2", "share_regained_best_close").value == pytest.approx(share_back)
    assert round(share_back, 2) == 0.90
    assert figure("C2", "change_last_close").value == pytest.approx(106.98 / 142.62 - 1)
    assert f"{figure('C2', 'last_close').date:%Y-%m-%d}" == "2025-03-10"
    assert math.isnan(figure("C2", "first_close_back").value)
    assert figure("C2", "best_high").value == 143.44  # touched for a moment, on 18 February
    assert figure("C4", "level_claimed").value == pytest.approx((142.62 + 116.66) / 2)


@pytest.mark.parametrize(
    ("printed", "expected"), [("2025-06-01", "refuted"), ("2025-07-01", "supported")]
)
def test_recovered_printed_later_uses_what_was_known_then(printed, expected):
    later = CLAIMS["C2"].model_copy(update={"published": dt.date.fromisoformat(printed)})
    found = check_claims(later, MARKET)["C2"]
    close = column("NVDA")
    back = [date for date in close if "2025-02-03" < date < printed and close[date] >= 142.62]
    assert found.verdict == expected
    first = found.figures["first_close_back"].date
    assert (first is None) == (back == [])
    assert first is None or f"{first:%Y-%m-%d}" == min(back)


def by_regression(ticker, first, last, start="2025-02-03"):
    """Abnormal sum with its forecast error by statsmodels, the design matrix written out."""
    own = MARKET.returns(ticker)
    frame = pd.DataFrame({"y": own, "x": MARKET.benchmark(ticker)})
    zero = frame.index.get_loc(pd.Timestamp(start))
    past = frame.iloc[zero - 260 : zero - 10]
    fit = sm.OLS(past["y"], sm.add_constant(past["x"])).fit()
    window = frame.loc[first:last]
    design = sm.add_constant(window["x"], has_constant="add").to_numpy()
    abnormal = window["y"] - design @ fit.params.to_numpy()
    ones = np.ones(len(window))
    spread = np.eye(len(window)) + design @ fit.normalized_cov_params.to_numpy() @ design.T
    error = math.sqrt(fit.mse_resid * ones @ spread @ ones)
    return abnormal, error, fit.df_resid


def test_the_renewed_fall_and_its_days_by_regression():
    abnormal, error, df = by_regression("NVDA", "2025-02-21", "2025-03-10")
    part = figure("C5", "abnormal_part")
    half = stats.t.isf(0.025, df) * error
    assert part.value == pytest.approx(abnormal.sum(), abs=1e-12)
    assert (part.low, part.high) == pytest.approx(
        (abnormal.sum() - half, abnormal.sum() + half), abs=1e-12
    )
    worst = abnormal.nsmallest(3).index
    assert {f"abnormal_{date:%Y-%m-%d}" for date in worst} <= set(CHECKS["C5"].figures)
    singles = [by_regression("NVDA", date, date) for date in abnormal.index]
    raw = [2 * stats.t.sf(abs(one.iloc[0] / e), df) for one, e, _ in singles]
    holm = dict(zip(abnormal.index, multipletests(raw, method="holm")[1], strict=True))
    for date in worst:
        found = figure("C5", f"abnormal_{date:%Y-%m-%d}")
        assert found.value == pytest.approx(abnormal[date], abs=1e-12)
        assert found.pvalue_holm == pytest.approx(holm[date], rel=1e-9)
    assert figure("C5", "fall").value == pytest.approx(106.98 / 140.11 - 1)


def test_without_the_results_the_causes_are_not_all_tariffs_still():
    """Days without any recorded news do not support a cause either."""
    tariffs = [one for one in ma.load_confounders() if one.kind == "tariff"]
    found = check_claims(CLAIMS["C5"], MARKET, confounders=tariffs)["C5"]
    assert found.verdict == "partly"
    assert "no recorded news" in found.reason


def test_a_cause_on_each_of_the_worst_days_supports_it():
    worst = [key for key in CHECKS["C5"].figures if key.startswith("abnormal_2")]
    dates = [key.removeprefix("abnormal_") for key in worst]
    news = [
        ma.load_confounders()[0].model_copy(
            update={
                "id": f"t{date}",
                "kind": "tariff",
                "tickers": (),
                "published_at": pd.Timestamp(f"{date}T15:00Z").to_pydatetime(),
            }
        )
        for date in dates
    ]
    assert verdict(CLAIMS["C5"], MARKET, confounders=news) == "supported"
    both = [*news, news[0].model_copy(update={"id": "more", "kind": "results"})]
    assert verdict(CLAIMS["C5"], MARKET, confounders=both) == "partly"  # not that cause alone

    def rise(bars):
        bars.loc["2025-03-10", ["close", "high"]] = 200.0
        return bars

    assert verdict(CLAIMS["C5"], changed("NVDA", rise), confounders=news) == "refuted"


@pytest.mark.parametrize(
    ("ticker", "date"),
    [("^SOX", "2025-01-27"), ("META", "2025-01-27")],
)
def test_swings_by_hand(ticker, date):
    prices = column(ticker)
    with (PATH.parent / "dividends.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["ticker"] == ticker]
    paid = {row["ex_date"]: float(row["amount"]) for row in rows}
    dates = sorted(prices)
    at = dates.index(date)
    returns = [
        (prices[d] + paid.get(d, 0.0)) / prices[before] - 1
        for before, d in zip(dates[at - 61 : at], dates[at - 60 : at + 1], strict=True)
    ]
    assert figure("C6", f"return_{ticker}").value == pytest.approx(returns[-1], abs=1e-12)
    times = returns[-1] / np.std(returns[:-1], ddof=1)
    assert figure("C6", f"deviations_{ticker}").value == pytest.approx(times, rel=1e-9)
    assert figure("C6", f"return_{ticker}").n == 60


def test_a_return_over_a_closure_is_compared_with_sums_as_long():
    """23 January to 3 February holds eight weekdays: sums over eight sessions say what is usual."""
    returns = MARKET.returns("2330.TW")
    at = returns.index.get_loc(pd.Timestamp("2025-02-03"))
    sums = [returns.iloc[k - 7 : k + 1].sum() for k in range(at - 60, at)]
    times = returns.iloc[at] / np.std(sums, ddof=1)
    assert figure("C6", "deviations_2330.TW").value == pytest.approx(times)
    assert abs(times) < 2
    assert "(1.9 deviations, over 12 days)" in CHECKS["C6"].reason


def test_a_ticker_named_twice_is_refused():
    with pytest.raises(ValueError, match="each ticker once"):
        CLAIMS["C6"].check.model_validate(
            CLAIMS["C6"].check.model_dump() | {"tickers": ["NVDA", "NVDA"]}
        )


def test_a_claim_about_an_unknown_event_cannot_be_checked():
    lost = CLAIMS["C1"].model_copy(update={"event_id": "nope-event"})
    found = check_claims(lost, MARKET)["C1"]
    assert found.verdict == "not_checkable"
    assert "nope-event" in found.reason


def test_the_swing_was_not_uniform():
    assert figure("C6", "return_META").value > 0
    assert "META rose while most fell" in CHECKS["C6"].reason
    few = CLAIMS["C6"].model_copy(
        update={"check": CLAIMS["C6"].check.model_copy(update={"times": 6.0})}
    )
    assert verdict(few, MARKET) == "partly"  # NVIDIA alone
    none = few.model_copy(update={"check": few.check.model_copy(update={"times": 9.0})})
    assert verdict(none, MARKET) == "refuted"


def test_the_release_was_a_week_before_the_fall():
    assert f"{figure('C7', 'event_day').date:%Y-%m-%d}" == "2025-01-20"
    assert f"{figure('C7', 'largest_fall').date:%Y-%m-%d}" == "2025-01-27"
    wide = CLAIMS["C7"].check.model_copy(update={"start": dt.date(2025, 1, 20)})
    assert verdict(CLAIMS["C7"].model_copy(update={"check": wide}), MARKET) == "supported"
    late = wide.model_copy(update={"start": dt.date(2025, 1, 28)})
    assert verdict(CLAIMS["C7"].model_copy(update={"check": late}), MARKET) == "refuted"


# --- amounts and what cannot be checked -----------------------------------------------------------


def with_rate(rate):
    index = MARKET.bars["NVDA"].loc["2025-03-03":"2025-03-14"].index
    frame = pd.DataFrame({"close": rate}, index=index)
    directory = MARKET.directory
    security = directory.security("USDTWD").model_copy(
        update={"ticker": "USDCNY", "calendar": None}
    )
    securities = {**directory.securities, "USDCNY": security}
    return replace(
        MARKET,
        bars={**MARKET.bars, "USDCNY": frame},
        directory=replace(directory, securities=securities),
    )


@pytest.mark.parametrize(
    ("rate", "expected"), [(7.26, "supported"), (7.29, "supported"), (7.40, "refuted")]
)
def test_a_recorded_rate_decides_about_the_conversion(rate, expected):
    assert verdict(CLAIMS["C8"], with_rate(rate)) == expected


def test_amounts_that_imply_two_rates_are_refuted():
    first, second = (one.value for one in CHECKS["C8"].figures.values())
    assert (first, second) == pytest.approx((827.736 / 114, 864.041 / 119))
    check = CLAIMS["C8"].check
    off = check.amounts[1].model_copy(update={"converted": 864.141})
    wrong = check.model_copy(update={"amounts": (check.amounts[0], off)})
    assert verdict(CLAIMS["C8"].model_copy(update={"check": wrong}), MARKET) == "refuted"


def test_articles_that_disagree_are_both_kept():
    for claim_id in ("C9", "C11"):
        figures = CHECKS[claim_id].figures
        printed = {key: one.value for key, one in figures.items() if "Meta" in key}
        assert {60.0, 65.0} <= set(printed.values())
        assert printed["Meta capital spending, disagreement"] == 5.0
    assert "65 (article 001), 60 (article 003)" in CHECKS["C9"].reason
    assert all(CHECKS[one].would_change.startswith("Needed: ") for one in ("C9", "C10", "C11"))


def test_page_noise_is_attached_to_no_event():
    noise = CHECKS["C14"]
    assert noise.claim.event_id is None
    assert noise.claim.tickers == ()
    said = repr(noise) + noise.would_change + repr(dict(noise.figures))
    assert not [event.id for event in ma.load_events() if event.id in said]
    assert CHECKS.table.set_index("id").loc["C14", "event_id"] is None


# --- signs ----------------------------------------------------------------------------------------


def test_the_family_of_chip_events_and_holm_over_the_tests_that_decide():
    from analytics.evidence import average_reactions

    family = ma.load_events().filter(category=CLAIMS["C12"].check.categories)
    tickers = ["NVDA", "META", "TSM", "2330.TW"]
    table = average_reactions(family, MARKET, tickers, 0, 1, declared=True)
    shown = {key: one for key, one in CHECKS["C12"].figures.items() if not math.isnan(one.pvalue)}
    assert len(shown) == 4 + 2 * 4
    decide = {key: one for key, one in shown.items() if key.startswith("average_")}
    holm = multipletests([one.pvalue for one in decide.values()], method="holm")[1]
    assert [one.pvalue_holm for one in decide.values()] == pytest.approx(list(holm))
    assert all(math.isnan(shown[key].pvalue_holm) for key in set(shown) - set(decide))
    for ticker in tickers:
        found, row = shown[f"average_{ticker}"], table.loc[ticker]
        assert (found.value, found.low, found.high, found.pvalue) == pytest.approx(
            (row["mean"], row["ci_low"], row["ci_high"], row["pvalue"])
        )
        df = row["n"] - 1
        error = (row["ci_high"] - row["mean"]) / stats.t.ppf(0.975, df)
        least = error * (stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df))
        assert figure("C12", f"detectable_average_{ticker}").value == pytest.approx(least)


def test_the_single_event_by_regression():
    abnormal, error, df = by_regression("NVDA", "2025-09-11", "2025-09-12", "2025-09-11")
    found = figure("C13", "reaction_NVDA")
    assert found.value == pytest.approx(abnormal.sum(), abs=1e-12)
    p = 2 * stats.t.sf(abs(abnormal.sum() / error), df)
    assert found.pvalue == pytest.approx(p, rel=1e-9)
    least = error * (stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df))
    assert figure("C13", "detectable_reaction_NVDA").value == pytest.approx(least)
    close = column("NVDA")
    raw = (close["2025-09-11"] + 0.01) / close["2025-09-10"] * close["2025-09-12"] / close[
        "2025-09-11"
    ] - 1
    assert figure("C13", "return_reaction_NVDA").value == pytest.approx(raw)


def moved(factors):
    """The recorded market with the closes of some securities times a factor from the news on."""
    bars = dict(MARKET.bars)
    for ticker, (date, factor) in factors.items():
        frame = bars[ticker].copy()
        frame.loc[date:, ["open", "high", "low", "close"]] *= factor
        bars[ticker] = frame
    return replace(MARKET, bars=bars)


NEWS = {"NVDA": "2025-09-11", "TSM": "2025-09-11", "2330.TW": "2025-09-12"}


def test_a_claimed_reaction_that_shows_is_supported_and_its_opposite_contradicted():
    down = moved({ticker: (date, 0.75) for ticker, date in NEWS.items()})
    assert verdict(CLAIMS["C13"], down) == "supported"
    up = check_claims(CLAIMS["C13"], moved({"NVDA": (NEWS["NVDA"], 1.3)}))["C13"]
    assert up.verdict == "refuted"
    assert "The opposite sign shows for NVDA." in up.reason
    some = moved({"NVDA": (NEWS["NVDA"], 0.75)})
    assert verdict(CLAIMS["C13"], some) == "partly"
    mixed = moved({"NVDA": (NEWS["NVDA"], 0.75), "TSM": (NEWS["TSM"], 1.3)})
    assert verdict(CLAIMS["C13"], mixed) == "refuted"  # one shows the opposite


def test_what_does_not_show_comes_with_what_would_have():
    for claim_id in ("C12", "C13"):
        assert "It cannot be told from chance for" in CHECKS[claim_id].reason
        assert "Found four times in five would have been" in CHECKS[claim_id].reason


def test_an_interval_that_leaves_out_the_claimed_move_speaks_against_it():
    """NVIDIA's and Taipei's averages leave out a move of one percent; a wider size decides less."""
    assert "leaves out a move of 1.0 % in the claimed direction for NVDA, 2330.TW" in (
        CHECKS["C12"].reason
    )
    tiny = CLAIMS["C12"].check.model_copy(update={"size": 0.001})
    assert verdict(CLAIMS["C12"].model_copy(update={"check": tiny}), MARKET) == "not_checkable"


def test_a_reaction_that_cannot_be_measured_is_listed_and_not_shown():
    def change(bars):
        return bars.drop(pd.Timestamp("2025-09-12"))

    found = check_claims(CLAIMS["C13"], changed("TSM", change))["C13"]
    assert math.isnan(found.figures["reaction_TSM"].value)
    gone = check_claims(
        CLAIMS["C13"], changed("TSM", lambda bars: bars.drop(pd.Timestamp("2025-09-11")))
    )["C13"]
    assert "no return on 2025-09-11" in gone.figures["reaction_TSM"].note
    assert "TSM (claimed −) not known" in gone.reason
    assert gone.verdict == "not_checkable"


# --- planted prices -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closes", "lows", "news", "expected"),
    [
        ([100, 90, 79, 85, 95, 99], None, None, "supported"),
        ([100, 90, 80, 85, 95, 99], None, None, "supported"),  # at least: the fifth itself counts
        ([100, 90, 81, 85, 95, 99], None, None, "refuted"),
        ([100, 90, 81, 85, 95, 99], [99, 88, 79, 84, 90, 95], None, "partly"),  # on lows only
        ([100, 90, 85, 78, 95, 99], None, 3, "partly"),  # only after other news
        ([100, 90, 78, 85, 95, 99], None, 3, "supported"),
        ([100, 90, 85, 85, 79, 99], None, 1, "partly"),  # other news from the first session on
        ([100, 90, 95, 99, 99, 99, 70], None, None, "refuted"),  # after the period
    ],
)
def test_falls_with_known_answers(closes, lows, news, expected):
    market = share(closes, lows=lows, highs=closes if lows else None)
    other = [] if news is None else [tariff(news)]
    assert verdict(fell(), market, confounders=other) == expected


@pytest.mark.parametrize(
    ("wording", "bottom", "expected"),
    [
        ("more than", 80.0, "refuted"),
        ("more than", 79.99, "supported"),
        ("at least", 80.0, "supported"),
        ("at least", 80.01, "refuted"),
        ("about", 80.5, "supported"),
        ("about", 80.51, "refuted"),
    ],
)
def test_wordings_of_a_fall(wording, bottom, expected):
    market = share([100, 90, bottom, 95, 95, 95])
    assert verdict(fell(wording=wording), market, confounders=[]) == expected


def test_another_reference_makes_it_partly_right():
    market = share([110, 100, 85, 90, 95, 95])
    lower = fell(references=[day(1), day(0)], start=day(2))
    assert verdict(lower, market, confounders=[]) == "partly"
    assert verdict(fell(references=[day(1)], start=day(2)), market, confounders=[]) == "refuted"


def test_a_year_high_needs_a_year_of_prices():
    market = share([100, 90, 70, 90, 90, 90])
    found = check_claims(fell(references=[day(0), "52-week high"]), market, confounders=[])["K1"]
    assert math.isnan(found.figures["highest_close_of_52_weeks"].value)
    assert found.verdict == "supported"


def test_only_what_closed_before_print_counts():
    market = share([100, 90, 95, 70, 60, 60])
    early = fell().model_copy(update={"published": day(3)})
    assert verdict(early, market, confounders=[]) == "refuted"
    assert verdict(fell().model_copy(update={"published": day(4)}), market, confounders=[]) == (
        "supported"
    )


def test_a_missing_day_is_counted_and_said():
    market = share([100, 90, 85, 95, 95, 95])
    frame = pd.DataFrame({"A": 1.0, "MINE": market.bars["MINE"]["close"]})
    frame.loc[days(6)[2], "MINE"] = np.nan
    own = ma.Market.from_frames(frame, exchanges="XNYS")
    found = check_claims(fell(), own, confounders=[])["K1"]
    assert found.figures["sessions"].value == 5
    assert found.figures["sessions"].note == "1 without a price"
    assert "1 session without a price could hide a deeper fall" in found.reason


@pytest.mark.parametrize(
    ("closes", "fields", "expected"),
    [
        ([100, 80, 85, 90, 100], {}, "supported"),
        ([100, 80, 85, 90, 99.9], {}, "refuted"),
        ([100, 80, 85, 101, 99], {}, "partly"),  # back, and lost again
        ([100, 80, 85, 101, 99], {"lasting": False}, "supported"),
        ([100, 80, 85, 91, 82], {"share": 0.5, "lasting": False}, "supported"),
        ([100, 80, 85, 90, 82], {"share": 0.5, "lasting": False}, "refuted"),  # more than half
        ([100, 80, 85, 91, 82], {"share": 0.5}, "partly"),
        ([100, 101, 105, 104, 103], {}, "not_checkable"),  # nothing to recover from
    ],
)
def test_recoveries_with_known_answers(closes, fields, expected):
    assert verdict(came_back(**fields), share(closes)) == expected


def test_a_high_within_a_day_is_no_lasting_recovery_but_half_of_a_passing_one():
    closes = [100, 80, 85, 90, 95]
    market = share(closes, lows=closes, highs=[100, 82, 86, 101, 96])
    assert verdict(came_back(), market) == "refuted"
    assert verdict(came_back(lasting=False), market) == "partly"


prices = st.lists(st.floats(50, 150), min_size=8, max_size=8)


@given(prices, st.floats(0.001, 1000.0))
def test_scaling_all_prices_leaves_the_verdict(closes, factor):
    drops = [round(one, 3) for one in closes]
    plain, scaled = (share([one * k for one in drops]) for k in (1.0, factor))
    late = {"printed": len(closes)}
    for one in (
        fell(**late),
        fell(wording="more than", **late),
        came_back(**late),
        came_back(share=0.5, **late),
    ):
        first, second = (check_claims(one, m, confounders=[])["K1"] for m in (plain, scaled))
        assert first.verdict == second.verdict
        if one.check.type == "drawdown":
            key = "fall_period_close"
            assert first.figures[key].value == pytest.approx(second.figures[key].value)


@given(prices)
def test_a_fall_of_planted_closes_agrees_with_brute_force(closes):
    drops = [round(one, 2) for one in closes]
    low = min(drops[1:6]) / drops[0] - 1
    expected = "supported" if low <= -0.2 + 1e-12 else "refuted"
    assert verdict(fell(), share(drops), confounders=[]) == expected


@pytest.mark.parametrize("one", [fell(printed=40), came_back(printed=40)], ids=["fall", "recovery"])
def test_prices_that_end_before_the_claim_does_decide_nothing(one):
    found = check_claims(one, share([100, 70, 100]), confounders=[])["K1"]
    assert found.verdict == "not_checkable"
    assert "prices of MINE run from 2024-03-04 to 2024-03-06" in found.reason


def test_a_missing_last_close_decides_nothing():
    def change(bars):
        return bars.drop(pd.Timestamp("2025-03-10"))

    market = changed("NVDA", change)
    for claim_id in ("C2", "C5"):
        found = check_claims(CLAIMS[claim_id], market)[claim_id]
        assert found.verdict == "not_checkable"
        assert "no close of NVDA on 2025-03-10, the last session before print" in found.reason


def without_prices(*tickers):
    return replace(MARKET, bars={t: b for t, b in MARKET.bars.items() if t not in tickers})


def test_a_verdict_that_hangs_on_moves_that_are_not_known_cannot_be_checked():
    found = check_claims(CLAIMS["C6"], without_prices("TSM", "^SOX"))["C6"]
    assert found.verdict == "not_checkable"  # two of five sharp, and perhaps four
    assert "2 of 5 moves at deepseek-shock-2025-01-27 are not known" in found.reason
    assert "unknown ticker '^SOX'" in found.reason


def test_a_verdict_stands_where_the_unknown_move_cannot_change_it():
    calm = next(
        name.removeprefix("deviations_")
        for name, one in CHECKS["C6"].figures.items()
        if name.startswith("deviations_") and abs(one.value) < 2
    )
    found = check_claims(CLAIMS["C6"], without_prices(calm))["C6"]
    assert found.verdict == "supported"
    assert f"Not known: unknown ticker '{calm}'" in found.reason


def test_a_missing_return_is_said_where_it_could_hide_the_largest():
    def change(bars):
        return bars.drop(pd.Timestamp("2025-01-24"))

    found = check_claims(CLAIMS["C7"], changed("NVDA", change))["C7"]
    assert "2 sessions without a return could hide a larger fall" in found.reason


def test_news_of_an_unknown_exchange_may_belong_to_the_next_session():
    market = share([100, 90, 85, 78, 95, 99])
    found = check_claims(fell(), market, confounders=[tariff(2)])["K1"]
    dates = found.figures["other_news"].note
    assert f"{day(2)}" in dates
    assert f"{day(3)}" in dates


# --- what cannot be -------------------------------------------------------------------------------


def test_a_market_without_the_share_says_so():
    found = check_claims(ma.load_claims(), share([1.0, 2.0, 3.0]))
    assert len(found) == 14
    assert found["C1"].verdict == "not_checkable"
    assert "NVDA" in found["C1"].reason
    assert found["C8"].verdict == "partly"  # a text needs no market


def test_returns_are_no_prices():
    index = days(50)
    market = ma.Market.from_returns(pd.DataFrame({"MINE": 0.0}, index=index))
    found = check_claims(fell(), market)["K1"]
    assert found.verdict == "not_checkable"
    assert "holds returns" in found.reason


def test_a_missing_reference_close_is_named():
    late = fell(references=[dt.date(2024, 3, 2)])  # a Saturday
    found = check_claims(late, share([100, 90, 80, 70, 60, 50]), confounders=[])["K1"]
    assert (found.verdict, "no close of MINE on 2024-03-02" in found.reason) == (
        "not_checkable",
        True,
    )


def test_an_unknown_event_is_a_reason_with_its_neighbours():
    check = CLAIMS["C6"].check.model_copy(update={"event": "deepseek-shock"})
    found = check_claims(CLAIMS["C6"].model_copy(update={"check": check}), MARKET)["C6"]
    assert found.verdict == "not_checkable"
    assert "did you mean deepseek-shock-2025-01-27" in found.reason


@pytest.mark.parametrize(
    ("claims", "market", "said"),
    [
        ([1], MARKET, "got int"),
        ("claims.yaml", MARKET, "got str"),
        (None, MARKET, "got NoneType"),
        ([CLAIMS["C1"], CLAIMS["C1"]], MARKET, "'C1' stands twice"),
        ([CLAIMS["C1"]], {"NVDA": 1}, "expected a Market"),
    ],
)
def test_wrong_input_is_one_clear_message(claims, market, said):
    with pytest.raises(InputError, match=said):
        check_claims(claims, market)


def test_a_wrong_level_and_an_unknown_id():
    with pytest.raises(InputError, match="alpha=2"):
        check_claims([], MARKET, alpha=2)
    with pytest.raises(UnknownNameError, match="unknown claim 'C99'"):
        CHECKS["C99"]


def test_the_table_holds_every_claim_with_its_figures():
    table = CHECKS.table
    assert list(table["id"]) == list(CLAIMS)
    assert {"verdict", "figures", "reason", "article", "claim", "tickers"} <= set(table)
    assert table.loc[0, "figures"]["reference_close"] == 142.62
    assert isinstance(CHECKS["C1"].claim, Claim)
    assert CHECKS["C1"].dates == tuple(sorted(set(CHECKS["C1"].dates)))
    assert check_claims([], MARKET).table.empty


def test_the_same_input_gives_the_same_words():
    again = check_claims(ma.load_claims(), MARKET)
    assert repr(again) == repr(CHECKS)
    assert again.table.drop(columns="figures").equals(CHECKS.table.drop(columns="figures"))
