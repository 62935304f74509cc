"""Calendars against counts and closures known from the exchanges themselves."""

from __future__ import annotations

import pandas as pd
import pytest

import analytics as ma
from analytics.errors import InputError
from analytics.market import exchange_calendar
from analytics.recorded import recorded_folder

MARKET = ma.load_market()
NEW_YORK, TAIPEI = MARKET.calendars["NVDA"], MARKET.calendars["2330.TW"]


@pytest.mark.parametrize(
    ("year", "taipei", "new_york"),
    [(2022, 246, 251), (2023, 239, 250), (2024, 242, 252), (2025, 243, 250)],
)
def test_sessions_per_year(year, taipei, new_york):
    assert (TAIPEI.sessions.year == year).sum() == taipei
    assert (NEW_YORK.sessions.year == year).sum() == new_york


@pytest.mark.parametrize("date", ["2022-02-04", "2023-01-18", "2024-10-31"])
def test_days_that_the_calendar_package_wrongly_trades_on_are_no_sessions(date):
    assert TAIPEI.row(pd.Timestamp(date)) is None


def test_new_york_closes_early_on_these_days():
    recorded = [f"{day:%Y-%m-%d}" for day in NEW_YORK.early_closes if 2022 <= day.year <= 2025]
    assert recorded == [
        "2022-11-25",
        "2023-07-03",
        "2023-11-24",
        "2024-07-03",
        "2024-11-29",
        "2024-12-24",
        "2025-07-03",
        "2025-11-28",
        "2025-12-24",
    ]
    closes = pd.Series(NEW_YORK.closes, index=NEW_YORK.sessions).dt.tz_localize("UTC")
    local = closes[recorded].dt.tz_convert("America/New_York")
    assert set(local.dt.strftime("%H:%M")) == {"13:00"}
    assert len(TAIPEI.early_closes) == 0


def test_recorded_early_closes_are_those_of_the_calendar():
    rows = recorded_folder().table("early_closes.csv")
    days = [pd.Timestamp(row["date"]) for row in rows]
    assert [day for day in NEW_YORK.early_closes if day.year <= 2025 and day.year >= 2022] == days


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("XNYS", "2025-01-09"),
        ("XNYS", "2025-01-20"),
        ("XTAI", "2024-07-24"),
        ("XTAI", "2025-01-31"),
    ],
)
def test_closed_days(code, date):
    calendar = {"XNYS": NEW_YORK, "XTAI": TAIPEI}[code]
    assert calendar.row(pd.Timestamp(date)) is None


def test_every_recorded_closure_is_a_weekday_without_a_session():
    for row in recorded_folder().table("closures.csv"):
        day = pd.Timestamp(row["date"])
        calendar = {"XNYS": NEW_YORK, "XTAI": TAIPEI}[row["calendar"]]
        assert day.weekday() < 5
        assert calendar.row(day) is None, row


def test_every_weekday_without_a_session_has_its_reason_recorded():
    for calendar in (NEW_YORK, TAIPEI):
        weekdays = pd.bdate_range("2022-01-03", "2025-12-31")
        shut = weekdays.difference(calendar.sessions)
        assert set(shut) == {day for day in calendar.closures if day.year < 2026}


def test_reasons_between_two_sessions():
    reason = TAIPEI.closure_between(pd.Timestamp("2025-01-22"), pd.Timestamp("2025-02-03"))
    assert reason == "Lunar New Year"
    reason = NEW_YORK.closure_between(pd.Timestamp("2025-01-08"), pd.Timestamp("2025-01-10"))
    assert reason == "national day of mourning (Carter)"
    assert NEW_YORK.closure_between(pd.Timestamp("2025-01-10"), pd.Timestamp("2025-01-13")) == ""


def test_opening_hours_by_the_local_clock():
    for calendar, opens, closes in ((NEW_YORK, "09:30", "16:00"), (TAIPEI, "09:00", "13:30")):
        for moments, expected in ((calendar.opens, opens), (calendar.closes, closes)):
            local = pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(calendar.zone)
            usual = ~calendar.sessions.isin(calendar.early_closes)
            assert set(local.strftime("%H:%M")[usual]) == {expected}


def test_the_range_of_dates_does_not_change_the_sessions():
    start, end = pd.Timestamp("2024-03-01"), pd.Timestamp("2024-12-31")
    part = exchange_calendar("XTAI", start, end)
    within = TAIPEI.sessions[(TAIPEI.sessions >= start) & (TAIPEI.sessions <= end)]
    assert part.sessions[(part.sessions >= start) & (part.sessions <= end)].equals(within)


def test_an_unknown_calendar_is_refused_with_examples():
    with pytest.raises(InputError, match=r"unknown exchange calendar 'TWSE'.*XTAI \(Taipei\)"):
        exchange_calendar("TWSE", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01"))
