"""Factor files as they are downloaded: preamble, percent, footer, and what can be wrong in them."""

from __future__ import annotations

import math
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analytics as ma
from analytics.errors import DataError, InputError, RecordError
from analytics.market.factorfiles import load_factors

PREAMBLE = "This file was written for a test.\nThe numbers are made up.\n\n"
HEADER = ",Mkt-RF,SMB,HML,RF\n"
DAYS = (
    "20250123,    0.51,   -0.12,    0.40,   0.017\n"
    "20250124,   -0.29,  -99.99,    0.08,   0.017\n"
    "20250127,   -1.83,    0.70,   -999,    0.017\n"
)
FOOTER = (
    "\n Annual Factors: January-December \n,Mkt-RF,SMB,HML,RF\n"
    "  2023,   21.00,   -3.00,  -13.00,    4.90\n  2024,   19.00,   -9.00,   -8.00,    5.20\n\n"
    "Copyright of nobody\n"
)


def written(tmp_path, text):
    file = tmp_path / "factors.csv"
    file.write_text(text)
    return file


@pytest.mark.parametrize("footer", ["", "\n", FOOTER, "Copyright of nobody\n"])
@pytest.mark.parametrize("preamble", ["", PREAMBLE])
def test_days_become_decimal_fractions_and_years_are_left_out(tmp_path, preamble, footer):
    frame = load_factors(written(tmp_path, preamble + HEADER + DAYS + footer))
    assert list(frame) == ["Mkt-RF", "SMB", "HML", "RF"]
    assert frame.index.strftime("%Y-%m-%d").tolist() == ["2025-01-23", "2025-01-24", "2025-01-27"]
    assert frame["Mkt-RF"].tolist() == pytest.approx([0.0051, -0.0029, -0.0183])
    assert np.isnan(frame.loc["2025-01-24", "SMB"])
    assert np.isnan(frame.loc["2025-01-27", "HML"])
    assert frame["RF"].tolist() == pytest.approx([0.00017] * 3)


def test_windows_line_ends_and_a_byte_order_mark(tmp_path):
    file = tmp_path / "factors.csv"
    file.write_bytes((PREAMBLE + HEADER + DAYS + FOOTER).replace("\n", "\r\n").encode("utf-8-sig"))
    assert load_factors(file).shape == (3, 4)


def file_of_new_york(tmp_path, market):
    """A file of three factors on every session; the first is the index without its risk-free."""
    index = 100 * market.returns("^GSPC")
    noise = np.random.default_rng(1).normal(0, 0.5, (len(index), 2))
    rows = [
        f"{day:%Y%m%d},{value - 0.01:9.4f},{one:9.4f},{two:9.4f},0.0100"
        for (day, value), (one, two) in zip(index.items(), noise, strict=True)
    ]
    return written(tmp_path, PREAMBLE + HEADER + "\n".join(rows) + "\n" + FOOTER)


def test_a_file_enters_a_factor_model(tmp_path):
    market = ma.load_market()
    frame = load_factors(file_of_new_york(tmp_path, market))
    event = ma.load_events()["deepseek-shock-2025-01-27"]
    sample = ma.align(event, market, tickers=["NVDA"])
    results = ma.event_study(sample, ma.FactorModel(frame, risk_free="RF"))
    joined = ma.align(
        event,
        market.with_factors(frame, exchange="XNYS"),
        tickers=["NVDA"],
        benchmark=list(frame),
    )
    same = ma.event_study(joined, ma.FactorModel(risk_free="RF"))
    assert results.car(0, 0)["car"].iloc[0] == pytest.approx(same.car(0, 0)["car"].iloc[0])
    days = market.returns("NVDA").index
    at = days.get_loc(pd.Timestamp("2025-01-27"))
    window = days[at - 260 : at - 10]
    left = market.returns("NVDA") - frame["RF"]
    right = np.column_stack([np.ones(250), frame.loc[window, ["Mkt-RF", "SMB", "HML"]]])
    beta = np.linalg.lstsq(right, left[window].to_numpy(), rcond=None)[0]
    row = frame.loc["2025-01-27", ["Mkt-RF", "SMB", "HML"]].to_numpy()
    expected = left["2025-01-27"] - beta[0] - row @ beta[1:]
    assert results.car(0, 0)["car"].iloc[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (PREAMBLE, InputError, "no line begins with a date such as 20250127"),
        (HEADER + "202501, 1.0, 2.0, 3.0, 0.3\n", InputError, "202501 is monthly"),
        (HEADER + "2025, 1.0, 2.0, 3.0, 0.3\n", InputError, "2025 is annual"),
        (DAYS, InputError, "expected the names of the factors above the first day"),
        ("\n" + DAYS, InputError, "expected the names of the factors above the first day"),
        (",SMB,SMB,HML,RF\n" + DAYS, InputError, "line 1: the factor 'SMB' stands twice"),
        (HEADER + DAYS + "20250128, 1.0\n", RecordError, "line 5: got 1 numbers; expected 4"),
        (HEADER + DAYS + "20250132, 1, 1, 1, 1\n", RecordError, "line 5, date: got '20250132'"),
        (HEADER + DAYS + "20250128, 1, x, 1, 1\n", RecordError, "line 5: got 'x'"),
        (HEADER + DAYS + "20250127, 1, 1, 1, 1\n", DataError, "line 5: 2025-01-27 follows"),
        (HEADER + "20250127, 6101, 1, 1, 1\n", DataError, "Mkt-RF reaches 6101 in a day"),
    ],
)
def test_what_is_no_daily_factor_file_is_said_in_one_message(tmp_path, text, error, said):
    with pytest.raises(error) as caught:
        load_factors(written(tmp_path, text))
    assert said in str(caught.value)


