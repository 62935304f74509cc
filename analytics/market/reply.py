"""What Yahoo answered about one ticker, with the question and the moment of the answer.

In: a question, a frame. Out: frozen `Query`, `YahooListing` and `Reply`, and a reply as text and
back, so that one that arrived outlives the run that asked for it. It must not know the network.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.recorded import UNREADABLE, even_rows, in_words

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
        ValueError
            It is not such a text.
        """
        try:
            return cls._from(json.loads(text))
        except UNREADABLE as error:
            raise ValueError(in_words(error)) from None

    @classmethod
    def _from(cls, said: dict[str, Any]) -> Reply:
        if said["format"] != FORMAT:
            raise ValueError(f"format {said['format']}, expected {FORMAT}")
        ticker, start, end = said["query"]
        return cls(
            query=Query(ticker, dt.date.fromisoformat(start), dt.date.fromisoformat(end)),
            listing=YahooListing(**{name: str(one) for name, one in said["listing"].items()}),
            bars=read_bars(said["bars"]),
            dividends=_read_dated(said["dividends"]),
            splits=_read_dated(said["splits"]),
            retrieved=read_stamp(said["retrieved"]),
            library=str(said["library"]),
            left_out=tuple((str(day), str(reason)) for day, reason in said["left_out"]),
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
    if not isinstance(tickers, Iterable) or isinstance(tickers, bytes):
        raise InputError(f"tickers {tickers!r}: expected texts such as 'NVDA,2330.TW'")
    given = tickers.replace(",", " ").split() if isinstance(tickers, str) else list(tickers)
    strange = [one for one in given if not isinstance(one, str)]
    if strange:
        raise InputError(
            f"{strange[0]!r}: not a ticker of Yahoo; expected a text such as '2330.TW'"
        )
    # a letter that is none of Yahoo's stays as it is: in capitals it would be another ticker
    names = dict.fromkeys(one.strip().upper() if one.isascii() else one.strip() for one in given)
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
    if isinstance(day, dt.datetime) and day is not pd.NaT:
        return day.date()
    if isinstance(day, dt.date) and day is not pd.NaT:
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
    """Bars from the text of a CSV file: every date once, ascending, every close above zero.

    Raises
    ------
    ValueError, KeyError
        It is not such a file.
    """
    even_rows(text)
    frame = pd.read_csv(io.StringIO(text), dtype={"date": str}, index_col=False)
    if not {"date", "close"} <= set(frame.columns):
        raise ValueError(f"expected columns date and close, got {', '.join(frame.columns)}")
    if frame.empty:
        raise ValueError("a header and no row")
    dates = pd.to_datetime(frame.pop("date"), format="%Y-%m-%d")
    frame = frame[[name for name in COLUMNS if name in frame]].astype(float)
    frame.index = pd.DatetimeIndex(dates).as_unit("ns")
    if not frame.index.is_monotonic_increasing or not frame.index.is_unique:
        raise ValueError("dates are not ascending, each once")
    if not ((frame["close"] > 0) & np.isfinite(frame["close"])).all():
        raise ValueError("a close that is missing or not above zero")
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


def read_day(text: str) -> pd.Timestamp:
    """A date from its ISO text, and from nothing else.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> read_day("2025-01-27")
    Timestamp('2025-01-27 00:00:00')
    """
    return pd.Timestamp(dt.datetime.strptime(text, "%Y-%m-%d")).as_unit("ns")  # noqa: DTZ007


def read_stamp(text: str) -> dt.datetime:
    """A moment from its ISO text; one without a zone is none.

    Raises
    ------
    ValueError
    """
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text}: a moment without a zone; expected one such as 2025-01-27T09:00Z")
    return moment


def plain_text(said: object) -> str:
    r"""What a server calls something, on one line, without characters that no reader sees.

    Examples
    --------
    >>> plain_text("NVIDIA\x1b[2J\r\n Corp\ud800"), plain_text(None)
    ('NVIDIA [2J Corp', '')
    """
    text = "" if said is None else str(said)
    seen = (" " if unicodedata.category(one).startswith("C") else one for one in text)
    return " ".join("".join(seen).split())
