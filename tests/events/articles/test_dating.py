"""When a page was published and on which day its story happened, and how that was found."""

from __future__ import annotations

import pytest

from analytics.events.articles import read_article

STORY = "{dateline}{day} said that it will build a second plant, and that it has the money for it."


def dating(head, lead, *, title="台積電宣布在德國再建一座工廠"):
    body = f"{lead}\n\n公司表示,新廠將雇用兩千人,並向當地政府申請補助,預計三年內完工投產。"
    return read_article(f"{title}\n{head}\n\n{body}\n").dating


def english(head, lead):
    more = "The plant will employ two thousand people, and the firm has asked the state for help."
    return read_article(f"TSMC builds another plant\n{head}\n\n{lead}\n\n{more}\n").dating


LEAD = "台積電{}宣布,將在德國再建一座晶圓廠,投資金額尚未公布,執行長出席了記者會。"


def test_a_clock_without_a_zone_is_assumed_and_says_why():
    found = dating("發布時間:2025-03-12 09:15", LEAD.format("昨天"))
    assert found.published.isoformat() == "2025-03-12T09:15:00+08:00"
    assert "Chinese" in found.assumed
    assert str(found.day) == "2025-03-11"


def test_a_stated_zone_is_taken():
    found = english("Published March 11, 2025, 9:40 p.m. ET", "TSMC said on Monday that it builds.")
    assert found.published.isoformat() == "2025-03-11T21:40:00-04:00"
    assert (found.zone, found.assumed) == ("America/New_York", "")
    assert str(found.day) == "2025-03-10"


def test_an_english_page_without_a_zone_or_city_gets_none():
    found = english(
        "March 11, 2025 21:40", "TSMC said on Tuesday that it will build another plant."
    )
    assert found.published.isoformat() == "2025-03-11T21:40:00"
    assert found.zone == ""


def test_the_city_of_a_dateline_gives_the_zone():
    lead = "TAIPEI, March 11 (Example) - TSMC said on Tuesday that it will build another plant."
    found = english("March 11, 2025 21:40", lead)
    assert found.published.isoformat() == "2025-03-11T21:40:00+08:00"
    assert "TAIPEI" in found.assumed


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("今天", "2025-03-12"),
        ("昨日", "2025-03-11"),
        ("週一", "2025-03-10"),
        ("週二(11日)", "2025-03-11"),
        ("10日", "2025-03-10"),
        ("3月7日", "2025-03-07"),
    ],
)
def test_a_day_in_the_text_is_completed_from_the_publication(words, day):
    assert str(dating("2025-03-12 09:15", LEAD.format(words)).day) == day


def test_a_year_is_not_crossed_forward():
    assert str(dating("2025-01-02 08:00", LEAD.format("12月31日")).day) == "2024-12-31"


def test_a_weekday_and_a_number_alone_give_all_their_candidates():
    lead = LEAD.format("週二(11日)") + "公司在2024年虧損,預計2025年轉虧為盈。"
    found = dating("記者陳小明", lead)
    assert found.published is None
    assert [str(one) for one in found.days] == [
        "2024-06-11",
        "2025-02-11",
        "2025-03-11",
        "2025-11-11",
    ]
    assert "2024 as past" in found.because


def test_without_any_day_there_is_none():
    found = dating("記者陳小明", LEAD.format(""))
    assert (found.days, found.published) == ((), None)


def test_a_plan_is_not_the_day_of_the_story():
    found = dating("2025-03-12 09:15", LEAD.format("計劃於3月20日"))
    assert str(found.day) == "2025-03-12"


def test_both_readings_of_a_date_are_kept_until_something_settles_it():
    open_ = english("2/3/2025", "TSMC said that it will build another plant for power chips.")
    assert [str(one) for one in open_.days] == ["2025-02-03", "2025-03-02"]
    assert open_.published is None
    settled = english("2/3/2025", "TSMC said on Monday that it will build another plant for chips.")
    assert str(settled.published) == "2025-02-03"  # a Monday; 2 March was a Sunday


def test_an_update_is_not_the_publication():
    head = "Updated 14 March 2025 10:00 GMT\nPublished 11 March 2025 18:00 GMT"
    found = english(head, "TSMC said on Tuesday that it will build another plant for power chips.")
    assert found.published.isoformat() == "2025-03-11T18:00:00+00:00"


def test_dates_beside_the_story_are_no_evidence():
    article = read_article(
        "TSMC builds another plant\n11 March 2025\n\n"
        "TSMC said on Tuesday that it will build a plant.\n\n"
        "It will employ two thousand people, the firm said, and more later.\n\nRelated\n"
        "Intel sells a plant 28 February 2025\n\nUpdated terms: 6 January 2023\n"
    )
    days = {str(day) for one in article.dating.evidence for day in one.dates}
    assert days == {"2025-03-11"}
