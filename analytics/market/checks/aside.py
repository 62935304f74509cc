"""What lies beside the prices of a folder: securities, dividends, splits, closures.

In: a folder. Out: their values, every row that can be read, and findings for those that cannot. It
must not judge them; `analytics.market.checks.actions` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from analytics.errors import InputError
from analytics.files import decoded, parse_sheet, read_bytes
from analytics.market.beside import CLOSURES, DIVIDENDS, SPLITS
from analytics.market.calendars import TABLES
from analytics.market.cells import Faults, day_of, number_of
from analytics.market.checks.findings import Finding
from analytics.market.listed import FORMS, read_securities
from analytics.market.securities import Security, recorded_directory
from analytics.recorded import MANIFEST

WIDEST = 300  # characters of a row that are quoted
NUMBERS = {DIVIDENDS: ("ex_date", "amount"), SPLITS: ("first_session", "ratio")}


@dataclass(frozen=True, eq=False)
class Beside:
    """What a folder holds beside its prices.

    Attributes
    ----------
    securities : mapping
        Ticker -> `Security`, as the folder lists them, else as the recorded data do.
    actions : mapping
        ``dividends.csv`` and ``splits.csv`` -> frame of ``ticker, day, value`` in the order of the
        file.
    closed : mapping
        Calendar -> dates on which it was shut.
    findings : tuple of Finding
    """

    securities: Mapping[str, Security]
    actions: Mapping[str, pd.DataFrame]
    closed: Mapping[str, Mapping[pd.Timestamp, str]]
    findings: tuple[Finding, ...]


def read_beside(folder: Path, tickers: Sequence[str], *, alone: bool = False) -> Beside:
    """Read what lies beside the prices of some tickers.

    Parameters
    ----------
    folder : pathlib.Path
    tickers : sequence of str
    alone : bool
        Whether one file was asked for: dividends and splits of other tickers are then left aside.

    Returns
    -------
    Beside

    Examples
    --------
    >>> from analytics.recorded import recorded_folder
    >>> beside = read_beside(recorded_folder().path, ["NVDA"])
    >>> beside.securities["NVDA"].calendar, len(beside.actions["splits.csv"])
    ('XNYS', 4)
    """
    securities, findings = _securities(folder, tickers)
    actions = {}
    for name in NUMBERS:
        rows, odd = _actions(folder / name)
        actions[name] = rows[rows["ticker"].isin(tickers)] if alone else rows
        findings += odd
    closed: dict[str, dict[pd.Timestamp, str]] = {}
    if not (folder / MANIFEST).is_file():
        closed, odd = _closed(folder / CLOSURES, ("calendar", "date"))
        findings += odd
    else:  # the calendars read them
        for name, column in TABLES.items():
            findings += _closed(folder / name, ("calendar", "date", column))[1]
    return Beside(securities, actions, closed, tuple(findings))


def by_ticker(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Values by date of each ticker; of a date that stands twice the last one.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``ticker, day, value``.

    Returns
    -------
    dict

    Examples
    --------
    >>> day = pd.Timestamp("2024-06-10")
    >>> by_ticker(pd.DataFrame({"ticker": ["NVDA"], "day": [day], "value": [10.0]}))["NVDA"][day]
    np.float64(10.0)
    """
    once = rows.drop_duplicates(["ticker", "day"], keep="last")
    return {
        str(ticker): its.set_index("day")["value"].sort_index()
        for ticker, its in once.groupby("ticker")
    }


def _securities(folder: Path, tickers: Sequence[str]) -> tuple[dict[str, Security], list[Finding]]:
    """Securities as the folder lists them, else as the recorded data do."""
    listed: dict[str, Security] = {}
    findings = []
    file = next((folder / form for form in FORMS if (folder / form).is_file()), None)
    if file is not None:
        try:
            listed, faults = _listed(file)
            findings += [
                Finding(file.name, "", "unreadable", "error", str(one)) for one in faults.listed()
            ]
        except (InputError, yaml.YAMLError, TypeError, KeyError, ValueError) as error:
            said = " ".join(str(error).split())[:160]
            findings.append(Finding(file.name, "", "unreadable", "error", said))
    known = recorded_directory().securities
    securities = {one: known[one] for one in tickers if one in known}
    for one in tickers:
        if one in listed:
            securities[one] = _with_limit(listed[one], known.get(one))
    return securities, findings


