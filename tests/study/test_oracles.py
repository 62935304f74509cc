"""Every number of the study against known answers, to 1e-10."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from tests.study.oracles import MODELS, WINDOWS, reference, results, table_of

CLOSE = {"rtol": 1e-10, "atol": 1e-12}
PROBLEMS = ["P1", "P3", "S1"]
TESTED = ["P1", "P3"]

# Row of results.test -> its statistic among the known answers of one window.
STATISTIC = {
    "cross_sectional_t": lambda known, _: known["csect_t"],
    "skewness_corrected_t": lambda known, _: known["hall_t"],
    "crude_dependence_t": lambda known, _: known["crude_t"],
    "patell": lambda known, _: known["patell_z_scar"],
    "adjusted_patell": lambda known, n: (
        known["patell_z_scar"] / np.sqrt(1 + (n - 1) * known["rbar_overlap"])
    ),
    "bmp": lambda known, _: known["bmp_t"],
    "adjusted_bmp": lambda known, _: known["kp_t_rb_overlap"],
    "corrado_rank": lambda known, _: known["corrado"],
    "corrado_zivney_rank": lambda known, _: known["cz_rank"],
    "corrado_zivney_sign": lambda known, _: known["cz_sign"],
    "grank_t": lambda known, _: known["grank"]["grank_t"],
    "grank_z": lambda known, _: known["grank"]["grank_z"],
    "sign": lambda known, _: known["sign_z"],
    "generalised_sign": lambda known, _: known["gsign_z"],
    "wilcoxon": lambda known, _: known["wilcoxon"]["W_plus"],
    "sign_flip": lambda known, _: known["CAAR"],
}
PVALUE = {
    "cross_sectional_t": lambda known: known["csect_p"],
    "bmp": lambda known: known["bmp_p"],
    "wilcoxon": lambda known: known["wilcoxon"]["p_exact"],
}
# Tests that pool or regress in another way than the simulated problems were solved.
ELSEWHERE = {"calendar_time", "multivariate"}

every_model = pytest.mark.parametrize("model", list(MODELS))
every_window = pytest.mark.parametrize("window", WINDOWS, ids=str)


def by_event(problem, model, field):
    securities = reference()[problem][model]["securities"]
    return np.array([securities[event][field] for event in sorted(securities)])


@every_model
@pytest.mark.parametrize("problem", PROBLEMS)
def test_coefficients_and_residual_deviation(problem, model):
    estimates = results(problem, model).estimates
    for ours, theirs in (
        ("alpha", "alpha"),
        ("beta", "beta"),
        ("residual_std", "sigma"),
        ("df", "df"),
    ):
        assert_allclose(estimates[ours], by_event(problem, model, theirs), **CLOSE)
    assert set(estimates["n_estimation"]) == {250}


@every_model
@pytest.mark.parametrize("problem", PROBLEMS)
def test_abnormal_returns_and_their_forecast_error_day_by_day(problem, model):
    found = results(problem, model)
    abnormal = by_event(problem, model, "ar")
    assert_allclose(found.abnormal_returns, abnormal, **CLOSE)
    scale = by_event(problem, model, "S_AR")
    assert_allclose(found.standardised, abnormal / scale, **CLOSE)


@every_model
@pytest.mark.parametrize("problem", PROBLEMS)
def test_averages_over_observations(problem, model):
    found, known = results(problem, model), reference()[problem][model]
    assert_allclose(found.aar, known["AAR"], **CLOSE)
    assert_allclose(found.caar, known["CAAR"], **CLOSE)
    assert list(found.aar.index) == list(range(-10, 11))


@every_window
@every_model
@pytest.mark.parametrize("problem", PROBLEMS)
def test_cars_with_their_exact_forecast_error(problem, model, window):
    car = results(problem, model).car(*window)
    known = reference()[problem][model][str(window).replace(" ", "")]["single"]
    for ours, theirs in (
        ("car", "car"),
        ("std_error", "S_CAR"),
        ("t", "t_forecast"),
        ("pvalue", "p_forecast"),
        ("df", "df"),
    ):
        assert_allclose(car[ours], known[theirs], **CLOSE)


@every_window
@every_model
@pytest.mark.parametrize("problem", PROBLEMS)
def test_intervals_hold_zero_exactly_when_p_is_above_alpha(problem, model, window):
    car = results(problem, model).car(*window)
    inside = (car["ci_low"] < 0) & (car["ci_high"] > 0)
    assert (inside == (car["pvalue"] > 0.05)).all()
    assert_allclose((car["ci_low"] + car["ci_high"]) / 2, car["car"], **CLOSE)


@every_window
@every_model
@pytest.mark.parametrize("problem", TESTED)
def test_statistics_of_every_test(problem, model, window):
    found = table_of(problem, model, window)
    known = reference()[problem][model][str(window).replace(" ", "")]
    compared = [name for name in found.index if name not in ELSEWHERE]
    expected = [STATISTIC[name](known, found["n"].iloc[0]) for name in compared]
    assert_allclose(found.loc[compared, "statistic"], expected, **CLOSE)


@every_window
@every_model
@pytest.mark.parametrize("problem", TESTED)
def test_pvalues_come_from_the_stated_distribution(problem, model, window):
    found = table_of(problem, model, window)
    known = reference()[problem][model][str(window).replace(" ", "")]
    for name, value in PVALUE.items():
        assert_allclose(found.loc[name, "pvalue"], value(known), err_msg=name, **CLOSE)
    students = found[found["distribution"] == "t"]
    law = stats.t(students["df"].to_numpy(dtype=float))
    assert_allclose(students["pvalue"], 2 * law.sf(students["statistic"].abs()), **CLOSE)
    normals = found[(found["distribution"] == "normal") & (found.index != "wilcoxon")]
    assert_allclose(normals["pvalue"], 2 * stats.norm.sf(normals["statistic"].abs()), **CLOSE)


def test_degrees_of_freedom_of_the_t_tests():
    found = results("P1").test(-1, 1)["df"]
    assert found["cross_sectional_t"] == found["bmp"] == found["adjusted_bmp"] == 11
    assert found["crude_dependence_t"] == 249
    assert np.isnan(found["patell"])


@every_window
@every_model
def test_exact_sign_flips(model, window):
    known = reference()["P1"][model][str(window).replace(" ", "")]
    found = table_of("P1", model, window).loc["sign_flip"]
    assert found["distribution"] == "exact"
    assert_allclose(found["pvalue"], known["sign_flip_p"], **CLOSE)


@every_window
@every_model
def test_drawn_sign_flips_agree_with_other_draws(model, window):
    found = results("P3", model)
    ours = table_of("P3", model, window).loc["sign_flip"]
    assert ours["distribution"] == "monte carlo"
    car = found.car(*window)["car"].to_numpy()
    signs = np.random.default_rng(99).choice([-1.0, 1.0], size=(40_000, len(car)))
    share = np.mean(np.abs(signs @ car) >= abs(car.sum()))
    spread = np.sqrt(max(share, 1e-4) * (1 - share) * (1 / 40_000 + 1 / 99_999))
    assert abs(ours["pvalue"] - share) < 5 * spread + 1e-5


@every_window
@every_model
@pytest.mark.parametrize("problem", TESTED)
def test_average_residual_correlation_weighted_by_overlap(problem, model, window):
    known = reference()[problem][model][str(window).replace(" ", "")]
    found = results(problem, model).dependence(*window)
    assert_allclose(found.average, known["rbar_overlap"], **CLOSE)


def test_a_firm_with_three_events_keeps_three_rows():
    found = results("P3")
    assert len(found.car(0, 0)) == 30
    assert found.car(0, 0).loc[(slice(None), "S01"), "car"].nunique() == 3
    assert found.test(0, 0)["n"].eq(30).all()


def test_one_security_has_a_t_but_no_cross_section():
    found = results("S1").test(0, 0)
    for name in found.index:
        assert np.isnan(found.loc[name, "statistic"])
        assert np.isnan(found.loc[name, "pvalue"])
        assert not found.loc[name, "valid"]
        assert "needs at least t" in found.loc[name, "note"]  # two, or three
    assert np.isfinite(results("S1").car(0, 0)["t"]).all()


def test_published_digits_of_the_common_date_problem():
    found = results("P1").test(-1, 1)["statistic"].round(10)
    assert found["cross_sectional_t"] == 2.3450927570
    assert found["skewness_corrected_t"] == 2.9816918608
    assert found["crude_dependence_t"] == 1.2962812886
    assert found["patell"] == 1.9058404682
    assert found["bmp"] == 2.6011041631
    assert found["adjusted_bmp"] == 1.5969677843
    assert found["corrado_rank"] == 1.5542013408
    assert found["sign"] == 1.7320508076
    assert found["generalised_sign"] == 1.7112970015
    assert found["wilcoxon"] == 66
