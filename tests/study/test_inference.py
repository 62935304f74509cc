"""Each test of the cross-section, derived a second way, and when it may be believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

import analytics as ma
from analytics.study import inference
from analytics.study.dependence import Dependence
from analytics.study.inference import signs
from tests.study.oracles import WINDOWS, results, table_of
from tests.study.worlds import DAY0, on, panel, world

EXACT = {"rtol": 1e-10, "atol": 1e-14}
every_window = pytest.mark.parametrize("window", WINDOWS, ids=str)


def study(returns, **options):
    return ma.event_study(ma.align(on(returns, **options), world(returns)))


@every_window
@pytest.mark.parametrize("problem", ["P1", "P3"])
def test_cross_sectional_t_and_bmp_are_scipys_one_sample_t(problem, window):
    found, car = table_of(problem, "market_model", window), results(problem).car(*window)
    for name, values in (("cross_sectional_t", car["car"]), ("bmp", car["t"])):
        other = stats.ttest_1samp(values, 0.0)
        assert_allclose(found.loc[name, "statistic"], other.statistic, **EXACT)
        assert_allclose(found.loc[name, "pvalue"], other.pvalue, **EXACT)


@every_window
@pytest.mark.parametrize("problem", ["P1", "P3"])
def test_wilcoxon_is_scipys(problem, window):
    car = results(problem).car(*window)["car"].to_numpy()
    found = table_of(problem, "market_model", window).loc["wilcoxon"]
    other = stats.wilcoxon(car, alternative="greater", method="exact")
    assert found["statistic"] == other.statistic
    assert_allclose(found["pvalue"], stats.wilcoxon(car, method="exact").pvalue, **EXACT)


def test_wilcoxon_counted_over_all_signs():
    """Eight observations: every one of the 256 sign patterns, counted."""
    found = study(panel(8))
    car = found.car(0, 2)["car"].to_numpy()
    ranks = stats.rankdata(np.abs(car))
    signs = np.array(np.meshgrid(*[[0, 1]] * 8)).reshape(8, -1).T
    centre = ranks.sum() / 2
    reach = np.abs(ranks[car > 0].sum() - centre)
    share = np.mean(np.abs(signs @ ranks - centre) >= reach - 1e-9)
    assert_allclose(found.test(0, 2).loc["wilcoxon", "pvalue"], share, **EXACT)


@every_window
@pytest.mark.parametrize("problem", ["P1", "P3"])
def test_corrado_by_sorting_each_row(problem, window):
    found = results(problem)
    first, last = (found.sample.windows.columns(*window).start, window[1] - window[0] + 1)
    tested = found.fit.abnormal[:, first : first + last]
    ranks = []
    for row in np.hstack([found.fit.residuals, tested]):
        position = {value: rank for rank, value in enumerate(sorted(row), start=1)}
        ranks.append([position[value] / (len(row) + 1) - 0.5 for value in row])
    mean = np.mean(ranks, axis=0)
    scale = np.sqrt(np.sum(mean**2) / len(mean))
    statistic = mean[-last:].sum() / np.sqrt(last) / scale
    ours = table_of(problem, "market_model", window).loc["corrado_rank", "statistic"]
    assert_allclose(ours, statistic, **EXACT)


@pytest.mark.parametrize("window", [(0, 0), (-10, 10)], ids=str)
@pytest.mark.parametrize("problem", ["P1", "P3"])
def test_average_correlation_pair_by_pair(problem, window):
    """Loops over pairs and calendar days, with numpy's correlation."""
    found = results(problem)
    sample, residuals = found.sample, found.fit.residuals
    days = [
        dict(zip(sample.sessions[k, :250], residuals[k], strict=True)) for k in range(len(sample))
    ]
    start = 260 + window[0]
    tested = [
        set(sample.sessions[k, start : start + window[1] - window[0] + 1])
        for k in range(len(sample))
    ]
    total = 0.0
    for i in range(len(sample)):
        for j in range(i):
            share = len(tested[i] & tested[j]) / len(tested[i])
            common = sorted(set(days[i]) & set(days[j]))
            if share and len(common) > 2:
                mine, other = ([days[k][day] for day in common] for k in (i, j))
                total += share * np.corrcoef(mine, other)[0, 1]
    expected = total / (len(sample) * (len(sample) - 1) / 2)
    assert_allclose(found.dependence(*window).average, expected, **EXACT)


