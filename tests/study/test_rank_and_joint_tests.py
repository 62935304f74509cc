"""Corrado-Zivney, generalised ranks, calendar time and the multivariate F, each a second way."""

from __future__ import annotations

import statistics

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.testing import assert_allclose
from scipy import stats
from statsmodels.multivariate.multivariate_ols import _MultivariateOLS

import analytics as ma
from analytics.study import inference
from analytics.study.dependence import Dependence
from analytics.study.inference.ranks import _size_of_few
from tests.study.oracles import WINDOWS, results, table_of
from tests.study.worlds import DAY0, on, panel, world

EXACT = {"rtol": 1e-9, "atol": 1e-12}
every_window = pytest.mark.parametrize("window", WINDOWS, ids=str)
both_problems = pytest.mark.parametrize("problem", ["P1", "P3"])


def study(returns, **options):
    return ma.event_study(ma.align(on(returns, **options), world(returns)))


@pytest.fixture(scope="module")
def gappy():
    """Six correlated shares, each with its own missing days."""
    returns = panel(6, common=0.3, seed=5)
    for column in range(1, 7):
        returns.iloc[20 + 17 * column : 20 + 17 * column + 3 * column, column] = np.nan
    return study(returns)


def rows_of(found, window):
    """Lists of (estimation, tested) values of each observation, missing days left in."""
    columns = found.sample.windows.columns(*window)
    return found.fit.residuals, found.fit.abnormal[:, columns]


def daily_sums(values):
    """Sum of each day over the root of how many observations have it."""
    days = []
    for column in np.transpose(values):
        known = [one for one in column if one == one]
        if known:
            days.append(sum(known) / len(known) ** 0.5)
    return np.array(days)


@pytest.mark.parametrize("window", [(0, 0), (-1, 1)])
def test_corrado_zivney_rank_with_gaps_by_sorting_each_row(gappy, window):
    values = []
    for before, tested in zip(*rows_of(gappy, window), strict=True):
        row = [*before, *tested]
        order = sorted(one for one in row if one == one)
        values.append([(order.index(x) + 1) / (len(order) + 1) - 0.5 if x == x else x for x in row])
    days = daily_sums(values)
    length = window[1] - window[0] + 1
    expected = days[-length:].sum() / np.sqrt(length) / np.sqrt(np.mean(days**2))
    assert_allclose(gappy.test(*window).loc["corrado_zivney_rank", "statistic"], expected, **EXACT)


@pytest.mark.parametrize("window", [(0, 0), (-1, 1)])
def test_corrado_zivney_sign_with_gaps_around_each_median(gappy, window):
    values = []
    for before, tested in zip(*rows_of(gappy, window), strict=True):
        row = [*before, *tested]
        middle = statistics.median([one for one in row if one == one])
        values.append([float(np.sign(x - middle)) for x in row])
    days = daily_sums(values)
    length = window[1] - window[0] + 1
    expected = days[-length:].sum() / np.sqrt(length) / np.sqrt(np.mean(days**2))
    assert_allclose(gappy.test(*window).loc["corrado_zivney_sign", "statistic"], expected, **EXACT)


@every_window
@both_problems
def test_without_gaps_corrado_zivney_is_corrado(problem, window):
    table = table_of(problem, "market_model", window)["statistic"]
    assert_allclose(table["corrado_zivney_rank"], table["corrado_rank"], **EXACT)


