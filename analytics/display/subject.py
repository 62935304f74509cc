"""What a tear sheet is about: an event with its market, its results and the evidence on them.

In: an event, the market, results that hold the event. Out: a `Subject`, whose parts are worked out
when a section asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analytics.display.pages import Figure
from analytics.display.style import show
from analytics.errors import InputError
from analytics.events import Event, load_claims
from analytics.evidence import (
    ClaimChecks,
    ListingComparison,
    Placebo,
    SpecificationCurve,
    check_claims,
    compare_listings,
    placebo,
    specification_curve,
    value_change,
)
from analytics.market import Market
from analytics.study import EventStudyResults

if TYPE_CHECKING:
    import pandas as pd


PAIR = ("TSM", "2330.TW")
RATE = "USDTWD"


@dataclass(frozen=True, eq=False)
class Subject:
    """An event with everything a tear sheet says about it.

    Attributes
    ----------
    event : Event
    market : Market
    results : EventStudyResults
        Of this event alone, firms taken out of their index where the weight is known.
    plain : EventStudyResults
        The same against the plain index.
    recorded : bool
        Whether it is an event of the recorded data, about which articles and other pages speak; an
        event of a reader's own has a page that stands alone.
    again : str
        Options that the command line needs to make the same page.
    """

    event: Event
    market: Market
    results: EventStudyResults
    plain: EventStudyResults
    recorded: bool = True
    again: str = ""

    @cached_property
    def observations(self) -> pd.DataFrame:
        """By ticker."""
        return self.results.sample.observations.droplevel("event_id")

    @cached_property
    def headline(self) -> pd.DataFrame:
        """By ticker."""
        return self.results.headline().droplevel("event_id")

    @property
    def lead(self) -> str:
        """The ticker declared for the headline, or the first one studied."""
        declared = self.event.headline.ticker if self.event.headline else ""
        return declared if declared in self.headline.index else str(self.headline.index[0])

    @property
    def key(self) -> tuple[str, str]:
        """Key of the headline observation."""
        return self.event.id, self.lead

    @cached_property
    def placebo(self) -> Placebo:
        """Each share among ordinary days before the event."""
        return placebo(self.results, self.market)

    @cached_property
    def printed(self) -> Placebo:
        """The same with all estimation days, as the t test of this page is made."""
        return placebo(self.results, self.market, mask=False)

    @cached_property
    def curve(self) -> SpecificationCurve | None:
        """The headline share measured in every way; None where no way could be run."""
        try:
            return specification_curve(self.event, self.market, self.lead, progress=False)
        except InputError:
            return None

    @cached_property
    def listings(self) -> ListingComparison | None:
        """TSMC's two listings, where the news is about TSMC and both have prices around it."""
        named = {one.ticker for one in self.event.companies if one.role != "not_named"}
        if not named & set(PAIR) or not all(one in self.market for one in (*PAIR, RATE)):
            return None
        try:
            return compare_listings(self.event, self.market, receipt=PAIR[0], local=PAIR[1])
        except InputError:
            return None

    @cached_property
    def claims(self) -> ClaimChecks:
        """What the articles say about this event, checked."""
        claims = load_claims() if self.recorded else ()
        own = [one for one in claims if one.event_id == self.event.id]
        return check_claims(own, self.market, progress=False)

    @cached_property
    def value(self) -> pd.DataFrame:
        """Change of market value, by ticker."""
        return value_change(self.results, self.market)


def picture(drawn: Any, text: str) -> Figure:
    """A drawn figure for a page; it is closed."""
    return Figure(show(drawn, text).image, alt=text)
