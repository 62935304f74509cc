"""What prices did: closes, total returns, benchmarks, each on its own exchange's sessions.

In: recorded files, or a reader's own frames. Out: a frozen `Market` to ask. It must not know
events. Returns are simple and decimal; a total return is ``(P_t + D_t) / P_{t-1} - 1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from analytics.errors import DataError, InputError, UnknownNameError
from analytics.files import as_path
from analytics.market.benchmarks import (
    IndexWeight,
    across_exchanges,
    compounded_across_exchanges,
    compounded_between,
    drifting_weight,
    without,
)
from analytics.market.calendars import ExchangeCalendar, exchange_calendar
from analytics.market.given import (
    checked_frame,
    given_entry,
    named_securities,
    refuse_percent,
    refuse_stray_factors,
)
from analytics.market.own import read_own
from analytics.market.recorded_tables import (
    dividends_by_ticker,
    read_dividends,
    read_price_file,
    read_weights,
)
from analytics.market.securities import Directory, Security, load_directory
from analytics.market.shares import ShareCount, read_shares
from analytics.recorded import MANIFEST, FileEntry, RecordedFolder, recorded_folder


@dataclass(frozen=True, eq=False, repr=False)
class Market:
    """Prices of some securities, and everything needed to read them.

    Use `load_market`, `Market.from_frames` or `Market.from_returns` to make one.

    Attributes
    ----------
    bars : mapping
        Ticker -> frame (sessions x some of open, high, low, close, volume), own currency. Closes
        are adjusted for splits, not for dividends.
    dividends : mapping
        Ticker -> Series of amounts per share by ex-date, own currency.
    directory : Directory
        Firms and securities.
    calendars : mapping
        Ticker -> its exchange's calendar; a ticker without one is absent.
    weights : tuple of IndexWeight
        Anchor weights of firms in indices.
    sources : tuple of FileEntry
        The files behind it, with their hashes; empty for a reader's own frames.
    given_returns : mapping
        Ticker -> returns given as such (`from_returns`, `with_factors`).
    shares : tuple of ShareCount
        Shares outstanding, where recorded.
    """

    bars: Mapping[str, pd.DataFrame]
    dividends: Mapping[str, pd.Series]
    directory: Directory
    calendars: Mapping[str, ExchangeCalendar]
    weights: tuple[IndexWeight, ...] = ()
    sources: tuple[FileEntry, ...] = ()
    given_returns: Mapping[str, pd.Series] = field(default_factory=dict)
    shares: tuple[ShareCount, ...] = ()

    @property
    def tickers(self) -> tuple[str, ...]:
        """Everything that has prices or returns."""
        return tuple(dict.fromkeys([*self.bars, *self.given_returns]))

    def __contains__(self, ticker: object) -> bool:
        return ticker in self.bars or ticker in self.given_returns

    @property
    def closes(self) -> pd.DataFrame:
        """Closing prices, dates x tickers, own currencies; NaN where an exchange did not trade."""
        return self._columns["close"].copy()

    @property
    def volume(self) -> pd.DataFrame:
        """Shares traded, dates x tickers; NaN where unknown."""
        return self._columns["volume"].copy()

    @cached_property
    def _columns(self) -> dict[str, pd.DataFrame]:
        return {name: self._column(name) for name in ("close", "volume")}

    @property
    def range(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last date of any price or return."""
        indexes = [frame.index for frame in (self.bars or self.given_returns).values()]
        return min(index[0] for index in indexes), max(index[-1] for index in indexes)

    def sessions(self, ticker: str) -> pd.DatetimeIndex:
        """Sessions of the ticker's exchange from its first to its last price.

        A session without a price belongs to them; its price is missing.
        """
        self._known(ticker)
        if ticker in self.given_returns:
            return pd.DatetimeIndex(self.given_returns[ticker].index)
        index = pd.DatetimeIndex(self.bars[ticker].index)
        calendar = self.calendars.get(ticker)
        if calendar is None:
            return index
        low, high = calendar.sessions.searchsorted([index[0], index[-1] + pd.Timedelta(days=1)])
        return calendar.sessions[low:high]

    @cached_property
    def unused(self) -> pd.DataFrame:
        """Prices on days without a session, and sessions without a price.

        Returns
        -------
        pandas.DataFrame
            ``ticker, date, reason``. Neither enters a return.
        """
        rows = []
        for ticker, frame in self.bars.items():
            sessions = self.sessions(ticker)
            code = self.directory.security(ticker).calendar
            stray, missing = frame.index.difference(sessions), sessions.difference(frame.index)
            rows += [(ticker, date, f"a price, but no session of {code}") for date in stray]
            rows += [(ticker, date, f"a session of {code}, but no price") for date in missing]
        for name, series in self.given_returns.items():
            code, calendar = self.directory.security(name).calendar, self.calendars.get(name)
            if calendar is not None:
                stray = series.index.difference(calendar.sessions)
                rows += [
                    (name, date, f"a factor return, but no session of {code}") for date in stray
                ]
        return pd.DataFrame(rows, columns=["ticker", "date", "reason"])

    def returns(self, ticker: str) -> pd.Series:
        """Total returns of a security on its sessions.

        Parameters
        ----------
        ticker : str

        Returns
        -------
        pandas.Series
            (n_sessions - 1,) simple returns, decimal fraction. NaN where this or the previous
            session has no price.

        Examples
        --------
        >>> from analytics.market import load_market
        >>> round(float(load_market().returns("NVDA")["2025-01-27"]), 4)
        -0.1697
        """
        return self._returns(ticker, with_dividends=True)

    def benchmark(
        self, ticker: str, name: str | None = None, *, exclude_self: bool = True
    ) -> pd.Series:
        """Benchmark returns on the sessions of ``ticker``.

        A benchmark of another exchange enters with its return over the closes that lie in
        (previous local close, this local close]: never the same date blindly.

        Parameters
        ----------
        ticker : str
            The security to be explained.
        name : str, optional
            The benchmark; the security's default one if absent.
        exclude_self : bool
            Take the firm out of the index where its weight is known; the plain index otherwise.

        Returns
        -------
        pandas.Series
            Simple returns, decimal fraction, indexed like ``returns(ticker)``. Its name says
            whether the firm was taken out: ``"^GSPC without NVDA"``.
        """
        name = self.benchmark_name(ticker) if name is None else name
        if name not in self:
            raise UnknownNameError("benchmark", name, self.tickers)
        plain = self._aligned(name, ticker)
        weight = self.weight(ticker, name) if exclude_self else None
        if weight is None:
            return plain.rename(name)
        own = self._returns(ticker, with_dividends=False)
        return without(plain, own, weight).rename(f"{name} without {ticker}")

    def benchmark_name(self, ticker: str) -> str:
        """Default benchmark of a security.

        Raises
        ------
        InputError
            It has none.
        """
        self._known(ticker)
        name = self.directory.security(ticker).benchmark
        if name is None:
            raise InputError(f"{ticker} has no default benchmark; name one with benchmark=")
        return name

    def weight(self, ticker: str, index: str) -> pd.Series | None:
        """Weight of a security in an index at the close of each session; None if not known.

        From one recorded weight the others follow with constant shares (see `drifting_weight`).
        """
        anchors = [one for one in self.weights if (one.index, one.ticker) == (index, ticker)]
        if not anchors or ticker not in self.bars:
            return None
        sessions = self.sessions(ticker)
        if not sessions[0] <= anchors[0].date <= sessions[-1]:
            return None  # the prices do not reach the day whose weight is known
        return drifting_weight(anchors[0], self._prices(ticker), self._prices(index))

    def _column(self, name: str) -> pd.DataFrame:
        columns = {t: frame[name] for t, frame in self.bars.items() if name in frame}
        return pd.DataFrame(columns).sort_index()

    def _known(self, ticker: str) -> None:
        if not isinstance(ticker, str) or ticker not in self:
            raise UnknownNameError("ticker", ticker, self.tickers)

    def _prices(self, ticker: str) -> pd.Series:
        return self.bars[ticker]["close"].reindex(self.sessions(ticker))

    def _returns(self, ticker: str, *, with_dividends: bool) -> pd.Series:
        self._known(ticker)
        if ticker in self.given_returns:
            return self.given_returns[ticker].copy()
        close = self._prices(ticker)
        paid = self.dividends.get(ticker) if with_dividends else None
        income = 0.0 if paid is None else _on_sessions(paid, close.index)
        return ((close + income) / close.shift(1) - 1.0).iloc[1:].rename(ticker)

    def _aligned(self, name: str, ticker: str) -> pd.Series:
        """Returns of ``name`` on the sessions of ``ticker``."""
        index = self.returns(ticker).index
        theirs, ours = self.calendars.get(name), self.calendars.get(ticker)
        abroad = theirs is not None and ours is not None and theirs.code != ours.code
        if name in self.given_returns or ticker in self.given_returns:
            own = self.returns(name)
            if theirs is not None and ours is not None and abroad:
                return compounded_across_exchanges(own, theirs, ours).reindex(index)
            if ticker in self.bars and ours is None:
                return compounded_between(own, self.sessions(ticker)).reindex(index)
            return own.reindex(index)
        if theirs is not None and ours is not None and abroad:
            return across_exchanges(self._prices(name), theirs, ours).reindex(index)
        # from level to level over the days that the security's own return spans
        level = self._prices(name).reindex(self.sessions(ticker))
        return (level / level.shift(1) - 1.0).reindex(index)

    def with_factors(self, factors: pd.DataFrame, *, exchange: str | None = None) -> Market:
        """The same market with a reader's own factor returns, to be named as benchmarks.

        A factor enters a security's regression by date; for a security of another exchange by the
        rule of `benchmark`: compounded over the factor's closes since the previous local close.

        Parameters
        ----------
        factors : pandas.DataFrame
            (n_dates, n_factors) simple returns, decimal fraction, indexed by tz-naive dates in any
            order; Fama-French files hold percent, so divide them by 100. A missing date or value
            makes the day unusable; nothing is filled in.
        exchange : str, optional
            exchange_calendars code of the dates, such as ``"XNYS"``; needed where the market's own
            securities have exchanges.

        Raises
        ------
        InputError
            A name that the market already has, percent instead of fractions, dates that are not
            those of the exchange.

        Examples
        --------
        >>> days = pd.bdate_range("2024-01-02", "2025-12-31")
        >>> smb = pd.DataFrame({"SMB": 0.001}, index=days)
        >>> market = load_market().with_factors(smb, exchange="XNYS")
        >>> float(market.benchmark("NVDA", "SMB")["2025-01-27"])
        0.001
        """
        frame = checked_frame(factors, "factors")
        known = [str(name) for name in frame.columns if str(name) in self]
        if known:
            raise InputError(
                f"factors: the market already has {', '.join(known)}; rename the column"
            )
        if self.calendars and exchange is None:
            raise InputError(
                "factors: of which exchange are these the sessions? Name it, such as "
                "exchange='XNYS'; a factor enters other exchanges by its closing times"
            )
        refuse_percent(frame)
        names = [str(name) for name in frame.columns]
        calendars = dict(self.calendars)
        if exchange is not None:
            calendars |= dict.fromkeys(names, self._calendar(exchange, frame.index))
            refuse_stray_factors(frame, calendars[names[0]])
        added = named_securities(names, None, exchange, None)
        return replace(
            self,
            directory=Directory(self.directory.firms, {**self.directory.securities, **added}),
            calendars=calendars,
            given_returns={
                **self.given_returns,
                **{str(name): frame[name] for name in frame.columns},
            },
            sources=(*self.sources, given_entry(frame, "factors")),
        )

    def _calendar(self, code: str, dates: pd.DatetimeIndex) -> ExchangeCalendar:
        """The exchange's calendar as the market has it, or one for these dates."""
        for calendar in self.calendars.values():
            inside = calendar.sessions[0] <= dates[0] and dates[-1] <= calendar.sessions[-1]
            if calendar.code == code and inside:
                return calendar
        return exchange_calendar(code, dates[0], dates[-1], None)

    @classmethod
    def from_frames(
        cls,
        closes: pd.DataFrame,
        *,
        dividends: pd.DataFrame | None = None,
        benchmarks: Mapping[str, str] | str | None = None,
        exchanges: Mapping[str, str] | str | None = None,
        currencies: Mapping[str, str] | str | None = None,
    ) -> Market:
        """A market from a reader's own closing prices.

        Parameters
        ----------
        closes : pandas.DataFrame
            (n_dates, n_tickers) split-adjusted closes, indexed by tz-naive dates; benchmarks are
            columns too.
        dividends : pandas.DataFrame, optional
            Columns ``ticker, ex_date, amount``.
        benchmarks, exchanges, currencies : mapping or str, optional
            Ticker -> benchmark column, exchange_calendars code, currency; one text means all. A
            ticker without an exchange has the dates of its own prices as sessions, and takes no
            events with a time stamp.

        Examples
        --------
        >>> days = pd.bdate_range("2025-01-06", periods=3)
        >>> frame = pd.DataFrame({"A": [10.0, 11.0, 11.0], "I": [1.0, 1.1, 1.2]}, index=days)
        >>> Market.from_frames(frame, benchmarks="I").returns("A").round(3).tolist()
        [0.1, 0.0]
        """
        frame = checked_frame(closes, "closes")
        bars = {str(name): frame[[name]].dropna() for name in frame.columns}
        bars = {name: one.set_axis(["close"], axis=1) for name, one in bars.items()}
        empty = [name for name, one in bars.items() if len(one) < 2]
        if empty:
            raise InputError(f"closes: fewer than two prices in {', '.join(empty)}")
        bad = [name for name, one in bars.items() if (one["close"] <= 0).any()]
        if bad:
            raise InputError(f"closes: prices at or below zero in {', '.join(bad)}")
        securities = named_securities(list(bars), benchmarks, exchanges, currencies)
        paid = dividends_by_ticker(dividends)
        for name in set(paid) - set(bars):
            raise UnknownNameError("ticker in dividends", name, bars)
        market = cls(
            bars=bars,
            dividends=paid,
            directory=Directory({}, securities),
            calendars=_calendars(securities, {name: one.index for name, one in bars.items()}, None),
        )
        _refuse_shifted(market)
        return market

    @classmethod
    def from_returns(
        cls, returns: pd.DataFrame, *, benchmarks: Mapping[str, str] | str | None = None
    ) -> Market:
        """A market from a reader's own returns; its sessions are the rows.

        Parameters
        ----------
        returns : pandas.DataFrame
            (n_sessions, n_tickers) decimal fractions, indexed by tz-naive dates; benchmarks are
            columns too.
        benchmarks : mapping or str, optional
            Ticker -> benchmark column; one text means all.

        Examples
        --------
        >>> days = pd.bdate_range("2025-01-06", periods=3)
        >>> frame = pd.DataFrame({"A": [0.01, 0.0, -0.02], "M": [0.0, 0.0, -0.01]}, index=days)
        >>> Market.from_returns(frame, benchmarks="M").benchmark("A").name
        'M'
        """
        frame = checked_frame(returns, "returns")
        for name in frame.columns[(frame < -1).any()]:
            day = frame.index[frame[name] < -1][0]
            raise InputError(
                f"returns: {name} on {day:%Y-%m-%d} is {frame.loc[day, name]:g}; a simple return "
                "is a decimal fraction of at least -1 (minus 17 percent is -0.17)"
            )
        securities = named_securities([str(name) for name in frame.columns], benchmarks, None, None)
        return cls(
            bars={},
            dividends={},
            directory=Directory({}, securities),
            calendars={},
            given_returns={str(name): frame[name].astype(float) for name in frame.columns},
        )

    def __repr__(self) -> str:
        first, last = self.range
        kind = "prices" if self.bars else "returns"
        listed = ", ".join(self.tickers[:8]) + (" …" if len(self.tickers) > 8 else "")
        return (
            f"Market({kind} of {len(self.tickers)}: {listed}; {first:%Y-%m-%d} to {last:%Y-%m-%d})"
        )