@pytest.mark.parametrize("window", [(0, 0), (-1, 1)])
def test_generalised_ranks_with_gaps_by_loops(gappy, window):
    car = gappy.car(*window)
    scar = car["t"].to_numpy()
    spread = statistics.stdev(scar)
    ranks = []
    for k, before in enumerate(gappy.fit.residuals):
        row = [*(before / gappy.fit.residual_std[k]), scar[k] / spread]
        order = sorted(one for one in row if one == one)
        ranks.append([(order.index(x) + 1) / (len(order) + 1) - 0.5 if x == x else x for x in row])
    mean, square, days = [], 0.0, 0
    for column in np.transpose(ranks):
        known = [one for one in column if one == one]
        if known:
            mean.append(sum(known) / len(known))
            square += len(known) / len(ranks) * mean[-1] ** 2
            days += 1
    z = mean[-1] / np.sqrt(square / days)
    table = gappy.test(*window)
    expected = z * np.sqrt((days - 2) / (days - 1 - z**2))
    assert_allclose(table.loc["grank_t", "statistic"], expected, **EXACT)
    assert table.loc["grank_t", "df"] == days - 2
    expected = np.sqrt(12 * len(ranks) * (days + 1) / (days - 1)) * mean[-1]
    assert_allclose(table.loc["grank_z", "statistic"], expected, **EXACT)


@every_window
def test_on_one_date_calendar_time_is_the_forecast_t_of_the_portfolio(window):
    """An equal-weighted portfolio of the securities, through statsmodels' regression."""
    found = results("P1")
    returns, factor = found.sample.returns.mean(axis=0), found.sample.factors[0, :, 0]
    design = sm.add_constant(factor)
    fit = sm.OLS(returns[:250], design[:250]).fit()
    rows = slice(260 + window[0], 260 + window[1] + 1)
    ahead = design[rows].sum(axis=0)
    length = window[1] - window[0] + 1
    car = returns[rows].sum() - ahead @ fit.params
    spread = fit.scale * (length + ahead @ fit.normalized_cov_params @ ahead)
    row = table_of("P1", "market_model", window).loc["calendar_time"]
    assert_allclose(row["statistic"], car / np.sqrt(spread), **EXACT)
    assert_allclose(row["pvalue"], 2 * stats.t.sf(abs(row["statistic"]), 248), **EXACT)
    assert (row["distribution"], row["df"]) == ("t", 248)


def test_over_dates_calendar_time_is_the_t_of_their_portfolios():
    returns = panel(3, common=0.5, seed=6, days=420)
    found = study(returns, rows=(280, 320, 360, 400))
    car = found.car(-1, 1)
    values = []
    for event in dict.fromkeys(car.index.get_level_values("event_id")):
        own = car.loc[event]
        number = found.sample.index.get_level_values("event_id") == event
        r = np.corrcoef(found.fit.residuals[number])
        variance = (r * np.outer(own["std_error"], own["std_error"])).mean()
        values.append(own["car"].mean() / np.sqrt(variance))
    row = found.test(-1, 1).loc["calendar_time"]
    other = stats.ttest_1samp(values, 0.0)
    assert_allclose([row["statistic"], row["pvalue"]], [other.statistic, other.pvalue], rtol=1e-7)
    assert (row["df"], row["n"], row["valid"]) == (3, 12, True)
    assert "4 dates; with so few" in row["note"]


def test_windows_that_overlap_and_listings_of_one_event_are_one_date():
    returns = panel(2, seed=6, days=420)
    frame = pd.concat([on(returns, ["S1"], rows=(280,)), on(returns, ["S2"], rows=(282,))])
    found = ma.event_study(ma.align(frame, world(returns)))
    assert found.dependence(0, 0).group.tolist() == [0, 1]
    assert found.dependence(0, 3).group.tolist() == [0, 0]
    event = ma.load_events()["deepseek-shock-2025-01-27"]
    shock = ma.event_study(ma.align(event, ma.load_market()))
    assert shock.dependence(0, 0).group.tolist() == [0, 0, 0, 0]


