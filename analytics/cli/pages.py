"""``analytics read | report``: pages that come in, and pages that go out.

In: options. Out: text, or one JSON document. It must not compute; it asks and prints.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from analytics.cli.app import app
from analytics.cli.given import (
    AsJson,
    DataFolder,
    EventsFile,
    date_given,
    load_given,
    print_json,
    print_text,
)


@app.command("read")
def read(
    files: Annotated[
        list[Path], typer.Argument(help="Saved news pages (.txt, .html).", metavar="FILE...")
    ],
    draft: Annotated[
        Path | None,
        typer.Option(help="Add a draft event to this file (.yaml).", metavar="FILE"),
    ] = None,
    day: Annotated[
        str | None, typer.Option(help="Day of the story, where the page leaves it open.")
    ] = None,
    event_id: Annotated[str | None, typer.Option("--id", help="Id of the draft.")] = None,
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway",
            help="Add the draft beside an event of the same day and firms; take a day that the "
            "page rules out.",
        ),
    ] = False,
    events: EventsFile = None,
    as_json: AsJson = False,
) -> None:
    """Read news pages: what they say, where, and what is missing."""
    from analytics.display import pages_read
    from analytics.events.articles import append_draft, as_yaml, draft_event, read_article

    articles = [read_article(path) for path in files]
    known = load_given(events)
    event = None
    if draft is not None:
        event = draft_event(
            *articles,
            day=date_given("--day", day),
            event_id=event_id,
            recorded=known,
            anyway=anyway,
        )
        append_draft(event, draft, anyway=anyway)
    if as_json:
        single = len(articles) == 1
        record = (
            pages_read.article_record(articles[0], known)
            if single
            else pages_read.articles_record(articles, known)
        )
        print_json(record | ({"draft": event.model_dump()} if event else {}))
        return
    texts = [pages_read.article_lines(one, known) for one in articles]
    if len(articles) > 1:
        texts.append(pages_read.pair_lines(articles))
    if event is not None:
        texts.append(pages_read.draft_lines(event, as_yaml(event), str(draft)))
    print_text("\n\n".join(texts))


@app.command("report")
def report(
    out: Annotated[Path, typer.Option(help="Folder to write to.", metavar="FOLDER")] = Path(
        "reports"
    ),
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Execute the notebooks and write the HTML report, on recorded or other prices."""
    from analytics.display.report import write_report

    made = write_report(out, data=data)
    if as_json:
        left_out = [vars(one) for one in made.left_out]
        print_json({"pages": [str(page) for page in made.pages], "left_out": left_out})
        return
    print_text(f"{len(made.pages)} pages written; open {made.pages[0]}")
    if made.left_out:
        kinds = Counter(one.kind for one in made.left_out)
        tally = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds.items())
        print_text(
            f"left out, because these prices do not allow it: {tally}; the first page says why"
        )
