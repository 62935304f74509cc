"""A table of events: order, ids, filters, words."""

from __future__ import annotations

import datetime as dt

import pytest

import analytics as ma
from analytics.errors import InputError, UnknownNameError

EVENTS = ma.load_events()


def test_events_stand_in_order_of_publication():
    moments = [event.published_at for event in EVENTS]
    assert moments == sorted(moments)
    assert ma.EventTable(reversed(list(EVENTS))).events == EVENTS.events


def test_an_unknown_id_is_refused_with_the_nearest_ones():
    with pytest.raises(UnknownNameError, match="did you mean deepseek-shock-2025-01-27"):
        EVENTS["deepseek-shock-2025-01-28"]
    with pytest.raises(KeyError):
        EVENTS["deepseek"]
    assert "deepseek-shock-2025-01-27" in EVENTS
    assert "deepseek" not in EVENTS


@pytest.mark.parametrize("day", ["2025-01-27", dt.date(2025, 1, 27)])
def test_before_and_after_leave_the_day_itself_out(day):
    before, after = EVENTS.filter(before=day), EVENTS.filter(after=day)
    on_the_day = [event for event in EVENTS if event.date == dt.date(2025, 1, 27)]
    assert len(before) + len(after) + len(on_the_day) == len(EVENTS)
    assert max(event.date for event in before) < dt.date(2025, 1, 27)
    assert min(event.date for event in after) > dt.date(2025, 1, 27)


def test_filters_combine():
    chips = EVENTS.filter(category="inhouse_chip_report", ticker="META")
    expected = {
        event.id
        for event in EVENTS
        if event.category == "inhouse_chip_report" and "META" in event.tickers
    }
    assert {event.id for event in chips} == expected
    assert expected
    several = EVENTS.filter(category=["inhouse_chip_report", "export_control"])
    assert {event.category for event in several} == {"inhouse_chip_report", "export_control"}
    assert len(EVENTS.filter(category=[])) == 0


def test_several_tickers_are_not_one():
    with pytest.raises(InputError, match="ticker="):
        EVENTS.filter(ticker=["NVDA", "META"])


def test_the_day_of_a_filter_is_the_day_where_the_news_came():
    moment = dt.datetime(2025, 3, 11, 23, tzinfo=dt.UTC)
    event = ma.Event(id="a", title="t", published_at=moment, zone="Asia/Taipei")
    assert len(ma.EventTable([event]).filter(after="2025-03-11")) == 1


def test_a_day_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"after='spring': expected a date such as 2025-01-27"):
        EVENTS.filter(after="spring")


def test_words_mark_unconfirmed_times():
    text = repr(EVENTS)
    assert text.startswith("44 events, 2022-08-31 to 2025-11-")
    assert "2023-04-18 ? info-msft-athena-2023-04-18" in text
    assert "? the clock time is not confirmed by a source at hand" in text
    assert repr(ma.EventTable()) == "EventTable(no events)"


def test_titles_are_escaped_on_a_page():
    event = ma.Event(id="a", title="<script>x</script>", published_at="2025-01-27T09:00Z")
    page = ma.EventTable([event])._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
