"""Did trading and volatility react? Volume and range of each observation against what was usual.

In: a `Sample`, which says where day 0 and the estimation window are, and the `Market` it came from.
Out: abnormal log volume or log range per (event_id, ticker), with interval, t and rank test, and
everyone left out with the reason. It must not know files, plots or pages.

A day that cannot be used (no volume, a volume of zero, a flat bar, an early close) is neither
guessed nor lost: it is listed in ``ActivityResults.flagged``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError, UnknownNameError, is_number
from analytics.evidence.bars import FLAGGED, RANGE, VOLUME, Measure, missing_bars, read_track
from analytics.evidence.levels import (
    Design,
    Level,
    MeanLevel,
    RecentLevel,
    Surprise,
    Track,
    surprise,
)
from analytics.market import Market
from analytics.study import Sample
from analytics.study.context import USUAL_GAP
from analytics.study.kernels import Bools, Floats, Ints
from analytics.study.requests import names_of

POWER = 0.8
COLUMNS = [
    "abnormal",
    "ratio",
    "ci_low",
    "ci_high",
    "std_error",
    "t",
    "df",
    "pvalue",
    "rank_pvalue",
    "n_estimation",
    "detectable",
    "first",
    "last",
    "note",
]


@dataclass(frozen=True, eq=False, repr=False)
class ActivityResults:
    """How much more, or less, was traded or moved than usual.

    Attributes
    ----------
    sample : Sample
        The observations that could be measured.
    measure : Measure
        Volume or range.
    level : RecentLevel or MeanLevel
        What counts as usual.
    tracks : mapping
        Ticker -> its log activity.
    rows : (E,) integers
        Row of day 0 in its track.
    flagged : pandas.DataFrame
        ``ticker, date, reason, used`` of every session that could not be used, or is doubtful.
    others : tuple of str
        Securities whose activity on the same sessions is taken into account.
    alpha : float
        Intervals cover ``1 - alpha``.
    """

    sample: Sample
    measure: Measure
    level: Level
    tracks: Mapping[str, Track]
    rows: Ints
    flagged: pd.DataFrame
    others: tuple[str, ...]
    alpha: float

    def __len__(self) -> int:
        return len(self.sample)

    @property
    def index(self) -> pd.MultiIndex:
        """The (event_id, ticker) of each observation."""
        return self.sample.index

    @property
    def dropped(self) -> pd.DataFrame:
        """``event_id, ticker, reason`` of everyone asked for and not measured."""
        return self.sample.dropped

    def over(self, first: int, last: int) -> pd.DataFrame:
        """Abnormal activity of every observation over the days ``first`` to ``last``.

        Parameters
        ----------
        first, last : int
            Relative days inside the event window.

        Returns
        -------
        pandas.DataFrame
            By (event_id, ticker): ``abnormal`` (log points per day above the forecast), ``ratio =
            exp(abnormal)`` (times its usual level, in the geometric mean) with the interval
            ``ci_low`` to ``ci_high``; ``std_error`` of ``abnormal``, ``t, df, pvalue``;
            ``rank_pvalue``, which assumes no normality; ``n_estimation`` sums learned from;
            ``detectable``, the ratio that the t test finds four times in five; ``first``, ``last``;
            ``note``, why there is no number, or what is doubtful about it.

        References
        ----------
        Ajinkya & Jain (1989), log volume; Parkinson (1980), eq. 3, range; Corsi (2009), eq. 8.

        Examples
        --------
        >>> import analytics as ma
        >>> market = ma.load_market()
        >>> sample = ma.align(ma.load_events()["deepseek-shock-2025-01-27"], market)
        >>> row = abnormal_volume(sample, market).over(0, 0).loc[sample.index[0]]
        >>> bool(row["ratio"] > 2), bool(row["pvalue"] < 0.001)
        (True, True)
        """
        self.sample.windows.columns(first, last)
        found = [self._surprise(place, first, last) for place in range(len(self))]
        return self._table(found, first, last)

    def headline(self) -> pd.DataFrame:
        """The same over each observation's own headline window (see `EventStudyResults`)."""
        begin, end = self.sample.windows.event
        if begin > 0 or end < 0:  # day 0 is not in the event window: take all of that
            return self.over(begin, end)
        rows = []
        for place, (first, last) in enumerate(self.sample.observations["headline_window"]):
            days = first, min(last, end)
            rows.append(self._table([self._surprise(place, *days)], *days, places=[place]))
        return pd.concat(rows) if rows else self._table([], 0, 0)

    def by_day(self, first: int = -5, last: int = 5) -> pd.DataFrame:
        """Each day on its own, as `over`, with the level ``day`` in the index.

        A day before the news is set against the forecast of the day before it; day 0 and what
        follows against forecasts made on the eve of the news, so that the reaction of day 0 does
        not become what is usual on day 1. ``band_low`` and ``band_high`` are the ratios between
        which ``1 - alpha`` of ordinary days lie.
        """
        self.sample.windows.columns(first, last)
        parts = {}
        for day in range(first, last + 1):
            part = self.over(day, day)
            half = stats.t.isf(self.alpha / 2, part["df"]) * part["std_error"]
            parts[day] = part.assign(band_low=np.exp(-half), band_high=np.exp(half))
        frame = pd.concat(parts, names=["day"])
        return frame.reorder_levels(["event_id", "ticker", "day"]).sort_index(
            level=["event_id", "ticker", "day"], sort_remaining=False
        )

    def ordinary(self, key: tuple[str, str], first: int, last: int) -> Floats:
        """Log points per day by which the windows learned from missed their own forecast."""
        place = self.index.get_loc(key)
        return self._surprise(place, first, last).residuals / (last - first + 1)

    def residuals(self, first: int = 0, last: int = 0) -> Floats:
        """(E, M) forecast errors on the estimation days at which a window begins; NaN elsewhere."""
        offsets = self.sample.windows.estimation_offsets
        spread = np.full((len(self), len(offsets)), np.nan)
        for place in range(len(self)):
            found = self._surprise(place, first, last)
            spread[place, found.rows - self.rows[place] - offsets[0]] = found.residuals
        return spread

    def select(self, *, event_id: str | None = None, ticker: str | None = None) -> ActivityResults:
        """The results of one event, one ticker, or both.

        Raises
        ------
        UnknownNameError
            It is not in these results.
        """
        chosen = np.ones(len(self), dtype=bool)
        for level, value in (("event_id", event_id), ("ticker", ticker)):
            if value is not None:
                labels = self.index.get_level_values(level)
                if value not in labels:
                    kind = level.removesuffix("_id")
                    raise UnknownNameError(f"{kind} in these results", value, set(labels))
                chosen &= np.asarray(labels == value)
        sample = self.sample.select(event_id=event_id, ticker=ticker)
        return replace(self, sample=sample, rows=self.rows[chosen])

    def _surprise(self, place: int, first: int, last: int) -> Surprise:
        ticker = self.index[place][1]
        row = int(self.rows[place])
        return surprise(self._design(ticker, first, last), row, self._learned(place, first, last))

    def _design(self, ticker: str, first: int, last: int) -> Design:
        key = (ticker, first, last)
        if key not in self._designs:
            self._designs[key] = Design.of(self.tracks[ticker], first, last, self.level)
        return self._designs[key]

    @cached_property
    def _designs(self) -> dict[tuple[str, int, int], Design]:
        return {}

    def _learned(self, place: int, first: int, last: int) -> Bools:
        """Rows whose whole window lies on usable estimation days, (T,) booleans."""
        offsets = self.sample.windows.estimation_offsets
        days = np.zeros(len(self.tracks[self.index[place][1]].logs), dtype=bool)
        rows = self.rows[place] + offsets
        inside = (rows >= 0) & (rows < len(days))
        days[rows[inside]] = self.sample.usable[place][inside]
        whole = np.ones(len(days), dtype=bool)
        for day in range(first, last + 1):
            at = np.arange(len(days)) + day
            there = (at >= 0) & (at < len(days))
            whole &= there & days[np.where(there, at, 0)]
        return whole

    def _table(
        self, found: Sequence[Surprise], first: int, last: int, places: Sequence[int] | None = None
    ) -> pd.DataFrame:
        """Numbers of some observations, per day of the window."""
        chosen = list(range(len(self)) if places is None else places)
        length = last - first + 1
        value, error, df, rank, count = (
            np.array([getattr(one, name) for one in found], dtype=float)
            for name in ("value", "std_error", "df", "rank", "count")
        )
        value, error = value / length, error / length
        t = value / error
        half = stats.t.isf(self.alpha / 2, df) * error
        reach = (stats.t.isf(self.alpha / 2, df) + stats.t.isf(1 - POWER, df)) * error
        columns = {
            "abnormal": value,
            "ratio": np.exp(value),
            "ci_low": np.exp(value - half),
            "ci_high": np.exp(value + half),
            "std_error": error,
            "t": t,
            "df": df,
            "pvalue": 2.0 * stats.t.sf(np.abs(t), df),
            "rank_pvalue": rank,
            "n_estimation": count.astype(int),
            "detectable": np.exp(reach),
            "first": first,
            "last": last,
            "note": [
                one.note or self._doubts(place, first, last)
                for place, one in zip(chosen, found, strict=True)
            ],
        }
        return pd.DataFrame(columns, index=self.index[chosen], columns=COLUMNS)

    def _doubts(self, place: int, first: int, last: int) -> str:
        """What is doubtful about the days of a window, each with its date."""
        row, known = int(self.rows[place]), self._doubtful[self.index[place][1]]
        said = [known[day] for day in range(row + first, row + last + 1) if day in known]
        if first <= 0 <= last and self._circumstances[place]:
            said.append(self._circumstances[place])
        return "; ".join(said)

    @cached_property
    def _circumstances(self) -> list[str]:
        """What day 0 itself does to trading: a closure before it, a price limit."""
        facts = self.sample.observations
        gaps = (facts["session"] - facts["previous_session"]).dt.days
        found = []
        for gap, limited in zip(gaps, facts["price_limited"], strict=True):
            shut = f"first session after {gap} days, which alone can make it busy"
            cut = "a day at the price limit: trading was cut short"
            said = (shut if gap > USUAL_GAP else "", cut if limited else "")
            found.append("; ".join(filter(None, said)))
        return found

    @cached_property
    def _doubtful(self) -> dict[str, dict[int, str]]:
        """Ticker -> row -> what is doubtful about it."""
        found: dict[str, dict[int, str]] = {ticker: {} for ticker in self.tracks}
        for one in self.flagged[self.flagged["used"].astype(bool)].itertuples():
            row = int(self.tracks[one.ticker].sessions.searchsorted(one.date))
            found[one.ticker][row] = f"{one.date:%Y-%m-%d}: {one.reason}"
        return found

    def __repr__(self) -> str:
        table = self.headline()[["ratio", "ci_low", "ci_high", "pvalue", "rank_pvalue"]]
        counts = f"{len(self)} observations, {len(self.dropped)} left out, of {self.sample.asked}"
        against = f"usual: {self.level.label}"
        beside = f", given {', '.join(self.others)}" if self.others else ""
        return f"Abnormal {self.measure.name}: {counts}; {against}{beside}\n{table.round(3)}"


