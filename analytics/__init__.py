"""What did this piece of news do to that price, and how sure can we be.

::

    articles --> events --+
                          +--> align --> Sample --> event_study --> results --> plots, pages
    recorded --> Market --+                     ^ models, tests

Use::

    import analytics as ma

    events = ma.load_events()
    market = ma.load_market()
    sample = ma.align(events["deepseek-shock-2025-01-27"], market)
    results = ma.event_study(sample)
    results.car(0, 1)

The names below load when they are first used, so that ``import analytics`` stays light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics import evidence
    from analytics.display import alt, plots, sentences, tables
    from analytics.display.report import build_report
    from analytics.display.sheet import tear_sheet
    from analytics.display.style import show
    from analytics.events import (
        Event,
        EventTable,
        event_template,
        load_claims,
        load_confounders,
        load_events,
    )
    from analytics.events.articles import draft_event, read_article
    from analytics.market import (
        Market,
        check_snapshot,
        compare_snapshots,
        download_market,
        load_factors,
        load_market,
        securities_template,
    )
    from analytics.study import (
        ConstantMean,
        Dimson,
        EventStudyResults,
        FactorModel,
        GarchMarketModel,
        MarketAdjusted,
        MarketModel,
        RobustMarketModel,
        Sample,
        ScholesWilliams,
        SyntheticControl,
        Windows,
        align,
        event_study,
        first_sessions,
    )

_HOME = {
    "Event": "analytics.events",
    "EventTable": "analytics.events",
    "event_template": "analytics.events",
    "draft_event": "analytics.events.articles",
    "read_article": "analytics.events.articles",
    "load_claims": "analytics.events",
    "load_confounders": "analytics.events",
    "load_events": "analytics.events",
    "Market": "analytics.market",
    "check_snapshot": "analytics.market",
    "compare_snapshots": "analytics.market",
    "download_market": "analytics.market",
    "load_factors": "analytics.market",
    "load_market": "analytics.market",
    "securities_template": "analytics.market",
    "ConstantMean": "analytics.study",
    "Dimson": "analytics.study",
    "EventStudyResults": "analytics.study",
    "FactorModel": "analytics.study",
    "GarchMarketModel": "analytics.study",
    "MarketAdjusted": "analytics.study",
    "MarketModel": "analytics.study",
    "RobustMarketModel": "analytics.study",
    "Sample": "analytics.study",
    "ScholesWilliams": "analytics.study",
    "SyntheticControl": "analytics.study",
    "Windows": "analytics.study",
    "align": "analytics.study",
    "event_study": "analytics.study",
    "first_sessions": "analytics.study",
    "build_report": "analytics.display.report",
    "tear_sheet": "analytics.display.sheet",
    "alt": "analytics.display",
    "plots": "analytics.display",
    "sentences": "analytics.display",
    "show": "analytics.display.style",
    "tables": "analytics.display",
    "evidence": "analytics",
}

__all__ = [
    "ConstantMean",
    "Dimson",
    "Event",
    "EventStudyResults",
    "EventTable",
    "FactorModel",
    "GarchMarketModel",
    "Market",
    "MarketAdjusted",
    "MarketModel",
    "RobustMarketModel",
    "Sample",
    "ScholesWilliams",
    "SyntheticControl",
    "Windows",
    "align",
    "alt",
    "build_report",
    "check_snapshot",
    "compare_snapshots",
    "download_market",
    "draft_event",
    "event_study",
    "event_template",
    "evidence",
    "first_sessions",
    "load_claims",
    "load_confounders",
    "load_events",
    "load_factors",
    "load_market",
    "plots",
    "read_article",
    "securities_template",
    "sentences",
    "show",
    "tables",
    "tear_sheet",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'analytics' has no attribute {name!r}")
    module = importlib.import_module(home)
    is_module = home in ("analytics.display", "analytics")
    value = importlib.import_module(f"{home}.{name}") if is_module else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
