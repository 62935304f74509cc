"""How often do the tests cry wolf, and how often do they see: size and power by simulation.

In: the settings of an artificial world. Out: how often each test rejects in it. The worlds go the
whole way that real prices go: `Market.from_returns`, `align`, `event_study`, `results.test`. It
must not know files, plots or pages.

A world: returns follow a market with betas of 0.5 to 1.5; their residuals, of 2 % a day, have one
common correlation; nothing happens at the event but what the settings say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from tqdm import tqdm

from analytics.errors import InputError, is_number, is_whole
from analytics.market import Market
from analytics.study import Model, Windows, align, event_study
from analytics.study.kernels import Floats

FLIPS = 999  # random sign flips in each run; their own noise is below that of the runs
MOSTLY = 0.8  # of the runs
BEYOND = 20  # sessions around the windows, for models that look further
COLUMNS = 400  # securities simulated together
START = "2000-01-03"


@dataclass(frozen=True)
class World:
    """Settings of a simulated world.

    Attributes
    ----------
    observations : int
        Securities with an event, N.
    correlation : float
        Correlation of any two residuals on one day.
    dates : {"common", "staggered"}
        One event date for all; or dates drawn from N times the window's length, so that some
        tested windows overlap.
    event_variance : float
        Variance of the residuals in the tested window, as a multiple of the usual one.
    tails : float
        Degrees of freedom of the t distribution of the residuals, above 2; infinite for normal.
    effect : float
        Abnormal return over the tested window, in deviations of one day's residual: 0 for size.
    window : tuple of int
        Tested days.
    deviations : tuple of float
        Lowest and highest residual deviation of a security, per day, decimal fraction; each draws
        its own.
    estimation_days : int
    alpha : float
        Nominal level.

    Examples
    --------
    >>> World(observations=50, correlation=0.1, event_variance=2.0).words
    'N = 50, common date, r = 0.1, event variance x 2'
    """

    observations: int = 4
    correlation: float = 0.4
    dates: Literal["common", "staggered"] = "common"
    event_variance: float = 1.0
    tails: float = np.inf
    effect: float = 0.0
    window: tuple[int, int] = (0, 0)
    deviations: tuple[float, float] = (0.02, 0.02)
    estimation_days: int = 250
    alpha: float = 0.05

    def __post_init__(self) -> None:
        self._check_kinds()
        first, last = self.window
        low, high = self.deviations
        rules = {
            "observations": (2 <= self.observations <= 1000, "a whole number from 2 to 1000"),
            "correlation": (0 <= self.correlation < 1, "a number from 0 to below 1"),
            "dates": (self.dates in ("common", "staggered"), "'common' or 'staggered'"),
            "event_variance": (0 < self.event_variance <= 100, "a number above 0 and up to 100"),
            "tails": (self.tails > 2, "degrees of freedom above 2, or infinity"),
            "effect": (abs(self.effect) <= 20, "a number of residual deviations, up to 20"),
            "window": (-10 <= first <= last <= 10, "two days from -10 to 10, first not after last"),
            "deviations": (0 < low <= high <= 0.2, "two fractions above 0 and up to 0.2, in order"),
            "estimation_days": (30 <= self.estimation_days <= 2000, "30 to 2000 days"),
            "alpha": (0 < self.alpha < 1, "a number between 0 and 1"),
        }
        for name, (kept, expected) in rules.items():
            if not kept:
                raise InputError(f"{name}={getattr(self, name)!r}: expected {expected}")

    def _check_kinds(self) -> None:
        """Numbers are numbers, and pairs are pairs, before they are compared with anything."""
        for name in ("observations", "estimation_days"):
            if not is_whole(getattr(self, name)):
                raise InputError(f"{name}={getattr(self, name)!r}: expected a whole number")
        for name in ("correlation", "event_variance", "tails", "effect", "alpha"):
            if not is_number(getattr(self, name)):
                raise InputError(f"{name}={getattr(self, name)!r}: expected a number")
        for name, kind in (("window", is_whole), ("deviations", is_number)):
            given = getattr(self, name)
            if not (isinstance(given, (tuple, list)) and len(given) == 2 and all(map(kind, given))):
                raise InputError(f"{name}={given!r}: expected two numbers, such as (0, 0)")
            object.__setattr__(self, name, tuple(given))

    @property
    def varied(self) -> dict[str, bool]:
        """Which of the settings that the standard worlds vary differ from the calm one's."""
        return {
            "dates": self.dates != "common",
            "event_variance": self.event_variance != 1.0,
            "tails": bool(np.isfinite(self.tails)),
        }

    @property
    def words(self) -> str:
        """The world in a line."""
        said = [f"N = {self.observations}", f"{self.dates} date{'s' * (self.dates != 'common')}"]
        usual = World.__dataclass_fields__
        said.append(f"r = {self.correlation:g}" if self.correlation else "independent")
        if self.event_variance != 1:
            said.append(f"event variance x {self.event_variance:g}")
        if np.isfinite(self.tails):
            said.append(f"t({self.tails:g}) tails")
        if self.effect:
            said.append(f"effect {self.effect:g} deviations")
        if self.window != usual["window"].default:
            said.append(f"window [{self.window[0]}, {self.window[1]}]")
        if self.deviations != usual["deviations"].default:
            said.append(f"deviations {self.deviations[0]:g} to {self.deviations[1]:g}")
        if self.estimation_days != usual["estimation_days"].default:
            said.append(f"{self.estimation_days} estimation days")
        if self.alpha != usual["alpha"].default:
            said.append(f"level {self.alpha:g}")
        return ", ".join(said)


