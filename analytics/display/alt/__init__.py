"""What a reader would see in each figure, said from the same numbers.

Each function has the name and the arguments of its figure in `analytics.display.plots`, and gives
the text that stands for the picture.
"""

from __future__ import annotations

from analytics.display.alt.activity import (
    activity_panels,
    activity_spread,
    opening_split,
)
from analytics.display.alt.claims import (
    claim_path,
    claim_verdicts,
)
from analytics.display.alt.listings import (
    catch_up,
    premium_series,
    two_listings,
)
from analytics.display.alt.robustness import (
    choices,
    expected_signs,
    placebo,
    power,
    quiet_dates,
    specifications,
)
from analytics.display.alt.studies import (
    averages,
    car,
    car_panels,
    clocks,
    forest,
    heatmap,
    rejection,
    rejections,
    scatter,
    standouts,
    timeline,
    with_and_without,
)

__all__ = [
    "activity_panels",
    "activity_spread",
    "averages",
    "car",
    "car_panels",
    "catch_up",
    "choices",
    "claim_path",
    "claim_verdicts",
    "clocks",
    "expected_signs",
    "forest",
    "heatmap",
    "opening_split",
    "placebo",
    "power",
    "premium_series",
    "quiet_dates",
    "rejection",
    "rejections",
    "scatter",
    "specifications",
    "standouts",
    "timeline",
    "two_listings",
    "with_and_without",
]
