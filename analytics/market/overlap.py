"""A new answer beside the one that is kept: what changed in the days that both cover.

In: two replies about one ticker. Out: `Revision` records, or a refusal. It must not know files.

A later split, dividend or correction rewrites history, so a new answer never continues an old one:
it replaces the whole series, and what changed is listed. An answer about another security replaces
nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd

from analytics.market.exchanges import calendar_of
from analytics.market.reply import COLUMNS, Reply, stamp
from analytics.market.rows import NO_CLOSE

SAME = 1e-6  # relative difference below which two prices are one, written with another precision
RATIO = 2e-3  # by how much rounded prices may miss the ratio of a split
LATER = 1e-4  # by how much the middle ratio of all closes may miss that of a split not listed
RETURN = 1e-3  # by how much a daily return may differ and still be the same one
# A corrected close changes two daily returns and a split at most one, so a quarter of them stands
# for one corrected day in eight. Two securities share a return only by chance: of the recorded
# series the two nearest, the S&P 500 and the Nasdaq Composite, differ in 83 % of theirs. Up to FEW,
# which is two corrected days, nothing is concluded.
SHARE, FEW = 0.25, 4
USUAL = (*range(2, 51), 100, *(Fraction(one) for one in ("3/2", "4/3", "5/4", "6/5", "5/2", "5/3")))
SOON = dt.timedelta(days=7)  # after a day, in which its numbers may not be final
ACTION = "an action that came, went or changed"
KEPT = "Yahoo no longer has it; kept from the answer of "


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


def another_security(old: Reply, new: Reply) -> str:
    """Why a new answer is about something else than the old one; empty where it is not.

    Parameters
    ----------
    old, new : Reply
        Under the same ticker.

    Returns
    -------
    str
        Another currency, an exchange with another calendar, or daily returns of the days of both of
        which more than a quarter differ. One ratio over a stretch of days changes no return but the
        first, so a split is none.
    """
    was, now = old.listing, new.listing
    if was.currency and now.currency and was.currency != now.currency:
        return f"its prices are in {now.currency}, those of the folder in {was.currency}"
    moved = was.exchange and now.exchange and was.exchange != now.exchange
    if moved and calendar_of(was) != calendar_of(now):
        return f"it is of exchange {now.exchange}, the folder's of {was.exchange}"
    before, after = _overlap(old, new)
    both = before.index.intersection(after.index)
    steps = [np.diff(np.log(one.loc[both, "close"].to_numpy())) for one in (before, after)]
    changed = int((np.abs(steps[1] - steps[0]) > RETURN).sum())
    if changed <= max(FEW, SHARE * len(steps[0])):
        return ""
    return f"{changed} of {len(steps[0])} daily returns are not those of the folder"


def with_lost(old: Reply, new: Reply, lost: pd.DatetimeIndex) -> tuple[Reply, list[Revision]]:
    """A new answer with the rows that it lost, where it is otherwise the old one.

    Parameters
    ----------
    old, new : Reply
    lost : pandas.DatetimeIndex
        Sessions of the old answer only.

    Returns
    -------
    tuple of (Reply, list of Revision)
        The new answer as it is where a close of another day changed, unless a new split explains
        all of them, or where fewer days are the same than were lost; a row that was kept before is
        no further revision.
    """
    if lost.empty:
        return new, []
    before, after = _overlap(old, new)
    both = before.index.intersection(after.index)
    was, now = before.loc[both, "close"], after.loc[both, "close"]
    fresh, _ = _new_splits(old, new, was, now)
    ratio = _ratios(fresh, both)
    off = (now * ratio / was - 1).abs().to_numpy()
    if (off > np.where(ratio == 1.0, SAME, RATIO)).any() or len(both) <= len(lost):
        return new, []
    said = {day: why for day, why in old.left_out if why.startswith(KEPT)}
    unsaid = pd.DatetimeIndex([day for day in lost if f"{day:%Y-%m-%d}" not in said])
    why = f"{KEPT}{stamp(old.retrieved)}"
    reasons = {f"{day:%Y-%m-%d}": why for day in unsaid} | said
    names = [f"{day:%Y-%m-%d}" for day in lost]
    left = [one for one in new.left_out if one not in {(day, NO_CLOSE) for day in names}]
    rows, ratio = old.bars.reindex(index=lost, columns=new.bars.columns), _ratios(fresh, lost)
    for name in rows:
        rows[name] = rows[name] * (ratio if name == "volume" else 1 / ratio)
    whole = replace(
        new,
        bars=pd.concat([new.bars, rows]).sort_index(),
        left_out=(*left, *((day, reasons[day]) for day in names)),
    )
    return whole, _rows(new.query.ticker, unsaid, why)


def _overlap(old: Reply, new: Reply) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bars of the days that both answers cover."""
    first, last = _range(old, new)
    return old.bars[first:last], new.bars[first:last]


