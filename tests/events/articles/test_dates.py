"""Dates as pages write them: what they say is read, what they leave open stays open."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.events.articles.cleaning import cleaned
from analytics.events.articles.dates import find_stamps, months_with
from analytics.events.articles.page import line

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31))


def stamps(text):
    return find_stamps([line(1, cleaned(text))])


@pytest.mark.parametrize(
    ("text", "day", "clock", "zone"),
    [
        ("发表于:2025-03-11 21:00:05 浏览:14次", "2025-03-11", "21:00:05", ""),
        ("2025-03-11T21:00:05+08:00", "2025-03-11", "21:00:05", "+08:00"),
        ("Published: 5:03 p.m. ET, Mar. 3, 2025", "2025-03-03", "17:03:00", "America/New_York"),
        ("11 March 2025 17:03 GMT", "2025-03-11", "17:03:00", "+00:00"),
        ("March 3, 2025 at 12:15 a.m. EST", "2025-03-03", "00:15:00", "-05:00"),
        ("二〇二五年三月十一日", "2025-03-11", None, ""),
        ("民國114年3月11日下午3時20分", "2025-03-11", "15:20:00", ""),
        ("114/03/11 15:20", "2025-03-11", "15:20:00", ""),
        ("２０２５年１０月３０日　１２：０８", "2025-10-30", "12:08:00", ""),
        ("2025年3月11日 21:00 (北京时间)", "2025-03-11", "21:00:00", "Asia/Shanghai"),
        ("發布時間:2025-12-18 17:10(UTC+8)", "2025-12-18", "17:10:00", "+08:00"),
        ("11.03.2025, 14:30 Uhr", "2025-03-11", "14:30:00", ""),
        ("June 12, 2025 | 5:47 p.m. EDT | by A B", "2025-06-12", "17:47:00", "-04:00"),
    ],
)
def test_full_dates_with_clock_and_zone(text, day, clock, zone):
    [stamp] = stamps(text)
    assert str(stamp.date) == day
    assert (str(stamp.clock.time) if stamp.clock else None) == clock
    assert (stamp.clock.zone if stamp.clock else "") == zone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("路透周二 (11 日) 報導", ("weekday and day", None, 11, 1)),
        ("Tuesday the 11th", ("weekday and day", None, 11, 1)),
        ("IT之家 3 月 11 日消息", ("month and day", 3, 11, None)),
        ("SAN FRANCISCO, March 11 (Reuters)", ("month and day", 3, 11, None)),
        ("上周五收盘", ("weekday", None, None, 4)),
        ("on Thursday", ("weekday", None, None, 3)),
        ("公司昨天宣布", ("relative", None, None, None)),
        ("11日公告", ("day", None, 11, None)),
    ],
)
def test_what_is_left_open_stays_open(text, said):
    [stamp] = stamps(text)
    assert (stamp.kind, stamp.month, stamp.day, stamp.weekday) == said
    assert stamp.date is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "(2330-TW) H20 A100",
            "65 billion",
            "今年以來",
            "12日線翻多",
            "下周一公布",
            "next Monday",
        ),
        *(
            "May 5% of it",
            "1.2.3.4",
            "版本 2025.1",
            "2025-13-45",
            "30 February 2025",
            "5/6 of them",
        ),
        *("電話 02-2345-6789", "0050.TW", "3-6 個月", "100/200", "ISO 9001-2015"),
    ],
)
def test_what_is_no_date_is_not_read_as_one(text):
    assert stamps(text) == ()


def test_month_and_day_that_can_change_places_keep_both_readings():
    [stamp] = stamps("2/11/2025,光纖在線訊")
    assert (str(stamp.date), str(stamp.swapped)) == ("2025-02-11", "2025-11-02")
    [clear] = stamps("13/02/2025")
    assert (str(clear.date), clear.swapped) == ("2025-02-13", None)


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%B %d, %Y", "%d %b %Y", "%Y年%m月%d日", "%Y/%m/%d"]))
def test_every_day_is_read_back_from_every_form(day, form):
    [stamp] = stamps(f"a {day.strftime(form)} b")
    assert stamp.date == day


@given(st.integers(0, 6), st.integers(1, 31), st.integers(2000, 2030))
def test_candidates_are_all_days_of_that_weekday_and_number(weekday, day, year):
    brute = [
        one
        for one in (dt.date(year, 1, 1) + dt.timedelta(k) for k in range(366))
        if one.year == year and one.day == day and one.weekday() == weekday
    ]
    assert months_with(weekday, day, [year]) == brute


@given(st.text(max_size=200))
def test_places_hold_what_they_say(text):
    one = line(1, cleaned(" ".join(text.splitlines())))
    for stamp in find_stamps([one]):
        assert 0 <= stamp.place.start < stamp.place.end <= len(one.text)
        assert stamp.text == one.text[stamp.place.start : stamp.place.end].strip()
