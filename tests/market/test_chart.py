"""Cash beside prices: one unit, nothing lost, nothing guessed without a word."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analytics.market.chart import HUNDREDTHS, read_chart

DAYS = pd.to_datetime(["2025-01-22", "2025-01-23", "2025-01-24"])
CLOSES = pd.Series([400.0, 410.0, 405.0], index=DAYS)


def seconds(day, clock="08:00", zone="Europe/London"):
    return int(pd.Timestamp(f"{day} {clock}", tz=zone).timestamp())


def chart(currency="GBp", zone="Europe/London", **events):
    listed = {name: {str(k): one for k, one in enumerate(its)} for name, its in events.items()}
    meta = {"symbol": "VOD.L", "currency": currency, "exchangeTimezoneName": zone}
    return read_chart(json.dumps({"chart": {"result": [{"meta": meta, "events": listed}]}}))


def paid(amount, day="2025-01-24", **more):
    return {"amount": amount, "date": seconds(day), **more}


@pytest.mark.parametrize(("quoted", "main"), list(HUNDREDTHS.items()))
def test_hundredths_become_the_main_currency(quoted, main):
    one = chart(quoted)
    bars = pd.DataFrame({"close": [57.34000015258789], "volume": [1000.0]}, index=DAYS[:1])
    assert (one.listing.currency, one.listing.quoted, one.unit) == (main, quoted, 100.0)
    assert one.prices(bars).to_numpy().tolist() == [[0.5734, 1000.0]]


def test_a_main_currency_stays():
    one = chart("GBP")
    bars = pd.DataFrame({"close": [57.34]}, index=DAYS[:1])
    assert one.prices(bars) is bars
    assert one.listing.currency == one.listing.quoted == "GBP"


@pytest.mark.parametrize(
    ("event", "amount", "remarks"),
    [
        (paid(4.5), 0.045, 0),  # 1.1 % of 410 pence
        (paid(0.045), 0.045, 1),  # as pence 0.011 % of the price: it came in pounds
        (paid(4.5, currency="GBp"), 0.045, 0),
        (paid(0.045, currency="GBP"), 0.045, 0),
        (paid(0.045, currency="GBp"), 0.00045, 0),  # what is said is not guessed
        (paid(0.42), 0.0042, 0),  # just above a thousandth of the price
        (paid(0.40), 0.40, 1),
    ],
)
def test_cash_and_prices_are_in_one_unit(event, amount, remarks):
    cash, said = chart(dividends=[event]).cash(CLOSES)
    assert cash.to_dict() == {pd.Timestamp("2025-01-24"): pytest.approx(amount)}
    assert len(said) == remarks


def test_cash_of_another_currency_is_left_out_and_named():
    cash, said = chart(dividends=[paid(0.2, currency="USD"), paid(3, "2025-01-23")]).cash(CLOSES)
    assert cash.tolist() == [0.03]
    assert said == [("2025-01-24", "cash of 0.2 USD beside GBP")]


def test_the_close_before_the_first_day_is_that_day():
    cash, _ = chart(dividends=[paid(4.0, "2025-01-22")]).cash(CLOSES)
    assert cash.tolist() == [0.04]


def test_capital_gains_and_dividends_of_one_day_are_added():
    events = {"dividends": [paid(0.3)], "capitalGains": [paid(1.2), paid(0.5, "2025-01-22")]}
    cash, said = chart("USD", **events).cash(CLOSES)
    assert cash.tolist() == [0.5, 1.5]
    assert said == []


@pytest.mark.parametrize(("dividend", "gain"), [(10.0, 8.0), (8.0, 8.0)])
def test_a_capital_gain_that_the_dividend_holds_is_not_paid_twice(dividend, gain):
    cash, said = chart("USD", dividends=[paid(dividend)], capitalGains=[paid(gain)]).cash(CLOSES)
    assert cash.tolist() == [dividend]
    words = f"capital gain of {gain:g} not added: the dividend of {dividend:g} holds it"
    assert said == [("2025-01-24", words)]


@pytest.mark.parametrize("amount", [float("inf"), float("nan"), -1.0])
def test_what_is_no_amount_and_no_ratio_is_left_out_and_named(amount):
    split = {"date": seconds("2025-01-23"), "numerator": amount, "denominator": 1}
    one = chart("USD", dividends=[paid(amount), paid(2, "2025-01-22")], splits=[split])
    cash, said = one.cash(CLOSES)
    assert (cash.tolist(), one.splits.tolist()) == ([2.0], [])
    assert said == [
        ("2025-01-23", f"a split of {amount} to 1, which is no ratio"),
        ("2025-01-24", f"cash of {amount:g}, which is no amount"),
    ]


def test_a_split_has_the_date_of_its_exchange():
    split = {"date": seconds("2025-01-24", "00:30", "Asia/Tokyo"), "numerator": 5, "denominator": 2}
    one = chart("JPY", "Asia/Tokyo", splits=[split, {**split, "denominator": 0}])
    assert one.splits.to_dict() == {pd.Timestamp("2025-01-24"): 2.5}


@pytest.mark.parametrize("text", ["", "[]", '{"chart": {"result": null}}', '{"chart": {}}'])
def test_what_is_no_answer_is_refused(text):
    with pytest.raises((ValueError, LookupError, TypeError)):
        read_chart(text)
