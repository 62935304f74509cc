"""`repair`: remedies carried out on a copy, each changed cell in a list that can be undone.

In: a folder, findings with remedies. Out: another folder with ``repairs.csv``. It must not touch
the folder it was given, and it must not invent a figure.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pandas as pd

from analytics.errors import DataError, InputError
from analytics.files import as_path, parse_sheet
from analytics.market.checks.copying import REPAIRS, free_place, inside, read_list, write_copy
from analytics.market.checks.findings import Change, Finding
from analytics.market.checks.snapshot import placed
from analytics.market.columns import column_map
from analytics.market.own import one_header
from analytics.recorded import MANIFEST

MOST = 1000  # repairs of one folder, one after another
COLUMNS = ("file", "line", "date", "column", "old", "new", "rule", "source")
_ADVICE = (
    ". Where you have an older snapshot that you trust, its figures can be put back: "
    "analytics check FOLDER --against TRUSTED --repair NEW_FOLDER"
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # lines as a CSV file counts them
_COMMA = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')  # a comma outside quotation marks


@dataclass(frozen=True, eq=False)
class Repaired:
    """What a repair did.

    Attributes
    ----------
    path : pathlib.Path
        The folder that was written.
    changes : pandas.DataFrame
        ``file, line, date, column, old, new, rule, source``: every changed cell. A row that was
        taken out has the column ``row`` and its whole text in ``old``, one that was added has it in
        ``new`` and the line it follows in ``line``.
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
        ``into`` holds files, lies in ``path`` or cannot be written; nothing to repair; a finding
        of a file outside ``path``, or what is no finding; something in ``path`` that cannot be
        copied.
    DataError
        The folder changed after it was checked; two remedies want different values in one cell.

    Examples
    --------
    >>> import tempfile
    >>> from analytics.market.checks import check_snapshot
    >>> folder = Path(tempfile.mkdtemp()) / "mine"
    >>> folder.mkdir()
    >>> lines = "date,close", "2025-01-02,1", "2025-01-03,2", "2025-01-06 14:30:00+00:00,3", ""
    >>> _ = (folder / "NVDA.csv").write_text(chr(10).join(lines))
    >>> fixed = repair(folder, check_snapshot(folder).findings, into=folder.with_name("fixed"))
    >>> fixed.changes[["column", "old", "new"]].to_numpy().tolist()
    [['date', '2025-01-06 14:30:00+00:00', '2025-01-06']]
    """
    source, target = as_path(path, "path"), as_path(into, "into")
    listed = _listed(findings)
    free_place(source, target)
    planned = _planned(listed)
    if not planned:
        raise InputError(
            f"{source}: none of {len(listed)} findings has a remedy{_ADVICE * bool(listed)}"
        )
    rows: list[dict[str, str]] = []
    texts: dict[str, str | None] = {}
    notes = {}
    for name, changes in planned.items():
        file = inside(source, name)
        if file is None:
            raise InputError(f"{name!r}: a finding of no file of {source}; nothing was written")
        texts[name], done = _applied(_text(file), changes, file)
        notes[name] = _note(done)
        rows += [{"file": name, **one} for one in done]
    if (source / REPAIRS).is_file():
        texts[_earlier(source)[-1]] = _text(source / REPAIRS)
    texts[REPAIRS] = _list(rows)
    write_copy(source, target, texts, notes)
    left = tuple(one for one in listed if not one.remedy)
    return Repaired(target, pd.DataFrame(rows, columns=list(COLUMNS)), left)


def _listed(findings: Iterable[Finding]) -> list[Finding]:
    listed = list(findings) if isinstance(findings, Iterable) else [findings]
    odd = next((one for one in listed if not isinstance(one, Finding)), None)
    if odd is not None or findings is None:
        raise InputError(
            f"findings: got {str(odd)[:60]!r} ({type(odd).__name__}); expected those of "
            "check_snapshot(path).findings"
        )
    return listed


def _note(done: Sequence[Mapping[str, str]]) -> str:
    """What the manifest says of a repaired file after its source."""
    rows = sum(one["column"] == "row" for one in done)
    counts = ((len(done) - rows, "cell"), (rows, "row"))
    parts = [f"{count} {what}{'s' * (count != 1)}" for count, what in counts if count]
    return f", repaired: {', '.join(parts)}, see {REPAIRS}"


def undo_repairs(path: str | Path, *, into: str | Path) -> Path:
    """Take every repair back, on a copy: the files are again what they were, byte by byte.

    Of a folder that was repaired several times it takes the last repair back.

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
        ``path`` has no list of repairs; ``into`` as with `repair`.
    DataError
        A cell is not what the list says, or it is no list that a repair wrote.

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
    source, target = as_path(path, "path"), as_path(into, "into")
    free_place(source, target)
    by_file: dict[str, list[dict[str, str]]] = {}
    for row in read_list(source, COLUMNS):
        by_file.setdefault(row["file"], []).append(row)
    texts: dict[str, str | None] = {
        name: _undone(_text(source / name), its, source / name) for name, its in by_file.items()
    }
    texts[REPAIRS] = None
    if kept := _earlier(source)[:-1]:  # it was repaired before
        texts |= {REPAIRS: _text(source / kept[-1]), kept[-1]: None}
    write_copy(source, target, texts, dict.fromkeys(by_file, ""))
    return target


