"""A folder of prices as it lies there: every row kept, also those that no market would take.

In: a folder, with a manifest or without. Out: a `Snapshot` of raw rows with their line numbers, and
what is known beside them. It must not judge; the rules do.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.errors import InputError
from analytics.files import as_path, decoded, read_bytes
from analytics.market.beside import CLOSURES, DIVIDENDS, SPLITS
from analytics.market.checks.aside import NUMBERS, Beside, by_ticker, read_beside
from analytics.market.checks.findings import Finding
from analytics.market.checks.rows import (
    Cells,
    Texts,
    by_column,
    dated,
    price_sheet,
    priced,
    surplus,
)
from analytics.market.columns import FIELDS, column_map, mapped_keys
from analytics.market.listed import FORMS
from analytics.market.own import CHECKS, DATES, NOT_READ, price_files
from analytics.market.snapshot import POLL, STAGED
from analytics.recorded import KEPT, MANIFEST, FileEntry, RecordedFolder

if TYPE_CHECKING:
    import pandas as pd

PRICES = ("open", "high", "low", "close")
TABLES = {  # of the recorded data, beside its prices
    *("calendar_corrections.csv", "early_closes.csv", "index_weights.csv"),
    *("official_bars.csv", "shares_outstanding.csv"),
}
LOOKS = 10  # at a folder that is being written


@dataclass(frozen=True, eq=False)
class PriceFile:
    """One file of prices.

    Attributes
    ----------
    name : str
        Path below the folder.
    ticker : str
    rows : pandas.DataFrame
        In the order of the file: ``line`` (from 1), ``text`` (the date as written), ``day`` (NaT
        where it is no date), ``stamp`` (a clock time other than midnight), and what there is of
        ``open, high, low, close, volume`` (NaN where empty or no number).
    cells : Cells
        Line -> column -> text as written; for remedies.
    columns : mapping
        Column -> its number in the file.
    entry : FileEntry or None
        What the manifest says of it.
    width : int
        Number of columns of the file.
    wide : bool
        Whether the file holds the closes of several tickers, a column each.
    """

    name: str
    ticker: str
    rows: pd.DataFrame
    cells: Cells
    columns: Mapping[str, int]
    entry: FileEntry | None
    width: int = 2
    wide: bool = False

    @cached_property
    def bars(self) -> pd.DataFrame:
        """The first row of each date with a close, ascending by date, with its ``line``."""
        good = self.rows[self.rows["day"].notna() & (self.rows["close"] > 0)]
        good = good.drop_duplicates("day").set_index("day").sort_index()
        return good.drop(columns=["text", "stamp"])


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A folder of prices.

    Attributes
    ----------
    path : pathlib.Path
    files : tuple of PriceFile
    beside : Beside
        Securities, dividends, splits, closures. A ticker that is listed neither here nor in the
        recorded data has no security.
    retrieved : str
        Latest ISO date in the manifest; empty where there is none.
    findings : tuple of Finding
        What could not be read.
    """

    path: Path
    files: tuple[PriceFile, ...]
    beside: Beside
    retrieved: str = ""
    findings: tuple[Finding, ...] = ()

    @cached_property
    def by_ticker(self) -> Mapping[str, PriceFile]:
        """The file of each ticker."""
        return {one.ticker: one for one in self.files}

    @cached_property
    def splits(self) -> Mapping[str, pd.Series]:
        """Ticker -> ratios by first session on the new basis."""
        return by_ticker(self.beside.actions[SPLITS])

    @cached_property
    def dividends(self) -> Mapping[str, pd.Series]:
        """Ticker -> amounts per share by ex-date."""
        return by_ticker(self.beside.actions[DIVIDENDS])


def read_snapshot(path: str | Path) -> Snapshot:
    """Read a folder of prices without refusing anything in it.

    Parameters
    ----------
    path : path
        A folder with a manifest, or one of a reader's own files: one CSV file per ticker, or one
        with a column of closes per ticker. Or one such file; what lies beside it belongs to it.

    Returns
    -------
    Snapshot

    Raises
    ------
    InputError
        There is no such file or folder, or no prices in it.
    DataError
        The manifest cannot be read.

    Examples
    --------
    >>> from analytics.recorded import recorded_folder
    >>> snapshot = read_snapshot(recorded_folder().path)
    >>> len(snapshot.files), snapshot.findings
    (17, ())
    """
    given = as_path(path, "path")
    single = given.is_file()
    folder = given.parent if single else given
    entries, findings = _looked(folder) if not single else ({}, [])
    files = []
    called = {} if not single and (folder / MANIFEST).is_file() else column_map(folder, None)
    for file in [given] if single else _files(folder, entries):
        name = file.relative_to(folder).as_posix()
        read, odd = _price_files(file, name, entries.get(name), called)
        files += read
        findings += odd
    if not files and not findings:
        raise InputError(f"{folder}: no prices; give a folder written by 'analytics fetch'")
    beside = read_beside(folder, [one.ticker for one in files], alone=single)
    return Snapshot(
        path=folder,
        files=tuple(files),
        beside=beside,
        retrieved=max((entry.retrieved for entry in entries.values()), default=""),
        findings=(*findings, *beside.findings),
    )


def _looked(folder: Path) -> tuple[Mapping[str, FileEntry], list[Finding]]:
    """The manifest, and what does not fit it; of a folder that is being written the next state.

    A writer moves its files into place and then the manifest: between these steps a new file is
    not listed yet.
    """
    if not (folder / MANIFEST).is_file():
        return {}, []
    before: Mapping[str, FileEntry] | None = None
    for _ in range(LOOKS):
        entries = RecordedFolder(folder).entries
        findings = _against_manifest(folder, entries)
        at_work = any(files for _, _, files in os.walk(folder / STAGED))  # it may vanish meanwhile
        if not findings or (entries == before and not at_work):
            break
        before = entries
        time.sleep(POLL)
    return entries, findings


