"""What articles said of a price, beside the price; and the verdicts on all their claims.

In: checked claims, a market. Out: axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.display import style, words
from analytics.display.claimwork import ClaimPath, grouped, path_title, verdicts_title
from analytics.display.claimwork import claim_path as path_of
from analytics.display.labels import place_labels
from analytics.display.plots import layout
from analytics.display.sentences import VERDICTS, claim_found, typeset
from analytics.events import Confounder
from analytics.evidence import ClaimChecks
from analytics.market import Market

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 440.0
BELOW, ABOVE = 0.34, 0.28  # room for texts under and over the prices, of their range
ROW = 26.0  # pixels of a line of the strip of news
KINDS = {"tariff": ("s", "tariffs"), "results": ("D", "results")}
OTHER = ("o", "other news")
ID_WIDTH = 84.0
GAP = 12.0  # pixels between two claims
SHAPES: dict[str, dict[str, str]] = {
    "supported": {"marker": "o", "fillstyle": "full"},
    "partly": {"marker": "o", "fillstyle": "left"},
    "refuted": {"marker": "X", "fillstyle": "full"},
    "not_checkable": {"marker": "o", "fillstyle": "none"},
}
SHADES = {
    "supported": style.POSITIVE,
    "partly": style.POSITIVE,
    "refuted": style.NEGATIVE,
    "not_checkable": style.CONTEXT,
}


def claim_path(
    checks: ClaimChecks,
    market: Market,
    ticker: str = "NVDA",
    *,
    confounders: Sequence[Confounder] | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Closes and daily ranges of a share, with the level and the fall that a claim names.

    Parameters
    ----------
    checks : ClaimChecks
        With a claim that the share fell; claims that it recovered or fell again are marked too.
    market : Market
    ticker : str
    confounders : sequence of Confounder, optional
        Other dated news; the recorded ones by default.
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes
        x in days of matplotlib's epoch, y in the share's currency: a line labelled with the ticker
        (closes), vertical lines labelled ``range`` (low to high), dots labelled ``mark``, lines
        labelled ``level`` and ``claimed``.

    Raises
    ------
    InputError
        No claim of a fall of this share could be checked.
    """
    path = path_of(checks, market, ticker, confounders)
    with style.style():
        ax, owned = layout.own_axes(ax)
        _prices(ax, path)
        kinds = list(dict.fromkeys(_kind(one.kind) for one in path.news))
        left = _path_axes(ax, path, len(kinds))
        unit = f", {path.prices.unit}" if path.prices.unit else ""
        ranged = "; bars: low to high of the day" if path.prices.ranged else ""
        heading = layout.Heading(
            title or path_title(path), f"Close{unit}{ranged}", _path_foot(path, market)
        )
        margins = layout.Margins(left + 22, 20, above=10, below=34)
        layout.dress(ax, heading, owned=owned, height=HEIGHT, margins=margins)
        _levels(ax, path)
        _news(ax, path, kinds)
        _marks(ax, path)
    return ax


def _kind(kind: str) -> tuple[str, str]:
    return KINDS.get(kind, OTHER)


def _prices(ax: Axes, path: ClaimPath) -> None:
    days = layout.day_numbers(path.prices.close.index)
    ax.vlines(
        days,
        path.prices.low.to_numpy(dtype=float),
        path.prices.high.to_numpy(dtype=float),
        color=style.PALE,
        linewidth=4.0,
        label="range",
    )
    ax.plot(
        days,
        path.prices.close.to_numpy(dtype=float),
        color=style.colour(path.ticker, [path.ticker]),
        linewidth=2.2,
        zorder=3,
        label=path.ticker,
    )


def _path_axes(ax: Axes, path: ClaimPath, kinds: int) -> float:
    """Limits and ticks; the width of the price labels. Room for the news at the bottom."""
    columns = (path.prices.low, path.prices.high, path.prices.close)
    values = np.concatenate([one.to_numpy(dtype=float) for one in columns])
    low, high = min(np.nanmin(values), path.threshold), max(np.nanmax(values), path.level)
    strip = kinds * ROW / (HEIGHT - kinds * ROW) * (1 + BELOW + ABOVE)
    span = high - low
    ax.set_ylim(low - (BELOW + strip) * span, high + ABOVE * span)
    levels = (path.level, path.threshold)
    near = 0.17 * span
    ticks = [
        one
        for one in layout.ticks(low, high, count=6)
        if low <= one <= high and all(abs(one - level) > near for level in levels)
    ]
    labels = [words.number(value, digits=0 if value >= 10 else 2) for value in ticks]
    ax.set_yticks(ticks, labels)
    ax.yaxis.grid(visible=True, color=style.GRID, linewidth=0.8)
    first, last = path.prices.close.index[0], path.published
    ax.set_xlim(layout.day_number(first) - 1, layout.day_number(last) + 3)
    months = [one for one in pd.date_range(first, last, freq="MS") if (last - one).days > 5]
    days = [first, *months] if not months or (months[0] - first).days > 9 else months
    ax.set_xticks(
        [layout.day_number(one) for one in days], [f"{one.day} {one:%b %Y}" for one in days]
    )
    for label in ax.get_xticklabels():
        label.set_horizontalalignment("left")
    ax.tick_params(axis="both", length=0, labelsize=style.TEXT, labelcolor=style.SOFT)
    ax.tick_params(axis="x", length=6, color=style.SOFT)
    said = [text for pair in _level_words(path) for text in pair[1].split("\n")]
    return max(style.text_width(label, weight="bold") for label in [*labels, *said])


