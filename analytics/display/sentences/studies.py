"""Event studies in sentences.

In: results of a study. Out: plain text. Every page, notebook and alt text words a finding with the
functions below, so that the same number reads the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.display import names, words
from analytics.study import EventStudyResults

if TYPE_CHECKING:
    import pandas as pd

    from analytics.evidence import WeightDoubt


DRAFT = "Draft: no person has checked this event against its sources"


def name(ticker: str) -> str:
    """The firm's name, with the place where it has two listings.

    Examples
    --------
    >>> name("NVDA"), name("2330.TW"), name("MINE")
    ('NVIDIA', 'TSMC in Taipei', 'MINE')
    """
    return names.listing_of(ticker)


def name_zh(ticker: str) -> str:
    """The firm's name in Traditional Chinese; empty where there is none."""
    firm = names.directory().firm_of(ticker)
    return firm.name_zh if firm else ""


def stands_out(row: pd.Series) -> bool:
    """Whether the interval of a CAR leaves out zero; a censored reaction does not count."""
    if bool(row.get("price_limited", False)):
        return False
    return bool(row["ci_low"] > 0 or row["ci_high"] < 0)


def verb(row: pd.Series) -> str:
    """What the share did, against what was expected of it."""
    size = words.percent(abs(row["car"]))
    if row["raw"] < 0 and row["car"] < 0:
        return f"lost {size} more than"
    if row["raw"] > 0 and row["car"] > 0:
        return f"gained {size} more than"
    return f"ended {size} {'above' if row['car'] > 0 else 'below'} what"


def days(results: EventStudyResults, key: tuple[str, str], row: pd.Series) -> str:
    """The session or sessions of a window, for a sentence."""
    session = results.sample.observations.loc[key, "session"]
    if row["first"] == row["last"] == 0:
        return f"on {words.long_date(session)}"
    length = int(row["last"] - row["first"]) + 1
    begin = (
        "from" if row["first"] == 0 else f"from session {words.relative_day(int(row['first']))} of"
    )
    return f"over {length} sessions {begin} {words.long_date(session)}"


def market_words(results: EventStudyResults, key: tuple[str, str]) -> str:
    """What the return is compared with."""
    if " + " in results.sample.observations.loc[key, "benchmark"]:
        return "the mix of its benchmarks"
    out = results.sample.observations.loc[key, "exclude_self"]
    return "the rest of the market" if out else "the market"


def reaction(
    results: EventStudyResults,
    key: tuple[str, str],
    row: pd.Series | None = None,
    *,
    dated: bool = True,
) -> str:
    """What one security did at one event, and how sure that is.

    Parameters
    ----------
    results : EventStudyResults
    key : (event_id, ticker)
    row : pandas.Series, optional
        A row of `EventStudyResults.headline` or `over`; the headline by default.
    dated : bool
        Whether to name the session.

    Returns
    -------
    str
        A sentence without its full stop.
    """
    row = results.headline().loc[key] if row is None else row
    when = f" {days(results, key, row)}" if dated else ""
    around = words.interval(row["ci_low"], row["ci_high"], alpha=results.alpha)
    if row["car"] != row["car"]:
        return f"{name(key[1])}: no abnormal return{when}, a price is missing"
    facts = results.sample.observations.loc[key]
    beside = caveat(facts)
    value = words.percent(row["car"], signed=True)
    if facts["price_limited"]:
        return f"{name(key[1])} hit its daily price limit{when}: {value} is censored ({around})"
    if stands_out(row):
        explained = f"{verb(row)} {market_words(results, key)} explains{when}"
        return f"{name(key[1])} {explained} ({around}){beside}"
    power = (
        "; its interval is that of one session and too narrow for the closure it spans"
        if long_span(facts)
        else f"; a move of {words.percent(row['detectable'])} would have been found four times "
        "in five"
    )
    none = f"No reaction of {name(key[1])} can be told from chance{when}"
    return f"{none}: {value} ({around}){power}{beside}"


def caveat(facts: pd.Series) -> str:
    """What else happened within one session that alone can move a share; empty if nothing did."""
    strong = {"results": "the firm's own results", "tariff": "tariff orders"}
    found = [text for kind, text in strong.items() if kind in facts["confounders"]]
    return f"; within a session of {words.join(found)}" if found else ""


def long_span(facts: pd.Series) -> bool:
    """Whether the day-0 return covers more than a long weekend."""
    return bool((facts["session"] - facts["previous_session"]).days > 4)


