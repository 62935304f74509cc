"""Models of the normal return, each with its own forecast error."""

from analytics.study.models.base import Fit, ForecastError, Model
from analytics.study.models.garch import GarchMarketModel
from analytics.study.models.linear import (
    ConstantMean,
    Dimson,
    FactorModel,
    MarketAdjusted,
    MarketModel,
)
from analytics.study.models.robust import RobustMarketModel
from analytics.study.models.scholes_williams import ScholesWilliams
from analytics.study.models.synthetic import SyntheticControl

__all__ = [
    "ConstantMean",
    "Dimson",
    "FactorModel",
    "Fit",
    "ForecastError",
    "GarchMarketModel",
    "MarketAdjusted",
    "MarketModel",
    "Model",
    "RobustMarketModel",
    "ScholesWilliams",
    "SyntheticControl",
]
