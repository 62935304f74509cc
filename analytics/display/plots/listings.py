"""Two listings of one firm in real time: what one found while the other was shut.

In: a comparison, its event, a market. Out: axes. It must not know how the numbers were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.display import listingwork, sentences, style, words
from analytics.display.labels import place_labels
from analytics.display.listingwork import Hours, RealTime, city
from analytics.display.names import label_of
from analytics.display.plots import layout
from analytics.events import Event
from analytics.evidence import ListingComparison
from analytics.market import Market

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

HEIGHT = 440.0
LONG = 3.5  # days: longer than a weekend
STRIP = 26.0  # height of an exchange's row of sessions, in pixels
NEWS = 27.0  # height of a line of news above the price lines, in pixels


def two_listings(
    comparison: ListingComparison,
    event: Event,
    market: Market,
    *,
    title: str | None = None,
    chinese: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Both lines in real time: what one found while the other was shut.

    Parameters
    ----------
    comparison : ListingComparison
        Of `analytics.evidence.compare_listings`.
    event : Event
        The one compared.
    market : Market
    title : str, optional
        The finding by default.
    chinese : bool
        Names in Chinese too, where a font has them.
    ax : Axes, optional

    Returns
    -------
    Axes
        Real time in days of matplotlib's epoch, UTC; heights are moves since the follower's last
        close, decimal fraction. Lines labelled with the tickers run from each open to each close;
        ``band`` is the interval of the follower's next price, ``expected`` its interval at the part
        of the gap usually taken over. Sessions of both exchanges are shaded.
    """
    seen = listingwork.real_time(comparison, event, market)
    with style.style(chinese=chinese):
        ax, owned = layout.own_axes(ax)
        height = HEIGHT if owned else layout.size_of(ax)[1]
        ax.set_xlim(layout.day_number(seen.start), layout.day_number(seen.end))
        _limits(ax, comparison, seen, height)
        _shade(ax, seen)
        _implied_band(ax, comparison, seen)
        for hours in (seen.leader, seen.follower):
            _session_lines(ax, hours)
        _expected_open(ax, comparison, seen)
        left = _value_axis(ax, seen, height)
        _strips(ax, seen, height)
        _days(ax, seen)
        _news(ax, comparison, event, height)
        _end_names(ax, seen, height, chinese=chinese)
        heading = layout.Heading(
            title or sentences.found_while_shut(comparison),
            _real_time_subtitle(comparison),
            _real_time_foot(comparison, event, market),
        )
        right = 16 + max(style.text_width(one) for one in _names(seen, chinese=chinese))
        margins = layout.Margins(left + 18, right, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=height, margins=margins)
        _key_values(ax, comparison, seen)
    return ax


def _limits(ax: Axes, comparison: ListingComparison, seen: RealTime, height: float) -> None:
    """Room for the strips below and the news above."""
    row = comparison.path.iloc[-1]
    base = float(row["implied"]) / np.exp(row["gap"])
    ends = [
        comparison.path["ci_low"].to_numpy() / base - 1.0,
        comparison.path["ci_high"].to_numpy() / base - 1.0,
        *(hours.sessions[["first", "last"]].to_numpy().ravel() for hours in _both(seen)),
        np.expm1(comparison.catch_up[["ci_low", "ci_high"]].to_numpy().ravel()),
        np.array([0.0]),
    ]
    low, high = (float(f(np.concatenate(ends))) for f in (np.nanmin, np.nanmax))
    above, below = NEWS * len(_news_rows(comparison)) + 12, 2 * STRIP + 24
    per_pixel = (high - low) / (height - above - below)
    ax.set_ylim(low - below * per_pixel, high + above * per_pixel)


def _value_axis(ax: Axes, seen: RealTime, height: float) -> float:
    """Percent ticks above the strips alone; the widest text at the left."""
    layout.value_axis(ax, count=6)
    low, high = ax.get_ylim()
    floor = low + (2 * STRIP + 14) * (high - low) / height
    kept = [
        (at, text.get_text())
        for at, text in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
        if at > floor
    ]
    ax.set_yticks([at for at, _ in kept], [text for _, text in kept])
    texts = [*(text for _, text in kept), *(hours.city for hours in _both(seen))]
    return max(style.text_width(text) for text in texts)


def _both(seen: RealTime) -> tuple[Hours, Hours]:
    return seen.leader, seen.follower


