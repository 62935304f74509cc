"""Where things stand in a figure: title above, foot below, labels that do not overlap.

In: axes and texts. Out: the same axes, sized and dressed. It must not know results, events or
prices. Lengths are figure pixels, which are CSS pixels at full width.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.dates import date2num

from analytics.display import style, words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analytics.display.labels import Box

EDGE = 10.0  # between text and the edge of the figure
LINE = 1.32  # line height, of the text size
POINT = 72 / style.DPI  # points per pixel


@dataclass(frozen=True)
class Heading:
    """The texts around a figure.

    Attributes
    ----------
    title : str
        The question or the finding.
    subtitle : str
        Measure and unit.
    foot : str
        Source, sample, method.
    """

    title: str
    subtitle: str
    foot: str


@dataclass(frozen=True)
class Margins:
    """Room around the axes, in pixels, without title and foot."""

    left: float
    right: float
    above: float = 8.0
    below: float = 36.0


def own_axes(ax: Axes | None) -> tuple[Axes, bool]:
    """The axes to draw in, and whether their figure is ours to size.

    Without ``ax`` the current axes are taken if they are still empty, as ``plt.gca()`` would; else
    a new figure is made, so that nothing is drawn over.
    """
    if ax is not None:
        return ax, False
    if plt.get_fignums() and plt.gcf().axes and not plt.gca().has_data():
        return plt.gca(), False
    if not plt.get_fignums() or plt.gcf().axes:
        plt.figure(figsize=(style.WIDTH / style.DPI, 400 / style.DPI))
    return plt.gca(), True


def dress(ax: Axes, heading: Heading, *, owned: bool, height: float, margins: Margins) -> None:
    """Write title, subtitle and foot around the axes; size the figure if it is ours."""
    ax.spines[:].set_visible(False)
    if owned:
        width = style.WIDTH - 2 * EDGE
        top, bottom = _room(heading, width)
        total = top + margins.above + height + margins.below + bottom
        resize(ax, total)
        inner = style.WIDTH - margins.left - margins.right
        place(ax, (margins.left, bottom + margins.below, inner, height), total)
        _write(ax, heading, width, margins, shift=EDGE - margins.left)
        return
    _write(ax, heading, size_of(ax)[0], margins, shift=0.0)


def dress_grid(
    grid: Sequence[Axes],
    heading: Heading,
    *,
    columns: int,
    height: float,
    margins: Margins,
    gap: float,
) -> None:
    """Lay out panels in ``columns``; ``margins`` are those of each panel, ``gap`` lies between."""
    width = style.WIDTH - 2 * EDGE
    top, bottom = _room(heading, width)
    rows = math.ceil(len(grid) / columns)
    row_height = margins.above + height + margins.below
    total = top + rows * row_height + bottom
    inner = (style.WIDTH - margins.left - margins.right - (columns - 1) * gap) / columns
    resize(grid[0], total)
    for number, ax in enumerate(grid):
        row, column = divmod(number, columns)
        x = margins.left + column * (inner + gap)
        y = bottom + (rows - 1 - row) * row_height + margins.below
        place(ax, (x, y, inner, height), total)
    first = Heading(heading.title, heading.subtitle, "")
    _write(grid[0], first, width, margins, shift=EDGE - margins.left)
    last = grid[(rows - 1) * columns]
    _write(last, Heading("", "", heading.foot), width, margins, shift=EDGE - margins.left)


def resize(ax: Axes, total: float) -> None:
    """Give the figure of the axes the house width and this height."""
    figure = ax.get_figure(root=True)
    if figure is not None:
        figure.set_size_inches(style.WIDTH / style.DPI, total / style.DPI)


def place(ax: Axes, box: tuple[float, float, float, float], total: float) -> None:
    """Put the axes at ``box``: left, bottom, width, height in pixels."""
    x, y, width, height = box
    ax.set_position((x / style.WIDTH, y / total, width / style.WIDTH, height / total))


def _lines(heading: Heading, width: float) -> tuple[list[str], list[str], list[str]]:
    title = style.wrap(heading.title, width, size=style.TITLE, weight="bold")
    subtitle = style.wrap(heading.subtitle, width)
    foot = style.wrap(heading.foot, width)
    return title, subtitle, foot


def _room(heading: Heading, width: float) -> tuple[float, float]:
    """Pixels that title and subtitle take above, the foot below."""
    title, subtitle, foot = _lines(heading, width)
    top = EDGE + LINE * (len(title) * style.TITLE + len(subtitle) * style.TEXT) / POINT + 8
    return top, EDGE + LINE * len(foot) * style.TEXT / POINT + 4


def _write(ax: Axes, heading: Heading, width: float, margins: Margins, *, shift: float) -> None:
    title, subtitle, foot = _lines(heading, width)
    bold = {"fontsize": style.TITLE, "fontweight": "bold", "color": style.INK}
    soft = {"fontsize": style.TEXT, "color": style.SOFT}
    y = (margins.above + 8) * POINT
    for lines, look, what in ((subtitle, soft, "subtitle"), (title, bold, "title")):
        for line in reversed(lines):
            _note(
                ax, line, (shift * POINT, y + 0.28 * float(str(look["fontsize"]))), 1.0, look, what
            )
            y += LINE * float(str(look["fontsize"]))
    y = -margins.below * POINT - 4 * POINT
    for line in foot:
        y -= LINE * style.TEXT
        _note(ax, line, (shift * POINT, y + 0.28 * style.TEXT), 0.0, soft, "foot")


def _note(
    ax: Axes, text: str, offset: tuple[float, float], at: float, look: dict[str, object], what: str
) -> None:
    ax.annotate(
        text,
        (0.0, at),
        offset,
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="baseline",
        annotation_clip=False,
        label=what,
        **look,  # type: ignore[arg-type]
    )


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions at least ``gap`` apart, inside [low, high], as near as can be to those wanted.

    Neighbours that are too close share a block centred on their mean (pool adjacent violators), so
    that the total displacement is smallest.

    Examples
    --------
    >>> spread([0.0, 1.0, 50.0], 10.0, -100.0, 100.0)
    [-4.5, 5.5, 50.0]
    """
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    blocks: list[list[float]] = []  # [sum of targets, members]
    for rank, k in enumerate(order):
        blocks.append([wanted[k] - rank * gap, 1.0])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, members = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += members
    targets = [total / members for total, members in blocks for _ in range(int(members))]
    last = high - gap * (len(wanted) - 1)
    placed = [0.0] * len(wanted)
    for rank, k in enumerate(order):
        placed[k] = min(max(targets[rank], low), max(last, low)) + rank * gap
    return placed