@dataclass(frozen=True, eq=False)
class Simulation:
    """What the tests did in one world.

    Attributes
    ----------
    world : World
    runs, seed : int
    rejected, valid : pandas.DataFrame
        Runs x tests, booleans: whether the test rejected; whether it said that it may be believed.
    """

    world: World
    runs: int
    seed: int
    rejected: pd.DataFrame
    valid: pd.DataFrame

    @property
    def settings(self) -> dict[str, object]:
        """The world, the number of runs and the seed."""
        tails = self.world.tails if np.isfinite(self.world.tails) else "normal"
        return {**asdict(self.world), "tails": tails, "runs": self.runs, "seed": self.seed}

    @property
    def rejection(self) -> pd.Series:
        """Share of runs in which each test rejected."""
        return self.rejected.mean().rename("rejection")

    @property
    def loud(self) -> pd.Series:
        """Tests that reject more often than the level by over twice the simulation's error."""
        table = self.table
        return (table["rejection"] - 2.0 * table["std_error"] > self.world.alpha).rename("loud")

    @property
    def trusted(self) -> pd.Series:
        """Tests that called themselves valid in four runs of five and, there, kept their size.

        A test that misses in half the runs that its assumption fails is not to be trusted in such a
        world, whatever it says. In a world with an effect its size is not seen.
        """
        table = self.table
        counted = table["valid"] * self.runs
        error = np.sqrt(self.world.alpha * (1.0 - self.world.alpha) / counted.clip(lower=1.0))
        kept = (table["rejection_valid"] <= 1.3 * self.world.alpha + 2.0 * error) | (
            self.world.effect != 0.0
        )
        return ((table["valid"] >= MOSTLY) & kept).rename("trusted")

    @property
    def table(self) -> pd.DataFrame:
        """Per test: how often it rejects, how sure that is, and whether it warned.

        Returns
        -------
        pandas.DataFrame
            ``rejection`` (share of runs); ``std_error`` of it, from the number of runs; ``valid``
            (share of runs in which the test called itself valid); ``rejection_valid`` (share of
            those in which it rejected, NaN where there are none).
        """
        share = self.rejection
        trusted = (self.rejected & self.valid).sum() / self.valid.sum().replace(0, np.nan)
        # never zero: no rejection in 100 runs does not mean that there can be none
        smooth = (share * self.runs + 2.0) / (self.runs + 4.0)
        return pd.DataFrame(
            {
                "rejection": share,
                "std_error": np.sqrt(smooth * (1.0 - smooth) / self.runs),
                "valid": self.valid.mean(),
                "rejection_valid": trusted,
            }
        )


