"""The sentence that heads a figure, and the line at its foot: both made from the numbers.

In: results. Out: text. It must not know matplotlib.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.display import readings, words
from analytics.display.names import name
from analytics.display.sentences import TEST_NAMES
from analytics.evidence import Simulation, World
from analytics.study import EventStudyResults

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "about",
    "averages",
    "averages_method",
    "car",
    "day_zeros",
    "forest",
    "heatmap",
    "left_out",
    "level",
    "method",
    "method_both",
    "method_of_all",
    "rejection",
    "rejections",
    "scatter",
    "simulation_method",
    "simulations_method",
    "source",
    "standouts",
    "standouts_method",
    "strongest",
    "with_and_without",
    "world_lines",
]


def strongest(results: EventStudyResults, event_id: str, tickers: Sequence[str]) -> str:
    """The ticker with the largest headline t."""
    t = readings.headline_of(results, event_id, tickers)["t"].abs()
    return str(t.idxmax()) if t.notna().any() else tickers[0]


def car(results: EventStudyResults, event_id: str, tickers: Sequence[str]) -> str:
    """Who left the usual range over the headline window, and by how much."""
    rows = readings.headline_of(results, event_id, tickers)
    outside = [ticker for ticker in rows.index if readings.moved(rows.loc[ticker])]
    if len(tickers) == 1:
        return _one(rows.iloc[0], tickers[0])
    if not outside:
        return f"No first reaction beyond the usual range: {words.join(map(name, tickers))}"
    outside.sort(key=lambda ticker: -abs(rows.loc[ticker, "t"]))
    said = [
        f"{name(ticker)} {words.percent(rows.loc[ticker, 'car'], signed=True)}"
        for ticker in outside
    ]
    rest = [ticker for ticker in tickers if ticker not in outside]
    quiet = f"; not {words.join(map(name, rest), last='or')}" if rest else ""
    return f"First reaction beyond the usual range: {words.join(said)}{quiet}"


def _one(row: pd.Series, ticker: str) -> str:
    when = readings.window_words(int(row["first"]), int(row["last"]))
    size = words.percent(abs(row["car"]))
    if not readings.moved(row):
        signed = words.percent(row["car"], signed=True)
        return f"{name(ticker)}: {signed} on {when}, within its usual range"
    verb, more = ("fell", "more") if row["car"] < 0 else ("rose", "more")
    return f"{name(ticker)} {verb} {size} {more} than the market explains on {when}"


def day_zeros(
    results: EventStudyResults, event_id: str, tickers: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """Dates of day 0, each with its tickers; the most common first. A guess bears a "?"."""
    observations = results.sample.observations
    found: dict[str, list[str]] = {}
    for ticker in tickers:
        row = readings.row_of(observations, (event_id, ticker))
        mark = "?" if row["session_ambiguous"] else ""
        found.setdefault(words.long_date(row["session"]) + mark, []).append(ticker)
    return sorted(found.items(), key=lambda item: -len(item[1]))


def method(results: EventStudyResults, event_id: str, tickers: Sequence[str]) -> str:
    """Source, sample and method in one line."""
    rows = results.estimates.loc[[(event_id, ticker) for ticker in tickers]]
    return _method(results, rows, tickers)


def method_both(plain: EventStudyResults, event_id: str, tickers: Sequence[str]) -> str:
    """The same for a figure that shows the index with the firm and without it."""
    rows = plain.estimates.loc[[(event_id, ticker) for ticker in tickers]]
    return _method(plain, rows, tickers, " with and without the firm itself")


def _method(
    results: EventStudyResults, rows: pd.DataFrame, tickers: Sequence[str], less: str = ""
) -> str:
    listed = [one for names in rows["benchmark"] for one in names.split(" + ") if one]
    known = list(dict.fromkeys(listed))
    if rows["exclude_self"].all():
        less = " less the firm itself"
    elif rows["exclude_self"].any():
        less = " less the firm itself where its weight is known"
    low, high = int(rows["n_estimation"].min()), int(rows["n_estimation"].max())
    days = f"{low}" if low == high else f"{low} to {high}"
    against = f" on {words.join(map(name, known))}{less}" if known else ""
    return (
        f"{results.model.label.capitalize()}{against}, {days} estimation days. "
        f"{source(results, tickers)}"
    )


def source(results: EventStudyResults, tickers: Sequence[str]) -> str:
    """Where the prices come from, without the fine print."""
    wanted = {f"prices/{ticker}.csv" for ticker in tickers}
    said = dict.fromkeys(
        words.brief_source(entry.source) for entry in results.sample.sources if entry.name in wanted
    )
    return f"Source: {words.join(said)}." if said else "Source: the reader's own prices."


def heatmap(table: readings.Matrix, alpha: float) -> str:
    """How many of the numbers stand out, and how many would without any news."""
    studied = int(table.values.notna().to_numpy().sum())
    clear = int(table.clear.to_numpy().sum())
    return (
        f"{clear} of {studied} reactions lie beyond the usual range; "
        f"about {words.number(alpha * studied, digits=0)} would by chance"
    )


def method_of_all(results: EventStudyResults, tickers: Sequence[str]) -> str:
    """Source, sample and method of all observations of these tickers."""
    rows = results.estimates
    rows = rows[rows.index.get_level_values("ticker").isin(tickers)]
    return _method(results, rows, tickers)


def scatter(line: readings.Estimate, ticker: str) -> str:
    """How far day 0 lies from the line."""
    side = "below" if line.abnormal < 0 else "above"
    size = words.percent(abs(line.abnormal))
    return (
        f"{words.long_date(line.session)}: {name(ticker)} ended {size} "
        f"{side} what {line.benchmark_words} explains"
    )


def forest(rows: pd.DataFrame) -> str:
    """How many went where they were expected to go, of the signs that were set ``blind``."""
    signed = rows[rows["expected"].isin(["+", "-"]) & rows["blind"]]
    up = signed["expected"] == "+"
    right = ((signed["ci_low"] > 0) & up) | ((signed["ci_high"] < 0) & ~up)
    wrong = ((signed["ci_high"] < 0) & up) | ((signed["ci_low"] > 0) & ~up)
    if signed.empty:
        clear = int(((rows["ci_low"] > 0) | (rows["ci_high"] < 0)).sum())
        return f"{clear} of {len(rows)} moved beyond their usual range"
    said = f"{int(right.sum()) or 'None'} of {len(signed)} clearly moved as expected beforehand"
    return said + (f", {int(wrong.sum())} the other way" if wrong.any() else "")


def with_and_without(plain: pd.Series, excluded: pd.Series, ticker: str, index: str) -> str:
    """What taking the firm out of its own index changes, if anything that can be seen."""
    reach = (excluded["ci_high"] - excluded["ci_low"]) / 2
    if abs(excluded["car"] - plain["car"]) < 0.2 * reach:
        return (
            f"Taking {name(ticker)} out of the {name(index)} hardly changes its abnormal return: "
            f"{words.percent(excluded['car'])}, with it {words.percent(plain['car'])}"
        )
    return (
        f"Without {name(ticker)} in the {name(index)} its abnormal return is "
        f"{words.percent(excluded['car'])}, not {words.percent(plain['car'])}"
    )


def left_out(table: readings.Matrix) -> str:
    """What a table of some securities does not show; nothing to say if it shows all."""
    if not table.left_out:
        return ""
    return f"Not shown: {words.count(table.left_out, 'reaction')} of other securities"


def averages(table: pd.DataFrame, alpha: float) -> str:
    """Which averages differ from zero when all of them are counted; else which comes nearest."""
    clear = readings.clear_averages(table, alpha)
    said = [
        f"{name(str(ticker))} {words.percent(table.loc[ticker, 'mean'], signed=True)}"
        for ticker in table.index[clear]
    ]
    if said:
        rest = [name(str(ticker)) for ticker in table.index[~clear & table["pvalue_holm"].notna()]]
        quiet = f"; not {words.join(rest, last='or')}" if rest else ""
        return f"Average reaction beyond chance: {words.join(said)}{quiet}"
    known = table["pvalue"].dropna()
    if len(table) == 1:
        return f"The average reaction of {name(str(table.index[0]))} can be chance"
    nearest = f"; {name(str(known.idxmin()))} comes nearest" if len(known) else ""
    return f"No average reaction stands out once all {_counted(table)} are counted{nearest}"


def _counted(table: pd.DataFrame) -> int:
    """How many p values Holm's correction of a table of averages counts."""
    return int(table["counted"].max() if "counted" in table else table["pvalue"].notna().sum())