@every_window
@pytest.mark.parametrize("problem", ["P1", "P3"])
def test_adjustments_are_plain_statistics_times_their_factor(problem, window):
    found, r = (
        table_of(problem, "market_model", window),
        results(problem).dependence(*window).average,
    )
    n = found["n"].iloc[0]
    plain = found["statistic"]
    inflation = 1 + (n - 1) * r
    assert_allclose(plain["adjusted_patell"], plain["patell"] / np.sqrt(inflation), **EXACT)
    assert_allclose(plain["adjusted_bmp"], plain["bmp"] * np.sqrt((1 - r) / inflation), **EXACT)


def test_rank_of_the_car_among_estimation_sums():
    found = study(panel(3))
    residuals = found.fit.residuals
    for length in (1, 3, 7):
        car = found.car(0, length - 1)
        for k in range(3):
            backwards = residuals[k, ::-1]
            whole = len(backwards) // length
            sums = [backwards[i * length : (i + 1) * length].sum() for i in range(whole)]
            beyond = sum(abs(one) >= abs(car["car"].iloc[k]) for one in sums)
            assert_allclose(car["sq_pvalue"].iloc[k], (1 + beyond) / (whole + 1), **EXACT)


def test_hall_of_a_symmetric_sample_is_the_plain_mean_over_its_deviation():
    car = np.array([-0.02, 0.0, 0.01, 0.02, 0.04])  # symmetric around 0.01
    result = inference.skewness_corrected_t(given(car))
    assert_allclose(result.statistic, np.sqrt(5) * car.mean() / car.std(ddof=1), **EXACT)


def apart(size):
    """Observations that share no day."""
    return Dependence.of(np.eye(size), np.eye(size))


def given(car):
    """Input of the tests with these CARs and nothing special else."""
    size = len(car)
    residuals = np.random.default_rng(5).normal(0, 0.02, (size, 100))
    return inference.TestInput(
        car=car,
        error=np.full(size, 0.02),
        df=np.full(size, 98),
        residuals=residuals,
        scale=np.full((size, 1), 0.02),
        abnormal=car[:, None],
        dependence=apart(size),
        alpha=0.05,
    )


def test_sign_test_counts_positive_cars():
    car = np.r_[np.full(15, 0.01), np.full(5, -0.01)] * np.linspace(1, 2, 20)
    result = inference.sign(given(car))
    assert_allclose(result.statistic, (15 - 10) / np.sqrt(20 / 4), **EXACT)


def test_four_correlated_securities_on_one_date_invalidate_the_plain_tests():
    found = study(panel(4, common=0.5, seed=2))
    r = found.dependence(0, 0).average
    assert 0.35 < r < 0.65
    table = found.test(0, 0)
    for name in ("cross_sectional_t", "patell", "bmp"):
        assert not table.loc[name, "valid"]
        assert table.loc[name, "note"].startswith("not valid: common event date")
        assert f"r = {r:.2f}" in table.loc[name, "note"]
    assert table.loc[["adjusted_patell", "adjusted_bmp", "crude_dependence_t"], "valid"].all()


def test_the_same_securities_on_separate_dates_are_independent():
    returns = panel(4, common=0.5, seed=2, days=400)
    frame = on(returns).assign(session=returns.index[[280, 310, 340, 370]])
    found = ma.event_study(ma.align(frame, world(returns)))
    dependence = found.dependence(-5, 5)
    assert (dependence.average, dependence.overlapping, dependence.pairs) == (0.0, 0, 6)
    table = found.test(-5, 5)
    assert table.loc[["cross_sectional_t", "patell", "bmp", "adjusted_bmp"], "valid"].all()
    assert_allclose(table.loc["adjusted_bmp", "statistic"], table.loc["bmp", "statistic"])


