"""The first page of the report: what was found, every event by every share, how to read it.

In: results of all events, and of the families of events that answer a question. Out: a
`pages.IndexPage`, worded and drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.display import alt, plots, sentences, words
from analytics.display.pages import (
    Bullets,
    Finding,
    IndexPage,
    LeftOut,
    Link,
    Matrix,
    MatrixCell,
    MatrixRow,
    Prose,
    Source,
    Ticker,
)
from analytics.display.subject import picture
from analytics.errors import AnalyticsError
from analytics.events import EventTable, load_claims
from analytics.evidence import (
    adjust_pvalues,
    both_ways,
    check_claims,
    compare_listings,
    placebo,
    specification_curve,
    value_change,
)
from analytics.market import Market
from analytics.study import EventStudyResults

if TYPE_CHECKING:
    import pandas as pd

MAIN = ("NVDA", "META", "TSM", "2330.TW")
SHOCK = "deepseek-shock-2025-01-27"
QUOTED = 589e9  # USD, what the press says that NVIDIA lost on that day
CHIPS = ("inhouse_chip_official", "inhouse_chip_report")
GROUPS = {
    "market_shock": "DeepSeek and new models",
    "model_release": "DeepSeek and new models",
    "inhouse_chip_official": "In-house chips, announced or reported",
    "inhouse_chip_report": "In-house chips, announced or reported",
    "china_chip": "Chinese chips",
    "china_policy": "Chinese policy",
    "export_control": "Export controls",
    "capex_announcement": "Spending plans",
    "partnership": "Partnerships",
}


@dataclass(frozen=True, eq=False)
class Study:
    """Everything the front page draws on.

    Attributes
    ----------
    events : EventTable
    market : Market
    results : EventStudyResults
        Every event, the four main securities and those it names.
    plain : EventStudyResults
        The same against plain indices.
    left_out : tuple of LeftOut
        What these prices do not allow.
    """

    events: EventTable
    market: Market
    results: EventStudyResults
    plain: EventStudyResults
    left_out: tuple[LeftOut, ...] = ()


def frontpage(
    study: Study,
    *,
    sheets: dict[str, str],
    notebooks: tuple[Link, ...],
    sources: tuple[Source, ...],
    site_title: str,
    origin: str = "",
) -> IndexPage:
    """Build the first page.

    Parameters
    ----------
    study : Study
    sheets : dict
        Event id -> address of its tear sheet.
    notebooks : tuple of Link
    sources : tuple of Source
    site_title : str
    origin : str
        Where prices other than the recorded ones come from.
    """
    first, last = study.market.range
    findings, lacking = _findings(study, sheets, notebooks, strict=not origin)
    return IndexPage(
        title="What did the news do to the price, and how sure can we be?",
        title_zh="消息對股價做了什麼？有多確定？",
        covers=f"{words.count(len(study.events), 'event')}; prices "
        f"{words.date_range(first.date(), last.date())}",
        findings=findings,
        matrix=_matrix(study, sheets),
        how_to_read=(_how_to_read(study),),
        notebooks=notebooks,
        sources=sources,
        site_title=site_title,
        matrix_title="Every event, every share",
        matrix_title_zh="每則消息、每檔股票",
        origin=origin,
        left_out=(*lacking, *study.left_out),
    )


Pair = tuple[str, str]


def _findings(
    study: Study, sheets: dict[str, str], notebooks: tuple[Link, ...], *, strict: bool
) -> tuple[tuple[Finding, ...], tuple[LeftOut, ...]]:
    """What these prices allow to say first, and the findings that they do not allow."""
    page, matrix = {link.href[:2]: link for link in notebooks}, Link("#matrix", "Every event")
    shock = matrix
    if SHOCK in sheets:
        shock = Link(sheets[SHOCK], study.events[SHOCK].title, study.events[SHOCK].title_zh)
    makers: tuple[tuple[str, tuple[Pair, ...], Callable[[Study, Link], Finding], Link], ...] = (
        ("The DeepSeek shock", ((SHOCK, "NVDA"),), _shock_finding, shock),
        (
            "The two listings of TSMC",
            ((SHOCK, "TSM"), (SHOCK, "2330.TW")),
            _listings_finding,
            page.get("04", shock),
        ),
        ("The claims of the articles", ((SHOCK, "NVDA"),), _claims_finding, page.get("07", shock)),
        ("In-house chips", (("", "NVDA"), ("", "TSM")), _chips_finding, page.get("03", shock)),
        ("What chance alone would give", (), _chance_finding, matrix),
    )
    found, lacking = [], []
    for title, needed, make, link in makers:
        reason = _unstudied(study, needed)
        try:
            found += [] if reason else [make(study, link)]
        except AnalyticsError as error:
            if strict:
                raise
            reason = str(error)
        lacking += [LeftOut("finding", title, reason)] if reason else []
    return tuple(found), tuple(lacking)


def _unstudied(study: Study, needed: Iterable[Pair]) -> str:
    """What of the observations that a finding speaks about is lacking."""
    rows = study.results.headline()["car"].dropna().index
    for event_id, ticker in needed:
        there = (event_id, ticker) in rows if event_id else ticker in rows.unique("ticker")
        if not there:
            return f"there are no prices of {ticker} for it"
    return ""


def _shock_finding(study: Study, link: Link) -> Finding:
    row = study.results.headline().loc[(SHOCK, "NVDA")]
    part = study.results.only(SHOCK)
    found = placebo(part.among(["NVDA"]), study.market)
    curve = specification_curve(study.events[SHOCK], study.market, "NVDA", progress=False)
    return Finding(
        sentence=f"{sentences.reaction(study.results, (SHOCK, 'NVDA'))}.",
        number=words.percent(row["car"]),
        link=link,
        detail=f"{sentences.placebo_title(found, (SHOCK, 'NVDA'))}. "
        f"{sentences.specifications_title(curve)}. {sentences.matters_most(curve)}. NVIDIA "
        f"{sentences.with_itself(study.plain, study.results, (SHOCK, 'NVDA'))}. The raw fall was "
        f"{words.percent(abs(row['raw']))}. The day was chosen because prices fell: the interval "
        "does not allow for that choice.",
        figure=picture(plots.car(part, event_id=SHOCK), alt.car(part, event_id=SHOCK)),
    )


def _listings_finding(study: Study, link: Link) -> Finding:
    event = study.events[SHOCK]
    found = compare_listings(event, study.market, receipt="TSM", local="2330.TW")
    far = sentences.extreme_session(found)
    return Finding(
        sentence=f"{sentences.found_while_shut(found)}.",
        number=words.percent(float(np.expm1(found.path.loc[far, "gap"])), signed=True),
        link=link,
        detail=f"{sentences.implied_price(found)}. {sentences.first_session(found)}.",
        figure=picture(
            plots.two_listings(found, event, study.market),
            alt.two_listings(found, event, study.market),
        ),
    )


def _claims_finding(study: Study, link: Link) -> Finding:
    checks = check_claims(load_claims(), study.market, progress=False)
    worth = value_change(study.results.only(SHOCK).among(["NVDA"]), study.market).iloc[0]
    told = [checks[one] for one in ("C1", "C2", "C4") if one in {check.id for check in checks}]
    lost = sentences.money(float(worth["raw_change"]), str(worth["currency"]))
    return Finding(
        sentence=f"{sentences.claim_tally(checks)}.",
        number=f"{checks.counts['supported']} supported" if worth["reason"] else lost,
        link=link,
        detail=f"{'; '.join(sentences.claim_line(one) for one in told)}. "
        f"{sentences.worth(worth, quoted=QUOTED)}.",
        figure=picture(
            plots.claim_path(checks, study.market), alt.claim_path(checks, study.market)
        ),
    )


def _chips_finding(study: Study, link: Link) -> Finding:
    chips = study.events.filter(category=CHIPS)
    table, clean = both_ways(chips, study.market, _averaged(study, chips), 0, 1)
    nvidia, tsmc = table.loc["NVDA"], table.loc["TSM"]
    return Finding(
        sentence="That in-house chips hurt NVIDIA "
        f"{sentences.borne_out(nvidia, '-')} in its price: "
        f"{sentences.average(nvidia, named=False)}.",
        number=words.percent(nvidia["mean"], signed=True),
        link=link,
        detail=f"That they help TSMC in New York {sentences.borne_out(tsmc, '+')}: "
        f"{sentences.average(tsmc, named=False)}. Without events that share a session with other "
        f"news: {sentences.average(clean.loc['NVDA'])}; {sentences.average(clean.loc['TSM'])}.",
        figure=picture(plots.averages(table, window=(0, 1)), alt.averages(table, window=(0, 1))),
    )


def _averaged(study: Study, family: EventTable) -> list[str]:
    """Those of the main securities that an event with a declared sign and no other news has."""
    facts = study.results.sample.observations
    alone = facts.index[facts["confounded_by"] == ""]
    return [
        ticker
        for ticker in MAIN
        if any(
            (event.id, ticker) in alone and company is not None and company.expected in ("+", "-")
            for event in family
            for company in [event.company(ticker)]
        )
    ]


def _chance_finding(study: Study, link: Link) -> Finding:
    page = study.results.among(MAIN)
    rows = page.headline().dropna(subset=["car"])
    rows = rows[~rows["price_limited"].to_numpy(dtype=bool)]
    out = int(sum(sentences.stands_out(row) for _, row in rows.iterrows()))
    alone = (page.sample.observations["confounded_by"].loc[rows.index] == "").to_numpy(dtype=bool)
    quiet = rows[alone]
    still = int(sum(sentences.stands_out(row) for _, row in quiet.iterrows()))
    return Finding(
        sentence=f"Of all reactions of {_listings(rows)}, {sentences.by_chance(page)}.",
        number=f"{out} of {len(rows)}",
        link=link,
        detail=f"Without those beside other recorded news: {still} of {len(quiet)}. "
        f"{_survivors(rows, study.results.alpha)}",
        figure=picture(plots.standouts(page), alt.standouts(page)),
    )


def _listings(rows: pd.DataFrame) -> str:
    """How many listings there are, in words."""
    count = rows.index.unique("ticker").size
    return f"these {('two', 'three', 'four')[count - 2]} listings" if count > 1 else "this listing"


def _survivors(rows: pd.DataFrame, alpha: float) -> str:
    """How many reactions remain when all of them are counted."""
    remain = (adjust_pvalues(rows["pvalue"]) < alpha).to_numpy(dtype=bool)
    holm = int(remain.sum())
    by_rank = int((adjust_pvalues(rows["sq_pvalue"]) < alpha).sum())
    return (
        f"Counting all {len(rows)} at once, {words.count(holm, 'reaction')} "
        f"{'remains' if holm == 1 else 'remain'} after Holm if residuals are normal, and "
        f"{by_rank or 'none'} by rank, which assumes no distribution."
    )


def _matrix(study: Study, sheets: dict[str, str]) -> Matrix:
    headline = study.results.headline()
    reasons = {
        (row.event_id, row.ticker): row.reason
        for row in study.results.dropped.itertuples(index=False)
    }
    order = {group: k for k, group in enumerate(dict.fromkeys(GROUPS.values()))}
    rows = []
    for event in study.events:
        group = GROUPS.get(event.category, "Other news")
        cells = tuple(
            _cell(study.results, headline, (event.id, ticker), sheets[event.id], reasons)
            for ticker in MAIN
        )
        rows.append(
            MatrixRow(
                title=event.label or event.title,
                title_zh=event.title_zh,
                cells=cells,
                day=words.iso_date(event.date),
                href=sheets[event.id],
                unconfirmed=not event.time_confirmed,
                group=group,
            )
        )
    rows.sort(key=lambda row: order.get(row.group, len(order)))
    tickers = tuple(
        Ticker(ticker, sentences.name(ticker), sentences.name_zh(ticker)) for ticker in MAIN
    )
    level = words.confidence(study.results.alpha)
    return Matrix(
        tickers,
        tuple(rows),
        measure=f"Abnormal return in % over the session, or two, that hold the reaction. Bold: the "
        f"{level} interval leaves out zero, before any allowance for the number of cells. "
        "† the firm's own results within one session; ‡ censored by the daily price limit; ? the "
        "first session is not certain.",
    )


def _cell(
    results: EventStudyResults,
    headline: pd.DataFrame,
    key: tuple[str, str],
    href: str,
    reasons: dict[tuple[str, str], str],
) -> MatrixCell:
    if key not in headline.index:
        return MatrixCell(float("nan"), href, reason=reasons.get(key, "not studied"))
    row = headline.loc[key]
    if not np.isfinite(row["car"]):
        return MatrixCell(float("nan"), href, reason="a price in the window is missing")
    around = words.interval(row["ci_low"], row["ci_high"], alpha=results.alpha)
    facts = results.sample.observations.loc[key]
    marks, said = "", [around]
    for mark, flag, text in (
        ("†", "results" in facts["confounders"], "company results within a session"),
        ("‡", facts["price_limited"], "censored by the price limit"),
        ("?", facts["session_ambiguous"], "the first session is not certain"),
    ):
        if flag:
            marks, said = marks + mark, [*said, text]
    return MatrixCell(
        float(row["car"]),
        href,
        matters=sentences.stands_out(row),
        reason="; ".join(said),
        mark=marks,
    )


def _how_to_read(study: Study) -> Bullets | Prose:
    level = words.confidence(study.results.alpha)
    seen = float(study.results.among(MAIN).headline()["detectable"].median())
    return Bullets(
        (
            "Abnormal return: what the share did, less what its usual movement with the market "
            "explains. The firm is taken out of its index where its weight is known.",
            f"{level} interval: from the exact forecast error of the model, including the "
            "uncertainty of its own estimate.",
            "Day 0 is the first session whose close lies after the news, on each exchange by its "
            "own clock. A hollow mark is a time that no source at hand confirms.",
            "p value: how often chance alone gives a result as large. After Holm: the same once "
            "all results looked at are counted. Adjusted BMP: the test of an average that holds "
            "where reactions are correlated and the news raised their variance.",
            "No effect seen is not no effect: over the cells of this page the median move that "
            f"would be found four times in five is {words.percent(seen)}.",
            "Other news on the same day cannot be separated; each tear sheet lists what is "
            "recorded. Company results are recorded for NVIDIA, Meta and TSMC, and for other firms "
            "only where they fell on an event.",
        )
    )
