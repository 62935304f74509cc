"""Replies as a snapshot folder, and back: one file per ticker, and what they have in common.

In: `Reply` records. Out: the files of a folder in the format of ``data/``, for `write_snapshot`. It
must not know the network.

``fetched.csv`` holds the question and the moment of every answer, so that nothing is asked twice;
``left_out.csv`` the rows that came and were not taken; ``revisions.csv`` what newer answers
changed. ``replaced`` holds the prices that were in use before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, fields, replace
from pathlib import Path

import pandas as pd
import yaml

from analytics.errors import DataError, InputError
from analytics.market.borrowed import borrowed_files, borrowed_rates, table_bytes
from analytics.market.chart import is_cash_left_out
from analytics.market.exchanges import calendar_of, security_of, why_no_calendar
from analytics.market.overlap import Revision
from analytics.market.reply import (
    Query,
    Reply,
    YahooListing,
    bars_text,
    dated_text,
    number_text,
    read_bars,
    read_day,
    read_stamp,
    stamp,
)
from analytics.market.securities import recorded_directory
from analytics.market.snapshot import LOCK, SnapshotFile
from analytics.recorded import MANIFEST, YAHOO, RecordedFolder

FETCHED, LEFT_OUT, REVISIONS = "fetched.csv", "left_out.csv", "revisions.csv"
REPLACED = "replaced"  # folder and kind of prices that are no longer in use
BASIS = "closes adjusted for splits, not for dividends"
ASKED = ("ticker", "start", "end", "retrieved", "library")
LISTED = tuple(one.name for one in fields(YahooListing))


def refuse_foreign(folder: Path) -> None:
    """A folder that something else filled is not written to.

    Raises
    ------
    InputError
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: a file; give a folder for what is fetched")
    if (folder / MANIFEST).is_file():
        if FETCHED not in RecordedFolder(folder).entries:
            raise InputError(
                f"{folder}: holds recorded files that did not come from Yahoo; give another folder"
            )
    elif folder.is_dir() and any(folder.iterdir()) and not (folder / LOCK).exists():
        # In this order: another run makes its lock before any other file.
        raise InputError(
            f"{folder}: holds files, but nothing fetched; give a new or an empty folder"
        )


def kept_replies(folder: Path) -> dict[str, Reply]:
    """What a folder holds, as the replies it was made of; empty where there is no snapshot.

    Raises
    ------
    ChecksumError
        A file is not the one that the manifest describes.
    DataError
        A file cannot be read.
    """
    if not (folder / MANIFEST).is_file():
        return {}
    there = RecordedFolder(folder)
    paid = _by_ticker(there, "dividends.csv", "ex_date", "amount")
    split = _by_ticker(there, "splits.csv", "first_session", "ratio")
    left = [
        (row["ticker"], row["date"], row["reason"])
        for row in _rows(there, LEFT_OUT, ("ticker", "date", "reason"))
    ]
    nothing = pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    replies = {}
    with there.readable(FETCHED):
        for row in _rows(there, FETCHED, (*ASKED, *LISTED)):
            ticker = row["ticker"]
            days = (dt.date.fromisoformat(row[one]) for one in ("start", "end"))
            replies[ticker] = Reply(
                query=Query(ticker, *days),
                listing=YahooListing(**{name: row[name] for name in LISTED}),
                bars=_bars(there, ticker),
                dividends=paid.get(ticker, nothing),
                splits=split.get(ticker, nothing),
                retrieved=read_stamp(row["retrieved"]),
                library=row["library"],
                left_out=tuple((day, why) for name, day, why in left if name == ticker),
            )
    _refuse_unasked(there, replies)
    return replies


def _bars(folder: RecordedFolder, ticker: str) -> pd.DataFrame:
    with folder.readable(_place(ticker)):
        return read_bars(folder.text(_place(ticker)))


