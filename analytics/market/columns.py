"""What a reader's files call their columns, where no name of ours stands above them.

In: a mapping, or the section ``columns`` of ``securities.yaml``. Out: field -> name, checked. It
must not read prices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from analytics.errors import InputError
from analytics.files import nearest, read_text

FIELDS = ("open", "high", "low", "close", "volume")
MAPPED = ("date", *FIELDS)
CLOSES = {"close": "close", "closelast": "close", "last": "close", "vol": "volume"}
FORMS = ("securities.yaml", "securities.yml")


def column_key(name: str) -> str:
    """A column's name without capitals and signs: ``Adj Close`` and ``<CLOSE>`` alike.

    Examples
    --------
    >>> column_key("<CLOSE>"), column_key("Adj Close"), column_key("Vol.")
    ('close', 'adjclose', 'volume')
    """
    plain = "".join(sign for sign in name.casefold() if sign.isalnum())
    return CLOSES.get(plain, plain)


def mapped_keys(header: Sequence[str], called: Mapping[str, str]) -> list[str]:
    """The field of every column of a header, and the plain name of what is no field.

    Parameters
    ----------
    header : sequence of str
    called : mapping
        Field -> what the file calls it. A column that has a field's own name, but is not the one
        that is mapped to it, is no field.

    Returns
    -------
    list of str

    Examples
    --------
    >>> mapped_keys(["Day", "Close", "Settle"], {"close": "settle"})
    ['day', 'close (not the one meant)', 'close']
    """
    fields = {_plain(name): field for field, name in called.items()}
    keys = []
    for cell in header:
        key = fields.get(_plain(cell))
        own = column_key(cell)
        keys.append(key or (f"{own} (not the one meant)" if own in called else own))
    return keys


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def column_map(folder: Path, given: Mapping[str, str] | None) -> dict[str, str]:
    """Field -> the name of its column: what was given, else what ``securities.yaml`` says.

    Parameters
    ----------
    folder : pathlib.Path
    given : mapping or None

    Returns
    -------
    dict
        Empty where nothing is mapped.

    Raises
    ------
    InputError
        No such field, no name, one name for two fields, or no mapping at all.

    Examples
    --------
    >>> column_map(Path("."), {"close": "Last Price"})
    {'close': 'Last Price'}
    """
    source = "columns"
    if given is None:
        file = next((folder / form for form in FORMS if (folder / form).is_file()), None)
        given, source = (None, "") if file is None else (_section(file), f"{file.name}, columns")
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(
            f"{source}: got {type(given).__name__}; expected a mapping such as "
            "{close: Last Price}"
        )
    return _checked(given, source)


def _checked(given: Mapping[Any, Any], source: str) -> dict[str, str]:
    called: dict[str, str] = {}
    for field, name in given.items():
        if field not in MAPPED:
            near = nearest(str(field), MAPPED)
            hint = f"; did you mean {near!r}?" if near else ""
            raise InputError(
                f"{source}: {field!r} is no field; expected {', '.join(MAPPED)} on the left and "
                f"the name in your file on the right{hint}"
            )
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"{source}: {field}: expected the name of a column, got {name!r}")
        if _plain(name) in map(_plain, called.values()):
            raise InputError(f"{source}: {name!r} stands for two fields; give each its own column")
        called[field] = name
    return called


def _section(file: Path) -> Any:
    """The section of a file of securities; None where it has none, or is not readable at all."""
    try:
        document = yaml.safe_load(read_text(file, "securities"))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None  # what is wrong in it is said where the securities are read
    return document.get("columns") if isinstance(document, Mapping) else None
