"""The parts that every page is made of: prose, tables, figures, formulas, links, sources.

In come strings, already worded; out come frozen parts, which are refused here if they cannot be
right, and which draw themselves as safe HTML. They know neither the page they stand on nor any
event, price or study. Every string is plain text and is escaped, whoever wrote it; whoever has HTML
that is known to be safe says so with :class:`markupsafe.Markup`.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Protocol

from markupsafe import Markup

from analytics.display.pages.addresses import require_safe
from analytics.display.pages.markup import math
from analytics.display.pages.render import macro


class Block(Protocol):
    """Anything that can stand in a section."""

    def html(self) -> Markup:
        """Return safe HTML."""
        ...


class Part:
    """A block that is drawn by the macro of its own name in ``parts.html.j2``."""

    def html(self) -> Markup:
        """Return safe HTML."""
        return Markup(macro(type(self).__name__)(self))


@dataclass(frozen=True)
class Source:
    """One recorded file behind a page.

    Parameters
    ----------
    name : str
        Name of the file, inside the data folder.
    sha256 : str
        Its whole hash; the page shows twelve characters and holds all of them.
    kind : str
        What the file holds, in words.
    covers : str
        The dates it covers, in words; may be empty.
    rows : int
        Number of records.
    """

    name: str
    sha256: str
    kind: str
    covers: str
    rows: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(
                f"source {self.name}: a sha256 has 64 hexadecimal digits, got {self.sha256!r}"
            )


@dataclass(frozen=True)
class Link:
    """A way to another page: where, what it is called, and in one line what it says."""

    href: str
    title: str
    title_zh: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        require_safe(self.href)


@dataclass(frozen=True)
class Figure(Part):
    """A picture with the text that stands for it.

    Parameters
    ----------
    image : str or bytes
        SVG as text, or a PNG or JPEG file.
    alt : str
        What a reader would see, from the numbers.
    caption : str
        Shown below; the figure itself has a title.
    width : int
        Width on a wide screen in CSS pixels; a PNG drawn at twice this is sharp everywhere.
    """

    image: str | bytes
    alt: str = field(kw_only=True)
    caption: str = field(default="", kw_only=True)
    width: int = field(default=680, kw_only=True)

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a figure needs an alt text that says what a reader would see")
        _image_kind(self.image)  # a picture that no browser shows is an error here, not on the page

    @property
    def uri(self) -> str:
        """The picture as a ``data:`` address.

        An SVG is embedded as an image, not inline: its ids and styles then clash with nothing, and
        no script in it ever runs.
        """
        kind, content = _image_kind(self.image)
        return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _image_kind(image: str | bytes) -> tuple[str, bytes]:
    """Tell the type of a picture from its first bytes."""
    if isinstance(image, str):
        if "<svg" not in image or "http://www.w3.org/2000/svg" not in image:
            raise ValueError("an SVG as an image needs an <svg> element with its xmlns")
        return "image/svg+xml", image.encode()
    if image.startswith(b"\x89PNG\r\n"):
        return "image/png", image
    if image.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", image
    raise ValueError(f"a figure is SVG text, PNG or JPEG; got bytes that begin {image[:8]!r}")


@dataclass(frozen=True)
class Prose(Part):
    """Paragraphs, separated by an empty line."""

    text: str

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs, without the empty lines between them."""
        return [one.strip() for one in re.split(r"\n\s*\n", self.text) if one.strip()]


@dataclass(frozen=True)
class Note(Part):
    """A remark where it matters: an assumption, a limit. An unconfirmed time has a hollow mark."""

    text: str
    unconfirmed: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Facts(Part):
    """Names and values, one pair a line."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bullets(Part):
    """A plain list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Formula(Part):
    """A formula on a line of its own, in LaTeX, and below it what its letters mean."""

    latex: str
    meaning: str = ""

    @property
    def mathml(self) -> Markup:
        """The formula as MathML."""
        return math(self.latex, display=True)


@dataclass(frozen=True)
class Column:
    """Head of a column: its name, the unit of its numbers, and whether it holds numbers."""

    title: str
    unit: str = field(default="", kw_only=True)
    numeric: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class Cell:
    """A cell that is more than its text.

    Parameters
    ----------
    text : str
    text_zh : str
        The same in Traditional Chinese, set beside it.
    href : str
        Where the text leads.
    ticker : str
        Symbol whose colour is shown before the text.
    note : str
        A remark below the text.
    unconfirmed : bool
        Set a hollow mark: a time that the text rests on is not confirmed.
    """

    text: str
    text_zh: str = field(default="", kw_only=True)
    href: str = field(default="", kw_only=True)
    ticker: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)
    unconfirmed: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        require_safe(self.href)


@dataclass(frozen=True)
class Row:
    """One row: the one that matters is heavier, one that does not count is greyed."""

    cells: tuple[Cell | str, ...]
    matters: bool = field(default=False, kw_only=True)
    invalid: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        plain = (Cell(one) if isinstance(one, str) else one for one in self.cells)
        object.__setattr__(self, "cells", tuple(plain))


@dataclass(frozen=True)
class Table(Part):
    """A table whose first column names the rows. Numbers come worded, in the unit of the head."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = field(default="", kw_only=True)
    note: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"table {self.caption!r}: {len(self.columns)} columns, but a row has "
                    f"{len(row.cells)} cells: {row.cells!r}"
                )

    @property
    def stacks(self) -> bool:
        """Whether a telephone, too narrow for the table, shows each row as a small list."""
        return len(self.columns) > 5


@dataclass(frozen=True)
class Section:
    """A part of a page with a heading of its own.

    Parameters
    ----------
    title : str
        The finding, as a sentence.
    body : tuple of Block
        What shows it, in order.
    label : str
        The topic in one or two words: shown above the heading, and used in the table of contents.
    title_zh : str
        The heading in Traditional Chinese.
    """

    title: str
    body: tuple[Block, ...]
    label: str = field(default="", kw_only=True)
    title_zh: str = field(default="", kw_only=True)
