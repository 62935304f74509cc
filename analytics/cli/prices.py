"""``analytics fetch | check``: prices that come from elsewhere, and whether they can be trusted.

In: options. Out: text, or one JSON document. It must not know Yahoo or a rule; it asks and prints.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.cli.app import app
from analytics.cli.given import AsJson, print_json, print_text
from analytics.errors import InputError


@app.command("fetch")
def fetch(
    tickers: Annotated[str, typer.Option(help="As Yahoo writes them, such as NVDA,2330.TW,^GSPC.")],
    start: Annotated[str, typer.Option(help="First day, such as 2024-01-01.", metavar="DATE")],
    end: Annotated[str, typer.Option(help="Last day, inclusive.", metavar="DATE")],
    into: Annotated[
        Path, typer.Option(help="Folder that keeps the prices; made if missing.", metavar="FOLDER")
    ],
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Read again what the folder has, and list what changed."),
    ] = False,
    benchmarks: Annotated[
        bool,
        typer.Option(
            "--benchmarks/--no-benchmarks", help="Also fetch each share's market index (default)."
        ),
    ] = True,
    deadline: Annotated[
        float, typer.Option(help="Seconds for the whole run.", metavar="SECONDS")
    ] = 300.0,
    as_json: AsJson = False,
) -> int:
    """Fetch prices from Yahoo into a folder; what it has already is not asked for again.

    Exit 1 if a ticker failed; what the check of the folder found is printed and changes nothing.
    """
    from analytics.market import Client
    from analytics.market import fetch as fetch_prices

    patient = Client(deadline=deadline)
    options: dict[str, Any] = {"refresh": refresh, "benchmarks": benchmarks, "client": patient}
    try:
        done = fetch_prices(tickers, start, end, into, **options)
    except KeyboardInterrupt:
        said = f"interrupted; what arrived is kept in {into}, the same command asks for the rest"
        typer.echo(f"analytics: {said}", err=True)
        raise typer.Exit(130) from None
    if as_json:
        print_json(done.record())
    else:
        print_text("\n".join(done.lines()))
    return 1 if done.failed else 0


@app.command("check")
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder or CSV file of prices; the recorded ones by default.", metavar="FOLDER"
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            help="Another snapshot to compare with: what changed, and why.", metavar="FOLDER"
        ),
    ] = None,
    repair_into: Annotated[
        Path | None,
        typer.Option(
            "--repair",
            help="Write a repaired copy to this new folder; repairs.csv lists every cell. Mended "
            "are clock times, dates that stand twice or are shifted, phantom rows, splits not "
            "applied and official figures; with --against also single figures of that snapshot.",
            metavar="FOLDER",
        ),
    ] = None,
    undo_into: Annotated[
        Path | None,
        typer.Option(
            "--undo",
            help="Take the repairs of a repaired copy back, into this new folder.",
            metavar="FOLDER",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Check prices against calendars, rules and another snapshot; exit 1 if something is wrong."""
    from analytics.display.checkwork import check_lines, check_record, check_status
    from analytics.display.repairwork import repair_lines, repair_record
    from analytics.market.checks import check_snapshot, repair, undo_repairs

    if undo_into is not None:
        if folder is None or against is not None or repair_into is not None:
            raise InputError("--undo takes the folder that was repaired, and no other option")
        back = undo_repairs(folder, into=undo_into)
        if as_json:
            print_json({"folder": str(back)})
        else:
            print_text(f"{back}: as it was before the repair")
        return 0
    found = check_snapshot(folder, against=against)
    record, lines = check_record(found), [check_lines(found)]
    try:
        if repair_into is not None:
            fixed = repair(found.path, found.findings, into=repair_into)
            again = check_snapshot(fixed.path, against=against)
            record |= repair_record(fixed, again)
            lines += repair_lines(fixed, again)
    finally:  # what was found is said also where nothing can be repaired
        if as_json:
            print_json(record)
        else:
            print_text("\n".join(lines))
    return check_status(found)
