"""Rules of dividends and splits: on a session, once, in the unit and on the basis of the prices.

In: a `Snapshot` and its subjects. Out: findings. It must not change prices.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from analytics.market.beside import DIVIDENDS, SPLITS
from analytics.market.checks.findings import Finding
from analytics.market.checks.snapshot import Snapshot
from analytics.market.checks.subject import Subject, number

LARGE = 0.25  # of the close before; from here on New York's exchanges set the ex-date by hand
TIMES, OTHERS = 20.0, 3  # of the median of at least three other dividends
FIFTY = 50.0  # the share of the others below which a dividend is in another unit
ALIKE = 20  # closes, and different ones, that no two tickers share
SEVERAL = 4  # dividends on each side of a split that are compared
SMALL = 0.3  # logarithm of a split's ratio below which a raised dividend looks the same


def action_findings(snapshot: Snapshot, subjects: Sequence[Subject]) -> list[Finding]:
    """All rules of dividends and splits.

    Parameters
    ----------
    snapshot : Snapshot
    subjects : sequence of Subject

    Returns
    -------
    list of Finding
    """
    known = {one.file.ticker: one for one in subjects}
    unread = {Path(one.file).stem for one in snapshot.findings}
    findings: list[Finding] = []
    for name, rows in snapshot.beside.actions.items():
        findings += twice(name, rows)
        for row in rows.drop_duplicates(["ticker", "day"]).itertuples():
            subject = known.get(row.ticker)
            said = f"{row.ticker}: {row.value:g}"
            if subject is None and row.ticker in unread:
                continue  # its file is another finding
            if subject is None:
                words = f"{said}; no prices of this ticker"
                findings.append(Finding(name, f"{row.day:%Y-%m-%d}", "no_prices", "warning", words))
            elif _between_sessions(subject, row.day):
                assert subject.calendar is not None  # noqa: S101
                words = f"{said} on a {row.day:%A}; no session of {subject.calendar.code}"
                findings.append(
                    Finding(name, f"{row.day:%Y-%m-%d}", "action_off_session", "warning", words)
                )
    for subject in subjects:
        paid = snapshot.dividends.get(subject.file.ticker)
        if paid is not None:
            findings += [*large_dividends(subject, paid), *unadjusted_dividends(subject, paid)]
            findings += small_dividends(subject, paid)
    return [*findings, *same_prices(subjects)]


def same_prices(subjects: Sequence[Subject]) -> Iterator[Finding]:
    """Two files with the same closes on the same dates: one of them lies under a wrong name."""
    seen: dict[bytes, str] = {}
    for subject in subjects:
        bars = subject.file.bars
        if len(bars) < ALIKE or bars["close"].nunique() < ALIKE:
            continue
        key = bars.index.asi8.tobytes() + bars["close"].to_numpy(dtype=float).tobytes()
        first = seen.setdefault(key, subject.file.ticker)
        if first != subject.file.ticker:
            said = f"{subject.file.ticker}: all {len(bars)} closes are those of {first}"
            yield Finding(subject.file.name, "", "same_prices", "warning", said)


def small_dividends(subject: Subject, paid: pd.Series) -> Iterator[Finding]:
    """A dividend below a fiftieth of the median of at least three others, as in hundredths."""
    for day, amount in paid.items():
        others = paid.drop(day)
        if len(others) >= OTHERS and amount < others.median() / FIFTY:
            said = f"{subject.file.ticker}: {amount:g} beside the usual {others.median():g}: "
            said += "another unit?"
            yield Finding(DIVIDENDS, f"{day:%Y-%m-%d}", "small_dividend", "warning", said)


def twice(name: str, rows: pd.DataFrame) -> Iterator[Finding]:
    """A ticker and date that stand more than once: whoever adds them up pays twice.

    Two different amounts may be a regular and a special dividend: a warning.
    """
    again = rows[rows.duplicated(["ticker", "day"], keep=False)]
    for (ticker, day), same in again.groupby(["ticker", "day"]):
        values = [f"{one:g}" for one in same["value"]]
        severity = "error" if len(set(values)) == 1 or name == SPLITS else "warning"
        said = f"{ticker}: {' and '.join(values)} on one day"
        yield Finding(name, f"{day:%Y-%m-%d}", "action_twice", severity, said)  # type: ignore[arg-type]


def _between_sessions(subject: Subject, day: pd.Timestamp) -> bool:
    """Whether a day within the calendar, and after the first price, is no session."""
    calendar, dates = subject.calendar, subject.file.bars.index
    if calendar is None or dates.empty:
        return False
    sessions = calendar.sessions
    inside = dates[0] <= day <= min(dates[-1], sessions[-1])
    return inside and day not in sessions


def large_dividends(subject: Subject, paid: pd.Series) -> Iterator[Finding]:
    """A dividend of a quarter of the price, or of twenty times the share's others.

    From 25 % of a share's value on New York's exchanges do not let it trade ex on the usual day
    (Nasdaq rule 11140, NYSE rule 235): such a distribution is rare and worth a look. Special
    dividends reach some ten or fifteen times the regular one; another currency (30 and more for
    Taiwan and Japan) or hundredths go beyond.
    """
    close = subject.bars.get("close", pd.Series(dtype=float))
    for day, amount in paid.items():
        at = int(close.index.searchsorted(day))
        others = paid.drop(day)
        usual = others.median() if len(others) >= OTHERS else math.inf
        if not at or (amount < LARGE * close.iloc[at - 1] and amount < TIMES * usual):
            continue
        said = f"{subject.file.ticker}: {amount:g} is {amount / close.iloc[at - 1]:.0%} of the "
        said += f"close before, {number(close.iloc[at - 1])}"
        if math.isfinite(usual):
            said += f", and {amount / usual:.3g} times the usual {usual:g}"
        said += ": another currency or unit, or from before a split?"
        yield Finding(DIVIDENDS, f"{day:%Y-%m-%d}", "large_dividend", "warning", said)


def unadjusted_dividends(subject: Subject, paid: pd.Series) -> Iterator[Finding]:
    """Dividends before a listed split that were not divided by it.

    The median of up to four before it over that of up to four after it must be nearer to one than
    to the ratio of the split.
    """
    for day, ratio in subject.splits.items():
        before, after = paid[paid.index < day], paid[paid.index >= day]
        if abs(math.log(ratio)) < SMALL or before.empty or after.empty:
            continue
        step = math.log(before.iloc[-SEVERAL:].median() / after.iloc[:SEVERAL].median())
        if abs(step - math.log(ratio)) < abs(step):
            said = f"{subject.file.ticker}: {before.iloc[-1]:g} before the split of {ratio:g} on "
            said += f"{day:%Y-%m-%d}, {after.iloc[0]:g} after it"
            date = f"{before.index[-1]:%Y-%m-%d}"
            yield Finding(DIVIDENDS, date, "dividend_not_split", "warning", said)
