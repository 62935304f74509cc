"""What was abnormal: aligned samples, models of the normal return, tests. It knows no file."""

from analytics.study.alignment import align
from analytics.study.models import (
    ConstantMean,
    Dimson,
    FactorModel,
    Fit,
    GarchMarketModel,
    MarketAdjusted,
    MarketModel,
    Model,
    RobustMarketModel,
    ScholesWilliams,
    SyntheticControl,
)
from analytics.study.results import EventStudyResults, event_study
from analytics.study.sample import Sample
from analytics.study.sessions import first_sessions
from analytics.study.windows import Windows

__all__ = [
    "ConstantMean",
    "Dimson",
    "EventStudyResults",
    "FactorModel",
    "Fit",
    "GarchMarketModel",
    "MarketAdjusted",
    "MarketModel",
    "Model",
    "RobustMarketModel",
    "Sample",
    "ScholesWilliams",
    "SyntheticControl",
    "Windows",
    "align",
    "event_study",
    "first_sessions",
]
