"""How sure: claims, values, multiplicity, families of events, size and power by simulation."""

from analytics.evidence.claims import ClaimCheck, ClaimChecks, Figure, check_claims
from analytics.evidence.families import average_reactions, both_ways
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.evidence.simulation import (
    Simulation,
    World,
    rejections,
    simulate_size,
    size_table,
    standard_worlds,
)
from analytics.evidence.value import value_change
from analytics.evidence.weights import WeightDoubt, weight_doubt

__all__ = [
    "ClaimCheck",
    "ClaimChecks",
    "Figure",
    "Simulation",
    "WeightDoubt",
    "World",
    "adjust_pvalues",
    "average_reactions",
    "both_ways",
    "check_claims",
    "rejections",
    "simulate_size",
    "size_table",
    "standard_worlds",
    "value_change",
    "weight_doubt",
]
