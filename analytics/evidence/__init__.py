"""How sure: placebo, specifications, expectations, multiplicity, size and power of the tests."""

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
from analytics.evidence.multiplicity import (
    adjust_pvalues,
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
    "ClaimCheck",
    "ClaimChecks",
    "ExpectedSigns",
    "Figure",
    "Placebo",
    "QuietDates",
    "Simulation",
    "SpecificationCurve",
    "WeightDoubt",
    "World",
    "adjust_pvalues",
    "average_reactions",
    "both_ways",
    "check_claims",
    "expected_signs",
    "placebo",
    "placebo_shares",
    "power",
    "quiet_dates",
    "rejections",
    "simulate_size",
    "size_table",
    "specification_curve",
    "standard_worlds",
    "usual_benchmarks",
    "usual_models",
    "value_change",
    "weight_doubt",
]
