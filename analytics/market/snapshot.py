"""Write a folder of recorded files so that it is whole at every moment, the old one or the new.

In: the files of a new state as bytes. Out: the folder, in the format of ``data/``. It must not know
what the files mean, nor where they come from.

The order makes it safe. First every file that will be replaced is kept under its hash (``.kept``);
then each new file is written beside, checked and moved into place; the manifest moves last, in one
step. `RecordedFolder.read` takes a kept file where the one in place is not the one that its
manifest describes, so a writer that dies anywhere before the last step leaves the old state
readable. The kept files stay until the next writing, for whoever read the old manifest a moment
ago.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from analytics.errors import ChecksumError, DataError, InputError
from analytics.recorded import (
    KEPT,
    MANIFEST,
    FileEntry,
    RecordedFolder,
    describe,
    is_file_name,
)

LOCK = ".lock"
STAGED = ".staged"  # files of a writer at work; whatever lies there was never in place
POLL = 0.05  # seconds between two looks at a lock that another holds


@dataclass(frozen=True, eq=False)
class SnapshotFile:
    """One file of a new state.

    Attributes
    ----------
    content : bytes
    kind, source, grade, retrieved : str
        As in `FileEntry`.
    """

    content: bytes
    kind: str
    source: str
    grade: str = "medium"
    retrieved: str = ""


def write_snapshot(folder: Path, files: Mapping[str, SnapshotFile]) -> int:
    r"""Put files into a folder and list them in its manifest; all of them, or none.

    Files that the manifest lists already and ``files`` does not name stay as they are.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is not there.
    files : mapping
        Path below the folder, with forward slashes -> `SnapshotFile`.

    Returns
    -------
    int
        How many files the manifest now lists.

    Raises
    ------
    ChecksumError
        A file of the old state is not the one described; nothing was changed.
    InputError
        A name that leads out of the folder, or a folder that cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> new = SnapshotFile(b"date,close\n2025-01-27,118.42\n", "prices", "by hand")
    >>> write_snapshot(place, {"prices/NVDA.csv": new})
    1
    >>> RecordedFolder(place).entries["prices/NVDA.csv"].last
    '2025-01-27'
    """
    for name in files:
        if not is_file_name(name):
            raise InputError(f"{name!r}: not the name of a file of a snapshot")
    with writing(folder):
        refuse_links(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return _write(folder, files)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """A full disk or a folder that may not be written becomes one error.

    Parameters
    ----------
    folder : pathlib.Path

    Raises
    ------
    InputError
    """
    try:
        yield
    except OSError as error:
        at = f" at {error.filename}" if error.filename else ""
        raise InputError(f"{folder}: cannot be written ({error.strerror or error}{at})") from None


def refuse_links(folder: Path) -> None:
    """A folder that holds links is not written to: what is behind them lies elsewhere.

    The folder itself may be one.

    Parameters
    ----------
    folder : pathlib.Path

    Raises
    ------
    InputError
        Something in it is neither a file nor a folder.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> (place / "prices").symlink_to("/")
    >>> refuse_links(place)
    Traceback (most recent call last):
    ...
    analytics.errors.InputError: ...prices: a link; nothing is written through it...
    """
    for place, folders, files in os.walk(folder):
        for path in (Path(place, name) for name in [*folders, *files]):
            try:
                kind = path.lstat().st_mode
            except FileNotFoundError:  # another writer's, moved into place a moment ago
                continue
            if not stat.S_ISDIR(kind) and not stat.S_ISREG(kind):
                said = "a link" if stat.S_ISLNK(kind) else "neither a file nor a folder"
                raise InputError(f"{path}: {said}; nothing is written through it. Remove it first")


def _write(folder: Path, files: Mapping[str, SnapshotFile]) -> int:
    _empty(folder / STAGED)
    there = RecordedFolder(folder)
    old = dict(there.entries) if (folder / MANIFEST).is_file() else {}
    new = {name: _staged(folder, name, one) for name, one in sorted(files.items())}
    changed = [name for name, (entry, _) in new.items() if _sha(old.get(name)) != entry.sha256]
    stay = {name: there.read(name) for name in old if name not in new}
    _drop_kept(folder, old)
    for name in changed:
        if name in old:
            _keep(folder, old[name].sha256, there.read(name))
    for name, (_, draft) in new.items():
        _move(draft, folder / name)
    for name, content in stay.items():
        _restore(folder, name, content)
    entries = old | {name: entry for name, (entry, _) in new.items()}
    listed = [asdict(entries[name]) for name in sorted(entries)]
    document = json.dumps({"format": 1, "files": listed}, ensure_ascii=False, indent=1) + "\n"
    draft = folder / STAGED / MANIFEST
    _put(draft, document.encode())
    _move(draft, folder / MANIFEST)
    return len(entries)


def _sha(entry: FileEntry | None) -> str:
    return entry.sha256 if entry else ""


def _staged(folder: Path, name: str, one: SnapshotFile) -> tuple[FileEntry, Path]:
    """A file written beside the folder's own, read back, described and hashed."""
    draft = folder / STAGED / name
    _put(draft, one.content)
    digest = hashlib.sha256(one.content).hexdigest()
    got = hashlib.sha256(draft.read_bytes()).hexdigest()
    if got != digest:
        raise ChecksumError(f"{draft}: wrote sha256 {digest[:16]}…, read back {got[:16]}…")
    rows, first, last = describe(draft)
    said = (one.kind, one.source, one.grade, one.retrieved)
    return FileEntry(name, digest, rows, first, last, *said), draft