@every_window
def test_multivariate_is_hotellings_test_of_the_dummy_regression(window):
    """Every tested day dropped but one: the sum of the window as one more day of the regression."""
    found = results("P1")
    first, last = 260 + window[0], 260 + window[1] + 1
    length = last - first
    y, x = found.sample.returns, found.sample.factors[0, :, 0]
    # one row for the whole window: the sums of returns and regressors, scaled to unit variance
    end = np.vstack([y[:, :250].T, y[:, first:last].sum(axis=1)[None] / np.sqrt(length)])
    design = np.column_stack(
        [
            np.r_[np.ones(250), np.sqrt(length)],
            np.r_[x[:250], x[first:last].sum() / np.sqrt(length)],
            np.r_[np.zeros(250), 1.0],
        ]
    )
    test = _MultivariateOLS(end, design).fit().mv_test([("window", np.array([[0.0, 0.0, 1.0]]))])
    known = test.results["window"]["stat"].loc["Wilks' lambda"]
    row = table_of("P1", "market_model", window).loc["multivariate"]
    assert_allclose(row["statistic"], float(known["F Value"]), rtol=1e-8)
    assert_allclose(row["pvalue"], float(known["Pr > F"]), rtol=1e-7)
    assert (float(known["Num DF"]), float(known["Den DF"])) == (12, row["df"])


def test_multivariate_over_separate_dates_adds_up_what_each_one_says():
    returns = panel(2, common=0.5, seed=6, days=420)
    found = study(returns, rows=(280, 340))
    both = found.test(0, 0).loc["multivariate"]
    assert both["distribution"] == "chi-squared"
    total = 0.0
    for event in ("e280", "e340"):
        alone = found.only(event).test(0, 0).loc["multivariate"]
        assert alone["distribution"] == "F"
        total += stats.chi2.isf(alone["pvalue"], 2)
    assert_allclose(both["statistic"], total, rtol=1e-9)
    assert_allclose(both["pvalue"], stats.chi2.sf(total, 4), rtol=1e-9)


def test_gains_do_not_hide_losses_from_the_multivariate_test():
    returns = panel(4, seed=8)
    returns.iloc[DAY0, 1:3] += 0.09
    returns.iloc[DAY0, 3:5] -= 0.09
    table = study(returns).test(0, 0)
    assert table.loc["multivariate", "pvalue"] < 0.001
    assert table.loc["adjusted_bmp", "pvalue"] > 0.3
    # gains and losses cannot be told from a variance that the event raised, and it says so
    assert not table.loc["multivariate", "valid"]
    assert "raised the variance or moved them differently" in table.loc["multivariate", "note"]
    calm = study(panel(4, seed=8)).test(0, 0).loc["multivariate"]
    assert calm["valid"]
    assert calm["note"].startswith("asks whether any of them moved, not their average")


def test_firms_that_are_copies_of_each_other_have_no_joint_test():
    returns = panel(2, seed=8)
    returns["S3"] = returns["S1"]
    row = study(returns).test(0, 0).loc["multivariate"]
    assert np.isnan(row["statistic"])
    assert "some observations repeat others" in row["note"]


def test_more_firms_than_estimation_days_have_no_joint_test():
    returns = panel(130, seed=8)
    windows = ma.Windows(estimation=(-130, -11), event=(0, 0))
    found = ma.event_study(ma.align(on(returns), world(returns), windows))
    row = found.test(0, 0).loc["multivariate"]
    assert np.isnan(row["pvalue"])
    assert "130 firms on one date need more than the 118 degrees of freedom" in row["note"]


def test_fat_tails_are_found_on_ordinary_days_and_spoil_the_joint_test():
    """With 40 firms and t(3) residuals it rejects one ordinary day in six."""
    rng = np.random.default_rng(2)
    returns = panel(40, seed=3)
    for column in range(1, 41):
        returns.iloc[:, column] = 0.01 * rng.standard_t(3, len(returns))
    row = study(returns).test(0, 0).loc["multivariate"]
    assert not row["valid"]
    assert "on days without news it would have rejected about" in row["note"]
    assert study(panel(40, seed=3)).test(0, 0).loc["multivariate", "valid"]


