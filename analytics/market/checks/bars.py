"""Rules of single bars: their order, and figures that no trading day leaves behind.

In: a `Subject`. Out: findings. It must not look beyond a bar's neighbours.

Closes alone, without open, high and low, pass most of these rules: there is nothing to compare.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from analytics.market.checks.findings import Change, Finding, found
from analytics.market.checks.snapshot import PRICES
from analytics.market.checks.subject import Subject, number

TICK = 3.0  # multiples of the usual range by which a high or low may stand alone
SPIKE = 8.0  # robust deviations by which a close may leave and come back the next day
AROUND = 41  # days over which a usual range or deviation is taken
HALF = 0.6  # of the volume before: a repeated bar with less was frozen while it was made
ROUNDING = 1e-6  # relative: files hold prices with six figures or more
LIMIT_TICK = 0.006  # a price limit is met within one tick; Taipei's widest is 0.5 %
LIMITS = {"XTAI": (0.1,), "XSHG": (0.05, 0.1, 0.2), "XKRX": (0.3,), "XBKK": (0.3,)}
THIN, MOST = 0.02, 0.95  # share of flat bars that is thin trading; that is closes alone
STEPS = 3.01  # ticks that a usual range has where a flat bar is chance
OFTEN = 0.01  # share of repeated bars that wide ticks make
MOST_ALIKE = 0.5  # share of volumes like the one before that no market has
NORMAL = 0.6745  # median of |z| for a normal z

Item = tuple[str, str, tuple[Change, ...]]


def bar_findings(subject: Subject) -> list[Finding]:
    """All rules of single bars.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    list of Finding
    """
    findings = [*zero_volume(subject), *spikes(subject), *beyond_limit(subject)]
    if subject.full:
        findings += [
            *price_order(subject),
            *flat_bars(subject),
            *repeated_bars(subject),
            *bad_ticks(subject),
        ]
    return findings


def _items(bars: pd.DataFrame, said: list[str]) -> list[Item]:
    days = bars.index.strftime("%Y-%m-%d")
    return [(str(day), text, ()) for day, text in zip(days, said, strict=True)]


def _bar(row: pd.Series) -> str:
    return "/".join(number(row[name]) for name in PRICES)


def price_order(subject: Subject) -> list[Finding]:
    """Low above open or close, or high below: columns mixed up, or closes of another basis.

    Newer exports of yfinance have another order of columns; a close that was adjusted for dividends
    falls below the unadjusted low of its day.
    """
    bars = subject.bars
    ends = bars[["open", "close"]]
    wrong = (bars["low"] > ends.min(axis=1) * (1 + ROUNDING)) | (
        bars["high"] < ends.max(axis=1) * (1 - ROUNDING)
    )
    lacking = bars[list(PRICES)].isna().any(axis=1)
    odd = bars[wrong | (bars["high"] < bars["low"])]
    said = [f"open/high/low/close {_bar(row)}" for _, row in odd.iterrows()]
    empty = bars[lacking]
    gaps = [f"open/high/low/close {_bar(row)}" for _, row in empty.iterrows()]
    return [
        *found(subject.file.name, "price_order", "error", _items(odd, said)),
        *found(subject.file.name, "incomplete_bar", "warning", _items(empty, gaps)),
    ]


def flat_bars(subject: Subject) -> list[Finding]:
    """Open, high, low and close are one price although shares changed hands.

    Yahoo at times holds only the close of a day. A day that is locked at its price limit is flat by
    right: where the security's or its exchange's limit is known such a day is a note,
    ``limit_day``. Where more than two bars in a hundred are flat the share trades in few steps of
    price: one note. Where it is every bar the file holds closes only. On days
    whose usual range is two or three ticks a flat bar is a note.
    """
    bars = subject.bars
    flat = bars[list(PRICES)].max(axis=1) == bars[list(PRICES)].min(axis=1)
    traded = bars["volume"] > 0 if "volume" in bars else pd.Series(data=True, index=bars.index)
    moved = bars["close"] / bars["close"].shift() - 1
    locked = pd.Series(data=False, index=bars.index)
    for limit in _limits(subject):
        locked |= (moved.abs() - limit).between(-LIMIT_TICK, ROUNDING)
    thin = flat & traded & ~locked
    if THIN * len(bars) < thin.sum() < MOST * len(bars):
        words = f"{thin.sum()} of {len(bars)} bars have one price: it trades in few steps"
        first = f"{bars.index[thin][0]:%Y-%m-%d}"
        return [Finding(subject.file.name, first, "flat_bar", "note", words)]
    few = _few_steps(bars) if thin.any() else thin
    found_at = []
    for rule, severity, mask in (
        ("flat_bar", "warning", thin & ~few),
        ("flat_bar", "note", thin & few),
        ("limit_day", "note", flat & traded & locked),
    ):
        odd = bars[mask]
        said = [
            f"all four prices {number(row['close'])}, {moved[day]:+.2%}"
            + (f", volume {number(row['volume'])}" if "volume" in row else "")
            for day, row in odd.iterrows()
        ]
        found_at += found(subject.file.name, rule, severity, _items(odd, said))  # type: ignore[arg-type]
    return found_at


def _few_steps(bars: pd.DataFrame) -> pd.Series:
    """Where the median range of the 41 days around is three of their smallest steps of price."""
    height = bars["high"] - bars["low"]
    steps = pd.concat([bars[one] - bars[two] for one, two in combinations(PRICES, 2)], axis=1).abs()
    tick = steps.where(steps > ROUNDING * bars["close"].to_numpy()[:, None]).min(axis=1)
    usual = height.where(height > 0).rolling(AROUND, center=True, min_periods=5).median()
    return usual <= STEPS * tick.rolling(AROUND, center=True, min_periods=1).min()


def _limits(subject: Subject) -> tuple[float, ...]:
    """Price limits that a day of this security may end at."""
    one = subject.security
    if one is None or one.kind != "share":
        return ()
    return (one.price_limit,) if one.price_limit else LIMITS.get(one.calendar or "", ())


def repeated_bars(subject: Subject) -> list[Finding]:
    """All four prices are those of the session before.

    With much less volume, or exactly the same, the row was frozen or copied: an error. With a
    volume of its own it may be chance where prices move in wide ticks: a note. Where no volume is
    known nothing speaks for chance: a warning. Where more than one bar in a hundred repeats, the
    ticks are wide and all of them are one note.
    """
    bars = subject.bars
    prices = bars[list(PRICES)]
    same = (prices == prices.shift()).all(axis=1) & (prices.max(axis=1) > prices.min(axis=1))
    volume = bars["volume"] if "volume" in bars else pd.Series(np.nan, index=bars.index)
    before = volume.shift()
    copied = volume == before
    if copied.mean() > MOST_ALIKE:  # a volume that never changes says nothing
        copied, before = copied & False, before * np.nan
    frozen = same & (copied | ((volume < HALF * before) & ~_few_steps(bars)))
    if same.sum() > max(2, OFTEN * len(bars)):
        words = f"{same.sum()} of {len(bars)} bars are those of the session before: wide ticks"
        first = f"{bars.index[same][0]:%Y-%m-%d}"
        return [Finding(subject.file.name, first, "repeated_bar", "note", words)]
    own = same & ~frozen & volume.notna()
    result = []
    for rule, severity, mask in (
        ("frozen_bar", "error", frozen),
        ("repeated_bar", "note", own),
        ("repeated_bar", "warning", same & ~frozen & ~own),
    ):
        odd = bars[mask]
        said = [
            f"open/high/low/close {_bar(row)} as the session before, volume "
            f"{number(volume[day])} after {number(before[day])}"
            for day, row in odd.iterrows()
        ]
        result += found(subject.file.name, rule, severity, _items(odd, said))  # type: ignore[arg-type]
    return result


def zero_volume(subject: Subject) -> list[Finding]:
    """No volume on a session: alone no proof, indices have it on days like any other.

    Where no row has a volume it is said once: the source does not know it.
    """
    bars = subject.bars
    if "volume" not in bars or bars.empty:
        return []
    none = bars[~(bars["volume"] > 0)]
    if len(none) == len(bars):
        said = f"none of {len(bars)} rows has a volume"
        return [Finding(subject.file.name, "", "zero_volume", "note", said)]
    said_of = [f"volume {number(one)} on a session" for one in none["volume"]]
    return found(subject.file.name, "zero_volume", "note", _items(none, said_of))


def bad_ticks(subject: Subject) -> list[Finding]:
    """A high or low that stands alone: far from its own open and close and from the days beside it.

    The distance is measured in the median range (logarithm of high over low) of the 41 days around;
    three of them. Among 4,000 recorded bars the largest honest one has 2.2, the one bad tick 4.2.
    """
    bars = subject.bars
    if len(bars) < 3:
        return []
    height = np.log(bars["high"] / bars["low"])
    usual = height.where(height > 0).rolling(AROUND, center=True, min_periods=5).median()
    result: list[Item] = []
    for name, sign in (("high", 1.0), ("low", -1.0)):
        ends = bars[["open", "close"]]
        inner = ends.max(axis=1) if sign > 0 else ends.min(axis=1)
        near = pd.concat([bars[name].shift(), bars[name].shift(-1)], axis=1)
        near = near.max(axis=1) if sign > 0 else near.min(axis=1)
        alone = sign * np.log(bars[name] / inner)
        apart = sign * np.log(bars[name] / near)
        times = alone / usual
        odd = bars[(times > TICK) & (apart > 0)]
        said = [
            f"{name} {number(row[name])} beside open {number(row['open'])} and close "
            f"{number(row['close'])}: {times[day]:.1f} times the usual range"
            for day, row in odd.iterrows()
        ]
        result += _items(odd, said)
    return found(subject.file.name, "bad_tick", "warning", result)


def spikes(subject: Subject) -> list[Finding]:
    """A close far from both of its neighbours, which are close to each other: a typing error.

    Both moves, there and back, are more than eight robust deviations (median of absolute returns
    over 41 days, divided by 0.6745) and cancel but for a fifth. The recorded closes reach 3.6.
    """
    close = subject.bars["close"] if len(subject.bars) else pd.Series(dtype=float)
    if len(close) < 7:
        return []
    moved = np.log(close).diff()
    back = moved.shift(-1)
    usual = moved.abs().rolling(AROUND, center=True, min_periods=5).median() / NORMAL
    smaller = pd.concat([moved.abs(), back.abs()], axis=1).min(axis=1)
    cancel = (moved + back).abs() < 0.2 * smaller
    odd = subject.bars[cancel & (smaller > SPIKE * usual) & (usual > 0)]
    said = [
        f"close {number(close[day])}: {np.expm1(moved[day]):+.1%}, then {np.expm1(back[day]):+.1%}"
        for day in odd.index
    ]
    return found(subject.file.name, "spike", "warning", _items(odd, said))


def beyond_limit(subject: Subject) -> list[Finding]:
    """A close beyond the largest change that the exchange allows in a day.

    The limit counts from a reference price that is lower on ex-dates; half a limit more is allowed
    for that.
    """
    limit = subject.security.price_limit if subject.security else None
    if limit is None or len(subject.bars) < 2:
        return []
    moved = subject.bars["close"] / subject.bars["close"].shift() - 1
    odd = subject.bars[(moved > limit * 1.005) | (moved < -limit * 1.5)]
    said = [f"{moved[day]:+.2%} in a session; the limit is {limit:.0%}" for day in odd.index]
    return found(subject.file.name, "beyond_limit", "warning", _items(odd, said))
