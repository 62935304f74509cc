"""An article as a document of plain values, as lines for a terminal, as pairs for a table.

In: an `Article`. Out: the same facts, three ways. It must not find anything out.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from analytics.errors import InputError
from analytics.events.articles.amounts import Amount, distinct
from analytics.events.articles.market_claims import MarketClaim, draft_check
from analytics.events.articles.organisations import Organisation
from analytics.events.articles.outlets import Credit
from analytics.events.articles.page import Place
from analytics.events.articles.publication import DateEvidence

if TYPE_CHECKING:
    from analytics.events.articles.article import Article

WIDEST = 96  # characters of a line in a terminal
SHOWN = 8  # of a kind, in a summary


def as_document(article: Article) -> dict[str, Any]:
    """Everything as plain values, ready for JSON."""
    dating, parts = article.dating, article.parts
    return {
        "file": article.sheet.name or None,
        "title": article.title or None,
        "publisher": article.publisher.name if article.publisher else None,
        "published_at": _moment(dating.published),
        "published_zone": zone_said(article),
        "event_date": str(dating.day) if dating.day else None,
        "event_dates": [str(one) for one in dating.days],
        "event_date_because": dating.because,
        "date_evidence": [_evidence(one) for one in dating.evidence],
        "organisations": [_organisation(one) for one in article.organisations],
        "tickers": list(article.tickers),
        "amounts": [_amount(group) for group in distinct(article.amounts)],
        "market_claims": [_claim(one) for one in article.claims],
        "original_source": article.original.name if article.original else None,
        "original_source_evidence": _credit(article.original),
        "publisher_evidence": _credit(article.publisher),
        "category": article.category.name,
        "category_words": list(article.category.words),
        "products": list(article.terms),
        "language": article.language or None,
        "encoding": article.sheet.encoding,
        "body": {
            "confidence": parts.confidence,
            "because": list(parts.reasons),
            "lines": [one.number for one in parts.body],
            "left_out": [
                {"first": one.first, "last": one.last, "reason": one.reason} for one in parts.noise
            ],
        },
        "missing": list(article.missing),
        "notes": list(article.notes),
    }


def zone_said(article: Article) -> str | None:
    """The zone of the publication time, or the one that was assumed, and why."""
    dating = article.dating
    if dating.published is None or not dating.zone:
        return None
    if dating.assumed:
        return f"assumed {dating.zone} because {dating.assumed}"
    return dating.zone


def _moment(value: dt.datetime | dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _where(place: Place | None) -> dict[str, int] | None:
    if place is None:
        return None
    return {"line": place.line, "start": place.start, "end": place.end}


def _credit(credit: Credit | None) -> dict[str, Any] | None:
    if credit is None:
        return None
    return {"text": credit.text, "where": _where(credit.place), "citing": credit.citing or None}


def _evidence(one: DateEvidence) -> dict[str, Any]:
    return {
        "dates": [str(day) for day in one.dates],
        "text": one.text,
        "kind": one.kind,
        "where": _where(one.place),
        "note": one.note,
    }


def _organisation(one: Organisation) -> dict[str, Any]:
    hints = [
        {"role": role.name, "text": role.text, "where": _where(role.place)} for role in one.roles
    ]
    return {
        "name": one.name,
        "tickers": list(one.tickers),
        "mentions": one.mentions,
        "role": one.role,
        "kind": one.kind,
        "in_title": one.in_title,
        "known": one.known,
        "assumed_tickers": list(one.assumed),
        "spellings": list(one.spellings),
        "where": _where(one.first),
        "role_hints": hints,
    }


def _amount(group: tuple[Amount, ...]) -> dict[str, Any]:
    one = group[0]
    return {
        "text": one.text,
        "low": one.low,
        "high": one.high,
        "currency": one.currency,
        "vague": one.vague,
        "wording": one.wording,
        "per_unit": one.per_unit or None,
        "converted": one.converted,
        "mentions": len(group),
        "where": [_where(same.place) for same in group],
    }


def _claim(one: MarketClaim) -> dict[str, Any]:
    return {
        "text": one.text,
        "kind": one.kind,
        "organisations": list(one.organisations),
        "group": one.group or None,
        "tickers": list(one.tickers),
        "size": one.size,
        "share": one.share,
        "wording": one.wording,
        "at_one_point": one.at_one_point,
        "when": one.when or None,
        "causes": list(one.causes),
        **_ready(one),
        "where": _where(one.place),
    }


def _ready(one: MarketClaim) -> dict[str, Any]:
    """The check that a claim asks for, without the dates that only a person can give."""
    reference, start, until = (dt.date(2000, 1, day) for day in (3, 4, 5))  # place-holders
    try:
        check = draft_check(one, reference=reference, start=start, until=until)
    except InputError as error:
        return {"check": None, "needs": [], "not_checkable": str(error)}
    if check["type"] == "not_checkable":
        return {"check": None, "needs": [], "not_checkable": check.get("reason", "")}
    plain = {
        key: value
        for key, value in check.items()
        if key != "references" and not isinstance(value, dt.date)
    }
    return {"check": plain, "needs": ["reference", "start", "until"], "not_checkable": None}


def as_pairs(article: Article) -> tuple[tuple[str, str], ...]:
    """Name and text of what a reader wants to know first."""
    firms = _shown([firm_line(one) for one in article.organisations])
    sums = _shown([group[0].text for group in distinct(article.amounts)])
    prices = _shown([one.text for one in article.claims])
    return (
        ("headline", article.title or "none found"),
        ("published", published_line(article)),
        ("first reported by", article.original.name if article.original else "not said"),
        ("day of the story", day_line(article)),
        ("organisations", firms or "none"),
        ("sums of money", sums or "none"),
        ("about prices", prices or "nothing"),
        ("kind of news", article.category.name.replace("_", " ")),
        ("body", f"confidence {article.parts.confidence}: {'; '.join(article.parts.reasons)}"),
        ("missing", ", ".join(one.replace("_", " ") for one in article.missing) or "nothing"),
    )


def _shown(texts: list[str]) -> str:
    """The first texts, and how many more there are."""
    more = [f"and {len(texts) - SHOWN} more"] if len(texts) > SHOWN else []
    return "; ".join([*texts[:SHOWN], *more])


def published_line(article: Article) -> str:
    """Publisher and time, with the zone or why it was assumed."""
    dating = article.dating
    who = article.publisher.name if article.publisher else "publisher not said"
    if dating.published is None:
        return f"{who}; no time shown"
    moment = dating.published
    shown = moment.strftime("%Y-%m-%d %H:%M:%S") if isinstance(moment, dt.datetime) else str(moment)
    zone = zone_said(article)
    return f"{who}, {shown} ({'zone ' + zone if zone else 'no zone'})"


def day_line(article: Article) -> str:
    """The day of the story, or those that remain possible."""
    days = article.dating.days
    if not days:
        return f"unknown: {article.dating.because}"
    if len(days) == 1:
        return f"{days[0]}: {article.dating.because}"
    return f"one of {', '.join(map(str, days))}: {article.dating.because}"


def firm_line(one: Organisation) -> str:
    """Name, listings, role hint and number of mentions."""
    marked = [f"{ticker}?" if ticker in one.assumed else ticker for ticker in one.tickers]
    tickers = f" ({', '.join(marked)})" if marked else ""
    return f"{one.name}{tickers}, {one.role.replace('_', ' ')}, {one.mentions}×"


def as_lines(article: Article) -> list[str]:
    """What a reader wants to know first, as lines for a terminal."""
    lines = []
    for name, text in as_pairs(article):
        pieces = (
            text.split("; ")
            if name in ("organisations", "sums of money", "about prices")
            else [text]
        )
        for row, piece in enumerate(pieces):
            lines += _folded(name if row == 0 else "", piece)
    lines += [f"{'':<18}{note}" for note in article.sheet.notes]
    return lines


def _folded(name: str, text: str) -> list[str]:
    """A text folded behind its name; a Han character is two columns wide."""
    rows, row, width = [], "", 0
    for word in _words(text):
        size = sum(2 if ord(one) > 0x2E7F else 1 for one in word)
        if row and width + size > WIDEST - 18:
            rows.append(row.rstrip())
            row, width, word = "", 0, word.lstrip()
        row += word
        width += size
    rows.append(row)
    return [f"{name if at == 0 else '':<18}{one}" for at, one in enumerate(rows)]


def _words(text: str) -> list[str]:
    """Words with the blank before them; Han characters one by one."""
    words, word = [], ""
    for one in text:
        if one == " " or ord(one) > 0x2E7F:
            words.append(word)
            word = one
        else:
            word += one
    return [one for one in [*words, word] if one]
