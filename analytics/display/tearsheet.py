"""One event on one page: the news, the clocks, who moved, how sure, what else happened.

In: an event, the market, results that hold the event. Out: a `pages.TearSheet`, worded and drawn.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from analytics.display import alt, names, plots, sentences, words
from analytics.display.pages import (
    Block,
    Bullets,
    Cell,
    Column,
    Facts,
    Formula,
    Link,
    News,
    Note,
    Prose,
    Row,
    Section,
    Source,
    Table,
    TearSheet,
)
from analytics.display.proof import claims, listings, placebos, robustness
from analytics.display.subject import Subject, picture
from analytics.events import Event, load_events
from analytics.evidence import adjust_pvalues
from analytics.market.calendars import city_of

ROLES = {"customer_or_subject": "customer or subject", "competitor_or_incumbent": "incumbent"}
NEWS_KNOWN = (
    "Other news is recorded for the shares of this package alone, and for the whole market only "
    "where it comes from Washington, New York or Taipei, 2022 to 2025. For other shares, places "
    "and years look for it yourself."
)
SIGNS = {"+": "up", "-": "down", "0": "no clear sign", "": "not said"}


def tearsheet(
    subject: Subject,
    *,
    sources: tuple[Source, ...],
    links: tuple[Link, ...],
    site_title: str,
    origin: str = "",
) -> TearSheet:
    """Everything about one event, in the order a reader asks.

    Parameters
    ----------
    subject : Subject
    sources : tuple of Source
        Files behind it.
    links : tuple of Link
        Other pages.
    site_title : str
    origin : str
        Where prices other than the recorded ones come from.
    """
    sections = [
        _clocks(subject),
        _expected_and_found(subject),
        _paths(subject),
        *listings(subject),
        _estimate(subject),
        _tests(subject),
        placebos(subject),
        robustness(subject),
        *claims(subject),
        _other_news(subject),
        _provenance(subject),
    ]
    return TearSheet(
        finding=_finding(subject),
        news=_news(subject.event),
        sections=tuple(sections),
        sources=sources,
        site_title=site_title,
        summary=_summary(subject),
        links=links,
        home="index.html" if subject.recorded else "",
        origin=origin,
        warning=f"{sentences.DRAFT}." if subject.event.status == "draft" else "",
    )


def _finding(subject: Subject) -> str:
    """The headline: the event in a few words, then what was found."""
    text = sentences.headline(subject.results, subject.key)
    if text.startswith("No "):
        text = text[0].lower() + text[1:]
    return f"{subject.event.label or subject.event.title}: {text}"


def _summary(subject: Subject) -> str:
    """The answer in two or three sentences."""
    row = subject.headline.loc[subject.lead]
    text = f"{sentences.reaction(subject.results, subject.key)}."
    if sentences.stands_out(row):
        text += f" {sentences.rarity(subject.results, subject.key, row)}."
    others = [
        f"{sentences.name(str(ticker))} {words.percent(one['car'], signed=True)}"
        for ticker, one in subject.headline.iterrows()
        if ticker != subject.lead and sentences.stands_out(one)
    ]
    if others:
        text += f" Beyond their usual range: {words.join(others)}."
    if subject.event.category == "market_shock":
        text += (
            " The event was chosen because prices fell that day; no p value or interval here "
            "allows for that choice."
        )
    return text


def published(event: Event) -> str:
    """When it became public, as well as that is known."""
    if event.precision in ("day", "session"):
        return f"{words.long_date(event.date)}, no clock time"
    if event.precision == "phase":
        local = event.published_at.astimezone(ZoneInfo("America/New_York"))
        minutes = local.hour * 60 + local.minute
        when = "before" if minutes < 570 else "after" if minutes >= 960 else "during"
        return f"{words.long_date(local.date())}, {when} the New York session"
    about = "" if event.precision == "minute" else "about "
    return f"{about}{words.clock(event.published_at)}"


def _news(event: Event) -> News:
    grades = [f"date {event.grades.get('date', 'not graded')}"]
    grades += [
        f"phase in {city_of(code)} {grade}"
        for code, grade in sorted(event.grades.items())
        if code != "date"
    ]
    return News(
        title=event.title,
        title_zh=event.title_zh,
        published=published(event),
        source=event.original_source or "source not recorded",
        grade="; ".join(grades) if event.grades else "",
        source_href=event.url,
        unconfirmed=not event.time_confirmed,
    )


def _clocks(subject: Subject) -> Section:
    event, table = subject.event, subject.observations
    title = _first_sessions(table)
    notes = [
        Note(text, unconfirmed=hollow) for text, hollow in dict.fromkeys(_clock_notes(event, table))
    ]
    axes = plots.clocks(event, subject.market, tickers=list(table.index))
    figure = picture(axes, alt.clocks(event, subject.market, tickers=list(table.index)))
    body: list[Block] = [figure, *notes, *_either_day(subject)]
    if event.sources:
        body.append(Bullets(tuple(_source_line(event, k) for k in range(len(event.sources)))))
    if event.evidence:
        body.append(Facts((("What fixes the date", event.evidence.replace("->", "→")),)))
    return Section(title, tuple(body), label="The clocks")


def _first_sessions(table: pd.DataFrame) -> str:
    """Which session each exchange could first react in, as a heading."""
    found: dict[str, tuple[str, ...]] = {}
    called = names.places(table["calendar"])
    for _, row in table.iterrows():
        dates = (row["session"], *row["alternative_sessions"])
        found[called[row["calendar"]]] = tuple(map(words.long_date, dates))
    when = {place: words.join(dates, last="or") for place, dates in found.items()}
    if len(when) > 1 and len(set(when.values())) == 1:
        who = "Both" if len(when) == 2 else f"All {len(when)}"
        return f"{who} exchanges could first react on {next(iter(when.values()))}"
    together: dict[str, list[str]] = {}
    for place, days in when.items():
        together.setdefault(days, []).append(place)
    first, *others = [(words.join(cities), days) for days, cities in together.items()]
    text = f"{first[0]} could first react on {first[1]}"
    return ", ".join([text, *(f"{place} on {dates}" for place, dates in others)])


def _either_day(subject: Subject) -> list[Block]:
    """What each possible day 0 would say, where it is not certain."""
    frame = subject.results.alternatives()
    if frame.empty:
        return []
    rows = tuple(
        Row(
            (
                Cell(sentences.name(str(ticker)), ticker=str(ticker)),
                words.iso_date(session),
                words.percent(row["car"], signed=True, unit=False, digits=1),
                words.ends(row["ci_low"], row["ci_high"]),
            )
        )
        for (_, ticker, session), row in frame.iterrows()
    )
    columns = (
        Column("Share", numeric=False),
        Column("If day 0 was", numeric=False),
        Column("Abnormal return", unit="%"),
        Column(f"{words.confidence(subject.results.alpha)} interval", unit="%"),
    )
    caption = "Each session that could have been the first to react, taken alone"
    return [Table(columns, rows, caption=caption)]


def _clock_notes(event: Event, table: pd.DataFrame) -> list[tuple[str, bool]]:
    notes = []
    if not event.time_confirmed:
        notes.append(
            ("No source at hand shows the clock time; the time drawn is a place-holder.", True)
        )
    for ticker, row in table.iterrows():
        if row["session_ambiguous"]:
            others = words.join([words.iso_date(day) for day in row["alternative_sessions"]])
            place = city_of(row["calendar"])
            notes.append(
                (
                    f"{place}: the first session is not certain. Day 0 is the earliest possible "
                    f"one, {words.iso_date(row['session'])}; it may be {others} instead. The "
                    "window covers both.",
                    True,
                )
            )
        if row["spans"]:
            notes.append(
                (
                    f"{sentences.name(str(ticker))}: its day 0 spans {row['spans']}."
                    + (
                        " The interval is that of one session and too narrow for it."
                        if sentences.long_span(row)
                        else ""
                    ),
                    False,
                )
            )
    return notes


def _source_line(event: Event, k: int) -> str:
    source = event.sources[k]
    line = f"{source.publisher}: {source.about}"
    if source.published_at:
        line += f", stamped {words.clock(source.published_at)}"
    if source.note:
        line += f" ({source.note})"
    return line


def _expected_and_found(subject: Subject) -> Section:
    rows, verdicts = [], []
    plain = subject.plain.headline().droplevel("event_id")
    holm = adjust_pvalues(subject.headline["pvalue"])
    rate = adjust_pvalues(subject.headline["pvalue"], "benjamini-hochberg")
    for ticker, row in subject.headline.iterrows():
        observation = subject.observations.loc[ticker]
        company = subject.event.company(str(ticker))
        blind = company is None or company.blind
        verdict = sentences.verdict(observation, row)
        if not blind:
            verdict = "sign set with the price known"
        if observation["expected"] in ("+", "-") and blind:
            verdicts.append(verdict)
        full = plain.loc[ticker, "car"] if observation["exclude_self"] else float("nan")
        rows.append(
            Row(
                (
                    Cell(
                        sentences.name(str(ticker)),
                        ticker=str(ticker),
                        note=ROLES.get(observation["role"], observation["role"].replace("_", " ")),
                    ),
                    Cell(SIGNS[observation["expected"]]),
                    words.percent(row["car"], signed=True, unit=False, digits=1),
                    words.ends(row["ci_low"], row["ci_high"]),
                    words.pvalue_cell(row["pvalue"]),
                    f"{words.pvalue_cell(holm[ticker])}, {words.pvalue_cell(rate[ticker])}",
                    words.percent(full, signed=True, unit=False, digits=1),
                    words.percent(row["detectable"], unit=False, digits=1),
                    verdict,
                ),
                matters=sentences.stands_out(row),
            )
        )
    level = words.confidence(subject.results.alpha)
    table = Table(
        (
            Column("Share", numeric=False),
            Column("Expected", numeric=False),
            Column("Abnormal return", unit="%"),
            Column(f"{level} interval", unit="%", numeric=True),
            Column("p"),
            Column("Holm, BH"),
            Column("Plain index", unit="%"),
            Column("Could be seen", unit="%"),
            Column("Verdict", numeric=False),
        ),
        tuple(rows),
        caption="Cumulative abnormal return over the window that holds the reaction",
        note="Expected: the sign written down before looking at prices, unless the verdict says "
        "otherwise. p: t test of this share alone. Holm, BH: p after all shares of this page are "
        "counted, family-wise and as false discovery rate. Plain index: the same "
        "against the index with the firm in it, where it was taken out. Could be seen: the "
        "smallest move that this test finds four times in five. Bold: the interval leaves out "
        "zero, before any allowance for the number of shares and events looked at.",
    )
    figure = picture(plots.forest(subject.results), alt.forest(subject.results))
    worth = [
        f"{sentences.worth(row, alpha=subject.results.alpha)}."
        for _, row in subject.value.iterrows()
        if not row["reason"]
    ]
    body: list[Block] = [figure, table, *([Bullets(tuple(worth))] if worth else [])]
    declared = any(one.expected is not None for one in subject.event.companies)
    title = _verdict_title(verdicts, declared=declared)
    return Section(title, tuple(body), label="Expected and found")


def _verdict_title(verdicts: list[str], *, declared: bool) -> str:
    if not verdicts and not declared:
        return "Nobody wrote down which sign to expect"
    if not verdicts:
        return "No clear sign was expected of these shares"
    met, against = verdicts.count("as expected"), verdicts.count("against expectation")
    total = words.count(len(verdicts), "expected sign")
    if met == against == 0:
        return f"Of {total}, none is confirmed and none refuted"
    return (
        f"Of {total}, {met or 'none'} came as expected and {against or 'none'} against expectation"
    )


def _paths(subject: Subject) -> Section:
    figure = picture(
        plots.car_panels(subject.results, event_id=subject.event.id),
        alt.car_panels(subject.results, event_id=subject.event.id),
    )
    lines = [
        f"{sentences.reaction(subject.results, (subject.event.id, str(ticker)))}."
        for ticker in subject.headline.index
    ]
    return Section(_later(subject), (figure, Bullets(tuple(lines))), label="The paths")


def _later(subject: Subject) -> str:
    """Where the headline share stands at the end of the event window."""
    last = subject.results.sample.windows.event[1]
    row = subject.results.car(0, last).loc[subject.key]
    who = sentences.name(subject.lead)
    if row["car"] != row["car"]:
        return f"The path of {who} is not known to session {words.relative_day(last)}"
    inside = "includes" if row["ci_low"] <= 0 <= row["ci_high"] else "leaves out"
    value = words.percent(row["car"], signed=True)
    return f"{last} sessions later {who} stands at {value}; the band {inside} zero"


def _estimate(subject: Subject) -> Section:
    estimate = subject.results.estimates.loc[subject.key]
    who = sentences.name(subject.lead)
    figure = picture(
        plots.scatter(subject.results, subject.key),
        alt.scatter(subject.results, subject.key),
    )
    body: list[Block] = [figure]
    at = subject.results.sample.index.get_loc(subject.key)
    residuals = subject.results.fit.residuals[at]
    cut = pd.DatetimeIndex(subject.results.sample.sessions[at, : residuals.size])
    cut = cut[np.isfinite(residuals)]
    body.append(
        Facts(
            (
                ("Model", subject.results.model.label),
                ("Benchmark", _benchmark_words(estimate, subject.lead)),
                ("Beta", words.number(estimate["beta"], digits=2)),
                ("Residual deviation", f"{words.percent(estimate['residual_std'])} a day"),
                ("Explained", f"{words.percent(estimate['r_squared'], digits=0)} of the variance"),
                (
                    "Estimation days",
                    f"{estimate['n_estimation']}, "
                    f"{words.date_range(cut[0].date(), cut[-1].date())}",
                ),
            )
        )
    )
    if estimate["exclude_self"]:
        body += _with_and_without(subject)
    title = (
        f"{who} moves by {words.percent(0.01 * estimate['beta'], digits=1)} for each 1\u202f% of "
        f"{sentences.market_words(subject.results, subject.key)}, on average"
    )
    return Section(title, tuple(body), label="The estimate")


def _benchmark_words(estimate: pd.Series, ticker: str) -> str:
    return (
        f"{estimate['benchmark']} without {ticker}"
        if estimate["exclude_self"]
        else str(estimate["benchmark"])
    )


def _with_and_without(subject: Subject) -> list[Block]:
    figure = picture(
        plots.with_and_without(subject.plain, subject.results, subject.key),
        alt.with_and_without(subject.plain, subject.results, subject.key),
    )
    prose = Prose(sentences.why_without(subject.plain, subject.results, subject.key))
    formula = Formula(
        r"R^{\mathrm{rest}}_t = \frac{R^{\mathrm{index}}_t - w_{t-1} R_t}{1 - w_{t-1}}",
        "R is the share's return and w its weight in the index at the previous close, carried from "
        "one recorded weight with constant shares; the interval does not hold the doubt about it.",
    )
    return [prose, figure, formula]


def _tests(subject: Subject) -> Section:
    first = int(subject.headline["first"].min())
    last = int(subject.headline["last"].max())
    tests = subject.results.test(first, last).sort_values("valid", ascending=False, kind="stable")
    n = len(subject.headline)
    if tests["pvalue"].isna().all():
        none = Prose(
            "Tests of an average need several shares or several events; the t test of this share, "
            "and its rank among ordinary days, stand on this page."
        )
        return Section("No average to test", (none,), label="The tests")
    dependence = subject.results.dependence(first, last)
    rows = [
        Row(
            (
                Cell(sentences.TEST_NAMES[str(name)], note=row["note"]),
                words.number(row["statistic"], digits=2),
                words.pvalue_cell(row["pvalue"]),
                "yes" if row["valid"] else "no",
            ),
            matters=str(name) == "adjusted_bmp",
            invalid=not row["valid"],
        )
        for name, row in tests.iterrows()
    ]
    valid = int(tests["valid"].sum())
    title = (
        f"{valid} of {len(tests)} tests keep their size for {words.count(n, 'share')} on one event"
    )
    if n > 1:
        title += f" (r = {words.number(dependence.average, digits=2)})"
    window = f"[{first}, {words.number(last, digits=0, signed=True)}]" if last else f"[{first}, 0]"
    table = Table(
        (
            Column("Test", numeric=False),
            Column("Statistic"),
            Column("p"),
            Column("Valid here", numeric=False),
        ),
        tuple(rows),
        caption=f"Is the average abnormal return of these shares zero over {window}?",
        note="Valid tests first; adjusted BMP is the headline. p is for this page alone, not "
        "adjusted for the number of events looked at.",
    )
    prose = Prose(
        "These tests ask about the average over all shares of this page. Where one is expected to "
        "rise and another to fall the average says little: read the shares one by one above."
    )
    return Section(title, (prose, table), label="The tests")


def _other_news(subject: Subject) -> Section:
    grouped: dict[tuple[int, str, str], list[str]] = {}
    for ticker, found in subject.observations["other_news"].items():
        for item in found:
            grouped.setdefault(item, []).append(str(ticker))
    notes: list[Block] = (
        [Note(subject.event.notes.replace("->", "→"))] if subject.event.notes else []
    )
    if not subject.recorded:
        notes.append(Note(NEWS_KNOWN))
    if not grouped:
        none = Prose("No other news within one session of day 0 is recorded for these shares.")
        return Section("No other news is recorded beside it", (none, *notes), label="Other news")
    table = Table(
        (
            Column("What", numeric=False),
            Column("Kind", numeric=False),
            Column("Session", unit="relative to day 0"),
            Column("Concerns", numeric=False),
        ),
        tuple(
            _news_row(item, tickers, linked=subject.recorded)
            for item, tickers in sorted(grouped.items())
        ),
        caption="Other dated news within one session of day 0",
        note="Any of these may be part of the move above; an event study cannot separate what "
        "happened on the same day.",
    )
    title = f"{words.count(len(grouped), 'other piece')} of news fell within a session of it"
    return Section(title, (table, *notes), label="Other news")


def _news_row(item: tuple[int, str, str], tickers: list[str], *, linked: bool) -> Row:
    day, kind, what = item
    if kind == "event":
        known = load_events()
        title = known[what].title if what in known else what
        cell = Cell(title, href=f"{what}.html" if linked else "")
        kind = "event of this report" if linked else "recorded event"
    else:
        cell = Cell(what[:1].upper() + what[1:])
    when = words.number(day, digits=0, signed=True) if day else "0"
    return Row((cell, kind.replace("_", " "), when, words.join(tickers)))


def _returns(subject: Subject) -> str:
    """What the returns are made of: a market without dividends gives price returns."""
    market = subject.market
    shares = [one for one in subject.headline.index if one in market.bars]
    if shares and not any(len(market.dividends.get(one, ())) for one in shares):
        return "simple returns of the closes, own currency; no dividends are given"
    return "simple total returns, own currency"


def _provenance(subject: Subject) -> Section:
    provenance = subject.results.provenance
    windows = provenance["windows"]
    versions = ", ".join(f"{name} {number}" for name, number in provenance["versions"].items())
    facts = [
        ("Model", provenance["model"]["name"]),
        ("Estimation window", _span(windows["estimation"])),
        ("Event window", _span(windows["event"])),
        ("Returns", _returns(subject)),
        ("Made with", versions),
        (
            "Again",
            f"analytics study {subject.event.id} --tickers {','.join(subject.headline.index)}"
            + subject.again,
        ),
    ]
    left = [(row.ticker, row.reason) for row in subject.results.dropped.itertuples(index=False)]
    body: list[Block] = [Facts(tuple(facts))]
    if left:
        body.append(Facts(tuple((f"Left out: {ticker}", why) for ticker, why in left)))
    studied = len(subject.headline)
    title = f"All {studied} shares asked for could be studied"
    if left:
        title = f"{words.count(studied, 'share')} studied, {len(left)} left out"
    elif studied == 1:
        title = "The one share asked for could be studied"
    return Section(title, tuple(body), label="How it was made")


def _span(pair: tuple[int, int]) -> str:
    return f"sessions {words.number(pair[0], digits=0)} to {words.number(pair[1], digits=0)}"
