"""What every test reads and gives, and when it may be believed.

In: arrays of a fit. Out: a `TestInput`, a `TestResult`, and the reasons why a test would not keep
its size. It must not know labels, files or pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy import stats

from analytics.study import kernels
from analytics.study.dependence import Dependence
from analytics.study.kernels import Floats, Ints

DRAWS = 99_999
MOST_DATES = 20  # from more dates the degrees of freedom are as good as known
FEW = 10  # observations from whose spread a raised variance is mostly missed
TOO_OFTEN = 1.24  # times the nominal level: a test that rejects more often is not valid


@dataclass(frozen=True)
class TestResult:
    """One row of ``results.test``.

    Attributes
    ----------
    statistic, pvalue : float
    distribution : str
        ``"t"``, ``"normal"`` or ``"exact"`` / ``"monte carlo"``.
    df : float
        Degrees of freedom; NaN where there are none.
    n : int
        Observations used.
    valid : bool
        Whether the test keeps its size in this sample.
    note : str
        Why not, or what it assumes.
    """

    __test__ = False  # not a test case for pytest

    statistic: float
    pvalue: float
    distribution: str
    df: float
    n: int
    valid: bool = True
    note: str = ""


@dataclass(frozen=True, eq=False)
class TestInput:
    """What the tests of ``CAAR(first, last) = 0`` read.

    Attributes
    ----------
    car, error : (N,) arrays
        Cumulative abnormal returns and their exact forecast error.
    df : (N,) integers
        Degrees of freedom of each variance estimate.
    residuals : (N, M) array
        Abnormal returns of the estimation window; NaN where not used.
    scale : (N, 1) or (N, M) array
        Deviation of each residual.
    abnormal : (N, L) array
        Abnormal returns of the tested window.
    dependence : Dependence
    alpha : float
        Level at which the size of a test is judged.
    draws : int
        Random sign flips where all of them are too many.
    """

    __test__ = False

    car: Floats
    error: Floats
    df: Ints
    residuals: Floats
    scale: Floats
    abnormal: Floats
    dependence: Dependence
    alpha: float
    draws: int = DRAWS

    @property
    def n(self) -> int:
        """Observations."""
        return len(self.car)

    @property
    def scar(self) -> Floats:
        """Cumulative abnormal returns divided by their forecast error."""
        return self.car / self.error


def student(statistic: float, n: int, df: float) -> TestResult:
    """A statistic referred to t, two-sided."""
    pvalue = 2.0 * float(stats.t.sf(abs(statistic), df))
    return TestResult(float(statistic), pvalue, "t", df, n)


def normal(statistic: float, n: int) -> TestResult:
    """A statistic referred to the normal, two-sided."""
    pvalue = 2.0 * float(stats.norm.sf(abs(statistic)))
    return TestResult(float(statistic), pvalue, "normal", np.nan, n)


def deviation(values: Floats, *, beside: float = 0.0) -> float:
    """Standard deviation, divisor N - 1; 0 where the values differ by rounding only.

    ``beside`` is the size of what the values are sums of, where that is larger than they are.
    """
    sd = float(np.std(values, ddof=1))
    return sd if sd > 1e-12 * max(float(np.max(np.abs(values))), beside) else 0.0


def not_applicable(data: TestInput, reason: str) -> TestResult:
    """No number, and why."""
    return TestResult(np.nan, np.nan, "", np.nan, data.n, valid=False, note=reason)


def invalid(result: TestResult, reason: str) -> TestResult:
    """The same numbers, marked as not to be believed."""
    return replace(result, valid=False, note=f"not valid: {reason}")


def noted(result: TestResult, note: str) -> TestResult:
    """The same numbers with what the test assumes, unless there is a note already."""
    return replace(result, note=result.note or note)


def needs_independence(data: TestInput, result: TestResult, *, shrinks: bool) -> TestResult:
    """Mark a test that takes observations as independent where they are not.

    The size it would have is that of a statistic whose variance is ``1 + (N - 1) r`` (and whose own
    estimate of the variance shrinks by ``1 - r``, if it is taken from the cross-section).
    """
    r, n = data.dependence.average, data.n
    if not np.isfinite(result.statistic) or data.dependence.overlapping == 0 or n < 2:
        return result
    inflation = (1.0 + (n - 1) * r) / (1.0 - r if shrinks and r < 1 else 1.0)
    size = size_of(result, data.alpha, max(inflation, 0.0))
    if size <= TOO_OFTEN * data.alpha:
        return result
    return invalid(result, rejects_too_often(data, size))


def rejects_too_often(data: TestInput, size: float) -> str:
    """The reason why dependence spoils a test, with the share of false alarms it would give."""
    r = data.dependence.average
    said = f"{r:.{2 if r >= 0.095 else 3}f}"
    return (
        f"{data.dependence.shared}, r = {said}: {data.n} observations whose residuals move "
        f"together, taken as independent, would reject about {100 * size:.0f} % of the time at a "
        f"nominal {100 * data.alpha:g} %"
    )


def needs_same_variance(data: TestInput, result: TestResult) -> TestResult:
    """Mark a test that takes the estimation window's variance where the event raised it.

    ``(N - 1) var(SCAR) / (1 - r)`` is chi-squared with N - 1 degrees of freedom without that.
    """
    r = data.dependence.average
    if data.n < 2 or not np.isfinite(result.statistic) or not result.valid or r >= 1:
        return result
    scale = float(np.mean(data.df / np.maximum(data.df - 2.0, 1.0)))
    ratio = float(np.var(data.scar, ddof=1)) / (1.0 - r) / scale
    if (data.n - 1) * ratio > stats.chi2.isf(0.05, data.n - 1):
        return invalid(
            result,
            f"the reactions lie {ratio:.1f} times as far apart (in variance) as on ordinary days: "
            "the event raised the variance or moved them differently, and this test allows for "
            "neither",
        )
    hardly = f", which {data.n} observations can hardly show" if data.n < FEW else ""
    return noted(result, f"assumes that the event does not raise the variance{hardly}")


def needs_event_time(
    data: TestInput, result: TestResult, *, averages: bool, more: float = 1.0
) -> TestResult:
    """Mark a test whose scale comes from sums or averages by event time where that goes wrong.

    A day with n_t observations has the variance ``1 + (n_t - 1) r`` of their sum over the root of
    n_t, or that over n_t of their average; the tested days have all N. Observations on the same
    sessions are added up day by day, with their correlation; partly shared dates and two exchanges
    are not matched by event time.

    Parameters
    ----------
    data : TestInput
    result : TestResult
    averages : bool
        Whether days enter as averages, or as sums over the root of their number.
    more : float
        What else the variance of the statistic is larger by.

    Returns
    -------
    TestResult
    """
    r, n = data.dependence.average, data.n
    if not np.isfinite(result.statistic):
        return result
    each = np.isfinite(data.residuals).sum(axis=0)
    each = each[each > 0]
    by_day = 1.0 + (each - 1) * kernels.average_correlation(data.residuals)
    seen = float(np.mean(by_day / each if averages else by_day))
    true = (1.0 + (n - 1) * r) / (n if averages else 1.0)
    inflation = max(more * true / seen, 0.0) if seen > 0 else np.inf
    size = size_of(result, data.alpha, inflation)
    shares = f"{100 * size:.0f} % of the time at a nominal {100 * data.alpha:g} %"
    uneven = len(each) > 0 and each.min() < 0.9 * n
    why = (
        "not all observations have every estimation day, so its scale is not that of the tested "
        "days"
        if uneven
        else "its scale misses the correlation across exchanges and partly shared dates"
    )
    if more > 1.0 and size_of(result, data.alpha, inflation / more) <= TOO_OFTEN * data.alpha:
        why = "it leaves out the error of the estimated parameters, which a long window adds up"
    if size > TOO_OFTEN * data.alpha:
        return invalid(result, f"{why}: it would reject about {shares}")
    if size < data.alpha / 2:
        return noted(result, f"{why}: it would reject only about {shares}")
    return result


def needs_dates(data: TestInput, result: TestResult) -> TestResult:
    """Mark the adjusted cross-sectional test where few dates leave few independent differences.

    Observations of one date move together, so the spread it divides by comes mostly from the dates;
    t with N - 1 degrees of freedom then promises too much.
    """
    sizes = np.bincount(data.dependence.group)
    n, dates = data.n, len(sizes)
    if dates < 2 or dates > MOST_DATES or dates == n or not np.isfinite(result.statistic):
        return result
    pairs = float((sizes * (sizes - 1)).sum()) / 2.0
    within = min(data.dependence.average * n * (n - 1) / 2.0 / pairs, 0.99)
    if within < 0.1:
        return result
    size = _size_of_dates(tuple(sorted(sizes.tolist())), round(within, 2), data.alpha)
    if size <= TOO_OFTEN * data.alpha:
        return result
    return invalid(
        result,
        f"{dates} dates whose observations correlate by {within:.2f} hold few independent "
        f"differences: it would reject about {100 * size:.0f} % of the time at a nominal "
        f"{100 * data.alpha:g} %",
    )


@cache
def _size_of_dates(sizes: tuple[int, ...], r: float, alpha: float) -> float:
    """Rejection rate of the adjusted test for normal observations in dates of these sizes."""
    generator = np.random.default_rng([*sizes, round(100 * r)])
    group = np.repeat(np.arange(len(sizes)), sizes)
    n = len(group)
    draws = max(2_000, min(40_000, 2_000_000 // n))
    shared = generator.normal(size=(draws, len(sizes)))[:, group]
    scar = np.sqrt(r) * shared + np.sqrt(1.0 - r) * generator.normal(size=(draws, n))
    average = r * float(sum(one * (one - 1) for one in sizes)) / (n * (n - 1))
    t = scar.mean(axis=1) / (scar.std(axis=1, ddof=1) / np.sqrt(n))
    t *= np.sqrt((1.0 - average) / (1.0 + (n - 1) * average))
    return float(np.mean(np.abs(t) > stats.t.isf(alpha / 2, n - 1)))


def size_of(result: TestResult, alpha: float, inflation: float) -> float:
    """Rejection rate of a statistic whose true variance is ``inflation`` times the assumed one."""
    if inflation == 0.0:
        return 0.0
    shrunk = np.sqrt(inflation)
    if np.isfinite(result.df):
        return 2.0 * float(stats.t.sf(stats.t.isf(alpha / 2, result.df) / shrunk, result.df))
    return 2.0 * float(stats.norm.sf(stats.norm.isf(alpha / 2) / shrunk))