def rarity(results: EventStudyResults, key: tuple[str, str], row: pd.Series) -> str:
    """How often the estimation window saw a move as large, in words."""
    length = int(row["last"] - row["first"]) + 1
    residuals = results.fit.residuals[results.sample.index.get_loc(key)]
    blocks = residuals.size // length
    sums = residuals[residuals.size - blocks * length :].reshape(blocks, length).sum(axis=1)
    known = sums[np.isfinite(sums)]
    beyond = int((np.abs(known) >= abs(row["car"])).sum())
    span = "estimation days" if length == 1 else f"spans of {length} days in the estimation window"
    if beyond == 0:
        return f"None of the {len(known)} {span} was as large"
    return f"{beyond} of the {len(known)} {span} {'was' if beyond == 1 else 'were'} as large"


def headline(results: EventStudyResults, key: tuple[str, str]) -> str:
    """The same in a few words, for a heading."""
    row = results.headline().loc[key]
    facts = results.sample.observations.loc[key]
    if facts["price_limited"]:
        return f"{name(key[1])} hit its daily price limit: the reaction is censored"
    if stands_out(row):
        return f"{name(key[1])} {verb(row)} {market_words(results, key)} explains{caveat(facts)}"
    return f"No reaction of {name(key[1])} can be told from chance"


def verdict(facts: pd.Series, row: pd.Series) -> str:
    """The sign found against the sign written down, with what keeps it from counting."""
    if facts["price_limited"]:
        return "censored by the price limit"
    if "results" in facts["confounders"]:
        return "not separable from its own results"
    return expected_and_found(facts["expected"], row)


def expected_and_found(expected: str, row: pd.Series) -> str:
    """Whether the sign found is the one written down before."""
    if expected not in ("+", "-"):
        return "no sign was expected" if expected == "0" else "nothing was expected"
    if not stands_out(row):
        return "neither confirmed nor refuted"
    return "as expected" if (row["car"] > 0) == (expected == "+") else "against expectation"


def with_itself(plain: EventStudyResults, results: EventStudyResults, key: tuple[str, str]) -> str:
    """What the index would say with the firm in it, as the end of a sentence.

    Parameters
    ----------
    plain, results : EventStudyResults
        Of ``align(..., exclude_self=False)`` and of the default.
    key : (event_id, ticker)

    Returns
    -------
    str
    """
    facts = results.sample.observations.loc[key]
    index = f"the {names.name(str(facts['benchmark']))}"
    if facts["exclude_self"]:
        row = plain.headline().loc[key]
        around = words.interval(row["ci_low"], row["ci_high"], alpha=results.alpha)
        return f"with itself in {index} {words.percent(row['car'], signed=True)} ({around})"
    own = names.directory().securities.get(key[1])
    outside = own is not None and facts["benchmark"] in own.outside
    return f"it is not in {index}" if outside else f"its weight in {index} is not recorded"


def valid_tests(results: EventStudyResults, first: int, last: int) -> str:
    """Which tests keep their size in these results.

    Returns
    -------
    str
        A sentence without its full stop.
    """
    table = results.test(first, last)
    held = table[table["valid"].astype(bool)]
    many = len(table) - len(held)
    n, r = len(results.sample), results.dependence(first, last).average
    share = words.count(n, "share")
    if r > 0:
        share += (
            f" that move together (average residual correlation {words.number(r, digits=2)}) tell "
            f"less than {n} independent ones"
        )
    answers = [
        QUESTIONS.get(str(test), ANY_OTHER).format(
            test=TEST_NAMES[str(test)],
            p=words.pvalue(row["pvalue"]),
            seen="a" if row["pvalue"] < results.alpha else "no",
        )
        for test, row in held.iterrows()
    ]
    trusted = "; ".join(answers) if answers else "none can be trusted"
    return f"{share}: {many} of {len(table)} tests cannot be trusted here; {trusted}"


ANY_OTHER = "{test} can, on whether their average is zero: {p}"
QUESTIONS = {
    "adjusted_bmp": "{test}, which allows for it, sees {seen} common move ({p})",
    "multivariate": "{test} can, on whether any of them moved: {p}",
}


def why_without(plain: EventStudyResults, results: EventStudyResults, key: tuple[str, str]) -> str:
    """In two sentences, why a firm's own index hides a part of its reaction.

    Parameters
    ----------
    plain, results : EventStudyResults
        Of ``align(..., exclude_self=False)`` and of the default; the firm must have been taken out.
    key : (event_id, ticker)

    Returns
    -------
    str
    """
    facts = results.sample.observations.loc[key]
    index = f"the {names.name(str(facts['benchmark']))}"
    at = results.sample.windows.estimation_offsets.size - results.sample.windows.event[0]
    row = results.sample.index.get_loc(key)
    whole, rest = (float(one.sample.factors[row, at, 0]) for one in (plain, results))
    own = float(results.sample.returns[row, at])
    said = [words.percent(one, signed=True) for one in (own, whole, rest)]
    return (
        f"{name(key[1])} returned {said[0]} on {words.long_date(facts['session'])}, {index} "
        f"{said[1]}, but {said[2]} without it: {words.points(whole - rest)} of the index's move "
        "were the firm itself. Compared with the whole index, that much of its own move would "
        "count as the market's."
    )


