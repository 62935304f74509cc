"""Two listings of one firm in sentences.

In: comparisons, premiums, records of intervals. Out: plain text, each a sentence without its full
stop. It must not know matplotlib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.display import words
from analytics.display.listingwork import Gaps, by_year, certain, city
from analytics.display.names import label_of
from analytics.display.sentences.studies import name
from analytics.market import recorded_directory

if TYPE_CHECKING:
    import pandas as pd

    from analytics.evidence import ListingComparison, ListingComparisons, OtherNews
    from analytics.evidence.catchup import UsualCatchUp


def price(value: float, currency: str) -> str:
    """A price with its currency, without decimals where it has three digits.

    Examples
    --------
    >>> price(1002.7, "TWD").replace(words.NARROW_SPACE, " "), price(209.3, "")
    ('1 003 TWD', '209')
    """
    text = words.number(value, digits=0 if abs(value) >= 100 else 2)
    return f"{text} {currency}" if currency else text


def implied_price(comparison: ListingComparison, session: pd.Timestamp | None = None) -> str:
    """What one line implied for the other while that was shut.

    Parameters
    ----------
    comparison : ListingComparison
    session : pandas.Timestamp, optional
        A session of the leader in the gap; the last one by default.

    Returns
    -------
    str
    """
    path = comparison.path
    row = path.iloc[-1] if session is None else path.loc[session]
    day = path.index[-1] if session is None else session
    move = float(np.expm1(row["gap"]))
    side = "below" if move < 0 else "above"
    return (
        f"On {words.long_date(day)} {name(comparison.leader)} implied "
        f"{price(row['implied'], comparison.currency)} for {name(comparison.follower)} "
        f"({_band(row, comparison.alpha)}), {words.percent(abs(move))} {side} its last close of "
        f"{words.long_date(comparison.previous)}"
    )


def _band(row: pd.Series, alpha: float) -> str:
    if not np.isfinite(row["ci_low"]):
        return "too few past spans for an interval"
    low, high = (price(row[end], "") for end in ("ci_low", "ci_high"))
    return f"{words.confidence(alpha)} interval {low} to {high}"


def extreme_session(comparison: ListingComparison) -> pd.Timestamp:
    """The leader's session in the gap that implied the price farthest from the last close."""
    return comparison.path["gap"].abs().idxmax()


def news_move(comparison: ListingComparison) -> str:
    """What the leader moved since the news alone; the gap also holds what came before it."""
    day, last = comparison.leader_session, comparison.path.index[-1]
    first, whole = (
        words.percent(float(np.expm1(one)), signed=True)
        for one in (comparison.first_move, comparison.leader_move)
    )
    then = f", and {whole} up to {words.long_date(last)}" if last != day else ""
    return (
        f"Since its last close before the news {name(comparison.leader)} moved {first} on "
        f"{words.long_date(day)}{then}, at the exchange rate then known; the gap of "
        f"{words.percent(float(np.expm1(comparison.gap)), signed=True)} also holds what came before"
    )


def first_session(comparison: ListingComparison, when: str = "open") -> str:
    """What the follower's first price was, against what was implied and what was to be expected.

    Parameters
    ----------
    comparison : ListingComparison
    when : {"open", "close"}

    Returns
    -------
    str
    """
    row = comparison.catch_up.loc[when]
    moved = words.percent(float(np.expm1(row["response"])), signed=True)
    verb = "opened" if when == "open" else "closed"
    text = (
        f"{name(comparison.follower)} {verb} on {words.long_date(comparison.session)} at "
        f"{price(row['price'], comparison.currency)}, {moved} from its last close"
    )
    if row["censored"]:
        return f"{text}, locked at its price limit: the share caught up is a lower bound"
    if when == comparison.catch_up.index[0]:
        text += f" and {_inside(comparison, row)}"
    return f"{text}; {_expected(comparison, row)}"


