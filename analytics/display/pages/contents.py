"""The table of contents: every heading of a page has an id of its own, the same each time.

In come titles, in their order; out go ids and the lines of the table of contents. It does not know
which kind of page they stand on: that page names the ids it keeps for itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.display.pages.addresses import slug
from analytics.display.pages.parts import Section


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents."""

    anchor: str
    title: str
    level: int = 2


class Anchors:
    """Hands out ids for headings: readable, unique on the page, the same each time."""

    def __init__(self, *, reserved: Iterable[str] = ()) -> None:
        self._taken = {"top", "main", *reserved}

    def take(self, title: str) -> str:
        """Return an id that no other heading of the page has."""
        stem = slug(title) or "section"
        name, copy = stem, 1
        while name in self._taken:
            copy += 1
            name = f"{stem}-{copy}"
        self._taken.add(name)
        return name


def outline(
    sections: Iterable[Section], anchors: Anchors
) -> tuple[list[Entry], list[tuple[str, Section]]]:
    """Give each section its id, and the lines of the table of contents."""
    named = [(anchors.take(one.label or one.title), one) for one in sections]
    return [Entry(anchor, one.label or one.title) for anchor, one in named], named
