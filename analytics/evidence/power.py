"""Power: what a test would have found, had it been there.

In: results of a study. Out: the chance of finding abnormal returns of given sizes, and the smallest
that is found often enough. It must not know prices, files, plots or pages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError
from analytics.evidence.asked import results_of
from analytics.study import EventStudyResults
from analytics.study.kernels import Floats
from analytics.study.sample import KEYS


def power(
    results: EventStudyResults,
    effects: Sequence[float] | Floats,
    first: int | None = None,
    last: int | None = None,
) -> pd.DataFrame:
    """Chance that the forecast-error t test finds an abnormal return of a given size.

    ``P(|T| > t_{1 - alpha/2})`` where ``T`` is noncentral t with the estimation's degrees of
    freedom and noncentrality ``effect / S_CAR``: exact for normal residuals. What real residuals
    give is `Placebo.power`.

    Parameters
    ----------
    results : EventStudyResults
    effects : sequence of float
        (n_effects,) true abnormal returns over the tested window, decimal fraction.
    first, last : int, optional
        Tested days; each observation's headline window by default.

    Returns
    -------
    pandas.DataFrame
        (n_effects, n_observations) by (event_id, ticker); a probability. The row of effect 0 is
        ``alpha``; NaN where an observation has no abnormal return.

    Raises
    ------
    InputError
        Effects that are no numbers.

    References
    ----------
    MacKinlay (1997), eq. 23, there for the normal distribution.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> results = ma.event_study(ma.align(event, ma.load_market(), tickers=["NVDA"]))
    >>> power(results, [0.0, 0.05, 0.10]).iloc[:, 0].round(2).tolist()
    [0.05, 0.39, 0.92]
    """
    results_of(results)
    effects = checked_effects(effects)
    if (first is None) != (last is None):
        raise InputError(f"window ({first!r}, {last!r}): give both days, or neither")
    given = first is not None and last is not None
    rows = results.car(first, last) if given else results.headline()  # type: ignore[arg-type]
    error, df = rows["std_error"].to_numpy(float), rows["df"].to_numpy(float)
    found = chance_of_finding(effects[:, None], error, df, results.alpha)
    frame = pd.DataFrame(found, index=pd.Index(effects, name="effect"), columns=rows.index)
    frame.columns.names = KEYS
    return frame


def chance_of_finding(effect: Floats, error: Floats, df: Floats, alpha: float) -> Floats:
    """Power of a two-sided t test at level ``alpha``; arrays broadcast.

    Parameters
    ----------
    effect, error : array
        True value and its standard error, in one unit.
    df : array
        Degrees of freedom.
    alpha : float
    """
    effect, error, df = np.broadcast_arrays(effect, error, df)
    limit = stats.t.isf(alpha / 2, df)
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = np.abs(effect) / error
    # beyond a distance of 37 the noncentral t underflows, and the chance is 1 to all digits
    safe = np.where(distance < 30, distance, 0.0)
    far = stats.nct.sf(limit, df, safe)
    near = np.where(safe < 8, stats.nct.cdf(-limit, df, np.minimum(safe, 8.0)), 0.0)
    usual = np.where(distance == 0, alpha, far + near)
    return np.asarray(np.where(np.isnan(distance), np.nan, np.where(distance < 30, usual, 1.0)))


def share_interval(found: int, n: int, alpha: float = 0.05) -> tuple[float, float]:
    """Interval of a share, also where none or all were found.

    Parameters
    ----------
    found, n : int
        How many, of how many.
    alpha : float

    References
    ----------
    Wilson (1927), by statsmodels.

    Examples
    --------
    >>> tuple(round(end, 3) for end in share_interval(0, 20))
    (0.0, 0.161)
    """
    if n < 1:
        return np.nan, np.nan
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(found, n, alpha=alpha, method="wilson")
    return (float(low) if found else 0.0), (float(high) if found < n else 1.0)


def checked_effects(effects: Sequence[float] | Floats) -> Floats:
    """Effects as a flat array of finite numbers.

    Raises
    ------
    InputError
        They are not.
    """
    try:
        found = np.asarray(effects, dtype=float)
    except (TypeError, ValueError):
        found = np.array([np.nan])
    if found.ndim != 1 or not len(found) or not np.isfinite(found).all():
        raise InputError("effects: expected a list of numbers, such as [0, 0.02, 0.05]")
    return found
