"""How often tests reject in worlds where the truth is known: one world as dots, many as a table.

In: simulations. Out: axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from analytics.display import findings, style, words
from analytics.display.plots import layout
from analytics.display.sentences import TEST_NAMES
from analytics.errors import InputError
from analytics.evidence import Simulation

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROW = 25.0
CELL = 56.0
NAMES = 226.0
WARNED = style.SOFT
TRUSTED = style.POSITIVE
STRONGEST = 0.55
FULL = 0.40  # a rejection rate from which on the colour is at its strongest


def rejection(
    simulation: Simulation,
    *,
    valid: pd.Series | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """How often each test rejects in one simulated world, with the error of the simulation.

    Parameters
    ----------
    simulation : Simulation
        Of `analytics.evidence.simulate_size`.
    valid : pandas.Series, optional
        Column ``valid`` of `EventStudyResults.test`: which tests hold for real results that the
        world stands for; whether they hold in the world itself by default.
    title : str, optional
        The finding by default.
    ax : Axes, optional

    Returns
    -------
    Axes
        One row per test from 0 downwards, most frequent first: a dot at the rate (a share), filled
        where the test may be trusted, hollow where it warned; a whisker of its 95 percent interval;
        a line labelled ``nominal``.
    """
    table = simulation.table.sort_values("rejection", ascending=False, kind="stable")
    held = simulation.trusted if valid is None else valid
    hollow = "the test itself warned" if valid is None else "not valid for the results of this page"
    with style.style():
        ax, owned = layout.own_axes(ax)
        for number, (name, row) in enumerate(table.iterrows()):
            trusted = bool(held[str(name)])
            rate, reach = float(row["rejection"]), 1.96 * float(row["std_error"])
            ends = max(rate - reach, 0.0), rate + reach
            dot(ax, str(name), number, rate, ends, trusted=trusted)
        most = float((table["rejection"] + 2.0 * table["std_error"]).max())
        ax.set_xlim(-0.01 * max(most, 0.1), max(most, 0.1) * 1.02)
        ax.set_ylim(len(table) - 0.5, -0.5)
        layout.value_axis(ax, axis="x", count=5)
        alpha = simulation.world.alpha
        ax.axvline(alpha, color=style.INK, linewidth=1.0, zorder=1, label="nominal")
        names = [TEST_NAMES[str(name)] for name in table.index]
        ax.set_yticks(range(len(table)), names, ha="left")
        wide = max(style.text_width(name) for name in names)
        pad = (wide + 8) * layout.POINT
        ax.tick_params(axis="y", length=0, labelsize=style.TEXT, labelcolor=style.INK, pad=pad)
        heading = layout.Heading(
            title or findings.rejection(simulation),
            f"Share of simulated runs in which the test rejects at {findings.level(alpha)} "
            f"(line), percent; hollow: {hollow}",
            findings.simulation_method(simulation),
        )
        margins = layout.Margins(wide + 8 + layout.EDGE, 84, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=ROW * len(table), margins=margins)
    return ax


def dot(
    ax: Axes, name: str, row: int, rate: float, ends: tuple[float, float], *, trusted: bool
) -> None:
    """A rate with its interval in a row, hollow where the test is not to be trusted.

    Parameters
    ----------
    ax : Axes
    name : str
        Of the test: label of the dot.
    row : int
    rate : float
        A share.
    ends : tuple of float
        Ends of its interval.
    trusted : bool
    """
    shade = TRUSTED if trusted else WARNED
    ax.plot(ends, [row, row], color=shade, linewidth=2.0, zorder=2, label=f"interval {name}")
    ax.plot(
        [rate],
        [row],
        marker="o",
        markersize=9,
        color=shade,
        markerfacecolor=shade if trusted else "white",
        markeredgewidth=1.8,
        clip_on=False,
        linestyle="none",
        zorder=4,
        label=name,
    )
    ax.annotate(
        words.percent(rate, digits=1 if rate < 0.995 else 0),
        (1.0, row),
        (8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=style.TEXT,
        color=style.text_colour(shade),
        fontweight="bold" if trusted else "normal",
        annotation_clip=False,
        label="value",
    )


def rejections(
    simulations: Sequence[Simulation], *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Rejection rates of every test (rows) in every world (columns), printed in percent.

    Parameters
    ----------
    simulations : sequence of Simulation
        Of `analytics.evidence.size_table`.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes
        The coloured cells are its one mesh (tests x worlds, shares); bold where the test may
        be trusted in that world (see `Simulation.trusted`).

    Raises
    ------
    InputError
        More worlds than fit, or worlds with different effects.
    """
    effect = {one.world.effect for one in simulations} != {0.0}
    if len({one.world.effect for one in simulations}) > 1:
        raise InputError("worlds with different effects do not belong in one table")
    rates = np.column_stack([one.rejection.to_numpy() for one in simulations])
    trusted = np.column_stack([one.trusted.to_numpy() for one in simulations])
    names = [TEST_NAMES[str(name)] for name in simulations[0].rejection.index]
    with style.style():
        ax, owned = layout.own_axes(ax)
        room = style.WIDTH - 2 * layout.EDGE
        cell = min(2 * CELL, (room - NAMES) / len(simulations))
        if cell < CELL:
            raise InputError(
                f"{len(simulations)} worlds do not fit beside the names of the tests; give at most "
                f"{int((room - NAMES) / CELL)}"
            )
        edges = NAMES + cell * np.arange(len(simulations) + 1)
        rows = np.arange(len(names) + 1) - 0.5
        shown = np.clip((rates - 0.05) / (FULL - 0.05), 0.0, 1.0) * (not effect)
        ax.pcolormesh(
            edges, rows, shown, cmap=_scale(), vmin=0, vmax=1, edgecolor="white", linewidth=1.5
        )
        for row, name in enumerate(names):
            _write(ax, 0.0, row, name, ha="left")
            for column in range(len(simulations)):
                _write(
                    ax,
                    float(edges[column + 1]) - 5,
                    row,
                    words.percent(float(rates[row, column]), digits=0, unit=False),
                    bold=bool(trusted[row, column]),
                )
        above = _heads(ax, simulations, edges)
        ax.set_xlim(0, room)
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.set_xticks([])
        ax.set_yticks([])
        heading = layout.Heading(
            title or findings.rejections(simulations),
            f"Share of runs that reject at {findings.level(simulations[0].world.alpha)} "
            f"{'with the effect' if effect else 'though nothing happened'}, percent; bold: the "
            "test says when it holds",
            findings.simulations_method(simulations),
        )
        margins = layout.Margins(layout.EDGE, layout.EDGE, above=above, below=4)
        layout.dress(ax, heading, owned=owned, height=ROW * len(names), margins=margins)
    return ax


