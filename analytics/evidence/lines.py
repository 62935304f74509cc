"""Two listings of one firm that never trade together, on one scale and one clock.

In: a market, the names of a receipt and of the share it stands for. Out: log values per share in
the share's currency at each opening and closing, and the pairs of prices that lie closest in time.
It must not know events, files, plots or pages.

No moment exists at which both exchanges are open, so *aligned* is a choice, and it is printed: a
`Pairing` names the two prices, every pair states the hours between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.errors import InputError, UnknownNameError, is_number
from analytics.market import ExchangeCalendar, Market
from analytics.study.kernels import Floats, Ints

HOUR = np.timedelta64(1, "h")


@dataclass(frozen=True)
class Pairing:
    """Which prices of the two lines are set against each other.

    The line that traded first stands with its last close before the other one's price.

    Attributes
    ----------
    receipt_first : bool
        Whether the receipt's close is the earlier of the two prices.
    at_open : bool
        Whether the later price is an opening price; else it is a close.

    Examples
    --------
    >>> AT_LOCAL_OPEN.words("TSM", "2330.TW")
    'the last close of TSM before, and the open of 2330.TW'
    """

    receipt_first: bool
    at_open: bool

    def words(self, receipt: str, local: str) -> str:
        """The pair in words."""
        first, later = (receipt, local) if self.receipt_first else (local, receipt)
        price = "open" if self.at_open else "close"
        return f"the last close of {first} before, and the {price} of {later}"


AT_LOCAL_OPEN = Pairing(receipt_first=True, at_open=True)
AT_LOCAL_CLOSE = Pairing(receipt_first=True, at_open=False)
AT_RECEIPT_OPEN = Pairing(receipt_first=False, at_open=True)
AT_RECEIPT_CLOSE = Pairing(receipt_first=False, at_open=False)


@dataclass(frozen=True, eq=False)
class Line:
    """One listing over its sessions.

    Attributes
    ----------
    ticker, currency : str
    calendar : ExchangeCalendar
    sessions : pandas.DatetimeIndex
        (T,) sessions.
    opens_at, closes_at : (T,) datetime64[ns]
        UTC.
    opens, closes : (T,) array
        Prices in the line's own currency; NaN where unknown.
    unit_open, unit_close : (T,) array
        What one share of the local line is in units of this one: ``price * unit`` is the value per
        local share in the local currency. The exchange rate is the last one fixed before the price.
    rate_open, rate_close : (T,) integers
        Row of the local session whose rate that is; -1 where there is none.
    dividends : (T,) array
        Paid per share, by ex-session, own currency.
    """

    ticker: str
    currency: str
    calendar: ExchangeCalendar
    sessions: pd.DatetimeIndex
    opens_at: np.ndarray
    closes_at: np.ndarray
    opens: Floats
    closes: Floats
    unit_open: Floats
    unit_close: Floats
    rate_open: Ints
    rate_close: Ints
    dividends: Floats

    def value(self, *, at_open: bool) -> Floats:
        """(T,) log values per local share in the local currency, at the open or the close."""
        price, unit = (self.opens, self.unit_open) if at_open else (self.closes, self.unit_close)
        return np.log(price * unit)

    def grown(self, *, at_open: bool) -> Floats:
        """(T,) the same with every dividend so far added back, so that an ex-date makes no jump.

        Differences are log total returns, ``ln((P_t + D_t) / P_{t-1})``.
        """
        closing = np.log1p(self.dividends / pd.Series(self.closes).ffill().to_numpy())
        before = np.concatenate([[0.0], np.cumsum(closing)[:-1]])
        price = self.opens if at_open else self.closes
        here = np.log1p(self.dividends / price) if at_open else closing
        return self.value(at_open=at_open) + before + here


@dataclass(frozen=True, eq=False)
class Listings:
    """A receipt and its local line.

    Attributes
    ----------
    receipt, local : Line
    ratio : float
        Local shares that one receipt stands for.
    rate : str
        Ticker of the exchange rate; empty where both lines have one currency.
    rates : pandas.Series
        Local currency per unit of the receipt's, by local session; NaN where missing.
    """

    receipt: Line
    local: Line
    ratio: float
    rate: str
    rates: pd.Series

    def line(self, ticker: str) -> Line:
        """The line of a ticker."""
        return self.receipt if ticker == self.receipt.ticker else self.local

    def other(self, ticker: str) -> Line:
        """The line of the other ticker."""
        return self.local if ticker == self.receipt.ticker else self.receipt


@dataclass(frozen=True, eq=False)
class Pairs:
    """Prices of a leader's close and a follower's later price, one pair per follower session.

    Attributes
    ----------
    leader, follower : Line
    at_open : bool
    row : (T,) integers
        Row of the leader's close; -1 where there is none.
    fresh : (T,) booleans
        Whether the leader traded since the follower's previous session, and both have a price.
    difference : (T,) array
        Log value of the leader less that of the follower, dividends added back.
    """

    leader: Line
    follower: Line
    at_open: bool
    row: Ints
    fresh: np.ndarray
    difference: Floats

    @property
    def moments(self) -> np.ndarray:
        """(T,) the later moments."""
        return self.follower.opens_at if self.at_open else self.follower.closes_at

    def before(self, row: int) -> int:
        """The last usable pair before a row of the follower; -1 where there is none."""
        earlier = np.flatnonzero(self.fresh[:row])
        return int(earlier[-1]) if earlier.size else -1


def pairs_of(leader: Line, follower: Line, *, at_open: bool) -> Pairs:
    """Pair each session of the follower with the leader's last close before it.

    Parameters
    ----------
    leader, follower : Line
    at_open : bool
        Whether the follower's price is its open; else its close.

    Returns
    -------
    Pairs
        One for each session of the follower; a close at the very moment counts as before it.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> lines = listings_of(load_market())
    >>> pairs = pairs_of(lines.receipt, lines.local, at_open=True)
    >>> int(pairs.fresh.sum()), len(pairs.row)
    (933, 970)
    """
    moments = follower.opens_at if at_open else follower.closes_at
    row = np.searchsorted(leader.closes_at, moments, side="right") - 1
    led = leader.grown(at_open=False)[np.maximum(row, 0)]
    difference = np.where(row >= 0, led - follower.grown(at_open=at_open), np.nan)
    moved = np.concatenate([[False], row[1:] > row[:-1]])
    return Pairs(leader, follower, at_open, row, moved & np.isfinite(difference), difference)


def premium(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    pairing: Pairing = AT_LOCAL_OPEN,
    ratio: float | None = None,
    rate: str | None = None,
) -> pd.DataFrame:
    """Premium of a receipt over its local line at aligned times.

    ``premium = receipt price * rate / (ratio * local price) - 1``.

    Parameters
    ----------
    market : Market
    receipt, local : str, optional
        Tickers; the market's directory knows which receipt stands for which line.
    pairing : Pairing
        Which two prices: ``AT_LOCAL_OPEN`` (the receipt's last close before the local open, the
        default), ``AT_LOCAL_CLOSE``, ``AT_RECEIPT_OPEN`` or ``AT_RECEIPT_CLOSE``.
    ratio : float, optional
        Local shares per receipt; from the directory by default.
    rate : str, optional
        Ticker of the exchange rate, local currency per unit of the receipt's; one named the other
        way round (``TWDUSD``) is inverted.

    Returns
    -------
    pandas.DataFrame
        By session of the line that trades later: ``receipt_session, receipt_price, local_session,
        local_price`` (own currencies), ``rate, rate_session``, ``hours`` between the two prices,
        ``premium`` (decimal fraction), ``closes`` (of the earlier line since the previous usable
        pair), ``change`` (of the log premium since then, dividends added back) and ``remark``: why
        a pair is not used. The rate is the last one fixed on a local session before the receipt's
        price.

    Raises
    ------
    InputError
        The two lines cannot be compared; the message says what is missing.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> table = premium(load_market())
    >>> table.loc["2025-02-03", ["receipt_price", "local_price", "hours"]].tolist()
    [209.32, 1065.0, 52.0]
    >>> round(float(table.loc["2025-02-03", "premium"]), 3)
    0.288
    """
    lines = listings_of(market, receipt=receipt, local=local, ratio=ratio, rate=rate)
    if not isinstance(pairing, Pairing):
        raise InputError(f"pairing={pairing!r}: expected a Pairing such as AT_LOCAL_OPEN")
    first, later = lines.receipt, lines.local
    if not pairing.receipt_first:
        first, later = later, first
    if pairing.at_open and not np.isfinite(later.opens).any():
        raise InputError(
            f"{later.ticker} has no opening prices; ask for a pairing at its close, such as "
            "AT_LOCAL_CLOSE"
        )
    return _premium_frame(lines, pairs_of(first, later, at_open=pairing.at_open), pairing)


def _premium_frame(lines: Listings, pairs: Pairs, pairing: Pairing) -> pd.DataFrame:
    rows = {True: np.arange(len(pairs.row)), False: pairs.row}  # later line, earlier line
    by_receipt, by_local = rows[not pairing.receipt_first], rows[pairing.receipt_first]
    quote = "opens" if pairing.at_open else "closes"
    first, later = "closes", quote
    receipt_quote, local_quote = (first, later) if pairing.receipt_first else (later, first)
    rate_rows = lines.receipt.rate_open if receipt_quote == "opens" else lines.receipt.rate_close
    receipt_price = _taken(getattr(lines.receipt, receipt_quote), by_receipt)
    local_price = _taken(getattr(lines.local, local_quote), by_local)
    rate_row = np.where(by_receipt >= 0, rate_rows[np.maximum(by_receipt, 0)], -1)
    rate = _taken(lines.rates.to_numpy(), rate_row)
    earlier = pairs.leader.closes_at[np.maximum(pairs.row, 0)]
    frame = pd.DataFrame(
        {
            "receipt_session": _taken_dates(lines.receipt.sessions, by_receipt),
            "receipt_price": receipt_price,
            "local_session": _taken_dates(lines.local.sessions, by_local),
            "local_price": local_price,
            "rate": rate,
            "rate_session": _taken_dates(lines.local.sessions, rate_row),
            "hours": np.where(pairs.row >= 0, (pairs.moments - earlier) / HOUR, np.nan),
            "premium": receipt_price * rate / (lines.ratio * local_price) - 1.0,
        },
        index=pairs.follower.sessions.rename("session"),
    )
    used = np.flatnonzero(pairs.fresh)
    change, closes = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    change[used[1:]] = np.diff(pairs.difference[used]) * (1 if pairing.receipt_first else -1)
    closes[used[1:]] = np.diff(pairs.row[used])
    return frame.assign(closes=closes, change=change, remark=_remarks(pairs))


def _remarks(pairs: Pairs) -> list[str]:
    """Why a pair is not used, or what is special about it; mostly nothing."""
    first, later = pairs.leader, pairs.follower
    return [_remark(pairs, first, later, row) for row in range(len(pairs.row))]


def _remark(pairs: Pairs, first: Line, later: Line, row: int) -> str:
    at = int(pairs.row[row])
    if at < 0:
        return f"no close of {first.ticker} before it"
    if not np.isfinite(pairs.difference[row]):
        return f"no price of {later.ticker}, of {first.ticker} or no exchange rate"
    if not pairs.fresh[row]:
        if row == 0:
            return "the first session: nothing to compare with"
        return (
            f"not used: {first.ticker} has not traded since {first.sessions[at]:%Y-%m-%d}, and "
            f"{later.ticker} has since then"
        )
    if later.dividends[row] > 0:
        return (
            f"{later.ticker} goes ex-dividend here; the close of {first.ticker} is "
            f"{'ex' if first.sessions[at] >= later.sessions[row] else 'from before'}"
        )
    return ""


def _taken(values: np.ndarray, rows: Ints) -> Floats:
    return np.where(rows >= 0, np.asarray(values, dtype=float)[np.maximum(rows, 0)], np.nan)


def _taken_dates(dates: pd.DatetimeIndex, rows: Ints) -> np.ndarray:
    known = dates.to_numpy("datetime64[ns]")[np.maximum(rows, 0)]
    return np.where(rows >= 0, known, np.datetime64("NaT", "ns"))


def listings_of(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    ratio: float | None = None,
    rate: str | None = None,
) -> Listings:
    """The two lines on one scale.

    Parameters
    ----------
    market : Market
    receipt, local, ratio, rate
        As in `premium`.

    Returns
    -------
    Listings

    Raises
    ------
    InputError
        The pair, its ratio, an exchange or the exchange rate is not known, or the two trade on one
        exchange.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> lines = listings_of(load_market())
    >>> lines.receipt.ticker, lines.local.ticker, lines.ratio, lines.rate
    ('TSM', '2330.TW', 5.0, 'USDTWD')
    """
    if not isinstance(market, Market):
        raise InputError(f"market: expected a Market, got {type(market).__name__}")
    receipt, local = _pair(market, receipt, local)
    calendars = [_calendar(market, ticker) for ticker in (receipt, local)]
    if calendars[0].code == calendars[1].code:
        raise InputError(
            f"{receipt} and {local} both trade in {calendars[0].code}: neither is ever open while "
            "the other is shut"
        )
    rates, name = _rates(market, receipt, local, rate)
    shares = _ratio(market, receipt, local, ratio)
    return Listings(
        receipt=_line(market, receipt, rates, shares, calendars[1]),
        local=_line(market, local, None, 1.0, calendars[1]),
        ratio=shares,
        rate=name,
        rates=rates,
    )


def _pair(market: Market, receipt: str | None, local: str | None) -> tuple[str, str]:
    """Both tickers; what is not named is looked up."""
    known = market.directory.securities
    for ticker in (receipt, local):
        if ticker is not None and (not isinstance(ticker, str) or ticker not in market.bars):
            raise UnknownNameError("ticker with prices", ticker, market.bars)
    found = [
        (name, one.adr_of)
        for name, one in known.items()
        if name in market.bars
        and one.adr_of in market.bars
        and receipt in (None, name)
        and local in (None, one.adr_of)
    ]
    if receipt is not None and local is not None:
        if receipt == local:
            raise InputError(f"receipt and local are both {receipt}; expected two listings")
        return receipt, local
    if len(found) != 1:
        listed = ", ".join(f"{one} of {line}" for one, line in found) or "none is known here"
        raise InputError(
            f"which receipt, and which line does it stand for? ({listed}); name both, such as "
            "receipt='TSM', local='2330.TW'"
        )
    return str(found[0][0]), str(found[0][1])


def _calendar(market: Market, ticker: str) -> ExchangeCalendar:
    if ticker not in market.calendars:
        raise InputError(
            f"{ticker}: its exchange is not known, so its prices have no clock time; name it with "
            "exchanges= when the market is made"
        )
    return market.calendars[ticker]


def _ratio(market: Market, receipt: str, local: str, ratio: float | None) -> float:
    """Local shares per receipt, as given or as recorded."""
    if ratio is None:
        one = market.directory.security(receipt)
        if one.adr_of != local or one.adr_ratio is None:
            raise InputError(
                f"how many shares of {local} is one {receipt}? It is not recorded; give ratio=5 or "
                "what it is"
            )
        return float(one.adr_ratio)
    if not is_number(ratio) or not 0 < ratio < np.inf:
        raise InputError(f"ratio={ratio!r}: expected local shares per receipt, a number above 0")
    return float(ratio)


def _rates(market: Market, receipt: str, local: str, name: str | None) -> tuple[pd.Series, str]:
    """Exchange rate by local session; rows on other days are quotes of another kind, left out."""
    sessions = market.sessions(local)
    own, theirs = (market.directory.security(one).currency for one in (receipt, local))
    if name is None and own and own == theirs:
        return pd.Series(1.0, index=sessions), ""
    if name is None and not (own and theirs):
        raise InputError(
            f"the currencies of {receipt} and {local} are not known; name them with currencies= "
            "when the market is made, or the exchange rate with rate="
        )
    wanted = [name] if name is not None else [f"{own}{theirs}", f"{theirs}{own}"]
    ticker = next((one for one in wanted if one in market.bars), None)
    if ticker is None:
        raise UnknownNameError(
            "exchange rate", wanted[0], market.bars, "It needs prices; name another with rate=."
        )
    rates = market.bars[ticker]["close"].reindex(sessions)
    inverse = own != theirs and ticker == f"{theirs}{own}"
    return (1.0 / rates if inverse else rates), ticker


def _line(
    market: Market,
    ticker: str,
    rates: pd.Series | None,
    ratio: float,
    fixing: ExchangeCalendar,
) -> Line:
    """A listing over its sessions, with the rate that was known at each of its prices."""
    calendar, sessions = market.calendars[ticker], market.sessions(ticker)
    rows = calendar.sessions.get_indexer(sessions)
    opens_at, closes_at = calendar.opens[rows], calendar.closes[rows]
    bars = market.bars[ticker].reindex(sessions)
    opens = bars["open"].to_numpy(float) if "open" in bars else np.full(len(sessions), np.nan)
    units, known = [], []
    for moments in (opens_at, closes_at):
        at = np.full(len(moments), -1) if rates is None else _rate_rows(rates, fixing, moments)
        value = np.ones(len(moments)) if rates is None else _taken(rates.to_numpy(), at)
        units.append(value / ratio)
        known.append(at)
    return Line(
        ticker=ticker,
        currency=market.directory.security(ticker).currency,
        calendar=calendar,
        sessions=sessions,
        opens_at=opens_at,
        closes_at=closes_at,
        opens=opens,
        closes=bars["close"].to_numpy(float),
        unit_open=units[0],
        unit_close=units[1],
        rate_open=known[0],
        rate_close=known[1],
        dividends=_dividends(market, ticker, sessions),
    )


def _rate_rows(rates: pd.Series, fixing: ExchangeCalendar, moments: Iterable[object]) -> Ints:
    """Row of the last local session that has a rate and closed at or before each moment."""
    there = np.flatnonzero(rates.notna().to_numpy())
    fixed = fixing.closes[fixing.sessions.get_indexer(rates.index[there])]
    at = np.searchsorted(fixed, np.asarray(moments), side="right") - 1
    return np.where(at >= 0, there[np.maximum(at, 0)] if there.size else -1, -1)


def _dividends(market: Market, ticker: str, sessions: pd.DatetimeIndex) -> Floats:
    """Dividends by session; one whose ex-date is no session belongs to the next one."""
    income = np.zeros(len(sessions))
    paid = market.dividends.get(ticker)
    if paid is not None:
        at = sessions.searchsorted(paid.index)
        inside = at < len(sessions)
        first = paid.index >= sessions[0]
        np.add.at(income, at[inside & first], paid.to_numpy(float)[inside & first])
    return income
