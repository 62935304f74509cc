"""Least squares: market model, constant mean, market-adjusted, factors, leads and lags.

In: a `Sample`. Out: a `Fit` with the exact forecast error of the regression. It must not know
tests, files or pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.errors import InputError, UnknownNameError, is_whole
from analytics.market.benchmarks import compounded
from analytics.market.given import checked_frame, refuse_percent
from analytics.study import kernels
from analytics.study.kernels import Floats
from analytics.study.models.base import (
    Fit,
    IndependentForecastError,
    LinearForecastError,
    only_benchmark,
    reasons_against,
    refuse_reserved,
)
from analytics.study.sample import Sample

BOTH = ("factors", "in_excess")


@dataclass(frozen=True)
class MarketModel:
    """``R = a + b R_m + e`` by least squares.

    References
    ----------
    Brown & Warner (1985); MacKinlay (1997), eq. 3 to 7.
    """

    label = "market model"
    caution = ""

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        only_benchmark(sample, self.label)
        return fit_factors(sample, sample.returns, sample.factors, ["beta"])


@dataclass(frozen=True)
class ConstantMean:
    """``R = mu + e``: the expected return is the mean of the estimation window.

    References
    ----------
    Brown & Warner (1985); MacKinlay (1997), eq. 2.
    """

    label = "constant mean"
    caution = ""
    compared = False  # with no benchmark

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        fit = fit_factors(sample, sample.returns, sample.factors[:, :, :0], [])
        alpha = fit.coefficients["alpha"]
        return replace(fit, coefficients={"alpha": alpha, "beta": np.zeros_like(alpha)})


@dataclass(frozen=True)
class MarketAdjusted:
    """``R = R_m + e``: the expected return is the benchmark's; nothing is estimated.

    The residual deviation is the demeaned one of ``R - R_m`` (divisor M - 1).

    References
    ----------
    Brown & Warner (1985), eq. 2.
    """

    label = "market-adjusted"
    caution = ""

    def fit(self, sample: Sample) -> Fit:
        """Compare with the benchmark; scale by the estimation window."""
        only_benchmark(sample, self.label)
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
            unexplained = np.where(use, gap[:, :cut] ** 2, 0.0).sum(axis=1)
            r_squared = np.where(total > 0, 1.0 - unexplained / total, np.nan)
        expected = benchmark[:, cut:]
        return Fit(
            coefficients={"alpha": np.zeros(len(gap)), "beta": np.ones(len(gap))},
            abnormal=gap[:, cut:],
            expected=expected,
            residuals=residuals,
            residual_std=np.sqrt(variance),
            residual_scale=np.sqrt(variance)[:, None],
            count=count,
            df=count - 1,
            r_squared=r_squared,
            forecast_error=IndependentForecastError(variance),
            reasons=reasons_against(
                sample, count, count - 1, np.ones(len(gap), dtype=bool), variance
            ),
        )


@dataclass(frozen=True, eq=False)
class FactorModel:
    """``R = a + x'b + e`` with any factors by least squares: several indices, CAPM, Fama-French.

    The factors are the benchmarks that `align` was given: ``benchmark=["^GSPC", "^SOX"]``, or the
    columns of a frame that `Market.with_factors` took in; or a frame given here, joined by date.

    Parameters
    ----------
    factors : sequence of str, or pandas.DataFrame, optional
        Names of the factors to use, in this order; all of the sample's by default. A frame holds
        simple returns by date (decimal fraction, tz-naive dates in any order) of the exchange that
        all observations are on; each day takes what lies since the session before. For several
        exchanges give it to `Market.with_factors`, which knows their closing times.
    risk_free : str, optional
        The factor that holds the risk-free return: it is taken off the share's return and is no
        regressor.
    in_excess : sequence of str
        Factors that it is taken off too: an index, for the CAPM. Published factors mostly are
        differences already.

    Raises
    ------
    UnknownNameError
        A name that is no factor of the sample.

    References
    ----------
    Sharpe (1964); Fama & French (1993); MacKinlay (1997), section 4.C.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> sample = ma.align(event, ma.load_market(), tickers=["NVDA"], benchmark=["^GSPC", "^SOX"])
    >>> estimates = ma.event_study(sample, ma.FactorModel()).estimates
    >>> estimates[["^GSPC", "^SOX"]].round(2).to_numpy().tolist()
    [[-0.67, 1.32]]
    """

    factors: Sequence[str] | pd.DataFrame | None = None
    risk_free: str | None = None
    in_excess: Sequence[str] = ()

    label = "factor model"
    caution = ""

    def __post_init__(self) -> None:
        if isinstance(self.factors, pd.DataFrame):
            frame = checked_frame(self.factors, "factors")
            refuse_percent(frame)
            object.__setattr__(self, "factors", frame)
        for name in ("in_excess",) if isinstance(self.factors, pd.DataFrame) else BOTH:
            given = getattr(self, name)
            if isinstance(given, str):
                raise InputError(f"{name}={given!r}: expected a list of names, such as [{given!r}]")
            try:
                names = None if given is None and name == "factors" else tuple(given)
            except TypeError:
                raise InputError(f"{name}={given!r}: expected a list of names") from None
            if names == () and name == "factors":
                raise InputError("factors=[]: name at least one, or leave it out for all")
            object.__setattr__(self, name, names)
        if self.in_excess and self.risk_free is None:
            raise InputError("in_excess needs risk_free: the factor that is to be taken off")

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        if isinstance(self.factors, pd.DataFrame):
            known, every = list(self.factors.columns), _by_date(self.factors, sample)
            asked: tuple[str, ...] = ()
        else:
            known, every = list(sample.factor_names), sample.factors
            asked = tuple(self.factors or ())
        refuse_reserved(known)
        free_name = () if self.risk_free is None else (self.risk_free,)
        for name in (*asked, *self.in_excess, *free_name):
            if name not in known:
                raise UnknownNameError("factor", name, known)
        names = [name for name in asked or known if name != self.risk_free]
        if not names:
            raise InputError("factor model: no factor is left beside the risk-free return")
        if len(set(asked)) < len(asked):
            raise InputError(f"factors={list(asked)}: a factor is named twice")
        if self.risk_free is not None and self.risk_free in (*asked, *self.in_excess):
            raise InputError(f"risk_free={self.risk_free!r} is no factor too; leave it out of them")
        stray = [name for name in self.in_excess if name not in names]
        if stray:
            raise InputError(f"in_excess: {stray[0]} is none of the factors {', '.join(names)}")
        values = every[:, :, [known.index(name) for name in names]]
        if self.risk_free is None:
            return fit_factors(sample, sample.returns, values, names)
        free = every[:, :, known.index(self.risk_free)]
        reduced = np.array([name in self.in_excess for name in names])
        values = values - free[:, :, None] * reduced
        fit = fit_factors(sample, sample.returns - free, values, names)
        cut = sample.windows.estimation_offsets.size
        return replace(fit, expected=fit.expected + free[:, cut:])


def _by_date(frame: pd.DataFrame, sample: Sample) -> Floats:
    """Factors of a frame on each day of a sample, over the dates since the session before.

    (E, D, K) returns; NaN where the date or one on the way is missing.
    """
    if sample.observations["calendar"].nunique() > 1:
        raise InputError(
            "factor model: the observations are on several exchanges, which a frame joined by date "
            "cannot serve; use market.with_factors(frame, exchange=...) and align(benchmark=[...])"
        )
    dates = frame.index.to_numpy("datetime64[ns]")
    here = np.searchsorted(dates, sample.sessions, side="right")
    before = np.concatenate([here[:, :1] - 1, here[:, :-1]], axis=1)
    jump = np.concatenate([[True], np.diff(sample.windows.offsets) != 1])
    before = np.maximum(np.where(jump[None, :], here - 1, before), 0)
    found = compounded(frame.to_numpy(dtype=float), before, here)
    found[~np.isin(sample.sessions, dates)] = np.nan
    return np.asarray(np.log1p(found) if sample.log_returns else found)


@dataclass(frozen=True)
class Dimson:
    """Leads and lags of the benchmark, for a share that trades late or early.

    ``R_t = a + sum_k b_k R_m,t+k + e_t`` with k from ``-lags`` to ``leads``. ``beta`` is the sum of
    the coefficients; the expected return uses each of them with its own day, so that a late move of
    the share is not taken for an abnormal one, and the forecast error is that of the regression. A
    lead lets the benchmark of the next session explain a day: right for a share that trades early,
    wrong where the news itself moves the benchmark a day later; ``leads=0`` leaves it out.

    Parameters
    ----------
    lags, leads : int
        Sessions of the benchmark before and after.

    References
    ----------
    Dimson (1979); Fowler & Rorke (1983).

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> sample = ma.align(event, ma.load_market(), tickers=["NVDA"])
    >>> ma.event_study(sample, Dimson(lags=1, leads=0)).car(0, 0)["car"].round(3).tolist()
    [-0.166]
    """

    lags: int = 1
    leads: int = 1

    label = "Dimson"

    @property
    def caution(self) -> str:
        """What a reader of its intervals must know."""
        return "the benchmark's next sessions explain a day too" if self.leads else ""

    def __post_init__(self) -> None:
        for name in ("lags", "leads"):
            value = getattr(self, name)
            if not is_whole(value) or not 0 <= value <= 20:
                raise InputError(f"{name}={value!r}: expected a whole number from 0 to 20")

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        only_benchmark(sample, self.label)
        offsets = sample.windows.offsets
        shifts = list(range(-self.lags, self.leads + 1))
        around = [sample.history.at(offsets + shift)[:, :, 0] for shift in shifts]
        names = [_shift_name(shift) for shift in shifts]
        fit = fit_factors(sample, sample.returns, np.stack(around, axis=2), names)
        beta = np.sum([fit.coefficients[name] for name in names], axis=0)
        alpha = fit.coefficients.pop("alpha")
        return replace(fit, coefficients={"alpha": alpha, "beta": beta, **fit.coefficients})


def _shift_name(shift: int) -> str:
    if shift == 0:
        return "same day"
    return f"lag {-shift}" if shift < 0 else f"lead {shift}"


def fit_factors(sample: Sample, returns: Floats, factors: Floats, names: Sequence[str]) -> Fit:
    """Least squares on the estimation window and the forecast of the event window.

    Parameters
    ----------
    sample : Sample
        Gives windows and usable days.
    returns : (E, D) array
    factors : (E, D, K) array
    names : sequence of str
        (K,) names of the coefficients.

    Returns
    -------
    Fit
    """
    cut = sample.windows.estimation_offsets.size
    use = sample.usable & np.isfinite(factors[:, :cut]).all(axis=2)
    fit = kernels.fit_linear(returns[:, :cut], factors[:, :cut], use)
    with np.errstate(invalid="ignore"):
        expected = fit.alpha[:, None] + np.einsum("elk,ek->el", factors[:, cut:], fit.beta)
    error = LinearForecastError(
        fit.variance, fit.count, factors[:, cut:] - fit.centre[:, None, :], fit.precision
    )
    regular = np.asarray(np.isfinite(fit.precision).all(axis=(1, 2)))
    df = fit.count - factors.shape[2] - 1
    return Fit(
        coefficients={"alpha": fit.alpha} | {name: fit.beta[:, k] for k, name in enumerate(names)},
        abnormal=returns[:, cut:] - expected,
        expected=expected,
        residuals=fit.residuals,
        residual_std=np.sqrt(fit.variance),
        residual_scale=np.sqrt(fit.variance)[:, None],
        count=fit.count,
        df=df,
        r_squared=fit.r_squared,
        forecast_error=error,
        reasons=reasons_against(sample, fit.count, df, regular, fit.variance),
    )