def load_market(
    path: str | Path | None = None, *, columns: Mapping[str, str] | None = None
) -> Market:
    """Recorded prices, every file checked against its hash, or a reader's own; never the network.

    Parameters
    ----------
    path : path, optional
        A folder with a manifest, as written by ``analytics fetch``; None for the data that travel
        with the package. Without a manifest a reader's own files: a CSV file with a date column and
        one column of closes per ticker, or a folder with one CSV file per ticker (date, close) and
        a ``securities.yaml`` that names exchange, currency and benchmark of each; see
        `analytics.market.own`.
    columns : mapping, optional
        What a reader's own files call ``date, open, high, low, close, volume``, such as
        ``{"close": "Last Price"}``; names such as ``Close`` and ``<CLOSE>`` are known already.

    Returns
    -------
    Market

    Raises
    ------
    ChecksumError
        A file is not the one its manifest describes: expected, got, what to do.
    InputError
        ``columns`` for a folder with a manifest, or with a field that there is not.
    RecordError
        A reader's own files have faults; all of them stand in one message, with file and line.

    Examples
    --------
    >>> market = load_market()
    >>> market.closes.loc["2025-01-24":"2025-01-27", "NVDA"].tolist()
    [142.62, 118.42]
    """
    place = None if path is None else as_path(path, "path")
    if place is not None and not (place / MANIFEST).is_file():
        return _own_market(place, columns)
    if columns is not None:
        raise InputError(
            "columns: a folder with a manifest has the names that it must have; columns are for "
            "your own CSV files"
        )
    folder = recorded_folder() if place is None else RecordedFolder(place)
    directory = load_directory(folder)
    bars = {}
    for entry in folder.entries.values():
        if entry.name.startswith("prices/"):
            bars[Path(entry.name).name.removesuffix(".csv")] = read_price_file(folder, entry.name)
    unlisted = sorted(set(bars) - set(directory.securities))
    if unlisted:
        raise DataError(
            f"{folder.path}: prices of {', '.join(unlisted)} but no entry in securities"
        )
    ranges = {ticker: frame.index for ticker, frame in bars.items()}
    return Market(
        bars=bars,
        dividends=read_dividends(folder),
        directory=directory,
        calendars=_calendars(directory.securities, ranges, folder),
        weights=read_weights(folder),
        sources=tuple(one for one in folder.entries.values() if one.kind != "replaced"),
        shares=read_shares(folder),
    )


