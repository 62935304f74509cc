"""Paths as a reader gives them, before anything is looked for there.

In: what came. Out: a `pathlib.Path`, or one message. It must not know what lies there.
"""

from __future__ import annotations

import os
from pathlib import Path

from analytics.errors import InputError


def as_path(value: object, what: str) -> Path:
    """A path that a reader gave.

    Parameters
    ----------
    value : object
        A text or a path.
    what : str
        What it is called, for the message: ``"into"``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InputError
        Something else, an empty text, or a name that no file can have.

    Examples
    --------
    >>> as_path("prices", "path").name
    'prices'
    """
    given = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(given, str) or not given:
        raise InputError(
            f"{what}: got {str(value)[:60]!r} ({type(value).__name__}); expected the path of a "
            "file or folder, as text or as pathlib.Path"
        )
    path = Path(given)
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return path
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{what}: {given[:60]!r} cannot be reached ({why})") from None
    return path
