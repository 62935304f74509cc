"""The signs that were written down before looking, against the signs that were found.

In: results of a study whose events declare what they expect. Out: which came, which did not, and
whether the declarations tell more than chance. It must not know prices, files, plots or pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError
from analytics.evidence.asked import results_of
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.study import EventStudyResults
from analytics.study.kernels import Floats

UNQUOTED = "unquoted"
EXACT = 14  # groups up to which all sign flips are tried
DRAWS = 9_999
SEED = 1
SIGNS = {"+": 1.0, "-": -1.0}
FOUND = ("as_expected", "against", "undecided", "not_counted")


@dataclass(frozen=True, eq=False, repr=False)
class ExpectedSigns:
    """Declared signs and what became of them.

    Attributes
    ----------
    table : pandas.DataFrame
        By (event_id, ticker), every observation with a declared ``+`` or ``-``: ``expected``,
        ``car, ci_low, ci_high, t`` over its headline window (decimal fractions), ``signed``, the
        CAR times the declared sign, ``found``: ``"as_expected"`` or ``"against"`` where the
        interval leaves out zero, else ``"undecided"``, or ``"not_counted"`` with the ``reason``;
        ``group``: observations of one event, or with overlapping windows, have the same number;
        ``quoted``: the event's record quotes a move of the security, so that its sign may have been
        written down with the price known.
    summary : pandas.DataFrame
        One row per security, ``"all"``, and ``"unquoted"``: those whose price the event's record
        does not quote, where there are others: ``n`` counted, ``right`` with the declared sign
        whatever their size, ``share``, ``share_pvalue``; ``mean`` signed CAR with ``ci_low`` and
        ``ci_high`` (clustered by group), ``pvalue``, and ``pvalue_holm`` over the securities;
        ``groups``.
    alpha : float
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    alpha: float = 0.05

    @property
    def counts(self) -> pd.Series:
        """How many came as expected, against expectation, and neither."""
        return self.table["found"].value_counts().reindex(FOUND, fill_value=0)

    def __repr__(self) -> str:
        said = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in self.counts.items())
        shown = self.summary.to_string(float_format="{:.4f}".format)
        return f"ExpectedSigns: {said}\n{shown}"


def expected_signs(results: EventStudyResults) -> ExpectedSigns:
    """Compare declared signs with found ones, over all events of a study.

    A sign counts if it was declared without knowing the price, and the reaction is neither
    censored by a price limit nor missing. The mean is tested by turning the signs of whole groups:
    observations of one event, or with overlapping windows, are turned together.

    Parameters
    ----------
    results : EventStudyResults

    Returns
    -------
    ExpectedSigns

    Raises
    ------
    InputError
        No event of the study declares a sign.

    References
    ----------
    Cluster standard error: Liang & Zeger (1986); sign flips: Fisher (1935).

    Examples
    --------
    >>> import analytics as ma
    >>> events, market = ma.load_events(), ma.load_market()
    >>> found = expected_signs(ma.event_study(ma.align(events, market)))
    >>> int(found.counts.sum()) == len(found.table)
    True
    """
    observations, rows = results_of(results).sample.observations, results.headline()
    declared = observations["expected"].isin(list(SIGNS))
    if not declared.any():
        raise InputError("no event of this study declares a sign (+ or -) for a security")
    sign = observations["expected"].map(SIGNS)
    reason = _reasons(observations, rows)
    first, last = int(rows["first"].min()), int(rows["last"].max())
    known = results.car(first, last)["car"].notna().to_numpy()
    group = np.full(len(rows), -1)
    group[known] = results.dependence(first, last).group
    group[~known] = np.arange(np.count_nonzero(~known)) + len(rows)
    table = rows[["car", "ci_low", "ci_high", "t"]].assign(
        expected=observations["expected"],
        signed=rows["car"] * sign,
        found=_found(rows, sign, reason),
        reason=reason,
        group=group,
        quoted=observations["quoted"],
    )[declared.to_numpy()]
    counted = table[table["reason"] == ""]
    parts = {"all": counted}
    if counted["quoted"].any() and not counted["quoted"].all():
        parts[UNQUOTED] = counted[~counted["quoted"].astype(bool)]
    parts |= {str(ticker): part for ticker, part in counted.groupby(level="ticker", sort=False)}
    summary = pd.DataFrame(
        {name: _row(part, results.alpha) for name, part in parts.items()}
    ).T.infer_objects()
    summary.index.name = "security"
    summary[["n", "right", "groups"]] = summary[["n", "right", "groups"]].astype(int)
    each = adjust_pvalues(summary["pvalue"].drop(["all", UNQUOTED], errors="ignore"))
    summary["pvalue_holm"] = each.reindex(summary.index)
    return ExpectedSigns(table, summary, results.alpha)


