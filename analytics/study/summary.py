"""The results in words: one object that a terminal, Jupyter and a page all show.

In: frames of the results. Out: a `Summary` whose text and HTML say the same.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

import pandas as pd

from analytics.study.windows import Windows


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
        estimates: pd.DataFrame,
        dropped: pd.DataFrame,
        model: str,
        caution: str,
        log_returns: bool,
        alpha: float,
        windows: Windows,
    ) -> Summary:
        """Build it from the frames of a study."""
        level = f"{100 * (1 - alpha):g} %"
        benchmarks = [
            f"{name} w/o {ticker}" if out else name or "none"
            for name, out, (_, ticker) in zip(
                estimates["benchmark"], estimates["exclude_self"], estimates.index, strict=True
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
                "CAR %": [_percent(value) for value in headline["car"]],
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
            title=f"Event study: {model}, {len(headline)} observations",
            table=table,
            notes=(
                *_notes(observations, dropped, windows),
                *(["log returns"] if log_returns else []),
                *([f"{model}: {caution}"] if caution else []),
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


def _notes(observations: pd.DataFrame, dropped: pd.DataFrame, windows: Windows) -> list[str]:
    notes = [
        f"estimation days {windows.estimation[0]} to {windows.estimation[1]}; intervals and t use "
        "the exact forecast error; p is not adjusted for the number of rows"
    ]
    if observations["session_ambiguous"].any():
        notes.append("? day 0 is the earliest of several possible sessions")
    for (event_id, ticker), words in observations["spans"].items():
        if words:
            notes.append(f"{event_id} {ticker}: day-0 return spans {words}")
    other = observations["confounded_by"]
    if (other != "").any():
        notes.append(
            f"{int((other != '').sum())} of {len(other)} have other news within one session"
        )
    if len(dropped):
        notes.append(f"{len(dropped)} left out; see results.dropped")
    return notes


def _percent(value: float) -> str:
    return "n/a" if value != value else f"{100 * value:.1f}".replace("-", "−")


def _p(value: float) -> str:
    if value != value:
        return "n/a"
    return "<0.001" if value < 0.001 else f"{value:.3f}"
