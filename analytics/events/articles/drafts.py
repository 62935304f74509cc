"""A draft event from one article, or from several that tell the same story.

In: articles. Out: an `Event` of status ``draft``, and its text in a file of events, added behind
what is there. A draft takes nothing for sure that the page does not say. It must not know prices.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml
from pydantic import ValidationError

from analytics.errors import InputError, RecordError
from analytics.events.articles.article import Article
from analytics.events.articles.clocks import zone_info
from analytics.events.articles.organisations import Organisation
from analytics.events.articles.stories import Proposal, StoryMatch, propose, same_story
from analytics.events.load import load_events
from analytics.events.records import Company, Event, Source, faults_of

PATIENCE, STALE = 20.0, 60.0  # seconds to wait for another run; age of a lock that nobody holds
PASSING = "mentioned"  # role of a firm of which the page says nothing in particular
CLEAR = 0.7  # points by which the likeliest recorded event must lead
HEAD = """\
# Dated news events of your own. `analytics events --template` explains every field.
# A draft was read from a page: check it, then set `status: recorded`.
"""
ORDER = tuple(
    "id title title_zh label category published_at precision time_confirmed zone not_before "
    "not_after original_source sources companies grades".split()
)
PLACES = {"zh-Hant": "Asia/Taipei", "zh-Hans": "Asia/Shanghai"}


def draft_event(
    first: Article,
    *others: Article,
    day: dt.date | None = None,
    event_id: str | None = None,
    recorded: Iterable[Event] = (),
    anyway: bool = False,
) -> Event:
    """A draft of the event that some articles report.

    Parameters
    ----------
    first, *others : Article
        Pages of the same story; each becomes a source.
    day : datetime.date, optional
        The day of the story, where the pages leave it open.
    event_id : str, optional
        By default made of source, firm and day.
    recorded : iterable of Event, optional
        Events of which the pages may be another account; the likeliest becomes ``same_as``.
    anyway : bool
        Take ``day`` even if the pages rule it out.

    Returns
    -------
    Event
        ``status`` is ``draft``. The time is known to the day only, unless an outlet publishes its
        own report and prints a clock time; a time whose zone was assumed is unconfirmed.

    Raises
    ------
    InputError
        The pages hold no story, leave the day open, rule ``day`` out, or do not tell the same
        story.
    """
    articles = (first, *others)
    for one in articles:
        if not isinstance(one, Article):
            kind = type(one).__name__
            raise InputError(f"articles: expected what read_article gives, got {kind}")
        _refuse_empty(one)
    if isinstance(day, dt.datetime) or not isinstance(day, dt.date | None):
        raise InputError(f"day={day!r}: expected a datetime.date")
    matches = [same_story(first, one) for one in others]
    for one, match in zip(others, matches, strict=True):
        if not match.same:
            raise InputError(
                f"{one.sheet.name or 'the second page'}: not the same story as "
                f"{first.sheet.name or 'the first'} ({'; '.join(match.reasons)}); draft it alone"
            )
    known = _recorded(first, tuple(recorded))
    chosen = _chosen(articles, matches, day, known, anyway=anyway)
    zone = _zone(first)
    record = {
        "id": event_id or _identifier(articles, chosen),
        "title": first.title or "untitled",
        "title_zh": _chinese_title(articles[1:]) if not _is_chinese(first) else "",
        "label": _label(first) if _is_chinese(first) else "",
        "category": _most_common([one.category.name for one in articles]),
        **_time(articles, chosen, zone),
        "original_source": next((one.original.name for one in articles if one.original), ""),
        "sources": [_source(one) for one in articles],
        "companies": _companies(articles),
        "grades": {"date": "low" if day is not None or _is_open(articles) else "medium"},
        "evidence": _evidence(articles, day, known, chosen),
        "notes": _notes(articles, matches, zone, known),
        "status": "draft",
        "same_as": known.event.id if known else "",
    }
    try:
        return Event.model_validate(record)
    except ValidationError as error:
        raise RecordError("the draft", faults_of(error, f"event {record['id']!r}")) from None


def _refuse_empty(article: Article) -> None:
    if not article.parts.body or not article.organisations:
        name = article.sheet.name or "the text"
        lacks = "no story" if not article.parts.body else "no firm or public body"
        raise InputError(f"{name}: {lacks} was found in it, so there is nothing to draft")


def _recorded(article: Article, events: Sequence[Event]) -> Proposal | None:
    """The recorded event that the page reports, if one stands clearly before the others."""
    found = propose(article, events)
    alone = len(found) == 1 or (found and found[0].match.score - found[1].match.score >= CLEAR)
    return found[0] if alone else None


def _is_open(articles: Sequence[Article]) -> bool:
    """Whether no page gives one day."""
    return all(len(one.dating.days) != 1 for one in articles)


def _chosen(
    articles: Sequence[Article],
    matches: Sequence[StoryMatch],
    day: dt.date | None,
    known: Proposal | None,
    *,
    anyway: bool,
) -> dt.date:
    """The day: given and possible, or the only one that the pages leave."""
    if day is None:
        return _day(articles, matches, known)
    candidates = {one for article in articles for one in article.dating.days}
    published = [one.dating.published_day for one in articles if one.dating.published_day]
    late = bool(published) and day > min(published)
    stray = bool(candidates) and all(abs((day - one).days) > 1 for one in candidates)
    if (late or stray) and not anyway:
        why = f"published {min(published)}" if late else f"its days are {_listed(candidates)}"
        raise InputError(
            f"day {day}: the page rules it out ({why}); choose another, or insist with --anyway"
        )
    return day


def _listed(days: Iterable[dt.date]) -> str:
    return ", ".join(map(str, sorted(days)))


def _day(
    articles: Sequence[Article], matches: Sequence[StoryMatch], known: Proposal | None
) -> dt.date:
    """The day that all pages leave possible, if it is only one."""
    days = set(articles[0].dating.days)
    for one, match in zip(articles[1:], matches, strict=True):
        if one.dating.days:
            days = set(match.days) & days or set(match.days) if days else set(one.dating.days)
    if len(days) == 1:
        return days.pop()
    if len(days) == 2 and max(days) - min(days) == dt.timedelta(days=1):
        return min(days)
    if known is not None and (not days or known.event.date in days):
        return known.event.date
    shown = f"one of {_listed(days)}" if days else "no day given"
    raise InputError(
        f"the day of the story is open ({shown}: {articles[0].dating.because}); give it "
        "(--day YYYY-MM-DD)"
    )


def _identifier(articles: Sequence[Article], day: dt.date) -> str:
    credit = next((one.original for one in articles if one.original), None) or articles[0].publisher
    if credit is None:
        who = "news"
    elif credit.name == "official statement":
        who = "official"
    else:
        who = credit.outlet.id if credit.outlet else credit.name
    titled = [one.id for one in articles[0].firms if one.in_title] or [
        one.id for one in articles[0].firms
    ]
    words = "-".join([_slug(who), *(_slug(one) for one in titled[:2])])
    return f"{re.sub('-{2,9}', '-', words).strip('-') or 'news'}-{day}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]{1,40}", "-", text.lower()).strip("-")[:24]


def _chinese_title(articles: Sequence[Article]) -> str:
    ordered = sorted(articles, key=lambda one: one.language != "zh-Hant")
    return next((one.title for one in ordered if _is_chinese(one)), "")


def _is_chinese(article: Article) -> bool:
    return article.language.startswith("zh")


def _most_common(names: Sequence[str]) -> str:
    known = [one for one in names if one != "other"] or list(names)
    return max(known, key=lambda one: (known.count(one), -known.index(one)))


def _time(articles: Sequence[Article], day: dt.date, zone: str) -> dict[str, Any]:
    """When it became public: to the minute only where an outlet publishes its own report."""
    first, moment = articles[0], _moment(articles[0])
    if _own(first) and moment and moment.astimezone(zone_info(zone)).date() == day:
        return {
            "published_at": moment,
            "precision": "minute",
            "time_confirmed": not first.dating.assumed,
            "zone": zone,
        }
    moments = [one for one in map(_moment, articles) if one is not None]
    start = dt.datetime.combine(day, dt.time(), zone_info(zone))
    end = start + dt.timedelta(days=1) - dt.timedelta(seconds=1)
    upper = min(moments, default=end)
    bound = {"not_after": upper} if start <= upper < end else {}
    return {"published_at": day, "precision": "day", "time_confirmed": False, "zone": zone, **bound}


def _own(article: Article) -> bool:
    """Whether the page is its outlet's own report: the source that it names is itself."""
    publisher, original = article.publisher, article.original
    if publisher is None or publisher.outlet is None or original is not None:
        return False
    head = " ".join(one.text[:60] for one in article.parts.body[:1])
    return any(f"({name})" in head for name in (*publisher.outlet.aliases, publisher.outlet.name))


