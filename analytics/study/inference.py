"""Is it more than chance? Tests of one observation and of many.

In: arrays of a fit. Out: a statistic, its p value, its reference distribution, and whether the test
is valid for this sample, with the reason in words. It must not know labels, files or pages.

All tests are two-sided; p values come from survival functions. A test that does not apply is NaN
with its reason, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analytics.study import kernels
from analytics.study.dependence import Dependence
from analytics.study.kernels import Floats, Ints

EXACT_FLIPS = 16
DRAWS = 99_999
INFLATION = 1.1  # beyond it a nominal 5 % test rejects more than about 6 %


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
    car, scar : (N,) arrays
        Cumulative abnormal returns, and divided by their exact forecast error.
    df : (N,) integers
        Degrees of freedom of each variance estimate.
    residuals : (N, M) array
        Abnormal returns of the estimation window; NaN where not used.
    abnormal : (N, L) array
        Abnormal returns of the tested window.
    dependence : Dependence
    alpha : float
        Level at which the size of a test is judged.
    """

    __test__ = False

    car: Floats
    scar: Floats
    df: Ints
    residuals: Floats
    abnormal: Floats
    dependence: Dependence
    alpha: float

    @property
    def n(self) -> int:
        """Observations."""
        return len(self.car)


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
        return _not_applicable(data, "needs at least three observations")
    sd = _deviation(data.car)
    if not sd > 0:
        return _not_applicable(data, "every CAR is the same")
    ratio = np.mean(data.car) / sd
    skew = float(stats.skew(data.car, bias=False))
    statistic = np.sqrt(n) * (
        ratio + skew * ratio**2 / 3 + skew**2 * ratio**3 / 27 + skew / (6 * n)
    )
    return _independent(data, _student(statistic, n, n - 1.0), shrinks=True)


def crude_dependence_t(data: TestInput) -> TestResult:
    """CAAR over the deviation of the estimation window's average (Brown & Warner 1985, eq. 4-6).

    The averages are taken in event time, so dependence is only caught on a common event date.
    """
    known = np.isfinite(data.residuals)
    days = known.any(axis=0)
    if data.n < 2:
        return _not_applicable(data, "needs at least two observations")
    if days.sum() < 2:
        return _not_applicable(data, "needs at least two estimation days")
    sums = np.where(known, data.residuals, 0.0).sum(axis=0)[days]
    average = sums / known.sum(axis=0)[days]
    sd = _deviation(average)
    if not sd > 0:
        return _not_applicable(data, "the average does not vary over the estimation window")
    statistic = np.mean(data.car) / (sd * np.sqrt(data.abnormal.shape[1]))
    result = _in_event_time(data, _student(statistic, data.n, float(days.sum() - 1)))
    return _same_variance(data, result)


def patell(data: TestInput) -> TestResult:
    """``sum SCAR / sqrt(sum df / (df - 2))``, exact forecast error (Patell 1976, eq. 11)."""
    result = _independent(data, _patell(data, 1.0), shrinks=False)
    return _same_variance(data, result)


def adjusted_patell(data: TestInput) -> TestResult:
    """Patell's Z over ``sqrt(1 + (N - 1) r)`` (Kolari & Pynnönen 2010, p. 4001)."""
    factor = 1.0 + (data.n - 1) * data.dependence.average
    if factor <= 0:
        return _not_applicable(data, "average residual correlation too negative to adjust for")
    return _same_variance(data, _patell(data, factor))


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
        return _not_applicable(data, f"average residual correlation {r:.2f} cannot be adjusted for")
    return _student(plain.statistic * np.sqrt((1.0 - r) / factor), data.n, data.n - 1.0)


