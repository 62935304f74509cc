"""What an article says about prices, and how that is checked.

In: one mapping per claim; its ``check`` has a ``type`` and the parameters of that kind of check.
Out: a frozen, checked `Claim`. A verdict is never written down: it is computed from prices. It must
not know files, prices or sessions.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from analytics.events.records import Identifier, Record, Text, Ticker, Word

Share = Annotated[float, Field(gt=0, lt=1)]
Reference = dt.date | Literal["52-week high"]
ALONE = ("results", "tariff")


class Drawdown(Record):
    """A share fell by this much.

    Attributes
    ----------
    ticker : str
    references : tuple of date or "52-week high"
        Closes from which the fall is counted; the first is the claim's own.
    start, until : date
        First and last day on which it may have happened.
    fall : float
        Decimal fraction, above 0.
    wording : {"more than", "at least", "about"}
        ``about`` accepts a fall that is smaller by up to ``slack``.
    slack : float
        Decimal fraction.
    other_news : tuple of str
        Kinds of recorded news after which a fall is no longer the event's alone.
    """

    type: Literal["drawdown"]
    ticker: Ticker
    references: Annotated[tuple[Reference, ...], Field(min_length=1)]
    start: dt.date
    until: dt.date
    fall: Share
    wording: Literal["more than", "at least", "about"] = "at least"
    slack: Annotated[float, Field(ge=0, lt=0.1)] = 0.005
    other_news: tuple[Word, ...] = ALONE

    @model_validator(mode="after")
    def _in_order(self) -> Drawdown:
        if self.start > self.until:
            raise ValueError("start at or before until")
        first = self.references[0]
        if not isinstance(first, dt.date):
            raise ValueError("a date as the first reference: the claim's own")
        if any(isinstance(one, dt.date) and one >= self.start for one in self.references):
            raise ValueError("references before start")
        return self


class Recovery(Record):
    """A share came back from a fall.

    Attributes
    ----------
    ticker : str
    reference : date
        Whose close is the level to come back to.
    start, trough_until : date
        Days among which the lowest close is looked for.
    share : float
        How much of the fall must be regained, decimal fraction up to 1.
    lasting : bool
        Whether the claim says that it still stands when it is printed.
    """

    type: Literal["recovery"]
    ticker: Ticker
    reference: dt.date
    start: dt.date
    trough_until: dt.date
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    lasting: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> Recovery:
        if not self.reference < self.start <= self.trough_until:
            raise ValueError("reference before start, and start at or before trough_until")
        return self


class RenewedFall(Record):
    """A share fell again, for a reason that is named.

    Attributes
    ----------
    ticker : str
    start : date
        From here on the highest close is looked for; the market model is estimated before it.
    causes : tuple of str
        Kinds of recorded news that the claim names as the reason.
    largest : int
        How many of the largest abnormal falls are held against the news.
    """

    type: Literal["renewed_fall"]
    ticker: Ticker
    start: dt.date
    causes: Annotated[tuple[Word, ...], Field(min_length=1)]
    largest: Annotated[int, Field(ge=1, le=20)] = 3


class Swing(Record):
    """A group of shares moved sharply at an event.

    Attributes
    ----------
    tickers : tuple of str
    event : str
        Id of the event; each exchange's first session after it counts.
    days : int
        Sessions before it that say what is usual.
    times : float
        Standard deviations from which on a move is sharp.
    """

    type: Literal["swing"]
    tickers: Annotated[tuple[Ticker, ...], Field(min_length=1)]
    event: Identifier
    days: Annotated[int, Field(ge=20, le=500)] = 60
    times: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 2.0

    @model_validator(mode="after")
    def _consistent(self) -> Swing:
        if len(set(self.tickers)) < len(self.tickers):
            raise ValueError("each ticker once")
        return self


class Timing(Record):
    """An event and the fall of a share both lie in these days.

    Attributes
    ----------
    ticker : str
    event : str
        Id of the event.
    start, until : date
        The days that the claim names.
    search_start, search_until : date
        Days among which the largest fall of the share is looked for.
    """

    type: Literal["timing"]
    ticker: Ticker
    event: Identifier
    start: dt.date
    until: dt.date
    search_start: dt.date
    search_until: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Timing:
        if self.start > self.until or self.search_start > self.search_until:
            raise ValueError("start at or before until, search_start at or before search_until")
        return self


class SignedTicker(Record):
    """A security and the sign that the claim gives its reaction."""

    ticker: Ticker
    sign: Literal["+", "-"]


class SignClaim(Record):
    """Securities react with these signs.

    Attributes
    ----------
    securities : tuple of SignedTicker
    events : tuple of str
        Ids of the events that the articles tell.
    categories : tuple of str
        Where given, the verdict is about the average over all recorded events of these.
    window : tuple of int
        Tested days.
    size : float
        A move worth the claim, decimal fraction: where the interval leaves out a move of this size
        in the claimed direction, the prices speak against it.
    """

    type: Literal["sign"]
    securities: Annotated[tuple[SignedTicker, ...], Field(min_length=1)]
    events: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    categories: tuple[Word, ...] = ()
    window: tuple[int, int] = (0, 1)
    size: Annotated[float, Field(gt=0, lt=1)] = 0.01

    @model_validator(mode="after")
    def _consistent(self) -> SignClaim:
        names = [one.ticker for one in self.securities]
        if len(set(names)) < len(names):
            raise ValueError("each ticker once among the securities")
        if not -10 <= self.window[0] <= self.window[1] <= 10:
            raise ValueError("a window of days from -10 to 10, first not after last")
        return self


class Amounts(Record):
    """One amount in two currencies, as printed."""

    given: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    converted: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Conversion(Record):
    """Amounts in one currency equal amounts in another.

    Attributes
    ----------
    given, converted : str
        The two currencies.
    amounts : tuple of Amounts
        As printed, in one unit.
    rounding : float
        Half a unit of the last digit printed of the converted amounts.
    rate : str
        Ticker of the rate, converted per given, if prices of it are at hand.
    tolerance : float
        Relative difference from the recorded rate that is accepted.
    """

    type: Literal["conversion"]
    given: Text
    converted: Text
    amounts: Annotated[tuple[Amounts, ...], Field(min_length=1)]
    rounding: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    rate: Ticker
    tolerance: Annotated[float, Field(gt=0, lt=0.1)] = 0.005


class Stated(Record):
    """A figure that an article prints and no price can check."""

    article: Text
    what: Text
    value: float
    unit: Text


class NotCheckable(Record):
    """No price can say whether it is true.

    Attributes
    ----------
    needs : str
        What would be needed.
    stated : tuple of Stated
        Figures as printed; articles that disagree are all kept.
    """

    type: Literal["not_checkable"]
    needs: Text
    stated: tuple[Stated, ...] = ()


Check = Annotated[
    Drawdown | Recovery | RenewedFall | Swing | Timing | SignClaim | Conversion | NotCheckable,
    Field(discriminator="type"),
]


class Claim(Record):
    """What an article says about prices, and how it can be checked.

    Attributes
    ----------
    id : str
    articles : tuple of str
        Pages that say it.
    claim : str
    kind : str
        ``price``, ``timing``, ``fx``, ``fundamental`` (no price can tell), ``hypothesis`` or
        ``noise``: text around an article that belongs to no event.
    published : date
        Day on which it was printed. Only sessions before it can have been known.
    tickers : tuple of str
    event_id : str or None
        The event that it is about. Noise has none.
    period, how : str
        In words.
    check : one of the checks of this module
    """

    id: Identifier
    articles: tuple[str, ...]
    claim: Text
    kind: Literal["price", "timing", "fx", "fundamental", "hypothesis", "noise"]
    published: dt.date
    tickers: tuple[Ticker, ...] = ()
    event_id: Identifier | None = None
    period: str = ""
    how: str = ""
    check: Check

    @model_validator(mode="after")
    def _noise_stays_alone(self) -> Claim:
        if self.kind != "noise":
            return self
        if self.event_id is not None:
            raise ValueError("no event_id: page noise belongs to no event")
        if not isinstance(self.check, NotCheckable):
            raise ValueError("a check of type not_checkable: page noise is not tested")
        return self
