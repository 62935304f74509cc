"""What a server, a disk or a caller should never do: one clear message, the rest goes on."""

from __future__ import annotations

import datetime as dt
import json
import os
import re

import pandas as pd
import pytest

from analytics.errors import DataError, InputError
from analytics.market import load_market
from analytics.market.fetching import ARRIVED, download_market, fetch
from analytics.market.yahoo import Client
from tests.market import loopback as play
from tests.market.loopback import Listing, Server, loopback_session

DAYS = ("2025-01-22", "2025-01-28")
CLOSES = {
    "2025-01-22": 147.07,
    "2025-01-23": 147.22,
    "2025-01-24": 142.62,
    "2025-01-27": 118.42,
    "2025-01-28": 128.99,
}
MARCH = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.usefixtures("fresh_yfinance")


@pytest.fixture
def yahoo():
    with Server({"BAD": Listing(dict(CLOSES)), "NVDA": Listing(dict(CLOSES))}) as server:
        yield server


def run(server, folder, tickers="BAD,NVDA", days=DAYS, **options):
    patient = Client(
        session=loopback_session(server.port),
        now=lambda: MARCH,
        sleep=lambda _: None,
        timeout=2.0,
        attempts=1,
    )
    return fetch(tickers, *days, folder, benchmarks=False, client=patient, **options)


def served(change):
    """The good answer, for BAD changed: its record, or a text in its place."""

    def answer(handler):
        document = handler.play.listings[handler.ticker].chart(handler.ticker, 0, 2**40)
        said = change(document["chart"]["result"][0]) if handler.ticker == "BAD" else None
        handler.send(200, said if isinstance(said, str) else json.dumps(document))

    return answer


def stamps(change):
    return lambda one: one.update(timestamp=change(one["timestamp"]))


def quoted(value):
    def change(one):
        one["indicators"]["quote"][0]["close"][2] = value

    return change


def meta(**said):
    return lambda one: one["meta"].update(said)


# --- the server -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        stamps(lambda all_: [None, *all_[1:]]),
        stamps(lambda all_: [float("nan"), *all_[1:]]),
        stamps(lambda all_: [1000 * one for one in all_]),
        lambda _: "[" * 100_000,
        lambda _: '{"chart": ' + "[" * 100_000,
        meta(currency="\x1b[2J<b>"),
        meta(currency="dollars"),
        meta(exchangeTimezoneName="Mars/Phobos"),
    ],
)
def test_one_bad_answer_is_that_ticker_s_alone(yahoo, tmp_path, change):
    yahoo.script = [served(change)]
    done = run(yahoo, tmp_path)
    assert done.arrived == ("NVDA",)
    assert list(done.failed) == ["BAD"]
    assert load_market(tmp_path).tickers == ("NVDA",)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (float("inf"), "close of inf, which is no price"),
        (-1.0, "close of -1, which is no price"),
        (0.0, "close of 0, which is no price"),
        (float("nan"), "no close"),
        (None, "no close"),
    ],
)
def test_a_close_that_is_no_price_is_left_out(yahoo, tmp_path, value, reason):
    yahoo.script = [served(quoted(value))]
    done = run(yahoo, tmp_path, "BAD")
    assert done.left_out == (("BAD", "2025-01-24", reason),)
    assert len(load_market(tmp_path).bars["BAD"]) == 4


@pytest.mark.parametrize("amount", [-0.5, float("inf")])
def test_cash_that_cannot_be_paid_is_left_out(yahoo, tmp_path, amount):
    yahoo.listings["BAD"].dividends["2025-01-24"] = amount
    done = run(yahoo, tmp_path, "BAD")
    assert done.left_out == (("BAD", "2025-01-24", f"cash of {amount:g}, which is no amount"),)
    assert not load_market(tmp_path).dividends


def test_a_negative_split_ratio_is_left_out(yahoo, tmp_path):
    yahoo.listings["BAD"].splits["2025-01-24"] = -2.0
    reason = "a split of -2.0 to 1.0, which is no ratio"
    assert run(yahoo, tmp_path, "BAD").left_out == (("BAD", "2025-01-24", reason),)


def test_what_the_server_calls_things_comes_without_unseen_characters(yahoo, tmp_path):
    evil = "A\x1b[2J\r\n- ticker: HACK\x07\u202e\ud800"
    yahoo.script = [served(meta(longName=evil, exchangeName="\x1b]0;x\x07", instrumentType="E\n"))]
    done = run(yahoo, tmp_path)
    assert load_market(tmp_path).directory.security("BAD").name == "A [2J - ticker: HACK"
    told = ["\n".join(done.lines()).replace("\n", "")]
    told += [path.read_text().replace("\n", "") for path in tmp_path.rglob("*.csv")]
    assert all(one.isprintable() for one in told)


