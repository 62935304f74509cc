"""A new answer beside the one that is kept: what changed in the days that both cover.

In: two replies about one ticker. Out: `Revision` records, or a refusal. It must not know files.

A later split, dividend or correction rewrites history, so a new answer never continues an old one:
it replaces the whole series, and what changed is listed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.market.reply import COLUMNS, Reply

SAME = 1e-6  # relative difference below which two prices are one, written with another precision
RATIO = 2e-3  # by how much rounded prices may miss the ratio of a split


@dataclass(frozen=True)
class Revision:
    """What a new answer changed in a series.

    Attributes
    ----------
    ticker, what : str
        ``what`` is a column of the bars, ``"rows"``, ``"dividends"``, ``"splits"``, or a field of
        `YahooListing`.
    first, last : str
        ISO dates of the first and last day that changed.
    days : int
        How many changed.
    largest : float
        Largest relative change, decimal fraction; NaN where rows came or went, or a field changed.
    reason : str
    retrieved : str
        Moment of the new answer.
    """

    ticker: str
    what: str
    first: str
    last: str
    days: int
    largest: float
    reason: str
    retrieved: str = ""


def lost_sessions(
    old: pd.DataFrame, new: pd.DataFrame, sessions: pd.DatetimeIndex
) -> pd.DatetimeIndex:
    """Sessions that the old bars have and the new ones do not.

    A phantom row that went is no loss.
    """
    return old.index.difference(new.index).intersection(sessions)


def revisions(old: Reply, new: Reply) -> list[Revision]:
    """What changed in the days that both answers cover.

    Parameters
    ----------
    old, new : Reply
        About the same ticker.

    Returns
    -------
    list of Revision
        Empty where nothing changed; new days are no change.
    """
    first = pd.Timestamp(max(old.query.start, new.query.start))
    last = pd.Timestamp(min(old.query.end, new.query.end))
    if not old.bars.empty:
        last = min(last, old.bars.index[-1])
    before, after = old.bars[first:last], new.bars[first:last]
    ticker = new.query.ticker
    found = [
        *_listing(old, new, before),
        *_rows(ticker, after.index.difference(before.index), "a day that was not there"),
        *_rows(ticker, before.index.difference(after.index), "a day that is no longer there"),
    ]
    for name in ("dividends", "splits"):
        was, now = getattr(old, name)[first:last], getattr(new, name)[first:last]
        moved = _moved(*was.align(now, fill_value=0.0))
        found += _one(ticker, name, moved, "an action that came, went or changed")
    fresh = _fresh_splits(old, new)
    both = before.index.intersection(after.index)
    for name in COLUMNS:
        if name in before and name in after:
            found += _column(before.loc[both, name], after.loc[both, name], fresh, old, new)
    return found


def _listing(old: Reply, new: Reply, before: pd.DataFrame) -> list[Revision]:
    """What Yahoo now says of the ticker itself."""
    found = []
    for name in ("currency", "quoted", "exchange"):
        was, now = getattr(old.listing, name), getattr(new.listing, name)
        if was != now:
            reason = f"{was or 'nothing'} before, {now or 'nothing'} now"
            days = pd.Series(np.nan, index=before.index)
            found += _one(new.query.ticker, name, days, reason)
    return found


def _fresh_splits(old: Reply, new: Reply) -> pd.Series:
    """Ratios by which closes before a date were divided since the old answer."""
    first = pd.Timestamp(max(old.query.start, new.query.start))
    was, now = old.splits[first:].align(new.splits[first:], fill_value=1.0)
    ratio = now / was
    return ratio[(ratio - 1).abs() > SAME]


def _column(
    was: pd.Series, now: pd.Series, fresh: pd.Series, old: Reply, new: Reply
) -> list[Revision]:
    """Changes of one column: what new splits explain, and apart from it the rest."""
    moved = _moved(was, now)
    if moved.empty:
        return []
    name, ticker = str(was.name), new.query.ticker
    if old.listing.currency != new.listing.currency:
        return _one(ticker, name, moved, "prices in another currency")
    ratio = np.array([float(fresh[fresh.index > day].prod()) for day in moved.index])
    expected = ratio if name == "volume" else 1 / ratio
    change = (now / was.where(was != 0))[moved.index].to_numpy()
    split = (ratio != 1.0) & (np.abs(change / expected - 1) < RATIO)
    rest = moved[~split]
    reason = "a correction by the vendor: no new split explains it"
    if list(rest.index) == [old.bars.index[-1]]:
        reason = "the last day of the old answer, not final when it was read"
    return [
        *_one(ticker, name, moved[split], _split_words(fresh)),
        *_one(ticker, name, rest, reason),
    ]


def _split_words(fresh: pd.Series) -> str:
    listed = " and ".join(f"{ratio:g} to 1" for ratio in fresh)
    return f"a split of {listed} that the old answer did not know"


def _moved(was: pd.Series, now: pd.Series) -> pd.Series:
    """Relative changes above rounding; a value that came or went counts as one."""
    change = (now / was.where(was != 0) - 1).fillna(1.0)
    same = (was == now) | (was.isna() & now.isna())
    return change[~same & (change.abs() > SAME)]


def _rows(ticker: str, days: pd.DatetimeIndex, reason: str) -> list[Revision]:
    return _one(ticker, "rows", pd.Series(np.nan, index=days), reason)


def _one(ticker: str, what: str, moved: pd.Series, reason: str) -> list[Revision]:
    if moved.empty:
        return []
    first, last = f"{moved.index[0]:%Y-%m-%d}", f"{moved.index[-1]:%Y-%m-%d}"
    largest = float(moved.loc[moved.abs().idxmax()]) if moved.notna().any() else float("nan")
    return [Revision(ticker, what, first, last, len(moved), largest, reason)]
