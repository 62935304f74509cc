"""Claims that a share fell by so much.

In: a claim with a `Drawdown`, and prices. Out: a `Finding`. The rule is the same for every claim of
the type; it stands in the docstring of `drawdown`. It must not know other kinds of claims.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.events.claims import Claim, Drawdown, Reference
from analytics.evidence.claims.base import (
    EXACT,
    RECORDED,
    Figure,
    Finding,
    Known,
    Verdict,
    day,
    percent,
)
from analytics.evidence.claims.series import News, Prices, extreme, news_on


@dataclass(frozen=True, eq=False)
class _Fall:
    """How far the prices fell from one reference: in the whole period, and before other news."""

    reference: str
    level: dict[str, tuple[float, pd.Timestamp | None]]  # by basis: close, low
    depth: dict[tuple[str, str], float]  # by span and basis, negative fraction
    date: dict[tuple[str, str], pd.Timestamp | None]


BASES = ("close", "low")
HIGH = "52-week-high"


def drawdown(claim: Claim, check: Drawdown, known: Known) -> Finding:
    """Whether a share fell by so much.

    The fall is counted from the close of the claim's own reference, in the sessions from ``start``
    to ``until`` that closed before the claim was printed. Sessions before the first one that
    other recorded news (company results, tariffs) could move count as the event's alone.

    - supported: closes reach it in the sessions that are the event's alone (so lows do too).
    - partly: reached on lows only, or only after other news, or only from another reference.
    - refuted: not reached in any of these ways.

    "More than" excludes the fall itself; "about" accepts one that is smaller by the check's slack.
    Where no lows are known, closes alone are looked at.
    """
    prices = Prices.of(known.market, check.ticker)
    inside = prices.between(check.start, check.until, claim.published)
    news = news_on(
        known.market,
        check.ticker,
        pd.DatetimeIndex(inside.close.index),
        known.confounders,
        check.other_news,
    )
    falls = [_fall(prices, inside, reference, check, news) for reference in check.references]
    own = falls[0]
    hits = {
        (fall.reference, *key)
        for fall in falls
        for key, depth in fall.depth.items()
        if key[0] != "day_0" and _reached(depth, check)
    }
    verdict: Verdict = "refuted"
    if (own.reference, "alone", "close") in hits:
        verdict = "supported"
    elif hits:
        verdict = "partly"
    return Finding(
        verdict,
        _fall_reason(falls, hits, news, check, inside),
        _fall_figures(falls, prices, check, news, inside),
        _fall_change(verdict, own, prices, check, inside, news),
    )


def _reached(depth: float, check: Drawdown) -> bool:
    if np.isnan(depth):
        return False
    if check.wording == "more than":
        return depth < -check.fall - EXACT
    slack = check.slack if check.wording == "about" else 0.0
    return depth <= -check.fall + slack + EXACT


def _fall(
    prices: Prices, inside: Prices, reference: Reference, check: Drawdown, news: list[News]
) -> _Fall:
    if isinstance(reference, dt.date):
        level = dict.fromkeys(BASES, (prices.level(reference), pd.Timestamp(reference)))
        name = reference.isoformat()
    else:
        level = {
            basis: prices.year_high(check.start, of_closes=basis == "close") for basis in BASES
        }
        name = HIGH
    first = inside.close.index[0]
    stop = news[0].session if news else inside.close.index[-1] + pd.Timedelta(days=1)
    spans = {
        "day_0": slice(first, first),
        "alone": slice(first, stop - pd.Timedelta(days=1)),
        "period": slice(None),
    }
    found = {
        (span, basis): extreme(series.loc[days], highest=False)
        for span, days in spans.items()
        for basis, series in zip(BASES, (inside.close, inside.low), strict=True)
    }
    depth = {key: value / level[key[1]][0] - 1.0 for key, (value, _) in found.items()}
    return _Fall(name, level, depth, {key: date for key, (_, date) in found.items()})


def _fall_figures(
    falls: list[_Fall], prices: Prices, check: Drawdown, news: list[News], inside: Prices
) -> dict[str, Figure]:
    (level, reference), unit = falls[0].level["close"], prices.unit or "price"
    figures = {
        "reference_close": Figure(level, unit, "close", reference),
        "level_claimed": Figure(
            level * (1 - check.fall), unit, "close", note="the reference less the fall"
        ),
        "sessions": Figure(
            len(inside.close), "sessions", "close", note=f"{_gaps(inside)} without a price"
        ),
    }
    if news:
        said = "; ".join(f"{one.kind} {day(one.session)}: {one.what}" for one in news)
        figures["other_news"] = Figure(
            len(news), "recorded news", "first session", news[0].session, note=said
        )
    for fall in falls:
        figures |= _figures_of(fall, unit, own=fall is falls[0])
    return figures


def _figures_of(fall: _Fall, unit: str, *, own: bool) -> dict[str, Figure]:
    """The reference of a fall and its depths."""
    tail = "" if own else f"_from_{fall.reference}"
    figures = {}
    if fall.reference == HIGH:
        for basis, name in (("close", "close"), ("low", "high")):
            figures[f"highest_{name}_of_52_weeks"] = Figure(
                fall.level[basis][0], unit, name, fall.level[basis][1]
            )
    elif not own:
        level, date = fall.level["close"]
        figures[f"reference_close{tail}"] = Figure(level, unit, "close", date)
    for (span, basis), depth in fall.depth.items():
        note = f"no {basis} is known" if np.isnan(depth) else RECORDED
        figures[f"fall_{span}_{basis}{tail}"] = Figure(
            depth, "fraction", basis, fall.date[span, basis], note=note
        )
    return figures


def _gaps(inside: Prices) -> int:
    return int(inside.close.isna().sum())


def _fall_reason(
    falls: list[_Fall],
    hits: set[tuple[str, str, str]],
    news: list[News],
    check: Drawdown,
    inside: Prices,
) -> str:
    own, gaps = falls[0], _gaps(inside)
    said = [
        f"Against the close of {own.reference}, {check.ticker} stood at "
        f"{_to(own, 'day_0', dated=False)} on the first session"
    ]
    if news:
        after = f"the first session after other news ({news[0].what.split(';')[0]})"
        said.append(f"at {_to(own, 'alone')} at worst before {day(news[0].session)}, {after}")
    said.append(f"at {_to(own, 'period')} at worst until {day(inside.close.index[-1])}")
    text = "; ".join(said) + "."
    others = [one for one in falls[1:] if any((one.reference, "alone", b) in hits for b in BASES)]
    if others and (own.reference, "alone", "close") not in hits:
        listed = [f"{_to(one, 'alone')} against {_reference(one)}" for one in others]
        text += f" Other references give, before other news, {'; '.join(listed)}."
    if gaps:
        text += f" {gaps} session{'s' * (gaps > 1)} without a price could hide a deeper fall."
    return text


def _reference(fall: _Fall) -> str:
    return "the 52-week high" if fall.reference == HIGH else f"the close of {fall.reference}"


def _to(fall: _Fall, span: str, *, dated: bool = True) -> str:
    """Depth on closes and on lows, with their dates where asked."""
    said = []
    for basis in BASES:
        depth = fall.depth[span, basis]
        if not np.isnan(depth):
            on = f" of {day(fall.date[span, basis])}" if dated else ""
            said.append(f"{percent(depth)} ({basis}{on})")
    return " and ".join(said) or "no known price"


def _fall_change(
    verdict: Verdict,
    own: _Fall,
    prices: Prices,
    check: Drawdown,
    inside: Prices,
    news: list[News],
) -> str:
    slack = check.slack if check.wording == "about" else 0.0
    bound = own.level["close"][0] * (1 - check.fall + slack)
    level = f"{'below' if check.wording == 'more than' else 'at or below'} {prices.money(bound)}"
    days = inside.close.index
    if news:
        days = days[days < news[0].session]
    if days.empty:
        return f"It cannot be supported: other news came by {day(inside.close.index[0])} already."
    span = f"from {day(days[0])} to {day(days[-1])}"
    if verdict == "supported":
        return f"It would not be supported had no close been {level} {span}."
    return f"It would be supported by a close {level} {span}."
