"""Files that a reader writes, and what was probably meant. It knows no records and no prices."""

from analytics.files.documents import Entry, parse_document
from analytics.files.hints import day_hint, moment_hint, nearest
from analytics.files.paths import as_path
from analytics.files.sheets import Line, Sheet, decoded, parse_sheet, read_bytes, read_text

__all__ = [
    "Entry",
    "Line",
    "Sheet",
    "as_path",
    "day_hint",
    "decoded",
    "moment_hint",
    "nearest",
    "parse_document",
    "parse_sheet",
    "read_bytes",
    "read_text",
]
