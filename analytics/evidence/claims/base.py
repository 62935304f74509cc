"""What the check of a claim gives: a verdict, figures, a reason, and what would change it.

In: numbers with their dates. Out: frozen records of them. It must not know how a claim is checked.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

from analytics.errors import UnknownNameError
from analytics.events import Claim, Confounder, EventTable
from analytics.market import Market

Verdict = Literal["supported", "refuted", "partly", "not_checkable"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
EXACT = 1e-12  # what is lost when a price is divided by another
COLUMNS = [
    "id",
    "kind",
    "article",
    "claim",
    "tickers",
    "event_id",
    "verdict",
    "figures",
    "reason",
    "would_change",
]
RECORDED = "a recorded price, no sample: no interval"


@dataclass(frozen=True)
class Figure:
    """A number of a check, with where it comes from.

    Attributes
    ----------
    value : float
    unit : str
        ``fraction`` (decimal), a currency, ``sessions``, ``deviations`` ...
    basis : str
        ``close``, ``low``, ``high``, ``total return``, ``abnormal return`` ...
    date : pandas.Timestamp or None
        Session, tz-naive.
    low, high : float
        Interval; NaN where there is none.
    n : int or None
        Sample size, where there is a sample.
    note : str
        Test, or why there is no interval.
    pvalue, pvalue_holm : float
        Of the test; after Holm over every test of the claim. NaN where nothing is tested.
    """

    value: float
    unit: str
    basis: str
    date: pd.Timestamp | None = None
    low: float = np.nan
    high: float = np.nan
    n: int | None = None
    note: str = RECORDED
    pvalue: float = np.nan
    pvalue_holm: float = np.nan


@dataclass(frozen=True, eq=False)
class Finding:
    """What a check found.

    Attributes
    ----------
    verdict : {"supported", "refuted", "partly", "not_checkable"}
    reason : str
        One or two plain sentences with the numbers.
    figures : mapping
        Name -> `Figure`.
    would_change : str
        Which prices would have given another verdict.
    """

    verdict: Verdict
    reason: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    would_change: str = ""


@dataclass(frozen=True, eq=False)
class ClaimCheck:
    """A claim with what its check found.

    Attributes
    ----------
    claim : Claim
    finding : Finding
    alpha : float
        Level of its intervals and tests.
    """

    claim: Claim
    finding: Finding
    alpha: float = 0.05

    @property
    def id(self) -> str:
        """Id of the claim."""
        return self.claim.id

    @property
    def verdict(self) -> Verdict:
        """``supported``, ``refuted``, ``partly`` or ``not_checkable``."""
        return self.finding.verdict

    @property
    def reason(self) -> str:
        """Why, with the numbers."""
        return self.finding.reason

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Name -> `Figure`."""
        return self.finding.figures

    @property
    def would_change(self) -> str:
        """Which prices would have given another verdict."""
        return self.finding.would_change

    @property
    def dates(self) -> tuple[pd.Timestamp, ...]:
        """Sessions of the figures, ascending, each once."""
        return tuple(sorted({one.date for one in self.figures.values() if one.date is not None}))

    def __repr__(self) -> str:
        text = textwrap.fill(self.reason, 98, initial_indent="  ", subsequent_indent="  ")
        return f"{self.id} {self.verdict}: {self.claim.claim}\n{text}"


@dataclass(frozen=True, eq=False)
class ClaimChecks:
    """All checks, in the order of the claims: iterable, and to be asked by id.

    Attributes
    ----------
    checks : tuple of ClaimCheck
    """

    checks: tuple[ClaimCheck, ...]

    def __iter__(self) -> Iterator[ClaimCheck]:
        return iter(self.checks)

    def __len__(self) -> int:
        return len(self.checks)

    def __getitem__(self, claim_id: str) -> ClaimCheck:
        for check in self.checks:
            if check.id == claim_id:
                return check
        raise UnknownNameError("claim", claim_id, [one.id for one in self.checks])

    @property
    def table(self) -> pd.DataFrame:
        """One row per claim.

        Returns
        -------
        pandas.DataFrame
            ``id, kind, article, claim, tickers, event_id, verdict, figures`` (name -> value),
            ``reason, would_change``; ``article`` and ``tickers`` are tuples.
        """
        rows = [
            {
                "id": one.id,
                "kind": one.claim.kind,
                "article": one.claim.articles,
                "claim": one.claim.claim,
                "tickers": one.claim.tickers,
                "event_id": one.claim.event_id,
                "verdict": one.verdict,
                "figures": {name: figure.value for name, figure in one.figures.items()},
                "reason": one.reason,
                "would_change": one.would_change,
            }
            for one in self.checks
        ]
        return pd.DataFrame(rows, columns=COLUMNS, dtype=object)

    @property
    def counts(self) -> dict[str, int]:
        """How many claims got each verdict."""
        return {name: sum(one.verdict == name for one in self.checks) for name in VERDICTS}

    def __repr__(self) -> str:
        said = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        return "\n".join([f"{len(self)} claims: {said}", *map(repr, self.checks)])


@dataclass(frozen=True, eq=False)
class Known:
    """What a check may look at.

    Attributes
    ----------
    market : Market
    events : EventTable
    confounders : tuple of Confounder
    alpha : float
    """

    market: Market
    events: EventTable
    confounders: tuple[Confounder, ...]
    alpha: float


def percent(fraction: float, *, signed: bool = True) -> str:
    """A decimal fraction as percent: one decimal, two below 1 %.

    Examples
    --------
    >>> percent(-0.2076), percent(0.0042), percent(0.5, signed=False)
    ('−20.8 %', '+0.42 %', '50.0 %')
    """
    digits = 2 if round(abs(100 * fraction), 2) < 1 else 1
    text = f"{100 * fraction:+.{digits}f}" if signed else f"{100 * fraction:.{digits}f}"
    return f"{text.replace('-', '−')} %"


def chance(p: float) -> str:
    """A p value: three decimals below 0.1, else two; never 0 and never 1.

    Examples
    --------
    >>> chance(0.034), chance(0.374), chance(1.0), chance(1e-9)
    ('0.034', '0.37', '>0.99', '<0.001')
    """
    if p < 0.001 or p > 0.99:
        return "<0.001" if p < 0.5 else ">0.99"
    return f"{p:.3f}" if p < 0.0995 else f"{p:.2f}"


def day(date: pd.Timestamp | None) -> str:
    """An ISO date."""
    return "no date" if date is None else f"{date:%Y-%m-%d}"
