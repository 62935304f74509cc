"""What can go wrong, as one small tree.

::

    AnalyticsError
    ├── InputError            something was asked for that cannot be (command line: exit 2)
    │   ├── UnknownNameError  no such event, ticker or benchmark; also a KeyError
    │   └── RecordError       a file of records has faults; ``faults`` lists every one of them
    └── DataError             the data say no (command line: exit 1)
        └── ChecksumError     a recorded file is not the one the manifest describes

Every message says what was expected, what came, where, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral, Real


class AnalyticsError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(AnalyticsError, ValueError):
    """Something was asked for that cannot be done."""


class DataError(AnalyticsError):
    """The recorded data contradict what was asked or promised."""


class ChecksumError(DataError):
    """A recorded file differs from its entry in ``manifest.json``."""


def is_whole(value: object) -> bool:
    """Whether a value is a whole number; True and False are not."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether a value is a real number; True and False are not, NaN is."""
    return isinstance(value, Real) and not isinstance(value, bool)


class UnknownNameError(InputError, KeyError):
    """No event, ticker or benchmark has this name.

    Parameters
    ----------
    kind : str
        What was looked for, in words: ``"event"``, ``"ticker"``.
    name : object
        The name that came.
    known : iterable of str
        The names there are; the nearest ones are suggested.
    advice : str, optional
        What else the reader can do.
    """

    def __init__(self, kind: str, name: object, known: Iterable[str], advice: str = "") -> None:
        names = sorted(str(one) for one in known)
        same = [one for one in names if one.casefold() == str(name).casefold()]
        near = same or difflib.get_close_matches(str(name), names, n=3, cutoff=0.5)
        if near:
            hint = f"did you mean {' or '.join(near)}?"
        elif len(names) <= 20:
            hint = f"known: {', '.join(names) or 'none'}"
        else:
            hint = f"{len(names)} are known, such as {', '.join(names[:3])}"
        self._made_of = (kind, name, names, advice)
        self.message = f"unknown {kind} {str(name)!r}: {hint}" + (f" {advice}" if advice else "")
        super().__init__(self.message)

    def __str__(self) -> str:  # KeyError would print the quoted repr
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), self._made_of


SHOWN = 50  # faults that a message lists; an attribute holds all of them


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one record.

    Attributes
    ----------
    where : str
        The record: ``"event 'a-1'"`` or ``"event number 3"``.
    field : str
        The field's path, such as ``companies.0.expected``; empty for the record as a whole.
    got, expected : str
        What stood there, and what should.
    """

    where: str
    field: str
    got: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.where}, {self.field}" if self.field else self.where
        return f"{place}: got {self.got}; expected {self.expected}"


class RecordError(InputError):
    """A file of records has faults; the message lists them, the first fifty of very many."""

    def __init__(self, source: str, faults: Sequence[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        shown = self.faults[:SHOWN]
        lines = [f"  ({number}) {fault}" for number, fault in enumerate(shown, start=1)]
        if len(shown) < len(self.faults):
            lines.append(f"  and {len(self.faults) - len(shown):,} more, all in ``faults``")
        super().__init__("\n".join([f"{source}: {count}", *lines]))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.source, self.faults)
