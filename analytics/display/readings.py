"""The numbers that a figure shows and its alt text says, and the finding that heads both.

In: results. Out: frames and sentences. It must not know matplotlib: a picture and the text that
stands for it read the same numbers here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy import stats

from analytics.display import words
from analytics.display.names import name
from analytics.errors import InputError, UnknownNameError
from analytics.study import EventStudyResults

__all__ = [
    "Estimate",
    "Matrix",
    "Standouts",
    "both_ways",
    "car_path",
    "car_paths",
    "clear_averages",
    "column_digits",
    "estimate",
    "event_of",
    "forest_rows",
    "headline_of",
    "main_tickers",
    "matrix",
    "moved",
    "row_of",
    "standouts",
    "tickers_of",
    "window_words",
]


def row_of(frame: pd.DataFrame, key: Any) -> pd.Series:
    """One row of a frame, by its key."""
    return cast("pd.Series", frame.loc[key])


def event_of(results: EventStudyResults, event_id: str | None) -> str:
    """The event asked for; the only one if none is named.

    Raises
    ------
    InputError
        None is named and there are several.
    UnknownNameError
        The results do not hold it.
    """
    known = list(dict.fromkeys(results.sample.index.get_level_values("event_id")))
    if event_id is None and len(known) == 1:
        return str(known[0])
    if event_id is None:
        raise InputError(f"the results hold {len(known)} events; name one with event_id=")
    if event_id not in known:
        raise UnknownNameError("event in the results", event_id, known)
    return event_id


def tickers_of(
    results: EventStudyResults, event_id: str, tickers: Sequence[str] | None
) -> list[str]:
    """Tickers of an event in the results, or those asked for, each checked."""
    known = [str(ticker) for event, ticker in results.sample.index if event == event_id]
    for ticker in tickers or ():
        if ticker not in known:
            raise UnknownNameError(f"ticker of {event_id} in the results", ticker, known)
    return list(tickers) if tickers is not None else known


def forest_rows(results: EventStudyResults, event_id: str, tickers: Sequence[str]) -> pd.DataFrame:
    """Headline rows by ticker, with the ``expected`` sign and whether it was set ``blind``."""
    facts = results.sample.observations.loc[[(event_id, ticker) for ticker in tickers]]
    return headline_of(results, event_id, tickers).assign(
        expected=facts["expected"].astype(str).to_numpy(), blind=facts["blind"].to_numpy(dtype=bool)
    )


def both_ways(
    plain: EventStudyResults, excluded: EventStudyResults, key: tuple[str, str]
) -> tuple[pd.Series, pd.Series]:
    """Headline row of one observation against the plain index, and against it without the firm.

    Raises
    ------
    InputError
        The two results are not of these two kinds.
    """
    event_id, ticker = key
    for results in (plain, excluded):
        tickers_of(results, event_of(results, event_id), [ticker])
    out = [bool(one.estimates.loc[key, "exclude_self"]) for one in (plain, excluded)]
    if out != [False, True]:
        raise InputError(
            f"{ticker}: expected results with exclude_self=False first, then some where the firm "
            "was taken out of its index"
        )
    first, second = (headline_of(one, event_id, [ticker]).iloc[0] for one in (plain, excluded))
    return first, second


def index_and_explained(results: EventStudyResults, key: tuple[str, str]) -> tuple[str, str]:
    """What the benchmark returned over the headline window, and what it explains of the firm."""
    row = headline_of(results, key[0], [key[1]]).iloc[0]
    number = results.sample.index.get_loc(key)
    cut = results.sample.windows.estimation_offsets.size
    days = results.sample.windows.columns(int(row["first"]), int(row["last"]))
    index = float(np.prod(1.0 + results.sample.factors[number, cut:, 0][days]) - 1.0)
    explained = float(results.fit.expected[number, days].sum())
    return words.percent(index, signed=True), words.percent(explained, signed=True)


def main_tickers(results: EventStudyResults, count: int = 4) -> list[str]:
    """The most often studied tickers, in the order in which they first appear."""
    studied = results.sample.index.get_level_values("ticker")
    often = list(pd.Series(studied).value_counts(sort=True).index[:count])
    return [ticker for ticker in dict.fromkeys(studied) if ticker in often]


def car_paths(
    results: EventStudyResults,
    event_id: str,
    tickers: Sequence[str],
    *,
    days: tuple[int, int] = (-5, 10),
    start: int = 0,
) -> dict[str, pd.DataFrame]:
    """Cumulative abnormal return by day, zero on the day before ``start``.

    From ``start`` on the value of day d is ``results.car(start, d)``, so that a figure shows the
    numbers of the tables. Before it the sum runs backwards, ``-results.car(d + 1, start - 1)``: how
    the price came to the level from which the news is counted. The band is the exact forecast error
    of that same sum, so it has no width where the sum is empty.

    Parameters
    ----------
    results : EventStudyResults
    event_id : str
    tickers : sequence of str
    days : tuple of int
        First and last day; cut to what the event window allows.
    start : int
        First day that is added up.

    Returns
    -------
    dict of str to pandas.DataFrame
        Per ticker, relative day x ``car, ci_low, ci_high``; decimal fraction.
    """
    low, high = results.sample.windows.event
    if not low <= start <= high:
        raise InputError(f"start={start}: expected a day of the event window {(low, high)}")
    if days[0] > days[1]:
        raise InputError(f"days={days!r}: expected a first day that is not after the last")
    shown = range(max(days[0], low - 1), min(days[1], high) + 1)
    keys = [(event_id, ticker) for ticker in tickers]
    rows: dict[int, pd.DataFrame] = {}
    for day in shown:
        rows[day] = _signed_sum(results, day, start).loc[keys]
    return {
        ticker: pd.DataFrame(
            {day: frame.loc[(event_id, ticker)] for day, frame in rows.items()}
        ).T.rename_axis("day")
        for ticker in tickers
    }


def _signed_sum(results: EventStudyResults, day: int, start: int) -> pd.DataFrame:
    columns = ["car", "ci_low", "ci_high"]
    if day == start - 1:
        return pd.DataFrame(0.0, index=results.sample.index, columns=columns)
    if day >= start:
        return results.car(start, day)[columns]
    back = results.car(day + 1, start - 1)
    return pd.DataFrame(
        {"car": -back["car"], "ci_low": -back["ci_high"], "ci_high": -back["ci_low"]}
    )


def car_path(
    results: EventStudyResults,
    key: tuple[str, str],
    *,
    days: tuple[int, int] = (-5, 10),
    start: int = 0,
) -> pd.DataFrame:
    """One path of `car_paths`.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> results = ma.event_study(ma.align(event, ma.load_market(), exclude_self=False))
    >>> car_path(results, (event.id, "NVDA"))["car"].loc[[-1, 0]].round(4).tolist()
    [0.0, -0.1326]
    """
    return car_paths(results, key[0], [key[1]], days=days, start=start)[key[1]]


def headline_of(results: EventStudyResults, event_id: str, tickers: Sequence[str]) -> pd.DataFrame:
    """Headline rows of one event by ticker; columns as ``results.headline()``."""
    return results.headline().loc[[(event_id, t) for t in tickers]].droplevel("event_id")


def clear_averages(table: pd.DataFrame, alpha: float) -> pd.Series:
    """By ticker, whether an average differs from zero by a valid test, all tests counted."""
    return (table["pvalue_holm"] < alpha) & table["valid"].astype(bool)


def column_digits(fractions: pd.Series) -> int:
    """Decimals, in percent, that suit all numbers of a column: one, two where one is below 1 %.

    Examples
    --------
    >>> column_digits(pd.Series([0.03, 0.0042])), column_digits(pd.Series([0.03, -0.165]))
    (2, 1)
    """
    return 2 if (fractions.abs() < 0.01).any() else 1


def moved(row: Any) -> bool:
    """Whether the interval of an estimate leaves out zero; a censored reaction does not count."""
    if bool(row.get("price_limited", False)):
        return False
    return bool(row["ci_low"] > 0 or row["ci_high"] < 0)


def window_words(first: int, last: int) -> str:
    """A window in words.

    Examples
    --------
    >>> window_words(0, 0), window_words(0, 1)
    ('day 0', 'days 0 to +1')
    """
    if first == last:
        return words.relative_day(first)
    return f"days {words.number(first, digits=0, signed=True)} to " + words.number(
        last, digits=0, signed=True
    )


@dataclass(frozen=True, eq=False)
class Estimate:
    """One observation's market model, as points and a line.

    Attributes
    ----------
    benchmark, firm : (M,) arrays
        Returns on the estimation days used, decimal fraction.
    alpha, beta : float
    beta_low, beta_high : float
        Interval of beta at the level of the results.
    event_benchmark, event_firm, abnormal : float
        Returns on day 0, and what the line does not explain of them.
    low, high : float
        Interval of the abnormal return.
    session : pandas.Timestamp
        Day 0.
    benchmark_name : str
    residual_std : float
    df : int
    """

    benchmark: np.ndarray
    firm: np.ndarray
    alpha: float
    beta: float
    beta_low: float
    beta_high: float
    event_benchmark: float
    event_firm: float
    abnormal: float
    low: float
    high: float
    session: pd.Timestamp
    benchmark_name: str
    residual_std: float
    df: int

    @property
    def benchmark_words(self) -> str:
        """The benchmark in a sentence."""
        index, _, firm = self.benchmark_name.partition(" without ")
        return f"the {name(index)}" + (f" without {name(firm)}" if firm else "")

    def line(self, x: np.ndarray) -> np.ndarray:
        """Expected return at benchmark returns ``x``."""
        return np.asarray(self.alpha + self.beta * x)

    def half_width(self, x: np.ndarray, alpha: float) -> np.ndarray:
        """Half the interval of one day's return at benchmark returns ``x``."""
        centred = self.benchmark - self.benchmark.mean()
        away = (x - self.benchmark.mean()) ** 2 / (centred @ centred)
        spread = np.sqrt(1.0 + 1.0 / len(centred) + away)
        return np.asarray(stats.t.isf(alpha / 2, self.df) * self.residual_std * spread)