@pytest.mark.parametrize(("n", "r"), [(4, 0.0), (4, 0.4), (50, 0.1)])
def test_the_size_claimed_for_generalised_ranks_is_met_by_simulation(n, r):
    """Ranks among 250 estimation days, drawn afresh."""
    rng = np.random.default_rng(40 + n)
    runs, rejected = 1500, 0
    for _ in range(runs):
        common, own = rng.normal(size=(1, 251)), rng.normal(size=(n, 251))
        e = np.sqrt(r) * common + np.sqrt(1 - r) * own
        e[:, -1] /= e[:, -1].std(ddof=1)
        mean = (stats.rankdata(e, axis=1) / 252 - 0.5).mean(axis=0)
        z = mean[-1] / np.sqrt(np.mean(mean**2))
        rejected += abs(z * np.sqrt(249 / (250 - z**2))) > stats.t.isf(0.025, 249)
    claimed = _size_of_few(n, r, 0.05)
    assert rejected / runs == pytest.approx(claimed, abs=4 * np.sqrt(claimed / runs))


def test_generalised_ranks_of_four_say_that_four_are_too_few():
    table = study(panel(4, common=0.4, seed=2)).test(0, 0)
    assert not table.loc["grank_t", "valid"]
    assert "the deviation of 4 SCARs is too uncertain" in table.loc["grank_t", "note"]
    assert study(panel(40, seed=2)).test(0, 0).loc["grank_t", "valid"]


def test_a_raised_variance_is_said_of_rank_tests_that_assume_none():
    returns = panel(30, seed=9)
    returns.iloc[DAY0, 1:] *= 3
    table = study(returns).test(0, 0)
    for name in ("corrado_rank", "corrado_zivney_rank", "patell", "calendar_time"):
        assert not table.loc[name, "valid"], name
        assert "raised the variance" in table.loc[name, "note"]
    for name in ("adjusted_bmp", "grank_t", "corrado_zivney_sign"):
        assert table.loc[name, "valid"], name


def test_the_order_of_observations_changes_no_test():
    returns = panel(7, common=0.3, seed=4, days=400)
    frame = on(returns, rows=(280, 281, 330))
    plain = ma.event_study(ma.align(frame, world(returns))).test(-1, 1)
    mixed = frame.sample(frac=1.0, random_state=1)
    shuffled = ma.event_study(ma.align(mixed, world(returns))).test(-1, 1)
    exact = [name for name in plain.index if name != "sign_flip"]
    assert_allclose(shuffled.loc[exact, "statistic"], plain.loc[exact, "statistic"], rtol=1e-9)
    assert shuffled["valid"].equals(plain["valid"])


def test_unequal_estimation_lengths_and_a_recurring_firm():
    """One firm three times, another with 121 days: as many rows as events, each with its own df."""
    returns = panel(2, seed=4, days=420)
    returns.iloc[70 : 70 + 129, 2] = np.nan
    frame = pd.concat([on(returns, ["S1"], rows=(285, 330, 400)), on(returns, ["S2"], rows=(330,))])
    found = ma.event_study(ma.align(frame, world(returns)))
    counts = found.estimates["n_estimation"]
    assert counts.loc[("e330", "S2")] == 121
    assert counts.drop(("e330", "S2")).eq(250).all()
    table = found.test(0, 2)
    finite = table.drop(["sign_flip"])["statistic"]
    assert np.isfinite(finite).all()
    assert table["n"].eq(4).all()
    df = found.estimates["df"].to_numpy(float)
    scar = found.car(0, 2)["t"]
    expected = scar.sum() / np.sqrt((df / (df - 2)).sum())
    assert_allclose(table.loc["patell", "statistic"], expected, rtol=1e-12)


def test_every_test_is_nan_with_a_reason_for_one_observation():
    table = study(panel(1)).test(0, 0)
    assert len(table) == 18
    assert table["statistic"].isna().all()
    assert not table["valid"].any()
    assert (table["note"] != "").all()


def test_dependence_of_observations_that_share_nothing_has_a_unit_correlation():
    alone = Dependence.of(np.eye(3), np.full((3, 3), 0.7))
    assert alone.average == 0.0
    assert alone.overlapping == 0
    assert alone.group.tolist() == [0, 1, 2]
    assert_allclose(alone.correlation, np.eye(3))
    assert set(inference.TESTS) == set(table_of("P1", "market_model", (0, 0)).index)
