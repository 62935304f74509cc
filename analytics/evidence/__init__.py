"""How sure: placebo, specifications, expectations, multiplicity, size and power of the tests."""

from analytics.evidence.activity import (
    ActivityResults,
    abnormal_range,
    abnormal_volume,
)
from analytics.evidence.activity_families import (
    VarianceRatio,
    all_together,
    average_activity,
    variance_ratio,
)
from analytics.evidence.choices import (
    usual_benchmarks,
    usual_models,
)
from analytics.evidence.claims import (
    ClaimCheck,
    ClaimChecks,
    Figure,
    check_claims,
)
from analytics.evidence.expectations import (
    ExpectedSigns,
    expected_signs,
)
from analytics.evidence.families import (
    average_reactions,
    both_ways,
)
from analytics.evidence.levels import (
    MeanLevel,
    RecentLevel,
)
from analytics.evidence.multiplicity import (
    adjust_pvalues,
)
from analytics.evidence.openings import (
    OpeningSplit,
    split_at_open,
)
from analytics.evidence.placebo import (
    Placebo,
    placebo,
    placebo_shares,
)
from analytics.evidence.power import (
    power,
)
from analytics.evidence.quiet_dates import (
    QuietDates,
    quiet_dates,
)
from analytics.evidence.quiet_days import (
    after_closures,
    false_alarms,
    quiet_days,
)
from analytics.evidence.simulation import (
    Simulation,
    World,
    rejections,
    simulate_size,
    size_table,
    standard_worlds,
)
from analytics.evidence.specification import (
    SpecificationCurve,
    specification_curve,
)
from analytics.evidence.value import (
    value_change,
)
from analytics.evidence.weights import (
    WeightDoubt,
    weight_doubt,
)

__all__ = [
    "ActivityResults",
    "ClaimCheck",
    "ClaimChecks",
    "ExpectedSigns",
    "Figure",
    "MeanLevel",
    "OpeningSplit",
    "Placebo",
    "QuietDates",
    "RecentLevel",
    "Simulation",
    "SpecificationCurve",
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
    "check_claims",
    "expected_signs",
    "false_alarms",
    "placebo",
    "placebo_shares",
    "power",
    "quiet_dates",
    "quiet_days",
    "rejections",
    "simulate_size",
    "size_table",
    "specification_curve",
    "split_at_open",
    "standard_worlds",
    "usual_benchmarks",
    "usual_models",
    "value_change",
    "variance_ratio",
    "weight_doubt",
]