def _earlier(folder: Path) -> list[str]:
    """Lists of earlier repairs of a folder that was repaired several times, and the next name."""
    names = [f".repairs.{number}" for number in range(1, MOST + 1)]
    there = list(takewhile(lambda name: (folder / name).is_file(), names))
    return names[: len(there) + 1]


def _planned(findings: Iterable[Finding]) -> dict[str, list[tuple[Change, str]]]:
    """File -> changes with their rules; a row that is taken out has no other changes."""
    cells: dict[str, dict[tuple[int, str, str], tuple[Change, str]]] = {}
    for one in findings:
        mine = cells.setdefault(one.file, {})
        for change in one.remedy:
            place = (change.line, change.column, change.date if _adds(change) else "")
            before = mine.get(place)
            if before is not None and before[0].new != change.new:
                raise DataError(
                    f"{one.file}, line {change.line}, {change.column}: {before[1]} would write "
                    f"{before[0].new!r}, {one.rule} {change.new!r}; repair one of them at a time"
                )
            mine[place] = (change, one.rule)
    planned = {}
    for name, mine in cells.items():
        out = {one.line for one, _ in mine.values() if one.column == "row" and not _adds(one)}
        kept = [one for one in mine.values() if one[0].column == "row" or one[0].line not in out]
        if kept:
            planned[name] = sorted(kept, key=_order)
    return planned


def _adds(change: Change) -> bool:
    return change.column == "row" and bool(change.new)


def _order(one: tuple[Change, str]) -> tuple[int, bool, str, str]:
    """Line by line; rows that are added follow the line, earlier dates first."""
    change = one[0]
    return change.line, _adds(change), change.date if _adds(change) else "", change.column


def _text(file: Path) -> str:
    try:
        if not file.is_file():
            raise DataError(f"{file}: no such file; check the folder again")
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: cannot be repaired as it is ({error})") from None


