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
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from analytics.errors import ChecksumError, DataError, InputError

MANIFEST = "manifest.json"
KEPT = ".kept"  # files by sha256 that a newer snapshot replaces: they count until its manifest does

_SHA = re.compile(r"[0-9a-f]{64}\Z")


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
            entries = {entry["name"]: FileEntry(**entry) for entry in listed}
        except (FileNotFoundError, NotADirectoryError):
            raise InputError(
                f"{self.path}: no {MANIFEST} there; give a folder written by 'analytics fetch', "
                "or leave the path out to use the recorded data"
            ) from None
        except RecursionError:
            raise DataError(f"{manifest}: not a readable manifest (nested too deep)") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{manifest}: not a readable manifest ({error})") from error
        for name, entry in entries.items():
            if (
                not _stays(name)
                or not isinstance(entry.sha256, str)
                or not _SHA.match(entry.sha256)
            ):
                raise DataError(
                    f"{manifest}: {str(name)[:80]!r} is not the name of a file of this folder with "
                    "its sha256; expected a path below it, such as prices/NVDA.csv"
                )
        return entries

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
                "changed after it was recorded. Restore it (git checkout), or, if the change is "
                f"meant, record it with: python -m analytics.recorded {self.path}"
            )
        return content

    def text(self, name: str) -> str:
        """The same as text.

        Raises
        ------
        DataError
            It is not UTF-8.
        """
        try:
            return self.read(name).decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"{self.path / name}: expected UTF-8 text ({error})") from None

    def table(self, name: str) -> list[dict[str, str]]:
        """Rows of a CSV file, as text, by column name.

        Raises
        ------
        DataError
            It cannot be read as CSV, or a row has more cells than the header.
        """
        try:
            rows = list(csv.DictReader(io.StringIO(self.text(name))))
        except csv.Error as error:
            raise DataError(f"{self.path / name}: not readable as CSV ({error})") from None
        if any(None in row for row in rows):
            raise DataError(f"{self.path / name}: a row has more cells than the header")
        return rows


def _stays(name: object) -> bool:
    """Whether a name is that of a file below a folder, in forward slashes."""
    if not isinstance(name, str) or not name or "\0" in name or "\\" in name:
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0][:2]


def _bytes(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


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
        dates = sorted(row[column] for row in rows) if column else []
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
