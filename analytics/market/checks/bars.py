"""Rules of single bars: their order, and figures that no trading day leaves behind.

In: a `Subject`. Out: findings. It must not look beyond a bar's neighbours.

Closes alone, without open, high and low, pass most of these rules: there is nothing to compare.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analytics.market.checks.findings import Finding, found
from analytics.market.checks.runs import AROUND, ROUNDING, Item, bar_text, items, run_findings
from analytics.market.checks.snapshot import PRICES
from analytics.market.checks.subject import Subject, number

TICK = 3.0  # multiples of the usual range by which a high or low may stand alone
SPIKE = 8.0  # robust deviations by which a close may leave and come back the next day
MOST_SHARES = 1e13  # in a session; the busiest index of all has 1e11
MONTH, VOLUMES = 20, 300.0  # sessions of a usual volume; times by which it cannot change
NORMAL = 0.6745  # median of |z| for a normal z
TOLD = 60  # days that must tell which of two columns is the close
EXCHANGED = 0.6
LONG = 5  # sessions in a row


def bar_findings(subject: Subject) -> list[Finding]:
    """All rules of single bars.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    list of Finding
    """
    findings = [
        *impossible_figures(subject),
        *zero_volume(subject),
        *spikes(subject),
        *beyond_limit(subject),
        *volume_breaks(subject),
        *run_findings(subject),
    ]
    if subject.full:
        findings += [*price_order(subject), *swapped_columns(subject), *bad_ticks(subject)]
    return findings


def impossible_figures(subject: Subject) -> list[Finding]:
    """An open, high or low of zero or less, a volume below zero or beyond any market's.

    No reader takes such a row; the other rules read these prices as empty.
    """
    bars = subject.file.bars
    said: dict[pd.Timestamp, list[str]] = {}
    for name in ("open", "high", "low", "volume"):
        if name in bars:
            cells = bars[name]
            bad = (cells < 0) | (cells > MOST_SHARES) if name == "volume" else cells <= 0
            for day in bars.index[bad]:
                said.setdefault(day, []).append(f"{name} {number(cells[day])}")
    days = sorted(said)
    words = [", ".join(said[day]) for day in days]
    found_at = items(bars.loc[days], words)
    return found(subject.file.name, "impossible_figure", "error", found_at)


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
    written = subject.file.bars.reindex(bars.index)
    lacking = written[list(PRICES)].isna().any(axis=1)
    odd = bars[wrong | (bars["high"] < bars["low"])]
    said = [f"open/high/low/close {bar_text(row)}" for _, row in odd.iterrows()]
    empty = bars[lacking]
    gaps = [f"open/high/low/close {bar_text(row)}" for _, row in empty.iterrows()]
    return [
        *found(subject.file.name, "price_order", "error", items(odd, said)),
        *found(subject.file.name, "incomplete_bar", "warning", items(empty, gaps)),
    ]


def swapped_columns(subject: Subject) -> list[Finding]:
    """Opens under the name of closes: files in another order of columns under the old header.

    An open lies nearer to the close before it than a close to the open before it, which is a whole
    session further away: on seven days of ten in the recorded files, and never on fewer than half.
    Where it is the other way on more than six days of ten the two columns are exchanged.
    """
    bars = subject.bars
    gap = (bars["open"] - bars["close"].shift()).abs()
    far = (bars["close"] - bars["open"].shift()).abs()
    told = (gap != far) & gap.notna() & far.notna()
    share = (far < gap)[told].mean() if told.sum() >= TOLD else 0.0
    if not share > EXCHANGED:
        return []
    said = (
        f"on {share:.0%} of {told.sum()} days the close lies nearer to the open before than the "
        "open to the close before: are the two columns exchanged?"
    )
    return [Finding(subject.file.name, "", "swapped_columns", "error", said)]


def zero_volume(subject: Subject) -> list[Finding]:
    """No volume on a session: alone no proof, indices have it on days like any other.

    Where no row has a volume it is said once: the source does not know it. Five or more sessions
    in a row without a volume, on which a share's prices moved, are a warning: a part is lacking.
    """
    bars = subject.bars
    if "volume" not in bars or bars.empty:
        return []
    empty = ~(bars["volume"] > 0) & ~(bars["volume"] < 0)
    none = bars[empty]
    name = subject.file.name
    if len(none) == len(bars):
        said = f"none of {len(bars)} rows has a volume"
        return [Finding(name, "", "zero_volume", "note", said)]
    moved = bars["high"] > bars["low"] if subject.full else empty & False
    run = (empty & moved).groupby((~(empty & moved)).cumsum()).transform("sum")
    share = subject.security is None or subject.security.kind == "share"
    lacking = empty & (run >= LONG) & share
    said_of = pd.Series(
        [f"volume {number(one)} on a session" for one in bars["volume"]], bars.index
    )
    untold = f", one of at least {LONG} in a row on which prices moved"
    return [
        *found(
            name, "zero_volume", "note", items(bars[empty & ~lacking], said_of[empty & ~lacking])
        ),
        *found(name, "zero_volume", "warning", items(bars[lacking], said_of[lacking] + untold)),
    ]


def volume_breaks(subject: Subject) -> list[Finding]:
    """The largest step of the volume, twenty sessions over twenty, as where thousands are counted.

    Medians; a warning from three hundred times on.
    """
    bars = subject.bars
    if "volume" not in bars or len(bars) <= 2 * MONTH:
        return []
    volume = bars["volume"].where(bars["volume"] > 0)
    before = volume.rolling(MONTH).median().shift()
    after = volume[::-1].rolling(MONTH).median()[::-1]
    step = np.log(after / before)
    if not step.abs().max() > math.log(VOLUMES):
        return []
    day = step.abs().idxmax()
    said = f"usual volume {number(before[day])} before, {number(after[day])} from here: another "
    said += "unit, such as thousands?"
    name = subject.file.name
    return [Finding(name, f"{day:%Y-%m-%d}", "volume_break", "warning", said)]


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
        # the same figure on the day beside is the same fault twice
        sides = (bars[name].shift(k).where(bars[name].shift(k) != bars[name]) for k in (1, -1))
        near = pd.concat([*sides, inner.shift(), inner.shift(-1)], axis=1)
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
        result += items(odd, said)
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
    size = moved.abs().where(moved != 0)  # days that stand still would make the others large
    usual = size.rolling(AROUND, center=True, min_periods=5).median() / NORMAL
    smaller = pd.concat([moved.abs(), back.abs()], axis=1).min(axis=1)
    cancel = (moved + back).abs() < 0.2 * smaller
    odd = subject.bars[cancel & (smaller > SPIKE * usual) & (usual > 0)]
    said = [
        f"close {number(close[day])}: {np.expm1(moved[day]):+.1%}, then {np.expm1(back[day]):+.1%}"
        for day in odd.index
    ]
    return found(subject.file.name, "spike", "warning", items(odd, said))


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
    return found(subject.file.name, "beyond_limit", "warning", items(odd, said))
