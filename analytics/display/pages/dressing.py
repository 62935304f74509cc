"""What clean HTML still lacks: marked Chinese, headings with ids, tables set like tables.

In comes parsed HTML that others made, and it is changed in place: Chinese is marked, each heading
links to itself, each table scrolls by itself with its numbers flush right. It knows no notebook
and no part, and what an element says stays the same, but for the minus sign and the dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analytics.display import words
from analytics.display.pages.contents import Anchors, Entry
from analytics.display.pages.markup import CHINESE, chinese, parse

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


def mark_chinese(root: Tag) -> None:
    """Mark runs of Chinese as such, but not in code, and not twice."""
    for text in list(root.find_all(string=CHINESE)):
        known = [
            one for one in text.parents if one.name in ("pre", "code", "math") or one.get("lang")
        ]
        if not known:
            text.replace_with(*list(parse(str(chinese(str(text)))).contents))


HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


def dress_headings(soup: BeautifulSoup, anchors: Anchors) -> list[Entry]:
    """Give each heading an id and a link to itself; return the table of contents."""
    entries = []
    for heading in soup.find_all(HEADINGS):
        if heading.name == "h1":
            heading.name = "h2"
        title = heading.get_text().strip()
        anchor = anchors.take(title)
        heading["id"] = anchor
        link = soup.new_tag("a", attrs={"class": "anchor", "href": f"#{anchor}"})
        link["aria-label"] = "Link to this section"
        link.string = "#"
        heading.append(link)
        if heading.name in ("h2", "h3"):
            entries.append(Entry(anchor, title, level=int(heading.name[1])))
    return entries


_NUMBER = re.compile(
    "[<>\u2264\u2265\u2248~]?\\s*[+\\-\u2212]?(\\d[\\d,\u202f\u2009]*(\\.\\d*)?|\\.\\d+)(e[+-]?\\d+)?"
    "\\s*(%|pp|bp|\u00d7|\\**)|[+\\-\u2212]?inf",
    re.IGNORECASE,
)

WIDE = 4  # columns from which on a table is read row by row on a telephone
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}[?*]?")
_NO_VALUE = frozenset({"", "nan", "nat", "none", "<na>", words.MISSING})


def dress_tables(soup: BeautifulSoup) -> None:
    """Let each table scroll by itself, set numbers flush right, and write a dash for no value."""
    for table in soup.find_all("table"):
        rows = [row for row in table.find_all("tr") if row.find("td")]
        numeric = _numeric_columns(rows)
        for row in table.find_all("tr"):
            for place, cell in _from_right(row):
                if place in numeric:
                    kept = [str(one) for one in cell.get_attribute_list("class") if one]
                    cell["class"] = " ".join([*kept, "num"])
                if cell.name == "td" and _DATE.fullmatch(cell.get_text().strip()):
                    cell["class"] = "date"
                if cell.name == "td":
                    _dress_value(cell, numeric=place in numeric)
        box = soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0", "role": "group"})
        box["aria-label"] = "Table"
        table.wrap(box)
        if _stack(table, rows):
            box.wrap(soup.new_tag("div", attrs={"class": "stacks"}))


def _stack(table: Tag, rows: Iterable[Tag]) -> bool:
    """Prepare a wide table with one row of heads to be read row by row on a telephone."""
    heads = [row for row in table.find_all("tr") if not row.find("td")]
    if len(heads) != 1:
        return False
    names = [cell.get_text().strip() for cell in heads[0].find_all("th")]
    if len(names) < WIDE:
        return False
    table["role"] = "table"
    for cell in heads[0].find_all("th"):
        cell["role"] = "columnheader"
    for row in rows:
        cells = row.find_all(["td", "th"], recursive=False)
        row["role"] = "row"
        if len(cells) != len(names):
            continue
        cells[0].name = "th"
        cells[0]["scope"], cells[0]["role"] = "row", "rowheader"
        for cell, name in zip(cells[1:], names[1:], strict=True):
            cell["data-label"], cell["role"] = name, "cell"
    heads[0]["role"] = "row"
    return True


def _from_right(row: Tag) -> Iterator[tuple[int, Tag]]:
    """Count a row's cells from the right: the left ones may be shared with an earlier row."""
    place = 0
    for cell in reversed(row.find_all(["td", "th"], recursive=False)):
        width = str(cell.get("colspan", ""))
        span = int(width) if width.isdigit() else 1
        if span == 1:
            yield place, cell
        place += span


def _numeric_columns(rows: Iterable[Tag]) -> set[int]:
    """Find the columns that hold nothing but numbers and gaps."""
    columns: dict[int, list[str]] = {}
    for row in rows:
        for place, cell in _from_right(row):
            if cell.name == "td":
                columns.setdefault(place, []).append(cell.get_text().strip())
    return {
        place
        for place, texts in columns.items()
        if any(_NUMBER.fullmatch(text) for text in texts)
        and all(_NUMBER.fullmatch(text) or text.lower() in _NO_VALUE for text in texts)
    }


def _dress_value(cell: Tag, *, numeric: bool) -> None:
    """Write a real minus sign before a number, and a dash for a value that is missing."""
    text = cell.get_text().strip()
    if text.lower() in _NO_VALUE - {""}:
        cell.string = words.MISSING
        cell["title"] = "no value"
    elif numeric and text.startswith("-") and cell.string is not None:
        cell.string = words.MINUS + text[1:]