def abnormal_volume(
    sample: Sample,
    market: Market,
    *,
    level: Level | None = None,
    others: Sequence[str] = (),
    alpha: float = 0.05,
) -> ActivityResults:
    """Volume of every observation against what was usual.

    Parameters
    ----------
    sample : Sample
        From `align`, which places day 0 and the estimation window.
    market : Market
        The one the sample came from; its bars hold the volume.
    level : RecentLevel or MeanLevel, optional
        What counts as usual; `RecentLevel` by default, because it alone keeps its size over windows
        of several days (see `false_alarms`).
    others : sequence of str
        Securities whose mean log volume on the same sessions is taken into account: what is left is
        not explained by a day on which everything was traded. Others that the same news moved hide
        a part of the reaction.
    alpha : float
        Intervals cover ``1 - alpha``.

    Returns
    -------
    ActivityResults
        An observation without volume is a row of ``dropped``.

    Raises
    ------
    InputError
        A fault of the whole call.

    References
    ----------
    Ajinkya & Jain (1989); Campbell & Wasley (1996); Corsi (2009).

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> sample = ma.align(ma.load_events()["deepseek-shock-2025-01-27"], market)
    >>> abnormal_volume(sample, market).headline()["ratio"].gt(1.5).tolist()
    [True, True, True, True]
    """
    return _abnormal(VOLUME, sample, market, level, others, alpha)


