"""The price over the years with the events at their sessions.

In: events, a market, a ticker. Out: axes. It must not know results.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import NullLocator

from analytics.display import names, style, words
from analytics.display.labels import place_labels
from analytics.display.plots import layout
from analytics.display.pricework import KINDS, Closure, closures, event_moves, price_between
from analytics.events import Event, EventTable
from analytics.market import Market

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 340.0
SPREAD = 3.0  # a price that spans more than this factor is drawn on a log axis
SHAPES = ("o", "s", "D", "^")
MARK = 8.0
NAME_WIDTH = 220.0


def timeline(
    events: EventTable | Iterable[Event],
    market: Market,
    ticker: str,
    *,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    labels: int | Sequence[str] = 5,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Closing price with every event that names the ticker, at the session it first could move.

    Parameters
    ----------
    events : EventTable or iterable of Event
    market : Market
    ticker : str
    start, end : date, optional
        Range shown; the recorded one by default.
    labels : int or sequence of str
        How many events to name, largest moves on day 0 first; or the ids of those to name.
    title : str, optional
    chinese : bool
        Names in Chinese too, where a font has them.
    ax : Axes, optional

    Returns
    -------
    Axes
        x in days of matplotlib's epoch; the price is the line labelled with the ticker, in its own
        currency, on a log axis if it spans more than a factor of three.
    """
    price = price_between(market, ticker, start, end)
    moves = event_moves(events, market, ticker, price)
    shut = closures(market, ticker, price)
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        _price_line(ax, price, ticker, shut)
        left = _axes(ax, price)
        _closures(ax, shut)
        kinds = _marks(ax, moves)
        heading = layout.Heading(
            title or f"What was the price of {names.name(ticker)} doing when the news came?",
            _subtitle(market, ticker, price, chinese=chinese),
            _foot(market, ticker, moves, closed=bool(shut)),
        )
        margins = layout.Margins(left + 22, 18, above=_key_height(kinds), below=34)
        layout.dress(ax, heading, owned=owned, height=HEIGHT, margins=margins)
        _key(ax, kinds)
        _name_events(ax, price, moves, labels)
    return ax


def _price_line(ax: Axes, price: pd.Series, ticker: str, shut: Sequence[Closure]) -> None:
    """The closes; no line where the exchange was shut for long."""
    gaps = pd.Series(np.nan, index=pd.DatetimeIndex([first for first, _, _ in shut]))
    whole = pd.concat([price, gaps]).sort_index() if shut else price
    ax.plot(
        layout.day_numbers(whole.index),
        whole.to_numpy(dtype=float),
        color=style.colour(ticker, [ticker]),
        linewidth=1.8,
        label=ticker,
    )


def _axes(ax: Axes, price: pd.Series) -> float:
    """Limits and ticks; the width of the price labels."""
    low, high = float(price.min()), float(price.max())
    logarithmic = high / low > SPREAD
    if logarithmic:
        ax.set_yscale("log")
        ax.set_ylim(low / 1.25, high * 1.55)
    else:
        ax.set_ylim(low - 0.12 * (high - low), high + 0.35 * (high - low))
    values = _price_ticks(low, high, logarithmic=logarithmic)
    labels = [words.number(value, digits=0 if value >= 10 else 1) for value in values]
    ax.set_yticks(values, labels)
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.grid(visible=True, color=style.GRID, linewidth=0.8)
    ax.set_xlim(layout.day_number(price.index[0]), layout.day_number(price.index[-1]))
    days, said = _date_ticks(price.index[0], price.index[-1])
    ax.set_xticks([layout.day_number(day) for day in days], said, ha="left")
    ax.tick_params(axis="both", length=0, labelsize=style.TEXT, labelcolor=style.SOFT)
    ax.tick_params(axis="x", length=6, color=style.SOFT)
    return max(style.text_width(label) for label in labels)


def _price_ticks(low: float, high: float, *, logarithmic: bool) -> list[float]:
    if not logarithmic:
        return layout.ticks(low, high, count=4)
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = sorted(float(power * m) for power in powers for m in (1, 2, 5))
    return [value for value in steps if low / 1.2 <= value <= high * 1.2]


def _date_ticks(first: pd.Timestamp, last: pd.Timestamp) -> tuple[list[pd.Timestamp], list[str]]:
    """Beginnings of years, quarters, months or fortnights, with room for their names."""
    months = (last - first).days / 30.4
    step = "YS" if months > 20 else "3MS" if months > 8 else "MS" if months > 2 else "2W-MON"
    starts = pd.date_range(first - pd.Timedelta(days=7), last, freq=step)
    days = [max(day, first) for day in starts if (last - day) / (last - first) > 0.08]
    if step == "YS":
        return days, [str(day.year) for day in days]
    if step == "2W-MON":
        return days, [f"{day.day} {day:%b}" for day in days]
    years = [f" {day.year}" if k == 0 or day.month == 1 else "" for k, day in enumerate(days)]
    return days, [f"{day:%b}{year}" for day, year in zip(days, years, strict=True)]


def _closures(ax: Axes, shut: Sequence[Closure]) -> None:
    for first, last, reason in shut:
        ax.axvspan(
            layout.day_number(first),
            layout.day_number(last),
            facecolor="#f1f1f1",
            edgecolor="#bdbdbd",
            hatch="////",
            linewidth=0,
            zorder=0,
            label=f"closed {reason}",
        )


