"""What the command line says of events and studies: lines of text, and records for JSON.

In: events with their first sessions, results. Out: strings and plain mappings. It must not know
options or exit statuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analytics.display import words
from analytics.display.terminal import wrapped
from analytics.errors import InputError
from analytics.events import Event, EventTable, event_template
from analytics.market import Market, securities_template
from analytics.study import EventStudyResults
from analytics.study.requests import alike

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["event_lines", "event_record", "study_lines", "study_record", "template_text"]

NO_EXCHANGE = (
    "No exchange is known for these prices, so no session can be named: put a securities.yaml "
    "beside them (analytics events --template securities shows one)"
)


def template_text(form: str) -> str:
    """An example file to start from, as ``--template`` names it.

    Raises
    ------
    InputError
        Another name.

    Examples
    --------
    >>> template_text("securities").splitlines()[3][:14]
    '- ticker: AAA '
    """
    forms = {"yaml": event_template, "csv": lambda: event_template("csv")}
    known = forms | {"securities": securities_template}
    if form not in known:
        raise InputError(f"--template {form}: expected one of {', '.join(known)}")
    return known[form]().rstrip("\n")


def event_record(event: Event, sessions: pd.DataFrame | None) -> dict[str, Any]:
    """An event as JSON tells it, with the first session of each exchange."""
    record = dict(event.model_dump(mode="json"))
    if sessions is not None:
        own = sessions.index.get_level_values("event_id") == event.id
        rows = sessions[own].droplevel("event_id").drop(columns="time_confirmed")
        record["sessions"] = rows.to_dict("index")
    return record


def _when(event: Event) -> str:
    """The published moment, UTC; of an event known to the day, its day alone."""
    if event.precision == "day":
        return f"{event.date:%Y-%m-%d}   day"
    return f"{event.published_at:%Y-%m-%d %H:%M}"


def event_lines(table: EventTable, sessions: pd.DataFrame, market: Market) -> str:
    """Events in order, each with the first session of every exchange, and what is not certain."""
    codes = list(dict.fromkeys(sessions.index.get_level_values("calendar")))
    width = max(len(event.id) for event in table)
    head = f"{'published (UTC)':<17}  {'event':<{width}}  " + "  ".join(f"{c:<11}" for c in codes)
    lines = [head.rstrip()]
    for event in table:
        mark = " " if event.time_confirmed else "?"
        days = [_day(sessions.loc[(event.id, code)]) for code in codes]
        lines.append(
            f"{_when(event)}{mark}  {event.id:<{width}}  {'  '.join(days)}  "
            f"{event.title}{' (draft)' if event.status == 'draft' else ''}"
        )
    lines += [
        "",
        f"{words.count(len(table), 'event')}. Under each exchange: the first session that could "
        "react.",
        "? clock time unconfirmed    day: only the day is known    * one of several possible "
        "sessions",
    ]
    drafts = sum(event.status == "draft" for event in table)
    if drafts:
        lines.append(f"(draft) {drafts} of them: no person has checked them against their sources")
    if not codes:
        lines.append(wrapped(NO_EXCHANGE))
    return "\n".join([*lines, *_without_prices(table, market)])


def _without_prices(table: EventTable, market: Market) -> list[str]:
    """Tickers that events name and the market does not have, and what to do about them."""
    named = dict.fromkeys(ticker for event in table for ticker in event.tickers)
    lacking = [ticker for ticker in named if ticker not in market]
    if not lacking:
        return []
    said = [
        f"{one} (did you mean {near}?)" if (near := alike(one, market.tickers)) else one
        for one in lacking
    ]
    text = f"No prices of {', '.join(said)}: correct the ticker in the event, or add its prices"
    return [wrapped(text)]


def _day(row: pd.Series) -> str:
    if row["session"] != row["session"]:
        return f"{'no session':<11}"
    return f"{row['session']:%Y-%m-%d}{'*' if row['session_ambiguous'] else ' '}"


def study_record(
    results: EventStudyResults,
    cars: pd.DataFrame,
    tests: pd.DataFrame,
    model: str,
    tested: tuple[int, int],
) -> dict[str, Any]:
    """A study as JSON tells it; see the command's contract."""
    windows = results.sample.windows
    return {
        "model": model,
        "returns": "log" if results.sample.log_returns else "simple",
        "windows": {
            "estimation": windows.estimation,
            "event": windows.event,
            "tested": tested,
            "min_estimation": windows.min_estimation,
        },
        "alpha": results.alpha,
        "observations": [_observation(results, cars, key) for key in results.sample.index],
        "tests": [{"test": name, **row} for name, row in tests.to_dict("index").items()],
        "dropped": results.dropped.to_dict("records"),
        "notes": list(results.summary_of(cars).notes),
    }


def _observation(
    results: EventStudyResults, cars: pd.DataFrame, key: tuple[str, str]
) -> dict[str, Any]:
    estimates, car = results.estimates.loc[key], cars.loc[key]
    facts = results.sample.observations.loc[key]
    shown = ["residual_std", "n_estimation", "r_squared"]
    coefficients = {name: estimates[name] for name in results.fit.coefficients}
    either = results.alternatives().reset_index().set_index(["event_id", "ticker"])
    either = either.loc[either.index == key, ["session", "day", "car", "ci_low", "ci_high"]]
    placed = [
        "phase",
        "time_confirmed",
        "draft",
        "session_ambiguous",
        "alternative_sessions",
        "spans",
    ]
    return {
        "event_id": key[0],
        "ticker": key[1],
        "session": facts["session"],
        "benchmark": facts["benchmark"],
        "exclude_self": facts["exclude_self"],
        "excluded_from": facts["excluded_from"],
        "alpha": coefficients.get("alpha"),
        "beta": coefficients.get("beta"),
        "coefficients": coefficients,
        **{name: estimates[name] for name in shown},
        "masked_days": facts["masked_days"],
        "window": (int(car["first"]), int(car["last"])),
        **{name: car[name] for name in car.index if name not in ("first", "last", "price_limited")},
        **{
            name: facts[name]
            for name in [*placed, "expected", "price_limited", "confounders", "confounded_by"]
        },
        "alternatives": either.to_dict("records"),
    }


def study_lines(
    results: EventStudyResults,
    cars: pd.DataFrame,
    tests: pd.DataFrame,
    tested: tuple[int, int],
) -> str:
    """The summary, the tests where there are several shares, and who was left out."""
    summary = results.summary_of(cars)
    lines = [summary.title, summary.table.to_string(), *map(wrapped, summary.notes)]
    if len(results.sample) > 1:
        ordered = tests.sort_values("valid", ascending=False, kind="stable")
        shown = ordered[["statistic", "pvalue", "valid"]].assign(
            valid=ordered["valid"].map({True: "yes", False: "no"})
        )
        lines += [
            "",
            f"Is the average CAR over [{tested[0]}, {tested[1]}] zero? Tests, valid ones first",
            shown.to_string(float_format="{:.4f}".format),
            *(
                wrapped(f"{', '.join(names)}: {note}")
                for note, names in _grouped(ordered["note"]).items()
            ),
        ]
    for row in results.dropped.itertuples():
        lines.append(f"left out: {row.ticker}: {row.reason}")
    return "\n".join(lines)


def _grouped(notes: pd.Series) -> dict[str, list[str]]:
    """Each note once, with the tests that it is about."""
    groups: dict[str, list[str]] = {}
    for name, note in notes.items():
        if note:
            groups.setdefault(str(note), []).append(str(name))
    return groups
