"""Tests of observations as they lie in the calendar: portfolios by date, and all firms jointly.

In: a `TestInput` with the correlation of every pair. Out: a `TestResult`. It must not know labels,
files or pages.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from analytics.study.inference.base import (
    TOO_OFTEN,
    TestInput,
    TestResult,
    deviation,
    invalid,
    needs_same_variance,
    not_applicable,
    noted,
    student,
)
from analytics.study.kernels import Floats, Ints

MANY_DAYS = 30  # estimation days from which a share of them says something
DAYS_DRAWN = 4_000


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

    A dummy for the tested window in each firm's equation; ``c' V^-1 c (df - n + 1) / (df n)`` is F
    with n and df - n + 1 degrees of freedom for the n firms of one date, ``V`` the covariance of
    their CARs (Hotelling 1931; exact for normal residuals and common regressors, Schipper &
    Thompson 1983). Dates that share no tested day are independent: each one's F is carried over to
    the chi-squared with n degrees of freedom of the same p value, and these are summed. The
    hypothesis is that every CAR is zero, not only their average: gains of one firm do not hide
    losses of another.
    """
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    covariance = _covariance(data)
    groups = [np.flatnonzero(data.dependence.group == k) for k in np.unique(data.dependence.group)]
    for own in groups:
        if len(own) >= _days(data, own):
            return not_applicable(
                data,
                f"{len(own)} firms on one date need more than the {_days(data, own):.0f} degrees "
                "of freedom of their common days",
            )
    shared = data.dependence.correlation
    if min(np.linalg.eigvalsh(shared[np.ix_(own, own)])[0] for own in groups) < 1e-10:
        return not_applicable(
            data, "some observations repeat others, as two events of one firm in one window do"
        )
    tests = [
        _joint(data.car[own], covariance[np.ix_(own, own)], _days(data, own)) for own in groups
    ]
    if len(groups) == 1:
        statistic, pvalue = tests[0]
        second = _days(data, groups[0]) - data.n + 1.0
        result = TestResult(statistic, pvalue, "F", second, data.n)
    else:
        total = sum(stats.chi2.isf(p, len(own)) for (_, p), own in zip(tests, groups, strict=True))
        pvalue = float(stats.chi2.sf(total, data.n))
        result = TestResult(float(total), pvalue, "chi-squared", float(data.n), data.n)
    size = _on_ordinary_days(data, groups)
    result = needs_same_variance(data, result)
    if result.valid and size > TOO_OFTEN * data.alpha:
        return invalid(
            result,
            f"it needs normal residuals: on days without news it would have rejected about "
            f"{100 * size:.0f} % of the time at a nominal {100 * data.alpha:g} %",
        )
    if not result.valid:
        return result
    return replace(result, note=f"asks whether any of them moved, not their average; {result.note}")


def _days(data: TestInput, own: Ints) -> float:
    """Degrees of freedom of the firms of one date: the fewest days that two of them share."""
    known = np.isfinite(data.residuals[own]).astype(float)
    used = known.sum(axis=1) - data.df[own]
    return float((known @ known.T).min() - used.max())


def _joint(car: Floats, covariance: Floats, df: float) -> tuple[float, float]:
    """Hotelling's F of the firms of one date, and its p value."""
    n = len(car)
    second = df - n + 1.0
    statistic = float(car @ np.linalg.solve(covariance, car)) * second / (df * n)
    return statistic, float(stats.f.sf(statistic, n, second))


def _on_ordinary_days(data: TestInput, groups: list[Ints]) -> float:
    """Share of estimation days, or of draws of one day per date, on which the test would reject.

    A residual vector inside the sample that gives its covariance is beta distributed. The share
    counts only as far as it lies beyond two standard errors of a share of so many days.
    """
    sizes = np.array([len(own) for own in groups])
    found = [_inside(data.residuals[own]) for own in groups]
    if min(map(len, found)) < MANY_DAYS:
        return 0.0
    if len(groups) == 1:
        sums, independent = found[0], len(found[0])
    else:
        generator = np.random.default_rng(20250127)
        sums = np.sum([generator.choice(one, DAYS_DRAWN) for one in found], axis=0)
        independent = sum(map(len, found)) // len(found)
    share = float(np.mean(sums > stats.chi2.isf(data.alpha, sizes.sum())))
    doubt = 2.0 * np.sqrt(data.alpha * (1.0 - data.alpha) / independent)
    return share if share - data.alpha > doubt else data.alpha


def _inside(residuals: Floats) -> Floats:
    """Chi-squared value of each estimation day's residuals of one date, among their own."""
    whole = residuals[:, np.isfinite(residuals).all(axis=0)]
    n, days = whole.shape
    if days <= n + 2:
        return np.empty(0)
    distance = np.einsum("nt,nt->t", whole, np.linalg.pinv(whole @ whole.T) @ whole)
    p = stats.beta.sf(np.clip(distance, 0.0, 1.0), n / 2.0, (days - n) / 2.0)
    return np.asarray(stats.chi2.isf(np.maximum(p, 1e-300), n))


def _covariance(data: TestInput) -> Floats:
    """Covariance of the CARs: forecast errors times the correlation of shared days, (N, N)."""
    found = data.dependence.correlation * data.error[:, None] * data.error[None, :]
    return np.asarray(found)
