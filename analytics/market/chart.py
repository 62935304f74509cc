"""What Yahoo's answer says besides the bars: the ticker, its unit, dividends and splits.

In: the text of an answer about prices. Out: a frozen `Chart`. It must not know who asked.

yfinance gives bars and actions as one table, without the currency of a dividend and, for a share,
without capital gains. Both stand in the answer itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.market.reply import YahooListing, number_text, plain_text

HUNDREDTHS = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS", "USX": "USD"}
NAME = 200  # characters of a name that are kept
TINY = 1e-3  # of the price: a smaller dividend in hundredths is read as one in the main unit
CASH = "cash of "  # how a remark on a dividend or a capital gain begins
BESIDE = " beside "  # in the remark about cash of another currency than the prices
SAME = 1e-6  # relative difference below which two amounts are one


def is_cash_left_out(remark: str) -> bool:
    """Whether a remark is about a payment in another currency, which no total return holds.

    Examples
    --------
    >>> is_cash_left_out("cash of 4.5 TWD beside USD"), is_cash_left_out("no close")
    (True, False)
    """
    return remark.startswith(CASH) and BESIDE in remark


@dataclass(frozen=True, eq=False)
class Chart:
    """An answer about prices, without its bars.

    Attributes
    ----------
    symbol : str
        The ticker that Yahoo answers for.
    listing : YahooListing
        ``currency`` is the main unit, ``quoted`` the unit of the answer.
    paid : tuple of (pandas.Timestamp, float, str)
        Date, amount and currency of dividends and capital gains; the currency is mostly empty.
    splits : pandas.Series
        Ratio (new shares per old one) by date.
    days : tuple of pandas.Timestamp
        Dates of the rows as they came, also where one came twice.
    remarks : tuple of (str, str)
        ISO date and reason of each action that was not taken as it came.
    """

    symbol: str
    listing: YahooListing
    paid: tuple[tuple[pd.Timestamp, float, str], ...]
    splits: pd.Series
    days: tuple[pd.Timestamp, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()

    @property
    def unit(self) -> float:
        """Quoted units in one of the main currency: 100 or 1."""
        return 100.0 if self.listing.quoted in HUNDREDTHS else 1.0

    def prices(self, bars: pd.DataFrame) -> pd.DataFrame:
        """Bars in the main currency; the volume stays.

        Parameters
        ----------
        bars : pandas.DataFrame
            As quoted.
        """
        if self.unit == 1.0:
            return bars
        names = [name for name in bars if name != "volume"]
        return bars.assign(**{name: bars[name].map(self._main) for name in names})

    def cash(self, closes: pd.Series) -> tuple[pd.Series, list[tuple[str, str]]]:
        """Dividends and capital gains in the main currency, and what was not taken as it came.

        An amount in another currency is left out. Where prices are quoted in hundredths and Yahoo
        does not say what the amount is in, it is in hundredths too, unless it would then be less
        than a thousandth of the close before: such amounts have come in the main currency.

        Parameters
        ----------
        closes : pandas.Series
            As quoted, by date.

        Returns
        -------
        tuple of (pandas.Series, list)
            Amounts by date, several of one day added; date and reason of each remark.
        """
        taken: dict[pd.Timestamp, float] = {}
        remarks = list(self.remarks)
        main, quoted = self.listing.currency, self.listing.quoted
        for day, amount, said in self.paid:
            unit = HUNDREDTHS.get(said, said)
            if unit and unit != main:
                remarks.append(
                    (f"{day:%Y-%m-%d}", f"{CASH}{number_text(amount)} {said}{BESIDE}{main}")
                )
                continue
            value = amount
            if self.unit != 1.0 and (said in HUNDREDTHS or not said):
                value = self._main(amount)
                before = closes[: day - pd.Timedelta(days=1)]
                price = before.iloc[-1] if len(before) else closes.iloc[0]
                if not said and amount < TINY * price:
                    value = amount
                    remarks.append(
                        (
                            f"{day:%Y-%m-%d}",
                            f"{CASH}{number_text(amount)} taken as {main}, for as {quoted} it "
                            f"would be {amount / price:.3%} of the price",
                        )
                    )
            taken[day] = taken.get(day, 0.0) + value
        return _dated(taken), remarks

    def _main(self, value: float) -> float:
        """A quoted number in the main unit, without the digits that doubling it added."""
        text = number_text(value)
        return round(float(text) / self.unit, 10) if text else float("nan")


def read_chart(text: str) -> Chart:
    """The parts of an answer.

    Parameters
    ----------
    text : str
        JSON.

    Raises
    ------
    ValueError, LookupError, TypeError, AttributeError
        It is not such an answer.

    Examples
    --------
    >>> meta = {"symbol": "VOD.L", "currency": "GBp", "exchangeTimezoneName": "Europe/London"}
    >>> paid = {"dividends": {"1": {"amount": 4.5, "date": 1717657200}}}
    >>> answer = {"chart": {"result": [{"meta": meta, "events": paid}]}}
    >>> chart = read_chart(json.dumps(answer))
    >>> chart.listing.currency, chart.listing.quoted, chart.paid[0][1]
    ('GBP', 'GBp', 4.5)
    """
    result = json.loads(text)["chart"]["result"][0]
    meta = result["meta"]
    names = ("exchangeName", "currency", "exchangeTimezoneName", "instrumentType")
    exchange, quoted, zone, kind = (plain_text(meta.get(one)) for one in names)
    name = plain_text(meta.get("longName") or meta.get("shortName"))[:NAME]
    events = result.get("events") or {}
    remarks: list[tuple[str, str]] = []
    dividends, gains = (
        _amounts(_each(events, kept), zone, remarks) for kept in ("dividends", "capitalGains")
    )
    return Chart(
        symbol=plain_text(meta.get("symbol")),
        listing=YahooListing(exchange, HUNDREDTHS.get(quoted, quoted), zone, kind, name, quoted),
        paid=tuple(sorted([*dividends, *_apart(gains, dividends, remarks)])),
        splits=_dated(_ratios(_each(events, "splits"), zone, remarks)),
        days=tuple(_day(one, zone) for one in result.get("timestamp") or ()),
        remarks=tuple(sorted(remarks)),
    )


def _amounts(
    events: list[Mapping[str, Any]], zone: str, remarks: list[tuple[str, str]]
) -> list[tuple[pd.Timestamp, float, str]]:
    """Date, amount and currency of payments; what is no amount is left out with a remark."""
    found = []
    for one in events:
        day, amount = _day(one["date"], zone), float(one["amount"] or 0.0)
        if 0 < amount < math.inf:
            found.append((day, amount, plain_text(one.get("currency"))))
        elif amount:
            remarks.append((f"{day:%Y-%m-%d}", f"{CASH}{amount:g}, which is no amount"))
    return found


def _ratios(
    events: list[Mapping[str, Any]], zone: str, remarks: list[tuple[str, str]]
) -> dict[pd.Timestamp, float]:
    """Ratios of splits by date; what is no ratio is left out with a remark."""
    found = {}
    for one in events:
        day, over, under = _day(one["date"], zone), one["numerator"], one["denominator"]
        ratio = float(over / under) if over and under else 0.0
        if 0 < ratio < math.inf:
            found[day] = ratio
        else:
            remarks.append((f"{day:%Y-%m-%d}", f"a split of {over} to {under}, which is no ratio"))
    return found


def _apart(
    gains: list[tuple[pd.Timestamp, float, str]],
    dividends: list[tuple[pd.Timestamp, float, str]],
    remarks: list[tuple[str, str]],
) -> list[tuple[pd.Timestamp, float, str]]:
    """Capital gains that come on top of the dividend of their date.

    Yahoo adds a fund's gain to its dividend as well as listing it, so a dividend of at least the
    gain holds it already.
    """
    found = []
    for day in dict.fromkeys(day for day, *_ in gains):
        its = [one for one in gains if one[0] == day]
        gain = sum(amount for _, amount, _ in its)
        paid = sum(amount for when, amount, _ in dividends if when == day)
        if paid < gain * (1 - SAME):
            found += its
        else:
            said = f"capital gain of {gain:.6g} not added: the dividend of {paid:.6g} holds it"
            remarks.append((f"{day:%Y-%m-%d}", said))
    return found


def _each(events: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return list((events.get(name) or {}).values())


def _day(seconds: float, zone: str) -> pd.Timestamp:
    moment = pd.Timestamp(seconds, unit="s", tz="UTC").tz_convert(zone)
    return moment.tz_localize(None).normalize().as_unit("ns")


def _dated(values: Mapping[pd.Timestamp, float]) -> pd.Series:
    index = pd.DatetimeIndex(list(values)).as_unit("ns")
    return pd.Series(list(values.values()), index=index, dtype=float).sort_index()
