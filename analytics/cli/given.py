"""What several commands take and how they answer: shared options, their reading, text and JSON.

In: what was typed. Out: values, or one `InputError`. It must not know any command.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics.errors import InputError

if TYPE_CHECKING:
    from analytics.events import EventTable

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
EventsFile = Annotated[
    Path | None, typer.Option("--events", help="Your own events (.yaml or .csv).", metavar="FILE")
]
DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Prices: a recorded folder, a folder of your own CSV files, or one of closes.",
        metavar="PATH",
    ),
]


def print_text(text: str) -> None:
    """Print lines at once."""
    print(text, flush=True)


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    print_text(json.dumps(_plain(document), ensure_ascii=False, indent=1, allow_nan=False))


def _plain(value: Any) -> Any:
    """What JSON knows: a missing number is null, a moment or session is ISO text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if hasattr(value, "isoformat"):
        text = str(value.isoformat())
        return None if value != value else text.removesuffix("T00:00:00").replace("+00:00", "Z")
    if hasattr(value, "item"):
        value = value.item()
    return value if not isinstance(value, float) or isfinite(value) else None


def date_given(option: str, given: str | None) -> dt.date | None:
    """A date that an option holds; None where it was not given."""
    if given is None:
        return None
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise InputError(f"{option} {given}: expected a date such as 2025-01-27") from None


def load_given(path: Path | None) -> EventTable:
    """Events of a file; the recorded ones where none was given."""
    from analytics.events import load_events

    return load_events(path)


def names_given(option: str, given: str | None, example: str) -> list[str] | None:
    """Names separated by commas or blanks; None where the option was not given."""
    if given is None:
        return None
    names = given.replace(",", " ").split()
    if not names:
        raise InputError(f"{option}: expected names such as {example}")
    return names
