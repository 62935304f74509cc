"""The aligned sample: one observation per (event, security), in event time.

In: what `align` found. Out: a frozen `Sample` whose arrays the models read, and a list of everyone
left out with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from analytics.recorded import FileEntry
from analytics.study.kernels import Bools, Floats, Ints
from analytics.study.windows import Windows

KEYS = ["event_id", "ticker"]


@dataclass(frozen=True, eq=False)
class History:
    """The whole series behind the windows, for who must look further than they reach.

    Attributes
    ----------
    values : (T, K) array
        Factor returns of every ticker's sessions, one ticker below the other.
    closes : (T,) datetime64[ns]
        Close of each of these sessions, UTC; NaT where the exchange is not known.
    row, low, high : (E,) integers
        Row of day 0; first row of the ticker and the row after its last.
    """

    values: Floats
    closes: np.ndarray
    row: Ints
    low: Ints
    high: Ints

    def at(self, offsets: Ints) -> Floats:
        """Factors at relative days, (E, D, K); NaN beyond the ticker's prices."""
        rows = self.row[:, None] + offsets[None, :]
        outside = (rows < self.low[:, None]) | (rows >= self.high[:, None])
        taken = self.values[np.where(outside, 0, rows)]
        taken[outside] = np.nan
        return taken

    def moments(self, members: Bools) -> np.ndarray:
        """All closes of the exchanges of some observations, ascending, each once."""
        spans = set(zip(self.low[members].tolist(), self.high[members].tolist(), strict=True))
        known = np.concatenate([self.closes[low:high] for low, high in sorted(spans)])
        return np.unique(known[~np.isnat(known)])

    def keep(self, chosen: Bools) -> History:
        """The same series for the chosen observations."""
        return replace(self, row=self.row[chosen], low=self.low[chosen], high=self.high[chosen])


@dataclass(frozen=True, eq=False, repr=False)
class Sample:
    """Aligned observations.

    Attributes
    ----------
    observations : pandas.DataFrame
        One row per (event_id, ticker). Placing: ``session`` (day 0), ``calendar``,
        ``previous_session``, ``phase``, ``phase_grade`` (how sure the phase is; empty where nobody
        graded it), ``gap_sessions``, ``gap_days``, ``time_confirmed``, ``session_ambiguous``,
        ``alternative_sessions``, ``headline_window``. Comparing:
        ``benchmark``, ``exclude_self``, ``excluded_from`` (benchmarks that the firm was taken out
        of), ``unweighed`` (indices that may hold it with a weight not recorded). What is said:
        ``role``, ``expected``, ``blind`` (the sign was written down before looking at prices),
        ``quoted`` (the event's record quotes a move of the price), ``draft`` (no person has checked
        the event). What surrounds it: ``missed_sessions`` (of the firm's other
        listings, since the previous close), ``spans`` (in words, where the day-0 return covers more
        than a usual gap), ``cluster``, ``masked_days`` (taken out of the estimation window on
        request), ``price_limited`` (a tested day moved as far as the exchange allows),
        ``confounders`` (kinds), ``confounded_by`` (in words) and ``other_news`` (tuples of day,
        kind, what).
    windows : Windows
    returns : (E, D) array
        Total returns, decimal fraction; estimation days, then event days. NaN where missing.
    factors : (E, D, K) array
        Benchmark returns on the same days: one, or as many as were asked for.
    factor_names : tuple of str
        (K,) names; where securities have different ones, joined by `` / ``.
    history : History
        The series around the windows.
    log_returns : bool
        Whether returns and factors are ``ln(1 + R)``.
    usable : (E, M) booleans
        Estimation days with a return and every benchmark.
    sessions : (E, D) datetime64[ns]
        The session of each day; NaT beyond the prices.
    closes : (E, D) datetime64[ns]
        Its close, UTC; NaT where the exchange is not known.
    dropped : pandas.DataFrame
        ``event_id, ticker, reason`` of every observation left out.
    asked : int
        ``len(observations) + len(dropped)``.
    sources : tuple of FileEntry
        Files behind the prices.
    """

    observations: pd.DataFrame
    windows: Windows
    returns: Floats
    factors: Floats
    factor_names: tuple[str, ...]
    history: History
    log_returns: bool
    usable: Bools
    sessions: np.ndarray
    closes: np.ndarray
    dropped: pd.DataFrame
    asked: int
    sources: tuple[FileEntry, ...] = ()

    def __len__(self) -> int:
        return len(self.observations)

    @property
    def index(self) -> pd.MultiIndex:
        """The (event_id, ticker) of each observation."""
        return cast("pd.MultiIndex", self.observations.index)

    def keep(self, chosen: Bools, reasons: Iterable[tuple[str, str, str]] = ()) -> Sample:
        """The chosen observations; the others go to ``dropped`` with the reasons given."""
        return replace(
            self,
            observations=self.observations[chosen],
            returns=self.returns[chosen],
            factors=self.factors[chosen],
            history=self.history.keep(chosen),
            usable=self.usable[chosen],
            sessions=self.sessions[chosen],
            closes=self.closes[chosen],
            dropped=self._dropped_with(list(reasons)),
        )

    def _dropped_with(self, reasons: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
        if not reasons:
            return self.dropped
        return dropped_frame([*self.dropped.itertuples(index=False, name=None), *reasons])

    def select(self, *, event_id: str | None = None, ticker: str | None = None) -> Sample:
        """Observations of one event, one ticker, or both; nothing counts as dropped by it."""
        index = self.index
        chosen = np.ones(len(self), dtype=bool)
        left = self.dropped
        for level, value in (("event_id", event_id), ("ticker", ticker)):
            if value is not None:
                chosen &= index.get_level_values(level) == value
                left = left[left[level] == value]
        part = self.keep(chosen)
        asked = int(chosen.sum()) + len(left)
        return replace(part, dropped=left.reset_index(drop=True), asked=asked)

    def __repr__(self) -> str:
        kept = f"{len(self)} observations kept, {len(self.dropped)} left out, of {self.asked}"
        events = self.index.get_level_values("event_id").nunique()
        tickers = ", ".join(dict.fromkeys(self.index.get_level_values("ticker")))
        return (
            f"Sample: {kept}\n  {events} events; {tickers}\n"
            f"  estimation {self.windows.estimation}, event {self.windows.event}"
        )

    def _repr_html_(self) -> str:
        columns = ["session", "phase", "benchmark", "session_ambiguous", "confounders", "spans"]
        note = f"<p>{len(self)} kept, {len(self.dropped)} left out, of {self.asked} asked</p>"
        return str(self.observations[columns].to_html()) + note


def dropped_frame(rows: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    """Rows of (event_id, ticker, reason) as the frame of everyone left out."""
    return pd.DataFrame(list(rows), columns=["event_id", "ticker", "reason"], dtype=object)