@pytest.mark.parametrize(
    "answer",
    [served(meta(symbol="\x1b[2J\x07")), play.moved("https://\x1b[31mevil.example/x")],
)  # fmt: skip
def test_a_reason_comes_without_unseen_characters(yahoo, tmp_path, answer):
    yahoo.script = [answer]
    assert run(yahoo, tmp_path).failed["BAD"].isprintable()


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["1000-01-01", "1899-12-31", "0001-01-01"])
def test_a_start_before_any_price_is_refused(yahoo, tmp_path, start):
    with pytest.raises(InputError, match=f"start {start}: expected 1900-01-01 or later"):
        run(yahoo, tmp_path, days=(start, "2025-01-28"))
    assert yahoo.asked == []


@pytest.mark.parametrize("end", ["2300-01-01", "9999-12-31"])
def test_an_end_in_the_future_is_cut_and_said(yahoo, tmp_path, end):
    done = run(yahoo, tmp_path / "a", "NVDA", days=(DAYS[0], end))
    assert (done.arrived, yahoo.charts) == (("NVDA",), 2)  # its zone, its prices
    assert "asked up to 2025-03-02: the given end lies in the future" in done.lines()
    assert run(yahoo, tmp_path / "b", "NVDA").cut is None


# --- the disk -------------------------------------------------------------------------------------


@pytest.fixture
def sealed():
    """A function that makes the files of a folder unwritable, also for root."""
    from analytics.market import snapshot

    with pytest.MonkeyPatch.context() as patch:

        def seal(folder):
            plain = os.open

            def refuse(path, *rest, **named):
                if str(path).startswith(str(folder)):
                    raise PermissionError(13, "Permission denied", str(path))
                return plain(path, *rest, **named)

            patch.setattr(snapshot.os, "open", refuse)

        yield seal


def test_a_folder_that_can_only_be_read_serves_what_it_holds(yahoo, tmp_path, sealed):
    run(yahoo, tmp_path, "NVDA")
    asked = len(yahoo.asked)
    sealed(tmp_path)
    assert run(yahoo, tmp_path, "NVDA").cached == ("NVDA",)
    assert len(yahoo.asked) == asked
    with pytest.raises(InputError, match=r"cannot be written \(Permission denied"):
        run(yahoo, tmp_path, "BAD")


def test_a_full_disk_is_one_message(yahoo, tmp_path, monkeypatch):
    from analytics.market import snapshot

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot.os, "fsync", full)
    with pytest.raises(InputError, match=r"cannot be written \(No space left on device\)"):
        run(yahoo, tmp_path, "NVDA")


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        "{}",
        '{"bars": "date,close\\n"}',
        '{"retrieved": "2025-03-01T11:00:00"}',
        '{"listing": []}',
        '{"query": ["NVDA", "2025-01-22", 5]}',
        '{"bars": "date,close\\n2025-01-22,abc\\n"}',
        "folder",
    ],
)
def test_a_loose_answer_that_cannot_be_used_is_asked_for_anew(
    yahoo, tmp_path, content, monkeypatch
):
    from analytics.market import fetching

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "write_snapshot", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(yahoo, tmp_path, "NVDA")
    place = tmp_path / ARRIVED / "NVDA.json"
    if content == "folder":
        place.unlink()
        (place / "within").mkdir(parents=True)
        with pytest.raises(InputError, match=r"cannot be written \(.*NVDA\.json"):
            run(yahoo, tmp_path, "NVDA")
        return
    asked = yahoo.charts
    old = json.loads(place.read_text())
    new = old | json.loads(content) if content.startswith('{"') else None
    place.write_text(content if new is None else json.dumps(new))
    assert run(yahoo, tmp_path, "NVDA").arrived == ("NVDA",)
    assert yahoo.charts > asked
    assert load_market(tmp_path).closes["NVDA"].tolist() == list(CLOSES.values())


def test_a_file_in_the_place_of_the_loose_answers_is_one_message(yahoo, tmp_path):
    run(yahoo, tmp_path, "NVDA")
    (tmp_path / ARRIVED).write_text("mine")
    with pytest.raises(InputError, match=rf"cannot be written \(.*{re.escape(ARRIVED)}"):
        run(yahoo, tmp_path, "BAD")
    assert (tmp_path / ARRIVED).read_text() == "mine"


