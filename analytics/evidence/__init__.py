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
from analytics.evidence.catchup import (
    interval_record,
    usual_catch_up,
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
from analytics.evidence.comparison import (
    ListingComparison,
    ListingComparisons,
    OtherNews,
)
from analytics.evidence.elsewhere import (
    placebo_shares,
)
from analytics.evidence.expectations import (
    UNQUOTED,
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
from analytics.evidence.lines import (
    AT_LOCAL_CLOSE,
    AT_LOCAL_OPEN,
    AT_RECEIPT_CLOSE,
    AT_RECEIPT_OPEN,
    Pairing,
    premium,
)
from analytics.evidence.listings import (
    compare_listings,
    compare_many_listings,
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
    "AT_LOCAL_CLOSE",
    "AT_LOCAL_OPEN",
    "AT_RECEIPT_CLOSE",
    "AT_RECEIPT_OPEN",
    "UNQUOTED",
    "ActivityResults",
    "ClaimCheck",
    "ClaimChecks",
    "ExpectedSigns",
    "Figure",
    "ListingComparison",
    "ListingComparisons",
    "MeanLevel",
    "OpeningSplit",
    "OtherNews",
    "Pairing",
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
    "compare_listings",
    "compare_many_listings",
    "expected_signs",
    "false_alarms",
    "interval_record",
    "placebo",
    "placebo_shares",
    "power",
    "premium",
    "quiet_dates",
    "quiet_days",
    "rejections",
    "simulate_size",
    "size_table",
    "specification_curve",
    "split_at_open",
    "standard_worlds",
    "usual_benchmarks",
    "usual_catch_up",
    "usual_models",
    "value_change",
    "variance_ratio",
    "weight_doubt",
]
