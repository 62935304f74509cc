"""Ordinary days beside the event: where it lies among them, and what they would let one see.

In: a `Placebo`, `QuietDates` or `ExpectedSigns`. Out: axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np

from analytics.display import findings, style, words
from analytics.display.plots import layout
from analytics.display.plots.rows import HEIGHT, Row, draw
from analytics.display.plots.sizes import dot
from analytics.display.sentences import robustness as said
from analytics.display.sentences.studies import TEST_NAMES
from analytics.errors import InputError
from analytics.evidence import UNQUOTED, ExpectedSigns, Placebo, QuietDates
from analytics.evidence.asked import key_of
from analytics.evidence.power import chance_of_finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GROUPS = {"all": "All shares", UNQUOTED: "Price not quoted"}
TALL = 230.0
BINS = 45
ORDINARY = "#b9b9b9"
LINE = 25.0


def placebo(
    found: Placebo, key: tuple[str, str], *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """The abnormal returns of ordinary days, and the event among them.

    Parameters
    ----------
    found : Placebo
    key : (event_id, ticker)
    title : str, optional
        The finding by default.
    ax : Axes, optional

    Returns
    -------
    Axes
        A histogram of pseudo-events (x: CAR, decimal fraction; y: how many), its bars labelled
        ``ordinary``, a band labelled ``middle`` that holds ``1 - alpha`` of them, and the event as
        a line labelled ``event``.

    Raises
    ------
    InputError
        The observation has no pseudo-events.
    """
    row = found.table.loc[key_of(key, found.table.index)]
    cars = found.of(*key)["car"].to_numpy(float)
    if not len(cars):
        raise InputError(f"{key[1]} at {key[0]}: no ordinary day to draw; {row['note']}")
    with style.style():
        ax, owned = layout.own_axes(ax)
        shade = style.colour(key[1])
        ends = np.append(cars, [row["car"], 0.0])
        room = 0.06 * (np.nanmax(ends) - np.nanmin(ends))
        low, high = float(np.nanmin(ends) - room), float(np.nanmax(ends) + room)
        edges = np.linspace(low, high, BINS + 1)
        counts, _ = np.histogram(cars, edges)
        ax.bar(
            edges[:-1],
            counts,
            np.diff(edges),
            align="edge",
            color=ORDINARY,
            edgecolor="white",
            linewidth=0.6,
            label="ordinary",
        )
        top = 1.28 * counts.max()
        ax.set_ylim(0, top)
        ax.set_xlim(low, high)
        ax.axvspan(row["low"], row["high"], color=style.GRID, zorder=0, label="middle")
        ax.axvline(row["car"], color=shade, linewidth=3.0, ymax=0.86, zorder=4, label="event")
        layout.value_axis(ax, axis="x", count=8, grid=False)
        ax.set_yticks([])
        _event_text(ax, f"the event: {words.percent(row['car'], signed=True)}", row["car"], shade)
        length = int(row["last"] - row["first"]) + 1
        window = "day 0" if length == 1 else f"days {int(row['first'])} to {int(row['last'])}"
        heading = layout.Heading(
            title or said.placebo_title(found, key),
            f"Abnormal return, percent, over {window}; bars: ordinary days before the event; grey "
            f"band: the middle {words.confidence(found.alpha)} of them",
            _placebo_foot(found, key),
        )
        margins = layout.Margins(layout.EDGE, layout.EDGE, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=TALL, margins=margins)
    return ax


def _event_text(ax: Axes, text: str, x: float, shade: str) -> None:
    low, high = ax.get_xlim()
    left = x > low + 0.6 * (high - low)
    ax.annotate(
        text,
        (x, 0.93),
        (6 if not left else -6, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=style.TEXT,
        fontweight="bold",
        color=style.text_colour(shade),
        label="event value",
    )


def _placebo_foot(found: Placebo, key: tuple[str, str]) -> str:
    row = found.table.loc[key]
    left = found.left_out
    out = int(((left["event_id"] == key[0]) & (left["ticker"] == key[1])).sum())
    return (
        f"{int(row['n'])} pseudo-events, each forecast from an estimation window of its own, days "
        f"around other news masked, windows apart; {out} earlier sessions are none. "
        f"{words.pvalue(row['pvalue'])[:1].upper()}{words.pvalue(row['pvalue'])[1:]} by rank."
    )


def power(
    found: Placebo,
    *,
    keys: Sequence[tuple[str, str]] | None = None,
    most: float | None = None,
    title: str | None = None,
    figure: Figure | None = None,
) -> Figure:
    """The chance that a move of a given size is found: on ordinary days, and by the formula.

    Parameters
    ----------
    found : Placebo
    keys : sequence of (event_id, ticker), optional
        At most four; all observations by default.
    most : float, optional
        Right end of the axis, decimal fraction; by default where every curve is near its top.
    title : str, optional
        The finding by default.
    figure : Figure, optional
        An empty one to draw in; a new one by default.

    Returns
    -------
    Figure
        One axes per observation, two in a row. The curve labelled with the ticker: x is the move in
        either direction (decimal fraction), y the share of pseudo-events in which the t test
        rejects. The thin one labelled ``formula``: noncentral t with the event's own forecast
        error. A dot labelled ``detectable`` where four in five are found.

    Raises
    ------
    InputError
        More than four observations, or none with ordinary days.
    """
    chosen = list(found.table.index) if keys is None else list(keys)
    chosen = [key_of(key, found.table.index) for key in chosen]
    chosen = [key for key in chosen if found.table.loc[key, "n"] > 0]
    if not 0 < len(chosen) <= 4:
        raise InputError(f"{len(chosen)} curves: name one to four observations with keys=")
    moves = found.detectable().loc[chosen]
    end = float(1.5 * moves.max()) if most is None else most
    columns = min(2, len(chosen))
    with style.style():
        figure = figure or plt.figure(figsize=(style.WIDTH / style.DPI, 5))
        grid = [figure.add_subplot() for _ in chosen]
        for number, (ax, key) in enumerate(zip(grid, chosen, strict=True)):
            _curve(ax, found, key, end)
            if number % columns:
                ax.tick_params(labelleft=False)
        tickers = [ticker for _, ticker in chosen]
        heading = layout.Heading(
            title or _power_title(moves.to_numpy(float), tickers),
            "Chance to be found, percent, by the size of the move, percent; thick: added to "
            "ordinary days of real prices; thin: the formula for normal returns",
            f"Ordinary days before the event, each tested at {findings.level(found.alpha)}; at 0 "
            "the thick curve shows the false alarms. Dot: found four times in five.",
        )
        margins = layout.Margins(48, 20, above=44, below=34)
        layout.dress_grid(grid, heading, columns=columns, height=150, margins=margins, gap=30)
    return figure


def _curve(ax: Axes, found: Placebo, key: tuple[str, str], end: float) -> None:
    """One panel: the share found by size of move, and what the formula says."""
    effects = np.linspace(0.0, end, 81)
    up, down = found.power(effects)[key], found.power(-effects)[key]
    row, shade = found.table.loc[key], style.colour(key[1])
    theory = chance_of_finding(effects, row["std_error"], row["df"], found.alpha)
    ax.plot(effects, theory, color=style.SOFT, linewidth=1.2, zorder=2, label="formula")
    both = (up.to_numpy(float) + down.to_numpy(float)) / 2
    ax.plot(effects, both, color=shade, linewidth=2.6, zorder=3, label=key[1])
    move = float(found.detectable()[key])
    ax.plot(
        [move],
        [0.8],
        marker="o",
        markersize=9,
        color=shade,
        linestyle="none",
        zorder=4,
        label="detectable",
    )
    ax.set_xlim(0, end)
    ax.set_ylim(0, 1.04)
    layout.value_axis(ax, count=5)
    layout.value_axis(ax, axis="x", count=5, grid=False)
    ax.annotate(
        f"{style.name(key[1])}: {words.percent(move)}",
        (0, 1),
        (0, 10),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=style.TEXT,
        fontweight="bold",
        color=style.text_colour(shade),
        label="panel",
    )


def _power_title(moves: np.ndarray, tickers: Sequence[str]) -> str:
    best, worst = tickers[int(moves.argmin())], tickers[int(moves.argmax())]
    low, high = words.percent(float(moves.min())), words.percent(float(moves.max()))
    if best == worst:
        return f"A move of {style.name(best)} by {high} is found four times in five"
    return (
        f"Found four times in five: a move of {low} in {style.name(best)}, of {high} in "
        f"{style.name(worst)}"
    )


def quiet_dates(found: QuietDates, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """How often each test of several shares rejects on ordinary dates of real prices.

    Parameters
    ----------
    found : QuietDates
    title : str, optional
        The finding by default.
    ax : Axes, optional

    Returns
    -------
    Axes
        One row per test from 0 downwards, most frequent first: a dot at the rate (a share), filled
        where the test calls itself valid on enough dates (and then the rate on those); a whisker of
        its 95 percent interval; a line labelled ``nominal``.
    """
    table = found.rates.sort_values("rate", ascending=False, kind="stable")
    with style.style():
        ax, owned = layout.own_axes(ax)
        for number, (test, row) in enumerate(table.iterrows()):
            ends = float(row["low"]), float(row["high"])
            dot(ax, str(test), number, float(row["rate"]), ends, trusted=bool(row["trusted"]))
        top = float(table["high"].max())
        ax.set_xlim(-0.01 * top, 1.04 * top)
        ax.set_ylim(len(table) - 0.5, -0.5)
        layout.value_axis(ax, axis="x", count=5)
        ax.axvline(found.alpha, color=style.INK, linewidth=1.0, zorder=1, label="nominal")
        shown = [TEST_NAMES[str(test)] for test in table.index]
        ax.set_yticks(range(len(table)), shown, ha="left")
        wide = max(style.text_width(text) for text in shown)
        pad = (wide + 8) * layout.POINT
        ax.tick_params(axis="y", length=0, labelsize=style.TEXT, labelcolor=style.INK, pad=pad)
        added = (
            f"with {words.percent(found.effect, signed=True)} added to each share"
            if found.effect
            else "though nothing is known to have happened"
        )
        dates = found.dates
        heading = layout.Heading(
            title or said.quiet_dates_title(found),
            f"Share of ordinary dates on which the test rejects at {findings.level(found.alpha)} "
            f"(line) {added}, percent; filled: on the dates on which the test calls itself valid; "
            "hollow: hardly ever valid, on all dates",
            f"{len(dates)} dates, {words.date_range(dates[0].date(), dates[-1].date())}; whisker: "
            f"{words.confidence(found.alpha)} interval of the share.",
        )
        margins = layout.Margins(wide + 8 + layout.EDGE, 84, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=LINE * len(table), margins=margins)
    return ax


def expected_signs(
    found: ExpectedSigns, *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Average reaction in the direction that was declared before, by security.

    Parameters
    ----------
    found : ExpectedSigns
    title : str, optional
        The finding by default.
    ax : Axes, optional

    Returns
    -------
    Axes
        One row per security with at least two groups of events, and one for all: a dot at the mean
        CAR times its declared sign (decimal fraction), a whisker of its interval.
    """
    table = found.summary[found.summary["groups"] >= 3]
    shown = [str(one) for one in table.index]
    securities = [one for one in shown if one not in GROUPS]
    with style.style():
        ax, owned = layout.own_axes(ax)
        rows = [
            Row(
                name=GROUPS.get(one) or style.name(one),
                detail=f"{int(row['right'])} of {int(row['n'])} came",
                value=float(row["mean"]),
                low=float(row["ci_low"]),
                high=float(row["ci_high"]),
                ticker=one,
                shade=style.INK if one in GROUPS else style.colour(one, [*securities]),
                clear=bool((row["pvalue"] if one in GROUPS else row["pvalue_holm"]) < found.alpha),
                note=words.pvalue(float(row["pvalue"] if one in GROUPS else row["pvalue_holm"])),
            )
            for one, (_, row) in zip(shown, table.iterrows(), strict=True)
        ]
        left, right = draw(ax, rows, digits=1)
        groups = int(found.summary.loc["all", "groups"])
        heading = layout.Heading(
            title or said.expected_signs_title(found),
            "Abnormal return in the direction declared before looking at prices, average, "
            f"percent; whisker: {words.confidence(found.alpha)} interval, clustered; p by sign "
            "flips, for single shares after Holm",
            f"{int(found.summary.loc['all', 'n'])} declared signs in {groups} groups of events "
            "that share days. Price not quoted: without records that quote the move. Shares with "
            "fewer than three groups are not drawn.",
        )
        margins = layout.Margins(left, right, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=1.05 * HEIGHT * len(rows), margins=margins)
    return ax
