"""A draft states no more than its pages; a file of events is added to, never written over."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import InputError
from analytics.events import load_events
from analytics.events.articles import append_draft, as_yaml, draft_event, read_article
from analytics.events.records import Event
from analytics.recorded import recorded_folder

EXAMPLES = recorded_folder().path / "examples"
ENGLISH, CHINESE = (read_article(EXAMPLES / f"meta_chip.{end}") for end in ("html", "txt"))


def own(head="March 11, 2025, 4:30 p.m. ET"):
    """A page of an agency with its own report."""
    lead = "MENLO PARK, March 11 (Reuters) - Meta said on Tuesday that it builds a chip."
    return read_article(
        f"Meta builds a chip\nReuters\n{head}\n\n{lead} TSMC will make it next year.\n\n"
        "The chip is meant for its own data centres, the firm said, and not for sale to others."
    )


def test_two_pages_of_one_story_are_one_event_with_two_sources():
    draft = draft_event(ENGLISH, CHINESE)
    assert (draft.date, draft.status, draft.original_source) == (
        dt.date(2025, 3, 11),
        "draft",
        "Reuters",
    )
    assert [one.article for one in draft.sources] == ["meta_chip.html", "meta_chip.txt"]
    assert set(draft.tickers) == {"META", "NVDA", "2330.TW", "TSM"}
    assert all(one.expected is None for one in draft.companies)
    assert "The pages differ on publication" in draft.notes


def test_a_story_that_another_outlet_had_first_is_known_to_the_day():
    draft = draft_event(ENGLISH)
    assert (draft.precision, draft.time_confirmed) == ("day", False)
    assert draft.not_after == dt.datetime(2025, 3, 11, 13, 40, tzinfo=dt.UTC)
    assert draft.published_at <= draft.not_after


def test_an_agency_that_publishes_its_own_report_gives_the_minute():
    draft = draft_event(own())
    assert (draft.precision, draft.time_confirmed) == ("minute", True)
    assert draft.published_at == dt.datetime(2025, 3, 11, 20, 30, tzinfo=dt.UTC)


def test_a_minute_whose_zone_was_assumed_is_unconfirmed():
    page = (EXAMPLES / "meta_chip.txt").read_text(encoding="utf-8")
    wire = page.replace("範例財經", "中央社").replace("〔編譯報導〕路透週二(11日)引述", "(中央社)")
    draft = draft_event(read_article(wire))
    assert (draft.precision, draft.time_confirmed) == ("minute", False)
    assert "assumed" in draft.sources[0].note


def test_a_stamp_of_a_page_whose_source_is_unknown_is_an_upper_bound():
    page = (EXAMPLES / "meta_chip.txt").read_text(encoding="utf-8")
    draft = draft_event(read_article(page.replace("〔編譯報導〕路透週二(11日)引述", "據悉,")))
    assert (draft.precision, draft.time_confirmed) == ("day", False)
    assert draft.not_after == dt.datetime(2025, 3, 11, 14, 15, tzinfo=dt.UTC)


def test_a_day_that_the_pages_rule_out_needs_insistence():
    with pytest.raises(InputError, match="the page rules it out"):
        draft_event(ENGLISH, day=dt.date(2025, 3, 14))
    forced = draft_event(ENGLISH, day=dt.date(2025, 3, 14), anyway=True)
    assert "day 2025-03-14 given by a person" in forced.evidence
    assert forced.grades == {"date": "low"}


def test_another_account_of_a_recorded_event_is_no_other_news_beside_it():
    import analytics as ma

    draft = draft_event(ENGLISH, recorded=load_events())
    assert draft.same_as == "reuters-meta-training-chip-2025-03-11"
    for event, there in ((draft, False), (draft.model_copy(update={"same_as": ""}), True)):
        words = ma.align(event, ma.load_market()).observations["confounded_by"]
        assert words.str.contains("reuters-meta-training-chip").any() == there


def test_a_page_without_a_story_gives_no_draft():
    for text in ("", "Home\nMenu\nSign in"):
        with pytest.raises(InputError, match="nothing to draft"):
            draft_event(read_article(text), day=dt.date(2025, 3, 11))


def test_an_open_day_must_be_chosen():
    page = read_article(
        "Meta builds a chip\n\nMeta said that it builds a chip, which TSMC will make."
    )
    with pytest.raises(InputError, match="the day of the story is open"):
        draft_event(page)
    assert draft_event(page, day=dt.date(2025, 3, 11)).grades == {"date": "low"}


def test_different_stories_are_not_drawn_together():
    other = read_article(
        "Boeing recalls jets\n3 May 2024\n\n"
        "Boeing said on Friday that it recalls forty of its jets.\n\n"
        "The regulator had asked for it, the firm said, and no passenger was ever in danger."
    )
    with pytest.raises(InputError, match="not the same story"):
        draft_event(ENGLISH, other)


def test_a_draft_is_added_behind_what_is_there(tmp_path):
    path = tmp_path / "mine.yaml"
    append_draft(draft_event(ENGLISH), path)
    before = path.read_bytes()
    path.chmod(0o640)
    append_draft(draft_event(own(), event_id="second"), path, anyway=True)
    after = path.read_bytes()
    assert after.startswith(before)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.id for one in load_events(path)] == ["reuters-meta-2025-03-11", "second"]
    assert [one.name for one in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("- id: a\n  title: [broken", "not readable as YAML"),
        ("just words", "expected a list of events"),
        ("- {id: a, title: x}\n", "published_at"),
    ],
)
def test_a_file_that_is_no_list_of_events_is_left_as_it_is(tmp_path, old, words):
    path = tmp_path / "mine.yaml"
    path.write_text(old, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        append_draft(draft_event(ENGLISH), path)
    assert path.read_text(encoding="utf-8") == old


def test_the_same_story_is_not_added_twice(tmp_path):
    path = tmp_path / "mine.yaml"
    append_draft(draft_event(ENGLISH), path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="is there already"):
        append_draft(draft_event(ENGLISH), path)
    with pytest.raises(InputError, match="same day and names the same firms"):
        append_draft(draft_event(CHINESE, event_id="other"), path)
    assert path.read_bytes() == before


def test_only_yaml_is_added_to(tmp_path):
    with pytest.raises(InputError, match="drafts are added to a"):
        append_draft(draft_event(ENGLISH), tmp_path / "mine.csv")
    with pytest.raises(InputError, match="cannot write there"):
        append_draft(draft_event(ENGLISH), tmp_path / "nowhere" / "mine.yaml")


def test_drafts_from_several_processes_are_all_there(tmp_path):
    path = tmp_path / "mine.yaml"
    code = """
