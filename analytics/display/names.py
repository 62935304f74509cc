"""What a security, an exchange or an event is called in a label.

In: a ticker, a calendar's code, an event. Out: a few words. Names are those of the recorded
securities, or of a reader's own within `named_by`. It must not know results or matplotlib.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from analytics.events import Event, load_events
from analytics.market.calendars import city_of
from analytics.market.securities import Directory, recorded_directory

__all__ = ["directory", "label_of", "listing_of", "name", "name_zh", "named_by", "places"]

_DATE = re.compile(r"[-_]?\d{4}-\d{2}-\d{2}$")


_OWN: ContextVar[Directory | None] = ContextVar("own", default=None)


def directory() -> Directory:
    """Firms and securities that names are taken from: the recorded ones, or a reader's own."""
    return _OWN.get() or recorded_directory()


@contextmanager
def named_by(own: Directory) -> Iterator[None]:
    """Take names from another directory for a while, as a page of a reader's own event does.

    Parameters
    ----------
    own : Directory

    Examples
    --------
    >>> from analytics.market import Directory, Security
    >>> mine = Directory({}, {"NVDA": Security(ticker="NVDA", name="New Valley Dairy")})
    >>> with named_by(mine):
    ...     name("NVDA")
    'New Valley Dairy'
    """
    before = _OWN.set(own)
    try:
        yield
    finally:
        _OWN.reset(before)


def places(codes: Iterable[str]) -> dict[str, str]:
    """Calendar code -> city; with the code beside it where two exchanges share a city.

    Examples
    --------
    >>> places(["XNYS", "XETR", "XFRA"])
    {'XNYS': 'New York', 'XETR': 'Frankfurt (XETR)', 'XFRA': 'Frankfurt (XFRA)'}
    """
    cities = {code: city_of(code) if code else "" for code in dict.fromkeys(codes)}
    named = list(cities.values())
    return {
        code: city if named.count(city) == 1 else f"{city} ({code})"
        for code, city in cities.items()
    }


def listing_of(ticker: str) -> str:
    """A firm's name, with the place of this listing where several of them are known.

    Examples
    --------
    >>> listing_of("NVDA"), listing_of("2330.TW"), listing_of("MINE")
    ('NVIDIA', 'TSMC in Taipei', 'MINE')
    """
    firm, security = directory().firm_of(ticker), directory().securities.get(ticker)
    if security is None or security.kind != "share":
        return ticker
    if firm is None:
        return security.name or ticker
    known = [directory().securities[one] for one in firm.listings if one in directory().securities]
    if len(known) < 2:
        return firm.name
    alone = [one.exchange for one in known].count(security.exchange) == 1
    return f"{firm.name} in {security.exchange}" if alone else f"{firm.name} ({ticker})"


def name(ticker: str) -> str:
    """Name of a security: its firm's, with the ticker where a firm has several.

    Examples
    --------
    >>> name("NVDA"), name("2330.TW"), name("^GSPC"), name("MINE")
    ('NVIDIA', 'TSMC (2330.TW)', 'S&P 500', 'MINE')
    """
    firm, security = directory().firm_of(ticker), directory().securities.get(ticker)
    if firm is not None:
        return firm.name if len(firm.listings) == 1 else f"{firm.name} ({ticker})"
    if security is None or security.kind == "currency":
        return ticker
    return security.name.removesuffix(" (price index)") or ticker


def name_zh(ticker: str) -> str:
    """Chinese and English name; English alone where there is no other.

    Examples
    --------
    >>> name_zh("NVDA"), name_zh("META")
    ('輝達 NVIDIA', 'Meta')
    """
    firm = directory().firm_of(ticker)
    if firm is None or firm.name_zh in ("", firm.name):
        return name(ticker)
    return f"{firm.name_zh} {name(ticker)}"


def label_of(event: str | Event) -> str:
    """What an event is called in a figure: its label, or its title where it has none.

    Parameters
    ----------
    event : str or Event
        An id stands for the recorded event of that id; one that nobody recorded speaks for itself,
        without its date.

    Returns
    -------
    str

    Examples
    --------
    >>> label_of("deepseek-shock-2025-01-27"), label_of("my-own_event-2024-05-01")
    ('DeepSeek shock', 'My own event')
    """
    if not isinstance(event, str):
        return event.label or (event.title if event.title.isascii() else _latin(event))
    recorded = load_events()
    return label_of(recorded[event]) if event in recorded else _readable(event)


def _latin(event: Event) -> str:
    """A title that every font can draw; a Chinese one gives way to the event's id."""
    chinese = any(one > "\u2e7f" for one in event.title)
    return _readable(event.id) if chinese else event.title


def _readable(event_id: str) -> str:
    text = _DATE.sub("", event_id).replace("-", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:] or event_id
