"""The report: notebooks executed, a page each, a tear sheet per event, and the first page.

In: the recorded events, and the recorded prices or another folder of prices. Out: HTML files that
need nothing else. The same data give the same bytes. What another folder has no prices for is left
out and listed with its reason on the first page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from analytics import errors
from analytics.display import names, words
from analytics.display import notebooks as books
from analytics.display.frontpage import MAIN, Study, frontpage
from analytics.display.pages import LeftOut, Link, index_page, notebook_page, tearsheet_page
from analytics.display.sheet import page_sources, price_origin, write_page
from analytics.display.subject import Subject
from analytics.display.tearsheet import tearsheet
from analytics.errors import AnalyticsError, DataError, InputError
from analytics.events import Company, Event, EventTable, load_events
from analytics.market import Market, load_market
from analytics.recorded import FileEntry, recorded_folder
from analytics.study import EventStudyResults, align, event_study

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

SITE = "Market impact of AI chip news"
SHEETS = "events"
PAGES = ".pages"  # names of the pages that a report wrote
PAGE = re.compile(rf"(?:{SHEETS}/)?[A-Za-z0-9][\w.-]*\.html")
TOLD = ("events.yaml", "confounders.yaml", "claims.yaml")


@dataclass(frozen=True)
class Report:
    """What was written.

    Attributes
    ----------
    pages : tuple of pathlib.Path
        ``index.html`` first, then the notebooks' pages, then the tear sheets.
    left_out : tuple of LeftOut
        Each page or finding that these prices do not allow.
    """

    pages: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class _Page:
    """A page that was made, or the reason why it was not."""

    kind: str
    link: Link
    text: str
    reason: str = ""


def build_report(
    out: str | Path = "reports",
    *,
    data: str | Path | None = None,
    notebooks: Iterable[str] | None = None,
    workers: int | None = None,
) -> list[Path]:
    """Write the report.

    Parameters
    ----------
    out : path
        Folder to write to; made if it is missing. Pages that are there are replaced.
    data : path, optional
        Prices as `load_market` takes them, such as a folder that ``analytics fetch`` wrote; the
        recorded ones by default. Every page then names their source.
    notebooks : iterable of str, optional
        Beginnings of the file names of the notebooks to include; all by default.
    workers : int, optional
        Processes to draw with; one per core by default.

    Returns
    -------
    list of pathlib.Path
        ``index.html`` first, then the notebooks' pages, then the tear sheets.

    Raises
    ------
    DataError
        A notebook failed on the recorded prices, or a file is not the one described; or ``data``
        has prices for no recorded event.
    """
    return list(write_report(out, data=data, notebooks=notebooks, workers=workers).pages)


def write_report(
    out: str | Path = "reports",
    *,
    data: str | Path | None = None,
    notebooks: Iterable[str] | None = None,
    workers: int | None = None,
) -> Report:
    """Write the report, and say what it had to leave out; see `build_report`.

    Returns
    -------
    Report
    """
    folder = Path(out)
    chosen = books.find_notebooks(names=notebooks or ())
    place = None if data is None else str(Path(data).resolve())
    study = whole_study(place)
    try:
        (folder / SHEETS).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise InputError(f"{folder}: cannot write there ({error.strerror})") from None
    made: list[_Page] = []
    with tqdm(total=len(chosen) + len(study.events) + 1, unit="page", leave=False) as progress:
        for page in _notebook_pages(chosen, place):
            made.append(page)
            progress.update()
        for page in _sheets(study.events, workers or os.cpu_count() or 1, place):
            made.append(page)
            progress.update()
        text, lacking = _first_page(study, made, place)
        progress.update()
    pages = [Path("index.html"), *(Path(one.link.href) for one in made if not one.reason)]
    texts = [text, *(one.text for one in made if not one.reason)]
    _remove_earlier(folder, pages)
    written = [write_page(folder / name, one) for name, one in zip(pages, texts, strict=True)]
    return Report(tuple(written), lacking)


def _remove_earlier(folder: Path, pages: Sequence[Path]) -> None:
    """Take away pages that an earlier report wrote and this one does not, and note its own."""
    note = folder / PAGES
    known = note.read_text(encoding="utf-8").split() if note.is_file() else []
    now = [page.as_posix() for page in pages]
    for name in known:
        if PAGE.fullmatch(name) and name not in now:
            (folder / name).unlink(missing_ok=True)
    note.write_text("\n".join([*now, ""]), encoding="utf-8")


def _first_page(
    study: Study, made: Sequence[_Page], place: str | None
) -> tuple[str, tuple[LeftOut, ...]]:
    """The first page, and all that is left out of the report."""
    good = {one.link.href: one.link for one in made if not one.reason}
    lacking = [
        *study.left_out,
        *(LeftOut(one.kind, one.link.title, one.reason) for one in made if one.reason),
    ]
    there = EventTable(event for event in study.events if sheet_name(event) in good)
    with names.named_by(study.market.directory):
        page = frontpage(
            replace(study, events=there, left_out=tuple(lacking)),
            sheets={event.id: sheet_name(event) for event in there},
            notebooks=tuple(link for name, link in good.items() if not name.startswith(SHEETS)),
            sources=page_sources(_files(study.market)),
            site_title=SITE,
            origin=_origin(study.market, place),
        )
        return index_page(page), page.left_out


def _origin(market: Market, place: str | None) -> str:
    """Where prices other than the recorded ones come from."""
    return "" if place is None else price_origin(market)


@cache
def whole_study(data: str | None = None) -> Study:
    """All recorded events on the four main securities and those each names, studied twice.

    Parameters
    ----------
    data : str, optional
        Prices as `load_market` takes them; the recorded ones by default.

    Returns
    -------
    Study
        With the events that have a security to study; the others are left out with the reason.

    Raises
    ------
    DataError
        No event has one.
    """
    events, market = load_events(), load_market(data)
    wide = EventTable(_with_main(event) for event in events)
    results = _studied(wide, market, data)
    there = set(results.sample.index.get_level_values("event_id"))
    return Study(
        events=EventTable(event for event in events if event.id in there),
        market=market,
        results=results,
        plain=event_study(align(wide, market, exclude_self=False)),
        left_out=tuple(
            LeftOut("event", event.label or event.title, _reason(results.dropped, event.id, market))
            for event in events
            if event.id not in there
        ),
    )


def _studied(events: EventTable, market: Market, data: str | None) -> EventStudyResults:
    sample = align(events, market)
    if len(sample) == 0:
        first, last = market.range
        raise DataError(
            f"{data}: has prices of {', '.join(market.tickers[:8])}, {first:%Y-%m-%d} to "
            f"{last:%Y-%m-%d}, and no recorded event can be studied with them; `analytics study "
            "--events --data --sheet` draws a page of an event of your own"
        )
    return event_study(sample)


def _reason(dropped: pd.DataFrame, event_id: str, market: Market) -> str:
    """Why no security of an event can be studied: of those with prices, if there are any."""
    mine = dropped[dropped["event_id"] == event_id]
    priced = mine[mine["ticker"].isin(market.tickers)]
    if priced.empty:
        return f"no prices of {words.join(list(mine['ticker']))}"
    reasons = priced.groupby("reason", sort=False)["ticker"].agg(", ".join)
    return "; ".join(f"{tickers}: {reason}" for reason, tickers in reasons.items())


def _with_main(event: Event) -> Event:
    """The event with the four main securities first; nothing is expected of those it leaves out."""
    main = [event.company(t) or Company(ticker=t, role="not_named") for t in MAIN]
    others = [one for one in event.companies if one.ticker not in MAIN]
    return event.model_copy(update={"companies": (*main, *others)})


def sheet_name(event: Event) -> str:
    """Address of a tear sheet, relative to the first page."""
    return f"{SHEETS}/{event.id}.html"


def _notebook_pages(paths: Sequence[Path], place: str | None = None) -> Iterator[_Page]:
    """Execute the notebooks, two at a time, and dress each as a page."""
    market = load_market(place)
    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(partial(_notebook_page, market=market, place=place), paths)


def _notebook_page(path: Path, *, market: Market, place: str | None) -> _Page:
    notebook = books.read(path)
    title = notebook.cells[0].source.split("\n", 1)[0].removeprefix("# ").strip()
    link = Link(f"{path.stem}.html", title)
    parameters = {} if place is None else {"DATA": place}
    try:
        executed = books.execute(notebook, path.name, parameters)
    except books.CellFailedError as error:
        if place is None:
            raise
        told = hasattr(errors, error.error)
        said = error.said if told else f"these prices lack what it needs: {error.said}"
        return _Page("notebook", link, "", _lacking(notebook, market) or said)
    text = notebook_page(
        executed,
        sources=page_sources(_files(market)),
        site_title=SITE,
        origin=_origin(market, place),
    )
    return _Page("notebook", link, text)


def _lacking(notebook: NotebookNode, market: Market) -> str:
    """Securities that a notebook names and that have no prices here."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    named = [one for one in load_market().tickers if f'"{one}"' in code and one not in market]
    return f"it needs prices of {words.join(named)} too" if named else ""


