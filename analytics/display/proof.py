"""Sections of a tear sheet that say how sure: two listings, ordinary days, every way, claims.

In: a `Subject`. Out: sections, worded and drawn.
"""

from __future__ import annotations

from analytics.display import alt, plots, sentences, words
from analytics.display.pages import Block, Bullets, Cell, Column, Prose, Row, Section, Table
from analytics.display.subject import Subject, picture


def placebos(subject: Subject) -> Section:
    """The event among ordinary days, and what those say about its t test."""
    found, key = subject.placebo, subject.key
    body: list[Block] = []
    if found.table.loc[key, "pvalue"] == found.table.loc[key, "pvalue"]:
        title = f"{sentences.name(subject.lead)} among its ordinary days"
        body.append(picture(plots.placebo(found, key, title=title), alt.placebo(found, key)))
    body.append(_placebo_table(subject))
    lines = [sentences.false_alarms(subject.printed, key)]
    lines += [sentences.without_news_days(subject.results, found, one) for one in found.table.index]
    body.append(Bullets(tuple(f"{line}." for line in lines if line)))
    return Section(sentences.placebo_title(found, key), tuple(body), label="Placebo")


def _placebo_table(subject: Subject) -> Table:
    found = subject.placebo
    moves = subject.printed.detectable()
    rows = tuple(
        Row(
            (
                Cell(
                    sentences.name(str(key[1])),
                    ticker=str(key[1]),
                    note=row["note"] or (row["spans"] and f"its day 0 spans {row['spans']}"),
                ),
                words.pvalue_cell(subject.headline.loc[key[1], "pvalue"]),
                words.pvalue_cell(row["pvalue"]),
                words.pvalue_cell(row["pvalue_t"]),
                str(int(row["n"])),
                words.percent(moves.loc[key], unit=False, digits=1),
            ),
            matters=str(key[1]) == subject.lead,
        )
        for key, row in found.table.iterrows()
    )
    columns = (
        Column("Share", numeric=False),
        Column("p, t test"),
        Column("p, placebo"),
        Column("p, placebo of t"),
        Column("Ordinary days"),
        Column("Found 4 in 5", unit="%"),
    )
    return Table(
        columns,
        rows,
        caption="Each share among its own ordinary days",
        note="p, placebo: rank of the abnormal return among ordinary days before the event; of t: "
        "rank of the abnormal return divided by its forecast error; both with the days around "
        "other news left out of the estimation windows. Found 4 in 5: the move, added to ordinary "
        "days, that the t test of this page finds four times in five; could be seen, above, is "
        "what the formula for normal returns says.",
    )


def robustness(subject: Subject) -> Section:
    """The headline share, measured in every way."""
    curve = subject.curve
    if curve is None:
        none = Prose("No other way to measure it could be run: too few sessions before the event.")
        return Section("Only one way to measure it", (none,), label="Robustness")
    drawn = plots.specifications(
        curve,
        choices=False,
        title=f"{sentences.name(subject.lead)}: every way to measure, in order of the result",
    )
    figure = picture(drawn, alt.specifications(curve, choices=False))
    lines = (f"{sentences.specifications(curve)}.", f"{sentences.matters_most(curve)}.")
    title = sentences.specifications_title(curve)
    return Section(title, (figure, Bullets(lines)), label="Robustness")


def listings(subject: Subject) -> list[Section]:
    """What the listing that traded first implied, and what the other one took over."""
    found = subject.listings
    if found is None:
        return []
    figure = picture(
        plots.two_listings(found, subject.event, subject.market),
        alt.two_listings(found, subject.event, subject.market),
    )
    lines = (
        f"{sentences.implied_price(found)}.",
        f"{sentences.first_session(found)}.",
        f"{sentences.share_caught_up(found)}.",
    )
    title = sentences.found_while_shut(found)
    return [Section(title, (figure, Bullets(lines)), label="Two listings")]


def claims(subject: Subject) -> list[Section]:
    """What the articles said about it, checked against the prices."""
    checks = subject.claims
    if not len(checks):
        return []
    lines = tuple(f"{sentences.claim_line(one)}." for one in checks)
    note = Prose(
        "Refuted: the prices contradict it. Every figure is recomputed; of falls and recoveries "
        "only sessions before the day of publication count."
    )
    return [Section(sentences.claim_tally(checks), (Bullets(lines), note), label="Claims")]
