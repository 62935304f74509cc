"""A bar for what takes over two seconds.

In: things to go through. Out: the same, one by one. Unless told to be silent, ``TQDM_DISABLE`` of
the environment decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def shown(things: Iterable[T], what: str, unit: str, *, progress: bool = True) -> Iterator[T]:
    """The things, with a bar after two seconds.

    Parameters
    ----------
    things : iterable
    what, unit : str
        What is done, and to what.
    progress : bool
        False for no bar.
    """
    if not progress:
        return iter(things)
    return iter(tqdm(things, desc=what, unit=unit, delay=2.0, leave=False))
