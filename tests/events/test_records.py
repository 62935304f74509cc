"""One record: what is read, what is refused, and in which words."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from analytics.events import Claim, Company, Confounder, Event
from analytics.events.records import bare_date, faults_of

PLAIN = {"id": "a-1", "title": "Something happened", "published_at": "2025-01-27T09:00:00Z"}


def fault(**fields):
    """The one fault of the plain record with these fields."""
    with pytest.raises(ValidationError) as caught:
        Event.model_validate(PLAIN | fields)
    (only,) = faults_of(caught.value, "event 'a-1'")
    return only


@pytest.mark.parametrize(
    "written",
    [
        "2025-01-27T09:00:00Z",
        "2025-01-27T09:00Z",
        "2025-01-27 04:00:00-05:00",
        "2025-01-27T17:00+08:00",
        " 2025-01-27T14:45:00+05:45 ",
        dt.datetime(2025, 1, 27, 9, tzinfo=dt.UTC),
        dt.datetime(2025, 1, 27, 17, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    ],
)
def test_every_way_to_write_a_moment_means_the_same(written):
    event = Event(**PLAIN | {"published_at": written})
    assert event.published_at == dt.datetime(2025, 1, 27, 9, tzinfo=dt.UTC)
    assert event.published_at.tzinfo is dt.UTC
    assert event.time_confirmed
    assert event.precision == "minute"


@pytest.mark.parametrize(
    ("fields", "field", "got", "expected"),
    [
        (
            {"published_at": "2025-01-27T09:00:00"},
            "published_at",
            "'2025-01-27T09:00:00'",
            "a time with its zone",
        ),
        ({"published_at": dt.datetime(2025, 1, 27, 9)}, "published_at", "2025", "with its zone"),  # noqa: DTZ001
        ({"published_at": "yesterday"}, "published_at", "'yesterday'", "a time such as"),
        ({"published_at": 1737968400}, "published_at", "1737968400", "a time such as"),
        ({"published_at": "2025-02-30T09:00Z"}, "published_at", "2025-02-30", "a time such as"),
        ({"id": "has spaces"}, "id", "'has spaces'", "without spaces"),
        ({"id": ""}, "id", "''", "letters, digits"),
        ({"title": "  "}, "title", "'  '", "at least 1 character"),
        ({"zone": "Taipei"}, "zone", "'Taipei'", "an IANA time zone"),
        ({"precision": "second"}, "precision", "'second'", "'minute'"),
        ({"prize": 7}, "prize", "a field nobody knows", "one of the documented fields"),
        ({"companies": [{"ticker": "A B"}]}, "companies.0.ticker", "'A B'", "without spaces"),
        ({"companies": [{"ticker": "A", "expected": "up"}]}, "companies.0.expected", "'up'", "'+'"),
        ({"companies": [{}]}, "companies.0.ticker", "nothing", "this field is required"),
        ({"companies": [{"ticker": "A", "role": "a b"}]}, "companies.0.role", "'a b'", "spaces"),
        ({"grades": {"XNYS": "good"}}, "grades.XNYS", "'good'", "'high'"),
        ({"headline": {}}, "headline.ticker", "nothing", "required"),
        (
            {"companies": [{"ticker": "A"}, {"ticker": "A"}]},
            "",
            "contradict",
            "each ticker once among the companies",
        ),
        (
            {"not_before": "2025-01-28T00:00Z", "not_after": "2025-01-27T00:00Z"},
            "",
            "contradict",
            "not_before at or before not_after",
        ),
        ({"not_before": "2025-01-28T00:00Z"}, "", "contradict", "published_at at or after"),
        ({"not_after": "2025-01-26T00:00Z"}, "", "contradict", "published_at at or before"),
        ({"precision": "day", "time_confirmed": True}, "", "contradict", "time_confirmed: false"),
    ],
)
def test_faults_name_field_got_and_expected(fields, field, got, expected):
    found = fault(**fields)
    assert found.field == field
    assert got in found.got
    assert expected in found.expected
    assert str(found).startswith("event 'a-1'")


@pytest.mark.parametrize("date", [dt.date(2025, 3, 11), "2025-03-11", " 2025-03-11 "])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Taipei", "America/New_York", "Pacific/Auckland"])
def test_a_bare_date_is_a_day_of_its_zone(date, zone):
    event = Event(**PLAIN | {"published_at": date, "zone": zone})
    assert event.date == dt.date(2025, 3, 11)
    assert event.precision == "day"
    assert not event.time_confirmed
    early, late = event.bounds()
    assert late - early == dt.timedelta(hours=23, minutes=59, seconds=59)
    assert early <= event.published_at <= late


def test_the_day_of_a_time_change_has_its_true_length():
    event = Event(**PLAIN | {"published_at": "2025-03-09", "zone": "America/New_York"})
    early, late = event.bounds()
    assert early == dt.datetime(2025, 3, 9, 5, tzinfo=dt.UTC)
    assert late == dt.datetime(2025, 3, 10, 3, 59, 59, tzinfo=dt.UTC)


def test_bounds_of_a_clock_time_are_the_time_itself_unless_stated():
    event = Event(**PLAIN)
    assert event.bounds() == (event.published_at, event.published_at)
    later = dt.datetime(2025, 1, 27, 12, tzinfo=dt.UTC)
    assert Event(**PLAIN, not_after=later).bounds() == (event.published_at, later)


def test_a_time_not_known_to_the_clock_is_unconfirmed_without_saying_so():
    assert not Event(**PLAIN, precision="phase").time_confirmed
    assert Event(**PLAIN, precision="hour").time_confirmed


def test_a_bare_zero_is_the_sign_of_no_clear_reaction():
    assert Company(ticker="A", expected=0).expected == "0"
    assert Company(ticker="A").expected is None


def test_records_are_frozen():
    with pytest.raises(ValidationError):
        Event(**PLAIN).title = "Something else"


def test_what_an_event_says_about_a_ticker():
    event = Event(**PLAIN, companies=[{"ticker": "NVDA", "expected": "-"}, {"ticker": "^TWII"}])
    assert event.tickers == ("NVDA", "^TWII")
    assert event.company("NVDA").expected == "-"
    assert event.company("META") is None


def test_other_records_refuse_too():
    with pytest.raises(ValidationError, match="kind"):
        Confounder(id="a", kind="rumour", published_at="2025-01-27T09:00Z", what="x", grade="high")
    with pytest.raises(ValidationError, match="articles"):
        Claim(id="C1", claim="x", kind="price")


@pytest.mark.parametrize("value", ["2025-01-27T09:00", "27.01.2025", "2025-13-01", 20250127, None])
def test_what_is_no_bare_date(value):
    assert bare_date(value) is None