def _inside(comparison: ListingComparison, row: pd.Series) -> str:
    """Whether the first price lay in the interval of the implied one."""
    last = comparison.path.iloc[-1]
    implied = price(last["implied"], comparison.currency)
    if not np.isfinite(last["ci_low"]):
        return f"beside an implied {implied} without an interval"
    paid = row["price"] + comparison.dividend
    where = "inside" if last["ci_low"] <= paid <= last["ci_high"] else "outside"
    return f"{where} what was implied, {implied} ({_band(last, comparison.alpha)})"


def _expected(comparison: ListingComparison, row: pd.Series) -> str:
    low, mid, high = (float(np.expm1(row[one])) for one in ("ci_low", "expected", "ci_high"))
    n = words.count(int(row["n"]), "past span")
    if comparison.closes > 1:
        n += f" ({int(row['df']) + 2} of them apart)"
    usual = words.percent(row["slope"], digits=0)
    return (
        f"at the part of such a gap that it usually takes over, {usual} in {n}, "
        f"{words.percent(mid, signed=True)} was to be expected "
        f"({words.interval(low, high, alpha=comparison.alpha, digits=1)}; t test of the forecast "
        f"error {words.pvalue(row['pvalue'])}, {words.pvalue_cell(row['pvalue_holm'])} after Holm "
        "over open and close)"
    )


def share_caught_up(comparison: ListingComparison, when: str = "close") -> str:
    """The share of the gap that the first session took over, or why there is none to give."""
    row = comparison.catch_up.loc[when]
    gap = words.percent(float(np.expm1(comparison.gap)), signed=True)
    usual = words.percent(float(np.expm1(comparison.usual_gap)))
    size = f"a gap of {gap}, where {usual} is usual over {_closes(comparison)}"
    if not comparison.asked:
        said = f"{size}, is too small to ask what share of it was caught up"
    else:
        ends = " to ".join(
            words.percent(row[end], digits=0, unit=False) for end in ("share_low", "share_high")
        )
        around = f" ({words.confidence(comparison.alpha)} interval {ends})"
        least, around = ("at least ", "") if row["censored"] else ("", around)
        said = (
            f"of {size}, {least}{words.percent(row['share'], digits=0)} was caught up at the "
            f"{when}{around}"
        )
    return said[:1].upper() + said[1:] + _late(comparison)


def _closes(comparison: ListingComparison) -> str:
    return words.count(comparison.closes, "close")


def _late(comparison: ListingComparison) -> str:
    """Other news that only the follower's session could hold."""
    if not comparison.late_news:
        return ""
    first = comparison.late_news[0]
    more = len(comparison.late_news) - 1
    others = (
        f" and {words.count(more, 'other piece of news', 'other pieces of news')}" if more else ""
    )
    return (
        f"; {KINDS.get(first.kind, first.kind.replace('_', ' '))} of "
        f"{words.long_date(first.published_at)}{others} came after the last close in "
        f"{city(comparison.leader)}, so no share is put down to one piece of news"
    )


KINDS = {
    "tariff": "the tariff news",
    "policy_rate": "the rate decision",
    "monthly_sales": "the monthly sales",
    "results": "the results",
    "macro_data": "the price or labour data",
    "market": "the market news",
    "company_event": "the company news",
    "event": "the other event",
}


def hours_apart(frame: pd.DataFrame) -> str:
    """How far apart in time the two prices of each pair are.

    Parameters
    ----------
    frame : pandas.DataFrame
        Of `analytics.evidence.premium`.
    """
    used = frame[frame["change"].notna()]
    hours = used["hours"]
    night = hours[hours < 24]
    stale = int(frame["remark"].str.startswith("not used").sum())
    far = len(used) - len(night)
    many = f"{len(night)} of {words.count(len(used), 'pair')}" if far else f"all {len(used)} pairs"
    others = f", the other {far}, mostly over a weekend, up to {hours.max():g}" if far else ""
    return (
        f"{many} lie {night.min():g} to {night.max():g} hours apart{others}; {stale} more, with a "
        "session of the later line in between, are not used"
    )


