"""What a security or an event is called in a label.

In: a ticker, an event. Out: a few words. It must not know results or matplotlib.
"""

from __future__ import annotations

import re

from analytics.events import Event, load_events
from analytics.market.securities import recorded_directory

__all__ = ["label_of", "name", "name_zh"]

_DATE = re.compile(r"[-_]?\d{4}-\d{2}-\d{2}$")


def name(ticker: str) -> str:
    """Name of a security: its firm's, with the ticker where a firm has several.

    Examples
    --------
    >>> name("NVDA"), name("2330.TW"), name("^GSPC"), name("MINE")
    ('NVIDIA', 'TSMC (2330.TW)', 'S&P 500', 'MINE')
    """
    directory = recorded_directory()
    firm, security = directory.firm_of(ticker), directory.securities.get(ticker)
    if firm is not None:
        return firm.name if len(firm.listings) == 1 else f"{firm.name} ({ticker})"
    if security is not None and security.kind == "index":
        return security.name.removesuffix(" (price index)")
    return ticker


def name_zh(ticker: str) -> str:
    """Chinese and English name; English alone where there is no other.

    Examples
    --------
    >>> name_zh("NVDA"), name_zh("META")
    ('輝達 NVIDIA', 'Meta')
    """
    firm = recorded_directory().firm_of(ticker)
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
        return event.label or event.title
    recorded = load_events()
    return label_of(recorded[event]) if event in recorded else _readable(event)


def _readable(event_id: str) -> str:
    text = _DATE.sub("", event_id).replace("-", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:] or event_id
