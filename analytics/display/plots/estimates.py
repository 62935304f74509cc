"""How an abnormal return came about, and how sure it is: line, whiskers, two benchmarks.

In: results. Out: axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.display import findings, readings, style, words
from analytics.display.plots import layout
from analytics.display.plots.rows import HEIGHT, Row, draw
from analytics.study import EventStudyResults

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SCATTER_HEIGHT = 340.0


def scatter(
    results: EventStudyResults,
    key: tuple[str, str],
    *,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """The firm against its benchmark: estimation days, the fitted line, day 0 and its distance.

    Parameters
    ----------
    results : EventStudyResults
        Of a model with one benchmark.
    key : tuple of str
        (event_id, ticker).
    title : str, optional
    chinese : bool
    ax : Axes, optional

    Returns
    -------
    Axes
        Lines labelled ``estimation days``, ``fit``, ``abnormal return`` (from the line to day 0)
        and ``day 0``, in decimal fractions; a band labelled ``range`` for one day's return.
    """
    line = readings.estimate(results, key)
    shade = style.colour(key[1], [key[1]])
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        _cloud(ax, line, results.alpha)
        ax.plot(
            [line.event_benchmark] * 2,
            [float(line.line(np.array(line.event_benchmark))), line.event_firm],
            color=shade,
            linewidth=2.4,
            zorder=4,
            label="abnormal return",
        )
        ax.plot(
            [line.event_benchmark],
            [line.event_firm],
            marker="o",
            markersize=9,
            color=shade,
            linestyle="none",
            zorder=5,
            label="day 0",
        )
        left = _percent_axes(ax)
        heading = layout.Heading(
            title or findings.scatter(line, key[1]),
            f"Daily total return, percent: {style.name(key[1], chinese=chinese)} (up) against "
            f"{line.benchmark_words} (across)",
            _scatter_foot(results, line, key[1]),
        )
        margins = layout.Margins(left + 22, 20, above=10, below=36)
        layout.dress(ax, heading, owned=owned, height=SCATTER_HEIGHT, margins=margins)
        _day_label(ax, line, shade)
    return ax


def _cloud(ax: Axes, line: readings.Estimate, alpha: float) -> None:
    xs = np.append(line.benchmark, line.event_benchmark)
    ys = np.append(line.firm, line.event_firm)
    room_x, room_y = 0.06 * np.ptp(xs), 0.06 * np.ptp(ys)
    ax.set_xlim(xs.min() - room_x, xs.max() + room_x)
    ax.set_ylim(ys.min() - room_y, ys.max() + room_y)
    x = np.linspace(*ax.get_xlim(), 60)
    middle, half = line.line(x), line.half_width(x, alpha)
    ax.fill_between(
        x, middle - half, middle + half, color=style.SOFT, alpha=0.10, linewidth=0, label="range"
    )
    ax.plot(
        line.benchmark,
        line.firm,
        marker="o",
        markersize=4.5,
        markerfacecolor="#8a8a8a",
        markeredgewidth=0,
        alpha=0.55,
        linestyle="none",
        label="estimation days",
    )
    ends = np.array(ax.get_xlim())
    ax.plot(ends, line.line(ends), color=style.INK, linewidth=1.6, zorder=3, label="fit")


def _percent_axes(ax: Axes) -> float:
    left = layout.value_axis(ax, count=5)
    layout.value_axis(ax, axis="x", count=5, grid=False)
    return left


def _day_label(ax: Axes, line: readings.Estimate, shade: str) -> None:
    """Date and abnormal return beside day 0, on the side with more room."""
    low, high = ax.get_xlim()
    to_right = line.event_benchmark < (low + high) / 2
    session = line.session
    bottom, top = ax.get_ylim()
    up = (line.event_firm - bottom) / (top - bottom)
    ax.annotate(
        f"{session.day} {session:%b %Y}\nabnormal {words.percent(line.abnormal, signed=True)}",
        (line.event_benchmark, line.event_firm),
        (10 if to_right else -10, 0),
        textcoords="offset points",
        ha="left" if to_right else "right",
        va="bottom" if up < 0.15 else "top" if up > 0.85 else "center",
        fontsize=style.TEXT,
        fontweight="bold",
        color=style.text_colour(shade),
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
        zorder=6,
        label="day 0 label",
    )


def _scatter_foot(results: EventStudyResults, line: readings.Estimate, ticker: str) -> str:
    level = words.confidence(results.alpha)
    beta = words.number(line.beta, digits=2)
    low, high = (words.number(end, digits=2) for end in (line.beta_low, line.beta_high))
    return (
        f"Beta {beta} ({level} interval {low} to {high}), {len(line.benchmark)} estimation days; "
        f"band: {level} of single days. {findings.source(results, [ticker])}"
    )


def forest(
    results: EventStudyResults,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Who was expected to move, and who did: CAR with interval, and the sign expected before.

    Parameters
    ----------
    results : EventStudyResults
    event_id, tickers, title, chinese
        As in `car`.
    ax : Axes, optional

    Returns
    -------
    Axes
        One row per ticker, from 0 downwards: a whisker and a dot in decimal fractions; a triangle
        at the left points to the side that was expected.
    """
    event = readings.event_of(results, event_id)
    chosen = readings.tickers_of(results, event, tickers)
    rows = readings.forest_rows(results, event, chosen)
    shown = [
        _row(
            str(ticker),
            (
                style.name(str(ticker), chinese=chinese),
                readings.window_words(int(row["first"]), int(row["last"])),
            ),
            row,
            style.colour(str(ticker), chosen),
        )
        for ticker, row in rows.iterrows()
    ]
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        left, right = draw(ax, shown, column=34.0)
        for number, (ticker, row) in enumerate(rows.iterrows()):
            _expected(ax, number, str(row["expected"]), str(ticker), blind=bool(row["blind"]))
        late = rows["expected"].isin(["+", "-"]) & ~rows["blind"]
        known = "; hollow: sign set with the price known" if late.any() else ""
        heading = layout.Heading(
            title or findings.forest(rows),
            f"Cumulative abnormal return, percent; whisker: {words.confidence(results.alpha)} "
            f"interval; triangle: sign expected beforehand{known}",
            findings.method(results, event, chosen),
        )
        margins = layout.Margins(left, right, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=HEIGHT * len(shown), margins=margins)
    return ax


