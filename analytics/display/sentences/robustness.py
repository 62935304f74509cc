"""How sure, in sentences: placebos, specifications, power, declared signs.

In: what `analytics.evidence` found. Out: plain text. A heading is a finding; a sentence has no full
stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.display import names, words
from analytics.display.sentences.studies import TEST_NAMES, name
from analytics.evidence import UNQUOTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.evidence import ExpectedSigns, Placebo, QuietDates, SpecificationCurve
    from analytics.study import EventStudyResults

CHOICE_NAMES = {
    "model": "the model",
    "benchmark": "the benchmark",
    "itself": "whether the firm is in its benchmark",
    "window": "the tested days",
    "estimation": "the estimation window",
    "masked": "whether days around other news are used to estimate",
    "confounded": "whether events beside other news stay",
}


def placebo(found: Placebo, key: tuple[str, str]) -> str:
    """How one abnormal return compares with ordinary days.

    Parameters
    ----------
    found : Placebo
    key : (event_id, ticker)
    """
    row = found.table.loc[key]
    who = name(key[1])
    if row["n"] == 0 or row["pvalue"] != row["pvalue"]:
        return f"{who}: no ordinary day to compare with ({row['note'] or 'none'})"
    many = f"{int(row['n'])} ordinary {_days(row)}"
    beyond = round(row["pvalue"] * (row["n"] + 1)) - 1
    saw = f"{beyond or 'None'} of {many} before it {'was' if beyond == 1 else 'were'}"
    level = words.confidence(found.alpha)
    ends = [words.percent(row[end], unit=False, digits=1, signed=True) for end in ("low", "high")]
    text = (
        f"{saw} as large for {who} ({words.pvalue(row['pvalue'])}, by size of the forecast error "
        f"{words.pvalue_cell(row['pvalue_t'])}; the middle {level} lie between {ends[0]} and "
        f"{ends[1]}{words.NARROW_SPACE}%)"
    )
    if row["spans"]:
        days = str(row["spans"]).split(",")[0]
        text += (
            f"; its day 0 spans {days} and is ranked among single sessions, so both p are too small"
        )
    return f"{text}; {row['note']}" if row["note"] else text


def placebo_title(found: Placebo, key: tuple[str, str]) -> str:
    """The same as a heading."""
    row = found.table.loc[key]
    who = name(key[1])
    if row["n"] == 0 or row["pvalue"] != row["pvalue"]:
        return f"No ordinary day to compare {who} with"
    beyond = round(row["pvalue"] * (row["n"] + 1)) - 1
    many = f"{int(row['n'])} ordinary {_days(row)}"
    if beyond == 0:
        return f"No move of {who} on {many} was as large"
    return f"{beyond} of {many} {'was' if beyond == 1 else 'were'} as large for {who}"


def without_news_days(results: EventStudyResults, found: Placebo, key: tuple[str, str]) -> str:
    """What leaving the days around news out of the estimation window changes; empty if nothing.

    Parameters
    ----------
    results : EventStudyResults
        With all estimation days.
    found : Placebo
        Of the same observations, masked.
    key : (event_id, ticker)
    """
    row, ends = results.headline().loc[key], found.intervals.loc[key]
    before = row["ci_low"] > 0 or row["ci_high"] < 0
    after = ends["ci_low"] > 0 or ends["ci_high"] < 0
    if before == after or not ends.notna().all():
        return ""
    around = words.interval(ends["ci_low"], ends["ci_high"], alpha=found.alpha)
    verb = "leaves out" if after else "includes"
    return (
        f"{name(key[1])}: without the days around its own news in the estimation window "
        f"{words.percent(found.table.loc[key, 'car'], signed=True)} ({around}), which {verb} zero"
    )


def false_alarms(found: Placebo, key: tuple[str, str]) -> str:
    """How often the t test rejects on ordinary days, beside what it promises."""
    row = found.table.loc[key]
    rate, n = row["false_alarms"], int(row["n"])
    if not n:
        return f"{name(key[1])}: no ordinary day to try the test on"
    around = words.interval(row["alarms_low"], row["alarms_high"], alpha=found.alpha, digits=1)
    return (
        f"{name(key[1])}: on {n} ordinary {_days(row)} the t test cries wolf {_rate(rate)} of the "
        f"time ({around}); it promises {_rate(found.alpha)}"
    )


def _days(row: pd.Series) -> str:
    length = int(row["last"] - row["first"]) + 1
    return "days" if length == 1 else f"spans of {length} days"


def _rate(share: float) -> str:
    return words.percent(share, digits=1 if round(1000 * share) % 10 else 0)


def detectable(found: Placebo, key: tuple[str, str], assumed: float) -> str:
    """The smallest move found four times in five: on real days, and by the normal formula."""
    real = found.detectable().loc[key]
    if real != real:
        return f"{name(key[1])}: no ordinary day to add a move to"
    return (
        f"{name(key[1])}: a move of {words.percent(real)} added to ordinary days is found four "
        f"times in five; the formula, which assumes a normal distribution and the variance of the "
        f"event's own estimation window, says {words.percent(assumed)}"
    )


def seen_and_cried(found: Placebo, together: QuietDates) -> str:
    """In a sentence: what would have been seen, and how often the tests cry wolf."""
    moves, rates = found.detectable().dropna(), found.table["false_alarms"].dropna()
    ends = [words.percent(float(end)) for end in (moves.min(), moves.max())]
    alarms = [_rate(float(end)) for end in (rates.min(), rates.max())]
    first, last = str(moves.idxmin()[1]), str(moves.idxmax()[1])
    return (
        f"Moves from {ends[0]} ({name(first)}) to {ends[1]} ({name(last)}) would have been seen "
        f"four times in five; on ordinary days the t tests of single shares cry wolf {alarms[0]} "
        f"to {alarms[1]} of the time and {TEST_NAMES['adjusted_bmp']}, for "
        f"{len(together.tickers)} shares at once, "
        f"{_rate(together.table.loc['adjusted_bmp', 'rejection'])}"
    )


def depends(curves: Sequence[SpecificationCurve]) -> str:
    """In a sentence: whether the sign, and whether the significance, hang on the choices."""
    signs = [f"{name(one.ticker)} {_share(one.same_sign)}" for one in curves]
    tests = [f"{_share(one.agreeing)}" for one in curves]
    return (
        f"Share of the ways to measure that have the declared one's sign: {words.join(signs)}; "
        f"that also tell it from chance: {words.join(tests)}"
    )


def specifications(curve: SpecificationCurve) -> str:
    """How many ways to measure agree with the declared one."""
    low, high = curve.table["estimate"].iloc[[0, -1]]
    ends = [words.percent(end, signed=True) for end in (low, high)]
    left = f" ({len(curve.left_out)} more could not be run)" if len(curve.left_out) else ""
    text = (
        f"{name(curve.ticker)}, measured in {len(curve)} ways{left}: {_agreement(curve)}; median "
        f"{words.percent(curve.median, signed=True)}, from {ends[0]} to {ends[1]}"
    )
    if not curve.chance.empty:
        n = len(curve.chance)
        beyond = round(curve.joint_pvalue * (n + 1)) - 1
        verb = "has" if beyond == 1 else "have"
        text += (
            f"; {beyond or 'none'} of {n} ordinary days {verb} a median as far from zero "
            f"({words.pvalue(curve.joint_pvalue)})"
        )
    return text


def _agreement(curve: SpecificationCurve) -> str:
    """How many agree with the declared one; with one next to zero nobody can."""
    row = curve.headline
    declared = words.percent(row["estimate"], signed=True)
    if curve.stand_in:
        declared += ", which stands for the declared one that could not be run"
    if abs(row["estimate"]) < 0.25 * row["std_error"]:
        return (
            f"the declared one is next to zero ({declared}), and {_share(curve.significant)} "
            f"reject at {_rate(curve.alpha)}, in either direction"
        )
    return (
        f"{_share(curve.same_sign)} have the sign of the declared one ({declared}) and "
        f"{_share(curve.agreeing)} also reject at {_rate(curve.alpha)}"
    )


def beside_other_news(curve: SpecificationCurve) -> str:
    """What leaving out the events beside other news does to a family's curve; empty if nothing."""
    table = curve.by("confounded")
    if len(table) < 2:
        return ""
    shares = [_share(table.loc[one, "significant"]) for one in ("keep", "drop")]
    n = curve.table.groupby("confounded")["n"].max()
    return (
        f"{name(curve.ticker)}: {shares[0]} of the specifications with all {n['keep']} events "
        f"reject, {shares[1]} of those with the {n['drop']} without other news"
    )


