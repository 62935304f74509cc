"""Rules of levels: a series on one basis throughout, in one currency, not adjusted for dividends.

In: a `Subject`. Out: findings. It must not know single bars.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.market.checks.findings import Change, Finding
from analytics.market.checks.snapshot import PRICES
from analytics.market.checks.subject import Subject, number

RATIOS = (2.0, 3.0, 4.0, 5.0, 10.0, 20.0)
PENCE = 100.0  # London quotes pence, some sources pounds
LEAST = math.log(1.8)  # a smaller jump can be the market's
LARGE = 1.2  # logarithm, -70 % or +232 %: worth a look whatever the ratio
NEAR = 0.1  # logarithm by which a jump may miss a ratio: the day has a return too
SMALL = 0.3  # logarithm of a listed ratio below which the market hides it
AROUND, NORMAL = 20, 0.6745  # days on each side of a usual move; median of |z| of a normal z
FEW = 10  # smallest steps that a price must have for its jumps to mean anything
OFF_GRID = 0.05  # share of closes between the exchange's ticks that chance cannot make
BREAK = "a split that is not listed, another unit or currency, or news of that day"
TAIPEI_TICKS = ((10, 0.01), (50, 0.05), (100, 0.1), (500, 0.5), (1000, 1.0), (math.inf, 5.0))


@dataclass(frozen=True)
class Jump:
    """A close far from the one before."""

    row: int
    day: pd.Timestamp
    before: float
    after: float

    @property
    def size(self) -> float:
        """Logarithm of the close before over this one: positive where a split was missed."""
        return math.log(self.before / self.after)

    @property
    def said(self) -> str:
        """The two closes in words."""
        return f"close {number(self.before)} before, {number(self.after)} here"


def level_findings(subject: Subject) -> list[Finding]:
    """All rules of levels.

    Parameters
    ----------
    subject : Subject

    Returns
    -------
    list of Finding
    """
    unadjusted = listed_splits(subject)
    explained = {one.date for one in unadjusted}
    return [*unadjusted, *jumps(subject, explained), *adjusted_closes(subject)]


def listed_splits(subject: Subject) -> list[Finding]:
    """Closes that still jump by the ratio of a split that the snapshot lists.

    The jump must be nearer to the ratio than to nothing; by a small ratio, such as 5 for 4, it must
    miss the ratio by less than two usual moves, and nothing by more than four (21 for 20 is beyond
    this in a lively share). All rows before the split then belong
    divided by it, and their volumes multiplied. Where the closes jump the other way, or by the
    square, the split is listed, or was applied, the wrong way round: ``split_inverted``.
    """
    close = subject.bars.get("close", pd.Series(dtype=float))
    findings = []
    for day, ratio in subject.splits.items():
        at = int(close.index.searchsorted(day))
        if not 0 < at < len(close) or (
            abs(math.log(ratio)) < SMALL and not _small(close, at, ratio)
        ):
            continue
        jump = Jump(at, close.index[at], close.iloc[at - 1], close.iloc[at])
        times = min((0, 1, -1, 2), key=lambda k: abs(jump.size - k * math.log(ratio)))
        if not times:
            continue
        said = f"{jump.said}; splits.csv lists a split of {ratio:g}"
        rule = "split_not_applied" if times == 1 else "split_inverted"
        remedy = _divided(subject, at, ratio) if times == 1 else ()
        if times != 1:
            said += f", the closes say {1 / ratio:.4g}"
        date = f"{jump.day:%Y-%m-%d}"
        findings.append(Finding(subject.file.name, date, rule, "error", said, remedy))
    return findings


def _small(close: pd.Series, at: int, ratio: float) -> bool:
    """Whether a small jump, in units of the usual move, is nearer to a ratio than to none."""
    moved = -np.log(close.iloc[max(0, at - AROUND) : at + AROUND]).diff()
    usual = float(moved.drop(close.index[at]).abs().median()) / NORMAL
    jump = math.log(close.iloc[at - 1] / close.iloc[at])
    return abs(jump - math.log(ratio)) < 2 * usual and abs(jump) > 4 * usual


def _divided(subject: Subject, before: int, ratio: float) -> tuple[Change, ...]:
    """Every earlier row on the new basis."""
    source = f"splits.csv: a split of {ratio:g}"
    changes = []
    rows = subject.bars.iloc[:before]
    for name in (*PRICES, "volume"):
        if name not in rows:
            continue
        factor = ratio if name == "volume" else 1.0 / ratio
        for line, value in zip(rows["line"], rows[name] * factor, strict=True):
            if not math.isnan(value):
                text = f"{value:.0f}" if name == "volume" else f"{value:.10g}"
                changes.append(subject.cell(int(line), name, text, source))
    return tuple(changes)


def jumps(subject: Subject, explained: set[str]) -> list[Finding]:
    """Jumps by about 2, 3, 4, 5, 10, 20, by a listed split on another day, or by a rate.

    A jump that comes back later is an error: no share goes to a third and back by one ratio; by two
    it is a warning. One that stays is an error by the ratio of a listed split or an exchange rate,
    else a warning: a share can halve in a day. A fall by more than 70 % or a rise by more than
    230 % is a warning whatever its ratio, ``level_break``. Smaller breaks by other ratios, such as
    3 to 2, cannot be told from news.
    """
    name, findings = subject.file.name, []
    waiting: dict[float, tuple[Jump, str, bool]] = {}
    for jump in _jumps(subject):
        date = f"{jump.day:%Y-%m-%d}"
        if date in explained:
            continue
        ratio, words, certain = _ratio(subject, jump)
        if not words:
            continue
        first = waiting.pop(-ratio, None)
        if first is not None:
            rule = _rule(words, "jump_and_back")
            said = f"{first[0].said}; back on {date}: {first[1]}"
            day = f"{first[0].day:%Y-%m-%d}"
            sure = (
                certain or first[2] or (abs(ratio) > RATIOS[0] and BREAK not in (words, first[1]))
            )
            findings.append(Finding(name, day, rule, "error" if sure else "warning", said))
        else:
            waiting[ratio] = (jump, words, certain)
    for jump, words, certain in waiting.values():
        rule = "level_break" if words == BREAK else _rule(words, "split_jump")
        severity = "error" if certain else "warning"
        day = f"{jump.day:%Y-%m-%d}"
        findings.append(Finding(name, day, rule, severity, f"{jump.said}: {words}"))  # type: ignore[arg-type]
    return findings


def _rule(words: str, otherwise: str) -> str:
    return "currency_jump" if "rate" in words or "pence" in words else otherwise


def _jumps(subject: Subject) -> Iterator[Jump]:
    close = subject.bars.get("close", pd.Series(dtype=float))
    moved = np.log(close).diff().abs().to_numpy()
    apart = close.diff().abs()
    least = FEW * apart[apart > 0].min()  # of a price of few ticks every step is a large one
    enough = np.minimum(close, close.shift()).to_numpy() >= least
    for row in np.flatnonzero((moved > LEAST) & enough):
        yield Jump(int(row), close.index[row], close.iloc[row - 1], close.iloc[row])


def _ratio(subject: Subject, jump: Jump) -> tuple[float, str, bool]:
    """Signed key of the ratio that a jump comes near to, what it is, and whether it is certain."""
    sign = math.copysign(1.0, jump.size)
    choices = [
        (float(one), "the ratio of a listed split, on another day", True)
        for one in subject.splits
        if abs(math.log(one)) >= SMALL
    ]
    choices += [
        (_rate(rate, jump.day), f"the exchange rate {ticker}", True)
        for ticker, rate in subject.rates.items()
        if ticker != subject.file.ticker
    ]
    choices += [(PENCE, "pence and pounds: a hundred", True)]
    choices += [(one, f"about {one:g} to 1, and no split is listed", False) for one in RATIOS]
    near = [
        (abs(abs(jump.size) - abs(math.log(ratio))), ratio, words, certain)
        for ratio, words, certain in choices
        if ratio > 0 and abs(math.log(ratio)) >= LEAST
    ]
    off, ratio, words, certain = min(near, key=lambda one: (one[0], not one[3]))
    if off <= NEAR:
        return sign * round(ratio), words, certain
    broken = abs(jump.size) > LARGE
    return (sign * round(math.exp(abs(jump.size))), BREAK, False) if broken else (0.0, "", False)


def _rate(rate: pd.Series, day: pd.Timestamp) -> float:
    seen = rate.asof(day)
    return float(seen) if seen == seen else 0.0


def adjusted_closes(subject: Subject) -> list[Finding]:
    """Closes that no trade can have: adjusted for dividends, or in another currency.

    Taipei trades in ticks (0.01 below 10 TWD, then 0.05, 0.1, 0.5, 1, and 5 from 1,000 TWD). Closes
    between them were computed. Where a split was applied the ticks are divided too, and the rule
    does not apply; in New York every cent is a tick, and only a comparison of two snapshots shows
    an adjusted series.
    """
    security = subject.security
    taipei = security is not None and security.calendar == "XTAI" and security.kind == "share"
    close = subject.bars.get("close", pd.Series(dtype=float)).to_numpy(dtype=float)
    if not taipei or len(subject.splits) or not len(close):
        return []
    bounds = [bound for bound, _ in TAIPEI_TICKS]
    ticks = np.array([tick for _, tick in TAIPEI_TICKS])[np.searchsorted(bounds, close, "right")]
    steps = close / ticks
    off = np.abs(steps - np.round(steps)) > 1e-6
    if off.mean() <= OFF_GRID:
        return []
    first = int(np.flatnonzero(off)[0])
    said = (
        f"{int(off.sum())} of {len(off)} closes lie between Taipei's ticks, the first "
        f"{number(close[first])} on {subject.bars.index[first]:%Y-%m-%d}: adjusted for dividends?"
    )
    return [Finding(subject.file.name, "", "adjusted_closes", "error", said)]
