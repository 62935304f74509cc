"""Two pages are one story, or not; a page may report a recorded event; nothing is smoothed."""

from __future__ import annotations

from itertools import combinations

import pytest

from analytics.events import load_events
from analytics.events.articles import propose, read_article, same_story
from analytics.recorded import recorded_folder
from tests.events.articles.corpus import pages

EXAMPLES = recorded_folder().path / "examples"


def test_the_pairs_of_the_corpus_and_no_others_are_the_same_story():
    told = {one.name: (one.answers["story"], one.article) for one in pages()}
    wrong = []
    for (one, (story, a)), (two, (other, b)) in combinations(told.items(), 2):
        match = same_story(a, b)
        if match.same != (story == other):
            wrong.append((one, two, match.score, match.reasons))
    assert wrong == []
    assert sum(a == b for (a, _), (b, _) in combinations(told.values(), 2)) == 6


def test_the_order_of_two_pages_does_not_matter():
    for one, two in combinations(pages()[:12], 2):
        ahead, back = same_story(one.article, two.article), same_story(two.article, one.article)
        assert ahead.score == pytest.approx(back.score)
        assert ahead.days == back.days


def test_different_days_rule_a_match_out():
    first = read_article(EXAMPLES / "meta_chip.html")
    later = (EXAMPLES / "meta_chip.html").read_text(encoding="utf-8")
    second = read_article(later.replace("March 11, 2025", "April 15, 2025"))
    match = same_story(first, second)
    assert (match.score, match.same) == (0.0, False)
    assert match.reasons == ("different days: 2025-03-11 and 2025-04-15",)


def test_what_two_pages_say_differently_is_kept():
    first = read_article(EXAMPLES / "meta_chip.html")
    text = (EXAMPLES / "meta_chip.txt").read_text(encoding="utf-8").replace("650億", "600億")
    match = same_story(first, read_article(text))
    about = {one.about: (one.first, one.second) for one in match.disagreements}
    assert about["publication"] == ("2025-03-11 09:40:00-04:00", "2025-03-11 22:15:00+08:00")
    assert "more than a fifth" in about["price"][0]
    assert "五分之一" in about["price"][1]


def test_a_sum_that_differs_among_the_same_words_is_kept():
    text = (EXAMPLES / "meta_chip.txt").read_text(encoding="utf-8")
    match = same_story(read_article(text), read_article(text.replace("650億", "600億")))
    sums = [(one.first, one.second) for one in match.disagreements if one.about == "sum"]
    assert sums == [("650億美元", "600億美元")]


def test_the_examples_report_the_recorded_event():
    for name in ("meta_chip.html", "meta_chip.txt"):
        best = propose(read_article(EXAMPLES / name), load_events())[0]
        assert best.event.id == "reuters-meta-training-chip-2025-03-11"


def test_no_page_of_the_corpus_is_taken_for_a_recorded_event_of_other_firms():
    events = load_events()
    for one in pages():
        for proposal in propose(one.article, events)[:1]:
            assert set(one.article.tickers) & set(proposal.event.tickers)
