"""Rank tests over estimation and tested days: Corrado, Corrado-Zivney, generalised ranks.

In: a `TestInput`. Out: a `TestResult`. It must not know labels, files or pages.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import stats

from analytics.study import kernels
from analytics.study.inference.base import (
    TOO_OFTEN,
    TestInput,
    TestResult,
    deviation,
    invalid,
    needs_event_time,
    needs_same_variance,
    normal,
    not_applicable,
    rejects_too_often,
    student,
)
from analytics.study.inference.signs import size_of_signs
from analytics.study.inference.single import blocks
from analytics.study.kernels import Floats

COARSE = 60  # signs whose sum has few values
ROUNDING = 1e-9  # a mean rank that small is zero
MANY = 60  # observations whose deviation is as good as known


def corrado_rank(data: TestInput) -> TestResult:
    """Rank test over estimation and tested window (Corrado 1989, eq. 5; Cowan 1992).

    ``sum over the window of (mean rank - 1/2) / (S sqrt(L))``; S is the deviation of the daily mean
    rank with divisor T.
    """
    ranks = _deviations_of_rank(data)
    known = np.isfinite(ranks)
    days = known.any(axis=0)
    mean = np.where(known, ranks, 0.0).sum(axis=0)[days] / known.sum(axis=0)[days]
    result = _daily(data, mean, "the mean rank does not vary", averages=True)
    return needs_same_variance(data, result)


def corrado_zivney_rank(data: TestInput) -> TestResult:
    """The rank test where days are missing (Corrado & Zivney 1992).

    Ranks are divided by one more than the observation's own number of days, and the day's sum by
    the root of the number of observations it has. Without gaps it is Corrado's.
    """
    ranks = _deviations_of_rank(data)
    return needs_same_variance(data, _daily(data, _root_mean(ranks), "the ranks do not vary"))


def corrado_zivney_sign(data: TestInput) -> TestResult:
    """Signs around each observation's own median (Corrado & Zivney 1992).

    The median is that of estimation and tested days, so returns need not be symmetric.
    """
    values = np.hstack([data.residuals, data.abnormal])
    if data.n == 0:
        return _daily(data, np.zeros(0), "")
    middle = np.nanmedian(values, axis=1, keepdims=True)
    days = _root_mean(np.sign(values - middle))
    result = _daily(data, days, "the signs do not vary", ranked=False)
    if not (np.isfinite(result.statistic) and result.valid):
        return result
    critical = stats.norm.isf(data.alpha / 2) * np.sqrt(np.mean(days**2))
    signs = data.n * data.abnormal.shape[1]
    if np.sqrt(signs) < critical:
        return invalid(result, f"with N = {data.n} it can never reject at {100 * data.alpha:g} %")
    if signs > COARSE:
        return result
    reject = np.abs(2.0 * np.arange(signs + 1) - signs) / np.sqrt(signs) > critical
    r = max(data.dependence.average, 0.0) * (data.n - 1) / (signs - 1)
    size = size_of_signs(signs, 0.5, r, reject)
    if size <= TOO_OFTEN * data.alpha:
        return result
    return invalid(
        result,
        f"so few signs are too coarse: it would reject about {100 * size:.0f} % of the time at a "
        f"nominal {100 * data.alpha:g} %",
    )


def grank_t(data: TestInput) -> TestResult:
    """Generalised rank t (Kolari & Pynnönen 2011).

    The whole tested window is one more day: the SCAR, divided by the cross-sectional deviation of
    the SCARs, is ranked among the estimation days, each residual over its own deviation. With
    ``Z = U_0 / S_U``, ``t = Z sqrt((T - 2) / (T - 1 - Z^2))`` with T - 2 degrees of freedom.
    """
    found = _generalised(data)
    if isinstance(found, TestResult):
        return found
    mean, share = found
    days = len(mean)
    scale = np.sqrt(np.mean(share * mean**2))
    if not scale > ROUNDING:
        return not_applicable(data, "the mean rank does not vary")
    z = mean[-1] / scale
    if 0.5 / scale < stats.norm.isf(data.alpha / 2):
        return invalid(
            student(z, data.n, days - 2.0),
            f"with N = {data.n} it can never reject at "
            f"{100 * data.alpha:g} %: the shares move together too closely",
        )
    statistic = z * np.sqrt((days - 2) / (days - 1 - z**2))  # Z^2 is below T: it holds this day
    return _needs_many(
        data, needs_event_time(data, student(statistic, data.n, days - 2.0), averages=False)
    )


def grank_z(data: TestInput) -> TestResult:
    """Generalised rank z (Kolari & Pynnönen 2011): the ranks taken as independent.

    ``sqrt(12 N (T + 1) / (T - 1)) U_0``, with the variance that ranks of independent observations
    have.
    """
    found = _generalised(data)
    if isinstance(found, TestResult):
        return found
    mean, _ = found
    days = len(mean)
    statistic = np.sqrt(12.0 * data.n * (days + 1) / (days - 1)) * mean[-1]
    result = normal(statistic, data.n)
    r = _rounded(data)
    size = _size_of_few(data.n, r, data.alpha, alone=True)
    if size <= TOO_OFTEN * data.alpha:
        return _needs_same_shape(data, result)
    if r and _size_of_few(data.n, 0.0, data.alpha, alone=True) < 0.9 * size:
        return invalid(result, rejects_too_often(data, size))
    return _too_few(data, result, size)


def _needs_many(data: TestInput, result: TestResult) -> TestResult:
    """Mark a generalised rank test of so few observations that their deviation is not known."""
    result = _needs_same_shape(data, result)
    size = _size_of_few(data.n, _rounded(data), data.alpha)
    if not result.valid or size <= TOO_OFTEN * data.alpha:
        return result
    return _too_few(data, result, size)


def _needs_same_shape(data: TestInput, result: TestResult) -> TestResult:
    """Mark a generalised rank test of a long window where sums are shaped unlike single days.

    A CAR is ranked among single days. Where those are skewed, a sum of several has another mean
    rank without any effect; found on the estimation days, cut into sums of the window's length.
    """
    length = data.abnormal.shape[1]
    if length == 1 or not result.valid:
        return result
    standardised = data.residuals / data.scale
    sums = blocks(standardised, length).sum(axis=2)
    sums = sums[np.isfinite(sums)]
    pool = np.sort(standardised[np.isfinite(standardised)])
    if len(sums) < 30 or not sums.std() > 0:
        return result
    away = float(np.mean(np.searchsorted(pool, sums / sums.std()) / len(pool))) - 0.5
    surely = max(abs(away) - np.sqrt(1.0 / 12.0 / len(sums)), 0.0)
    tied = 1.0 + (data.n - 1) * max(data.dependence.average, 0.0)
    shift = surely * np.sqrt(12.0 * data.n / tied)
    limit = stats.norm.isf(data.alpha / 2)
    size = float(stats.norm.sf(limit - shift) + stats.norm.sf(limit + shift))
    if size <= TOO_OFTEN * data.alpha:
        return result
    return invalid(
        result,
        f"sums of {length} days are shaped unlike the single days they are ranked among: it would "
        f"reject about {100 * size:.0f} % of the time at a nominal {100 * data.alpha:g} %",
    )


def _too_few(data: TestInput, result: TestResult, size: float) -> TestResult:
    return invalid(
        result,
        f"the deviation of {data.n} SCARs is too uncertain to scale them by: it would reject about "
        f"{100 * size:.0f} % of the time at a nominal {100 * data.alpha:g} %",
    )


def _rounded(data: TestInput) -> float:
    """Average correlation in steps that a drawn size is kept for; 0 where it is negative."""
    return min(round(max(data.dependence.average, 0.0), 2), 0.99)


def _deviations_of_rank(data: TestInput) -> Floats:
    """Ranks over estimation and tested window, scaled to -1/2 .. 1/2, (N, M + L)."""
    return kernels.scaled_ranks(np.hstack([data.residuals, data.abnormal])) - 0.5


@cache
def _size_of_few(n: int, r: float, alpha: float, *, alone: bool = False) -> float:
    """Rejection rate of the generalised rank test for normal observations with correlation ``r``.

    The SCARs are divided by their own deviation over N - 1 numbers; the estimation days are not.
    Drawn 20,000 times. ``alone`` for the test that takes the observations as independent; for the
    other one the deviation of 60 observations is as good as known.
    """
    n = min(n, 1000 if alone else MANY)
    generator = np.random.default_rng([n, round(100 * r)])
    draws = 20_000 if n <= MANY else 2_000
    common, own = generator.normal(size=(draws, 1)), generator.normal(size=(draws, n))
    scar = np.sqrt(r) * common + np.sqrt(1.0 - r) * own
    scaled = scar / np.std(scar, axis=1, ddof=1, keepdims=True)
    mean = (stats.norm.cdf(scaled) - 0.5).mean(axis=1)
    # variance of a uniform rank, and the covariance of two whose normals correlate by r
    tied = 0.0 if alone else (n - 1) * np.arcsin(r / 2.0) / (2.0 * np.pi)
    usual = (1.0 / 12.0 + tied) / n
    return float(np.mean(np.abs(mean) > stats.norm.isf(alpha / 2) * np.sqrt(usual)))


def _root_mean(values: Floats) -> Floats:
    """Sum of each day over the root of its number of observations; days that have any."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    days = count > 0
    return np.asarray(np.where(known, values, 0.0).sum(axis=0)[days] / np.sqrt(count[days]))


