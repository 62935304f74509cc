"""Specification curve: the same question asked in every defensible way.

In: an event (or a family), a market, one security. Out: one row per specification, and how many of
them agree. It must not know files, plots or pages.

One number rests on choices that could have been made otherwise: the model, the benchmark, whether
the firm is in it, the tested days, the days used to learn what is normal, whether other news is
left out. The curve shows them all. On request the whole curve is drawn again for ordinary days of
the same share, which says how often so many specifications agree by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from analytics.errors import InputError, is_number, is_whole
from analytics.events import Event, EventTable
from analytics.evidence.choices import CHOICES, USUAL, Benchmark, Grid, Question, Rows, Span
from analytics.evidence.progress import shown
from analytics.market import Market
from analytics.study import Model

MEMBER = {"unknown weight": "in", "no member": "out"}


@dataclass(frozen=True, eq=False, repr=False)
class SpecificationCurve:
    """What every specification finds.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per specification, ascending by ``estimate``. The choices: ``model``, ``benchmark``,
        ``itself`` (whether the firm is in its benchmark: ``"out"``, ``"in"``, ``"unknown weight"``,
        ``"no member"`` or ``"none"``), ``window``, ``estimation``, ``masked`` (days around other
        news are not used to estimate), ``confounded`` (``"keep"`` or ``"drop"`` events beside
        other news). What was found: ``estimate`` (CAR, or its mean over the family; decimal
        fraction), ``std_error``, ``statistic``, ``df``, ``pvalue``, ``ci_low``, ``ci_high``, ``n``
        events, ``valid`` (whether the test holds). ``headline`` marks the declared specification,
        or the one most like it where that could not be run.
    left_out : pandas.DataFrame
        The choices of every specification without a result, and the ``reason``.
    ticker : str
    test : str
        ``forecast_error_t`` for one event; ``adjusted_bmp`` for several.
    alpha : float
    chance : pandas.DataFrame
        By ordinary day (session): ``median`` estimate and ``significant`` share of the
        specifications that every day has, had the event been on that day; empty unless asked for.
    stand_in : bool
        The declared specification could not be run, and another one stands for it.
    """

    table: pd.DataFrame
    left_out: pd.DataFrame
    ticker: str
    test: str
    alpha: float
    chance: pd.DataFrame
    stand_in: bool = False

    def __len__(self) -> int:
        return len(self.table)

    @property
    def headline(self) -> pd.Series:
        """The declared specification; the one most like it where that could not be run."""
        return self.table[self.table["headline"]].iloc[0]

    @property
    def median(self) -> float:
        """Median estimate over all specifications, decimal fraction."""
        return float(self.table["estimate"].median())

    @property
    def same_sign(self) -> float:
        """Share of specifications whose estimate has the sign of the headline's."""
        return float((np.sign(self.table["estimate"]) == np.sign(self.headline["estimate"])).mean())

    @property
    def significant(self) -> float:
        """Share of specifications whose test rejects at ``alpha``, in either direction."""
        return float((self.table["pvalue"] < self.alpha).mean())

    @property
    def agreeing(self) -> float:
        """Share of specifications that reject at ``alpha`` with the sign of the headline."""
        same = np.sign(self.table["estimate"]) == np.sign(self.headline["estimate"])
        return float(((self.table["pvalue"] < self.alpha) & same).mean())

    @property
    def joint_pvalue(self) -> float:
        """Chance that the median estimate is as far from zero on an ordinary day.

        ``(1 + #{ordinary days with |median| at least as large}) / (n + 1)``; NaN without them.

        References
        ----------
        Simonsohn, Simmons & Nelson (2020), step 3, with ordinary days in place of shuffled data.
        """
        if self.chance.empty:
            return np.nan
        beyond = (self.chance["median"].abs() >= abs(self.median)).sum()
        return float((1 + beyond) / (len(self.chance) + 1))

    def by(self, choice: str) -> pd.DataFrame:
        """What one choice does: median, range and share that rejects, by its values.

        Raises
        ------
        InputError
            There is no such choice.
        """
        if choice not in CHOICES:
            raise InputError(f"choice={choice!r}: expected one of {', '.join(CHOICES)}")
        groups = self.table.assign(rejects=self.table["pvalue"] < self.alpha).groupby(
            choice, sort=False
        )
        return groups.agg(
            specifications=("estimate", "size"),
            median=("estimate", "median"),
            lowest=("estimate", "min"),
            highest=("estimate", "max"),
            significant=("rejects", "mean"),
        ).sort_values("median")

    def differences(self) -> pd.DataFrame:
        """What changing one choice alone does, all others kept.

        Specifications are compared in pairs that differ in one choice. A benchmark brings its own
        answer to whether the firm is in it: benchmarks that hold the firm are compared with each
        other, and those without it; ``pairs`` is 0 for no pair, and such rows are left out. A model
        that needs no benchmark has no pair.

        Returns
        -------
        pandas.DataFrame
            One row per choice and pair of its values: ``choice, one, other``; ``difference``, the
            median change of the estimate from ``one`` to ``other`` (decimal fraction); ``pairs``.
            Largest change first.
        """
        rows = []
        for choice in CHOICES:
            table = self.table
            if choice == "benchmark":
                table = table.assign(itself=table["itself"].replace(MEMBER))
            others = [one for one in CHOICES if one != choice]
            values = table[choice].drop_duplicates().tolist()
            parts = [
                table[[found == one for found in table[choice]]].set_index(others)["estimate"]
                for one in values
            ]
            for (one, first), (other, second) in combinations(zip(values, parts, strict=True), 2):
                change = (second - first.reindex(second.index)).dropna()
                if len(change):
                    rows.append((choice, one, other, float(change.median()), len(change)))
        frame = pd.DataFrame(rows, columns=["choice", "one", "other", "difference", "pairs"])
        order = frame["difference"].abs().sort_values(ascending=False, kind="stable").index
        return frame.loc[order].reset_index(drop=True)

    def __repr__(self) -> str:
        low, high = self.table["estimate"].iloc[[0, -1]]
        lines = [
            f"SpecificationCurve of {self.ticker}: {len(self)} specifications, "
            f"{len(self.left_out)} left out",
            f"  median {self.median:+.4f}, from {low:+.4f} to {high:+.4f}; declared "
            f"{self.headline['estimate']:+.4f}",
            f"  {self.same_sign:.0%} have the declared one's sign, {self.agreeing:.0%} also reject "
            f"at {self.alpha:g}",
        ]
        if not self.chance.empty:
            lines.append(
                f"  so large a median, {len(self.chance)} ordinary days: p {self.joint_pvalue:.4f}"
            )
        return "\n".join(lines)


