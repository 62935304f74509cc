"""A reader's own price files: read as they come, or refused with every fault, file and line."""

from __future__ import annotations

import hashlib
import re
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.errors import InputError, RecordError
from analytics.market import securities_template
from analytics.market.cells import number_of

DAYS = ["2025-01-22", "2025-01-23", "2025-01-24", "2025-01-27", "2025-01-28"]
CLOSES = [10.0, 11.0, 11.5, 9.0, 9.5]
LONDON = "- {ticker: AAA, exchange: XLON, currency: GBP}\n"


def column(values=CLOSES, days=DAYS, head="Date,Close"):
    return (
        "\n".join([head, *(f"{day},{one}" for day, one in zip(days, values, strict=True))]) + "\n"
    )


def folder(tmp_path, files):
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


def refused(tmp_path, files, path=None):
    with pytest.raises(InputError) as caught:
        ma.load_market(folder(tmp_path, files) if path is None else folder(tmp_path, files) / path)
    return str(caught.value)


# --- what is read ---------------------------------------------------------------------------------


def test_a_folder_is_the_same_market_as_its_frame(tmp_path):
    closes = pd.DataFrame(
        {"AAA": CLOSES, "^I": [1.0, 1.1, 1.2, 1.1, 1.15]}, index=pd.to_datetime(DAYS)
    )
    listed = (
        "- {ticker: AAA, exchange: XLON, currency: GBP, benchmark: ^I}\n"
        "- {ticker: ^I, exchange: XLON}\n"
    )
    own = ma.load_market(
        folder(
            tmp_path,
            {"AAA.csv": column(), "^I.csv": column(closes["^I"]), "securities.yaml": listed},
        )
    )
    same = ma.Market.from_frames(closes, exchanges="XLON", benchmarks={"AAA": "^I"})
    for ticker in same.tickers:
        pd.testing.assert_series_equal(own.returns(ticker), same.returns(ticker))
    assert own.benchmark("AAA").equals(same.benchmark("AAA"))
    assert own.calendars["AAA"] is own.calendars["^I"]
    assert own.directory.security("AAA").exchange == "London"
    assert (own.directory.security("AAA").kind, own.directory.security("^I").kind) == (
        "share",
        "index",
    )


def test_one_file_of_closes_is_the_same_market_as_a_folder(tmp_path):
    wide = "day,AAA,BBB\n" + "".join(
        f"{d},{c},{2 * c}\n" for d, c in zip(DAYS, CLOSES, strict=True)
    )
    files = {"all.csv": wide, "securities.csv": "ticker,exchange\nAAA,LSE\nBBB,xlon\nCCC,XNYS\n"}
    one = ma.load_market(folder(tmp_path, files) / "all.csv")
    assert one.tickers == ("AAA", "BBB")
    assert one.returns("AAA").to_numpy() == pytest.approx(one.returns("BBB").to_numpy())
    assert one.calendars["BBB"].code == "XLON"


YAHOO = (
    "Date,Open,High,Low,Close,Adj Close,Volume\n"
    "2025-01-27,9,12,8,10,7,1000\n2025-01-28,10,12,9,11,8,0\n"
)
STOOQ = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n" + (
    "AAA.UK,D,20250127,000000,9,12,8,10,1000,0\nAAA.UK,D,20250128,000000,10,12,9,11,0,0\n"
)
NEW_YFINANCE = (
    "Price,Close,High,Low,Open,Volume\nTicker,AAA,AAA,AAA,AAA,AAA\nDate,,,,,\n"
    "2025-01-27,10,12,8,9,1000\n2025-01-28,11,12,9,10,0\n"
)
PANDAS = ",Close\n2025-01-27 00:00:00-05:00,10\n2025-01-28 00:00:00-05:00,11\n"


@pytest.mark.parametrize("text", [YAHOO, STOOQ, NEW_YFINANCE, PANDAS, YAHOO.encode("utf-16")])
def test_exports_of_others_are_read_by_their_columns(tmp_path, text):
    market = ma.load_market(folder(tmp_path, {"AAA.csv": text}))
    assert market.closes["AAA"].tolist() == [10.0, 11.0]
    assert market.closes.index.strftime("%Y-%m-%d").tolist() == ["2025-01-27", "2025-01-28"]
    if text is not PANDAS:
        assert list(market.bars["AAA"]) == ["open", "high", "low", "close", "volume"]
        assert market.bars["AAA"]["volume"].tolist() == [1000.0, 0.0]


