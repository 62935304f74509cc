"""One event, one security, no distribution assumed.

In: CARs and estimation residuals. Out: p values. It must not know labels, files or pages.
"""

from __future__ import annotations

import numpy as np

from analytics.study.kernels import Floats


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
    return rank_among(car, blocks(residuals, length).sum(axis=2))


def blocks(days: Floats, length: int) -> Floats:
    """Estimation days cut into blocks that do not overlap, from the last day back.

    Parameters
    ----------
    days : (E, M) array
    length : int

    Returns
    -------
    (E, M // length, length) array
    """
    count = days.shape[1] // length
    return days[:, days.shape[1] - count * length :].reshape(len(days), count, length)


def rank_among(observed: Floats, others: Floats) -> Floats:
    """``(1 + #{|x| >= |observed|}) / (n + 1)`` over the others that are known.

    Parameters
    ----------
    observed : (E,) array
    others : (E, n) array

    Returns
    -------
    (E,) array; NaN where there is nothing to compare.
    """
    known = np.isfinite(others)
    beyond = (np.where(known, np.abs(others), -1.0) >= np.abs(observed)[:, None]).sum(axis=1)
    count = known.sum(axis=1)
    return np.where((count > 0) & np.isfinite(observed), (1.0 + beyond) / (count + 1.0), np.nan)
