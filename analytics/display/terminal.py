"""What the command line says of claims: lines of text, and records for JSON.

In: checked claims. Out: strings and plain mappings. It must not know options or exit statuses.
"""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import asdict
from typing import Any

from analytics.display.sentences import VERDICTS, claim_found, claim_tally
from analytics.evidence import ClaimCheck, ClaimChecks

__all__ = ["claim_lines", "claim_record", "wrapped"]


def wrapped(text: str, *, indent: str = "") -> str:
    """A line of text as wide as the terminal; what follows stands two columns further in.

    Examples
    --------
    >>> wrapped("short", indent="  ")
    '  short'
    """
    width = max(60, shutil.get_terminal_size((100, 24)).columns)
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=f"{indent}  ")


def claim_record(check: ClaimCheck) -> dict[str, Any]:
    """A checked claim as JSON tells it: figures by name, moments and sessions still as they are."""
    claim = check.claim
    return {
        "id": claim.id,
        "article": ",".join(claim.articles),
        "claim": claim.claim,
        "kind": claim.kind,
        "check": claim.check.type,
        "published": claim.published,
        "tickers": claim.tickers,
        "event_id": claim.event_id,
        "verdict": check.verdict,
        "figures": {name: asdict(figure) for name, figure in check.figures.items()},
        "dates": check.dates,
        "reason": check.reason,
        "would_change": check.would_change,
    }


def claim_lines(checks: ClaimChecks) -> str:
    """Every claim with its verdict, why, and what would change it."""
    lines = [wrapped(claim_tally(checks))]
    for check in checks:
        verdict = VERDICTS[check.verdict].upper()
        articles = ", ".join(check.claim.articles)
        head = f"{check.id}  {verdict}  {check.claim.claim} (article {articles})"
        if check.verdict != "not_checkable":
            head += f": {claim_found(check)}"
        lines += ["", wrapped(head)]
        lines += [
            wrapped(text, indent="    ") for text in (check.reason, check.would_change) if text
        ]
    return "\n".join(lines)
