"""Every event and every ticker at once, as a table that is coloured by sign and size.

In: results. Out: axes with one printed number per observation.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.patches import Polygon

from analytics.display import findings, readings, style, words
from analytics.display.names import label_of
from analytics.display.plots import layout
from analytics.errors import InputError
from analytics.study import EventStudyResults

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROW = 27.0
CELL = 68.0  # holds "−16.5" in bold
WIDE = 80.0  # where there is room
DATE_AT = 20.0
TEXT_AT = 99.0
LEAST_TEXT = 180.0
LABEL = 225.0  # holds most labels whole
FULL = 0.10  # from this size on the colour is at its strongest
STRONGEST = 0.62  # share of the pure colour there: dark text stays legible on it


def heatmap(
    results: EventStudyResults,
    *,
    window: tuple[int, int] | None = None,
    tickers: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Cumulative abnormal return of every event (rows) and ticker (columns), printed in percent.

    Parameters
    ----------
    results : EventStudyResults
    window : tuple of int, optional
        Days summed; each observation's own headline window by default.
    tickers : sequence of str, optional
        The columns; the four studied most often by default.
    labels : mapping, optional
        Event id -> text; `names.label_of` by default.
    title : str, optional
    chinese : bool
        For labels in Chinese, where a font has them.
    ax : Axes, optional

    Returns
    -------
    Axes
        The coloured cells are its one mesh (events in order x tickers, decimal fraction; masked
        where not studied); x is in pixels, rows are 0, 1 ... from the top.

    Raises
    ------
    InputError
        More columns than fit beside the labels.
    """
    columns = list(tickers) if tickers is not None else readings.main_tickers(results)
    table = readings.matrix(results, columns, window)
    lines = _lines(table.events, labels)
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        edges = _columns(len(columns))
        _cells(ax, table, lines, edges)
        _row_labels(ax, table, lines, edges[0] - TEXT_AT - 8)
        ax.set_xlim(0, edges[-1])
        ax.set_ylim(len(lines) - 0.5, -0.5)
        ax.set_yticks([])
        above = _heads(ax, columns, edges)
        heading = layout.Heading(
            title or findings.heatmap(table, results.alpha),
            _subtitle(window, results.alpha),
            _foot(table, results, columns),
        )
        margins = layout.Margins(
            layout.EDGE, style.WIDTH - layout.EDGE - edges[-1], above=above, below=4
        )
        layout.dress(ax, heading, owned=owned, height=ROW * len(lines), margins=margins)
    return ax


def _lines(events: pd.DataFrame, labels: Mapping[str, str] | None) -> list[tuple[str, str, str]]:
    """(event id or "", date, text) of each row; a row with the year alone opens each year."""
    lines: list[tuple[str, str, str]] = []
    year = None
    for event_id, day in events["day"].items():
        if day.year != year:
            year = day.year
            lines.append(("", str(year), ""))
        text = (labels or {}).get(str(event_id)) or label_of(str(event_id))
        lines.append((str(event_id), f"{day.day} {day:%b}", text))
    return lines


