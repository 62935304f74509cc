"""The choices behind a specification curve, and one run through the study for each.

In: a question (events, market, one security) and lists of choices. Out: rows of results. It must
not know files, plots or pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError, is_whole
from analytics.events import Event, EventTable
from analytics.evidence.asked import market_of
from analytics.evidence.families import mean_interval
from analytics.evidence.placebo import masked
from analytics.evidence.quiet import unquiet_days
from analytics.market import Market
from analytics.study import (
    ConstantMean,
    Dimson,
    EventStudyResults,
    FactorModel,
    MarketAdjusted,
    MarketModel,
    Model,
    RobustMarketModel,
    ScholesWilliams,
    SyntheticControl,
    Windows,
    align,
    event_study,
)
from analytics.study.requests import yes_or_no

Benchmark: TypeAlias = str | tuple[str, ...]
Span: TypeAlias = tuple[int, int]
Factor: TypeAlias = tuple[Benchmark, bool]
Step: TypeAlias = tuple[Span, bool, Factor]

SEVERAL = (FactorModel, SyntheticControl)  # models of more than one benchmark
CHOICES = ["model", "benchmark", "itself", "window", "estimation", "masked", "confounded"]
USUAL: Span = (-260, -11)
BOTH: Span = (0, 1)
NONE = "none"


def usual_models() -> tuple[Model, ...]:
    """The models that a curve takes by default.

    Examples
    --------
    >>> [model.label for model in usual_models()][:3]
    ['market model', 'constant mean', 'market-adjusted']
    """
    return (
        MarketModel(),
        ConstantMean(),
        MarketAdjusted(),
        ScholesWilliams(),
        Dimson(),
        RobustMarketModel(),
        FactorModel(),
    )


@dataclass(frozen=True, eq=False)
class Rows:
    """Specifications with a result, those without, and the ordinary days of the former."""

    kept: tuple[dict[str, Any], ...] = ()
    left: tuple[dict[str, Any], ...] = ()
    ordinary: tuple[pd.DataFrame, ...] = ()

    def and_also(self, more: Rows) -> Rows:
        """Both, in order."""
        return Rows(self.kept + more.kept, self.left + more.left, self.ordinary + more.ordinary)


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked: which events, of which security.

    Attributes
    ----------
    market : Market
    ticker : str
    alpha : float
    observed : pandas.DataFrame
        ``event_id, ticker, session`` of every event that has one.
    lone : pandas.Series
        By event, whether no other news is recorded within one session of it.
    window : tuple of int
        The declared window.
    busy : pandas.Series
        By session, whether news is within one session.
    """

    market: Market
    ticker: str
    alpha: float
    observed: pd.DataFrame
    lone: pd.Series
    window: Span
    busy: pd.Series

    @classmethod
    def of(
        cls,
        events: Event | EventTable | Iterable[Event] | pd.DataFrame,
        market: Market,
        ticker: str,
        alpha: float,
    ) -> Question:
        """Place the events on the sessions of the security; of a frame, the rows that name it."""
        if not isinstance(ticker, str):
            raise InputError(f"ticker={ticker!r}: expected one security, such as 'NVDA'")
        windows = Windows(estimation=(-13, -11), min_estimation=3)  # placing needs no estimation
        if isinstance(events, pd.DataFrame) and "ticker" in events:
            placed = align(events[events["ticker"] == ticker], market, windows)
        else:
            placed = align(events, market, windows, tickers=[ticker])
        if not len(placed):
            reason = placed.dropped["reason"].iloc[0]
            raise InputError(f"{ticker}: no event can be placed on its sessions: {reason}")
        table = placed.observations.droplevel("ticker")
        own = sorted(set(table["headline_window"]))
        sessions = [*table["session"], *(d for days in table["alternative_sessions"] for d in days)]
        return cls(
            market=market,
            ticker=ticker,
            alpha=alpha,
            observed=table["session"].reset_index().assign(ticker=ticker),
            lone=table["confounded_by"] == "",
            window=own[0] if len(own) == 1 else BOTH,
            busy=unquiet_days(ticker, market, sessions=sessions),
        )

    @property
    def test(self) -> str:
        """The test that counts."""
        return "adjusted_bmp" if len(self.observed) > 1 else "forecast_error_t"