def test_all_lines_with_faults_stand_in_one_message(tmp_path):
    with pytest.raises(RecordError) as caught:
        load_factors(written(tmp_path, HEADER + DAYS + "20250128,1\n20250129,1,2,3,x\n"))
    assert len(caught.value.faults) == 2


def test_decimal_fractions_are_not_divided_again(tmp_path):
    days = pd.bdate_range("2025-01-02", periods=30)
    values = np.random.default_rng(2).normal(0, 0.01, 30)
    rows = "".join(f"{d:%Y%m%d},{v:.6f},0\n" for d, v in zip(days, values, strict=True))
    with pytest.raises(DataError, match="decimal fractions already"):
        load_factors(written(tmp_path, ",Mkt-RF,RF\n" + rows))


@pytest.mark.parametrize(
    ("names", "count"), [("Mom", 30), ("Size,SMB,HML,RF", 30), ("Mkt-RF,SMB,HML,RF", 6)]
)
def test_decimal_fractions_are_seen_in_any_column_and_in_few_days(tmp_path, names, count):
    days = pd.bdate_range("2025-01-02", periods=count)
    columns = names.split(",")
    values = np.random.default_rng(3).normal(0, 0.8, (count, len(columns)))

    def text(scale):
        rows = [
            f"{day:%Y%m%d}," + ",".join(f"{scale * one:.6f}" for one in row)
            for day, row in zip(days, values, strict=True)
        ]
        return "\n".join([f",{names}", *rows, ""])

    assert load_factors(written(tmp_path, text(1.0))).shape == (count, len(columns))
    with pytest.raises(DataError, match="decimal fractions already"):
        load_factors(written(tmp_path, text(0.01)))


def test_a_missing_file(tmp_path):
    for name in ("none.csv", "none.zip"):
        with pytest.raises(InputError, match="no such file"):
            load_factors(tmp_path / name)


