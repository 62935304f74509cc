"""Results as tables a person reads: worded numbers, units in the head, nothing cut off."""

from __future__ import annotations

from analytics.display.tables.activity import (
    activity,
    activity_averages,
    false_alarms,
    flagged,
    openings,
)
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
    "activity",
    "activity_averages",
    "cars",
    "dropped",
    "false_alarms",
    "flagged",
    "openings",
    "placement",
    "sessions",
    "tests",
    "with_and_without",
]