def specification_curve(
    events: Event | EventTable | Iterable[Event] | pd.DataFrame,
    market: Market,
    ticker: str,
    *,
    models: Sequence[Model] | None = None,
    benchmarks: Sequence[Benchmark] | None = None,
    exclude_self: Sequence[bool] = (True, False),
    windows: Sequence[Span] | None = None,
    estimations: Sequence[Span] = (USUAL, (-135, -11), (-260, -31)),
    masks: Sequence[bool] = (False, True),
    alpha: float = 0.05,
    ordinary_days: int = 0,
    progress: bool = True,
) -> SpecificationCurve:
    """Ask one question in every way, and count the answers.

    Parameters
    ----------
    events : Event, EventTable, iterable of Event, or pandas.DataFrame
        One event, or a family whose mean abnormal return is asked for; a frame as `align` takes it.
    market : Market
    ticker : str
    models : sequence of Model, optional
        Those of `usual_models` by default. Models of several benchmarks (`FactorModel`,
        `SyntheticControl`) meet the benchmarks that are tuples, all others those that are names.
    benchmarks : sequence of str or tuple of str, optional
        By default the security's own, the other indices of its exchange (of all exchanges where it
        has no other), and the pair of its own with the last of them.
    exclude_self : sequence of bool
        Whether the firm is taken out of a benchmark; counts where its weight there is known.
    windows : sequence of tuple of int, optional
        Tested windows; by default the headline window of the event, [0, 0], [0, +1] and [-1, +1].
        For a family of events with different headline windows, [0, +1] is the declared one.
    estimations : sequence of tuple of int
        Estimation windows; the first is the declared one.
    masks : sequence of bool
        Whether days around other recorded news are left out of the estimation window.
    alpha : float
    ordinary_days : int
        Draw the curve for up to this many ordinary days before the event as well (see
        `SpecificationCurve.chance`); for one event only.
    progress : bool
        Show a progress bar where it takes more than two seconds.

    Returns
    -------
    SpecificationCurve

    Raises
    ------
    InputError
        A fault of the call, or no specification that could be run.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020), Nature Human Behaviour 4.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> curve = specification_curve(
    ...     event,
    ...     ma.load_market(),
    ...     "NVDA",
    ...     models=[ma.MarketModel(), ma.ConstantMean()],
    ...     progress=False,
    ... )
    >>> len(curve), round(curve.same_sign, 2), float(round(curve.headline["estimate"], 3))
    (90, 0.94, -0.165)
    """
    if not is_number(alpha) or not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r}: expected a number between 0 and 1, such as 0.05")
    if not is_whole(ordinary_days) or ordinary_days < 0:
        raise InputError(f"ordinary_days={ordinary_days!r}: expected a whole number, 0 for none")
    question = Question.of(events, market, ticker, float(alpha))
    if ordinary_days and len(question.observed) > 1:
        raise InputError("ordinary_days: a curve of several events has none; ask for one event")
    grid = Grid.of(question, models, benchmarks, exclude_self, windows, estimations, masks)
    quiet = grid.quiet_days(question, int(ordinary_days))
    found = Rows()
    steps = list(product(grid.estimations, grid.masks, grid.factors))
    for step in shown(steps, "specifications", "step", progress=progress):
        found = found.and_also(grid.run(question, step, quiet))
    if not found.kept:
        raise InputError(f"{ticker}: no specification could be run: {found.left[0]['reason']}")
    return SpecificationCurve(
        table=_sorted(pd.DataFrame(list(found.kept)), grid.declared),
        left_out=pd.DataFrame(list(found.left), columns=[*CHOICES, "reason"]),
        ticker=ticker,
        test=question.test,
        alpha=float(alpha),
        chance=_by_day(found.ordinary, float(alpha)),
        stand_in=not any(all(row[k] == v for k, v in grid.declared.items()) for row in found.kept),
    )


