"""The market model with a variance that moves: GARCH(1,1), by the package arch.

In: a `Sample`. Out: a `Fit` whose forecast variance belongs to each event day. It must not know
tests, files or pages.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from analytics.errors import InputError
from analytics.study.kernels import Bools, Floats
from analytics.study.models.base import (
    QUIET,
    Fit,
    one_by_one,
    only_benchmark,
    reasons_against,
    weighted_sum,
)
from analytics.study.models.linear import MarketModel
from analytics.study.sample import Sample

PERCENT = 100.0  # arch's optimiser wants numbers of order one
NO_REACTION = 1e-6  # of the variance to a squared shock
PARAMETERS = 5  # alpha, beta, omega and the two of the variance


@dataclass(frozen=True, eq=False)
class ConditionalForecastError:
    """Variance expected for each day from what was known before the first day of the sum.

    ``sum_t w_t^2 h_t + g' V g``. On the first day ``h`` is the one-step forecast, which has seen
    all residuals up to the day before; from there it runs on in expectation,
    ``h_t = omega + (alpha + beta) h_{t-1}``, so the event's own shock does not widen its yardstick.

    Attributes
    ----------
    one_step : (E, L) array
        Variance of each event day given the days before it.
    omega, persistence : (E,) arrays
        Constant of the variance and ``alpha + beta``.
    design : (E, L, 2) array
        One and the benchmark on event days.
    covariance : (E, 2, 2) array
        Of intercept and slope.
    """

    one_step: Floats
    omega: Floats
    persistence: Floats
    design: Floats
    covariance: Floats

    def variance(self, weights: Floats | Bools) -> Floats:
        """See `ForecastError`."""
        w = np.asarray(weights, dtype=float)
        begun = np.cumsum(w != 0, axis=1) > 0
        total = np.zeros(len(w))
        h = self.one_step[:, 0]
        for day in range(w.shape[1]):
            going = begun[:, day - 1] if day else np.zeros(len(w), dtype=bool)
            h = np.where(going, self.omega + self.persistence * h, self.one_step[:, day])
            total += np.where(w[:, day] != 0, w[:, day] ** 2 * h, 0.0)
        g = weighted_sum(w, self.design)
        return np.asarray(total + np.einsum("ep,epq,eq->e", g, self.covariance, g))


@dataclass(frozen=True)
class GarchMarketModel:
    """``R = a + b R_m + e`` with GARCH(1,1) errors (package ``arch``, normal likelihood).

    ``h_t = omega + alpha e_{t-1}^2 + beta h_{t-1}``. Days without a price are left out and their
    neighbours taken as consecutive; days between the two windows, and event days without a return,
    count with their expected variance. The covariance of intercept and slope is the robust one of
    Bollerslev & Wooldridge (1992). ``residual_std`` is the plain deviation of the residuals. Where
    the likelihood is largest without any reaction to shocks (``arch`` 0), the memory cannot be
    known and the variance is constant: that observation has the market model's estimates.

    Raises
    ------
    InputError
        The package ``arch`` is not installed.

    References
    ----------
    Bollerslev (1986), eq. 1 to 4; Savickas (2003) for its use in event studies.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> sample = ma.align(event, ma.load_market(), tickers=["NVDA"])
    >>> ma.event_study(sample, GarchMarketModel()).car(0, 0)["car"].round(3).tolist()
    [-0.166]
    """

    label = "GARCH market model"
    caution = "the interval is that of the variance expected just before the window"

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        only_benchmark(sample, self.label)
        arch = _arch()
        start = MarketModel().fit(sample)
        cut = sample.windows.estimation_offsets.size
        size, length = len(start.count), sample.windows.days
        mean, shape = np.full((size, 2), np.nan), np.full((size, 3), np.nan)
        covariance, last = np.full((size, 2, 2), np.nan), np.full((size, 2), np.nan)
        residuals = np.full_like(start.residuals, np.nan)
        scale, df = residuals.copy(), start.count - PARAMETERS
        regular = np.asarray(np.isfinite(start.coefficients["beta"]))
        variance = start.residual_std**2
        reasons = reasons_against(sample, start.count, df, regular, variance)
        for k in one_by_one(reasons == "", "GARCH"):
            use = np.isfinite(start.residuals[k])
            y, x = sample.returns[k, :cut][use], sample.factors[k, :cut, 0][use]
            found = _estimate(arch, y, x)
            if found is None:
                reasons[k] = "the likelihood of its GARCH model has no maximum that can be found"
                continue
            if found.reaction < NO_REACTION:
                found, df[k] = _constant(start, k, x), start.df[k]
            mean[k], shape[k], covariance[k] = found.mean, found.shape, found.covariance
            residuals[k, use] = y - mean[k, 0] - mean[k, 1] * x
            scale[k, use] = found.volatility
            last[k] = residuals[k, use][-1] ** 2, scale[k, use][-1] ** 2
        ahead = sample.factors[:, cut:, 0]
        expected = mean[:, :1] + mean[:, 1:] * ahead
        abnormal = sample.returns[:, cut:] - expected
        between = sample.windows.event[0] - sample.windows.estimation[1] - 1
        one_step = _one_step(shape, last, between, abnormal) if length else abnormal
        with np.errstate(invalid="ignore"):
            squares = np.nansum(residuals**2, axis=1)
            r_squared = 1.0 - (1.0 - start.r_squared) * squares / np.nansum(
                start.residuals**2, axis=1
            )
        return Fit(
            coefficients={
                "alpha": mean[:, 0],
                "beta": mean[:, 1],
                "omega": shape[:, 0],
                "arch": shape[:, 1],
                "garch": shape[:, 2],
            },
            abnormal=abnormal,
            expected=expected,
            residuals=residuals,
            residual_std=np.sqrt(squares / np.maximum(start.df, 1)),
            residual_scale=scale,
            count=start.count,
            df=df,
            r_squared=r_squared,
            forecast_error=ConditionalForecastError(
                one_step=one_step,
                omega=shape[:, 0],
                persistence=shape[:, 1] + shape[:, 2],
                design=np.stack([np.ones_like(ahead), ahead], axis=2),
                covariance=covariance,
            ),
            reasons=reasons,
        )


def _arch() -> ModuleType:
    try:
        import arch.univariate as arch
    except ImportError:
        raise InputError(
            "GarchMarketModel needs the package arch: install analytics[arch], or choose another "
            "model"
        ) from None
    module: ModuleType = arch
    return module


@dataclass(frozen=True, eq=False)
class _Estimate:
    """One GARCH model, in fractions: intercept and slope, omega and the two of the variance."""

    mean: Floats
    shape: Floats
    covariance: Floats
    volatility: Floats

    @property
    def reaction(self) -> float:
        return float(self.shape[1])


def _estimate(arch: ModuleType, y: Floats, x: Floats) -> _Estimate | None:
    """By maximum likelihood; None where the optimiser does not converge."""
    model = arch.LS(y * PERCENT, x=x[:, None] * PERCENT, rescale=False)
    model.volatility = arch.GARCH(1, 0, 1)
    with QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its warnings are in convergence_flag
        fit = model.fit(disp="off", show_warning=False, options={"maxiter": 1000})
        covariance = np.asarray(fit.param_cov)[:2, :2]
    values = np.asarray(fit.params, dtype=float)
    if fit.convergence_flag != 0 or not np.isfinite(values).all():
        return None
    unit = np.array([1.0 / PERCENT, 1.0])
    return _Estimate(
        mean=values[:2] * unit,
        shape=values[2:] * np.array([1.0 / PERCENT**2, 1.0, 1.0]),
        covariance=covariance * unit[:, None] * unit[None, :],
        volatility=np.asarray(fit.conditional_volatility, dtype=float) / PERCENT,
    )


def _constant(start: Fit, k: int, x: Floats) -> _Estimate:
    """The market model of observation ``k``: a variance that does not move."""
    variance = start.residual_std[k] ** 2
    design = np.column_stack([np.ones_like(x), x])
    return _Estimate(
        mean=np.array([start.coefficients["alpha"][k], start.coefficients["beta"][k]]),
        shape=np.array([variance, 0.0, 0.0]),
        covariance=variance * np.linalg.inv(design.T @ design),
        volatility=np.full(len(x), start.residual_std[k]),
    )


def _one_step(shape: Floats, last: Floats, between: int, abnormal: Floats) -> Floats:
    """Variance of each event day given the days before it, (E, L)."""
    omega, reaction, memory = shape.T
    h = omega + reaction * last[:, 0] + memory * last[:, 1]
    for _ in range(between):
        h = omega + (reaction + memory) * h
    days = []
    for day in range(abnormal.shape[1]):
        days.append(h)
        seen = np.where(np.isfinite(abnormal[:, day]), abnormal[:, day] ** 2, h)
        h = omega + reaction * seen + memory * h
    return np.stack(days, axis=1)
