"""Results as tables a person reads: worded numbers, units in the head, nothing cut off."""

from __future__ import annotations

from analytics.display.tables.activity import (
    activity,
    activity_averages,
    false_alarms,
    flagged,
    openings,
)
from analytics.display.tables.articles import amounts, differences_of_pages, organisations
from analytics.display.tables.checked import findings
from analytics.display.tables.claims import (
    claim_figures,
    claims,
    falls,
    reactions,
    values,
)
from analytics.display.tables.listings import (
    aligned_days,
    implied_path,
    two_listings,
)
from analytics.display.tables.robustness import (
    by_two,
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
    "activity",
    "activity_averages",
    "aligned_days",
    "amounts",
    "by_two",
    "cars",
    "claim_figures",
    "claims",
    "differences",
    "differences_of_pages",
    "dropped",
    "expected_signs",
    "falls",
    "false_alarms",
    "findings",
    "flagged",
    "implied_path",
    "openings",
    "organisations",
    "other_shares",
    "placebos",
    "placement",
    "reactions",
    "sessions",
    "specifications",
    "tests",
    "two_listings",
    "values",
    "with_and_without",
]