def _write(
    ax: Axes, x: float, y: float, text: str, *, ha: str = "right", bold: bool = False
) -> None:
    ax.text(
        x,
        y,
        text,
        ha=ha,
        va="center_baseline",
        fontsize=style.TEXT,
        fontweight="bold" if bold else "normal",
        color=style.INK,
        label="cell" if ha == "right" else "row",
    )


def _heads(ax: Axes, simulations: Sequence[Simulation], edges: np.ndarray) -> float:
    """Two to four short lines above each column; pixels needed."""
    texts = [findings.world_lines(one.world) for one in simulations]
    tallest = max(map(len, texts))
    for lines, right in zip(texts, edges[1:], strict=True):
        ax.annotate(
            "\n".join(lines),
            (float(right) - 5, 1.0),
            (0, 4),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=style.TEXT,
            color=style.SOFT,
            label="column",
        )
    return tallest * style.TEXT / layout.POINT * layout.LINE + 12


def _scale() -> LinearSegmentedColormap:
    """White at the nominal level, orange above it; dark text is legible on all of it."""
    strong = tuple(1 - STRONGEST * (1 - part) for part in to_rgb(style.NEGATIVE))
    return LinearSegmentedColormap.from_list("white to orange", [(1.0, 1.0, 1.0), strong])