def premium_level(frame: pd.DataFrame) -> str:
    """The premium in the first and the last year, each with the range of most of its days.

    Parameters
    ----------
    frame : pandas.DataFrame
        Of `analytics.display.listingwork.aligned` or `analytics.evidence.premium`.
    """
    used = ~frame["remark"].str.startswith("not used") & frame["premium"].notna()
    years = by_year(frame[used])
    parts = [
        f"{words.percent(row['median'])} in {year} ({words.count(int(row['n']), 'day')}, 95 of a "
        f"hundred between {words.percent(row['low'], unit=False)} and {words.percent(row['high'])})"
        for year, row in (years.iloc[[0, -1]] if len(years) > 1 else years).iterrows()
    ]
    return f"The median premium was {words.join(parts)}"


def usual_part(table: pd.DataFrame, follower: str, *, closes: int = 1, alpha: float = 0.05) -> str:
    """The part of a gap that the follower's first price usually takes over.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `analytics.evidence.usual_catch_up`.
    follower : str
    closes : int
        As in the call that made it.
    alpha : float
        As in the call that made it.
    """
    when = "open" if "open" in table.index else "close"
    row = table.loc[when]
    low, high = (words.percent(row[end], digits=0, unit=False) for end in ("ci_low", "ci_high"))
    after = "After an ordinary night"
    if closes > 1:
        after = f"Over {closes} closes, judged from days on which both exchanges traded,"
    return (
        f"{after} {name(follower)} {'opens' if when == 'open' else 'closes'} with "
        f"{words.percent(row['slope'], digits=0)} of the gap taken over "
        f"({words.confidence(alpha)} interval {low} to {high}, "
        f"{words.count(int(row['n']), 'span')}); at the close it is "
        f"{words.percent(table.loc['close', 'slope'], digits=0)}; the gap explains "
        f"{words.percent(row['r_squared'], digits=0)} of the variance of that first price"
    )


def intervals_held(record: pd.DataFrame, *, alpha: float = 0.05) -> str:
    """How many of the past intervals held what they promise.

    Parameters
    ----------
    record : pandas.DataFrame
        Of `analytics.evidence.interval_record`.
    alpha : float
        As in the call that made it.
    """
    one = record[record["closes"] == 1]
    more = record[record["closes"] > 1]
    parts = [
        f"of {words.count(len(part), 'first price')} {what} {words.percent(part['implied'].mean())}"
        f" lay in the interval around the implied price, {words.percent(part['open'].mean())} in "
        "that around the expected one"
        for what, part in (("after an ordinary night", one), ("after a longer closure", more))
        if len(part)
    ]
    return f"Intervals that promise {words.confidence(alpha)}: {'; '.join(parts)}"


def rate_doubt(comparison: ListingComparison) -> str:
    """How much the exchange rate, fixed before the closure, matters for the implied price."""
    row = comparison.path.iloc[-1]
    if not np.isfinite(comparison.rate_shift):
        return "No exchange rate grew stale meanwhile"
    later = float(row["implied"] * np.exp(comparison.rate_shift))
    return (
        f"The rate is that of {words.long_date(row['rate_session'])}; with that of "
        f"{words.long_date(comparison.session)}, known only afterwards, the implied price would be "
        f"{price(later, comparison.currency)} instead of "
        f"{price(row['implied'], comparison.currency)} "
        f"({words.percent(float(np.expm1(comparison.rate_shift)), signed=True)})"
    )


