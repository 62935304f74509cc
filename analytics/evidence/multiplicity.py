"""Many tests at once: p values that count how many were looked at.

In: raw p values. Out: adjusted ones on the same labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from analytics.errors import InputError

METHODS = {"holm": "holm", "benjamini-hochberg": "fdr_bh"}


def adjust_pvalues(
    pvalues: pd.Series | Sequence[float], method: Literal["holm", "benjamini-hochberg"] = "holm"
) -> pd.Series:
    """Adjust p values for the number of tests looked at.

    Parameters
    ----------
    pvalues : pandas.Series or sequence of float
        Raw p values of everything that was looked at; NaN is kept and not counted.
    method : {"holm", "benjamini-hochberg"}
        Family-wise error rate (Holm 1979), or false discovery rate (Benjamini & Hochberg 1995).

    Returns
    -------
    pandas.Series
        On the same index.

    Examples
    --------
    >>> adjust_pvalues(pd.Series([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    if method not in METHODS:
        raise InputError(f"method={method!r}: expected one of {', '.join(METHODS)}")
    if not isinstance(pvalues, pd.Series):
        try:
            pvalues = pd.Series(np.asarray(pvalues, dtype=float).ravel())
        except (TypeError, ValueError):
            raise InputError(f"pvalues={pvalues!r}: expected numbers from 0 to 1") from None
    values = np.asarray(pvalues, dtype=float)
    known = ~np.isnan(values)
    if ((values[known] < 0) | (values[known] > 1)).any():
        raise InputError("pvalues: a p value lies between 0 and 1")
    adjusted = np.full(len(values), np.nan)
    if known.any():
        from statsmodels.stats.multitest import multipletests

        adjusted[known] = multipletests(values[known], method=METHODS[method])[1]
    return pd.Series(adjusted, index=pvalues.index, name=pvalues.name)