def test_partly_shared_windows_are_weighted_by_what_they_share():
    returns = panel(2, common=0.5, seed=2, days=400)
    frame = on(returns).assign(session=returns.index[[280, 282]])
    found = ma.event_study(ma.align(frame, world(returns)))
    full = found.fit.residuals
    common = np.corrcoef(full[0, 2:], full[1, :-2])[0, 1]  # the same calendar days
    for window, share in (((0, 0), 0.0), ((-1, 1), 1 / 3), ((-5, 5), 9 / 11)):
        assert_allclose(found.dependence(*window).average, share * common, **EXACT)


def test_the_news_of_one_event_binds_listings_that_are_never_open_together():
    """Each New York session with Taipei's next one, matched one by one."""
    event = ma.load_events()["deepseek-shock-2025-01-27"]
    found = ma.event_study(ma.align(event, ma.load_market(), tickers=["TSM", "2330.TW"]))
    receipt, local = (
        list(zip(found.sample.closes[k, :250], found.fit.residuals[k], strict=True)) for k in (0, 1)
    )
    pairs = []
    for moment, residual in receipt:
        following = [value for close, value in local if close > moment]
        if following:
            pairs.append((residual, following[0]))
    expected = np.corrcoef(np.transpose(pairs))[0, 1]
    dependence = found.dependence(0, 0)
    assert_allclose(dependence.average, expected, **EXACT)
    assert (dependence.overlapping, dependence.pairs) == (1, 1)
    assert 0.2 < expected < 0.7  # two lines of one share move alike


@pytest.mark.parametrize(
    "name", ["cross_sectional_t", "skewness_corrected_t", "bmp", "adjusted_bmp"]
)
@pytest.mark.parametrize("value", [0.1, -0.013, 0.07])
def test_rounding_does_not_pass_for_variance(name, value):
    """Three times 0.1 has a mean of 0.10000000000000002: that gave a t of 1e16."""
    result = inference.TESTS[name](given(np.full(3, value)))
    assert np.isnan(result.statistic)
    assert np.isnan(result.pvalue)
    assert not result.valid
    assert result.note


@pytest.mark.parametrize("copies", [2, 3, 5, 7])
def test_equal_cars_have_no_spread_to_measure(copies):
    returns = panel(seed=11)
    frame = pd.concat([on(returns).assign(event_id=f"copy-{k}") for k in range(copies)])
    table = ma.event_study(ma.align(frame, world(returns))).test(0, 2)
    for name in ("cross_sectional_t", "bmp", "adjusted_bmp"):
        assert np.isnan(table.loc[name, "statistic"]), name
        assert not table.loc[name, "valid"]
        assert table.loc[name, "note"]


def test_a_window_beyond_the_prices_gives_every_test_a_reason():
    returns = panel(3, days=DAY0 + 2)
    table = study(returns).test(0, 5)
    assert table["statistic"].isna().all()
    assert not table["valid"].any()
    assert table["note"].str.contains("3 without a return on every tested day are not in it").all()


def test_observations_with_a_missing_tested_day_are_counted_out():
    returns = panel(5)
    returns.iloc[DAY0 + 1, 3] = np.nan
    whole, part = study(returns).test(0, 0), study(returns).test(0, 1)
    assert whole["n"].eq(5).all()
    assert part["n"].eq(4).all()
    assert part["note"].str.contains("1 without a return on every tested day").all()
    kept = [name for name in returns.columns if name not in ("MKT", "S3")]
    alone = study(returns, tickers=kept).test(0, 1)
    assert_allclose(part["statistic"], alone["statistic"], **EXACT)


def test_few_observations_cannot_reach_the_level_by_flipping_signs():
    table = study(panel(4)).test(0, 0)
    assert not table.loc["sign_flip", "valid"]
    assert "no p value below 0.125" in table.loc["sign_flip", "note"]


def test_drawn_sign_flips_are_the_same_on_every_run():
    first, second = (study(panel(20)).test(0, 0).loc["sign_flip", "pvalue"] for _ in range(2))
    assert first == second


