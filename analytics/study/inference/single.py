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
    blocks = residuals.shape[1] // length
    if blocks == 0:
        return np.full(len(car), np.nan)
    sums = residuals[:, -blocks * length :].reshape(len(car), blocks, length).sum(axis=2)
    known = np.isfinite(sums)
    beyond = (np.where(known, np.abs(sums), -1.0) >= np.abs(car)[:, None]).sum(axis=1)
    count = known.sum(axis=1)
    return np.where((count > 0) & np.isfinite(car), (1.0 + beyond) / (count + 1.0), np.nan)
