"""One question, many events: the average reaction of each security over a family of events.

In: events, a market, securities. Out: one row per security, with an interval, a test that holds
for the family, and its p value after all securities that were looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError
from analytics.events import Event, EventTable
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.market import Market
from analytics.study import EventStudyResults, Model, Windows, align, event_study

COLUMNS = ["n", "mean", "ci_low", "ci_high", "statistic", "df", "pvalue", "pvalue_holm", "valid"]


def average_reactions(
    events: EventTable | Iterable[Event],
    market: Market,
    tickers: Sequence[str],
    first: int,
    last: int,
    *,
    model: Model | None = None,
    windows: Windows | None = None,
    confounded: Literal["keep", "drop"] = "keep",
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Average CAR of each security over a family of events, tested for each security on its own.

    Parameters
    ----------
    events : EventTable or iterable of Event
        The family.
    market : Market
    tickers : sequence of str
        Securities; each is studied for every event.
    first, last : int
        Tested days.
    model : Model, optional
        The market model by default.
    windows : Windows, optional
    confounded : {"keep", "drop"}
        Whether events with other news within one session stay.
    alpha : float
        Intervals cover ``1 - alpha``.

    Returns
    -------
    pandas.DataFrame
        By ticker: ``n`` events; ``mean`` CAR and its interval (decimal fraction), widened for
        windows that overlap; ``statistic, df, pvalue, valid`` of the adjusted BMP test;
        ``pvalue_holm``, which counts every security asked for.

    References
    ----------
    Kolari & Pynnönen (2010), eq. 11; Holm (1979).
    """
    family = list(events)
    if not family:
        raise InputError("no events: an average needs at least one")
    rows = {}
    for ticker in tickers:
        sample = align(family, market, windows, tickers=[ticker], confounded=confounded)
        results = event_study(sample, model, alpha=alpha)
        low, high = mean_interval(results, first, last)
        test = results.test(first, last).loc["adjusted_bmp"]
        cars = results.car(first, last)["car"].dropna()
        rows[ticker] = {
            "n": len(cars),
            "mean": float(cars.mean()),
            "ci_low": low,
            "ci_high": high,
            **{name: test[name] for name in ("statistic", "df", "pvalue", "valid")},
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "ticker"
    return frame.assign(pvalue_holm=adjust_pvalues(frame["pvalue"]))[COLUMNS]


def mean_interval(results: EventStudyResults, first: int, last: int) -> tuple[float, float]:
    """Interval of the mean CAR over the observations of a study.

    The cross-sectional standard error, widened by ``sqrt((1 + (N - 1) r) / (1 - r))`` for
    observations that share days, as Kolari & Pynnönen (2010) widen the BMP statistic's.
    """
    cars = results.car(first, last)["car"].dropna()
    n, r = len(cars), results.dependence(first, last).average
    inflation = (1.0 + (n - 1) * r) / (1.0 - r) if r < 1 else np.nan
    if n < 2 or not inflation > 0:
        return np.nan, np.nan
    half = stats.t.isf(results.alpha / 2, n - 1) * cars.std(ddof=1) / n**0.5 * inflation**0.5
    return float(cars.mean() - half), float(cars.mean() + half)
