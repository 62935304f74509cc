"""What a caller of `align` may pass, made plain or refused with one message.

In: events, tickers, benchmarks, masks in the forms people use. Out: tuples of known things. It must
not know prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from analytics.errors import InputError, UnknownNameError
from analytics.events import Confounder, Event, EventTable
from analytics.market import Market

Benchmarks: TypeAlias = str | Sequence[str]


@dataclass(frozen=True)
class Request:
    """One observation asked for, before anything is known about it."""

    event_id: str
    ticker: str
    event: Event | None = None
    session: pd.Timestamp | None = None


def requests_of(
    events: EventTable | Event | Iterable[Event] | pd.DataFrame,
    market: Market,
    tickers: Sequence[str] | None,
) -> list[Request]:
    """What is asked for, in order; each (event, ticker) once."""
    chosen = None if tickers is None else names_of("tickers", tickers)
    for ticker in chosen or ():
        if ticker not in market:
            raise UnknownNameError("ticker", ticker, market.tickers)
    if isinstance(events, pd.DataFrame):
        if chosen is not None:
            raise InputError("tickers: a frame of events names its own tickers; leave them out")
        requests = _frame_requests(events)
    else:
        listed = [events] if isinstance(events, Event) else _several("events", events)
        for one in listed:
            if not isinstance(one, Event):
                kind = type(one).__name__
                raise InputError(
                    f"events: expected events, got {kind}; look an id up in a table first, as in "
                    'events["deepseek-shock-2025-01-27"]'
                )
        requests = [
            Request(event.id, ticker, event)
            for event in listed
            for ticker in (event.tickers if chosen is None else chosen)
        ]
    if not requests:
        raise InputError("no events: nothing to align")
    keys = [(one.event_id, one.ticker) for one in requests]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(f"event {twice[0]!r} with ticker {twice[1]!r} is asked for twice")
    return requests


def _frame_requests(frame: pd.DataFrame) -> list[Request]:
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
        Request(str(event_id), str(ticker), None, session.normalize())
        for event_id, ticker, session in zip(
            frame["event_id"], frame["ticker"], sessions, strict=True
        )
    ]


def benchmarks_of(
    ticker: str, asked: Benchmarks | Mapping[str, Benchmarks] | None, market: Market
) -> tuple[str, ...]:
    """Benchmarks of a security by name: those asked for, or its own one."""
    given = asked.get(ticker) if isinstance(asked, Mapping) else asked
    if given is None:
        own = market.directory.security(ticker).benchmark
        return () if own is None else (own,)
    names = (given,) if isinstance(given, str) and given else names_of("benchmark", given)
    if ticker in names:
        raise InputError(f"benchmark: {ticker} cannot explain itself; name an index")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError(f"benchmark: {twice[0]} is named twice")
    return names


def plain_benchmarks(
    asked: Benchmarks | Mapping[str, Benchmarks] | None, market: Market
) -> Benchmarks | Mapping[str, Benchmarks] | None:
    """The same, once read: what can be read only once is kept for every security."""
    if asked is None or isinstance(asked, str):
        return asked
    if not isinstance(asked, Mapping):
        return names_of("benchmark", asked)
    for ticker in asked:
        if ticker not in market:
            raise UnknownNameError("ticker in benchmark", ticker, market.tickers)
    return {
        ticker: one if isinstance(one, str) else names_of("benchmark", one)
        for ticker, one in asked.items()
    }


def names_of(what: str, given: Any) -> tuple[str, ...]:
    """Names in the order given; at least one, each a text."""
    if what == "tickers":
        example = f"a list of tickers, such as [{given!r}]" if isinstance(given, str) else "a list"
    else:
        example = "a name or a list of names, such as ['^GSPC', '^SOX']"
    usable = isinstance(given, (list, tuple, np.ndarray, pd.Index, pd.Series)) or (
        isinstance(given, Iterable) and not isinstance(given, (str, bytes, set, frozenset, Mapping))
    )
    names = tuple(given) if usable and not isinstance(given, pd.DataFrame) else ()
    if not names or not all(isinstance(name, str) and name for name in names):
        plain = given is None or isinstance(given, (str, int, float, list, tuple, set))
        shown = repr(given) if plain else type(given).__name__
        raise InputError(f"{what}={shown}: expected {example}")
    return tuple(str(name) for name in names)


def masked_news(mask: Any) -> tuple[Event | Confounder, ...]:
    """News whose days are to be masked."""
    news = (mask,) if isinstance(mask, (Event, Confounder)) else _several("mask", mask)
    for one in news:
        if not isinstance(one, (Event, Confounder)):
            raise InputError(
                f"mask: expected events, got {type(one).__name__}; such as mask=load_events()"
            )
    return tuple(news)


def known_confounders(confounders: Any) -> tuple[Confounder, ...]:
    """Other dated news, each a `Confounder`."""
    listed = _several("confounders", confounders)
    for one in listed:
        if not isinstance(one, Confounder):
            raise InputError(
                f"confounders: expected what load_confounders gives, got {type(one).__name__}"
            )
    return tuple(listed)


def alike(ticker: str, known: Iterable[str]) -> str:
    """The one ticker that differs by its exchange's ending or by capitals; empty if none does.

    Examples
    --------
    >>> alike("2330", ["NVDA", "2330.TW"]), alike("nvda", ["NVDA"]), alike("INTC", ["NVDA"])
    ('2330.TW', 'NVDA', '')
    """
    stem = ticker.casefold().partition(".")[0]
    found = [one for one in known if one.casefold().partition(".")[0] == stem]
    return found[0] if len(found) == 1 else ""


def yes_or_no(what: str, given: Any) -> bool | None:
    """True, False or None; numpy's booleans too, nothing else that is merely true or false."""
    if given is None or isinstance(given, (bool, np.bool_)):
        return None if given is None else bool(given)
    raise InputError(f"{what}={given!r}: expected True, False or None")


def _several(what: str, given: Any) -> list[Any]:
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise InputError(
            f"{what}={given!r}: expected events; look an id up in a table first, as in "
            'events["deepseek-shock-2025-01-27"]'
        )
    return list(given)