def _reasons(observations: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Why an observation does not count; empty where it does."""
    reason = pd.Series("", index=rows.index)
    reason[rows["car"].isna()] = "a tested day has no return"
    reason[observations["price_limited"].to_numpy(bool)] = "censored by the price limit"
    reason[~observations["blind"].to_numpy(bool)] = "the price was known when the sign was declared"
    return reason


def _found(rows: pd.DataFrame, sign: pd.Series, reason: pd.Series) -> pd.Series:
    """What became of each declared sign."""
    up, down = rows["ci_low"] > 0, rows["ci_high"] < 0
    found = pd.Series("undecided", index=rows.index)
    found[(up & (sign > 0)) | (down & (sign < 0))] = "as_expected"
    found[(up & (sign < 0)) | (down & (sign > 0))] = "against"
    found[reason != ""] = "not_counted"
    return found


def _row(part: pd.DataFrame, alpha: float) -> dict[str, float]:
    """Counts, mean and tests of some observations."""
    signed = part["signed"].to_numpy(float)
    _, group = np.unique(part["group"].to_numpy(), return_inverse=True)
    n, groups = len(signed), int(group.max()) + 1 if len(group) else 0
    right = int((signed > 0).sum())
    empty = dict.fromkeys(("share_pvalue", "mean", "ci_low", "ci_high", "pvalue"), np.nan)
    row = {"n": n, "right": right, "share": right / n if n else np.nan, "groups": groups, **empty}
    if groups < 2:
        return row | ({"mean": float(signed.mean())} if n else {})
    mean = float(signed.mean())
    sums = np.bincount(group, signed - mean)
    standard: Floats = np.abs(part["t"].to_numpy(float)) * np.sign(signed)
    error = float(np.sqrt(groups / (groups - 1) * (sums**2).sum())) / n
    half = stats.t.isf(alpha / 2, groups - 1) * error
    return row | {
        "mean": mean,
        "ci_low": mean - half,
        "ci_high": mean + half,
        "pvalue": flip_pvalue(np.bincount(group, standard).astype(float)),
        "share_pvalue": flip_pvalue(np.bincount(group, np.sign(signed)).astype(float)),
    }


def flip_pvalue(sums: Floats) -> float:
    """Two-sided p value of a total when the sign of every part could have been the other.

    Parameters
    ----------
    sums : (G,) array
        Total of each group.

    Returns
    -------
    float
        Exact over all ``2**G`` flips for up to 14 groups, else ``(b + 1) / (B + 1)`` over 9,999
        seeded ones.

    Examples
    --------
    >>> flip_pvalue(np.array([1.0, 2.0, 3.0]))
    0.25
    """
    sums = np.asarray(sums, dtype=float)
    if len(sums) <= EXACT:
        flips = np.array(list(product((1.0, -1.0), repeat=len(sums))))
        return float((np.abs(flips @ sums) >= abs(sums.sum()) - 1e-12).mean())
    flips = np.random.default_rng(SEED).choice((1.0, -1.0), size=(DRAWS, len(sums)))
    beyond = np.count_nonzero(np.abs(flips @ sums) >= abs(sums.sum()) - 1e-12)
    return (beyond + 1) / (DRAWS + 1)
