"""Two listings as tables.

In: premiums, comparisons. Out: a `Table` that a terminal and Jupyter show.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.display import words
from analytics.display.listingwork import city
from analytics.display.names import label_of
from analytics.display.tables.studies import Table
from analytics.evidence import ListingComparison, ListingComparisons, OtherNews


def aligned_days(frame: pd.DataFrame) -> Table:
    """The pairs of some days: prices, the hours between them, the premium.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of `analytics.evidence.premium`.

    Returns
    -------
    Table
    """
    lines = [
        {
            "receipt": f"{row['receipt_price']:.2f}",
            "of": _date(row["receipt_session"]),
            "local": f"{row['local_price']:g}",
            "on": _date(row["local_session"]),
            "rate": f"{row['rate']:.3f}",
            "of session": _date(row["rate_session"]),
            "hours": f"{row['hours']:g}",
            "premium, %": words.percent(row["premium"], unit=False),
            "remark": row["remark"],
        }
        for _, row in frame.iterrows()
    ]
    return Table(
        pd.DataFrame(lines),
        "Prices in their own currencies; hours between the two prices; the rate is the last one "
        "fixed on a local session before the receipt's price.",
        detail="remark",
    )


def implied_path(comparison: ListingComparison) -> Table:
    """The price that one line implied for the other at each of its closes.

    Parameters
    ----------
    comparison : ListingComparison

    Returns
    -------
    Table
    """
    level = words.confidence(comparison.alpha)
    lines = [
        {
            "close of": words.iso_date(day),
            comparison.leader: f"{row['price']:.2f}",
            "implied": words.number(row["implied"], digits=0),
            f"{level} interval": f"{words.number(row['ci_low'], digits=0)} to "
            f"{words.number(row['ci_high'], digits=0)}",
            "gap, %": words.percent(float(np.expm1(row["gap"])), signed=True, unit=False),
        }
        for day, row in comparison.path.iterrows()
    ]
    last = comparison.path.iloc[-1]
    unit = f"Implied price in {comparison.currency}. " if comparison.currency else ""
    return Table(
        pd.DataFrame(lines),
        f"{unit}Last pair: {words.iso_date(comparison.reference['session'])}, "
        f"with its premium of {words.percent(comparison.reference['premium'])}; exchange rate of "
        f"{words.iso_date(last['rate_session'])}; gap: implied against the close of "
        f"{words.iso_date(comparison.previous)}.",
    )


def two_listings(found: ListingComparisons, *, ambiguous: bool = True) -> Table:
    """Every comparison: the gap, what the first session made of it, how unusual that is.

    Parameters
    ----------
    found : ListingComparisons
    ambiguous : bool
        Whether to list those whose order is not certain.

    Returns
    -------
    Table
    """
    shown = [one for one in found.comparisons if ambiguous or not one.ambiguous]
    level = words.confidence(shown[0].alpha if shown else 0.05)
    lines = [_line(one, found.table.loc[(one.event_id, one.follower)], level) for one in shown]
    return Table(
        pd.DataFrame(lines),
        "Gap: what the exchange that could react first had moved and the other had not answered. "
        "Share: of the gap, only where it is of at least its usual size. p: t test of the forecast "
        "error at open and close, the smaller after Holm over all. * clock time unconfirmed; ? the "
        "order is not certain.",
        detail="remarks",
    )


def _line(one: ListingComparison, row: pd.Series, level: str) -> dict[str, str]:
    """One comparison in words."""
    mark = "?" if one.ambiguous else ""
    least = float(np.nanmin([row["pvalue_holm_open"], row["pvalue_holm_close"], 2.0]))
    moved = [
        words.percent(float(np.expm1(row[f"response_{when}"])), signed=True, unit=False)
        for when in ("open", "close")
    ]
    return {
        "news": label_of(one.event_id) + ("" if one.time_confirmed else "*"),
        "shut": f"{city(one.follower)}{mark}",
        "until": words.iso_date(one.session),
        "gap, %": words.percent(float(np.expm1(one.gap)), signed=True, unit=False),
        "open, %": moved[0],
        "close, %": moved[1],
        f"share at close, % ({level})": _share(row),
        "p": words.pvalue_cell(least) if least <= 1 else words.MISSING,
        "remarks": "; ".join(_remarks(one)),
    }


def _remarks(one: ListingComparison) -> list[str]:
    """What no column says."""
    said = []
    if one.late_news:
        listed = words.join(f"{news.what} ({_day_of(news)})" for news in one.late_news)
        said.append(f"after the last close in {city(one.leader)} came also: {listed}")
    if one.censored:
        said.append("locked at the price limit: the share is a lower bound")
    if one.dividend > 0:
        said.append(f"ex a dividend of {one.dividend:g}, which the moves count")
    return said


def _day_of(news: OtherNews) -> str:
    """Date of other news, UTC."""
    return words.iso_date(news.published_at)


def _share(row: pd.Series) -> str:
    if not np.isfinite(row["share_close"]):
        return "too small to ask"
    value, low, high = (
        words.percent(row[f"{column}_close"], digits=0, unit=False)
        for column in ("share", "share_low", "share_high")
    )
    return f"at least {value}" if row["censored"] else f"{value} ({low} to {high})"


def _date(day: pd.Timestamp) -> str:
    return words.iso_date(day) if day == day else words.MISSING
