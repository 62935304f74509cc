"""Parametric tests of an average: t, Patell, Boehmer-Musumeci-Poulsen, and their adjustments.

In: a `TestInput`. Out: a `TestResult`. It must not know labels, files or pages.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from analytics.study.inference.base import (
    FEW,
    TestInput,
    TestResult,
    deviation,
    needs_event_time,
    needs_independence,
    needs_same_variance,
    needs_spread,
    normal,
    not_applicable,
    noted,
    student,
)
from analytics.study.kernels import Floats


def cross_sectional_t(data: TestInput) -> TestResult:
    """T of the mean CAR (Brown & Warner 1980)."""
    return _mean_test(data, data.car, "CAR")


def skewness_corrected_t(data: TestInput) -> TestResult:
    """Hall's (1992) transformation of the cross-sectional t (Lyon, Barber & Tsai 1999, eq. 5).

    ``sqrt(N) (S + g S^2 / 3 + g^2 S^3 / 27 + g / (6 N))`` with ``S = mean / sd`` and the unbiased
    sample skewness ``g``; referred to t with N - 1 degrees of freedom, as the normal rejects far
    too often in small samples.
    """
    n = data.n
    if n < 3:
        return not_applicable(data, "needs at least three observations")
    sd = deviation(data.car)
    if not sd > 0:
        return not_applicable(data, "every CAR is the same")
    ratio = np.mean(data.car) / sd
    skew = float(stats.skew(data.car, bias=False))
    statistic = np.sqrt(n) * (
        ratio + skew * ratio**2 / 3 + skew**2 * ratio**3 / 27 + skew / (6 * n)
    )
    return needs_independence(data, student(statistic, n, n - 1.0), shrinks=True)


def crude_dependence_t(data: TestInput) -> TestResult:
    """CAAR over the deviation of the estimation window's average (Brown & Warner 1985, eq. 4-6).

    The averages are taken in event time, so dependence is only caught on a common event date.
    """
    known = np.isfinite(data.residuals)
    days = known.any(axis=0)
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    if days.sum() < 2:
        return not_applicable(data, "needs at least two estimation days")
    sums = np.where(known, data.residuals, 0.0).sum(axis=0)[days]
    average = sums / known.sum(axis=0)[days]
    sd = deviation(average, beside=float(np.nanmax(np.abs(data.residuals))))
    if not sd > 0:
        return not_applicable(data, "the average does not vary over the estimation window")
    length = data.abnormal.shape[1]
    statistic = np.mean(data.car) / (sd * np.sqrt(length))
    result = student(statistic, data.n, float(days.sum() - 1))
    more = 1.0 + length / float(np.mean(known.sum(axis=1)))
    return needs_same_variance(data, needs_event_time(data, result, averages=True, more=more))


def patell(data: TestInput) -> TestResult:
    """``sum SCAR / sqrt(sum df / (df - 2))``, exact forecast error (Patell 1976, eq. 11)."""
    result = needs_independence(data, _patell(data, 1.0), shrinks=False)
    return needs_same_variance(data, result)


def adjusted_patell(data: TestInput) -> TestResult:
    """Patell's Z over ``sqrt(1 + (N - 1) r)`` (Kolari & Pynnönen 2010, p. 4001)."""
    factor = 1.0 + (data.n - 1) * data.dependence.average
    if factor <= 0:
        return not_applicable(data, "average residual correlation too negative to adjust for")
    return needs_same_variance(data, _patell(data, factor))


def bmp(data: TestInput) -> TestResult:
    """Cross-sectional t of SCAR (Boehmer, Musumeci & Poulsen 1991, eq. 6)."""
    return _mean_test(data, data.scar, "SCAR")


def adjusted_bmp(data: TestInput) -> TestResult:
    """BMP times ``sqrt((1 - r) / (1 + (N - 1) r))`` (Kolari & Pynnönen 2010, eq. 11)."""
    plain = _mean_test(data, data.scar, "SCAR")
    r = data.dependence.average
    factor = 1.0 + (data.n - 1) * r
    if not np.isfinite(plain.statistic):
        return plain
    if factor <= 0 or r >= 1:
        return not_applicable(data, f"average residual correlation {r:.2f} cannot be adjusted for")
    result = student(plain.statistic * np.sqrt((1.0 - r) / factor), data.n, data.n - 1.0)
    result = needs_spread(data, result)
    weak = f"; weak with {data.n}" if data.n < FEW else ""
    return noted(result, f"allows for correlation and for a raised variance{weak}")


def _mean_test(data: TestInput, values: Floats, name: str) -> TestResult:
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    sd = deviation(values)
    if not sd > 0:
        return not_applicable(data, f"every {name} is the same")
    statistic = np.mean(values) / (sd / np.sqrt(data.n))
    return needs_independence(data, student(statistic, data.n, data.n - 1.0), shrinks=True)


def _patell(data: TestInput, factor: float) -> TestResult:
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    if (data.df <= 2).any():
        return not_applicable(data, "needs more than two degrees of freedom in every observation")
    spread = np.sum(data.df / (data.df - 2.0)) * factor
    return normal(data.scar.sum() / np.sqrt(spread), data.n)