def unusual_first_sessions(found: ListingComparisons) -> str:
    """How many first sessions were out of the usual, after all that was looked at."""
    sure = found.table[~found.table["ambiguous"].astype(bool)]
    sure = sure[sure[["pvalue_open", "pvalue_close"]].notna().any(axis=1)]
    if sure.empty:
        return "No first session could be tested whose order is sure"
    alpha = found.comparisons[0].alpha
    holm = sure[["pvalue_holm_open", "pvalue_holm_close"]].min(axis=1)
    raw = sure[["pvalue_open", "pvalue_close"]].min(axis=1)
    tests = int(found.table[["pvalue_open", "pvalue_close"]].notna().to_numpy().sum())
    clear = int((holm < alpha).sum())
    least = raw.idxmin()
    return (
        f"{clear or 'Not one'} of {words.count(len(sure), 'first session')} whose order is sure "
        f"{'differs' if clear < 2 else 'differ'} from the usual catch-up (t tests of the forecast "
        f"error, {tests} counted); the least likely is {label_of(str(least[0]))} in "
        f"{city(str(least[1]))}, {words.pvalue(float(raw.min()))}, "
        f"{words.pvalue_cell(float(holm[least]))} after Holm"
    )


def orders(found: ListingComparisons) -> str:
    """How many events each exchange could answer first."""
    sure = certain(found)
    first = [one.leader for one in sure]
    places = list(dict.fromkeys(first))
    parts = [
        f"{first.count(one)}{' could be answered first' if k == 0 else ''} in {city(one)}"
        for k, one in enumerate(places)
    ]
    unsure = {one.event_id for one in found.comparisons} - {one.event_id for one in sure}
    asked = sum(one.asked for one in sure)
    return (
        f"Of {words.count(len(sure), 'piece of news', 'pieces of news')} whose order is sure, "
        f"{words.join(parts)}; for {len(unsure)} more the order is "
        f"not certain; for {asked} of the {len(sure)} the gap was of at least its usual size"
    )


def kind_words(news: OtherNews) -> str:
    """Other news in two or three words, for a mark."""
    words_of = KINDS.get(news.kind, news.kind.replace("_", " ")).removeprefix("the ")
    return f"{words_of}, {news.published_at.day} {news.published_at:%b}"


def found_while_shut(comparison: ListingComparison) -> str:
    """The finding of one comparison, for a heading."""
    path = comparison.path
    far = extreme_session(comparison)
    then, last = (float(np.expm1(one)) for one in (path.loc[far, "gap"], comparison.gap))
    when = "open" if "open" in comparison.catch_up.index else "close"
    first = float(np.expm1(comparison.catch_up.loc[when, "response"]))
    firm = recorded_directory().firm_of(comparison.local)
    who = firm.name if firm else comparison.local
    moves = f"at {words.percent(last, signed=True)}"
    if words.percent(then, signed=True) not in moves:
        moves = f"at {words.percent(then, signed=True)}, then {moves}"
    verb = "opened" if when == "open" else "closed"
    return (
        f"While {city(comparison.follower)} was shut, {city(comparison.leader)} put {who} {moves}; "
        f"{city(comparison.follower)} {verb} at {words.percent(first, signed=True)}"
    )


def premium_finding(frame: pd.DataFrame) -> str:
    """How the premium moved over the years, for a heading."""
    years = by_year(frame)
    first, last = years["median"].iloc[0], years["median"].iloc[-1]
    who = str(frame.attrs.get("tickers", ("The receipt",))[0])
    if len(years) == 1:
        return f"{who} cost {words.percent(first)} more than its share in {years.index[0]}"
    verb = "rose" if last > first else "fell"
    return (
        f"The premium of {who} {verb} from {words.percent(first)} in {years.index[0]} to "
        f"{words.percent(last)} in {years.index[-1]}"
    )


def catch_up_finding(past: Gaps, fit: UsualCatchUp) -> str:
    """What part of a gap is usually taken over, for a heading."""
    closes = past.spans.closes
    after = "overnight" if closes == 1 else f"over {closes} closes"
    return (
        f"{city(past.follower)} opens with {words.percent(fit.slope, digits=0)} of the gap that "
        f"{city(past.leader)} left {after}"
    )