def test_what_is_not_read_is_said_in_the_sources(tmp_path):
    path = folder(tmp_path, {"AAA.csv": YAHOO})
    (entry,) = ma.load_market(path).sources
    assert entry.source == "given by the reader; not read: Adj Close"
    assert entry.sha256 == hashlib.sha256(YAHOO.encode()).hexdigest()
    assert (entry.name, entry.kind, entry.grade, entry.rows) == ("AAA.csv", "prices", "", 2)
    assert (entry.first, entry.last) == ("2025-01-27", "2025-01-28")


def test_descending_dates_are_sorted_and_an_empty_close_is_no_price(tmp_path):
    text = column(["9.5", "null", "11.5", "", "10"], DAYS[::-1])
    market = ma.load_market(folder(tmp_path, {"AAA.csv": text, "securities.yaml": LONDON}))
    assert market.closes["AAA"].tolist() == [10.0, 11.5, 9.5]
    assert market.unused["reason"].unique().tolist() == ["a session of XLON, but no price"]
    assert len(market.unused) == 2


def test_a_price_on_a_day_without_a_session_is_listed_and_not_used(tmp_path):
    text = column([*CLOSES, 77.0], [*DAYS, "2025-02-01"])
    market = ma.load_market(folder(tmp_path, {"AAA.csv": text, "securities.yaml": LONDON}))
    stray = ["AAA", pd.Timestamp("2025-02-01"), "a price, but no session of XLON"]
    assert stray in market.unused.to_numpy().tolist()
    assert pd.Timestamp("2025-02-01") not in market.returns("AAA").index


def test_dividends_enter_the_return_of_their_day(tmp_path):
    files = {
        "AAA.csv": column(),
        "dividends.csv": "ticker,ex_date,amount\nAAA,2025-01-27,0.5\n",
        "securities.yaml": LONDON,
    }
    market = ma.load_market(folder(tmp_path, files))
    assert market.returns("AAA")["2025-01-27"] == pytest.approx((9.0 + 0.5) / 11.5 - 1)


def test_all_listings_of_a_firm_are_one_firm(tmp_path):
    listed = (
        "- {ticker: AAA, exchange: XLON, firm: Acme}\n- {ticker: BBB, exchange: XETR, firm: Acme}\n"
        "- {ticker: CCC, exchange: XNYS, firm: Acme, adr_of: AAA, adr_ratio: 4, outside: [BBB]}\n"
    )
    files = {f"{one}.csv": column() for one in ("AAA", "BBB", "CCC")} | {"securities.yaml": listed}
    directory = ma.load_market(folder(tmp_path, files)).directory
    assert directory.firm_of("BBB").listings == ("AAA", "BBB", "CCC")
    assert directory.siblings("CCC") == ("AAA", "BBB")
    assert (directory.security("CCC").adr_of, directory.security("CCC").adr_ratio) == ("AAA", 4)


def test_a_file_name_in_other_capitals_is_the_ticker_that_is_listed(tmp_path):
    files = {"aaa.csv": column(), "securities.yaml": LONDON}
    assert ma.load_market(folder(tmp_path, files)).tickers == ("AAA",)


def test_the_example_of_securities_loads_as_it_stands(tmp_path):
    files = {f"{one}.csv": column() for one in ("AAA", "AAAY", "^INDEX")}
    market = ma.load_market(folder(tmp_path, files | {"securities.yaml": securities_template()}))
    assert market.benchmark_name("AAA") == "^INDEX"
    assert market.directory.security("AAAY").adr_of == "AAA"
    for field in ("ticker", "exchange", "currency", "benchmark", "name", "firm", "kind", "adr_of"):
        assert re.search(rf"^[ -]+{field}: .*#", securities_template(), re.MULTILINE), field


