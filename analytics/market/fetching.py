"""Prices of any ticker and any dates: asked for once, kept in a folder, compared when read again.

In: tickers, dates, a folder. Out: the folder as a snapshot in the format of ``data/``, and
`Fetched`: what arrived, what was there, what failed and why, what changed. It must not know how a
question is put to Yahoo, nor how a folder is written safely.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd

from analytics.errors import DataError, InputError
from analytics.files import as_path
from analytics.market.awaited import SETTLE, lacking_words, may_come
from analytics.market.borrowed import borrowed_rates
from analytics.market.calendars import ExchangeCalendar, exchange_calendar, utc
from analytics.market.checks import check_snapshot
from analytics.market.exchanges import benchmark_of, calendar_of
from analytics.market.fetched import Fetched
from analytics.market.overlap import (
    Revision,
    another_security,
    lost_sessions,
    revisions,
    with_lost,
)
from analytics.market.prices import Market, load_market
from analytics.market.reply import Query, Reply, checked_day, checked_tickers, stamp
from analytics.market.snapshot import (
    drop_empty,
    locked,
    missing_folders,
    write_snapshot,
    write_whole,
    writing,
)
from analytics.market.store import (
    kept_replies,
    refuse_foreign,
    replaced_files,
    snapshot_files,
    undated,
)
from analytics.market.yahoo import Client, UnansweredError, Yahoo

ARRIVED = ".arrived"  # answers of a run that has not ended
FRESH = dt.timedelta(hours=12)  # for which such an answer counts as this run's own
DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(1900, 1, 1)  # before which Yahoo has nothing
NO_USE = ("offline", "limited", "deadline")  # faults that the next ticker would meet too


@dataclass(frozen=True, eq=False)
class _Run:
    """A run under way."""

    folder: Path
    client: Client
    yahoo: Yahoo
    start: dt.date
    end: dt.date
    refresh: bool
    kept: Mapping[str, Reply]
    new: dict[str, Reply] = field(default_factory=dict)
    cached: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    stopped: list[UnansweredError] = field(default_factory=list)
    changed: list[Revision] = field(default_factory=list)

    def get(self, ticker: str) -> None:
        """One ticker: from the folder, from a run that was broken off, or from Yahoo."""
        kept = self.kept.get(ticker)
        if kept is not None and not self.refresh and self._covers(kept):
            self.cached.append(ticker)
            return
        query = Query(ticker, self.start, self.end)
        if kept is not None:
            known = kept.query
            query = Query(ticker, min(self.start, known.start), max(self.end, known.end))
        reply = self._arrived(query, kept)
        try:
            self._take(reply or self._ask(query), kept)
        except UnansweredError as error:
            self.failed[ticker] = error.said
            if error.why in NO_USE:
                self.stopped.append(error)

    def holds(self, names: Iterable[str]) -> bool:
        """Whether nothing would be asked, and nothing written."""
        replies = [self.kept.get(one) for one in names]
        return not self.refresh and all(one is not None and self._covers(one) for one in replies)

    def _covers(self, kept: Reply) -> bool:
        """Whether a kept answer holds all that an answer of today could."""
        return not may_come(kept, self.start, self.end, self.client.now(), partial(_calendar, kept))

    def lacking(self) -> dict[str, str]:
        """Where the prices of this run begin late or end early."""
        replies = {one: {**self.kept, **self.new}[one] for one in [*self.new, *self.cached]}
        now = self.client.now()
        said = {
            ticker: lacking_words(one, self.start, self.end, now, partial(_calendar, one))
            for ticker, one in replies.items()
        }
        return {ticker: words for ticker, words in said.items() if words}

    def _ask(self, query: Query) -> Reply:
        if self.stopped:
            first = self.stopped[0]
            why = f"not asked, after {first.ticker}: {first.said}"
            raise UnansweredError(query.ticker, "broken", why)
        reply = _settled(self.yahoo.ask(query))
        place = _arrived_at(self.folder, query.ticker)
        place.parent.mkdir(exist_ok=True)
        write_whole(place, reply.to_text().encode())
        return reply

    def _arrived(self, query: Query, kept: Reply | None) -> Reply | None:
        """An answer to the same question that a run which was broken off got lately."""
        try:
            text = _arrived_at(self.folder, query.ticker).read_text(encoding="utf-8")
            reply = Reply.from_text(text)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):
            return None
        taken = kept is not None and stamp(kept.retrieved) == stamp(reply.retrieved)
        young = dt.timedelta(0) <= self.client.now() - reply.retrieved <= FRESH
        return reply if young and not taken and reply.query == query else None

    def _take(self, reply: Reply, kept: Reply | None) -> None:
        """An answer becomes the series, unless it is about something else or lacks sessions."""
        if kept is not None:
            reply, found = self._compared(reply, kept)
            at = stamp(reply.retrieved)
            self.changed.extend(replace(one, retrieved=at) for one in found)
        self.new[reply.query.ticker] = reply

    @staticmethod
    def _compared(reply: Reply, kept: Reply) -> tuple[Reply, list[Revision]]:
        """The answer with what it lost and the folder has, and what it changed."""
        stays = "the old series stays. If Yahoo is right, fetch into a new folder and compare"
        ticker = reply.query.ticker
        other = another_security(kept, reply)
        if other:
            said = f"the new answer seems to be about another security: {other}; {stays} the two"
            raise UnansweredError(ticker, "broken", said)
        sessions = _sessions(kept)
        lost = lost_sessions(kept.bars, reply.bars, sessions)
        reply, found = with_lost(kept, reply, lost)
        lost = lost_sessions(kept.bars, reply.bars, sessions)
        if len(lost):
            said = (
                f"the new answer lacks {len(lost)} session{'s' * (len(lost) != 1)} that the "
                f"folder has, the first {lost[0]:%Y-%m-%d}, and more of it changed; {stays} the two"
            )
            raise UnansweredError(ticker, "broken", said)
        return reply, [*found, *revisions(kept, reply)]

    def commit(self) -> None:
        """Write what arrived as the folder's new state, and forget the loose answers."""
        if self.new:
            replies = {**self.kept, **self.new}
            files = snapshot_files(self.folder, replies, self.changed)
            moved = {one.ticker for one in self.changed}
            files |= replaced_files({one: self.kept[one] for one in moved}, self.new)
            write_snapshot(self.folder, files)
        for ticker in [*self.new, *self.failed]:
            _arrived_at(self.folder, ticker).unlink(missing_ok=True)
        with suppress(OSError):  # answers of tickers that this run did not name stay
            (self.folder / ARRIVED).rmdir()


