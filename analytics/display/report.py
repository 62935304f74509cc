"""The report: notebooks executed, a page each, a tear sheet per event, and the first page.

In: the recorded data. Out: HTML files that need nothing else. The same data give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from analytics.display import notebooks as books
from analytics.display.frontpage import MAIN, Study, frontpage
from analytics.display.pages import Link, index_page, notebook_page, tearsheet_page
from analytics.display.sheet import page_sources, write_page
from analytics.display.subject import Subject
from analytics.display.tearsheet import tearsheet
from analytics.errors import InputError
from analytics.events import Company, Event, EventTable, load_events
from analytics.market import Market, load_market
from analytics.recorded import FileEntry
from analytics.study import align, event_study

SITE = "Market impact of AI chip news"
SHEETS = "events"


def build_report(
    out: str | Path = "reports",
    *,
    notebooks: Iterable[str] | None = None,
    workers: int | None = None,
) -> list[Path]:
    """Write the report.

    Parameters
    ----------
    out : path
        Folder to write to; made if it is missing. Pages that are there are replaced.
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
        A notebook failed, or a recorded file is not the one described.
    """
    folder = Path(out)
    try:
        (folder / SHEETS).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise InputError(f"{folder}: cannot write there ({error.strerror})") from None
    chosen = books.find_notebooks(names=notebooks or ())
    study = recorded_study()
    with tqdm(total=len(chosen) + len(study.events) + 1, unit="page", leave=False) as progress:
        links, pages = [], []
        for link, path, text in _notebook_pages(chosen):
            links.append(link)
            pages.append(write_page(folder / path, text))
            progress.update()
        for name, text in _sheets(study.events, workers or os.cpu_count() or 1):
            pages.append(write_page(folder / name, text))
            progress.update()
        addresses = {event.id: sheet_name(event) for event in study.events}
        page = frontpage(
            study,
            sheets=addresses,
            notebooks=tuple(links),
            sources=page_sources(study.market.sources),
            site_title=SITE,
        )
        first = write_page(folder / "index.html", index_page(page))
        progress.update()
    return [first, *pages]


@cache
def recorded_study() -> Study:
    """All recorded events on the four main securities and those each names, studied twice."""
    events, market = load_events(), load_market()
    wide = EventTable(_with_main(event) for event in events)
    return Study(
        events=events,
        market=market,
        results=event_study(align(wide, market)),
        plain=event_study(align(wide, market, exclude_self=False)),
    )


def _with_main(event: Event) -> Event:
    """The event with the four main securities first; nothing is expected of those it leaves out."""
    main = [event.company(t) or Company(ticker=t, role="not_named") for t in MAIN]
    others = [one for one in event.companies if one.ticker not in MAIN]
    return event.model_copy(update={"companies": (*main, *others)})


def sheet_name(event: Event) -> str:
    """Address of a tear sheet, relative to the first page."""
    return f"{SHEETS}/{event.id}.html"


def _notebook_pages(paths: Sequence[Path]) -> Iterator[tuple[Link, str, str]]:
    """Execute the notebooks, two at a time, and dress each as a page."""
    sources = page_sources(load_market().sources)
    with ThreadPoolExecutor(2) as pool:
        executed = pool.map(lambda path: books.execute(books.read(path), path.name), paths)
        for path, notebook in zip(paths, executed, strict=True):
            title = notebook.cells[0].source.split("\n", 1)[0].removeprefix("# ").strip()
            name = f"{path.stem}.html"
            text = notebook_page(notebook, sources=sources, site_title=SITE)
            yield Link(name, title), name, text


def _sheets(events: EventTable, workers: int) -> Iterator[tuple[str, str]]:
    """Draw the tear sheets in processes of their own."""
    ids = [event.id for event in events]
    if workers == 1:
        yield from map(_sheet, ids)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_sheet, ids, chunksize=4)


def _sheet(event_id: str) -> tuple[str, str]:
    study = recorded_study()
    event = study.events[event_id]
    subject = Subject(
        event=event,
        market=study.market,
        results=study.results.only(event_id),
        plain=study.plain.only(event_id),
    )
    page = tearsheet(
        subject,
        sources=page_sources(_files_of(subject, study.market)),
        links=_neighbours(study.events, event),
        site_title=SITE,
    )
    return sheet_name(event), tearsheet_page(page)


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
        for entry in market.sources
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
