"""The program ``analytics``: where commands are registered, and how it ends.

In: arguments. Out: an exit status. It must not know what a command does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from analytics.errors import AnalyticsError, InputError

app = typer.Typer(
    name="analytics",
    help="What did this piece of news do to that price, and how sure can we be?",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="--debug before or after any command shows where an error came from.",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not sys.stderr.isatty():
        os.environ.setdefault("TQDM_DISABLE", "1")  # a bar in a file is noise
    debug = "--debug" in given
    given = [one for one in given if one != "--debug"] or ["--help"]
    for at in [at for at, one in enumerate(given) if one == "--template"]:
        if given[at + 1 : at + 2] == [] or given[at + 1].startswith("-"):
            given.insert(at + 1, "yaml")
    try:
        status = app(given, prog_name="analytics", standalone_mode=False)
    except typer.TyperException as error:
        status = _complain(error.format_message(), 2)
    except typer.Abort:
        status = 130
    except AnalyticsError as error:
        if debug:
            raise
        status = _complain(str(error), 2 if isinstance(error, InputError) else 1)
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status or 0)


def _complain(message: str, status: int) -> int:
    print(f"analytics: {' '.join(message.split())}", file=sys.stderr)
    return status
