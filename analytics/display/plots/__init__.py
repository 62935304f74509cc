"""Figures: each answers one question, which is its title."""

from __future__ import annotations

from analytics.display.plots.claims import claim_path, claim_verdicts
from analytics.display.plots.estimates import forest, scatter, with_and_without
from analytics.display.plots.families import averages, standouts
from analytics.display.plots.hours import clocks
from analytics.display.plots.matrix import heatmap
from analytics.display.plots.paths import car, car_panels
from analytics.display.plots.prices import timeline
from analytics.display.plots.sizes import rejection, rejections

__all__ = [
    "averages",
    "car",
    "car_panels",
    "claim_path",
    "claim_verdicts",
    "clocks",
    "forest",
    "heatmap",
    "rejection",
    "rejections",
    "scatter",
    "standouts",
    "timeline",
    "with_and_without",
]
