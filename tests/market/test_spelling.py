"""Notations of the news, and what Yahoo calls them."""

from __future__ import annotations

import pytest

from analytics.market.spelling import may_mean


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2330", ("2330.TW",)),
        ("2330-TW", ("2330.TW",)),
        ("2330.TWO", ("2330.TW",)),
        ("META.US", ("META",)),
        ("TSM-US", ("TSM",)),
        ("NVDA.O", ("NVDA",)),
        ("ZZZZ.US", ("ZZZZ",)),
        ("9999", ("9999.TW", "9999.TWO")),
        ("NVDA", ()),
        ("^GSPC", ()),
        ("SAP.DE", ()),
    ],
)
def test_a_notation_of_the_news_leads_to_yahoos(written, meant):
    assert may_mean(written) == meant