@dataclass(frozen=True, eq=False)
class Grid:
    """All choices, each list without repetition; the first of each is the declared one."""

    models: tuple[Model, ...]
    factors: tuple[Factor, ...]
    windows: tuple[Span, ...]
    estimations: tuple[Span, ...]
    masks: tuple[bool, ...]
    declared: Mapping[str, object]

    @classmethod
    def of(
        cls,
        question: Question,
        models: Sequence[Model] | None,
        benchmarks: Sequence[Benchmark] | None,
        exclude_self: Sequence[bool],
        windows: Sequence[Span] | None,
        estimations: Sequence[Span],
        masks: Sequence[bool],
    ) -> Grid:
        """Check the choices, fill in the usual ones."""
        chosen = usual_models() if models is None else _listed("models", models)
        without = [_flag("exclude_self", one) for one in _listed("exclude_self", exclude_self)]
        named = (
            usual_benchmarks(question.market, question.ticker)
            if benchmarks is None
            else tuple(map(_benchmark, _listed("benchmarks", benchmarks)))
        )
        usual = (question.window, (0, 0), BOTH, (-1, 1))
        spans = usual if windows is None else map(_span, _listed("windows", windows))
        known = {one: _weighed(question, one) for one in named}
        factors = [(one, out) for one in named for out in (without if known[one] else without[:1])]
        grid = cls(
            models=tuple(chosen),
            factors=tuple(factors),
            windows=tuple(dict.fromkeys(spans)),
            estimations=tuple(dict.fromkeys(map(_span, _listed("estimations", estimations)))),
            masks=tuple(dict.fromkeys(_flag("masks", one) for one in _listed("masks", masks))),
            declared={},
        )
        first = next(
            (one for one in grid.models if grid.meets(one, grid.factors[0])), grid.models[0]
        )
        declared = {
            **grid.described(question, first, grid.factors[0]),
            "window": grid.windows[0],
            "estimation": grid.estimations[0],
            "masked": grid.masks[0],
            "confounded": "keep",
        }
        object.__setattr__(grid, "declared", declared)
        return grid

    def meets(self, model: Model, factor: Factor) -> bool:
        """Whether a model is asked with a benchmark; one that needs none is asked once."""
        if not getattr(model, "compared", True):
            return factor == self.factors[0]
        return isinstance(factor[0], tuple) == isinstance(model, SEVERAL)

    def described(self, question: Question, model: Model, factor: Factor) -> dict[str, object]:
        """The choices of model and benchmark in words."""
        if not getattr(model, "compared", True):
            return {"model": model.label, "benchmark": NONE, "itself": NONE}
        name = factor[0] if isinstance(factor[0], str) else " + ".join(factor[0])
        return {"model": model.label, "benchmark": name, "itself": _itself(question, factor)}

    def settings(self, estimation: Span) -> Windows:
        """Windows of a study that holds every tested window; half of a short one must be usable."""
        start = min(first for first, _ in self.windows)
        end = max(last for _, last in self.windows)
        length = estimation[1] - estimation[0] + 1
        return Windows(
            estimation=estimation,
            event=(min(start, max(-10, estimation[1] + 1)), max(end, 10)),
            min_estimation=min(120, max(length // 2, 3)),
        )

    def quiet_days(self, question: Question, most: int) -> pd.DatetimeIndex:
        """Up to ``most`` ordinary sessions before the event, evenly spread, windows apart."""
        days, near = question.busy.index, question.busy.to_numpy()
        start = min(first for first, _ in self.windows)
        end = max(last for _, last in self.windows)
        needed = -min(first for first, _ in self.estimations) + 1
        ceiling = int(days.get_loc(question.observed["session"].iloc[0])) + min(start, 0)
        rows = []
        for row in range(ceiling - 1, needed - 1, -1):
            if row + end < ceiling and not near[row + start : row + end + 1].any():
                rows.append(row)
                ceiling = row + min(start, 0)
        if most < len(rows):
            rows = [rows[k] for k in np.linspace(0, len(rows) - 1, most).round().astype(int)]
        return days[sorted(rows)] if most else days[:0]

    def run(self, question: Question, step: Step, quiet: pd.DatetimeIndex) -> Rows:
        """All models and windows for one estimation window, mask and benchmark."""
        estimation, mask, factor = step
        pseudo = pd.DataFrame({"event_id": [f"{day:%Y-%m-%d}" for day in quiet], "session": quiet})
        frame = pd.concat([question.observed, pseudo.assign(ticker=question.ticker)])
        sample = align(
            frame,
            question.market,
            self.settings(estimation),
            benchmark=factor[0],
            exclude_self=factor[1],
            confounders=(),
        )
        if mask:
            sample = masked(sample, {question.ticker: question.busy})
        found = Rows()
        for model in self.models:
            if not self.meets(model, factor):
                continue
            words = {
                **self.described(question, model, factor),
                "estimation": estimation,
                "masked": mask,
            }
            try:
                results = event_study(sample, model, alpha=question.alpha)
            except InputError as error:
                found = found.and_also(self._none(words, str(error)))
                continue
            found = found.and_also(self._tested(question, results, words))
        return found

    def _none(self, words: dict[str, object], reason: str) -> Rows:
        left = [
            {**words, "window": one, "confounded": "keep", "reason": reason} for one in self.windows
        ]
        return Rows(left=tuple(left))

    def _tested(
        self, question: Question, results: EventStudyResults, words: dict[str, object]
    ) -> Rows:
        events = results.sample.index.get_level_values("event_id")
        real = events.isin(question.observed["event_id"])
        if not real.any():
            reasons = results.dropped.set_index("event_id")["reason"]
            return self._none(words, str(reasons[question.observed["event_id"].iloc[0]]))
        own = results.where(real, "an ordinary day")
        subsets = {"keep": own}
        lone = question.lone.reindex(own.sample.index.get_level_values("event_id")).to_numpy(bool)
        if len(own.sample) > 1 and lone.any() and not lone.all():
            subsets["drop"] = own.where(lone, "beside other news")
        kept, left, ordinary = [], [], []
        for window in self.windows:
            for name, part in subsets.items():
                row = {**words, "window": window, "confounded": name}
                found = _answer(part, window, question.test)
                if np.isfinite(found["estimate"]) and np.isfinite(found["pvalue"]):
                    kept.append(row | {name: found[name] for name in found if name != "note"})
                else:
                    left.append(row | {"reason": found["note"] or "a tested day has no return"})
            others = results.car(*window)[~np.asarray(real)].droplevel("ticker")
            if len(others):
                ordinary.append(others[["car", "pvalue"]])
        return Rows(tuple(kept), tuple(left), tuple(ordinary))


def _answer(results: EventStudyResults, window: Span, test: str) -> dict[str, Any]:
    """Estimate, uncertainty and test of one specification."""
    cars = results.car(*window)
    if test == "forecast_error_t":
        row = cars.iloc[0]
        return {
            "estimate": row["car"],
            "std_error": row["std_error"],
            "statistic": row["t"],
            "df": row["df"],
            "pvalue": row["pvalue"],
            "ci_low": row["ci_low"],
            "ci_high": row["ci_high"],
            "n": 1,
            "valid": True,
            "note": "",
        }
    known = cars["car"].dropna()
    low, high = mean_interval(results, *window)
    row = results.test(*window, only=[test]).loc[test]
    half = stats.t.isf(results.alpha / 2, max(len(known) - 1, 1))
    return {
        "estimate": float(known.mean()),
        "std_error": (high - low) / (2 * half),
        "statistic": row["statistic"],
        "df": row["df"],
        "pvalue": row["pvalue"],
        "ci_low": low,
        "ci_high": high,
        "n": len(known),
        "valid": bool(row["valid"]),
        "note": row["note"],
    }


def usual_benchmarks(market: Market, ticker: str) -> tuple[Benchmark, ...]:
    """The security's own benchmark, other indices, and a pair.

    The other indices are those of its exchange, or of all exchanges where it has no other; the pair
    is its own benchmark with the last of them.

    Examples
    --------
    >>> from analytics.market import load_market
    >>> usual_benchmarks(load_market(), "NVDA")
    ('^GSPC', '^IXIC', '^SOX', ('^GSPC', '^SOX'))
    """
    own = market_of(market).benchmark_name(ticker)
    securities = market.directory.securities
    indices = [
        name
        for name in market.tickers
        if name in securities and securities[name].kind == "index" and name != own
    ]
    here = [one for one in indices if securities[one].calendar == securities[ticker].calendar]
    others = here or indices
    pair: tuple[Benchmark, ...] = ((own, others[-1]),) if others else ()
    return (own, *others, *pair)


def _weighed(question: Question, benchmark: Benchmark) -> bool:
    """Whether the firm's weight in a benchmark is known, so that it can be taken out."""
    names = (benchmark,) if isinstance(benchmark, str) else benchmark
    return any(question.market.weight(question.ticker, name) is not None for name in names)


def _itself(question: Question, factor: Factor) -> str:
    """Whether the firm is in its benchmark."""
    benchmark, out = factor
    if _weighed(question, benchmark):
        return "out" if out else "in"
    names = (benchmark,) if isinstance(benchmark, str) else benchmark
    securities = question.market.directory.securities
    own = securities.get(question.ticker)
    unsure = own is not None and any(
        name in securities and securities[name].kind == "index" and name not in own.outside
        for name in names
    )
    return "unknown weight" if unsure else "no member"


def _listed(what: str, given: Any) -> tuple[Any, ...]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise InputError(f"{what}={given!r}: expected a list of choices")
    found = tuple(given)
    if not found:
        raise InputError(f"{what}: expected at least one choice")
    return found


def _benchmark(given: Any) -> Benchmark:
    if isinstance(given, str):
        return given
    names = _listed("benchmarks", given)
    if not all(isinstance(one, str) for one in names):
        raise InputError(f"benchmarks: {given!r}: expected a name or a tuple of names")
    return names if len(names) > 1 else str(names[0])


def _span(given: Any) -> Span:
    pair = _listed("windows and estimations", given)
    if len(pair) != 2 or not all(map(is_whole, pair)) or pair[0] > pair[1]:
        raise InputError(
            f"window {given!r}: expected two whole days, first not after last, such as (0, 1)"
        )
    return int(pair[0]), int(pair[1])


def _flag(what: str, given: Any) -> bool:
    found = yes_or_no(what, given)
    if found is None:
        raise InputError(f"{what}: expected True or False, got None")
    return found
