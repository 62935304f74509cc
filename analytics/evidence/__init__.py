"""How sure: families of events, two listings of one firm, multiplicity, size of the tests."""

from analytics.evidence.catchup import interval_record, usual_catch_up
from analytics.evidence.comparison import ListingComparison, ListingComparisons, OtherNews
from analytics.evidence.families import average_reactions, both_ways
from analytics.evidence.lines import (
    AT_LOCAL_CLOSE,
    AT_LOCAL_OPEN,
    AT_RECEIPT_CLOSE,
    AT_RECEIPT_OPEN,
    Pairing,
    premium,
)
from analytics.evidence.listings import compare_listings, compare_many_listings
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.evidence.simulation import (
    Simulation,
    World,
    rejections,
    simulate_size,
    size_table,
    standard_worlds,
)
from analytics.evidence.weights import WeightDoubt, weight_doubt

__all__ = [
    "AT_LOCAL_CLOSE",
    "AT_LOCAL_OPEN",
    "AT_RECEIPT_CLOSE",
    "AT_RECEIPT_OPEN",
    "ListingComparison",
    "ListingComparisons",
    "OtherNews",
    "Pairing",
    "Simulation",
    "WeightDoubt",
    "World",
    "adjust_pvalues",
    "average_reactions",
    "both_ways",
    "compare_listings",
    "compare_many_listings",
    "interval_record",
    "premium",
    "rejections",
    "simulate_size",
    "size_table",
    "standard_worlds",
    "usual_catch_up",
    "weight_doubt",
]
