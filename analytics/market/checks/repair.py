"""`repair`: remedies carried out on a copy, each changed cell in a list that can be undone.

In: a folder, findings with remedies. Out: another folder with ``repairs.csv``. It must not touch
the folder it was given, and it must not invent a figure.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analytics.errors import DataError, InputError
from analytics.market.checks.findings import Change, Finding
from analytics.market.columns import FIELDS, column_map, mapped_keys
from analytics.recorded import MANIFEST, write_manifest

REPAIRS = "repairs.csv"
COLUMNS = ("file", "line", "date", "column", "old", "new", "rule", "source")
DATES = ("date", "day", "datetime")


@dataclass(frozen=True, eq=False)
class Repaired:
    """What a repair did.

    Attributes
    ----------
    path : pathlib.Path
        The folder that was written.
    changes : pandas.DataFrame
        ``file, line, date, column, old, new, rule, source``: every changed cell. A row that was
        taken out has the column ``row`` and its whole text in ``old``.
    left : tuple of Finding
        Findings without a remedy; nothing was done about them.
    """

    path: Path
    changes: pd.DataFrame
    left: tuple[Finding, ...]


def repair(path: str | Path, findings: Iterable[Finding], *, into: str | Path) -> Repaired:
    """Carry out the remedies of findings on a copy of a folder.

    Parameters
    ----------
    path : path
        The folder that was checked. It stays as it is.
    findings : iterable of Finding
        Of `check_snapshot`; only these are repaired.
    into : path
        A folder that is not there yet, or is empty.

    Returns
    -------
    Repaired

    Raises
    ------
    InputError
        ``into`` holds files, or lies in ``path``; nothing to repair.
    DataError
        The folder changed after it was checked; two remedies want different values in one cell.

    Examples
    --------
    >>> import tempfile
    >>> from analytics.market.checks import check_snapshot
    >>> folder = Path(tempfile.mkdtemp())
    >>> lines = "date,close", "2025-01-02,1", "2025-01-03,2", "2025-01-06 14:30:00+00:00,3", ""
    >>> _ = (folder / "NVDA.csv").write_text(chr(10).join(lines))
    >>> fixed = repair(folder, check_snapshot(folder).findings, into=folder.with_name("fixed-1"))
    >>> fixed.changes[["column", "old", "new"]].to_numpy().tolist()
    [['date', '2025-01-06 14:30:00+00:00', '2025-01-06']]
    >>> shutil.rmtree(fixed.path)
    """
    source, target = Path(path), _target(path, into)
    listed = list(findings)
    planned = _planned(listed)
    if not planned:
        raise InputError(f"{source}: none of {len(listed)} findings has a remedy")
    rows: list[dict[str, str]] = []
    texts = {}
    for name, changes in planned.items():
        file = source / name
        texts[name], done = _applied(_text(file), changes, file)
        rows += [{"file": name, **one} for one in done]
    _copy(source, target)
    for name, text in texts.items():
        (target / name).write_text(text, encoding="utf-8", newline="")
    _write_list(target / REPAIRS, rows)
    _new_manifest(target)
    left = tuple(one for one in listed if not one.remedy)
    return Repaired(target, pd.DataFrame(rows, columns=list(COLUMNS)), left)


def undo_repairs(path: str | Path, *, into: str | Path) -> Path:
    """Take every repair back, on a copy: the files are again what they were, byte by byte.

    Parameters
    ----------
    path : path
        A folder that `repair` wrote.
    into : path
        A folder that is not there yet, or is empty.

    Returns
    -------
    pathlib.Path
        The folder that was written.

    Raises
    ------
    InputError
        ``path`` has no list of repairs.
    DataError
        A cell is not what the list says.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "mine"
    >>> folder.mkdir()
    >>> text = "date,close" + chr(10) + "2025-01-02,1" + chr(10)
    >>> _ = (folder / "A.csv").write_text(text)
    >>> wrong = Change(2, "2025-01-02", "close", "1", "2", "a newspaper")
    >>> finding = Finding("A.csv", "2025-01-02", "official_figure", "error", "", (wrong,))
    >>> fixed = repair(folder, [finding], into=folder.with_name("fixed"))
    >>> back = undo_repairs(fixed.path, into=folder.with_name("back"))
    >>> (back / "A.csv").read_text() == text
    True
    """
    source, target = Path(path), _target(path, into)
    if not (source / REPAIRS).is_file():
        raise InputError(f"{source}: no {REPAIRS} there; give a folder that a repair wrote")
    with (source / REPAIRS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_file: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_file.setdefault(row["file"], []).append(row)
    texts = {
        name: _undone(_text(source / name), its, source / name) for name, its in by_file.items()
    }
    _copy(source, target)
    (target / REPAIRS).unlink()
    for name, text in texts.items():
        (target / name).write_text(text, encoding="utf-8", newline="")
    _new_manifest(target)
    return target


def _target(path: str | Path, into: str | Path) -> Path:
    source, target = Path(path).resolve(), Path(into)
    if source == target.resolve() or source in target.resolve().parents:
        raise InputError(f"{target}: lies in the folder itself; name another one")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(f"{target}: is there already; name a folder that is not, or is empty")
    if not source.is_dir():
        raise InputError(f"{source}: no such folder")
    return target


def _planned(findings: Iterable[Finding]) -> dict[str, list[tuple[Change, str]]]:
    """File -> changes with their rules; a row that is taken out has no other changes."""
    cells: dict[str, dict[tuple[int, str], tuple[Change, str]]] = {}
    for one in findings:
        mine = cells.setdefault(one.file, {})
        for change in one.remedy:
            before = mine.get((change.line, change.column))
            if before is not None and before[0].new != change.new:
                raise DataError(
                    f"{one.file}, line {change.line}, {change.column}: {before[1]} would write "
                    f"{before[0].new!r}, {one.rule} {change.new!r}; repair one of them at a time"
                )
            mine[(change.line, change.column)] = (change, one.rule)
    planned = {}
    for name, mine in cells.items():
        dropped = {line for line, column in mine if column == "row"}
        kept = [one for (line, col), one in mine.items() if col == "row" or line not in dropped]
        if kept:
            planned[name] = sorted(kept, key=lambda one: (one[0].line, one[0].column))
    return planned


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: cannot be repaired as it is ({error})") from None


def _applied(
    text: str, changes: Sequence[tuple[Change, str]], file: Path
) -> tuple[str, list[dict[str, str]]]:
    """The text with the changes made, and the list of what they did."""
    lines = text.splitlines(keepends=True)
    places = _places(lines, file)
    done, out = [], set()
    for change, rule in changes:
        row = {"line": str(change.line), "date": change.date, "column": change.column}
        row |= {"old": change.old, "new": change.new, "rule": rule, "source": change.source}
        if change.line > len(lines):
            raise DataError(f"{file}: has no line {change.line}; check it again")
        if change.column == "row":
            out.add(change.line)
            row["old"] = lines[change.line - 1]
        else:
            lines[change.line - 1] = _written(
                lines[change.line - 1], places[change.column], change.old, change.new, file
            )
        done.append(row)
    return "".join(line for k, line in enumerate(lines, start=1) if k not in out), done


def _undone(text: str, rows: Sequence[Mapping[str, str]], file: Path) -> str:
    """The text before the repair: rows put back at their lines, cells as they were."""
    lines = text.splitlines(keepends=True)
    places = _places(lines, file)
    for row in sorted(
        (row for row in rows if row["column"] == "row"), key=lambda r: int(r["line"])
    ):
        lines.insert(int(row["line"]) - 1, row["old"])
    for row in rows:
        if row["column"] != "row":
            at = int(row["line"]) - 1
            lines[at] = _written(lines[at], places[row["column"]], row["new"], row["old"], file)
    return "".join(lines)


def _places(lines: Sequence[str], file: Path) -> dict[str, int]:
    """Column -> its number, by the header."""
    header = next(csv.reader([next((one for one in lines if one.strip()), "")]))
    called = {} if (file.parent / MANIFEST).is_file() else column_map(file.parent, None)
    keys = mapped_keys([cell.strip() for cell in header], called)
    places = {"date" if key in DATES else key: k for k, key in enumerate(keys)}
    if "date" not in places or not set(FIELDS) & set(places):
        raise DataError(f"{file}: its first line names no columns; it cannot be repaired")
    return places


def _written(line: str, place: int, old: str, new: str, file: Path) -> str:
    """A line with another text in one cell."""
    body = line.rstrip("\r\n")
    cells = body.split(",")
    if '"' in body or place >= len(cells) or cells[place].strip() != old:
        raise DataError(f"{file}: expected {old!r} in the line {body!r}; check the folder again")
    cells[place] = cells[place].replace(old, new) if old else new
    return ",".join(cells) + line[len(body) :]


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True)


def _write_list(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8", newline="")


def _new_manifest(target: Path) -> None:
    """Hashes of the copy, where the folder had a manifest."""
    if not (target / MANIFEST).is_file():
        return
    about = {REPAIRS: {"kind": "repairs", "source": "repairs of this copy", "grade": "high"}}
    write_manifest(target, about if (target / REPAIRS).is_file() else {})
