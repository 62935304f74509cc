"""Rows of dot and whisker: names at the left, the number itself at the right.

In: rows. Out: the axes and their margins. It must not know results or tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.display import style, words
from analytics.display.plots import layout

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 54.0


@dataclass(frozen=True, eq=False)
class Row:
    """One row.

    Attributes
    ----------
    name, detail : str
        The two lines at the left.
    value, low, high : float
        The dot and the ends of its whisker, decimal fraction; no whisker where they are NaN.
    ticker, shade : str
    clear : bool
        Whether the number is printed in bold.
    note : str
        A second line at the right, under the number.
    """

    name: str
    detail: str
    value: float
    low: float
    high: float
    ticker: str
    shade: str
    clear: bool
    note: str = ""


def draw(
    ax: Axes, rows: Sequence[Row], *, column: float = 0.0, digits: int | None = None
) -> tuple[float, float]:
    """Draw the rows from the top.

    Parameters
    ----------
    ax : Axes
    rows : sequence of Row
    column : float
        Pixels that stay free between the names and the axes.
    digits : int, optional
        Decimals of the numbers at the right.

    Returns
    -------
    tuple of float
        Margins at the left and the right, in pixels.
    """
    for number, row in enumerate(rows):
        _whisker(ax, row, number)
        _value(ax, row, number, digits)
    ends = np.array([end for row in rows for end in (row.low, row.value, row.high)] + [0.0])
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    room = 0.05 * (high - low) or 0.01
    ax.set_xlim(low - room, high + room)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    layout.value_axis(ax, axis="x", count=5)
    wide = max(style.text_width(text) for row in rows for text in (row.name, row.detail))
    ax.set_yticks(range(len(rows)), [f"{row.name}\n{row.detail}" for row in rows], ha="left")
    pad = (wide + column + 8) * layout.POINT
    ax.tick_params(axis="y", length=0, labelsize=style.TEXT, labelcolor=style.INK, pad=pad)
    right = max(60.0, style.text_width("+00.0 %", weight="bold"), *map(_note_width, rows))
    return wide + column + 8 + layout.EDGE, right + 24


def _note_width(row: Row) -> float:
    return style.text_width(row.note) if row.note else 0.0


def _whisker(ax: Axes, row: Row, number: int) -> None:
    ax.plot(
        [row.low, row.high],
        [number, number],
        color=row.shade,
        linewidth=3.0,
        solid_capstyle="butt",
        label=f"interval {row.ticker}",
    )
    ax.plot(
        [row.value],
        [number],
        marker="o",
        markersize=10,
        color=row.shade,
        linestyle="none",
        zorder=4,
        label=row.ticker,
    )


def _value(ax: Axes, row: Row, number: int, digits: int | None) -> None:
    """The number at the right, in the colour of its dot; its note below it."""
    up = 0.5 * layout.LINE * style.TEXT if row.note else 0.0
    value = words.percent(row.value, digits=digits, signed=True)
    said = (
        (value, up, style.text_colour(row.shade), row.clear),
        (row.note, -up, style.SOFT, False),
    )
    for text, shift, shade, bold in said:
        if not text:
            continue
        ax.annotate(
            text,
            (1.0, number),
            (8, shift),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=style.TEXT,
            fontweight="bold" if bold else "normal",
            color=shade,
            annotation_clip=False,
            label="value" if shift >= 0 else "note",
        )
