"""One piece of news, two listings that never trade together: who moved first, who caught up.

In: an event and a market. Out: the price that the line that traded implies for the one that was
shut, with its interval, and how much of the move the first session of the latter took over. It must
not know files, plots or pages.

The *leader* is the line whose exchange could react first; the *follower* was shut meanwhile. The
implied price takes the whole gap over: the leader's value at the premium of the last aligned pair.
The expected price takes over the part that past spans of as many closes took over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError
from analytics.events import Confounder, Event, EventTable, load_confounders, load_events
from analytics.evidence.catchup import (
    FEWEST,
    HISTORY,
    Spans,
    check_alpha,
    check_history,
    fitted,
    moves_at,
    pairs_for,
    spans_of,
)
from analytics.evidence.comparison import ListingComparison, ListingComparisons, OtherNews
from analytics.evidence.lines import HOUR, Line, Listings, Pairs, listings_of
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.evidence.progress import shown
from analytics.market import Market
from analytics.market.calendars import utc
from analytics.study.limits import at_limit
from analytics.study.sessions import place

FEWEST_DAYS = 120  # sessions of the follower before the news
PRICES = ("open", "close")
COLUMNS = (
    "response",
    "share",
    "share_low",
    "share_high",
    "expected",
    "pvalue",
    "sq_pvalue",
)
TABLE = [
    *("leader", "session", "closes", "hours", "gap", "usual_gap"),
    *(f"{column}_{name}" for name in PRICES for column in COLUMNS),
    *("asked", "censored", "ambiguous", "time_confirmed", "late_news", "remarks"),
]
TOUCHES = 0.006  # a limit price is rounded towards the previous close by up to half a percent


def compare_listings(
    event: Event,
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    follower: str | None = None,
    ratio: float | None = None,
    rate: str | None = None,
    history: int = HISTORY,
    alpha: float = 0.05,
    confounders: Sequence[Confounder] | None = None,
) -> ListingComparison:
    """What the listing that traded first implied, and how much the other one caught up.

    Parameters
    ----------
    event : Event
    market : Market
    receipt, local : str, optional
        The two tickers; from the market's directory by default.
    follower : str, optional
        The one that was shut, where the time of the news allows both orders; by default the order
        of the earliest possible sessions.
    ratio : float, optional
        Local shares per receipt; from the directory by default.
    rate : str, optional
        Ticker of the exchange rate, local currency per unit of the receipt's.
    history : int
        Sessions of the follower that say what is usual.
    alpha : float
        Intervals cover ``1 - alpha``.
    confounders : sequence of Confounder, optional
        Other dated news; the recorded ones, and the other recorded events, by default.

    Returns
    -------
    ListingComparison

    Raises
    ------
    InputError
        The two lines cannot be compared, or not at this event; the message gives the reason.

    References
    ----------
    Gagnon & Karolyi (2010) on prices of two listings; Engle & Granger (1987), error correction.

    Examples
    --------
    >>> from analytics.events import load_events
    >>> from analytics.market import load_market
    >>> shock = load_events()["deepseek-shock-2025-01-27"]
    >>> found = compare_listings(shock, load_market())
    >>> found.leader, found.closes, round(float(found.path["implied"].iloc[-1]))
    ('TSM', 8, 1091)
    """
    lines = listings_of(market, receipt=receipt, local=local, ratio=ratio, rate=rate)
    _check_event(event)
    settings = _Settings(market, lines, history, alpha, *_news(confounders))
    orders = _orders(event, lines)
    if isinstance(orders, str):
        raise InputError(f"{event.id}: {orders}")
    listed = [one for one in orders if follower in (None, one.follower)]
    if not listed:
        possible = " or ".join(one.follower for one in orders)
        raise InputError(
            f"{event.id}: follower={follower!r}, but the time of the news only lets {possible} be "
            "the later one"
        )
    found = _compare(event, listed[0], orders, settings)
    if isinstance(found, str):
        raise InputError(f"{event.id}: {found}")
    return found


def compare_many_listings(
    events: EventTable | Iterable[Event],
    market: Market,
    *,
    receipt: str | None = None,
    local: str | None = None,
    ratio: float | None = None,
    rate: str | None = None,
    history: int = HISTORY,
    alpha: float = 0.05,
    confounders: Sequence[Confounder] | None = None,
) -> ListingComparisons:
    """`compare_listings` for every event, in every order that the time of its news allows.

    Parameters
    ----------
    events : EventTable or iterable of Event
    market : Market
    receipt, local, ratio, rate, history, alpha, confounders
        As in `compare_listings`.

    Returns
    -------
    ListingComparisons
        ``found.asked == len(found.table) + len(found.dropped)``.

    References
    ----------
    Holm (1979), over the tests at the open and at the close of all rows.

    Examples
    --------
    >>> from analytics.events import load_events
    >>> from analytics.market import load_market
    >>> found = compare_many_listings(load_events().filter(ticker="TSM"), load_market())
    >>> found.asked == len(found.table) + len(found.dropped)
    True
    """
    lines = listings_of(market, receipt=receipt, local=local, ratio=ratio, rate=rate)
    family = list(events)
    for event in family:
        _check_event(event)
    settings = _Settings(market, lines, history, alpha, *_news(confounders))
    kept: list[ListingComparison] = []
    lost: list[tuple[str, str, str]] = []
    for event in shown(family, "two listings", "event"):
        orders = _orders(event, lines)
        if isinstance(orders, str):
            lost.append((event.id, lines.local.ticker, orders))
            continue
        for order in {one.follower: one for one in reversed(orders)}.values():
            found = _compare(event, order, orders, settings)
            if isinstance(found, str):
                lost.append((event.id, order.follower, found))
            else:
                kept.append(found)
    dropped = pd.DataFrame(lost, columns=["event_id", "ticker", "reason"], dtype=object)
    return ListingComparisons(tuple(kept), _table(kept), dropped, len(kept) + len(lost))


@dataclass(frozen=True, eq=False)
class _Settings:
    """What all events of a call share."""

    market: Market
    lines: Listings
    history: int
    alpha: float
    confounders: tuple[Confounder, ...]
    events: tuple[Event, ...]

    def __post_init__(self) -> None:
        check_history(self.history)
        check_alpha(self.alpha)


@dataclass(frozen=True)
class _Order:
    """One possible order: the leader's first session opens before the follower's."""

    leader: str
    follower: str
    leader_session: pd.Timestamp
    session: pd.Timestamp


def _check_event(event: object) -> None:
    if not isinstance(event, Event):
        raise InputError(f"event: expected an Event, got {type(event).__name__}")


def _news(
    confounders: Sequence[Confounder] | None,
) -> tuple[tuple[Confounder, ...], tuple[Event, ...]]:
    if confounders is None:
        return tuple(load_confounders()), tuple(load_events())
    wrong = [one for one in confounders if not isinstance(one, Confounder)]
    if wrong:
        raise InputError(f"confounders: expected Confounder records, got {type(wrong[0]).__name__}")
    return tuple(confounders), ()


def _orders(event: Event, lines: Listings) -> list[_Order] | str:
    """Every order that the news allows, earliest sessions first; or why there is none."""
    placed = {one.ticker: place(event, one.calendar) for one in (lines.receipt, lines.local)}
    for ticker, placement in placed.items():
        if not placement.candidates:
            return f"the news lies outside the calendar of {ticker}"
    return _in_turn(lines, *(list(placement.candidates) for placement in placed.values()))


def _in_turn(
    lines: Listings, receipt: list[pd.Timestamp], local: list[pd.Timestamp]
) -> list[_Order]:
    """Orders as the moment of the news moves on: at each close a candidate session drops out."""
    found = [_order(lines, receipt[0], local[0])]
    while len(receipt) > 1 or len(local) > 1:
        ends = [
            _moment(line, days[0]) if len(days) > 1 else np.datetime64("NaT")
            for line, days in ((lines.receipt, receipt), (lines.local, local))
        ]
        drops = receipt if np.isnat(ends[1]) or ends[0] < ends[1] else local
        drops.pop(0)
        found.append(_order(lines, receipt[0], local[0]))
    return found


def _moment(line: Line, session: pd.Timestamp, *, closing: bool = True) -> np.datetime64:
    moments = line.calendar.closes if closing else line.calendar.opens
    return moments[line.calendar.sessions.get_loc(session)]


def _order(lines: Listings, receipt: pd.Timestamp, local: pd.Timestamp) -> _Order:
    opens = [
        _moment(one, day, closing=False)
        for one, day in ((lines.receipt, receipt), (lines.local, local))
    ]
    if opens[0] < opens[1]:
        return _Order(lines.receipt.ticker, lines.local.ticker, receipt, local)
    return _Order(lines.local.ticker, lines.receipt.ticker, local, receipt)


def _compare(
    event: Event, order: _Order, orders: Sequence[_Order], settings: _Settings
) -> ListingComparison | str:
    """The comparison, or the reason why there is none."""
    lines = settings.lines
    pairs = pairs_for(lines.line(order.leader), lines.line(order.follower))
    leader, follower = pairs.leader, pairs.follower
    row = int(follower.sessions.get_indexer([order.session])[0])
    led = int(leader.sessions.get_indexer([order.leader_session])[0])
    reason = _cannot(pairs, row, led, order)
    if reason:
        return reason
    before, last = pairs.before(row), int(pairs.row[row])
    spans = spans_of(pairs, last - int(pairs.row[before]), row, settings.history)
    reason = _too_few(spans, row, follower, settings)
    if reason:
        return reason
    grown = leader.grown(at_open=False)
    return ListingComparison(
        event_id=event.id,
        leader=leader.ticker,
        follower=follower.ticker,
        receipt=lines.receipt.ticker,
        local=lines.local.ticker,
        ratio=lines.ratio,
        rate=lines.rate,
        currency=follower.currency,
        session=order.session,
        previous=follower.sessions[row - 1],
        leader_session=order.leader_session,
        time_confirmed=event.time_confirmed,
        ambiguous=len(orders) > 1,
        alternatives=tuple((one.follower, one.session) for one in orders if one != order),
        reference=_reference(lines, pairs, before),
        path=_path(lines, pairs, before, row, settings),
        catch_up=_catch_up(pairs, before, row, spans, settings),
        gap=float(moves_at(pairs, before, row)[0]),
        usual_gap=spans.usual_gap,
        first_move=float(grown[led] - grown[led - 1]),
        leader_move=float(grown[last] - grown[led - 1]),
        hours=float((pairs.moments[row] - leader.closes_at[last]) / HOUR),
        rate_shift=_rate_shift(lines, follower, row, last),
        dividend=float(follower.dividends[row]),
        other_news=_other_news(event, pairs, row, settings),
        alpha=settings.alpha,
    )


def _cannot(pairs: Pairs, row: int, led: int, order: _Order) -> str:
    """Why the two cannot be compared at this event; empty if they can."""
    leader, follower = pairs.leader, pairs.follower
    if row < 0 or led < 0:
        return (
            f"no prices for the first sessions, {order.leader_session:%Y-%m-%d} of {order.leader} "
            f"and {order.session:%Y-%m-%d} of {order.follower}"
        )
    at = int(pairs.row[row])
    if row == 0 or led == 0 or pairs.before(row) < 0:
        return f"no prices of {leader.ticker} and {follower.ticker} before the news to compare with"
    if at < led:
        return (
            f"{leader.ticker} closes on {order.leader_session:%Y-%m-%d} only after the first price "
            f"of {follower.ticker} on {order.session:%Y-%m-%d}: neither was ahead by a session"
        )
    parts = {
        f"the close of {leader.ticker} on {leader.sessions[at]:%Y-%m-%d}": leader.closes[at],
        f"an exchange rate for {leader.sessions[at]:%Y-%m-%d}": leader.unit_close[at],
        f"a price of {follower.ticker} on {order.session:%Y-%m-%d}": pairs.difference[row],
        f"the close of {follower.ticker} on {follower.sessions[row - 1]:%Y-%m-%d}": follower.closes[
            row - 1
        ],
    }
    lacking = [name for name, value in parts.items() if not np.isfinite(value)]
    return f"missing: {lacking[0]}" if lacking else ""


def _too_few(spans: Spans, row: int, follower: Line, settings: _Settings) -> str:
    """Why there is no usual to compare with; empty if there is."""
    days = min(row, settings.history)
    apart = len(spans.gap) // spans.closes
    if days >= min(FEWEST_DAYS, settings.history) and apart >= FEWEST:
        return ""
    return (
        f"only {days} earlier sessions of {follower.ticker}, with {len(spans.gap)} spans of "
        f"{spans.closes} {'close' if spans.closes == 1 else 'closes'}, {apart} of them apart: too "
        "few to say what is usual"
    )


def _reference(lines: Listings, pairs: Pairs, row: int) -> pd.Series:
    """The last aligned pair, by the plain prices."""
    at = int(pairs.row[row])
    quoted = pairs.follower.value(at_open=pairs.at_open)[row]
    difference = float(pairs.leader.value(at_open=False)[at] - quoted)
    receipt_leads = pairs.leader.ticker == lines.receipt.ticker
    return pd.Series(
        {
            "session": pairs.follower.sessions[row],
            "premium": float(np.expm1(difference if receipt_leads else -difference)),
            "hours": float((pairs.moments[row] - pairs.leader.closes_at[at]) / HOUR),
        }
    )


def _path(
    lines: Listings, pairs: Pairs, before: int, row: int, settings: _Settings
) -> pd.DataFrame:
    """The implied price at each close of the leader while the follower was shut."""
    leader, follower = pairs.leader, pairs.follower
    start, end = int(pairs.row[before]), int(pairs.row[row])
    at = np.arange(start + 1, end + 1)
    at = at[leader.closes_at[at] > follower.closes_at[row - 1]]
    grown = leader.grown(at_open=False)
    answered = (
        follower.grown(at_open=False)[row - 1] - follower.grown(at_open=pairs.at_open)[before]
    )
    gap = grown[at] - grown[start] - answered
    unit = follower.unit_open[row] if pairs.at_open else follower.unit_close[row]
    value = np.exp(gap) * follower.closes[row - 1] * follower.unit_close[row - 1] / unit
    reach = np.array(
        [spans_of(pairs, int(k), row, settings.history).reach(settings.alpha) for k in at - start]
    )
    rate_row = lines.receipt.rate_close[at] if leader is lines.receipt else np.full(len(at), row)
    if follower is lines.receipt:
        rate_row = np.full(len(at), follower.rate_open[row] if pairs.at_open else -1)
    return pd.DataFrame(
        {
            "moment": pd.DatetimeIndex(leader.closes_at[at]).tz_localize("UTC"),
            "price": leader.closes[at],
            "rate": lines.rates.to_numpy()[rate_row],
            "rate_session": lines.local.sessions[rate_row],
            "missed": at - start,
            "implied": value,
            "ci_low": value * np.exp(-reach),
            "ci_high": value * np.exp(reach),
            "gap": gap,
        },
        index=leader.sessions[at].rename("session"),
    )


def _catch_up(
    pairs: Pairs, before: int, row: int, spans: Spans, settings: _Settings
) -> pd.DataFrame:
    """What the follower's first session made of the gap, at its open and at its close."""
    gap, opened, closed = (float(one) for one in moves_at(pairs, before, row))
    asked = abs(gap) >= spans.usual_gap
    open_locked, close_locked = _locked(pairs.follower, row, settings.market)
    rows = {}
    for name, response, past, price, locked in (
        ("open", opened, spans.opened, pairs.follower.opens[row], open_locked),
        ("close", closed, spans.closed, pairs.follower.closes[row], close_locked),
    ):
        fit = fitted(spans.gap, past, spans.closes)
        if fit is None or not np.isfinite(response):
            continue
        expected, error = fit.forecast(gap)
        half = float(stats.t.isf(settings.alpha / 2, fit.df)) * error
        t = (response - expected) / error
        ends = sorted([(response - half) / gap, (response + half) / gap])
        if locked or not asked:
            ends = [np.nan, np.nan]
        rows[name] = {
            "price": float(price),
            "response": response,
            "share": response / gap if asked else np.nan,
            "share_low": ends[0],
            "share_high": ends[1],
            "expected": expected,
            "std_error": error,
            "ci_low": expected - half,
            "ci_high": expected + half,
            "t": np.nan if locked else t,
            "df": fit.df,
            "pvalue": np.nan if locked else float(2.0 * stats.t.sf(abs(t), fit.df)),
            "sq_pvalue": np.nan if locked else fit.rank_pvalue(response - expected),
            "slope": fit.slope,
            "slope_error": fit.std_error,
            "n": fit.n,
            "censored": locked,
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.assign(pvalue_holm=adjust_pvalues(frame["pvalue"]))


def _locked(follower: Line, row: int, market: Market) -> tuple[bool, bool]:
    """Whether the first session opened at its price limit, and whether it closed there."""
    limit = market.directory.security(follower.ticker).price_limit
    if limit is None:
        return False, False
    opened = abs(follower.opens[row] / follower.closes[row - 1] - 1.0) >= limit - TOUCHES
    return bool(opened), bool(at_limit(market, follower.ticker, follower.sessions)[row])


def _rate_shift(lines: Listings, follower: Line, row: int, last: int) -> float:
    """Log change of the rate from the one used to that of the follower's first session."""
    used = int(lines.receipt.rate_close[last]) if follower is lines.local else -1
    if not lines.rate or used < 0:
        return np.nan
    rates = lines.rates.to_numpy()
    return float(np.log(rates[row] / rates[used]))


def _other_news(event: Event, pairs: Pairs, row: int, settings: _Settings) -> tuple[OtherNews, ...]:
    """Other news that the follower could first answer in the same session."""
    calendar = pairs.follower.calendar
    wanted = calendar.sessions.get_loc(pairs.follower.sessions[row])
    closed = pairs.leader.closes_at[pairs.row[row]]
    both = {pairs.leader.ticker, pairs.follower.ticker}
    found = [
        (pd.Timestamp(one.published_at), pd.Timestamp(one.published_at), str(one.kind), one.what)
        for one in settings.confounders
        if one.kind != "price_limit" and (not one.tickers or both & set(one.tickers))
        if calendar.first_after(pd.Timestamp(one.published_at)) == wanted
    ]
    for one in settings.events:
        named = {company.ticker for company in one.companies if company.role != "not_named"}
        if one.id != event.id and both & named and place(one, calendar).row == wanted:
            moment, latest = pd.Timestamp(one.published_at), pd.Timestamp(one.bounds()[1])
            found.append((moment, latest, "event", one.title))
    return tuple(
        OtherNews(moment, kind, what, bool(utc(latest) >= closed))
        for moment, latest, kind, what in sorted(found)
    )


def _table(found: Sequence[ListingComparison]) -> pd.DataFrame:
    """One row per comparison; Holm over every t test in it."""
    rows = [_table_row(one) for one in found]
    keys = [(one.event_id, one.follower) for one in found]
    index = pd.MultiIndex.from_tuples(keys, names=["event_id", "ticker"])
    frame = pd.DataFrame(rows, columns=TABLE, index=index)
    tests = frame[[f"pvalue_{name}" for name in PRICES]].to_numpy(dtype=float)
    holm = adjust_pvalues(pd.Series(tests.ravel())).to_numpy().reshape(tests.shape)
    return frame.assign(**{f"pvalue_holm_{name}": holm[:, k] for k, name in enumerate(PRICES)})


def _table_row(one: ListingComparison) -> dict[str, object]:
    parts = {
        f"{column}_{name}": one.catch_up[column].get(name, np.nan)
        for name in PRICES
        for column in COLUMNS
    }
    return {
        "leader": one.leader,
        "session": one.session,
        "closes": one.closes,
        "hours": one.hours,
        "gap": one.gap,
        "usual_gap": one.usual_gap,
        **parts,
        "asked": one.asked,
        "censored": one.censored,
        "ambiguous": one.ambiguous,
        "time_confirmed": one.time_confirmed,
        "late_news": "; ".join(f"{news.kind}: {news.what}" for news in one.late_news),
        "remarks": "; ".join(one.remarks),
    }
