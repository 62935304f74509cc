"""Which session could first answer: the clocks of the news and of each exchange on one axis.

In: an event and a market's calendars. Out: axes in real time, UTC. It must not know returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.display import style, words
from analytics.display.clockwork import (
    CLOCK_KNOWN,
    Row,
    Shut,
    clock_rows,
    day_zero_words,
    news_words,
    span_of,
)
from analytics.display.names import label_of
from analytics.display.plots import layout
from analytics.events import Event
from analytics.market import Market

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_HEIGHT = 104.0
BAR = 0.30  # share of a row
MARK = 11.0
DAY0 = "#0072B2"


def clocks(
    event: Event,
    market: Market,
    *,
    tickers: Sequence[str] | None = None,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """When the news came and which session of each exchange could first answer it.

    Parameters
    ----------
    event : Event
    market : Market
    tickers : sequence of str, optional
        Whose exchanges to show; those of the event's companies by default.
    title : str, optional
        The finding by default.
    chinese : bool
        The event's Chinese title in the subtitle, where a font has it.
    ax : Axes, optional

    Returns
    -------
    Axes
        Real time in days of matplotlib's epoch (``matplotlib.dates``), UTC. One row per exchange,
        first at height 0, then -1 ...; its sessions are bars, day 0 in blue, days without a session
        hatched. The news is a mark at height 1.
    """
    rows = clock_rows(event, market, tickers)
    start, end = span_of(event, rows)
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        ax.set_xlim(layout.day_number(start), layout.day_number(end))
        ax.set_ylim(-len(rows) + 0.45, 1.72)
        inner = style.WIDTH - 132 - 14 if owned else layout.size_of(ax)[0]
        scale = inner / (layout.day_number(end) - layout.day_number(start))
        _days(ax, start, end, scale)
        _news(ax, event, len(rows), scale)
        for number, row in enumerate(rows):
            _exchange(ax, row, -number, event, scale)
        ax.set_yticks([1, *(-k for k in range(len(rows)))], ["News, UTC", *(r.place for r in rows)])
        ax.tick_params(axis="y", length=0, labelsize=style.TEXT, labelcolor=style.INK, pad=6)
        heading = layout.Heading(
            title or _finding(rows), _subtitle(event, chinese=chinese), _foot(event, rows)
        )
        margins = layout.Margins(132, 14, above=30, below=4)
        height = ROW_HEIGHT * (len(rows) + 1.17)
        layout.dress(ax, heading, owned=owned, height=height, margins=margins)
    return ax


def _days(ax: Axes, start: pd.Timestamp, end: pd.Timestamp, scale: float) -> None:
    """A thin line at each midnight UTC; the day's name above its middle."""
    days = pd.date_range(start, end, freq="D")
    ax.set_xticks([])
    written = -1e9
    for number, day in enumerate(days):
        x = layout.day_number(day)
        ax.axvline(x, color=style.GRID, linewidth=0.8, zorder=0)
        if day + pd.Timedelta(hours=12) > end:
            continue
        short = f"{day.day} {day:%b}" if number == 0 or day.day == 1 else f"{day.day}"
        text = f"{day:%a} {day.day} {day:%b}" if scale > 125 else short
        middle = (x - layout.day_number(start) + 0.5) * scale
        if middle - style.text_width(text) / 2 < written + 8:
            continue
        written = middle + style.text_width(text) / 2
        ax.annotate(
            text,
            (x + 0.5, 1.0),
            (0, 4),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=style.TEXT,
            color=style.SOFT,
            label="day",
        )


def _news(ax: Axes, event: Event, rows: int, scale: float) -> None:
    early, late = (layout.day_number(bound) for bound in event.bounds())
    known = event.precision in CLOCK_KNOWN
    x = layout.day_number(event.published_at) if known else (early + late) / 2
    if known or late == early:
        ax.plot(
            [x, x], [-rows + 0.5, 1.0], color=style.INK, linewidth=0.9, zorder=4, label="news line"
        )
    if late > early:
        ax.plot(
            [early, late],
            [1.0, 1.0],
            color=style.INK,
            linewidth=5.0,
            alpha=0.35,
            solid_capstyle="butt",
            zorder=3,
            label="news interval",
        )
        ax.fill_between(
            [early, late], -rows + 0.5, 1.0, color=style.INK, alpha=0.07, linewidth=0, zorder=0.5
        )
    ax.plot(
        [x],
        [1.0],
        marker="o",
        markersize=MARK,
        markeredgewidth=2.0,
        markeredgecolor=style.INK,
        markerfacecolor=style.INK if event.time_confirmed else "white",
        linestyle="none",
        zorder=5,
        label="news",
    )
    text = news_words(event)
    _beside(ax, text, x, 1.36, scale, weight="bold", label="news time")


