"""What a page says about the price or the market value of an organisation.

In: lines, and the organisations named in them. Out: frozen `MarketClaim` records. Sales, margins,
chip prices and other figures that move are no claims about a share; nor is what may happen. It
must not know prices.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from analytics.errors import InputError, is_whole
from analytics.events.articles.amounts import Amount, checked_lines
from analytics.events.articles.moves import Move, moves_on
from analytics.events.articles.page import Line, Mention, Place
from analytics.events.articles.subjects import NOBODY, Subject
from analytics.events.articles.whose import Said
from analytics.events.claims import Claim
from analytics.events.records import faults_of

Kind = Literal[
    "fall",
    "rise",
    "recovery",
    "renewed_fall",
    "flat",
    "record_high",
    "record_low",
    "limit_down",
    "limit_up",
    "value_loss",
    "value_gain",
    "swing",
]
ClaimWording = Literal["more than", "at least", "up to", "about", "less than", "exactly"]


_LASTS = re.compile(r"(?i:\b(?:finally|eventually|ultimately|has since|have since)\b)|最终|最終")
_HOW = {"exactly": "about", "about": "about", "up to": "about"} | {
    same: same for same in ("more than", "at least")
}
_NEEDS = {
    "rise": "a check of rises, which the claims check does not have",
    "flat": "a check of unchanged prices, which the claims check does not have",
    "record_high": "all earlier closes of the share, back to its first day of trading",
    "record_low": "all earlier closes of the share, back to its first day of trading",
    "limit_down": "the price limits of the exchange on that day",
    "limit_up": "the price limits of the exchange on that day",
    "value_loss": "the number of shares outstanding on that day",
    "value_gain": "the number of shares outstanding on that day",
}


@dataclass(frozen=True)
class MarketClaim:
    """A statement about a share price or a market value.

    Attributes
    ----------
    kind : str
        ``fall, rise, recovery, renewed_fall, flat, record_high, record_low, limit_down, limit_up,
        value_loss, value_gain`` or ``swing``.
    organisations : tuple of str
        Ids; empty where it is about a group of shares or a market.
    group : str
        That group as written; empty otherwise.
    tickers : tuple of str
        All listings of the organisations.
    size : float or None
        Decimal fraction, above 0.
    share : float or None
        Of a recovery: how much of the fall was regained.
    wording : {"more than", "at least", "up to", "about", "less than", "exactly"}
        Of the size or the share.
    amount : Amount or None
        Of a value lost or gained, where the text gives money.
    at_one_point : bool
        Within a day or for a moment, not at the end.
    when : str
        As written; empty where the sentence does not say.
    causes : tuple of str
        Kinds of news that the sentence names as the reason: ``tariff``, ``results`` ...
    text : str
        The clause as written.
    place : Place
    """

    kind: Kind
    organisations: tuple[str, ...]
    group: str
    tickers: tuple[str, ...]
    size: float | None
    share: float | None
    wording: ClaimWording
    amount: Amount | None
    at_one_point: bool
    when: str
    causes: tuple[str, ...]
    text: str
    place: Place


def find_market_claims(
    lines: Sequence[Line],
    mentions: Sequence[Mention],
    *,
    tickers: Mapping[str, tuple[str, ...]],
) -> tuple[MarketClaim, ...]:
    """What the lines say about share prices and market values.

    The subject of a move is the organisation whose shares are named, else the one named nearest
    before it in the sentence; "its shares" are those of the first organisation of the sentence,
    else of the subject of the sentence before. Of a sentence that goes on and on, the first 40
    moves are read. What is said twice is one claim, unless the days differ.

    Parameters
    ----------
    lines : sequence of Line
    mentions : sequence of Mention
        Organisations named in these lines.
    tickers : mapping
        Organisation -> all its listings, none for a private firm. One that is missing, such as a
        public body, has no shares and is the subject of no claim.

    Returns
    -------
    tuple of MarketClaim
        In the order of the text.

    Raises
    ------
    InputError
        What came are no lines or no mentions, or a mention lies outside its line.

    Examples
    --------
    >>> from analytics.events.articles.page import Mention, Place, line
    >>> text = "Acme shares fell as much as 17 per cent on Monday; its sales fell too."
    >>> named = [Mention("acme", "Acme", Place(1, 0, 4))]
    >>> (claim,) = find_market_claims([line(1, text)], named, tickers={"acme": ("ACM",)})
    >>> claim.kind, claim.tickers, claim.size, claim.wording, claim.at_one_point, claim.when
    ('fall', ('ACM',), 0.17, 'up to', True, 'on Monday')
    """
    by_line = _by_line(checked_lines(lines), mentions)
    said = Said(main=_main(mentions, tickers))
    claims: list[MarketClaim] = []
    for one in lines:
        named = by_line.get(one.number, [])
        firms = [mention for mention in named if mention.organisation in tickers]
        others = [mention for mention in named if mention.organisation not in tickers]
        found, said = moves_on(one, firms, said, others)
        claims += _claims(found, one, tickers)
    return tuple(_each_once(claims))


def _main(mentions: Sequence[Mention], tickers: Mapping[str, tuple[str, ...]]) -> Subject:
    """The firm named most often, of equals the one named first."""
    counts = Counter(one.organisation for one in mentions if one.organisation in tickers)
    return Subject((counts.most_common(1)[0][0],)) if counts else NOBODY


def _each_once(claims: Sequence[MarketClaim]) -> list[MarketClaim]:
    """Statements that say the same of the same day are one, told where the day is told."""
    told: dict[tuple[object, ...], dict[str, MarketClaim]] = {}
    for one in claims:
        amount = one.amount and (one.amount.low, one.amount.high, one.amount.currency)
        said = (one.kind, one.organisations, one.group, one.size, one.share, one.wording, amount)
        told.setdefault(said, {}).setdefault(one.when, one)
    kept = [one for days in told.values() for when, one in days.items() if when or len(days) == 1]
    return sorted(kept, key=lambda one: one.place)


def _by_line(lines: Sequence[Line], mentions: Sequence[Mention]) -> dict[int, list[Mention]]:
    lengths = {one.number: len(one.text) for one in lines}
    by_line: dict[int, list[Mention]] = {}
    for one in mentions:
        if not isinstance(one, Mention):
            raise InputError(f"mentions: expected mentions of a page, got {type(one).__name__}")
        place = one.place
        if place.line in lengths:
            if not 0 <= place.start < place.end <= lengths[place.line]:
                raise InputError(
                    f"mention {one.text!r}: characters {place.start} to {place.end} of line "
                    f"{place.line}, which has {lengths[place.line]}; give places inside the line"
                )
            by_line.setdefault(place.line, []).append(one)
    return by_line


def _claims(
    moves: Sequence[Move], line: Line, tickers: Mapping[str, tuple[str, ...]]
) -> Iterator[MarketClaim]:
    for move in moves:
        listings = [ticker for one in move.organisations for ticker in tickers.get(one, ())]
        start, end = move.span
        yield MarketClaim(
            move.kind,  # type: ignore[arg-type]
            move.organisations,
            move.group,
            tuple(dict.fromkeys(listings)),
            move.size,
            move.share,
            move.wording or "exactly",  # type: ignore[arg-type]
            move.amount,
            move.at_one_point,
            move.when,
            move.causes,
            line.text[start:end],
            Place(line.number, start, end),
        )


def draft_check(
    claim: MarketClaim,
    *,
    start: dt.date,
    until: dt.date,
    reference: dt.date,
    event_id: str | None = None,
    tickers: Sequence[str] = (),
) -> dict[str, Any]:
    """The check of a claim, as a mapping that `Claim` accepts.

    Falls, recoveries, renewed falls and swings become checks of that type. A size without a hedge
    is read as "about", and so is "up to": at its worst it was about that. Other kinds become
    ``not_checkable``, with what would be needed.

    Parameters
    ----------
    claim : MarketClaim
    start, until : datetime.date
        First and last day on which it may have happened.
    reference : datetime.date
        Day whose close the move is counted from, before ``start``.
    event_id : str, optional
        Event that a swing is about.
    tickers : sequence of str, optional
        Securities to check, where the claim's own are too many or none: a fall is checked for the
        first listing.

    Returns
    -------
    dict

    Raises
    ------
    InputError
        Something that the check needs is missing: a ticker, a size, a cause, an event, or days in
        order.

    Examples
    --------
    >>> from analytics.events.articles.page import Mention, Place, line
    >>> named = [Mention("acme", "Acme", Place(1, 0, 4))]
    >>> listed = {"acme": ("ACM",)}
    >>> (claim,) = find_market_claims([line(1, "Acme stock fell 17%.")], named, tickers=listed)
    >>> days = {"start": dt.date(2025, 1, 27), "until": dt.date(2025, 2, 14)}
    >>> check = draft_check(claim, **days, reference=dt.date(2025, 1, 24))
    >>> check["type"], check["ticker"], check["fall"], check["wording"]
    ('drawdown', 'ACM', 0.17, 'about')
    """
    if not isinstance(claim, MarketClaim):
        raise InputError(f"claim: expected a MarketClaim, got {type(claim).__name__}")
    if claim.kind in _NEEDS:
        return {"type": "not_checkable", "needs": _NEEDS[claim.kind]}
    _in_order(start=start, until=until, reference=reference)
    listed = tuple(tickers) or claim.tickers
    if not listed:
        what = f"shares called {claim.group!r}" if claim.group else "a firm without a listing"
        raise _lacks(claim, f"a ticker: it is about {what}; give tickers=")
    if claim.kind == "swing":
        if event_id is None:
            raise _lacks(claim, "an event; give event_id=")
        return {"type": "swing", "tickers": list(dict.fromkeys(listed)), "event": event_id}
    if not tickers and len(claim.organisations) > 1:
        raise _lacks(claim, "one firm: it is about several; give tickers= for one of them")
    one = {"ticker": listed[0], "start": start}
    if claim.kind == "renewed_fall":
        if not claim.causes:
            raise _lacks(claim, "a cause such as tariff or results; the text names none")
        return {"type": "renewed_fall", **one, "causes": list(claim.causes)}
    if claim.kind == "recovery":
        return {"type": "recovery", **one, "reference": reference, **_regained(claim, until)}
    return {"type": "drawdown", **one, "until": until, **_fallen(claim, reference)}


def draft_claim(
    claim: MarketClaim,
    *,
    number: int,
    article: str,
    published: dt.date,
    start: dt.date,
    until: dt.date,
    reference: dt.date,
    event_id: str | None = None,
    tickers: Sequence[str] = (),
) -> Claim:
    """A claim that `analytics.evidence.check_claims` can check.

    Parameters
    ----------
    claim : MarketClaim
    number : int
        Of the claim on its page: it becomes the id ``<article>-<number>``.
    article : str
        Id of the page.
    published : datetime.date
        Day on which it was printed; only sessions before it count.
    start, until, reference, event_id, tickers
        As in `draft_check`.

    Returns
    -------
    Claim

    Raises
    ------
    InputError
        As `draft_check`; or the id or a field is none that `Claim` accepts.

    Examples
    --------
    >>> from analytics.events.articles.page import Mention, Place, line
    >>> named = [Mention("acme", "Acme", Place(1, 0, 4))]
    >>> text = line(1, "Acme shares hit a record high.")
    >>> (claim,) = find_market_claims([text], named, tickers={"acme": ("ACM",)})
    >>> day = dt.date(2025, 1, 27)
    >>> draft = draft_claim(
    ...     claim,
    ...     number=1,
    ...     article="page",
    ...     published=dt.date(2025, 3, 11),
    ...     start=day,
    ...     until=day,
    ...     reference=dt.date(2025, 1, 24),
    ... )
    >>> draft.id, draft.check.type
    ('page-1', 'not_checkable')
    """
    if not is_whole(number) or number < 0:
        raise InputError(f"number={number!r}: expected a whole number from 0 on")
    check = draft_check(
        claim, start=start, until=until, reference=reference, event_id=event_id, tickers=tickers
    )
    row = {
        "id": f"{article}-{number}",
        "articles": (article,),
        "claim": claim.text,
        "kind": "price",
        "published": published,
        "tickers": tuple(tickers) or claim.tickers,
        "event_id": event_id,
        "period": claim.when,
        "check": check,
    }
    try:
        return Claim.model_validate(row)
    except ValidationError as error:
        faults = "; ".join(str(one) for one in faults_of(error, f"claim {row['id']!r}"))
        raise InputError(f"draft of a claim: {faults}") from None


def _in_order(*, start: dt.date, until: dt.date, reference: dt.date) -> None:
    for name, day in {"start": start, "until": until, "reference": reference}.items():
        if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
            raise InputError(f"{name}={day!r}: expected a date such as date(2025, 1, 27)")
    if not reference < start <= until:
        raise InputError(
            f"reference {reference}, start {start}, until {until}: expected reference before "
            "start, and start at or before until"
        )


def _lacks(claim: MarketClaim, what: str) -> InputError:
    return InputError(f"{claim.kind} ({claim.text[:60]!r}): the check needs {what}")


def _regained(claim: MarketClaim, until: dt.date) -> dict[str, Any]:
    if claim.share is None:
        raise _lacks(claim, "how much of the fall was regained; the text does not say")
    lasting = _LASTS.search(claim.text) is not None
    return {"trough_until": until, "share": claim.share, "lasting": lasting}


def _fallen(claim: MarketClaim, reference: dt.date) -> dict[str, Any]:
    if claim.size is None:
        raise _lacks(claim, "the size of the fall; the text does not say")
    if not 0 < claim.size < 1:
        raise _lacks(claim, f"a fall between 0 and 1; the text says {claim.size:g}")
    if claim.wording not in _HOW:
        raise _lacks(claim, f"a fall of at least some size; the text says {claim.wording!r}")
    references = [reference, "52-week high"]
    return {"references": references, "fall": claim.size, "wording": _HOW[claim.wording]}
