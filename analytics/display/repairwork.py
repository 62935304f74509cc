"""What the command line says of a repair: lines of text, and one record for JSON.

In: what `repair` did. Out: strings and plain mappings. It must not know options.
"""

from __future__ import annotations

import shlex
from typing import Any

from analytics.display.terminal import wrapped
from analytics.market.checks import Repaired, SnapshotCheck

SHOWN = 20  # changed cells that are listed; all of them are in repairs.csv


def repair_record(fixed: Repaired, again: SnapshotCheck) -> dict[str, Any]:
    """A repair as JSON tells it: the folder, every changed cell, and what is left in the copy.

    Parameters
    ----------
    fixed : Repaired
    again : SnapshotCheck
        Of the repaired copy.

    Returns
    -------
    dict
    """
    return {
        "repaired": {
            "folder": str(fixed.path),
            "changes": fixed.changes.astype(str).to_dict("records"),
            "left": [
                {"file": one.file, "date": one.date or None, "rule": one.rule}
                for one in again.findings
            ],
        }
    }


def repair_lines(fixed: Repaired, again: SnapshotCheck) -> list[str]:
    """A repair as text: where the copy is, the cells that changed, what is left in the copy.

    Parameters
    ----------
    fixed : Repaired
    again : SnapshotCheck
        Of the repaired copy.

    Returns
    -------
    list of str
    """
    count, left = len(fixed.changes), len(again.findings)
    rows = int((fixed.changes["column"] == "row").sum())
    parts = [_count(number, what) for number, what in ((count - rows, "cell"), (rows, "row"))]
    changed = " and ".join(part for part in parts if not part.startswith("0"))
    place = shlex.quote(str(fixed.path))
    head = (
        f"{fixed.path}: a repaired copy; {changed} changed. Checked again, "
        f"{_count(left, 'finding')} {'is' if left == 1 else 'are'} left. repairs.csv lists every "
        f"change; `analytics check {place} --undo NEW_FOLDER` takes them back."
    )
    lines = ["", wrapped(head)]
    for row in fixed.changes.head(SHOWN).itertuples():
        if row.column == "row":
            what = f"row taken out: {row.old.strip()}" if row.old else f"row added: {row.new}"
        else:
            what = f"{row.column} {row.old or 'empty'} -> {row.new or 'empty'}"
        lines.append(
            wrapped(f"{row.file} {row.date}: {what} ({row.rule}; {row.source})", indent="  ")
        )
    if count > SHOWN:
        lines.append(f"  and {count - SHOWN} more")
    return lines


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
