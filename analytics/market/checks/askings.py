"""What a fetched folder tells of its own making: cash left out, an end before the one asked for.

In: a `Snapshot` with the tables that a fetch writes. Out: findings. It must not know who answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from analytics.market.cells import day_of
from analytics.market.chart import is_cash_left_out
from analytics.market.checks.aside import read_table
from analytics.market.checks.findings import Finding, counted
from analytics.market.checks.snapshot import Snapshot
from analytics.market.checks.subject import Subject
from analytics.market.store import FETCHED, LEFT_OUT

SETTLED = pd.Timedelta(hours=3)  # after the close, until a session can be asked for


def asking_findings(snapshot: Snapshot, subjects: Sequence[Subject]) -> list[Finding]:
    """Rules of what was asked and of what was not taken.

    Cash that was left out makes the total return of its ex-date too low. A series that ends before
    the last session that was asked for, and over when it was retrieved, lacks rows. Where the
    benchmark of a share is not in the folder, only the share itself can be looked at.

    Parameters
    ----------
    snapshot : Snapshot
    subjects : sequence of Subject

    Returns
    -------
    list of Finding
        Empty where a folder was not fetched.
    """
    asked, unread = _rows(snapshot.path / FETCHED, ("ticker", "end", "retrieved"))
    left_out, also = _rows(snapshot.path / LEFT_OUT, ("ticker", "date", "reason"))
    told = {one.file for one in snapshot.findings}
    findings = [one for one in (*unread, *also) if one.file not in told]
    if not asked:
        return findings
    known = {one.file.ticker: one for one in subjects}
    findings += [
        Finding(
            LEFT_OUT,
            row["date"],
            "cash_left_out",
            "warning",
            f"{row['ticker']}: {row['reason']}; its total return lacks it",
        )
        for row in left_out
        if is_cash_left_out(row["reason"])
    ]
    for row in asked:
        subject = known.get(row["ticker"])
        if subject is not None:
            findings += _early_end(subject, row)
    return [*findings, *_no_benchmark(subjects, known)]


def _early_end(subject: Subject, row: dict[str, str]) -> Iterator[Finding]:
    """A series without the last settled sessions that were asked for."""
    calendar, end = subject.calendar, day_of(row["end"])
    moment = pd.to_datetime(row["retrieved"], utc=True, errors="coerce")
    if calendar is None or isinstance(end, str) or moment is pd.NaT or subject.bars.empty:
        return
    last, sessions = subject.bars.index[-1], calendar.sessions
    settled = calendar.closes <= (moment.tz_localize(None) - SETTLED)
    lacking = int((settled & (sessions <= end) & (sessions > last)).sum())
    if lacking:
        most = "" if sessions[-1] >= min(end, moment.tz_localize(None)) else " or more"
        said = f"{counted(lacking, 'session')}{most} to {end:%Y-%m-%d}, the end asked for, were "
        said += f"over when it was retrieved on {moment:%Y-%m-%d}, and have no row"
        name = subject.file.name
        yield Finding(name, f"{last:%Y-%m-%d}", "stale_end", "warning", said)


def _no_benchmark(subjects: Sequence[Subject], known: dict[str, Subject]) -> Iterator[Finding]:
    for subject in subjects:
        name = subject.security.benchmark if subject.security else None
        if name and name not in known:
            said = f"its benchmark {name} is not in the folder: no abnormal returns until it is"
            yield Finding(subject.file.name, "", "no_benchmark", "note", said)


def _rows(path: Path, columns: Sequence[str]) -> tuple[list[dict[str, str]], list[Finding]]:
    return read_table(path, columns, ", ".join(columns))