def _marks(ax: Axes, moves: pd.DataFrame) -> list[int]:
    """One mark per event; the kinds that occur."""
    for kind in range(len(KINDS)):
        for sure in (True, False):
            part = moves[(moves["kind"] == kind) & (moves["time_confirmed"] == sure)]
            if part.empty:
                continue
            ax.plot(
                layout.day_numbers(pd.Index(part["session"])),
                part["price"].to_numpy(dtype=float),
                marker=SHAPES[kind],
                markersize=MARK,
                markeredgewidth=1.6,
                markeredgecolor=style.INK,
                markerfacecolor=style.INK if sure else "white",
                linestyle="none",
                zorder=4,
                label=f"{KINDS[kind]}, time {'confirmed' if sure else 'unconfirmed'}",
            )
    return sorted(set(moves["kind"]))


def _key_rows(kinds: Sequence[int]) -> list[list[int]]:
    """The key, broken into lines."""
    room = style.WIDTH - 2 * layout.EDGE
    rows: list[list[int]] = [[]]
    used = 0.0
    for kind in kinds:
        need = 24 + style.text_width(KINDS[kind]) + 18
        if rows[-1] and used + need > room:
            rows.append([])
            used = 0.0
        rows[-1].append(kind)
        used += need
    return rows


def _key_height(kinds: Sequence[int]) -> float:
    return 10 + 26.0 * len(_key_rows(kinds)) if kinds else 8.0


def _key(ax: Axes, kinds: Sequence[int]) -> None:
    """Shape and name of each kind of event, above the axes."""
    wide, high = layout.size_of(ax)
    rows = _key_rows(kinds)
    shift = ax.get_position().x0 * style.WIDTH - layout.EDGE
    for number, row in enumerate(rows):
        x = -shift
        y = 16 + 26.0 * (len(rows) - 1 - number)
        for kind in row:
            ax.plot(
                [(x + 8) / wide],
                [1 + y / high],
                marker=SHAPES[kind],
                markersize=MARK,
                color=style.INK,
                linestyle="none",
                transform=ax.transAxes,
                clip_on=False,
                label="key",
            )
            ax.text(
                (x + 22) / wide,
                1 + y / high,
                KINDS[kind],
                transform=ax.transAxes,
                ha="left",
                va="center_baseline",
                fontsize=style.TEXT,
                color=style.SOFT,
                label="key",
            )
            x += 24 + style.text_width(KINDS[kind]) + 18


def _name_events(
    ax: Axes, price: pd.Series, moves: pd.DataFrame, labels: int | Sequence[str]
) -> None:
    """Write the names of the most important events where nothing else stands."""
    chosen = _chosen(moves, labels)
    if chosen.empty:
        return
    line = layout.pixels(ax, layout.day_numbers(price.index), price.to_numpy(dtype=float))
    dots, anchors = (
        layout.pixels(
            ax, layout.day_numbers(pd.Index(part["session"])), part["price"].to_numpy(dtype=float)
        )
        for part in (moves, chosen)
    )
    texts = [_event_words(row) for _, row in chosen.iterrows()]
    sizes = [
        (max(style.text_width(part) for part in text.split("\n")) + 6, 2 * 25.0) for text in texts
    ]
    boxes = place_labels(anchors, sizes, line=line, dots=dots, room=layout.size_of(ax))
    for text, anchor, box in zip(texts, anchors, boxes, strict=True):
        if box is not None:
            layout.event_label(ax, text, anchor, box)


def _event_words(row: pd.Series) -> str:
    move = words.percent(float(row["move"]), signed=True)
    session = pd.Timestamp(row["session"])
    label = layout.shorten(str(row["label"]), NAME_WIDTH)
    return f"{label}\n{session.day} {session:%b %Y}, {move}"


def _chosen(moves: pd.DataFrame, labels: int | Sequence[str]) -> pd.DataFrame:
    """One row per session to be named; of several events in one session the count is added."""
    together = moves.groupby("session")["label"].transform("size") - 1
    more = [
        f"{label} +{n}" if n else label for label, n in zip(moves["label"], together, strict=True)
    ]
    named = moves.assign(label=more)
    if not isinstance(labels, int):
        return named.loc[[one for one in labels if one in moves.index]]
    single = named.drop_duplicates("session")
    order = single["move"].abs().sort_values(ascending=False, kind="stable").index
    return single.loc[order[:labels]]


def _subtitle(market: Market, ticker: str, price: pd.Series, *, chinese: bool) -> str:
    currency = market.directory.security(ticker).currency
    scale = ", log scale" if price.max() / price.min() > SPREAD else ""
    unit = f", {currency}" if currency else ""
    who = f"{style.name(ticker, chinese=True)}: " if chinese else ""
    return f"{who}Close{unit}{scale}. Named: largest total returns on a day 0"


def _foot(market: Market, ticker: str, moves: pd.DataFrame, *, closed: bool) -> str:
    parts = []
    if not moves["time_confirmed"].all():
        parts.append("Hollow: time unconfirmed")
    if closed:
        parts.append("Hatched: exchange closed a week or longer")
    parts.append(f"{len(moves)} events at the first close after the news")
    entry = next((one for one in market.sources if one.name == f"prices/{ticker}.csv"), None)
    source = words.brief_source(entry.source) if entry else "the reader's own prices"
    return f"{'. '.join(parts)}. Source: {source}."
