"""From a messy page to a dated event: what is there, where, and what is missing.

::

    file, bytes, text --> Sheet --> Page --> Parts --+--> dates, outlets, organisations, roles
       (intake)        (markup,   (body,             +--> amounts, market claims, category
                        reading)   furniture)        |
                                                     +--> Article --> draft Event, same story
"""

from analytics.events.articles.article import Article, read_article
from analytics.events.articles.drafts import append_draft, as_yaml, draft_event
from analytics.events.articles.market_claims import draft_claim
from analytics.events.articles.stories import (
    SAME,
    Disagreement,
    Proposal,
    StoryMatch,
    propose,
    same_story,
)

__all__ = [
    "SAME",
    "Article",
    "Disagreement",
    "Proposal",
    "StoryMatch",
    "append_draft",
    "as_yaml",
    "draft_claim",
    "draft_event",
    "propose",
    "read_article",
    "same_story",
]
