"""The five real pages, where they lie beside the project; their sentences are not in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.events import load_events
from analytics.events.articles import draft_event, propose, read_article, same_story

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "articles"
FOUND = {path.name[:3]: path for path in sorted(FOLDER.glob("*.txt"))}


def articles():
    if not FOUND:
        return {}
    return {name: read_article(path) for name, path in FOUND.items()}


ARTICLES = articles()
here = pytest.mark.skipif(not ARTICLES, reason="the five pages do not lie beside this checkout")


def names(article):
    return {one.name for one in article.organisations}


@here
def test_two_pages_become_one_event():
    match = same_story(ARTICLES["000"], ARTICLES["001"])
    assert match.same
    assert [str(day) for day in match.days] == ["2025-03-11"]
    event = draft_event(ARTICLES["000"], ARTICLES["001"])
    assert (str(event.date), len(event.sources)) == ("2025-03-11", 2)
    wordings = {(one.wording, one.size) for a in ("000", "001") for one in ARTICLES[a].claims}
    assert ("more than", 0.2) in wordings
    assert any(one.about == "price" for one in match.disagreements)


@here
def test_no_other_two_are_the_same_story():
    for one in ARTICLES:
        for two in ARTICLES:
            if one < two and (one, two) != ("000", "001"):
                assert not same_story(ARTICLES[one], ARTICLES[two]).same, (one, two)


@here
@pytest.mark.parametrize(
    ("name", "event_id"),
    [
        ("000", "reuters-meta-training-chip-2025-03-11"),
        ("001", "reuters-meta-training-chip-2025-03-11"),
        ("002", "meta-mtia-v1-2023-05-18"),
        ("003", "reuters-openai-tapeout-2025-02-10"),
        ("004", "info-alibaba-baidu-2025-09-11"),
    ],
)
def test_each_page_reports_its_recorded_event(name, event_id):
    assert propose(ARTICLES[name], load_events())[0].event.id == event_id


@here
def test_organisations_of_the_pages():
    assert "TSMC" not in names(ARTICLES["002"])
    assert {"OpenAI", "TSMC", "Broadcom", "NVIDIA"} <= names(ARTICLES["003"])
    assert {"Alibaba", "Baidu", "NVIDIA", "TSMC", "SMIC", "Samsung"} == names(ARTICLES["004"])
    assert (
        {"Meta", "NVIDIA", "TSMC", "DeepSeek"} == names(ARTICLES["000"]) == names(ARTICLES["001"])
    )
    for name in ("000", "001", "003", "004"):
        assert {"2330.TW", "TSM"} <= set(ARTICLES[name].tickers)


@here
def test_days_of_the_pages():
    assert "2025-03-11" in [str(day) for day in ARTICLES["000"].dating.days]
    assert len(ARTICLES["000"].dating.days) > 1
    assert "event_date" in ARTICLES["000"].missing
    assert ARTICLES["001"].dating.published.isoformat() == "2025-03-11T21:00:05+08:00"
    assert ARTICLES["003"].dating.published.isoformat() == "2025-02-11T17:03:15+08:00"
    assert "assumed" not in ARTICLES["003"].dating.zone
    assert ARTICLES["003"].dating.assumed


@here
def test_nothing_from_around_the_stories_is_printed():
    for name, article in ARTICLES.items():
        told = json.dumps(article.to_dict(), ensure_ascii=False) + repr(article)
        for text in ("**", "2023-01-06", "2024-11", "2025-05", "LVMH", "Morningstar", "OPPO"):
            assert text not in told, (name, text)


@here
@pytest.mark.parametrize(
    ("name", "day"), [("000", "2025-03-11"), ("002", "2023-05-18"), ("004", "2025-09-11")]
)
def test_a_page_without_its_day_takes_that_of_the_recorded_event(name, day):
    draft = draft_event(ARTICLES[name], recorded=load_events())
    assert (str(draft.date), draft.grades["date"]) == (day, "low")
    assert draft.same_as
