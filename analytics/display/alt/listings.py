"""Alt texts of the figures of two listings.

Each function has the name and the arguments of its figure in `analytics.display.plots`, and gives
the text that stands for the picture.
"""

from __future__ import annotations

import numpy as np

from analytics.display import listingwork, sentences, words
from analytics.display.names import label_of, name
from analytics.events import Event
from analytics.evidence import ListingComparison, ListingComparisons
from analytics.market import Market

__all__ = ["catch_up", "premium_series", "two_listings"]


def two_listings(comparison: ListingComparison, event: Event, market: Market) -> str:
    """The implied price at each close, its interval at the last, and the first price after.

    Examples
    --------
    >>> import analytics as ma
    >>> event, market = ma.load_events()["deepseek-shock-2025-01-27"], ma.load_market()
    >>> found = ma.evidence.compare_listings(event, market)
    >>> text = two_listings(found, event, market).replace(words.NARROW_SPACE, " ")
    >>> text.split(".")[0]
    'Both lines in real time from 22 January to 4 February 2025, both sessions shaded'
    """
    seen = listingwork.real_time(comparison, event, market)
    last_day = (seen.end - listingwork.DAY).date()
    sure = "" if event.time_confirmed else ", time unconfirmed"
    path = [
        f"{day.day} {day:%B} {words.percent(float(np.expm1(gap)), signed=True)}"
        for day, gap in comparison.path["gap"].items()
    ]
    said = [
        f"Both lines in real time from {words.date_range(seen.start.date(), last_day)}, both "
        "sessions shaded",
        f"{label_of(event)} is marked on {words.long_date(event.date)}{sure}",
        f"{name(comparison.leader)} stands at these moves from the close of "
        f"{name(comparison.follower)} on {words.long_date(comparison.previous)}: "
        f"{words.join(path)}",
        sentences.implied_price(comparison),
        sentences.first_session(comparison, str(comparison.catch_up.index[0])),
    ]
    if comparison.late_news:
        others = words.join(sentences.kind_words(one) for one in comparison.late_news)
        said.append(f"Also marked or meant: {others}")
    return ". ".join(said) + "."


def premium_series(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    found: ListingComparisons | None = None,
    labels: int = 4,
) -> str:
    """The median of each year with the range of its days, and the events named."""
    frame = listingwork.aligned(market, receipt=receipt, local=local)
    years = [
        f"{year} {words.percent(row['median'])} (95 of a hundred days from "
        f"{words.percent(row['low'])} to {words.percent(row['high'])}, n = {int(row['n'])})"
        for year, row in listingwork.by_year(frame).iterrows()
    ]
    low, high = frame["premium"].idxmin(), frame["premium"].idxmax()
    said = [
        sentences.premium_finding(frame),
        f"Median by year: {words.join(years)}",
        f"Lowest {words.percent(frame.loc[low, 'premium'])} on {words.long_date(low)}, highest "
        f"{words.percent(frame.loc[high, 'premium'])} on {words.long_date(high)}",
    ]
    marked = listingwork.marked(frame, found)
    if len(marked) and labels:
        largest = marked["gap"].abs().sort_values(ascending=False, kind="stable").index[:labels]
        named = [
            f"{label_of(str(one))} at {words.percent(float(marked.loc[one, 'premium']))}"
            for one in largest
        ]
        said.append(f"{words.count(len(marked), 'event')} marked, among them {words.join(named)}")
    return ". ".join(said) + "."


def catch_up(
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    follower: str | None = None,
    closes: int = 1,
    found: ListingComparisons | None = None,
    labels: int = 4,
) -> str:
    """The slope with its interval, the usual size of a gap, and the events named."""
    past = listingwork.gaps(market, receipt=receipt, local=local, follower=follower, closes=closes)
    fit = listingwork.fit_of(past)
    half = listingwork.quantile(fit) * fit.std_error
    low, high = (words.number(fit.slope + end, digits=2) for end in (-half, half))
    flatter = ", flatter than the dashed line of the whole gap" if fit.slope < 1 else ""
    said = [
        f"{sentences.catch_up_finding(past, fit)}: slope {words.number(fit.slope, digits=2)} "
        f"({words.confidence(0.05)} interval {low} to {high}) over {words.count(fit.n, 'span')}"
        f"{flatter}",
        f"Gaps are usually {words.percent(past.spans.usual_gap)} large (root mean square, log)",
    ]
    events = listingwork.gap_events(found, past.follower, closes)
    if len(events) and labels:
        largest = events["gap"].abs().sort_values(ascending=False, kind="stable").index[:labels]
        named = [
            f"{label_of(str(one))}, gap {words.percent(events.loc[one, 'gap'], signed=True)}, open "
            f"{words.percent(events.loc[one, 'response'], signed=True)}"
            for one in largest
        ]
        said.append(f"{words.count(len(events), 'event')} marked: {'; '.join(named)}")
    return ". ".join(said) + "."
