"""What would have been expected: models of the normal return, with their exact forecast error.

In: a `Sample`. Out: a `Fit` with abnormal returns, residuals and the variance of every sum of
abnormal returns. It must not know tests, files or pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analytics.study import kernels
from analytics.study.kernels import Bools, Floats, Ints
from analytics.study.sample import Sample


class ForecastError(Protocol):
    """Variance of sums of abnormal returns."""

    def variance(self, days: Bools) -> Floats:
        """Variance of the sum of abnormal returns over ``days``, (E, L) booleans -> (E,)."""
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

    def variance(self, days: Bools) -> Floats:
        """See `ForecastError`."""
        length = days.sum(axis=1)
        total = np.where(days[:, :, None], self.centred, 0.0).sum(axis=1)
        spread = np.einsum("ek,ekl,el->e", total, self.precision, total)
        return np.asarray(self.residual_variance * (length + length**2 / self.count + spread))


@dataclass(frozen=True, eq=False)
class IndependentForecastError:
    """Nothing is estimated that days share: variances add, ``s^2 L``."""

    residual_variance: Floats

    def variance(self, days: Bools) -> Floats:
        """See `ForecastError`."""
        return np.asarray(self.residual_variance * days.sum(axis=1))


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

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        ...


@dataclass(frozen=True)
class MarketModel:
    """``R = a + b R_m + e`` by least squares.

    References
    ----------
    Brown & Warner (1985); MacKinlay (1997), eq. 3 to 7.
    """

    label = "market model"

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        fit = _linear(sample, sample.factors)
        coefficients = {"alpha": fit.coefficients["alpha"], "beta": fit.coefficients["factor 1"]}
        return _replace(fit, coefficients)


@dataclass(frozen=True)
class ConstantMean:
    """``R = mu + e``: the expected return is the mean of the estimation window.

    References
    ----------
    Brown & Warner (1985); MacKinlay (1997), eq. 2.
    """

    label = "constant mean"

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        fit = _linear(sample, sample.factors[:, :, :0])
        alpha = fit.coefficients["alpha"]
        return _replace(fit, {"alpha": alpha, "beta": np.zeros_like(alpha)})


@dataclass(frozen=True)
class MarketAdjusted:
    """``R = R_m + e``: the expected return is the benchmark's; nothing is estimated.

    The residual deviation is the demeaned one of ``R - R_m`` (divisor M - 1).

    References
    ----------
    Brown & Warner (1985), eq. 2.
    """

    label = "market-adjusted"

    def fit(self, sample: Sample) -> Fit:
        """Compare with the benchmark; scale by the estimation window."""
        cut = sample.windows.estimation_offsets.size
        benchmark = sample.factors[:, :, 0]
        gap = sample.returns - benchmark
        use = sample.usable & np.isfinite(benchmark[:, :cut])
        residuals = np.where(use, gap[:, :cut], np.nan)
        count = use.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(use, gap[:, :cut], 0.0).sum(axis=1) / count
            around = np.where(use, gap[:, :cut] - mean[:, None], 0.0)
            variance = (around**2).sum(axis=1) / (count - 1)
            y = sample.returns[:, :cut]
            own_mean = np.where(use, y, 0.0).sum(axis=1) / count
            total = np.where(use, (y - own_mean[:, None]) ** 2, 0.0).sum(axis=1)
            r_squared = 1.0 - np.where(use, gap[:, :cut] ** 2, 0.0).sum(axis=1) / total
        expected = benchmark[:, cut:]
        return Fit(
            coefficients={"alpha": np.zeros(len(gap)), "beta": np.ones(len(gap))},
            abnormal=gap[:, cut:],
            expected=expected,
            residuals=residuals,
            residual_std=np.sqrt(variance),
            count=count,
            df=count - 1,
            r_squared=r_squared,
            forecast_error=IndependentForecastError(variance),
            reasons=_reasons(sample, count, np.ones(len(gap), dtype=bool), variance),
        )


def _linear(sample: Sample, factors: Floats) -> Fit:
    """Least squares on the estimation window and the forecast of the event window."""
    cut = sample.windows.estimation_offsets.size
    use = sample.usable & np.isfinite(factors[:, :cut]).all(axis=2)
    fit = kernels.fit_linear(sample.returns[:, :cut], factors[:, :cut], use)
    with np.errstate(invalid="ignore"):
        expected = fit.alpha[:, None] + np.einsum("elk,ek->el", factors[:, cut:], fit.beta)
    coefficients = {"alpha": fit.alpha}
    coefficients |= {f"factor {k + 1}": fit.beta[:, k] for k in range(fit.beta.shape[1])}
    error = LinearForecastError(
        fit.variance, fit.count, factors[:, cut:] - fit.centre[:, None, :], fit.precision
    )
    regular = np.asarray(np.isfinite(fit.precision).all(axis=(1, 2)))
    return Fit(
        coefficients=coefficients,
        abnormal=sample.returns[:, cut:] - expected,
        expected=expected,
        residuals=fit.residuals,
        residual_std=np.sqrt(fit.variance),
        count=fit.count,
        df=fit.count - factors.shape[2] - 1,
        r_squared=fit.r_squared,
        forecast_error=error,
        reasons=_reasons(sample, fit.count, regular, fit.variance),
    )


def _reasons(sample: Sample, count: Ints, regular: Bools, variance: Floats) -> np.ndarray:
    """Why an observation cannot be used with this model; empty text where it can."""
    minimum = sample.windows.min_estimation
    reasons = np.full(len(count), "", dtype=object)
    with np.errstate(invalid="ignore"):
        # a price that never moves leaves residuals of rounding size, not of zero
        flat = ~(variance > 1e-20)
    reasons[flat] = "its return does not vary around the model over the estimation days"
    reasons[~regular] = "the benchmark does not vary over the estimation days"
    few = count < minimum
    reasons[few] = [
        f"only {n} of at least {minimum} estimation days have a return and a benchmark"
        for n in count[few]
    ]
    nameless = (sample.observations["benchmark"] == "").to_numpy(dtype=bool) & (count == 0)
    reasons[nameless] = "no benchmark is known for it; name one with benchmark="
    return reasons


def _replace(fit: Fit, coefficients: dict[str, Floats]) -> Fit:
    return Fit(**{**fit.__dict__, "coefficients": coefficients})
