"""The story is told from what stands around it, with a stated confidence."""

from __future__ import annotations

import pytest

from analytics.events.articles import read_article
from analytics.events.articles.body import separate
from analytics.events.articles.furniture import is_hard_heading, is_legal, is_masked, is_prose
from analytics.events.articles.page import line
from tests.events.articles.corpus import pages

STORY = """\
Helix builds a plant for power chips

By Ann Example
3 March 2025

Helix Semiconductors said on Monday that it will build a plant for power chips in Dresden.

The plant costs two billion euros and will employ nine hundred people when it opens in 2028.

Nothing is signed yet, and the firm has asked the state for help with the site and the water.
"""
AROUND = """\
Related stories

Intel sells a plant for $3 billion, and the buyer says that it will close the site at once.
Samsung fell 4 % on 28 February 2025 after the report of its rival, which was better than expected.

Disclaimer
Information on this site is not investment advice. Updated 6 January 2023 by Morningstar, Inc.
Jobs: process engineer W** Hsinchu
"""


def numbered(text):
    rows = text.splitlines()
    return [line(number, row) for number, row in enumerate(rows, start=1) if row.strip()]


def test_the_story_and_its_headline_without_what_follows():
    parts = separate(numbered(STORY + "\n" + AROUND))
    assert parts.title.text == "Helix builds a plant for power chips"
    assert [one.text.split()[0] for one in parts.body] == ["Helix", "The", "Nothing"]
    assert parts.confidence == "high"
    left_out = {number for one in parts.noise for number in range(one.first, one.last + 1)}
    assert not left_out & {one.number for one in (*parts.story, *parts.head)}
    assert len(left_out) + len(parts.story) + len(parts.head) >= len(numbered(STORY + AROUND))


def test_nothing_around_the_story_reaches_the_output():
    article = read_article(AROUND.replace("Related", "More") + "\n" + STORY + "\n" + AROUND)
    told = repr(article) + str(article.to_dict())
    for one in ("Intel", "INTC", "Samsung", "005930", "Morningstar", "W**", "2023-01-06"):
        assert one not in told
    assert "2025-02-28" not in told
    assert [one.name for one in article.organisations] == ["Helix Semiconductors"]


def test_a_box_of_related_stories_in_the_middle_does_not_cut_the_story():
    first, second = STORY.rstrip().rsplit("\n\n", 1)
    box = "Read more\nIntel sells a plant\nSamsung cuts prices"
    more = (
        "The plant for power chips in Dresden would be the first that Helix runs in Europe, "
        "it said.\n\n"
        "The firm said on Monday that people will be hired when the state has agreed to the site."
    )
    parts = separate(numbered(f"{first}\n\n{second}\n\n{box}\n\n{more}"))
    told = " ".join(one.text for one in parts.body)
    assert "hired when" in told
    assert "Intel" not in told


@pytest.mark.parametrize(
    "text",
    [
        *("Related", "延伸阅读", "猜你喜欢", "相关新闻", "热门搜索", "免责声明", "Most read today"),
        *("12 comments", "Jobs at Helix", "最新简历", "You may also like"),
    ],
)
def test_headings_of_other_matter(text):
    assert is_hard_heading(line(1, text))


@pytest.mark.parametrize(
    ("text", "prose", "legal"),
    [
        ("Helix said on Monday that it will build a plant.", True, False),
        ("輝達表示,新晶片將於年底量產,並由台積電代工。", True, False),
        ("© 2025 Ledger. All rights reserved. Nothing here is investment advice.", True, True),
        ("本網站資訊僅供參考,不構成任何投資建議。", True, True),
        ("Home Markets Chips Sign in", False, True),
        ("Helix said on Monday that it will build a plant for power ...", False, False),
    ],
)
def test_what_is_prose_and_what_is_legal(text, prose, legal):
    assert (is_prose(line(1, text)), is_legal(line(1, text))) == (prose, legal)


def test_a_hidden_name_is_seen():
    assert is_masked(line(1, "王** 新竹 製程工程師"))
    assert not is_masked(line(1, "Nvidia fell 17%"))


def test_the_confidence_that_is_stated_is_earned_on_the_corpus():
    high = [one for one in pages() if one.article.parts.confidence == "high"]
    assert len(high) >= 30
    wrong = [
        one.name
        for one in high
        if any(text in _body(one) for text in map(str, one.answers.get("forbidden") or ()))
    ]
    assert wrong == []


def _body(read):
    return "\n".join(one.text for one in read.article.parts.body)


def test_a_headline_none_of_whose_words_recur_is_still_the_longest_line_above():
    text = (
        "从断供传闻到股价跳水:一家设备商的两天\n2025年9月23日 08:12\n来源:财联社\n\n"
        "周一晚间,有消息称荷兰政府正考虑收紧光刻机的维修许可,阿斯麦回应称没有收到任何通知。\n\n"
        "知情人士表示,新规最早可能在十月出台,涉及大约二十亿欧元的服务收入,公司不予置评。\n"
    )
    parts = separate(numbered(text))
    assert parts.title.text.startswith("从断供传闻")
