"""Any exchange: day 0 by hand, by the package of calendars asked directly, and in every clock.

The dates by hand are the exchanges' own published hours and holidays.
"""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.display import clockwork, names
from analytics.errors import InputError, UnknownNameError
from analytics.events import Event
from analytics.market import Directory, Firm, exchange_calendar
from analytics.study.sessions import place

FIRST, LAST = pd.Timestamp("2021-02-01"), pd.Timestamp("2025-12-31")
CODES = (
    *("24/7", "BVMF", "CMES", "XASX", "XBOM", "XETR", "XHKG", "XJSE"),
    *("XKRX", "XLON", "XNYS", "XSAU", "XSHG", "XTAI", "XTKS", "XTSE"),
)


@cache
def calendar(code):
    return exchange_calendar(code, FIRST, LAST)


@cache
def asked(code):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import exchange_calendars

        return exchange_calendars.get_calendar(code, start=FIRST, end=LAST)


def news(moment, **fields):
    return Event(id="a", title="t", published_at=moment, **fields)


# --- by hand --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "moment", "day0", "phase"),
    [
        # London closes at 12:30 on Christmas Eve, and shuts until the 27th
        ("XLON", "2024-12-24T12:29Z", "2024-12-24", "in_session"),
        ("XLON", "2024-12-24T12:30Z", "2024-12-27", "after_close"),
        ("XLON", "2025-04-17T15:31Z", "2025-04-22", "after_close"),  # Easter, summer time
        ("XLON", "2025-03-28T16:29Z", "2025-03-28", "in_session"),  # winter time: closes 16:30 UTC
        ("XLON", "2025-03-31T15:30Z", "2025-04-01", "after_close"),  # summer time: 15:30 UTC
        # Frankfurt: 24 December is no session, the year's last one ends at 14:00
        ("XETR", "2024-12-23T17:00Z", "2024-12-27", "after_close"),
        ("XETR", "2024-12-30T12:59Z", "2024-12-30", "in_session"),
        ("XETR", "2024-12-30T13:00Z", "2025-01-02", "after_close"),
        ("XETR", "2025-10-03T09:00Z", "2025-10-03", "in_session"),  # trades on the national day
        # Tokyo: lunch break; from 2024-11-05 half an hour longer; shut 31 December to 3 January
        ("XTKS", "2025-01-27T12:00+09:00", "2025-01-27", "in_session"),
        ("XTKS", "2024-11-01T15:10+09:00", "2024-11-05", "after_close"),
        ("XTKS", "2024-11-05T15:10+09:00", "2024-11-05", "in_session"),
        ("XTKS", "2024-12-30T16:00+09:00", "2025-01-06", "after_close"),
        # Hong Kong: half days without an afternoon; Lunar New Year
        ("XHKG", "2024-12-24T12:30+08:00", "2024-12-27", "after_close"),
        ("XHKG", "2025-01-28T11:59+08:00", "2025-01-28", "in_session"),
        ("XHKG", "2025-01-28T12:00+08:00", "2025-02-03", "after_close"),
        ("XHKG", "2025-01-27T12:30+08:00", "2025-01-27", "in_session"),  # lunch of a whole day
        # Seoul: a bridging holiday, then Seollal
        ("XKRX", "2025-01-27T10:00+09:00", "2025-01-31", "closed"),
        # Sydney: the day of an Australian holiday; the session is a day ahead of UTC in summer
        ("XASX", "2025-01-27T00:30Z", "2025-01-28", "closed"),
        ("XASX", "2025-04-03T23:30Z", "2025-04-04", "in_session"),  # 10:30 in Sydney
        ("XASX", "2025-04-06T23:30Z", "2025-04-07", "before_open"),  # 09:30: daylight saving ended
        # São Paulo opens at 13:00 on Ash Wednesday
        ("BVMF", "2025-03-03T12:00-03:00", "2025-03-05", "closed"),
        ("BVMF", "2025-03-05T12:00-03:00", "2025-03-05", "before_open"),
        ("XJSE", "2025-03-21T10:00+02:00", "2025-03-24", "closed"),  # Human Rights Day
        ("XBOM", "2024-05-20T10:00+05:30", "2024-05-21", "closed"),  # polling in Mumbai
        ("XBOM", "2025-01-27T15:29+05:30", "2025-01-27", "in_session"),
        # Riyadh trades from Sunday to Thursday, and shuts for Eid
        ("XSAU", "2025-01-31T10:00+03:00", "2025-02-02", "closed"),  # a Friday
        ("XSAU", "2025-02-02T11:00+03:00", "2025-02-02", "in_session"),  # a Sunday
        ("XSAU", "2025-02-02T15:00+03:00", "2025-02-03", "after_close"),
        ("XSAU", "2025-03-30T10:00+03:00", "2025-04-03", "closed"),
        # never shut: a day ends at midnight UTC, which belongs to the next one
        ("24/7", "2025-02-01T23:59Z", "2025-02-01", "in_session"),
        ("24/7", "2025-02-02T00:00Z", "2025-02-02", "in_session"),
        # futures in Chicago open on the evening before the date of their session
        ("CMES", "2025-01-26T18:00-06:00", "2025-01-27", "in_session"),
        ("XNYS", "2025-03-10T13:29Z", "2025-03-10", "before_open"),  # summer time in New York alone
        ("XNYS", "2024-11-29T18:00Z", "2024-12-02", "after_close"),  # a short day ends at 13:00
    ],
)
def test_day_zero_and_phase_are_those_found_by_hand(code, moment, day0, phase):
    placement = place(news(moment), calendar(code))
    assert [f"{one:%Y-%m-%d}" for one in placement.candidates] == [day0]
    assert placement.phase == phase


