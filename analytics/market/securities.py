"""Firms and the securities they have listed.

In: ``securities.yaml`` and ``names.yaml``. Out: a `Directory` to ask. A name in a text means the
firm, a firm means all its listings; never one of them silently. It must not know prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from analytics.errors import UnknownNameError
from analytics.names import Firm, load_names
from analytics.recorded import RecordedFolder, recorded_folder

FILE = "securities.yaml"


class Security(BaseModel):
    """What is traded under a ticker.

    Attributes
    ----------
    ticker, name, exchange, currency : str
    kind : {"share", "index", "currency"}
    firm : str or None
        Id of the firm whose listing it is.
    calendar : str or None
        exchange_calendars code; None where only the dates of the prices are known.
    benchmark : str or None
        Default benchmark.
    adr_of, adr_ratio : str or None, float or None
        The line that a depositary receipt stands for, and how many of its shares one receipt is.
    price_limit : float or None
        Largest daily change that the exchange allows, decimal fraction.
    outside : tuple of str
        Indices known not to hold it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ticker: str
    name: str = ""
    kind: Literal["share", "index", "currency"] = "share"
    firm: str | None = None
    exchange: str = ""
    calendar: str | None = None
    currency: str = ""
    benchmark: str | None = None
    adr_of: str | None = None
    adr_ratio: float | None = Field(default=None, gt=0)
    price_limit: float | None = Field(default=None, gt=0)
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Directory:
    """Firms and securities by name.

    Examples
    --------
    >>> directory = recorded_directory()
    >>> directory.firm_of("2330.TW").listings
    ('2330.TW', 'TSM')
    >>> directory.siblings("2330.TW")
    ('TSM',)
    """

    firms: Mapping[str, Firm]
    securities: Mapping[str, Security]

    def security(self, ticker: str) -> Security:
        """The security of a ticker.

        Raises
        ------
        UnknownNameError
        """
        if ticker not in self.securities:
            raise UnknownNameError("ticker", ticker, self.securities)
        return self.securities[ticker]

    def firm_of(self, ticker: str) -> Firm | None:
        """The firm whose listing ``ticker`` is; None for an index, a currency, a bare ticker."""
        security = self.securities.get(ticker)
        return self.firms.get(security.firm) if security and security.firm else None

    def siblings(self, ticker: str) -> tuple[str, ...]:
        """Other listings of the same firm."""
        firm = self.firm_of(ticker)
        return tuple(one for one in firm.listings if one != ticker) if firm else ()

    @cached_property
    def names_zh(self) -> Mapping[str, str]:
        """Ticker -> Chinese name of its firm, where there is one."""
        return {
            ticker: firm.name_zh
            for firm in self.firms.values()
            for ticker in firm.listings
            if firm.name_zh
        }


def load_directory(folder: RecordedFolder) -> Directory:
    """The directory of a recorded folder.

    Raises
    ------
    ChecksumError, DataError
        The file is not the one described, or does not hold what it should.
    """
    with folder.readable(FILE):
        try:
            document = yaml.safe_load(folder.text(FILE))
        except yaml.YAMLError as error:
            raise ValueError(str(error)) from None
        if not isinstance(document, dict):
            raise ValueError("expected a list of securities under the name securities")
        firms = [Firm(**entry) for entry in document.get("firms", [])]
        securities = [Security(**entry) for entry in document["securities"]]
    known = dict(load_names(folder).firms) | {one.id: one for one in firms}
    return Directory(known, {one.ticker: one for one in securities})


@cache
def recorded_directory() -> Directory:
    """Firms and securities of the recorded data."""
    return load_directory(recorded_folder())