def corrado_rank(data: TestInput) -> TestResult:
    """Rank test over estimation and tested window (Corrado 1989, eq. 5; Cowan 1992).

    ``sum over the window of (mean rank - 1/2) / (S sqrt(L))``; S is the deviation of the daily mean
    rank with divisor T.
    """
    if data.n < 2:
        return _not_applicable(data, "needs at least two observations")
    ranks = kernels.scaled_ranks(np.hstack([data.residuals, data.abnormal])) - 0.5
    known = np.isfinite(ranks)
    count = known.sum(axis=0)
    days = count > 0
    mean = np.where(known, ranks, 0.0).sum(axis=0)[days] / count[days]
    scale = np.sqrt(np.mean(mean**2))
    if not scale > 0:
        return _not_applicable(data, "the mean rank does not vary")
    length = data.abnormal.shape[1]
    statistic = mean[-length:].sum() / (scale * np.sqrt(length))
    return _in_event_time(data, _normal(statistic, data.n))


def sign(data: TestInput) -> TestResult:
    """Share of positive CARs against one half."""
    return _sign(data, 0.5)


def generalised_sign(data: TestInput) -> TestResult:
    """Share of positive CARs against the share in the estimation window (Cowan 1992, eq. 1)."""
    if data.n < 1:
        return _not_applicable(data, "needs an observation")
    known = np.isfinite(data.residuals)
    share = np.mean((np.where(known, data.residuals, 0.0) > 0).sum(axis=1) / known.sum(axis=1))
    if not 0 < share < 1:
        return _not_applicable(data, "no change of sign in the estimation window")
    return _sign(data, float(share))


def wilcoxon(data: TestInput) -> TestResult:
    """Signed-rank test of the CARs, exact up to 60 observations without ties (Wilcoxon 1945)."""
    values = data.car[data.car != 0]
    if len(values) < 2:
        return _not_applicable(data, "needs at least two CARs that are not zero")
    tied = len(np.unique(np.abs(values))) < len(values)
    exact = len(values) <= 60 and not tied
    test = stats.wilcoxon(values, method="exact" if exact else "asymptotic", correction=False)
    ranks = stats.rankdata(np.abs(values))
    plus = float(ranks[values > 0].sum())
    kind = "exact" if exact else "normal"
    result = TestResult(plus, float(test.pvalue), kind, np.nan, data.n)
    if exact and 2.0 ** (1 - len(values)) > data.alpha:
        least = 2.0 ** (1 - len(values))
        return _invalid(result, f"with N = {len(values)} no p value below {least:.3f} exists")
    return _independent(data, result, shrinks=True)


def sign_flip(data: TestInput) -> TestResult:
    """Permutation of the signs of the CARs; the statistic is their mean (Fisher 1935, section 21).

    All ``2^N`` flips up to N = 16; else 99,999 random ones, ``p = (b + 1) / (B + 1)``, seeded.
    """
    if data.n < 2:
        return _not_applicable(data, "needs at least two observations")
    observed = abs(data.car.sum())
    reach = observed * (1.0 - 1e-12)  # equal up to rounding counts as equal
    if data.n <= EXACT_FLIPS:
        bits = np.arange(2**data.n)[:, None] >> np.arange(data.n)[None, :]
        sums = np.where(bits & 1, -1.0, 1.0) @ data.car
        pvalue, kind = float(np.mean(np.abs(sums) >= reach)), "exact"
    else:
        generator = np.random.default_rng(20250127)
        beyond = 0
        for block in np.array_split(np.arange(DRAWS), 100):
            flips = generator.integers(0, 2, size=(len(block), data.n)) * 2.0 - 1.0
            beyond += int(np.sum(np.abs(flips @ data.car) >= reach))
        pvalue, kind = (beyond + 1) / (DRAWS + 1), "monte carlo"
    result = TestResult(float(np.mean(data.car)), pvalue, kind, np.nan, data.n)
    if kind == "exact" and 2.0 ** (1 - data.n) > data.alpha:
        return _invalid(
            result, f"with N = {data.n} no p value below {2.0 ** (1 - data.n):.3f} exists"
        )
    return _independent(data, result, shrinks=True)


TESTS: dict[str, Callable[[TestInput], TestResult]] = {
    "cross_sectional_t": cross_sectional_t,
    "skewness_corrected_t": skewness_corrected_t,
    "crude_dependence_t": crude_dependence_t,
    "patell": patell,
    "adjusted_patell": adjusted_patell,
    "bmp": bmp,
    "adjusted_bmp": adjusted_bmp,
    "corrado_rank": corrado_rank,
    "sign": sign,
    "generalised_sign": generalised_sign,
    "wilcoxon": wilcoxon,
    "sign_flip": sign_flip,
}


