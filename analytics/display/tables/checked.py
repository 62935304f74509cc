"""What the checks found in a folder of prices, as a table.

In: a checked folder. Out: a `Table` that a terminal and Jupyter show.
"""

from __future__ import annotations

from pathlib import PurePosixPath

import pandas as pd

from analytics.display.tables.studies import Table
from analytics.market import SnapshotCheck
from analytics.market.checks import Finding

COLUMNS = ["file", "day", "rule", "severity", "what it saw", "why it stands"]


def findings(check: SnapshotCheck) -> Table:
    """Findings of a check, and the known exceptions with their reasons.

    Parameters
    ----------
    check : SnapshotCheck

    Returns
    -------
    Table
        Findings that nobody has explained come first.
    """
    rows = [_row(one, "") for one in check.findings]
    rows += [_row(one.finding, one.reason) for one in check.known]
    return Table(pd.DataFrame(rows, columns=COLUMNS), f"{check.tally()}.")


def _row(one: Finding, reason: str) -> dict[str, str]:
    name = PurePosixPath(one.file).stem
    said = (name, one.date or "all", one.rule.replace("_", " "), one.severity, one.evidence, reason)
    return dict(zip(COLUMNS, said, strict=True))
