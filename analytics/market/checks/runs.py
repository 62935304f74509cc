"""Rules of standing still: one price all day, the bar of the day before, the close of days before.

In: a `Subject`. Out: findings. It must not look at how far a price moves.

How often chance makes such bars follows from the share's own figures: how many ticks its usual
range has, and how wide a tick is beside its usual move.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analytics.market.checks.findings import Change, Finding, Severity, found
from analytics.market.checks.snapshot import PRICES
from analytics.market.checks.subject import Subject, number

AROUND = 41  # days over which a usual range or deviation is taken
ROUNDING = 1e-6  # relative: files hold prices with six figures or more
LIMIT_TICK = 0.006  # a price limit is met within one tick; Taipei's widest is 0.5 %
LIMITS = {"XTAI": (0.1,), "XSHG": (0.05, 0.1, 0.2), "XKRX": (0.3,), "XBKK": (0.3,)}
UPWARDS = ("XSHG",)  # exchanges that round the limit price to the next tick, up or down
MOST = 0.95  # share of flat bars from which a file holds closes only
THIN = 0.02  # share of flat bars without a volume that is thin trading
LITTLE = 0.25  # of the usual volume: one trade or few make a flat bar
STEPS = 3.01  # ticks that a usual range has where a flat bar is chance
WIDE = 8.0  # ticks that a usual range has where a repeated bar may be chance
HALF = 0.6  # of the volume before: a repeated bar with less was frozen while it was made
OFTEN = 0.01  # share of repeated bars from which wide ticks are one note
MOST_ALIKE = 0.5  # share of volumes like the one before that no market has
ONCE = 1e-3  # expected repeated bars in a file, by chance, below which one is none
RARE = 1e-6  # chance of a run below which it is none
STILL = 0.02  # of closes stay by chance, or by a day without trading, at the least
BLOCK, DIFFERENT = 15, 5  # closes that chance does not repeat, even in wide ticks
PEAK = math.sqrt(2 * math.pi)  # 1 / the normal density at zero, in deviations
NORMAL = 0.6745  # median of |z| for a normal z

Item = tuple[str, str, tuple[Change, ...]]


def items(bars: pd.DataFrame, said: Sequence[str]) -> list[Item]:
    """Rows and what is said of each, without a remedy."""
    days = pd.DatetimeIndex(bars.index).strftime("%Y-%m-%d")
    return [(str(day), text, ()) for day, text in zip(days, said, strict=True)]


def bar_text(row: pd.Series) -> str:
    """Open, high, low and close as one word."""
    return "/".join(number(row[name]) for name in PRICES)


def run_findings(subject: Subject) -> list[Finding]:
    """All rules of standing still.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    list of Finding
    """
    bars = subject.bars
    if not subject.full:
        none = pd.Series(data=False, index=bars.index)
        return [*equal_closes(subject, none), *copied_blocks(subject)]
    steps = steps_of_range(bars)
    frozen = _frozen(bars, steps)
    return [
        *flat_bars(subject, steps),
        *repeated_bars(subject, steps, frozen),
        *equal_closes(subject, frozen),
        *copied_blocks(subject),
    ]


def steps_of_range(bars: pd.DataFrame) -> pd.Series:
    """Ticks in the usual range: the median range of the 41 days around over their smallest step.

    Parameters
    ----------
    bars : pandas.DataFrame
        Open, high, low, close.

    Returns
    -------
    pandas.Series
        Where fewer than five of those days have a range, that of the whole file as a share of the
        price; NaN where no day has one.

    Examples
    --------
    >>> bars = pd.DataFrame({"open": 10.0, "high": 10.5, "low": 9.5, "close": 10.25}, range(6))
    >>> steps_of_range(bars).tolist()
    [4.0, 4.0, 4.0, 4.0, 4.0, 4.0]
    """
    height = bars["high"] - bars["low"]
    apart = pd.concat([bars[one] - bars[two] for one, two in combinations(PRICES, 2)], axis=1).abs()
    tick = apart.where(apart > ROUNDING * bars["close"].to_numpy()[:, None]).min(axis=1)
    height = height.where(height > 0)
    usual = height.rolling(AROUND, center=True, min_periods=5).median()
    steps = usual / tick.rolling(AROUND, center=True, min_periods=1).min()
    return steps.fillna((height / bars["close"]).median() * bars["close"] / tick.min())


def flat_bars(subject: Subject, steps: pd.Series) -> list[Finding]:
    """Open, high, low and close are one price although shares changed hands.

    Yahoo at times holds only the close of a day. A day that is locked at its price limit is flat by
    right: where the security's or its exchange's limit is known such a day is a note,
    ``limit_day``. A note too where the usual range is two or three ticks, or where less than a
    quarter of the usual volume was traded. Where it is every bar the file holds closes only, and an
    exchange rate may be pegged: no finding.
    """
    bars = subject.bars
    flat = bars[list(PRICES)].nunique(axis=1) == 1
    if subject.is_rate or flat.sum() >= MOST * len(bars):
        return []
    volume = bars["volume"] if "volume" in bars else pd.Series(np.nan, index=bars.index)
    known = bool(volume.notna().any())
    traded = volume > 0 if known else pd.Series(data=True, index=bars.index)
    moved = bars["close"] / bars["close"].shift() - 1
    locked = flat & traded & _locked(subject, moved)
    thin = flat & traded & ~locked
    chance = (steps <= STEPS) | (volume < LITTLE * volume[traded & ~flat].median())
    if not known and thin.sum() > THIN * len(bars):
        chance |= thin
    findings = []
    grouped = (thin & chance).sum() > max(2, THIN * len(bars))
    if grouped:
        words = f"{(thin & chance).sum()} of {len(bars)} bars have one price: thin trading"
        first = f"{bars.index[thin & chance][0]:%Y-%m-%d}"
        findings.append(Finding(subject.file.name, first, "flat_bar", "note", words))
    masks: list[tuple[str, Severity, pd.Series]] = [
        ("flat_bar", "warning", thin & ~chance),
        ("flat_bar", "note", thin & chance & (not grouped)),
        ("limit_day", "note", locked),
    ]
    for rule, severity, mask in masks:
        said = [_flat_text(row, moved[day]) for day, row in bars[mask].iterrows()]
        findings += found(subject.file.name, rule, severity, items(bars[mask], said))
    return findings


def _flat_text(row: pd.Series, moved: float) -> str:
    said = f"all four prices {number(row['close'])}"
    said += "" if math.isnan(moved) else f", {moved:+.2%}"
    return said + (f", volume {number(row['volume'])}" if "volume" in row else "")


def _locked(subject: Subject, moved: pd.Series) -> pd.Series:
    """Days that end at the price limit: within a tick below it, in some markets above it too."""
    locked = pd.Series(data=False, index=moved.index)
    one = subject.security
    if one is None or one.kind != "share":
        return locked
    code = one.calendar or ""
    above = 0.0
    if code in UPWARDS:  # a tick of 0.01 yuan beside the close before
        above = 0.01 / subject.bars["close"].shift()
    limits = (one.price_limit,) if one.price_limit else LIMITS.get(code, ())
    for limit in limits:
        off = moved.abs() - limit
        locked |= (off >= -LIMIT_TICK) & (off <= above + ROUNDING)
    return locked


def _repeated(bars: pd.DataFrame) -> pd.Series:
    prices = bars[list(PRICES)]
    return (prices == prices.shift()).all(axis=1) & (prices.nunique(axis=1) > 1)


def _volumes(bars: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Volumes, those of the session before, and where both are the same and that says something."""
    volume = bars["volume"] if "volume" in bars else pd.Series(np.nan, index=bars.index)
    before = volume.shift()
    copied = volume == before
    if copied[~_repeated(bars)].mean() > MOST_ALIKE:  # a volume that never changes says nothing
        copied, before = copied & False, before * np.nan
    return volume, before, copied


