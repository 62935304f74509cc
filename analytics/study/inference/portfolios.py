"""Tests of observations as they lie in the calendar: portfolios by date, and all firms jointly.

In: a `TestInput` with the correlation of every pair. Out: a `TestResult`. It must not know labels,
files or pages.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from analytics.study.inference.base import (
    TestInput,
    TestResult,
    deviation,
    needs_same_variance,
    not_applicable,
    noted,
    student,
)
from analytics.study.kernels import Floats


def calendar_time(data: TestInput) -> TestResult:
    """One portfolio per event date, t over the dates (Jaffe 1974; Fama 1998).

    The portfolio of a date is the mean CAR of its observations, divided by its own forecast error,
    which counts their correlation; dates whose tested windows overlap, and listings of one event,
    are one date. With D dates the statistic is the t of these D numbers, D - 1 degrees of freedom:
    no variance before the event enters it but as weights. On a single date it is that date's
    portfolio over its forecast error.
    """
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    covariance = _covariance(data)
    dates = np.unique(data.dependence.group)
    members = [data.dependence.group == date for date in dates]
    variance = np.array([covariance[np.ix_(own, own)].mean() for own in members])
    if not (variance > 0).all():
        return not_applicable(data, "residuals too negatively correlated to form a portfolio")
    means = np.array([data.car[own].mean() for own in members])
    values = means / np.sqrt(variance)
    count = len(values)
    if count == 1:
        result = student(values[0], data.n, float(data.df.min()))
        return needs_same_variance(data, result)
    sd = deviation(values)
    if not sd > 0:
        return not_applicable(data, "the portfolio of every date is the same")
    result = student(values.mean() / (sd / np.sqrt(count)), data.n, count - 1.0)
    few = "; with so few it finds large effects only" if count < 5 else ""
    return noted(result, f"{count} dates{few}")


def multivariate(data: TestInput) -> TestResult:
    """Whether any of the firms moved, by the F of a multivariate regression (Binder 1985).

    A dummy for the tested window in each firm's equation; ``c' V^-1 c (df - N + 1) / (df N)`` is F
    with N and df - N + 1 degrees of freedom, ``V`` the covariance of the CARs (Hotelling 1931;
    exact for normal residuals and common regressors, Schipper & Thompson 1983). The hypothesis is
    that every CAR is zero, not only their average: gains of one firm do not hide losses of another.
    """
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    df = float(data.df.min())
    second = df - data.n + 1.0
    if second < 1:
        return not_applicable(
            data, f"needs fewer observations than the {df:.0f} degrees of freedom of a regression"
        )
    covariance = _covariance(data)
    unit = data.error[:, None] * data.error[None, :]
    if np.linalg.eigvalsh(covariance / unit)[0] < 1e-10:
        return not_applicable(data, "the residuals of some observations are combinations of others")
    distance = float(data.car @ np.linalg.solve(covariance, data.car))
    statistic = distance * second / (df * data.n)
    pvalue = float(stats.f.sf(statistic, data.n, second))
    result = TestResult(statistic, pvalue, "F", second, data.n)
    return noted(
        result, "asks whether any of them moved, not their average; assumes normal residuals"
    )


def _covariance(data: TestInput) -> Floats:
    """Covariance of the CARs: forecast errors times the correlation of shared days, (N, N)."""
    found = data.dependence.correlation * data.error[:, None] * data.error[None, :]
    return np.asarray(found)
