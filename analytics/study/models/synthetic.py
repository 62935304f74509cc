"""Synthetic control: the share is compared with the mix of donors that was most like it.

In: a `Sample` whose factors are the donors. Out: a `Fit`. It must not know tests, files or pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import null_space
from scipy.optimize import nnls

from analytics.errors import InputError
from analytics.study.kernels import Bools, Floats
from analytics.study.models.base import (
    Fit,
    one_by_one,
    reasons_against,
    refuse_reserved,
    weighted_sum,
)
from analytics.study.sample import Sample

FEWEST_DONORS = 2
NEARLY_ALL = 0.95


@dataclass(frozen=True, eq=False)
class PredictionError:
    """Yardstick from the errors before the event: ``s^2 (L + g' P g) + L^2 m^2``.

    ``s`` is the deviation of the prediction errors around their mean ``m``. A mean that is not
    zero, a drift of the share against its donors, adds up over the window and counts as error.
    ``P`` is the inverse cross product of the donors within the weights that are free to move.

    Attributes
    ----------
    residual_variance, drift : (E,) arrays
        ``s^2`` and ``m``.
    donors : (E, L, K) array
        Donor returns on event days.
    precision : (E, K, K) array
    """

    residual_variance: Floats
    drift: Floats
    donors: Floats
    precision: Floats

    def variance(self, weights: Floats | Bools) -> Floats:
        """See `ForecastError`."""
        w = np.asarray(weights, dtype=float)
        g = weighted_sum(w, self.donors)
        spread = (w**2).sum(axis=1) + np.einsum("ek,ekl,el->e", g, self.precision, g)
        return np.asarray(self.residual_variance * spread + (w.sum(axis=1) * self.drift) ** 2)


@dataclass(frozen=True)
class SyntheticControl:
    """``R = sum_j w_j R_j + e`` with donor weights that are not negative and sum to one.

    The donors are the benchmarks that `align` was given, such as
    ``benchmark=["AMD", "AVGO", "GOOGL"]``; a donor that the news touched too hides a part of the
    reaction. The weights minimise the squared prediction error over the estimation window; the
    minimum over the simplex is exact (non-negative least squares with the sum as one more row).
    The residual deviation is that of the prediction errors before the event.

    Raises
    ------
    InputError
        Fewer than two donors.

    References
    ----------
    Abadie & Gardeazabal (2003), section II; Abadie, Diamond & Hainmueller (2010), section 2.3; for
    daily returns Acemoglu et al. (2016).

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> sample = ma.align(
    ...     event, ma.load_market(), tickers=["NVDA"], benchmark=["AMD", "AVGO", "GOOGL"]
    ... )
    >>> ma.event_study(sample, SyntheticControl()).car(0, 0)["car"].round(3).tolist()
    [-0.07]
    """

    label = "synthetic control"
    caution = "donors that the same news moved hide a part of the reaction"

    def remarks(self, fit: Fit, tickers: Sequence[str]) -> list[str]:
        """The weights, in words, and a warning where one donor is nearly all of them."""
        weights = {name: one for name, one in fit.coefficients.items() if name != "alpha"}
        said = []
        for k in range(len(fit.count)):
            used = sorted(((one[k], name) for name, one in weights.items() if one[k] > 0.005))
            listed = ", ".join(f"{name} {one:.2f}" for one, name in reversed(used))
            alone = used[-1][0] > NEARLY_ALL
            more = ": next to nothing but that donor" if alone else ""
            said.append(f"weights for {tickers[k]}: {listed}{more}")
        return list(dict.fromkeys(said))

    def fit(self, sample: Sample) -> Fit:
        """Estimate on the estimation window, forecast the event window."""
        donors = sample.factors
        size, _, k = donors.shape
        if k < FEWEST_DONORS:
            raise InputError(
                f"synthetic control: {k} donor is too few; name at least {FEWEST_DONORS}, as in "
                "align(..., benchmark=['AMD', 'AVGO'])"
            )
        refuse_reserved(sample.factor_names)
        cut = sample.windows.estimation_offsets.size
        use = sample.usable & np.isfinite(donors[:, :cut]).all(axis=2)
        count = use.sum(axis=1)
        weights, precision = np.full((size, k), np.nan), np.full((size, k, k), np.nan)
        active = np.ones(size, dtype=np.int64)
        for one in one_by_one(count > 0, "synthetic control"):
            x = donors[one, :cut][use[one]]
            weights[one] = simplex_weights(x, sample.returns[one, :cut][use[one]])
            free = weights[one] > 0
            active[one], precision[one] = free.sum(), _precision(x, free)
        predicted = np.einsum("edk,ek->ed", donors, weights)
        gap = sample.returns - predicted
        errors = np.where(use, gap[:, :cut], np.nan)
        df = count - active
        with np.errstate(invalid="ignore", divide="ignore"):
            drift = np.where(use, errors, 0.0).sum(axis=1) / count
            around = np.where(use, errors - drift[:, None], 0.0)
            variance = (around**2).sum(axis=1) / df
            own = np.where(use, sample.returns[:, :cut], 0.0)
            mean = own.sum(axis=1) / count
            total = np.where(use, own - mean[:, None], 0.0)
            spread = (total**2).sum(axis=1)
            unexplained = np.where(use, errors**2, 0.0).sum(axis=1)
            r_squared = np.where(spread > 0, 1.0 - unexplained / spread, np.nan)
        return Fit(
            coefficients={"alpha": np.zeros(size)}
            | {name: weights[:, j] for j, name in enumerate(sample.factor_names)},
            abnormal=gap[:, cut:],
            expected=predicted[:, cut:],
            residuals=errors,
            residual_std=np.sqrt(variance),
            residual_scale=np.sqrt(variance)[:, None],
            count=count,
            df=df,
            r_squared=r_squared,
            forecast_error=PredictionError(variance, drift, donors[:, cut:], precision),
            reasons=reasons_against(sample, count, df, np.ones(size, dtype=bool), variance),
        )


def simplex_weights(donors: Floats, returns: Floats) -> Floats:
    """Weights ``w >= 0`` with sum 1 that minimise ``|R - X w|^2``, exactly.

    With the sum fixed ``R - X w = -(X - R 1') w``. Non-negative least squares of
    ``(X - R 1') v = 0`` and ``c 1'v = c`` only scales the same ``w``: along any direction the best
    length trades one row against the others, and the direction with the smallest error keeps the
    smallest sum. So ``w = v / sum(v)``.

    Parameters
    ----------
    donors : (M, K) array
    returns : (M,) array

    Returns
    -------
    (K,) array

    Examples
    --------
    >>> x = np.array([[0.01, 0.03], [0.02, -0.02], [0.00, 0.01]])
    >>> simplex_weights(x, x @ [0.25, 0.75]).round(6).tolist()
    [0.25, 0.75]
    """
    gap = donors - returns[:, None]
    unit = np.sqrt(np.mean(gap**2)) * np.sqrt(len(gap)) or 1.0
    system = np.vstack([gap / unit, np.ones(donors.shape[1])])
    target = np.r_[np.zeros(len(gap)), 1.0]
    found, _ = nnls(system, target, maxiter=100 * donors.shape[1])
    return np.asarray(found / found.sum())


def _precision(donors: Floats, free: Bools) -> Floats:
    """Inverse cross product along the directions that keep the sum of the free weights, (K, K)."""
    k = donors.shape[1]
    found = np.zeros((k, k))
    if free.sum() < 2:
        return found
    along = null_space(np.ones((1, int(free.sum()))))
    x = donors[:, free] @ along
    inner = along @ np.linalg.pinv(x.T @ x) @ along.T
    found[np.ix_(free, free)] = inner
    return found
