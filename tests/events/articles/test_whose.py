"""Whom a sentence is about, where several firms are named in it."""

from __future__ import annotations

import pytest

from analytics.events.articles.marked import Marked
from analytics.events.articles.page import Mention, Place, line
from analytics.events.articles.subjects import Subject
from analytics.events.articles.whose import Said, first_named

FIRMS = ("Acme", "Zeta", "阿美", "泽塔")


def marked(text):
    found = [
        Mention(one, one, Place(1, text.index(one), text.index(one) + len(one)))
        for one in FIRMS
        if one in text
    ]
    return Marked.of(line(1, text), found)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Acme sells to Zeta.", "Acme"),
        ("It will not last, say analysts at Acme about Zeta.", "Zeta"),
        ("阿美供货给泽塔。", "阿美"),
        ("阿美指出,泽塔产能满载。", "泽塔"),
        ("给阿美供货的泽塔开工。", "泽塔"),
        ("阿美的分析师调高目标。", None),
    ],
)
def test_who_is_quoted_or_served_is_not_what_a_sentence_is_about(text, who):
    line_marks = marked(text)
    found = first_named(line_marks, (0, len(text)))
    assert (found and found.kind) == who


def test_a_listing_behind_a_name_is_a_share_and_a_market_by_itself_is_none():
    own = marked("阿美A股涨3%,港股跌1%。")
    assert [one.kind for one in own.nouns] == ["price", "price"]
    assert own.groups == []
    assert [one.kind for one in marked("港股跌1%,阿美不变。").groups] == ["港股"]


def test_the_company_is_the_firm_named_last_else_that_of_the_page():
    near, main = Subject(("zeta",)), Subject(("acme",))
    assert Said(near, age=1, main=main).meant == near
    assert Said(near, age=2, main=main).meant == main
    assert Said(near, age=9).meant == near
