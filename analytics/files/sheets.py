"""Files that a reader writes: bytes to text, a spreadsheet's export to lines with their numbers.

In: a path. Out: text, or the header and lines of a CSV file, each with its line number. What a
spreadsheet or an editor commonly does to such a file is named in one message. It must not know
what the columns mean.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from analytics.errors import InputError

LARGEST = 200_000_000  # bytes: forty years of daily bars of a thousand securities
COMMENT = "#"
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
WORKBOOKS = (
    (b"PK\x03\x04", "an Excel workbook (.xlsx) or another archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
)
COMMA = re.compile(r"[+-]?\d{1,15},\d{1,15}")  # a number with a decimal comma
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){1,5}")  # 1.234: a thousand, or one and a bit
SAVE_AS = "in Excel: Save As, 'CSV UTF-8 (Comma delimited)'"


class Line(NamedTuple):
    """One record of a CSV file.

    Attributes
    ----------
    number : int
        Line of the file on which it begins, from 1.
    cells : tuple of str
        As they stand there, without blanks around them.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A CSV file.

    Attributes
    ----------
    name : str
        For messages.
    header : Line
        Names of the columns.
    lines : tuple of Line
        What stands below it; blank lines and lines that begin with ``#`` are left out.
    """

    name: str
    header: Line
    lines: tuple[Line, ...]


def read_bytes(path: Path, what: str) -> bytes:
    """The bytes of a file that a reader named.

    Parameters
    ----------
    path : pathlib.Path
    what : str
        What it should hold, for the message: ``"events"``.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        It is not there, is no file, may not be read, or is larger than any such file.
    """
    try:
        size = path.stat().st_size
        if path.is_file() and size > LARGEST:
            raise InputError(
                f"{path}: {size / 1e6:,.0f} MB; a file of {what} has at most {LARGEST / 1e6:,.0f}"
            )
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path}: no such file; give a file of {what}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({why})") from None


def read_text(path: Path, what: str) -> str:
    """The text of a file that a reader named.

    A byte order mark says how it was saved and is obeyed (UTF-8, UTF-16, UTF-32); without one the
    file must be UTF-8, and a message says what it looks like instead.

    Parameters
    ----------
    path : pathlib.Path
    what : str
        What it should hold, for the message: ``"events"``.

    Returns
    -------
    str
        Without a byte order mark; line ends as they were.

    Raises
    ------
    InputError
    """
    return decoded(read_bytes(path, what), str(path))


def decoded(content: bytes, name: str) -> str:
    """Text of bytes, by the byte order mark or as UTF-8.

    Raises
    ------
    InputError
        The bytes are no such text; the message says what they look like.

    Examples
    --------
    >>> decoded("a,b".encode("utf-16"), "mine.csv")
    'a,b'
    """
    for start, kind in WORKBOOKS:
        if content.startswith(start):
            raise InputError(f"{name}: {kind}, not text; save it as text ({SAVE_AS})")
    encoding = next((code for mark, code in MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        said = encoding.upper().removesuffix("-SIG")
        raise InputError(
            f"{name}: not {said} text (byte {error.start}); {_looks_like(content)}. "
            f"Save it as UTF-8 ({SAVE_AS})"
        ) from None
    if "\x00" in text:
        raise InputError(
            f"{name}: not text: it holds NUL bytes; {_looks_like(content)}. Save it as UTF-8 "
            f"({SAVE_AS})"
        )
    return text


def _looks_like(content: bytes) -> str:
    """A guess at how bytes were saved that are not UTF-8."""
    head = content[:20_000]
    if b"\x00" in head:
        wide = head.count(b"\x00") > len(head) // 4
        return "it looks like UTF-16 without its mark" if wide else "it looks like a binary file"
    kana = sum("\u3040" <= one <= "\u30ff" for one in head.decode("cp932", errors="replace"))
    if kana > 3:
        return "it looks like Shift-JIS (a Japanese Windows)"
    for code, called in (("gb18030", "GBK"), ("big5", "Big5")):
        if _mostly_chinese(head, code):
            return f"it looks like {called} (a Chinese Windows)"
    return "it looks like Windows-1252 (cp1252), what a Western Windows saves by default"


def _mostly_chinese(head: bytes, code: str) -> bool:
    """Whether what is not ASCII becomes Chinese characters, two bytes each."""
    try:
        text = head[: len(head) - len(head) % 2].decode(code, errors="strict")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a character cut at the end is no evidence against it
            return False
        text = head[: error.start].decode(code)
    foreign = [one for one in text if ord(one) > 127]
    chinese = sum("\u4e00" <= one <= "\u9fff" or "\u3000" <= one <= "\u303f" for one in foreign)
    return len(foreign) > 3 and chinese >= 0.9 * len(foreign)


def parse_sheet(text: str, name: str, *, unnamed: str = "") -> Sheet:
    r"""Header and lines of a CSV file.

    Parameters
    ----------
    text : str
    name : str
        For messages.
    unnamed : str
        Name of a first column that has none; empty where it must have one.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        Empty, a quote that never closes, another separator than a comma or a semicolon, whole lines
        in quotes, a title above the header, a column without a name or twice.

    Notes
    -----
    Columns may be separated by semicolons, as a spreadsheet does where the decimal sign is a comma;
    numbers are then read with a comma. A file in which both signs could be decimal is refused.

    Examples
    --------
    >>> sheet = parse_sheet("# mine\n\na,b\n1,2\n", "mine.csv")
    >>> sheet.header, sheet.lines
    (Line(number=3, cells=('a', 'b')), (Line(number=4, cells=('1', '2')),))
    """
    lines = list(_lines(text, name))
    if lines and len(lines[0].cells) == 1 and ";" in lines[0].cells[0]:
        lines = _european(list(_lines(text, name, ";")), name)
    if not lines:
        raise InputError(f"{name}: empty; expected a header line and one line per record")
    header, *others = lines
    if unnamed and header.cells[0] == "":
        header = Line(header.number, (unnamed, *header.cells[1:]))
    _refuse_separator(header, name)
    _refuse_merged(header, others, name)
    used = max((_filled(one.cells) for one in others), default=0)
    width = max(_filled(header.cells), min(len(header.cells), used))
    header = Line(header.number, header.cells[:width])  # without a spreadsheet's empty last columns
    counts = Counter(header.cells)
    twice = next((cell for cell in counts if cell and counts[cell] > 1), None)
    if twice is not None:
        raise InputError(
            f"{name}, line {header.number}: the column {twice!r} stands twice; give each column a "
            "name of its own (of prices: one file per ticker, or one column of closes per ticker)"
        )
    if "" in header.cells:
        at = header.cells.index("") + 1
        raise InputError(f"{name}, line {header.number}: column {at} has no name; give it one")
    return Sheet(name, header, tuple(others))


def _filled(cells: Sequence[str]) -> int:
    """Number of cells up to the last one that is not empty."""
    if cells and cells[-1]:
        return len(cells)
    return max((at for at, cell in enumerate(cells, start=1) if cell), default=0)


def _european(lines: list[Line], name: str) -> list[Line]:
    """Lines separated by semicolons, their decimal commas turned into points."""
    narrow = next((one for one in lines[1:] if len(one.cells) == 1 < len(lines[0].cells)), None)
    if narrow is not None:
        raise InputError(
            f"{name}, line {lines[0].number}: columns are separated by ';', those of line "
            f"{narrow.number} are not; separate all of them by commas ({SAVE_AS})"
        )
    cells = [(one.number, cell) for one in lines for cell in one.cells]
    decimal = next((at for at, cell in cells if COMMA.fullmatch(cell)), 0)
    unclear = next((at for at, cell in cells if THOUSANDS.fullmatch(cell)), 0)
    if decimal and unclear:
        raise InputError(
            f"{name}: line {decimal} has a decimal comma and line {unclear} a point that may stand "
            "for thousands; write all numbers without separators of thousands"
        )
    if not decimal:
        return lines
    return [Line(one.number, tuple(_with_point(cell) for cell in one.cells)) for one in lines]


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if COMMA.fullmatch(cell) else cell


def _lines(text: str, name: str, separator: str = ",") -> Iterator[Line]:
    if '"' not in text:  # then a line is a record, and its cells lie between separators
        plain = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if max(map(len, plain)) <= csv.field_size_limit():
            for number, line in enumerate(plain, start=1):
                cells = tuple(map(str.strip, line.split(separator)))
                if any(cells) and not cells[0].startswith(COMMENT):
                    yield Line(number, cells)
            return
    yield from _quoted(text, name, separator)


def _quoted(text: str, name: str, separator: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    before = 0
    try:
        for row in reader:
            number, before = before + 1, reader.line_num
            cells = tuple(map(str.strip, row))
            if any(cells) and not cells[0].startswith(COMMENT):
                yield Line(number, cells)
    except csv.Error as error:
        why = str(error)
        if "unexpected end" in why:
            why = "a quotation mark that never closes"
        raise InputError(f"{name}, line {before + 1}: not readable as CSV: {why}") from None


def _refuse_separator(header: Line, name: str) -> None:
    """A header in one piece that holds another separator."""
    if len(header.cells) > 1:
        return
    (only,) = header.cells
    found = next((sign for sign in ";\t|" if sign in only), None)
    if found is not None:
        called = {"\t": "tabs"}.get(found, repr(found))
        raise InputError(
            f"{name}, line {header.number}: columns are separated by {called}; expected commas "
            f"({SAVE_AS}; or replace the separators, where no cell holds a comma)"
        )
    if "," in only:
        raise InputError(
            f"{name}, line {header.number}: the whole line stands in quotation marks, so it is one "
            "column; quote single cells only"
        )


def _refuse_merged(header: Line, others: Sequence[Line], name: str) -> None:
    """A title in merged cells above the header: one text, and nothing beside it."""
    filled = sum(map(bool, header.cells))
    below = sum(map(bool, others[0].cells)) if others else 0
    if filled == 1 < below and len(header.cells) in (1, len(others[0].cells)):
        raise InputError(
            f"{name}, line {header.number}: {header.cells[0] or 'a single cell'!r} stands alone "
            f"above the columns; delete it, so that line {others[0].number} with the names of the "
            "columns comes first"
        )
