"""Prices from Yahoo through yfinance: the only module that touches the network.

In: a `Query`. Out: a `Reply`, or one `UnansweredError` that says why there is none. It must not
know files or other tickers.

yfinance is held by both ends. Each of its requests passes a guard that refuses every host but
Yahoo's, follows redirects only there, cuts the time to what is left, and notes what came back; a
fault is then told by what Yahoo answered, not by where yfinance stumbled over it. Its cache of
replies is cleared before each retry, for it keeps bad replies as well. Its caches on the disk are
not used: a damaged or locked one fails every question.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import os
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import pandas as pd

from analytics.errors import DataError, InputError, is_number, is_whole
from analytics.market.calendars import exchange_calendar
from analytics.market.chart import Chart, read_chart
from analytics.market.exchanges import calendar_of
from analytics.market.reply import Query, Reply, bars_text, plain_text, read_bars
from analytics.market.rows import usable_rows
from analytics.market.spelling import may_mean

HOSTS = ("yahoo.com",)
FIRST_HOST = "query2.finance.yahoo.com"  # which yfinance asks first
PROXIES = {"http_proxy", "https_proxy", "all_proxy"}
LOOK_UP = 1.0  # seconds for its address, before yfinance is loaded
REDIRECTS = 5  # that one request may follow
NEEDED = ("/finance/chart/", "/getcrumb")
UNCONNECTED = (5, 6, 7)  # libcurl: no proxy, no host of that name, no connection
Why = Literal["offline", "limited", "deadline", "unknown", "renamed", "empty", "broken"]
CURRENCY = re.compile(r"[A-Z]{3}")
AGAIN = ("limited", "broken")  # what may heal by asking again
NOTHING = "Data doesn't exist"  # with HTTP 400, where the dates have no prices
FEW_DAYS = 31  # in which it is looked up whether there was a session at all
USE_RECORDED = (
    "without the network use the recorded data of 2022 to 2025: load_market(), or "
    "`analytics study` and `analytics report` without --data"
)
ONE_AT_A_TIME = threading.Lock()  # yfinance has one session and one set of switches per process
# What yfinance raises on a reply that it did not expect, besides its own exceptions.
STUMBLES = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError),
    *(RecursionError, NotImplementedError),
)


class UnansweredError(DataError):
    """Yahoo gave no prices for a ticker.

    Parameters
    ----------
    ticker : str
    why : {"offline", "limited", "deadline", "unknown", "renamed", "empty", "broken"}
    said : str
        The reason in words.
    """

    def __init__(self, ticker: str, why: Why, said: str) -> None:
        self.ticker, self.why, self.said = ticker, why, plain_text(said)
        super().__init__(f"{ticker}: {self.said}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.ticker, self.why, self.said)


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, eq=False, kw_only=True)
class Client:
    """How to ask: patience, pauses, clocks.

    Attributes
    ----------
    timeout : float
        Seconds for one request.
    deadline : float
        Seconds for all that a run asks, retries and pauses included. What came is checked after
        that: some seconds for decades of several tickers.
    attempts : int
        How often one ticker is asked for at most.
    pause : float
        Seconds before the second attempt; doubled before each further one, and five times as long
        where Yahoo limits the rate.
    session : curl_cffi session, optional
        yfinance's own, which looks like a browser, where it is left out.
    now : callable
        Wall clock, UTC: the moment of retrieval.
    monotonic, sleep : callable
        Seconds of a clock that never jumps, and how to wait.

    Examples
    --------
    >>> Client(attempts=0)
    Traceback (most recent call last):
    ...
    analytics.errors.InputError: attempts 0: expected a whole number, at least 1
    """

    timeout: float = 10.0
    deadline: float = 300.0
    attempts: int = 4
    pause: float = 2.0
    session: Any = None
    now: Callable[[], dt.datetime] = field(default=_utc_now)
    monotonic: Callable[[], float] = field(default=time.monotonic)
    sleep: Callable[[float], object] = field(default=time.sleep)

    def __post_init__(self) -> None:
        if not is_whole(self.attempts) or self.attempts < 1:
            raise InputError(f"attempts {self.attempts!r}: expected a whole number, at least 1")
        for name in ("timeout", "deadline"):
            value = getattr(self, name)
            if not is_number(value) or not 0 < value < math.inf:
                raise InputError(f"{name} {value!r}: expected seconds above zero")
        if not is_number(self.pause) or not 0 <= self.pause < math.inf:
            raise InputError(f"pause {self.pause!r}: expected seconds, zero or more")
        for name in ("now", "monotonic", "sleep"):
            if not callable(getattr(self, name)):
                raise InputError(f"{name} {getattr(self, name)!r}: expected a function")


class _LateError(Exception):
    """The deadline has passed."""


class _StrangerError(Exception):
    """A request to a host that is not Yahoo's, or for something else than prices."""


