"""``analytics ...``: the same results on the command line, as text or as one JSON document.

Exit status: 0 done; 1 the data say no (a file that is not the recorded one, nothing to study, a
failed check); 2 wrong use. An error is one line on standard error; ``--debug`` shows where it came
from.
"""

from analytics.cli import pages, prices, studies
from analytics.cli.app import app, main
from analytics.cli.studies import ModelName

__all__ = ["ModelName", "app", "main", "pages", "prices", "studies"]