def abnormal_range(
    sample: Sample,
    market: Market,
    *,
    level: Level | None = None,
    others: Sequence[str] = (),
    alpha: float = 0.05,
) -> ActivityResults:
    """Range between high and low of every observation against what was usual.

    The log of Parkinson's deviation, ``ln(high / low) / (2 sqrt(ln 2))``: it sees what happened
    while the exchange was open, and nothing of the gap over night.

    Parameters
    ----------
    sample : Sample
    market : Market
    level, others, alpha
        As in `abnormal_volume`.

    Returns
    -------
    ActivityResults
        A flat bar has no range: an observation whose day 0 is one is a row of ``dropped``.

    Raises
    ------
    InputError
        A fault of the whole call.

    References
    ----------
    Parkinson (1980), eq. 3; Alizadeh, Brandt & Diebold (2002), on the log of the range.

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> sample = ma.align(ma.load_events()["deepseek-shock-2025-01-27"], market)
    >>> abnormal_range(sample, market).measure.name
    'range'
    """
    return _abnormal(RANGE, sample, market, level, others, alpha)


def _abnormal(
    measure: Measure,
    sample: Sample,
    market: Market,
    level: Level | None,
    others: Sequence[str],
    alpha: float,
) -> ActivityResults:
    level = RecentLevel() if level is None else level
    _check(sample, market, level, alpha)
    beside = _known_others(others, market, measure)
    tracks, lacking, days = _read(measure, sample, market, beside)
    at = [
        _row(session, tracks[ticker]) if ticker in tracks else -1
        for (_, ticker), session in zip(sample.index, sample.observations["session"], strict=True)
    ]
    reasons = [
        lacking[ticker] or _unusable(sample, place, at[place], tracks[ticker], days)
        for place, (_, ticker) in enumerate(sample.index)
    ]
    kept = np.array([not reason for reason in reasons], dtype=bool)
    lost = [(*key, why) for key, why in zip(sample.index, reasons, strict=True) if why]
    sample = sample.keep(kept, lost)
    return ActivityResults(
        sample=sample,
        measure=measure,
        level=level,
        tracks=tracks,
        rows=np.array(at, dtype=np.int64)[kept],
        flagged=days,
        others=beside,
        alpha=float(alpha),
    )


