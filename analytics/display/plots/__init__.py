"""Figures: each answers one question, which is its title."""

from __future__ import annotations

from analytics.display.plots.activity import (
    activity_panels,
    activity_spread,
    opening_split,
)
from analytics.display.plots.claims import (
    claim_path,
    claim_verdicts,
)
from analytics.display.plots.estimates import (
    forest,
    scatter,
    with_and_without,
)
from analytics.display.plots.families import (
    averages,
    standouts,
)
from analytics.display.plots.gaps import (
    catch_up,
    premium_series,
)
from analytics.display.plots.hours import (
    clocks,
)
from analytics.display.plots.listings import (
    two_listings,
)
from analytics.display.plots.matrix import (
    heatmap,
)
from analytics.display.plots.paths import (
    car,
    car_panels,
)
from analytics.display.plots.placebos import (
    expected_signs,
    placebo,
    power,
    quiet_dates,
)
from analytics.display.plots.prices import (
    timeline,
)
from analytics.display.plots.robustness import (
    choices,
    specifications,
)
from analytics.display.plots.sizes import (
    rejection,
    rejections,
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
