"""What the command line says of pages that were read.

In: articles and the events that are recorded. Out: lines of text, or one document. It must not find
anything out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from analytics.events import Event, EventTable
from analytics.events.articles import (
    SAME,
    Article,
    Proposal,
    StoryMatch,
    propose,
    same_story,
)

NEAR = 1.5  # points behind the likeliest recorded event within which others are shown


def article_record(article: Article, events: EventTable) -> dict[str, Any]:
    """One page as a document, with the recorded events that it may report."""
    record = article.to_dict()
    likely = likeliest(article, events)
    record["recorded_events"] = [_proposal_record(one) for one in likely]
    record["date_evidence"] += [
        {
            "dates": [str(one.event.date)],
            "text": one.event.title,
            "kind": "recorded event",
            "where": None,
            "note": f"if the page reports {one.event.id}: {'; '.join(one.match.reasons)}",
        }
        for one in likely
    ]
    return record


def likeliest(article: Article, events: EventTable) -> tuple[Proposal, ...]:
    """The recorded events that a page may report: the likeliest and those close behind it."""
    found = propose(article, events)
    return tuple(one for one in found if one.match.score > found[0].match.score - NEAR)


def _proposal_record(one: Proposal) -> dict[str, Any]:
    return {
        "event_id": one.event.id,
        "title": one.event.title,
        "date": str(one.event.date),
        "score": one.match.score,
        "reasons": list(one.match.reasons),
    }


def articles_record(articles: Sequence[Article], events: EventTable) -> dict[str, Any]:
    """Several pages as one document, with what is said of each two of them."""
    return {
        "articles": [article_record(one, events) for one in articles],
        "stories": [
            {
                "files": [one.sheet.name, two.sheet.name],
                "same_story": match.same,
                "score": match.score,
                "reasons": list(match.reasons),
                "days": [str(day) for day in match.days],
                "disagreements": [
                    {"about": d.about, "first": d.first, "second": d.second}
                    for d in match.disagreements
                ],
            }
            for one, two, match in pairs(articles)
        ],
    }


def pairs(articles: Sequence[Article]) -> list[tuple[Article, Article, StoryMatch]]:
    """Every two pages and how alike they are."""
    return [(one, two, same_story(one, two)) for one, two in combinations(articles, 2)]


def article_lines(article: Article, events: EventTable) -> str:
    """One page as text: what it says, what is missing, which recorded event it may be."""
    lines = [f"{'file':<18}{article.sheet.name}", repr(article)]
    likely = likeliest(article, events)
    for row, one in enumerate(likely):
        name = "perhaps recorded" if row == 0 else ""
        lines.append(f"{name:<18}{one.event.id}: {one.event.title}")
        lines.append(f"{'':<18}  {'; '.join(one.match.reasons)}")
    return "\n".join(lines)


def pair_lines(articles: Sequence[Article]) -> str:
    """What is said of each two pages."""
    lines = []
    for one, two, match in pairs(articles):
        verdict = "the same story" if match.same else "different stories"
        score = f"{match.score:.1f} points, {SAME} are needed"
        lines.append(f"{one.sheet.name} and {two.sheet.name}: {verdict} ({score})")
        lines += [f"  {reason}" for reason in match.reasons]
        lines += [
            f"  they differ on {d.about}: {d.first} | {d.second}" for d in match.disagreements
        ]
    return "\n".join(lines)


def draft_lines(event: Event, text: str, path: str) -> str:
    """What was added to a file of events, and what to do with it."""
    return (
        f"added to {path} as a draft:\n\n{text}\n"
        f"check it, then: analytics study {event.id} --events {path}"
    )