def averages_method(table: pd.DataFrame, alpha: float) -> str:
    """Test, sample and correction of a table of averages."""
    low, high = int(table["n"].min()), int(table["n"].max())
    sample = words.count(high, "event") if low == high else f"{low} to {high} events"
    said = f"Adjusted BMP test, Holm over {words.count(_counted(table), 'p value')}; {sample}"
    invalid = [name(str(ticker)) for ticker in table.index[~table["valid"].astype(bool)]]
    if invalid:
        said += f"; test not valid for {words.join(invalid, last='or')}"
    alone = (table["ci_low"] > 0) | (table["ci_high"] < 0)
    if (alone & ~readings.clear_averages(table, alpha)).any():
        said += ". Each whisker is for one security alone, before Holm"
    return f"{said}."


def standouts(found: readings.Standouts) -> str:
    """How many reactions stand out, and how many would without any news."""
    below, _, above = found.counts
    out, n = below + above, len(found.table)
    verb = "stands" if out == 1 else "stand"
    return (
        f"{out or 'None'} of {words.count(n, 'reaction')} {verb} out; "
        f"chance alone would give about {about(found.alpha * n)}"
    )


def about(expected: float) -> str:
    """How many are expected: a whole number, one decimal below one.

    Examples
    --------
    >>> about(9.75), about(0.2)
    ('10', '0.2')
    """
    return words.number(expected, digits=0 if expected >= 1 else 1)


