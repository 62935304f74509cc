"""Fits in parts: spread over an executor, joined again, cut to some observations, checked.

In: a sample, a model, fits. Out: fits. It must not know labels, tests or files.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np

from analytics.errors import InputError
from analytics.study.kernels import Bools, Floats, Ints
from analytics.study.models import Fit, ForecastError, Model
from analytics.study.models.base import IndependentForecastError
from analytics.study.sample import Sample


def spread(sample: Sample, model: Model, executor: Executor) -> Fit:
    """Fit in parts and join them; every observation is fitted on its own, so nothing changes."""
    parts = np.array_split(np.arange(len(sample)), min(len(sample), 64))
    chosen = [np.isin(np.arange(len(sample)), part) for part in parts]
    fits = list(executor.map(model.fit, [sample.keep(one) for one in chosen]))
    return _join(fits)


def check(fit: Fit, sample: Sample, model: Model) -> None:
    """Refuse what a reader's own model gives, where it does not fit the sample."""
    if not isinstance(fit, Fit):
        raise InputError(f"{model.label}: fit gave {type(fit).__name__}, expected a Fit")
    size, days = len(sample), sample.windows.estimation_offsets.size
    shapes = {
        "abnormal": (size, sample.windows.days),
        "expected": (size, sample.windows.days),
        "residuals": (size, days),
        "residual_std": (size,),
        "count": (size,),
        "df": (size,),
        "reasons": (size,),
    }
    for name, shape in shapes.items():
        found = np.shape(getattr(fit, name))
        if found != shape or not isinstance(getattr(fit, name), np.ndarray):
            raise InputError(f"{model.label}: fit.{name} has shape {found}, expected array {shape}")


def refuse_empty(sample: Sample) -> None:
    """Refuse a sample without observations, with the reasons why they were left out."""
    if len(sample) == 0:
        listed = [
            f"{row.event_id} {row.ticker}: {row.reason}" for row in sample.dropped.itertuples()
        ]
        if not listed:
            raise InputError("nothing to study: no observations were asked for")
        listed.sort(key=lambda one: "no prices of" in one)  # what is there says more
        more = f"; and {len(listed) - 3} more" if len(listed) > 3 else ""
        raise InputError(f"nothing to study: {'; '.join(listed[:3])}{more}")


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Some observations of forecast errors that cannot be cut themselves: a reader's own."""

    parts: tuple[tuple[ForecastError, int], ...]
    chosen: Ints

    def variance(self, weights: Floats | Bools) -> Floats:
        """See `ForecastError`."""
        whole = np.zeros((sum(size for _, size in self.parts), weights.shape[1]))
        whole[self.chosen] = weights
        cuts = np.cumsum([size for _, size in self.parts])[:-1]
        found = [
            error.variance(part)
            for (error, _), part in zip(self.parts, np.split(whole, cuts), strict=True)
        ]
        return np.concatenate(found)[self.chosen]


def _join(parts: Sequence[Any]) -> Any:
    """Concatenate arrays of equal dataclasses along the observations, whatever their nesting."""
    first = parts[0]
    if isinstance(first, Fit) and not _made_of_arrays(first.forecast_error):
        errors = tuple((one.forecast_error, len(one.count)) for one in parts)
        size = sum(count for _, count in errors)
        plain = [replace(one, forecast_error=IndependentForecastError(one.df)) for one in parts]
        return replace(_join(plain), forecast_error=_Pieces(errors, np.arange(size)))
    if is_dataclass(first) and not isinstance(first, type):
        names = [field.name for field in fields(first)]
        return type(first)(**{name: _join([getattr(one, name) for one in parts]) for name in names})
    if isinstance(first, dict):
        return {key: _join([one[key] for one in parts]) for key in first}
    return np.concatenate(parts)


def take(part: Any, chosen: Bools) -> Any:
    """The chosen observations of a fit, or of any dataclass of arrays."""
    if isinstance(part, _Pieces):
        return _Pieces(part.parts, part.chosen[chosen])
    if isinstance(part, Fit) and not _made_of_arrays(part.forecast_error):
        pieces = _Pieces(((part.forecast_error, len(chosen)),), np.flatnonzero(chosen))
        plain = replace(part, forecast_error=IndependentForecastError(part.residual_std))
        return replace(take(plain, chosen), forecast_error=pieces)
    if is_dataclass(part) and not isinstance(part, type):
        names = [field.name for field in fields(part)]
        return type(part)(**{name: take(getattr(part, name), chosen) for name in names})
    if isinstance(part, dict):
        return {key: take(value, chosen) for key, value in part.items()}
    return part[chosen]


def _made_of_arrays(error: Any) -> bool:
    """Whether observations can be taken out of every field of a forecast error."""
    if isinstance(error, _Pieces):
        return True
    if not is_dataclass(error) or isinstance(error, type):
        return False
    return all(isinstance(getattr(error, field.name), np.ndarray) for field in fields(error))
