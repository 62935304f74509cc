"""The Scholes-Williams model: a beta that survives prices which are not struck together.

In: a `Sample`. Out: a `Fit`. It must not know tests, files or pages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.study.kernels import Bools, Floats
from analytics.study.models.base import (
    CoefficientForecastError,
    Fit,
    only_benchmark,
    reasons_against,
)
from analytics.study.sample import Sample


@dataclass(frozen=True)
class ScholesWilliams:
    """``b = (b- + b0 + b+) / (1 + 2 rho)``: a beta for shares that trade at other hours.

    ``b-``, ``b0``, ``b+`` are the slopes on yesterday's, today's and tomorrow's benchmark return,
    each from a regression of its own, ``rho`` is the benchmark's first autocorrelation, and
    ``a = mean(R) - b mean(R_m)``. The residual deviation is that of its own residuals.

    This is the instrumental-variables estimate with ``Z_t = R_m,t-1 + R_m,t + R_m,t+1`` as the
    instrument, so the variance of ``b`` is ``s^2 Szz / Szm^2``: up to three times that of least
    squares, whose ``s^2 / Smm`` would promise too much.

    References
    ----------
    Scholes & Williams (1977), section 4; as instrumental variables: Fowler & Rorke (1983).

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> sample = ma.align(event, ma.load_market(), tickers=["NVDA"])
    >>> ma.event_study(sample, ScholesWilliams()).car(0, 0)["car"].round(3).tolist()
    [-0.166]
    """

    label = "Scholes-Williams"
    caution = ""

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        only_benchmark(sample, self.label)
        cut = sample.windows.estimation_offsets.size
        days = sample.windows.estimation_offsets
        before, same, after = (sample.history.at(days + k)[:, :, 0] for k in (-1, 0, 1))
        use = sample.usable & np.isfinite(before) & np.isfinite(same) & np.isfinite(after)
        count = use.sum(axis=1)
        returns = sample.returns[:, :cut]
        with np.errstate(invalid="ignore", divide="ignore"):
            slopes = sum(_slope(returns, x, use) for x in (before, same, after))
            beta = slopes / (1.0 + 2.0 * _correlation(before, same, use))
            mean, centre = _mean(returns, use), _mean(same, use)
            alpha = mean - beta * centre
            residuals = np.where(use, returns - alpha[:, None] - beta[:, None] * same, np.nan)
            variance = np.where(use, residuals**2, 0.0).sum(axis=1) / (count - 2)
            total = _cross(returns, returns, use)
            r_squared = 1.0 - variance * (count - 2) / total
            instrument = before + same + after
            with_market = _cross(instrument, same, use)
            spread = variance * _cross(instrument, instrument, use) / with_market**2
        ahead = sample.factors[:, cut:, 0]
        expected = alpha[:, None] + beta[:, None] * ahead
        design = np.stack([np.ones_like(ahead), ahead - centre[:, None]], axis=2)
        covariance = np.zeros((len(beta), 2, 2))
        with np.errstate(invalid="ignore", divide="ignore"):
            covariance[:, 0, 0] = variance / count
        covariance[:, 1, 1] = spread
        return Fit(
            coefficients={"alpha": alpha, "beta": beta},
            abnormal=sample.returns[:, cut:] - expected,
            expected=expected,
            residuals=residuals,
            residual_std=np.sqrt(variance),
            residual_scale=np.sqrt(variance)[:, None],
            count=count,
            df=count - 2,
            r_squared=r_squared,
            forecast_error=CoefficientForecastError(variance, design, covariance),
            reasons=reasons_against(sample, count, count - 2, _varies(same, use), variance),
        )


def _mean(values: Floats, use: Bools) -> Floats:
    return np.asarray(np.where(use, values, 0.0).sum(axis=1) / use.sum(axis=1))


def _cross(one: Floats, other: Floats, use: Bools) -> Floats:
    """Centred cross product of each row."""
    first = np.where(use, one - _mean(one, use)[:, None], 0.0)
    second = np.where(use, other - _mean(other, use)[:, None], 0.0)
    return np.asarray((first * second).sum(axis=1))


def _slope(returns: Floats, factor: Floats, use: Bools) -> Floats:
    return _cross(returns, factor, use) / _cross(factor, factor, use)


def _correlation(one: Floats, other: Floats, use: Bools) -> Floats:
    scale = np.sqrt(_cross(one, one, use) * _cross(other, other, use))
    return np.asarray(_cross(one, other, use) / scale)


def _varies(factor: Floats, use: Bools) -> Bools:
    """Whether the benchmark moves by more than rounding."""
    size = np.abs(np.where(use, factor, 0.0)).max(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(_cross(factor, factor, use) > use.sum(axis=1) * (1e-12 * size) ** 2)
