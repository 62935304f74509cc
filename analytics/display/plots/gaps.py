"""The premium of a receipt over the years, and what part of a gap the next open takes over.

In: a market, comparisons. Out: axes. It must not know how the numbers were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.display import listingwork, sentences, style, words
from analytics.display.labels import place_labels
from analytics.display.listingwork import city
from analytics.display.names import label_of, name
from analytics.display.plots import layout
from analytics.evidence import ListingComparisons
from analytics.evidence.catchup import UsualCatchUp
from analytics.market import Market

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SERIES_HEIGHT = 330.0
SCATTER_HEIGHT = 360.0


def premium_series(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    found: ListingComparisons | None = None,
    labels: int = 4,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """The receipt's premium at the local open over the years, with the events compared.

    Parameters
    ----------
    market : Market
    receipt, local : str, optional
    found : ListingComparisons, optional
        Events to mark, at the local session that follows or leads.
    labels : int
        How many of them to name: the largest gaps.
    title : str, optional
    chinese : bool
    ax : Axes, optional

    Returns
    -------
    Axes
        The premium is the line ``premium``, decimal fraction; ``year`` bands hold 95 of a hundred
        days of each year, ``median`` lines their middle.
    """
    frame = listingwork.aligned(market, receipt=receipt, local=local)
    marked = listingwork.marked(frame, found)
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        _years(ax, frame)
        ax.plot(
            layout.day_numbers(frame.index),
            frame["premium"].to_numpy(dtype=float),
            color=style.colour("TSM"),
            linewidth=1.3,
            zorder=3,
            label="premium",
        )
        low, high = float(frame["premium"].min()), float(frame["premium"].max())
        ax.set_ylim(min(low, 0.0) - 0.06 * (high - low), high + 0.34 * (high - low))
        ax.set_xlim(layout.day_number(frame.index[0]), layout.day_number(frame.index[-1]))
        left = layout.value_axis(ax, count=6)
        _year_ticks(ax, frame)
        if len(marked):
            _marks(ax, marked)
        heading = layout.Heading(
            title or sentences.premium_finding(frame),
            _series_subtitle(frame),
            _series_foot(market, frame, marked),
        )
        margins = layout.Margins(left + 22, 22, above=10, below=34)
        layout.dress(ax, heading, owned=owned, height=SERIES_HEIGHT, margins=margins)
        _series_labels(ax, frame, marked, labels)
    return ax


def _years(ax: Axes, frame: pd.DataFrame) -> None:
    years = listingwork.by_year(frame)
    for year, row in years.iterrows():
        inside = frame.index[frame.index.year == year]
        x = [layout.day_number(inside[0]), layout.day_number(inside[-1])]
        ax.fill_between(
            x, row["low"], row["high"], color=style.SOFT, alpha=0.09, linewidth=0, label="year"
        )
        ax.plot(x, [row["median"]] * 2, color=style.INK, linewidth=1.4, zorder=2.5, label="median")


def _year_ticks(ax: Axes, frame: pd.DataFrame) -> None:
    starts = [frame.index[frame.index.year == year][0] for year in sorted(set(frame.index.year))]
    ax.set_xticks(
        [layout.day_number(day) for day in starts], [str(day.year) for day in starts], ha="left"
    )
    ax.tick_params(axis="x", length=6, color=style.SOFT, labelsize=style.TEXT)


def _marks(ax: Axes, marked: pd.DataFrame) -> None:
    for sure in (True, False):
        part = marked[marked["time_confirmed"] == sure]
        ax.plot(
            layout.day_numbers(pd.Index(part["session"])),
            part["premium"].to_numpy(dtype=float),
            marker="o",
            markersize=6.5,
            markeredgewidth=1.4,
            markeredgecolor=style.INK,
            markerfacecolor=style.INK if sure else "white",
            linestyle="none",
            zorder=4,
            label=f"events, time {'confirmed' if sure else 'unconfirmed'}",
        )


def _series_labels(ax: Axes, frame: pd.DataFrame, marked: pd.DataFrame, labels: int) -> None:
    if marked.empty or not labels:
        return
    size = marked["gap"].abs().sort_values(ascending=False, kind="stable")
    chosen = marked.loc[size.index[:labels]]
    texts = [_mark_words(str(event_id), row) for event_id, row in chosen.iterrows()]
    _place(ax, frame.index, frame["premium"], chosen, marked, texts)


def _mark_words(event_id: str, row: pd.Series) -> str:
    day = pd.Timestamp(row["session"])
    gap = words.percent(float(np.expm1(row["gap"])), signed=True)
    return f"{layout.shorten(label_of(event_id), 240)}\n{day.day} {day:%b %Y}, gap {gap}"


def _place(
    ax: Axes,
    days: pd.Index,
    values: pd.Series,
    chosen: pd.DataFrame,
    marked: pd.DataFrame,
    texts: Sequence[str],
) -> None:
    line = layout.pixels(ax, layout.day_numbers(days), values.to_numpy(dtype=float))
    anchors, dots = (
        layout.pixels(
            ax, layout.day_numbers(pd.Index(one["session"])), one["premium"].to_numpy(dtype=float)
        )
        for one in (chosen, marked)
    )
    sizes = [(max(map(style.text_width, text.split("\n"))) + 6, 50.0) for text in texts]
    boxes = place_labels(anchors, sizes, line=line, dots=dots, room=layout.size_of(ax))
    for text, anchor, box in zip(texts, anchors, boxes, strict=True):
        if box is not None:
            layout.event_label(ax, text, anchor, box)


def _series_subtitle(frame: pd.DataFrame) -> str:
    receipt, local = frame.attrs["tickers"]
    return (
        f"Price of {receipt} above that of {local}, percent: last close in {city(receipt)} against "
        f"the next open in {city(local)}"
    )


def _series_foot(market: Market, frame: pd.DataFrame, marked: pd.DataFrame) -> str:
    parts = [
        f"{words.count(len(frame), 'session')}; black: median of the year, grey: 95 of a hundred "
        "of its days"
    ]
    if len(marked):
        parts.append("dots: news, hollow where its time is unconfirmed")
    tickers = [str(one) for one in frame.attrs.get("tickers", ())]
    return f"{'; '.join(parts)}. {listingwork.source(market, tickers)}"


def catch_up(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    follower: str | None = None,
    closes: int = 1,
    found: ListingComparisons | None = None,
    labels: int = 4,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """What part of a gap the first price of the line that was shut takes over.

    Parameters
    ----------
    market : Market
    receipt, local : str, optional
    follower : str, optional
        The line that was shut; the local one by default.
    closes : int
        Closes of the other line in between.
    found : ListingComparisons, optional
        Events to mark; those with as many closes and a sure order.
    labels : int
        How many of them to name: the largest gaps.
    title : str, optional
    chinese : bool
    ax : Axes, optional

    Returns
    -------
    Axes
        Log moves: the gap across, the return to the open upwards. ``spans`` are all recorded ones,
        ``fit`` the regression with its ``band``, ``all of it`` the line of equals.
    """
    past = listingwork.gaps(market, receipt=receipt, local=local, follower=follower, closes=closes)
    fit = listingwork.fit_of(past)
    events = listingwork.gap_events(found, past.follower, closes)
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        _cloud(ax, past, events, fit)
        left = layout.value_axis(ax, count=5)
        layout.value_axis(ax, axis="x", count=8, grid=False)
        heading = layout.Heading(
            title or sentences.catch_up_finding(past, fit),
            f"Move of {name(past.follower)} from its last close to its open (up) against the gap "
            f"that {city(past.leader)} left (across), log, percent",
            _scatter_foot(market, past, fit, events),
        )
        margins = layout.Margins(left + 22, 22, above=10, below=36)
        layout.dress(ax, heading, owned=owned, height=SCATTER_HEIGHT, margins=margins)
        _scatter_labels(ax, past, events, labels)
    return ax


def _cloud(ax: Axes, past: listingwork.Gaps, events: pd.DataFrame, fit: UsualCatchUp) -> None:
    gap, opened = past.spans.gap, past.spans.opened
    for values, set_limits in (
        (np.append(gap, events["gap"]), ax.set_xlim),
        (np.append(opened, events["response"]), ax.set_ylim),
    ):
        room = 0.06 * np.ptp(values)
        set_limits(values.min() - room, values.max() + room)
    x = np.linspace(*ax.get_xlim(), 60)
    forecasts = np.array([fit.forecast(float(one)) for one in x])
    half = listingwork.quantile(fit) * forecasts[:, 1]
    middle = forecasts[:, 0]
    ax.fill_between(
        x, middle - half, middle + half, color=style.SOFT, alpha=0.10, linewidth=0, label="band"
    )
    ax.plot(
        gap,
        opened,
        marker="o",
        markersize=3.6,
        markerfacecolor="#8a8a8a",
        markeredgewidth=0,
        alpha=0.5,
        linestyle="none",
        label="spans",
    )
    ends = np.array(ax.get_xlim())
    ax.plot(ends, ends, color=style.SOFT, linewidth=1.0, linestyle=(0, (4, 3)), label="all of it")
    ax.plot(
        ends,
        fit.intercept + fit.slope * ends,
        color=style.INK,
        linewidth=1.6,
        zorder=3,
        label="fit",
    )
    ax.plot(
        events["gap"],
        events["response"],
        marker="o",
        markersize=8,
        color=style.colour(past.follower, [past.follower]),
        markeredgecolor=style.INK,
        markeredgewidth=1.0,
        linestyle="none",
        zorder=4,
        label="events",
    )


def _scatter_labels(ax: Axes, past: listingwork.Gaps, events: pd.DataFrame, labels: int) -> None:
    cloud = layout.pixels(ax, past.spans.gap, past.spans.opened)
    size = events["gap"].abs().sort_values(ascending=False, kind="stable")
    chosen = events.loc[size.index[:labels]]
    anchors, dots = (
        layout.pixels(ax, one["gap"].to_numpy(float), one["response"].to_numpy(float))
        for one in (chosen, events)
    )
    texts = [layout.shorten(label_of(str(one)), 200) for one in chosen.index]
    sizes = [(style.text_width(text) + 6, 25.0) for text in texts]
    few = cloud[np.abs(past.spans.gap) > past.spans.usual_gap]
    boxes = place_labels(
        anchors, sizes, line=anchors[:1], dots=np.vstack([dots, few]), room=layout.size_of(ax)
    )
    for text, anchor, box in zip(texts, anchors, boxes, strict=True):
        if box is not None:
            layout.event_label(ax, text, anchor, box)


def _slope_interval(fit: UsualCatchUp) -> str:
    half = listingwork.quantile(fit) * fit.std_error
    low, high = (words.number(fit.slope + end, digits=2) for end in (-half, half))
    return f"{low} to {high}"


def _scatter_foot(
    market: Market, past: listingwork.Gaps, fit: UsualCatchUp, events: pd.DataFrame
) -> str:
    first = (
        f"Solid: regression, slope {words.number(fit.slope, digits=2)} ({words.confidence(0.05)} "
        f"interval {_slope_interval(fit)}), on {words.count(fit.n, 'span')} of "
        f"{words.count(past.spans.closes, 'close')}, band: {words.confidence(0.05)} of single "
        "ones; dashed: all of the gap"
    )
    dots = f"; dots: {words.count(len(events), 'event')}" if len(events) else ""
    return f"{first}{dots}. {listingwork.source(market, [past.leader, past.follower])}"
