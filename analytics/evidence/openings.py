"""The return of day 0, split at the open: how much was there before anyone could trade.

In: a `Sample` and the `Market` it came from, with opening prices. Out: the part over night and the
part in the session, each beside its usual size, and which of them could hold the reaction. It must
not know files, plots or pages.

Indices are recorded at their close only, so the split is of the raw return: the market's own move
is in both parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.errors import InputError, is_number
from analytics.market import Market
from analytics.study import Sample
from analytics.study.kernels import Floats
from analytics.study.sample import KEYS

Holds = Literal["overnight", "intraday", "unknown"]
PARTS = ("overnight", "intraday")
COLUMNS = [
    "total",
    "overnight",
    "intraday",
    "at_open",
    *(f"{part}_{what}" for part in PARTS for what in ("usual", "low", "high", "pvalue")),
    "usual_at_open",
    "n_estimation",
    "holds",
    "why",
    "note",
]
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class OpeningSplit:
    """Day-0 returns split at the open.

    Attributes
    ----------
    sample : Sample
        The observations that could be split.
    table : pandas.DataFrame
        By (event_id, ticker), decimal fractions: ``total``, ``overnight`` and ``intraday`` with
        ``(1 + overnight) (1 + intraday) = 1 + total``; ``at_open``, the share of the log return
        that was there at the open (above 1 or below 0 where the session took some of it back). For
        each part ``_usual``, its standard deviation over the estimation window; ``_low`` and
        ``_high``, between which ``1 - alpha`` of its days lie; ``_pvalue``, the rank of its
        distance from their median. ``usual_at_open``, the share of log variance over night there;
        ``n_estimation`` days; ``holds`` (``overnight``, ``intraday`` or ``unknown``): the first
        part that could hold the reaction, and ``why``; ``note``.
    alpha : float
    """

    sample: Sample
    table: pd.DataFrame
    alpha: float

    def __len__(self) -> int:
        return len(self.table)

    @property
    def dropped(self) -> pd.DataFrame:
        """``event_id, ticker, reason`` of everyone whose return could not be split."""
        return self.sample.dropped

    def __repr__(self) -> str:
        shown = self.table[["total", "overnight", "intraday", "at_open", "holds"]]
        left = f"{len(self)} split, {len(self.dropped)} left out, of {self.sample.asked}"
        return f"Day 0 split at the open: {left}\n{shown.round(4)}"


def split_at_open(sample: Sample, market: Market, *, alpha: float = 0.05) -> OpeningSplit:
    """Split the return of day 0 into the part over night and the part in the session.

    ``overnight = (open + dividend) / previous close - 1`` and ``intraday = close / open - 1``.

    Parameters
    ----------
    sample : Sample
        From `align`.
    market : Market
        The one it came from; its bars hold opening prices.
    alpha : float
        The usual range holds ``1 - alpha`` of the estimation days.

    Returns
    -------
    OpeningSplit
        An observation without an opening price is a row of ``dropped``.

    Raises
    ------
    InputError
        A fault of the whole call.

    Notes
    -----
    A dividend belongs to the night before its ex-date and is put back at the open; on such a day
    the parts compound to the total return but for ``dividend / previous close x intraday``.

    News that came while the exchange was shut can be in the opening price; trading may add to it.
    News in the session cannot. Where no source shows the time and the phase is not graded high, or
    where several sessions could be day 0, neither can be told.

    References
    ----------
    Cliff, Cooper & Gulen (2008), overnight and intraday returns; Gelbach, Helland & Klick (2013),
    the rank.

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> sample = ma.align(ma.load_events()["deepseek-shock-2025-01-27"], market)
    >>> split = split_at_open(sample, market)
    >>> split.table[["total", "overnight", "intraday"]].iloc[0].astype(float).round(3).tolist()
    [-0.17, -0.125, -0.051]
    """
    if not isinstance(sample, Sample):
        raise InputError(f"sample: expected what align gives, got {type(sample).__name__}")
    if not isinstance(market, Market):
        raise InputError(f"market: expected a Market, got {type(market).__name__}")
    if not is_number(alpha) or not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r}: expected a number between 0 and 1, such as 0.05")
    tickers = dict.fromkeys(sample.index.get_level_values("ticker"))
    halves = {ticker: _halves(market, ticker) for ticker in tickers}
    rows, lost = [], []
    for place, key in enumerate(sample.index):
        half = halves[key[1]]
        row = _split(sample, place, half, alpha) if isinstance(half, pd.DataFrame) else half
        if isinstance(row, str):
            lost.append((*key, row))
        else:
            rows.append(row)
    gone = {key[:2] for key in lost}
    kept = np.array([key not in gone for key in sample.index], dtype=bool)
    sample = sample.keep(kept, lost)
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.index = sample.index if len(rows) else pd.MultiIndex.from_tuples([], names=KEYS)
    return OpeningSplit(sample, table, float(alpha))


def _halves(market: Market, ticker: str) -> pd.DataFrame | str:
    """Both parts of every session's return, or why there are none."""
    if ticker not in market.bars:
        return f"this market holds returns of {ticker}, but no opening prices"
    bars = market.bars[ticker]
    if "open" not in bars:
        held = " and ".join(str(name) for name in bars.columns)
        return f"this market holds no opening prices of {ticker}, only its {held}"
    bars = bars.reindex(market.sessions(ticker)).astype(float)
    close, previous = bars["close"], bars["close"].shift(1)
    total = market.returns(ticker).reindex(bars.index)
    income = (1.0 + total) * previous - close  # the dividend, which only the market knows by day
    income = income.where(income.abs() > ROUNDING * close, 0.0)
    start = bars["open"].where(bars["open"] > 0)
    outside = pd.Series(data=False, index=bars.index)
    flat = outside.copy()
    if {"high", "low"} <= set(bars.columns):
        outside = (start > bars["high"]) | (start < bars["low"])
        flat = bars["high"] == bars["low"]
    start = start.where(~outside)
    return pd.DataFrame(
        {
            "overnight": (start + income) / previous - 1.0,
            "intraday": close / start - 1.0,
            "outside": outside,
            "flat": flat,
            "income": income,
        }
    )


