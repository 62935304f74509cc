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
from analytics.evidence.asked import events_of, market_of
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.market import Market
from analytics.study import EventStudyResults, Model, Windows, align, event_study
from analytics.study.requests import names_of, yes_or_no

KEPT: tuple[Literal["keep"], Literal["drop"]] = ("keep", "drop")
COLUMNS = ["n", "mean", "ci_low", "ci_high", "detectable", "statistic", "df", "pvalue"]
COLUMNS += ["pvalue_holm", "counted", "valid"]


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
    declared: bool = False,
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
    declared : bool
        Only the events that wrote down a sign (+ or -) for the security before looking at prices.
    alpha : float
        Intervals cover ``1 - alpha``.

    Returns
    -------
    pandas.DataFrame
        By ticker: ``n`` events; ``mean`` CAR and its interval (decimal fraction), widened for
        windows that overlap; ``detectable``, the mean whose interval would leave out zero four
        times in five; ``statistic, df, pvalue, valid`` of the adjusted BMP test; ``pvalue_holm``,
        over the ``counted`` p values of every security asked for.

    References
    ----------
    Kolari & Pynnönen (2010), eq. 11; Holm (1979).
    """
    family = events_of(events)
    market_of(market)
    if not family:
        raise InputError("no events: an average needs at least one")
    signed = yes_or_no("declared", declared) is True
    rows = {}
    for ticker in names_of("tickers", tickers):
        asked = [one for one in family if _signed(one, ticker)] if signed else family
        if not asked:
            raise InputError(f"{ticker}: no event of the family wrote down a sign for it")
        sample = align(asked, market, windows, tickers=[ticker], confounded=confounded)
        results = event_study(sample, model, alpha=alpha)
        low, high = mean_interval(results, first, last)
        test = results.test(first, last).loc["adjusted_bmp"]
        cars = results.car(first, last)["car"].dropna()
        rows[ticker] = {
            "n": len(cars),
            "mean": float(cars.mean()),
            "ci_low": low,
            "ci_high": high,
            "detectable": detectable_mean(low, high, len(cars), alpha),
            **{name: test[name] for name in ("statistic", "df", "pvalue", "valid")},
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "ticker"
    counted = int(frame["pvalue"].notna().sum())
    return frame.assign(pvalue_holm=adjust_pvalues(frame["pvalue"]), counted=counted)[COLUMNS]


def both_ways(
    events: EventTable | Iterable[Event],
    market: Market,
    tickers: Sequence[str],
    first: int,
    last: int,
    *,
    declared: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`average_reactions` with all events, and without those beside other news.

    Holm counts both: ``pvalue_holm`` is over all securities of both tables.
    """
    family = events_of(events)
    whole, clean = (
        average_reactions(family, market, tickers, first, last, confounded=kept, declared=declared)
        for kept in KEPT
    )
    both = pd.concat([whole["pvalue"], clean["pvalue"]], keys=["whole", "clean"])
    holm = adjust_pvalues(both)
    counted = int(both.notna().sum())
    return (
        whole.assign(pvalue_holm=holm["whole"], counted=counted),
        clean.assign(pvalue_holm=holm["clean"], counted=counted),
    )


def _signed(event: Event, ticker: str) -> bool:
    company = event.company(ticker)
    return company is not None and company.expected in ("+", "-")


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


def detectable_mean(
    low: float, high: float, n: int, alpha: float = 0.05, *, power: float = 0.8
) -> float:
    """Smallest mean that a t test with this interval finds with a given power.

    Parameters
    ----------
    low, high : float
        Interval of a mean of ``n`` values at ``1 - alpha``.
    n : int
    alpha, power : float

    Examples
    --------
    >>> round(detectable_mean(-0.01, 0.03, 20), 4)
    0.0282
    """
    if n < 2:
        return np.nan
    error = (high - low) / 2.0 / stats.t.isf(alpha / 2, n - 1)
    return float(error * (stats.t.isf(alpha / 2, n - 1) + stats.t.isf(1.0 - power, n - 1)))
