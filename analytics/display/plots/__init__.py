"""Figures: each answers one question, which is its title."""

from __future__ import annotations

from analytics.display.plots.activity import activity_panels, activity_spread, opening_split
from analytics.display.plots.estimates import forest, scatter, with_and_without
from analytics.display.plots.families import averages, standouts
from analytics.display.plots.hours import clocks
from analytics.display.plots.matrix import heatmap
from analytics.display.plots.paths import car, car_panels
from analytics.display.plots.prices import timeline
from analytics.display.plots.sizes import rejection, rejections

__all__ = [
    "activity_panels",
    "activity_spread",
    "averages",
    "car",
    "car_panels",
    "clocks",
    "forest",
    "heatmap",
    "opening_split",
    "rejection",
    "rejections",
    "scatter",
    "standouts",
    "timeline",
    "with_and_without",
]
