"""A reader's own list of securities: what trades where, in which currency, against which index.

In: ``securities.yaml`` or ``securities.csv``. Out: `Listed`, checked against the tickers that have
prices, as a `Directory`. Every fault goes into the reader's `Faults`. It must not know prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from analytics.errors import InputError, UnknownNameError, is_number
from analytics.files import decoded, nearest, parse_document, parse_sheet
from analytics.market.calendars import city_of, exchange_code
from analytics.market.cells import Faults
from analytics.market.securities import Directory, Security
from analytics.names import Firm

FORMS = ("securities.yaml", "securities.yml", "securities.csv")
FIELDS = (
    *("ticker", "exchange", "currency", "benchmark", "name", "name_zh", "firm", "kind"),
    *("adr_of", "adr_ratio", "price_limit", "outside"),
)
TEMPLATE = """\
# The securities of your price files. Save this as securities.yaml beside them.
# Required: ticker and exchange. Everything else may be left out.

- ticker: AAA              # required: the file AAA.csv, or the column AAA of a file of closes
  exchange: XLON           # required: a code of exchange_calendars: XNYS (New York), XTAI (Taipei),
                           # XHKG, XTKS (Tokyo), XLON (London), XETR (Frankfurt), 24/7 (crypto) ...
  currency: GBP            # of its prices
  benchmark: "^INDEX"      # the ticker that stands for its market; it needs prices too
  name: Example share      # what to call it
  name_zh: ""              # the same in Chinese
  firm: Example            # the firm; all listings of one firm have the same word here
  kind: share              # share, index or currency; index if left out for a benchmark
  price_limit: 0.1         # largest daily change that the exchange allows; 0.1 is ten percent
  outside: ["^INDEX"]      # indices known not to hold it

- ticker: AAAY
  exchange: XNYS
  currency: USD
  firm: Example
  adr_of: AAA              # a depositary receipt: of which line
  adr_ratio: 4             # and how many of its shares one receipt is

- ticker: "^INDEX"
  exchange: XLON
  currency: GBP
  name: Example index
