"""A sheet laid out as lines.

In: a `Sheet`. Out: a `Page`: cleaned lines with their numbers, the lines that the page itself
marks as furniture, and what its metadata state. It must not know which lines tell the story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from analytics.errors import InputError
from analytics.events.articles.cleaning import cleaned, tidy
from analytics.events.articles.intake import Sheet
from analytics.events.articles.markup import Markup, read_markup
from analytics.events.articles.page import Line, line

MOST = 300_000  # characters of text; a long reportage has about fifty thousand
WRAPPED = (45, 100)  # lengths of the lines of a text that was broken to fit a window
ENDS = (".", "!", "?", ":", "”", '"', "。")


@dataclass(frozen=True)
class Page:
    """A page as lines.

    Attributes
    ----------
    lines : tuple of Line
        Without the empty ones.
    written : dict
        Line number -> the line in its own punctuation, for a reader.
    furniture : frozenset of int
        Numbers of the lines that the page marks as navigation, side bar or footer.
    stated : Markup
        What an HTML page says about itself; empty for plain text.
    """

    lines: tuple[Line, ...]
    written: dict[int, str]
    furniture: frozenset[int] = frozenset()
    stated: Markup = field(default_factory=lambda: Markup(()))


def lay_out(sheet: Sheet) -> Page:
    """Lines of a sheet, cleaned.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    Page

    Raises
    ------
    InputError
        More text than any news page has.
    """
    if sheet.html:
        page = _from_markup(read_markup(sheet.text))
        _refuse_books(sum(len(one.text) for one in page.lines), sheet.name)
        return page
    _refuse_books(len(sheet.text), sheet.name)
    numbered = list(_unwrapped(sheet.text.splitlines()))
    lines = tuple(line(number, text) for number, raw in numbered if (text := cleaned(raw)))
    kept = {one.number for one in lines}
    _refuse_books(sum(len(one.text) for one in lines), sheet.name)
    return Page(lines, {number: tidy(raw) for number, raw in numbered if number in kept})


def _refuse_books(size: int, name: str) -> None:
    if size > MOST:
        raise InputError(
            f"{name or 'the text'}: {size:,} characters of text; expected a news page of at most "
            f"{MOST:,}. Give the text of one article"
        )


def _from_markup(stated: Markup) -> Page:
    lines, written, furniture = [], {}, set()
    for number, block in enumerate(stated.blocks, start=1):
        text = cleaned(block.text)
        if not text:
            continue
        lines.append(line(number, text, tag=block.tag, links=block.links))
        written[number] = tidy(block.text)
        if block.furniture:
            furniture.add(number)
    return Page(tuple(lines), written, frozenset(furniture), stated)


def _unwrapped(raw: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; a paragraph broken to fit a window is one line again."""
    run: list[tuple[int, str]] = []
    for number, text in enumerate(raw, start=1):
        if text.strip():
            run.append((number, text))
            continue
        yield from _joined(run)
        run = []
    yield from _joined(run)


def _joined(run: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    texts = [text.strip() for _, text in run]
    inner = texts[:-1]
    low, high = WRAPPED
    fits = len(inner) >= 1 and all(low <= len(text) <= high and text.isascii() for text in inner)
    open_ended = sum(not text.endswith(ENDS) for text in inner)
    if fits and max(map(len, texts)) <= high and open_ended >= 0.6 * len(inner):
        yield run[0][0], re.sub(r"\s{1,9}", " ", " ".join(texts))
        return
    yield from run
