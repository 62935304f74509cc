"""Results as tables a person reads: worded numbers, units in the head, nothing cut off."""

from __future__ import annotations

from analytics.display.tables.listings import aligned_days, implied_path, two_listings
from analytics.display.tables.studies import (
    Table,
    cars,
    dropped,
    placement,
    sessions,
    tests,
    with_and_without,
)

__all__ = [
    "Table",
    "aligned_days",
    "cars",
    "dropped",
    "implied_path",
    "placement",
    "sessions",
    "tests",
    "two_listings",
    "with_and_without",
]