def _share(share: float) -> str:
    return words.percent(share, digits=0)


def specifications_title(curve: SpecificationCurve) -> str:
    """The same as a heading."""
    who = name(curve.ticker)
    fell = "fall" if curve.headline["estimate"] < 0 else "rise"
    if curve.agreeing >= 0.9:
        return f"{_share(curve.agreeing)} of {len(curve)} ways to measure find the {fell} of {who}"
    if curve.agreeing >= 0.5:
        return (
            f"{_share(curve.agreeing)} of {len(curve)} ways to measure find the {fell} of {who}, "
            "the others do not"
        )
    if curve.agreeing > 2 * curve.alpha:
        return (
            f"Only {_share(curve.agreeing)} of {len(curve)} ways to measure find a {fell} of {who}"
        )
    return (
        f"{_share(curve.agreeing)} of {len(curve)} ways to measure find a {fell} of {who}, no more "
        "than chance would"
    )


def matters_most(curve: SpecificationCurve) -> str:
    """Which choice, changed alone, moves the estimate most."""
    table = curve.differences()
    if table.empty or table["difference"].iloc[0] == 0:
        return f"No choice alone moves the estimate for {name(curve.ticker)}"
    row = table.iloc[0]
    ends = [value(row["choice"], row[one]) for one in ("one", "other")]
    return (
        f"What matters most for {name(curve.ticker)} is {CHOICE_NAMES[row['choice']]}: from "
        f"{ends[0]} to {ends[1]}, all else equal, the estimate changes by "
        f"{words.points(row['difference'])}{_next(table, row['choice'])}"
    )


