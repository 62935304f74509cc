"""What prices did: securities, calendars, prices and their checks. It knows no events."""

from analytics.market.benchmarks import IndexWeight
from analytics.market.calendars import ExchangeCalendar, exchange_calendar
from analytics.market.checks import (
    RevisionReport,
    SnapshotCheck,
    check_snapshot,
    compare_snapshots,
    repair,
    undo_repairs,
)
from analytics.market.factorfiles import load_factors
from analytics.market.fetched import Fetched
from analytics.market.fetching import download_market, fetch
from analytics.market.listed import securities_template
from analytics.market.prices import Market, load_market
from analytics.market.securities import Directory, Security, recorded_directory
from analytics.market.shares import ShareCount
from analytics.market.yahoo import Client
from analytics.names import Firm

__all__ = [
    "Client",
    "Directory",
    "ExchangeCalendar",
    "Fetched",
    "Firm",
    "IndexWeight",
    "Market",
    "RevisionReport",
    "Security",
    "ShareCount",
    "SnapshotCheck",
    "check_snapshot",
    "compare_snapshots",
    "download_market",
    "exchange_calendar",
    "fetch",
    "load_factors",
    "load_market",
    "recorded_directory",
    "repair",
    "securities_template",
    "undo_repairs",
]
