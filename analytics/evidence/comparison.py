"""What a comparison of two listings found: one event, or many.

In: figures that `analytics.evidence.listings` worked out. Out: frozen results that a terminal and
Jupyter show. It must not know how they were found, nor files, plots or pages.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class OtherNews:
    """Other dated news that reached the follower in the same first session.

    Attributes
    ----------
    published_at : pandas.Timestamp
        UTC.
    kind, what : str
    late : bool
        Whether it came after the leader's last close, so that the leader's price cannot hold it.
    """

    published_at: pd.Timestamp
    kind: str
    what: str
    late: bool


@dataclass(frozen=True, eq=False, repr=False)
class ListingComparison:
    """What one listing found while the other was shut, and what the other made of it.

    Attributes
    ----------
    event_id, leader, follower : str
        The leader is the ticker that could react first.
    receipt, local : str
    ratio : float
        Local shares per receipt.
    rate : str
        Ticker of the exchange rate; empty where both have one currency.
    currency : str
        Of the follower; empty where it is not known.
    session, previous : pandas.Timestamp
        The follower's first session after the news; its last one before.
    leader_session : pandas.Timestamp
        The leader's first session after the news.
    time_confirmed, ambiguous : bool
        Whether a source shows the clock time; whether another order or session is possible.
    alternatives : tuple of (str, pandas.Timestamp)
        Other possible followers with their first session.
    reference : pandas.Series
        The last aligned pair: ``session`` (of the follower), ``premium``, ``hours``.
    path : pandas.DataFrame
        By session of the leader while the follower was shut: ``moment`` (of its close, UTC),
        ``price, rate, rate_session, missed`` (closes since the pair), ``implied`` (price of the
        follower, own currency), ``ci_low, ci_high`` of the follower's next price, ``gap`` (log).
    catch_up : pandas.DataFrame
        Rows ``open`` and ``close`` of the first session: ``price``; ``response`` (log return since
        the previous close); ``share`` of the gap, ``share_low, share_high`` (what it would have
        been without the follower's own news of the usual size), NaN where the gap is too small;
        ``expected`` (log), ``std_error, ci_low, ci_high, t, df, pvalue`` (t test of the forecast
        error), ``pvalue_holm`` (over both rows) and ``sq_pvalue`` (rank test); ``slope,
        slope_error, n``: the part usually taken over; ``censored``: locked at the price limit.
    gap, usual_gap : float
        What the leader moved and the follower had not answered, log; its usual size over as many
        closes (root mean square).
    first_move, leader_move : float
        Leader's log move in the follower's currency over its first session after the news, and from
        before the news to its last close before the follower's session.
    hours : float
        From the leader's last close to the follower's first price.
    rate_shift : float
        What the implied price moves, log, if the rate of the follower's first session is used;
        known only afterwards. NaN where the rate was not stale.
    dividend : float
        Of the follower in its first session, own currency; returns count it.
    other_news : tuple of OtherNews
    alpha : float
    """

    event_id: str
    leader: str
    follower: str
    receipt: str
    local: str
    ratio: float
    rate: str
    currency: str
    session: pd.Timestamp
    previous: pd.Timestamp
    leader_session: pd.Timestamp
    time_confirmed: bool
    ambiguous: bool
    alternatives: tuple[tuple[str, pd.Timestamp], ...]
    reference: pd.Series
    path: pd.DataFrame
    catch_up: pd.DataFrame
    gap: float
    usual_gap: float
    first_move: float
    leader_move: float
    hours: float
    rate_shift: float
    dividend: float
    other_news: tuple[OtherNews, ...]
    alpha: float

    @property
    def closes(self) -> int:
        """Closes of the leader in the gap."""
        return int(self.path["missed"].iloc[-1])

    @property
    def asked(self) -> bool:
        """Whether the gap is of at least its usual size, so that a share of it means something."""
        return abs(self.gap) >= self.usual_gap

    @property
    def censored(self) -> bool:
        """Whether the follower's first session was locked at its price limit."""
        return bool(self.catch_up["censored"].any())

    @property
    def late_news(self) -> tuple[OtherNews, ...]:
        """News that the leader's last price cannot hold: the share cannot be put down to one."""
        return tuple(one for one in self.other_news if one.late)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What keeps the figures from being taken at their word."""
        said = []
        if self.ambiguous:
            others = ", ".join(f"{name} {day:%Y-%m-%d}" for name, day in self.alternatives)
            said.append(f"the order is not certain; also possible: {others}")
        elif not self.time_confirmed:
            said.append("the time of the news is unconfirmed")
        if not self.asked:
            said.append("the gap is smaller than usual: too small to ask what share was caught up")
        if self.censored:
            said.append("locked at the price limit: the share is a lower bound, without a test")
        if self.late_news:
            listed = "; ".join(f"{one.kind}: {one.what}" for one in self.late_news)
            said.append(f"came after the leader's last close, so nothing is attributed: {listed}")
        if self.dividend > 0:
            said.append(
                f"{self.follower} went ex a dividend of {self.dividend:g}; returns count it, the "
                "implied price is before it"
            )
        return tuple(said)

    def __str__(self) -> str:
        last = self.path.iloc[-1]
        level = f"{100 * (1 - self.alpha):g} %"
        lines = [
            f"Two listings: {self.event_id}, {self.leader} before {self.follower}",
            f"  {self.follower} shut from {self.previous:%Y-%m-%d} to {self.session:%Y-%m-%d}: "
            f"{self.closes} {'close' if self.closes == 1 else 'closes'} of {self.leader} between, "
            f"the last {self.hours:g} hours before",
            f"  premium of {self.receipt} {_percent(self.reference['premium'])} at the last pair "
            f"({self.reference['session']:%Y-%m-%d}, {self.reference['hours']:g} hours apart)",
            f"  implied price {last['implied']:.6g} ({level} interval {last['ci_low']:.6g} to "
            f"{last['ci_high']:.6g}), gap {_percent(np.expm1(self.gap))}",
            *(self._line(str(name)) for name in self.catch_up.index),
            *(f"  {one}" for one in self.remarks),
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _line(self, name: str) -> str:
        row = self.catch_up.loc[name]
        share = ""
        if np.isfinite(row["share"]):
            ends = f" ({100 * row['share_low']:.0f} to {100 * row['share_high']:.0f})"
            least, ends = ("at least ", "") if row["censored"] else ("", ends)
            share = f", {least}{100 * row['share']:.0f} % of the gap{ends}"
        p = (
            "no p"
            if np.isnan(row["pvalue"])
            else (f"p = {row['pvalue']:.2g}, t test, {row['pvalue_holm']:.2g} after Holm")
        )
        return (
            f"  {name} {row['price']:.6g}: {_percent(np.expm1(row['response']))}{share}; usual "
            f"{100 * row['slope']:.0f} % (n = {row['n']:.0f}), expected "
            f"{_percent(np.expm1(row['expected']))} ({_percent(np.expm1(row['ci_low']))} to "
            f"{_percent(np.expm1(row['ci_high']))}), {p}"
        )

    def _repr_html_(self) -> str:
        head, *rest = str(self).split("\n")
        items = "".join(f"<li>{html.escape(one.strip())}</li>" for one in rest)
        return f"<p><strong>{html.escape(head)}</strong></p><ul>{items}</ul>"


@dataclass(frozen=True, eq=False, repr=False)
class ListingComparisons:
    """Many events, one row for each possible order of the two listings.

    Attributes
    ----------
    comparisons : tuple of ListingComparison
    table : pandas.DataFrame
        By (event_id, ticker), the ticker being the follower: ``leader, session, closes, hours,
        gap, usual_gap``; for the open and the close ``response_*, share_*, share_low_*,
        share_high_*, expected_*, pvalue_*, sq_pvalue_*, pvalue_holm_*`` (Holm over every t test of
        the table); ``asked, censored, ambiguous, time_confirmed, late_news, remarks``.
    dropped : pandas.DataFrame
        ``event_id, ticker, reason``.
    asked : int
        Orders asked for: ``len(table) + len(dropped)``.
    """

    comparisons: tuple[ListingComparison, ...]
    table: pd.DataFrame
    dropped: pd.DataFrame
    asked: int

    def __getitem__(self, key: tuple[str, str]) -> ListingComparison:
        for one in self.comparisons:
            if (one.event_id, one.follower) == key:
                return one
        raise InputError(f"no comparison of {key!r}; see .table and .dropped")

    def __len__(self) -> int:
        return len(self.comparisons)

    def __str__(self) -> str:
        columns = ["leader", "session", "gap", "share_open", "share_close", "pvalue_holm_close"]
        shown = self.table[columns].to_string(float_format="{:.3f}".format)
        return (
            f"Two listings: {len(self)} of {self.asked} compared, {len(self.dropped)} left out\n"
            f"{shown}\ngap: log; Holm over every t test of the table"
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        note = f"<p>{len(self)} compared, {len(self.dropped)} left out, of {self.asked}</p>"
        return note + str(self.table.to_html())


def _percent(fraction: float) -> str:
    """A decimal fraction for the terminal."""
    return f"{100 * fraction:+.1f} %".replace("-", "−")