def estimate(results: EventStudyResults, key: tuple[str, str]) -> Estimate:
    """The market model of one observation.

    Raises
    ------
    InputError
        The model is no line through one benchmark.
    """
    tickers_of(results, event_of(results, key[0]), [key[1]])
    row, coefficients = row_of(results.estimates, key), set(results.fit.coefficients)
    if coefficients != {"alpha", "beta"} or not row["benchmark"]:
        raise InputError(f"{results.model.label}: a scatter needs a model with one benchmark")
    number = results.sample.index.get_loc(key)
    cut = results.sample.windows.estimation_offsets.size
    use = np.isfinite(results.fit.residuals[number])
    x, y = results.sample.factors[number, :, 0], results.sample.returns[number]
    centred = x[:cut][use] - x[:cut][use].mean()
    error = row["residual_std"] / np.sqrt(centred @ centred)
    half = stats.t.isf(results.alpha / 2, row["df"]) * error
    day0 = cut - results.sample.windows.event[0]
    found = row_of(results.car(0, 0), key)
    return Estimate(
        benchmark=x[:cut][use],
        firm=y[:cut][use],
        alpha=float(row["alpha"]),
        beta=float(row["beta"]),
        beta_low=float(row["beta"] - half),
        beta_high=float(row["beta"] + half),
        event_benchmark=float(x[day0]),
        event_firm=float(y[day0]),
        abnormal=float(found["car"]),
        low=float(found["ci_low"]),
        high=float(found["ci_high"]),
        session=pd.Timestamp(row["session"]),
        benchmark_name=str(row["benchmark"])
        + (f" without {key[1]}" if row["exclude_self"] else ""),
        residual_std=float(row["residual_std"]),
        df=int(row["df"]),
    )