def _refuse_unasked(folder: RecordedFolder, replies: Collection[str]) -> None:
    """Prices from Yahoo without the question are not written over as if they were not there."""
    for name, entry in folder.entries.items():
        ticker = name.removeprefix("prices/").removesuffix(".csv")
        if name == _place(ticker) and entry.source.startswith(YAHOO) and ticker not in replies:
            raise DataError(
                f"{folder.path / FETCHED}: no row of {ticker}, and {name} is there; restore the "
                "row, or fetch into a new folder"
            )


def snapshot_files(
    folder: Path, replies: Mapping[str, Reply], changed: Sequence[Revision]
) -> dict[str, SnapshotFile]:
    """The files of a new state.

    Parameters
    ----------
    folder : pathlib.Path
        Whose ``revisions.csv`` goes on.
    replies : mapping
        Ticker -> `Reply`, all that the folder is to hold.
    changed : sequence of Revision
        What is new in ``replies`` against the folder.

    Returns
    -------
    dict of str to SnapshotFile
    """
    ordered = [replies[ticker] for ticker in sorted(replies)]
    lacking = undated(replies)
    files = {
        _place(one.query.ticker): _price_file(one, lacking.get(one.query.ticker, ""))
        for one in ordered
    }
    library = ", ".join(dict.fromkeys(one.library for one in ordered))
    source = f"{YAHOO} through {library}"
    last = stamp(max(one.retrieved for one in ordered))

    def table(kind: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> SnapshotFile:
        return SnapshotFile(table_bytes(header, rows), kind, source, "medium", last)

    paid = table(
        "dividends",
        ("ticker", "ex_date", "amount"),
        [(one.query.ticker, *pair) for one in ordered for pair in dated_text(one.dividends)],
    )
    files["dividends.csv"] = replace(paid, source=source + _foreign_cash(ordered))
    files["splits.csv"] = table(
        "splits",
        ("ticker", "first_session", "ratio"),
        [(one.query.ticker, *pair) for one in ordered for pair in dated_text(one.splits)],
    )
    files[FETCHED] = table("queries", (*ASKED, *LISTED), [_asked(one) for one in ordered])
    files[LEFT_OUT] = table(
        "left out",
        ("ticker", "date", "reason"),
        [(one.query.ticker, *row) for one in ordered for row in one.left_out],
    )
    names = tuple(one.name for one in fields(Revision))
    there = RecordedFolder(folder)
    before = _rows(there, REVISIONS, names) if (folder / MANIFEST).is_file() else []
    files[REVISIONS] = table(
        "revisions",
        names,
        [tuple(row[name] for name in names) for row in before] + [_plain(one) for one in changed],
    )
    files["securities.yaml"] = SnapshotFile(
        _securities(replies, lacking).encode(), "securities", source, "medium", last
    )
    return files | borrowed_files(replies)


def replaced_files(old: Mapping[str, Reply], new: Mapping[str, Reply]) -> dict[str, SnapshotFile]:
    """Prices that newer answers replaced, as files beside those in use.

    Parameters
    ----------
    old, new : mapping
        Ticker -> `Reply`; ``new`` has every ticker of ``old``.

    Returns
    -------
    dict of str to SnapshotFile
        ``replaced/NVDA_20250301T120000Z.csv``, with the moment of the old answer; its dividends and
        splits beside it.
    """
    files: dict[str, SnapshotFile] = {}
    for ticker, one in old.items():
        moment = stamp(one.retrieved).replace("-", "").replace(":", "")
        file = _price_file(one, "")
        source = f"{file.source}; replaced by the answer of {stamp(new[ticker].retrieved)}"
        name = f"{REPLACED}/{ticker}_{moment}"
        contents = {f"{name}.csv": file.content}
        for what, number in (("dividends", "amount"), ("splits", "ratio")):
            pairs = dated_text(getattr(one, what))
            if pairs:
                contents[f"{name}_{what}.csv"] = table_bytes(("date", number), pairs)
        files |= {
            place: replace(file, content=content, kind=REPLACED, source=source)
            for place, content in contents.items()
        }
    return files


def _foreign_cash(replies: Iterable[Reply]) -> str:
    """Whose dividends are not in the table, for they are in another currency."""
    counts = {
        one.query.ticker: sum(is_cash_left_out(why) for _, why in left)
        for one in replies
        if (left := one.left_out)
    }
    told = [f"{ticker} ({count})" for ticker, count in counts.items() if count]
    return f"; left out, for they are in another currency: {', '.join(told)}" if told else ""


def undated(replies: Mapping[str, Reply]) -> dict[str, str]:
    """Tickers whose exchange has no calendar over the prices of all its tickers, with the reason.

    Parameters
    ----------
    replies : mapping
        Ticker -> `Reply`.

    Returns
    -------
    dict of str to str
        Empty where every ticker has its sessions.
    """
    spans: dict[str | None, list[pd.Timestamp]] = {}
    for one in replies.values():
        days = [one.bars.index[0], one.bars.index[-1]]
        spans.setdefault(calendar_of(one.listing), []).extend(days)
    found = {}
    for ticker, one in replies.items():
        code = calendar_of(one.listing)
        recorded = recorded_directory().securities.get(ticker)
        if code is None and recorded is not None and recorded.calendar:
            continue
        said = why_no_calendar(one.listing, min(spans[code]), max(spans[code]))
        if said:
            found[ticker] = said
    return found


def _place(ticker: str) -> str:
    return f"prices/{ticker}.csv"


def _price_file(reply: Reply, undated: str) -> SnapshotFile:
    listing = reply.listing
    kind = {"INDEX": "index", "CURRENCY": "currency"}.get(listing.kind, "prices")
    source = f"{YAHOO} through {reply.library}: {reply.query}, {BASIS}"
    if listing.quoted != listing.currency:
        source += f", in {listing.currency} (quoted in {listing.quoted}, divided by 100)"
    if undated:
        source += f"; {undated}"
    content = bars_text(reply.bars).encode()
    return SnapshotFile(content, kind, source, "medium", stamp(reply.retrieved))


def _asked(reply: Reply) -> tuple[object, ...]:
    query = reply.query
    about = (query.ticker, query.start, query.end, stamp(reply.retrieved), reply.library)
    return (*about, *astuple(reply.listing))


def _plain(revision: Revision) -> tuple[object, ...]:
    said = asdict(revision) | {"largest": number_text(round(revision.largest, 8))}
    return tuple(said.values())


def _rows(folder: RecordedFolder, name: str, columns: Sequence[str]) -> list[dict[str, str]]:
    return folder.table(name, columns) if name in folder.entries else []


def _by_ticker(folder: RecordedFolder, name: str, date: str, number: str) -> dict[str, pd.Series]:
    found: dict[str, dict[pd.Timestamp, float]] = {}
    with folder.readable(name):
        for row in _rows(folder, name, ("ticker", date, number)):
            found.setdefault(row["ticker"], {})[read_day(row[date])] = float(row[number])
    return {ticker: pd.Series(values).sort_index() for ticker, values in found.items()}


def _securities(replies: Mapping[str, Reply], lacking: Collection[str]) -> str:
    """``securities.yaml``: what Yahoo says of each ticker, with what is recorded here."""
    listed = [
        security_of(ticker, replies[ticker].listing, replies, dated=ticker not in lacking)
        for ticker in sorted(replies)
    ]
    listed += borrowed_rates(replies)
    firms = {one.firm for one in listed if one.firm}
    document = {
        "firms": [
            firm.model_dump(mode="json", include={"id", "name", "name_zh", "listings"})
            for name, firm in sorted(recorded_directory().firms.items())
            if name in firms
        ],
        "securities": [
            {"ticker": one.ticker} | one.model_dump(mode="json", exclude_defaults=True)
            for one in listed
        ],
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
