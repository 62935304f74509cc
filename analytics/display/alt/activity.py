"""Alt texts of volume, range and openings.

Each function has the name and the arguments of its figure in `analytics.display.plots`, and gives
the text that stands for the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.display import activitywork, words
from analytics.display.names import label_of, name
from analytics.display.sentences import ratio_interval, times
from analytics.evidence import ActivityResults, OpeningSplit
from analytics.evidence.openings import PARTS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["activity_panels", "activity_spread", "opening_split"]


def activity_panels(
    results: ActivityResults,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
    days: tuple[int, int] = (-5, 5),
) -> str:
    """Each panel's day 0 with its interval, and the days that leave the band.

    Examples
    --------
    >>> import analytics as ma
    >>> from analytics.evidence import abnormal_volume
    >>> market = ma.load_market()
    >>> sample = ma.align(ma.load_events()["deepseek-shock-2025-01-27"], market, tickers=["NVDA"])
    >>> text = activity_panels(abnormal_volume(sample, market))
    >>> text.replace(words.NARROW_SPACE, " ").split(";")[0]
    '1 panel: volume as a multiple of usual, days −5 to +5. NVIDIA: 4.0 times on day 0, 27 January
    2025 (95 % interval 2.5 to 6.4)'
    """
    keys = activitywork.keys_of(results.sample, event_id, tickers)
    frame = activitywork.paths(results, keys, days)
    shown = frame.index.get_level_values("day")
    count = words.count(len(keys), "panel") + (" on one scale" if len(keys) > 1 else "")
    said = [_panel(results, key, activitywork.path_of(frame, key)) for key in keys]
    first, last = (words.number(day, digits=0, signed=True) for day in (shown.min(), shown.max()))
    return (
        f"{count}: {results.measure.name} as a multiple of usual, days {first} to {last}. "
        f"{' '.join(said)}"
    )


def _panel(results: ActivityResults, key: activitywork.Key, path: pd.DataFrame) -> str:
    date = words.long_date(results.sample.observations.loc[key, "session"])
    level = words.confidence(results.alpha)
    parts = []
    if 0 in path.index:
        row = path.loc[0]
        value = f"{times(row['ratio'])} on day 0, {date}"
        parts.append(f"{value} ({ratio_interval(row, results.alpha)})")
    out = path[(path["ratio"] < path["band_low"]) | (path["ratio"] > path["band_high"])]
    if out.empty:
        parts.append(f"no day leaves the band of {level} of ordinary days")
    else:
        listed = words.join([words.number(day, digits=0, signed=True) for day in out.index])
        noun = "day" if len(out) == 1 else "days"
        parts.append(f"outside the band of {level} of ordinary days on {noun} {listed}")
    lost = [words.relative_day(int(day)) for day in path.index[path["ratio"].isna()]]
    if lost:
        parts.append(f"no number on {words.join(lost)}")
    return f"{name(key[1])}: {'; '.join(parts)}."


def activity_spread(results: ActivityResults) -> str:
    """How many dots stand out on either side, how ordinary days spread, and what is farthest."""
    found = activitywork.spread(results)
    low, high = found.counts
    middle = times(float(np.exp(np.median(np.log(found.table["ratio"])))))
    ends = [times(float(found.table["ratio"].iloc[place])) for place in (0, -1)]
    usual = np.exp(np.quantile(found.ordinary, [found.alpha / 2, 1 - found.alpha / 2]))
    named = [
        f"{name(str(ticker))} {times(row['ratio'])} ({label_of(str(event))})"
        for (event, ticker), row in found.last.iterrows()
    ]
    after = words.join(named) if named else "none"
    return (
        f"{words.count(len(found.table), 'dot')}: {results.measure.name} as a multiple of usual, "
        f"from {ends[0]} to {ends[1]}, half of them above {middle}. By the t test alone {high} are "
        f"higher and {low} lower than usual; after Holm: {after}. "
        f"{words.confidence(found.alpha)} of ordinary days lie between {times(float(usual[0]))} "
        f"and {times(float(usual[1]))}."
    )


def opening_split(
    split: OpeningSplit,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
) -> str:
    """Both parts of each return, and whether they leave the usual range."""
    keys = activitywork.keys_of(split.sample, event_id, tickers)
    said = []
    for key in keys:
        row = split.table.loc[key]
        parts = [
            f"{words.percent(row[part], digits=1, signed=True)} {where} ({_place(row, part)})"
            for part, where in zip(PARTS, ("at the open", "in the session"), strict=True)
        ]
        said.append(f"{name(key[1])} {' and '.join(parts)}")
    level = words.confidence(split.alpha)
    return f"Returns of day 0 beside the range of {level} of usual days: {'; '.join(said)}."


def _place(row: pd.Series, part: str) -> str:
    inside = row[f"{part}_low"] <= row[part] <= row[f"{part}_high"]
    return "inside it" if inside else "outside it"