def test_opposite_cars_give_opposite_statistics_and_the_same_p():
    returns = panel(6)
    mirrored = returns.copy()
    for name in returns.columns[1:]:
        mirrored[name] = -returns[name]
    plain, other = study(returns).test(-1, 1), study(mirrored).test(-1, 1)
    names = ["cross_sectional_t", "patell", "bmp", "adjusted_bmp", "corrado_rank", "sign"]
    assert_allclose(other.loc[names, "statistic"], -plain.loc[names, "statistic"], rtol=1e-9)
    assert_allclose(other.loc[names, "pvalue"], plain.loc[names, "pvalue"], rtol=1e-8)


def test_size_with_four_correlated_securities_on_one_date():
    """Nominal 5 %, residual correlation .4: what the warnings of the tests are about."""
    table = rejections(runs=800, correlation=0.4)
    assert 0.13 < table["cross_sectional_t"] < 0.23
    assert 0.13 < table["bmp"] < 0.23
    assert 0.13 < table["patell"] < 0.23
    assert 0.03 < table["adjusted_bmp"] < 0.07
    assert 0.03 < table["adjusted_patell"] < 0.07


def test_size_with_four_independent_securities():
    table = rejections(runs=800, correlation=0.0)
    for name in ("cross_sectional_t", "bmp", "patell", "adjusted_bmp", "adjusted_patell"):
        assert 0.03 < table[name] < 0.075, name


def rejections(*, runs, correlation, size=4, days=121):
    """Share of runs without any effect in which each test rejects at 5 %."""
    generator = np.random.default_rng(17)
    names = ("cross_sectional_t", "bmp", "patell", "adjusted_bmp", "adjusted_patell")
    count = dict.fromkeys(names, 0)
    for _ in range(runs):
        common, own = generator.normal(size=days), generator.normal(size=(size, days))
        shocks = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
        residuals = shocks[:, :-1]
        deviation = residuals.std(axis=1, ddof=1)
        car = shocks[:, -1] - residuals.mean(axis=1)
        data = inference.TestInput(
            car=car,
            error=deviation * np.sqrt(1 + 1 / (days - 1)),
            df=np.full(size, days - 2),
            residuals=residuals,
            scale=deviation[:, None],
            abnormal=car[:, None],
            dependence=Dependence.of(np.ones((size, size)), np.corrcoef(residuals)),
            alpha=0.05,
        )
        for name in names:
            count[name] += inference.TESTS[name](data).pvalue < 0.05
    return {name: number / runs for name, number in count.items()}


def test_tests_that_cannot_reject_or_reject_too_often_in_four_are_not_valid():
    rng = np.random.default_rng(4)
    table = {name: run(given(rng.normal(0, 0.02, 4))) for name, run in inference.TESTS.items()}
    assert not table["wilcoxon"].valid
    assert "no p value below 0.125 exists" in table["wilcoxon"].note
    assert not table["sign_flip"].valid
    assert not table["sign"].valid
    assert "it would reject about 13.0 % of the time" in table["sign"].note
    assert table["skewness_corrected_t"].distribution == "t"


def test_a_variance_raised_by_the_event_is_said_of_tests_that_assume_none():
    calm = inference.TESTS["patell"](given(np.array([0.01, -0.02, 0.015, -0.01, 0.02])))
    assert calm.valid
    wild = given(np.array([0.01, -0.02, 0.015, -0.01, 0.02]))
    raised = replace(wild, car=wild.car * 20)
    for name in ("patell", "adjusted_patell"):
        result = inference.TESTS[name](raised)
        assert not result.valid
        assert "the event raised the variance" in result.note
    assert inference.TESTS["adjusted_bmp"](raised).valid


@pytest.mark.parametrize(("r", "claimed"), [(0.0, 0.125), (0.4, 0.338)])
def test_the_size_of_the_sign_test_counts_correlation(r, claimed):
    reject = np.abs(np.arange(5) - 2.0) / 1.0 > 1.96
    size = signs.size_of_signs(4, 0.5, r, reject)
    common = np.random.default_rng(8).normal(size=(200_000, 1))
    own = np.random.default_rng(9).normal(size=(200_000, 4))
    positive = (np.sqrt(r) * common + np.sqrt(1 - r) * own > 0).sum(axis=1)
    assert size == pytest.approx(np.isin(positive, [0, 4]).mean(), abs=0.005)
    assert size == pytest.approx(claimed, abs=0.005)
