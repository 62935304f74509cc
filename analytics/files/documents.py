"""YAML that a reader writes: plain values, each field once, each record with its line.

In: a text. Out: the list of records that it holds. Aliases and deep nesting, by which a small file
becomes a huge one, are refused. It must not know what the fields mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

from analytics.errors import InputError

LONGEST = 5_000_000  # characters: ten thousand events; YAML takes seconds for each million
DEEPEST = 40
MOST = 300_000  # values; each takes some ten microseconds and half a kilobyte


class Entry(NamedTuple):
    """A record with the line of the file on which it begins, from 1."""

    row: Any
    line: int


class _Loader(yaml.SafeLoader):
    """YAML in which a field stands once: plain YAML keeps the last one and says nothing."""

    depth = 0  # of the node that is being composed
    count = 0  # of the nodes that were

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self.depth += 1
        self.count += 1
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        fault = "nested too deep for a record" if self.depth > DEEPEST else ""
        if self.count > MOST:
            fault = f"more than {MOST:,} values; write the file as .csv, or in several files"
        if isinstance(event, yaml.AliasEvent):
            fault = f"the alias *{event.anchor}: write the value out"
        if fault:
            raise yaml.composer.ComposerError(None, None, fault, event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "the name of a field is a text", key.start_mark
                )
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the field {key.value!r} stands twice", key.start_mark
                )
            if isinstance(key.value, str):
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _timestamp(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    """A date that does not exist stays a text, for the check of its field to name."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _timestamp)
# As in YAML 1.2 only true and false are truth values: ON and NO are tickers.
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:bool" or first in "tTfF"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse_document(text: str, name: str, key: str, first: str = "id") -> list[Entry]:
    r"""Records of a YAML text: a list, or a mapping that holds it under ``key``.

    Parameters
    ----------
    text : str
    name : str
        Of the file, for messages.
    key : str
        What the records are: ``"events"``.
    first : str
        The field with which each begins, for messages.

    Returns
    -------
    list of Entry

    Raises
    ------
    InputError
        Not YAML, too long, an alias, a field twice in a record, or no list.

    Examples
    --------
    >>> parse_document("events:\n- {id: a}\n- {id: b}\n", "mine.yaml", "events")[1]
    Entry(row={'id': 'b'}, line=3)
    """
    if len(text) > LONGEST:
        raise InputError(
            f"{name}: {len(text):,} characters; YAML of more than {LONGEST:,} takes minutes to "
            "read. Write it as .csv, or in several files"
        )
    try:
        loader = _Loader(text)
        node: Any = loader.get_single_node()
        document = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "unknown place"
        raise InputError(f"{name}: not readable as YAML at {place}: {error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        said = " ".join(str(error).split())
        raise InputError(f"{name}: not readable as YAML: {said}") from None
    if isinstance(document, Mapping) and key in document:
        node = next(value for field, value in node.value if field.value == key)
        document = document[key]
    if not isinstance(document, list):
        kind = "nothing" if document is None else type(document).__name__
        raise InputError(f"{name}: expected a list of {key} ('- {first}: …' each), got {kind}")
    lines = [one.start_mark.line + 1 for one in node.value]
    return [Entry(row, line) for row, line in zip(document, lines, strict=True)]
