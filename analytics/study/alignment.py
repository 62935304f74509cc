"""Events and prices, joined: each security on its own exchange's sessions.

In: events (or a frame that names sessions) and a `Market`. Out: a `Sample`. A fault of the whole
call raises; a fault of one observation is a row of ``sample.dropped``. It must not know files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.errors import InputError, UnknownNameError
from analytics.events import Confounder, Event, EventTable, load_confounders, load_events
from analytics.market import ExchangeCalendar, Market
from analytics.study import context, kernels
from analytics.study.kernels import Floats
from analytics.study.sample import KEYS, Sample, dropped_frame
from analytics.study.sessions import Placement, place
from analytics.study.windows import Windows


def align(
    events: EventTable | Event | Iterable[Event] | pd.DataFrame,
    market: Market,
    windows: Windows | None = None,
    *,
    tickers: Sequence[str] | None = None,
    benchmark: str | Mapping[str, str] | None = None,
    exclude_self: bool | None = None,
    confounded: Literal["keep", "drop"] = "keep",
    confounders: Sequence[Confounder] | None = None,
    mask: Iterable[Event] | None = None,
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
    benchmark : str or mapping, optional
        One benchmark for all, or ticker -> benchmark; by default each security's own.
    exclude_self : bool, optional
        Take the firm out of the index where its weight is known (the default), or not.
    confounded : {"keep", "drop"}
        Whether observations with other news within one session of day 0 stay.
    confounders : sequence of Confounder, optional
        Other dated news; the recorded ones by default.
    mask : EventTable or iterable of Event, optional
        Take the days around these events out of the estimation windows: day -1 to +1 of each, for
        the securities it names, and the price-limit days among the confounders. How many days that
        were is counted in ``observations["masked_days"]``.

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
    if confounded not in ("keep", "drop"):
        raise InputError(f"confounded={confounded!r}: expected 'keep' or 'drop'")
    windows = windows or Windows()
    requests = _requests(events, market, tickers)
    series = _series(requests, market, benchmark, exclude_self=exclude_self is not False)
    placed, lost = _place_all(requests, series)
    known = tuple(load_confounders() if confounders is None else confounders)
    news = context.OtherNews(known, _other_events(requests, confounders is None))
    table = _observations(placed, series, windows, market, news)
    sample = _assemble(placed, series, table, windows, market, lost)
    if mask is not None:
        sample = _masked(sample, placed, series, context.blocked(mask, known))
    sample = _enough_days(sample)
    return sample if confounded == "keep" else _without_confounded(sample)


@dataclass(frozen=True)
class _Request:
    """One observation asked for, before anything is known about it."""

    event_id: str
    ticker: str
    event: Event | None = None
    session: pd.Timestamp | None = None


@dataclass(frozen=True)
class _Placed:
    """An observation with its row in the ticker's sessions."""

    request: _Request
    row: int
    placement: Placement | None


@dataclass(frozen=True, eq=False)
class _Series:
    """What a ticker brings to every observation of it."""

    sessions: pd.DatetimeIndex
    returns: Floats
    factor: Floats
    benchmark: str
    excluded: bool
    calendar: ExchangeCalendar | None
    first: pd.Timestamp  # first price: the day before the first return
    offset: int  # row of the first session in the calendar


def _requests(
    events: EventTable | Event | Iterable[Event] | pd.DataFrame,
    market: Market,
    tickers: Sequence[str] | None,
) -> list[_Request]:
    """What is asked for, in order; each (event, ticker) once."""
    if isinstance(tickers, str):
        raise InputError(f"tickers={tickers!r}: expected a list of tickers, such as [{tickers!r}]")
    for ticker in tickers or ():
        if ticker not in market:
            raise UnknownNameError("ticker", ticker, market.tickers)
    if isinstance(events, pd.DataFrame):
        requests = _frame_requests(events)
    else:
        listed = [events] if isinstance(events, Event) else list(events)
        for one in listed:
            if not isinstance(one, Event):
                kind = type(one).__name__
                raise InputError(
                    f"events: expected events, got {kind}; look an id up in a table first, as in "
                    'events["deepseek-shock-2025-01-27"]'
                )
        requests = [
            _Request(event.id, ticker, event)
            for event in listed
            for ticker in (event.tickers if tickers is None else tickers)
        ]
    if not requests:
        raise InputError("no events: nothing to align")
    keys = [(one.event_id, one.ticker) for one in requests]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(f"event {twice[0]!r} with ticker {twice[1]!r} is asked for twice")
    return requests


