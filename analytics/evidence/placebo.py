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
from analytics.events import Confounder, Event
from analytics.evidence.asked import key_of, market_of, news_of, results_of
from analytics.evidence.power import checked_effects, share_interval
from analytics.evidence.quiet import recorded_news, unquiet_days
from analytics.market import Market
from analytics.study import EventStudyResults, Sample, align, event_study
from analytics.study.context import NEAR, USUAL_GAP
from analytics.study.kernels import Floats
from analytics.study.requests import yes_or_no
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
        own t test rejects at ``alpha``, with its interval ``alarms_low, alarms_high``; ``spans``,
        in words, where day 0 spans a closure that no pseudo-event spans; ``note``.
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

    @property
    def intervals(self) -> pd.DataFrame:
        """Interval of each ``car`` at ``1 - alpha`` by its t test: ``ci_low``, ``ci_high``."""
        half = stats.t.isf(self.alpha / 2, self.table["df"]) * self.table["std_error"]
        ends = {"ci_low": self.table["car"] - half, "ci_high": self.table["car"] + half}
        return pd.DataFrame(ends)

    def of(self, event_id: str, ticker: str) -> pd.DataFrame:
        """The pseudo-events of one observation.

        Raises
        ------
        InputError
            There is no such observation.
        """
        key_of((event_id, ticker), self.table.index)
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
    mask: bool = True,
) -> Placebo:
    """Compare each observation with the same measurement on ordinary earlier days.

    A pseudo-event is a session of the same share before the event. It has an estimation window of
    its own, as long as the event's, on which the model is fitted anew; days within a session of
    other news are neither tested nor, by default, used to estimate; tested windows do not overlap.
    The event is measured once more by the same rules.

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
    mask : bool
        Take the days around news out of the estimation windows, of the event too. Without it the
        event is measured as in ``results``, and ``false_alarms`` and `Placebo.power` speak of the
        very test that they print.

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
    market_of(market)
    tested = tested_windows(results_of(results), first, last)
    masking = yes_or_no("mask", mask) is not False
    known = recorded_news() if news is None else news_of(news)
    tickers = tuple(dict.fromkeys(results.sample.index.get_level_values("ticker")))
    busy = {one: busy_days(one, results, market, known) for one in tickers}
    measured = measure(results, market, busy, set(tested.values()), masking=masking)
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
class Measured:
    """Every session of the securities, measured as an event.

    ``cars`` by window and ticker: frame by id; ``reasons`` by (id, ticker) why one could not be.
    """

    cars: Mapping[tuple[tuple[int, int], str], pd.DataFrame]
    reasons: Mapping[tuple[str, str], str]

    def of(self, window: tuple[int, int], ticker: str) -> pd.DataFrame:
        """By id; empty where no session could be measured."""
        return self.cars.get((window, ticker), pd.DataFrame(columns=MEASURES, dtype=float))


def tested_windows(
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


def busy_days(
    ticker: str,
    results: EventStudyResults,
    market: Market,
    news: Iterable[Event | Confounder],
) -> pd.Series:
    """Sessions of a security near news, or near an event of the results; see `unquiet_days`."""
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


def measure(
    results: EventStudyResults,
    market: Market,
    busy: Mapping[str, pd.Series],
    windows: set[tuple[int, int]],
    *,
    masking: bool,
) -> Measured:
    """Fit every session up to the last event of each security, as its own event."""
    parts = []
    for ticker, near in busy.items():
        final = results.sample.observations.xs(ticker, level="ticker")["session"].max()
        days = near.index[(near.index <= final) & (near.index > near.index[0])]
        parts.append(pd.DataFrame({"event_id": ids_of(days), "ticker": ticker, "session": days}))
    sample = align(pd.concat(parts, ignore_index=True), market, **like(results))
    sample = masked(sample, busy) if masking else sample
    if not len(sample):
        return Measured({}, _reasons(sample.dropped))
    found = event_study(sample, results.model, alpha=results.alpha)
    reasons = _reasons(found.dropped)
    cars = {}
    for window in sorted(windows):
        for ticker, part in found.car(*window)[MEASURES].groupby(level="ticker"):
            cars[window, str(ticker)] = part.droplevel("ticker")
    return Measured(cars, reasons)


def _reasons(dropped: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {(row.event_id, row.ticker): str(row.reason) for row in dropped.itertuples()}


def ids_of(sessions: pd.DatetimeIndex) -> list[str]:
    """Name of each session as a pseudo-event."""
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
    measured: Measured,
) -> tuple[dict[str, object], pd.DataFrame, pd.DataFrame]:
    """Row of the table, pseudo-events, and the sessions that are none."""
    event_id, ticker = key
    session = results.sample.observations.loc[key, "session"]
    cars = measured.of(window, ticker)
    chosen, left = _admissible(ticker, session, window, busy, measured)
    own = cars.loc[ids_of(chosen)].reset_index(drop=True)
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
    facts = results.sample.observations.loc[key]
    long = (facts["session"] - facts["previous_session"]).days > USUAL_GAP
    spans = str(facts["spans"]) if long else ""
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
        "spans": spans,
        "note": note,
    }
    return row, own, out


def _admissible(
    ticker: str,
    session: pd.Timestamp,
    window: tuple[int, int],
    busy: pd.Series,
    measured: Measured,
) -> tuple[pd.DatetimeIndex, list[tuple[pd.Timestamp, str]]]:
    """Sessions before an event that can stand for it, latest first to last, and the others."""
    first, last = window
    days = busy.index
    near, day0 = busy.to_numpy(), int(days.get_loc(session))
    known = measured.of(window, ticker)["car"].notna()
    sound = known.reindex(ids_of(days[:day0]), fill_value=False).to_numpy()
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
            reason = measured.reasons.get((ids_of(days[[row]])[0], ticker), "a return is missing")
        else:
            taken.append(row)
            ceiling = row + min(first, 0) if first < 0 else row + first
            continue
        left.append((days[row], reason))
    return days[taken[::-1]], left[::-1]


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
