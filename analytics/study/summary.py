"""The results in words: one object that a terminal, Jupyter and a page all show.

In: frames of the results. Out: a `Summary` whose text and HTML say the same.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.study.windows import Windows

LONG = 4  # calendar days: beyond a long weekend


@dataclass(frozen=True, eq=False, repr=False)
class Summary:
    """Headline table with the lines above and below it.

    Attributes
    ----------
    title : str
    table : pandas.DataFrame
        One row per observation, values as text with units in the head.
    notes : tuple of str
    """

    title: str
    table: pd.DataFrame
    notes: tuple[str, ...]

    @classmethod
    def of(
        cls,
        *,
        headline: pd.DataFrame,
        observations: pd.DataFrame,
        dropped: pd.DataFrame,
        model: str,
        cautions: Sequence[str],
        log_returns: bool,
        compared: bool,
        counts: Sequence[int],
        alpha: float,
        windows: Windows,
    ) -> Summary:
        """Build it from the frames of a study."""
        level = f"{100 * (1 - alpha):g} %"
        benchmarks = [
            _benchmark(ticker, str(name) if compared else "", out)
            for (_, ticker), name, out in zip(
                observations.index,
                observations["benchmark"],
                observations["excluded_from"],
                strict=True,
            )
        ]
        mark = ["?" if flag else "" for flag in observations["session_ambiguous"]]
        table = pd.DataFrame(
            {
                "day 0": [
                    f"{day:%Y-%m-%d}{sign}"
                    for day, sign in zip(observations["session"], mark, strict=True)
                ],
                "window": [
                    f"[{first}, {last:+d}]" if last else f"[{first}, 0]"
                    for first, last in zip(headline["first"], headline["last"], strict=True)
                ],
                "benchmark": benchmarks,
                ("CAR, log %" if log_returns else "CAR %"): [
                    _percent(value) for value in headline["car"]
                ],
                f"{level} interval": [
                    f"{_percent(low)} to {_percent(high)}"
                    for low, high in zip(headline["ci_low"], headline["ci_high"], strict=True)
                ],
                "t": [f"{value:.2f}".replace("-", "−") for value in headline["t"]],
                "p": [_p(value) for value in headline["pvalue"]],
            },
            index=headline.index,
        )
        return cls(
            title=f"Event study: {model}, {len(headline)} "
            f"observation{'s' if len(headline) != 1 else ''}",
            table=table,
            notes=(
                *_notes(observations, dropped, windows, counts),
                *(["log returns"] if log_returns else []),
                *(f"{model}: {one}" for one in cautions),
            ),
        )

    def __str__(self) -> str:
        shown = self.table if len(self.table) <= 40 else self.table.head(40)
        more = [] if len(shown) == len(self.table) else [f"… and {len(self.table) - 40} more"]
        return "\n".join([self.title, shown.to_string(), *more, *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return f"<p><strong>{html.escape(self.title)}</strong></p>{self.table.to_html()}{notes}"


def _notes(
    observations: pd.DataFrame, dropped: pd.DataFrame, windows: Windows, counts: Sequence[int]
) -> list[str]:
    low, high = min(counts), max(counts)
    used = f"{low}" if low == high else f"{low} to {high}"
    notes = [
        f"estimation days {windows.estimation[0]} to {windows.estimation[1]}, {used} of them used; "
        "intervals and t use the model's own forecast error; p is not adjusted for the number of "
        "rows"
    ]
    drafts = dict.fromkeys(
        event_id for (event_id, _), flag in observations["draft"].items() if flag
    )
    notes += [f"{event_id} is a draft: no person has checked it" for event_id in drafts]
    if observations["session_ambiguous"].any():
        notes.append("? day 0 is the earliest of several possible sessions")
    for (event_id, ticker), words in observations["spans"].items():
        if words:
            notes.append(f"{event_id} {ticker}: day-0 return spans {words}")
    days = (observations["session"] - observations["previous_session"]).dt.days
    for event_id, ticker in observations.index[days > LONG]:
        notes.append(
            f"{event_id} {ticker}: the interval is that of one session and too narrow for the "
            "closure its return spans"
        )
    masked = observations["masked_days"]
    if (masked > 0).any():
        low, high = int(masked.min()), int(masked.max())
        days = f"{high}" if low == high else f"{low} to {high}"
        notes.append(
            f"{days} days around other events or at a price limit are masked out of estimation"
        )
    for ticker, index in dict.fromkeys(
        (ticker, index)
        for (_, ticker), indices in observations["unweighed"].items()
        for index in indices
    ):
        notes.append(
            f"no weight of {ticker} in {index} is recorded within these prices: as far as {index} "
            "holds it, it hides a part of the reaction"
        )
    other = observations["confounded_by"]
    if (other != "").any():
        notes.append(
            f"{int((other != '').sum())} of {len(other)} have other news within one session"
        )
    if len(dropped):
        named = ", ".join(dict.fromkeys(dropped["ticker"]))
        shown = named if len(named) <= 60 else f"{len(dropped)} observations"
        notes.append(f"left out: {shown}; results.dropped says why")
    return notes


def _benchmark(ticker: str, names: str, out: Sequence[str]) -> str:
    """``^GSPC w/o NVDA + ^SOX``; of many, the first three."""
    listed = [f"{one} w/o {ticker}" if one in out else one for one in names.split(" + ") if one]
    more = [f"{len(listed) - 3} more"] if len(listed) > 4 else []
    return " + ".join(listed[: 3 if more else None] + more) or "none"


def _percent(value: float) -> str:
    if value != value:
        return "n/a"
    places = 2 if 0 < abs(value) < 0.0005 else 1  # never 0.0 for what lies on one side of zero
    return f"{100 * value:.{places}f}".replace("-", "−")


def _p(value: float) -> str:
    if value != value:
        return "n/a"
    return "<0.001" if value < 0.001 else f"{value:.3f}"
