"""Alt texts of studies, families of events, clocks and simulations.

Each function has the name and the arguments of its figure in `analytics.display.plots`, and gives
the text that stands for the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from analytics.display import findings, readings, words
from analytics.display.clockwork import clock_rows, day_zero_words, news_words
from analytics.display.names import label_of, name
from analytics.display.pricework import closures, event_moves, price_between
from analytics.display.sentences import TEST_NAMES
from analytics.events import Event, EventTable
from analytics.evidence import Simulation
from analytics.market import Market
from analytics.study import EventStudyResults

__all__ = [
    "averages",
    "car",
    "car_panels",
    "clocks",
    "forest",
    "heatmap",
    "rejection",
    "rejections",
    "scatter",
    "standouts",
    "timeline",
    "with_and_without",
]


def car(
    results: EventStudyResults,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
    highlight: str | None = None,
    days: tuple[int, int] = (-5, 10),
    start: int = 0,
) -> str:
    """The highlighted path in full, then where each other line ends.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> results = ma.event_study(ma.align(event, ma.load_market(), exclude_self=False))
    >>> text = car(results, tickers=["NVDA"])
    >>> text.replace(words.NARROW_SPACE, " ").split(", ")[0]
    "NVIDIA's cumulative abnormal return falls to −13.3 % on day 0"
    """
    event = readings.event_of(results, event_id)
    chosen = readings.tickers_of(results, event, tickers)
    paths = readings.car_paths(results, event, chosen, days=days, start=start)
    first = highlight or findings.strongest(results, event, chosen)
    said = [_path(paths[first], first, results.alpha)]
    others = [
        f"{name(ticker)} at {words.percent(_last(paths[ticker])[1])}"
        for ticker in chosen
        if ticker != first
    ]
    if others:
        day = words.relative_day(_last(paths[first])[0])
        said.append(f"On {day} the other lines end: {words.join(others)}.")
    return " ".join(said)


def car_panels(
    results: EventStudyResults,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
    days: tuple[int, int] = (-5, 10),
    start: int = 0,
) -> str:
    """Each panel's path, one sentence each."""
    event = readings.event_of(results, event_id)
    chosen = readings.tickers_of(results, event, tickers)
    paths = readings.car_paths(results, event, chosen, days=days, start=start)
    dates = {
        ticker: date for date, who in findings.day_zeros(results, event, chosen) for ticker in who
    }
    panels = "1 panel" if len(chosen) == 1 else f"{len(chosen)} panels on one scale"
    said = [
        f"{_path(paths[ticker], ticker, results.alpha)[:-1]}; day 0 is {_sure(dates[ticker])}."
        for ticker in chosen
    ]
    return f"{panels}. {' '.join(said)}"


def _sure(date: str) -> str:
    return f"perhaps {date[:-1]}" if date.endswith("?") else date


def _path(path: pd.DataFrame, ticker: str, alpha: float) -> str:
    """A path in one sentence: day 0, day 1, the end, and where the band leaves out zero."""
    value = path["car"]
    last, end = _last(path)
    parts = []
    if 0 in value.index and np.isfinite(value[0]):
        verb = "falls" if value[0] < 0 else "rises"
        parts.append(f"{verb} to {words.percent(value[0])} on day 0")
        if last > 1 and 1 in value.index and np.isfinite(value[1]):
            parts.append(_next_day(float(value[0]), float(value[1])))
    parts.append(f"ends at {words.percent(end)} on {words.relative_day(last)}")
    band = f"the {words.confidence(alpha)} band {_outside(path)}"
    return f"{_whose(ticker)} cumulative abnormal return {words.join(parts)}; {band}."


def _whose(ticker: str) -> str:
    firm, _, rest = name(ticker).partition(" (")
    return f"{firm}'s" + (f" ({rest}" if rest else "")


def _next_day(day0: float, day1: float) -> str:
    change = day1 - day0
    if change == 0 or day0 == 0:
        return f"stands at {words.percent(day1)} on day +1"
    back = (change > 0) != (day0 > 0)
    verb = ("recovers" if day0 < 0 else "gives back") if back else "moves on by"
    return f"{verb} {words.points(change)} on day +1"


