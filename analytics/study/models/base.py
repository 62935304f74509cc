"""What every model of the normal return gives: a `Fit` with the variance of sums of its errors.

In: a `Sample`. Out: abnormal returns, residuals, forecast errors. It must not know tests, files or
pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

import numpy as np
from tqdm import tqdm

from analytics.errors import InputError
from analytics.study.kernels import Bools, Floats, Ints
from analytics.study.sample import Sample


class ForecastError(Protocol):
    """Variance of weighted sums of abnormal returns."""

    def variance(self, weights: Floats | Bools) -> Floats:
        """Variance of ``sum_t w_t AR_t``.

        Parameters
        ----------
        weights : (E, L) array
            True (or 1) on the days of a CAR, 0 elsewhere; any weight for other sums.

        Returns
        -------
        (E,) array
        """
        ...


@dataclass(frozen=True, eq=False)
class LinearForecastError:
    """Exact forecast error of a regression, days correlated through the estimated parameters.

    ``s^2 (L + L^2 / M + g' P g)`` with ``g`` the sum of centred factors over the window and ``P``
    the inverse centred cross product (Campbell, Lo & MacKinlay 1997, eq. 4.4.10; Mikkelson &
    Partch 1988). Without factors ``s^2 (L + L^2 / M)``.

    Attributes
    ----------
    residual_variance : (E,) array
    count : (E,) integers
        Estimation days used.
    centred : (E, L, K) array
        Factors on event days less their estimation means.
    precision : (E, K, K) array
    """

    residual_variance: Floats
    count: Ints
    centred: Floats
    precision: Floats

    def variance(self, weights: Floats | Bools) -> Floats:
        """See `ForecastError`."""
        w = np.asarray(weights, dtype=float)
        total = weighted_sum(w, self.centred)
        spread = np.einsum("ek,ekl,el->e", total, self.precision, total)
        own = (w**2).sum(axis=1) + w.sum(axis=1) ** 2 / self.count
        return np.asarray(self.residual_variance * (own + spread))


@dataclass(frozen=True, eq=False)
class IndependentForecastError:
    """Nothing is estimated that days share: variances add, ``s^2 L``."""

    residual_variance: Floats

    def variance(self, weights: Floats | Bools) -> Floats:
        """See `ForecastError`."""
        w = np.asarray(weights, dtype=float)
        return np.asarray(self.residual_variance * (w**2).sum(axis=1))


@dataclass(frozen=True, eq=False)
class CoefficientForecastError:
    """Noise of the event days and the error of estimated coefficients: ``s^2 L + g' V g``.

    Attributes
    ----------
    residual_variance : (E,) array
    design : (E, L, P) array
        What the coefficients multiply on event days.
    covariance : (E, P, P) array
        Of the estimated coefficients.
    """

    residual_variance: Floats
    design: Floats
    covariance: Floats

    def variance(self, weights: Floats | Bools) -> Floats:
        """See `ForecastError`."""
        w = np.asarray(weights, dtype=float)
        total = weighted_sum(w, self.design)
        spread = np.einsum("ep,epq,eq->e", total, self.covariance, total)
        return np.asarray(self.residual_variance * (w**2).sum(axis=1) + spread)


def weighted_sum(weights: Floats, values: Floats) -> Floats:
    """Sum over days, (E, L) weights of (E, L, K) values; a day without weight may be missing."""
    known = np.where(weights[:, :, None] != 0, values, 0.0)
    return np.asarray((weights[:, :, None] * known).sum(axis=1))


@dataclass(frozen=True, eq=False)
class Fit:
    """What a model says about a sample.

    Attributes
    ----------
    coefficients : mapping of str to (E,) array
        ``alpha``, ``beta`` or one entry per factor; per day, decimal fraction.
    abnormal : (E, L) array
        Abnormal returns on event days; NaN where return or factor is missing.
    expected : (E, L) array
        Expected returns on event days.
    residuals : (E, M) array
        Abnormal returns on estimation days; NaN on days not used.
    residual_std : (E,) array
    residual_scale : (E, 1) or (E, M) array
        Deviation of each estimation day's residual: ``residual_std``, or one for every day where
        the model has a variance that moves.
    count, df : (E,) integers
        Estimation days used, degrees of freedom.
    r_squared : (E,) array
    forecast_error : ForecastError
    reasons : (E,) array of str
        Why an observation could not be fitted; empty if it was.
    """

    coefficients: dict[str, Floats]
    abnormal: Floats
    expected: Floats
    residuals: Floats
    residual_std: Floats
    residual_scale: Floats
    count: Ints
    df: Ints
    r_squared: Floats
    forecast_error: ForecastError
    reasons: np.ndarray


class Model(Protocol):
    """A model of the normal return."""

    @property
    def label(self) -> str:
        """Its name in words."""
        ...

    @property
    def caution(self) -> str:
        """What a reader of its intervals must know; empty where nothing is special."""
        ...

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        ...


def reasons_against(
    sample: Sample, count: Ints, df: Ints, regular: Bools, variance: Floats
) -> np.ndarray:
    """Why an observation cannot be used with a model; empty text where it can."""
    minimum = sample.windows.min_estimation
    reasons = np.full(len(count), "", dtype=object)
    several = sample.factors.shape[2] > 1
    with np.errstate(invalid="ignore"):
        # a price that never moves leaves residuals of rounding size, not of zero
        flat = ~(variance > 1e-20)
    reasons[flat] = "its return does not vary around the model over the estimation days"
    reasons[~regular] = (
        "the factors do not vary independently of each other over the estimation days"
        if several
        else "the benchmark does not vary over the estimation days"
    )
    few = (count < minimum) | (df < 1)
    reasons[few] = [
        f"only {n} of at least {max(minimum, n - left + 1)} estimation days have a return and a "
        "benchmark"
        for n, left in zip(count[few], df[few], strict=True)
    ]
    nameless = (sample.observations["benchmark"] == "").to_numpy(dtype=bool) & (count == 0)
    reasons[nameless] = "no benchmark is known for it; name one with benchmark="
    return reasons


def only_benchmark(sample: Sample, label: str) -> None:
    """Refuse a sample with several benchmarks: a model of one must not leave out the others."""
    if sample.factors.shape[2] > 1:
        raise InputError(
            f"{label}: takes one benchmark, got {', '.join(sample.factor_names)}; use FactorModel "
            "for several at once, or name one"
        )


QUIET = Lock()  # Python's filters of warnings are those of all threads: one thread at a time

RESERVED = frozenset(
    {
        *("alpha", "beta", "residual_std", "n_estimation", "df", "r_squared", "benchmark"),
        *("exclude_self", "session"),
    }
)


def refuse_reserved(names: Iterable[str]) -> None:
    """Refuse factors named like a column of the estimates, which they would overwrite."""
    taken = [name for name in names if name in RESERVED]
    if taken:
        raise InputError(
            f"factor {taken[0]!r}: this is the name of a column of results.estimates; rename it"
        )


def one_by_one(chosen: Bools, what: str) -> Iterator[int]:
    """Numbers of the chosen observations, with a progress bar if they take over two seconds."""
    numbers = np.flatnonzero(chosen).tolist()
    return iter(tqdm(numbers, desc=what, unit="fit", delay=2.0, leave=False))
