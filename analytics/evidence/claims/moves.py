"""Claims that tie a move to an event, by its size or by its time.

In: a claim with a `Swing` or `Timing`, prices and dated events. Out: a `Finding`. The rules are the
same for every claim of a type; they stand in the docstrings of `swing` and `timing`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.events.claims import Claim, Swing, Timing
from analytics.evidence.claims.base import RECORDED, Figure, Finding, Known, Verdict, day, percent
from analytics.evidence.claims.series import extreme
from analytics.study.sessions import place

FEWEST = 2 / 3  # of the sessions that say what is usual
USUAL_GAP = 4  # calendar days from Friday to the Tuesday after a holiday Monday


def swing(claim: Claim, check: Swing, known: Known) -> Finding:
    """Whether a group of shares moved sharply at an event.

    A move is sharp if the total return of the first session after the event is more than
    ``times`` standard deviations of the ``days`` sessions before it. A return that spans a closure
    is compared with sums over as many weekdays. Up and down count alike, and the figures say which
    it was.

    - supported: more than half of the securities named moved sharply.
    - partly: some did, up to half.
    - refuted: none did.

    Where moves are not known and the verdict hangs on them, it cannot be checked.
    """
    event = known.events[check.event]
    figures: dict[str, Figure] = {}
    rows: dict[str, tuple[float, float]] = {}
    left: list[str] = []
    spans: dict[str, int] = {}
    for ticker in check.tickers:
        try:
            move = _Move.at(known, event.id, ticker, check.days, claim.published)
        except InputError as error:
            figures[f"return_{ticker}"] = Figure(
                np.nan, "fraction", "total return", None, note=str(error)
            )
            left.append(str(error))
            continue
        figures |= move.figures(check.times)
        rows[ticker] = (move.value, move.value / move.deviation)
        if move.weekdays > 1:
            spans[ticker] = move.spans
    if not rows:
        raise InputError(f"no move at {check.event} is known of {', '.join(check.tickers)}")
    sharp = [ticker for ticker, (_, times) in rows.items() if abs(times) > check.times]
    verdict = _swing_verdict(len(sharp), len(check.tickers))
    if verdict != _swing_verdict(len(sharp) + len(left), len(check.tickers)):
        raise InputError(
            f"{len(left)} of {len(check.tickers)} moves at {check.event} are not known, and the "
            f"verdict hangs on them: {'; '.join(left)}"
        )
    return Finding(
        verdict,
        _swing_reason(rows, sharp, check, left, spans),
        figures,
        _swing_change(verdict, check),
    )


def _swing_verdict(sharp: int, of: int) -> Verdict:
    if not sharp:
        return "refuted"
    return "supported" if sharp > of / 2 else "partly"


@dataclass(frozen=True, eq=False)
class _Move:
    """A return at an event beside the returns before it."""

    ticker: str
    session: pd.Timestamp
    value: float
    before: pd.Series
    spans: int
    weekdays: int

    @classmethod
    def at(cls, known: Known, event_id: str, ticker: str, days: int, printed: dt.date) -> _Move:
        returns = known.market.returns(ticker)
        calendar = known.market.calendars.get(ticker)
        if calendar is None:
            raise InputError(f"{ticker}: no exchange is known, so the event has no session")
        candidates = place(known.events[event_id], calendar).candidates
        session = candidates[0] if candidates else pd.NaT
        if session not in returns.index or np.isnan(returns[session]):
            raise InputError(f"{ticker}: no return on the first session after {event_id}")
        if session >= pd.Timestamp(printed):
            raise InputError(f"{ticker}: its first session is not before {printed}")
        row = int(returns.index.get_loc(session))
        sessions = known.market.sessions(ticker)
        previous = sessions[sessions.get_loc(session) - 1]
        spans = (session - previous).days
        weekdays = 1
        if spans > USUAL_GAP:
            day = pd.Timedelta(days=1)
            weekdays = int(np.busday_count((previous + day).date(), (session + day).date()))
        sums = returns.rolling(weekdays).sum() if weekdays > 1 else returns
        before = sums.iloc[max(row - days, 0) : row].dropna()
        if len(before) < FEWEST * days or not before.std(ddof=1) > 0:
            raise InputError(
                f"{ticker}: only {len(before)} of {days} returns before {session:%Y-%m-%d}"
            )
        return cls(ticker, session, float(returns[session]), before, spans, weekdays)

    @property
    def deviation(self) -> float:
        return float(self.before.std(ddof=1))

    def figures(self, times: float) -> dict[str, Figure]:
        n = len(self.before)
        beyond = int((self.before.abs() >= abs(self.value)).sum())
        span = ""
        if self.spans > USUAL_GAP:
            span = f"; spans {self.spans} days, compared with sums over {self.weekdays} sessions"
        return {
            f"return_{self.ticker}": Figure(
                self.value,
                "fraction",
                "total return",
                self.session,
                n=n,
                note=f"{beyond} of the {n} sessions before were as large{span}",
            ),
            f"deviations_{self.ticker}": Figure(
                self.value / self.deviation,
                "deviations",
                "total return",
                self.session,
                n=n,
                note=f"sharp beyond {times:g}; one deviation is {percent(self.deviation)}",
            ),
        }


def _swing_reason(
    rows: dict[str, tuple[float, float]],
    sharp: list[str],
    check: Swing,
    left: list[str],
    spans: dict[str, int],
) -> str:
    listed = [
        f"{ticker} {percent(value)} ({abs(times):.1f} deviations"
        f"{f', over {spans[ticker]} days' if ticker in spans else ''})"
        for ticker, (value, times) in rows.items()
    ]
    down = sum(value < 0 for value, _ in rows.values())
    odd = [t for t, (value, _) in rows.items() if (value > 0) == (down > len(rows) / 2)]
    text = (
        f"{len(sharp)} of {len(check.tickers)} moved by more than {check.times:g} standard "
        f"deviations of the {check.days} sessions before: {'; '.join(listed)}."
    )
    if odd and len(odd) < len(rows):
        way = "rose while most fell" if down > len(rows) / 2 else "did not rise with the others"
        text += f" It was not uniform: {' and '.join(odd)} {way}."
    return f"{text} Not known: {'; '.join(left)}." if left else text


def _swing_change(verdict: Verdict, check: Swing) -> str:
    named = len(check.tickers)
    if verdict == "supported":
        return f"It would not be supported had {named // 2} or fewer of the {named} moved so far."
    return (
        f"It would be supported had more than {named // 2} of the {named} moved by more than "
        f"{check.times:g} standard deviations."
    )


def timing(claim: Claim, check: Timing, known: Known) -> Finding:
    """Whether an event, and the largest fall of a share, lie in the days that a claim names.

    - supported: both do.
    - partly: one of the two does.
    - refuted: neither does.
    """
    event = known.events[check.event]
    returns = known.market.returns(check.ticker)
    until = min(check.search_until, claim.published - dt.timedelta(days=1))
    searched = returns.loc[pd.Timestamp(check.search_start) : pd.Timestamp(until)]
    inside = searched.dropna()
    if inside.empty:
        raise InputError(f"no return of {check.ticker} from {check.search_start} to {until}")
    worst, worst_day = extreme(inside, highest=False)
    if not worst < 0 or worst_day is None:
        raise InputError(f"{check.ticker} did not fall from {check.search_start} to {until}")
    held = [check.start <= one <= check.until for one in (event.date, worst_day.date())]
    verdicts: tuple[Verdict, ...] = ("refuted", "partly", "supported")
    figures = {
        "event_day": Figure(
            float((event.date - check.start).days),
            "days after the claim's first day",
            "calendar",
            pd.Timestamp(event.date),
            note=f"{event.id}; date graded {event.grades.get('date', 'not')}",
        ),
        "largest_fall": Figure(worst, "fraction", "total return", worst_day, n=len(inside)),
    }
    first = _first_move(known, check, returns)
    if first is not None:
        figures["event_first_session"] = first
    lag = int(((inside.index > pd.Timestamp(event.date)) & (inside.index < worst_day)).sum())
    words = ["inside" if one else "outside" for one in held]
    return Finding(
        verdicts[sum(held)],
        f"The event ({event.title}) is dated {event.date}, {words[0]} the claim's {check.start} to "
        f"{check.until}; the largest fall of {check.ticker}, {percent(worst)} on {day(worst_day)}, "
        f"lies {words[1]}, with {lag} sessions between."
        + (
            f" On the first session after the event it moved {percent(first.value)}."
            if first is not None
            else ""
        )
        + _hidden(len(searched) - len(inside)),
        figures,
        _timing_change(check, held),
    )


def _hidden(count: int) -> str:
    if count == 0:
        return ""
    return f" {count} session{'s' * (count > 1)} without a return could hide a larger fall."


def _timing_change(check: Timing, held: list[bool]) -> str:
    span = f"from {check.start} to {check.until}"
    if all(held):
        return f"It would not be supported were one of the two dates not {span}."
    late = [what for what, one in zip(("the event", "the fall"), held, strict=True) if not one]
    return f"It would be supported had {' and '.join(late)} come {span}."


def _first_move(known: Known, check: Timing, returns: pd.Series) -> Figure | None:
    """Return of the first session after the event, where the exchange is known."""
    calendar = known.market.calendars.get(check.ticker)
    found = place(known.events[check.event], calendar).candidates if calendar else ()
    if not found or found[0] not in returns.index or np.isnan(returns[found[0]]):
        return None
    unsure = "" if len(found) == 1 else "; the earliest of several possible sessions"
    return Figure(
        float(returns[found[0]]),
        "fraction",
        "total return",
        found[0],
        note=f"{RECORDED}{unsure}",
    )
