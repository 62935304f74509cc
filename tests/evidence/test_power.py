"""Power: by simulation, by the formula of METHODS, and where it begins."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import analytics as ma
from analytics.errors import InputError
from analytics.evidence import average_reactions, power
from analytics.evidence.families import detectable_mean
from analytics.evidence.power import chance_of_finding

EVENT = ma.load_events()["deepseek-shock-2025-01-27"]
MARKET = ma.load_market()


@pytest.fixture(scope="module")
def results():
    return ma.event_study(ma.align(EVENT, MARKET))


def test_power_by_simulated_t_statistics(results):
    row = results.headline().iloc[0]
    generator = np.random.default_rng(2)
    df, runs = int(row["df"]), 200_000
    effect = 0.06
    noise = generator.standard_normal(runs) + effect / row["std_error"]
    t = noise / np.sqrt(generator.chisquare(df, runs) / df)
    share = np.mean(np.abs(t) > stats.t.isf(0.025, df))
    assert power(results, [effect]).iloc[0, 0] == pytest.approx(share, abs=0.004)


def test_the_minimum_detectable_move_is_found_four_times_in_five(results):
    reach = results.minimum_detectable(0, 0)
    for key, move in reach.items():
        assert power(results, [move], 0, 0)[key].iloc[0] == pytest.approx(0.8, abs=0.003)


def test_no_effect_is_found_at_the_level_and_sign_does_not_matter(results):
    found = power(results, [-0.05, 0.0, 0.05])
    assert found.loc[0.0].tolist() == pytest.approx([0.05] * 4)
    assert found.loc[-0.05].tolist() == found.loc[0.05].tolist()
    strict = ma.event_study(ma.align(EVENT, MARKET), alpha=0.01)
    assert power(strict, [0.0]).iloc[0].tolist() == pytest.approx([0.01] * 4)


def test_power_does_not_fall_off_where_the_noncentral_t_underflows():
    effects = np.linspace(0, 5, 400)
    found = chance_of_finding(effects, np.array(0.02), np.array(240), 0.05)
    assert np.isfinite(found).all()
    assert (np.diff(found) >= -1e-9).all()
    assert found[-1] == 1.0
    few = chance_of_finding(effects, np.array(0.02), np.array(3), 0.05)
    assert np.isfinite(few).all()
    assert (np.diff(few) >= -1e-6).all()


def test_a_missing_day_has_no_power():
    early = ma.event_study(
        ma.align(ma.load_events()["deepseek-shock-2025-01-27"], MARKET, tickers=["NVDA"])
    )
    assert np.isnan(chance_of_finding(np.array(0.05), np.array(np.nan), np.array(240), 0.05))
    assert power(early, [0.05], -10, 10).shape == (1, 1)


@pytest.mark.parametrize("wrong", ["much", [], [np.nan], [[0.1]], None])
def test_effects_that_are_no_numbers(results, wrong):
    with pytest.raises(InputError, match="effects: expected a list of numbers"):
        power(results, wrong)


def test_half_a_window(results):
    with pytest.raises(InputError, match="give both days, or neither"):
        power(results, [0.1], 0)


def test_the_detectable_average_is_found_four_times_in_five():
    chips = ma.load_events().filter(category=("inhouse_chip_official", "inhouse_chip_report"))
    row = average_reactions(chips, MARKET, ["NVDA"], 0, 1, declared=True).loc["NVDA"]
    error = (row["ci_high"] - row["ci_low"]) / 2 / stats.t.isf(0.025, row["n"] - 1)
    found = chance_of_finding(row["detectable"], error, row["n"] - 1, 0.05)
    assert found == pytest.approx(0.8, abs=0.01)
    assert np.isnan(detectable_mean(-0.1, 0.1, 1))
