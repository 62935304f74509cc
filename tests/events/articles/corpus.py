"""How well pages are read: every page of a folder against its answers, counted.

In: a folder of pages ``NN.txt`` or ``NN.html`` with answers ``NN.yaml`` (see
``tests/reference/pages/README.md``). Out: hits, false ones and missed ones of each kind. Used by
the tests and by the benchmark.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from analytics.events.articles import Article, read_article
from analytics.events.articles.amounts import distinct
from analytics.names import recorded_names

PAGES = Path(__file__).resolve().parents[2] / "reference" / "pages"
NAMES = recorded_names()


@dataclass
class Score:
    """Hits, false and missed ones, with what they were."""

    hits: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.hits / max(self.hits + len(self.false), 1)

    @property
    def recall(self) -> float:
        return self.hits / max(self.hits + len(self.missed), 1)


@dataclass(frozen=True)
class Read:
    """A page, its answers, and what was read."""

    name: str
    answers: dict[str, Any]
    article: Article


@cache
def pages(folder: Path = PAGES) -> tuple[Read, ...]:
    """Every page of a folder, read."""
    found = []
    for answers in sorted(folder.glob("*.yaml")):
        page = next(one for one in folder.glob(f"{answers.stem}.*") if one.suffix != ".yaml")
        told = yaml.safe_load(answers.read_text(encoding="utf-8"))
        found.append(Read(page.name, told, read_article(page)))
    return tuple(found)


def measure(folder: Path = PAGES) -> dict[str, Score]:
    """Scores of every kind over the pages of a folder."""
    scores = {
        name: Score()
        for name in (
            *("organisations", "tickers", "amounts", "market claims", "headline", "body"),
            *("publisher", "published", "day of the story", "original source"),
        )
    }
    for read in pages(folder):
        _organisations(read, scores)
        _amounts(read, scores["amounts"])
        _claims(read, scores["market claims"])
        for name, (got, wanted) in single(read).items():
            _count(scores[name], read.name, got, wanted)
    return scores


def bare(text: object) -> str:
    return re.sub(r"[\W_]+", "", str(text or "").lower())


def _count(score: Score, page: str, got: str, wanted: str) -> None:
    """One answer per page: right, false, missed, or both false and missed."""
    if got == wanted:
        score.hits += bool(wanted)
        return
    if got:
        score.false.append(f"{page}: {got} (wanted {wanted or 'nothing'})")
    if wanted:
        score.missed.append(f"{page}: {wanted}")


def single(read: Read) -> dict[str, tuple[str, str]]:
    """What was read and what was wanted, of which a page has one."""
    article, told = read.article, read.answers
    body = article.parts.body
    first, last = (body[0].text, body[-1].text) if body else ("", "")
    begins = bare(first).startswith(bare(told["body_first"]))
    ends = bare(last).endswith(bare(told["body_last"]))
    publisher, wanted = bare(article.publisher and article.publisher.name), bare(told["publisher"])
    if publisher and wanted and (publisher in wanted or wanted in publisher):
        publisher = wanted
    days = told["event_date"] if isinstance(told["event_date"], list) else [told["event_date"]]
    original = article.original
    outlet = original.outlet if original else None
    source = bare(told["original_source"])
    got = ""
    if outlet is not None:
        spelled = {bare(one) for one in (outlet.name, *outlet.aliases)}
        got = (
            source
            if any(one in source or source in one for one in spelled if source)
            else bare(outlet.name)
        )
    elif original is not None and original.name != "official statement":
        got = bare(original.name)
    wanted_days = " ".join(sorted(str(one) for one in days if one))
    got_days = " ".join(str(one) for one in article.dating.days)
    if got_days and set(got_days.split()) <= set(wanted_days.split()):
        got_days = wanted_days
    return {
        "headline": (bare(article.title), bare(told["title"])),
        "body": ("whole" if begins and ends else bare(first)[:12], "whole"),
        "publisher": (publisher, wanted),
        "published": (_moment(article, told), str(told["published_at"] or "")),
        "day of the story": (got_days, wanted_days),
        "original source": (got, source),
    }


def _moment(article: Article, told: dict[str, Any]) -> str:
    """The publication time, in the form of the answer where both are the same moment."""
    got, wanted = article.dating.published, str(told["published_at"] or "")
    if got is None:
        return ""
    if wanted and "T" in wanted and isinstance(got, dt.datetime):
        meant = dt.datetime.fromisoformat(wanted)
        shown = got if meant.tzinfo else got.replace(tzinfo=None)
        stated = meant.tzinfo is None or shown.tzinfo is not None
        return wanted if stated and shown == meant else got.isoformat()
    return str(got)


def _organisations(read: Read, scores: dict[str, Score]) -> None:
    left = list(read.answers["organisations"])
    for one in read.article.organisations:
        hit = next((wanted for wanted in left if _means(wanted, one)), None)
        if hit is None:
            scores["organisations"].false.append(f"{read.name}: {one.name} {one.spellings}")
            scores["tickers"].false += [f"{read.name}: {one.name} {t}" for t in one.tickers]
            continue
        left.remove(hit)
        scores["organisations"].hits += 1
        wanted = set(hit.get("tickers") or ())
        scores["tickers"].hits += len(wanted & set(one.tickers))
        lacking = sorted(wanted - set(one.tickers))
        scores["tickers"].missed += [f"{read.name}: {one.name} {ticker}" for ticker in lacking]
    for wanted in left:
        scores["organisations"].missed.append(f"{read.name}: {wanted['name']}")
        tickers = wanted.get("tickers") or ()
        scores["tickers"].missed += [f"{read.name}: {wanted['name']} {one}" for one in tickers]


def _means(wanted: dict[str, Any], one: Any) -> bool:
    if set(wanted.get("tickers") or ()) & set(one.tickers):
        return True
    known = NAMES.firms.get(one.id) or NAMES.bodies.get(one.id)
    forms = {bare(one.name), bare(one.name_zh), *map(bare, one.spellings)}
    forms |= {bare(alias) for alias in known.aliases} if known else set()
    name, spelled = bare(wanted["name"]), {bare(form) for form in wanted.get("spellings") or ()}
    return any(
        form and (form == name or form in spelled or _begins(form, name) or _begins(name, form))
        for form in forms
    )


def _begins(short: str, long: str) -> bool:
    return len(short) >= 5 and long.startswith(short)


def _amounts(read: Read, score: Score) -> None:
    left = [(one["low"], one["high"], one["currency"]) for one in read.answers["amounts"]]
    for group in distinct(read.article.amounts):
        one = group[0]
        key = next((w for w in left if _equal(w, (one.low, one.high, one.currency))), None)
        if key is None:
            score.false.append(f"{read.name}: {one.text} {one.low:g} {one.high:g} {one.currency}")
        else:
            left.remove(key)
            score.hits += 1
    score.missed += [f"{read.name}: {low:g} {high:g} {currency}" for low, high, currency in left]


def _equal(wanted: tuple[float, float, str | None], got: tuple[float, float, str | None]) -> bool:
    near = all(
        abs(a - b) <= 1e-9 * max(abs(a), 1) for a, b in zip(wanted[:2], got[:2], strict=True)
    )
    return near and wanted[2] == got[2]


def _claims(read: Read, score: Score) -> None:
    """What is said of a firm's price; what has no figure beside one that has counts neither way."""
    left = list(read.answers["market_claims"])
    sized = {(bare(one["organisation"]), _direction(one["kind"])) for one in left}
    for one in read.article.claims:
        owners = [o for o in read.article.organisations if o.id in one.organisations]
        if not owners:
            continue  # a group without a name
        hit = next(
            (
                wanted
                for wanted in left
                if wanted["kind"] == one.kind
                and _same_size(wanted["size"], one.size)
                and any(_named(wanted["organisation"], owner, read) for owner in owners)
            ),
            None,
        )
        if hit is not None:
            left.remove(hit)
            score.hits += 1
            continue
        neutral = one.size is None and any(
            _named(name, owner, read) and _direction(one.kind) == direction
            for name, direction in sized
            for owner in owners
        )
        if not neutral:
            score.false.append(
                f"{read.name}: {owners[0].name} {one.kind} {one.size} ({one.text[:40]})"
            )
    score.missed += [f"{read.name}: {w['organisation']} {w['kind']} {w['size']}" for w in left]


def _direction(kind: str) -> str:
    down = {"fall", "renewed_fall", "record_low", "limit_down", "value_loss"}
    return "down" if kind in down else "flat" if kind == "flat" else "up"


def _same_size(wanted: float | None, got: float | None) -> bool:
    if wanted is None or got is None:
        return wanted is got
    return abs(wanted - got) < 1e-9


def _named(name: str, owner: Any, read: Read) -> bool:
    wanted = next(
        (one for one in read.answers["organisations"] if bare(one["name"]) == bare(name)),
        {"name": name},
    )
    return _means(wanted, owner)


def forbidden(read: Read) -> Iterator[str]:
    """What stands in the output of a page and may not."""
    document = read.article.to_dict()
    document.pop("body")
    text = json.dumps(document, ensure_ascii=False) + repr(read.article)
    for one in read.answers.get("forbidden") or ():
        if re.search(rf"(?<![\w.-]){re.escape(str(one))}(?![\w-])", text):
            yield str(one)