def test_news_in_a_session_that_opened_the_evening_before_waits_for_none():
    placement = place(news("2025-01-26T18:00-06:00"), calendar("CMES"))
    assert (placement.gap_sessions, placement.part_day) == (0, True)
    assert place(news("2025-01-25T18:00-06:00"), calendar("CMES")).gap_sessions == 1


def test_a_day_alone_is_a_day_of_its_zone_on_each_exchange():
    event = news(dt.date(2025, 1, 31), zone="Asia/Tokyo")  # 30 January 15:00 to 31st 14:59 UTC
    days = {
        code: [f"{one:%m-%d}" for one in place(event, calendar(code)).candidates]
        for code in ("XTKS", "XLON", "XNYS", "XSAU", "24/7")
    }
    assert days == {
        "XTKS": ["01-31", "02-03"],
        "XLON": ["01-30", "01-31"],
        "XNYS": ["01-30", "01-31"],
        "XSAU": ["02-02"],
        "24/7": ["01-30", "01-31"],
    }


# --- against the package itself -------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_sessions_and_hours_are_those_of_the_package(code):
    ours, theirs = calendar(code), asked(code)
    schedule = theirs.schedule
    ours_days = ours.sessions[(ours.sessions >= FIRST) & (ours.sessions <= LAST)]
    apart = ours_days.symmetric_difference(theirs.sessions)
    assert len(apart) == (3 if code == "XTAI" else 0)  # the recorded corrections
    rows = [ours.row(day) for day in ours_days]
    opens = pd.DatetimeIndex(ours.opens[rows]).tz_localize("UTC")
    closes = pd.DatetimeIndex(ours.closes[rows]).tz_localize("UTC")
    assert (opens == pd.DatetimeIndex(schedule.loc[ours_days, "open"])).all()
    assert (closes == pd.DatetimeIndex(schedule.loc[ours_days, "close"])).all()
    assert ours.zone == str(theirs.tz)


moments = st.datetimes(dt.datetime(2021, 3, 1), dt.datetime(2025, 11, 30))  # noqa: DTZ001


@given(st.sampled_from([code for code in CODES if code != "XTAI"]), moments)
def test_any_moment_falls_where_the_package_says(code, moment):
    moment = pd.Timestamp(moment, tz="UTC")
    theirs = asked(code).schedule["close"]
    placement = place(news(moment.to_pydatetime()), calendar(code))
    assert placement.candidates == (theirs.index[(theirs > moment).to_numpy()][0],)
    within = asked(code).is_trading_minute(moment.floor("min")) if moment.second else None
    if within:
        assert placement.phase == "in_session"


# --- ranges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "year"), [("XTAI", 2008), ("XNYS", 1998), ("XTAI", 2026)])
def test_years_beyond_the_recorded_corrections_have_plain_calendars(code, year):
    start, end = pd.Timestamp(year, 3, 2), pd.Timestamp(year, 4, 30)
    found = exchange_calendar(code, start, end)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import exchange_calendars

        theirs = exchange_calendars.get_calendar(code, start=start, end=end)
    inside = found.sessions[(found.sessions >= start) & (found.sessions <= end)]
    assert inside.equals(theirs.sessions.as_unit("ns"))


