"""Who a story names: firms with all their listings, public bodies, and how often.

In: the lines of a story and the names that are known. Out: one `Organisation` for each firm or
body, in order of weight, and every place where it is named. It must not know the rest of the
page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.events.articles.mentions import Stranger, find_named
from analytics.events.articles.page import Line, Mention, Place
from analytics.events.articles.roles import Role, find_roles
from analytics.names import Names

STRONG = {"competitor_or_incumbent": 2}  # dependence and rivalry are what such news is about
TITLE_WEIGHT = 3  # mentions that a place in the headline is worth, for the order


@dataclass(frozen=True)
class Organisation:
    """A firm or a public body that a story names.

    Attributes
    ----------
    id, name, name_zh : str
    kind : {"firm", "body"}
    tickers : tuple of str
        All listings of the firm; empty for a private firm or a public body.
    mentions : int
        In headline and body; tickers beside a name are not counted again.
    spellings : tuple of str
        As written, each once.
    first : Place
        Where it is named first.
    in_title : bool
    roles : tuple of Role
        Hints, with the words that give them.
    known : bool
        Whether it is in the list of names; a firm that is not shows itself by a ticker or by its
        legal form.
    assumed : tuple of str
        Tickers whose exchange was told from the number alone.
    """

    id: str
    name: str
    kind: str
    tickers: tuple[str, ...]
    mentions: int
    spellings: tuple[str, ...]
    first: Place
    name_zh: str = ""
    in_title: bool = False
    roles: tuple[Role, ...] = ()
    known: bool = True
    assumed: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """The role hinted at most often; ``subject`` where it is in the headline and none is."""
        counts: Counter[str] = Counter()
        for one in self.roles:
            counts[one.name] += STRONG.get(one.name, 1)
        if self.kind == "body":
            return "regulator"
        if counts:
            role, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
            few = count * 4 < self.mentions  # a passing hint does not outweigh what it is about
            if not (self.in_title and few):
                return role
        return "subject" if self.in_title else "mentioned"


def find_organisations(
    lines: Sequence[Line], names: Names, *, title: Line | None = None
) -> tuple[tuple[Organisation, ...], tuple[Mention, ...]]:
    """Firms and public bodies of a story.

    Parameters
    ----------
    lines : sequence of Line
        Headline and body.
    names : Names
    title : Line, optional
        The headline among them.

    Returns
    -------
    tuple of Organisation
        Those of the headline and the most mentioned first.
    tuple of Mention
        Every place where one of them is named, by the id of the organisation.
    """
    named = find_named(lines, names)
    places: dict[str, list[Mention]] = {}
    for one in named.mentions:
        places.setdefault(one.organisation, []).append(one)
    roles: dict[str, list[Role]] = {}
    for who, role in find_roles(lines, named.mentions):
        roles.setdefault(who, []).append(role)
    head = title.number if title is not None else None
    found = {
        who: Organisation(
            **_facts(who, names, named.strangers.get(who.partition(":")[2], Stranger())),
            mentions=len(mentions),
            spellings=tuple(dict.fromkeys(one.text for one in mentions)),
            first=mentions[0].place,
            in_title=any(one.place.line == head for one in mentions),
            roles=tuple(roles.get(who, ())),
        )
        for who, mentions in places.items()
    }
    ordered = sorted(
        found.values(), key=lambda one: (-(one.mentions + TITLE_WEIGHT * one.in_title), one.first)
    )
    return tuple(ordered), tuple(
        Mention(found[one.organisation].id, one.text, one.place) for one in named.mentions
    )


def _facts(who: str, names: Names, stranger: Stranger) -> dict[str, Any]:
    """What is known of an organisation before the story is read."""
    kind, _, key = who.partition(":")
    if kind == "firm":
        firm = names.firms[key]
        facts = {"id": key, "name": firm.name, "name_zh": firm.name_zh, "kind": kind}
        return {**facts, "tickers": firm.listings}
    if kind == "body":
        body = names.bodies[key]
        return {"id": key, "name": body.name, "name_zh": body.name_zh, "kind": kind, "tickers": ()}
    return {
        "id": key,
        "name": key,
        "kind": stranger.kind,
        "tickers": stranger.tickers,
        "assumed": stranger.assumed,
        "known": False,
    }