def _frame_requests(frame: pd.DataFrame) -> list[_Request]:
    lacking = {"event_id", "ticker", "session"} - set(frame.columns)
    if lacking:
        raise InputError(
            f"events frame: no column {', '.join(sorted(lacking))}; expected event_id, ticker, "
            "session (or give it to load_events first if it holds time stamps)"
        )
    try:
        sessions = pd.to_datetime(frame["session"])
    except (ValueError, TypeError) as error:
        raise InputError(f"events frame, column session: not all are dates ({error})") from None
    if sessions.isna().any() or sessions.dt.tz is not None:
        raise InputError(
            "events frame, column session: expected dates without a time zone, none missing"
        )
    return [
        _Request(str(event_id), str(ticker), None, session.normalize())
        for event_id, ticker, session in zip(
            frame["event_id"], frame["ticker"], sessions, strict=True
        )
    ]


def _series(
    requests: Sequence[_Request],
    market: Market,
    benchmark: str | Mapping[str, str] | None,
    *,
    exclude_self: bool,
) -> dict[str, _Series]:
    """Returns and benchmark of every ticker that has prices."""
    series = {}
    for ticker in benchmark if isinstance(benchmark, Mapping) else ():
        if ticker not in market:
            raise UnknownNameError("ticker in benchmark", ticker, market.tickers)
    for ticker in dict.fromkeys(one.ticker for one in requests):
        if ticker not in market:
            continue
        returns = market.returns(ticker)
        name = benchmark.get(ticker) if isinstance(benchmark, Mapping) else benchmark
        name = name or market.directory.security(ticker).benchmark
        if name == ticker:
            raise InputError(f"benchmark: {ticker} cannot explain itself; name an index")
        if name is None:
            factor, label = pd.Series(np.nan, index=returns.index), ""
        else:
            factor = market.benchmark(ticker, name, exclude_self=exclude_self)
            label = name
        calendar = market.calendars.get(ticker)
        offset = calendar.sessions.get_indexer(returns.index[:1])[0] if calendar else 0
        series[ticker] = _Series(
            sessions=pd.DatetimeIndex(returns.index),
            returns=returns.to_numpy(dtype=float),
            factor=factor.to_numpy(dtype=float),
            benchmark=label,
            excluded=label != "" and factor.name != label,
            calendar=calendar,
            first=market.sessions(ticker)[0],
            offset=int(offset),
        )
    return series


