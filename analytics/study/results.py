"""The results of an event study: labelled frames over the arrays of a fit.

In: a sample and a fit. Out: abnormal returns, estimates, CARs with intervals, averages, tests, a
summary in words. It must not know files, plots or pages.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from analytics.errors import InputError, UnknownNameError, is_number, is_whole
from analytics.study import inference
from analytics.study.dependence import Dependence, dependence
from analytics.study.kernels import Bools, Floats
from analytics.study.models import Fit, MarketModel, Model
from analytics.study.pieces import check, refuse_empty, spread, take
from analytics.study.provenance import settings_of, versions
from analytics.study.requests import names_of
from analytics.study.sample import Sample
from analytics.study.summary import Summary

T = TypeVar("T")


def fresh(method: Callable[[Any], T]) -> property:
    """A property that is computed once and given as a copy: who changes it changes his own."""
    kept = f"_{method.__name__}"

    def give(self: Any) -> T:
        if kept not in self.__dict__:
            self.__dict__[kept] = method(self)
        frame: Any = self.__dict__[kept]
        found: T = frame.copy()
        return found

    give.__doc__ = method.__doc__
    return property(give)


CAR_COLUMNS = [
    "car",
    "std_error",
    "t",
    "df",
    "pvalue",
    "ci_low",
    "ci_high",
    "sq_pvalue",
]


@dataclass(frozen=True, eq=False, repr=False)
class EventStudyResults:
    """What an event study found.

    Attributes
    ----------
    sample : Sample
        The observations that could be fitted.
    model : Model
    fit : Fit
    alpha : float
        Level of every interval and of the validity of tests: 0.05 means 95 % intervals.
    """

    sample: Sample
    model: Model
    fit: Fit
    alpha: float = 0.05

    def only(self, event_id: str) -> EventStudyResults:
        """The results of one event; what other events contributed stays in its observations.

        Raises
        ------
        UnknownNameError
            The event is not in the results.
        """
        known = self.sample.index.get_level_values("event_id")
        if not isinstance(event_id, str) or event_id not in known:
            raise UnknownNameError("event in these results", event_id, set(known))
        chosen = np.asarray(known == event_id)
        sample = self.sample.select(event_id=event_id)
        return EventStudyResults(sample, self.model, take(self.fit, chosen), self.alpha)

    def among(self, tickers: Sequence[str]) -> EventStudyResults:
        """The results of these securities alone.

        Raises
        ------
        UnknownNameError
            A security that is not in the results.
        """
        names = names_of("tickers", tickers)
        known = {*self.sample.index.get_level_values("ticker"), *self.sample.dropped["ticker"]}
        for ticker in names:
            if ticker not in known:
                raise UnknownNameError("ticker in these results", ticker, known)
        chosen = np.asarray(self.sample.index.get_level_values("ticker").isin(names))
        left = self.sample.dropped[self.sample.dropped["ticker"].isin(names)]
        part = self.sample.keep(chosen)
        asked = int(chosen.sum()) + len(left)
        part = replace(part, dropped=left.reset_index(drop=True), asked=asked)
        return EventStudyResults(part, self.model, take(self.fit, chosen), self.alpha)

    def where(self, chosen: pd.Series | Bools, reason: str) -> EventStudyResults:
        """The chosen observations; the others are listed as dropped, with this reason.

        Parameters
        ----------
        chosen : Series or array of bool
            (E,) in the order of the observations.
        reason : str
        """
        kept = np.asarray(chosen, dtype=bool)
        if kept.shape != (len(self.sample),):
            raise InputError(
                f"chosen: expected {len(self.sample)} values, one per observation, got shape "
                f"{kept.shape}"
            )
        left = [(*key, reason) for key in self.sample.index[~kept]]
        part = self.sample.keep(kept, left)
        return EventStudyResults(part, self.model, take(self.fit, kept), self.alpha)

    @fresh
    def abnormal_returns(self) -> pd.DataFrame:
        """(event_id, ticker) x relative day, decimal fraction; NaN where a price is missing."""
        return self._by_day(self.fit.abnormal)

    @fresh
    def standardised(self) -> pd.DataFrame:
        """Abnormal returns divided by their one-day forecast error."""
        size, length = self.fit.abnormal.shape
        scale = np.empty((size, length))
        for day in range(length):
            chosen = np.zeros((size, length), dtype=bool)
            chosen[:, day] = True
            scale[:, day] = np.sqrt(self.fit.forecast_error.variance(chosen))
        return self._by_day(self.fit.abnormal / scale)

    @fresh
    def estimates(self) -> pd.DataFrame:
        """Per observation: coefficients (per day, decimal fraction), fit, benchmark, session."""
        observations = self.sample.observations
        return pd.DataFrame(
            {
                **self.fit.coefficients,
                "residual_std": self.fit.residual_std,
                "n_estimation": self.fit.count,
                "df": self.fit.df,
                "r_squared": self.fit.r_squared,
                "benchmark": observations["benchmark"].to_numpy(),
                "exclude_self": observations["exclude_self"].to_numpy(),
                "session": observations["session"].to_numpy(),
            },
            index=self.sample.index,
        )

    def car(self, first: int, last: int) -> pd.DataFrame:
        """Cumulative abnormal return of every observation over the days ``first`` to ``last``.

        Parameters
        ----------
        first, last : int
            Relative days inside the event window.

        Returns
        -------
        pandas.DataFrame
            Indexed by (event_id, ticker): ``car`` (decimal fraction), ``std_error`` (the model's
            own forecast error, exact for least squares), ``t`` with ``df`` degrees of freedom,
            ``pvalue``, the interval ``ci_low`` to ``ci_high`` at ``1 - alpha``, and ``sq_pvalue``,
            which assumes no normality. NaN where a
            day of the window is missing.

        References
        ----------
        Campbell, Lo & MacKinlay (1997), section 4.4; Gelbach, Helland & Klick (2013).

        Examples
        --------
        >>> import analytics as ma
        >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
        >>> results = ma.event_study(ma.align(event, ma.load_market(), exclude_self=False))
        >>> round(results.car(0, 0).loc[("deepseek-shock-2025-01-27", "NVDA"), "car"], 4)
        np.float64(-0.1326)
        """
        chosen = np.zeros(self.fit.abnormal.shape, dtype=bool)
        chosen[:, self.sample.windows.columns(first, last)] = True
        return self._car(chosen, last - first + 1)

    def bhar(self, first: int, last: int) -> pd.DataFrame:
        """Buy-and-hold abnormal return of every observation over the days ``first`` to ``last``.

        ``prod(1 + R) - prod(1 + expected R)``: what holding the share brought over what the model
        would have brought. Its forecast error is that of the CAR with each day weighted by the
        expected growth of the other days, to first order (delta method). Over months the
        distribution is skewed to the right, and ``sq_pvalue`` is the one to read. With log returns
        the expected growth is the median one, which lies below the mean by about half the variance
        of the window: simple returns are the ones to use here.

        Parameters
        ----------
        first, last : int
            Relative days inside the event window.

        Returns
        -------
        pandas.DataFrame
            As `car`, with ``bhar`` in place of ``car``; ``sq_pvalue`` ranks it among the estimation
            window's buy-and-hold abnormal returns of the same length.

        References
        ----------
        Barber & Lyon (1997), eq. 4; Lyon, Barber & Tsai (1999).

        Examples
        --------
        >>> import analytics as ma
        >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
        >>> results = ma.event_study(ma.align(event, ma.load_market(), tickers=["NVDA"]))
        >>> results.bhar(0, 5)["bhar"].round(4).tolist(), results.car(0, 5)["car"].round(4).tolist()
        ([-0.1867], [-0.1838])
        """
        columns = self.sample.windows.columns(first, last)
        cut = self.sample.windows.estimation_offsets.size
        returns, expected = self.sample.returns[:, cut:][:, columns], self.fit.expected[:, columns]
        weights = np.zeros(self.fit.abnormal.shape)
        growth = self._growth(expected)
        weights[:, columns] = growth[:, None] / (1.0 if self.sample.log_returns else 1.0 + expected)
        found = self._growth(returns) - growth
        error = np.sqrt(self.fit.forecast_error.variance(np.nan_to_num(weights)))
        error = np.where(np.isfinite(found), error, np.nan)
        before, residuals = self.sample.returns[:, :cut], self.fit.residuals
        length = last - first + 1
        others = self._growth(inference.blocks(before, length)) - self._growth(
            inference.blocks(before - residuals, length)
        )
        return self._inferred("bhar", found, error, inference.rank_among(found, others))

    def _growth(self, returns: Floats) -> Floats:
        """What one unit becomes over the days of the last axis."""
        if self.sample.log_returns:
            return np.asarray(np.exp(returns.sum(axis=-1)))
        return np.asarray(np.prod(1.0 + returns, axis=-1))

    def headline(self) -> pd.DataFrame:
        """CAR of every observation over its own headline window.

        [0, 0] where the news came before the open or after the close; [0, +1] where it came in
        session or day 0 is not certain.

        Returns
        -------
        pandas.DataFrame
            Columns as `car`; ``bhar`` (see `bhar`); ``raw``, the total return over the window
            (compounded); ``detectable`` (see `minimum_detectable`); ``price_limited``; ``first``
            and ``last`` day.
        """
        first, end = self.sample.windows.event
        windows = self.sample.observations["headline_window"]
        if first > 0 or end < 0:  # day 0 is not in the event window: take all of that
            return self._window(first, end)
        parts = []
        for window in sorted(set(windows)):
            last = min(window[1], end)
            part = self._window(window[0], last)
            parts.append(part[(windows == window).to_numpy(dtype=bool)])
        return pd.concat(parts).loc[self.sample.index]

    def alternatives(self) -> pd.DataFrame:
        """One-day results on every session that could be day 0, where that is not certain.

        Returns
        -------
        pandas.DataFrame
            Indexed by (event_id, ticker, session): ``day`` relative to the day 0 used, and the
            columns of `car` over that day alone. Empty where every day 0 is certain.
        """
        first, last = self.sample.windows.event
        rows = []
        for key, row in self.sample.observations[
            self.sample.observations["session_ambiguous"]
        ].iterrows():
            for day, session in enumerate((row["session"], *row["alternative_sessions"])):
                if first <= day <= last:
                    rows.append((*key, session, day))
        index = pd.MultiIndex.from_tuples(
            [row[:3] for row in rows], names=["event_id", "ticker", "session"]
        )
        cars = {day: self.car(day, day) for day in {row[3] for row in rows}}
        values = [cars[day].loc[(event_id, ticker)] for event_id, ticker, _, day in rows]
        frame = pd.DataFrame(values, columns=CAR_COLUMNS).set_axis(index)
        frame.insert(0, "day", [row[3] for row in rows])
        return frame

    def minimum_detectable(self, first: int, last: int, *, power: float = 0.8) -> pd.Series:
        """Smallest CAR that a test at level ``alpha`` finds with this power.

        ``(t_{1-alpha/2} + t_{power}) S_CAR``: what "no effect seen" must be read against.

        Parameters
        ----------
        first, last : int
        power : float

        Returns
        -------
        pandas.Series
            By (event_id, ticker), decimal fraction, positive.
        """
        df = self.fit.df
        if not is_number(power) or not self.alpha < power < 1:
            raise InputError(
                f"power={power!r}: expected a number above alpha ({self.alpha:g}) and below 1"
            )
        reach = stats.t.isf(self.alpha / 2, df) + stats.t.isf(1.0 - power, df)
        return (self.car(first, last)["std_error"] * reach).rename("detectable")

    def _window(self, first: int, last: int) -> pd.DataFrame:
        """CARs with the raw return and what could have been seen."""
        cut = self.sample.windows.estimation_offsets.size
        columns = self.sample.windows.columns(first, last)
        returns, expected = self.sample.returns[:, cut:][:, columns], self.fit.expected[:, columns]
        return self.car(first, last).assign(
            price_limited=self.sample.observations["price_limited"],
            bhar=self._growth(returns) - self._growth(expected),
            raw=self._growth(returns) - 1.0,
            detectable=self.minimum_detectable(first, last),
            first=first,
            last=last,
        )

    @fresh
    def aar(self) -> pd.Series:
        """Average abnormal return by relative day, decimal fraction."""
        return self.abnormal_returns.mean(axis=0).rename("aar")

    @fresh
    def caar(self) -> pd.Series:
        """Average cumulative abnormal return from the first event day on, decimal fraction.

        Only observations known on every day of the event window enter, so that each day averages
        the same ones.
        """
        whole = self.abnormal_returns.dropna()
        return whole.cumsum(axis=1).mean(axis=0).rename("caar")

    def test(
        self,
        first: int,
        last: int,
        *,
        draws: int = inference.DRAWS,
        only: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Tests of ``CAAR(first, last) = 0`` over all observations.

        Parameters
        ----------
        first, last : int
            Relative days inside the event window.
        draws : int
            Random sign flips of ``sign_flip``, where all of them are too many (N above 16).
        only : sequence of str, optional
            These tests alone; all of them by default.

        Returns
        -------
        pandas.DataFrame
            Indexed by test: ``statistic, pvalue, distribution, df, n, valid, note``. A test that
            would not keep its size in this sample has ``valid`` False and says why; one that does
            not apply is NaN. True means that nothing in this sample speaks against the test: with
            few observations a variance that the event raised can pass unseen, and the note of a
            test that would suffer from it says so.

        Notes
        -----
        All ask whether the average CAR is zero, but ``multivariate`` (whether any CAR is not).
        ``cross_sectional_t`` (Brown & Warner 1980), ``skewness_corrected_t`` (Hall 1992) and
        ``bmp`` (Boehmer, Musumeci & Poulsen 1991) take the spread of the CARs, so a raised variance
        does them no harm; ``patell`` (1976) takes the forecast errors. ``adjusted_bmp`` and
        ``adjusted_patell`` (Kolari & Pynnönen 2010) allow for correlation, as do
        ``crude_dependence_t`` (Brown & Warner 1985) and ``calendar_time`` (Jaffe 1974) by forming
        portfolios and ``multivariate`` (Binder 1985) by a regression of all. Ranks:
        ``corrado_rank`` (1989), ``corrado_zivney_rank`` and ``_sign`` (1992), ``grank_t`` and
        ``grank_z`` (Kolari & Pynnönen 2011), ``wilcoxon`` (1945). Signs: ``sign``,
        ``generalised_sign`` (Cowan 1992), ``sign_flip`` (Fisher 1935).

        Examples
        --------
        >>> import analytics as ma
        >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
        >>> tests = ma.event_study(ma.align(event, ma.load_market())).test(0, 0)
        >>> bool(tests.loc["bmp", "valid"]), bool(tests.loc["adjusted_bmp", "valid"])
        (False, True)
        """
        if not is_whole(draws) or draws < 1:
            raise InputError(f"draws={draws!r}: expected a whole number of at least 1")
        data, left_out = self._test_input(first, last)
        data = replace(data, draws=int(draws))
        rows = {name: asdict(inference.TESTS[name](data)) for name in inference.tests_named(only)}
        frame = pd.DataFrame.from_dict(rows, orient="index")
        frame.index.name = "test"
        if left_out:
            said = f"{left_out} without a return on every tested day are not in it"
            frame["note"] = [f"{note}; {said}" if note else said for note in frame["note"]]
        return frame

    def dependence(self, first: int, last: int) -> Dependence:
        """Average residual correlation of observations that share tested days."""
        return self._test_input(first, last)[0].dependence

    @property
    def dropped(self) -> pd.DataFrame:
        """``event_id, ticker, reason`` of everyone asked for and not in the results."""
        return self.sample.dropped

    @cached_property
    def summary(self) -> Summary:
        """The headline results as a table, with the lines that belong to it."""
        return self.summary_of(self.headline())

    def over(self, first: int, last: int) -> pd.DataFrame:
        """CARs of one window for all observations, with the columns of `headline`."""
        return self._window(first, last)

    def summary_of(self, cars: pd.DataFrame) -> Summary:
        """The same for CARs of another window: a frame as `headline` gives it."""
        return Summary.of(
            headline=cars,
            observations=self.sample.observations,
            dropped=self.dropped,
            model=self.model.label,
            cautions=self._cautions(),
            log_returns=self.sample.log_returns,
            compared=getattr(self.model, "compared", True),
            counts=self.fit.count.tolist(),
            alpha=self.alpha,
            windows=self.sample.windows,
        )

    def _cautions(self) -> list[str]:
        """What the model says about its intervals; a reader's own model may say nothing."""
        caution = getattr(self.model, "caution", "")
        tickers = self.sample.index.get_level_values("ticker").tolist()
        remarks = self.model.remarks(self.fit, tickers) if hasattr(self.model, "remarks") else []
        return [*([caution] if caution else []), *remarks]

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Data hashes, model, windows, versions: what is needed to get these numbers again."""
        names = ("analytics", "numpy", "pandas", "scipy", "statsmodels", "exchange_calendars")
        windows = self.sample.windows
        return {
            "model": {"name": self.model.label, **settings_of(self.model)},
            "returns": "log" if self.sample.log_returns else "simple",
            "factors": list(self.sample.factor_names),
            "windows": asdict(windows),
            "alpha": self.alpha,
            "observations": {
                "asked": self.sample.asked,
                "kept": len(self.sample),
                "dropped": len(self.dropped),
            },
            "data": {entry.name: entry.sha256 for entry in self.sample.sources},
            "versions": {"python": platform.python_version(), **dict(versions(names))},
        }

    def __repr__(self) -> str:
        return str(self.summary)

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()

    def _by_day(self, values: Floats) -> pd.DataFrame:
        days = pd.Index(self.sample.windows.event_offsets, name="day")
        return pd.DataFrame(values, index=self.sample.index, columns=days)

    def _car(self, chosen: Bools, length: int) -> pd.DataFrame:
        car, error = self._car_and_error(chosen)
        ranked = inference.squared_rank_pvalues(car, self.fit.residuals, length)
        return self._inferred("car", car, error, ranked)

    def _inferred(self, name: str, value: Floats, error: Floats, ranked: Floats) -> pd.DataFrame:
        """A value of each observation with its t, p and interval."""
        with np.errstate(invalid="ignore", divide="ignore"):
            t = value / error
        half = stats.t.isf(self.alpha / 2, self.fit.df) * error
        columns = {
            name: value,
            "std_error": error,
            "t": t,
            "df": self.fit.df,
            "pvalue": 2.0 * stats.t.sf(np.abs(t), self.fit.df),
            "ci_low": value - half,
            "ci_high": value + half,
            "sq_pvalue": ranked,
        }
        return pd.DataFrame(columns, index=self.sample.index)

    def _car_and_error(self, chosen: Bools) -> tuple[Floats, Floats]:
        """Sum of abnormal returns over the chosen days and its forecast error; NaN if one lacks."""
        car = np.where(chosen, self.fit.abnormal, 0.0).sum(axis=1)
        error = np.sqrt(self.fit.forecast_error.variance(chosen))
        return car, np.where(np.isfinite(car), error, np.nan)

    def _test_input(self, first: int, last: int) -> tuple[inference.TestInput, int]:
        """What the tests read, worked out once for each window."""
        kept = self.__dict__.setdefault("_inputs", {})
        if (first, last) not in kept:
            kept[first, last] = self._new_test_input(first, last)
        return kept[first, last]

    def _new_test_input(self, first: int, last: int) -> tuple[inference.TestInput, int]:
        columns = self.sample.windows.columns(first, last)
        chosen = np.zeros(self.fit.abnormal.shape, dtype=bool)
        chosen[:, columns] = True
        car, error = self._car_and_error(chosen)
        known = np.isfinite(car)
        sample = self.sample if known.all() else self.sample.keep(known)
        residuals = self.fit.residuals[known]
        data = inference.TestInput(
            car=car[known],
            error=error[known],
            df=self.fit.df[known],
            residuals=residuals,
            scale=self.fit.residual_scale[known],
            abnormal=self.fit.abnormal[known][:, columns],
            dependence=dependence(sample, residuals, first, last),
            alpha=self.alpha,
        )
        return data, int((~known).sum())


def event_study(
    sample: Sample,
    model: Model | None = None,
    *,
    alpha: float = 0.05,
    executor: Executor | None = None,
) -> EventStudyResults:
    """Estimate what was normal, and measure what was not.

    Parameters
    ----------
    sample : Sample
        From `align`.
    model : Model, optional
        Model of the normal return; the market model by default.
    alpha : float
        Level: intervals cover ``1 - alpha``.
    executor : concurrent.futures.Executor, optional
        Spreads the fit over processes or machines; the results are the same.

    Returns
    -------
    EventStudyResults

    Raises
    ------
    InputError
        Nothing can be fitted; the message gives the reasons.

    Examples
    --------
    >>> import analytics as ma
    >>> event = ma.load_events()["deepseek-shock-2025-01-27"]
    >>> sample = ma.align(event, ma.load_market(), exclude_self=False)
    >>> ma.event_study(sample).estimates["beta"].round(3).tolist()
    [2.679, 1.858, 1.531, 1.541]
    """
    if not isinstance(sample, Sample):
        raise InputError(f"sample: expected what align gives, got {type(sample).__name__}")
    if not is_number(alpha) or not 0 < alpha < 1:
        raise InputError(f"alpha={alpha!r}: expected a number between 0 and 1, such as 0.05")
    model = MarketModel() if model is None else model
    if isinstance(model, type) or not hasattr(model, "fit"):
        raise InputError(f"model={model!r}: expected a model such as MarketModel()")
    if not isinstance(getattr(model, "label", None), str):
        raise InputError(f"model={type(model).__name__}: a model needs a label, its name in words")
    refuse_empty(sample)
    fit = model.fit(sample) if executor is None else spread(sample, model, executor)
    check(fit, sample, model)
    fitted = fit.reasons == ""
    if not fitted.all():
        reasons = zip(sample.index[~fitted], fit.reasons[~fitted], strict=True)
        sample = sample.keep(fitted, [(*key, reason) for key, reason in reasons])
        refuse_empty(sample)
        fit = take(fit, fitted)
    return EventStudyResults(sample, model, fit, alpha)
