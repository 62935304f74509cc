"""Events by tickers, as a table that is tinted by sign and size.

In come decimal fractions, or the reason why there is none; out comes a part like the others, with
the tint of each cell and the list of the gaps. It knows no study: which cell matters, it is told.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

from analytics.display.pages.addresses import require_safe
from analytics.display.pages.parts import Part


@dataclass(frozen=True)
class Ticker:
    """A column of the matrix."""

    symbol: str
    name: str
    name_zh: str = ""


@dataclass(frozen=True)
class MatrixCell:
    """One event and one ticker.

    Parameters
    ----------
    value : float
        Decimal fraction; NaN where there is none, and then ``reason`` says why.
    href : str
        The tear sheet.
    matters : bool
        Set in a heavier weight, for instance where the interval leaves out zero.
    reason : str
        Why there is no value, or another remark; shown when pointed at, and read aloud.
    mark : str
        A sign behind the number, explained in the measure of the matrix.
    """

    value: float
    href: str = ""
    matters: bool = field(default=False, kw_only=True)
    reason: str = field(default="", kw_only=True)
    mark: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        require_safe(self.href)
        if math.isnan(self.value) and not self.reason:
            raise ValueError("a cell of the matrix without a value needs a reason")


@dataclass(frozen=True)
class MatrixRow:
    """One event: a short name, its day, a cell for each ticker. Rows of one group share a head."""

    title: str
    cells: tuple[MatrixCell, ...]
    title_zh: str = field(default="", kw_only=True)
    day: str = field(default="", kw_only=True)
    href: str = field(default="", kw_only=True)
    unconfirmed: bool = field(default=False, kw_only=True)
    group: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        require_safe(self.href)


@dataclass(frozen=True)
class Matrix(Part):
    """Events by tickers, every number printed and tinted blue above zero and orange below.

    Parameters
    ----------
    tickers : tuple of Ticker
        At most four keep a telephone readable.
    rows : tuple of MatrixRow
    measure : str
        What the numbers are and their unit.
    full : float
        Decimal fraction from which the tint no longer deepens.
    """

    tickers: tuple[Ticker, ...]
    rows: tuple[MatrixRow, ...]
    measure: str
    full: float = 0.08

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.tickers):
                raise ValueError(
                    f"matrix row {row.title!r}: {len(self.tickers)} tickers, {len(row.cells)} cells"
                )

    def tint(self, value: float) -> str:
        """Name the CSS class of a value: a sign and one of four steps."""
        if math.isnan(value) or value == 0:
            return "tint-0"
        step = min(4, math.ceil(4 * abs(value) / self.full))
        return f"tint-{'up' if value > 0 else 'down'}-{step}"

    @property
    def groups(self) -> list[tuple[str, list[MatrixRow]]]:
        """The rows under the head they share."""
        runs = itertools.groupby(self.rows, key=lambda row: row.group)
        return [(group, list(rows)) for group, rows in runs]

    @property
    def gaps(self) -> list[tuple[str, str, str]]:
        """Event, ticker and reason of every cell without a value; a telephone cannot point."""
        return [
            (row.title, ticker.symbol, cell.reason)
            for row in self.rows
            for ticker, cell in zip(self.tickers, row.cells, strict=True)
            if math.isnan(cell.value)
        ]

    @property
    def unconfirmed(self) -> bool:
        """Whether any row has a time that is not confirmed."""
        return any(row.unconfirmed for row in self.rows)
