"""Known answers of simulated problems, and the same problems as this package sees them.

In: the files of ``tests/reference``. Out: samples, results, reference numbers.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import analytics as ma

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
MODELS = {
    "market_model": ma.MarketModel(),
    "mean_adjusted": ma.ConstantMean(),
    "market_adjusted": ma.MarketAdjusted(),
}
WINDOWS = [(-10, 10), (0, 0), (-1, 1), (0, 5), (-5, 5)]


@cache
def reference() -> dict[str, Any]:
    return json.loads((REFERENCE / "reference.json").read_text(encoding="utf-8"))


@cache
def returns(problem: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{problem}_returns.csv", index_col="date", parse_dates=["date"])


@cache
def events(problem: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / f"{problem}_events.csv", parse_dates=["event_date"])
    return frame.rename(columns={"security": "ticker", "event_date": "session"})


@cache
def sample(problem: str) -> ma.Sample:
    return ma.align(events(problem), ma.Market.from_returns(returns(problem), benchmarks="MKT"))


@cache
def results(problem: str, model: str = "market_model") -> ma.EventStudyResults:
    return ma.event_study(sample(problem), MODELS[model])


@cache
def table_of(problem: str, model: str, window: tuple[int, int]) -> pd.DataFrame:
    """``results.test``, run once: the sign flips draw a hundred thousand times."""
    return results(problem, model).test(*window)