def simulate_size(
    world: World | None = None,
    *,
    runs: int = 1000,
    seed: int = 1,
    model: Model | None = None,
    progress: bool = True,
    **settings: object,
) -> Simulation:
    """Rejection rates of every test in a world where the truth is known.

    Parameters
    ----------
    world : World, optional
        Or its settings as keywords (see `World`), such as ``observations=50, correlation=0.1``.
    runs : int
        Independent repetitions; a rate of 5 % then has a standard error of
        ``sqrt(.05 * .95 / runs)``.
    seed : int
        The same seed gives the same numbers.
    model : Model, optional
        The market model by default.
    progress : bool
        Show a bar if it takes over two seconds.

    Returns
    -------
    Simulation

    Raises
    ------
    InputError
        A setting out of its range.

    References
    ----------
    Brown & Warner (1985); Kolari & Pynnönen (2010), section 4.

    Examples
    --------
    >>> found = simulate_size(observations=4, correlation=0.4, runs=200)
    >>> bool(found.rejection["cross_sectional_t"] > 2 * found.rejection["adjusted_bmp"])
    True
    """
    world = _world(world, settings)
    if not is_whole(runs) or runs < 1:
        raise InputError(f"runs={runs!r}: expected a whole number of at least 1")
    if not is_whole(seed) or seed < 0:
        raise InputError(f"seed={seed!r}: expected a whole number, not negative")
    together = max(1, COLUMNS // world.observations)
    tables = []
    bar = partial(tqdm, total=runs, desc=world.words, unit="run", delay=2.0, leave=False)
    with bar() if progress else bar(disable=True) as shown:  # unset, TQDM_DISABLE decides
        for first in range(0, runs, together):
            size = min(together, runs - first)
            generator = np.random.default_rng([seed, first])
            for table in _tables(world, size, generator, model):
                tables.append(table)
                shown.update()
    p = pd.DataFrame([one["pvalue"] for one in tables]).reset_index(drop=True)
    valid = pd.DataFrame([one["valid"] for one in tables]).reset_index(drop=True)
    return Simulation(world, runs, seed, p < world.alpha, valid.astype(bool))


def size_table(
    worlds: Iterable[World] | None = None, *, runs: int = 1000, seed: int = 1
) -> tuple[Simulation, ...]:
    """`simulate_size` for a series of worlds; by default those in which the usual tests fail.

    Parameters
    ----------
    worlds : iterable of World, optional
        By default the standard ones with N = 4, r = 0.4 and N = 50, r = 0.1.
    runs, seed : int

    Returns
    -------
    tuple of Simulation

    Examples
    --------
    >>> found = size_table([World(correlation=0.0), World(correlation=0.6)], runs=20)
    >>> rejections(found).shape
    (18, 2)
    """
    if isinstance(worlds, World):
        raise InputError("worlds: expected several, such as [World()]; for one use simulate_size")
    usual = (*standard_worlds(4, 0.4), *standard_worlds(50, 0.1))
    chosen = usual if worlds is None else tuple(worlds)
    return tuple(simulate_size(one, runs=runs, seed=seed) for one in chosen)


def rejections(simulations: Sequence[Simulation]) -> pd.DataFrame:
    """Rejection rates, tests x worlds."""
    return pd.DataFrame({one.world.words: one.rejection for one in simulations})


def standard_worlds(observations: int = 4, correlation: float = 0.4) -> tuple[World, ...]:
    """Seven worlds of one size: calm, correlated, staggered, event-induced variance, fat tails.

    Parameters
    ----------
    observations : int
    correlation : float
        Of residuals, in the worlds that have one.

    Returns
    -------
    tuple of World
    """
    calm = World(observations=observations, correlation=0.0)
    tied = replace(calm, correlation=correlation)
    return (
        calm,
        tied,
        replace(tied, dates="staggered"),
        replace(calm, event_variance=3.0),
        replace(tied, event_variance=3.0),
        replace(calm, tails=4.0),
        replace(tied, tails=4.0),
    )


def _world(world: World | None, settings: dict[str, object]) -> World:
    if world is not None and not isinstance(world, World):
        raise InputError(f"world={world!r}: expected a World, such as World(observations=50)")
    known = set(World.__dataclass_fields__)
    for name in settings:
        if name not in known:
            raise InputError(f"{name}: no setting of a world; expected {', '.join(sorted(known))}")
    return replace(world or World(), **settings)  # type: ignore[arg-type]


def _tables(
    world: World, size: int, generator: np.random.Generator, model: Model | None
) -> Iterable[pd.DataFrame]:
    """Test table of each of ``size`` runs, fitted together."""
    returns, asked = _draw(world, size, generator)
    runs = [name.partition("-")[0].removeprefix("S") for name in asked["ticker"]]
    benchmarks = {ticker: f"MKT{run}" for ticker, run in zip(asked["ticker"], runs, strict=True)}
    market = Market.from_returns(returns, benchmarks=benchmarks)
    sample = align(asked, market, _windows(world), confounders=())
    results = event_study(sample, model, alpha=world.alpha)
    for run in range(size):
        yield results.only(f"run {run}").test(*world.window, draws=FLIPS)


def _windows(world: World) -> Windows:
    start = min(world.window[0], 0)
    days = world.estimation_days
    return Windows(
        estimation=(start - days, start - 1),
        event=(start, max(world.window[1], 0)),
        min_estimation=days,
    )


def _draw(
    world: World, size: int, generator: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Returns of every security and of the market of every run, and the frame of events."""
    n, windows = world.observations, _windows(world)
    length = world.window[1] - world.window[0] + 1
    room = 1 if world.dates == "common" else n * length
    lead = -windows.estimation[0] + BEYOND
    days = lead + room + windows.event[1] + BEYOND
    shift = generator.integers(0, room, (size, n))
    day0 = lead + shift
    residuals = _residuals(world, (days, size, n), generator)
    inside = np.arange(days)[:, None, None] - day0[None]
    tested = (inside >= world.window[0]) & (inside <= world.window[1])
    residuals *= np.where(tested, np.sqrt(world.event_variance), 1.0)
    residuals += np.where(tested, world.effect / length, 0.0)
    market = generator.normal(0.0004, 0.01, (days, size))
    beta = generator.uniform(0.5, 1.5, (size, n))
    low, high = np.log(world.deviations)
    deviation = np.exp(generator.uniform(low, high, (size, n)))
    returns = beta * market[:, :, None] + deviation * residuals
    dates = pd.bdate_range(START, periods=days)
    names = [f"S{run}-{k}" for run in range(size) for k in range(n)]
    factors = [f"MKT{run}" for run in range(size)]
    values = np.hstack([np.maximum(returns, -0.99).reshape(days, -1), market])
    frame = pd.DataFrame(values, index=dates, columns=[*names, *factors])
    asked = pd.DataFrame(
        {
            "event_id": [f"run {run}" for run in range(size) for _ in range(n)],
            "ticker": names,
            "session": dates[day0.ravel()],
        }
    )
    return frame, asked


def _residuals(world: World, shape: tuple[int, int, int], generator: np.random.Generator) -> Floats:
    """Residuals with unit variance: a common part of each run and day, and each security's own."""
    common = _noise(world, (shape[0], shape[1], 1), generator)
    own = _noise(world, shape, generator)
    return np.asarray(np.sqrt(world.correlation) * common + np.sqrt(1 - world.correlation) * own)


def _noise(world: World, shape: tuple[int, ...], generator: np.random.Generator) -> Floats:
    if np.isinf(world.tails):
        return generator.standard_normal(shape)
    unit = np.sqrt((world.tails - 2.0) / world.tails)
    return np.asarray(generator.standard_t(world.tails, shape) * unit)
