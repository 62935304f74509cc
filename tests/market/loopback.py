"""Yahoo on this machine: a small server that plays good and bad days, and a session that finds it.

In: a script of what to play. Out: the real client's requests, counted. It knows nothing of the
package.
"""

from __future__ import annotations

import datetime as dt
import json
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

HTML = "<!DOCTYPE html><html><body>Will be right back...</body></html>"
NOT_FOUND = {
    "chart": {
        "result": None,
        "error": {"code": "Not Found", "description": "No data found, symbol may be delisted"},
    }
}


@dataclass
class Listing:
    """A ticker as the server knows it: closes by ISO date."""

    closes: dict[str, float]
    exchange: str = "NMS"
    currency: str = "USD"
    zone: str = "America/New_York"
    kind: str = "EQUITY"
    opens: int = 9
    dividends: dict[str, float] = field(default_factory=dict)
    splits: dict[str, float] = field(default_factory=dict)
    gains: dict[str, float] = field(default_factory=dict)  # capital gains of a fund
    unit: str = ""  # in which dividends say they are
    symbol: str = ""  # that it answers for, if not the one asked
    nulls: set[str] = field(default_factory=set)
    flat: set[str] = field(default_factory=set)  # volume 0, all prices equal
    odd: dict[str, tuple] = field(default_factory=dict)  # bars as they are sent
    twice: set[str] = field(default_factory=set)  # rows that come two times

    def moment(self, day: str) -> int:
        clock = dt.datetime.fromisoformat(day).replace(hour=self.opens, minute=30)
        return int(clock.replace(tzinfo=ZoneInfo(self.zone)).timestamp())

    def chart(self, ticker: str, first: int, last: int) -> dict:
        listed = sorted([*self.closes, *self.twice])
        days = [day for day in listed if first <= self.moment(day) < last]
        rows = [self._bar(day) for day in days]
        quote = {
            name: [row[k] for row in rows]
            for k, name in enumerate(("open", "high", "low", "close", "volume"))
        }
        events = {
            "dividends": {
                str(self.moment(day)): {"amount": amount, "date": self.moment(day)}
                | ({"currency": self.unit} if self.unit else {})
                for day, amount in self.dividends.items()
            },
            "capitalGains": {
                str(self.moment(day)): {"amount": amount, "date": self.moment(day)}
                for day, amount in self.gains.items()
            },
            "splits": {
                str(self.moment(day)): {
                    "date": self.moment(day),
                    "numerator": ratio,
                    "denominator": 1.0,
                    "splitRatio": f"{ratio:g}:1",
                }
                for day, ratio in self.splits.items()
            },
        }
        events = {  # the real one lists only those of the dates asked for
            name: {key: one for key, one in listed.items() if first <= one["date"] < last}
            for name, listed in events.items()
        }
        result = {
            "meta": {
                "symbol": self.symbol or ticker,
                "currency": self.currency,
                "exchangeName": self.exchange,
                "instrumentType": self.kind,
                "exchangeTimezoneName": self.zone,
                "longName": f"{ticker} as served",
                "priceHint": 2,
                "validRanges": ["1d", "max"],
            },
            "timestamp": [self.moment(day) for day in days],
            "events": {name: one for name, one in events.items() if one},
            "indicators": {"quote": [quote], "adjclose": [{"adjclose": quote["close"]}]},
        }
        if not days:
            result.pop("timestamp")
            result["indicators"] = {"quote": [{}]}
        return {"chart": {"result": [result], "error": None}}

    def _bar(self, day: str) -> tuple:
        if day in self.nulls:
            return (None,) * 5
        if day in self.odd:
            return self.odd[day]
        close = float(struct.unpack("f", struct.pack("f", self.closes[day]))[0])  # as Yahoo sends
        if day in self.flat:
            return (close, close, close, close, 0)
        return (close, close + 1, close - 1, close, 1000)


Answer = Callable[["Handler"], None]


@dataclass
class Server:
    """A running server.

    ``script`` holds what the next replies about prices play, one after the other; the last one is
    played for ever. ``asked`` holds path and ticker of every request.
    """

    listings: dict[str, Listing]
    script: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    delay: float = 0.0

    def __enter__(self) -> Server:
        handler = type("Bound", (Handler,), {"play": self})
        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._httpd.daemon_threads = True
        self._httpd.handle_error = lambda *_: None  # a client that hung up is what some tests want
        self.port = self._httpd.server_address[1]
        threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()

    def next(self) -> Answer:
        if len(self.script) > 1:
            return self.script.pop(0)
        return self.script[0] if self.script else good

    @property
    def charts(self) -> int:
        return sum("/finance/chart/" in one for one in self.asked)


class Handler(BaseHTTPRequestHandler):
    """Answers as ``play`` says."""

    play: Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet; in two they wait for each other

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.play.asked.append(url.path)
        time.sleep(self.play.delay)
        if "/finance/chart/" in url.path:
            self.query = {name: one[0] for name, one in parse_qs(url.query).items()}
            self.ticker = url.path.rpartition("/")[2].replace("%5E", "^").replace("%3D", "=")
            self.play.next()(self)
        elif url.path.endswith("/getcrumb"):
            self.send(200, "crumb")
        elif "quoteSummary" in url.path or "/quote" in url.path:
            self.send(404, json.dumps({"quoteSummary": {"result": None, "error": None}}))
        else:
            self.send(404, "cookie")

    do_POST = do_GET  # noqa: N815

    def send(self, status: int, text: str, *, location: str = "") -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


def good(handler: Handler) -> None:
    listing = handler.play.listings.get(handler.ticker)
    if listing is None:
        return handler.send(404, json.dumps(NOT_FOUND))
    first, last = int(handler.query.get("period1", 0)), int(handler.query.get("period2", 2**40))
    return handler.send(200, json.dumps(listing.chart(handler.ticker, first, last)))


def status(code: int, text: str = "fault") -> Answer:
    return lambda handler: handler.send(code, text)


def truncated(handler: Handler) -> None:
    listing = handler.play.listings[handler.ticker]
    text = json.dumps(listing.chart(handler.ticker, 0, 2**40))
    handler.send(200, text[: len(text) // 2])


def slow(seconds: float) -> Answer:
    def late(handler: Handler) -> None:
        time.sleep(seconds)
        good(handler)

    return late


def reset(handler: Handler) -> None:
    """Close with a reset instead of an end."""
    handler.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def moved(place: str) -> Answer:
    return lambda handler: handler.send(302, "", location=place)


def loopback_session(port: int) -> object:
    """A session of the real client's kind whose every request goes to this machine."""
    from curl_cffi.requests import Session

    class Loopback(Session):
        def request(self, method: str, url: str, *args: object, **kwargs: object) -> object:
            parts = urlsplit(url)
            if not (parts.hostname or "").endswith("yahoo.com"):
                raise AssertionError(f"a request to {parts.hostname}")
            there = f"http://127.0.0.1:{port}{parts.path}" + (parts.query and f"?{parts.query}")
            return super().request(method, there, *args, **kwargs)

    return Loopback(proxies={"http": "", "https": ""})