@dataclass(frozen=True, eq=False)
class Matrix:
    """Events x tickers.

    Attributes
    ----------
    values : pandas.DataFrame
        Cumulative abnormal return, decimal fraction; NaN where not studied.
    clear : pandas.DataFrame of bool
        Whether its interval leaves out zero.
    ambiguous : pandas.DataFrame of bool
        Whether day 0 could be another session.
    events : pandas.DataFrame
        Per event ``day`` (earliest day 0) and ``time_confirmed``; in order of ``day``.
    left_out : int
        Observations of other tickers.
    """

    values: pd.DataFrame
    clear: pd.DataFrame
    ambiguous: pd.DataFrame
    events: pd.DataFrame
    left_out: int


def matrix(
    results: EventStudyResults, tickers: Sequence[str], window: tuple[int, int] | None
) -> Matrix:
    """Events x tickers, over ``window`` or each observation's headline window."""
    known = list(dict.fromkeys(results.sample.index.get_level_values("ticker")))
    for ticker in tickers:
        if ticker not in known:
            raise UnknownNameError("ticker in the results", ticker, known)
    found = results.headline() if window is None else results.car(*window)
    observations = results.sample.observations
    chosen = found.index.get_level_values("ticker").isin(tickers)
    days = observations.groupby(level="event_id")["session"].min()
    events = pd.DataFrame(
        {
            "day": days,
            "time_confirmed": observations.groupby(level="event_id")["time_confirmed"].all(),
        }
    ).sort_values("day", kind="stable")

    def spread(column: pd.Series) -> pd.DataFrame:
        return column.unstack("ticker").reindex(index=events.index, columns=list(tickers))

    clear = (found["ci_low"] > 0) | (found["ci_high"] < 0)
    clear &= ~found["price_limited"].to_numpy(dtype=bool)
    return Matrix(
        values=spread(found["car"]),
        clear=spread(clear.astype(float)).fillna(0.0).astype(bool),
        ambiguous=spread(observations["session_ambiguous"].astype(float)).fillna(0.0).astype(bool),
        events=events,
        left_out=int((~chosen).sum()),
    )


