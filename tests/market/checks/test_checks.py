"""Every trap that was seen in a vendor's data is planted once and found by its rule alone."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import DataError, InputError
from analytics.market.calendars import exchange_calendar
from analytics.market.checks import check_snapshot
from analytics.recorded import recorded_folder, write_manifest

RECORDED = recorded_folder().path
NVDA, META, TSMC = "prices/NVDA.csv", "prices/META.csv", "prices/2330.TW.csv"


@pytest.fixture
def copy(tmp_path):
    """A copy of the recorded data that may be spoiled."""
    shutil.copytree(RECORDED, tmp_path / "data")
    return tmp_path / "data"


def lines_of(folder, name):
    return (folder / name).read_text().splitlines()


def write(folder, name, lines):
    (folder / name).write_text("\n".join(lines) + "\n")
    write_manifest(folder)


def at(lines, date):
    return next(k for k, line in enumerate(lines) if line.startswith(date))


def change(folder, name, date, **cells):
    """Write other values into the cells of one day."""
    lines = lines_of(folder, name)
    header = lines[0].split(",")
    row = dict(zip(header, lines[at(lines, date)].split(","), strict=True))
    lines[at(lines, date)] = ",".join(str({**row, **cells}[key]) for key in header)
    write(folder, name, lines)


def found(folder, **options):
    return [(one.rule, one.file, one.date) for one in check_snapshot(folder, **options).findings]


def sessions_of(code, first, last):
    days = exchange_calendar(code, pd.Timestamp(first), pd.Timestamp(last)).sessions
    return days[(days >= first) & (days <= last)]


# --- the recorded data ----------------------------------------------------------------------------


def test_the_recorded_data_leave_nothing_to_explain():
    check = check_snapshot()
    assert check.findings == ()
    assert check.passed
    assert (check.files, check.rows) == (17, 17_023)
    assert {(one.finding.rule, one.finding.date) for one in check.known} == {
        ("limit_day", "2025-04-07"),
        ("limit_day", "2025-04-10"),
        ("repeated_bar", "2025-07-11"),
        ("bad_tick", "2025-12-12"),
        ("rate_without_session", ""),
        ("spike", "2025-06-30"),
    }
    assert all(one.reason and one.source for one in check.known)


def test_other_figures_on_a_known_day_are_another_finding(copy):
    change(copy, META, "2025-12-12", high=740)
    assert found(copy) == [("bad_tick", META, "2025-12-12")]


def test_an_exception_without_a_reason_is_refused(copy):
    table = copy / "known_findings.csv"
    table.write_text("rule,file,date,evidence,reason,source\nspike,a.csv,2025-01-02,,,me\n")
    with pytest.raises(DataError, match="line 2: an exception without a reason"):
        check_snapshot(copy)


# --- planted, one by one --------------------------------------------------------------------------


def test_a_missing_session(copy):
    lines = lines_of(copy, TSMC)
    del lines[at(lines, "2025-08-01")]
    write(copy, TSMC, lines)
    assert found(copy) == [("missing_session", TSMC, "2025-08-01")]


def test_a_frozen_bar_with_half_the_volume_is_found_by_the_official_figure(copy):
    change(copy, TSMC, "2022-08-22", close=512, volume=11_587_910)
    change(copy, TSMC, "2024-03-29", close=776, high=777, volume=10_106_410)
    assert found(copy) == [
        ("official_figure", TSMC, "2022-08-22"),
        ("official_figure", TSMC, "2024-03-29"),
        ("official_figure", TSMC, "2024-03-29"),
    ]


def test_a_bar_like_the_one_before_with_much_less_volume(copy):
    lines = lines_of(copy, NVDA)
    row = lines[at(lines, "2024-07-12")].split(",")
    change(
        copy, NVDA, "2024-07-15", open=row[1], high=row[2], low=row[3], close=row[4], volume=10**8
    )
    assert found(copy) == [("frozen_bar", NVDA, "2024-07-15")]


def test_a_flat_bar_with_full_volume(copy):
    change(copy, TSMC, "2024-11-20", open=1025, high=1025, low=1025, close=1025)
    rules = {rule for rule, _, _ in found(copy)}
    assert ("flat_bar", TSMC, "2024-11-20") in found(copy)
    assert rules == {"flat_bar", "official_figure"}
    change(copy, NVDA, "2024-07-15", open=128, high=128, low=128, close=128)
    assert ("flat_bar", NVDA, "2024-07-15") in found(copy)


def test_a_phantom_row_on_a_holiday(copy):
    lines = lines_of(copy, TSMC)
    lines.insert(at(lines, "2025-09-30"), "2025-09-29,1300,1300,1300,1300,0")
    write(copy, TSMC, lines)
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.file, one.date) == ("phantom_row", TSMC, "2025-09-29")
    assert "volume 0; no session of XTAI" in one.evidence


@pytest.mark.parametrize("date", ["2023-10-10", "2024-02-28"])
def test_a_phantom_row_of_an_index(copy, date):
    name = "prices/^TWII.csv"
    lines = lines_of(copy, name)
    k = next(k for k, line in enumerate(lines[1:], start=1) if line > date)
    lines.insert(k, f"{date},{lines[k - 1].split(',')[1]}")
    write(copy, name, lines)
    assert found(copy) == [("phantom_row", name, date)]


@pytest.mark.parametrize("date", ["2022-02-04", "2023-01-18", "2024-10-31"])
def test_days_that_the_plain_calendar_takes_for_sessions_are_phantom_too(copy, date):
    lines = lines_of(copy, TSMC)
    k = next(k for k, line in enumerate(lines[1:], start=1) if line > date)
    price = lines[k - 1].split(",")[4]
    lines.insert(k, f"{date},{price},{price},{price},{price},0")
    write(copy, TSMC, lines)
    assert found(copy) == [("phantom_row", TSMC, date)]


def test_no_volume_on_a_session_is_a_note_and_no_more(copy):
    change(copy, NVDA, "2023-05-24", volume=0)
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.date, one.severity) == ("zero_volume", "2023-05-24", "note")


def test_an_index_that_never_has_a_volume_says_so_once(copy):
    name = "prices/^SOX.csv"
    lines = lines_of(copy, name)
    write(copy, name, [f"{lines[0]},volume", *(f"{line},0" for line in lines[1:])])
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.date, one.evidence) == (
        "zero_volume",
        "",
        "none of 1003 rows has a volume",
    )


def test_an_unchanged_close_is_no_finding():
    closes = pd.read_csv(RECORDED / NVDA, index_col="date")["close"]
    assert closes["2023-12-29"] == closes.shift()["2023-12-29"]
    assert not any("2023-12-29" in one.finding.date for one in check_snapshot().known)


@pytest.mark.parametrize(("column", "factor"), [("high", 1.15), ("low", 0.85)])
def test_a_bad_tick(copy, column, factor):
    lines = lines_of(copy, NVDA)
    row = dict(zip(lines[0].split(","), lines[at(lines, "2025-10-15")].split(","), strict=True))
    change(copy, NVDA, "2025-10-15", **{column: round(float(row[column]) * factor, 2)})
    assert found(copy) == [("bad_tick", NVDA, "2025-10-15")]


def test_a_close_that_was_mistyped(copy):
    name = "prices/MSFT.csv"
    change(copy, name, "2024-05-15", close=324.02)  # 423.08
    assert found(copy) == [("spike", name, "2024-05-15")]


def test_columns_in_another_order_under_the_old_header(copy):
    lines = lines_of(copy, NVDA)
    swapped = [lines[0]]
    for line in lines[1:]:
        date, first, high, low, close, volume = line.split(",")
        swapped.append(",".join([date, high, low, first, close, volume]))
    write(copy, NVDA, swapped)
    assert "price_order" in {rule for rule, _, _ in found(copy)}


def test_opens_and_closes_exchanged(copy):
    lines = lines_of(copy, NVDA)
    mixed = [lines[0]]
    for line in lines[1:]:
        date, first, high, low, close, volume = line.split(",")
        mixed.append(",".join([date, close, high, low, first, volume]))
    write(copy, NVDA, mixed)
    assert {rule for rule, _, _ in found(copy)} == {"swapped_columns"}
    assert {rule for rule, _, _ in found(copy, against=RECORDED)} == {
        "swapped_columns",
        "vendor_correction",
        "provisional_completed",
    }


def test_columns_in_another_order_with_their_names_are_no_finding(copy):
    frame = pd.read_csv(copy / NVDA)
    frame = frame[["date", "close", "high", "low", "open", "volume"]]
    write(copy, NVDA, frame.to_csv(index=False).splitlines())
    assert found(copy) == []


def test_dates_one_day_early_throughout(copy):
    lines = lines_of(copy, TSMC)
    early = [
        f"{pd.Timestamp(line[:10]) - pd.Timedelta(days=1):%Y-%m-%d}{line[10:]}"
        for line in lines[1:]
    ]
    write(copy, TSMC, [lines[0], *early])
    findings = check_snapshot(copy).findings
    one = next(one for one in findings if one.rule == "shifted_date")
    assert one.evidence.startswith("970 rows, 2022-01-02 to 2025-12-30")
    assert "Sunday; fits the session of 2022-01-03" in one.evidence
    dates_alone = {one.rule for one in findings if one.severity == "error"}
    assert dates_alone == {"shifted_date", "official_figure"}


def test_a_monday_that_is_dated_sunday(copy):
    lines = lines_of(copy, TSMC)
    k = at(lines, "2024-05-06")
    lines[k] = lines[k].replace("2024-05-06", "2024-05-05")
    write(copy, TSMC, lines)
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.date) == ("shifted_date", "2024-05-05")
    assert one.evidence == "Sunday; fits the session of 2024-05-06, which has no row"


def test_a_week_that_is_dated_a_day_early(copy):
    lines = lines_of(copy, NVDA)
    for day in pd.date_range("2024-05-06", "2024-05-10"):
        k = at(lines, f"{day:%Y-%m-%d}")
        lines[k] = f"{day - pd.Timedelta(days=1):%Y-%m-%d}{lines[k][10:]}"
    write(copy, NVDA, lines)
    findings = check_snapshot(copy).findings
    assert [one.rule for one in findings] == ["shifted_date"] * 5
    assert [one.date[-2:] for one in findings] == ["05", "06", "07", "08", "09"]


@pytest.mark.parametrize("stamp", ["13:30:00+00:00", "14:30:00+00:00"])
def test_a_day_that_stands_twice_with_a_clock_time(copy, stamp):
    lines = lines_of(copy, NVDA)
    k = at(lines, "2024-05-06")
    lines.insert(k + 1, lines[k].replace("2024-05-06", f"2024-05-06 {stamp}"))
    write(copy, NVDA, lines)
    assert found(copy) == [
        ("clock_time", NVDA, "2024-05-06"),
        ("duplicate_date", NVDA, "2024-05-06"),
    ]


def test_a_day_that_stands_twice_with_other_closes_has_no_remedy(copy):
    lines = lines_of(copy, "prices/AMD.csv")
    lines.insert(at(lines, "2024-05-06") + 1, "2024-05-06,150")
    write(copy, "prices/AMD.csv", lines)
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.remedy) == ("duplicate_date", ())
    assert one.evidence == "lines 589, 590: closes 155.78, 150"


def test_a_last_row_that_is_not_final(copy):
    change(copy, NVDA, "2025-12-31", volume=12_000_000)
    assert found(copy) == [("provisional_row", NVDA, "2025-12-31")]


def test_a_last_row_that_was_retrieved_before_the_close(copy):
    about = {"retrieved": "2025-12-31T18:00:00Z", "kind": "prices", "source": "x", "grade": "high"}
    write_manifest(copy, {NVDA: about})
    assert found(copy) == [("provisional_row", NVDA, "2025-12-31")]
    write_manifest(copy, {NVDA: about | {"retrieved": "2025-12-31T21:30:00Z"}})
    assert found(copy) == []


def test_a_split_that_was_not_applied(copy):
    lines = lines_of(copy, NVDA)
    k = at(lines, "2024-06-10")
    before = [",".join(tenfold(line.split(","))) for line in lines[1:k]]
    write(copy, NVDA, [lines[0], *before, *lines[k:]])
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.file, one.date) == ("split_not_applied", NVDA, "2024-06-10")
    assert "close 1208.9 before, 121.79 here" in one.evidence


def tenfold(cells):
    date, *prices, volume = cells
    return [date, *(f"{float(one) * 10:.7g}" for one in prices), volume]


def test_new_rows_below_an_old_file_of_another_basis(copy):
    """The split is years back in one part of the file only."""
    lines = lines_of(copy, NVDA)
    a, b = at(lines, "2023-01-03"), at(lines, "2023-06-01")
    middle = [",".join(tenfold(line.split(","))) for line in lines[a:b]]
    write(copy, NVDA, [*lines[:a], *middle, *lines[b:]])
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.date, one.severity) == ("jump_and_back", "2023-01-03", "error")


def test_a_jump_by_two_without_a_listed_split_is_a_warning(copy):
    name = "prices/AMD.csv"
    lines = lines_of(copy, name)
    k = at(lines, "2024-05-06")
    doubled = [f"{one[:10]},{float(one[11:]) * 2:g}" for one in lines[1:k]]
    write(copy, name, [lines[0], *doubled, *lines[k:]])
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.date, one.severity) == ("split_jump", "2024-05-06", "warning")


def test_dollars_among_taiwan_dollars(copy):
    lines = lines_of(copy, TSMC)
    a, b = at(lines, "2025-03-03"), at(lines, "2025-03-10")
    for k in range(a, b):
        date, *prices, volume = lines[k].split(",")
        lines[k] = ",".join([date, *(f"{float(one) / 32.9:.2f}" for one in prices), volume])
    write(copy, TSMC, lines)
    one = next(one for one in check_snapshot(copy).findings if one.rule == "currency_jump")
    assert (one.date, one.severity) == ("2025-03-03", "error")
    assert "the exchange rate USDTWD" in one.evidence


def adjusted(folder):
    """2330.TW adjusted for the dividends that it lists, all four prices."""
    frame = pd.read_csv(folder / TSMC, index_col="date")
    paid = pd.read_csv(folder / "dividends.csv").query("ticker == '2330.TW'")
    plain = frame["close"].copy()
    for day, amount in zip(paid["ex_date"], paid["amount"], strict=True):
        before = plain[plain.index < day].iloc[-1]
        frame.loc[frame.index < day, ["open", "high", "low", "close"]] *= 1 - amount / before
    return frame.round(2)


def test_adjusted_closes_of_taipei_lie_between_its_ticks(copy):
    frame = adjusted(copy)
    assert 580 < frame["close"].iloc[0] < 600  # 631 unadjusted
    write(copy, TSMC, frame.to_csv().splitlines())
    findings = check_snapshot(copy).findings
    errors = {one.rule for one in findings if one.severity == "error"}
    assert errors == {"adjusted_closes", "official_figure"}


def test_a_file_that_ends_before_the_others(copy):
    write(copy, NVDA, lines_of(copy, NVDA)[:-3])
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.date) == ("stale_end", "2025-12-26")
    assert one.evidence.startswith("3 sessions before 2025-12-31")


def test_a_file_that_begins_long_after_the_others(copy):
    lines = lines_of(copy, NVDA)
    write(copy, NVDA, [lines[0], *lines[101:]])
    (one,) = check_snapshot(copy).findings
    assert (one.rule, one.severity) == ("late_start", "note")


@pytest.mark.parametrize("text", ["", "\n", "date,close\n"])
def test_an_empty_file(copy, text):
    (copy / NVDA).write_text(text)
    write_manifest(copy)
    assert found(copy) == [("empty_file", NVDA, "")]


def test_nulls_and_words(copy):
    change(copy, NVDA, "2024-07-15", open="null", high="null", low="null", close="null", volume="")
    change(copy, META, "2024-07-15", close="n.v.")
    assert found(copy) == [
        ("missing_session", META, "2024-07-15"),
        ("no_close", META, "2024-07-15"),
        ("unreadable", META, "2024-07-15"),
        ("missing_session", NVDA, "2024-07-15"),
        ("no_close", NVDA, "2024-07-15"),
    ]


def test_a_page_instead_of_a_table(copy):
    (copy / NVDA).write_text("<html><body>Will be right back</body></html>\n")
    write_manifest(copy)
    assert found(copy) == [("unreadable", NVDA, "")]


def test_files_that_are_not_those_of_the_manifest(copy):
    (copy / NVDA).write_text((copy / NVDA).read_text().replace("118.42", "118.43"))
    (copy / META).unlink()
    shutil.copy(copy / TSMC, copy / "prices" / "NEW.csv")
    rules = {(one.rule, one.file) for one in check_snapshot(copy).findings}
    assert {
        ("checksum", NVDA),
        ("missing_file", META),
        ("unlisted_file", "prices/NEW.csv"),
        ("no_calendar", "prices/NEW.csv"),
    } <= rules


def test_a_split_that_cannot_be_read_is_no_lost_line(copy):
    splits = copy / "splits.csv"
    splits.write_text(splits.read_text() + "NVDA,soon,4\nNVDA,2025-01-02,0\n")
    write_manifest(copy)
    findings = check_snapshot(copy).findings
    assert [(one.rule, one.file) for one in findings] == [("unreadable", "splits.csv")] * 2
    assert findings[1].evidence.endswith("got NVDA, soon, 4")


def test_a_list_of_securities_with_a_fault(tmp_path):
    (tmp_path / "AAA.csv").write_text("date,close\n2025-01-27,10\n2025-01-28,11\n")
    (tmp_path / "securities.yaml").write_text("- {ticker: AAA, exchange: NOWHERE}\n")
    assert found(tmp_path) == [
        ("no_calendar", "AAA.csv", ""),
        ("unreadable", "securities.yaml", ""),
    ]


def test_a_rate_of_a_weekend(copy):
    lines = lines_of(copy, "prices/USDTWD.csv")
    lines.insert(at(lines, "2025-01-06"), "2025-01-04,32.9")
    write(copy, "prices/USDTWD.csv", lines)
    assert found(copy) == [("phantom_row", "prices/USDTWD.csv", "2025-01-04")]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no such file or folder"):
        check_snapshot(tmp_path / "nowhere")


def test_a_readers_own_folder_is_checked_on_the_sessions_of_its_exchange(tmp_path):
    days = exchange_calendar(
        "XLON", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-06-28")
    ).sessions
    days = days[(days >= "2024-01-01") & (days <= "2024-06-28")]
    rows = [f"{day:%Y-%m-%d},{100 + k % 7}" for k, day in enumerate(days) if k != 50]
    (tmp_path / "AAA.csv").write_text("\n".join(["Date,Close", *rows]) + "\n")
    (tmp_path / "securities.yaml").write_text("- {ticker: AAA, exchange: XLON}\n")
    assert found(tmp_path) == [("missing_session", "AAA.csv", f"{days[50]:%Y-%m-%d}")]


# --- false alarms ---------------------------------------------------------------------------------


def simulated(seed, days, volatility, tails):
    """Bars from 40 steps a day, with volatility that clusters and fat tails; rounded to cents."""
    rng = np.random.default_rng(seed)
    level = volatility * np.exp(np.cumsum(rng.normal(0, 0.08, len(days))) * 0.5)
    level = np.clip(level, 0.3 * volatility, 3 * volatility)
    daily = level * rng.standard_t(tails, len(days)).clip(-8, 8) / np.sqrt(tails / (tails - 2))
    steps = rng.normal(0, 1, (len(days), 40)) * level[:, None] / np.sqrt(40)
    steps += (daily - steps.sum(axis=1))[:, None] / 40
    path = 100 * np.exp(np.cumsum(steps).reshape(len(days), 40))
    frame = pd.DataFrame(
        {
            "open": path[:, 0],
            "high": path.max(axis=1),
            "low": path.min(axis=1),
            "close": path[:, -1],
        }
    ).round(4)
    frame["volume"] = rng.lognormal(15, 0.3, len(days)).round()
    return frame.set_axis(days.strftime("%Y-%m-%d")).rename_axis("date")


SESSIONS = exchange_calendar(
    "XNYS", pd.Timestamp("2022-01-03"), pd.Timestamp("2023-12-29")
).sessions
SESSIONS = SESSIONS[(SESSIONS >= "2022-01-03") & (SESSIONS <= "2023-12-29")]


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    volatility=st.floats(0.005, 0.04),
    tails=st.sampled_from([4, 8, 1000]),
)
def test_clean_series_have_almost_no_finding(tmp_path_factory, seed, volatility, tails):
    folder = tmp_path_factory.mktemp("clean")
    simulated(seed, SESSIONS, volatility, tails).to_csv(folder / "AAA.csv")
    (folder / "securities.yaml").write_text("- {ticker: AAA, exchange: XNYS}\n")
    check = check_snapshot(folder)
    assert [one for one in check.findings if one.severity == "error"] == []
    assert len(check.findings) <= 1, check.findings