def _row(ticker: str, texts: tuple[str, str], row: pd.Series, shade: str) -> Row:
    """A row of ``car, ci_low, ci_high``; bold where the interval leaves out zero."""
    car, low, high = (float(row[k]) for k in ("car", "ci_low", "ci_high"))
    return Row(*texts, car, low, high, ticker, shade, clear=readings.moved(row))


def _expected(ax: Axes, number: int, sign: str, ticker: str, *, blind: bool) -> None:
    """A triangle that points up or down, or a dash where no sign was expected."""
    marks = {"+": "▲", "-": "▼"} if blind else {"+": "△", "-": "▽"}
    ax.annotate(
        marks.get(sign, words.MISSING),
        (0.0, number),
        (-24 * layout.POINT, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=style.TEXT,
        color=style.SOFT,
        annotation_clip=False,
        label=f"expected {ticker} {sign}",
    )


def with_and_without(
    plain: EventStudyResults,
    excluded: EventStudyResults,
    key: tuple[str, str],
    *,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """A firm's abnormal return against the index, and against the index without the firm.

    A large firm moves its own index, which hides part of what happened to it.

    Parameters
    ----------
    plain, excluded : EventStudyResults
        Of ``align(..., exclude_self=False)`` and of the default.
    key : tuple of str
        (event_id, ticker).
    title, chinese
        As in `car`.
    ax : Axes, optional

    Returns
    -------
    Axes
        Two rows of dot and whisker, decimal fractions: the plain index first.

    Raises
    ------
    InputError
        The two are not as described.
    """
    event, ticker = key
    rows = list(readings.both_ways(plain, excluded, key))
    index = str(plain.estimates.loc[key, "benchmark"])
    label = readings.window_words(int(rows[0]["first"]), int(rows[0]["last"]))
    shades = (style.CONTEXT, style.colour(ticker, [ticker]))
    index_name = style.name(index, chinese=chinese)
    texts = (index_name, f"{index_name} without it")
    returned = [readings.index_and_explained(one, key) for one in (plain, excluded)]
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        left, right = draw(
            ax,
            [
                _row(ticker, (f"{text}: {moved}", f"explains {part}"), row, shade)
                for text, (moved, part), row, shade in zip(
                    texts, returned, rows, shades, strict=True
                )
            ],
        )
        heading = layout.Heading(
            title or findings.with_and_without(rows[0], rows[1], ticker, index),
            f"Abnormal return, {label}, percent; whisker: {words.confidence(plain.alpha)} interval",
            findings.method_both(plain, event, [ticker]),
        )
        margins = layout.Margins(left, right, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=1.1 * HEIGHT * 2, margins=margins)
    return ax