def _keep(folder: Path, digest: str, content: bytes) -> None:
    """Hold the bytes of the old state under their hash."""
    place = folder / KEPT / digest
    if not place.is_file() or hashlib.sha256(place.read_bytes()).hexdigest() != digest:
        draft = folder / STAGED / f"{KEPT}-{digest}"
        _put(draft, content)
        _move(draft, place)


def _restore(folder: Path, name: str, content: bytes) -> None:
    """Put a file back that a writer which died had replaced already."""
    place = folder / name
    if not place.is_file() or place.read_bytes() != content:
        _put(folder / STAGED / name, content)
        _move(folder / STAGED / name, place)


def _drop_kept(folder: Path, old: Mapping[str, FileEntry]) -> None:
    """Forget what no manifest describes any more."""
    needed = {entry.sha256 for entry in old.values()}
    for path in sorted((folder / KEPT).glob("*")):
        if path.name not in needed:
            path.unlink()


def _put(path: Path, content: bytes) -> None:
    """Write bytes and see them on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _move(draft: Path, place: Path) -> None:
    """Move a file into place in one step, and see the step on the disk."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(place)
    if sys.platform != "win32":  # Windows cannot open a folder
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _empty(folder: Path) -> None:
    """Remove what a writer that died left behind."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()


def write_whole(path: Path, content: bytes) -> None:
    r"""Write one file beside its place and move it there: the file is the old one or the new.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp()) / "a.json"
    >>> write_whole(place, b"{}\n")
    >>> place.read_bytes()
    b'{}\n'
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    _put(draft, content)
    _move(draft, path)


@contextmanager
def locked(
    folder: Path,
    *,
    wait: float = 0.0,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Hold a folder for one writer; the system lets go of it when the writer dies.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is not there.
    wait : float
        Seconds to wait for another writer.
    sleep, clock : callable
        To wait, and to tell the time.

    Raises
    ------
    DataError
        Another writer still holds it.
    InputError
        The folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> with locked(place), locked(place):
    ...     pass
    Traceback (most recent call last):
    ...
    analytics.errors.DataError: ...another run is writing to this folder; wait for it to end
    """
    until = clock() + wait
    while True:
        handle = _opened(folder)
        try:
            while not _grab(handle):
                if clock() >= until:
                    raise DataError(
                        f"{folder}: another run is writing to this folder; wait for it to end"
                    )
                sleep(POLL)
            if _in_place(folder, handle):
                yield
                return
        finally:
            os.close(handle)


def _opened(folder: Path) -> int:
    """The lock's file, open."""
    with writing(folder):
        refuse_links(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)


def _in_place(folder: Path, handle: int) -> bool:
    """Whether an open lock is still the folder's own: `drop_empty` may have removed it."""
    try:
        return os.path.samestat(os.fstat(handle), (folder / LOCK).stat())
    except FileNotFoundError:
        return False


def missing_folders(folder: Path) -> tuple[Path, ...]:
    """A folder and those above it, as far as they are not there."""
    return tuple(one for one in (folder, *folder.parents) if not one.exists())


def drop_empty(folder: Path, made: Collection[Path]) -> None:
    """Remove folders that a run made and put nothing in but its lock, which it still holds.

    Parameters
    ----------
    folder : pathlib.Path
    made : collection of pathlib.Path
        The folder and those above it that were not there before, the lowest first.
    """
    if {one.name for one in folder.iterdir()} == {LOCK} and made:
        with suppress(OSError):  # Windows keeps a file that is open
            (folder / LOCK).unlink()
            for one in made:
                one.rmdir()


def _grab(handle: int) -> bool:
    """Whether this process now holds the lock."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
