"""From a time stamp to a session: the rule, the recorded events, the awkward days."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from functools import cache
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.study.sessions import place
from tests.study.oracles import REFERENCE

NEW_YORK, TAIPEI = ZoneInfo("America/New_York"), ZoneInfo("Asia/Taipei")
MARKET = ma.load_market()
CALENDARS = {"XNYS": MARKET.calendars["NVDA"], "XTAI": MARKET.calendars["2330.TW"]}

moments = st.datetimes(
    dt.datetime.fromisoformat("2022-01-05"),
    dt.datetime.fromisoformat("2025-12-30"),
    timezones=st.just(dt.UTC),
)
codes = st.sampled_from(sorted(CALENDARS))


def news(moment, **fields):
    company = [{"ticker": "NVDA"}, {"ticker": "2330.TW"}]
    return ma.Event(id="x", title="x", published_at=moment, companies=company, **fields)


def session(moment, code):
    (only,) = place(news(moment), CALENDARS[code]).candidates
    return f"{only:%Y-%m-%d}"


def utc(stamp):
    return pd.Timestamp(stamp).tz_localize("UTC")


@given(moments, codes)
def test_session_is_the_first_whose_close_lies_after_the_news(moment, code):
    """Counted off one by one, from the front."""
    calendar = CALENDARS[code]
    row = next(k for k, close in enumerate(calendar.closes) if utc(close) > moment)
    placement = place(news(moment), calendar)
    assert placement.row == row
    assert placement.candidates == (calendar.sessions[row],)
    assert placement.gap_days >= 0


@given(st.integers(50, 900), codes, st.sampled_from([-1, 0, 1]))
def test_news_at_the_close_counts_as_after_it(row, code, seconds):
    calendar = CALENDARS[code]
    moment = utc(calendar.closes[row]) + pd.Timedelta(seconds=seconds)
    placement = place(news(moment.to_pydatetime()), calendar)
    assert placement.row == (row if seconds < 0 else row + 1)
    assert placement.phase == ("in_session" if seconds < 0 else "after_close")
    assert placement.gap_sessions == (0 if seconds < 0 else 1)


@given(st.integers(50, 900), codes, st.sampled_from([-1, 0]))
def test_news_at_the_open_is_in_session(row, code, seconds):
    calendar = CALENDARS[code]
    moment = utc(calendar.opens[row]) + pd.Timedelta(seconds=seconds)
    placement = place(news(moment.to_pydatetime()), calendar)
    assert placement.row == row
    assert placement.phase == ("before_open" if seconds else "in_session")
    assert placement.headline_window == ((0, 0) if seconds else (0, 1))


@given(moments, st.sampled_from(["Asia/Taipei", "America/New_York", "Asia/Kathmandu"]), codes)
def test_equal_moments_in_different_zones_fall_on_the_same_session(moment, zone, code):
    elsewhere = moment.astimezone(ZoneInfo(zone))
    assert place(news(elsewhere), CALENDARS[code]) == place(news(moment), CALENDARS[code])
    written = news(elsewhere.isoformat())
    assert place(written, CALENDARS[code]) == place(news(moment), CALENDARS[code])


@given(moments, codes)
def test_day_zero_never_lies_before_the_day_of_the_news(moment, code):
    calendar = CALENDARS[code]
    local = moment.astimezone(ZoneInfo(calendar.zone)).date()
    assert place(news(moment), calendar).candidates[0].date() >= local


@given(moments, codes)
def test_phase_by_the_wall_clock_of_the_exchange(moment, code):
    calendar = CALENDARS[code]
    local = moment.astimezone(ZoneInfo(calendar.zone))
    opens, closes = {"XNYS": ("09:30", "16:00"), "XTAI": ("09:00", "13:30")}[code]
    day = pd.Timestamp(local.date())
    if day in calendar.early_closes:
        closes = "13:00"
    clock = local.time()
    if day not in calendar.sessions:
        expected = "closed"
    elif clock < dt.time.fromisoformat(opens):
        expected = "before_open"
    else:
        expected = "in_session" if clock < dt.time.fromisoformat(closes) else "after_close"
    assert place(news(moment), calendar).phase == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2024-11-29 12:59", "2024-11-29"),  # the day after Thanksgiving closes at 13:00
        ("2024-11-29 13:00", "2024-12-02"),
        ("2024-11-29 13:30", "2024-12-02"),
        ("2024-07-03 13:30", "2024-07-05"),
        ("2025-01-08 16:00", "2025-01-10"),  # closed on the 9th, a day of mourning
        ("2025-01-09 10:00", "2025-01-10"),
        ("2025-01-17 16:30", "2025-01-21"),  # a long weekend
        ("2025-03-07 15:59", "2025-03-07"),  # winter time
        ("2025-03-10 15:59", "2025-03-10"),  # summer time, an hour earlier in UTC
        ("2025-03-10 16:00", "2025-03-11"),
        ("2025-10-31 16:00", "2025-11-03"),
        ("2025-11-03 15:59", "2025-11-03"),
    ],
)
def test_new_york_by_its_own_clock(local, expected):
    moment = dt.datetime.fromisoformat(local).replace(tzinfo=NEW_YORK)
    assert session(moment, "XNYS") == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2024-10-30 13:29", "2024-10-30"),
        ("2024-10-30 13:30", "2024-11-01"),  # no session on the 31st: a typhoon
        ("2024-10-31 10:00", "2024-11-01"),
        ("2022-02-04 10:00", "2022-02-07"),  # settlement only
        ("2023-01-18 10:00", "2023-01-30"),  # settlement only
        ("2025-01-22 13:29", "2025-01-22"),
        ("2025-01-22 13:30", "2025-02-03"),  # over Lunar New Year
        ("2025-01-27 17:00", "2025-02-03"),
        ("2024-07-24 09:00", "2024-07-26"),  # two typhoon days
    ],
)
def test_taipei_by_its_own_clock(local, expected):
    moment = dt.datetime.fromisoformat(local).replace(tzinfo=TAIPEI)
    assert session(moment, "XTAI") == expected


def test_a_daylight_saving_change_moves_the_close_by_an_hour_in_utc():
    closes = pd.Series(CALENDARS["XNYS"].closes, index=CALENDARS["XNYS"].sessions).dt.hour
    assert closes[["2025-03-07", "2025-03-10", "2025-10-31", "2025-11-03"]].tolist() == [
        21,
        20,
        20,
        21,
    ]


@cache
def looked_up():
    rows: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    with (REFERENCE / "event_sessions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["event_id"], row["calendar"]] = row
    return dict(rows)


def test_every_recorded_event_has_a_looked_up_session_on_both_exchanges():
    assert {event_id for event_id, _ in looked_up()} == {event.id for event in ma.load_events()}
    assert len(looked_up()) == 2 * 44


@pytest.mark.parametrize("key", looked_up(), ids="-".join)
def test_recorded_events_fall_on_the_looked_up_session(key):
    known = looked_up()[key]
    event = ma.load_events()[key[0]]
    placement = place(event, CALENDARS[key[1]])
    found = [f"{one:%Y-%m-%d}" for one in placement.candidates]
    assert placement.phase == known["phase"]
    assert known["session"] in found
    if known["alternatives"]:
        assert found == known["alternatives"].split()
    elif event.precision != "day":
        assert found == [known["session"]]


def test_first_sessions_gives_one_row_per_event_and_exchange():
    frame = ma.first_sessions(ma.load_events(), MARKET)
    assert len(frame) == 88
    row = frame.loc[("reuters-openai-tapeout-2025-02-10", "XTAI")]
    assert row["session"] == pd.Timestamp("2025-02-10")
    assert row["alternative_sessions"] == (pd.Timestamp("2025-02-11"),)
    assert row["session_ambiguous"]


def test_first_sessions_of_no_events_is_an_empty_frame():
    frame = ma.first_sessions(ma.EventTable(), MARKET)
    assert len(frame) == 0
    assert frame.index.names == ["event_id", "calendar"]
    assert {"session", "phase", "gap_days", "session_ambiguous"} <= set(frame.columns)


@pytest.mark.parametrize("year", [1025, 1677, 2021, 2027, 2925])
def test_an_event_outside_the_calendar_has_no_session(year):
    frame = ma.first_sessions(news(dt.datetime(year, 1, 27, tzinfo=dt.UTC)), MARKET)
    assert frame["session"].isna().all()


def test_a_day_only_event_could_be_seen_first_by_that_session_or_the_next():
    event = news(dt.date(2025, 3, 11), zone="America/New_York")
    placement = place(event, CALENDARS["XNYS"])
    assert [f"{one:%m-%d}" for one in placement.candidates] == ["03-11", "03-12"]
    assert placement.headline_window == (0, 1)
    # New York's 11 March runs from noon of the 11th to noon of the 12th in Taipei
    taipei = place(event, CALENDARS["XTAI"])
    assert [f"{one:%m-%d}" for one in taipei.candidates] == ["03-11", "03-12"]


def test_a_day_only_event_on_a_holiday_is_certain_of_its_session():
    placement = place(news(dt.date(2025, 1, 18), zone="America/New_York"), CALENDARS["XNYS"])
    assert [f"{one:%m-%d}" for one in placement.candidates] == ["01-21"]
    assert placement.phase == "closed"
    assert (placement.gap_sessions, placement.gap_days) == (1, 3)
    assert placement.headline_window == (0, 0)


def test_a_phase_known_on_one_exchange_closes_the_bounds_there_only():
    event = news(dt.date(2025, 3, 11), zone="America/New_York", grades={"XNYS": "high"})
    assert not place(event, CALENDARS["XNYS"]).ambiguous
    assert place(event, CALENDARS["XTAI"]).ambiguous


def test_bounds_within_one_session_are_not_ambiguous():
    moment = dt.datetime(2025, 3, 11, 10, tzinfo=NEW_YORK)
    hours = dt.timedelta(hours=5)
    event = news(moment, not_before=moment - hours, not_after=moment + hours)
    assert len(place(event, CALENDARS["XNYS"]).candidates) == 1
    later = news(moment, not_before=moment - hours, not_after=moment + 2 * hours)
    assert [f"{one:%m-%d}" for one in place(later, CALENDARS["XNYS"]).candidates] == [
        "03-11",
        "03-12",
    ]
