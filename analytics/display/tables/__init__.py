"""Results as tables a person reads: worded numbers, units in the head, nothing cut off."""

from __future__ import annotations

from analytics.display.tables.robustness import (
    differences,
    expected_signs,
    other_shares,
    placebos,
    specifications,
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
    "cars",
    "differences",
    "dropped",
    "expected_signs",
    "other_shares",
    "placebos",
    "placement",
    "sessions",
    "specifications",
    "tests",
    "with_and_without",
]
