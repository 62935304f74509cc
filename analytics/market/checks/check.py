"""`check_snapshot`: every rule on every file of a folder of prices.

In: a folder, perhaps another one to compare it with. Out: a `SnapshotCheck`. It must not repair.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from analytics.errors import DataError
from analytics.files import as_path
from analytics.market.checks.actions import action_findings
from analytics.market.checks.askings import asking_findings
from analytics.market.checks.bars import bar_findings
from analytics.market.checks.basis import basis_findings
from analytics.market.checks.compare import compare_read, revision_findings
from analytics.market.checks.dates import date_findings
from analytics.market.checks.findings import (
    KNOWN_FILE,
    Finding,
    SnapshotCheck,
    part_known,
    read_known,
)
from analytics.market.checks.levels import level_findings
from analytics.market.checks.official import official_findings
from analytics.market.checks.snapshot import read_snapshot
from analytics.market.checks.subject import Subject, subjects
from analytics.recorded import recorded_folder

ROOMS = (date_findings, bar_findings, level_findings, official_findings)


def check_snapshot(
    path: str | Path | None = None, *, against: str | Path | None = None
) -> SnapshotCheck:
    """Check a folder of prices, row by row and against its exchanges' sessions.

    Parameters
    ----------
    path : path, optional
        A folder with a manifest, a reader's own files, or one CSV file with what lies beside it;
        the recorded data by default.
    against : path, optional
        Another snapshot, mostly an earlier or a trusted one: what differs in ``path`` is a finding
        too; see `compare_snapshots`.

    Returns
    -------
    SnapshotCheck
        ``findings`` that nobody has explained, and ``known`` ones with the reason from the folder's
        own ``known_findings.csv``, or from the recorded one.

    Raises
    ------
    InputError
        There is no such file or folder, or no prices in it.
    DataError
        The manifest or the table of known exceptions cannot be read.

    Examples
    --------
    >>> check = check_snapshot()
    >>> check.passed, check.files
    (True, 17)
    """
    recorded = recorded_folder().path
    given = recorded if path is None else as_path(path, "path")
    other = None if against is None else as_path(against, "against")
    snapshot = read_snapshot(given)
    findings = list(snapshot.findings)
    all_of_them = subjects(snapshot)
    findings += action_findings(snapshot, all_of_them)
    findings += asking_findings(snapshot, all_of_them)
    for subject in all_of_them:
        for rules in ROOMS:
            findings += [_named(one, subject) for one in rules(subject)]
        if snapshot.path.resolve() != recorded.resolve():
            findings += [_named(one, subject) for one in basis_findings(subject, findings)]
    if other is not None:
        findings += revision_findings(compare_read(read_snapshot(other), snapshot), snapshot)
    left, known = part_known(findings, _known(snapshot.path, recorded))
    return SnapshotCheck(
        path=str(given),
        files=len({one.name for one in snapshot.files}),
        rows=sum(len(one.rows) for one in snapshot.files),
        findings=left,
        known=known,
        against="" if against is None else str(against),
    )


def _named(one: Finding, subject: Subject) -> Finding:
    """Of a file with several tickers a finding says which, and nothing is repaired."""
    if not subject.file.wide:
        return one
    return replace(one, evidence=f"{subject.file.ticker}: {one.evidence}", remedy=())


def _known(folder: Path, recorded: Path) -> list[dict[str, str]]:
    """Known exceptions: the folder's own first, then the recorded ones."""
    try:
        own = read_known(folder)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{folder / KNOWN_FILE}: cannot be read ({error})") from None
    return own if folder.resolve() == recorded.resolve() else own + read_known(recorded)