def _next(table: pd.DataFrame, choice: str) -> str:
    """The choice that matters next, where it matters more than half as much."""
    others = table[table["choice"] != choice]
    if others.empty or abs(others["difference"].iloc[0]) < 0.5 * abs(table["difference"].iloc[0]):
        return ""
    row = others.iloc[0]
    ends = [value(row["choice"], row[one]) for one in ("one", "other")]
    return f"; from {ends[0]} to {ends[1]} by {words.points(row['difference'])}"


def value(choice: str, chosen: object) -> str:
    """One value of a choice, in words.

    Examples
    --------
    >>> value("benchmark", "^GSPC + ^SOX"), value("masked", True)
    ('S&P 500 + PHLX', 'days around news left out')
    """
    if choice == "benchmark":
        text = str(chosen)
        if text == "none":
            return "no benchmark"
        several = [names.name(one) for one in text.split(" + ")]
        short = [one.removesuffix(" Semiconductor").removesuffix(" Composite") for one in several]
        return several[0] if len(several) == 1 else " + ".join(short)
    if choice in ("window", "estimation") and isinstance(chosen, tuple):
        first, last = (words.number(day, digits=0, signed=day > 0) for day in chosen)
        return f"days {first} to {last}" if chosen[0] != chosen[1] else f"day {first}"
    said = {
        ("masked", True): "days around news left out",
        ("masked", False): "all estimation days",
        ("confounded", "keep"): "all events",
        ("confounded", "drop"): "events without other news",
        ("itself", "out"): "firm taken out",
        ("itself", "in"): "firm in it",
        ("itself", "unknown weight"): "weight not known",
        ("itself", "no member"): "not a member",
        ("itself", "none"): "no benchmark",
    }
    return said.get((choice, chosen), str(chosen))