def _moment(article: Article) -> dt.datetime | None:
    moment = article.dating.published
    aware = isinstance(moment, dt.datetime) and moment.tzinfo is not None
    return moment if aware else None  # type: ignore[return-value]


def _zone(article: Article) -> str:
    """An IANA zone whose calendar day is meant."""
    outlet = article.publisher.outlet if article.publisher else None
    said = article.dating.zone
    if "/" in said:
        return said
    home = outlet.zone if outlet else ""
    if home and (not said or said == "+08:00"):
        return home
    if said == "+08:00" or not said:
        return PLACES.get(article.language, "Asia/Shanghai" if said else "UTC")
    hours = int(said[:3])
    return "UTC" if hours == 0 or said[4:] != "00" else f"Etc/GMT{-hours:+d}"


def _source(article: Article) -> dict[str, Any]:
    moment = _moment(article)
    assumed = article.dating.assumed
    record = Source(
        publisher=article.publisher.name if article.publisher else "unknown",
        article=article.sheet.name,
        language=article.language,
        published_at=moment,
        url=article.page.stated.url,
        about="reports it",
        note=f"zone assumed {article.dating.zone} because {assumed}" if moment and assumed else "",
    )
    return record.model_dump(exclude_defaults=True)


def _companies(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """All listings of the firms that the news is about; no sign is expected by a machine."""
    firms: dict[str, Company] = {}
    for article in articles:
        for one, role in _meant(article).items():
            for ticker in one.tickers:
                firms.setdefault(ticker, Company(ticker=ticker, role=role))
    return [one.model_dump(include={"ticker", "role"}) for one in firms.values()]


def _meant(article: Article) -> dict[Organisation, str]:
    """Listed firms of headline and lead, and those with a role; a passing mention is left out."""
    lead = article.parts.body[0].number if article.parts.body else 0
    most = max((one.mentions for one in article.firms), default=0)
    meant = {}
    for one in article.firms:
        leads = one.in_title or one.first.line <= lead or 2 * one.mentions >= most
        if one.tickers and (leads or one.role != PASSING):
            meant[one] = one.role if one.role != PASSING else "subject"
    return meant


def _label(article: Article) -> str:
    """A few English words for a figure, where the headline is Chinese."""
    who = article.original or article.publisher
    source = who.outlet.name if who and who.outlet else "News"
    firms = [one.name for one in article.firms if one.in_title] or [
        one.name for one in article.firms
    ]
    return f"{source} on {' and '.join(firms[:2])}" if firms else source


def _evidence(
    articles: Sequence[Article], day: dt.date | None, known: Proposal | None, chosen: dt.date
) -> str:
    """Where the day comes from: a person, the pages, or the recorded event that they match."""
    said = [f"{one.sheet.name or 'text given'}: {one.dating.because}" for one in articles]
    if day is not None:
        said = [f"day {day} given by a person", *said]
    elif _is_open(articles) and known is not None and chosen == known.event.date:
        reasons = "; ".join(known.match.reasons)
        said = [f"day of {known.event.id}, of which it seems another account ({reasons})", *said]
    return " / ".join(said)


def _notes(
    articles: Sequence[Article], matches: Sequence[StoryMatch], zone: str, known: Proposal | None
) -> str:
    notes = [f"The day is counted in {zone}."]
    if known is not None:
        notes.append(f"Another account of {known.event.id}, it seems.")
    for article in articles:
        name = article.sheet.name or "the page"
        lacks = ", ".join(one.replace("_", " ") for one in article.missing)
        if lacks:
            notes.append(f"{name} lacks or leaves open: {lacks}.")
        guessed = [ticker for one in article.firms for ticker in one.assumed]
        if guessed:
            notes.append(f"Exchange told from a bare number: {', '.join(guessed)}.")
        left = [one.name for one in article.firms if one.tickers and one not in _meant(article)]
        if left:
            notes.append(f"Only mentioned, and left out: {', '.join(left)}.")
    for match in matches:
        notes += [
            f"The pages differ on {one.about}: {one.first} / {one.second}."
            for one in match.disagreements
        ]
    return " ".join(notes)


def append_draft(event: Event, path: str | Path, *, anyway: bool = False) -> None:
    """Add a draft behind the events of a file; nothing that is there is touched.

    Parameters
    ----------
    event : Event
    path : path
        A ``.yaml`` file of events; made if it is missing.
    anyway : bool
        Add it even if the file holds an event of the same day and firms.

    Raises
    ------
    InputError
        The file is no list of events in YAML, holds the id already or probably the same story, or
        changed meanwhile. The file is then as it was.
    """
    if not isinstance(event, Event):
        raise InputError(f"event: expected an Event, got {type(event).__name__}")
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        raise InputError(f"{target}: no file; drafts are added to a file of events")
    if target.suffix.lower() not in (".yaml", ".yml"):
        raise InputError(
            f"{target}: drafts are added to a .yaml file, got {target.suffix or 'no ending'!r}"
        )
    with _alone(target):
        old = _content(target)
        if _holds_records(old):
            _refuse_known(event, target, anyway=anyway)
        head = old if old.strip() else HEAD.encode()
        end = b"\r\n" if b"\r\n" in head else b"\n"
        item = re.search(rb"^( *)- ", old, re.MULTILINE)
        block = indent(as_yaml(event), item[1].decode() if item else "")
        text = block.encode().replace(b"\n", end)
        new = head + (b"" if head.endswith(b"\n") else end) + end + text
        _put(target, old, new)


def _holds_records(content: bytes) -> bool:
    """Whether a file holds more than blanks and comments."""
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    return any(one.strip() and not one.strip().startswith(b"#") for one in lines)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold a lock beside the file; one left over from a killed run is broken after a while."""
    lock = target.with_name(f".{target.name}.lock")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            if _is_old(lock):
                lock.unlink(missing_ok=True)
            elif time.monotonic() > until:
                raise InputError(
                    f"{target}: another run is writing to it; if none is, remove {lock.name}"
                ) from None
            else:
                time.sleep(0.05)
        except OSError as error:
            raise InputError(f"{target.parent}: cannot write there ({error.strerror})") from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _is_old(lock: Path) -> bool:
    try:
        return time.time() - lock.stat().st_mtime > STALE
    except FileNotFoundError:
        return False


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def _refuse_known(event: Event, path: Path, *, anyway: bool) -> None:
    known = load_events(path)
    if event.id in known:
        raise InputError(
            f"{path}: an event {event.id!r} is there already; give the draft another id (--id), or "
            "add the page to that event's sources by hand"
        )
    alike = [
        one
        for one in known
        if abs((one.date - event.date).days) <= 1 and set(one.tickers) & set(event.tickers)
    ]
    if alike and not anyway:
        raise InputError(
            f"{path}: {alike[0].id!r} is of the same day and names the same firms; if it is the "
            "same story, add the page to its sources by hand; if not, repeat with --anyway"
        )


def as_yaml(event: Event) -> str:
    """A draft as an item of a YAML list.

    Parameters
    ----------
    event : Event

    Returns
    -------
    str
        Without fields that hold their default, except ``status`` and ``time_confirmed``.
    """
    record = event.model_dump(exclude_defaults=True, exclude={"companies", "sources"})
    record |= {
        "time_confirmed": event.time_confirmed,
        "precision": event.precision,
        "zone": event.zone,
    }
    record["sources"] = [one.model_dump(exclude_defaults=True) for one in event.sources]
    record["companies"] = [one.model_dump(exclude_defaults=True) for one in event.companies]
    record["status"] = event.status
    ranked = sorted(record, key=lambda key: ORDER.index(key) if key in ORDER else len(ORDER))
    if event.precision == "day":
        record["published_at"] = event.date
    plain = {key: _plain(record[key]) for key in ranked if record[key] not in ("", [], {})}
    return yaml.safe_dump([plain], allow_unicode=True, sort_keys=False, width=100)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _put(target: Path, old: bytes, new: bytes) -> None:
    """Check the new text, then put it in place of the old one, if that is still what it was."""
    folder = target.parent if str(target.parent) else Path()
    try:
        handle, name = tempfile.mkstemp(suffix=".yaml", prefix=f".{target.stem}.", dir=folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot write there ({error.strerror})") from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(new)
        try:
            load_events(draft)
        except InputError as error:
            text = str(error).replace(draft.name, target.name)
            raise InputError(f"{target}: the draft does not fit into it: {text}") from None
        if _content(target) != old:
            raise InputError(f"{target}: changed while the draft was made; nothing written, repeat")
        draft.chmod(target.stat().st_mode if target.exists() else 0o666 & ~_umask())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
