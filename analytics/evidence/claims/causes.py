"""Claims that a share fell again, and why.

In: a claim with a `RenewedFall`, prices and dated news. Out: a `Finding`. The rule is the same for
every claim of the type; it stands in the docstring of `renewed_fall`. It must not know other kinds
of claims.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.events.claims import Claim, RenewedFall
from analytics.evidence.claims.base import Figure, Finding, Known, Verdict, chance, day, percent
from analytics.evidence.claims.series import News, Prices, extreme, news_on
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.study import Windows, align, event_study

MODEL = "market model, estimated on sessions -260 to -11 before the claim's start"


def renewed_fall(claim: Claim, check: RenewedFall, known: Known) -> Finding:
    """Whether a share fell again, and whether the named cause lies on the days of the fall.

    The fall runs from the highest close since ``start`` to the last close before the claim was
    printed. Its days are ranked by abnormal return (market model, estimated before ``start``); the
    ``largest`` of them are held against the recorded news that could first move that session.

    - supported: it fell, and every one of these days has news of a named kind and no other.
    - partly: it fell, but some of these days have other news, or none.
    - refuted: it did not fall.
    """
    prices = Prices.of(known.market, check.ticker)
    inside = prices.between(check.start, dt.date.max, claim.published)
    top, top_day = extreme(inside.close, highest=True)
    end, end_day = inside.last()
    unit = prices.unit or "price"
    figures = {
        "highest_close": Figure(top, unit, "close", top_day),
        "last_close": Figure(end, unit, "close", end_day),
        "fall": Figure(end / top - 1.0, "fraction", "close", end_day),
    }
    if not end < top:
        return Finding(
            "refuted",
            f"The last close before it was printed, {prices.money(end)} on {day(end_day)}, is the "
            f"highest since {check.start}.",
            figures,
            f"A close below {prices.money(top)} on {day(end_day)} would change it.",
        )
    days = inside.close.loc[top_day:].index[1:]
    moves = _abnormal(known, check.ticker, inside.close.index, days)
    worst = moves.daily.nsmallest(check.largest, "car")
    news = news_on(known.market, check.ticker, pd.DatetimeIndex(days), known.confounders)
    figures |= _fall_figures(moves, worst, news)
    fits = [_only(check.causes, news, date) for date in worst.index]
    verdict: Verdict = "supported" if all(fits) else "partly"
    return Finding(
        verdict,
        _renewed_reason(figures, worst, news, check, len(moves.daily)),
        figures,
        f"It would be refuted by a close of at least {prices.money(top)} on {day(end_day)}, and "
        f"supported if the {check.largest} largest abnormal falls had no news but "
        f"{' or '.join(check.causes)}.",
    )


@dataclass(frozen=True, eq=False)
class _Moves:
    """Abnormal returns day by day and over all days."""

    daily: pd.DataFrame  # by session: car, ci_low, ci_high, pvalue, pvalue_holm, raw
    total: pd.Series
    n: int


def _abnormal(
    known: Known, ticker: str, period: pd.DatetimeIndex, days: pd.DatetimeIndex
) -> _Moves:
    sessions = known.market.sessions(ticker)
    start = known.market.returns(ticker).reindex(period).first_valid_index()
    first, last = sessions.get_indexer([days[0], days[-1]]) - sessions.get_loc(start)
    event = pd.DataFrame({"event_id": ["fall"], "ticker": [ticker], "session": [start]})
    windows = Windows(event=(-10, max(int(last), 0)))
    results = event_study(
        align(event, known.market, windows, confounders=known.confounders), alpha=known.alpha
    )
    at = range(int(first), int(last) + 1)
    daily = pd.DataFrame([results.over(k, k).iloc[0] for k in at]).set_axis(days)
    daily = daily.dropna(subset=["car"])
    daily["pvalue_holm"] = adjust_pvalues(daily["pvalue"])
    total = results.over(int(first), int(last)).iloc[0]
    return _Moves(daily, total, int(results.fit.count[0]))


def _only(causes: tuple[str, ...], news: list[News], date: pd.Timestamp) -> bool:
    kinds = {one.kind for one in news if one.session == date}
    return bool(kinds) and kinds <= set(causes)


def _said(news: list[News], date: pd.Timestamp) -> str:
    found = [f"{one.kind.replace('_', ' ')}: {one.what}" for one in news if one.session == date]
    return "; ".join(found) or "no recorded news"


def _fall_figures(moves: _Moves, worst: pd.DataFrame, news: list[News]) -> dict[str, Figure]:
    tested = f"forecast-error t, {MODEL}"
    figures = {
        "abnormal_part": Figure(
            float(moves.total["car"]),
            "fraction",
            "abnormal return, summed",
            None,
            float(moves.total["ci_low"]),
            float(moves.total["ci_high"]),
            moves.n,
            tested,
            float(moves.total["pvalue"]),
        )
    }
    for date, row in worst.iterrows():
        figures[f"abnormal_{day(date)}"] = Figure(
            float(row["car"]),
            "fraction",
            "abnormal return",
            date,
            float(row["ci_low"]),
            float(row["ci_high"]),
            moves.n,
            f"{tested}; Holm over {len(moves.daily)} days; {_said(news, date)}",
            float(row["pvalue"]),
            float(row["pvalue_holm"]),
        )
        figures[f"return_{day(date)}"] = Figure(float(row["raw"]), "fraction", "total return", date)
    return figures


def _renewed_reason(
    figures: dict[str, Figure],
    worst: pd.DataFrame,
    news: list[News],
    check: RenewedFall,
    count: int,
) -> str:
    top, part = figures["highest_close"], figures["abnormal_part"]
    fall = figures["fall"]
    days = [
        f"{day(date)} {percent(row['raw'])}, abnormal {percent(row['car'])} ({_said(news, date)})"
        for date, row in worst.sort_index().iterrows()
    ]
    fit = sum(_only(check.causes, news, date) for date in worst.index)
    whole = "not known, because a return is missing"
    if not np.isnan(part.value):
        whole = f"{percent(part.value)} (interval {percent(part.low)} to {percent(part.high)})"
    low = worst["pvalue_holm"].min()
    held = f"After Holm over {count} days the smallest p value of them is {chance(low)}."
    return (
        f"{check.ticker} fell {percent(-fall.value, signed=False)} from its highest close on "
        f"{day(top.date)} to {day(fall.date)}; its abnormal part is {whole}. Of the "
        f"{len(worst)} largest abnormal falls {fit} had {' or '.join(check.causes)} news alone: "
        f"{'; '.join(days)}. {held}"
    )
