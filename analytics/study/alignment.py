"""Events and prices, joined: each security on its own exchange's sessions.

In: events (or a frame that names sessions) and a `Market`. Out: a `Sample`. A fault of the whole
call raises; a fault of one observation is a row of ``sample.dropped``. It must not know files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.events import Confounder, Event, EventTable, load_confounders, load_events
from analytics.market import ExchangeCalendar, Market
from analytics.study import context, kernels
from analytics.study.kernels import Bools, Floats
from analytics.study.limits import at_limit
from analytics.study.requests import (
    Benchmarks,
    Request,
    alike,
    benchmarks_of,
    known_confounders,
    masked_news,
    plain_benchmarks,
    requests_of,
    yes_or_no,
)
from analytics.study.sample import KEYS, History, Sample, dropped_frame
from analytics.study.sessions import Placement, place
from analytics.study.windows import Windows


def align(
    events: EventTable | Event | Iterable[Event] | pd.DataFrame,
    market: Market,
    windows: Windows | None = None,
    *,
    tickers: Sequence[str] | None = None,
    benchmark: Benchmarks | Mapping[str, Benchmarks] | None = None,
    exclude_self: bool | None = None,
    confounded: Literal["keep", "drop"] = "keep",
    confounders: Sequence[Confounder] | None = None,
    mask: Iterable[Event | Confounder] | None = None,
    returns: Literal["simple", "log"] = "simple",
) -> Sample:
    """Join events with prices, each security on its own exchange's sessions.

    Parameters
    ----------
    events : EventTable, Event, iterable of Event, or pandas.DataFrame
        A frame has columns ``event_id, ticker, session`` and names day 0 itself.
    market : Market
    windows : Windows, optional
    tickers : sequence of str, optional
        Securities to study for every event; by default those that each event names.
    benchmark : str, sequence of str, or mapping, optional
        One benchmark for all, several at once (the factors of `FactorModel`, the donors of
        `SyntheticControl`), or ticker -> either; by default each security's own. A benchmark of
        another exchange enters with its closes since the previous local close.
    exclude_self : bool, optional
        Take the firm out of every index where its weight is known (the default), or not.
    confounded : {"keep", "drop"}
        Whether observations with other news within one session of day 0 stay.
    confounders : sequence of Confounder, optional
        Other dated news; the recorded ones by default.
    mask : EventTable or iterable of Event and Confounder, optional
        Take the days around this news out of the estimation windows: day -1 to +1 of each, for the
        securities it names (or for all, if it names none), and the days on which the price moved
        as far as its exchange allows. How many days that were is counted in
        ``observations["masked_days"]``.
    returns : {"simple", "log"}
        Simple returns, or ``ln(1 + R)`` of returns and benchmarks, whose sums are exact.

    Returns
    -------
    Sample
        ``sample.asked == len(sample) + len(sample.dropped)``.

    Raises
    ------
    InputError
        A fault of the whole call. A fault of one observation is a row of ``sample.dropped``.

    Examples
    --------
    >>> from analytics.events import load_events
    >>> from analytics.market import load_market
    >>> event = load_events()["deepseek-shock-2025-01-27"]
    >>> sample = align(event, load_market())
    >>> sample.observations["session"].dt.strftime("%Y-%m-%d").tolist()
    ['2025-01-27', '2025-01-27', '2025-02-03', '2025-01-27']
    """
    if not isinstance(confounded, str) or confounded not in ("keep", "drop"):
        raise InputError(f"confounded={confounded!r}: expected 'keep' or 'drop'")
    if not isinstance(returns, str) or returns not in ("simple", "log"):
        raise InputError(f"returns={returns!r}: expected 'simple' or 'log'")
    if not isinstance(market, Market):
        raise InputError(f"market: expected a Market, got {type(market).__name__}")
    windows = Windows() if windows is None else windows
    if not isinstance(windows, Windows):
        raise InputError(f"windows={windows!r}: expected Windows(estimation=..., event=...)")
    requests = requests_of(events, market, tickers)
    benchmark = plain_benchmarks(benchmark, market)
    without = yes_or_no("exclude_self", exclude_self) is not False
    series = _series(requests, market, benchmark, exclude_self=without)
    if returns == "log":
        series = {ticker: its.in_logs() for ticker, its in series.items()}
    placed, lost = _place_all(requests, series, market)
    known = tuple(load_confounders()) if confounders is None else known_confounders(confounders)
    news = context.OtherNews(known, _other_events(requests, confounders is None))
    table = _observations(placed, series, windows, market, news)
    sample = _assemble(placed, series, table, windows, market, lost, log=returns == "log")
    if mask is not None:
        sample = _masked(sample, placed, series, context.blocked(masked_news(mask), known))
    sample = _enough_days(sample)
    return sample if confounded == "keep" else _without_confounded(sample)


@dataclass(frozen=True)
class _Placed:
    """An observation with its row in the ticker's sessions."""

    request: Request
    row: int
    placement: Placement | None


