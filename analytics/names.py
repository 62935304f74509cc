"""Whom a text means: firms, public bodies and the press, with every spelling of their names.

In: ``names.yaml`` of a recorded folder. Out: a frozen `Names`. A name in a text means the firm; a
firm means all its listings. It must not know articles, prices or events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from analytics.recorded import RecordedFolder, recorded_folder

FILE = "names.yaml"
# The parser in C reads the same documents as the one in Python in a quarter of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Firm(BaseModel):
    """A firm and every spelling of its name.

    Attributes
    ----------
    id, name, name_zh : str
    listings : tuple of str
        Tickers of all its listed shares and receipts; empty for a private firm.
    aliases, ticker_forms : tuple of str
        Spellings met in texts; notations such as ``2330-TW``.
    unless : tuple of str
        Phrases in which an alias does not mean the firm.
    doubt : tuple of str
        Words that make an alias doubtful: where a text has one of them and no surer sign of the
        firm, another alias or a ticker, the alias may mean something else (``Apple`` in a text
        about an ``orchard``).
    grade : {"high", "medium", "low"}
        How sure the listings are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    name_zh: str = ""
    listings: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    ticker_forms: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    grade: Literal["high", "medium", "low"] = "medium"


class Body(BaseModel):
    """A public body: a ministry, a regulator, a central bank.

    Attributes
    ----------
    id, name, name_zh : str
    aliases, unless : tuple of str
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    name_zh: str = ""
    aliases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Outlet(BaseModel):
    """A newspaper, an agency, a site.

    Attributes
    ----------
    id, name : str
    aliases, domains, unless : tuple of str
    zone : str
        IANA zone in which it is edited; empty where it has no one home.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    zone: str = ""


class Term(BaseModel):
    """A product, a project or a person that tells stories apart.

    Attributes
    ----------
    name, kind : str
    forms : tuple of str
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: str
    forms: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Names:
    """Everybody a text can mean, by id.

    Examples
    --------
    >>> names = recorded_names()
    >>> names.firms["tsmc"].listings
    ('2330.TW', 'TSM')
    >>> names.press["wsj"].zone
    'America/New_York'
    """

    firms: Mapping[str, Firm]
    bodies: Mapping[str, Body]
    press: Mapping[str, Outlet]
    terms: Mapping[str, Term]

    def firm_with(self, ticker: str) -> Firm | None:
        """The firm whose listing ``ticker`` is; None where none is known."""
        return self._by_listing.get(ticker)

    def listing_numbered(self, number: str) -> str | None:
        """The listing whose code is ``number`` on whatever exchange.

        None where there is none, and where firms of two exchanges have the same number.

        Examples
        --------
        >>> recorded_names().listing_numbered("600519")
        '600519.SS'
        """
        return self._by_number.get(number)

    @cached_property
    def _by_number(self) -> Mapping[str, str | None]:
        table: dict[str, str | None] = {}
        for ticker in self._by_listing:
            number = ticker.partition(".")[0]
            table[number] = None if number in table else ticker
        return table

    @cached_property
    def _by_listing(self) -> Mapping[str, Firm]:
        return {ticker: one for one in self.firms.values() for ticker in one.listings}


def load_names(folder: RecordedFolder) -> Names:
    """The names of a recorded folder; none of a kind that the folder does not list.

    Raises
    ------
    DataError
        Names the file and what is wrong in it.
    """
    text = folder.text(FILE) if FILE in folder.entries else ""
    with folder.readable(FILE):
        try:
            return _read(text)
        except yaml.YAMLError as error:
            raise ValueError(str(error)) from None


@lru_cache(maxsize=4)
def _read(text: str) -> Names:
    """The names in a text; the same text is read once, whoever asks."""
    loader = LOADER(text)
    try:
        document = loader.get_single_data() or {}
    finally:
        loader.dispose()
    firms = [Firm(**one) for one in document.get("firms", [])]
    bodies = [Body(**one) for one in document.get("bodies", [])]
    press = [Outlet(**one) for one in document.get("press", [])]
    terms = [Term(**one) for one in document.get("terms", [])]
    return Names(
        firms={one.id: one for one in firms},
        bodies={one.id: one for one in bodies},
        press={one.id: one for one in press},
        terms={one.name: one for one in terms},
    )


@cache
def recorded_names() -> Names:
    """The names that travel with this package."""
    return load_names(recorded_folder())


def _one_line(error: Any) -> str:
    return " ".join(str(error).split())
