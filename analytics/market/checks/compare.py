"""`compare_snapshots`: which figures changed between two downloads, and why.

In: two folders of prices. Out: a `RevisionReport`. It must not say which of them is right.

A change is explained by the first common cause (`analytics.market.checks.causes`) that fits within
rounding; what none explains is the last row of the older folder, or a correction of single days.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from analytics.market.beside import DIVIDENDS, SPLITS
from analytics.market.checks.causes import FEW, Kind, causes
from analytics.market.checks.findings import MANY, Change, Finding, Severity
from analytics.market.checks.misplaced import What, changed_actions, misplaced
from analytics.market.checks.snapshot import PriceFile, Snapshot, read_snapshot
from analytics.market.checks.subject import number
from analytics.market.columns import FIELDS

SEVERITY: dict[Kind, Severity] = {
    "new_split": "warning",
    "dividend_adjustment": "error",
    "rescaled": "error",
    "split_not_applied": "error",
    "split_appeared": "warning",
    "split_vanished": "error",
    "split_changed": "error",
    "new_dividend": "warning",
    "dividend_vanished": "warning",
    "dividend_changed": "warning",
    "shifted_dates": "error",
    "other_ticker": "error",
    "column_vanished": "warning",
    "provisional_completed": "note",
    "vendor_correction": "warning",
    "appeared": "note",
    "vanished": "error",
    "file_appeared": "note",
    "file_vanished": "note",
}
SHORTER = "the new folder "  # begins later or ends earlier: other dates were asked for
SHARE = 0.95  # of the changed closes that an explanation must fit


@dataclass(frozen=True)
class Revision:
    """One change, or one cause of many.

    Attributes
    ----------
    file, ticker : str
    first, last : str
        ISO dates between which figures changed; empty for a file as a whole.
    kind : str
        Of the closes: ``new_split, split_not_applied, split_vanished, dividend_adjustment,
        rescaled, provisional_completed, vendor_correction, shifted_dates, other_ticker``. Of the
        lists: ``new_dividend, dividend_vanished, dividend_changed, split_appeared, split_vanished,
        split_changed``. Of rows and files: ``appeared, vanished, column_vanished, file_appeared,
        file_vanished``.
    rows : int
        How many rows it touches.
    ratio : float
        New over old close on the first date; NaN where there is no close to compare.
    evidence : str
    """

    file: str
    ticker: str
    first: str
    last: str
    kind: Kind
    rows: int
    ratio: float
    evidence: str


@dataclass(frozen=True, eq=False)
class RevisionReport:
    """What changed from an older folder of prices to a newer one.

    Attributes
    ----------
    old, new : str
        The folders.
    revisions : tuple of Revision
        In order of file and date.
    changes : pandas.DataFrame
        Every changed cell: ``file, ticker, date, column, old, new, ratio, kind``.
    compared : int
        Number of dates, over all files, that both folders have.
    """

    old: str
    new: str
    revisions: tuple[Revision, ...]
    changes: pd.DataFrame
    compared: int

    def __len__(self) -> int:
        return len(self.revisions)

    def __repr__(self) -> str:
        head = f"{self.old} and {self.new}: {self.compared:,} dates, {len(self)} revisions"
        rows = (f"  {one.file} {one.first} {one.kind}: {one.evidence}" for one in self.revisions)
        return "\n".join([head, *rows])


def compare_snapshots(old: str | Path, new: str | Path) -> RevisionReport:
    """Compare two folders of prices, and say what each change comes from.

    Parameters
    ----------
    old, new : path
        Folders with a manifest, or of a reader's own files. The order matters: what only ``new``
        has appeared, what only ``old`` has vanished. Rows after the end of the older file are the
        passing of time and no revision.

    Returns
    -------
    RevisionReport

    Raises
    ------
    InputError
        There is no such folder, or no prices in it.

    Examples
    --------
    >>> from analytics.recorded import recorded_folder
    >>> report = compare_snapshots(recorded_folder().path, recorded_folder().path)
    >>> len(report), report.compared
    (0, 17023)
    """
    return compare_read(read_snapshot(old), read_snapshot(new))


def compare_read(old: Snapshot, new: Snapshot) -> RevisionReport:
    """The same for folders that were read already.

    Parameters
    ----------
    old, new : Snapshot

    Returns
    -------
    RevisionReport
    """
    revisions, frames, compared = [], [], 0
    for ticker in sorted({*old.by_ticker, *new.by_ticker}):
        before, after = old.by_ticker.get(ticker), new.by_ticker.get(ticker)
        if before is None or after is None:
            one = before or after
            assert one is not None  # noqa: S101
            revisions.append(_whole(one, "file_appeared" if before is None else "file_vanished"))
            continue
        pair = _Pair(
            before,
            after,
            _splits_between(old, new, ticker),
            _paid(old, new, ticker),
            _splits_between(new, old, ticker),
            _splits_of_both(old, new, ticker),
        )
        compared += len(pair.dates)
        moved = misplaced(before, after, old.files)
        if moved is not None:
            revisions.append(pair.whole(*moved))
            continue
        mine, changes = pair.explained()
        revisions += [*mine, *_actions(old, new, pair, {one.kind for one in mine})]
        frames.append(changes)
    columns = ["file", "ticker", "date", "column", "old", "new", "ratio", "kind"]
    filled = [frame for frame in frames if len(frame)]
    table = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
    return RevisionReport(str(old.path), str(new.path), tuple(revisions), table, compared)


def _whole(one: PriceFile, kind: Kind) -> Revision:
    where = "new" if kind == "file_appeared" else "old"
    said = f"{len(one.rows)} rows, only in the {where} folder; the tickers of both were compared"
    return Revision(one.name, one.ticker, "", "", kind, len(one.rows), math.nan, said)


Listed = Mapping[str, pd.Series]
NONE = pd.Series(dtype=float, index=pd.DatetimeIndex([]))


def _splits_between(old: Snapshot, new: Snapshot, ticker: str) -> pd.Series:
    """Splits that only the newer folder lists."""
    mine, theirs = new.splits.get(ticker, NONE), old.splits.get(ticker, NONE)
    return mine[~mine.index.isin(theirs.index)]


def _splits_of_both(old: Snapshot, new: Snapshot, ticker: str) -> pd.Series:
    mine, theirs = new.splits.get(ticker, NONE), old.splits.get(ticker, NONE)
    return mine[mine.index.isin(theirs.index)]


def _actions(old: Snapshot, new: Snapshot, pair: _Pair, said: set[Kind]) -> list[Revision]:
    """Dividends and splits that differ, within the dates that both have prices of.

    A folder without such a list says nothing about it. What explains the closes is not said twice.
    """
    if not len(pair.dates):
        return []
    revisions: list[Revision] = []
    both: list[tuple[str, What, Listed, Listed]] = [
        (DIVIDENDS, "dividend", old.dividends, new.dividends),
        (SPLITS, "split", old.splits, new.splits),
    ]
    for name, what, was, now in both:
        if not all((one.path / name).is_file() for one in (old, new)):
            continue
        if what == "split" and said & {"new_split", "split_vanished"}:
            continue
        mine, theirs = (
            one[(one.index >= pair.dates[0]) & (one.index <= pair.dates[-1])]
            for one in (side.get(pair.new.ticker, NONE) for side in (was, now))
        )
        found = list(changed_actions(mine, theirs, pair.splits, what))
        if len(found) > MANY:
            kind, day, words = found[0]
            found = [(kind, day, f"{len(found)} {what}s differ; the first: {words}")]
        revisions += [pair.action(name, *one) for one in found]
    return revisions


def _paid(old: Snapshot, new: Snapshot, ticker: str) -> pd.Series:
    """Dividends that either folder lists."""
    both = [one.dividends[ticker] for one in (new, old) if ticker in one.dividends]
    if not both:
        return pd.Series(dtype=float)
    paid = pd.concat(both)
    return paid[~paid.index.duplicated()].sort_index()


@dataclass(frozen=True, eq=False)
class _Pair:
    """One ticker in both folders."""

    old: PriceFile
    new: PriceFile
    splits: pd.Series
    paid: pd.Series
    gone: pd.Series
    older: pd.Series

    @property
    def dates(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.old.bars.index.intersection(self.new.bars.index))

    def whole(self, kind: Kind, rows: int, said: str) -> Revision:
        """One cause for the whole file."""
        first, last = (f"{self.new.bars.index[k]:%Y-%m-%d}" for k in (0, -1))
        return Revision(self.new.name, self.new.ticker, first, last, kind, rows, math.nan, said)

    def action(self, name: str, kind: Kind, day: pd.Timestamp, said: str) -> Revision:
        """One dividend or split."""
        date, ticker = f"{day:%Y-%m-%d}", self.new.ticker
        return Revision(name, ticker, date, date, kind, 1, math.nan, f"{ticker}: {said}")

    def explained(self) -> tuple[list[Revision], pd.DataFrame]:
        """Revisions of this ticker, and every changed cell with its kind."""
        dates = self.dates
        kinds = pd.Series("", index=dates)
        revisions = []
        if len(dates):
            ratio = self.new.bars.loc[dates, "close"] / self.old.bars.loc[dates, "close"]
            noise = self._noise("close")
            level, kind, said = self._level(ratio, noise)
            off = (ratio / level - 1).abs() > noise
            if kind:
                touched = ((level - 1).abs() > 1e-12) & ~off
                kinds[touched] = kind
                revisions.append(self._revision(kinds.index[touched], kind, ratio, said))
            revisions += self._single(ratio, off, kinds)
        changes = self._cells(kinds)
        revisions += self._other_cells(changes, kinds)
        return [*revisions, *self._columns(), *self._rows()], changes

    def _columns(self) -> list[Revision]:
        """Columns that only the older file has; a wide table has closes only by right."""
        was, now = self.old.bars, self.new.bars
        gone = [
            one
            for one in FIELDS
            if one in was and was[one].notna().any() and not (one in now and now[one].notna().any())
        ]
        if self.new.wide or not gone:
            return []
        said = f"no {', '.join(gone)} in the new folder"
        return [self.whole("column_vanished", len(now), said)]

    def _noise(self, column: str) -> pd.Series:
        """Relative difference that two roundings can make."""
        dates = self.dates
        unit = _unit(self.old, column) + _unit(self.new, column)
        least = np.minimum(self.old.bars.loc[dates, column], self.new.bars.loc[dates, column])
        return 1.01 * unit / least + 1e-9

    def _level(
        self, ratio: pd.Series, noise: pd.Series
    ) -> tuple[pd.Series, Kind | Literal[""], str]:
        """The ratio that one cause would give on each date, what it is, and the evidence."""
        one = pd.Series(1.0, index=ratio.index)
        changed = (ratio - 1).abs() > noise
        if changed.sum() < FEW:
            return one, "", ""
        for level, kind, said in causes(
            *(ratio, changed, self.splits, self.paid, (self.old, self.new)),
            older=self.older,
            gone=self.gone,
        ):
            fits = (ratio / level - 1).abs() <= noise + 1e-6
            if fits[changed].mean() >= SHARE and fits.mean() >= SHARE:
                return level, kind, said
        return one, "", ""

    def _single(self, ratio: pd.Series, off: pd.Series, kinds: pd.Series) -> list[Revision]:
        """Changed closes that no common cause explains: the last row, or corrections."""
        revisions = []
        days = ratio.index[off & (ratio.index != self.old.bars.index[-1])]
        if len(days) > MANY:
            kinds[days] = "vendor_correction"
            apart = (ratio[days] - 1).abs()
            said = f"{len(days)} closes that no split, dividend or ratio explains, by up to "
            said += f"{apart.max():.2%}"
            revisions.append(self._revision(days, "vendor_correction", ratio, said))
            off = off & ~off.index.isin(days)
        for day in ratio.index[off]:
            last = day == self.old.bars.index[-1]
            kind: Kind = "provisional_completed" if last else "vendor_correction"
            kinds[day] = kind
            was, now = self.old.bars.loc[day, "close"], self.new.bars.loc[day, "close"]
            said = f"close {number(was)} became {number(now)}"
            revisions.append(self._revision(pd.DatetimeIndex([day]), kind, ratio, said))
        return revisions

    def _revision(
        self, dates: pd.DatetimeIndex, kind: Kind, ratio: pd.Series, said: str
    ) -> Revision:
        first, last = f"{dates[0]:%Y-%m-%d}", f"{dates[-1]:%Y-%m-%d}"
        value = float(ratio[dates[0]])
        return Revision(self.new.name, self.new.ticker, first, last, kind, len(dates), value, said)

    def _cells(self, kinds: pd.Series) -> pd.DataFrame:
        """Every changed cell; a cell beside a changed close has the close's kind."""
        parts = []
        for column in FIELDS:
            if column not in self.old.bars or column not in self.new.bars or kinds.empty:
                continue
            was, now = (one.bars.loc[self.dates, column] for one in (self.old, self.new))
            same = (was.isna() & now.isna()) | ((now - was).abs() <= self._slack(column))
            odd = was.index[~same]
            last = self.old.bars.index[-1]
            kind = kinds[odd].where(kinds[odd] != "", "vendor_correction")
            kind = kind.mask((odd == last) & (kinds[odd] == ""), "provisional_completed")
            parts.append(
                pd.DataFrame(
                    {
                        "file": self.new.name,
                        "ticker": self.new.ticker,
                        "date": odd,
                        "column": column,
                        "old": was[odd].to_numpy(),
                        "new": now[odd].to_numpy(),
                        "ratio": (now[odd] / was[odd]).to_numpy(),
                        "kind": kind.to_numpy(),
                    }
                )
            )
        parts = [part for part in parts if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def _slack(self, column: str) -> float:
        return 1.01 * (_unit(self.old, column) + _unit(self.new, column)) + 1e-9

    def _other_cells(self, changes: pd.DataFrame, kinds: pd.Series) -> list[Revision]:
        """Rows whose close stayed and whose other cells changed."""
        if changes.empty:
            return []
        revisions = []
        kept = changes[changes["date"].map(kinds) == ""]
        for day, cells in kept.groupby("date"):
            said = ", ".join(
                f"{row.column} {number(row.old)} became {number(row.new)}"
                for row in cells.itertuples()
            )
            kind = cells["kind"].iloc[0]
            date = f"{day:%Y-%m-%d}"
            revisions.append(
                Revision(self.new.name, self.new.ticker, date, date, kind, 1, 1.0, said)
            )
        if len(revisions) <= MANY:
            return revisions
        said = f"cells beside {len(revisions)} closes that stayed; {revisions[0].evidence}"
        days = pd.DatetimeIndex(sorted(kept["date"].unique()))
        ones = pd.Series(1.0, index=days)
        return [self._revision(days, "vendor_correction", ones, said)]

    def _rows(self) -> list[Revision]:
        """Rows that only one folder has, within the other's range."""
        revisions = []
        old, new = self.old.bars, self.new.bars
        if old.empty or new.empty:
            return []
        gone = old.index.difference(new.index)
        fresh = new.index.difference(old.index)
        fresh = fresh[(fresh >= old.index[0]) & (fresh <= old.index[-1])]
        for kind, days, bars in (("vanished", gone, old), ("appeared", fresh, new)):
            for first, last, rows in _runs(days, bars.index):
                said = f"{rows} rows" if rows > 1 else f"close {number(bars.loc[first, 'close'])}"
                if kind == "vanished" and first == old.index[0]:
                    said = f"{SHORTER}begins later: {said}"
                if kind == "vanished" and last == old.index[-1]:
                    said = f"{SHORTER}ends earlier: {said}"
                revisions.append(
                    Revision(
                        self.new.name,
                        self.new.ticker,
                        f"{first:%Y-%m-%d}",
                        f"{last:%Y-%m-%d}",
                        kind,  # type: ignore[arg-type]
                        rows,
                        math.nan,
                        f"{said}, only in the {'old' if kind == 'vanished' else 'new'} folder",
                    )
                )
        return revisions


def _runs(
    days: pd.DatetimeIndex, among: pd.DatetimeIndex
) -> list[tuple[pd.Timestamp, pd.Timestamp, int]]:
    """Neighbouring dates as (first, last, how many)."""
    at = among.get_indexer(days)
    starts = np.flatnonzero(np.diff(at, prepend=-9) != 1)
    stops = [*starts[1:], len(days)] if len(days) else []
    return [(days[a], days[b - 1], int(b - a)) for a, b in zip(starts, stops, strict=True)]


def _unit(file: PriceFile, column: str) -> float:
    """Half a unit of the last decimal place that a file writes in a column."""
    return 0.5 * 10.0 ** -min(file.cells.decimals.get(column, 0), 12)


def revision_findings(report: RevisionReport, new: Snapshot) -> list[Finding]:
    """Revisions as findings in the newer folder, with the older figures as remedy.

    Parameters
    ----------
    report : RevisionReport
    new : Snapshot

    Returns
    -------
    list of Finding
        A remedy puts back what the older folder said, for single days only.
    """
    findings = []
    single = ("vendor_correction", "provisional_completed")
    for one in report.revisions:
        file = new.by_ticker.get(one.ticker)
        remedy: tuple[Change, ...] = ()
        if one.kind in single and one.rows == 1 and file is not None and not file.wide:
            remedy = _put_back(report.changes, one, file, report.old)
        span = "" if one.first == one.last else f" ({one.rows} rows, to {one.last})"
        findings.append(
            Finding(
                one.file,
                one.first,
                one.kind,
                "note" if _shorter(one) else SEVERITY[one.kind],
                f"against {Path(report.old).name}: {one.evidence}{span}",
                remedy,
            )
        )
    return findings


def _shorter(one: Revision) -> bool:
    """Whether rows lack because the newer folder holds other dates, and not within them."""
    return one.kind == "vanished" and one.evidence.startswith(SHORTER)


def _put_back(
    changes: pd.DataFrame, one: Revision, file: PriceFile, source: str
) -> tuple[Change, ...]:
    day = pd.Timestamp(one.first)
    line = int(file.bars.loc[day, "line"])
    mine = changes[(changes["ticker"] == one.ticker) & (changes["date"] == day)]
    return tuple(
        Change(
            line,
            one.first,
            row.column,
            file.cells[line][row.column],
            "" if math.isnan(row.old) else number(row.old),
            f"the snapshot {Path(source).name}",
        )
        for row in mine.itertuples()
    )
