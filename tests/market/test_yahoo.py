"""The real client against a server on this machine: every bad day ends in one clear message."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from http.cookiejar import Cookie

import pytest

from analytics.errors import DataError, InputError
from analytics.market import load_market
from analytics.market.fetching import download_market, fetch
from analytics.market.yahoo import Client
from tests.market import loopback as play
from tests.market.loopback import Listing, Server, loopback_session

DAYS = ("2025-01-24", "2025-01-28")
CLOSES = {"2025-01-24": 142.62, "2025-01-27": 118.42, "2025-01-28": 128.99}
LATER = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
GONE = play.status(404, json.dumps(play.NOT_FOUND))

pytestmark = pytest.mark.usefixtures("fresh_yfinance")


def nvidia(**changes):
    return {"NVDA": Listing(dict(CLOSES), **changes)}


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self):
        self.pauses = []

    def monotonic(self):
        return sum(self.pauses)

    def sleep(self, seconds):
        self.pauses.append(seconds)


def client(server, **options):
    clock = Clock()
    given = {"timeout": 2.0, "now": lambda: LATER, "sleep": clock.sleep}
    given |= {"monotonic": clock.monotonic, "session": loopback_session(server.port)}
    made = Client(**{**given, **options})
    return made, clock


def run(server, folder, tickers="NVDA", days=DAYS, *, refresh=False, benchmarks=False, **options):
    made, clock = client(server, **options)
    done = fetch(tickers, *days, folder, refresh=refresh, benchmarks=benchmarks, client=made)
    return done, clock


@pytest.fixture
def yahoo():
    with Server(nvidia()) as server:
        yield server


def test_a_good_day_gives_the_closes_as_printed(yahoo, tmp_path):
    done, clock = run(yahoo, tmp_path / "kept")
    market = load_market(tmp_path / "kept")
    assert market.closes["NVDA"].tolist() == [142.62, 118.42, 128.99]
    assert [f"{day:%Y-%m-%d}" for day in market.closes.index] == list(CLOSES)
    assert (done.arrived, done.failed, clock.pauses) == (("NVDA",), {}, [])
    # two about the ticker, its time zone and its prices; a crumb; and a cookie, asked for before
    # each of these because this server sets none
    assert (done.requests, len(yahoo.asked), yahoo.charts) == (6, 6, 2)


def test_a_second_ticker_costs_two_requests_with_their_cookies(yahoo, tmp_path):
    yahoo.listings["TSM"] = Listing({"2025-01-24": 221.88, "2025-01-27": 192.31}, exchange="NYQ")
    done, _ = run(yahoo, tmp_path / "kept", "NVDA,TSM")
    assert (done.arrived, done.requests) == (("NVDA", "TSM"), 10)


@pytest.mark.parametrize(
    ("script", "attempts", "charts", "pauses"),
    [
        ([play.status(429), play.status(429), play.good], 2, 4, [10.0]),
        ([play.status(500), play.status(500), play.good], 2, 4, [2.0]),
        ([play.truncated, play.good], 2, 3, [2.0]),
        ([play.status(200, play.HTML), play.good], 2, 3, [2.0]),
        ([play.status(200, "null"), play.good], 2, 3, [2.0]),
        ([play.reset, play.reset, play.good], 2, None, [2.0]),
        ([play.good, play.truncated, play.truncated, play.good], 3, 4, [2.0, 4.0]),
    ],
    ids=["429", "500", "truncated", "page", "null", "reset", "truncated prices"],
)
def test_a_fault_that_heals_ends_in_the_right_data(
    yahoo, tmp_path, script, attempts, charts, pauses
):
    yahoo.script = script
    done, clock = run(yahoo, tmp_path / "kept")
    assert done.failed == {}
    assert load_market(tmp_path / "kept").closes["NVDA"].tolist() == list(CLOSES.values())
    assert clock.pauses == pauses
    assert len(pauses) == attempts - 1
    assert charts is None or yahoo.charts == charts


@pytest.mark.parametrize(
    ("script", "words", "pauses", "requests"),
    [
        (play.status(429), "limits the rate (HTTP 429)", [10.0, 20.0, 40.0], 4 * 7 + 2),
        (play.status(500), "HTTP 500", [2.0, 4.0, 8.0], 4 * 7 + 2),
        (play.status(503, play.HTML), "HTTP 503", [2.0, 4.0, 8.0], 4 * 7 + 2),
        (play.truncated, "cut off", [2.0, 4.0, 8.0], 4 * 2 + 2),
        (play.status(200, play.HTML), "a page instead of prices", [2.0, 4.0, 8.0], 4 * 2 + 2),
        (
            play.status(200, "<html>hello</html>"),
            "a page instead of prices",
            [2.0, 4.0, 8.0],
            4 * 2 + 2,
        ),
        (play.status(200, ""), "cut off", [2.0, 4.0, 8.0], 4 * 2 + 2),
        (play.status(200, "[]"), "cut off", [2.0, 4.0, 8.0], 4 * 2 + 2),
        (play.reset, "the connection broke", [2.0, 4.0, 8.0], 4 * 2 + 2),
    ],
    ids=["429", "500", "503", "truncated", "page", "other page", "nothing", "list", "reset"],
)
def test_a_fault_that_stays_ends_in_one_message(yahoo, tmp_path, script, words, pauses, requests):
    yahoo.script = [script]
    done, clock = run(yahoo, tmp_path / "kept")
    assert words in done.failed["NVDA"]
    assert done.failed["NVDA"].endswith("(asked 4 times)")
    assert "\n" not in done.failed["NVDA"]
    assert clock.pauses == pauses
    assert done.requests == requests  # of each attempt, and the first crumb with its cookie
    # libcurl sends once more by itself where a connection that it kept open is reset
    assert len(yahoo.asked) == requests + 4 * (script is play.reset)
    assert not (tmp_path / "kept" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("listings", "words", "requests"),
    [
        ({}, "does not know it", 10),
        ({"NVDA": Listing({"2024-01-02": 48.17})}, "no prices in these dates", 6),
        (nvidia(nulls=set(CLOSES)), "3 rows came, none with a close", 6),
    ],
    ids=["404", "empty", "only nulls"],
)
def test_what_no_repetition_heals_is_asked_once(yahoo, tmp_path, listings, words, requests):
    yahoo.listings = listings
    done, clock = run(yahoo, tmp_path / "kept")
    assert words in done.failed["NVDA"]
    assert clock.pauses == []
    assert yahoo.charts == 2  # the time zone and the prices, or the one question put twice
    assert len(yahoo.asked) == done.requests == requests
    assert not any("quoteSummary" in one for one in yahoo.asked)


def test_a_missing_close_is_left_out_and_named(yahoo, tmp_path):
    yahoo.listings = nvidia(nulls={"2025-01-27"})
    done, _ = run(yahoo, tmp_path / "kept")
    assert done.left_out == (("NVDA", "2025-01-27", "no close"),)
    market = load_market(tmp_path / "kept")
    assert market.closes["NVDA"].tolist() == [142.62, 128.99]
    assert market.unused.to_numpy().tolist() == [
        ["NVDA", dt.datetime(2025, 1, 27), "a session of XNYS, but no price"]  # noqa: DTZ001
    ]


def test_a_phantom_row_is_kept_and_never_a_return(yahoo, tmp_path):
    yahoo.listings["2330.TW"] = Listing(
        {"2025-09-26": 1310.0, "2025-09-29": 1310.0, "2025-09-30": 1305.0},
        exchange="TAI",
        currency="TWD",
        zone="Asia/Taipei",
        opens=9,
        flat={"2025-09-29"},
    )
    later = dt.datetime(2025, 11, 1, tzinfo=dt.UTC)
    run(yahoo, tmp_path / "kept", "2330.TW", ("2025-09-26", "2025-09-30"), now=lambda: later)
    market = load_market(tmp_path / "kept")
    assert market.returns("2330.TW").tolist() == [pytest.approx(1305 / 1310 - 1)]
    assert market.unused["reason"].tolist() == ["a price, but no session of XTAI"]


def test_a_slow_server_is_left_at_the_deadline(yahoo, tmp_path):
    yahoo.script = [play.slow(5.0)]
    began = time.monotonic()
    done, _ = run(
        yahoo,
        tmp_path / "kept",
        "NVDA,META",
        deadline=0.6,
        timeout=5.0,
        monotonic=time.monotonic,
        sleep=time.sleep,
    )
    assert time.monotonic() - began < 2.0
    assert done.failed["NVDA"] == "no answer within the deadline of 0.6 seconds"
    assert done.failed["META"].startswith("not asked, after NVDA")
    assert yahoo.charts == 1


def test_after_a_rate_limit_the_other_tickers_are_not_asked(yahoo, tmp_path):
    yahoo.script = [play.status(429)]
    done, _ = run(yahoo, tmp_path / "kept", "NVDA,META,TSM")
    assert [name for name, why in done.failed.items() if why.startswith("not asked")] == [
        "META",
        "TSM",
    ]
    assert all("/chart/" not in one or one.endswith("NVDA") for one in yahoo.asked)


def test_a_redirect_to_another_host_is_not_followed(yahoo, tmp_path):
    yahoo.script = [play.moved("https://example.org/v8/finance/chart/NVDA")]
    done, _ = run(yahoo, tmp_path / "kept", attempts=1)
    assert "sent on to example.org" in done.failed["NVDA"]


def test_a_redirect_within_yahoo_is_followed(yahoo, tmp_path):
    yahoo.script = [play.moved("https://query1.finance.yahoo.com/v8/finance/chart/NVDA"), play.good]
    done, _ = run(yahoo, tmp_path / "kept")
    assert done.arrived == ("NVDA",)


def test_the_settings_of_yfinance_are_as_before(yahoo, tmp_path):
    import yfinance

    yfinance.config.debug.hide_exceptions = True
    run(yahoo, tmp_path / "kept")
    assert yfinance.config.debug.hide_exceptions is True


@pytest.mark.parametrize("damage", ["a file instead of the folder", "no databases", "locked"])
def test_the_caches_of_yfinance_on_the_disk_are_not_needed(yahoo, tmp_path, damage):
    import yfinance

    home = tmp_path / "home"
    names = ("tkr-tz.db", "cookies.db", "isin-tkr.db")
    if damage == "a file instead of the folder":
        home.write_text("x")
    else:
        home.mkdir()
        for name in names:
            (home / name).write_bytes(
                b"not a database, " * 300 if damage == "no databases" else b""
            )
    yfinance.set_tz_cache_location(str(home))
    with sqlite3.connect(home / names[0] if damage == "locked" else ":memory:") as other:
        other.execute("BEGIN EXCLUSIVE")
        before = {path: path.read_bytes() for path in [home, *home.glob("*")] if path.is_file()}
        done, _ = run(yahoo, tmp_path / "kept")
        after = {path: path.read_bytes() for path in [home, *home.glob("*")] if path.is_file()}
    assert (done.arrived, done.failed, done.requests) == (("NVDA",), {}, 6)
    assert after == before


def test_a_cookie_that_was_set_is_asked_for_once(yahoo, tmp_path):
    session = loopback_session(yahoo.port)
    given = (0, "A3", "d=x", None, False, ".yahoo.com", True, True, "/", True, False)
    until = (int(time.time()) + 86400, None, None, None, {})
    session.cookies.jar.set_cookie(Cookie(*given, *until))
    done, _ = run(yahoo, tmp_path / "kept", session=session)
    assert done.arrived == ("NVDA",)
    assert yahoo.asked.count("/") == 1  # three times where none is set, as on the good day above


def test_two_threads_fetch_into_two_folders_at_once(tmp_path):
    """Each gets its own server's prices, and each run counts its own requests."""
    import yfinance

    yfinance.config.debug.hide_exceptions = True
    plain = yfinance.cache.get_tz_cache, yfinance.cache.get_cookie_cache
    names = [f"T{k}" for k in range(6)]
    done = {}
    with Server({}, delay=0.01) as first, Server({}, delay=0.01) as second:
        for factor, server in ((1, first), (2, second)):
            scaled = {day: close * factor for day, close in CLOSES.items()}
            server.listings |= {name: Listing(scaled) for name in names}

        def one(server, place):
            done[place] = run(server, tmp_path / place, names)[0]

        given = ((first, "one"), (second, "two"))
        threads = [threading.Thread(target=one, args=each) for each in given]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for factor, (server, place) in zip((1, 2), given, strict=True):
            closes = load_market(tmp_path / place).closes
            assert list(closes.columns) == names
            assert closes["T5"].tolist() == pytest.approx([v * factor for v in CLOSES.values()])
            assert done[place].requests == len(server.asked)
    assert yfinance.config.debug.hide_exceptions is True
    assert (yfinance.cache.get_tz_cache, yfinance.cache.get_cookie_cache) == plain