@dataclass(frozen=True, eq=False)
class _Series:
    """What a ticker brings to every observation of it."""

    sessions: pd.DatetimeIndex
    returns: Floats
    factors: Floats  # (T, K)
    names: tuple[str, ...]  # of the factors; empty where no benchmark is known
    excluded: tuple[str, ...]  # the factors that the firm was taken out of
    unweighed: tuple[str, ...]  # indices that may hold it, with an unknown weight
    calendar: ExchangeCalendar | None
    first: pd.Timestamp  # first price: the day before the first return
    offset: int  # row of the first session in the calendar
    at_limit: Bools  # sessions that moved as far as the exchange allows

    @property
    def closes(self) -> np.ndarray:
        """Close of each session, UTC; NaT where the exchange is not known."""
        if self.calendar is None:
            return np.full(len(self.sessions), np.datetime64("NaT", "ns"))
        return self.calendar.closes[self.offset : self.offset + len(self.sessions)]

    def in_logs(self) -> _Series:
        """The same in ``ln(1 + R)``."""
        with np.errstate(divide="ignore"):  # a total loss has no logarithm
            own, theirs = np.log1p(self.returns), np.log1p(self.factors)
        own[np.isinf(own)], theirs[np.isinf(theirs)] = np.nan, np.nan
        return replace(self, returns=own, factors=theirs)


def _series(
    requests: Sequence[Request],
    market: Market,
    benchmark: Benchmarks | Mapping[str, Benchmarks] | None,
    *,
    exclude_self: bool,
) -> dict[str, _Series]:
    """Returns and benchmarks of every ticker that has prices."""
    series = {}
    for ticker in dict.fromkeys(one.ticker for one in requests):
        if ticker not in market:
            continue
        returns = market.returns(ticker)
        names = benchmarks_of(ticker, benchmark, market)
        columns = [market.benchmark(ticker, name, exclude_self=exclude_self) for name in names]
        calendar = market.calendars.get(ticker)
        offset = calendar.sessions.get_indexer(returns.index[:1])[0] if calendar else 0
        unknown = np.full((len(returns), 1), np.nan)
        series[ticker] = _Series(
            sessions=pd.DatetimeIndex(returns.index),
            returns=returns.to_numpy(dtype=float),
            factors=np.column_stack([one.to_numpy(float) for one in columns] or [unknown]),
            names=names,
            excluded=tuple(
                name for one, name in zip(columns, names, strict=True) if one.name != name
            ),
            unweighed=_unweighed(ticker, names, market) if exclude_self else (),
            calendar=calendar,
            first=market.sessions(ticker)[0],
            offset=int(offset),
            at_limit=at_limit(market, ticker, pd.DatetimeIndex(returns.index)),
        )
    widths = {ticker: its.factors.shape[1] for ticker, its in series.items()}
    if len(set(widths.values())) > 1:
        counts = ", ".join(f"{ticker} {width}" for ticker, width in widths.items())
        raise InputError(f"benchmark: every security needs the same number of them; got {counts}")
    return series


