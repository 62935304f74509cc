"""Planted prices for claims: what a test needs and no more.

In: closes, and lows and highs where a test has them. Out: a market of one share, claims about it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

import analytics as ma
from analytics.events import Claim, Confounder

START = "2024-03-04"  # a Monday


def days(count: int) -> pd.DatetimeIndex:
    return pd.bdate_range(START, periods=count)


def share(
    closes: Sequence[float],
    *,
    lows: Sequence[float] | None = None,
    highs: Sequence[float] | None = None,
    ticker: str = "MINE",
) -> ma.Market:
    """A market of one share; its first session is `START`."""
    frame = pd.DataFrame({ticker: closes}, index=days(len(closes)), dtype=float)
    market = ma.Market.from_frames(frame)
    bars = {ticker: market.bars[ticker].copy()}
    for name, values in (("low", lows), ("high", highs)):
        if values is not None:
            bars[ticker][name] = [float(one) for one in values]
    return replace(market, bars=bars)


def day(row: int) -> dt.date:
    return days(row + 1)[-1].date()


def claim(check: dict[str, Any], *, printed: int = 40, **fields: Any) -> Claim:
    """A claim with this check, printed on business day ``printed``."""
    record = {
        "id": "K1",
        "articles": ["mine"],
        "claim": "It moved",
        "kind": "price",
        "published": day(printed),
        "check": check,
    }
    return Claim.model_validate(record | fields)


def fell(*, printed: int = 6, **fields: Any) -> Claim:
    """The share fell by at least a fifth from the close of row 0, in rows 1 to 5."""
    check = {
        "type": "drawdown",
        "ticker": "MINE",
        "references": [day(0)],
        "start": day(1),
        "until": day(5),
        "fall": 0.2,
    }
    return claim(check | fields, printed=printed)


def came_back(*, printed: int = 5, **fields: Any) -> Claim:
    """The share came back to the close of row 0 from a trough in rows 1 to 3."""
    check = {
        "type": "recovery",
        "ticker": "MINE",
        "reference": day(0),
        "start": day(1),
        "trough_until": day(3),
    }
    return claim(check | fields, printed=printed)


def tariff(row: int) -> Confounder:
    """Tariff news at noon of a row."""
    return Confounder(
        id=f"tariff-{row}",
        kind="tariff",
        published_at=f"{day(row)}T12:00:00Z",
        what="tariffs",
        grade="high",
    )
