"""From a time stamp to an event session.

In: an event and an exchange calendar. Out: a `Placement`: day 0, what is certain about it, what
else it could be. It must not know prices.

The session is the first one whose close lies after the news; a moment equal to the close counts as
after it. Where only a day is known, or bounds allow several sessions, day 0 is the earliest session
that could have seen the news and the others are named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analytics.events import Event, EventTable
from analytics.market import ExchangeCalendar, Market
from analytics.market.calendars import utc as _utc


@dataclass(frozen=True)
class Placement:
    """Where an event falls on one exchange.

    Attributes
    ----------
    row : int
        Row of day 0 in the calendar; -1 if the event lies outside it.
    phase : str
        ``before_open``, ``in_session``, ``after_close`` or ``closed``, in exchange time.
    gap_sessions : int
        0 if the exchange could react on the day of the news, else 1: the next session.
    gap_days : int
        Calendar days from the news to day 0, in exchange time.
    candidates : tuple of pandas.Timestamp
        Every session that could be the first to see the news; the first of them is day 0.
    part_day : bool
        Whether the news may have come while the last of them was open.
    """

    row: int
    phase: str
    gap_sessions: int
    gap_days: int
    candidates: tuple[pd.Timestamp, ...]
    part_day: bool = False

    @property
    def ambiguous(self) -> bool:
        """Whether more than one session could be day 0."""
        return len(self.candidates) > 1

    @property
    def headline_window(self) -> tuple[int, int]:
        """Days that hold the reaction: [0, 0], longer if day 0 is a part day or not certain."""
        return 0, max(int(self.part_day), len(self.candidates) - 1)


OUTSIDE = Placement(-1, "closed", 0, 0, ())


def place(event: Event, calendar: ExchangeCalendar) -> Placement:
    """Find the session of an exchange that the news could first move.

    Parameters
    ----------
    event : Event
    calendar : ExchangeCalendar

    Returns
    -------
    Placement

    Examples
    --------
    >>> from analytics.events import load_events
    >>> from analytics.market import load_market
    >>> taipei = load_market().calendars["2330.TW"]
    >>> place(load_events()["deepseek-shock-2025-01-27"], taipei).candidates
    (Timestamp('2025-02-03 00:00:00'),)
    """
    moment = pd.Timestamp(event.published_at)
    early, late = (pd.Timestamp(bound) for bound in _bounds(event, calendar.code))
    if not (calendar.covers(early) and calendar.covers(late)):
        return OUTSIDE
    first, last = calendar.first_after(early), calendar.first_after(late)
    news_day = pd.Timestamp(moment.tz_convert(calendar.zone).date())
    day0 = calendar.sessions[first]
    last_seen = int(calendar.sessions.searchsorted(news_day, side="right")) - 1
    under_way = bool(calendar.opens[first] <= _utc(early))  # perhaps since the evening before
    return Placement(
        row=first,
        phase=calendar.phase(moment),
        gap_sessions=0 if under_way else max(first - last_seen, 0),
        gap_days=max((day0 - news_day).days, 0),
        candidates=tuple(calendar.sessions[first : last + 1]),
        part_day=bool(_utc(late) >= calendar.opens[last]),
    )


def _bounds(event: Event, code: str) -> tuple[object, object]:
    """Bounds of the news; a phase graded high on this exchange is knowledge and closes them."""
    stated = event.not_before or event.not_after
    if event.precision == "day" and not stated and event.grades.get(code) == "high":
        return event.published_at, event.published_at
    return event.bounds()


def first_sessions(events: EventTable | Event | Iterable[Event], market: Market) -> pd.DataFrame:
    """First session that each event could move, on every exchange of the market.

    Parameters
    ----------
    events : EventTable, Event or iterable of Event
    market : Market

    Returns
    -------
    pandas.DataFrame
        One row per (event_id, calendar): ``session`` (NaT outside the calendar), ``phase``,
        ``gap_days``, ``session_ambiguous``, ``alternative_sessions``, ``time_confirmed``.

    Examples
    --------
    >>> from analytics.events import load_events
    >>> from analytics.market import load_market
    >>> event = load_events()["reuters-openai-broadcom-tsmc-2024-10-29"]
    >>> first_sessions(event, load_market())["session"].dt.strftime("%Y-%m-%d").tolist()
    ['2024-10-29', '2024-10-30']
    """
    listed = [events] if isinstance(events, Event) else list(events)
    calendars = {one.code: one for one in market.calendars.values()}
    rows = []
    for event in listed:
        for code, calendar in sorted(calendars.items()):
            placement = place(event, calendar)
            rows.append(
                {
                    "event_id": event.id,
                    "calendar": code,
                    "session": placement.candidates[0] if placement.candidates else pd.NaT,
                    "phase": placement.phase,
                    "gap_days": placement.gap_days,
                    "session_ambiguous": placement.ambiguous,
                    "alternative_sessions": placement.candidates[1:],
                    "time_confirmed": event.time_confirmed,
                }
            )
    columns = [
        "event_id",
        "calendar",
        "session",
        "phase",
        "gap_days",
        "session_ambiguous",
        "alternative_sessions",
        "time_confirmed",
    ]
    return pd.DataFrame(rows, columns=columns).set_index(["event_id", "calendar"])
