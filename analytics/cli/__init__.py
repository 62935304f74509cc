"""``analytics ...``: the same results on the command line, as text or as one JSON document.

Exit status: 0 done; 1 the data say no (a file that is not the recorded one, nothing to study, a
failed check); 2 wrong use. An error is one line on standard error; ``--debug`` shows where it came
from.
"""

from analytics.cli import pages, prices, studies
from analytics.cli.app import app, main
from analytics.cli.studies import ModelName

# in which a reader needs them
ORDER = ("events", "study", "claims", "simulate", "read", "fetch", "check", "report")
app.registered_commands.sort(key=lambda command: ORDER.index(command.name or ""))

__all__ = ["ModelName", "app", "main", "pages", "prices", "studies"]
