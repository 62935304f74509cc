"""Claims that a share came back from a fall.

In: a claim with a `Recovery`, and prices. Out: a `Finding`. The rule is the same for every claim of
the type; it stands in the docstring of `recovery`. It must not know other kinds of claims.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.events.claims import Claim, Recovery
from analytics.evidence.claims.base import EXACT, Figure, Finding, Known, Verdict, day, percent
from analytics.evidence.claims.series import DAY, Prices, extreme


def recovery(claim: Claim, check: Recovery, known: Known) -> Finding:
    """Whether a share came back.

    The level is the close of ``reference``; the trough is the lowest close from ``start`` to
    ``trough_until``; the share regained is ``(P - trough) / (level - trough)``. What counts are
    the sessions after the trough that closed before the claim was printed. The whole of a fall
    must be regained in full, a part of it (``share`` below 1) by more than that.

    - supported: a close reaches it; if the claim says that it lasts, the last close before it was
      printed does.
    - partly: the claim says that it lasts, and a close reached it but the last one does not; or
      the claim does not say so, and only highs within a day reached it.
    - refuted: otherwise. That a high touched the level for a moment is no lasting recovery.

    Without a fall there is nothing to regain, and the claim is not checkable.
    """
    prices = Prices.of(known.market, check.ticker)
    level = prices.level(check.reference)
    inside = prices.between(check.start, check.trough_until, claim.published)
    trough, trough_day = extreme(inside.close, highest=False)
    if trough_day is None or not trough < level:
        raise InputError(
            f"{check.ticker} did not close below {level:g} from {check.start} to "
            f"{check.trough_until}: there was no fall to recover from"
        )
    after = prices.between(trough_day + DAY, dt.date.max, claim.published)
    after.last()  # of a missing last close nothing is said
    back = _Back.of(check, level, (trough, trough_day), after)
    verdict: Verdict = "refuted"
    if back.reached(back.last if check.lasting else back.best):
        verdict = "supported"
    elif back.reached(back.best if check.lasting else back.high):
        verdict = "partly"
    return Finding(verdict, back.reason(prices), back.figures(prices), back.change(verdict, prices))


@dataclass(frozen=True, eq=False)
class _Back:
    """How much of a fall was regained: at best, at the end, and at the highest moment."""

    check: Recovery
    level: float
    trough: tuple[float, pd.Timestamp | None]
    best: tuple[float, pd.Timestamp | None]
    last: tuple[float, pd.Timestamp | None]
    high: tuple[float, pd.Timestamp | None]
    first_back: pd.Timestamp | None
    sessions: int

    @classmethod
    def of(
        cls,
        check: Recovery,
        level: float,
        trough: tuple[float, pd.Timestamp | None],
        after: Prices,
    ) -> _Back:
        closes = after.close.dropna()
        reached = closes.index[closes >= level * (1 - EXACT)]
        return cls(
            check,
            level,
            trough,
            extreme(closes, highest=True),
            after.last(),
            extreme(after.high, highest=True),
            reached[0] if len(reached) else None,
            len(closes),
        )

    @property
    def needed(self) -> float:
        """The price that regains the share."""
        return self.trough[0] + self.check.share * (self.level - self.trough[0])

    def share(self, price: tuple[float, pd.Timestamp | None]) -> float:
        return (price[0] - self.trough[0]) / (self.level - self.trough[0])

    def reached(self, price: tuple[float, pd.Timestamp | None]) -> bool:
        if self.check.share == 1.0:
            return price[0] >= self.level * (1 - EXACT)
        return self.share(price) > self.check.share + EXACT

    def figures(self, prices: Prices) -> dict[str, Figure]:
        unit = prices.unit or "price"
        named = {
            "trough_close": (self.trough, "close"),
            "best_close": (self.best, "close"),
            "last_close": (self.last, "close"),
            "best_high": (self.high, "high"),
        }
        reference = pd.Timestamp(self.check.reference)
        figures = {"reference_close": Figure(self.level, unit, "close", reference)}
        figures |= {
            name: Figure(price[0], unit, basis, price[1]) for name, (price, basis) in named.items()
        }
        for name, (price, basis) in named.items():
            if name != "trough_close":
                figures[f"share_regained_{name}"] = Figure(
                    self.share(price), "fraction", basis, price[1]
                )
                figures[f"change_{name}"] = Figure(
                    price[0] / self.level - 1.0, "fraction", basis, price[1]
                )
        figures["level_claimed"] = Figure(
            self.needed, unit, "close", None, note="the close that the claim needs"
        )
        figures["first_close_back"] = Figure(
            self.level if self.first_back is not None else np.nan,
            unit,
            "close",
            self.first_back,
            n=self.sessions,
            note="first close at the reference or above; none if empty",
        )
        return figures

    def reason(self, prices: Prices) -> str:
        last = f"the last close before it was printed, {prices.money(self.last[0])} on "
        last += f"{day(self.last[1])}, is {percent(self.last[0] / self.level - 1)} against it"
        best = (
            f"the best close, {prices.money(self.best[0])} on {day(self.best[1])}, regained "
            f"{percent(self.share(self.best), signed=False)} of the fall"
        )
        back = "No close came back" if self.first_back is None else "A close came back"
        when = "" if self.first_back is None else f" on {day(self.first_back)}"
        return (
            f"{back} to the {prices.money(self.level)} of {self.check.reference}{when}: {best} "
            f"to the trough of {prices.money(self.trough[0])} on {day(self.trough[1])}, and {last}."
        )

    def change(self, verdict: Verdict, prices: Prices) -> str:
        above = "of at least" if self.check.share == 1.0 else "above"
        when = (
            f"on {day(self.last[1])}"
            if self.check.lasting
            else f"after {day(self.trough[1])} until {day(self.last[1])}"
        )
        wanted = f"{above} {prices.money(self.needed)} {when}"
        if verdict == "supported":
            return f"It would not be supported without a close {wanted}."
        return f"It would be supported by a close {wanted}."
