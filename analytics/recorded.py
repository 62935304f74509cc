"""Recorded files: where they lie, and proof that they are the ones described.

In: a folder with a ``manifest.json``. Out: the bytes of a file, only if their sha256 is the
recorded one. It must not know what the files mean; the rooms ``events`` and ``market`` do.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import cache, cached_property
from pathlib import Path

from analytics.errors import ChecksumError, DataError, InputError

MANIFEST = "manifest.json"
KEPT = ".kept"  # files by sha256 that a newer snapshot replaces: they count until its manifest does
YAHOO = "Yahoo Finance"  # with which the source of a fetched file begins
DIGEST = re.compile(r"[0-9a-f]{64}")
# What a file raises, whatever reads it, that does not hold what it should.
UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(RecursionError, csv.Error),
)


@dataclass(frozen=True)
class FileEntry:
    """One file of a recorded folder.

    Attributes
    ----------
    name : str
        Path below the folder, with forward slashes.
    sha256 : str
    rows : int
        Data rows of a CSV file, records of a YAML file, 0 otherwise.
    first, last : str
        First and last ISO date of the first date column; empty where there is none.
    kind : str
        What it holds: ``prices``, ``index``, ``currency``, ``events`` ...
    source : str
        Where the figures come from, in words.
    grade : str
        How sure: ``high``, ``medium`` or ``low``.
    retrieved : str
        ISO date on which the figures were recorded; empty where not known.
    """

    name: str
    sha256: str
    rows: int
    first: str
    last: str
    kind: str
    source: str
    grade: str
    retrieved: str = ""


@dataclass(frozen=True, eq=False)
class RecordedFolder:
    """A folder of recorded files with its manifest.

    Attributes
    ----------
    path : pathlib.Path

    Examples
    --------
    >>> folder = recorded_folder()
    >>> folder.entries["prices/NVDA.csv"].last
    '2025-12-31'
    """

    path: Path

    @cached_property
    def entries(self) -> Mapping[str, FileEntry]:
        """Entry of every file by name, in the manifest's order."""
        manifest = self.path / MANIFEST
        try:
            listed = json.loads(manifest.read_text(encoding="utf-8"))["files"]
            entries = [_checked_entry(FileEntry(**entry)) for entry in listed]
        except (FileNotFoundError, NotADirectoryError):
            raise InputError(
                f"{self.path}: no {MANIFEST} there; give a folder written by 'analytics fetch', "
                "or leave the path out to use the recorded data"
            ) from None
        except UNREADABLE as error:
            raise DataError(f"{manifest}: not a readable manifest ({in_words(error)})") from error
        except OSError as error:
            raise InputError(f"{manifest}: cannot be read ({error.strerror or error})") from None
        found = {entry.name: entry for entry in entries}
        if len(found) < len(entries):
            raise DataError(f"{manifest}: lists a file twice")
        return found

    def read(self, name: str) -> bytes:
        """Bytes of a file whose sha256 is the recorded one.

        Where a newer snapshot was broken off while it was written, these are the bytes that the
        manifest describes: they are kept until the new manifest is in place.

        Raises
        ------
        ChecksumError
            When the file is missing, not listed, or differs from its entry.
        """
        entry = self.entries.get(name)
        path = self.path / name
        if entry is None:
            raise ChecksumError(f"{path}: not listed in {MANIFEST}; remove it or record it anew")
        content = _bytes(path)
        got = "" if content is None else hashlib.sha256(content).hexdigest()
        if got != entry.sha256:
            kept = _bytes(self.path / KEPT / entry.sha256)
            if kept is not None and hashlib.sha256(kept).hexdigest() == entry.sha256:
                return kept
        if content is None:
            raise ChecksumError(f"{path}: listed in {MANIFEST} but missing; restore it")
        if got != entry.sha256:
            raise ChecksumError(
                f"{path}: expected sha256 {entry.sha256[:16]}…, got {got[:16]}…; the file was "
                f"changed after it was recorded. {self._remedy(entry)}"
            )
        return content

    def _remedy(self, entry: FileEntry) -> str:
        """What to do about a file that is not the one described."""
        if any(one.source.startswith(YAHOO) for one in self.entries.values()):
            asked = _ASKED.search(entry.source)
            words = asked.groupdict().items() if asked else ()
            said = "".join(f"--{word} {shlex.quote(one)} " for word, one in words) or "... "
            return f"Fetch it again, into a new folder: analytics fetch {said}--into FOLDER"
        return (
            "Restore it (git checkout), or, if the change is meant, record it with: "
            f"python -m analytics.recorded {self.path}"
        )

    @contextmanager
    def readable(self, name: str) -> Iterator[None]:
        """Whatever goes wrong in a file's content becomes one error that names the file.

        Raises
        ------
        DataError
        """
        try:
            yield
        except UNREADABLE as error:
            raise DataError(
                f"{self.path / name}: not a readable file ({in_words(error)}); it was recorded "
                "like that: record or fetch it anew"
            ) from None

    def text(self, name: str) -> str:
        """The same as text (UTF-8).

        Raises
        ------
        ChecksumError, DataError
        """
        with self.readable(name):
            return self.read(name).decode("utf-8")

    def table(self, name: str, columns: Iterable[str] = ()) -> list[dict[str, str]]:
        """Rows of a CSV file, as text, by column name.

        Parameters
        ----------
        name : str
        columns : iterable of str
            Which must be among its own.

        Raises
        ------
        ChecksumError, DataError
            Also for a row with more or fewer cells than the header.
        """
        with self.readable(name):
            header, *rows = even_rows(self.text(name))
            lacking = [one for one in columns if one not in header]
            if lacking:
                raise ValueError(f"no column {', '.join(lacking)}")
            return [dict(zip(header, row, strict=True)) for row in rows]


