"""What a check says: findings, the cells that a remedy would change, exceptions that are known.

In: nothing but values. Out: frozen records and the table of known exceptions. It must not know how
a rule finds anything.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pandas as pd

from analytics.errors import DataError

KNOWN_FILE = "known_findings.csv"
KNOWN_COLUMNS = ("rule", "file", "date", "evidence", "reason", "source")
DIGITS = 1e-6  # relative: a source may give 649.79999 for 649.8
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
MANY = 10  # findings of one rule in one file that are listed one by one

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Change:
    """One cell of a file, or one whole row, that a remedy would change.

    Attributes
    ----------
    line : int
        Line of the file, from 1; a row that is added follows this line.
    date : str
        ISO date of the row.
    column : str
        Name of the column; ``"row"`` for a row as a whole.
    old, new : str
        Text before and after. A row that is taken out has no ``new``, one that is added no ``old``.
    source : str
        Where the new value comes from, in words.
    """

    line: int
    date: str
    column: str
    old: str
    new: str
    source: str


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    Attributes
    ----------
    file : str
        Path below the folder.
    date : str
        ISO date of the row; empty where the file as a whole is meant.
    rule : str
        Name of the rule; `RULES` says in a line what each one means.
    severity : {"error", "warning", "note"}
        ``error``: wrong whatever the market did. ``warning``: the market hardly does this.
        ``note``: worth a look, no proof of anything.
    evidence : str
        The figures that the rule saw.
    remedy : tuple of Change
        What `repair` would change; empty where the right figure is not known.
    """

    file: str
    date: str
    rule: str
    severity: Severity
    evidence: str
    remedy: tuple[Change, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Known:
    """An exception that somebody looked into.

    Attributes
    ----------
    finding : Finding
        What the rule found.
    reason, source : str
        Why it stands, and who says so.
    """

    finding: Finding
    reason: str
    source: str


@dataclass(frozen=True, eq=False)
class SnapshotCheck:
    """What the rules found in a folder of prices.

    Attributes
    ----------
    path : str
    files : int
        Number of files of prices that were looked at.
    rows : int
        Number of their rows.
    findings : tuple of Finding
        What nobody has explained, in order of file, date and rule.
    known : tuple of Known
        Findings that the table of known exceptions explains.
    against : str
        The folder it was compared with; empty without one.
    """

    path: str
    files: int
    rows: int
    findings: tuple[Finding, ...]
    known: tuple[Known, ...]
    against: str = ""

    def __repr__(self) -> str:
        return f"{self.path}: {self.tally()}"

    @property
    def passed(self) -> bool:
        """Whether no error and no warning is left to explain; a note proves nothing."""
        return all(one.severity == "note" for one in self.findings)

    def tally(self) -> str:
        """How much was looked at and what was found, in one line without the folder.

        Examples
        --------
        >>> SnapshotCheck("a", 1, 20, (Finding("A.csv", "", "checksum", "error", ""),), ()).tally()
        '1 file, 20 rows; 1 error, 0 known exceptions'
        """
        seen = Counter(one.severity for one in self.findings)
        parts = [counted(seen[one], one) for one in SEVERITIES if seen[one]]
        return (
            f"{counted(self.files, 'file')}, {counted(self.rows, 'row')}; "
            f"{', '.join(parts) or 'no findings'}, "
            f"{counted(len(self.known), 'known exception')}"
        )

    def record(self) -> dict[str, Any]:
        """The check as plain values, for JSON.

        Returns
        -------
        dict
            ``findings``: mappings of ``file, date, rule, severity, evidence``; ``known``: the same
            with ``reason`` and ``source``. A finding about a file as a whole has the date None.
        """
        return {
            "findings": [_plain(one) for one in self.findings],
            "known": [
                _plain(one.finding) | {"reason": one.reason, "source": one.source}
                for one in self.known
            ],
        }

    def to_frame(self) -> pd.DataFrame:
        """Findings and known exceptions as ``file, date, rule, severity, evidence, reason``."""
        rows = [(one, "") for one in self.findings]
        rows += [(one.finding, one.reason) for one in self.known]
        table = [(f.file, f.date, f.rule, f.severity, f.evidence, why) for f, why in rows]
        columns = ["file", "date", "rule", "severity", "evidence", "reason"]
        return pd.DataFrame(table, columns=columns)


def _plain(one: Finding) -> dict[str, Any]:
    return {
        "file": one.file,
        "date": one.date or None,
        "rule": one.rule,
        "severity": one.severity,
        "evidence": one.evidence,
    }


def counted(number: int, what: str) -> str:
    """A number with its word, in the plural where it is not one.

    Examples
    --------
    >>> counted(1, "session"), counted(1200, "session")
    ('1 session', '1,200 sessions')
    """
    return f"{number:,} {what}{'s' * (number != 1)}"


def found(
    file: str, rule: str, severity: Severity, items: Sequence[tuple[str, str, tuple[Change, ...]]]
) -> list[Finding]:
    """One finding per item (date, evidence, remedy); a single one where there are very many.

    Parameters
    ----------
    file, rule : str
    severity : str
    items : sequence of (date, evidence, remedy)

    Returns
    -------
    list of Finding

    Examples
    --------
    >>> days = [(f"2025-01-{k:02}", "no price", ()) for k in range(1, 13)]
    >>> found("A.csv", "missing_session", "error", days)[0].evidence
    '12 rows, 2025-01-01 to 2025-01-12; the first: no price'
    """
    if len(items) <= MANY:
        return [Finding(file, date, rule, severity, said, how) for date, said, how in items]
    dates = sorted(date for date, _, _ in items)
    said = f"{len(items)} rows, {dates[0]} to {dates[-1]}; the first: {items[0][1]}"
    remedy = tuple(change for _, _, how in items for change in how)
    return [Finding(file, dates[0], rule, severity, said, remedy)]


def read_known(path: Path) -> list[dict[str, str]]:
    """The table of known exceptions of a folder; empty where there is none.

    Parameters
    ----------
    path : pathlib.Path
        The folder. Its file ``known_findings.csv`` has the columns
        ``rule, file, date, evidence, reason, source``. The file may be its ticker alone; the
        evidence are pieces of the finding's figures, parted by ``|``, and an empty one accepts any.

    Returns
    -------
    list of dict

    Raises
    ------
    DataError
        A column is lacking, or a row has no reason.
    """
    file = path / KNOWN_FILE
    if not file.is_file():
        return []
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    for number, row in enumerate(rows, start=2):
        lacking = [name for name in KNOWN_COLUMNS if row.get(name) is None]
        if lacking:
            raise DataError(f"{file}, line {number}: no column {', '.join(lacking)}")
        if not row["reason"].strip() or not row["source"].strip():
            raise DataError(
                f"{file}, line {number}: an exception without a reason or a source; write both, or "
                "take the line out"
            )
    return rows


def part_known(
    findings: Iterable[Finding], table: Sequence[dict[str, str]]
) -> tuple[tuple[Finding, ...], tuple[Known, ...]]:
    """Findings that nobody has explained, and those that the table explains.

    Parameters
    ----------
    findings : iterable of Finding
    table : sequence of dict
        Rows of `read_known`. One explains a finding of the same rule, ticker and date, if its
        evidence stands in the finding's: other figures on the same day are another finding. The
        ticker is the name of a file without its folder and ending, so that the same prices are
        explained wherever they lie.

    Returns
    -------
    tuple of (findings, known)
    """
    left, known = [], []
    for one in sorted(findings, key=lambda f: (f.file, f.date, f.rule, f.evidence)):
        row = next((row for row in table if _explains(row, one)), None)
        if row is None:
            left.append(one)
        else:
            known.append(Known(one, row["reason"], row["source"]))
    return tuple(left), tuple(known)


def _explains(row: dict[str, str], one: Finding) -> bool:
    if (row["rule"], row["date"]) != (one.rule, one.date):
        return False
    if not all(_holds(one.evidence, piece.strip()) for piece in row["evidence"].split("|")):
        return False
    ticker = _stem(row["file"])
    return ticker == _stem(one.file) or one.evidence.startswith(f"{ticker}: ")


def _holds(evidence: str, piece: str) -> bool:
    """Whether a piece stands in the evidence with the same figures, in whatever digits."""
    figures = [float(one) for one in _FIGURE.findall(piece)]
    words = [re.escape(one) for one in _FIGURE.split(piece)]
    pattern = rf"(?<![\d.]){rf'({_FIGURE.pattern})'.join(words)}(?!\d|\.\d)"
    return any(
        all(
            math.isclose(float(a), b, rel_tol=DIGITS)
            for a, b in zip(at.groups(), figures, strict=True)
        )
        for at in re.finditer(pattern, evidence)
    )


def _stem(file: str) -> str:
    return PurePosixPath(file).name.removesuffix(".csv")