def test_a_calendar_known_for_some_years_is_cut_there_and_refused_beyond():
    found = exchange_calendar("XSAU", pd.Timestamp("2021-01-10"), pd.Timestamp("2021-06-01"))
    assert found.sessions[0] == pd.Timestamp("2021-01-03")
    with pytest.raises(InputError, match="XSAU: the prices run from 2020-12-01"):
        exchange_calendar("XSAU", pd.Timestamp("2020-12-01"), pd.Timestamp("2021-06-01"))


@pytest.mark.parametrize("code", ["ASEX", "XBSE", "XTAE"])
def test_a_calendar_that_cannot_be_built_is_one_clear_message(code):
    """With pandas 3 some cannot; where one can, it has sessions."""
    try:
        found = exchange_calendar(code, pd.Timestamp("2024-01-02"), pd.Timestamp("2024-06-01"))
        said, count = f"cannot build the calendar {code} ", len(found.sessions)
    except InputError as error:
        said, count = str(error), 1
    assert f"cannot build the calendar {code} " in said
    assert count > 0
    assert names.places([code])[code]


@pytest.mark.parametrize(
    ("name", "said"),
    [("XLN", "did you mean XLON"), ("London", "XLON"), ("Mars", "XNYS \\(New York\\)")],
)
def test_an_unknown_exchange_is_refused_with_suggestions(name, said):
    with pytest.raises(UnknownNameError, match=said):
        exchange_calendar(name, FIRST, LAST)


# --- studies --------------------------------------------------------------------------------------


def world(*codes, shock="2025-01-27T07:30Z"):
    """A share on each exchange that falls on the first session after the shock."""
    rng = np.random.default_rng(1)
    frames = {}
    for k, code in enumerate(codes):
        days = asked(code).sessions
        days = days[(days >= "2023-06-01") & (days <= "2025-06-30")]
        change = rng.normal(0, 0.01, len(days))
        own = change + rng.normal(0, 0.01, len(days))
        own[days.get_loc(place(news(shock), calendar(code)).candidates[0])] -= 0.2
        frames[f"S{k}"] = pd.Series(np.cumprod(1 + own), days)
        frames[f"I{k}"] = pd.Series(np.cumprod(1 + change), days)
    market = ma.Market.from_frames(
        pd.DataFrame(frames),
        exchanges={name: codes[int(name[1:])] for name in frames},
        benchmarks={f"S{k}": f"I{k}" for k in range(len(codes))},
    )
    return market, [f"S{k}" for k in range(len(codes))]


def test_a_shock_is_found_on_day_zero_of_every_exchange():
    codes = ("XLON", "XETR", "XTKS", "XHKG", "XKRX", "XASX", "BVMF", "XJSE", "XBOM", "XSAU", "24/7")
    market, tickers = world(*codes)
    event = news("2025-01-27T07:30Z", companies=[{"ticker": one} for one in tickers])
    results = ma.event_study(ma.align(event, market, confounders=()))
    assert len(results.sample) == len(codes)
    day0 = results.abnormal_returns[0]
    assert (day0 < -0.15).all()
    assert (results.abnormal_returns.drop(columns=0).abs() < 0.06).all().all()
    said = results.sample.observations["session"].dt.strftime("%m-%d").droplevel("event_id")
    assert dict(zip(codes, said, strict=True)) == {
        "XLON": "01-27",
        "XETR": "01-27",
        "XTKS": "01-28",
        "XHKG": "01-27",
        "XKRX": "01-31",
        "XASX": "01-28",
        "BVMF": "01-27",
        "XJSE": "01-27",
        "XBOM": "01-27",
        "XSAU": "01-27",
        "24/7": "01-27",
    }


def test_listings_in_three_places_say_what_traded_meanwhile():
    """Hong Kong closes at noon on the eve of the new year: twice between two closes in Tokyo."""
    market, tickers = world("XTKS", "XHKG", "XLON")
    firm = Firm(id="acme", name="Acme", listings=tuple(tickers))
    known = {
        ticker: one.model_copy(update={"firm": "acme"}) if ticker in tickers else one
        for ticker, one in market.directory.securities.items()
    }
    market = replace(market, directory=Directory({"acme": firm}, known))
    event = news("2025-01-28T01:00Z", companies=[{"ticker": one} for one in tickers])
    rows = ma.align(event, market, confounders=()).observations.droplevel("event_id")
    assert rows["missed_sessions"].tolist() == [2, 1, 1]
    assert rows["spans"].tolist() == [
        "1 day, 2025-01-27 to 2025-01-28; another listing of the firm traded 2 sessions meanwhile",
        "",
        "",
    ]