def _outside(path: pd.DataFrame) -> str:
    """On which days from day 0 on the band leaves out zero."""
    after = path.loc[path.index >= 0].dropna()
    clear = after.index[(after["ci_low"] > 0) | (after["ci_high"] < 0)]
    if clear.empty:
        return "includes zero on every day from day 0"
    if len(clear) == len(after):
        return "excludes zero on every day from day 0"
    return f"excludes zero on {_runs([int(day) for day in clear])}"


def _runs(days: Sequence[int]) -> str:
    """``[0, 1, 2, 5]`` as ``days 0 to +2 and +5``."""
    groups: list[list[int]] = []
    for day in days:
        if groups and day == groups[-1][-1] + 1:
            groups[-1].append(day)
        else:
            groups.append([day])
    said = [
        words.number(run[0], digits=0, signed=True)
        + (f" to {words.number(run[-1], digits=0, signed=True)}" if len(run) > 1 else "")
        for run in groups
    ]
    return f"{'days' if len(days) > 1 else 'day'} {words.join(said)}"


def _last(path: pd.DataFrame) -> tuple[int, float]:
    known = path["car"].dropna()
    return int(known.index[-1]), float(known.iloc[-1])


def timeline(
    events: EventTable | Iterable[Event],
    market: Market,
    ticker: str,
    *,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
) -> str:
    """Where the price began and ended, its extremes, and the largest moves at events."""
    price = price_between(market, ticker, start, end)
    moves = event_moves(events, market, ticker, price)
    unit = market.directory.security(ticker).currency
    ends = [
        f"{words.number(float(value), digits=0)} {unit} on {words.long_date(day)}".replace(
            "  ", " "
        )
        for day, value in (
            (price.index[0], price.iloc[0]),
            (price.index[-1], price.iloc[-1]),
            (price.index[int(price.argmin())], price.min()),
            (price.index[int(price.argmax())], price.max()),
        )
    ]
    said = [
        f"{name(ticker)} closes at {ends[0]} and at {ends[1]}; lowest {ends[2]}, highest {ends[3]}."
    ]
    unsure = int((~moves["time_confirmed"]).sum())
    said.append(
        f"{words.count(len(moves), 'event')} marked, {unsure} of them hollow: time unconfirmed."
    )
    said += _largest(moves)
    shut = closures(market, ticker, price)
    if shut:
        said.append(f"Hatched: {words.count(len(shut), 'closure')} of a week or longer.")
    return " ".join(said)


def _largest(moves: pd.DataFrame) -> list[str]:
    single = moves.dropna(subset=["move"]).drop_duplicates("session")
    if single.empty:
        return []
    order = single["move"].abs().sort_values(ascending=False, kind="stable").index[:3]
    said = [
        f"{words.percent(float(row['move']), signed=True)} on {words.long_date(row['session'])} "
        f"({row['label']})"
        for _, row in single.loc[order].iterrows()
    ]
    return [f"Largest moves: {words.join(said)}."]


