"""The tear sheet of a reader's own event: one page that stands alone, on any market.

In: an event, a market. Out: one HTML file that needs nothing else. Sections for which nothing is
recorded, such as claims or a second listing, are left out. The same data give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from analytics.display import names, words
from analytics.display.pages import Source, tearsheet_page
from analytics.display.subject import Subject
from analytics.display.tearsheet import tearsheet
from analytics.errors import DataError, InputError
from analytics.events import Event, load_events
from analytics.market import Directory, Market, load_market
from analytics.market.given import given_entry
from analytics.recorded import FileEntry
from analytics.study import Windows, align, event_study

SITE = "Market impact of news"


def tear_sheet(
    event: Event,
    market: Market,
    *,
    out: str | Path,
    tickers: Sequence[str] | None = None,
    benchmark: str | None = None,
    exclude_self: bool | None = None,
    windows: Windows | None = None,
) -> Path:
    """Write the tear sheet of an event of one's own.

    Parameters
    ----------
    event : Event
        One that ``status: draft`` marks says so above its headline.
    market : Market
        Of ``load_market(path)``, `Market.from_frames` with ``exchanges``, or the recorded one.
    out : path
        A file that ends in ``.html``, or a folder that exists: then it is named after the event.
    tickers : sequence of str, optional
        Securities to study; by default those that the event names.
    benchmark : str, optional
        One benchmark for all; by default each security's own.
    exclude_self : bool, optional
        Take a firm out of an index where its weight is known (the default), or not.
    windows : Windows, optional

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    InputError
        Something was asked for that cannot be, or the file cannot be written.
    DataError
        No security of the event can be studied; the reasons are given.

    Examples
    --------
    >>> import tempfile
    >>> import analytics as ma
    >>> event = ma.load_events()["nvda-intel-2025-09-18"]
    >>> folder = tempfile.mkdtemp()
    >>> page = tear_sheet(event, ma.load_market(), out=folder, tickers=["NVDA"])
    >>> page.name
    'nvda-intel-2025-09-18.html'
    """
    if not isinstance(event, Event):
        raise InputError(
            f"event: expected one Event, got {type(event).__name__}; look it up in a table first, "
            'as in events["my-event"]'
        )
    path = _target(out, event)
    if benchmark is not None:
        market = _with_benchmark(market, benchmark)
    results = []
    for without in (exclude_self, False):
        sample = align(event, market, windows, tickers=tickers, exclude_self=without)
        if len(sample) == 0:
            rows = sample.dropped.itertuples()
            reasons = "; ".join(f"{row.ticker}: {row.reason}" for row in rows)
            raise DataError(f"{event.id}: nothing to study: {reasons}")
        results.append(event_study(sample))
    subject = Subject(
        event,
        market,
        results=results[0],
        plain=results[1],
        recorded=False,
        again=_again(event, market),
    )
    with names.named_by(market.directory):
        page = tearsheet(
            subject,
            sources=page_sources(_files_of(subject)),
            links=(),
            site_title=SITE,
            origin=price_origin(market),
        )
        text = tearsheet_page(page)
    return write_page(path, text)


def _again(event: Event, market: Market) -> str:
    """What the command line needs beside the event's id: files that are not the recorded ones."""
    recorded = {one.id: one for one in load_events()}
    files = {(one.name, one.sha256) for one in load_market().sources}
    own = not market.sources or any((one.name, one.sha256) not in files for one in market.sources)
    return ("" if recorded.get(event.id) == event else " --events YOUR_EVENTS") + (
        " --data YOUR_PRICES" if own else ""
    )


def _target(out: str | Path, event: Event) -> Path:
    path = Path(out)
    if path.is_dir():
        return path / f"{event.id}.html"
    if path.suffix.lower() not in (".html", ".htm") or not path.parent.is_dir():
        raise InputError(f"{path}: expected a file that ends in .html, in a folder that exists")
    return path


def _with_benchmark(market: Market, name: str) -> Market:
    """The same market in which all securities have one default benchmark."""
    known = market.directory.securities
    chosen = {
        ticker: one if ticker == name else one.model_copy(update={"benchmark": name})
        for ticker, one in known.items()
    }
    return replace(market, directory=Directory(market.directory.firms, chosen))


def _files_of(subject: Subject) -> list[FileEntry]:
    """The files behind this event's numbers; of frames in memory, their hash."""
    market = subject.market
    if not market.sources:
        return [given_entry(market.closes, "closes")]
    table = subject.observations
    used = {*table.index, *(" + ".join(table["benchmark"])).split(" + ")}
    if subject.curve is not None:
        used |= set(" + ".join(map(str, subject.curve.table["benchmark"])).split(" + "))
    others = set(market.tickers) - used
    return [
        entry
        for entry in market.sources
        if PurePosixPath(entry.name).stem not in others and not entry.name.startswith("claims")
    ]


def price_origin(market: Market) -> str:
    """Where the prices of a market come from, in a few words for the head of a page.

    Parameters
    ----------
    market : Market

    Returns
    -------
    str
        Such as ``"prices: Yahoo Finance through yfinance 1.7.0, fetched 2026-11-20"``; empty where
        the market has no files.

    Examples
    --------
    >>> import analytics as ma
    >>> price_origin(ma.load_market()).partition(":")[0]
    'prices'
    """
    files = [
        one
        for one in market.sources
        if PurePosixPath(one.name).stem in market and one.kind != "currency"
    ]
    who = words.join(list(dict.fromkeys(words.brief_source(one.source) for one in files)))
    days = sorted({one.retrieved[:10] for one in files if one.retrieved})
    if not who or not days:
        return f"prices: {who}" if who else ""
    if any(one.kind == "repairs" for one in market.sources):
        who += ", repaired"
    span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f"prices: {who}, fetched {span}"


def page_sources(entries: Iterable[FileEntry]) -> tuple[Source, ...]:
    """Files as the foot of a page lists them.

    Parameters
    ----------
    entries : iterable of FileEntry

    Returns
    -------
    tuple of Source
    """
    return tuple(
        Source(
            name=entry.name,
            sha256=entry.sha256,
            kind=f"{entry.kind}: {entry.source}"
            + (f" (grade {entry.grade})" if entry.grade else ""),
            covers=", ".join(_covers(entry)),
            rows=entry.rows,
        )
        for entry in entries
    )


def _covers(entry: FileEntry) -> list[str]:
    """Dates of a file, and the moment it was read where that is known."""
    said = [f"{entry.first} to {entry.last}"] if entry.first else []
    return said + ([f"fetched {entry.retrieved}"] if "T" in entry.retrieved else [])


def write_page(path: Path, text: str) -> Path:
    """Write a page whole or not at all.

    Raises
    ------
    InputError
        It cannot be written there.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None
    return path
