"""Prices that are right, but under another date or another name, and lists of actions that differ.

In: files of two folders, their dividends and splits. Out: what differs, in words. It must not look
for reasons of single changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import pandas as pd

from analytics.market.checks.snapshot import PriceFile
from analytics.market.checks.subject import number

LEAST = 10  # common dates from which a whole series can be recognised
MOST, FEW = 0.95, 0.2  # share of equal closes that makes two series one; that keeps them apart
EQUAL = 1e-4  # relative: the same close in other digits
AMOUNT = 1e-3  # relative: the same dividend, rounded again after a split
DAY = pd.Timedelta(days=1)

ActionKind = Literal[
    "new_dividend",
    "dividend_vanished",
    "dividend_changed",
    "split_appeared",
    "split_vanished",
    "split_changed",
]
What = Literal["dividend", "split"]
MisplacedKind = Literal["shifted_dates", "other_ticker"]


def misplaced(
    old: PriceFile, new: PriceFile, others: Iterable[PriceFile]
) -> tuple[MisplacedKind, int, str] | None:
    """Whether a newer file holds the older one's closes a day off, or those of another ticker.

    Parameters
    ----------
    old, new : PriceFile
        Of one ticker.
    others : iterable of PriceFile
        The other files of the older folder.

    Returns
    -------
    tuple of (kind, rows, evidence), or None
    """
    was, now = old.bars["close"], new.bars["close"]
    if len(now) < LEAST or _alike(was, now)[0] > FEW:
        return None
    for step in (DAY, -DAY):
        share, rows = _alike(was, now.set_axis(now.index + step))
        if share >= MOST:
            side = "early" if step == DAY else "late"
            said = f"dates shifted by a day: {rows} closes stand a day {side} in the new folder"
            return "shifted_dates", rows, said
    for other in others:
        share, rows = _alike(other.bars["close"], now)
        if other.ticker != old.ticker and share >= MOST:
            return "other_ticker", rows, f"{rows} closes are those of {other.ticker}"
    return None


def _alike(one: pd.Series, two: pd.Series) -> tuple[float, int]:
    """Share of equal closes on common dates, and how many dates those are; no share for few."""
    days = one.index.intersection(two.index)
    if len(days) < LEAST or 2 * len(days) < min(len(one), len(two)):
        return 0.0, 0
    same = (two[days] / one[days] - 1).abs() <= EQUAL
    return float(same.mean()), len(days)


def changed_actions(
    old: pd.Series, new: pd.Series, splits: pd.Series, what: What
) -> Iterator[tuple[ActionKind, pd.Timestamp, str]]:
    """Dividends or splits of one ticker that two folders list otherwise.

    Parameters
    ----------
    old, new : pandas.Series
        Amounts or ratios by date, within the dates of prices that both folders have.
    splits : pandas.Series
        Those that only the newer folder lists: they divide earlier dividends by right.
    what : {"dividend", "split"}

        One that stayed as it was is no revision: whether it fits the prices a check says.

    Yields
    ------
    tuple of (kind, date, evidence)

    Examples
    --------
    >>> day = pd.DatetimeIndex(["2024-05-15"])
    >>> none = pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    >>> [(kind, said)] = [
    ...     (kind, said)
    ...     for kind, _, said in changed_actions(
    ...         pd.Series([0.75], day), pd.Series([7.5], day), none, "dividend"
    ...     )
    ... ]
    >>> kind, said
    ('dividend_changed', 'a dividend of 0.75 became 7.5')
    """
    kinds: dict[str, tuple[ActionKind, ActionKind, ActionKind]] = {
        "dividend": ("new_dividend", "dividend_vanished", "dividend_changed"),
        "split": ("split_appeared", "split_vanished", "split_changed"),
    }
    fresh, gone, changed = kinds[what]
    for day in old.index.union(new.index):
        if day not in old.index:
            yield fresh, day, f"only the new folder lists a {what} of {number(new[day])}"
        elif day not in new.index:
            yield gone, day, f"only the old folder lists a {what} of {number(old[day])}"
        else:
            factor = float(splits[splits.index > day].prod()) if what == "dividend" else 1.0
            ratio = new[day] / old[day]
            if min(abs(ratio * factor - 1), abs(ratio - 1)) > AMOUNT:
                said = f"a {what} of {number(old[day])} became {number(new[day])}"
                yield changed, day, said