def _sorted(table: pd.DataFrame, declared: Mapping[str, object]) -> pd.DataFrame:
    """Ascending by estimate; the declared specification marked, or the one most like it."""
    alike = pd.DataFrame(
        {name: [one == value for one in table[name]] for name, value in declared.items()}
    )
    nearest = alike.sum(axis=1).idxmax()  # the declared one itself, where it could be run
    table = table.assign(headline=table.index == nearest)
    return table.sort_values(["estimate", *CHOICES], kind="stable", ignore_index=True)


def _by_day(ordinary: Sequence[pd.DataFrame], alpha: float) -> pd.DataFrame:
    """Median estimate and share that rejects of each ordinary day that has every specification."""
    if not ordinary:
        return pd.DataFrame({"median": [], "significant": []}, dtype=float)
    estimates = pd.concat([one["car"] for one in ordinary], axis=1)
    pvalues = pd.concat([one["pvalue"] for one in ordinary], axis=1)
    whole = estimates.notna().all(axis=1)
    days = pd.DatetimeIndex(estimates.index[whole], name="session")
    table = pd.DataFrame(
        {
            "median": estimates[whole].median(axis=1),
            "significant": (pvalues[whole] < alpha).mean(axis=1),
        }
    )
    return table.set_axis(days, axis=0)
