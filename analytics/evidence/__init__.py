"""How sure: multiplicity, families of events, activity, size and power of tests by simulation."""

from analytics.evidence.activity import ActivityResults, abnormal_range, abnormal_volume
from analytics.evidence.activity_families import (
    VarianceRatio,
    all_together,
    average_activity,
    variance_ratio,
)
from analytics.evidence.families import average_reactions, both_ways
from analytics.evidence.levels import MeanLevel, RecentLevel
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.evidence.openings import OpeningSplit, split_at_open
from analytics.evidence.quiet_days import after_closures, false_alarms, quiet_days
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
    "ActivityResults",
    "MeanLevel",
    "OpeningSplit",
    "RecentLevel",
    "Simulation",
    "VarianceRatio",
    "WeightDoubt",
    "World",
    "abnormal_range",
    "abnormal_volume",
    "adjust_pvalues",
    "after_closures",
    "all_together",
    "average_activity",
    "average_reactions",
    "both_ways",
    "false_alarms",
    "quiet_days",
    "rejections",
    "simulate_size",
    "size_table",
    "split_at_open",
    "standard_worlds",
    "variance_ratio",
    "weight_doubt",
]
