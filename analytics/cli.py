"""``analytics ...``: the same results on the command line, as text or as one JSON document.

Exit status: 0 done; 1 the data say no (a file that is not the recorded one, nothing to study); 2
wrong use. An error is one line on standard error; ``--debug`` shows where it came from.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics.errors import AnalyticsError, DataError, InputError

if TYPE_CHECKING:
    from analytics.events import EventTable
    from analytics.evidence import Simulation
    from analytics.study import Model, Windows

app = typer.Typer(
    name="analytics",
    help="What did this piece of news do to that price, and how sure can we be?",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="--debug before or after any command shows where an error came from.",
)

FEWEST_RUNS = 20  # below it a share of runs says nothing
FEWEST = 30  # estimation days below which a study must be asked for in words

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
EventsFile = Annotated[
    Path | None, typer.Option("--events", help="Your own events (.yaml or .csv).", metavar="FILE")
]
DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Prices: a recorded folder, a folder of your own CSV files, or one of closes.",
        metavar="PATH",
    ),
]


class ModelName(StrEnum):
    """Models of the normal return, as the command line names them."""

    market = "market"
    constant_mean = "constant-mean"
    market_adjusted = "market-adjusted"
    factor = "factor"
    scholes_williams = "scholes-williams"
    dimson = "dimson"
    robust = "robust"
    garch = "garch"
    synthetic_control = "synthetic-control"


class Returns(StrEnum):
    """How returns compound."""

    simple = "simple"
    log = "log"


class Dates(StrEnum):
    """Event dates of a simulated world."""

    common = "common"
    staggered = "staggered"


@app.command("events")
def list_events(
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None,
    ticker: Annotated[str | None, typer.Option(help="Only events that name this ticker.")] = None,
    template: Annotated[
        str | None,
        typer.Option(
            help="Print an example file to start from: yaml (the default) or csv for events, "
            "securities for the list beside your prices.",
            metavar="FORM",
        ),
    ] = None,
    events: EventsFile = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the dated events and the first session each exchange could react."""
    from analytics.display import answers
    from analytics.market import load_market
    from analytics.study import first_sessions

    if template is not None:
        text = answers.template_text(template)
        return _print_json({"template": text}) if as_json else _print(text)
    table, market = _load(events).filter(category=category, ticker=ticker), load_market(data)
    sessions = first_sessions(table, market)
    if as_json:
        _print_json({"events": [answers.event_record(event, sessions) for event in table]})
    elif not len(table):
        _print("no event meets these conditions")
    else:
        _print(answers.event_lines(table, sessions, market))
    return None


