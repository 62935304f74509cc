"""The same measurement elsewhere: other shares of the day, earlier days of the same shares.

In: results of a study and the market behind them. Out: abnormal returns where no news is known. It
must not know files, plots or pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.events import load_events
from analytics.evidence.asked import market_of, results_of
from analytics.evidence.placebo import MEASURES, busy_days, ids_of, measure, tested_windows
from analytics.evidence.quiet import recorded_news
from analytics.market import Market
from analytics.study import EventStudyResults, align, event_study
from analytics.study.kernels import Bools, Floats
from analytics.study.requests import names_of
from analytics.study.sample import KEYS


@dataclass(frozen=True, eq=False)
class Everywhere:
    """The observations, and the same share measured on every earlier session.

    Attributes
    ----------
    at_events : pandas.DataFrame
        By (event_id, ticker): the columns of `EventStudyResults.car`, days around news masked.
    before : sequence of pandas.DataFrame
        For each observation: ``t, df`` of the sessions before it, nearest last; NaN where the
        tested window holds a day around news, or could not be measured.
    """

    at_events: pd.DataFrame
    before: Sequence[pd.DataFrame]

    def ratios(self, known: Bools, length: int) -> Floats:
        """Mean squared standardised CAR of all observations, moved back together.

        Parameters
        ----------
        known : (E,) booleans
            Observations that count.
        length : int
            Sessions from one move to the next, so that no two share a day.

        Returns
        -------
        (P,) array
            Moves in which at least half of the observations could be measured.
        """
        squares = []
        for frame, counts in zip(self.before, known, strict=True):
            if counts:
                own = frame["t"] ** 2 * (frame["df"] - 2) / frame["df"]
                squares.append(own.to_numpy(float)[::-1][length - 1 :: length])
        deepest = max(map(len, squares), default=0)
        table = np.full((len(squares), deepest), np.nan)
        for row, own in enumerate(squares):
            table[row, : len(own)] = own
        enough = np.isfinite(table).mean(axis=0) >= 0.5
        return np.asarray(np.nanmean(table[:, enough], axis=0))


def measured_everywhere(
    results: EventStudyResults, market: Market, first: int, last: int
) -> Everywhere:
    """Measure each observation, and every earlier session of its share, by the same rules.

    Parameters
    ----------
    results : EventStudyResults
    market : Market
    first, last : int
        Tested days.

    Returns
    -------
    Everywhere
    """
    market_of(market)
    tested_windows(results_of(results), first, last)
    tickers = tuple(dict.fromkeys(results.sample.index.get_level_values("ticker")))
    busy = {one: busy_days(one, results, market, recorded_news()) for one in tickers}
    measured = measure(results, market, busy, {(first, last)}, masking=True)
    rows, before = [], []
    for key, session in results.sample.observations["session"].items():
        ticker = str(key[1])
        cars = measured.of((first, last), ticker)
        near = busy[ticker]
        day0 = int(near.index.get_loc(session))
        names = ids_of(near.index[: day0 + 1])
        own = cars.reindex(names)
        hit = np.zeros(day0 + 1, dtype=bool)
        for day in range(first, last + 1):
            at = np.clip(np.arange(day0 + 1) + day, 0, len(near) - 1)
            hit |= near.to_numpy()[at]
        rows.append(own.iloc[-1])
        before.append(own[["t", "df"]].iloc[:-1].mask(np.column_stack([hit, hit])[:-1]))
    at_events = pd.DataFrame(rows).set_axis(results.sample.index)
    return Everywhere(at_events, before)


def placebo_shares(
    results: EventStudyResults,
    market: Market,
    first: int | None = None,
    last: int | None = None,
    *,
    besides: Sequence[str] = (),
) -> pd.DataFrame:
    """Compare each observation with other shares on the same day.

    The other shares of the same exchange, each with the model, the windows and its own benchmark:
    not those that are studied, nor those that the recorded event of that id names. The same news
    may have moved them too, and they are few: what
    this shows is whether the day moved everybody, not a p value.

    Parameters
    ----------
    results : EventStudyResults
    market : Market
    first, last : int, optional
        Tested days; each observation's headline window by default.
    besides : sequence of str
        Further shares to leave out, such as those that an event of one's own names.

    Returns
    -------
    pandas.DataFrame
        By (event_id, ticker, share): ``car, std_error, t, df, pvalue`` of the other share. Empty
        where there is none.

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> others = placebo_shares(ma.event_study(ma.align(event, market, tickers=["NVDA"])), market)
    >>> others["t"].abs().idxmax()[2]
    'ORCL'
    """
    market_of(market)
    tested = tested_windows(results_of(results), first, last)
    known = {event.id: set(event.tickers) for event in load_events()}
    pairs = results.sample.index.to_frame(index=False).groupby("event_id")["ticker"]
    more = names_of("besides", besides) if len(besides) else ()
    named = {event_id: {*own, *known.get(event_id, ()), *more} for event_id, own in pairs}
    rows = []
    for (event_id, ticker), window in tested.items():
        for other in _others(ticker, named[event_id], market):
            session = results.sample.observations.loc[(event_id, ticker), "session"]
            rows.append((f"{event_id}\n{ticker}", other, session, window))
    columns = [*KEYS, "share"]
    if not rows:
        index = pd.MultiIndex.from_arrays([[], [], []], names=columns)
        return pd.DataFrame(columns=MEASURES, index=index, dtype=float)
    frame = pd.DataFrame([row[:3] for row in rows], columns=["event_id", "ticker", "session"])
    sample = align(
        frame,
        market,
        results.sample.windows,
        confounders=(),
        returns="log" if results.sample.log_returns else "simple",
    )
    found = event_study(sample, results.model, alpha=results.alpha)
    cars = {window: found.car(*window)[MEASURES] for window in {row[3] for row in rows}}
    kept = [row for row in rows if (row[0], row[1]) in found.sample.index]
    table = pd.DataFrame([cars[row[3]].loc[(row[0], row[1])] for row in kept], columns=MEASURES)
    keys = [(*row[0].split("\n"), row[1]) for row in kept]
    return table.set_axis(pd.MultiIndex.from_tuples(keys, names=columns), axis=0)


def _others(ticker: str, named: set[str], market: Market) -> list[str]:
    """Shares on the exchange of a security that an event does not name, each with a benchmark."""
    securities = market.directory.securities
    own = securities[ticker].calendar
    siblings = market.directory.siblings(ticker)
    return [
        name
        for name in market.tickers
        if name in securities
        and securities[name].kind == "share"
        and securities[name].calendar == own
        and securities[name].benchmark is not None
        and name not in named
        and name not in siblings
        and name != ticker
    ]
