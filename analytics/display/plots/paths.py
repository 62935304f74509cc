"""What the price did around the news, beyond what the market explains.

In: results. Out: axes with cumulative abnormal returns by day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np

from analytics.display import findings, readings, style, words
from analytics.display.plots import layout
from analytics.study import EventStudyResults

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 300.0
PANEL_HEIGHT = 190.0


def car(
    results: EventStudyResults,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
    highlight: str | None = None,
    days: tuple[int, int] = (-5, 10),
    start: int = 0,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Cumulative abnormal return around the news, one line per ticker.

    The line is zero at the close before day 0: from there on each day reads as
    ``results.car(0, day)``, so the figure and the tables say the same numbers, and what the price
    did before the news is not counted as its effect.

    Parameters
    ----------
    results : EventStudyResults
    event_id : str, optional
        Needed if the results hold several events.
    tickers : sequence of str, optional
        All of the event's by default.
    highlight : str, optional
        The ticker whose band is drawn; the one with the largest headline t by default. Bands of
        several lines hide each other: `car_panels` draws them all.
    days : tuple of int
        First and last day shown.
    start : int
        First day that is added up.
    title : str, optional
        The finding, made from the numbers, by default.
    chinese : bool
        Names in Chinese too, where a font has them.
    ax : Axes, optional

    Returns
    -------
    Axes
        One line per ticker, labelled with it, in decimal fractions.
    """
    event = readings.event_of(results, event_id)
    chosen = readings.tickers_of(results, event, tickers)
    paths = readings.car_paths(results, event, chosen, days=days, start=start)
    first = highlight or findings.strongest(results, event, chosen)
    readings.tickers_of(results, event, [first])
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        for ticker in sorted(chosen, key=lambda one: one == first):
            _line(ax, paths[ticker], ticker, chosen, band=ticker == first)
        _limits(ax, paths, [first], right=0.0)
        left = layout.value_axis(ax, count=6)
        _trough(ax, paths[first], first, chosen)
        _day_axis(ax, paths[first].index)
        above = _day_zero(ax, results, event, chosen)
        ends = [_end(paths[one], one, chosen, chinese=chinese) for one in chosen]
        right = max(style.text_width(text) for _, _, text, _ in ends)
        heading = layout.Heading(
            title or findings.car(results, event, chosen),
            _subtitle(start, results.alpha, first if len(chosen) > 1 else "", chinese=chinese),
            findings.method(results, event, chosen),
        )
        margins = layout.Margins(left + 22, right + 28, above=above, below=58)
        layout.dress(ax, heading, owned=owned, height=HEIGHT, margins=margins)
        layout.end_labels(ax, ends, height=layout.height_of(ax))
    return ax


def car_panels(
    results: EventStudyResults,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
    days: tuple[int, int] = (-5, 10),
    start: int = 0,
    title: str | None = None,
    chinese: bool = False,
    figure: Figure | None = None,
) -> Figure:
    """Cumulative abnormal returns as small multiples: one scale, every band, own day 0.

    Parameters
    ----------
    results : EventStudyResults
    event_id, tickers, days, start, title, chinese
        As in `car`.
    figure : Figure, optional
        An empty one to draw in; a new one by default.

    Returns
    -------
    Figure
        One axes per ticker, two in a row, each with the line labelled with its ticker.
    """
    event = readings.event_of(results, event_id)
    chosen = readings.tickers_of(results, event, tickers)
    paths = readings.car_paths(results, event, chosen, days=days, start=start)
    columns = min(2, len(chosen))
    with style.style(chinese=chinese):
        figure = figure or plt.figure(figsize=(style.WIDTH / style.DPI, 5))
        grid = [figure.add_subplot() for _ in chosen]
        left = 0.0
        for number, (ax, ticker) in enumerate(zip(grid, chosen, strict=True)):
            _line(ax, paths[ticker], ticker, chosen, band=True)
            _limits(ax, paths, chosen, right=0.4)
            left = max(left, layout.value_axis(ax, count=4))
            if number % columns:
                ax.tick_params(labelleft=False)
            _day_axis(ax, paths[ticker].index, caption=number >= len(chosen) - columns)
            _panel_name(ax, results, (event, ticker), chosen, chinese=chinese)
        heading = layout.Heading(
            title or findings.car(results, event, chosen),
            _subtitle(start, results.alpha, "", chinese=chinese),
            findings.method(results, event, chosen),
        )
        margins = layout.Margins(left + 22, EDGE_RIGHT, above=62, below=58)
        layout.dress_grid(
            grid, heading, columns=columns, height=PANEL_HEIGHT, margins=margins, gap=58
        )
    return figure


EDGE_RIGHT = 28.0


def _line(ax: Axes, path: pd.DataFrame, ticker: str, among: Sequence[str], *, band: bool) -> None:
    shade = style.colour(ticker, among)
    days = path.index.to_numpy(dtype=float)
    if band:
        ax.fill_between(
            days,
            path["ci_low"].to_numpy(dtype=float),
            path["ci_high"].to_numpy(dtype=float),
            color=shade,
            alpha=0.18,
            linewidth=0,
            label=f"band {ticker}",
        )
    ax.plot(
        days,
        path["car"].to_numpy(dtype=float),
        color=shade,
        linewidth=2.6 if band else 2.0,
        linestyle=style.line_style(ticker),
        label=ticker,
    )


