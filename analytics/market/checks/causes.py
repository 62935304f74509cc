"""What changes many closes at once: a split, dividends taken off, another unit.

In: the ratio of new to old closes, splits, dividends. Out: for each possible cause the ratio that
it would give on every date, the likeliest first. It must not decide which one fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pandas as pd

from analytics.market.checks.snapshot import PriceFile

Kind = Literal[
    "new_split",
    "dividend_adjustment",
    "rescaled",
    "split_not_applied",
    "split_appeared",
    "split_vanished",
    "split_changed",
    "new_dividend",
    "dividend_vanished",
    "dividend_changed",
    "shifted_dates",
    "other_ticker",
    "column_vanished",
    "provisional_completed",
    "vendor_correction",
    "appeared",
    "vanished",
    "file_appeared",
    "file_vanished",
]
FEW = 3  # changed closes below which no ratio is looked for
HUNDREDTHS = 100.0

Files = tuple[PriceFile, PriceFile]
Cause = tuple[pd.Series, Kind, str]


def causes(
    ratio: pd.Series,
    changed: pd.Series,
    splits: pd.Series,
    paid: pd.Series,
    files: Files,
    *,
    older: pd.Series | None = None,
    gone: pd.Series | None = None,
) -> Iterator[Cause]:
    """Every common cause with the ratio that it would give.

    Parameters
    ----------
    ratio : pandas.Series
        New over old close by date.
    changed : pandas.Series
        Where it is more than rounding.
    splits : pandas.Series
        Ratios by first session, of splits that only the newer folder lists.
    paid : pandas.Series
        Dividends by ex-date, of either folder.
    files : tuple of PriceFile
        The older and the newer file.
    older : pandas.Series, optional
        Splits that both folders list.
    gone : pandas.Series, optional
        Splits that only the older folder lists.

    Yields
    ------
    tuple of (pandas.Series, kind, evidence)

    Examples
    --------
    >>> days = pd.DatetimeIndex(["2024-06-06", "2024-06-07", "2024-06-10"])
    >>> ratio = pd.Series([0.1, 0.1, 1.0], days)
    >>> split = pd.Series([10.0], [days[2]])
    >>> level, kind, _ = next(causes(ratio, ratio != 1, split, pd.Series(dtype=float), ()))
    >>> level.tolist(), kind
    ([0.1, 0.1, 1.0], 'new_split')
    """
    one = pd.Series(1.0, index=ratio.index)
    divided = one.copy()
    for day, of in splits.items():
        divided[divided.index < day] /= of
    if len(splits):
        listed = ", ".join(f"{of:g} on {day:%Y-%m-%d}" for day, of in splits.items())
        yield divided, "new_split", f"only the new folder lists a split: {listed}"
    yield from _other_splits(ratio, older, gone)
    if len(paid):
        yield from _dividends(ratio, changed, divided if len(splits) else None, paid, files)
    yield from _constant(ratio)


def _other_splits(
    ratio: pd.Series, older: pd.Series | None, gone: pd.Series | None
) -> Iterator[Cause]:
    """Splits that one of the folders has not applied, though the older one lists them."""
    for day, of in () if gone is None else gone.items():
        level = pd.Series(1.0, index=ratio.index).mask(ratio.index < day, of)
        words = f"only the old folder lists a split: {of:g} on {day:%Y-%m-%d}"
        yield level, "split_vanished", f"{words}; it is not applied in the new folder"
    for day, of in () if older is None else older.items():
        level = pd.Series(1.0, index=ratio.index).mask(ratio.index < day, of)
        words = f"the split of {of:g} to 1 on {day:%Y-%m-%d} is"
        yield level, "split_not_applied", f"{words} not applied in the new folder"
        yield 1 / level, "new_split", f"{words} applied in the new folder only"


def _dividends(
    ratio: pd.Series, changed: pd.Series, split: pd.Series | None, paid: pd.Series, files: Files
) -> Iterator[Cause]:
    """Closes of one folder adjusted for all dividends, for those up to a day, or for new ones."""
    said = "the ratio steps by 1 - dividend / close at the ex-dates"
    whole = adjusted(ratio.index, paid, files)
    yield whole, "dividend_adjustment", f"new closes are adjusted: {said}"
    yield 1 / whole, "dividend_adjustment", f"old closes are adjusted: {said}"
    if split is not None:
        yield split * whole, "dividend_adjustment", f"and a new split; {said}"
    later = paid[paid.index > files[0].bars.index[-1]]
    if len(later):
        words = f"closes of both folders are adjusted, and {len(later)} dividends are new"
        yield adjusted(ratio.index, later, files), "dividend_adjustment", words
    last = ratio.index[changed][-1]
    after = ratio.index[ratio.index > last]
    early = paid[paid.index <= after[0]] if len(after) else paid
    if 0 < len(early) < len(paid):
        part = adjusted(ratio.index, early, files)
        words = f"closes up to {last:%Y-%m-%d} are adjusted and later ones are not: appended rows?"
        yield part, "dividend_adjustment", f"new {words}"
        yield 1 / part, "dividend_adjustment", f"old {words}"


def adjusted(dates: pd.Index, paid: pd.Series, files: Files) -> pd.Series:
    """What adjusting for dividends multiplies the close of each date by.

    ``prod(1 - D / P)`` over later ex-dates, ``P`` the unadjusted close of the session before.

    Parameters
    ----------
    dates : pandas.DatetimeIndex
    paid : pandas.Series
        Amounts by ex-date.
    files : tuple of PriceFile
        One of them, or a part of both, is unadjusted.

    Returns
    -------
    pandas.Series
    """
    level = pd.Series(1.0, index=dates)
    closes = [one.bars["close"] for one in files]
    plain = max(closes, key=lambda one: float(one.iloc[0]))  # adjusting lowers early closes
    longest = max(closes, key=lambda one: one.index[-1])
    since = 1.0  # what later dividends took off an adjusted close
    for day, amount in paid.sort_index(ascending=False).items():
        source = plain if day <= plain.index[-1] else longest
        at = int(source.index.searchsorted(day)) - 1
        if at >= 0:
            # adjusted, the close before an ex-date is P - D, times what came later
            close = source.iloc[at] if source is plain else source.iloc[at] / since + amount
            since *= 1 - amount / close
            level[level.index < day] *= 1 - amount / close
    return level


def _constant(ratio: pd.Series) -> Iterator[Cause]:
    """One ratio up to a date, and none after it."""
    first = float(ratio.iloc[: max(FEW, len(ratio) // 20)].median())
    apart = (ratio - 1).abs() > 0.5 * abs(first - 1)
    if first == 1.0 or not apart.any():
        return
    end = ratio.index[apart][-1]
    level = pd.Series(1.0, index=ratio.index)
    level[level.index <= end] = float(ratio[ratio.index <= end].median())
    whole = end == ratio.index[-1]
    said = f"a constant ratio of {first:.6g} "
    said += "on all dates" if whole else f"to {end:%Y-%m-%d}"
    if whole and 0.9 < first < 1:
        yield level, "dividend_adjustment", f"{said}: a later dividend on an adjusted series?"
    elif _hundredths(first):
        yield level, "rescaled", f"{said}: hundredths of the currency, such as pence?"
    else:
        yield level, "rescaled", f"{said}, and no split listed"


def _hundredths(ratio: float) -> bool:
    return min(abs(ratio / HUNDREDTHS - 1), abs(ratio * HUNDREDTHS - 1)) < 1e-3
