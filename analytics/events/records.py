"""The records a person writes: an event, and what else happened that day.

In: one mapping per record, field by field. Out: a frozen, checked object, or a list of faults.
It must not know files, prices or sessions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from analytics.errors import Fault, is_number
from analytics.files import moment_hint, nearest

Grade = Literal["high", "medium", "low"]
Precision = Literal["minute", "hour", "phase", "session", "day"]
Sign = Literal["+", "-", "0"]
CLOCK_KNOWN = ("minute", "hour")
TICKER_TEXT = "a ticker with its exchange's ending, such as '2330.TW'"


def _moment(value: object) -> object:
    """Refuse what is no moment; a text is read as ISO 8601."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(moment_hint(value)) from None
    if not isinstance(value, dt.datetime):
        raise ValueError(moment_hint(value))
    if value.tzinfo is None:
        raise ValueError("a time with its zone, such as 2025-01-27T09:00:00Z or …T17:00:00+08:00")
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError("a time in the years 1 to 9999, also in UTC") from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("an IANA time zone such as America/New_York or Asia/Taipei") from None
    return name


def _sign(value: object) -> object:
    """YAML reads a bare 0 as a number."""
    return "0" if value == 0 and not isinstance(value, bool) else value


Moment = Annotated[dt.datetime, BeforeValidator(_moment)]
Zone = Annotated[str, AfterValidator(_zone)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")]
Ticker = Annotated[str, StringConstraints(pattern=r"^\^?[A-Za-z0-9][A-Za-z0-9.=-]*$")]


class Record(BaseModel):
    """What all records share: frozen, and no field that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Company(Record):
    """A security that an event concerns.

    Attributes
    ----------
    ticker : str
    role : str
        What the firm is to the news: subject, supplier, competitor_or_incumbent ...
    expected : {"+", "-", "0"} or None
        Sign of the reaction, written down before looking at prices; "0" is "no clear sign".
    blind : bool
        False where the price was known when the sign was written down.
    quoted : bool
        The record itself quotes a move of this price: the sign may not have been blind.
    note : str
    """

    ticker: Ticker
    role: Word = "subject"
    expected: Annotated[Sign, BeforeValidator(_sign)] | None = None
    blind: bool = True
    quoted: bool = False
    note: str = ""


class Source(Record):
    """A page that carries the story.

    Attributes
    ----------
    publisher, article, language, url, note : str
    published_at : datetime.datetime or None
        UTC; None where the page shows no time.
    about : str
        ``"reports it"`` or ``"mentions it"``.
    """

    publisher: Text
    article: str = ""
    language: str = ""
    published_at: Moment | None = None
    url: str = ""
    about: str = "reports it"
    note: str = ""


class Headline(Record):
    """The one result that counts for an event, declared before results are read."""

    ticker: Ticker
    test: str = "forecast_error_t"


class Event(Record):
    """A dated piece of news.

    Attributes
    ----------
    id : str
    title, title_zh : str
        English, and Traditional Chinese where there is one.
    label : str
        A few words for a figure; the title where it is empty.
    category : str
    published_at : datetime.datetime
        First public, UTC. A place-holder when ``time_confirmed`` is false.
    precision : {"minute", "hour", "phase", "session", "day"}
        How good the time is: the clock; only the phase of the New York day; a market session; only
        the day, counted in ``zone``.
    time_confirmed : bool
        Whether a source at hand shows the clock time.
    zone : str
        IANA zone whose calendar day is meant.
    not_before, not_after : datetime.datetime or None
        Bounds of the true time, UTC.
    companies : tuple of Company
    sources : tuple of Source
    headline : Headline or None
    grades : dict
        ``date`` and, per exchange calendar (``XNYS``, ``XTAI``), how sure the phase is.
    original_source, url, evidence, notes, status : str
    same_as : str
        Id of the recorded event of which this is another account; it is no other news beside it.
    """

    id: Identifier
    title: Text
    title_zh: str = ""
    label: str = ""
    category: str = "other"
    published_at: Moment
    precision: Precision = "minute"
    time_confirmed: bool = True
    zone: Zone = "UTC"
    not_before: Moment | None = None
    not_after: Moment | None = None
    original_source: str = ""
    url: str = ""
    sources: tuple[Source, ...] = ()
    companies: tuple[Company, ...] = ()
    headline: Headline | None = None
    grades: dict[str, Grade] = Field(default_factory=dict)
    evidence: str = ""
    notes: str = ""
    status: Literal["recorded", "draft"] = "recorded"
    same_as: str = ""

    @model_validator(mode="before")
    @classmethod
    def _date_only(cls, data: Any) -> Any:
        """A bare date is a day of ``zone``; a time not known to the clock is unconfirmed."""
        if not isinstance(data, Mapping):
            return data
        data = dict(data)
        day = bare_date(data.get("published_at"))
        if day is not None:
            data.setdefault("precision", "day")
            zone = data.get("zone", "UTC")
            if data["precision"] == "day":
                place = ZoneInfo(zone) if isinstance(zone, str) and _is_zone(zone) else dt.UTC
                data["published_at"] = _noon(day, place, data.get("not_after"))
        if data.get("precision", "minute") not in CLOCK_KNOWN:
            data.setdefault("time_confirmed", False)
        return data

    @model_validator(mode="after")
    def _consistent(self) -> Event:
        if self.not_before and self.not_after and self.not_before > self.not_after:
            raise ValueError("not_before at or before not_after")
        if self.not_before and self.published_at < self.not_before:
            raise ValueError("published_at at or after not_before")
        if self.not_after and self.published_at > self.not_after:
            raise ValueError("published_at at or before not_after")
        if self.time_confirmed and self.precision not in CLOCK_KNOWN:
            raise ValueError(
                f"time_confirmed: false, because precision {self.precision!r} knows no clock time"
            )
        tickers = self.tickers
        if len(set(tickers)) < len(tickers):
            raise ValueError("each ticker once among the companies")
        return self

    @property
    def tickers(self) -> tuple[str, ...]:
        """Tickers of the companies it concerns, in the order written."""
        return tuple(company.ticker for company in self.companies)

    @property
    def date(self) -> dt.date:
        """Calendar day in ``zone``."""
        return self.published_at.astimezone(ZoneInfo(self.zone)).date()

    def company(self, ticker: str) -> Company | None:
        """What the event says about ``ticker``; None if it does not name it."""
        return next((one for one in self.companies if one.ticker == ticker), None)

    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """Earliest and latest time at which it can have become public, UTC."""
        early = self.not_before or self.published_at
        late = self.not_after or self.published_at
        if self.precision == "day" and not (self.not_before and self.not_after):
            start = dt.datetime.combine(self.date, dt.time(), ZoneInfo(self.zone))
            end = start + dt.timedelta(days=1) - dt.timedelta(seconds=1)
            early = self.not_before or start.astimezone(dt.UTC)
            late = self.not_after or end.astimezone(dt.UTC)
        return early, late


class Confounder(Record):
    """Other dated news that can explain a move on an event day.

    Attributes
    ----------
    kind : str
        ``results``, ``monthly_sales``, ``policy_rate``, ``tariff``, ``macro_data``, ``market``,
        ``company_event`` or ``price_limit``.
    tickers : tuple of str
        Whom it concerns; empty for the whole market.
    """

    id: Identifier
    kind: Literal[
        "results",
        "monthly_sales",
        "policy_rate",
        "tariff",
        "macro_data",
        "market",
        "company_event",
        "price_limit",
    ]
    published_at: Moment
    precision: Precision = "hour"
    tickers: tuple[Ticker, ...] = ()
    what: Text
    grade: Grade
    note: str = ""


PARTS: dict[str, type[Record]] = {"companies": Company, "sources": Source, "headline": Headline}


def _noon(day: dt.date, place: dt.tzinfo, not_after: object) -> dt.datetime:
    """A place-holder for a time of that day: noon, or the upper bound where that is earlier."""
    noon = dt.datetime.combine(day, dt.time(12), place)
    bound = not_after
    if isinstance(bound, str):
        try:
            bound = dt.datetime.fromisoformat(bound.strip())
        except ValueError:
            return noon  # its own field says what is wrong with it
    aware = isinstance(bound, dt.datetime) and bound.tzinfo is not None
    return min(noon, bound) if aware and isinstance(bound, dt.datetime) else noon


def bare_date(value: object) -> dt.date | None:
    """The date, if ``value`` is a date without a time (also as ISO text)."""
    if isinstance(value, dt.datetime):
        return None
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and len(value.strip()) == 10:
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            return None
    return None


def _is_zone(name: str) -> bool:
    try:
        _zone(name)
    except ValueError:
        return False
    return True


def faults_of(error: ValidationError, where: str, known: Iterable[str] = ()) -> list[Fault]:
    """Every fault that pydantic found, in this project's words.

    ``known`` are the fields of the record: one with a slip is told which it resembles.
    """
    fields = tuple(known)
    return [_fault(dict(detail), where, fields) for detail in error.errors()]


def _fault(detail: Mapping[str, Any], where: str, known: tuple[str, ...]) -> Fault:
    field = ".".join(str(part) for part in detail["loc"])
    got = _shown(detail["input"])
    kind = detail["type"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        tags = detail["ctx"].get("expected_tags", "one of the documented types")
        return Fault(where, f"{field}.type", got_type(detail["input"]), tags)
    if kind == "missing":
        return Fault(where, field, "nothing", "a value; this field is required")
    if kind == "extra_forbidden":
        return Fault(where, field, "a field nobody knows", _meant(detail["loc"], known))
    if kind == "value_error":
        got = "values that contradict each other" if not field else got
        return Fault(where, field, got, str(detail["ctx"]["error"]))
    if kind == "literal_error":
        return Fault(where, field, got, detail["ctx"]["expected"])
    if kind == "string_pattern_mismatch":
        return Fault(where, field, got, "letters, digits, '.', '-' or '_', without spaces")
    if kind == "string_type" and is_number(detail["input"]) and "ticker" in field:
        return Fault(where, field, f"the number {got}", f"{TICKER_TEXT}, in quotation marks")
    message = detail["msg"].removeprefix("Input should be ")
    return Fault(where, field, got, message[:1].lower() + message[1:])


def _meant(loc: tuple[int | str, ...], known: tuple[str, ...]) -> str:
    """The documented fields, and which of them a name with a slip resembles."""
    part = PARTS.get(str(loc[0])) if len(loc) > 1 else None
    near = nearest(str(loc[-1]), part.model_fields if part else known)
    return "one of the documented fields" + (f"; did you mean {near!r}?" if near else "")


def got_type(record: object) -> str:
    """What stands where a record names its type."""
    if not isinstance(record, Mapping):
        return _shown(record)
    return _shown(record["type"]) if "type" in record else "nothing"


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, dt.date) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
