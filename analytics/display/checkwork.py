"""What the command line says of a check: lines of text, and one record for JSON.

In: a checked folder, or two that were compared. Out: strings and plain mappings. It must not know
options or exit statuses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from analytics.display.terminal import wrapped
from analytics.market.checks import Finding, Revision, RevisionReport, SnapshotCheck
from analytics.market.checks.findings import SEVERITIES

__all__ = ["RULES", "check_answer", "check_lines", "check_record", "check_status", "revision_lines"]

RULES = {
    "action_off_session": "a dividend or split on a day without a session",
    "action_twice": "a dividend or split that stands more than once",
    "adjusted_closes": "closes that no trade can have: adjusted for dividends",
    "appeared": "rows that the other snapshot lacks",
    "bad_tick": "a high or low far from everything around it",
    "beyond_limit": "a larger change than the exchange allows",
    "cash_left_out": "a dividend that was not taken: the total return lacks it",
    "checksum": "not the file that the manifest describes",
    "clock_time": "a date with a clock time",
    "column_vanished": "a column that only the other snapshot has",
    "copied_block": "fifteen closes or more that stand twice in one file",
    "currency_jump": "a jump by an exchange rate, or by a hundred",
    "dividend_adjustment": "closes adjusted for dividends in one snapshot only, or at another time",
    "dividend_changed": "a dividend of another amount in the other snapshot",
    "dividend_not_split": "dividends from before a split that were not divided by it",
    "dividend_vanished": "a dividend that only the other snapshot lists",
    "duplicate_date": "a date that stands more than once",
    "empty_file": "no rows",
    "equal_closes": "more equal closes in a row than chance makes: suspended, or a dead feed",
    "file_appeared": "a file that the other snapshot lacks",
    "file_vanished": "a file that only the other snapshot has",
    "flat_bar": "one price all day, although shares changed hands",
    "frozen_bar": "the bar of the session before, with less volume or the same",
    "impossible_figure": "a price of zero or less, or a volume that no market has",
    "incomplete_bar": "one of open, high, low is empty",
    "jump_and_back": "a jump by the ratio of a split that comes back",
    "large_dividend": "a dividend of a quarter of the price, or twenty times the others",
    "late_start": "begins long after the others of its exchange",
    "level_break": "a fall by more than 70 % or a rise by more than 230 % in a session",
    "limit_day": "locked at the price limit all day",
    "missing_file": "listed in the manifest, but not there",
    "missing_session": "a session without a row",
    "new_dividend": "a dividend that only this snapshot lists",
    "new_split": "a split that only this snapshot knows",
    "no_benchmark": "the index that a share's benchmark names is not in the folder",
    "no_calendar": "no exchange known: sessions were not compared",
    "no_close": "a row without a price",
    "no_prices": "a dividend or split of a ticker without prices",
    "official_figure": "not the figure that the exchange published",
    "other_basis": "closes that are not the recorded ones: an unlisted split, dividends, a unit",
    "other_ticker": "the prices of another ticker",
    "phantom_row": "a row on a day without a session",
    "price_order": "low above open or close, or high below",
    "provisional_completed": "a last row that was not final in the other snapshot",
    "provisional_row": "a last row that may not be final",
    "rate_without_session": "exchange rates of weekdays without a session",
    "repeated_bar": "the prices of the session before, with a volume of their own",
    "rescaled": "one ratio between the snapshots, and no split listed",
    "same_prices": "all closes of another ticker",
    "shifted_date": "a bar dated a day early or late",
    "shifted_dates": "all dates a day early or late beside the other snapshot",
    "small_dividend": "a dividend of less than a fiftieth of the others",
    "special_session": "a row that was traded on a day without a session",
    "spike": "a close that leaves and comes back the next day",
    "split_appeared": "a split that only this snapshot lists, without another close",
    "split_changed": "a split with another ratio in the other snapshot",
    "split_inverted": "a split that is listed, or was applied, the wrong way round",
    "split_jump": "a jump by the ratio of a split that nobody lists",
    "split_not_applied": "a listed split that the closes before it do not have",
    "split_vanished": "a split that only the other snapshot lists",
    "stale_end": "ends before the others of its exchange, or before the end asked for",
    "swapped_columns": "opens and closes exchanged",
    "unlisted_file": "not listed in the manifest",
    "unreadable": "cells or files that hold something else",
    "unsorted_dates": "dates out of order",
    "vanished": "rows that only the other snapshot has",
    "vendor_correction": "figures of single days that changed",
    "volume_break": "the usual volume changes by more than three hundred times",
    "zero_volume": "no volume on a session, which alone proves nothing",
}
LISTED = 10  # findings of a rule that are listed


def check_record(check: SnapshotCheck) -> dict[str, Any]:
    """A check as JSON tells it.

    Parameters
    ----------
    check : SnapshotCheck

    Returns
    -------
    dict
        ``findings``: mappings of ``file, date, rule, severity, evidence``; ``known``: the same with
        ``reason`` and ``source``. A finding about a file as a whole has the date None.

    Examples
    --------
    >>> from analytics.market.checks import check_snapshot
    >>> record = check_record(check_snapshot())
    >>> record["findings"], record["known"][0]["rule"]
    ([], 'limit_day')
    """
    return check.record()


def check_status(check: SnapshotCheck) -> int:
    """Exit status: 1 where an error or a warning is left that nobody has explained, else 0.

    Examples
    --------
    >>> from analytics.market.checks import check_snapshot
    >>> check_status(check_snapshot())
    0
    """
    return 0 if check.passed else 1


def check_lines(check: SnapshotCheck) -> str:
    """A check as text: whether the prices can be used, the tally, every finding, what is known.

    Of a rule with more than ten findings ten are listed and the others counted.

    Parameters
    ----------
    check : SnapshotCheck

    Returns
    -------
    str

    Examples
    --------
    >>> from analytics.market.checks import check_snapshot
    >>> first, second = check_lines(check_snapshot()).splitlines()[:2]
    >>> first, second.partition(": ")[2]
    ('These prices can be used.', '17 files, 17,023 rows; no findings, 6 known exceptions')
    """
    lines = [check_answer(check), wrapped(f"{check.path}{_against(check)}: {check.tally()}")]
    for severity in SEVERITIES:
        lines += _listed([one for one in check.findings if one.severity == severity])
    if check.known:
        lines += ["", "KNOWN  looked into before, each with its reason:"]
        for one in check.known:
            lines.append(wrapped(f"{_where(one.finding)}  {one.finding.rule}", indent="  "))
            lines.append(wrapped(one.finding.evidence, indent="    "))
            lines.append(wrapped(f"{one.reason} ({one.source})", indent="    "))
    return "\n".join(lines)


def _against(check: SnapshotCheck) -> str:
    return f" against {check.against}" if check.against else ""


def check_answer(check: SnapshotCheck) -> str:
    """Whether the prices can be used, in one line.

    Examples
    --------
    >>> check_answer(SnapshotCheck("a", 0, 0, (), ()))
    'There are no prices to use.'
    """
    seen = Counter(one.severity for one in check.findings)
    if not check.files:
        return "There are no prices to use."
    if seen["error"]:
        return f"Do not use these prices yet: {_count(seen['error'], 'error')} to look into."
    if seen["warning"]:
        return f"Look before you use these prices: {_count(seen['warning'], 'warning')}."
    if seen["note"]:
        proves = "proves" if seen["note"] == 1 else "prove"
        return f"These prices can be used; {_count(seen['note'], 'note')}, which {proves} nothing."
    return "These prices can be used."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _listed(findings: Sequence[Finding]) -> list[str]:
    """Findings by rule, each rule with what it means."""
    lines: list[str] = []
    for rule in dict.fromkeys(one.rule for one in findings):
        mine = [one for one in findings if one.rule == rule]
        lines += ["", wrapped(f"{mine[0].severity.upper()}  {rule}: {RULES.get(rule, rule)}")]
        lines += [wrapped(f"{_where(one)}: {one.evidence}", indent="  ") for one in mine[:LISTED]]
        if len(mine) > LISTED:
            lines.append(f"  and {len(mine) - LISTED:,} more; --json lists all of them")
        mended = sum(bool(one.remedy) for one in mine)
        if mended:
            which = f"{mended:,} of {len(mine):,} " if len(mine) > 1 else ""
            lines.append(f"  {which}can be repaired on a copy")
    return lines


def _where(one: Finding) -> str:
    return f"{one.file} {one.date}".strip()


def revision_lines(report: RevisionReport) -> str:
    """Two compared snapshots as text: one line per cause.

    Parameters
    ----------
    report : RevisionReport

    Returns
    -------
    str

    Examples
    --------
    >>> from analytics.market.checks import compare_snapshots
    >>> from analytics.recorded import recorded_folder
    >>> folder = recorded_folder().path
    >>> revision_lines(compare_snapshots(folder, folder)).rpartition(": ")[2]
    '17,023 dates compared, no figure changed'
    """
    changed = _count(len(report), "revision") if len(report) else "no figure changed"
    head = f"{report.old} and {report.new}: {_count(report.compared, 'date')} compared, {changed}"
    return "\n".join([wrapped(head), *(_revision(one) for one in report.revisions)])


def _revision(one: Revision) -> str:
    span = one.first if one.first == one.last else f"{one.first} to {one.last}"
    place = f"{one.file} {span}".strip()
    return wrapped(f"{place}  {one.kind}: {one.evidence}", indent="  ")