def quiet_dates(found: QuietDates) -> str:
    """How often the tests of several shares cry wolf, or see an effect, on ordinary dates."""
    table = found.table
    firms = words.join(name(one) for one in found.tickers)
    head = f"{firms} together on {len(found.dates)} ordinary dates"
    best = table.loc["adjusted_bmp"]
    bad = table[(table["valid"] < 0.5) & table["rejection"].notna()]
    if found.effect:
        move = words.percent(found.effect, signed=True)
        return (
            f"{head}, {move} added to each: {TEST_NAMES['adjusted_bmp']} finds it "
            f"{_rate(best['rejection'])} of the time"
        )
    text = f"{head}: {TEST_NAMES['adjusted_bmp']} cries wolf {_rate(best['rejection'])} of the time"
    if len(bad):
        worst = str(bad["rejection"].idxmax())
        text += (
            f", {TEST_NAMES[worst]}, which is marked not valid, "
            f"{_rate(bad.loc[worst, 'rejection'])}"
        )
    return f"{text}; both promise {_rate(found.alpha)}"


def quiet_dates_title(found: QuietDates) -> str:
    """The same as a heading."""
    table = found.table
    best = _rate(table.loc["adjusted_bmp", "rejection"])
    name_of = TEST_NAMES["adjusted_bmp"]
    if found.effect:
        move = words.percent(found.effect, signed=True)
        return f"With {move} added to every share, {name_of} finds it {best} of the time"
    bad = table[(table["valid"] < 0.2) & table["rejection"].notna()]
    others = f"; tests not valid here, up to {_rate(bad['rejection'].max())}" if len(bad) else ""
    return f"On {len(found.dates)} ordinary dates {name_of} cries wolf {best} of the time{others}"


def expected_signs(found: ExpectedSigns, security: str = "all") -> str:
    """How many declared signs came, for all securities or one."""
    row = found.summary.loc[security]
    who = "" if security in ("all", UNQUOTED) else f"{name(security)}: "
    if security == UNQUOTED:
        who = "Without the records that quote the price of the share: "
    n, right = int(row["n"]), int(row["right"])
    if row["pvalue"] != row["pvalue"]:
        return f"{who}{right} of {words.count(n, 'declared sign')} came, too few to test"
    around = words.interval(row["ci_low"], row["ci_high"], alpha=found.alpha)
    text = (
        f"{who}{right} of {words.count(n, 'declared sign')} came ({_share(row['share'])}); in the "
        f"declared direction {words.percent(row['mean'], signed=True)} on average ({around}; "
        f"sign flips of {int(row['groups'])} groups of events, {words.pvalue(row['pvalue'])}"
    )
    holm = row["pvalue_holm"]
    return f"{text}, {words.pvalue_cell(holm)} after Holm)" if holm == holm else f"{text})"


def expected_signs_title(found: ExpectedSigns) -> str:
    """The same as a heading; it rests on the records that do not quote the price."""
    counts, row = found.counts, found.summary.loc["all"]
    met, against = int(counts["as_expected"]), int(counts["against"])
    strict = found.summary.loc[UNQUOTED] if UNQUOTED in found.summary.index else row
    said = f"{int(row['right'])} of {int(row['n'])} declared signs came"
    clear = f"{met} clearly and {against or 'none'} clearly the other way"
    if strict["pvalue"] < found.alpha:
        return f"{said}, more than chance: {clear}"
    if row["pvalue"] < found.alpha:
        return f"{said}, {clear}; without records that quote the price no more than chance"
    return f"{said}, no more than chance: {clear}"
