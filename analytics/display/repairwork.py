"""What the command line says of a repair: lines of text, and one record for JSON.

In: what `repair` did. Out: strings and plain mappings. It must not know options.
"""

from __future__ import annotations

from typing import Any

from analytics.display.terminal import wrapped
from analytics.market.checks import Repaired

SHOWN = 20  # changed cells that are listed; all of them are in repairs.csv


def repair_record(fixed: Repaired) -> dict[str, Any]:
    """A repair as JSON tells it: the folder, every changed cell, and what has no remedy.

    Parameters
    ----------
    fixed : Repaired

    Returns
    -------
    dict
    """
    return {
        "repaired": {
            "folder": str(fixed.path),
            "changes": fixed.changes.astype(str).to_dict("records"),
            "left": [
                {"file": one.file, "date": one.date or None, "rule": one.rule} for one in fixed.left
            ],
        }
    }


def repair_lines(fixed: Repaired) -> list[str]:
    """A repair as text: where the copy is, the cells that changed, what is left.

    Parameters
    ----------
    fixed : Repaired

    Returns
    -------
    list of str
    """
    count, left = len(fixed.changes), len(fixed.left)
    head = (
        f"{fixed.path}: a repaired copy; {count} cell{'s' * (count != 1)} changed, "
        f"{left} finding{'s' * (left != 1)} left without a remedy. repairs.csv lists every cell; "
        f"`analytics check {fixed.path} --undo NEW_FOLDER` takes them back."
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
