"""One question asked in every way: the specification curve, and what each choice does.

In: a `SpecificationCurve`. Out: axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.display import findings, style, words
from analytics.display.plots import layout
from analytics.display.sentences import robustness as said
from analytics.evidence import SpecificationCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOP = 250.0  # pixels of the estimates
LINE = 21.0  # of a row of choices
GAP = 26.0
ROW = 30.0
CLEAR = style.POSITIVE
UNCLEAR = "#9a9a9a"
ORDER = ("model", "benchmark", "itself", "window", "estimation", "masked", "confounded")


def specifications(
    curve: SpecificationCurve,
    *,
    choices: bool = True,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Every estimate with its interval in ascending order, and below it the choices behind it.

    Parameters
    ----------
    curve : SpecificationCurve
    choices : bool
        Draw the lower panel too.
    title : str, optional
        The finding by default.
    ax : Axes, optional

    Returns
    -------
    Axes
        The upper panel: x is the rank of the specification, y its estimate (decimal fraction).
        Strokes labelled ``clear`` (its own test rejects) and ``unclear``, whiskers labelled
        ``intervals clear`` and ``intervals unclear``, the declared one labelled ``declared``. The
        lower panel is its child axes, one row per value of a choice.
    """
    table = curve.table
    names = _rows(curve) if choices else []
    wide = max(style.text_width(text) for _, _, text in names) if names else 40.0
    with style.style():
        ax, owned = layout.own_axes(ax)
        _estimates(ax, curve)
        layout.value_axis(ax, count=6)
        ax.set_xlim(-0.01 * len(table) - 1, 1.01 * len(table))
        ax.set_xticks([])
        below = LINE * len(names) + GAP * len({choice for choice, _, _ in names})
        if names:
            _matrix(ax, curve, names, TOP if owned else layout.height_of(ax), below)
        heading = layout.Heading(
            title or said.specifications_title(curve),
            f"{_measure(curve)}, percent, and its {words.confidence(curve.alpha)} interval; blue: "
            f"its own test rejects at {findings.level(curve.alpha)}",
            _foot(curve),
        )
        margins = layout.Margins(wide + 16, 14, above=12, below=below + 12)
        layout.dress(ax, heading, owned=owned, height=TOP, margins=margins)
    return ax


def _estimates(ax: Axes, curve: SpecificationCurve) -> None:
    table = curve.table
    at = np.arange(len(table))
    clear = (table["pvalue"] < curve.alpha).to_numpy(bool)
    width = max(0.4, min(2.0, 300 / len(table)))
    for label, chosen, shade in (("unclear", ~clear, UNCLEAR), ("clear", clear, CLEAR)):
        part = table[chosen]
        _strokes(
            ax,
            at[chosen],
            part["ci_low"],
            part["ci_high"],
            shade=shade,
            width=width,
            alpha=0.35,
            label=f"intervals {label}",
        )
    reach = 0.012 * float(np.nanmax(table["ci_high"]) - np.nanmin(table["ci_low"]))
    for label, chosen, shade in (("unclear", ~clear, UNCLEAR), ("clear", clear, CLEAR)):
        value = table["estimate"][chosen]
        _strokes(
            ax,
            at[chosen],
            value - reach,
            value + reach,
            shade=shade,
            width=max(1.2, min(5.0, 500 / len(table))),
            alpha=1.0,
            label=label,
        )
    ends = table[["ci_low", "ci_high"]].to_numpy(float)
    room = 0.04 * (np.nanmax(ends) - np.nanmin(ends))
    ax.set_ylim(min(np.nanmin(ends), 0) - room, max(np.nanmax(ends), 0) + room)
    where = int(np.flatnonzero(table["headline"])[0]) if table["headline"].any() else None
    if where is None:
        return
    row = table.iloc[where]
    ax.plot(
        [where],
        [row["estimate"]],
        marker="D",
        markersize=9,
        color=style.NEGATIVE,
        markeredgecolor="white",
        linestyle="none",
        zorder=5,
        label="declared",
    )
    low, high = ax.get_ylim()
    left = where < len(table) / 2
    ax.annotate(
        f"declared: {words.percent(row['estimate'], signed=True)}",
        (where, row["estimate"]),
        (12 if left else -12, -22 if row["estimate"] < (low + high) / 2 else 22),
        textcoords="offset points",
        ha="left" if left else "right",
        va="center",
        fontsize=style.TEXT,
        fontweight="bold",
        color=style.text_colour(style.NEGATIVE),
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
        zorder=6,
        label="declared value",
    )


def _strokes(
    ax: Axes,
    x: np.ndarray,
    low: Any,
    high: Any,
    *,
    shade: str,
    width: float,
    alpha: float,
    label: str,
) -> None:
    """Many upright strokes as one line with gaps, which stays small in a drawing."""
    gaps = np.full(len(x), np.nan)
    ax.plot(
        np.column_stack([x, x, gaps]).ravel(),
        np.column_stack([low, high, gaps]).ravel(),
        color=shade,
        linewidth=width,
        alpha=alpha,
        solid_capstyle="butt",
        label=label,
    )


