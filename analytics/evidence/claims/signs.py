"""Claims that news moves securities in a direction.

In: a claim with a `SignClaim`, events and prices. Out: a `Finding`. The rule is the same for every
claim of the type; it stands in the docstring of `signs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError
from analytics.events.claims import Claim, SignClaim
from analytics.evidence.claims.base import Figure, Finding, Known, Verdict, chance, percent
from analytics.evidence.families import average_reactions
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.study import align, event_study

POWER = 0.8
Rows: TypeAlias = list[dict[str, object]]


@dataclass(frozen=True, eq=False)
class _Tests:
    """Everything that was measured for one claim, one row each."""

    frame: pd.DataFrame  # ticker, sign, what, value, low, high, pvalue, usable, detectable, n ...
    family: bool
    alpha: float
    size: float

    @property
    def decisive(self) -> pd.DataFrame:
        """The rows that the verdict is about."""
        return self.frame[self.frame["family"] == self.family]

    @property
    def count(self) -> int:
        """How many p values decide."""
        return int(self.decisive["pvalue"].notna().sum())

    @property
    def excluded(self) -> pd.Series:
        """Decisive rows whose interval leaves out a move of ``size`` in the claimed direction."""
        rows = self.decisive
        reach = rows["high"].where(rows["sign"] == "+", -rows["low"]).astype(float)
        return rows["usable"].astype(bool) & (reach < self.size)

    def hits(self, *, claimed: bool) -> pd.Series:
        """Decisive rows that hold after Holm, on the claimed side or against it."""
        rows = self.decisive
        same = (rows["value"] > 0) == (rows["sign"] == "+")
        return rows["usable"].astype(bool) & (rows["holm"] < self.alpha) & (same == claimed)


def signs(claim: Claim, check: SignClaim, known: Known) -> Finding:  # noqa: ARG001
    """Whether securities reacted with the claimed signs.

    With ``categories`` the verdict is about the average CAR of each security over the recorded
    events of these (adjusted BMP test; only events that wrote down a sign for the security before
    looking at prices); without, about its CAR at each event named (t with forecast error). p values
    are Holm's over the tests that decide. Events after the claim was printed count too: it says
    what such news does.

    - supported: every security shows its claimed sign.
    - partly: some do, and none the opposite one.
    - refuted: one shows the opposite; or none shows its sign, and for at least half of them the
      interval leaves out a move of ``size`` in the claimed direction.
    - not_checkable: else. The prices of these days are too noisy to tell; the figures give what
      would have been found four times in five.
    """
    wanted = {one.ticker: one.sign for one in check.securities}
    missing = [ticker for ticker in wanted if ticker not in known.market]
    if missing:
        raise InputError(f"no prices of {', '.join(missing)} in this market")
    rows = [*_family_rows(check, wanted, known), *_event_rows(check, wanted, known)]
    frame = pd.DataFrame(rows)
    decides = frame["family"] == bool(check.categories)
    frame["holm"] = adjust_pvalues(frame["pvalue"].where(decides))
    tests = _Tests(frame, bool(check.categories), known.alpha, check.size)
    shown, opposite = (tests.hits(claimed=side) for side in (True, False))
    verdict: Verdict = "not_checkable"
    if shown.all():
        verdict = "supported"
    elif opposite.any() or (not shown.any() and (opposite | tests.excluded).mean() >= 0.5):
        verdict = "refuted"
    elif shown.any():
        verdict = "partly"
    return Finding(verdict, _reason(tests, check, shown), _figures(tests), _change(tests, verdict))


def _family_rows(
    check: SignClaim, wanted: Mapping[str, str], known: Known
) -> list[dict[str, object]]:
    if not check.categories:
        return []
    events = known.events.filter(category=check.categories)
    table = average_reactions(
        events, known.market, list(wanted), *check.window, declared=True, alpha=known.alpha
    )
    rows = []
    for ticker, row in table.iterrows():
        reach = stats.t.isf(known.alpha / 2, row["n"] - 1)
        error = (row["ci_high"] - row["ci_low"]) / 2 / reach
        rows.append(
            {
                "ticker": ticker,
                "sign": wanted[str(ticker)],
                "family": True,
                "name": f"average_{ticker}",
                "what": f"average over {int(row['n'])} events",
                "value": row["mean"],
                "low": row["ci_low"],
                "high": row["ci_high"],
                "pvalue": row["pvalue"],
                "test": "adjusted BMP",
                "usable": bool(row["valid"]),
                "detectable": error * (reach + stats.t.isf(1 - POWER, row["n"] - 1)),
                "n": int(row["n"]),
                "date": None,
                "raw": None,
                "beside": "",
            }
        )
    return rows


def _event_rows(
    check: SignClaim, wanted: Mapping[str, str], known: Known
) -> list[dict[str, object]]:
    events = [known.events[one] for one in check.events]
    sample = align(events, known.market, tickers=list(wanted), confounders=known.confounders)
    results = event_study(sample, alpha=known.alpha)
    cars = results.over(*check.window)
    rows: Rows = [
        _left_out(one.event_id, one.ticker, one.reason, wanted, many=len(events) > 1)
        for one in results.dropped.itertuples()
    ]
    for (event_id, ticker), row in cars.iterrows():
        facts = results.sample.observations.loc[(event_id, ticker)]
        rows.append(
            {
                "ticker": ticker,
                "sign": wanted[ticker],
                "family": False,
                "name": _named(event_id, ticker, many=len(events) > 1),
                "what": f"at {event_id}",
                "value": row["car"],
                "low": row["ci_low"],
                "high": row["ci_high"],
                "pvalue": row["pvalue"],
                "test": "t with forecast error",
                "usable": not facts["price_limited"],
                "detectable": row["detectable"],
                "n": int(results.estimates.loc[(event_id, ticker), "n_estimation"]),
                "date": facts["session"],
                "raw": row["raw"],
                "beside": ", ".join(facts["confounders"]).replace("_", " "),
            }
        )
    return rows


def _named(event_id: str, ticker: str, *, many: bool) -> str:
    return f"{event_id}_{ticker}" if many else f"reaction_{ticker}"


def _left_out(
    event_id: str, ticker: str, reason: str, wanted: Mapping[str, str], *, many: bool
) -> dict[str, object]:
    """A reaction that cannot be measured, with its reason."""
    numbers = dict.fromkeys(("value", "low", "high", "pvalue", "detectable", "raw"), np.nan)
    return {
        "ticker": ticker,
        "sign": wanted[ticker],
        "family": False,
        "name": _named(event_id, ticker, many=many),
        "what": f"at {event_id}",
        "test": f"left out: {reason}",
        "usable": False,
        "n": 0,
        "date": None,
        "beside": "",
        **numbers,
    }


def _figures(tests: _Tests) -> dict[str, Figure]:
    figures = {}
    for _, row in tests.frame.iterrows():
        unit = "events" if row["family"] else "estimation days"
        counted = f", Holm over {tests.count} tests" if row["family"] == tests.family else ""
        valid = "" if row["usable"] else "; not valid here"
        beside = f"; within a session of {row['beside']}" if row["beside"] else ""
        date = None if row["family"] else row["date"]
        basis = "mean CAR" if row["family"] else "CAR"
        figures[row["name"]] = Figure(
            float(row["value"]),
            "fraction",
            basis,
            date,
            float(row["low"]),
            float(row["high"]),
            int(row["n"]),
            f"claimed {row['sign']}; {row['what']}; {row['test']}{counted}; n counts "
            f"{unit}{valid}{beside}",
            float(row["pvalue"]),
            float(row["holm"]),
        )
        figures[f"detectable_{row['name']}"] = Figure(
            float(row["detectable"]), "fraction", basis, date, note="found four times in five"
        )
        if not row["family"]:
            figures[f"return_{row['name']}"] = Figure(
                float(row["raw"]), "fraction", "total return", date
            )
    return figures


def _reason(tests: _Tests, check: SignClaim, shown: pd.Series) -> str:
    rows = tests.decisive
    text = f"Abnormal return over [{check.window[0]}, {check.window[1]:+d}]: "
    text += f"{'; '.join(_row_words(row) for _, row in rows.iterrows())}."
    if tests.family:
        text += f" {_raw_words(tests.frame[~tests.frame['family']], check)}"
    opposite = tests.hits(claimed=False)
    excluded = tests.excluded & ~opposite & ~shown
    open_ = ~(shown | opposite | excluded)
    size = percent(tests.size, signed=False)
    said = [
        (shown, "The claimed sign shows for {}."),
        (opposite, "The opposite sign shows for {}."),
        (excluded, f"The interval leaves out a move of {size} in the claimed direction for {{}}."),
        (open_, "It cannot be told from chance for {}."),
    ]
    for chosen, words in said:
        if chosen.any():
            text += " " + words.format(", ".join(dict.fromkeys(rows.loc[chosen, "ticker"])))
    seen = ", ".join(
        f"{row['ticker']} {percent(row['detectable'], signed=False)}"
        for _, row in rows[open_].dropna(subset=["detectable"]).iterrows()
    )
    return f"{text} Found four times in five would have been {seen}." if seen else text


def _row_words(row: pd.Series) -> str:
    claimed = f"{row['ticker']} (claimed {row['sign'].replace('-', '−')})"
    if np.isnan(row["value"]):
        return f"{claimed} not known"
    raw = "" if row["family"] else f", raw {percent(row['raw'])}"
    return (
        f"{claimed} {percent(row['value'])} {row['what']} (interval {percent(row['low'])} to "
        f"{percent(row['high'])}, {row['test']} p {chance(row['pvalue'])}, {chance(row['holm'])} "
        f"after Holm{raw})"
    )


def _raw_words(single: pd.DataFrame, check: SignClaim) -> str:
    """Raw returns of the first security at the events that the articles tell."""
    first = check.securities[0].ticker
    rows = single[single["ticker"] == first].dropna(subset=["raw"])
    moves = ", ".join(f"{percent(row['raw'])} {row['what']}" for _, row in rows.iterrows())
    return f"Raw return of {first} over the same days: {moves or 'not known'}."


def _change(tests: _Tests, verdict: Verdict) -> str:
    if verdict == "supported":
        return "It would not be supported if one of the claimed signs did not hold after Holm."
    return (
        "It would be supported if every security reacted with its claimed sign at "
        f"p below {tests.alpha:g} after Holm over {tests.count} tests."
    )
