"""How much the recorded weight of a firm in its index matters for the result.

In: an event, a market, a security. Out: the abnormal return with the weight as recorded, and with a
tenth less and more of it. It must not know files, plots or pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analytics.errors import InputError
from analytics.events import Event
from analytics.evidence.asked import market_of
from analytics.market import IndexWeight, Market
from analytics.study import Model, align, event_study

TENTH = 0.1


@dataclass(frozen=True)
class WeightDoubt:
    """What the doubt about one weight does to one abnormal return.

    Attributes
    ----------
    anchor : IndexWeight
        The recorded weight.
    before : pandas.Timestamp
        The close before day 0.
    weight : float
        Weight there, carried from the anchor; decimal fraction.
    car, low, high : float
        Headline abnormal return with the recorded weight, with a tenth less of it and a tenth more.
    """

    anchor: IndexWeight
    before: pd.Timestamp
    weight: float
    car: float
    low: float
    high: float


def weight_doubt(
    event: Event, market: Market, ticker: str, *, model: Model | None = None
) -> WeightDoubt:
    """The headline abnormal return of a security under a tenth less and more of its index weight.

    Parameters
    ----------
    event : Event
    market : Market
    ticker : str
        A security whose weight in its own benchmark is recorded.
    model : Model, optional
        The market model by default.

    Returns
    -------
    WeightDoubt

    Raises
    ------
    InputError
        No weight is recorded for it.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> doubt = weight_doubt(event, ma.load_market(), "NVDA")
    >>> round(doubt.weight, 3), round(doubt.low, 3), round(doubt.car, 3), round(doubt.high, 3)
    (0.068, -0.162, -0.165, -0.168)
    """
    index = market_of(market).benchmark_name(ticker)
    carried = market.weight(ticker, index)
    if carried is None:
        raise InputError(f"{ticker}: no weight in {index} is recorded, so there is none to doubt")
    anchor = next(one for one in market.weights if (one.index, one.ticker) == (index, ticker))
    cars = []
    for factor in (1.0, 1.0 - TENTH, 1.0 + TENTH):
        changed = replace(anchor, weight=anchor.weight * factor)
        weights = tuple(changed if one == anchor else one for one in market.weights)
        sample = align(event, replace(market, weights=weights), tickers=[ticker])
        results = event_study(sample, model)
        cars.append(float(results.headline()["car"].iloc[0]))
    before = pd.Timestamp(results.sample.observations["previous_session"].iloc[0])
    return WeightDoubt(anchor, before, float(carried[before]), *cars)
