"""Runs that end in the middle: killed, interrupted, side by side. The folder is whole."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from analytics.market import load_market
from analytics.market.fetching import ARRIVED
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
LOADED = """
import datetime as dt, os, signal, sys
import curl_cffi.requests, pandas as pd, tqdm, yfinance
from analytics.market import load_market, snapshot
from analytics.market.calendars import exchange_calendar
from analytics.market.fetching import fetch
from analytics.market.yahoo import Client
from tests.market.loopback import loopback_session

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
folder, port = sys.argv[1], int(sys.argv[2])
load_market()  # loads what the first market loads
exchange_calendar("XNYS", pd.Timestamp("2025-01-22"), pd.Timestamp("2025-01-28"))


def run(line):  # fetch; die after a number of steps on the disk; return how many there were
    moment, cut = line.split()
    steps = []

    def counted(plain):
        def step(*given):
            plain(*given)
            steps.append(given)
            if len(steps) == int(cut):
                os.kill(os.getpid(), KILL)
        return step

    snapshot._put, snapshot._move = counted(snapshot._put), counted(snapshot._move)
    client = Client(
        session=loopback_session(port), now=lambda: dt.datetime.fromisoformat(moment), pause=0.1
    )
    done = fetch("AAA,BBB,CCC,DDD", "2025-01-22", "2025-01-28", folder, refresh="r" in sys.argv[3:],
                 benchmarks=False, client=client)
    return len(steps), done


print("ready", flush=True)
"""
FORKING = """
for line in iter(sys.stdin.readline, ""):
    child = os.fork()  # of a process that has everything loaded and no thread
    if not child:
        os._exit(run(line)[0])
    print(child, flush=True)
    sys.stdin.readline()  # until then the number of the child is nobody else's
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
ALONE = "os._exit(run(sys.stdin.readline())[0])"
TELLING = "_, done = run(sys.stdin.readline()); print(done.arrived, done.cached, done.requests)"
FORKS = hasattr(os, "fork")


def begun(last, folder, port, *more):
    """A process that is loaded and waits for a line."""
    command = [sys.executable, "-c", LOADED + last, str(folder), str(port), *more]
    one = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert one.stdout.readline() == "ready\n"
    return one


def tell(process, *words):
    print(*words, file=process.stdin, flush=True)


def generation(folder):
    """The state that a folder is in; load_market checks every file against its hash."""
    market = load_market(folder)
    assert market.tickers == TICKERS
    states = {round(market.closes[one]["2025-01-22"] / 147.07) for one in market.tickers}
    assert len(states) == 1
    return states.pop()


class Forked:
    """Runs in children of one process, started in milliseconds."""

    def __init__(self, folder, port):
        self.nursery = begun(FORKING, folder, port, "r")

    def start(self, *words):
        tell(self.nursery, *words)
        self.child = int(self.nursery.stdout.readline())

    def kill(self):
        os.kill(self.child, signal.SIGKILL)

    def end(self):
        """Exit status: the number of steps, or the signal."""
        tell(self.nursery)
        return int(self.nursery.stdout.readline())

    def close(self):
        self.nursery.communicate()


class Spawned:
    """The same where a process cannot fork: each run loads everything anew."""

    def __init__(self, folder, port):
        self.given = (folder, port)

    def start(self, *words):
        self.child = begun(ALONE, *self.given, "r")
        tell(self.child, *words)

    def kill(self):
        self.child.kill()

    def end(self):
        self.child.communicate()
        return self.child.returncode

    def close(self):
        """Nothing is left open."""


class Runs:
    """Runs towards one state after another; each takes answers of a later day."""

    def __init__(self, server, folder, victims):
        self.server, self.folder, self.victims = server, folder, victims
        self.number = 0

    def one(self, *, cut=0, seconds=None):
        """Exit status (below zero or SIGTERM: killed), the state found, the seconds it took."""
        self.number += 1
        scaled = {day: close * self.number for day, close in CLOSES.items()}
        self.server.listings |= {one: Listing(scaled) for one in TICKERS}
        now = MARCH + self.number * dt.timedelta(days=1)
        self.victims.start(now.isoformat(), cut)
        began = time.monotonic()
        if seconds is not None:
            time.sleep(seconds)
            self.victims.kill()
        status = self.victims.end()
        took = time.monotonic() - began
        return status, generation(self.folder), took


