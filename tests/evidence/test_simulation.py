"""Size and power by simulation: the table that the methods promise, seeds, settings, errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import World, rejections, simulate_size, size_table, standard_worlds
from analytics.evidence.simulation import _draw

RUNS = 1000


@pytest.fixture(scope="module")
def shock():
    """N = 4 on one date, residual correlation .4: the case of the DeepSeek shock."""
    return simulate_size(observations=4, correlation=0.4, runs=RUNS, progress=False)


def test_four_correlated_shares_on_one_date(shock):
    """Cross-sectional t, Patell and BMP reject 17 to 20 %; adjusted for it, 5 %."""
    table = shock.table
    error = 3 * np.sqrt(0.19 * 0.81 / RUNS)
    for name in ("cross_sectional_t", "patell", "bmp"):
        assert 0.17 - error < table.loc[name, "rejection"] < 0.20 + error, name
        assert table.loc[name, "valid"] == 0.0, name
    error = 3 * np.sqrt(0.05 * 0.95 / RUNS)
    for name in ("adjusted_bmp", "adjusted_patell", "crude_dependence_t", "calendar_time"):
        assert table.loc[name, "rejection"] == pytest.approx(0.05, abs=error), name
    assert table.loc["multivariate", "rejection"] == pytest.approx(0.05, abs=error)
    assert table.loc["adjusted_bmp", "valid"] == 1.0


def test_tests_that_call_themselves_valid_reject_no_more_than_they_say(shock):
    table = shock.table
    trusted = table[table["valid"] > 0.2]
    assert len(trusted) >= 6
    limit = 0.05 * 1.24 + 3 * np.sqrt(0.05 * 0.95 / RUNS)
    assert (trusted["rejection_valid"] < limit).all()
    loud = table[table["rejection"] > limit]
    assert set(loud.index) >= {"grank_t", "grank_z", "sign", "bmp"}
    assert loud["valid"].max() < 0.02


def test_an_event_that_raises_the_variance_fools_patell_and_not_bmp():
    found = simulate_size(
        observations=30, correlation=0.0, event_variance=3.0, runs=300, progress=False
    ).table
    assert found.loc["patell", "rejection"] == pytest.approx(0.26, abs=0.08)
    assert found.loc["patell", "valid"] < 0.1
    assert found.loc["corrado_rank", "rejection"] > 0.07
    for name in ("cross_sectional_t", "bmp", "adjusted_bmp", "grank_t"):
        assert found.loc[name, "rejection"] < 0.09, name


def test_dates_that_differ_and_overlap_keep_the_adjusted_tests():
    found = simulate_size(
        observations=20, correlation=0.4, dates="staggered", window=(-1, 1), runs=300,
        progress=False,
    ).table  # fmt: skip
    for name in ("adjusted_bmp", "adjusted_patell"):
        assert found.loc[name, "rejection"] < 0.095, name
        assert found.loc[name, "valid"] > 0.8, name
    assert found.loc["patell", "rejection"] > 0.07


def test_power_rises_with_the_effect_and_errors_are_binomial():
    rates = []
    for effect in (0.0, 1.0, 2.0):
        found = simulate_size(
            observations=10, correlation=0.1, effect=effect, runs=200, progress=False
        )
        rates.append(found.rejection["adjusted_bmp"])
        share = (found.rejection * 200 + 2) / 204
        assert_allclose(found.table["std_error"], np.sqrt(share * (1 - share) / 200))
    assert rates[0] < 0.1 < 0.4 < rates[1] < 0.95 < rates[2]


def test_the_same_seed_gives_the_same_runs_and_another_one_others():
    first, second, other = (simulate_size(runs=60, seed=s, progress=False) for s in (3, 3, 4))
    pd.testing.assert_frame_equal(first.rejected, second.rejected)
    pd.testing.assert_frame_equal(first.valid, second.valid)
    assert not first.rejected.equals(other.rejected)


def test_the_rate_is_that_of_the_p_values_a_user_would_see():
    """One run studied by hand: the same securities, the same events, the same tests."""
    world = World(observations=3, correlation=0.5)
    generator = np.random.default_rng([7, 0])
    returns, asked = _draw(world, 1, generator)
    market = ma.Market.from_returns(returns, benchmarks="MKT0")
    windows = ma.Windows(estimation=(-250, -1), event=(0, 0), min_estimation=250)
    table = ma.event_study(ma.align(asked, market, windows, confounders=())).test(0, 0)
    found = simulate_size(world, runs=1, seed=7, progress=False)
    assert found.rejected.iloc[0].tolist() == (table["pvalue"] < 0.05).tolist()
    assert found.valid.iloc[0].tolist() == table["valid"].tolist()


@pytest.mark.parametrize("tails", [np.inf, 4.0])
def test_a_drawn_world_has_the_correlation_the_variance_and_the_tails_asked_for(tails):
    world = World(observations=10, correlation=0.3, tails=tails, event_variance=4.0, effect=1.5)
    returns, asked = _draw(world, 60, np.random.default_rng(1))
    day = asked["session"].iloc[0]
    assert asked["session"].eq(day).all()
    shares, market = returns.iloc[:, :600], returns.iloc[:, np.repeat(np.arange(600, 660), 10)]
    market = market.set_axis(shares.columns, axis=1)
    before, index = shares.loc[shares.index < day], market.loc[shares.index < day]
    centred = index - index.mean()
    slope = (centred * before).sum() / (centred**2).sum()
    residual = before - index * slope
    residual = (residual - residual.mean()) / residual.std()
    both = residual.corr().to_numpy()
    same = np.kron(np.eye(60), np.ones((10, 10))).astype(bool)
    assert both[same & ~np.eye(600, dtype=bool)].mean() == pytest.approx(0.3, abs=0.02)
    assert both[~same].mean() == pytest.approx(0.0, abs=0.01)  # runs are independent
    kurtosis = residual.stack().kurt()
    assert (kurtosis > 1.0) if np.isfinite(tails) else abs(kurtosis) < 0.1
    moved = ((shares.loc[day] - slope * market.loc[day]) / before.std()).to_numpy().reshape(60, 10)
    assert moved.mean() == pytest.approx(1.5 * 0.9, abs=0.5)  # of all deviation, not the residual's
    assert moved.std() == pytest.approx(2.0 * 0.9, abs=0.4)


def test_staggered_dates_lie_within_n_windows():
    world = World(observations=10, correlation=0.0, dates="staggered", window=(-1, 1))
    returns, asked = _draw(world, 3, np.random.default_rng(1))
    rows = returns.index.get_indexer(asked["session"])
    assert rows.max() - rows.min() < 30
    assert len(set(rows)) > 10
    assert rows.max() + 1 < len(returns)


def test_several_worlds_make_a_table():
    worlds = standard_worlds(3, 0.2)
    assert len(worlds) == 7
    found = size_table(worlds[:2], runs=5)
    table = rejections(found)
    assert table.shape == (18, 2)
    assert list(table) == ["N = 3, common date, independent", "N = 3, common date, r = 0.2"]
    assert found[0].settings["tails"] == "normal"
    assert found[0].settings["runs"] == 5


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("observations", 1, "a whole number from 2 to 1000"),
        ("correlation", 1.0, "a number from 0 to below 1"),
        ("correlation", -0.1, "a number from 0 to below 1"),
        ("dates", "often", "'common' or 'staggered'"),
        ("event_variance", 0, "a number above 0 and up to 100"),
        ("tails", 2.0, "degrees of freedom above 2"),
        ("effect", float("nan"), "a number of residual deviations"),
        ("window", (1, 0), "two days from -10 to 10"),
        ("deviations", (0.03, 0.01), "two fractions above 0"),
        ("estimation_days", 10, "30 to 2000 days"),
        ("alpha", 1.5, "a number between 0 and 1"),
    ],
)
def test_a_setting_out_of_its_range_is_one_message(setting, value, expected):
    with pytest.raises(InputError, match=expected) as caught:
        World(**{setting: value})
    assert str(caught.value).startswith(f"{setting}=")


def test_wrong_calls_are_one_message():
    with pytest.raises(InputError, match="runs=0: expected a whole number"):
        simulate_size(runs=0)
    with pytest.raises(InputError, match="seed=-1"):
        simulate_size(seed=-1)
    with pytest.raises(InputError, match="sigma: no setting of a world; expected alpha"):
        simulate_size(sigma=2)


def test_every_run_has_a_market_of_its_own():
    """With one market for all, a constant-mean study of 100 runs was off by ten of its errors."""
    rates = []
    for seed in range(6):
        found = simulate_size(
            observations=4, correlation=0.0, runs=100, seed=seed, model=ma.ConstantMean(),
            progress=False,
        )  # fmt: skip
        rates.append(found.rejection["crude_dependence_t"])
    assert np.std(rates, ddof=1) < 0.05


@pytest.mark.parametrize("model", [ma.ScholesWilliams(), ma.Dimson(lags=3, leads=3)])
def test_models_that_look_beyond_the_windows_can_be_simulated(model):
    found = simulate_size(runs=5, model=model, progress=False)
    assert len(found.rejected) == 5


@pytest.mark.parametrize(
    "setting",
    [
        {"observations": "4"},
        {"observations": 4.0},
        {"observations": True},
        {"window": 5},
        {"window": (0,)},
        {"deviations": 0.02},
        {"tails": "normal"},
        {"effect": None},
        {"alpha": "x"},
    ],
)
def test_a_setting_of_a_wrong_kind_is_one_message(setting):
    ((name, value),) = setting.items()
    with pytest.raises(InputError) as caught:
        World(**setting)
    assert str(caught.value).startswith(f"{name}={value!r}: expected")


def test_worlds_that_differ_anywhere_have_different_words():
    worlds = [
        World(),
        World(window=(0, 1)),
        World(alpha=0.1),
        World(estimation_days=60),
        World(deviations=(0.01, 0.05)),
    ]
    assert len({one.words for one in worlds}) == 5
    with pytest.raises(InputError, match="expected a World"):
        simulate_size("calm")
    with pytest.raises(InputError, match="expected several"):
        size_table(World())
    assert size_table([]) == ()


def test_a_very_high_correlation_is_no_fault():
    found = simulate_size(observations=8, correlation=0.9, runs=60, progress=False)
    assert found.rejection.notna().all()
    assert found.rejection["adjusted_bmp"] < 0.2