def ticks(low: float, high: float, *, count: int = 5) -> list[float]:
    """Round values that cover [low, high], zero among them if it lies inside.

    Examples
    --------
    >>> ticks(-0.22, 0.06)
    [-0.2, -0.1, 0.0]
    """
    span = (high - low) or 1.0
    raw = span / count
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def value_axis(ax: Axes, *, axis: str = "y", count: int = 5, grid: bool = True) -> float:
    """Round percent ticks on a value axis with a light grid and the zero line.

    Returns
    -------
    float
        Width of the widest tick label in pixels.
    """
    which = ax.yaxis if axis == "y" else ax.xaxis
    low, high = sorted(ax.get_ylim() if axis == "y" else ax.get_xlim())
    values = ticks(low, high, count=count)
    step = values[1] - values[0] if len(values) > 1 else 0.01
    digits = 0 if step >= 0.0099 else 1 if step >= 0.00099 else 2
    labels = [words.number(100 * value, digits=digits) for value in values]
    which.set_ticks(values, labels)
    ax.tick_params(
        axis=axis,  # type: ignore[arg-type]
        length=0,
        labelsize=style.TEXT,
        labelcolor=style.SOFT,
    )
    if grid:
        which.grid(visible=True, color=style.GRID, linewidth=0.8)
    zero = ax.axhline if axis == "y" else ax.axvline
    if low <= 0 <= high:
        zero(0.0, color=style.SOFT, linewidth=0.9, zorder=1.5, label="zero")
    return max(style.text_width(label) for label in labels)