@dataclass(eq=False)
class _Seen:
    """What one attempt saw: status of the last reply about prices, faults on the way."""

    status: int | None = None
    text: str = ""
    listed: str = ""  # the last good one: it says what the ticker is
    offline: str = ""
    fault: str = ""
    late: bool = False
    stranger: str = ""


class Yahoo:
    """A run of questions to Yahoo, one ticker at a time, with one deadline for all.

    Parameters
    ----------
    client : Client

    Attributes
    ----------
    requests : int
        How many requests were sent.
    """

    def __init__(self, client: Client) -> None:
        self.requests = 0
        self._client = client
        self._until = client.monotonic() + client.deadline
        self._seen = _Seen()
        self._session: Any = None
        self._zones, self._cookies = _Memory(), _Memory(aged=True)

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return self._until - self._client.monotonic()

    def ask(self, query: Query) -> Reply:
        """Prices of one ticker.

        Parameters
        ----------
        query : Query

        Returns
        -------
        Reply

        Raises
        ------
        UnansweredError
            With the reason; what may heal was asked for several times.
        """
        if self._client.session is None and _no_network():
            said = f"no connection to Yahoo (could not resolve host: {FIRST_HOST})"
            raise UnansweredError(query.ticker, "offline", f"offline: {said}; {USE_RECORDED}")
        attempt = 1
        while self.left > 0:
            try:
                return self._once(query)
            except UnansweredError as error:
                last = attempt == self._client.attempts
                if error.why not in AGAIN or last or not self._wait(attempt, error.why):
                    said = (
                        error.said
                        if error.why not in AGAIN
                        else f"{error.said} ({_asked(attempt)})"
                    )
                    raise UnansweredError(query.ticker, error.why, said) from error
            attempt += 1
        raise UnansweredError(query.ticker, "deadline", self._late_words())

    def _late_words(self) -> str:
        return f"no answer within the deadline of {self._client.deadline:g} seconds"

    def _wait(self, attempt: int, why: Why) -> bool:
        """Pause after an attempt; False where the deadline comes first."""
        pause = self._client.pause * 2 ** (attempt - 1) * (5 if why == "limited" else 1)
        if pause >= self.left:
            return False
        self._client.sleep(pause)
        return True

    def _once(self, query: Query) -> Reply:
        """One attempt."""
        with ONE_AT_A_TIME, _yfinance(self._zones, self._cookies) as library:
            from curl_cffi.requests.exceptions import RequestException
            from yfinance.exceptions import YFException

            self._seen = _Seen()
            session = self._guarded(library)
            library.data.YfData(session=session).cache_get.cache_clear()
            faults = (YFException, RequestException, OSError, _LateError, _StrangerError, *STUMBLES)
            # up to today: a split after the last day has divided these prices, and is listed
            # only in an answer that reaches it; their end is exclusive
            end = max(query.end, self._client.now().date()) + dt.timedelta(days=1)
            try:
                frame = library.Ticker(query.ticker, session=session).history(
                    start=query.start.isoformat(),
                    end=end.isoformat(),
                    auto_adjust=False,
                    actions=True,
                    keepna=True,
                    repair=False,
                    timeout=max(min(self._client.timeout, self.left), 0.001),
                )
                chart = read_chart(self._seen.text)
                return self._reply(query, frame, chart, f"yfinance {library.__version__}")
            except faults as error:
                raise self._reason(query, error) from error

    def _guarded(self, library: Any) -> Any:
        """The session, its ``request`` wrapped once."""
        if self._session is None:
            self._session = self._client.session or library.data.new_session()
            plain = getattr(self._session, "unguarded", self._session.request)
            self._session.unguarded = plain
            self._session.request = self._guard(plain)
        return self._session

    def _guard(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        """A ``request`` that goes to Yahoo only, in the time that is left, and is counted."""

        def request(method: str, url: str, **options: Any) -> Any:
            follow = options.pop("allow_redirects", True)
            given = options.pop("timeout", None)
            for _ in range(REDIRECTS + 1):
                self._admit(url)
                limit = min(given or self._client.timeout, self._client.timeout, self.left)
                answer = self._send(plain, method, url, options, limit)
                place = answer.headers.get("location")
                if not follow or place is None or answer.status_code not in (301, 302, 303, 307):
                    return answer
                method, url, options = "GET", urljoin(url, place), {}
            return answer

        return request

    def _admit(self, url: str) -> None:
        host, path = urlsplit(url).hostname or "", urlsplit(url).path
        if not any(host == one or host.endswith(f".{one}") for one in HOSTS):
            self._seen.stranger = host
            raise _StrangerError(host)
        if host.startswith("query") and not any(one in path for one in NEEDED):
            raise _StrangerError(path)  # it looks for an unknown ticker's zone in other places
        if self.left <= 0:
            self._seen.late = True
            raise _LateError

    def _send(
        self,
        plain: Callable[..., Any],
        method: str,
        url: str,
        options: dict[str, Any],
        limit: float,
    ) -> Any:
        """One request, and a note of what came back."""
        from curl_cffi.requests.exceptions import RequestException, Timeout

        self.requests += 1
        seen = self._seen
        try:
            answer = plain(method=method, url=url, timeout=limit, allow_redirects=False, **options)
        except RequestException as error:
            words = _plain_words(error)
            late = isinstance(error, Timeout)
            if error.code in UNCONNECTED and not late:
                seen.offline = words
            seen.late = late and self.left <= 0
            seen.fault = f"no answer within {limit:.3g} seconds" if late else words
            raise
        if "/finance/chart/" in url:
            seen.status, seen.text = answer.status_code, answer.text
            seen.listed = seen.text if seen.status == 200 else seen.listed
            seen.fault = ""
        return answer

    def _reason(self, query: Query, error: BaseException) -> UnansweredError:
        """Why an attempt gave nothing, from what came back."""
        from yfinance.exceptions import YFPricesMissingError, YFRateLimitError

        ticker, seen = query.ticker, self._seen
        if seen.stranger:
            said = f"sent on to {seen.stranger}, which is not Yahoo; nothing was asked there"
            return UnansweredError(ticker, "broken", said)
        if seen.late or self.left <= 0:
            return UnansweredError(ticker, "deadline", self._late_words())
        if seen.status == 429 or isinstance(error, YFRateLimitError):
            said = "Yahoo limits the rate (HTTP 429); run it again in some minutes"
            return UnansweredError(ticker, "limited", said)
        if seen.status is None and seen.offline:
            said = f"offline: no connection to Yahoo ({seen.offline}); {USE_RECORDED}"
            return UnansweredError(ticker, "offline", said)
        if seen.fault:
            return UnansweredError(ticker, "broken", f"the connection broke: {seen.fault}")
        if seen.status == 404:
            said = "Yahoo does not know it, or no longer (HTTP 404); check the spelling there"
            meant = may_mean(ticker)
            said += f"; it may be {' or '.join(meant)}" if meant else ""
            return UnansweredError(ticker, "unknown", said)
        missing = isinstance(error, YFPricesMissingError) and seen.status == 200
        if missing or (seen.status == 400 and NOTHING in seen.text):
            return UnansweredError(ticker, "empty", _no_prices(query, seen.listed))
        return UnansweredError(ticker, "broken", _unreadable(seen))

    def _reply(self, query: Query, frame: pd.DataFrame, chart: Chart, library: str) -> Reply:
        """A reply from yfinance's frame; what cannot be used is left out and named."""
        ticker = query.ticker
        if chart.symbol.upper() != ticker:
            said = f"Yahoo answers for {chart.symbol or 'no ticker'} instead; ask for that one"
            raise UnansweredError(ticker, "renamed", said)
        if frame.empty:
            raise UnansweredError(ticker, "empty", "no prices in these dates")
        currency = chart.listing.currency
        if currency and not CURRENCY.fullmatch(currency):
            said = f"prices in {currency[:20]!r}, which is not a currency of three letters"
            raise UnansweredError(ticker, "broken", said)
        bars, left_out = usable_rows(frame, query, chart.days)
        first, last = pd.Timestamp(query.start), pd.Timestamp(query.end)
        if bars.empty:
            came = sum(first <= day <= last for day in chart.days)
            said = f"{_rows(came)} came, none with a close"
            said = said if came else _no_prices(query, self._seen.text)
            raise UnansweredError(ticker, "empty", said)
        if not bars.index.is_unique or not bars.index.is_monotonic_increasing:
            raise UnansweredError(ticker, "broken", "dates that are not ascending, each once")
        paid, remarks = chart.cash(bars["close"])
        kept = chart.prices(_without_empty_volume(bars))
        return Reply(
            query=query,
            listing=chart.listing,
            bars=read_bars(bars_text(kept)),  # as it will be kept
            dividends=paid[first:last],
            splits=chart.splits[first:],  # one after the last day has divided the prices too
            retrieved=self._client.now(),
            library=library,
            left_out=(*left_out, *(one for one in remarks if one[0] <= str(query.end))),
        )


def _no_network() -> bool:
    """Whether the name of Yahoo's host is unknown here; told before yfinance is loaded.

    Loading takes longer than all else that a run without a network does. Where it is loaded, or
    behind a proxy, which looks up the name itself, the request has to tell.
    """
    proxies = {one.lower() for one, place in os.environ.items() if place} & PROXIES
    if proxies or not {"yfinance", "curl_cffi"}.isdisjoint(sys.modules):
        return False
    failed = []

    def look_up() -> None:
        import socket

        try:
            socket.getaddrinfo(FIRST_HOST, 443)
        except OSError as error:
            failed.append(error)

    seeker = threading.Thread(target=look_up, daemon=True)
    seeker.start()
    seeker.join(LOOK_UP)
    return bool(failed)


def _without_empty_volume(bars: pd.DataFrame) -> pd.DataFrame:
    """An index without any volume has none; a column of zeros would look like one."""
    return bars if (bars["volume"] > 0).any() else bars.drop(columns="volume")


def _no_prices(query: Query, text: str) -> str:
    """Why an answer holds no prices: no session in the dates, where they are few, or unknown."""
    said = "Yahoo has no prices in these dates"
    with suppress(*STUMBLES, InputError):
        code = calendar_of(read_chart(text).listing)
        first, last = pd.Timestamp(query.start), pd.Timestamp(query.end)
        if code is not None and (last - first).days <= FEW_DAYS:
            sessions = exchange_calendar(code, first, last).sessions
            if not len(sessions[(sessions >= first) & (sessions <= last)]):
                return f"no session of {code} in these dates"
    return said


def _unreadable(seen: _Seen) -> str:
    if seen.status is None:
        return "no readable answer"
    if seen.status != 200:
        return f"Yahoo answered HTTP {seen.status}"
    if seen.text.lstrip()[:1] == "<" or "Will be right back" in seen.text:
        return "Yahoo sent a page instead of prices; it may be down"
    return "the answer is cut off or not what was expected"


def _plain_words(error: BaseException) -> str:
    """What libcurl said, without its number and its advice."""
    said = " ".join(str(error).partition(" See https")[0].split()).rstrip(".")
    return re.sub(r"^Failed to perform, curl: \(\d+\) ", "", said)


def _asked(count: int) -> str:
    return "asked once" if count == 1 else f"asked {count} times"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


class _Memory:
    """What yfinance would keep in a database in the user's folder, for one run."""

    def __init__(self, *, aged: bool = False) -> None:
        self._held: dict[str, Any] = {}
        self._aged = aged

    def lookup(self, key: str) -> Any:
        held = self._held.get(key)
        return {"cookie": held, "age": dt.timedelta(0)} if held and self._aged else held

    def store(self, key: str, value: Any) -> None:
        self._held[key] = value


@contextmanager
def _yfinance(zones: _Memory, cookies: _Memory) -> Iterator[Any]:
    """Yfinance with its faults visible, its chatter off and no database; afterwards as before."""
    with warnings.catch_warnings():
        import yfinance

        warnings.simplefilter("ignore")  # it sorts in place, which pandas 3 names on every call
        log, stores = logging.getLogger("yfinance"), yfinance.cache
        hidden, level = yfinance.config.debug.hide_exceptions, log.level
        plain = stores.get_tz_cache, stores.get_cookie_cache
        yfinance.config.debug.hide_exceptions = False
        log.setLevel(logging.CRITICAL + 1)
        stores.get_tz_cache, stores.get_cookie_cache = (lambda: zones), (lambda: cookies)
        try:
            yield yfinance
        finally:
            yfinance.config.debug.hide_exceptions = hidden
            log.setLevel(level)
            stores.get_tz_cache, stores.get_cookie_cache = plain
