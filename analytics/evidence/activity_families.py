"""Many observations at once: whether news in general comes with activity, and with larger moves.

In: `ActivityResults`, or the results of an event study. Out: the average abnormal activity of each
security and of all, and the ratio of the variance at the events to the forecast variance. It must
not know files, plots or pages.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError, is_whole
from analytics.evidence.activity import ActivityResults
from analytics.evidence.elsewhere import measured_everywhere
from analytics.evidence.multiplicity import adjust_pvalues
from analytics.market import Market
from analytics.study import EventStudyResults, inference
from analytics.study.dependence import dependence
from analytics.study.kernels import Bools, Floats

ALL = "all"
DRAWS = 1999


def all_together(*results: ActivityResults) -> pd.DataFrame:
    """Headline rows of several results, with p values that count every one of them.

    Parameters
    ----------
    *results : ActivityResults
        Such as volume and range of one sample.

    Returns
    -------
    pandas.DataFrame
        By ``measure``, event_id and ticker: the columns of `ActivityResults.headline` and
        ``pvalue_holm``.

    Raises
    ------
    InputError
        Nothing was given, or two of one measure.

    References
    ----------
    Holm (1979).
    """
    parts = {one.measure.name: one.headline() for one in results}
    if not parts or len(parts) < len(results):
        raise InputError("expected results of different measures, such as volume and range")
    rows = pd.concat(parts, names=["measure"])
    return rows.assign(pvalue_holm=adjust_pvalues(rows["pvalue"]))


def average_activity(results: ActivityResults, first: int = 0, last: int = 1) -> pd.DataFrame:
    """Average abnormal activity of each security, and of all, over a family of events.

    Parameters
    ----------
    results : ActivityResults
    first, last : int
        Tested days.

    Returns
    -------
    pandas.DataFrame
        By ticker, and ``all``: ``n`` observations; ``ratio``, the geometric mean of the ratios per
        day, with its interval ``ci_low`` to ``ci_high``; ``correlation``, the average correlation
        of the forecast errors of observations that share tested days, which widens it;
        ``statistic, df, pvalue, valid, note`` of the adjusted BMP test; ``rank_pvalue`` of the
        generalised rank t test; ``pvalue_holm``, which counts every row.

    Raises
    ------
    InputError
        No observation was measured.

    References
    ----------
    Kolari & Pynnönen (2010), eq. 11, and (2011); Holm (1979).

    Examples
    --------
    >>> import analytics as ma
    >>> from analytics.evidence import abnormal_volume
    >>> market = ma.load_market()
    >>> sample = ma.align(ma.load_events(), market, tickers=["NVDA", "TSM"])
    >>> average_activity(abnormal_volume(sample, market))["n"].tolist()
    [44, 44, 88]
    """
    if len(results) == 0:
        raise InputError(f"{results.measure.name}: all observations are left out; see .dropped")
    table = results.over(first, last)
    known = table["abnormal"].notna().to_numpy(dtype=bool)
    tickers = np.asarray(results.index.get_level_values("ticker"))
    days = _days(results, first, last)
    residuals = results.residuals()
    rows = {}
    for name in [*dict.fromkeys(tickers), ALL]:
        chosen = known & ((tickers == name) | (name == ALL))
        rows[name] = _average(results, table, residuals, days, chosen, (first, last))
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "ticker"
    frame.insert(
        frame.columns.get_loc("pvalue") + 1, "pvalue_holm", adjust_pvalues(frame["pvalue"])
    )
    return frame


def _days(results: ActivityResults, first: int, last: int) -> Floats:
    """(E, L) abnormal activity of each tested day."""
    columns = [results.over(day, day)["abnormal"].to_numpy() for day in range(first, last + 1)]
    return np.column_stack(columns)


def _average(
    results: ActivityResults,
    table: pd.DataFrame,
    residuals: Floats,
    days: Floats,
    chosen: Bools,
    window: tuple[int, int],
) -> dict[str, object]:
    rows, length = table[chosen], window[1] - window[0] + 1
    found = dependence(results.sample.keep(chosen), residuals[chosen], *window)
    data = inference.TestInput(
        car=rows["abnormal"].to_numpy() * length,
        error=rows["std_error"].to_numpy() * length,
        df=rows["df"].to_numpy(),
        residuals=residuals[chosen],
        scale=np.nanstd(residuals[chosen], axis=1, ddof=1)[:, None],
        abnormal=days[chosen],
        dependence=found,
        alpha=results.alpha,
    )
    tested = asdict(inference.TESTS["adjusted_bmp"](data))
    ranked = inference.TESTS["grank_t"](data)
    low, high = _interval(rows["abnormal"], found.average, results.alpha)
    return {
        "n": len(rows),
        "ratio": float(np.exp(rows["abnormal"].mean())),
        "ci_low": low,
        "ci_high": high,
        "correlation": found.average,
        **{name: tested[name] for name in ("statistic", "df", "pvalue")},
        "rank_pvalue": ranked.pvalue,
        **{name: tested[name] for name in ("valid", "note")},
    }


def _interval(values: pd.Series, r: float, alpha: float) -> tuple[float, float]:
    """Interval of exp(mean), widened by ``sqrt((1 + (N - 1) r) / (1 - r))``."""
    n = len(values)
    inflation = (1.0 + (n - 1) * r) / (1.0 - r) if r < 1 else np.nan
    if n < 2 or not inflation > 0:
        return np.nan, np.nan
    half = stats.t.isf(alpha / 2, n - 1) * values.std(ddof=1) / n**0.5 * inflation**0.5
    return float(np.exp(values.mean() - half)), float(np.exp(values.mean() + half))


@dataclass(frozen=True)
class VarianceRatio:
    """How much larger squared abnormal returns were at the events than the forecast variance.

    Attributes
    ----------
    ratio : float
        Mean squared standardised CAR over what the estimation windows promise: 1 is usual.
    ci_low, ci_high : float
        Interval, from groups of observations drawn again (bootstrap).
    pvalue : float
        One-sided rank of the ratio among ``placebos``.
    usual : float
        The ratio that ``1 - alpha`` of the placebos stay below.
    before : float
        The same ratio for the single days of the event window before day -1: what is above 1 there
        was so before the news.
    n, groups, placebos : int
        Observations; groups that share tested days or an event; pseudo-events.
    alpha : float
    """

    ratio: float
    ci_low: float
    ci_high: float
    pvalue: float
    usual: float
    before: float
    n: int
    groups: int
    placebos: int
    alpha: float


def variance_ratio(
    results: EventStudyResults, market: Market, first: int = 0, last: int = 0, *, seed: int = 1
) -> VarianceRatio:
    """Ratio of the cross-section variance at the events to the forecast variance.

    The test moves all events back together, as many sessions for each, estimates anew what is
    normal there, and asks how often the ratio is as large. Fat tails are in both, and observations
    that share days still share them, so neither makes a false alarm. Days around recorded news are
    neither used to estimate, at the events nor before, nor tested before the events.

    Parameters
    ----------
    results : EventStudyResults
        Of several observations.
    market : Market
        The prices behind them.
    first, last : int
        Tested days.
    seed : int
        Of the bootstrap.

    Returns
    -------
    VarianceRatio

    Raises
    ------
    InputError
        Fewer than two observations have a return on every tested day, or the market is not that
        of the results.

    References
    ----------
    Boehmer, Musumeci & Poulsen (1991), event-induced variance; Beaver (1968), the ratio itself.

    Examples
    --------
    >>> import analytics as ma
    >>> market = ma.load_market()
    >>> sample = ma.align(ma.load_events(), market, tickers=["NVDA"])
    >>> found = variance_ratio(ma.event_study(sample), market)
    >>> found.n
    44
    """
    if not is_whole(seed) or seed < 0:
        raise InputError(f"seed={seed!r}: expected a whole number, not negative")
    everywhere = measured_everywhere(results, market, first, last)
    cars = everywhere.at_events
    known = cars["t"].notna().to_numpy(dtype=bool)
    if known.sum() < 2:
        raise InputError(
            f"a variance across observations needs two; {int(known.sum())} have a return on every "
            f"day from {first} to {last}"
        )
    df = cars["df"].to_numpy(dtype=float)[known]
    squares = cars["t"].to_numpy()[known] ** 2 * (df - 2) / df
    found = float(squares.mean())
    others = everywhere.ratios(known, last - first + 1)
    groups = results.where(known, "no return on every tested day").dependence(first, last).group
    low, high = _bootstrap(squares, groups, results.alpha, seed)
    return VarianceRatio(
        ratio=found,
        ci_low=low,
        ci_high=high,
        pvalue=float((1 + np.sum(others >= found)) / (len(others) + 1)) if len(others) else np.nan,
        usual=float(np.quantile(others, 1 - results.alpha)) if len(others) else np.nan,
        before=_before(results, known),
        n=int(known.sum()),
        groups=len(np.unique(groups)),
        placebos=len(others),
        alpha=results.alpha,
    )


def _bootstrap(squares: Floats, groups: np.ndarray, alpha: float, seed: int) -> tuple[float, float]:
    """Percentile interval of the mean over groups drawn with replacement; NaN for one group."""
    names, member = np.unique(groups, return_inverse=True)
    if len(names) < 2:
        return np.nan, np.nan
    total, count = np.bincount(member, squares), np.bincount(member)
    drawn = np.random.default_rng(seed).integers(0, len(names), (DRAWS, len(names)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, [alpha / 2, 1 - alpha / 2])
    return float(low), float(high)


def _before(results: EventStudyResults, known: Bools) -> float:
    """Mean squared standardised abnormal return on the days before day -1; NaN without them."""
    days = results.standardised[known]
    early = days.loc[:, days.columns < -1].to_numpy(dtype=float)
    df = results.fit.df[known][:, None]
    return float(np.nanmean(early**2 * (df - 2) / df)) if early.size else float("nan")