def _applied(
    text: str, changes: Sequence[tuple[Change, str]], file: Path
) -> tuple[str, list[dict[str, str]]]:
    """The text with the changes made, and the list of what they did.

    The list holds every text as it stands in the file, with its blanks and line ends, so that it
    can be taken back.
    """
    lines = _LINE.findall(text)
    places = _places(text, file)
    done: list[dict[str, str]] = []
    out: list[str] = []
    waiting = list(changes)
    for number, line in enumerate(lines, start=1):
        kept = line
        while waiting and waiting[0][0].line == number:
            change, rule = waiting.pop(0)
            old, new = change.old, change.new
            if _adds(change):
                out, kept = [*out, kept], ""
                old, new = "", _ended(change.new, line, out, lines[0])
                out.append(new)
            elif change.column == "row":
                old, new, kept = line, "", ""
            else:
                kept, old, new = _written(kept, places.get(change.column), old, new, file)
            row = {"line": str(number), "date": change.date, "column": change.column}
            done.append(row | {"old": old, "new": new, "rule": rule, "source": change.source})
        out.append(kept)
    if waiting:
        raise DataError(f"{file}: has no line {waiting[0][0].line}; check it again")
    return "".join(out), done


def _ended(row: str, line: str, out: Sequence[str], first: str) -> str:
    """A new row with a line end after it; before it where the line above has none."""
    end = line[len(line.rstrip("\r\n")) :]
    above = next((one for one in reversed(out) if one), "\n")
    if end or above.endswith(("\n", "\r")):
        return row + end
    return first[len(first.rstrip("\r\n")) :] + row


def _undone(text: str, rows: Sequence[Mapping[str, str]], file: Path) -> str:
    """The text before the repair, in one walk: rows put back or left out, cells as they were."""
    places = _places(text, file)
    waiting: dict[int, list[Mapping[str, str]]] = {}
    for row in rows:
        waiting.setdefault(int(row["line"]), []).append(row)
    out: list[str] = []
    at, number = 0, 0
    while waiting or at < len(text):
        number += 1
        mine = waiting.pop(number, [])
        added = [row["new"] for row in mine if row["column"] == "row" and row["new"]]
        gone = [row["old"] for row in mine if row["column"] == "row" and not row["new"]]
        line = "".join(gone)
        if not gone:
            match = _LINE.match(text, at)
            line = match.group() if match else ""
            if added and added[0].startswith(("\n", "\r")):
                line = line.rstrip("\r\n")  # its end came with the row that was added
            at += len(line)
        for row in mine:
            if row["column"] != "row":
                place = places.get(row["column"])
                line = _written(line, place, row["new"], row["old"], file)[0]
        out.append(line)
        for one in added:
            if not text.startswith(one, at):
                raise DataError(f"{file}: expected the row {one!r} after line {number}")
            at += len(one)
        if not mine and not line:
            raise DataError(f"{file}: has no line {number}; it changed after it was repaired")
    return "".join(out)


def _places(text: str, file: Path) -> dict[str, int]:
    """Column -> its number, by the header."""
    called = {} if (file.parent / MANIFEST).is_file() else column_map(file.parent, None)
    sheet = one_header(parse_sheet(text.removeprefix("\ufeff"), str(file), unnamed="date"))
    tickers = placed(sheet.header.cells, called, file.stem)
    places = tickers.get(file.stem, {})
    first = next((one for one in _LINE.findall(text) if one.strip()), "")
    if not places or ("," not in first and ";" in first):
        raise DataError(
            f"{file}: expected columns with names, date and close among them, between commas; it "
            "cannot be repaired as it is"
        )
    return places


def _written(line: str, place: int | None, old: str, new: str, file: Path) -> tuple[str, str, str]:
    """A line with another text in one cell, and that cell as it stands, before and after.

    Blanks and quotation marks around the text stay.
    """
    body = line.rstrip("\r\n")
    cells = _COMMA.split(body)
    if place is None or place >= len(cells) or old not in (cells[place], _plain(cells[place])):
        raise DataError(f"{file}: expected {old!r} in the line {body!r}; check the folder again")
    was = cells[place]
    if old == was:
        cells[place] = new
    else:
        cells[place] = was.replace(old, new, 1) if old else was + new
    return ",".join(cells) + line[len(body) :], was, cells[place]


def _plain(cell: str) -> str:
    return cell.strip().strip('"').strip()


def _list(rows: Sequence[Mapping[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
