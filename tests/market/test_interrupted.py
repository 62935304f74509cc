"""Runs that end in the middle: killed, interrupted, side by side. The folder is whole."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from analytics.market import load_market
from analytics.market.snapshot import STAGED
from tests.market.loopback import Listing, Server

ROOT = Path(__file__).resolve().parents[2]
CLOSES = dict(
    zip(
        ("2025-01-22", "2025-01-23", "2025-01-24", "2025-01-27", "2025-01-28"),
        (147.07, 147.22, 142.62, 118.42, 128.99),
        strict=True,
    )
)
MARCH = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
TICKERS = ("AAA", "BBB", "CCC", "DDD")


NURSERY = """
import datetime as dt, os, sys
import curl_cffi.requests, tqdm, yfinance
from analytics.market import load_market
from analytics.market.fetching import fetch
from analytics.market.yahoo import Client
from tests.market.loopback import loopback_session
folder, port, cache = sys.argv[1], int(sys.argv[2]), sys.argv[3]
load_market()  # loads what the first market loads, once for all children
print("ready", flush=True)
for number, line in enumerate(iter(sys.stdin.readline, "")):
    child = os.fork()  # of a process that has everything loaded and no thread
    if not child:
        now = dt.datetime.fromisoformat(line.strip())
        yfinance.set_tz_cache_location(f"{cache}/{number}")
        fetch("AAA,BBB,CCC,DDD", "2025-01-22", "2025-01-28", folder, refresh=True,
              benchmarks=False, client=Client(session=loopback_session(port), now=lambda: now))
        os._exit(0)
    print(child, flush=True)
    sys.stdin.readline()  # until then the number of the child is nobody else's
    print(os.waitpid(child, 0)[1], flush=True)
"""


def generation(folder):
    """The state that a folder is in; load_market checks every file against its hash."""
    market = load_market(folder)
    assert market.tickers == ("AAA", "BBB", "CCC", "DDD")
    states = {round(market.closes[one]["2025-01-22"] / 147.07) for one in market.tickers}
    assert len(states) == 1
    return states.pop()


def staged(folder):
    """Whether a writer is at work."""
    return any(path.is_file() for path in (folder / STAGED).rglob("*"))


class Victims:
    """Runs of `fetch` in processes of their own, one after the other, each to be killed."""

    def __init__(self, folder, port, cache):
        command = [sys.executable, "-c", NURSERY, str(folder), str(port), str(cache)]
        self.pipe = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        assert self.line() == "ready"

    def line(self):
        return self.pipe.stdout.readline().strip()

    def start(self, now):
        print(now.isoformat(), file=self.pipe.stdin, flush=True)
        return int(self.line())

    def end(self):
        """Whether the run ended by itself."""
        print(file=self.pipe.stdin, flush=True)
        return int(self.line()) == 0


@pytest.mark.slow
def test_killed_at_any_point_the_folder_is_the_old_state_or_the_new(tmp_path):
    """Half of the kills fall anywhere, half in the short time in which the files change."""
    rng = np.random.default_rng(6)
    folder, now, state, outcomes = tmp_path / "kept", MARCH, 1, []
    with Server({}) as server:
        victims = Victims(folder, server.port, tmp_path / "cache")
        for number in range(1, 53):
            scaled = {day: close * number for day, close in CLOSES.items()}
            server.listings |= {one: Listing(scaled) for one in ("AAA", "BBB", "CCC", "DDD")}
            shutil.rmtree(folder / STAGED, ignore_errors=True)
            now += dt.timedelta(days=1)  # answers of the run before are too old to be used
            began = time.monotonic()
            child = victims.start(now)
            if number in (1, 52):  # the first and the last are left alone
                assert victims.end()
                assert generation(folder) == number
                length = min(time.monotonic() - began, 0.5)
                continue
            late = bool(number % 2)
            while late and not staged(folder) and time.monotonic() - began < 5:
                time.sleep(0.0005)
            time.sleep(rng.uniform(0, 0.15 if late else 1.5 * length))
            os.kill(child, signal.SIGKILL)
            ended, found = victims.end(), generation(folder)
            assert found in (state, number)
            outcomes.append((ended, found == number))
            state = found
        victims.pipe.communicate()
    killed = [new for ended, new in outcomes if not ended]
    assert len(outcomes) == 50
    assert len(killed) >= 10
    assert {new for _, new in outcomes} == {True, False}