def squared_rank_pvalues(car: Floats, residuals: Floats, length: int) -> Floats:
    """P value of each CAR from its rank among estimation sums of the same length.

    No normality is assumed. The sums do not overlap and are counted back from the end of the
    estimation window: ``p = (1 + #{|x| >= |CAR|}) / (n + 1)`` (SQ test; Gelbach, Helland & Klick
    2013).

    Parameters
    ----------
    car : (E,) array
    residuals : (E, M) array
    length : int
        Days in the tested window.

    Returns
    -------
    (E,) array; NaN where no whole block is known.
    """
    blocks = residuals.shape[1] // length
    if blocks == 0:
        return np.full(len(car), np.nan)
    sums = residuals[:, -blocks * length :].reshape(len(car), blocks, length).sum(axis=2)
    known = np.isfinite(sums)
    beyond = (np.where(known, np.abs(sums), -1.0) >= np.abs(car)[:, None]).sum(axis=1)
    count = known.sum(axis=1)
    return np.where((count > 0) & np.isfinite(car), (1.0 + beyond) / (count + 1.0), np.nan)


def _mean_test(data: TestInput, values: Floats, name: str) -> TestResult:
    if data.n < 2:
        return _not_applicable(data, "needs at least two observations")
    sd = _deviation(values)
    if not sd > 0:
        return _not_applicable(data, f"every {name} is the same")
    statistic = np.mean(values) / (sd / np.sqrt(data.n))
    return _independent(data, _student(statistic, data.n, data.n - 1.0), shrinks=True)


def _deviation(values: Floats) -> float:
    """Standard deviation, divisor N - 1; 0 where the values differ by rounding only."""
    sd = float(np.std(values, ddof=1))
    return sd if sd > 1e-12 * float(np.max(np.abs(values))) else 0.0


def _patell(data: TestInput, factor: float) -> TestResult:
    if data.n < 2:
        return _not_applicable(data, "needs at least two observations")
    if (data.df <= 2).any():
        return _not_applicable(data, "needs more than two degrees of freedom in every observation")
    spread = np.sum(data.df / (data.df - 2.0)) * factor
    return _normal(data.scar.sum() / np.sqrt(spread), data.n)


def _sign(data: TestInput, share: float) -> TestResult:
    n = data.n
    if n < 2:
        return _not_applicable(data, "needs at least two observations")
    spread = np.sqrt(n * share * (1.0 - share))
    result = _normal((np.sum(data.car > 0) - n * share) / spread, n)
    counts = np.arange(n + 1)
    reject = np.abs(counts - n * share) / spread > stats.norm.isf(data.alpha / 2)
    if not reject.any():
        return _invalid(result, f"with N = {n} it can never reject at {100 * data.alpha:g} %")
    r = max(data.dependence.average, 0.0) if data.dependence.overlapping else 0.0
    size = _size_of_signs(n, share, r, reject)
    if size <= 1.5 * data.alpha:
        return result
    why = f"N = {n}" + (f", {_shared_words(data)}" if r else "")
    return _invalid(
        result,
        f"{why}: it would reject about {100 * size:.0f} % of the time at a nominal "
        f"{100 * data.alpha:g} %",
    )


def _size_of_signs(n: int, share: float, r: float, reject: np.ndarray) -> float:
    """Probability that the number of positive signs falls where the test rejects.

    Signs of normal variables with common correlation ``r``: binomial given one common factor,
    integrated over it.
    """
    if r == 0.0:
        return float(stats.binom.pmf(np.arange(n + 1), n, share)[reject].sum())
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    given = stats.norm.cdf(
        (stats.norm.ppf(share) + np.sqrt(r) * nodes) / np.sqrt(1.0 - min(r, 0.999))
    )
    pmf = stats.binom.pmf(np.arange(n + 1)[:, None], n, given[None, :])
    return float((pmf[reject].sum(axis=0) * weights).sum() / weights.sum())