def test_an_event_years_from_the_prices_is_left_out_with_its_reason():
    market, (ticker,) = world("XLON")
    for day in ("2001-09-11T12:46Z", "2035-01-01T00:00Z"):
        sample = ma.align(news(day, companies=[{"ticker": ticker}]), market)
        assert "outside the prices (2023-06-01 to 2025-06-30)" in sample.dropped["reason"][0]
        found = ma.first_sessions(news(day), market)
        assert found["session"].isna().all()


def test_tests_ask_about_days_that_overlap_in_time_not_by_date():
    """One firm in three places: the dependence of its listings is seen across their clocks."""
    market, tickers = world("XTKS", "XLON", "XNYS")
    event = news("2025-01-27T07:30Z", companies=[{"ticker": one} for one in tickers])
    results = ma.event_study(ma.align(event, market, confounders=()))
    assert abs(results.dependence(0, 0).average) < 0.15  # made independent
    assert results.test(0, 0)["pvalue"].notna().any()


# --- names and clocks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("XLON", "London"),
        ("XETR", "Frankfurt"),
        ("XTKS", "Tokyo"),
        ("XHKG", "Hong Kong"),
        ("XKRX", "Seoul"),
        ("XASX", "Sydney"),
        ("BVMF", "São Paulo"),
        ("XJSE", "Johannesburg"),
        ("XBOM", "Mumbai"),
        ("XSAU", "Riyadh"),
        ("XPAR", "Paris"),
        ("24/7", "24/7 market"),
        ("NOPE", "NOPE"),
    ],
)
def test_an_exchange_is_called_after_its_city(code, city):
    assert names.places([code]) == {code: city}


def rows_of(moment, *codes):
    market, tickers = world(*codes)
    event = news(moment, companies=[{"ticker": one} for one in tickers])
    return {row.code: row for row in clockwork.clock_rows(event, market)}


def test_the_clocks_show_local_hours_breaks_and_weekends():
    rows = rows_of("2025-01-31T07:30Z", "XTKS", "XLON", "XSAU", "24/7", "XASX", "XHKG")
    assert {code: row.hours for code, row in rows.items()} == {
        "24/7": "24 hours",
        "XASX": "10:00–16:00",
        "XHKG": "09:30–12:00, 13:00–16:00",
        "XLON": "08:00–16:30",
        "XSAU": "10:00–15:00",
        "XTKS": "09:00–11:30, 12:30–15:30",
    }
    assert {code: row.offset for code, row in rows.items()} == {
        "24/7": "UTC+0",
        "XASX": "UTC+11",
        "XHKG": "UTC+8",
        "XLON": "UTC+0",
        "XSAU": "UTC+3",
        "XTKS": "UTC+9",
    }
    riyadh = [(f"{one.start:%m-%d}", one.reason) for one in rows["XSAU"].shut]
    assert riyadh == [("01-30", "weekend")]  # Friday and Saturday, from midnight in Riyadh
    assert [one.reason for one in rows["XLON"].shut] == ["weekend"]
    assert rows["24/7"].shut == ()
    assert rows["XHKG"].shut[0].reason == "closed"
    assert len(rows["XTKS"].breaks) == len(rows["XTKS"].sessions)
    assert rows["XLON"].breaks == ()
    assert {code for code, row in rows.items() if row.corrected} == set()


def test_a_half_day_has_no_break():
    rows = rows_of("2024-12-24T01:00Z", "XHKG")
    assert rows["XHKG"].hours == "09:30–12:00"


def test_day_zero_of_each_exchange_is_drawn_where_it_is():
    market, tickers = world("XTKS", "XASX", "XSAU")
    event = news("2025-01-31T07:30Z", companies=[{"ticker": one} for one in tickers])
    axes = ma.plots.clocks(event, market)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["News, UTC", "Sydney", "Riyadh", "Tokyo"]
    bars = {bar.get_label(): bar.patches[0] for bar in axes.containers}
    sunday = bars["session XSAU 2025-02-02"]
    start = pd.Timestamp("1970-01-01", tz="UTC") + pd.Timedelta(days=sunday.get_x())
    assert start.round("s") == pd.Timestamp("2025-02-02T07:00Z")
    assert sunday.get_width() * 24 == pytest.approx(5)