def fetch(
    tickers: str | Iterable[str],
    start: str | dt.date,
    end: str | dt.date,
    into: str | Path,
    *,
    refresh: bool = False,
    benchmarks: bool = True,
    client: Client | None = None,
) -> Fetched:
    """Prices from Yahoo, kept in a folder that `load_market` reads.

    What the folder holds already is not asked for again, unless sessions at its end are lacking
    that had closed less than a week before the answer came. What arrived before a run was broken
    off is used by the next one. The folder changes in one step, at the end: it is whole at every
    moment, the old state or the new.

    Parameters
    ----------
    tickers : str or iterable of str
        As Yahoo writes them: ``"NVDA, 2330.TW, ^GSPC"``.
    start, end : str or datetime.date
        First and last day, both inclusive.
    into : path
        The folder; made where it is not there.
    refresh : bool
        Read again what the folder holds. The new answer is compared with the old one over the days
        of both; it then replaces the whole series, what changed is listed, and the prices that
        were replaced stay in ``replaced``. Rows that only the old one has are kept where the rest
        is the same. An answer that lacks sessions and changed others, or is about another
        security, replaces nothing.
    benchmarks : bool
        Also fetch the index that stands for the market of each share.
    client : Client, optional
        Patience, pauses and clocks.

    Returns
    -------
    Fetched
        With the reason for each ticker that failed.

    Raises
    ------
    InputError
        Tickers, dates or a folder that cannot be; a full disk.
    DataError
        Offline, and nothing could be read; or another run holds the folder.

    Examples
    --------
    >>> fetch("NVDA", "2025-03-31", "2025-01-02", "prices-of-mine")
    Traceback (most recent call last):
    ...
    analytics.errors.InputError: start 2025-03-31 lies after end 2025-01-02
    """
    names, folder = checked_tickers(tickers), as_path(into, "into")
    patient = _checked_options(client, refresh=refresh, benchmarks=benchmarks)
    first, last = _checked_range(start, end, patient.now().date())
    with writing(folder):
        run = _run(folder, patient, (first, last), names, refresh=refresh, benchmarks=benchmarks)
        check = check_snapshot(folder) if run.new else None
    replies = {**run.kept, **run.new}
    if run.stopped and run.stopped[0].why == "offline" and not run.new and not run.cached:
        raise DataError(f"{', '.join(run.failed)}: {run.stopped[0].said}")
    left_out = [(name, *row) for name, one in run.new.items() for row in one.left_out]
    return Fetched(
        folder=folder,
        arrived=tuple(run.new),
        cached=tuple(run.cached),
        failed=run.failed,
        left_out=tuple(left_out),
        revisions=tuple(run.changed),
        requests=run.yahoo.requests,
        undated={
            one: why for one, why in undated(replies).items() if one in {*run.new, *run.cached}
        },
        lacking=run.lacking(),
        check=check,
        cut=None if last == checked_day("end", end) else last,
    )