def heatmap(
    results: EventStudyResults,
    *,
    window: tuple[int, int] | None = None,
    tickers: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> str:
    """The size of the table, how many numbers stand out, and the strongest of them."""
    columns = list(tickers) if tickers is not None else readings.main_tickers(results)
    table = readings.matrix(results, columns, window)
    flat = table.values.to_numpy(dtype=float)
    found = np.argwhere(table.clear.to_numpy() & np.isfinite(flat))
    order = sorted(map(tuple, found), key=lambda cell: -abs(flat[cell]))
    said = []
    for row, column in order[:6]:
        event = str(table.values.index[row])
        label = (labels or {}).get(event) or label_of(event)
        date = words.long_date(table.events["day"].iloc[row])
        value = words.percent(float(flat[row, column]), signed=True)
        said.append(f"{name(columns[column])} {value} ({label}, {date})")
    unsure = int((~table.events["time_confirmed"]).sum())
    strongest = f"; strongest: {words.join(said)}" if said else ""
    level = words.confidence(results.alpha)
    ends = [words.percent(float(value)) for value in (np.nanmin(flat), np.nanmax(flat))]
    return (
        f"Table of {words.count(len(table.values), 'event')} by {words.join(columns)}, "
        f"{int(np.isfinite(flat).sum())} abnormal returns from {ends[0]} to {ends[1]}. "
        f"The {level} interval leaves out zero for {len(order)}{strongest}. "
        f"{words.count(unsure, 'event')} with an unconfirmed time."
        + (f" {findings.left_out(table)}." if table.left_out else "")
    )


def clocks(event: Event, market: Market, *, tickers: Sequence[str] | None = None) -> str:
    """When the news came, each exchange's first session after it, and closures on the way.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> clocks(event, ma.load_market()).split(". ")[1]
    'New York: day 0 is 27 January 2025, 09:30–16:00 local time'
    """
    rows = clock_rows(event, market, tickers)
    said = [f"{label_of(event)}: the news comes on {words.long_date(event.date)}, {_when(event)}."]
    for row in rows:
        text = f"{row.place}: day 0 is {words.long_date(row.day0)}, {row.hours} local time"
        if row.also:
            text = f"{row.place}: day 0 is not certain, {day_zero_words(row)} {row.day0.year}"
        news = pd.Timestamp(event.bounds()[1])
        opened = next(start for session, start, _ in row.sessions if session == row.day0)
        shut = [one.reason for one in row.shut if one.end > news and one.start < opened]
        if shut:
            text += f"; closed before: {words.join(dict.fromkeys(shut))}"
        said.append(f"{text}.")
    return " ".join(said)


def _when(event: Event) -> str:
    if event.precision in ("minute", "hour"):
        return news_words(event)
    return "time unconfirmed, drawn hollow"


def scatter(results: EventStudyResults, key: tuple[str, str]) -> str:
    """The line, and day 0's distance from it."""
    line = readings.estimate(results, key)
    beta = words.number(line.beta, digits=2)
    low, high = (words.number(end, digits=2) for end in (line.beta_low, line.beta_high))
    level = words.confidence(results.alpha)
    side = "below" if line.abnormal < 0 else "above"
    return (
        f"Scatter of {len(line.firm)} daily returns of {name(key[1])} against "
        f"{line.benchmark_words}: slope {beta} ({level} interval {low} to {high}). "
        f"On {words.long_date(line.session)} the benchmark returned "
        f"{words.percent(line.event_benchmark)} and {name(key[1])} "
        f"{words.percent(line.event_firm)}, {words.points(line.abnormal)} {side} the line "
        f"({words.interval(line.low, line.high, alpha=results.alpha)})."
    )


def forest(
    results: EventStudyResults,
    *,
    event_id: str | None = None,
    tickers: Sequence[str] | None = None,
) -> str:
    """Each estimate with its interval and the sign expected before."""
    event = readings.event_of(results, event_id)
    chosen = readings.tickers_of(results, event, tickers)
    rows = readings.forest_rows(results, event, chosen)
    expected = {"+": "expected up", "-": "expected down", "0": "no sign expected"}
    said = [
        f"{name(str(ticker))} "
        f"{words.estimate(row['car'], row['ci_low'], row['ci_high'], alpha=results.alpha)}, "
        f"{expected.get(str(row['expected']), 'nothing written down before')}"
        f"{'' if row['blind'] else ' (set with the price known)'}"
        for ticker, row in rows.iterrows()
    ]
    return f"Cumulative abnormal returns: {'; '.join(said)}."


def with_and_without(
    plain: EventStudyResults, excluded: EventStudyResults, key: tuple[str, str]
) -> str:
    """Both estimates with their intervals."""
    before, after = readings.both_ways(plain, excluded, key)
    index = name(str(plain.estimates.loc[key, "benchmark"]))
    first, second = (
        words.estimate(row["car"], row["ci_low"], row["ci_high"], alpha=plain.alpha)
        for row in (before, after)
    )
    return (
        f"{_whose(key[1])} abnormal return is {first} against the {index} and {second} against the "
        f"{index} without {name(key[1])}."
    )


def averages(
    table: pd.DataFrame, *, window: tuple[int, int] | None = None, alpha: float = 0.05
) -> str:
    """Each average with its interval, its number of events and its p value.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"n": 8, "mean": 0.03, "ci_low": 0.01, "ci_high": 0.05, "pvalue_holm": 0.02},
    ...     index=["NVDA"],
    ... )
    >>> print(averages(table, window=(0, 1)).replace(words.NARROW_SPACE, " "))
    ... # doctest: +NORMALIZE_WHITESPACE
    Average abnormal returns over days 0 to +1:
    NVIDIA 3.0 % (95 % interval 1.0 to 5.0; 8 events, p = 0.020 after Holm).
    """
    over = f" over {readings.window_words(*window)}" if window else ""
    digits = readings.column_digits(table["mean"])
    said = [
        f"{name(str(ticker))} {words.percent(row['mean'], digits=digits)} "
        f"({words.interval(row['ci_low'], row['ci_high'], alpha=alpha, digits=digits)}; "
        f"{words.count(int(row['n']), 'event')}, {words.pvalue(row['pvalue_holm'])} after Holm)"
        for ticker, row in table.iterrows()
    ]
    return f"Average abnormal returns{over}: {'; '.join(said)}."


def standouts(results: EventStudyResults) -> str:
    """How many t values lie outside the band, how many would by chance, and the farthest."""
    found = readings.standouts(results)
    below, _, above = found.counts
    t = found.table["t"]
    ends = [words.number(float(value), signed=True) for value in (t.min(), t.max())]
    farthest = [
        f"{key[1]} {words.percent(float(row['car']), signed=True)} ({label_of(str(key[0]))}, "
        f"t {words.number(float(row['t']), signed=True)})"
        for key, row in found.farthest(5).iterrows()
    ]
    level = words.confidence(results.alpha)
    return (
        f"One dot for each of {words.count(len(t), 'reaction')}, at t values from {ends[0]} to "
        f"{ends[1]}. {below + above} lie outside the band of \u00b1"
        f"{words.number(found.edge, digits=2)} where the {level} interval includes zero, "
        f"{below} below and {above} above it; chance alone would give about "
        f"{findings.about(found.alpha * len(t))}."
        + (f" Farthest out: {words.join(farthest)}." if farthest else "")
    )


def rejection(simulation: Simulation, *, valid: pd.Series | None = None) -> str:
    """The finding, then every test with its rate."""
    table = simulation.table.sort_values("rejection", ascending=False, kind="stable")
    held = simulation.trusted if valid is None else valid
    rows = [
        f"{TEST_NAMES[str(name)]} {words.percent(float(row['rejection']))}"
        f"{'' if held[str(name)] else ' (hollow)'}"
        for name, row in table.iterrows()
    ]
    return (
        f"{findings.rejection(simulation)}. Nominal level "
        f"{findings.level(simulation.world.alpha)}. Rates from the top: {words.join(rows)}."
    )


def rejections(simulations: Sequence[Simulation]) -> str:
    """The finding, then for each world the tests that keep their size there."""
    said = [f"{findings.rejections(simulations)}."]
    for one in simulations:
        if one.world.effect:
            trusted = one.rejection.where(one.trusted)
            best = TEST_NAMES[str(trusted.idxmax())] if trusted.notna().any() else "no test"
            said.append(f"{one.world.words}: {best} {words.percent(float(trusted.max()))}.")
            continue
        names = [TEST_NAMES[str(name)] for name in one.loud.index[one.loud]]
        most = words.percent(float(one.rejection.max()), digits=0)
        above = f"above the level: {words.join(names)}, up to {most}" if names else "none above"
        said.append(f"{one.world.words}: {above}.")
    return " ".join(said)