def _frozen(bars: pd.DataFrame, steps: pd.Series) -> pd.Series:
    """Repeated bars that chance did not make: copied, of half the volume, or in a run."""
    same = _repeated(bars)
    volume, before, copied = _volumes(bars)
    run = same.groupby((~same).cumsum()).transform("sum")
    # a bar of s ticks repeats by chance once in s x s times at the most
    in_run = (run > 1) & (steps.clip(lower=1.0) ** (-2.0 * run) < RARE)
    less = (volume < HALF * before) & ~(steps <= STEPS)
    ticks = same & ~copied & ~in_run & (steps <= WIDE)
    if ticks.sum() > max(2, OFTEN * len(bars)):
        less &= ~ticks
    # with open and close in it, once in s x s x s times at the most
    alone = len(bars) * steps.clip(lower=1.0) ** -3.0 < ONCE
    return same & (copied | less | in_run | alone)


def repeated_bars(subject: Subject, steps: pd.Series, frozen: pd.Series) -> list[Finding]:
    """All four prices are those of the session before.

    With much less volume, or exactly the same, the row was frozen or copied: an error; so is a run
    of them longer than the share's ticks make, and a single one where a usual range has so many
    ticks that chance does not repeat four prices. With a volume of its own it may be chance where
    prices move in wide ticks: a note. Where no volume is known nothing speaks for chance: a
    warning. Where a usual range has at most eight ticks, and more than one bar in a hundred repeats
    with a volume of its own, all of those are one note.
    """
    bars, name = subject.bars, subject.file.name
    left = _repeated(bars) & ~frozen
    volume, before, _ = _volumes(bars)
    findings = []
    ticks = left & (steps <= WIDE)
    if ticks.sum() > max(2, OFTEN * len(bars)):
        words = f"{ticks.sum()} of {len(bars)} bars are those of the session before: wide ticks, "
        words += f"{steps[ticks].median():.2g} in a usual range"
        first = f"{bars.index[ticks][0]:%Y-%m-%d}"
        findings.append(Finding(name, first, "repeated_bar", "note", words))
        left &= ~ticks
    masks: list[tuple[str, Severity, pd.Series]] = [
        ("frozen_bar", "error", frozen),
        ("repeated_bar", "note", left & volume.notna()),
        ("repeated_bar", "warning", left & volume.isna()),
    ]
    for rule, severity, mask in masks:
        said = [
            f"open/high/low/close {bar_text(row)} as the session before, volume "
            f"{number(volume[day])} after {number(before[day])}"
            for day, row in bars[mask].iterrows()
        ]
        findings += found(name, rule, severity, items(bars[mask], said))
    return findings