@app.command("study")
def study(
    event_id: Annotated[str, typer.Argument(help="Id of the event; see `analytics events`.")],
    tickers: Annotated[
        str | None, typer.Option(help="Securities, such as NVDA,TSM; by default the event's own.")
    ] = None,
    benchmark: Annotated[
        str | None,
        typer.Option(
            help="Benchmark for all, or several such as ^GSPC,^SOX: the factors of --model factor, "
            "the donors of --model synthetic-control. By default each security's own."
        ),
    ] = None,
    exclude_self: Annotated[
        bool | None,
        typer.Option(
            "--exclude-self/--include-self",
            help="Take the firm out of the index where its weight is known (default), or not.",
        ),
    ] = None,
    model: Annotated[
        ModelName, typer.Option(help="Model of the normal return.")
    ] = ModelName.market,
    estimation: Annotated[
        tuple[int, int], typer.Option(help="Estimation window in sessions.", metavar="FIRST LAST")
    ] = (-260, -11),
    window: Annotated[
        tuple[int, int] | None,
        typer.Option(
            help="Tested window; by default [0, 0], or [0, +1] where day 0 is a part day or not "
            "certain.",
            metavar="FIRST LAST",
        ),
    ] = None,
    min_estimation: Annotated[
        int | None, typer.Option(help="Fewest usable estimation days; by default 120.")
    ] = None,
    returns: Annotated[Returns, typer.Option(help="Simple or log returns.")] = Returns.simple,
    mask: Annotated[
        bool,
        typer.Option(
            "--mask",
            help="Take the days around the other recorded events, and price-limit days, out of the "
            "estimation window.",
        ),
    ] = False,
    sheet: Annotated[
        Path | None,
        typer.Option(help="Write the event's tear sheet to this HTML file.", metavar="FILE"),
    ] = None,
    events: EventsFile = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Measure what one event did to its securities."""
    import pandas as pd

    from analytics.display import answers
    from analytics.market import load_market
    from analytics.study import align, event_study

    if sheet is not None and (model != "market" or returns != "simple" or mask or window):
        raise InputError(
            "--sheet draws the market model of simple returns over the headline window; leave "
            "--model, --returns, --mask and --window out"
        )
    windows = _windows(estimation, window, min_estimation)
    chosen = _listed("--tickers", tickers, "NVDA,TSM")
    benchmarks = _listed("--benchmark", benchmark, "^GSPC,^SOX")
    table = _load(events)
    event, market = table[event_id], load_market(data)
    sample = align(
        event,
        market,
        windows,
        tickers=chosen,
        benchmark=benchmarks,
        exclude_self=exclude_self,
        mask=[one for one in table if one.id != event_id] if mask else None,
        returns=returns.value,
    )
    if len(sample) == 0:
        reasons = "; ".join(f"{row.ticker}: {row.reason}" for row in sample.dropped.itertuples())
        there = ", ".join(market.tickers[:8]) + (" …" if len(market.tickers) > 8 else "")
        raise DataError(
            f"{event_id}: nothing to study: {reasons or 'it names no security'}; there are prices "
            f"of {there}"
        )
    results = event_study(sample, _model(model))
    cars = results.headline() if window is None else results.over(*window)
    if cars["car"].isna().all():
        last = pd.DatetimeIndex(results.sample.sessions.ravel()).max()
        raise DataError(
            f"{event_id}: no share has a price on every day of the window; prices end "
            f"{last:%Y-%m-%d}"
        )
    first, last = int(cars["first"].min()), int(cars["last"].max())
    tests = results.test(first, last)
    written = {}
    if sheet is not None:
        from analytics.display.sheet import tear_sheet

        if benchmarks is not None and len(benchmarks) > 1:
            raise InputError("--sheet draws the market model; name one --benchmark")
        path = tear_sheet(
            event,
            market,
            out=sheet,
            tickers=chosen,
            benchmark=benchmarks[0] if benchmarks else None,
            exclude_self=exclude_self,
            windows=windows,
        )
        written["sheet"] = str(path)
    if as_json:
        record = answers.study_record(results, cars, tests, model.value, (first, last))
        _print_json(record | written)
    else:
        _print(answers.study_lines(results, cars, tests, (first, last)))
        for name in written.values():
            _print(f"tear sheet written to {name}")


@app.command("claims")
def claims(
    claims_file: Annotated[
        Path | None, typer.Option("--claims", help="Your own claims (.yaml).", metavar="FILE")
    ] = None,
    events: EventsFile = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Were the articles right about the prices: recompute every claim."""
    from analytics.display.terminal import claim_lines, claim_record
    from analytics.events import load_claims
    from analytics.evidence import check_claims
    from analytics.market import load_market

    checks = check_claims(load_claims(claims_file), load_market(data), events=_load(events))
    if as_json:
        _print_json({"claims": [claim_record(one) for one in checks]})
    else:
        _print(claim_lines(checks))


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
    known = _load(events)
    event = None
    if draft is not None:
        event = draft_event(
            *articles,
            day=_date("--day", day),
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
        _print_json(record | ({"draft": event.model_dump()} if event else {}))
        return
    texts = [pages_read.article_lines(one, known) for one in articles]
    if len(articles) > 1:
        texts.append(pages_read.pair_lines(articles))
    if event is not None:
        texts.append(pages_read.draft_lines(event, as_yaml(event), str(draft)))
    _print("\n\n".join(texts))


@app.command("simulate")
def simulate(
    observations: Annotated[int, typer.Option(help="Securities with an event, N.")] = 4,
    correlation: Annotated[float, typer.Option(help="Correlation of any two residuals.")] = 0.4,
    runs: Annotated[int, typer.Option(help="Independent repetitions.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1,
    dates: Annotated[
        Dates, typer.Option(help="One event date for all, or dates that differ.")
    ] = Dates.common,
    event_variance: Annotated[
        float, typer.Option(help="Variance on the tested days, a multiple of the usual one.")
    ] = 1.0,
    tails: Annotated[
        float, typer.Option(help="Degrees of freedom of t distributed residuals; inf for normal.")
    ] = float("inf"),
    effect: Annotated[
        float, typer.Option(help="Abnormal return in residual deviations: power instead of size.")
    ] = 0.0,
    window: Annotated[
        tuple[int, int], typer.Option(help="Tested window.", metavar="FIRST LAST")
    ] = (0, 0),
    alpha: Annotated[float, typer.Option(help="Nominal level of the tests.")] = 0.05,
    series: Annotated[
        bool,
        typer.Option(
            "--series",
            help="Seven worlds of this N: independent, correlated, staggered, raised variance, fat "
            "tails.",
        ),
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the table to this SVG file.", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Size and power: how often every test rejects in a simulated world."""
    from dataclasses import replace

    from analytics.evidence import World, size_table, standard_worlds

    world = World(
        observations=observations,
        correlation=correlation,
        dates=dates.value,
        event_variance=event_variance,
        tails=tails,
        effect=effect,
        window=window,
        alpha=alpha,
    )
    worlds = [world]
    if series:
        changed = [name for name, value in world.varied.items() if value]
        if changed:
            raise InputError(f"--series sets {' and '.join(changed)} itself; leave it out")
        worlds = [
            replace(one, effect=effect, window=window, alpha=alpha)
            for one in standard_worlds(observations, correlation)
        ]
    folder = picture is None or (picture.parent.is_dir() and not picture.is_dir())
    if picture is not None and (picture.suffix != ".svg" or not folder):
        raise InputError(f"--picture {picture}: expected a .svg file in a folder that exists")
    found = size_table(worlds, runs=runs, seed=seed)
    if picture is not None:
        _draw(found, picture)
    if as_json:
        records = [_simulation_record(one) for one in found]
        _print_json({"worlds": records} if series else records[0])
    else:
        _print("\n\n".join(_simulation_lines(one) for one in found))
        if picture is not None:
            _print(f"drawn to {picture}")


@app.command("report")
def report(
    out: Annotated[Path, typer.Option(help="Folder to write to.", metavar="FOLDER")] = Path(
        "reports"
    ),
    as_json: AsJson = False,
) -> None:
    """Execute the notebooks on the recorded data and write the HTML report."""
    from analytics.display.report import build_report

    pages = build_report(out)
    if as_json:
        _print_json({"pages": [str(page) for page in pages]})
    else:
        _print(f"{len(pages)} pages written; open {pages[0]}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not sys.stderr.isatty():
        os.environ.setdefault("TQDM_DISABLE", "1")  # a bar in a file is noise
    debug = "--debug" in given
    given = [one for one in given if one != "--debug"] or ["--help"]
    for at in [at for at, one in enumerate(given) if one == "--template"]:
        if given[at + 1 : at + 2] == [] or given[at + 1].startswith("-"):
            given.insert(at + 1, "yaml")
    try:
        status = app(given, prog_name="analytics", standalone_mode=False)
    except typer.TyperException as error:
        status = _complain(error.format_message(), 2)
    except typer.Abort:
        status = 130
    except AnalyticsError as error:
        if debug:
            raise
        status = _complain(str(error), 2 if isinstance(error, InputError) else 1)
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status or 0)


def _complain(message: str, status: int) -> int:
    print(f"analytics: {' '.join(message.split())}", file=sys.stderr)
    return status


def _print(text: str) -> None:
    print(text, flush=True)


def _print_json(document: Mapping[str, Any]) -> None:
    _print(json.dumps(_plain(document), ensure_ascii=False, indent=1, allow_nan=False))


def _plain(value: Any) -> Any:
    """What JSON knows: a missing number is null, a moment or session is ISO text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if hasattr(value, "isoformat"):
        text = str(value.isoformat())
        return None if value != value else text.removesuffix("T00:00:00").replace("+00:00", "Z")
    if hasattr(value, "item"):
        value = value.item()
    return value if not isinstance(value, float) or isfinite(value) else None


def _date(option: str, given: str | None) -> dt.date | None:
    if given is None:
        return None
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise InputError(f"{option} {given}: expected a date such as 2025-01-27") from None


def _load(path: Path | None) -> EventTable:
    from analytics.events import load_events

    return load_events(path)


def _listed(option: str, given: str | None, example: str) -> list[str] | None:
    """Names separated by commas or blanks; None where the option was not given."""
    if given is None:
        return None
    names = given.replace(",", " ").split()
    if not names:
        raise InputError(f"{option}: expected names such as {example}")
    return names


def _model(name: ModelName) -> Model:
    from analytics import study

    models: dict[ModelName, Model] = {
        ModelName.market: study.MarketModel(),
        ModelName.constant_mean: study.ConstantMean(),
        ModelName.market_adjusted: study.MarketAdjusted(),
        ModelName.factor: study.FactorModel(),
        ModelName.scholes_williams: study.ScholesWilliams(),
        ModelName.dimson: study.Dimson(),
        ModelName.robust: study.RobustMarketModel(),
        ModelName.garch: study.GarchMarketModel(),
        ModelName.synthetic_control: study.SyntheticControl(),
    }
    return models[name]


def _windows(
    estimation: tuple[int, int], window: tuple[int, int] | None, minimum: int | None
) -> Windows:
    """Windows of a study: the usual event window, widened to what is asked for."""
    from analytics.study import Windows

    first, last = window or (0, 1)
    if first > last:
        raise InputError(f"--window {first} {last}: expected FIRST not after LAST")
    start = min(first, max(-10, estimation[1] + 1))
    length = estimation[1] - estimation[0] + 1
    if minimum is None and 0 < length < FEWEST:
        raise InputError(
            f"--estimation {estimation[0]} {estimation[1]}: {length} days are too few to learn "
            f"what is normal; give at least {FEWEST}, or accept fewer with --min-estimation"
        )
    return Windows(
        estimation=estimation,
        event=(start, max(last, 10)),
        min_estimation=min(120, max(length, 3)) if minimum is None else minimum,
    )


def _simulation_record(found: Simulation) -> dict[str, Any]:
    table = found.table.astype(object).where(found.table.notna(), None)
    return {"settings": found.settings, **{name: table[name].to_dict() for name in table}}


def _simulation_lines(found: Simulation) -> str:
    world, table = found.world, found.table.sort_values("rejection", ascending=False)
    what = f"an effect of {world.effect:g} deviations" if world.effect else "nothing happened"
    percent = (100 * table).round(1)
    shown = {
        "rejects %": percent["rejection"].map("{:.1f}".format),
        "+/-": percent["std_error"].map("{:.1f}".format),
        "calls itself valid %": percent["valid"].map("{:.0f}".format),
        "rejects when valid %": percent["rejection_valid"]
        .where(table["valid"] * found.runs >= FEWEST_RUNS)
        .map("{:.1f}".format)
        .replace("nan", "-"),
    }
    import pandas as pd

    return "\n".join(
        [
            f"{world.words}: {what}, nominal {100 * world.alpha:g} %, {found.runs:,} run"
            f"{'s' * (found.runs != 1)}, seed {found.seed}",
            pd.DataFrame(shown).rename_axis(None).to_string(),
            "+/- is the standard error that comes from the number of runs",
        ]
    )


def _draw(found: Sequence[Simulation], path: Path) -> None:
    from analytics.display import alt, plots
    from analytics.display.style import figure_svg

    if len(found) == 1:
        text = figure_svg(plots.rejection(found[0]), alt=alt.rejection(found[0]))
    else:
        text = figure_svg(plots.rejections(found), alt=alt.rejections(found))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--picture {path}: cannot be written ({error.strerror})") from None