def test_no_connection_says_offline_and_what_to_do(tmp_path):
    with Server({}) as server:
        port = server.port
    server.port = port  # nobody listens there any more
    began = time.monotonic()
    with pytest.raises(DataError, match=r"offline: no connection.*load_market\(\)"):
        download_market("NVDA,META", *DAYS, tmp_path / "kept", client=client(server)[0])
    assert time.monotonic() - began < 2.0


OFFLINE = """
import sys, time
from analytics.errors import DataError
from analytics.market.fetching import download_market
began = time.monotonic()
try:
    download_market("NVDA", "2025-01-24", "2025-01-28", sys.argv[1])
except DataError as error:
    print(time.monotonic() - began, error)
"""


def test_offline_fails_in_under_two_seconds(tmp_path):
    """The client as it is, behind a proxy that refuses everybody."""
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(tmp_path / "kept")],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, _, words = done.stdout.partition(" ")
    assert "offline" in words
    assert "use the recorded data" in words
    assert float(seconds) < 2.0
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [({"timeout": 0}, "timeout 0"), ({"deadline": -1}, "deadline -1"), ({"pause": -1}, "pause -1")],
)
def test_impatience_has_bounds(options, words):
    with pytest.raises(InputError, match=words):
        Client(**options)


@pytest.mark.parametrize(("proxy", "loaded"), [("", False), ("http://127.0.0.1:9", True)])
def test_without_a_network_the_client_is_not_even_loaded(tmp_path, proxy, loaded):
    code = f"""
import socket, sys
from analytics.errors import DataError
from analytics.market import Client, fetch

def unknown(*_, **__):
    raise socket.gaierror(-3, "Temporary failure in name resolution")

socket.getaddrinfo = unknown
try:
    fetch("NVDA", "2025-01-02", "2025-01-31", {str(tmp_path / "new")!r}, client=Client(timeout=1.0))
except DataError as error:
    print(str(error)[:70], "load_market()" in str(error), "yfinance" in sys.modules)
"""
    plain = {key: one for key, one in os.environ.items() if not key.lower().endswith("_proxy")}
    env = plain | ({"https_proxy": proxy} if proxy else {})
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    said = "Failed to connect" if loaded else "could not resolve host"
    assert re.fullmatch(
        rf"NVDA: offline: no connection to Yahoo \({said}.* True {loaded}\n", done.stdout
    )