def day_number(moment: pd.Timestamp | dt.datetime) -> float:
    """A moment as matplotlib counts it: days since 1970, UTC."""
    return float(date2num(moment))  # type: ignore[no-untyped-call]


def day_numbers(index: pd.Index) -> np.ndarray:
    """Dates as matplotlib counts them."""
    return np.asarray(date2num(index.to_numpy()))  # type: ignore[no-untyped-call]


def height_of(ax: Axes) -> float:
    """Height of the axes in figure pixels."""
    return size_of(ax)[1]


def size_of(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes in figure pixels, whatever the resolution it is drawn at."""
    figure = ax.get_figure(root=True)
    box = ax.get_position()
    wide, high = figure.get_size_inches() if figure is not None else (0.0, 0.0)
    return float(box.width * wide * style.DPI), float(box.height * high * style.DPI)


def to_pixels(ax: Axes, value: float, height: float) -> float:
    """Height above the bottom of the axes, in pixels, of a value on a linear y axis."""
    low, high = ax.get_ylim()
    return (value - low) / (high - low) * height


def pixels(ax: Axes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(N, 2) pixels of points given in data, from the bottom left of the axes; y may be log."""
    wide, high = size_of(ax)
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    bend = np.log if ax.get_yscale() == "log" else np.asarray
    across = (np.asarray(x) - x0) / (x1 - x0) * wide
    up = (bend(y) - bend(y0)) / (bend(y1) - bend(y0)) * high
    return np.column_stack([across, up])


def shorten(text: str, room: float) -> str:
    """The text, without its last words if it is wider than ``room`` pixels.

    Examples
    --------
    >>> shorten("OpenAI and Broadcom", 400.0), shorten("OpenAI and Broadcom", 110.0)
    ('OpenAI and Broadcom', 'OpenAI …')
    """
    parts = text.split(" ")
    while len(parts) > 1 and style.text_width(text) > room:
        parts.pop()
        text = " ".join(parts) + " …"
    return text


def event_label(
    ax: Axes, text: str, anchor: np.ndarray, box: Box, *, ground: str = "white"
) -> None:
    """Write a text in its box, with a thin line to what it names; both in pixels of the axes."""
    wide, high = size_of(ax)
    end = box.nearest(float(anchor[0]), float(anchor[1]))
    ax.plot(
        [anchor[0] / wide, end[0] / wide],
        [anchor[1] / high, end[1] / high],
        transform=ax.transAxes,
        color=style.SOFT,
        linewidth=0.9,
        zorder=3.5,
        label="leader",
    )
    side = "left" if anchor[0] <= box.x0 else "right" if anchor[0] >= box.x1 else "center"
    x = {"left": box.x0 + 3, "right": box.x1 - 3, "center": box.middle[0]}[side]
    ax.text(
        x / wide,
        box.middle[1] / high,
        text,
        transform=ax.transAxes,
        ha=side,
        va="center",
        fontsize=style.TEXT,
        linespacing=1.15,
        bbox={"facecolor": ground, "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
        zorder=5,
        label="event",
    )


def end_labels(ax: Axes, ends: Sequence[tuple[float, float, str, str]], *, height: float) -> None:
    """Label lines at their right ends, none over another.

    Parameters
    ----------
    ax : Axes
        Its limits are final.
    ends : sequence of (x, y, text, colour)
    height : float
        Of the axes, in pixels.
    """
    gap = LINE * style.TEXT / POINT
    wanted = [to_pixels(ax, y, height) for _, y, _, _ in ends]
    placed = spread(wanted, gap, 0.0, height)
    for (x, y, text, shade), at, should in zip(ends, placed, wanted, strict=True):
        dark = style.text_colour(shade)
        moved = abs(at - should) > 2
        ax.annotate(
            text,
            (x, y),
            (14 * POINT, (at - should) * POINT),
            textcoords="offset points",
            va="center",
            ha="left",
            color=dark,
            fontsize=style.TEXT,
            annotation_clip=False,
            label="direct",
            arrowprops=_leader(shade) if moved else None,
        )


def _leader(shade: str) -> dict[str, object]:
    return {"arrowstyle": "-", "color": shade, "linewidth": 0.8, "shrinkA": 1, "shrinkB": 3}