def _files(folder: Path, entries: Mapping[str, FileEntry]) -> list[Path]:
    """Files of prices: those in ``prices``, and those beside it that are no table of ours."""
    if not (folder / MANIFEST).is_file() or not any((folder / "prices").glob("*.csv")):
        files = price_files(folder)
        return [one for one in files if one.parent != folder or one.name not in TABLES]
    inside = [*folder.glob("*.csv"), *(folder / "prices").glob("*.csv")]
    aside = {*NUMBERS, CLOSURES, *CHECKS, *FORMS, *TABLES}
    return sorted(
        one
        for one in inside
        if one.parent != folder or (one.name not in aside and one.name not in entries)
    )


def _against_manifest(folder: Path, entries: Mapping[str, FileEntry]) -> list[Finding]:
    """Files that are not the ones the manifest describes, in place or kept by a writer."""
    findings = []
    for name, entry in entries.items():
        content = _bytes(folder, name, entry)
        if content is None:
            findings.append(Finding(name, "", "missing_file", "error", f"listed in {MANIFEST}"))
            continue
        digest = hashlib.sha256(content).hexdigest()
        if digest != entry.sha256:
            said = f"expected sha256 {entry.sha256[:16]}…, got {digest[:16]}…"
            findings.append(Finding(name, "", "checksum", "error", said))
    there = (one.relative_to(folder).as_posix() for one in _files(folder, entries))
    findings += [
        Finding(name, "", "unlisted_file", "error", f"not listed in {MANIFEST}")
        for name in sorted(there)
        if name not in entries
    ]
    return findings


def _bytes(folder: Path, name: str, entry: FileEntry | None) -> bytes | None:
    """The bytes of a file that its manifest describes, else those in place; None without a file.

    Where a writer was broken off the described ones may be kept beside; `load_market` reads the
    same.
    """
    places = [folder / name] if entry is None else [folder / KEPT / entry.sha256, folder / name]
    for place in places:
        if place.is_file():
            content = read_bytes(place, "prices")
            kept = place.parent.name == KEPT
            if not kept or (entry and hashlib.sha256(content).hexdigest() == entry.sha256):
                return content
    return None


def _price_files(
    path: Path, name: str, entry: FileEntry | None, called: Mapping[str, str]
) -> tuple[list[PriceFile], list[Finding]]:
    """The rows of a file, of each of its tickers, with what could not be read in it."""
    content = _bytes(path.parents[name.count("/")], name, entry) or b""
    if not content.strip():
        return [], [Finding(name, "", "empty_file", "error", f"{len(content)} bytes")]
    try:
        source = Texts(decoded(content, name), name)
        sheet = price_sheet(source.text, name)
    except InputError as error:
        said = str(error).removeprefix(f"{name}: ").removeprefix(name)
        return [], [Finding(name, "", "unreadable", "error", said.lstrip(", "))]
    tickers = placed(sheet.header.cells, called, path.stem)
    wide = list(tickers) != [path.stem]
    if not tickers or (wide and entry is not None):
        said = f"columns {', '.join(sheet.header.cells)[:60]}; expected date and close among them"
        return [], [Finding(name, "", "unreadable", "error", said)]
    if not sheet.lines:
        return [], [Finding(name, "", "empty_file", "error", "a header and no row")]
    files = []
    width = len(sheet.header.cells)
    texts = by_column(sheet)
    dates, findings = dated(sheet, texts[next(iter(tickers.values()))["date"]])
    findings += surplus(sheet)
    for ticker, columns in tickers.items():
        rows, decimals, odd = priced(name, texts, dates, columns)
        if wide:  # an empty cell is a ticker without a row
            rows = rows[rows["close"].notna()].reset_index(drop=True)
        cells = Cells(source, columns, decimals)
        files.append(PriceFile(name, ticker, rows, cells, columns, entry, width, wide))
        findings += odd
    return files, list(dict.fromkeys(findings))


def placed(
    header: Sequence[str], called: Mapping[str, str], ticker: str
) -> dict[str, dict[str, int]]:
    """Where the columns of a header stand.

    Parameters
    ----------
    header : sequence of str
    called : mapping
        Field -> what the file calls it.
    ticker : str
        Whose prices they are, where the columns are those of one ticker.

    Returns
    -------
    dict
        Ticker -> column -> its number. A file without a close, but with a date and other columns,
        holds the closes of several tickers. Empty where neither fits.

    Examples
    --------
    >>> placed(["Date", "Close", "Volume"], {}, "AAA")
    {'AAA': {'date': 0, 'close': 1, 'volume': 2}}
    >>> placed(["date", "AAA", "BBB"], {}, "prices")
    {'AAA': {'date': 0, 'close': 1}, 'BBB': {'date': 0, 'close': 2}}
    """
    keys = mapped_keys(header, called)
    at = next((k for k, key in enumerate(keys) if key in DATES), None)
    if at is None:
        return {}
    own = {key: k for k, key in enumerate(keys) if key in FIELDS}
    if "close" in own:
        return {ticker: {"date": at, **own}}
    if own or called or any(key in NOT_READ[:4] for key in keys):
        return {}
    return {name: {"date": at, "close": k} for k, name in enumerate(header) if k != at}