def test_a_run_that_brought_nothing_leaves_no_folder(yahoo, tmp_path):
    yahoo.script = [play.status(500)]
    assert list(run(yahoo, tmp_path / "new" / "prices").failed) == ["BAD", "NVDA"]
    assert list(tmp_path.glob("new*")) == []
    (tmp_path / "there").mkdir()
    run(yahoo, tmp_path / "there")
    assert (tmp_path / "there").is_dir()


# --- callers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tickers": None}, "tickers None"),
        ({"tickers": 5}, "tickers 5"),
        ({"tickers": True}, "tickers True"),
        ({"tickers": b"NVDA"}, "tickers b'NVDA'"),
        ({"tickers": ["ß"]}, "'ß'"),
        ({"into": None}, r"into: got 'None' \(NoneType\); expected the path of a file or folder"),
        ({"into": 5}, r"into: got '5' \(int\)"),
        ({"into": b"x"}, r"into: got .*b'x'.* \(bytes\)"),
        ({"into": []}, r"into: got '\[\]' \(list\)"),
        ({"into": ""}, r"into: got '' \(str\)"),
        ({"into": "\0"}, "into: '.x00' cannot be reached"),
        ({"into": "a" * 5000}, r"into: 'aaa.*' cannot be reached \(File name too long\)"),
        ({"start": pd.NaT}, "start NaT"),
        ({"end": float("nan")}, "end nan"),
        ({"client": "x"}, "client 'x'"),
        ({"refresh": "no"}, "refresh 'no'"),
        ({"benchmarks": None}, "benchmarks None"),
    ],
)
def test_an_argument_of_another_kind_is_named(given, said):
    usual = {"tickers": "NVDA", "start": DAYS[0], "end": DAYS[1], "into": "nowhere"}
    with pytest.raises(InputError, match=said):
        fetch(**{**usual, **given})


@pytest.mark.parametrize(
    "given",
    [
        {"timeout": None},
        {"timeout": float("nan")},
        {"deadline": "x"},
        {"attempts": float("nan")},
        {"attempts": 1.5},
        {"attempts": []},
        {"pause": "x"},
        {"now": 0},
        {"sleep": "x"},
        {"monotonic": None},
    ],
)
def test_a_client_says_which_value_it_cannot_use(given):
    ((name, value),) = given.items()
    with pytest.raises(InputError, match=re.escape(f"{name} {value!r}: expected ")):
        Client(**given)


@pytest.mark.parametrize("path", [5, b"data", [], True, ""])
def test_load_market_takes_paths_only(path):
    with pytest.raises(InputError, match=r"path: got .* expected the path of a file or folder"):
        load_market(path)


@pytest.mark.parametrize("path", ["\0", "a" * 5000])
def test_load_market_says_which_path_no_system_can_hold(path):
    with pytest.raises(InputError, match=r"path: '.*' cannot be reached"):
        load_market(path)


# --- the check ------------------------------------------------------------------------------------


def test_a_folder_that_did_not_change_is_not_checked_again(yahoo, tmp_path, monkeypatch):
    from analytics.market import fetching

    assert run(yahoo, tmp_path, "NVDA").check is not None
    monkeypatch.setattr(fetching, "check_snapshot", lambda _: 1 / 0)
    done = run(yahoo, tmp_path, "NVDA")
    assert done.check is None
    assert done.record()["checked"] is False
    assert done.lines()[-1] == (
        f"not checked again, for nothing changed: analytics check {tmp_path}"
    )


def test_a_changed_file_of_a_fetched_folder_says_how_to_fetch_it(yahoo, tmp_path):
    run(yahoo, tmp_path, "NVDA")
    with (tmp_path / "prices" / "NVDA.csv").open("a") as stream:
        stream.write("2025-01-29,1\n")
    asked = "analytics fetch --tickers NVDA --start 2025-01-22 --end 2025-01-28 --into FOLDER"
    for use in (load_market, lambda folder: run(yahoo, folder)):
        with pytest.raises(DataError, match=f"into a new folder: {asked}"):
            use(tmp_path)


def test_so_does_a_changed_file_that_came_along(yahoo, tmp_path):
    run(yahoo, tmp_path, "NVDA")
    (tmp_path / "closures.csv").write_text("calendar,date,reason\n")
    with pytest.raises(DataError, match=r"closures\.csv: .*analytics fetch \.\.\. --into FOLDER"):
        load_market(tmp_path)


def test_download_market_uses_a_folder_that_can_only_be_read(yahoo, tmp_path, sealed):
    run(yahoo, tmp_path, "NVDA")
    sealed(tmp_path)
    patient = Client(session=loopback_session(yahoo.port), now=lambda: MARCH)
    market = download_market("NVDA", *DAYS, tmp_path, benchmarks=False, client=patient)
    assert market.closes["NVDA"].tolist() == list(CLOSES.values())