def _run(
    folder: Path,
    client: Client,
    days: tuple[dt.date, dt.date],
    names: tuple[str, ...],
    *,
    refresh: bool,
    benchmarks: bool,
) -> _Run:
    """What is there, what is asked for, and the folder's new state in place."""
    refuse_foreign(folder)
    run = _Run(folder, client, Yahoo(client), *days, refresh, kept_replies(folder))
    if run.holds(names) and run.holds(_benchmarks(run, names) if benchmarks else ()):
        run.cached.extend([*names, *(_benchmarks(run, names) if benchmarks else ())])
        return run  # nothing to write: the folder may be one that can only be read
    made = missing_folders(folder)
    with locked(folder, wait=client.deadline, sleep=client.sleep, clock=client.monotonic):
        try:
            run = replace(run, kept=kept_replies(folder))
            _each(run, names)
            if benchmarks:
                _each(run, _benchmarks(run, names))
            run.commit()
        finally:
            drop_empty(folder, made)
    return run


def download_market(
    tickers: str | Iterable[str],
    start: str | dt.date,
    end: str | dt.date,
    into: str | Path | None = None,
    *,
    refresh: bool = False,
    benchmarks: bool = True,
    client: Client | None = None,
) -> Market:
    """A market of prices from Yahoo: these tickers, these days.

    Parameters
    ----------
    tickers : str or iterable of str
        As Yahoo writes them: ``"NVDA, 2330.TW, ^GSPC"``.
    start, end : str or datetime.date
        First and last day, both inclusive.
    into : path, optional
        The folder that keeps them; one in the user's cache where it is left out.
    refresh, benchmarks, client
        As in `fetch`.

    Returns
    -------
    Market
        Its sources name Yahoo, the question and the moment of the answer.

    Raises
    ------
    DataError
        A ticker has no prices; the message says why. What arrived is kept, so a second call asks
        only for the rest.

    Examples
    --------
    >>> download_market("US67066G1040", "2025-01-02", "2025-03-31")
    Traceback (most recent call last):
    ...
    analytics.errors.InputError: US67066G1040: an ISIN; give the ticker, which names one exchange
    """
    names = checked_tickers(tickers)
    folder = cache_folder() if into is None else as_path(into, "into")
    done = fetch(names, start, end, folder, refresh=refresh, benchmarks=benchmarks, client=client)
    lacking = [f"{one}: {why}" for one, why in done.failed.items() if one in names]
    if lacking:
        there = [*done.arrived, *done.cached]
        kept = f"; kept in {folder}: {', '.join(there)}" if there else ""
        raise DataError("; ".join(lacking) + kept)
    days = slice(pd.Timestamp(checked_day("start", start)), pd.Timestamp(checked_day("end", end)))
    wanted = {*names, *done.arrived, *done.cached}
    replies = {one: reply for one, reply in kept_replies(folder).items() if one in wanted}
    rates = {one.ticker for one in borrowed_rates(replies)}
    return _part(load_market(folder), wanted | rates, days, folder)