"""


def securities_template() -> str:
    """A commented example of ``securities.yaml``, to be filled in.

    Returns
    -------
    str

    Examples
    --------
    >>> securities_template().splitlines()[3][:14]
    '- ticker: AAA '
    """
    return TEMPLATE


@dataclass(frozen=True, eq=False)
class Listed:
    """Securities as a reader wrote them down.

    Attributes
    ----------
    file : str
    securities : mapping
        Ticker -> `Security`.
    lines : mapping
        Ticker -> line of the file, also of an entry that has a fault.
    names_zh : mapping
        Ticker -> its name in Chinese, where there is one.
    """

    file: str
    securities: Mapping[str, Security]
    lines: Mapping[str, int]
    names_zh: Mapping[str, str]

    def checked(self, priced: Iterable[str], faults: Faults, *, all_of_them: bool) -> Directory:
        """The directory of what has prices; what does not fit goes into ``faults``.

        Parameters
        ----------
        priced : iterable of str
            Tickers that have prices.
        faults : Faults
        all_of_them : bool
            Whether an entry without prices is a fault, or is left aside.
        """
        names = tuple(priced)
        lacking = [ticker for ticker in names if ticker not in self.lines]
        if lacking:
            listed = ", ".join(lacking[:8]) + (" …" if len(lacking) > 8 else "")
            expected = f"an entry with its exchange for each{_meant(lacking[0], self.securities)}"
            faults.add(self.file, 0, "", f"prices of {listed} but no entry", expected)
        for ticker, one in self.securities.items():
            if ticker in names:
                self._check_links(one, names, faults)
            elif all_of_them:
                expected = f"prices of {ticker}{_meant(ticker, names)}"
                faults.add(self.file, self.lines[ticker], "ticker", "no prices", expected)
        kept = {ticker: one for ticker, one in self.securities.items() if ticker in names}
        measures = {one.benchmark for one in kept.values() if one.benchmark}
        kept = {
            ticker: one.model_copy(update={"kind": "index"})
            if ticker in measures and one.kind == "share" and "kind" not in one.model_fields_set
            else one
            for ticker, one in kept.items()
        }
        return Directory(_firms(kept, self.names_zh), kept)

    def _check_links(self, one: Security, priced: tuple[str, ...], faults: Faults) -> None:
        """Benchmark and underlying line must be there."""
        line = self.lines[one.ticker]
        if one.benchmark is not None and one.benchmark not in priced:
            expected = f"a ticker with prices{_meant(one.benchmark, priced)}"
            faults.add(self.file, line, "benchmark", repr(one.benchmark), expected)
        if one.benchmark == one.ticker:
            faults.add(
                self.file, line, "benchmark", repr(one.ticker), "another ticker than its own"
            )
        if one.adr_of is not None and one.adr_of not in self.securities:
            expected = f"a ticker of this file{_meant(one.adr_of, self.securities)}"
            faults.add(self.file, line, "adr_of", repr(one.adr_of), expected)


def _firms(securities: Mapping[str, Security], names_zh: Mapping[str, str]) -> dict[str, Firm]:
    listings: dict[str, list[str]] = {}
    for ticker, one in securities.items():
        if one.firm:
            listings.setdefault(one.firm, []).append(ticker)
    return {
        firm: Firm(
            id=firm,
            name=firm,
            name_zh=next((names_zh[one] for one in its if one in names_zh), ""),
            listings=tuple(its),
        )
        for firm, its in listings.items()
    }


def _meant(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"; did you mean {near!r}?" if near else ""


def read_securities(content: bytes, file: str, faults: Faults) -> Listed:
    """Securities of a reader's file.

    Parameters
    ----------
    content : bytes
    file : str
        Its name, ending in ``.yaml``, ``.yml`` or ``.csv``.
    faults : Faults
        Takes what is wrong.

    Returns
    -------
    Listed

    Raises
    ------
    InputError
        The file as a whole cannot be read.

    Examples
    --------
    >>> faults = Faults()
    >>> read = read_securities(TEMPLATE.encode(), "securities.yaml", faults)
    >>> read.securities["AAA"].calendar, read.securities["AAA"].exchange, faults.listed()
    ('XLON', 'London', [])
    """
    text = decoded(content, file)
    rows = _csv_rows(text, file) if file.endswith(".csv") else _yaml_rows(text, file)
    if not rows:
        raise InputError(f"{file}: no securities; expected one entry per ticker")
    securities: dict[str, Security] = {}
    lines: dict[str, int] = {}
    names_zh: dict[str, str] = {}
    for line, row in rows:
        one = _security(row, file, line, faults)
        ticker = str(row.get("ticker")) if isinstance(row, Mapping) else ""
        if ticker in lines:
            got = f"{ticker!r}, which stands in line {lines[ticker]} too"
            faults.add(file, line, "ticker", got, "each ticker once")
            continue
        lines[ticker] = line
        if one is not None:
            securities[ticker] = one
            if row.get("name_zh"):
                names_zh[ticker] = str(row["name_zh"])
    return Listed(file, securities, lines, names_zh)


def _csv_rows(text: str, file: str) -> list[tuple[int, Any]]:
    sheet = parse_sheet(text, file)
    rows = []
    for line in sheet.lines:
        row: dict[str, Any] = {
            name: cell for name, cell in zip(sheet.header.cells, line.cells, strict=False) if cell
        }
        if "outside" in row:
            row["outside"] = row["outside"].replace(";", " ").replace(",", " ").split()
        rows.append((line.number, row))
    return rows


def _yaml_rows(text: str, file: str) -> list[tuple[int, Any]]:
    return [(one.line, one.row) for one in parse_document(text, file, "securities", "ticker")]


def _security(row: Any, file: str, line: int, faults: Faults) -> Security | None:
    """One checked entry; None where it has a fault."""
    if not isinstance(row, Mapping):
        faults.add(file, line, "", type(row).__name__, "a mapping of fields")
        return None
    before = len(faults)
    for name in row:
        if name not in FIELDS:
            expected = f"one of {', '.join(FIELDS)}{_meant(str(name), FIELDS)}"
            faults.add(file, line, str(name), "a field nobody knows", expected)
    ticker, exchange = row.get("ticker"), row.get("exchange")
    if is_number(ticker):
        expected = "a ticker in quotation marks, as its prices are named, such as '2330.TW'"
        faults.add(file, line, "ticker", f"the number {ticker}", expected)
    elif not isinstance(ticker, str) or not ticker.strip():
        faults.add(file, line, "ticker", "nothing", "a ticker; this field is required")
    code = _code(exchange, file, line, faults)
    if len(faults) > before:
        return None
    given = {name: row[name] for name in FIELDS if name in row and row[name] is not None}
    given.pop("name_zh", None)
    given |= {"exchange": city_of(code), "calendar": code}
    try:
        one = Security(**given)
    except ValidationError as error:
        for detail in error.errors():
            place = ".".join(map(str, detail["loc"]))
            said = detail["msg"].removeprefix("Input should be ")
            faults.add(file, line, place, repr(detail["input"])[:60], _plainer(place, said))
        return None
    if one.price_limit is not None and one.price_limit >= 1:
        expected = "a decimal fraction; 0.1 is ten percent"
        faults.add(file, line, "price_limit", f"{one.price_limit:g}", expected)
        return None
    return one


def _plainer(place: str, said: str) -> str:
    return "a decimal fraction; 0.1 is ten percent" if place == "price_limit" else said


def _code(exchange: object, file: str, line: int, faults: Faults) -> str:
    """The exchange's code; a fault where there is none or nobody knows it."""
    if exchange is None or not re.search(r"\S", str(exchange)):
        expected = "a code of exchange_calendars, such as XLON; this field is required"
        faults.add(file, line, "exchange", "nothing", expected)
        return ""
    try:
        return exchange_code(str(exchange).strip())
    except UnknownNameError as error:
        said = error.message.partition(": ")[2]
        faults.add(file, line, "exchange", repr(exchange), f"a known exchange; {said}")
        return ""