def _read(
    measure: Measure, sample: Sample, market: Market, beside: tuple[str, ...]
) -> tuple[dict[str, Track], dict[str, str], pd.DataFrame]:
    """Tracks by ticker, why a ticker has none, and the days that are flagged."""
    tracks: dict[str, Track] = {}
    lacking: dict[str, str] = {}
    flags: list[pd.DataFrame] = []
    for ticker in dict.fromkeys(sample.index.get_level_values("ticker")):
        lacking[ticker] = missing_bars(market, ticker, measure)
        rest = [one for one in beside if one != ticker]
        if beside and not rest:
            lacking[ticker] = lacking[ticker] or f"{ticker} cannot stand beside itself"
        if not lacking[ticker]:
            tracks[ticker], flagged = read_track(market, ticker, measure, rest)
            flags.append(flagged)
    days = pd.concat(flags, ignore_index=True) if flags else pd.DataFrame(columns=FLAGGED)
    return tracks, lacking, days


def _check(sample: Sample, market: Market, level: Level, alpha: float) -> None:
    if not isinstance(sample, Sample):
        raise InputError(f"sample: expected what align gives, got {type(sample).__name__}")
    if not isinstance(market, Market):
        raise InputError(f"market: expected a Market, got {type(market).__name__}")
    if not isinstance(level, (RecentLevel, MeanLevel)):
        raise InputError(f"level={level!r}: expected RecentLevel() or MeanLevel()")
    if not is_number(alpha) or not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r}: expected a number between 0 and 1, such as 0.05")


def _known_others(others: Sequence[str], market: Market, measure: Measure) -> tuple[str, ...]:
    if isinstance(others, (list, tuple)) and not others:
        return ()
    names = names_of("others", others)
    for name in names:
        if name not in market:
            raise UnknownNameError("ticker in others", name, market.tickers)
        lacking = missing_bars(market, name, measure)
        if lacking:
            raise InputError(f"others: {lacking}")
    return tuple(dict.fromkeys(names))


def _row(session: pd.Timestamp, track: Track) -> int:
    """Row of day 0; -1 where the market does not have that session."""
    row = int(track.sessions.searchsorted(session))
    return row if row < len(track.sessions) and track.sessions[row] == session else -1


def _unusable(sample: Sample, place: int, row: int, track: Track, flagged: pd.DataFrame) -> str:
    """Why an observation cannot be measured; empty if it can."""
    ticker = sample.index[place][1]
    if row < 0:
        session = sample.observations["session"].iloc[place]
        return f"{session:%Y-%m-%d} is no session of {ticker} in this market"
    if not np.isfinite(track.logs[row]):
        session = track.sessions[row]
        hit = flagged[(flagged["ticker"] == ticker) & (flagged["date"] == session)]
        why = "; ".join(hit["reason"]) or "no activity recorded of the others beside it"
        return f"day 0, {session:%Y-%m-%d}: {why}"
    rows = row + sample.windows.estimation_offsets
    inside = (rows >= 0) & (rows < len(track.logs))
    usable = np.isfinite(track.logs[rows[inside]]) & sample.usable[place][inside]
    minimum = sample.windows.min_estimation
    if usable.sum() < minimum:
        return f"only {usable.sum()} of at least {minimum} estimation days can be used"
    return ""