def _own_market(path: Path, columns: Mapping[str, str] | None) -> Market:
    """A market of a reader's own files."""
    own = read_own(path, columns)
    ranges = {ticker: frame.index for ticker, frame in own.bars.items()}
    market = Market(
        bars=own.bars,
        dividends=dividends_by_ticker(own.dividends),
        directory=own.directory,
        calendars=_calendars(own.directory.securities, ranges, None, own.closed),
        sources=own.sources,
    )
    _refuse_shifted(market)
    return market


def _on_sessions(paid: pd.Series, sessions: pd.DatetimeIndex) -> pd.Series:
    """Dividends by session; one whose ex-date is no session belongs to the next one."""
    at = sessions.searchsorted(paid.index)
    inside = at < len(sessions)
    income = pd.Series(0.0, index=sessions)
    return income.add(paid[inside].groupby(sessions[at[inside]]).sum(), fill_value=0.0)


def _refuse_shifted(market: Market) -> None:
    """A stray row is listed in `Market.unused`; many of them mean that the dates are wrong."""
    for ticker, frame in market.bars.items():
        stray = frame.index.difference(market.sessions(ticker))
        if len(stray) > max(3, 0.05 * len(frame)):
            code = market.directory.security(ticker).calendar
            raise InputError(
                f"closes: {ticker} has {len(stray)} of {len(frame)} prices on days without a "
                f"session of {code}, the first on {stray[0]:%Y-%m-%d}; are the dates a day "
                "early, or is it another exchange?"
            )


def _calendars(
    securities: Mapping[str, Security],
    ranges: Mapping[str, pd.Index],
    folder: RecordedFolder | None,
    closed: Mapping[str, Mapping[pd.Timestamp, str]] | None = None,
) -> dict[str, ExchangeCalendar]:
    """One calendar per exchange over the range of all its prices, shared by its tickers."""
    calendars: dict[str, ExchangeCalendar] = {}
    codes = {t: one.calendar for t, one in securities.items() if t in ranges and one.calendar}
    built: dict[str, ExchangeCalendar] = {}
    for ticker, code in codes.items():
        if code not in built:
            spans = [ranges[other] for other, its in codes.items() if its == code]
            first, last = min(span[0] for span in spans), max(span[-1] for span in spans)
            shut = (closed or {}).get(code)
            built[code] = exchange_calendar(code, first, last, folder, closed=shut)
        calendars[ticker] = built[code]
    return calendars