def _daily(
    data: TestInput, days: Floats, constant: str, *, averages: bool = False, ranked: bool = True
) -> TestResult:
    """Sum over the tested days against the root mean square of all days."""
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    scale = np.sqrt(np.mean(days**2))
    if not scale > ROUNDING:
        return not_applicable(data, constant)
    length = data.abnormal.shape[1]
    statistic = days[-length:].sum() / (scale * np.sqrt(length))
    most = 0.5 * np.sqrt(length) / scale * (1.0 if averages else np.sqrt(data.n))
    if ranked and most < stats.norm.isf(data.alpha / 2):
        return invalid(
            normal(statistic, data.n),
            f"with N = {data.n} it can never reject at "
            f"{100 * data.alpha:g} %: the shares move together too closely",
        )
    return needs_event_time(data, normal(statistic, data.n), averages=averages)


def _generalised(data: TestInput) -> tuple[Floats, Floats] | TestResult:
    """Mean rank of each day, the event last, and the share of observations that have the day."""
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    sd = deviation(data.scar)
    if not sd > 0:
        return not_applicable(data, "every SCAR is the same")
    standardised = data.residuals / data.scale
    ranks = kernels.scaled_ranks(np.column_stack([standardised, data.scar / sd])) - 0.5
    known = np.isfinite(ranks)
    count = known.sum(axis=0)
    days = count > 0
    mean = np.where(known, ranks, 0.0).sum(axis=0)[days] / count[days]
    return mean, count[days] / data.n
