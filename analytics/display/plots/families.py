"""Many events at once: the average of a family, and how many reactions stand out of all.

In: a table of averages, or results. Out: axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from analytics.display import findings, readings, style, words
from analytics.display.labels import place_flags
from analytics.display.names import label_of
from analytics.display.plots import layout
from analytics.display.plots.rows import HEIGHT, Row, draw
from analytics.study import EventStudyResults

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

STEPS = range(10, 61)  # from zero to the edge of the band; more where there are many dots
MOST_NAMED = 5
SIDE = 136.0  # pixels beside the band: its count has to fit there
LEAST_HEIGHT, MOST_HEIGHT = 206.0, 330.0
HEAD = 50.0
CLEARANCE = 8.0  # between the counts and the highest name
NAME_WIDTH = 190.0
BAND = "#efefef"


def averages(
    table: pd.DataFrame,
    *,
    window: tuple[int, int] | None = None,
    alpha: float = 0.05,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """The average reaction of each security to a family of events, with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `analytics.evidence.average_reactions`.
    window : tuple of int, optional
        The days it was made for, which it does not hold; said in the subtitle.
    alpha : float
        The level it was made for.
    title : str, optional
        The finding by default.
    chinese : bool
    ax : Axes, optional

    Returns
    -------
    Axes
        One row per ticker, from 0 downwards: a whisker and a dot in decimal fractions; bold where
        the average differs from zero after Holm.
    """
    clear = readings.clear_averages(table, alpha)
    tickers = [str(ticker) for ticker in table.index]
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        rows = [
            Row(
                name=style.name(ticker, chinese=chinese),
                detail=words.count(int(row["n"]), "event"),
                value=float(row["mean"]),
                low=float(row["ci_low"]),
                high=float(row["ci_high"]),
                ticker=ticker,
                shade=style.colour(ticker, tickers),
                clear=bool(clear[ticker]),
                note=words.pvalue(float(row["pvalue_holm"])),
            )
            for ticker, (_, row) in zip(tickers, table.iterrows(), strict=True)
        ]
        left, right = draw(ax, rows, digits=readings.column_digits(table["mean"]))
        over = f", {readings.window_words(*window)}" if window else ""
        heading = layout.Heading(
            title or findings.averages(table, alpha),
            f"Average abnormal return{over}, percent; whisker: {words.confidence(alpha)} interval; "
            "p after Holm",
            findings.averages_method(table, alpha),
        )
        margins = layout.Margins(left, right, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=1.15 * HEIGHT * len(rows), margins=margins)
    return ax


def standouts(
    results: EventStudyResults,
    *,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """How many reactions stand out of all, and how many chance alone would give.

    Parameters
    ----------
    results : EventStudyResults
        Of many observations.
    title : str, optional
        The finding by default.
    chinese : bool
    ax : Axes, optional

    Returns
    -------
    Axes
        One dot per observation: x is the t value of its headline window, moved to the middle of its
        step (a tenth of the band's half-width, less where there are many); y is its place in the
        stack. Lines labelled ``below``, ``inside`` and ``above``; a band labelled ``band``; a line
        labelled ``chance``.
    """
    found = readings.standouts(results)
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        wide, high = layout.size_of(ax)
        inner, most = (style.WIDTH - 2 * layout.EDGE, MOST_HEIGHT) if owned else (wide, high)
        ax.set_xlim(*_limits(found, SIDE / inner))
        low, right = ax.get_xlim()
        step, at, tallest = _stacks(found, (right - low) / inner, most)
        cell = inner * step / (right - low)
        height = max(LEAST_HEIGHT, tallest * cell) if owned else high
        ax.set_ylim(0, max(tallest, height / cell))
        _t_axis(ax, found)
        _dots(ax, found, at, size=0.86 * min(cell, height / ax.get_ylim()[1]))
        curve = _chance(ax, found, step)
        heading = layout.Heading(
            title or findings.standouts(found),
            f"One dot per abnormal return, by its t value; grey band: "
            f"{words.confidence(found.alpha)} interval includes zero; line: chance alone",
            findings.standouts_method(found, results),
        )
        margins = layout.Margins(layout.EDGE, layout.EDGE, above=HEAD, below=34)
        layout.dress(ax, heading, owned=owned, height=height, margins=margins)
        _counts(ax, found)
        _names(ax, found, at, curve)
    return ax


def _stacks(
    found: readings.Standouts, pixel: float, height: float
) -> tuple[float, np.ndarray, float]:
    """Width of a step, the places of the dots, and the highest stack with some air above it.

    Steps are as wide as they can be for round dots to fit into ``height``; ``pixel`` is one in t.
    """
    for number in STEPS:
        step = found.edge / number
        at = _stacked(found.table["t"], step)
        tallest = max(at[:, 1].max() + 0.5, len(at) * step * stats.norm.pdf(0.0)) + 1
        if tallest * step / pixel <= height:
            break
    return step, at, float(tallest)


def _stacked(t: pd.Series, step: float) -> np.ndarray:
    """(N, 2) places of sorted t values: the middle of their step, and the height in its stack."""
    steps = np.floor(t.to_numpy(dtype=float) / step)
    first = np.searchsorted(steps, steps, side="left")
    return np.column_stack([(steps + 0.5) * step, np.arange(len(steps)) - first + 0.5])


def _limits(found: readings.Standouts, share: float) -> tuple[float, float]:
    """Ends of the t axis: all dots, and at each side of the band this share of the axis."""
    t, edge, share = found.table["t"], found.edge, min(share, 0.3)
    low, high = float(t.min()) - 0.3, float(t.max()) + 0.3
    least = edge / (1 - 2 * share)  # where both sides need more room
    low, high = min(low, -least), max(high, least)
    low = min(low, (-edge - share * high) / (1 - share))
    return low, max(high, (edge - share * low) / (1 - share))


def _t_axis(ax: Axes, found: readings.Standouts) -> None:
    ax.axvspan(-found.edge, found.edge, facecolor=BAND, linewidth=0, zorder=0, label="band")
    ax.axvline(0.0, color=style.SOFT, linewidth=0.9, zorder=0.5, label="zero")
    values = layout.ticks(*ax.get_xlim(), count=8)
    digits = 0 if all(value == round(value) for value in values) else 1
    ax.set_xticks(values, [words.number(value, digits=digits, signed=True) for value in values])
    ax.set_yticks([])
    ax.tick_params(axis="x", length=0, labelsize=style.TEXT, labelcolor=style.SOFT)


def _dots(ax: Axes, found: readings.Standouts, at: np.ndarray, *, size: float) -> None:
    ax.axhline(0.0, color=style.SOFT, linewidth=0.9, zorder=1.5, label="ground")
    out, up = found.table["out"].to_numpy(dtype=bool), found.table["t"].to_numpy() > 0
    for label, chosen, shade in (
        ("inside", ~out, "#9a9a9a"),
        ("below", out & ~up, style.NEGATIVE),
        ("above", out & up, style.POSITIVE),
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


def _chance(ax: Axes, found: readings.Standouts, step: float) -> np.ndarray:
    """The stacks that chance alone would build: mean density of all t distributions."""
    x = np.linspace(*ax.get_xlim(), 200)
    kinds, often = np.unique(found.table["df"].to_numpy(dtype=float), return_counts=True)
    density = sum(n * stats.t.pdf(x, df) for df, n in zip(kinds, often, strict=True))
    y = np.asarray(step * density)
    ax.plot(x, y, color=style.SOFT, linewidth=1.8, zorder=4, label="chance")
    return np.column_stack([x, y])


def _counts(ax: Axes, found: readings.Standouts) -> None:
    """Above each part of the axis: how many are there, and how many chance would put there."""
    (low, high), edge = ax.get_xlim(), found.edge
    middles = ((low - edge) / 2, 0.0, (edge + high) / 2)
    shades = (style.text_colour(style.NEGATIVE), style.SOFT, style.text_colour(style.POSITIVE))
    for middle, word, n, chance, shade in zip(
        middles, ("below", "inside", "above"), found.counts, found.chance, shades, strict=True
    ):
        for text, up, weight, ink in (
            (f"{n} {word}", 26, "bold", shade),
            (f"by chance {findings.about(chance)}", 3, "normal", style.SOFT),
        ):
            ax.annotate(
                text,
                (middle, 1.0),
                (0, up * layout.POINT),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=style.TEXT,
                fontweight=weight,
                color=ink,
                annotation_clip=False,
                label="count",
            )


def _names(ax: Axes, found: readings.Standouts, at: np.ndarray, curve: np.ndarray) -> None:
    """Name what lies farthest out, where nothing else stands."""
    far = found.farthest(MOST_NAMED)
    rows = found.table.index.get_indexer(far.index)
    dots = layout.pixels(ax, at[:, 0], at[:, 1])
    line = layout.pixels(ax, curve[:, 0], curve[:, 1])
    texts = [
        f"{layout.shorten(label_of(str(event)), NAME_WIDTH)}\n"
        f"{ticker} {words.percent(float(far.loc[(event, ticker), 'car']), signed=True)}"
        for event, ticker in far.index
    ]
    sizes = [
        (max(style.text_width(part) for part in text.split("\n")) + 6, 2 * 25.0) for text in texts
    ]
    wide, high = layout.size_of(ax)
    taken, room = np.vstack([dots, line]), (wide, high - CLEARANCE)
    left, right = layout.pixels(ax, np.array([-found.edge, found.edge]), np.zeros(2))[:, 0]
    shade = (float(left), float(right))
    boxes = place_flags(dots[rows], sizes, taken=taken, room=room, shade=shade)
    for text, anchor, box in zip(texts, dots[rows], boxes, strict=True):
        if box is not None:
            layout.event_label(ax, text, anchor, box, ground="none")
