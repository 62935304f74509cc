"""Placebo: the same measurement on days and on shares to which nothing happened.

In: results of a study and the market behind them. Out: how the abnormal return of each observation
compares with those of pseudo-events: ordinary earlier days of the same share, each with its own
estimation window and refitted, or other shares on the same day. It must not know files, plots or
pages.

A distribution of in-sample residuals is too narrow: the residuals were fitted, the event was not.
Pseudo-events are forecast as the event is, so they err as it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError, is_number
from analytics.events import Confounder, Event, load_events
from analytics.evidence.power import checked_effects, share_interval
from analytics.evidence.quiet import recorded_news, unquiet_days
from analytics.market import Market
from analytics.study import EventStudyResults, Sample, align, event_study
from analytics.study.context import NEAR
from analytics.study.kernels import Floats
from analytics.study.sample import KEYS

FEWEST = 19  # pseudo-events: with fewer no p value can be 0.05
MEASURES = ["car", "std_error", "t", "df", "pvalue"]
DRAWS = [*KEYS, "session", *MEASURES]
LEFT = [*KEYS, "session", "reason"]


@dataclass(frozen=True, eq=False, repr=False)
class Placebo:
    """How observations compare with pseudo-events.

    Attributes
    ----------
    table : pandas.DataFrame
        By (event_id, ticker): ``first, last`` day of the tested window; ``car``, refitted with the
        days around other news masked, as every pseudo-event is; its ``std_error``, ``t`` and
        ``df``; ``n`` pseudo-events;
        ``pvalue``, ``(1 + #{|x| >= |CAR|}) / (n + 1)``; ``pvalue_t``, the same for the
        standardised CAR, which allows for calm and restless times; ``low``, ``high``, between which
        the middle ``1 - alpha`` of the pseudo-events lie; ``false_alarms``, the share of them whose
        own t test rejects at ``alpha``, with its interval ``alarms_low, alarms_high``; ``note``.
    draws : pandas.DataFrame
        One row per pseudo-event: ``event_id, ticker`` of the observation it is compared with,
        ``session``, ``car, std_error, t, pvalue``.
    left_out : pandas.DataFrame
        ``event_id, ticker, session, reason`` of every earlier session that is no pseudo-event.
    alpha : float
    """

    table: pd.DataFrame
    draws: pd.DataFrame
    left_out: pd.DataFrame
    alpha: float = 0.05

    def of(self, event_id: str, ticker: str) -> pd.DataFrame:
        """The pseudo-events of one observation."""
        chosen = (self.draws["event_id"] == event_id) & (self.draws["ticker"] == ticker)
        return self.draws[chosen].reset_index(drop=True)

    def power(self, effects: Sequence[float] | Floats) -> pd.DataFrame:
        """How often the t test finds an effect that is added to every pseudo-event.

        The estimation windows, the tails and the changes of variance are those of the real prices;
        nothing is assumed to be normal but the test itself.

        Parameters
        ----------
        effects : sequence of float
            (n_effects,) abnormal returns over the tested window, decimal fraction.

        Returns
        -------
        pandas.DataFrame
            (n_effects, n_observations) share of pseudo-events in which the test rejects at
            ``alpha``; the row of effect 0 is the share of false alarms.
        """
        effects = checked_effects(effects)
        columns = {}
        for key in self.table.index:
            own = self.of(*key)
            car, error, df = (own[name].to_numpy(float) for name in ("car", "std_error", "df"))
            limit = stats.t.isf(self.alpha / 2, df)
            found = np.abs(car + effects[:, None]) >= limit * error
            columns[key] = found.mean(axis=1) if len(own) else np.full(len(effects), np.nan)
        frame = pd.DataFrame(columns, index=pd.Index(effects, name="effect"))
        frame.columns = pd.MultiIndex.from_tuples(self.table.index.to_list(), names=KEYS)
        return frame

    def detectable(self, power: float = 0.8) -> pd.Series:
        """Smallest effect, of either sign, that is found with this power on the pseudo-events.

        Parameters
        ----------
        power : float

        Returns
        -------
        pandas.Series
            By (event_id, ticker), decimal fraction, positive; NaN without pseudo-events.
        """
        if not is_number(power) or not 0 < power < 1:
            raise InputError(f"power={power!r}: expected a number between 0 and 1, such as 0.8")
        needed = {}
        for key in self.table.index:
            own = self.of(*key)
            reach = stats.t.isf(self.alpha / 2, own["df"].to_numpy(float)) * own["std_error"]
            both = np.concatenate([reach - own["car"], reach + own["car"]])
            needed[key] = float(np.quantile(both, power)) if len(both) else np.nan
        index = pd.MultiIndex.from_tuples(list(needed), names=KEYS)
        return pd.Series(list(needed.values()), index=index, name="detectable")

    def __repr__(self) -> str:
        lines = [f"Placebo: {len(self.table)} observations, {len(self.draws)} pseudo-events"]
        shown = self.table[["car", "n", "pvalue", "pvalue_t", "low", "high", "false_alarms"]]
        return "\n".join([*lines, shown.to_string(float_format="{:.4f}".format)])


def placebo(
    results: EventStudyResults,
    market: Market,
    first: int | None = None,
    last: int | None = None,
    *,
    news: Iterable[Event | Confounder] | None = None,
) -> Placebo:
    """Compare each observation with the same measurement on ordinary earlier days.

    A pseudo-event is a session of the same share before the event. It has an estimation window of
    its own, as long as the event's, on which the model is fitted anew; days within a session of
    other news are neither tested nor used to estimate; tested windows do not overlap. The event is
    measured once more by the same rules.

    Parameters
    ----------
    results : EventStudyResults
        Windows, benchmarks and model are taken from it.
    market : Market
        The prices behind the results; what lies before the estimation window is used too.
    first, last : int, optional
        Tested days; each observation's headline window by default.
    news : iterable of Event and Confounder, optional
        What makes a day no ordinary one: the recorded events and company results by default. The
        sessions of the results' own events always count.

    Returns
    -------
    Placebo

    Raises
    ------
    InputError
        The market is not that of the results, or the window is not inside the event window.

    References
    ----------
    Rank p value: Davison & Hinkley (1997), eq. 4.11; against residuals in the sample: Gelbach,
    Helland & Klick (2013).

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> found = placebo(ma.event_study(ma.align(event, market, tickers=["NVDA"])), market)
    >>> found.table[["n", "pvalue"]].round(4).iloc[0].tolist()
    [536.0, 0.0019]
    """
    tested = _windows_of(results, first, last)
    known = recorded_news() if news is None else tuple(news)
    tickers = tuple(dict.fromkeys(results.sample.index.get_level_values("ticker")))
    busy = {one: _busy(one, results, market, known) for one in tickers}
    measured = _measure(results, market, busy, set(tested.values()))
    rows, draws, left = [], [], []
    for key, window in tested.items():
        row, own, out = _compare(key, window, results, busy[key[1]], measured)
        rows.append(row)
        draws.append(own)
        left.append(out)
    index = pd.MultiIndex.from_tuples(list(tested), names=KEYS)
    return Placebo(
        pd.DataFrame(rows, index=index),
        pd.concat(draws, ignore_index=True)[DRAWS],
        pd.concat(left, ignore_index=True)[LEFT],
        results.alpha,
    )


@dataclass(frozen=True, eq=False)
class _Measured:
    """Every session of the securities, measured as an event.

    ``cars`` by window and ticker: frame by id; ``reasons`` by (id, ticker) why one could not be.
    """

    cars: Mapping[tuple[tuple[int, int], str], pd.DataFrame]
    reasons: Mapping[tuple[str, str], str]

    def of(self, window: tuple[int, int], ticker: str) -> pd.DataFrame:
        """By id; empty where no session could be measured."""
        return self.cars.get((window, ticker), pd.DataFrame(columns=MEASURES, dtype=float))


def _windows_of(
    results: EventStudyResults, first: int | None, last: int | None
) -> dict[tuple[str, str], tuple[int, int]]:
    """Tested window of each observation."""
    if (first is None) != (last is None):
        raise InputError(f"window ({first!r}, {last!r}): give both days, or neither")
    if first is not None and last is not None:
        results.sample.windows.columns(first, last)  # refuses what is not inside
        return dict.fromkeys(results.sample.index, (first, last))
    own = results.headline()[["first", "last"]].astype(int)
    pairs = zip(own["first"], own["last"], strict=True)
    return dict(zip(results.sample.index, pairs, strict=True))


def _busy(
    ticker: str,
    results: EventStudyResults,
    market: Market,
    news: Iterable[Event | Confounder],
) -> pd.Series:
    if ticker not in market:
        raise InputError(
            f"market: it has no prices of {ticker}; give the one that the results were made from"
        )
    own = results.sample.observations.xs(ticker, level="ticker")
    sessions = [*own["session"], *(day for days in own["alternative_sessions"] for day in days)]
    busy = unquiet_days(ticker, market, news=news, sessions=sessions)
    if not set(own["session"]) <= set(busy.index):
        raise InputError(f"market: its sessions of {ticker} are not those of the results")
    return busy


def _measure(
    results: EventStudyResults,
    market: Market,
    busy: Mapping[str, pd.Series],
    windows: set[tuple[int, int]],
) -> _Measured:
    """Fit every session up to the last event of each security, days around news masked."""
    parts = []
    for ticker, near in busy.items():
        final = results.sample.observations.xs(ticker, level="ticker")["session"].max()
        days = near.index[(near.index <= final) & (near.index > near.index[0])]
        parts.append(pd.DataFrame({"event_id": _ids(days), "ticker": ticker, "session": days}))
    sample = align(pd.concat(parts, ignore_index=True), market, **like(results))
    sample = masked(sample, busy)
    if not len(sample):
        return _Measured({}, _reasons(sample.dropped))
    found = event_study(sample, results.model, alpha=results.alpha)
    reasons = _reasons(found.dropped)
    cars = {}
    for window in sorted(windows):
        for ticker, part in found.car(*window)[MEASURES].groupby(level="ticker"):
            cars[window, str(ticker)] = part.droplevel("ticker")
    return _Measured(cars, reasons)


def _reasons(dropped: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {(row.event_id, row.ticker): str(row.reason) for row in dropped.itertuples()}


def _ids(sessions: pd.DatetimeIndex) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in sessions]


def like(results: EventStudyResults) -> dict[str, Any]:
    """Arguments of `align` that the results were made with; other news is not looked up."""
    return {
        "windows": results.sample.windows,
        "benchmark": _benchmarks(results),
        "exclude_self": bool(results.sample.observations["exclude_self"].any()),
        "confounders": (),
        "returns": "log" if results.sample.log_returns else "simple",
    }


def _benchmarks(results: EventStudyResults) -> dict[str, tuple[str, ...]] | None:
    """Benchmarks of each security, as the results have them."""
    named = results.sample.observations["benchmark"].droplevel("event_id")
    found = {str(t): tuple(text.split(" + ")) for t, text in named.items() if text}
    return found or None


def masked(sample: Sample, busy: Mapping[str, pd.Series]) -> Sample:
    """Take busy days out of the estimation windows; who has too few left is dropped.

    Days within a session of the tested one stay: what is near them is the event itself.

    Parameters
    ----------
    sample : Sample
    busy : mapping
        Ticker -> Series of booleans by session.
    """
    cut = sample.windows.estimation_offsets.size
    usable = sample.usable.copy()
    tickers = sample.index.get_level_values("ticker")
    offsets = sample.windows.estimation_offsets
    for ticker, near in busy.items():
        members = np.flatnonzero(tickers == ticker)
        days = pd.DatetimeIndex(sample.sessions[members][:, :cut].ravel())
        at = near.index.get_indexer(days).reshape(len(members), cut)
        usable[members] &= ~(near.to_numpy()[at] & (at >= 0) & (offsets < -NEAR))
    count = (sample.usable & ~usable).sum(axis=1)
    observations = sample.observations.assign(masked_days=count)
    sample = replace(sample, usable=usable, observations=observations)
    days_left, least = usable.sum(axis=1), sample.windows.min_estimation
    enough = days_left >= least
    few = zip(sample.index[~enough], days_left[~enough], strict=True)
    return sample.keep(
        enough, [(*key, f"only {n} of at least {least} estimation days") for key, n in few]
    )


def _compare(
    key: tuple[str, str],
    window: tuple[int, int],
    results: EventStudyResults,
    busy: pd.Series,
    measured: _Measured,
) -> tuple[dict[str, object], pd.DataFrame, pd.DataFrame]:
    """Row of the table, pseudo-events, and the sessions that are none."""
    event_id, ticker = key
    session = results.sample.observations.loc[key, "session"]
    cars = measured.of(window, ticker)
    chosen, left = _admissible(ticker, session, window, busy, measured)
    own = cars.loc[_ids(chosen)].reset_index(drop=True)
    own.insert(0, "session", chosen)
    own = own.assign(event_id=event_id, ticker=ticker)
    out = pd.DataFrame(left, columns=["session", "reason"]).assign(event_id=event_id, ticker=ticker)
    name = f"{session:%Y-%m-%d}"
    real = cars.loc[name] if name in cars.index else pd.Series(np.nan, index=MEASURES)
    n, level = len(own), results.alpha
    low, high = own["car"].quantile([level / 2, 1 - level / 2]) if n else (np.nan, np.nan)
    note = f"only {n} pseudo-events: no p value can reach 0.05" if n < FEWEST else ""
    if real.isna().any():
        note = measured.reasons.get((name, ticker), "a tested day has no return")
    alarms = int((own["pvalue"] < level).sum())
    ends = share_interval(alarms, n, level)
    row = {
        "first": window[0],
        "last": window[1],
        **{name: real[name] for name in MEASURES if name != "pvalue"},
        "n": n,
        "pvalue": rank_pvalue(real["car"], own["car"]),
        "pvalue_t": rank_pvalue(real["t"], own["t"]),
        "low": low,
        "high": high,
        "false_alarms": alarms / n if n else np.nan,
        "alarms_low": ends[0],
        "alarms_high": ends[1],
        "note": note,
    }
    return row, own, out


def _admissible(
    ticker: str,
    session: pd.Timestamp,
    window: tuple[int, int],
    busy: pd.Series,
    measured: _Measured,
) -> tuple[pd.DatetimeIndex, list[tuple[pd.Timestamp, str]]]:
    """Sessions before an event that can stand for it, latest first to last, and the others."""
    first, last = window
    days = busy.index
    near, day0 = busy.to_numpy(), int(days.get_loc(session))
    known = measured.of(window, ticker)["car"].notna()
    sound = known.reindex(_ids(days[:day0]), fill_value=False).to_numpy()
    ceiling = day0 + min(first, 0)  # the first row that belongs to the event
    taken: list[int] = []
    left: list[tuple[pd.Timestamp, str]] = []
    for row in range(day0 - 1, 0, -1):
        low, high = max(row + first, 0), row + last + 1
        if high > ceiling:
            reason = "its window reaches into the event's" if not taken else "overlaps another"
        elif near[low:high].any():
            reason = "within a session of other news"
        elif not sound[row]:
            reason = measured.reasons.get((_ids(days[[row]])[0], ticker), "a return is missing")
        else:
            taken.append(row)
            ceiling = row + min(first, 0) if first < 0 else row + first
            continue
        left.append((days[row], reason))
    return days[taken[::-1]], left[::-1]


def placebo_shares(
    results: EventStudyResults, market: Market, first: int | None = None, last: int | None = None
) -> pd.DataFrame:
    """Compare each observation with other shares on the same day.

    The other shares of the same exchange that the event does not name, each with the model, the
    windows and its own benchmark. The same news may have moved them too, and they are few: what
    this shows is whether the day moved everybody, not a p value.

    Parameters
    ----------
    results : EventStudyResults
    market : Market
    first, last : int, optional
        Tested days; each observation's headline window by default.

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
    tested = _windows_of(results, first, last)
    known = {event.id: set(event.tickers) for event in load_events()}
    pairs = results.sample.index.to_frame(index=False).groupby("event_id")["ticker"]
    named = {event_id: {*own, *known.get(event_id, ())} for event_id, own in pairs}
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


def rank_pvalue(value: float, others: pd.Series | Floats) -> float:
    """Two-sided p value of a value among its placebos, ``(1 + #{|x| >= |value|}) / (n + 1)``.

    Examples
    --------
    >>> rank_pvalue(-3.0, np.array([1.0, -2.0, 0.5, 3.5]))
    0.4
    """
    known = np.asarray(others, dtype=float)
    known = known[np.isfinite(known)]
    if not np.isfinite(value) or not len(known):
        return np.nan
    return float((1 + np.count_nonzero(np.abs(known) >= abs(value))) / (len(known) + 1))