def equal_closes(subject: Subject, frozen: pd.Series) -> list[Finding]:
    r"""A run of equal closes longer than chance makes: a feed that died, or a suspension.

    A close stays with the probability :math:`p = \delta / (\sigma \sqrt{2 \pi})`, with the tick
    :math:`\delta` and the usual move :math:`\sigma` in units of price; where the share's other
    closes stay more often, in the whole file or in the 41 days around, by their share; at least
    2 %. A run of :math:`n` unchanged closes with :math:`p^n < 10^{-6}` is a warning; an error where
    it reaches the end of the file, for then every later day would look the same. Frozen bars are
    another finding.

    Parameters
    ----------
    subject : Subject
    frozen : pandas.Series
        Rows that are found already.

    Returns
    -------
    list of Finding
    """
    close = subject.bars.get("close", pd.Series(dtype=float))
    still = (close.diff() == 0).to_numpy()
    bounds = np.flatnonzero(np.diff(np.concatenate([[0], still.astype(int), [0]])))
    findings = []
    for start, stop in zip(bounds[::2], bounds[1::2], strict=True):
        count = int(stop - start)
        chance = _chance(close.to_numpy(), still, start, stop)
        if count * math.log(chance) >= math.log(RARE) or frozen.iloc[start:stop].mean() > 0.5:
            continue
        first, last = close.index[start], close.index[stop - 1]
        at_end = stop == len(close)
        most = int(math.log(RARE) / math.log(chance))
        said = f"{count} sessions to {last:%Y-%m-%d} with the close before, "
        said += f"{number(close.iloc[start])}; chance makes {most}"
        said += _no_volume(subject.bars.iloc[start:stop])
        said += ", to the end of the file" if at_end else ""
        severity: Severity = "error" if at_end else "warning"
        day = f"{first:%Y-%m-%d}"
        findings.append(Finding(subject.file.name, day, "equal_closes", severity, said))
    return findings


def copied_blocks(subject: Subject) -> list[Finding]:
    """Fifteen closes, at least five of them different, that stand twice: a part was pasted.

    A series that repeats itself nearly throughout was made so, and is no finding.
    """
    close = subject.bars.get("close", pd.Series(dtype=float))
    values = close.to_numpy(dtype=float)
    seen: dict[bytes, int] = {}
    pairs = []
    for row in range(len(values) - BLOCK + 1):
        block = values[row : row + BLOCK]
        first = seen.setdefault(block.tobytes(), row)
        if row - first >= BLOCK and len(np.unique(block)) >= DIFFERENT:
            pairs.append((row, first))
    if not pairs or len(pairs) > len(values) - len(pairs):
        return []
    day, where = (close.index[one] for one in pairs[0])
    said = f"{BLOCK} closes or more are those from {where:%Y-%m-%d} on"
    return [Finding(subject.file.name, f"{day:%Y-%m-%d}", "copied_block", "error", said)]


def _no_volume(rows: pd.DataFrame) -> str:
    """What the volume of a run tells, if anything."""
    if "volume" not in rows or (rows["volume"] > 0).any():
        return ""
    return ", without volume: suspended, or a feed that died"


def _chance(close: np.ndarray, still: np.ndarray, start: int, stop: int) -> float:
    """Probability that a close stays, from all rows but those of a run; one where none is left."""
    rest = [STILL]
    around = AROUND // 2
    for low, high in ((1, len(close)), (max(1, start - around), stop + around)):
        outside = np.r_[low:start, stop : min(high, len(close))]
        if not outside.size:
            continue
        moved = np.abs(np.diff(close))[outside - 1]
        rest.append(float(still[outside].mean()))
        usual = float(np.median(moved[moved > 0])) / NORMAL if (moved > 0).any() else 0.0
        if usual:
            rest.append(float(moved[moved > ROUNDING * close[start]].min()) / (usual * PEAK))
    return 1.0 if len(rest) == 1 else min(max(rest), 1.0 - 1e-12)