def _place_all(
    requests: Sequence[_Request], series: Mapping[str, _Series]
) -> tuple[list[_Placed], list[tuple[str, str, str]]]:
    """Row of day 0 of each request, or the reason why there is none."""
    placed: list[_Placed] = []
    lost: list[tuple[str, str, str]] = []
    cache: dict[tuple[str, int], Placement] = {}
    for request in requests:
        its = series.get(request.ticker)
        placement = None
        if its is None:
            reason = f"no prices of {request.ticker} in this market"
            row = -1
        elif request.event is None:
            row, reason = _row_of_session(request, its)
        elif its.calendar is None:
            row = -1
            reason = (
                f"no exchange known for {request.ticker}, so a time stamp has no session; name it "
                "with exchanges=, or give a frame with a session"
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


def _row_of_session(request: _Request, its: _Series) -> tuple[int, str]:
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
        return -1, f"published {when}, outside the recorded prices ({_range(its)})"
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
) -> Sample:
    """Arrays in event time: one gather per security."""
    size, offsets = len(placed), windows.offsets
    cut = windows.estimation_offsets.size
    returns = np.full((size, len(offsets)), np.nan)
    factors = np.full((size, len(offsets), 1), np.nan)
    sessions = np.full((size, len(offsets)), np.datetime64("NaT", "ns"))
    closes = sessions.copy()
    usable = np.zeros((size, cut), dtype=bool)
    for ticker, members in _by_ticker(placed).items():
        its = series[ticker]
        rows = np.array([placed[k].row for k in members], dtype=np.int64)
        returns[members] = kernels.gather(its.returns[:, None], rows, offsets)[:, :, 0]
        factors[members] = kernels.gather(its.factor[:, None], rows, offsets)
        usable[members] = np.isfinite(returns[members, :cut])
        if its.benchmark:
            usable[members] &= np.isfinite(factors[members, :cut, 0])
        sessions[members] = _gather_dates(its.sessions.to_numpy("datetime64[ns]"), rows, offsets)
        if its.calendar is not None:
            times = its.calendar.closes[its.offset : its.offset + len(its.sessions)]
            closes[members] = _gather_dates(times, rows, offsets)
    return Sample(
        observations=observations,
        windows=windows,
        returns=returns,
        factors=factors,
        usable=usable,
        sessions=sessions,
        closes=closes,
        dropped=dropped_frame(lost),
        asked=size + len(lost),
        sources=market.sources,
    )


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
            **_placement_fields(one),
            "cluster": group[k],
            "masked_days": 0,
            **_news_fields(one, series[one.request.ticker], news),
            "price_limited": _limited(one, series[one.request.ticker], market),
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
    return {
        "session": session,
        "calendar": calendar.code if calendar else "",
        "benchmark": its.benchmark,
        "exclude_self": its.excluded,
        "previous_session": previous,
        "missed_sessions": missed,
        "spans": context.spans(calendar, previous, session, missed),
    }


def _placement_fields(one: _Placed) -> dict[str, object]:
    """What the time stamp says; a session given as such is taken as known."""
    event, placement = one.request.event, one.placement
    company = event.company(one.request.ticker) if event else None
    fields: dict[str, object] = {
        "role": company.role if company else "",
        "expected": (company.expected or "") if company else "",
        "time_confirmed": event.time_confirmed if event else True,
    }
    if placement is None:
        placement = Placement(one.row, "given", 0, 0, (one.request.session,))
    return fields | {
        "phase": placement.phase,
        "gap_sessions": placement.gap_sessions,
        "gap_days": placement.gap_days,
        "session_ambiguous": placement.ambiguous,
        "alternative_sessions": placement.candidates[1:],
        "headline_window": placement.headline_window,
    }


def _other_events(requests: Sequence[_Request], with_recorded: bool) -> list[Event]:  # noqa: FBT001
    """Events that can stand beside another: those of the call, and the recorded ones."""
    events = {one.event_id: one.event for one in requests if one.event is not None}
    if with_recorded:
        for event in load_events():
            events[event.id] = event  # as recorded: a call may have added securities to it
    return list(events.values())


def _limited(one: _Placed, its: _Series, market: Market) -> bool:
    """Whether a tested day moved as far as the exchange allows: its reaction is censored."""
    limit = market.directory.security(one.request.ticker).price_limit
    if limit is None:
        return False
    last = one.placement.headline_window[1] if one.placement else 0
    moves = np.abs(its.returns[one.row : one.row + last + 1])
    return bool((moves >= limit - 0.003).any())


def _news_fields(one: _Placed, its: _Series, news: context.OtherNews) -> dict[str, object]:
    found: list[tuple[int, str, str]] = []
    if its.calendar is not None:
        last = max(len(one.placement.candidates) - 1, 0) if one.placement else 0
        day0 = one.row + its.offset
        found = news.near(one.request.event_id, one.request.ticker, its.calendar, day0, last)
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
        out = np.zeros((len(its.sessions), 1))
        rows = np.array(sorted(blocked(ticker, its.calendar)), dtype=np.int64) - its.offset
        out[rows[(rows >= 0) & (rows < len(out))]] = 1.0
        day0 = np.array([placed[k].row for k in members], dtype=np.int64)
        hit = kernels.gather(out, day0, sample.windows.estimation_offsets)[:, :, 0]
        usable[members] &= ~(hit == 1.0)
    count = (sample.usable & ~usable).sum(axis=1)
    observations = sample.observations.assign(masked_days=count)
    return Sample(**{**sample.__dict__, "usable": usable, "observations": observations})


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
