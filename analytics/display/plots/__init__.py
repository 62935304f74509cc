"""Figures: each answers one question, which is its title."""

from __future__ import annotations

from analytics.display.plots.estimates import forest, scatter, with_and_without
from analytics.display.plots.families import averages, standouts
from analytics.display.plots.gaps import catch_up, premium_series
from analytics.display.plots.hours import clocks
from analytics.display.plots.listings import two_listings
from analytics.display.plots.matrix import heatmap
from analytics.display.plots.paths import car, car_panels
from analytics.display.plots.prices import timeline
from analytics.display.plots.sizes import rejection, rejections

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