def _with_limit(one: Security, known: Security | None) -> Security:
    """A listed security with the price limit that is recorded for it, where it says none."""
    if known is None or one.price_limit is not None or one.calendar != known.calendar:
        return one
    return one.model_copy(update={"price_limit": known.price_limit})


def _listed(file: Path) -> tuple[dict[str, Security], Faults]:
    """Securities of a file, and what is wrong in it."""
    content = read_bytes(file, "securities")
    document = None
    with suppress(yaml.YAMLError, ValueError, RecursionError):  # a list of a reader's own says it
        document = None if file.suffix == ".csv" else yaml.safe_load(decoded(content, file.name))
    if (file.parent / MANIFEST).is_file() and not isinstance(document, dict):
        raise InputError(f"{file.name}: expected a section securities")
    if isinstance(document, dict) and ((file.parent / MANIFEST).is_file() or _recorded(document)):
        return {entry["ticker"]: Security(**entry) for entry in document["securities"]}, Faults()
    faults = Faults()
    return dict(read_securities(content, file.name, faults).securities), faults


def _recorded(document: dict[str, object]) -> bool:
    """Whether a list of securities is one of a folder with a manifest, which may have lost it."""
    entries = document.get("securities")
    return isinstance(entries, list) and all(
        isinstance(one, dict) and {"calendar", "kind"} <= set(one) for one in entries
    )


def read_table(
    path: Path, columns: Sequence[str], expected: str
) -> tuple[list[dict[str, str]], list[Finding]]:
    """Rows of a file by column; what cannot be read of it becomes findings.

    Parameters
    ----------
    path : pathlib.Path
        Where nothing is, there are no rows.
    columns : sequence of str
        Which it must have.
    expected : str
        The same in words, for the findings.

    Returns
    -------
    tuple of (list of dict, list of Finding)
    """
    if not path.is_file():
        return [], []
    try:
        sheet = parse_sheet(decoded(read_bytes(path, path.stem), path.name), path.name)
    except InputError as error:
        return [], [_unreadable(path, str(error).removeprefix(f"{path.name}: "))]
    keys = [cell.casefold().replace(" ", "_") for cell in sheet.header.cells]
    if not set(columns) <= set(keys):
        return [], [_unreadable(path, f"expected columns {expected}; got {', '.join(keys)}")]
    rows, findings = [], []
    for line in sheet.lines:
        if len(line.cells) > len(keys) and any(line.cells[len(keys) :]):
            said = f"line {line.number}: expected {expected}; got {', '.join(line.cells)}"
            findings.append(_unreadable(path, said))
        else:
            cells = [*line.cells, *[""] * (len(keys) - len(line.cells))]
            rows.append(dict(zip(keys, cells, strict=False)))
    return rows, findings


def _unreadable(path: Path, said: str) -> Finding:
    return Finding(path.name, "", "unreadable", "error", said[:WIDEST])


def _actions(path: Path) -> tuple[pd.DataFrame, list[Finding]]:
    """Ticker, date and number of every row of a file; other rows become findings."""
    date, number = NUMBERS[path.name]
    rows = []
    table, findings = read_table(path, ("ticker", date, number), f"ticker, {date}, {number}")
    for row in table:
        day, value = day_of(row[date]), number_of(row[number])
        if not isinstance(day, str) and isinstance(value, float) and value > 0:
            rows.append((row["ticker"], day, value))
        else:
            said = f"expected ticker, {date}, {number} above zero; got {', '.join(row.values())}"
            findings.append(_unreadable(path, said))
    frame = pd.DataFrame(rows, columns=["ticker", "day", "value"])
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[ns]")
    return frame.astype({"value": float}), findings


def _closed(
    path: Path, columns: Sequence[str]
) -> tuple[dict[str, dict[pd.Timestamp, str]], list[Finding]]:
    """Dates on which an exchange was shut, by its calendar."""
    closed: dict[str, dict[pd.Timestamp, str]] = {}
    expected = ", ".join(columns)
    table, findings = read_table(path, columns, expected)
    for row in table:
        day = day_of(row["date"])
        if isinstance(day, str):
            findings.append(
                _unreadable(path, f"expected {expected}; got {', '.join(row.values())}")
            )
        else:
            closed.setdefault(row["calendar"], {})[day] = row.get("reason", "")
    return closed, findings