def _trough(ax: Axes, path: pd.DataFrame, ticker: str, among: Sequence[str]) -> None:
    """The number of a clear day 0 beside its point, on the side where the line does not go."""
    if 0 not in path.index or 1 not in path.index or not readings.moved(path.loc[0]):
        return
    value, after = float(path["car"][0]), float(path["car"][1])
    below = after > value
    ax.annotate(
        words.percent(value, signed=True),
        (0.0, value),
        (5, -3 if below else 3),
        textcoords="offset points",
        ha="left",
        va="top" if below else "bottom",
        fontsize=style.TEXT,
        fontweight="bold",
        color=style.text_colour(style.colour(ticker, among)),
        label="value",
    )


def _limits(
    ax: Axes, paths: Mapping[str, pd.DataFrame], banded: Sequence[str], *, right: float
) -> None:
    values = [frame["car"] for frame in paths.values()]
    values += [paths[one][column] for one in banded for column in ("ci_low", "ci_high")]
    everything = np.concatenate([one.to_numpy(dtype=float) for one in values])
    low, high = min(np.nanmin(everything), 0.0), max(np.nanmax(everything), 0.0)
    room = 0.04 * (high - low)
    ax.set_ylim(low - room, high + room)
    days = next(iter(paths.values())).index
    ax.set_xlim(days[0] - 0.2, days[-1] + right)


def _day_axis(ax: Axes, days: pd.Index, *, caption: bool = True) -> None:
    low, high = int(days[0]), int(days[-1])
    step = 5 if high - low > 8 else 2 if high - low > 4 else 1
    shown = [day for day in range(low, high + 1) if day % step == 0]
    ax.set_xticks(shown, [words.number(day, digits=0, signed=True) for day in shown])
    ax.tick_params(axis="x", length=0, labelsize=style.TEXT, labelcolor=style.SOFT)
    if caption:
        ax.set_xlabel("trading days from day 0", fontsize=style.TEXT, color=style.SOFT, labelpad=3)


def _day_zero(ax: Axes, results: EventStudyResults, event: str, tickers: Sequence[str]) -> float:
    """The thin line with its date; pixels needed above the axes."""
    ax.axvline(0.0, color=style.INK, linewidth=0.9, zorder=1.6, label="day 0")
    dates = findings.day_zeros(results, event, tickers)
    lines = [f"day 0: {dates[0][0]}"]
    lines += [f"{words.join(who)}: {date}" for date, who in dates[1:]]
    ax.annotate(
        "\n".join(lines),
        (0.0, 1.0),
        (0, 4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=style.TEXT,
        linespacing=1.2,
        label="day 0 date",
        annotation_clip=False,
    )
    return 12 + 25 * len(lines)


def _short(date: str) -> str:
    """``27 January 2025`` as ``27 Jan 2025``, so that the number fits beside it."""
    day, month, year = date.split(" ", 2)
    return f"{day} {month[:3]} {year}"


def _panel_name(
    ax: Axes,
    results: EventStudyResults,
    key: tuple[str, str],
    among: Sequence[str],
    *,
    chinese: bool,
) -> None:
    """Name in the line's colour, and the date of this listing's day 0 by its line."""
    ax.axvline(0.0, color=style.INK, linewidth=0.9, zorder=1.6, label="day 0")
    date = findings.day_zeros(results, key[0], [key[1]])[0][0]
    row = readings.row_of(results.car(0, 0), key)
    texts = (
        (style.name(key[1], chinese=chinese), 31, "bold", style.colour(key[1], among)),
        (
            f"{_short(date)} alone: {words.percent(row['car'], signed=True)}",
            8,
            "normal",
            style.INK,
        ),
    )
    for text, up, weight, shade in texts:
        ax.annotate(
            text,
            (0.0, 1.0),
            (0.0, up * layout.POINT),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="left",
            va="bottom",
            fontsize=style.TEXT,
            fontweight=weight,
            color=style.text_colour(shade),
            label="panel",
            annotation_clip=False,
        )


def _end(
    path: pd.DataFrame, ticker: str, among: Sequence[str], *, chinese: bool
) -> tuple[float, float, str, str]:
    known = path["car"].dropna()
    day, value = float(known.index[-1]), float(known.iloc[-1])
    text = f"{style.name(ticker, chinese=chinese)}"
    return day, value, text, style.colour(ticker, among)


def _subtitle(start: int, alpha: float, banded: str, *, chinese: bool) -> str:
    of = f" for {style.name(banded, chinese=chinese)}" if banded else ""
    since = words.relative_day(start - 1)
    return (
        f"Cumulative abnormal return since the close of {since}, percent; "
        f"band: {words.confidence(alpha)} interval{of}"
    )
