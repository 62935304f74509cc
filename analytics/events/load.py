"""Files, frames and mappings in; checked records out.

In: a YAML or CSV file, a DataFrame, or nothing for the recorded data. Out: an `EventTable`, or one
`RecordError` that lists every fault of the source. It must not know prices or sessions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ValidationError

from analytics.errors import Fault, InputError, RecordError, is_number
from analytics.events.claims import Claim
from analytics.events.records import TICKER_TEXT, Confounder, Event, Record, faults_of
from analytics.events.table import EventTable
from analytics.files import Sheet, nearest, parse_document, parse_sheet, read_text
from analytics.recorded import recorded_folder

if TYPE_CHECKING:
    import pandas as pd

R = TypeVar("R", bound=Record)
OVERFLOW = "column without a name"


class Placed(NamedTuple):
    """A row with the place in its file where it stands."""

    row: Any
    where: str


def load_events(source: str | Path | pd.DataFrame | None = None) -> EventTable:
    """Read dated events.

    Parameters
    ----------
    source : path, pandas.DataFrame or None
        A ``.yaml`` or ``.csv`` file, or a frame with one row per event; None for the recorded
        events. A CSV file or frame names the securities in a column ``tickers``, such as
        ``NVDA:- TSM:+`` (the sign after the colon is the expected reaction, and may be left out).

    Returns
    -------
    EventTable

    Raises
    ------
    RecordError
        With every fault of the source: event, field, what came, what was expected.

    Examples
    --------
    >>> events = load_events()
    >>> len(events)
    44
    >>> events["deepseek-shock-2025-01-27"].title
    'Market sell-off over DeepSeek'
    """
    if source is None:
        return _recorded_events()
    if isinstance(source, (str, Path)):
        path = Path(source)
        return EventTable(_checked(_records_of(path, "events", Event), Event, path.name))
    if not hasattr(source, "to_dict") or not hasattr(source, "columns"):
        kind = type(source).__name__
        raise InputError(f"events: expected a path, a DataFrame or nothing, got {kind}")
    rows = [_clean_row(row) for row in source.reset_index(drop=True).to_dict("records")]
    return EventTable(_checked(rows, Event, "DataFrame"))


@cache
def _recorded_events() -> EventTable:
    rows = _from_yaml(recorded_folder().text("events.yaml"), "events.yaml", "events")
    return EventTable(_checked(rows, Event, "events.yaml"))


@cache
def load_confounders() -> tuple[Confounder, ...]:
    """The recorded company results, sales, rate decisions, tariffs and price-limit days.

    Returns
    -------
    tuple of Confounder

    Examples
    --------
    >>> sum(one.kind == "results" for one in load_confounders())
    51
    """
    rows = _from_yaml(recorded_folder().text("confounders.yaml"), "confounders.yaml", "confounders")
    return tuple(_checked(rows, Confounder, "confounders.yaml"))


def load_claims(source: str | Path | None = None) -> tuple[Claim, ...]:
    """Read what articles say about prices, and how each claim is checked.

    Parameters
    ----------
    source : path or None
        A ``.yaml`` file; None for the recorded claims.

    Returns
    -------
    tuple of Claim

    Raises
    ------
    RecordError
        With every fault of the file: claim, field, what came, what was expected.

    Examples
    --------
    >>> claim = load_claims()[0]
    >>> claim.id, claim.check.type, claim.check.fall
    ('C1', 'drawdown', 0.2)
    """
    if source is None:
        return _recorded_claims()
    if not isinstance(source, (str, Path)):
        kind = type(source).__name__
        raise InputError(f"claims: expected a path or nothing, got {kind}")
    path = Path(source)
    if path.suffix.lower() == ".csv":
        raise InputError(f"{path}: a check has fields of its own; write claims as .yaml")
    return tuple(_checked(_records_of(path, "claims", Claim), Claim, path.name))


@cache
def _recorded_claims() -> tuple[Claim, ...]:
    rows = _from_yaml(recorded_folder().text("claims.yaml"), "claims.yaml", "claims")
    return tuple(_checked(rows, Claim, "claims.yaml"))


def _records_of(path: Path, key: str, kind: type[Record]) -> list[Any]:
    """Rows of a file, each with its place there."""
    text = read_text(path, key)
    if path.suffix.lower() in (".yaml", ".yml"):
        return _from_yaml(text, path.name, key)
    if path.suffix.lower() == ".csv":
        return _from_csv(text, path.name, kind)
    raise InputError(f"{path}: expected a .yaml or .csv file, got {path.suffix or 'no ending'!r}")


def _from_csv(text: str, name: str, kind: type[Record]) -> list[Placed]:
    """Lines of a spreadsheet's export as rows."""
    sheet = parse_sheet(text, name)
    columns = _columns(sheet, kind)
    if not sheet.lines:
        raise InputError(f"{name}: only a header; expected one line per {kind.__name__.lower()}")
    rows = []
    for line in sheet.lines:
        row: dict[Any, Any] = dict(zip(columns, line.cells, strict=False))
        if any(line.cells[len(columns) :]):
            row[None] = ", ".join(line.cells[len(columns) :])
        rows.append(Placed(_clean_row(row), f"line {line.number}"))
    return rows