def _spread(count):
    """Random shares of a run, one in each of as many equal parts."""
    return (np.arange(count) + np.random.default_rng(6).uniform(size=count)) / count


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "chosen", "anywhere"),
    [(Forked, 15, 35), (Spawned, 2, 1)] if FORKS else [(Spawned, 15, 35)],
)
def test_killed_at_any_point_the_folder_is_the_old_state_or_the_new(
    tmp_path, kind, chosen, anywhere
):
    """Some kills follow a step on the disk, evenly spread; the others fall anywhere in the run."""
    with Server({}) as server:
        victims = kind(tmp_path / "kept", server.port)
        runs = Runs(server, tmp_path / "kept", victims)
        runs.one()
        steps, state, length = runs.one()  # both left alone
        assert (state, steps > 30) == (2, True)
        switched, killed = [], []
        for cut in np.linspace(1, steps, chosen).round().astype(int):
            assert runs.one()[1] == (state := runs.number)  # and clears what the last one left
            status, found, _ = runs.one(cut=cut)
            assert status < 0 or status == signal.SIGTERM
            assert found == (runs.number if cut == steps else state)  # the manifest moves last
            switched.append(found == runs.number)
        state = found
        for share in _spread(anywhere):
            status, found, _ = runs.one(seconds=1.2 * share * length)
            assert found in (state, runs.number)
            killed.append(status < 0 or status == signal.SIGTERM)
            state = found
        assert runs.one()[1] == runs.number  # what they left does not disturb the next one
        victims.close()
    assert (switched.count(True), len(switched)) == (1, chosen)
    assert sum(killed) >= anywhere // 2  # the others had ended by themselves


def test_interrupted_what_arrived_stays_and_only_the_rest_is_asked_for(tmp_path):
    """A real SIGINT while the third ticker is waited for."""
    folder = tmp_path / "kept"
    with Server({one: Listing(dict(CLOSES)) for one in TICKERS}, delay=0.05) as server:
        first = begun(TELLING, folder, server.port)
        tell(first, MARCH.isoformat(), 0)
        while not any(one.endswith("/CCC") for one in server.asked):
            time.sleep(0.002)
        first.send_signal(signal.SIGINT)
        said, trace = first.communicate()
        assert (said, trace.splitlines()[-1]) == ("", "KeyboardInterrupt")
        assert first.returncode != 0
        assert not any(one.endswith("/DDD") for one in server.asked)
        assert sorted(one.stem for one in (folder / ARRIVED).iterdir()) == ["AAA", "BBB"]
        server.asked[:] = []
        second = begun(TELLING, folder, server.port)
        tell(second, MARCH.isoformat(), 0)
        assert second.communicate()[0].startswith(f"{TICKERS} () ")
        charts = [one.rpartition("/")[2] for one in server.asked if "/chart/" in one]
    assert charts == ["CCC", "CCC", "DDD", "DDD"]
    assert generation(folder) == 1


def test_two_processes_at_once_ask_once_and_leave_a_whole_folder(tmp_path):
    folder = tmp_path / "kept"
    with Server({one: Listing(dict(CLOSES)) for one in TICKERS}, delay=0.01) as server:
        both = [begun(TELLING, folder, server.port) for _ in range(2)]
        for one in both:
            tell(one, MARCH.isoformat(), 0)
        said = sorted(one.communicate()[0] for one in both)
        assert said[1] == f"() {TICKERS} 0\n"
        assert said[0].startswith(f"{TICKERS} () ")
        assert server.charts == 8
    assert generation(folder) == 1
