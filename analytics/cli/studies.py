"""``analytics events | study | claims | simulate``: what happened, and how sure that is.

In: options. Out: text, or one JSON document. It must not compute; it asks and prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics.cli.app import app
from analytics.cli.given import (
    AsJson,
    DataFolder,
    EventsFile,
    load_given,
    names_given,
    print_json,
    print_text,
)
from analytics.errors import DataError, InputError

if TYPE_CHECKING:
    from analytics.evidence import Simulation
    from analytics.study import Model, Windows

FEWEST_RUNS = 20  # below it a share of runs says nothing
FEWEST = 30  # estimation days below which a study must be asked for in words


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
        return print_json({"template": text}) if as_json else print_text(text)
    table, market = load_given(events).filter(category=category, ticker=ticker), load_market(data)
    sessions = first_sessions(table, market)
    if as_json:
        print_json({"events": [answers.event_record(event, sessions) for event in table]})
    elif not len(table):
        print_text("no event meets these conditions")
    else:
        print_text(answers.event_lines(table, sessions, market))
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
    chosen = names_given("--tickers", tickers, "NVDA,TSM")
    benchmarks = names_given("--benchmark", benchmark, "^GSPC,^SOX")
    table = load_given(events)
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
        print_json(record | written)
    else:
        print_text(answers.study_lines(results, cars, tests, (first, last)))
        if data is not None:
            from analytics.display.sheet import price_origin

            print_text(price_origin(market))
        for name in written.values():
            print_text(f"tear sheet written to {name}")


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

    checks = check_claims(load_claims(claims_file), load_market(data), events=load_given(events))
    if as_json:
        print_json({"claims": [claim_record(one) for one in checks]})
    else:
        print_text(claim_lines(checks))


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
        print_json({"worlds": records} if series else records[0])
    else:
        print_text("\n\n".join(_simulation_lines(one) for one in found))
        if picture is not None:
            print_text(f"drawn to {picture}")


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
