"""Daily bars as log activity: what can be used of them, and what cannot.

In: the bars of a `Market`. Out: log volume or log range on every session, and a list of the days
that cannot be used or are doubtful. It must not know events, files, plots or pages.

Nothing is repaired: a bad tick stays, is named, and does little to a rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.evidence.levels import Track
from analytics.market import Market
from analytics.study.kernels import Bools, Floats

WICK = 3.0  # usual ranges between the day's extreme and the nearer of open and close
FLAGGED = ["ticker", "date", "reason", "used"]
Reasons = list[tuple[Bools, str]]


@dataclass(frozen=True)
class Measure:
    """A kind of activity.

    Attributes
    ----------
    name : str
        ``"volume"`` or ``"range"``.
    columns : tuple of str
        The bars it needs.
    read : callable
        Bars -> the log activity (T,), days that cannot be used and days that are doubtful, each
        with its reason.
    """

    name: str
    columns: tuple[str, ...]
    read: Callable[[pd.DataFrame], tuple[Floats, Reasons, Reasons]]


def _log_volume(bars: pd.DataFrame) -> tuple[Floats, Reasons, Reasons]:
    volume = bars["volume"].to_numpy(dtype=float)
    none = ~np.isfinite(volume)
    nil, wrong = ~none & (volume == 0), ~none & (volume < 0)
    logs = np.log(np.where(none | nil | wrong, np.nan, volume))
    unusable = [
        (none, "no volume recorded"),
        (nil, "a volume of zero on a session"),
        (wrong, "a negative volume"),
    ]
    return logs, unusable, [(_expiries(pd.DatetimeIndex(bars.index)), EXPIRY_WORDS)]


EXPIRY_WORDS = (
    "third Friday of a quarter: options and futures expire and indices are rebalanced, which alone "
    "makes it busy"
)


def _expiries(sessions: pd.DatetimeIndex) -> Bools:
    """Third Fridays of March, June, September and December, (T,) booleans."""
    friday = (sessions.day_of_week == 4) & (sessions.day >= 15) & (sessions.day <= 21)
    return np.asarray(friday & (sessions.month % 3 == 0))


def _log_range(bars: pd.DataFrame) -> tuple[Floats, Reasons, Reasons]:
    """Log of Parkinson's deviation, ``ln(high / low) / (2 sqrt(ln 2))``."""
    high, low = (bars[name].to_numpy(dtype=float) for name in ("high", "low"))
    ends = bars[[name for name in ("open", "close") if name in bars]].to_numpy(dtype=float)
    none = ~(np.isfinite(high) & np.isfinite(low) & (low > 0))
    with np.errstate(invalid="ignore"):
        wrong = ~none & ((ends > high[:, None]) | (ends < low[:, None])).any(axis=1)
        wrong |= ~none & (high < low)
        flat = ~none & ~wrong & (high == low)
    bad = none | wrong | flat
    ratio = np.log(np.where(bad, np.nan, high) / np.where(bad, np.nan, low))
    logs = np.log(ratio / (2.0 * np.sqrt(np.log(2.0))))
    unusable = [
        (none, "no high or low recorded"),
        (wrong, "open or close lies outside the day's low and high"),
        (flat, "high equals low: a flat bar has no range, as on a day locked at its price limit"),
    ]
    return logs, unusable, [(_wicks(high, low, ends, ratio), WICK_WORDS)]


WICK_WORDS = (
    f"high or low lies over {WICK:g} usual ranges beyond open and close: perhaps a bad tick; "
    "kept, not repaired"
)


def _wicks(high: Floats, low: Floats, ends: Floats, ratio: Floats) -> Bools:
    """Days with an extreme far from where the day began and ended, (T,) booleans."""
    known = np.isfinite(ratio) & np.isfinite(ends).any(axis=1)
    if not known.any() or ends.shape[1] == 0:
        return np.zeros(len(ratio), dtype=bool)
    usual = float(np.median(ratio[known]))
    far = np.zeros(len(ratio), dtype=bool)
    body = ends[known]
    above = np.log(high[known] / np.nanmax(body, axis=1))
    below = np.log(np.nanmin(body, axis=1) / low[known])
    far[known] = np.maximum(above, below) > WICK * usual
    return far


VOLUME = Measure("volume", ("volume",), _log_volume)
RANGE = Measure("range", ("high", "low"), _log_range)


def missing_bars(market: Market, ticker: str, measure: Measure) -> str:
    """Why a security has no such activity at all; empty if it has."""
    needed = " and ".join(measure.columns)
    if ticker not in market.bars:
        return f"this market holds returns of {ticker}, but no {needed}"
    if not set(measure.columns) <= set(market.bars[ticker].columns):
        return f"this market holds no {needed} of {ticker}, only its {_held(market, ticker)}"
    return ""


def _held(market: Market, ticker: str) -> str:
    return " and ".join(str(name) for name in market.bars[ticker].columns)


def read_track(
    market: Market, ticker: str, measure: Measure, others: Sequence[str] = ()
) -> tuple[Track, pd.DataFrame]:
    """Log activity of a security on its sessions, and the days that are flagged.

    Parameters
    ----------
    market : Market
    ticker : str
        Its bars hold what the measure needs.
    measure : Measure
    others : sequence of str
        Securities whose mean log activity stands beside it.

    Returns
    -------
    Track
    pandas.DataFrame
        ``ticker, date, reason, used``.
    """
    sessions = market.sessions(ticker)
    logs, flagged = _read(market, ticker, measure)
    beside = [_read(market, other, measure)[0].reindex(sessions).to_numpy() for other in others]
    columns = np.mean(beside, axis=0)[:, None] if beside else np.empty((len(sessions), 0))
    return Track(sessions, logs.to_numpy(dtype=float), columns), flagged


def _read(market: Market, ticker: str, measure: Measure) -> tuple[pd.Series, pd.DataFrame]:
    sessions = market.sessions(ticker)
    logs, unusable, doubtful = measure.read(market.bars[ticker].reindex(sessions))
    calendar = market.calendars.get(ticker)
    if calendar is not None:
        early = np.asarray(sessions.isin(calendar.early_closes))
        logs = np.where(early, np.nan, logs)
        unusable = [*unusable, (early, "an early close: a shorter session")]
    rows = [
        (ticker, session, reason, used)
        for found, used in ((unusable, False), (doubtful, True))
        for days, reason in found
        for session in sessions[days]
    ]
    flagged = pd.DataFrame(rows, columns=FLAGGED).sort_values("date", kind="stable")
    return pd.Series(logs, index=sessions), flagged.reset_index(drop=True)