def weight(doubt: WeightDoubt) -> str:
    """A firm's weight in its index, where it comes from, and how much a tenth of it matters."""
    index = names.name(doubt.anchor.index)
    way = "back" if doubt.anchor.date > doubt.before else "forward"
    moved = max(abs(doubt.low - doubt.car), abs(doubt.high - doubt.car))
    return (
        f"{name(doubt.anchor.ticker)}: about {words.percent(doubt.weight, digits=0)} of the "
        f"{index} on {words.long_date(doubt.before)}, carried {way} from "
        f"{words.percent(doubt.anchor.weight)} on {words.long_date(doubt.anchor.date)} "
        f"({doubt.anchor.grade} grade); a tenth more or less of it moves the abnormal return by up "
        f"to {words.points(moved)}"
    )


def average(
    row: pd.Series, *, named: bool = True, alpha: float = 0.05, clean: pd.Series | None = None
) -> str:
    """Average reaction of one security over a family of events.

    Parameters
    ----------
    row : pandas.Series
        A row of `analytics.evidence.average_reactions`; its name is the ticker.
    named : bool
        Whether to begin with the firm's name.
    alpha : float
        Level of the interval in the row.
    clean : pandas.Series, optional
        The same without the events beside other news, said in a few words at the end.
    """
    around = words.interval(row["ci_low"], row["ci_high"], alpha=alpha)
    standing = "" if row["valid"] else ", not valid here"
    text = (
        f"{words.percent(row['mean'], signed=True)} on average over "
        f"{words.count(int(row['n']), 'event')} ({around}; adjusted BMP "
        f"{words.pvalue(row['pvalue'])}, {words.pvalue_cell(row['pvalue_holm'])} after Holm"
        f"{standing})"
    )
    if not row["pvalue_holm"] < alpha and row["detectable"] == row["detectable"]:
        text += (
            f"; an average of {words.percent(row['detectable'])} would have been found four times "
            "in five"
        )
    if clean is not None:
        lone = words.count(int(clean["n"]), "event")
        ends = ""
        if clean["ci_low"] == clean["ci_low"]:
            ends = f" ({words.ends(clean['ci_low'], clean['ci_high'])})"
        text += (
            f"; over the {lone} without other news beside it "
            f"{words.percent(clean['mean'], signed=True)}{ends}"
        )
    return f"{name(str(row.name))}: {text}" if named else text


def borne_out(row: pd.Series, expected: str, *, alpha: float = 0.05) -> str:
    """Whether an average reaction has the expected sign, after all that was looked at: a verb."""
    alone = row["pvalue"] < alpha and (row["mean"] > 0) == (expected == "+")
    if not row["pvalue_holm"] < alpha:
        return "shows only before all comparisons are counted" if alone else "does not show"
    return "shows" if (row["mean"] > 0) == (expected == "+") else "is contradicted"


def by_chance(results: EventStudyResults) -> str:
    """How many reactions stand out, beside how many chance alone gives."""
    rows = results.headline().dropna(subset=["car"])
    rows = rows[~rows["price_limited"].to_numpy(dtype=bool)]  # censored: its size is not known
    out = int(sum(stands_out(row) for _, row in rows.iterrows()))
    chance = words.number(results.alpha * len(rows), digits=0)
    censored = len(results.headline().dropna(subset=["car"])) - len(rows)
    limited = f" ({words.count(censored, 'price-limited one')} not counted)" if censored else ""
    return (
        f"{out} of {len(rows)} intervals leave out zero{limited}; chance alone would give about "
        f"{chance}"
    )


TEST_NAMES = {
    "cross_sectional_t": "cross-sectional t",
    "skewness_corrected_t": "skewness-corrected t",
    "crude_dependence_t": "crude dependence t",
    "patell": "Patell",
    "adjusted_patell": "adjusted Patell",
    "bmp": "BMP",
    "adjusted_bmp": "adjusted BMP",
    "corrado_rank": "Corrado rank",
    "corrado_zivney_rank": "Corrado-Zivney rank",
    "corrado_zivney_sign": "Corrado-Zivney sign",
    "grank_t": "generalised rank t",
    "grank_z": "generalised rank z",
    "sign": "sign",
    "generalised_sign": "generalised sign",
    "wilcoxon": "Wilcoxon signed rank",
    "sign_flip": "sign-flip permutation",
    "calendar_time": "calendar-time portfolio",
    "multivariate": "multivariate F",
}


def firms(tickers: Sequence[str]) -> str:
    """Names joined as a sentence does."""
    return words.join([name(ticker) for ticker in tickers])
