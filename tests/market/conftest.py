"""The real client of Yahoo as a fresh process has it, with its files in a folder of the test."""

from __future__ import annotations

import pytest


@pytest.fixture
def fresh_yfinance(tmp_path):
    import yfinance
    from yfinance import base, cache, data

    data.SingletonMeta._instances.clear()
    base._tz_info_fetch_ctr = 0
    cache._TzCacheManager._tz_cache = None
    cache._CookieCacheManager._Cookie_cache = None
    yfinance.set_tz_cache_location(str(tmp_path / "yfinance"))
    yield
    yfinance.set_tz_cache_location(str(tmp_path / "closed"))  # lets go of the databases
    data.SingletonMeta._instances.clear()
