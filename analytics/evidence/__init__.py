"""How sure: multiplicity, families of events, size and power of the tests by simulation."""

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
from analytics.evidence.weights import WeightDoubt, weight_doubt

__all__ = [
    "Simulation",
    "WeightDoubt",
    "World",
    "adjust_pvalues",
    "average_reactions",
    "both_ways",
    "rejections",
    "simulate_size",
    "size_table",
    "standard_worlds",
    "weight_doubt",
]