def _split(sample: Sample, place: int, half: pd.DataFrame, alpha: float) -> dict[str, object] | str:
    """One observation's row, or why there is none."""
    facts = sample.observations.iloc[place]
    session = facts["session"]
    if session not in half.index:
        return f"{session:%Y-%m-%d} is no session of this market"
    day = half.loc[session]
    if day["outside"]:
        return f"the open of {session:%Y-%m-%d} lies outside its low and high"
    if not np.isfinite([day["overnight"], day["intraday"]]).all():
        return f"no opening price on {session:%Y-%m-%d}, or no close before it"
    before = _estimation(sample, place, half)
    minimum = sample.windows.min_estimation
    if len(before) < minimum:
        return f"only {len(before)} of at least {minimum} estimation days have an opening price"
    logs = np.log1p(before)
    nightly, daily = logs["overnight"].var(ddof=1), logs["intraday"].var(ddof=1)
    whole = np.log1p(day["overnight"]) + np.log1p(day["intraday"])
    holds, why = _holds(facts)
    return {
        "total": (1.0 + day["overnight"]) * (1.0 + day["intraday"]) - 1.0,
        **{part: float(day[part]) for part in PARTS},
        "at_open": float(np.log1p(day["overnight"]) / whole) if whole else np.nan,
        **_usual(before, day, alpha),
        "usual_at_open": float(nightly / (nightly + daily)) if nightly + daily > 0 else np.nan,
        "n_estimation": len(before),
        "holds": holds,
        "why": why,
        "note": _note(facts, flat=bool(day["flat"])),
    }


def _estimation(sample: Sample, place: int, half: pd.DataFrame) -> pd.DataFrame:
    """Both parts on the usable estimation days."""
    cut = sample.windows.estimation_offsets.size
    days = sample.sessions[place, :cut][sample.usable[place]]
    return half.loc[half.index.isin(days), list(PARTS)].dropna()


def _usual(before: pd.DataFrame, day: pd.Series, alpha: float) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for part in PARTS:
        values: Floats = before[part].to_numpy(dtype=float)
        middle = float(np.median(values))
        far = np.abs(values - middle) >= abs(float(day[part]) - middle)
        found[f"{part}_usual"] = float(values.std(ddof=1))
        found[f"{part}_low"] = float(np.quantile(values, alpha / 2))
        found[f"{part}_high"] = float(np.quantile(values, 1 - alpha / 2))
        found[f"{part}_pvalue"] = float((1 + far.sum()) / (len(values) + 1))
    return found


def _holds(facts: pd.Series) -> tuple[Holds, str]:
    """The first part that could hold the reaction, and why."""
    if facts["session_ambiguous"]:
        return "unknown", "several sessions could be day 0"
    if facts["phase"] == "given":
        return "unknown", "a session was given, without a time"
    sure = bool(facts["time_confirmed"])
    if not sure and facts["phase_grade"] != "high":
        return "unknown", "no source shows the time, and the phase is not graded high"
    how = "the time is confirmed" if sure else "the clock time is not known, the phase is"
    if facts["phase"] == "in_session":
        return "intraday", f"the news came in the session; {how}"
    return "overnight", f"the news came while the exchange was shut; {how}"


def _note(facts: pd.Series, *, flat: bool) -> str:
    notes = []
    if flat:
        notes.append("a flat bar: one price all day")
    if facts["price_limited"]:
        notes.append("a day at the price limit: its size is censored")
    if facts["spans"]:
        notes.append(f"the night spans {facts['spans']}")
    return "; ".join(notes)
