"""The real client of Yahoo, fresh for a test, that finds a server of this machine."""

from __future__ import annotations

import pytest

from tests.market import loopback
from tests.market.conftest import fresh_yfinance  # noqa: F401


@pytest.fixture
def yahoo(request, monkeypatch):
    """A server with NVIDIA and its index; the command line's own client asks it."""
    request.getfixturevalue("fresh_yfinance")
    import yfinance

    days = ("2025-01-22", "2025-01-23", "2025-01-24", "2025-01-27", "2025-01-28")
    closes = dict(zip(days, (147.07, 147.22, 142.62, 118.42, 128.99), strict=True))
    index = {day: 41 * close for day, close in closes.items()}
    listings = {
        "NVDA": loopback.Listing(closes),
        "^GSPC": loopback.Listing(index, exchange="SNP", kind="INDEX"),
    }
    with loopback.Server(listings) as server:
        monkeypatch.setattr(
            yfinance.data, "new_session", lambda: loopback.loopback_session(server.port)
        )
        yield server