# The forms of the library's files: preamble, header, missing values, last lines. The numbers are
# made up.
PUBLISHED = {
    "F-F_Research_Data_5_Factors_2x3_daily.csv": (
        "This file was created by using the 202512 CRSP database.\n"
        "The 1-month TBill rate data until 202405 are from Ibbotson Associates. Starting from "
        "202406, the 1-month TBill rate is from ICE BofA US 1-Month Treasury Bill Index.\n\n"
        ",Mkt-RF,SMB,HML,RMW,CMA,RF\n"
        "19630701,   -0.67,    0.00,   -0.34,   -0.01,    0.16,    0.01\n"
        "19630702,    0.79,   -0.26,    0.26,   -0.07,   -0.20,    0.01\n\n"
        "Copyright 2025 Eugene F. Fama and Kenneth R. French\n",
        ["Mkt-RF", "SMB", "HML", "RMW", "CMA", "RF"],
        [-0.0067, 0.0, -0.0034, -0.0001, 0.0016, 0.0001],
    ),
    "F-F_Momentum_Factor_daily.csv": (
        "This file was created by using the 202512 CRSP database. It contains a momentum factor, "
        "constructed from six value-weight portfolios formed using\nindependent sorts on size and "
        "prior return of NYSE, AMEX, and NASDAQ stocks. Mom is the average\nof the returns on two "
        "(big and small) high prior return portfolios minus two low.\n\n"
        "Missing data are indicated by -99.99 or -999.\n\n"
        ",Mom\n19261103,    0.56\n19261104,  -99.99\n\n"
        "Copyright 2025 Eugene F. Fama and Kenneth R. French\n",
        ["Mom"],
        [0.0056],
    ),
    "Developed_5_Factors_Daily.csv": (
        "This file was created using the 202512 Bloomberg database.\n"
        "Missing data are indicated by -99.99.\n\n\n"
        ",Mkt-RF,SMB,HML,RMW,CMA,RF\n"
        "19900702,    0.71,    0.04,   -0.11, -99.99,   -0.03,    0.03\n"
        "19900703,    0.38,   -0.02,    0.06,   0.07,   -0.01,    0.03\n",
        ["Mkt-RF", "SMB", "HML", "RMW", "CMA", "RF"],
        [0.0071, 0.0004, -0.0011, math.nan, -0.0003, 0.0003],
    ),
    "Developed_Mom_Factor_Daily.csv": (
        "This file was created using the 202512 Bloomberg database.\n"
        "Missing data are indicated by -99.99.\n\n\n,WML\n19901101,    0.31\n19901102, -999\n",
        ["WML"],
        [0.0031],
    ),
}


def archive(tmp_path, name, *members):
    place = tmp_path / name
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        for inside, text in members:
            packed.writestr(inside, text)
    return place


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_published_files_are_read_from_their_archives_and_unpacked(tmp_path, name, end):
    text, names, first = PUBLISHED[name]
    text = text.replace("\n", end)
    packed = archive(tmp_path, name.replace(".csv", "_CSV.zip"), (name, text))
    (tmp_path / name).write_bytes(text.encode())
    for place in (packed, tmp_path / name):
        frame = load_factors(place)
        assert list(frame) == names
        assert len(frame) == 2
        assert frame.iloc[0].tolist() == pytest.approx(first, nan_ok=True)


def test_missing_values_of_the_last_day_stay_missing(tmp_path):
    for name in ("F-F_Momentum_Factor_daily.csv", "Developed_Mom_Factor_Daily.csv"):
        assert load_factors(written(tmp_path, PUBLISHED[name][0])).iloc[-1].isna().all()


def test_a_monthly_archive_is_refused_by_name(tmp_path):
    text = (
        "This file was created using the 202512 Bloomberg database.\n\n\n,Mkt-RF,SMB,HML,RF\n"
        "199007,    0.86,    0.77,   -0.25,    0.68\n199008,  -10.82,   -1.50,    0.62,    0.66\n\n"
        " Annual Factors: January-December \n,Mkt-RF,SMB,HML,RF\n  1991,   12.0, 1.0, 1.0, 5.6\n"
    )
    packed = archive(tmp_path, "Developed_3_Factors_CSV.zip", ("Developed_3_Factors.csv", text))
    with pytest.raises(InputError, match=r"line 5: 199007 is monthly; .* 'daily' in its name"):
        load_factors(packed)


def test_archives_that_do_not_hold_one_table(tmp_path):
    both = archive(tmp_path, "two.zip", ("a.csv", DAYS), ("b.CSV", DAYS))
    none = archive(tmp_path, "none.zip", ("readme.txt", "nothing"))
    (tmp_path / "page.zip").write_text("<html>Too many requests</html>")
    for place, said in (
        (both, "holds a.csv, b.CSV; expected one"),
        (none, "holds readme.txt; expected one"),
        (tmp_path / "page.zip", "cannot be unpacked"),
    ):
        with pytest.raises(InputError, match=said):
            load_factors(place)


@given(st.lists(st.floats(-50, 50).map(lambda v: round(v, 2)), min_size=1, max_size=30))
def test_every_number_comes_back_as_a_hundredth(tmp_path_factory, values):
    days = pd.bdate_range("2025-01-02", periods=len(values))
    rows = "".join(f"{d:%Y%m%d},{v:8.2f}\n" for d, v in zip(days, values, strict=True))
    frame = load_factors(written(tmp_path_factory.mktemp("f"), ",SMB\n" + rows + FOOTER))
    assert frame["SMB"].to_numpy() == pytest.approx(np.array(values) / 100, abs=1e-15)
