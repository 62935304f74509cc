"""How much a firm's index weight matters: the study made again with another weight, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

import analytics as ma
from analytics.display import sentences
from analytics.errors import InputError
from analytics.evidence import weight_doubt

SHOCK = ma.load_events()["deepseek-shock-2025-01-27"]
MARKET = ma.load_market()


@pytest.mark.parametrize("ticker", ["NVDA", "META", "2330.TW"])
def test_a_tenth_less_and_more_of_the_weight(ticker):
    found = weight_doubt(SHOCK, MARKET, ticker)
    plain = ma.event_study(ma.align(SHOCK, MARKET, tickers=[ticker]))
    assert found.car == plain.headline()["car"].iloc[0]
    for factor, car in ((0.9, found.low), (1.1, found.high)):
        weights = tuple(replace(one, weight=one.weight * factor) for one in MARKET.weights)
        other = ma.align(SHOCK, replace(MARKET, weights=weights), tickers=[ticker])
        assert car == pytest.approx(ma.event_study(other).headline()["car"].iloc[0], abs=1e-15)
    assert found.weight == MARKET.weight(ticker, found.anchor.index)[found.before]


def test_the_sentence_says_where_the_weight_comes_from():
    said = sentences.weight(weight_doubt(SHOCK, MARKET, "2330.TW")).replace("\u202f", " ")
    assert said.startswith(
        "TSMC in Taipei: about 39 % of the TAIEX on 22 January 2025, carried back"
    )
    assert "43.1 % on 31 December 2025 (high grade)" in said
    assert said.endswith("moves the abnormal return by up to 0.5 percentage points")


def test_a_security_without_a_weight_has_none_to_doubt():
    with pytest.raises(InputError, match=r"TSM: no weight in \^GSPC is recorded"):
        weight_doubt(SHOCK, MARKET, "TSM")
