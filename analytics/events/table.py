"""A table of events that can be iterated, asked by id, and filtered.

In: checked `Event` records. Out: the same, fewer of them, or a frame. It must not know files.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.errors import InputError, UnknownNameError
from analytics.events.records import Event

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class EventTable:
    """Events in order of publication.

    Parameters
    ----------
    events : iterable of Event

    Examples
    --------
    >>> from analytics.events import load_events
    >>> events = load_events().filter(category="china_chip", ticker="BIDU")
    >>> [event.id for event in events]
    ['info-alibaba-baidu-2025-09-11']
    """

    events: tuple[Event, ...]

    def __init__(self, events: Iterable[Event] = ()) -> None:
        ordered = sorted(events, key=lambda event: (event.published_at, event.id))
        object.__setattr__(self, "events", tuple(ordered))

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def __contains__(self, key: object) -> bool:
        return any(key in (event, event.id) for event in self.events)

    def __getitem__(self, event_id: str) -> Event:
        """The event with this id.

        Raises
        ------
        UnknownNameError
            Names the nearest ids.
        """
        found = next((event for event in self.events if event.id == event_id), None)
        if found is None:
            raise UnknownNameError("event", event_id, (event.id for event in self.events))
        return found

    def filter(
        self,
        *,
        category: str | Iterable[str] | None = None,
        ticker: str | None = None,
        before: str | dt.date | None = None,
        after: str | dt.date | None = None,
    ) -> EventTable:
        """Events that meet all conditions.

        Parameters
        ----------
        category : str or iterable of str, optional
        ticker : str, optional
            Events that name this security.
        before, after : date or ISO text, optional
            Events of days strictly before, strictly after (days in the event's own zone).
        """
        if not isinstance(ticker, str | None):
            raise InputError(f"ticker={ticker!r}: expected one ticker; filter once for each")
        wanted = {category} if isinstance(category, str) else category and set(category)
        first, last = _day(after, "after"), _day(before, "before")
        return EventTable(
            event
            for event in self.events
            if (wanted is None or event.category in wanted)
            and (ticker is None or ticker in event.tickers)
            and (last is None or event.date < last)
            and (first is None or event.date > first)
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per event, indexed by ``event_id``; can be given to ``load_events`` again.

        The column ``tickers`` holds ``TICKER:expected:role`` words.
        """
        import pandas as pd

        rows = [
            {
                "id": event.id,
                "title": event.title,
                "title_zh": event.title_zh,
                "category": event.category,
                "published_at": event.published_at,
                "precision": event.precision,
                "time_confirmed": event.time_confirmed,
                "zone": event.zone,
                "not_before": event.not_before,
                "not_after": event.not_after,
                "tickers": " ".join(
                    f"{one.ticker}:{one.expected or ''}:{one.role}" for one in event.companies
                ),
                "original_source": event.original_source,
            }
            for event in self.events
        ]
        frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["id"])
        return frame.set_index(frame["id"].rename("event_id"))

    def __repr__(self) -> str:
        if not self.events:
            return "EventTable(no events)"
        first, last = self.events[0], self.events[-1]
        lines = [f"{len(self)} events, {first.date} to {last.date}"]
        width = max(len(event.id) for event in self.events)
        for event in self.events:
            mark = " " if event.time_confirmed else "?"
            lines.append(f"  {event.date} {mark} {event.id:<{width}}  {event.title}")
        if not all(event.time_confirmed for event in self.events):
            lines.append("  ? the clock time is not confirmed by a source at hand")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{event.date}{'' if event.time_confirmed else ' ○'}</td>"
            f"<td>{html.escape(event.id)}</td><td>{html.escape(event.title)} "
            f'<span lang="zh-Hant">{html.escape(event.title_zh)}</span></td></tr>'
            for event in self.events
        )
        return (
            "<table><thead><tr><th>day</th><th>event</th><th>title</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p>○ time unconfirmed</p>"
        )


def _day(value: str | dt.date | None, name: str) -> dt.date | None:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise InputError(f"{name}={value!r}: expected a date such as 2025-01-27") from None
    return value.date() if isinstance(value, dt.datetime) else value
