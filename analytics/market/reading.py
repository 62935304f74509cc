"""A reader's folder while it is read: what was found so far, the faults, the list of files.

In: paths. Out: CSV sheets and entries for the list of sources. It must not know what they mean.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.files import Sheet, decoded, parse_sheet, read_bytes
from analytics.market.cells import Faults
from analytics.recorded import FileEntry

if TYPE_CHECKING:
    import pandas as pd

GIVEN = "given by the reader"


@dataclass(eq=False)
class Reading:
    """A folder while it is read.

    Attributes
    ----------
    folder : pathlib.Path
    faults : Faults
    bars : dict
        Ticker -> frame.
    home : dict
        Ticker -> name of the file that holds its prices, also where they have faults.
    sources : list of FileEntry
    """

    folder: Path
    faults: Faults = field(default_factory=Faults)
    bars: dict[str, pd.DataFrame] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    sources: list[FileEntry] = field(default_factory=list)

    def sheet(self, path: Path, what: str) -> Sheet:
        """A CSV file, and its entry in the list of sources."""
        content = read_bytes(path, what)
        name = path.relative_to(self.folder).as_posix()
        sheet = parse_sheet(decoded(content, name), name, unnamed="date")
        self.note(name, content, what, len(sheet.lines))
        return sheet

    def note(self, name: str, content: bytes, kind: str, rows: int) -> None:
        """A file in the list of sources."""
        digest = hashlib.sha256(content).hexdigest()
        self.sources.append(FileEntry(name, digest, rows, "", "", kind, GIVEN, ""))

    def covers(self, name: str, dates: Sequence[pd.Timestamp], *, without: str = "") -> None:
        """Write the range of dates of a file, and what of it was not read, into its entry."""
        at = next(k for k, one in enumerate(self.sources) if one.name == name)
        old = self.sources[at]
        first, last = (f"{min(dates):%Y-%m-%d}", f"{max(dates):%Y-%m-%d}") if dates else ("", "")
        source = f"{GIVEN}; not read: {without}" if without else GIVEN
        self.sources[at] = replace(old, first=first, last=last, source=source)
