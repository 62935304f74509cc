"""Did trading react: activity by day, all observations at once, the split at the open.

In: results of `analytics.evidence`. Out: axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np

from analytics.display import activitywork, style, words
from analytics.display.activitywork import Key
from analytics.display.labels import place_flags
from analytics.display.names import label_of
from analytics.display.plots import layout
from analytics.display.sentences import times
from analytics.evidence import ActivityResults, OpeningSplit
from analytics.evidence.openings import PARTS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_HEIGHT = 170.0
BAND = "#e4e4e4"
ROW = 34.0
PART_NAMES = {"overnight": "at the open", "intraday": "in the session"}
TITLES = {"volume": "Volume", "range": "Range between high and low"}
STEP = 0.075  # log points that one dot takes
MOST_HEIGHT = 330.0
LEAST_NAMED, MOST_NAMED = 2, 5
NAME_WIDTH = 190.0
BELOW, ABOVE, INSIDE = style.NEGATIVE, style.POSITIVE, "#9a9a9a"


def activity_panels(
    results: ActivityResults,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
    days: tuple[int, int] = (-5, 5),
    title: str | None = None,
    chinese: bool = False,
    figure: Figure | None = None,
) -> Figure:
    """Volume or range of each day around the news as a multiple of usual, one panel per security.

    Parameters
    ----------
    results : ActivityResults
    event_id : str, optional
        Needed if the results hold several events.
    tickers : sequence of str, optional
        All of the event's by default.
    days : tuple of int
        First and last day shown.
    title : str, optional
        The finding by default.
    chinese : bool
    figure : Figure, optional
        An empty one to draw in; a new one by default.

    Returns
    -------
    Figure
        One axes per ticker on one logarithmic scale, each with a line labelled with its ticker, a
        band labelled ``band TICKER`` and the interval of day 0 labelled ``interval TICKER``.
    """
    keys = activitywork.keys_of(results.sample, event_id, tickers)
    frame = activitywork.paths(results, keys, days)
    chosen = [ticker for _, ticker in keys]
    columns = min(2, len(keys))
    with style.style(chinese=chinese):
        figure = figure or plt.figure(figsize=(style.WIDTH / style.DPI, 5))
        grid = [figure.add_subplot() for _ in keys]
        left = 0.0
        for number, (ax, key) in enumerate(zip(grid, keys, strict=True)):
            _path(ax, activitywork.path_of(frame, key), key[1], chosen)
            left = max(left, _times_axis(ax, frame))
            if number % columns:
                ax.tick_params(labelleft=False)
            _days(ax, frame, caption=number >= len(keys) - columns)
            _panel_name(ax, results, frame, key, chosen, chinese=chinese)
        heading = layout.Heading(
            title or activitywork.busy(results, keys),
            f"{TITLES[results.measure.name]}, times usual, log scale; grey: "
            f"{words.confidence(results.alpha)} of ordinary days; whisker: interval of day 0",
            f"From day 0 on, usual is what was expected on the eve. "
            f"{activitywork.method(results, chosen)}",
        )
        margins = layout.Margins(left + 22, 28.0, above=62, below=58)
        layout.dress_grid(
            grid, heading, columns=columns, height=PANEL_HEIGHT, margins=margins, gap=58
        )
    return figure


def _path(ax: Axes, path: pd.DataFrame, ticker: str, among: Sequence[str]) -> None:
    shade = style.colour(ticker, among)
    days = path.index.to_numpy(dtype=float)
    low, high = (path[name].to_numpy(dtype=float) for name in ("band_low", "band_high"))
    ax.fill_between(days, low, high, color=BAND, linewidth=0, label=f"band {ticker}")
    ax.axhline(1.0, color=style.SOFT, linewidth=0.9, zorder=1.5, label="usual")
    ax.plot(
        days,
        path["ratio"].to_numpy(dtype=float),
        color=shade,
        linewidth=2.2,
        linestyle=style.line_style(ticker),
        marker="o",
        markersize=5,
        zorder=3,
        label=ticker,
    )
    if 0 in path.index:
        ends = path.loc[0, ["ci_low", "ci_high"]].to_numpy(dtype=float)
        ax.plot(
            [0.0, 0.0],
            ends,
            color=shade,
            linewidth=3.0,
            solid_capstyle="butt",
            alpha=0.5,
            zorder=2.5,
            label=f"interval {ticker}",
        )


def _times_axis(ax: Axes, frame: pd.DataFrame) -> float:
    """A logarithmic axis with doublings; pixels of its widest label."""
    columns = ["ratio", "band_low", "band_high"]
    values = frame[columns].to_numpy(dtype=float).ravel()
    at_zero = frame[frame.index.get_level_values("day") == 0][["ci_low", "ci_high"]]
    values = np.concatenate([values, at_zero.to_numpy(dtype=float).ravel(), [1.0]])
    low, high = np.nanmin(values) / 1.08, np.nanmax(values) * 1.08
    ax.set_yscale("log")
    ax.set_ylim(low, high)
    return _doublings(ax, "y", float(low), float(high), most=6)


def _doublings(ax: Axes, axis: str, low: float, high: float, *, most: int) -> float:
    """Ticks at powers of two, or of four or more where they are many; the widest label."""
    first, last = int(np.ceil(np.log2(low))), int(np.floor(np.log2(high)))
    step = max(1, -(-(last - first + 1) // most))
    powers = [power for power in range(first, last + 1) if power % step == 0]
    labels = [f"{2.0**power:g}" for power in powers]
    which = ax.yaxis if axis == "y" else ax.xaxis
    which.set_ticks([2.0**power for power in powers], labels)
    which.set_ticks([], minor=True)
    which.grid(visible=True, color=style.GRID, linewidth=0.8)
    ax.tick_params(
        axis=axis,  # type: ignore[arg-type]
        which="both",
        length=0,
        labelsize=style.TEXT,
        labelcolor=style.SOFT,
    )
    return max((style.text_width(label) for label in labels), default=0.0)


def _days(ax: Axes, frame: pd.DataFrame, *, caption: bool) -> None:
    days = frame.index.get_level_values("day")
    low, high = int(days.min()), int(days.max())
    step = 5 if high - low > 8 else 2 if high - low > 4 else 1
    shown = [day for day in range(low, high + 1) if day % step == 0]
    ax.set_xlim(low - 0.3, high + 0.4)
    ax.set_xticks(shown, [words.number(day, digits=0, signed=True) for day in shown])
    ax.tick_params(axis="x", length=0, labelsize=style.TEXT, labelcolor=style.SOFT)
    ax.axvline(0.0, color=style.INK, linewidth=0.9, zorder=1.6, label="day 0")
    if caption:
        ax.set_xlabel("trading days from day 0", fontsize=style.TEXT, color=style.SOFT, labelpad=3)


def _panel_name(
    ax: Axes,
    results: ActivityResults,
    frame: pd.DataFrame,
    key: Key,
    among: Sequence[str],
    *,
    chinese: bool,
) -> None:
    """Name in the line's colour; the date of day 0 and its ratio below."""
    facts = results.sample.observations.loc[key]
    session, unsure = facts["session"], "?" if facts["session_ambiguous"] else ""
    path = activitywork.path_of(frame, key)
    value = times(float(path.loc[0, "ratio"])) if 0 in path.index else "no day 0"
    date = f"{session.day} {session:%b %Y}{unsure}"
    texts = (
        (style.name(key[1], chinese=chinese), 31, "bold", style.colour(key[1], among)),
        (f"{date}: {value}", 8, "normal", style.INK),
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


def activity_spread(
    results: ActivityResults,
    *,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Every observation's volume or range against usual, beside how ordinary days spread.

    Parameters
    ----------
    results : ActivityResults
        Of many observations.
    title : str, optional
        The finding by default.
    chinese : bool
    ax : Axes, optional

    Returns
    -------
    Axes
        One dot per observation: x is the ratio over its headline window, moved to the middle of its
        step; y is its place in the stack. Lines labelled ``below``, ``inside`` and ``above``;
        an area labelled ``ordinary``, scaled to as many observations.
    """
    found = activitywork.spread(results)
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        wide, high = layout.size_of(ax)
        inner = style.WIDTH - 2 * layout.EDGE if owned else wide
        logs = np.log(found.table["ratio"].to_numpy(dtype=float))
        reach = float(np.abs(logs).max())
        low, right = min(logs.min(), -0.5 * reach) - 0.3, max(logs.max(), 0.5 * reach) + 0.35
        at, step, height = _stacks(logs, inner / (right - low), MOST_HEIGHT if owned else high)
        ax.set_xscale("log")
        ax.set_xlim(np.exp(low), np.exp(right))
        _doublings(ax, "x", float(np.exp(low)), float(np.exp(right)), most=9)
        curve = _ordinary(ax, found, step)
        tallest = max(at[:, 1].max() + 0.5, curve[:, 1].max()) + 1.5
        cell = inner * step / (right - low)
        height = max(190.0, tallest * cell) if owned else height
        ax.set_ylim(0, max(tallest, height / cell))
        ax.set_yticks([])
        _dots(ax, found, at, size=0.86 * min(cell, height / ax.get_ylim()[1]))
        heading = layout.Heading(
            title or activitywork.spread_title(found, results.measure.name),
            f"One dot per observation: {results.measure.name}, times usual, log scale; blue and "
            f"orange: t test at {words.percent(results.alpha, digits=0)}; grey area: ordinary days",
            f"{len(found.table)} observations, headline windows. "
            f"{activitywork.method(results, [str(t) for _, t in found.table.index])}",
        )
        margins = layout.Margins(layout.EDGE, layout.EDGE, above=12, below=34)
        layout.dress(ax, heading, owned=owned, height=height, margins=margins)
        _names(ax, found, at, curve)
    return ax


def _stacks(logs: np.ndarray, pixel: float, most: float) -> tuple[np.ndarray, float, float]:
    """(N, 2) places of ascending logs, the width of a step, the height; steps shrink to fit."""
    step = STEP
    while True:
        bins = np.floor(logs / step)
        first = np.searchsorted(bins, bins, side="left")
        at = np.column_stack([np.exp((bins + 0.5) * step), np.arange(len(bins)) - first + 0.5])
        height = (at[:, 1].max() + 2.0) * step * pixel
        if height <= most or step < STEP / 8:
            return at, step, float(min(height, most))
        step *= 0.9


def _ordinary(ax: Axes, found: activitywork.Spread, step: float) -> np.ndarray:
    """How as many ordinary windows would stack up, as an area; its outline, (P, 2)."""
    low, high = np.log(ax.get_xlim())
    edges = np.arange(np.floor(low / step), np.ceil(high / step) + 1) * step
    share, _ = np.histogram(found.ordinary, edges)
    heights = share / len(found.ordinary) * len(found.table)
    x = np.exp(np.repeat(edges, 2)[1:-1])
    y = np.repeat(heights, 2)
    ax.fill_between(x, 0.0, y, color=BAND, linewidth=0, zorder=1, label="ordinary")
    ax.axvline(1.0, color=style.SOFT, linewidth=0.9, zorder=1.5, label="usual")
    ax.axhline(0.0, color=style.SOFT, linewidth=0.9, zorder=1.5, label="ground")
    return np.column_stack([x, y])


def _dots(ax: Axes, found: activitywork.Spread, at: np.ndarray, *, size: float) -> None:
    out, up = found.table["out"].to_numpy(dtype=bool), found.table["t"].to_numpy() > 0
    for label, chosen, shade in (
        ("inside", ~out, INSIDE),
        ("below", out & ~up, BELOW),
        ("above", out & up, ABOVE),
    ):
        ax.plot(
            at[chosen, 0],
            at[chosen, 1],
            marker="o",
            markersize=size * layout.POINT,
            markeredgewidth=0,
            color=shade,
            linestyle="none",
            zorder=3,
            label=label,
        )


def _names(ax: Axes, found: activitywork.Spread, at: np.ndarray, curve: np.ndarray) -> None:
    """Name what stands out most, where nothing else stands."""
    out = found.table[found.table["out"]]
    least = max(len(found.last), LEAST_NAMED)
    order = out["t"].abs().sort_values(ascending=False, kind="stable").index
    far = out.loc[order[: min(least, MOST_NAMED)]]
    if far.empty:
        return
    rows = found.table.index.get_indexer(far.index)
    low, high = np.log(ax.get_xlim())
    wide, tall = layout.size_of(ax)
    dots, line = (_pixels(part, low, high, ax.get_ylim()[1], wide, tall) for part in (at, curve))
    texts = [
        f"{layout.shorten(label_of(str(event)), NAME_WIDTH)}\n{ticker} {times(row['ratio'])}"
        for (event, ticker), row in far.iterrows()
    ]
    sizes = [(max(map(style.text_width, text.split("\n"))) + 6, 50.0) for text in texts]
    taken = np.vstack([dots, line[line[:, 1] > 0]])
    boxes = place_flags(dots[rows], sizes, taken=taken, room=(wide, tall), shade=(0.0, 0.0))
    for text, anchor, box in zip(texts, dots[rows], boxes, strict=True):
        if box is not None:
            layout.event_label(ax, text, anchor, box, ground="none")


def _pixels(
    points: np.ndarray, low: float, high: float, top: float, wide: float, tall: float
) -> np.ndarray:
    across = (np.log(points[:, 0]) - low) / (high - low) * wide
    return np.column_stack([across, points[:, 1] / top * tall])


def opening_split(
    split: OpeningSplit,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """The return of day 0 over night and in the session, each beside its usual range.

    Parameters
    ----------
    split : OpeningSplit
    event_id : str, optional
        Needed if the split holds several events.
    tickers : sequence of str, optional
    title : str, optional
        The finding by default.
    chinese : bool
    ax : Axes, optional

    Returns
    -------
    Axes
        Two rows per ticker, from 0 downwards, in decimal fractions: a band labelled
        ``usual TICKER PART`` and a dot labelled ``TICKER PART``, hollow where that part cannot hold
        the reaction, or where it cannot be told.
    """
    keys = activitywork.keys_of(split.sample, event_id, tickers)
    rows = split.table.loc[keys]
    chosen = [ticker for _, ticker in keys]
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        for number, key in enumerate(keys):
            for place, part in enumerate(PARTS):
                _part(ax, rows.loc[key], key[1], part, _place(number, place), chosen)
        _split_axes(ax, rows)
        left = _split_names(ax, chosen, chinese=chinese)
        unsure = bool((rows["holds"] != "overnight").any())
        hollow = "; hollow: before the news, or not known" if unsure else ""
        heading = layout.Heading(
            title or activitywork.opening_title(split, keys),
            "Return from the close before to the open, and from the open to the close, percent; "
            f"grey: {words.confidence(split.alpha)} of usual days{hollow}",
            f"Raw returns: indices are known at their close only. "
            f"{_estimation(rows)} estimation days. {activitywork.source(split.sample, chosen)}",
        )
        shown = [words.percent(value, digits=1, signed=True) for value in rows[list(PARTS)].stack()]
        right = max(style.text_width(text, weight="bold") for text in shown) + 24
        margins = layout.Margins(left, right, above=8, below=34)
        height = ROW * (_place(len(keys) - 1, 1) + 1)
        layout.dress(ax, heading, owned=owned, height=height, margins=margins)
    return ax


def _estimation(rows: pd.DataFrame) -> str:
    low, high = int(rows["n_estimation"].min()), int(rows["n_estimation"].max())
    return f"{low}" if low == high else f"{low} to {high}"


def _place(number: int, part: int) -> float:
    """Height of a row: pairs with a gap between them."""
    return 2.45 * number + part


def _part(
    ax: Axes, row: pd.Series, ticker: str, part: str, at: float, among: Sequence[str]
) -> None:
    shade = style.colour(ticker, among)
    low, high = float(row[f"{part}_low"]), float(row[f"{part}_high"])
    ax.plot(
        [low, high],
        [at, at],
        color=BAND,
        linewidth=0.55 * ROW * layout.POINT,
        solid_capstyle="butt",
        zorder=1,
        label=f"usual {ticker} {part}",
    )
    solid = row["holds"] == "overnight" or row["holds"] == part
    value = float(row[part])
    ax.plot(
        [value],
        [at],
        marker="o",
        markersize=10,
        color=shade,
        markerfacecolor=shade if solid else "white",
        markeredgewidth=2,
        linestyle="none",
        zorder=4,
        label=f"{ticker} {part}",
    )
    ax.annotate(
        words.percent(value, digits=1, signed=True),
        (1.0, at),
        (8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=style.TEXT,
        fontweight="normal" if low <= value <= high else "bold",
        color=style.text_colour(shade),
        annotation_clip=False,
        label="value",
    )


def _split_axes(ax: Axes, rows: pd.DataFrame) -> None:
    columns = [f"{part}{what}" for part in PARTS for what in ("", "_low", "_high")]
    values = rows[columns].to_numpy(dtype=float)
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    room = 0.05 * (high - low) or 0.01
    ax.set_xlim(low - room, high + room)
    ax.set_ylim(_place(len(rows) - 1, 1) + 0.5, -0.5)
    layout.value_axis(ax, axis="x", count=6)


def _split_names(ax: Axes, tickers: Sequence[str], *, chinese: bool) -> float:
    """Names of the parts beside the axes, and of the securities at the left; the left margin."""
    places = [_place(number, part) for number in range(len(tickers)) for part in (0, 1)]
    ax.set_yticks(places, [PART_NAMES[part] for part in PARTS] * len(tickers), ha="right")
    ax.tick_params(axis="y", length=0, labelsize=style.TEXT, labelcolor=style.SOFT, pad=8)
    inner = max(style.text_width(text) for text in PART_NAMES.values()) + 12
    names = [style.name(ticker, chinese=chinese) for ticker in tickers]
    outer = max(style.text_width(text, weight="bold") for text in names) + 16
    for number, (text, ticker) in enumerate(zip(names, tickers, strict=True)):
        ax.annotate(
            text,
            (0.0, _place(number, 0)),
            (-(inner + outer) * layout.POINT, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=style.TEXT,
            fontweight="bold",
            color=style.text_colour(style.colour(ticker, tickers)),
            annotation_clip=False,
            label="share",
        )
    return inner + outer + layout.EDGE
