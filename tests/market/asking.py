"""Five closes, a moment long after them, and a run that asks the server for them."""

from __future__ import annotations

import datetime as dt

from analytics.market.fetching import fetch
from analytics.market.yahoo import Client
from tests.market.loopback import loopback_session

DAYS = ("2025-01-22", "2025-01-28")
CLOSES = dict(
    zip(
        ("2025-01-22", "2025-01-23", "2025-01-24", "2025-01-27", "2025-01-28"),
        (147.07, 147.22, 142.62, 118.42, 128.99),
        strict=True,
    )
)
WEEK = dt.timedelta(days=7)
MARCH = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)


def client(server, now=MARCH, **options):
    session = loopback_session(server.port)
    return Client(session=session, now=lambda: now, sleep=lambda _: None, timeout=2.0, **options)


def again(server, folder, tickers="NVDA", days=DAYS, *, now=MARCH, benchmarks=False, **options):
    return fetch(
        tickers, *days, folder, benchmarks=benchmarks, client=client(server, now), **options
    )
