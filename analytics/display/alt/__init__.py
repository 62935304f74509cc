"""What a reader would see in each figure, said from the same numbers.

Each function has the name and the arguments of its figure in `analytics.display.plots`, and gives
the text that stands for the picture.
"""

from __future__ import annotations

from analytics.display.alt.listings import catch_up, premium_series, two_listings
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
    "averages",
    "car",
    "car_panels",
    "catch_up",
    "clocks",
    "forest",
    "heatmap",
    "premium_series",
    "rejection",
    "rejections",
    "scatter",
    "standouts",
    "timeline",
    "two_listings",
    "with_and_without",
]
