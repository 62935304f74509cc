"""A changed copy of a folder that is there as a whole, or not at all.

In: a folder, the texts that differ, a place. Out: the copy in its place. It must not know what the
files mean.

The copy grows in a hidden folder beside its place and is renamed as the last step, so a run that
was broken off leaves nothing under the name that was asked for, and nothing that stops the next.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath

from analytics.errors import DataError, InputError
from analytics.recorded import MANIFEST, FileEntry, RecordedFolder, describe

REPAIRS = "repairs.csv"
_SAID = re.compile(r", repaired: (\d+ (cell|row)s?, )+see repairs\.csv$")


def inside(folder: Path, name: object) -> Path | None:
    """The file of a name below a folder; None where the name leads elsewhere.

    Parameters
    ----------
    folder : pathlib.Path
    name : object
        As a list or a finding has it, with forward slashes.

    Returns
    -------
    pathlib.Path or None
        None also for a link, whose file lies somewhere else.

    Examples
    --------
    >>> inside(Path("data"), "prices/A.csv").name, inside(Path("data"), "../A.csv")
    ('A.csv', None)
    """
    if not isinstance(name, str) or not name or "\0" in name:
        return None
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or "\\" in name or Path(name).is_absolute():
        return None
    whole = folder.resolve()
    return folder / name if (whole / name).resolve() == whole / name != whole else None


def free_place(source: Path, into: Path) -> Path:
    """A place that may be written: not there yet or empty, and not in the folder itself.

    Raises
    ------
    InputError
    """
    target = into.resolve()
    if not source.is_dir():
        what = "one file; give its folder" if source.is_file() else "no such folder"
        raise InputError(f"{source}: {what}")
    if source.resolve() in (target, *target.parents):
        raise InputError(f"{into}: lies in the folder itself; name another one")
    try:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise InputError(f"{into}: cannot be read ({error.strerror})") from None
    if taken:
        raise InputError(f"{into}: is there already; name a folder that is not, or is empty")
    return target


def write_copy(
    source: Path, into: Path, texts: Mapping[str, str | None], notes: Mapping[str, str]
) -> None:
    """Copy a folder with other texts in some files, and move the copy into place when it is whole.

    Parameters
    ----------
    source : pathlib.Path
        It stays as it is.
    into : pathlib.Path
        A folder that is not there yet, or is empty.
    texts : mapping
        File -> its new text; None for a file that the copy does not have.
    notes : mapping
        File -> what the manifest of the copy says of it after its source; empty to take such a
        note away.

    Raises
    ------
    InputError
        The place cannot be written, or the folder holds what cannot be copied.
    DataError
        The manifest of the folder cannot be read.
    """
    target = free_place(source, into)
    draft = target.parent / f".{target.name[:80]}.{secrets.token_hex(4)}.part"
    try:
        draft.mkdir(parents=True)
        _copy(source, draft)
        for name, text in texts.items():
            if text is None:
                (draft / name).unlink()
            else:
                (draft / name).write_text(text, encoding="utf-8", newline="")
        if (draft / MANIFEST).is_file():
            _describe(draft, texts, notes)
        if target.is_dir():
            target.rmdir()
        draft.rename(target)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"{into}: the copy cannot be written ({why}); nothing is there") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(source: Path, draft: Path) -> None:
    """Every file and folder; a link to a file becomes that file."""
    for root, folders, files in os.walk(source, onerror=_refuse):
        here = Path(root)
        for name in [*folders, *files]:
            path, place = here / name, draft / here.relative_to(source) / name
            if path.is_dir() and not path.is_symlink():
                place.mkdir()
            elif path.is_file():
                shutil.copyfile(path, place)
            else:
                what = "a link" if path.is_symlink() else "a pipe or a device"
                raise InputError(f"{path}: {what}, which cannot be copied; take it out first")


def _refuse(error: OSError) -> None:
    raise error


def _describe(draft: Path, texts: Mapping[str, str | None], notes: Mapping[str, str]) -> None:
    """The manifest of the copy: new hashes of the files that changed, and what was done to them."""
    entries = dict(RecordedFolder(draft).entries)
    for name, text in texts.items():
        old = entries.pop(name, None)
        if text is None or (old is None and name != REPAIRS):
            continue
        about = FileEntry(name, "", 0, "", "", "repairs", "repairs of this copy", "high")
        about = old or about
        rows, first, last = describe(draft / name)
        said = _SAID.sub("", about.source) if notes.get(name) == "" else about.source
        entries[name] = replace(
            about,
            sha256=sha256(text.encode()).hexdigest(),
            rows=rows,
            first=first,
            last=last,
            source=said + notes.get(name, ""),
        )
    listed = [asdict(entries[name]) for name in sorted(entries)]
    document = json.dumps({"format": 1, "files": listed}, ensure_ascii=False, indent=1) + "\n"
    (draft / MANIFEST).write_text(document, encoding="utf-8", newline="")


def read_list(folder: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The list of repairs of a folder, each row with a line number and a file of the folder.

    Raises
    ------
    InputError
        There is no such list.
    DataError
        It is none that a repair wrote.
    """
    file = folder / REPAIRS
    if inside(folder, REPAIRS) is None or not file.is_file():
        raise InputError(f"{folder}: no {REPAIRS} there; give a folder that a repair wrote")
    try:
        text = io.StringIO(file.read_bytes().decode("utf-8"), newline="")
        header, *rows = list(csv.reader(text, strict=True)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file}: not a list that a repair wrote ({error})") from None
    if tuple(header) != columns:
        raise DataError(f"{file}: expected the columns {', '.join(columns)}")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns) or not re.fullmatch(r"[1-9][0-9]{0,9}", row[1]):
            raise DataError(f"{file}, row {number}: not one that a repair wrote: {str(row)[:80]}")
        if inside(folder, row[0]) is None:
            raise DataError(
                f"{file}, row {number}: {row[0]!r} is no file of this folder; nothing was written"
            )
    return [dict(zip(columns, row, strict=True)) for row in rows]