def _student(statistic: float, n: int, df: float) -> TestResult:
    pvalue = 2.0 * float(stats.t.sf(abs(statistic), df))
    return TestResult(float(statistic), pvalue, "t", df, n)


def _normal(statistic: float, n: int) -> TestResult:
    pvalue = 2.0 * float(stats.norm.sf(abs(statistic)))
    return TestResult(float(statistic), pvalue, "normal", np.nan, n)


def _not_applicable(data: TestInput, reason: str) -> TestResult:
    return TestResult(np.nan, np.nan, "", np.nan, data.n, valid=False, note=reason)


def _invalid(result: TestResult, reason: str) -> TestResult:
    return TestResult(**{**result.__dict__, "valid": False, "note": f"not valid: {reason}"})


def _noted(result: TestResult, note: str) -> TestResult:
    return TestResult(**{**result.__dict__, "note": result.note or note})


def _independent(data: TestInput, result: TestResult, *, shrinks: bool) -> TestResult:
    """Mark a test that takes observations as independent where they are not.

    The size it would have is that of a statistic whose variance is ``1 + (N - 1) r`` (and whose own
    estimate of the variance shrinks by ``1 - r``, if it is taken from the cross-section).
    """
    r, n = data.dependence.average, data.n
    if not np.isfinite(result.statistic) or data.dependence.overlapping == 0 or n < 2:
        return result
    inflation = (1.0 + (n - 1) * r) / (1.0 - r if shrinks and r < 1 else 1.0)
    if inflation <= INFLATION:
        return result
    size = _size(result, data.alpha, inflation)
    return _invalid(
        result,
        f"{_shared_words(data)}: it would reject about {100 * size:.0f} % of the time at a "
        f"nominal {100 * data.alpha:g} %",
    )


def _shared_words(data: TestInput) -> str:
    """What observations have in common, with their average residual correlation."""
    r = data.dependence.average
    common = data.dependence.overlapping == data.dependence.pairs
    shared = "common event date" if common else "events share dates"
    return f"{shared}, r = {r:.{2 if r >= 0.095 else 3}f}"


def _same_variance(data: TestInput, result: TestResult) -> TestResult:
    """Mark a test that takes the estimation window's variance where the event raised it.

    ``(N - 1) var(SCAR) / (1 - r)`` is chi-squared with N - 1 degrees of freedom without that.
    """
    r = data.dependence.average
    if data.n < 2 or not np.isfinite(result.statistic) or not result.valid or r >= 1:
        return result
    scale = float(np.mean(data.df / np.maximum(data.df - 2.0, 1.0)))
    ratio = float(np.var(data.scar, ddof=1)) / (1.0 - r) / scale
    if (data.n - 1) * ratio > stats.chi2.isf(0.05, data.n - 1):
        return _invalid(
            result, f"the event raised the variance about {ratio:.1f} times, and it assumes none"
        )
    return _noted(result, "assumes that the event does not raise the variance")


def _in_event_time(data: TestInput, result: TestResult) -> TestResult:
    """Mark a test whose scale comes from averages in event time where that misses correlation.

    Observations on the same sessions are averaged day by day, with their correlation. Partly shared
    dates and two exchanges are not matched by event time.
    """
    r, n = data.dependence.average, data.n
    seen = 1.0 + (n - 1) * kernels.average_correlation(data.residuals)
    inflation = (1.0 + (n - 1) * r) / seen if seen > 0 else np.inf
    if inflation <= INFLATION:
        return result
    return _invalid(
        result,
        "its scale misses the correlation across exchanges and partly shared dates: it would "
        f"reject about {100 * _size(result, data.alpha, inflation):.0f} % of the time at a nominal "
        f"{100 * data.alpha:g} %",
    )


def _size(result: TestResult, alpha: float, inflation: float) -> float:
    """Rejection rate of a statistic whose true variance is ``inflation`` times the assumed one."""
    law = stats.t(result.df) if np.isfinite(result.df) else stats.norm()
    return 2.0 * float(law.sf(law.isf(alpha / 2) / np.sqrt(inflation)))