def _rows(curve: SpecificationCurve) -> list[tuple[str, object, str]]:
    """Choice, value and words of every row of the lower panel; a choice of one value has none."""
    rows = []
    for choice in ORDER:
        values = curve.table[choice].drop_duplicates().tolist()
        if len(values) > 1:
            ordered = curve.by(choice).index.tolist()
            rows += [(choice, one, said.value(choice, one)) for one in ordered]
    return rows


def _matrix(
    ax: Axes,
    curve: SpecificationCurve,
    rows: list[tuple[str, object, str]],
    height: float,
    below: float,
) -> None:
    """A mark for every specification that has a value, one row per value."""
    lower = ax.inset_axes((0.0, -below / height, 1.0, below / height), sharex=ax)
    lower.set_label("choices")
    lower.spines[:].set_visible(False)
    y, ticks, last = 0.0, [], ""
    clear = (curve.table["pvalue"] < curve.alpha).to_numpy(bool)
    for choice, chosen, text in rows:
        y += GAP if choice != last else 0.0
        last = choice
        hit = np.array([one == chosen for one in curve.table[choice]])
        for part, shade in ((hit & ~clear, UNCLEAR), (hit & clear, CLEAR)):
            at = np.flatnonzero(part)
            _strokes(
                lower,
                at,
                np.full(len(at), y + 0.26 * LINE),
                np.full(len(at), y + 0.74 * LINE),
                shade=shade,
                width=max(0.6, min(2.5, 420 / len(curve))),
                alpha=1.0,
                label=f"{choice}: {text}",
            )
        ticks.append((y + LINE / 2, text))
        y += LINE
    lower.set_ylim(below, 0)
    lower.set_yticks([at for at, _ in ticks], [text for _, text in ticks])
    lower.tick_params(axis="y", length=0, labelsize=style.TEXT, labelcolor=style.INK)
    lower.tick_params(axis="x", length=0, labelbottom=False)


def choices(curve: SpecificationCurve, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """What each value of each choice does: the range and the median of its estimates.

    Parameters
    ----------
    curve : SpecificationCurve
    title : str, optional
        Which choice matters most, by default.
    ax : Axes, optional

    Returns
    -------
    Axes
        One row per value, downwards: a line from the lowest to the highest estimate, a dot at the
        median (decimal fraction); at the right the share of its specifications that reject.
    """
    rows = _rows(curve)
    with style.style():
        ax, owned = layout.own_axes(ax)
        y, places, last = 0.0, [], ""
        for choice, chosen, text in rows:
            y += 0.5 if choice != last and last else 0.0
            last = choice
            table = curve.by(choice)
            row = table.iloc[table.index.tolist().index(chosen)]
            ends = [row["lowest"], row["highest"]]
            ax.plot(ends, [y, y], color=style.PALE, linewidth=6, label=f"range {choice} {text}")
            ax.plot(
                [row["median"]],
                [y],
                marker="o",
                markersize=9,
                color=CLEAR,
                linestyle="none",
                zorder=4,
                label=f"median {choice} {text}",
            )
            _beside(ax, y, words.percent(row["significant"], digits=0))
            places.append((y, text))
            y += 1.0
        ax.set_ylim(y - 0.4, -0.6)
        _across(ax, curve)
        ax.set_yticks([at for at, _ in places], [text for _, text in places], ha="left")
        wide = max(style.text_width(text) for _, text in places)
        pad = (wide + 8) * layout.POINT
        ax.tick_params(axis="y", length=0, labelsize=style.TEXT, labelcolor=style.INK, pad=pad)
        heading = layout.Heading(
            title or said.matters_most(curve),
            f"{_measure(curve)}, percent: range and median of the specifications with this choice; "
            "at the right the share of them whose own test rejects",
            _foot(curve),
        )
        margins = layout.Margins(wide + 8 + layout.EDGE, 76, above=8, below=34)
        layout.dress(ax, heading, owned=owned, height=ROW * (y + 0.2), margins=margins)
    return ax


def _across(ax: Axes, curve: SpecificationCurve) -> None:
    low, high = curve.table["estimate"].iloc[[0, -1]]
    room = 0.05 * (high - low) or 0.01
    ax.set_xlim(min(low, 0) - room, max(high, 0) + room)
    layout.value_axis(ax, axis="x", count=6)
    ax.axvline(
        curve.headline["estimate"], color=style.NEGATIVE, linewidth=1.4, zorder=1, label="declared"
    )


def _beside(ax: Axes, y: float, text: str) -> None:
    ax.annotate(
        text,
        (1.0, y),
        (8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=style.TEXT,
        color=style.SOFT,
        annotation_clip=False,
        label="value",
    )


def _measure(curve: SpecificationCurve) -> str:
    several = int(curve.table["n"].max()) > 1
    return "Average abnormal return over the events" if several else "Abnormal return"


def _foot(curve: SpecificationCurve) -> str:
    row = curve.headline
    parts = [said.value(one, row[one]) for one in ("benchmark", "itself", "window", "estimation")]
    left = f"; {len(curve.left_out)} could not be run" if len(curve.left_out) else ""
    return (
        f"{len(curve)} specifications{left}. Declared (orange): {row['model']}, "
        f"{', '.join(parts)}. They share their data, so they are not {len(curve)} pieces of "
        "evidence."
    )