def _unweighed(ticker: str, names: Sequence[str], market: Market) -> tuple[str, ...]:
    """Indices that may hold the security with a weight that is not known."""
    securities = market.directory.securities
    if ticker not in securities or securities[ticker].kind != "share":
        return ()
    return tuple(
        name
        for name in names
        if name in market.bars
        and market.directory.security(name).kind == "index"
        and name not in securities[ticker].outside
        and market.weight(ticker, name) is None
    )


def _place_all(
    requests: Sequence[Request], series: Mapping[str, _Series], market: Market
) -> tuple[list[_Placed], list[tuple[str, str, str]]]:
    """Row of day 0 of each request, or the reason why there is none."""
    placed: list[_Placed] = []
    lost: list[tuple[str, str, str]] = []
    cache: dict[tuple[str, int], Placement] = {}
    for request in requests:
        its = series.get(request.ticker)
        placement = None
        if its is None:
            near = alike(request.ticker, market.tickers)
            reason = f"no prices of {request.ticker} in this market"
            reason += f"; did you mean {near}?" if near else ""
            row = -1
        elif request.event is None:
            row, reason = _row_of_session(request, its)
        elif its.calendar is None:
            row = -1
            reason = (
                f"no exchange known for {request.ticker}, so a time stamp has no session; name it "
                "in securities.yaml beside the prices (`analytics events --template securities` "
                "prints one) or with exchanges= of Market.from_frames, or give a frame with a "
                "session"
            )
        else:
            key = (request.event_id, id(its.calendar))
            placement = cache.get(key) or place(request.event, its.calendar)
            cache[key] = placement
            row, reason = _row_of_placement(request.event, placement, its)
        if reason:
            lost.append((request.event_id, request.ticker, reason))
        else:
            placed.append(_Placed(request, row, placement))
    return placed, lost


def _row_of_session(request: Request, its: _Series) -> tuple[int, str]:
    session = request.session
    row = int(its.sessions.searchsorted(session))
    if row < len(its.sessions) and its.sessions[row] == session:
        return row, "" if np.isfinite(its.returns[row]) else _no_return(its, row)
    if not its.sessions[0] <= session <= its.sessions[-1]:
        return -1, f"{session:%Y-%m-%d} lies outside the prices ({_range(its)})"
    near = its.sessions[min(row, len(its.sessions) - 1)]
    return (
        -1,
        f"{session:%Y-%m-%d} is no session of {request.ticker}; the next one is {near:%Y-%m-%d}",
    )


def _row_of_placement(event: Event, placement: Placement, its: _Series) -> tuple[int, str]:
    row = placement.row - its.offset
    if placement.row < 0 or not 0 <= row < len(its.sessions):
        when = f"{event.published_at:%Y-%m-%d}"
        return -1, f"published {when}, outside the prices ({_range(its)})"
    return row, "" if np.isfinite(its.returns[row]) else _no_return(its, row)


def _no_return(its: _Series, row: int) -> str:
    return f"no return on {its.sessions[row]:%Y-%m-%d}: this or the previous price is missing"


def _range(its: _Series) -> str:
    return f"{its.first:%Y-%m-%d} to {its.sessions[-1]:%Y-%m-%d}"


def _assemble(
    placed: Sequence[_Placed],
    series: Mapping[str, _Series],
    observations: pd.DataFrame,
    windows: Windows,
    market: Market,
    lost: Sequence[tuple[str, str, str]],
    *,
    log: bool,
) -> Sample:
    """Arrays in event time: one gather per security."""
    size, offsets = len(placed), windows.offsets
    cut = windows.estimation_offsets.size
    history = _history(placed, series)
    returns = np.full((size, len(offsets)), np.nan)
    factors = history.at(offsets)
    sessions = np.full((size, len(offsets)), np.datetime64("NaT", "ns"))
    closes = sessions.copy()
    usable = np.zeros((size, cut), dtype=bool)
    for ticker, members in _by_ticker(placed).items():
        its = series[ticker]
        rows = np.array([placed[k].row for k in members], dtype=np.int64)
        returns[members] = kernels.gather(its.returns[:, None], rows, offsets)[:, :, 0]
        usable[members] = np.isfinite(returns[members, :cut])
        if its.names:
            usable[members] &= np.isfinite(factors[members, :cut]).all(axis=2)
        sessions[members] = _gather_dates(its.sessions.to_numpy("datetime64[ns]"), rows, offsets)
        closes[members] = _gather_dates(its.closes, rows, offsets)
    return Sample(
        observations=observations,
        windows=windows,
        returns=returns,
        factors=factors,
        factor_names=_factor_names(series),
        history=history,
        log_returns=log,
        usable=usable,
        sessions=sessions,
        closes=closes,
        dropped=dropped_frame(lost),
        asked=size + len(lost),
        sources=market.sources,
    )