def _exchange(ax: Axes, row: Row, y: int, event: Event, scale: float) -> None:
    for shut in row.shut:
        _closed(ax, shut, y, scale)
    for session, opened, closed in row.sessions:
        first, last = layout.day_number(opened), layout.day_number(closed)
        chosen = session == row.day0
        ax.barh(
            y,
            last - first,
            left=first,
            height=BAR,
            color=DAY0 if chosen else "#9a9a9a" if session not in row.also else "white",
            edgecolor=DAY0 if chosen or session in row.also else "none",
            linewidth=1.6 if chosen or session in row.also else 0,
            zorder=3,
            label=f"session {row.code} {session:%Y-%m-%d}",
        )
        if chosen:
            text = f"day 0: {session.day} {session:%b}{'?' if row.also else ''}, {row.hours}"
            _beside(ax, text, (first + last) / 2, y + 0.33, scale, weight="bold", shade=DAY0)
    for begin, end in row.breaks:
        first, last = layout.day_number(begin), layout.day_number(end)
        height = 0.6 * BAR
        ax.barh(
            y, last - first, left=first, height=height, color="white", zorder=3.5, label="break"
        )
    if event.precision in CLOCK_KNOWN:
        local = pd.Timestamp(event.published_at).tz_convert(row.zone)
        x = layout.day_number(event.published_at)
        _beside(
            ax, f"{local:%a %H:%M} local time", x, y - 0.34, scale, shade=style.SOFT, label="local"
        )


def _closed(ax: Axes, shut: Shut, y: int, scale: float) -> None:
    first, last = layout.day_number(shut.start), layout.day_number(shut.end)
    low, high = ax.get_xlim()
    ax.barh(
        y,
        last - first,
        left=first,
        height=BAR,
        facecolor="#f4f4f4",
        edgecolor="#bdbdbd",
        hatch="////",
        linewidth=0,
        zorder=1,
        label=f"closed {shut.reason}",
    )
    seen = min(last, high) - max(first, low)
    if style.text_width(shut.reason) + 8 <= seen * scale:
        ax.text(
            (min(last, high) + max(first, low)) / 2,
            y,
            shut.reason,
            ha="center",
            va="center",
            fontsize=style.TEXT,
            color=style.SOFT,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
            zorder=2,
            label="reason",
        )


def _beside(
    ax: Axes,
    text: str,
    x: float,
    y: float,
    scale: float,
    *,
    weight: str = "normal",
    shade: str = style.INK,
    label: str = "day 0",
) -> None:
    """Text centred on ``x``, moved inwards where it would leave the axes."""
    low, high = ax.get_xlim()
    half = style.text_width(text, weight=weight) / 2 / scale
    at = float(np.clip(x, low + half, max(high - half, low + half)))
    ax.text(
        at,
        y,
        text,
        ha="center",
        va="center",
        fontsize=style.TEXT,
        fontweight=weight,
        color=shade,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        zorder=6,
        label=label,
    )


def _finding(rows: Sequence[Row]) -> str:
    together: dict[str, list[str]] = {}
    for row in rows:
        together.setdefault(day_zero_words(row), []).append(row.place)
    if len(together) == len(rows) > 1:
        said = [f"{place} {day}" for day, (place,) in together.items()]
    else:
        said = [f"{day} in {words.join(places)}" for day, places in together.items()]
    return f"First close after the news: {', '.join(said)}"


def _subtitle(event: Event, *, chinese: bool) -> str:
    if chinese and event.title_zh and style.cjk_font():
        return event.title_zh
    return f"{label_of(event)}, {words.long_date(event.date)}; real time, UTC"


def _foot(event: Event, rows: Sequence[Row]) -> str:
    parts = ["Blue: day 0"]
    if any(row.also for row in rows):
        parts.append("outlined: could be day 0 too")
    parts.append("hatched: closed")
    if not event.time_confirmed:
        parts.append("hollow: time unconfirmed")
    zones = words.join(f"{row.place} {row.offset}" for row in rows)
    source = "exchange calendars"
    if all(row.corrected for row in rows):
        source += ", corrected"
    elif any(row.corrected for row in rows):
        checked = words.join(row.place for row in rows if row.corrected)
        source += f"; corrected for {checked}"
    return f"{'; '.join(parts)}. {zones}. Source: {source}."
