"""What a run of `fetch` did, as lines for a reader and as plain values for JSON.

In: what arrived, what failed, what changed. Out: `Fetched`. It must not know how anything was
asked or written.
"""

from __future__ import annotations

import datetime as dt
import math
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analytics.market.checks import SnapshotCheck
from analytics.market.overlap import Revision

MANY = 4  # remarks of one reason that are told in one line


@dataclass(frozen=True, eq=False)
class Fetched:
    """What a run of `fetch` did.

    Attributes
    ----------
    folder : pathlib.Path
    arrived : tuple of str
        Tickers whose prices are new in the folder.
    cached : tuple of str
        Tickers that the folder had already; they were not asked for.
    failed : mapping
        Ticker -> why it has no new prices.
    left_out : tuple of (str, str, str)
        Ticker, ISO date and reason of whatever came and was not taken as it came.
    revisions : tuple of Revision
        What new answers changed in days that the folder had.
    requests : int
        How many requests were sent.
    undated : mapping
        Ticker -> why the sessions of its exchange are not known.
    lacking : mapping
        Ticker -> where its prices begin or end, if that is not what was asked for. A late begin may
        be that of a young share.
    check : SnapshotCheck or None
        What the rules found in the folder as it now is; None where it did not change.
    cut : datetime.date or None
        The last day that was asked for, where the given one lies in the future.
    """

    folder: Path
    arrived: tuple[str, ...]
    cached: tuple[str, ...]
    failed: Mapping[str, str]
    left_out: tuple[tuple[str, str, str], ...]
    revisions: tuple[Revision, ...]
    requests: int
    undated: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, str] = field(default_factory=dict)
    check: SnapshotCheck | None = None
    cut: dt.date | None = None

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The same for a reader, one line each."""
        said = [
            f"{self.folder}: {len(self.arrived)} fetched, {len(self.cached)} there already, "
            f"{len(self.failed)} failed; {self.requests} requests"
        ]
        said += [f"failed: {ticker}: {reason}" for ticker, reason in self.failed.items()]
        said += [
            f"changed: {one.ticker} {one.what}, {one.days} between {one.first} and {one.last}: "
            f"{one.reason}"
            for one in self.revisions
        ]
        said += [f"not as it came: {one}" for one in _gathered(self.left_out)]
        said += [f"not all: {ticker}: {words}" for ticker, words in self.lacking.items()]
        said += [f"no calendar: {ticker}: {reason}" for ticker, reason in self.undated.items()]
        if self.cut is not None:
            said.append(f"asked up to {self.cut}: the given end lies in the future")
        details = shlex.join(["analytics", "check", str(self.folder)])
        if self.check is not None:
            said.append(f"checked: {self.check.tally()}; for the details: {details}")
        elif self.cached:
            said.append(f"not checked again, for nothing changed: {details}")
        return said

    def record(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {
            "folder": str(self.folder),
            "arrived": list(self.arrived),
            "cached": list(self.cached),
            "failed": [{"ticker": one, "reason": why} for one, why in self.failed.items()],
            "left_out": [
                {"ticker": ticker, "date": day, "reason": reason}
                for ticker, day, reason in self.left_out
            ],
            "revisions": [_plain(one) for one in self.revisions],
            "requests": self.requests,
            "undated": [{"ticker": one, "reason": why} for one, why in self.undated.items()],
            "lacking": [{"ticker": one, "reason": why} for one, why in self.lacking.items()],
            "cut": None if self.cut is None else str(self.cut),
            "checked": self.check is not None,
            **({"findings": [], "known": []} if self.check is None else self.check.record()),
        }


def _gathered(left_out: Iterable[tuple[str, str, str]]) -> list[str]:
    """Remarks in words, one for all days of a ticker that share a reason, if they are many."""
    days: dict[tuple[str, str], list[str]] = {}
    for ticker, day, reason in left_out:
        days.setdefault((ticker, reason), []).append(day)
    said = []
    for (ticker, reason), its in days.items():
        many = [f"{min(its)} to {max(its)}, {len(its)} rows"] if len(its) >= MANY else its
        said += [f"{ticker} {day}: {reason}" for day in many]
    return said


def _plain(revision: Revision) -> dict[str, Any]:
    """A revision as JSON can hold it."""
    said = asdict(revision)
    return said | {"largest": None if math.isnan(revision.largest) else revision.largest}
