"""What is needed to get the numbers of a study again: settings of the model, versions.

In: a model, names of packages. Out: plain values. It must not know results.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from analytics.market.given import given_entry
from analytics.study.models import Model


def settings_of(model: Model) -> dict[str, Any]:
    """Arguments of a model; a frame among them as its columns and its hash."""
    if not is_dataclass(model) or isinstance(model, type):
        return {}
    given = {field.name: getattr(model, field.name) for field in fields(model)}
    frames = {name: one for name, one in given.items() if isinstance(one, pd.DataFrame)}
    hashes = {f"{name}_sha256": given_entry(one, name).sha256 for name, one in frames.items()}
    return given | {name: list(one.columns) for name, one in frames.items()} | hashes


def versions(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Installed version of each package."""
    for name in names:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not installed as a package"
