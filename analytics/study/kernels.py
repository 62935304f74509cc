"""Arithmetic on arrays: gather windows, fit, forecast, correlate. No labels, no loop over events.

Shapes: ``T`` sessions, ``N`` securities, ``E`` observations, ``M`` estimation days, ``L`` event
days, ``K`` factors. A day that cannot be used is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]


def gather(panel: Floats, row: Ints, offsets: Ints, column: Ints | None = None) -> Floats:
    """Windows of a panel around rows.

    Parameters
    ----------
    panel : (T, N) or (T, K) array
        A returns panel (with ``column``) or factors shared by all.
    row : (E,) integers
        Row of day 0.
    offsets : (D,) integers
        Relative days.
    column : (E,) integers, optional
        Column of each observation; without it all columns are taken.

    Returns
    -------
    (E, D) array, or (E, D, K) without ``column``; NaN where a window leaves the panel.
    """
    rows = row[:, None] + offsets[None, :]
    outside = (rows < 0) | (rows >= len(panel))
    safe = np.where(outside, 0, rows)
    if column is None:
        taken = panel[safe]
        taken[outside] = np.nan
        return taken
    return np.where(outside, np.nan, panel[safe, column[:, None]])


@dataclass(frozen=True, eq=False)
class LinearFit:
    """Least squares with an intercept, one regression per observation.

    Attributes
    ----------
    alpha : (E,) array
    beta : (E, K) array
    residuals : (E, M) array
        NaN on days not used.
    variance : (E,) array
        ``SSR / (M - K - 1)``.
    count : (E,) integers
        Days used.
    centre : (E, K) array
        Means of the factors.
    precision : (E, K, K) array
        Inverse of the centred cross product; NaN where the factors do not vary.
    r_squared : (E,) array
    """

    alpha: Floats
    beta: Floats
    residuals: Floats
    variance: Floats
    count: Ints
    centre: Floats
    precision: Floats
    r_squared: Floats


def fit_linear(returns: Floats, factors: Floats, use: Bools) -> LinearFit:
    """Ordinary least squares of returns on factors with an intercept, all observations at once.

    Factors are centred first, so the intercept is orthogonal to them and the arithmetic keeps its
    digits.

    Parameters
    ----------
    returns : (E, M) array
    factors : (E, M, K) array, K may be 0
    use : (E, M) booleans
        Days to use; returns and factors must be finite there.

    Returns
    -------
    LinearFit
    """
    count = use.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        y = np.where(use, returns, 0.0)
        x = np.where(use[:, :, None], factors, 0.0)
        mean_y = y.sum(axis=1) / count
        centre = x.sum(axis=1) / count[:, None]
        dy = np.where(use, y - mean_y[:, None], 0.0)
        dx = np.where(use[:, :, None], x - centre[:, None, :], 0.0)
        gram = np.einsum("emk,eml->ekl", dx, dx)
        varies = np.einsum("ekk->ek", gram) > count[:, None] * (1e-12 * np.abs(x).max(axis=1)) ** 2
        precision = _inverse(np.where(varies.all(axis=1)[:, None, None], gram, 0.0))
        beta = np.einsum("ekl,eml,em->ek", precision, dx, dy)
        alpha = mean_y - np.einsum("ek,ek->e", beta, centre)
        fitted = np.einsum("emk,ek->em", dx, beta)
        residuals = np.where(use, dy - fitted, np.nan)
        ssr = np.where(use, (dy - fitted) ** 2, 0.0).sum(axis=1)
        variance = ssr / (count - factors.shape[2] - 1)
        total = (dy**2).sum(axis=1)
        r_squared = np.where(total > 0, 1.0 - ssr / total, np.nan)
    return LinearFit(alpha, beta, residuals, variance, count, centre, precision, r_squared)


def _inverse(gram: Floats) -> Floats:
    """Inverse of each (K, K) matrix; NaN where it is singular to working precision."""
    size = gram.shape[-1]
    if size == 0 or len(gram) == 0:
        return gram
    scale = np.sqrt(np.einsum("ekk->ek", gram))
    scale = np.where(scale > 0, scale, np.nan)
    unit = gram / scale[:, :, None] / scale[:, None, :]
    finite = np.asarray(np.isfinite(unit).all(axis=(1, 2)))
    identity = np.eye(size)
    sound = np.where(finite[:, None, None], unit, identity)
    regular = np.asarray(finite & (np.linalg.eigvalsh(sound)[:, 0] > 1e-12))
    inverse = np.linalg.inv(np.where(regular[:, None, None], sound, identity))
    inverse = inverse / np.where(regular[:, None], scale, 1.0)[:, :, None]
    inverse = inverse / np.where(regular[:, None], scale, 1.0)[:, None, :]
    return np.where(regular[:, None, None], inverse, np.nan)


def pairwise_correlation(residuals: Floats) -> Floats:
    """Correlation of every pair of rows over the days both have; 0 where it is not defined."""
    known = np.isfinite(residuals)
    values = np.where(known, residuals, 0.0)
    mask = known.astype(float)
    count = mask @ mask.T
    with np.errstate(invalid="ignore", divide="ignore"):
        sum_i = values @ mask.T  # of row i over the days it shares with row j
        cross = values @ values.T - sum_i * sum_i.T / count
        square = (values**2) @ mask.T - sum_i**2 / count
        correlation = cross / np.sqrt(square * square.T)
    return np.where((count > 2) & np.isfinite(correlation), correlation, 0.0)


def scaled_ranks(values: Floats) -> Floats:
    """Mid-ranks along each row divided by (number of values + 1); NaN stays NaN.

    The standardised ranks of Corrado & Zivney (1992, eq. 1) and Corrado (1989).
    """
    from scipy.stats import rankdata

    gaps = not np.isfinite(values).all()
    ranks = rankdata(values, axis=1, nan_policy="omit" if gaps else "propagate")
    return np.asarray(ranks / (np.isfinite(values).sum(axis=1, keepdims=True) + 1.0))