def test_a_day_on_which_the_exchange_was_shut_is_no_session(tmp_path):
    days = ["2023-08-30", "2023-08-31", "2023-09-04", "2023-09-05", "2023-09-06"]
    files = {
        "AAA.csv": column(days=days),
        "securities.yaml": "- {ticker: AAA, exchange: XHKG}\n",
    }
    market = ma.load_market(folder(tmp_path, files))  # the calendar does not know the typhoon
    assert market.unused["date"].tolist() == [pd.Timestamp("2023-09-01")]
    assert np.isnan(market.returns("AAA")["2023-09-04"])
    files["closures.csv"] = "calendar,date,reason\nHKEX,2023-09-01,Typhoon Saola\n"
    market = ma.load_market(folder(tmp_path, files))
    assert market.unused.empty
    assert market.returns("AAA")["2023-09-04"] == pytest.approx(11.5 / 11 - 1)
    calendar = market.calendars["AAA"]
    before, after = pd.Timestamp("2023-08-31"), pd.Timestamp("2023-09-04")
    assert calendar.closure_between(before, after) == "Typhoon Saola"
    files["closures.csv"] = "calendar,date\nNOPE,2023-09-01\nXHKG,1/9/2023\n"
    message = refused(tmp_path, files)
    assert "closures.csv, line 2, calendar: got 'NOPE'" in message
    assert "closures.csv, line 3, date: got '1/9/2023'" in message


# --- faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("12,34", "a decimal comma, '12,34'; expected 12.34 for 12,34"),
        ("1.234,50", "a decimal comma"),
        ("1,234.50", "a thousands separator"),
        ("1,234", "a comma, '1,234'; expected a number with a point, without separators"),
        ("1 234.5", "a thousands separator"),
        ("3.2%", "a percent sign"),
        ("$12.30", "a currency sign"),
        ("12.30 EUR", "a currency sign"),
        ("soon", "text, 'soon'; expected a number such as 12.34"),
        ("1e999", "a number beyond all bounds"),
        ("0", "0; expected a price above zero"),
        ("-3", "-3; expected a price above zero"),
    ],
)
def test_a_cell_that_is_no_price_is_named_with_its_line(tmp_path, cell, said):
    text = column([CLOSES[0], f'"{cell}"', *CLOSES[2:]])
    message = refused(tmp_path, {"AAA.csv": text})
    assert f"AAA.csv, line 3, Close: got {said}" in message


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("27.01.2025", "write 27.01.2025 as 2025-01-27"),
        ("1/2/2025", "can be 2025-01-02 or 2025-02-01"),
        ("2025-02-30", "a day that exists"),
        ("1500-01-27", "in the years 1800 to 2200"),
        ("9999-12-31", "in the years 1800 to 2200"),
        ("2025-01-27 14:30:00+00:00", "without a clock time"),
        ("", "expected a date such as 2025-01-27"),
        ("2025-01-22", "which stands in line 2 too; expected each date once"),
    ],
)
def test_a_date_that_cannot_be_used_is_named_with_its_line(tmp_path, day, said):
    message = refused(tmp_path, {"AAA.csv": column(days=[*DAYS[:3], day, DAYS[4]])})
    assert "AAA.csv, line 5, date: got" in message
    assert said in message


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"AAA.csv": "Close\n1\n2\n"}, "line 1: got close; expected a column named date"),
        ({"AAA.csv": "Date,Open,High\n2025-01-27,1,2\n"}, "expected a column close"),
        ({"AAA.csv": "Date,Adj Close\n2025-01-27,1\n"}, "adj close holds the dividends already"),
        ({"AAA.csv": column(CLOSES[:1], DAYS[:1])}, "got 1 prices; expected at least two dates"),
        (
            {"AAA.csv": "Date,Close\n2025-01-27,12,34\n"},
            "line 2: got 3 cells; expected 2 cells; is",
        ),
        ({"AAA.csv": ""}, "AAA.csv: empty"),
        ({"AAA.csv": b"\xff\xfe\x00"}, "AAA.csv: not UTF-16 text"),
        ({"a.csv": "date,AAA,AAA\n"}, "the column 'AAA' stands twice"),
        (
            {"AAA.csv": column(), "b.csv": column(head="date,AAA")},
            "AAA.csv too; expected each ticker",
        ),
        ({"a.csv": "date," + ",".join(f"T{k}" for k in range(5001))}, "at most 5,000 tickers"),
        ({"prices.xlsx": b"PK"}, "prices.xlsx: a workbook; save each sheet as CSV UTF-8"),
        ({"notes.txt": "x"}, "no manifest.json there; give a folder written by"),
        (
            {"t.csv": "Price,Close,Close\nTicker,A,B\nDate,,\n"},
            "the column 'Close' stands twice; .*one file per ticker",
        ),
    ],
)
def test_a_file_that_holds_no_prices_is_explained(tmp_path, files, said):
    assert re.search(re.escape(said).replace(r"\.\*", ".*"), refused(tmp_path, files))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {ticker: AAA, exchange: XLN}", "line 1, exchange: got 'XLN'; .*did you mean XLON"),
        ("- {ticker: AAA, exchange: London}", r"exchange: got 'London'; .*XLON"),
        ("- {ticker: AAA}", "line 1, exchange: got nothing; .*this field is required"),
        ("- {exchange: XLON}", "ticker: got nothing"),
        ("- {ticker: 2330, exchange: XTAI}", r"the number 2330; expected a ticker in quotation"),
        ("- {ticker: AAB, exchange: XLON}", "prices of AAA but no entry(.|\n)*did you mean 'AAA'"),
        (f"{LONDON}{LONDON}", "line 2, ticker: got 'AAA', which stands in line 1 too"),
        (
            "- {ticker: AAA, exchange: XLON, benchmark: ^FTX}",
            "benchmark: got '.FTX'; .*with prices",
        ),
        ("- {ticker: AAA, exchange: XLON, benchmark: AAA}", "expected another ticker than its own"),
        ("- {ticker: AAA, exchange: XLON, adr_of: BBB}", "adr_of: got 'BBB'; expected a ticker"),
        ("- {ticker: AAA, exchange: XLON, curency: GBP}", "did you mean 'currency'"),
        ("- {ticker: AAA, exchange: XLON, price_limit: 10%}", "price_limit: .*0.1 is ten percent"),
        ("- {ticker: AAA, exchange: XLON, price_limit: 10}", "price_limit: .*0.1 is ten percent"),
        ("- {ticker: AAA, exchange: XLON, kind: bond}", "kind: got 'bond'"),
        ("- AAA", "got str; expected a mapping of fields"),
        ("[]", "no securities; expected one entry per ticker"),
    ],
)
def test_faults_of_the_list_of_securities_are_named(tmp_path, text, said):
    message = refused(tmp_path, {"AAA.csv": column(), "securities.yaml": text})
    assert re.search(said, message), message


