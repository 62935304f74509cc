"""What Yahoo answered about one ticker, with the question and the moment of the answer.

In: a question, a frame. Out: frozen `Query`, `YahooListing` and `Reply`, and a reply as text and
back, so that one that arrived outlives the run that asked for it. It must not know the network.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import InputError

COLUMNS = ("open", "high", "low", "close", "volume")
FORMAT = 2
TICKER = re.compile(r"\^?[A-Z0-9](?:[A-Z0-9.&=_-]{0,30}[A-Z0-9])?")
ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")


@dataclass(frozen=True)
class Query:
    """A question to Yahoo.

    Attributes
    ----------
    ticker : str
        As Yahoo writes it: ``"2330.TW"``, ``"^GSPC"``.
    start, end : datetime.date
        First and last day wanted, both inclusive.
    """

    ticker: str
    start: dt.date
    end: dt.date

    def __str__(self) -> str:
        return f"{self.ticker} {self.start} to {self.end}"


@dataclass(frozen=True)
class YahooListing:
    """What Yahoo says a ticker is.

    Attributes
    ----------
    exchange : str
        Yahoo's code of the exchange, such as ``"NMS"``.
    currency : str
        Of the prices as they are kept: ``"GBP"`` where Yahoo quotes pence.
    zone : str
        IANA time zone of the exchange.
    kind : str
        ``"EQUITY"``, ``"ETF"``, ``"INDEX"``, ``"CURRENCY"`` ...
    name : str
    quoted : str
        Unit of the prices as Yahoo gives them: ``"GBp"`` is pence.
    """

    exchange: str
    currency: str
    zone: str
    kind: str
    name: str = ""
    quoted: str = ""


@dataclass(frozen=True, eq=False)
class Reply:
    """An answer of Yahoo about one ticker.

    Attributes
    ----------
    query : Query
    listing : YahooListing
    bars : pandas.DataFrame
        (n_dates, 5) ``open, high, low, close, volume`` by trading date, in ``listing.currency``;
        adjusted for splits, not for dividends. Every close is above zero.
    dividends, splits : pandas.Series
        Cash per share in the same currency, a fund's capital gains among it, and ratio (new shares
        per old one), by date.
    left_out : tuple of (str, str)
        ISO date and reason of whatever came and was not taken as it came.
    retrieved : datetime.datetime
        When it came, UTC.
    library : str
        What asked, with its version: ``"yfinance 1.7.0"``.
    """

    query: Query
    listing: YahooListing
    bars: pd.DataFrame
    dividends: pd.Series
    splits: pd.Series
    retrieved: dt.datetime
    library: str
    left_out: tuple[tuple[str, str], ...] = field(default=())

    def to_text(self) -> str:
        """The reply as one JSON text; `Reply.from_text` reads it back."""
        return json.dumps(
            {
                "format": FORMAT,
                "query": [self.query.ticker, str(self.query.start), str(self.query.end)],
                "listing": asdict(self.listing),
                "bars": bars_text(self.bars),
                "dividends": dated_text(self.dividends),
                "splits": dated_text(self.splits),
                "left_out": [list(one) for one in self.left_out],
                "retrieved": stamp(self.retrieved),
                "library": self.library,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_text(cls, text: str) -> Reply:
        """A reply from its text.

        Raises
        ------
        ValueError, KeyError, TypeError
            It is not such a text.
        """
        said: dict[str, Any] = json.loads(text)
        if said["format"] != FORMAT:
            raise ValueError(f"format {said['format']}, expected {FORMAT}")
        ticker, start, end = said["query"]
        return cls(
            query=Query(ticker, dt.date.fromisoformat(start), dt.date.fromisoformat(end)),
            listing=YahooListing(**said["listing"]),
            bars=read_bars(said["bars"]),
            dividends=_read_dated(said["dividends"]),
            splits=_read_dated(said["splits"]),
            retrieved=dt.datetime.fromisoformat(said["retrieved"]),
            library=said["library"],
            left_out=tuple((day, reason) for day, reason in said["left_out"]),
        )


def checked_tickers(tickers: str | Iterable[str]) -> tuple[str, ...]:
    """Tickers as Yahoo writes them, each once.

    Parameters
    ----------
    tickers : str or iterable of str
        One text may hold several, with commas or blanks between them.

    Raises
    ------
    InputError
        None at all, an ISIN, or what cannot be a ticker.

    Examples
    --------
    >>> checked_tickers("nvda, 2330.tw ^GSPC")
    ('NVDA', '2330.TW', '^GSPC')
    """
    given = tickers.replace(",", " ").split() if isinstance(tickers, str) else list(tickers)
    strange = [one for one in given if not isinstance(one, str)]
    if strange:
        raise InputError(
            f"{strange[0]!r}: not a ticker of Yahoo; expected a text such as '2330.TW'"
        )
    names = dict.fromkeys(one.strip().upper() for one in given)
    if not names:
        raise InputError("no tickers; expected names as Yahoo writes them, such as NVDA,2330.TW")
    for name in names:
        if not TICKER.fullmatch(name):
            raise InputError(f"{name!r}: not a ticker of Yahoo; expected one such as 2330.TW")
        if ISIN.fullmatch(name):
            raise InputError(f"{name}: an ISIN; give the ticker, which names one exchange")
    return tuple(names)


def checked_day(what: str, day: object) -> dt.date:
    """A date from ISO text, a date or a moment without a zone.

    Raises
    ------
    InputError

    Examples
    --------
    >>> checked_day("start", "2025-01-27")
    datetime.date(2025, 1, 27)
    """
    if isinstance(day, dt.datetime):
        return day.date()
    if isinstance(day, dt.date):
        return day
    try:
        return dt.date.fromisoformat(day if isinstance(day, str) else "")
    except ValueError:
        raise InputError(f"{what} {day!r}: expected a date such as 2025-01-27") from None


def number_text(value: float) -> str:
    """A price as text: Yahoo's single precision without the digits that doubling it added.

    Examples
    --------
    >>> number_text(118.41999816894531), number_text(0.004), number_text(1135000.0)
    ('118.42', '0.004', '1135000')
    """
    if not np.isfinite(value):
        return ""
    short = np.float32(value) if abs(value) < np.finfo(np.float32).max else value
    exact = float(short) == value
    return np.format_float_positional(short if exact else float(f"{value:.10g}"), trim="-")


def bars_text(bars: pd.DataFrame) -> str:
    """Bars as the text of a CSV file; columns that hold nothing are left out."""
    held = [name for name in COLUMNS if name in bars and bars[name].notna().any()]
    lines = [",".join(["date", *held])]
    for day, *cells in bars[held].itertuples():
        shown = [
            number_text(cell) if name != "volume" or not np.isfinite(cell) else f"{cell:.0f}"
            for name, cell in zip(held, cells, strict=True)
        ]
        lines.append(",".join([f"{day:%Y-%m-%d}", *shown]))
    return "\n".join(lines) + "\n"


def read_bars(text: str) -> pd.DataFrame:
    """Bars from the text of a CSV file."""
    frame = pd.read_csv(io.StringIO(text), parse_dates=["date"], index_col="date").astype(float)
    frame.index = pd.DatetimeIndex(frame.index).as_unit("ns")
    return frame


def dated_text(values: pd.Series) -> list[tuple[str, str]]:
    """Dates and numbers of a series, as text."""
    return [(f"{day:%Y-%m-%d}", number_text(float(value))) for day, value in values.items()]


def _read_dated(pairs: Iterable[tuple[str, str]]) -> pd.Series:
    given = list(pairs)
    index = pd.DatetimeIndex([day for day, _ in given]).as_unit("ns")
    return pd.Series([float(value) for _, value in given], index=index, dtype=float)


def stamp(moment: dt.datetime) -> str:
    """A moment as ISO text to the second, UTC.

    Examples
    --------
    >>> stamp(dt.datetime(2025, 1, 27, 9, tzinfo=dt.timezone.utc))
    '2025-01-27T09:00:00Z'
    """
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