_ASKED = re.compile(r": (?P<tickers>\S+) (?P<start>\d{4}-\d\d-\d\d) to (?P<end>\d{4}-\d\d-\d\d), ")


def even_rows(text: str) -> list[list[str]]:
    r"""Header and rows of a CSV text, all with as many cells.

    Raises
    ------
    ValueError
        There is no header, or a row differs.

    Examples
    --------
    >>> even_rows("date,close\n2025-01-27,118.42\n")
    [['date', 'close'], ['2025-01-27', '118.42']]
    """
    rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    if not rows:
        raise ValueError("it holds nothing")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(f"row {number} has {len(row)} cells, the header has {len(rows[0])}")
    return rows


def in_words(error: BaseException) -> str:
    r"""What an error says, on one line.

    Examples
    --------
    >>> in_words(KeyError("close")), in_words(ValueError("a\nb"))
    ("no 'close'", 'a b')
    """
    said = " ".join(str(error).split())[:200]
    if isinstance(error, KeyError):
        return f"no {said}"
    return "nested too deep" if isinstance(error, RecursionError) else said


def is_file_name(name: object) -> bool:
    """Whether a text can name a file below a snapshot's folder.

    Examples
    --------
    >>> [is_file_name(one) for one in ("prices/NVDA.csv", "../a", "/a", "a/.b", "C:a", "a//b")]
    [True, False, False, False, False, False]
    """
    if not isinstance(name, str) or name == MANIFEST or not name.isprintable():
        return False
    parts = name.split("/")
    return not any(not one or one.startswith(".") or set(one) & set("\\:") for one in parts)


def _checked_entry(entry: FileEntry) -> FileEntry:
    """An entry whose name stays in the folder and whose values are of their kinds."""
    if not is_file_name(entry.name):
        raise ValueError(f"{str(entry.name)[:80]!r} is not the name of a file of this folder")
    for one in fields(entry):
        value = getattr(entry, one.name)
        if not isinstance(value, int if one.name == "rows" else str):
            raise ValueError(f"{entry.name}: {one.name} is {str(value)[:80]!r}")
    if not DIGEST.fullmatch(entry.sha256):
        raise ValueError(f"{entry.name}: sha256 is {entry.sha256[:80]!r}")
    return entry


def _bytes(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None


@cache
def recorded_folder() -> RecordedFolder:
    """The data that travel with this package: beside it in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent
    places = (package / "_recorded" / "data", package.parent / "data")
    for place in places:
        if (place / MANIFEST).is_file():
            return RecordedFolder(place)
    raise DataError(f"the recorded data are missing: looked in {places[0]} and {places[1]}")


def describe(path: Path) -> tuple[int, str, str]:
    """Rows, first and last date of a CSV file; number of records of a YAML file."""
    if path.suffix == ".csv":
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        column = next(
            (c for c in ("date", "ex_date", "first_session") if rows and c in rows[0]), ""
        )
        dates = sorted(row[column] or "" for row in rows) if column else []
        return len(rows), dates[0] if dates else "", dates[-1] if dates else ""
    if path.suffix == ".yaml":
        lines = path.read_text(encoding="utf-8").splitlines()
        return sum(line.startswith(("- id:", "- ticker:")) for line in lines), "", ""
    return 0, "", ""


def write_manifest(folder: Path, about: Mapping[str, Mapping[str, str]] | None = None) -> int:
    """Hash every file below ``folder`` and write its manifest; returns the number of files.

    Parameters
    ----------
    folder : pathlib.Path
    about : mapping, optional
        File name -> ``kind, source, grade, retrieved``. What it does not say is kept from the
        manifest that is there.
    """
    known = RecordedFolder(folder).entries if (folder / MANIFEST).exists() else {}
    entries = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.name in (MANIFEST, "README.md") or name.startswith("."):
            continue
        old = known.get(name)
        said = dict((about or {}).get(name, {}))
        for field in ("kind", "source", "grade", "retrieved"):
            said.setdefault(field, getattr(old, field, ""))
        rows, first, last = describe(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        entries.append(asdict(FileEntry(name, digest, rows, first, last, **said)))
    document = json.dumps({"format": 1, "files": entries}, ensure_ascii=False, indent=1)
    draft = folder / f".{MANIFEST}.{os.getpid()}"
    draft.write_text(document + "\n", encoding="utf-8")
    draft.replace(folder / MANIFEST)
    return len(entries)


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(
            "usage: python -m analytics.recorded FOLDER   (hash its files, write manifest.json)"
        )
    print(f"{write_manifest(Path(sys.argv[1]))} files recorded in {sys.argv[1]}/{MANIFEST}")