def _sheets(events: EventTable, workers: int, place: str | None) -> Iterator[_Page]:
    """Draw the tear sheets in processes of their own."""
    ids, draw = [event.id for event in events], partial(_sheet, place=place)
    if workers == 1:
        yield from map(draw, ids)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(draw, ids, chunksize=4)


def _sheet(event_id: str, place: str | None = None) -> _Page:
    study = whole_study(place)
    event = study.events[event_id]
    subject = Subject(
        event=event,
        market=study.market,
        results=study.results.only(event_id),
        plain=study.plain.only(event_id),
        again="" if place is None else " --data YOUR_PRICES",
    )
    link = Link(sheet_name(event), event.label or event.title)
    try:
        with names.named_by(study.market.directory):
            page = tearsheet(
                subject,
                sources=page_sources(_files_of(subject, study.market)),
                links=_neighbours(study.events, event),
                site_title=SITE,
                origin=_origin(study.market, place),
            )
            return _Page("event", link, tearsheet_page(page))
    except AnalyticsError as error:
        if place is None:
            raise
        return _Page("event", link, "", str(error))


def _files(market: Market) -> tuple[FileEntry, ...]:
    """The files of a market, and those of the events where it brought prices alone."""
    recorded = recorded_folder().entries
    there = {entry.name for entry in market.sources}
    return (*market.sources, *(recorded[name] for name in TOLD if name not in there))


def _files_of(subject: Subject, market: Market) -> list[FileEntry]:
    """The files that this event's numbers come from."""
    table = subject.observations
    prices = {f"prices/{name}.csv" for name in [*table.index, *table["benchmark"]]}
    if subject.curve is not None:
        named = " + ".join(map(str, subject.curve.table["benchmark"].unique()))
        prices |= {f"prices/{name}.csv" for name in named.split(" + ")}
    if subject.listings is not None:
        prices.add("prices/USDTWD.csv")
    unused = ["prices/"] if len(subject.claims) else ["prices/", "claims"]
    return [
        entry
        for entry in _files(market)
        if entry.name in prices or not entry.name.startswith(tuple(unused))
    ]


def _neighbours(events: EventTable, event: Event) -> tuple[Link, ...]:
    """The events before and after, seen from a tear sheet."""
    order = list(events)
    at = order.index(event)
    beside = [(at - 1, "before"), (at + 1, "after")]
    return tuple(
        Link(f"{order[k].id}.html", order[k].title, order[k].title_zh, f"{when} it")
        for k, when in beside
        if 0 <= k < len(order)
    )