FAR = 1.5  # what lies this many times farther out than the band's edge is worth a name


@dataclass(frozen=True, eq=False)
class Standouts:
    """All first reactions of a study on one scale, the t value.

    Attributes
    ----------
    table : pandas.DataFrame
        By (event_id, ticker): ``t, df, car, session`` and ``out``, whether the interval leaves out
        zero; in order of t.
    edge : float
        Two-sided critical t, at the degrees of freedom that most observations have.
    alpha : float
    missing : int
        Observations without a t value.
    """

    table: pd.DataFrame
    edge: float
    alpha: float
    missing: int

    @property
    def counts(self) -> tuple[int, int, int]:
        """Observations below the band, in it, above it."""
        out, up = self.table["out"], self.table["t"] > 0
        return int((out & ~up).sum()), int((~out).sum()), int((out & up).sum())

    @property
    def chance(self) -> tuple[float, float, float]:
        """The same, as chance alone would have them on average."""
        n = len(self.table)
        return n * self.alpha / 2, n * (1 - self.alpha), n * self.alpha / 2

    def farthest(self, count: int) -> pd.DataFrame:
        """The rows farthest out, at most ``count``, and none that is near the band."""
        far = self.table[self.table["out"] & (self.table["t"].abs() > FAR * self.edge)]
        order = far["t"].abs().sort_values(ascending=False, kind="stable").index
        return far.loc[order[:count]]


def standouts(results: EventStudyResults) -> Standouts:
    """T values of all headline windows, and which of them leave the band where zero is likely.

    Raises
    ------
    InputError
        No observation has a t value.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> found = standouts(ma.event_study(ma.align(event, ma.load_market())))
    >>> found.counts, round(found.edge, 2)
    ((2, 2, 0), 1.97)
    """
    headline = results.headline()
    headline = headline[~headline["price_limited"].to_numpy(dtype=bool)]  # censored: no size known
    table = headline[["t", "df", "car"]].assign(
        session=results.sample.observations["session"].loc[headline.index],
        out=(headline["ci_low"] > 0) | (headline["ci_high"] < 0),
    )
    known = table.dropna(subset=["t"]).sort_values("t", kind="stable")
    if known.empty:
        raise InputError("no observation has a t value: nothing to show")
    edge = float(stats.t.isf(results.alpha / 2, known["df"].median()))
    return Standouts(known, edge, results.alpha, len(table) - len(known))