def test_every_fault_of_every_file_stands_in_one_message(tmp_path):
    files = {
        "AAA.csv": column([1, "x", "y", -1, 2]),
        "BBB.csv": column(days=["1/27/2025", *DAYS[1:]]),
        "securities.yaml": "- {ticker: AAA, exchange: NO}\n- {ticker: BBB, exchange: XLON, x: 1}\n",
        "dividends.csv": "ticker,ex_date,amount\nZZZ,2025-01-27,1\nAAA,soon,1\nAAA,2025-01-27,-1\n",
    }
    with pytest.raises(RecordError) as caught:
        ma.load_market(folder(tmp_path, files))
    places = [f"{fault.where} {fault.field}".strip() for fault in caught.value.faults]
    assert places == [
        "AAA.csv, lines 3 and 4 Close",
        "AAA.csv, line 5 Close",
        "BBB.csv, line 2 date",
        "securities.yaml, line 1 exchange",
        "securities.yaml, line 2 x",
        "dividends.csv, line 2 ticker",
        "dividends.csv, line 3 ex_date",
        "dividends.csv, line 4 amount",
    ]


def test_the_same_fault_on_many_lines_is_said_once(tmp_path):
    days = pd.bdate_range("2024-01-01", periods=200).strftime("%Y-%m-%d").tolist()
    message = refused(tmp_path, {"AAA.csv": column(["1,5"] * 200, days, "Date;Close")})
    assert "columns are separated by ';'" in message
    message = refused(tmp_path, {"AAA.csv": column(["x"] * 200, days)})
    assert "AAA.csv, lines 2, 3, 4, 5, 6 and 195 more, Close: got text, 'x'" in message
    assert "1 fault\n" in message