def cache_folder() -> Path:
    """Where downloads are kept when no folder is named: the user's cache.

    Raises
    ------
    InputError
        The user has no home folder.
    """
    places = {
        "win32": os.environ.get("LOCALAPPDATA") or "~/AppData/Local",
        "darwin": "~/Library/Caches",
    }
    usual = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        cache = Path(places.get(sys.platform, usual)).expanduser()
    except RuntimeError:
        raise InputError("there is no home folder here; name one for the prices, into=") from None
    return cache / "analytics" / "yahoo"


def _checked_range(start: object, end: object, today: dt.date) -> tuple[dt.date, dt.date]:
    first, last = checked_day("start", start), checked_day("end", end)
    if first > last:
        raise InputError(f"start {first} lies after end {last}")
    if first > today:
        raise InputError(f"start {first} lies in the future; today is {today}")
    if first < FIRST_DAY:
        raise InputError(f"start {first}: expected {FIRST_DAY} or later")
    return first, min(last, today + DAY)  # a day more: it may have begun east of Greenwich


def _checked_options(client: Client | None, **switches: object) -> Client:
    for name, value in switches.items():
        if not isinstance(value, bool):
            raise InputError(f"{name} {value!r}: expected True or False")
    if client is not None and not isinstance(client, Client):
        raise InputError(f"client {client!r}: expected a Client, or nothing")
    return client or Client()


def _each(run: _Run, names: Iterable[str]) -> None:
    from tqdm import tqdm

    for ticker in tqdm(list(names), desc="Yahoo", unit="ticker", leave=False):
        run.get(ticker)


def _benchmarks(run: _Run, names: Iterable[str]) -> list[str]:
    """Indices that the asked tickers need and nobody named."""
    replies = {**run.kept, **run.new}
    found = [benchmark_of(one, replies[one].listing) for one in names if one in replies]
    return [one for one in dict.fromkeys(found) if one is not None and one not in names]


def _arrived_at(folder: Path, ticker: str) -> Path:
    return folder / ARRIVED / f"{ticker}.json"


def _calendar(reply: Reply, first: pd.Timestamp, last: pd.Timestamp) -> ExchangeCalendar | None:
    """The exchange's calendar; None where there is none for these days."""
    code = calendar_of(reply.listing)
    try:
        return None if code is None else exchange_calendar(code, first, last)
    except InputError:
        return None  # it cannot be built; `undated` says so


def _sessions(reply: Reply) -> pd.DatetimeIndex:
    """Sessions of the ticker's exchange around its bars; the bars' dates where it is not known."""
    index = pd.DatetimeIndex(reply.bars.index)
    calendar = _calendar(reply, index[0], index[-1])
    return index if calendar is None else calendar.sessions


def _settled(reply: Reply) -> Reply:
    """The reply without bars whose session had not closed when it came."""
    recent = reply.bars.index[reply.bars.index >= pd.Timestamp(reply.retrieved.date() - 2 * DAY)]
    if not len(recent):
        return reply
    calendar = _calendar(reply, recent[0], recent[-1])
    moment = pd.Timestamp(reply.retrieved - SETTLE)
    early = []
    for day in recent:
        row = None if calendar is None else calendar.row(day)
        if calendar is None or row is None:
            early += [day] * (day.date() >= reply.retrieved.date())
        elif calendar.closes[row] > utc(moment):
            early.append(day)
    if len(early) == len(reply.bars):
        raise UnansweredError(
            reply.query.ticker, "empty", "no session of these dates has closed yet"
        )
    reason = "its session had not closed when it was read"
    left = tuple((f"{day:%Y-%m-%d}", reason) for day in early)
    return replace(reply, bars=reply.bars.drop(index=early), left_out=(*reply.left_out, *left))


def _part(market: Market, names: set[str], days: slice, folder: Path) -> Market:
    """The market of some tickers and days, whatever else the folder holds."""
    bars = {one: market.bars[one][days] for one in market.bars if one in names}
    empty = [one for one, frame in bars.items() if frame.empty]
    if empty:
        raise DataError(f"{folder}: no prices of {', '.join(empty)} in these dates")
    return replace(
        market,
        bars=bars,
        dividends={one: paid[days] for one, paid in market.dividends.items() if one in names},
        calendars={one: its for one, its in market.calendars.items() if one in names},
        sources=tuple(
            entry
            for entry in market.sources
            if not entry.name.startswith("prices/")
            or entry.name[len("prices/") :].removesuffix(".csv") in names
        ),
    )
