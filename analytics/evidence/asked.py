"""What a caller may hand in: checked at the door, one clear message each.

In: any value. Out: the same value, or an `InputError` that says what was expected.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from analytics.errors import InputError
from analytics.events import Confounder, Event
from analytics.market import Market
from analytics.study import EventStudyResults, Sample

KEYS = '("deepseek-shock-2025-01-27", "NVDA")'


def results_of(given: Any) -> EventStudyResults:
    """Results of an event study."""
    if not isinstance(given, EventStudyResults):
        raise InputError(f"results: expected what event_study gives, got {_kind(given)}")
    return given


def sample_of(given: Any) -> Sample:
    """Aligned observations."""
    if not isinstance(given, Sample):
        raise InputError(f"sample: expected what align gives, got {_kind(given)}")
    return given


def market_of(given: Any) -> Market:
    """Prices."""
    if not isinstance(given, Market):
        raise InputError(f"market: expected a Market, such as load_market(), got {_kind(given)}")
    return given


def events_of(given: Any) -> list[Event]:
    """Events, each an `Event`."""
    several = isinstance(given, Iterable) and not isinstance(given, (str, bytes, pd.DataFrame))
    listed = [given] if isinstance(given, Event) else list(given) if several else None
    if listed is None or not all(isinstance(one, Event) for one in listed):
        raise InputError(f"events: expected events, such as load_events(), got {_kind(given)}")
    return listed


def news_of(given: Any) -> tuple[Event | Confounder, ...]:
    """Events and other dated news."""
    several = isinstance(given, Iterable) and not isinstance(given, (str, bytes, pd.DataFrame))
    listed = tuple(given) if several else None
    if listed is None or not all(isinstance(one, (Event, Confounder)) for one in listed):
        raise InputError(
            f"news: expected events and confounders, such as load_events(), got {_kind(given)}"
        )
    return listed


def key_of(given: Any, known: pd.Index) -> tuple[str, str]:
    """The key of one observation."""
    if not (isinstance(given, tuple) and len(given) == 2 and given in known):
        listed = ", ".join(f"{event_id} {ticker}" for event_id, ticker in list(known)[:3])
        more = f" and {len(known) - 3} more" if len(known) > 3 else ""
        raise InputError(
            f"key={given!r}: expected (event_id, ticker) of one of the observations, such as "
            f"{KEYS}; there are {listed}{more}"
        )
    return given


def _kind(given: Any) -> str:
    return type(given).__name__