import sys
from analytics.events.articles import append_draft, draft_event, read_article
event = draft_event(read_article(sys.argv[1]), event_id=sys.argv[3])
append_draft(event, sys.argv[2], anyway=True)
"""
    page = str(EXAMPLES / "meta_chip.html")
    runs = [
        subprocess.Popen([sys.executable, "-c", code, page, str(path), f"draft-{k}"])
        for k in range(4)
    ]
    done = [f"draft-{k}" for k, run in enumerate(runs) if run.wait(60) == 0]
    assert sorted(one.id for one in load_events(path)) == done
    assert done == ["draft-0", "draft-1", "draft-2", "draft-3"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_of_a_page_comes_back_from_the_file(title, notes):
    clean = "".join(one for one in title if one.isprintable()).strip() or "x"
    event = Event.model_validate(
        {
            "id": "a-1",
            "title": clean,
            "published_at": "2025-03-11T10:00:00Z",
            "notes": "".join(one for one in notes if one.isprintable()),
            "status": "draft",
        }
    )
    [record] = yaml.safe_load(as_yaml(event))
    assert record["title"] == clean
    assert Event.model_validate(record) == event


@pytest.mark.parametrize(
    "old",
    [
        "# my events\n",
        "events:\n  - id: mine\n    title: Mine\n    published_at: 2024-05-03\n",
        "- id: mine\n  title: Mine\n  published_at: 2024-05-03",
        "- id: mine\r\n  title: Mine\r\n  published_at: 2024-05-03\r\n",
        "\ufeff- id: mine\n  title: Mine\n  published_at: 2024-05-03\n",
    ],
)
def test_a_draft_fits_into_files_as_people_write_them(tmp_path, old):
    path = tmp_path / "mine.yaml"
    path.write_bytes(old.encode())
    append_draft(draft_event(ENGLISH), path)
    content = path.read_bytes()
    assert content.startswith(old.encode())
    assert content.count(b"\r\n") in (0, content.count(b"\n"))
    ids = [one.id for one in load_events(path)]
    assert ids == [*(["mine"] if "mine" in old else []), "reuters-meta-2025-03-11"]


def test_wrong_kinds_are_named():
    with pytest.raises(InputError, match="expected what read_article gives"):
        draft_event("a page")
    with pytest.raises(InputError, match="expected a datetime"):
        draft_event(ENGLISH, day="2025-03-11")
    with pytest.raises(InputError, match="expected an Event"):
        append_draft("x", "mine.yaml")


def test_an_open_day_may_come_from_the_recorded_event_and_says_so():
    page = (EXAMPLES / "meta_chip.txt").read_text(encoding="utf-8")
    page = page.replace("發布時間:2025-03-11 22:15  ", "")
    with pytest.raises(InputError, match="the day of the story is open"):
        draft_event(read_article(page))
    draft = draft_event(read_article(page), recorded=load_events())
    assert (str(draft.date), draft.grades) == ("2025-03-11", {"date": "low"})
    assert draft.evidence.startswith("day of reuters-meta-training-chip-2025-03-11, of which")