def _shade(ax: Axes, seen: RealTime) -> None:
    """Every session of both exchanges as a pale upright band."""
    for hours in _both(seen):
        shade = style.colour(hours.ticker, _tickers(seen))
        for session, row in hours.sessions.iterrows():
            ax.axvspan(
                layout.day_number(row["opened"]),
                layout.day_number(row["closed"]),
                facecolor=shade,
                alpha=0.13,
                linewidth=0,
                zorder=0.4,
                label=f"session {hours.ticker} {session:%Y-%m-%d}",
            )


def _tickers(seen: RealTime) -> list[str]:
    return [hours.ticker for hours in _both(seen)]


def _session_lines(ax: Axes, hours: Hours) -> None:
    """A thick line from each open to each close, thin dots in between."""
    frame = hours.sessions
    shade = style.colour(hours.ticker, [hours.ticker])
    x = np.column_stack([layout.day_numbers(pd.Index(frame[one])) for one in ("opened", "closed")])
    y = frame[["first", "last"]].to_numpy(dtype=float, copy=True)
    y[:, 0] = np.where(np.isfinite(y[:, 0]), y[:, 0], y[:, 1])
    over = np.append(x[1:, 0] - x[:-1, 1] > LONG, False)  # a closure has no price, and no line
    ax.plot(
        np.insert(x.ravel(), 2 * np.flatnonzero(over) + 2, np.nan),
        np.insert(y.ravel(), 2 * np.flatnonzero(over) + 2, np.nan),
        color=shade,
        linewidth=1.1,
        linestyle=(0, (1, 1.6)),
        zorder=3,
        label=f"{hours.ticker} between",
    )
    gap = np.full((len(x), 1), np.nan)
    ax.plot(
        np.hstack([x, gap]).ravel(),
        np.hstack([y, gap]).ravel(),
        color=shade,
        linewidth=3.4,
        zorder=4,
        label=hours.ticker,
    )
    ax.plot(
        x[:, 1],
        y[:, 1],
        marker="o",
        markersize=5.5,
        color=shade,
        linestyle="none",
        zorder=4.2,
        label=f"{hours.ticker} closes",
    )


def _implied_band(ax: Axes, comparison: ListingComparison, seen: RealTime) -> None:
    """Interval of the follower's next price, had it opened after each close of the leader."""
    path = comparison.path
    low, mid, high = (path[one].to_numpy(dtype=float) for one in ("ci_low", "implied", "ci_high"))
    base = mid / np.exp(path["gap"].to_numpy(dtype=float))
    first = seen.follower.sessions.loc[comparison.session, "opened"]
    opens = seen.leader.sessions["opened"].reindex(path.index[1:])
    holds = [*opens, first]  # until the leader opens again, or the follower does
    pairs = zip(path["moment"], holds, strict=True)
    x = layout.day_numbers(pd.Index([moment for pair in pairs for moment in pair]))
    lower, upper = (np.repeat(one / base - 1.0, 2) for one in (low, high))
    ax.fill_between(
        x,
        lower,
        upper,
        color=style.colour(comparison.leader, [comparison.leader]),
        alpha=0.17,
        linewidth=0,
        zorder=1.2,
        label="band",
    )


def _expected_open(ax: Axes, comparison: ListingComparison, seen: RealTime) -> None:
    """Whisker of the first price that past gaps let expect, just before that price."""
    if "open" not in comparison.catch_up.index:
        return
    row = comparison.catch_up.loc["open"]
    opened = layout.day_number(seen.follower.sessions.loc[comparison.session, "opened"])
    span = layout.day_number(seen.end) - layout.day_number(seen.start)
    x = opened - 0.012 * span
    ends = np.expm1([row["ci_low"], row["ci_high"]])
    ax.plot(
        [x, x],
        ends,
        color=style.INK,
        linewidth=1.6,
        marker="_",
        markersize=9,
        markeredgewidth=1.6,
        zorder=5,
        label="expected interval",
    )
    ax.plot(
        [x],
        [float(np.expm1(row["expected"]))],
        marker="D",
        markersize=6.5,
        markerfacecolor="white",
        markeredgecolor=style.INK,
        markeredgewidth=1.6,
        linestyle="none",
        zorder=5.2,
        label="expected",
    )


