"""What a person probably meant: dates as other countries write them, names with a slip.

In: what stood in a field. Out: a few words on what to write instead. It must not know records.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable

FORM = "a time such as 2025-01-27T09:00:00Z"
EXCEL_DAY_0 = dt.date(1899, 12, 30)
_PARTS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})([/.]|年)(\d{1,2})([/.]|月)(\d{1,2})日?(?!\d)")
_COUNT = re.compile(r"\d{5}(\.\d+)?")


def moment_hint(value: object) -> str:
    """What a time should look like, and what this one would be in that form.

    Parameters
    ----------
    value : object
        As it stood in the field.

    Returns
    -------
    str

    Examples
    --------
    >>> moment_hint("1/27/2025").rpartition("; ")[2]
    'write 1/27/2025 as 2025-01-27'
    """
    said = day_hint(str(value).strip())
    return f"{FORM}, or a day such as 2025-01-27; {said}" if said else FORM


def day_hint(text: str) -> str:
    """What a day written in another way would be as year-month-day; empty where it is no day.

    Examples
    --------
    >>> day_hint("27.01.2025"), day_hint("1/2/2025")[:32], day_hint("soon")
    ('write 27.01.2025 as 2025-01-27', '1/2/2025 can be 2025-01-02 or 20', '')
    """
    count = _COUNT.fullmatch(text)
    if count:
        day = EXCEL_DAY_0 + dt.timedelta(days=int(text.partition(".")[0]))
        if 1990 <= day.year <= 2100:
            return (
                f"a spreadsheet counts days so, and {text} would be {day}; format the column as "
                "text or as yyyy-mm-dd"
            )
    year_first = _YEAR_FIRST.match(text)
    if year_first:
        year, _, month, _, day_of_month = year_first.groups()
        return _instead(year_first.group(), [_day(year, month, day_of_month)])
    parts = _PARTS.match(text)
    if parts is None:
        return ""
    first, sign, second, year = parts.groups()
    either = [_day(year, second, first)]
    if sign != ".":  # with dots the day always comes first
        either.append(_day(year, first, second))
    return _instead(parts.group(), either)


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _instead(text: str, days: Iterable[dt.date | None]) -> str:
    possible = sorted({day for day in days if day is not None})
    if not possible:
        return ""
    if len(possible) == 1:
        return f"write {text} as {possible[0]}"
    return f"{text} can be {possible[0]} or {possible[1]}; write the one that is meant"


def nearest(name: str, known: Iterable[str]) -> str:
    """The field that a misspelt one resembles; empty where none does.

    Examples
    --------
    >>> nearest("Publised at", ["published_at", "precision"])
    'published_at'
    """
    plain = {_plain(one): one for one in known}
    found = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found else ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