def _columns(count: int) -> np.ndarray:
    """Edges of the columns in pixels."""
    room = style.WIDTH - 2 * layout.EDGE
    most = int((room - TEXT_AT - LEAST_TEXT) // CELL)
    if count > most:
        raise InputError(
            f"{count} columns do not fit beside the labels in {style.WIDTH} pixels; choose at most "
            f"{most} with tickers="
        )
    cell = min(WIDE, max(CELL, (room - TEXT_AT - LABEL) / max(count, 1)))
    return np.asarray(room - cell * np.arange(count, -1, -1))


def _heads(ax: Axes, columns: Sequence[str], edges: np.ndarray) -> float:
    """Tickers above their columns, every other one higher if they are too wide; pixels needed."""
    ax.set_xticks([])
    middles = (edges[:-1] + edges[1:]) / 2
    halves = [style.text_width(one) / 2 for one in columns]
    crowded = any(a + b + 6 > edges[1] - edges[0] for a, b in itertools.pairwise(halves))
    for number, (ticker, middle, half) in enumerate(zip(columns, middles, halves, strict=True)):
        ax.annotate(
            ticker,
            (min(float(middle), float(edges[-1]) - half), 1.0),
            (0, 5 + (24 * layout.POINT if crowded and number % 2 == 0 else 0)),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=style.TEXT,
            label="column",
        )
    return 56.0 if crowded else 32.0


def _cells(
    ax: Axes,
    table: readings.Matrix,
    lines: Sequence[tuple[str, str, str]],
    edges: np.ndarray,
) -> None:
    where = {line[0]: number for number, line in enumerate(lines) if line[0]}
    values = np.full((len(lines), len(edges) - 1), np.nan)
    for event_id, number in where.items():
        values[number] = table.values.loc[event_id].to_numpy(dtype=float)
    ax.pcolormesh(
        edges,
        np.arange(len(lines) + 1) - 0.5,
        np.ma.masked_invalid(values),
        cmap=scale(),
        norm=Normalize(-FULL, FULL, clip=True),
        edgecolor="white",
        linewidth=1.5,
        label="cells",
    )
    for event_id, number in where.items():
        for column, ticker in enumerate(table.values.columns):
            value = float(values[number, column])
            if np.isnan(value):
                continue
            ax.text(
                float(edges[column + 1]) - 4,
                number,
                words.percent(value, digits=1, unit=False),
                ha="right",
                va="center_baseline",
                fontsize=style.TEXT,
                fontweight="bold" if table.clear.loc[event_id, ticker] else "normal",
                color=style.INK,
                label=f"{event_id} {ticker}",
            )
            if table.ambiguous.loc[event_id, ticker]:
                _corner(ax, float(edges[column]), number, f"ambiguous {event_id} {ticker}")


def _corner(ax: Axes, x: float, y: float, label: str) -> None:
    """A small triangle in the upper left corner of a cell."""
    side = 9.0
    corner = [(x + 1, y - 0.46), (x + 1 + side, y - 0.46), (x + 1, y - 0.46 + side / ROW)]
    ax.add_patch(Polygon(corner, facecolor=style.INK, linewidth=0, zorder=3, label=label))


def _row_labels(
    ax: Axes, table: readings.Matrix, lines: Sequence[tuple[str, str, str]], room: float
) -> None:
    for number, (event_id, date, text) in enumerate(lines):
        if not event_id:
            _say(ax, 0.0, number, date, weight="bold")
            continue
        sure = bool(table.events.loc[event_id, "time_confirmed"])
        ax.plot(
            [7.0],
            [number],
            marker="o",
            markersize=8,
            markeredgewidth=1.5,
            markeredgecolor=style.SOFT,
            markerfacecolor=style.SOFT if sure else "white",
            linestyle="none",
            clip_on=False,
            label=f"time {event_id}",
        )
        _say(ax, DATE_AT, number, date, shade=style.SOFT)
        _say(ax, TEXT_AT, number, layout.shorten(text, room))


def _say(
    ax: Axes, x: float, y: float, text: str, *, weight: str = "normal", shade: str = style.INK
) -> None:
    ax.text(
        x,
        y,
        text,
        ha="left",
        va="center_baseline",
        fontsize=style.TEXT,
        fontweight=weight,
        color=shade,
        label="row",
    )


def scale() -> LinearSegmentedColormap:
    """Orange below zero, blue above, white between; dark text is legible on all of it."""
    low, high = (
        tuple(1 - STRONGEST * (1 - part) for part in to_rgb(shade))
        for shade in (style.NEGATIVE, style.POSITIVE)
    )
    return LinearSegmentedColormap.from_list("orange to blue", [low, (1.0, 1.0, 1.0), high])


def _subtitle(window: tuple[int, int] | None, alpha: float) -> str:
    over = readings.window_words(*window) if window else "its headline window"
    return (
        f"Abnormal return over {over}, percent; "
        f"bold: {words.confidence(alpha)} interval leaves out zero"
    )


def _foot(table: readings.Matrix, results: EventStudyResults, tickers: Sequence[str]) -> str:
    parts = ["Hollow circle: time unconfirmed" if (~table.events["time_confirmed"]).any() else ""]
    parts.append("Corner: day 0 ambiguous" if table.ambiguous.to_numpy().any() else "")
    parts.append("Blank: not studied" if table.values.isna().to_numpy().any() else "")
    parts.append(findings.left_out(table))
    said = ". ".join(part for part in parts if part)
    return f"{said}. {findings.method_of_all(results, tickers)}".removeprefix(". ")