def test_closes_that_still_jump_by_a_split_are_refused(tmp_path):
    raw = [100.0, 102.0, 101.0, 10.2, 10.1]
    splits = "ticker,first_session,ratio\nAAA,2025-01-27,10\n"
    message = refused(tmp_path, {"AAA.csv": column(raw), "splits.csv": splits})
    assert "101 before the split of 2025-01-27 and 10.2 on it" in message
    adjusted = folder(tmp_path, {"AAA.csv": column([one / 10 for one in raw[:3]] + raw[3:])})
    assert ma.load_market(adjusted).closes["AAA"].iloc[2] == pytest.approx(10.1)


def test_two_exchanges_without_a_list_of_securities_are_refused(tmp_path):
    days = pd.bdate_range("2024-01-01", "2024-12-31")
    other = days[np.arange(len(days)) % 20 != 3]
    files = {
        "AAA.csv": column(np.linspace(1, 2, len(days)), days.strftime("%Y-%m-%d")),
        "BBB.csv": column(np.linspace(1, 2, len(other)), other.strftime("%Y-%m-%d")),
    }
    message = refused(tmp_path, files)
    assert "AAA and BBB trade on different days" in message
    assert "2024-01-04" in message
    assert "name the exchange of each in securities.yaml" in message


def test_dates_of_another_exchange_are_refused(tmp_path):
    days = pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d").tolist()
    files = {"AAA.csv": column(range(1, 61), days), "securities.yaml": LONDON}
    assert "prices on days without a session of XLON" in refused(tmp_path, files)


def test_prices_before_an_exchange_is_known_are_refused(tmp_path):
    days = ["2019-01-06", "2019-01-07", "2019-01-08", "2019-01-09", "2019-01-10"]
    listed = "- {ticker: AAA, exchange: XSAU}\n"
    message = refused(tmp_path, {"AAA.csv": column(days=days), "securities.yaml": listed})
    assert "XSAU: the prices run from 2019-01-06 to 2019-01-10" in message
    assert "2021-01-01" in message


@pytest.mark.parametrize("path", ["nowhere", "nowhere/at/all.csv"])
def test_a_path_that_is_not_there_is_refused(tmp_path, path):
    assert "no such file or folder" in refused(tmp_path, {"x": ""}, path)


@pytest.mark.parametrize("text", ["12", "12.5", ".5", "+3", "1e-3", "0012.50"])
def test_plain_numbers_are_numbers(text):
    assert number_of(text) == float(text)


forms = st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00+09:00"])
prices = st.lists(
    st.one_of(st.none(), st.floats(0.001, 1e6)).map(lambda one: one and round(one, 6)),
    min_size=3,
    max_size=30,
)


@given(prices, prices, forms, st.permutations(["AAA", "BBB"]), st.booleans())
def test_what_was_written_is_what_is_read(first, second, form, order, upside_down):
    """Any closes, gaps among them, any form of dates, any order of lines and columns."""
    days = pd.bdate_range("2024-01-01", periods=max(len(first), len(second)))
    given_frame = pd.DataFrame(
        {
            "AAA": pd.Series(first, days[: len(first)]),
            "BBB": pd.Series(second, days[: len(second)]),
        },
        dtype=float,
    )
    enough = bool((given_frame.notna().sum() >= 2).all())
    text = (
        given_frame[order]
        .iloc[:: -1 if upside_down else 1]
        .rename_axis("Date")
        .to_csv(date_format=form)
    )
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "all.csv"
        path.write_text(text, encoding="utf-8")
        listed = "ticker,exchange\nAAA,XLON\nBBB,XLON\n"
        (path.parent / "securities.csv").write_text(listed, encoding="utf-8")
        if not enough:
            with pytest.raises(RecordError, match="at least two dates with a close"):
                ma.load_market(path)
            return
        read = ma.load_market(path).bars
    for ticker in order:
        expected = given_frame[ticker].dropna()
        assert read[ticker]["close"].tolist() == expected.tolist()
        assert read[ticker].index.tolist() == expected.index.tolist()