def _strips(ax: Axes, seen: RealTime, height: float) -> None:
    """A row of sessions for each exchange, below the lines; days without one are hatched."""
    low, high = ax.get_ylim()
    unit = (high - low) / height
    for number, hours in enumerate(_both(seen)):
        y = low + (STRIP * (1 - number) + STRIP / 2 + 4) * unit
        _hatch(ax, hours, y, 0.62 * STRIP * unit)
        for _, row in hours.sessions.iterrows():
            ax.barh(
                y,
                layout.day_number(row["closed"]) - layout.day_number(row["opened"]),
                left=layout.day_number(row["opened"]),
                height=0.62 * STRIP * unit,
                color=style.colour(hours.ticker, _tickers(seen)),
                zorder=3,
                label=f"open {hours.ticker}",
            )
        ax.annotate(
            hours.city,
            (0.0, y),
            (-8, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=style.TEXT,
            annotation_clip=False,
            label="exchange",
        )
    ax.set_ylim(low, high)


def _hatch(ax: Axes, hours: Hours, y: float, high: float) -> None:
    first, last = ax.get_xlim()
    scale = layout.size_of(ax)[0] / (last - first)
    for shut in hours.shut:
        start, end = (
            float(np.clip(layout.day_number(one), first, last)) for one in (shut.start, shut.end)
        )
        ax.barh(
            y,
            end - start,
            left=start,
            height=high,
            zorder=1,
            label=f"closed {shut.reason}",
            facecolor="#f4f4f4",
            edgecolor="#bdbdbd",
            hatch="////",
            linewidth=0,
        )
        if style.text_width(shut.reason) + 10 <= (end - start) * scale:
            ax.text(
                (start + end) / 2,
                y,
                shut.reason,
                ha="center",
                va="center",
                fontsize=style.TEXT,
                color=style.SOFT,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
                zorder=2,
                label="reason",
            )


def _days(ax: Axes, seen: RealTime) -> None:
    """Names of days at their midnight UTC, as many as fit."""
    days = pd.date_range(seen.start.normalize(), seen.end, freq="D")[:-1]
    scale = layout.size_of(ax)[0] / (layout.day_number(seen.end) - layout.day_number(seen.start))
    room = style.text_width("30 Jan") + 14
    step = max(1, int(np.ceil(room / scale)))
    shown = days[::step]
    texts = [
        f"{day.day} {day:%b}"
        if number == 0 or day.month != shown[number - 1].month
        else f"{day.day}"
        for number, day in enumerate(shown)
    ]
    ax.set_xticks([layout.day_number(day) for day in shown], texts, ha="left")
    ax.tick_params(axis="x", length=0, labelsize=style.TEXT, labelcolor=style.SOFT)
    for day in days:
        ax.axvline(layout.day_number(day), color=style.GRID, linewidth=0.8, zorder=0.3)


def _news_rows(
    comparison: ListingComparison, event: Event | None = None
) -> list[tuple[pd.Timestamp, str, bool]]:
    """The news, and the first of the other news that only the follower's session could hold."""
    rows = [
        (one.published_at, sentences.kind_words(one), False) for one in comparison.late_news[:1]
    ]
    if event is None:
        return [*rows, (pd.Timestamp(0, tz="UTC"), "", True)]
    moment = pd.Timestamp(event.published_at)
    return [*rows, (moment, label_of(event), event.time_confirmed)]


def _news(ax: Axes, comparison: ListingComparison, event: Event, height: float) -> None:
    """Each piece of news in a line of its own, the event on top."""
    low, high = ax.get_ylim()
    unit = (high - low) / height
    left, right = ax.get_xlim()
    scale = layout.size_of(ax)[0] / (right - left)
    rows = _news_rows(comparison, event)
    for number, (moment, text, sure) in enumerate(rows):
        x, y = layout.day_number(moment), high - NEWS * (len(rows) - number - 0.45) * unit
        ax.plot([x, x], [low, y], color=style.INK, linewidth=0.9, zorder=2.5, label="news line")
        ax.plot(
            [x],
            [y],
            marker="o",
            markersize=9.5,
            markeredgewidth=1.8,
            markeredgecolor=style.INK,
            markerfacecolor=style.INK if sure else "white",
            linestyle="none",
            zorder=6,
            label="news" if number == len(rows) - 1 else "other news",
        )
        fits = x + (style.text_width(text, weight="bold") + 20) / scale <= right
        ax.annotate(
            text,
            (x, y),
            (9 if fits else -9, 0),
            textcoords="offset points",
            ha="left" if fits else "right",
            va="center",
            fontsize=style.TEXT,
            fontweight="bold" if number == len(rows) - 1 else "normal",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.6},
            zorder=5.9,
            label="news name",
        )