def standouts_method(found: readings.Standouts, results: EventStudyResults) -> str:
    """Why the p values of many do not count as so many, then source, sample and method."""
    index, days = found.table.index, found.table["session"].nunique()
    events = index.get_level_values("event_id").nunique()
    tickers = list(dict.fromkeys(index.get_level_values("ticker")))
    sample = f"{words.count(len(index), 'reaction')} to {words.count(events, 'event')}"
    shared = f" share {words.count(days, 'day')}, so their p values are not independent"
    lacking = f"; {found.missing} without a price not shown" if found.missing else ""
    return (
        f"{sample}{shared if days < len(index) else ''}{lacking}. {method_of_all(results, tickers)}"
    )


def level(alpha: float) -> str:
    """A nominal level as a person writes it.

    Examples
    --------
    >>> level(0.05).replace(words.NARROW_SPACE, " ")
    '5 %'
    """
    return f"{100 * alpha:g}{words.NARROW_SPACE}%"


def rejection(simulation: Simulation) -> str:
    """How many tests cry wolf in a world without an effect, or what is seen in one with it."""
    table, world = simulation.table, simulation.world
    if world.effect:
        rates = table["rejection"].where(simulation.trusted)
        sized = words.number(world.effect, digits=1)
        if rates.isna().all():
            return f"No test may be believed about an effect of {sized} residual deviations"
        best = str(rates.idxmax())
        most = float(rates[best])
        ties = int((rates >= most - 1e-9).sum())
        by = TEST_NAMES[best] if ties == 1 else f"{ties} tests that hold"
        return (
            f"An effect of {sized} residual deviations is seen by {by} in "
            f"{words.percent(most, digits=0)} of runs"
        )
    loud = simulation.loud
    if not loud.any():
        return "No test rejects more often than it says"
    top = words.percent(float(table["rejection"].max()), digits=0)
    return (
        f"{loud.sum()} of {len(table)} tests reject more often than the {level(world.alpha)} they "
        f"promise, up to {top}"
    )


def rejections(simulations: Sequence[Simulation]) -> str:
    """Which tests keep their size in every world, and say so in every one; or what they see."""
    if simulations[0].world.effect:
        sized = words.number(simulations[0].world.effect, digits=1)
        rates = np.column_stack([one.rejection.to_numpy() for one in simulations])
        trusted = np.column_stack([one.trusted.to_numpy() for one in simulations])
        seen = np.where(trusted, rates, 0.0).max(axis=0)
        low, high = (words.percent(float(end), digits=0) for end in (seen.min(), seen.max()))
        return (
            f"The best test that may be believed sees an effect of {sized} residual deviations in "
            f"{low} to {high} of runs"
        )
    loud = np.any([one.loud for one in simulations], axis=0)
    mute = np.any([~one.trusted for one in simulations], axis=0)
    sound = [TEST_NAMES[str(name)] for name in simulations[0].rejection.index[~loud & ~mute]]
    worlds = words.count(len(simulations), "simulated world")
    if not sound:
        return f"No test keeps its size in all {worlds}"
    verb = "keeps its" if len(sound) == 1 else "keep their"
    if len(sound) > 3:
        return f"{len(sound)} of {len(loud)} tests {verb} size in all {worlds}"
    said = words.join(sound)
    return f"{said[0].upper()}{said[1:]} {verb} size in all {worlds}"


def simulation_method(simulation: Simulation) -> str:
    """World, runs and seed of a simulation."""
    world = simulation.world
    return (
        f"{world.words}; {words.number(simulation.runs, digits=0)} runs, seed {simulation.seed}; "
        f"{world.estimation_days} estimation days, market model; whisker: 95 % interval of the "
        "simulation"
    )


def simulations_method(simulations: Sequence[Simulation]) -> str:
    """What the worlds of a table share."""
    one = simulations[0]
    error = words.points(math.sqrt(one.world.alpha * (1 - one.world.alpha) / one.runs))
    return (
        f"N = {one.world.observations}, {words.number(one.runs, digits=0)} runs each, seed "
        f"{one.seed}; simulation error about {error} at {level(one.world.alpha)}; market model, "
        f"{one.world.estimation_days} estimation days"
    )


def world_lines(world: World) -> list[str]:
    """A world in lines of a few characters, for the head of a narrow column."""
    said = ["dates", "vary"] if world.dates == "staggered" else []
    if world.event_variance != 1:
        said += ["var.", f"\u00d7 {world.event_variance:g}"]
    if math.isfinite(world.tails):
        said += [f"t({world.tails:g})", "tails"]
    if world.effect:
        said += ["effect", f"{world.effect:g}"]
    return [*said, f"r = {f'{world.correlation:g}'.removeprefix('0') or '0'}"]