def _level_words(path: ClaimPath) -> list[tuple[float, str, str]]:
    """Value, text and label of the level counted from and of the one claimed."""
    date = path.fall.figures["reference_close"].date
    less = words.percent(1.0 - path.threshold / path.level, digits=0)
    return [
        (value, f"{words.number(value, digits=2)}\n{text}", label)
        for value, text, label in (
            (path.level, f"{date.day} {date:%b}" if date is not None else "before", "level"),
            (path.threshold, f"{less} less", "claimed"),
        )
    ]


def _levels(ax: Axes, path: ClaimPath) -> None:
    """The level counted from, the level claimed, and the day of publication."""
    for value, text, label in _level_words(path):
        ax.axhline(value, color=style.INK, linewidth=1.2, linestyle=(0, (5, 3)), label=label)
        ax.annotate(
            text,
            (0.0, value),
            (-6, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=style.TEXT,
            fontweight="bold",
            linespacing=1.1,
            color=style.INK,
            annotation_clip=False,
            label="level text",
        )
    day = layout.day_number(path.published)
    ax.axvline(day, color=style.INK, linewidth=1.0, label="printed")
    ax.annotate(
        f"printed {path.published.day} {path.published:%b}",
        (day, 1.0),
        (-4, -2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=style.TEXT,
        color=style.INK,
        zorder=4,
        label="printed text",
    )


def _news(ax: Axes, path: ClaimPath, kinds: Sequence[tuple[str, str]]) -> None:
    """A row of marks for each kind of news, at the bottom."""
    high = layout.height_of(ax)
    for row, kind in enumerate(kinds):
        days = sorted({one.session for one in path.news if _kind(one.kind) == kind})
        y = (ROW * (len(kinds) - 1 - row) + 14) / high
        ax.plot(
            layout.day_numbers(pd.DatetimeIndex(days)),
            [y] * len(days),
            transform=ax.get_xaxis_transform(),
            marker=kind[0],
            markersize=9,
            color=style.SOFT,
            markeredgecolor="white",
            linestyle="none",
            label=f"news {kind[1]}",
        )
        ax.annotate(
            kind[1],
            (0.0, y),
            (4, 0),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=style.TEXT,
            color=style.SOFT,
            label="news text",
        )


def _marks(ax: Axes, path: ClaimPath) -> None:
    """The prices that decide, each with its text where nothing else stands."""
    shade = style.colour(path.ticker, [path.ticker])
    days = pd.DatetimeIndex([mark.date for mark in path.marks])
    values = np.array([mark.price for mark in path.marks])
    ax.plot(
        layout.day_numbers(days),
        values,
        marker="o",
        markersize=9,
        markerfacecolor=shade,
        markeredgecolor="white",
        markeredgewidth=1.2,
        linestyle="none",
        zorder=5,
        label="mark",
    )
    index, wide = path.prices.close.index, layout.size_of(ax)
    drawn = [
        layout.pixels(ax, layout.day_numbers(index), one.to_numpy(dtype=float))
        for one in (path.prices.close, path.prices.low, path.prices.high)
    ]
    known = np.concatenate([one[np.isfinite(one).all(axis=1)] for one in drawn])
    known = known[np.argsort(known[:, 0], kind="stable")]
    dots = layout.pixels(ax, layout.day_numbers(days), values)
    sizes = [
        (max(style.text_width(line) for line in mark.text.split("\n")) + 6, 50.0)
        for mark in path.marks
    ]
    boxes = place_labels(dots, sizes, line=known, dots=_kept_free(ax, path, dots), room=wide)
    for mark, dot, box in zip(path.marks, dots, boxes, strict=True):
        if box is not None:
            layout.event_label(ax, mark.text, dot, box)


def _kept_free(ax: Axes, path: ClaimPath, dots: np.ndarray) -> np.ndarray:
    """The marks, and points all over the texts that stand already."""
    wide, high = layout.size_of(ax)
    taken = [dots]
    for y in (path.level, path.threshold):
        up = layout.to_pixels(ax, y, high)
        taken.append(np.array([[x, up] for x in np.arange(0, wide, 30.0)]))
    printed = layout.pixels(
        ax, np.array([layout.day_number(path.published)]), np.array([path.level])
    )[0, 0]
    taken.append(np.array([[printed, y] for y in np.arange(0, high, 30.0)]))
    taken.append(np.array([[x, high - 12] for x in np.arange(wide - 170, wide, 16.0)]))
    rows = len({_kind(one.kind) for one in path.news})
    strip = np.arange(8, rows * ROW, 12.0)
    taken.append(np.array([[x, y] for x in np.arange(0, wide, 16.0) for y in strip]).reshape(-1, 2))
    return np.concatenate(taken)


def _path_foot(path: ClaimPath, market: Market) -> str:
    entry = next((one for one in market.sources if one.name == f"prices/{path.ticker}.csv"), None)
    source = words.brief_source(entry.source) if entry else "the reader's own prices"
    check = path.fall.claim
    return (
        f"Changes against the level counted from ({check.id}: “{check.claim}”); "
        f"{words.count(int(path.prices.close.notna().sum()), 'session')}, prices without "
        f"sampling error. Source: {source}."
    )


def claim_verdicts(
    checks: ClaimChecks, *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """All claims in groups, one for each verdict.

    Parameters
    ----------
    checks : ClaimChecks
    title : str, optional
    ax : Axes, optional

    Returns
    -------
    Axes
        One dot per claim, labelled with its id, from the top; the y axis counts pixels downwards.
    """
    with style.style():
        ax, owned = layout.own_axes(ax)
        room = style.WIDTH - 2 * layout.EDGE - ID_WIDTH
        if not owned:
            room = layout.size_of(ax)[0] - ID_WIDTH
        height = _draw_groups(ax, checks, room)
        articles = sorted({one for check in checks for one in check.claim.articles})
        heading = layout.Heading(
            title or verdicts_title(checks),
            f"{words.count(len(checks), 'claim')} of {words.count(len(articles), 'article')}, each "
            "recomputed from prices; below it, what they say",
            "Refuted: the prices contradict the claim; not checkable: they cannot tell. In "
            f"brackets: {_level(checks)} intervals. Source: daily prices.",
        )
        ax.set_xlim(0.0, 1.0)
        ax.set_ylim(height, 0.0)
        ax.set_xticks([])
        ax.set_yticks([])
        margins = layout.Margins(layout.EDGE, layout.EDGE, above=10, below=6)
        layout.dress(ax, heading, owned=owned, height=height, margins=margins)
    return ax


def _level(checks: ClaimChecks) -> str:
    return words.join(dict.fromkeys(words.confidence(one.alpha) for one in checks))


def _draw_groups(ax: Axes, checks: ClaimChecks, room: float) -> float:
    """Write the claims from the top, by verdict; the height they take in pixels."""
    line = layout.LINE * style.TEXT / layout.POINT
    whole = room + ID_WIDTH
    y = 0.0
    for verdict, group in grouped(checks).items():
        dark = style.text_colour(SHADES[verdict])
        head = f"{VERDICTS[verdict].capitalize()}: {len(group)}"
        _text(ax, 0.0, y + line / 2, head, color=dark, bold=True)
        y += line + GAP / 2
        for check in group:
            ax.plot(
                [13 / whole],
                [y + line / 2],
                markersize=12,
                color=SHADES[verdict],
                markeredgewidth=1.6,
                markerfacecoloralt="white",
                linestyle="none",
                label=check.id,
                **SHAPES[verdict],  # type: ignore[arg-type]
            )
            _text(ax, 30 / whole, y + line / 2, check.id, color=style.INK, bold=True)
            lines = style.wrap(typeset(check.claim.claim), room)
            for number, text in enumerate(lines):
                _text(ax, ID_WIDTH / whole, y + line * (number + 0.5), text, color=style.INK)
            y += line * len(lines)
            found = claim_found(check) if verdict != "not_checkable" else ""
            for text in style.wrap(found, room):
                _text(ax, ID_WIDTH / whole, y + line / 2, text, color=dark)
                y += line
            y += GAP / 2
        y += GAP
    return y


def _text(ax: Axes, x: float, y: float, text: str, *, color: str, bold: bool = False) -> None:
    ax.text(
        x,
        y,
        text,
        ha="left",
        va="center",
        fontsize=style.TEXT,
        fontweight="bold" if bold else "normal",
        color=color,
        label="text",
    )
