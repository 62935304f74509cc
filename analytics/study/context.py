"""What surrounds an observation: closures it spans, overlapping events, other news.

In: rows on an exchange calendar. Out: words, kinds and group numbers. It must not know returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from analytics.events import Confounder, Event
from analytics.market import ExchangeCalendar, Market
from analytics.study.sessions import place
from analytics.study.windows import Windows

NEAR = 1  # other news counts within [-1, +1] sessions of day 0
USUAL_GAP = 4  # calendar days from Friday to the Tuesday after a holiday Monday


def missed_sessions(market: Market, ticker: str, calendar: ExchangeCalendar, row: int) -> int:
    """Closes of the firm's other listings in (previous local close, this local close]."""
    if row == 0:
        return 0
    start, end = calendar.closes[row - 1 : row + 1]
    counts = [0]
    for other in market.directory.siblings(ticker):
        abroad = market.calendars.get(other)
        if abroad is not None and abroad.code != calendar.code:
            counts.append(int(((abroad.closes > start) & (abroad.closes <= end)).sum()))
    return max(counts)


def spans(
    calendar: ExchangeCalendar | None,
    previous: pd.Timestamp,
    session: pd.Timestamp,
    missed: int,
    others: int = 1,
) -> str:
    """In words, where a return covers more than a long weekend or several sessions abroad.

    ``missed`` sessions are those of the firm's other listing; of the busiest one where it has
    several ``others``.
    """
    days = (session - previous).days
    if missed <= 1 and days <= USUAL_GAP:
        return ""
    text = f"{days} day{'s' if days != 1 else ''}, {previous:%Y-%m-%d} to {session:%Y-%m-%d}"
    closure = calendar.closure_between(previous, session) if calendar else ""
    if closure:
        text += f", over the {closure} closure"
    if missed > 1:
        who = "the firm's other listing" if others == 1 else "another listing of the firm"
        text += f"; {who} traded {missed} sessions meanwhile"
    return text


def clusters(tickers: Sequence[str], rows: Sequence[int], windows: Windows) -> list[int]:
    """Number of the group of observations of one ticker whose event windows overlap.

    Parameters
    ----------
    tickers, rows : sequences of length E
        Security and row of day 0 of each observation.
    windows : Windows

    Returns
    -------
    list of int
        (E,) numbers from 1 on; observations of different tickers never share one.
    """
    cluster = [0] * len(rows)
    number, reach, last = 0, 0, None
    for k in sorted(range(len(rows)), key=lambda k: (tickers[k], rows[k])):
        if tickers[k] != last or rows[k] + windows.event[0] > reach:
            number += 1
        cluster[k], reach, last = number, rows[k] + windows.event[1], tickers[k]
    return cluster


class OtherNews:
    """Confounders and other events, by the session of each exchange that they first could move."""

    def __init__(self, confounders: Sequence[Confounder], events: Iterable[Event]) -> None:
        self._confounders = tuple(confounders)
        self._events = tuple(events)
        self._found: dict[int, list[tuple[int, str, str, frozenset[str]]]] = {}

    def near(
        self,
        event_id: str,
        ticker: str,
        calendar: ExchangeCalendar,
        day0: int,
        last: int = 0,
        *,
        same_as: str = "",
    ) -> list[tuple[int, str, str]]:
        """``(day, kind, what)`` of the news from one session before to one after.

        ``last`` is the relative day of the last session that could be day 0. An event is named by
        its id and does not count beside itself, nor beside another account of it.
        """
        return [
            (row - day0, kind, what)
            for row, kind, what, tickers in self._on(calendar)
            if -NEAR <= row - day0 <= last + NEAR
            and (not tickers or ticker in tickers)
            and not (kind == "event" and what in (event_id, same_as))
        ]

    def _on(self, calendar: ExchangeCalendar) -> list[tuple[int, str, str, frozenset[str]]]:
        known = self._found.get(id(calendar))
        if known is None:
            known = [
                (
                    calendar.first_after(pd.Timestamp(c.published_at)),
                    c.kind,
                    c.what,
                    frozenset(c.tickers),
                )
                for c in self._confounders
            ]
            for event in self._events:
                named = frozenset(c.ticker for c in event.companies if c.role != "not_named")
                row = place(event, calendar).row
                if named and row >= 0:
                    known.append((row, "event", event.id, named))
            self._found[id(calendar)] = known
        return known


def blocked(
    news: Iterable[Event | Confounder], confounders: Sequence[Confounder]
) -> Callable[[str, ExchangeCalendar], set[int]]:
    """Rows of a calendar that no estimation window should use for a security.

    Day -1 to +1 of all news that names the security, or nobody, and its price-limit days.
    """
    listed = tuple(news)
    limits = [one for one in confounders if one.kind == "price_limit"]

    def rows(ticker: str, calendar: ExchangeCalendar) -> set[int]:
        found: set[int] = set()
        for one in listed:
            if ticker in one.tickers or (isinstance(one, Confounder) and not one.tickers):
                first, last = _reached(one, calendar)
                found |= set(range(first - NEAR, last + NEAR + 1)) if first >= 0 else set()
        moments = [pd.Timestamp(one.published_at) for one in limits if ticker in one.tickers]
        return found | {calendar.first_after(moment) for moment in moments}

    return rows


def _reached(one: Event | Confounder, calendar: ExchangeCalendar) -> tuple[int, int]:
    """First and last row that news can have reached first; -1 outside the calendar."""
    if isinstance(one, Confounder):
        row = calendar.first_after(pd.Timestamp(one.published_at))
        return row, row
    placement = place(one, calendar)
    return placement.row, placement.row + max(len(placement.candidates) - 1, 0)


def in_words(found: Sequence[tuple[int, str, str]]) -> tuple[tuple[str, ...], str]:
    """Kinds, each once, and one line of text; nearest news first."""
    ordered = sorted(found, key=lambda item: (abs(item[0]), item[1], item[2]))
    kinds = tuple(sorted({kind for _, kind, _ in ordered}))
    return kinds, "; ".join(f"{kind}, day {day:+d}: {what}" for day, kind, what in ordered)