def _columns(sheet: Sheet, kind: type[Record]) -> tuple[str, ...]:
    """Names of the columns; one that nobody knows is a fault of the file, said once."""
    known = [*kind.model_fields, "tickers"]
    where = f"line {sheet.header.number}"
    faults = []
    for name in sheet.header.cells:
        near = nearest(name, known)
        if name not in known:
            meant = f"{near!r}" if near else f"one of {', '.join(known)}"
            faults.append(Fault(where, "", f"the column {name!r}", meant))
    if faults:
        raise RecordError(sheet.name, faults)
    return sheet.header.cells


def _from_yaml(text: str, name: str, key: str) -> list[Placed]:
    """Records of a YAML text as rows."""
    return [Placed(one.row, f"line {one.line}") for one in parse_document(text, name, key)]


def _clean_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A flat row as a record: empty cells are absent, the tickers become companies."""
    record: dict[str, Any] = {}
    for key, value in row.items():
        if key is None:
            record[OVERFLOW] = value
        elif not _is_blank(value):
            plain = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
            record[str(key).strip()] = plain.strip() if isinstance(plain, str) else plain
    for flag in ("time_confirmed",):
        if isinstance(record.get(flag), str) and record[flag].lower() in ("true", "false"):
            record[flag] = record[flag].lower() == "true"
    return record


def _with_companies(record: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """The record with its ``tickers``, a text or a list of words, as companies."""
    given = record.get("tickers")
    if "companies" in record or not isinstance(given, (str, list)):
        return record
    rest = {name: value for name, value in record.items() if name != "tickers"}
    words = given
    if isinstance(given, str):
        words = given.replace(",", " ").replace(";", " ").split()
    rest["companies"] = [
        _company(one) if isinstance(one, str) else {"ticker": one} for one in words
    ]
    return rest


def _company(word: str) -> dict[str, str]:
    parts = word.split(":")
    if len(parts) > 3:
        return {"ticker": word}  # no ticker looks like it: the check says so
    return {
        key: part for key, part in zip(("ticker", "expected", "role"), parts, strict=False) if part
    }


def _is_blank(value: object) -> bool:
    if value is None or value != value:  # NaN and NaT differ from themselves
        return True
    return isinstance(value, str) and not value.strip()


def _checked(rows: Iterable[Any], kind: type[R], source: str) -> list[R]:
    """Records of ``rows``; one error with all faults if there is any."""
    records: list[R] = []
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        row, place = row if isinstance(row, Placed) else (row, "")
        where = _where(row, kind, number, place)
        found = _record(row, kind, where)
        if not isinstance(found, Record):
            faults += found
            continue
        identifier = str(getattr(found, "id", number))
        if identifier in seen:
            first = f" ({seen[identifier]} and {place.removeprefix('line ')})" if place else ""
            faults.append(Fault(where, "id", f"the same id twice{first}", "an id of its own"))
        seen.setdefault(identifier, place)
        records.append(found)
    if faults:
        raise RecordError(source, faults)
    return records


def _where(row: Any, kind: type[Record], number: int, place: str) -> str:
    noun = kind.__name__.lower()
    name = row.get("id") if isinstance(row, Mapping) else None
    said = f"{noun} {name!r}" if isinstance(name, str) else f"{noun} number {number}"
    return f"{place}, {said}" if place else said


def _record(row: Any, kind: type[R], where: str) -> R | list[Fault]:
    """A checked record, or what is wrong with it."""
    if not isinstance(row, Mapping):
        return [Fault(where, "", type(row).__name__, "a mapping of fields")]
    if OVERFLOW in row:
        expected = "as many cells as columns; a text that holds a comma stands in quotation marks"
        return [Fault(where, OVERFLOW, repr(row[OVERFLOW])[:60], expected)]
    if is_number(row.get("tickers")):
        return [Fault(where, "tickers", f"the number {row['tickers']}", TICKER_TEXT)]
    try:
        return kind.model_validate(dict(_with_companies(row) if kind is Event else row))
    except ValidationError as error:
        known = [*kind.model_fields, "tickers"] if kind is Event else kind.model_fields
        return faults_of(error, where, known)