def _range(old: Reply, new: Reply) -> tuple[pd.Timestamp, pd.Timestamp]:
    first = pd.Timestamp(max(old.query.start, new.query.start))
    last = pd.Timestamp(min(old.query.end, new.query.end))
    return first, last if old.bars.empty else min(last, old.bars.index[-1])


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
    first, last = _range(old, new)
    before, after = _overlap(old, new)
    ticker = new.query.ticker
    found = [
        *_listing(old, new, before),
        *_rows(ticker, after.index.difference(before.index), "a day that was not there"),
        *_rows(ticker, before.index.difference(after.index), "a day that is no longer there"),
    ]
    both = before.index.intersection(after.index)
    fresh, words = _new_splits(old, new, before.loc[both, "close"], after.loc[both, "close"])
    was, now = old.splits[first:last].align(new.splits[first:last], fill_value=0.0)
    found += _one(ticker, "splits", _moved(was, now), ACTION)
    was, now = old.dividends[first:last].align(new.dividends[first:last], fill_value=0.0)
    moved, split = _by_split(was, now, fresh)
    found += _one(ticker, "dividends", moved[split], words)
    found += _one(ticker, "dividends", moved[~split], ACTION)
    for name in COLUMNS:
        if name in before and name in after:
            was, now = before.loc[both, name], after.loc[both, name]
            found += _column(was, now, fresh, words, old, new)
        elif name in before or name in after:
            gone = name in before
            held = (before if gone else after)[name].dropna()
            said = "Yahoo no longer has this column" if gone else "a column that was not there"
            found += _one(ticker, name, held * np.nan, said)
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


def _new_splits(old: Reply, new: Reply, was: pd.Series, now: pd.Series) -> tuple[pd.Series, str]:
    """Splits that the old answer did not know, listed or only to be seen, and words for them."""
    fresh = _fresh_splits(old, new)
    return _later_split(was, now) if fresh.empty else (fresh, _split_words(fresh))


def _ratios(fresh: pd.Series, days: pd.DatetimeIndex) -> np.ndarray:
    """By how much new splits divide the price of each day."""
    return np.array([float(fresh[fresh.index > day].prod()) for day in days], dtype=float)


def _later_split(was: pd.Series, now: pd.Series) -> tuple[pd.Series, str]:
    """A split that no answer lists, for it came after the days asked for, and words for it."""
    ratio = float((was / now).median()) if len(was) > 2 else 1.0
    near = [
        one
        for usual in USUAL
        for one in (Fraction(usual), 1 / Fraction(usual))
        if abs(ratio / float(one) - 1) < LATER
    ]
    if not near or (was / now / float(near[0]) - 1).abs().max() > RATIO:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([])), ""
    many, one = near[0].as_integer_ratio()
    return (
        pd.Series([many / one], index=[was.index[-1] + dt.timedelta(days=1)]),
        f"a split after these dates, probably {many} to {one}: every close changed by one ratio",
    )


def _by_split(was: pd.Series, now: pd.Series, fresh: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Changes, and which of them new splits explain."""
    moved = _moved(was, now)
    ratio = _ratios(fresh, pd.DatetimeIndex(moved.index))
    expected = ratio if was.name == "volume" else 1 / ratio
    change = (now / was.where(was != 0))[moved.index].to_numpy()
    return moved, (ratio != 1.0) & (np.abs(change / expected - 1) < RATIO)


def _column(
    was: pd.Series, now: pd.Series, fresh: pd.Series, words: str, old: Reply, new: Reply
) -> list[Revision]:
    """Changes of one column: what new splits explain, the unsettled last day, and the rest."""
    moved, split = _by_split(was, now, fresh)
    if moved.empty:
        return []
    name, ticker = str(was.name), new.query.ticker
    if old.listing.currency != new.listing.currency:
        return _one(ticker, name, moved, "prices in another currency")
    rest = moved[~split]
    early = old.retrieved.replace(tzinfo=None) - old.bars.index[-1] <= SOON
    last = (rest.index == old.bars.index[-1]) & early
    return [
        *_one(ticker, name, moved[split], words),
        *_one(ticker, name, rest[~last], "a correction by the vendor: no new split explains it"),
        *_one(
            ticker, name, rest[last], "the last day of the old answer, not final when it was read"
        ),
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
