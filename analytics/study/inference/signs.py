"""Tests that read signs and order alone: sign, generalised sign, Wilcoxon, sign flips.

In: a `TestInput`. Out: a `TestResult`. It must not know labels, files or pages.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import stats

from analytics.study.inference.base import (
    TOO_OFTEN,
    TestInput,
    TestResult,
    invalid,
    needs_independence,
    normal,
    not_applicable,
    noted,
    rejects_too_often,
)
from analytics.study.inference.single import blocks
from analytics.study.kernels import Floats

EXACT_FLIPS = 16
MANY_DAYS = 200  # ordinary days from which samples may be drawn
FEWEST_SIGNS = 6


def sign(data: TestInput) -> TestResult:
    """Share of positive CARs against one half; valid where ordinary days are symmetric too."""
    return _sign(data, 0.5)


def generalised_sign(data: TestInput) -> TestResult:
    """Share of positive CARs against the share in the estimation window (Cowan 1992, eq. 1)."""
    if data.n < 1:
        return not_applicable(data, "needs an observation")
    share = _usual_share(data, 1)
    if not 0 < share < 1:
        return not_applicable(data, "no change of sign in the estimation window")
    return _sign(data, share)


def wilcoxon(data: TestInput) -> TestResult:
    """Signed-rank test of the CARs, exact up to 60 observations without ties (Wilcoxon 1945)."""
    values = data.car[data.car != 0]
    if len(values) < 2:
        return not_applicable(data, "needs at least two CARs that are not zero")
    tied = len(np.unique(np.abs(values))) < len(values)
    exact = len(values) <= 60 and not tied
    test = stats.wilcoxon(values, method="exact" if exact else "asymptotic", correction=False)
    ranks = stats.rankdata(np.abs(values))
    plus = float(ranks[values > 0].sum())
    kind = "exact" if exact else "normal"
    result = TestResult(plus, float(test.pvalue), kind, np.nan, data.n)
    least = 2.0 ** (1 - len(values))
    if least > data.alpha:
        return invalid(result, f"with N = {len(values)} no p value below {least:.3f} exists")
    return _needs_symmetry(data, needs_independence(data, result, shrinks=True))


def sign_flip(data: TestInput) -> TestResult:
    """Permutation of the signs of the CARs; the statistic is their mean (Fisher 1935, section 21).

    All ``2^N`` flips up to N = 16; else 99,999 random ones, ``p = (b + 1) / (B + 1)``, seeded.
    """
    if data.n < 2:
        return not_applicable(data, "needs at least two observations")
    observed = abs(data.car.sum())
    reach = observed * (1.0 - 1e-12)  # equal up to rounding counts as equal
    if data.n <= EXACT_FLIPS:
        bits = np.arange(2**data.n)[:, None] >> np.arange(data.n)[None, :]
        sums = np.where(bits & 1, -1.0, 1.0) @ data.car
        pvalue, kind = float(np.mean(np.abs(sums) >= reach)), "exact"
    else:
        generator = np.random.default_rng(20250127)
        beyond = 0
        for block in np.array_split(np.arange(data.draws), 1 + data.draws // 1000):
            flips = generator.integers(0, 2, size=(len(block), data.n)) * 2.0 - 1.0
            beyond += int(np.sum(np.abs(flips @ data.car) >= reach))
        pvalue, kind = (beyond + 1) / (data.draws + 1), "monte carlo"
    result = TestResult(float(np.mean(data.car)), pvalue, kind, np.nan, data.n)
    if kind == "exact" and 2.0 ** (1 - data.n) > data.alpha:
        return invalid(
            result, f"with N = {data.n} no p value below {2.0 ** (1 - data.n):.3f} exists"
        )
    return noted(
        needs_independence(data, result, shrinks=True), "assumes that returns are symmetric"
    )


def _sign(data: TestInput, share: float) -> TestResult:
    n = data.n
    if n < 2:
        return not_applicable(data, "needs at least two observations")
    spread = np.sqrt(n * share * (1.0 - share))
    result = normal((np.sum(data.car > 0) - n * share) / spread, n)
    counts = np.arange(n + 1)
    reject = np.abs(counts - n * share) / spread > stats.norm.isf(data.alpha / 2)
    if not reject.any():
        return invalid(result, f"with N = {n} it can never reject at {100 * data.alpha:g} %")
    r = max(data.dependence.average, 0.0) if data.dependence.overlapping else 0.0
    usual = _usual_share(data, data.abnormal.shape[1])
    size = size_of_signs(n, usual if 0 < usual < 1 else share, r, reject)
    if size <= TOO_OFTEN * data.alpha:
        return result
    if r and size_of_signs(n, usual if 0 < usual < 1 else share, 0.0, reject) < 0.9 * size:
        return invalid(result, rejects_too_often(data, size))
    even = share != 0.5 or abs(usual - 0.5) < 0.03
    why = (
        "the normal approximation is coarse at "
        if even
        else f"{100 * usual:.0f} % of ordinary days are positive, "
    )
    return invalid(
        result,
        f"{why}N = {n}: it would reject about {100 * size:.1f} % of the time at a nominal "
        f"{100 * data.alpha:g} %",
    )


def _usual_share(data: TestInput, length: int) -> float:
    """Share of positive sums of ``length`` days in the estimation windows; NaN without any."""
    sums = blocks(data.residuals, length).sum(axis=2)
    known = np.isfinite(sums)
    positive = (np.where(known, sums, 0.0) > 0).sum(axis=1)
    counted = known.sum(axis=1)
    used = counted > 0
    return float(np.mean(positive[used] / counted[used])) if used.any() else np.nan


def _needs_symmetry(data: TestInput, result: TestResult) -> TestResult:
    """Mark the signed-rank test where samples of ordinary days would be rejected too often.

    Samples of N standardised estimation days, drawn a thousand times, each by the normal
    approximation.
    """
    sums = blocks(data.residuals / data.scale, data.abnormal.shape[1]).sum(axis=2)
    pool = sums[np.isfinite(sums)]
    n = data.n
    if not result.valid or len(pool) < MANY_DAYS or n < FEWEST_SIGNS:
        return noted(result, "assumes that returns are symmetric")
    draws = max(200, min(1_000, 200_000 // n))
    sample = np.random.default_rng(20250127).choice(pool, size=(draws, n))
    ranks = stats.rankdata(np.abs(sample), axis=1)
    plus = np.where(sample > 0, ranks, 0.0).sum(axis=1)
    spread = np.sqrt(n * (n + 1) * (2 * n + 1) / 24.0)
    size = float(
        np.mean(np.abs(plus - n * (n + 1) / 4.0) > stats.norm.isf(data.alpha / 2) * spread)
    )
    doubt = 2.0 * np.sqrt(data.alpha * (1.0 - data.alpha) / draws)
    if size - doubt <= TOO_OFTEN * data.alpha:
        return noted(result, "assumes that returns are symmetric")
    return invalid(
        result,
        f"returns are not symmetric: among ordinary days it would reject about {100 * size:.0f} % "
        f"of the time at a nominal {100 * data.alpha:g} %",
    )


def size_of_signs(n: int, share: float, r: float, reject: np.ndarray) -> float:
    """Probability that the number of positive signs falls where the test rejects.

    Signs of normal variables with common correlation ``r``: binomial given one common factor,
    integrated over it.
    """
    if r == 0.0:
        return float(stats.binom.pmf(np.arange(n + 1), n, share)[reject].sum())
    nodes, weights = _gauss()
    given = stats.norm.cdf(
        (stats.norm.ppf(share) + np.sqrt(r) * nodes) / np.sqrt(1.0 - min(r, 0.999))
    )
    given = np.clip(given, 1e-12, 1.0 - 1e-12)  # beyond it scipy's binomial overflows
    pmf = stats.binom.pmf(np.arange(n + 1)[:, None], n, given[None, :])
    return float((pmf[reject].sum(axis=0) * weights).sum() / weights.sum())


@cache
def _gauss() -> tuple[Floats, Floats]:
    """Nodes and weights for an integral over a standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    return nodes, weights