def _names(seen: RealTime, *, chinese: bool) -> list[str]:
    return [style.name(one, chinese=chinese).split(" (")[-1].rstrip(")") for one in _tickers(seen)]


def _end_names(ax: Axes, seen: RealTime, height: float, *, chinese: bool) -> None:
    ends = []
    for hours, text in zip(_both(seen), _names(seen, chinese=chinese), strict=True):
        x = layout.day_number(seen.end)
        ends.append((x, float(hours.sessions["last"].iloc[-1]), text, style.colour(hours.ticker)))
    layout.end_labels(ax, ends, height=height)


def _key_values(ax: Axes, comparison: ListingComparison, seen: RealTime) -> None:
    """The farthest implied price, the last one and the first price, each where it stands."""
    path = comparison.path
    far = sentences.extreme_session(comparison)
    opened = seen.follower.sessions.loc[comparison.session]
    first = opened["first"] if np.isfinite(opened["first"]) else opened["last"]
    ends = {far: path.loc[far], path.index[-1]: path.iloc[-1]}
    points = [(row["moment"], float(np.expm1(row["gap"])), "") for row in ends.values()]
    points.append((opened["opened"], float(first), "open "))
    texts = [
        f"{moment.day} {moment:%b}: {verb}{words.percent(move, signed=True)}"
        for moment, move, verb in points
    ]
    x = layout.day_numbers(pd.Index([moment for moment, _, _ in points]))
    anchors = layout.pixels(ax, x, np.array([move for _, move, _ in points]))
    wide, high = layout.size_of(ax)
    room = (wide, high - NEWS * len(_news_rows(comparison)))
    sizes = [(style.text_width(text) + 8, 25.0) for text in texts]
    boxes = place_labels(
        anchors, sizes, line=_drawn(ax), dots=np.vstack([anchors, _marks(ax)]), room=room
    )
    for text, anchor, box in zip(texts, anchors, boxes, strict=True):
        if box is not None:
            layout.event_label(ax, text, anchor, box)


def _drawn(ax: Axes) -> np.ndarray:
    """What a label should not cover: both lines."""
    lines = [one for one in ax.lines if str(one.get_label()).endswith("between")]
    return _pixels(ax, lines)


def _marks(ax: Axes) -> np.ndarray:
    """Every close, and points along the whisker of the expected price."""
    named: dict[str, list[Line2D]] = {"expected interval": [], "closes": []}
    for line in ax.lines:
        for name, lines in named.items():
            if str(line.get_label()).endswith(name):
                lines.append(line)
    ends = _pixels(ax, named["expected interval"])
    whisker = np.linspace(ends[0], ends[-1], 12) if len(ends) else ends
    return np.vstack([_pixels(ax, named["closes"]), whisker])


def _pixels(ax: Axes, lines: Sequence[Line2D]) -> np.ndarray:
    parts = [
        layout.pixels(ax, np.asarray(one.get_xdata()), np.asarray(one.get_ydata())) for one in lines
    ]
    points = np.vstack([*parts, np.empty((0, 2))])
    return points[np.isfinite(points).all(axis=1)]


def _real_time_subtitle(comparison: ListingComparison) -> str:
    return (
        f"Move since the close of {words.long_date(comparison.previous)} in "
        f"{city(comparison.follower)}, percent; {comparison.leader} at the premium of "
        f"{words.long_date(comparison.reference['session'])}. Real time, UTC"
    )


def _real_time_foot(comparison: ListingComparison, event: Event, market: Market) -> str:
    level = words.confidence(comparison.alpha)
    parts = [
        f"Band: {level} interval of {city(comparison.follower)}'s next price, from past changes of "
        "the premium over as many closes",
        f"diamond: first price at the usual part taken over, {level} interval",
    ]
    if not event.time_confirmed:
        parts.append("hollow: time unconfirmed")
    tickers = [comparison.leader, comparison.follower]
    return f"{'; '.join(parts)}. {listingwork.source(market, tickers)}"