def _history(placed: Sequence[_Placed], series: Mapping[str, _Series]) -> History:
    """The series of all tickers, one below the other, and where each observation lies."""
    used = {one.request.ticker: series[one.request.ticker] for one in placed}
    lengths = [len(its.factors) for its in used.values()]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    part = {ticker: k for k, ticker in enumerate(used)}
    of = np.array([part[one.request.ticker] for one in placed], dtype=np.int64)
    rows = np.array([one.row for one in placed], dtype=np.int64)
    values = [its.factors for its in used.values()] or [np.empty((0, 1))]
    closes = [its.closes for its in used.values()] or [np.empty(0, dtype="datetime64[ns]")]
    low = starts[of]
    return History(np.concatenate(values), np.concatenate(closes), low + rows, low, starts[of + 1])


def _factor_names(series: Mapping[str, _Series]) -> tuple[str, ...]:
    """Name of every column of the factors; several where securities differ."""
    named = [its.names for its in series.values() if its.names]
    return tuple(" / ".join(dict.fromkeys(column)) for column in zip(*named, strict=True)) or ("",)


def _gather_dates(dates: np.ndarray, rows: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    at = rows[:, None] + offsets[None, :]
    inside = (at >= 0) & (at < len(dates))
    return np.where(inside, dates[np.where(inside, at, 0)], np.datetime64("NaT", "ns"))


def _by_ticker(placed: Sequence[_Placed]) -> dict[str, list[int]]:
    members: dict[str, list[int]] = defaultdict(list)
    for k, one in enumerate(placed):
        members[one.request.ticker].append(k)
    return members


def _observations(
    placed: Sequence[_Placed],
    series: Mapping[str, _Series],
    windows: Windows,
    market: Market,
    news: context.OtherNews,
) -> pd.DataFrame:
    """What is known about each observation; see `Sample.observations`."""
    keys = [(one.request.event_id, one.request.ticker) for one in placed]
    rows = [one.row for one in placed]
    group = context.clusters([ticker for _, ticker in keys], rows, windows)
    table = [
        {
            **_session_fields(one, series[one.request.ticker], market),
            **_placement_fields(one, series[one.request.ticker].calendar),
            "cluster": group[k],
            "masked_days": 0,
            **_news_fields(one, series[one.request.ticker], news),
            "price_limited": _limited(one, series[one.request.ticker]),
        }
        for k, one in enumerate(placed)
    ]
    columns = list(table[0]) if table else ["session", "confounded_by"]
    index = pd.MultiIndex.from_tuples(keys, names=KEYS)
    return pd.DataFrame(table, columns=columns, index=index)


def _session_fields(one: _Placed, its: _Series, market: Market) -> dict[str, object]:
    session, calendar = its.sessions[one.row], its.calendar
    missed = 0
    if calendar is None:
        previous = its.sessions[max(one.row - 1, 0)]
    else:
        row = one.row + its.offset
        previous = calendar.sessions[max(row - 1, 0)]
        missed = context.missed_sessions(market, one.request.ticker, calendar, row)
    others = len(market.directory.siblings(one.request.ticker))
    return {
        "session": session,
        "calendar": calendar.code if calendar else "",
        "benchmark": " + ".join(its.names),
        "exclude_self": bool(its.excluded),
        "excluded_from": its.excluded,
        "unweighed": its.unweighed,
        "previous_session": previous,
        "missed_sessions": missed,
        "spans": context.spans(calendar, previous, session, missed, others),
    }


def _placement_fields(one: _Placed, calendar: ExchangeCalendar | None) -> dict[str, object]:
    """What the time stamp says; a session given as such is taken as known."""
    event, placement = one.request.event, one.placement
    company = event.company(one.request.ticker) if event else None
    fields: dict[str, object] = {
        "role": company.role if company else "",
        "expected": (company.expected or "") if company else "",
        "blind": company.blind if company else True,
        "quoted": company.quoted if company else False,
        "time_confirmed": event.time_confirmed if event else True,
        "draft": event.status == "draft" if event else False,
    }
    if placement is None:
        placement = Placement(one.row, "given", 0, 0, (one.request.session,))
    return fields | {
        "phase": placement.phase,
        "phase_grade": event.grades.get(calendar.code, "") if event and calendar else "",
        "gap_sessions": placement.gap_sessions,
        "gap_days": placement.gap_days,
        "session_ambiguous": placement.ambiguous,
        "alternative_sessions": placement.candidates[1:],
        "headline_window": placement.headline_window,
    }


def _other_events(requests: Sequence[Request], with_recorded: bool) -> list[Event]:  # noqa: FBT001
    """Events that can stand beside another: those of the call, and the recorded ones."""
    events = {one.event_id: one.event for one in requests if one.event is not None}
    if with_recorded:
        for event in load_events():
            events[event.id] = event  # as recorded: a call may have added securities to it
    return list(events.values())


def _limited(one: _Placed, its: _Series) -> bool:
    """Whether a tested day moved as far as the exchange allows: its reaction is censored."""
    last = one.placement.headline_window[1] if one.placement else 0
    return bool(its.at_limit[one.row : one.row + last + 1].any())


def _news_fields(one: _Placed, its: _Series, news: context.OtherNews) -> dict[str, object]:
    found: list[tuple[int, str, str]] = []
    if its.calendar is not None:
        last = max(len(one.placement.candidates) - 1, 0) if one.placement else 0
        day0 = one.row + its.offset
        event = one.request.event
        found = news.near(
            one.request.event_id,
            one.request.ticker,
            its.calendar,
            day0,
            last,
            same_as=event.same_as if event else "",
        )
    kinds, words = context.in_words(found)
    return {"confounders": kinds, "confounded_by": words, "other_news": tuple(sorted(found))}


def _masked(
    sample: Sample,
    placed: Sequence[_Placed],
    series: Mapping[str, _Series],
    blocked: Callable[[str, ExchangeCalendar], set[int]],
) -> Sample:
    """Take days around other events out of the estimation windows, and count them."""
    usable = sample.usable.copy()
    for ticker, members in _by_ticker(placed).items():
        its = series[ticker]
        if its.calendar is None:
            raise InputError(
                f"mask: no exchange is known for {ticker}, so events have no days there"
            )
        out = its.at_limit[:, None].astype(float)
        rows = np.array(sorted(blocked(ticker, its.calendar)), dtype=np.int64) - its.offset
        out[rows[(rows >= 0) & (rows < len(out))]] = 1.0
        day0 = np.array([placed[k].row for k in members], dtype=np.int64)
        hit = kernels.gather(out, day0, sample.windows.estimation_offsets)[:, :, 0]
        usable[members] &= ~(hit == 1.0)
    count = (sample.usable & ~usable).sum(axis=1)
    observations = sample.observations.assign(masked_days=count)
    return replace(sample, usable=usable, observations=observations)


def _enough_days(sample: Sample) -> Sample:
    """Leave out who has too few estimation days."""
    minimum = sample.windows.min_estimation
    counts = sample.usable.sum(axis=1)
    enough = counts >= minimum
    reasons = [
        (*key, f"only {count} of at least {minimum} estimation days have prices and a benchmark")
        for key, count in zip(sample.index[~enough], counts[~enough], strict=True)
    ]
    return sample.keep(enough, reasons)


def _without_confounded(sample: Sample) -> Sample:
    words = sample.observations["confounded_by"]
    hit = (words != "").to_numpy(dtype=bool)
    return sample.keep(~hit, [(*key, f"confounded: {why}") for key, why in words[hit].items()])
