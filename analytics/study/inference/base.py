"""What every test reads and gives, and when it may be believed.

In: arrays of a fit. Out: a `TestInput`, a `TestResult`, and the reasons why a test would not keep
its size. It must not know labels, files or pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import stats

from analytics.study.dependence import Dependence
from analytics.study.kernels import Floats, Ints

DRAWS = 99_999
DRAWN, MOST_DRAWN = 4_000, 300  # draws of normal observations; for at most so many of them
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
    def days(self) -> float:
        """Estimation days of the middle observation."""
        counts = np.isfinite(self.residuals).sum(axis=1)
        return float(np.median(counts)) if len(counts) else 0.0

    @cached_property
    def drawn(self) -> Floats:
        """Normal SCARs with the correlation of these observations, (draws, N), always the same.

        Empty for more than 300 observations, whose averages need no drawing.
        """
        if not 2 <= self.n <= MOST_DRAWN:
            return np.empty((0, self.n))
        values, vectors = np.linalg.eigh(self.dependence.correlation)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        root /= np.maximum(np.sqrt((root**2).sum(axis=1, keepdims=True)), 1e-12)
        return np.random.default_rng(20250127).normal(size=(DRAWN, self.n)) @ root.T

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
    # (N - 1) r is known to about sqrt(2 / M): less than twice that may be nothing
    if size <= TOO_OFTEN * data.alpha or inflation <= 1.0 + 2.0 * np.sqrt(2.0 / max(data.days, 1)):
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

    The variance of the SCARs is compared with that of normal ones with their correlation; of very
    many, ``(N - 1) var(SCAR) / (1 - r)`` with chi-squared.
    """
    r = data.dependence.average
    if data.n < 2 or not np.isfinite(result.statistic) or not result.valid or r >= 1:
        return result
    scale = float(np.mean(data.df / np.maximum(data.df - 2.0, 1.0)))
    ratio = float(np.var(data.scar, ddof=1)) / (1.0 - r) / scale
    if len(data.drawn):
        usual = float(np.quantile(data.drawn.var(axis=1, ddof=1), 0.95)) / (1.0 - r)
    else:
        usual = float(stats.chi2.isf(0.05, data.n - 1)) / (data.n - 1)
    if ratio > usual:
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
    by_day = 1.0 + (each - 1) * data.dependence.in_event_time
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
        else "the days it takes its scale from, added up in event time, do not move together as "
        "the tested ones do"
    )
    if more > 1.0 and size_of(result, data.alpha, inflation / more) <= TOO_OFTEN * data.alpha:
        why = "it leaves out the error of the estimated parameters, which a long window adds up"
    noise = 2.0 * np.sqrt(2.0 / max(len(each), 1))  # of a variance from so many days
    if size > TOO_OFTEN * data.alpha and inflation > 1.0 + (noise if more == 1.0 else 0.0):
        return invalid(result, f"{why}: it would reject about {shares}")
    if size < data.alpha / 2:
        return noted(result, f"{why}: it would reject only about {shares}")
    return result


def needs_spread(data: TestInput, result: TestResult) -> TestResult:
    """Mark the adjusted cross-sectional test where few independent differences are left.

    Observations of one date, sector or firm move together, so the spread it divides by comes from
    the few differences between such groups; t with N - 1 degrees of freedom then promises too much.
    Judged on normal observations with the correlation of these.
    """
    if not np.isfinite(result.statistic) or not len(data.drawn):
        return result
    n, r = data.n, data.dependence.average
    z = data.drawn
    with np.errstate(invalid="ignore", divide="ignore"):
        t = z.mean(axis=1) / (z.std(axis=1, ddof=1) / np.sqrt(n))
    t = np.abs(t) * np.sqrt((1.0 - r) / (1.0 + (n - 1) * r))
    size = float(np.mean(t > stats.t.isf(data.alpha / 2, n - 1)))
    doubt = 2.0 * np.sqrt(data.alpha * (1.0 - data.alpha) / len(z))
    if size - doubt <= TOO_OFTEN * data.alpha:
        return result
    dates = len(np.unique(data.dependence.group))
    where = f"{dates} dates" if dates > 1 else "groups of one date"
    return invalid(
        result,
        f"{where} whose observations move together hold few independent differences: it would "
        f"reject about {100 * size:.0f} % of the time at a nominal {100 * data.alpha:g} %",
    )


def size_of(result: TestResult, alpha: float, inflation: float) -> float:
    """Rejection rate of a statistic whose true variance is ``inflation`` times the assumed one."""
    if inflation == 0.0:
        return 0.0
    shrunk = np.sqrt(inflation)
    if np.isfinite(result.df):
        return 2.0 * float(stats.t.sf(stats.t.isf(alpha / 2, result.df) / shrunk, result.df))
    return 2.0 * float(stats.norm.sf(stats.norm.isf(alpha / 2) / shrunk))
