"""A stranger copies one recorded file, plants one fault and asks what is wrong: that, no more."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from analytics.market.checks import check_snapshot
from analytics.recorded import KEPT, RecordedFolder, recorded_folder, write_manifest

RECORDED = recorded_folder().path
PRICES = ["open", "high", "low", "close"]


def cells(**values):
    """Other values in some columns of a day."""

    def plant(frame, day):
        for column, value in values.items():
            frame.loc[day, column] = value
        return frame

    return plant


def without(frame, day):
    return frame.drop(day)


def row(price, volume=0):
    """A row of one price on a day that has none."""

    def plant(frame, day):
        values = [volume if column == "volume" else price for column in frame]
        return pd.concat([frame, pd.DataFrame([values], [day], frame.columns)]).sort_index()

    return plant


def named(new):
    """Another date on a row."""

    def plant(frame, day):
        return frame.rename(index={day: new})

    return plant


def again(text):
    """The row of a day once more, under another text."""

    def plant(frame, day):
        at = frame.index.get_loc(day) + 1
        return pd.concat([frame.iloc[:at], frame.loc[[day]].rename({day: text}), frame.iloc[at:]])

    return plant


def tenfold(first, last):
    """Prices of some days on another basis."""

    def plant(frame, _):
        columns = [one for one in PRICES if one in frame]
        inside = (frame.index >= first) & (frame.index <= last)
        frame.loc[inside, columns] = (frame.loc[inside, columns] * 10).round(4)
        return frame

    return plant


def swapped(frame, _):
    """Columns written in another order under the old names."""
    frame[PRICES] = frame[["high", "open", "close", "low"]].to_numpy()
    return frame


def as_before(volume):
    """The four prices of the session before."""

    def plant(frame, day):
        at = frame.index.get_loc(day)
        frame.loc[day, PRICES] = frame.iloc[at - 1][PRICES]
        frame.loc[day, "volume"] = volume * frame.iloc[at - 1]["volume"]
        return frame

    return plant


def same(frame, _):
    return frame


# ticker, day, what is planted, rule
TRAPS = {
    "missing session": ("2330.TW", "2025-08-01", without, "missing_session"),
    "missing session of an index": ("^TWII", "2024-03-05", without, "missing_session"),
    "frozen bar, closed at 512": (
        *("2330.TW", "2022-08-22", cells(close=512, volume=11_587_910), "official_figure"),
    ),
    "frozen bar, closed at 776": (
        *("2330.TW", "2024-03-29", cells(close=776, volume=10_106_410), "official_figure"),
    ),
    "frozen bar of the session before": ("NVDA", "2024-07-15", as_before(0.5), "frozen_bar"),
    "copied bar": ("TSM", "2024-07-15", as_before(1), "frozen_bar"),
    "flat bar": ("NVDA", "2024-07-15", cells(open=128, high=128, low=128, close=128), "flat_bar"),
    "phantom holiday": ("2330.TW", "2025-09-29", row(1300), "phantom_row"),
    "phantom holiday of an index": ("^TWII", "2023-10-10", row(16_520.57), "phantom_row"),
    "second phantom of an index": ("^TWII", "2024-02-28", row(18_854.41), "phantom_row"),
    "typhoon": ("2330.TW", "2024-10-31", row(1030), "phantom_row"),
    "phantom weekend": ("NVDA", "2025-01-25", row(142.62), "phantom_row"),
    "mourning day": ("NVDA", "2025-01-09", row(140.11), "phantom_row"),
    "zero volume on a session": ("META", "2023-05-24", cells(volume=0), "zero_volume"),
    "bad tick": ("META", "2025-11-12", cells(high=711), "bad_tick"),
    "mistyped close": ("MSFT", "2024-05-15", cells(close=324.02), "spike"),
    "low above close": ("NVDA", "2024-07-15", cells(low=129.5), "price_order"),
    "high below open": ("NVDA", "2024-07-15", cells(high=129), "price_order"),
    "column order": ("NVDA", "", swapped, "price_order"),
    "split not applied for some rows": (
        *("NVDA", "2023-01-03", tenfold("2023-01-03", "2023-06-01"), "jump_and_back"),
    ),
    "split not applied": (
        *("AVGO", "2024-07-15", tenfold("2022-01-03", "2024-07-12"), "split_not_applied"),
    ),
    "rows appended on the old basis": (
        *("AMZN", "2025-12-01", tenfold("2025-12-01", "2025-12-31"), "split_jump"),
    ),
    "date one day early": ("2330.TW", "2024-05-06", named("2024-05-05"), "shifted_date"),
    "date one day late": ("NVDA", "2024-05-10", named("2024-05-11"), "shifted_date"),
    "day twice": ("AMD", "2024-05-06", again("2024-05-06"), "duplicate_date"),
    "provisional last row": ("NVDA", "2025-12-31", cells(volume=9e6), "provisional_row"),
    "empty close": ("NVDA", "2024-07-15", cells(close=None), "no_close"),
    "close of zero": ("MSFT", "2024-07-15", cells(close=0), "no_close"),
    "rate on a Saturday": ("USDTWD", "2025-01-04", row(32.9), "phantom_row"),
    "poor rate": ("USDTWD", "2025-05-06", cells(close=29.16), "spike"),
}
MOVED = {"date one day early": "2024-05-05", "date one day late": "2024-05-11"}
ALSO = {"empty close": {"missing_session"}, "close of zero": {"missing_session"}}
HONEST = {
    "unchanged close of NVDA": ("NVDA", "2023-12-29"),
    "unchanged close of META": ("META", "2023-06-02"),
    "unchanged close of TSM": ("TSM", "2023-05-12"),
}


def text_of(frame):
    return frame.to_csv(index_label="date", float_format="%.10g")


def frame_of(ticker):
    return pd.read_csv(RECORDED / "prices" / f"{ticker}.csv", index_col="date", dtype={0: str})


def folder_with(tmp_path, ticker, plant, day, way):
    """The file with its fault and a clean one, plain or with a manifest of before or after."""
    place = tmp_path / "prices" if way != "plain" else tmp_path
    place.mkdir(exist_ok=True)
    for name in ("dividends.csv", "splits.csv"):
        rows = (RECORDED / name).read_text().splitlines()
        kept = [one for one in rows[1:] if one.split(",")[0] in (ticker, "ORCL")]
        (tmp_path / name).write_text("\n".join([rows[0], *kept]) + "\n")
    for one in (ticker, "ORCL"):
        shutil.copy(RECORDED / "prices" / f"{one}.csv", place)
    if way == "stale":
        write_manifest(tmp_path)
    (place / f"{ticker}.csv").write_text(text_of(plant(frame_of(ticker).astype(float), day)))
    if way == "recorded":
        write_manifest(tmp_path)
    return f"{'' if way == 'plain' else 'prices/'}{ticker}.csv"


def seen(folder):
    return [(one.file, one.date, one.rule) for one in check_snapshot(folder).findings]


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_is_found_under_its_name_on_its_day_and_nothing_else(tmp_path, trap):
    ticker, day, plant, rule = TRAPS[trap]
    file = folder_with(tmp_path, ticker, plant, day, "plain")
    found = seen(tmp_path)
    assert {one[0] for one in found} == {file}
    assert {one[2] for one in found} - {rule} == ALSO.get(trap, set())
    dates = {one[1] for one in found if one[2] == rule}
    assert MOVED.get(trap, day) in dates or not day


@pytest.mark.parametrize(
    "stamp", ["13:30:00+00:00", "14:30:00+00:00", "13:30:00", "09:30:00-05:00"]
)
def test_a_day_that_stands_twice_with_an_opening_hour(tmp_path, stamp):
    file = folder_with(tmp_path, "NVDA", again(f"2024-05-06 {stamp}"), "2024-05-06", "plain")
    assert seen(tmp_path) == [
        (file, "2024-05-06", "clock_time"),
        (file, "2024-05-06", "duplicate_date"),
    ]


@pytest.mark.parametrize("way", ["recorded", "stale"])
@pytest.mark.parametrize("trap", ["missing session", "phantom weekend", "bad tick", "flat bar"])
def test_a_manifest_right_or_stale_hides_no_trap(tmp_path, trap, way):
    ticker, day, plant, rule = TRAPS[trap]
    file = folder_with(tmp_path, ticker, plant, day, way)
    stale = [(file, "", "checksum")] if way == "stale" else []
    assert seen(tmp_path) == [*stale, (file, day, rule)]


@pytest.mark.parametrize("honest", HONEST)
def test_an_unchanged_close_on_a_real_day_is_no_finding(tmp_path, honest):
    ticker, day = HONEST[honest]
    closes = frame_of(ticker)["close"]
    assert closes[day] == closes.shift()[day]
    folder_with(tmp_path, ticker, same, day, "plain")
    assert seen(tmp_path) == []


def test_columns_in_the_order_of_newer_exports_under_three_lines_are_no_finding(tmp_path):
    frame = frame_of("NVDA")[["close", "high", "low", "open", "volume"]]
    head = ["Price,Close,High,Low,Open,Volume", "Ticker" + 5 * ",NVDA", "Date,,,,,"]
    lines = text_of(frame).splitlines()[1:]
    (tmp_path / "NVDA.csv").write_text("\n".join([*head, *lines]) + "\n")
    assert seen(tmp_path) == []
    lines[0] = "2022-01-03,30.12,30.71,30.5,29.82,391547000"
    (tmp_path / "NVDA.csv").write_text("\n".join([*head, *lines]) + "\n")
    assert seen(tmp_path) == [("NVDA.csv", "2022-01-03", "price_order")]


@pytest.mark.parametrize("until", ["2099", "2025-06-30", "2023-06-30"])
def test_each_adjusted_meaning_of_close_is_seen_alone_and_against_a_trusted_folder(tmp_path, until):
    """631 unadjusted; the adjusted one depends on the day of the download."""
    frame = frame_of("2330.TW")
    plain = frame["close"].copy()
    paid = pd.read_csv(RECORDED / "dividends.csv").query("ticker == '2330.TW'")
    paid = paid[paid["ex_date"] <= until]
    for day, amount in zip(paid["ex_date"], paid["amount"], strict=True):
        factor = 1 - amount / plain[plain.index < day].iloc[-1]
        frame.loc[frame.index < day, PRICES] *= factor
    folder_with(tmp_path, "2330.TW", lambda *_: frame.round(2), "", "plain")
    assert "adjusted_closes" in {rule for _, _, rule in seen(tmp_path)}
    trusted = [
        one for one in check_snapshot(tmp_path, against=RECORDED).findings if "TW.csv" in one.file
    ]
    assert "dividend_adjustment" in {one.rule for one in trusted}


def test_an_adjusted_share_of_new_york_is_seen_against_a_trusted_folder_only(tmp_path):
    """Every cent is a tick there: two dividends of 4 in 1000 leave no trace in a series alone."""
    frame = frame_of("MSFT")
    frame.loc[:"2025-08-20", "close"] = (frame.loc[:"2025-08-20", "close"] * 0.9983).round(2)
    folder_with(tmp_path, "MSFT", lambda *_: frame, "", "plain")
    assert seen(tmp_path) == []
    found = {one.rule for one in check_snapshot(tmp_path, against=RECORDED).findings}
    assert found & {"dividend_adjustment", "rescaled"}


def test_a_volume_that_never_changes_makes_no_bar_a_copy(tmp_path):
    frame = frame_of("NVDA")
    for column, step in (("open", 0), ("high", 1), ("low", -1)):
        frame[column] = (frame["close"] + step).round(2)
    frame["volume"] = 1000
    folder_with(tmp_path, "NVDA", lambda *_: frame, "", "plain")
    check = check_snapshot(tmp_path)
    assert check.passed
    assert {one.rule for one in check.findings} == {"repeated_bar"}


@pytest.mark.parametrize(
    "name", ["calendar_corrections.csv", "splits.csv", "securities.yaml", "known_findings.csv"]
)
def test_a_stale_hash_of_any_table_stops_no_check(tmp_path, name):
    folder = tmp_path / "data"
    shutil.copytree(RECORDED, folder)
    for file in (folder / "prices").glob("*.csv"):
        if file.stem not in ("NVDA", "2330.TW"):
            file.unlink()
    (folder / "dividends.csv").write_text("ticker,ex_date,amount\n")
    (folder / "splits.csv").write_text("ticker,first_session,ratio\nNVDA,2024-06-10,10\n")
    write_manifest(folder)
    mark = "\n" if name.endswith("csv") else "# more\n"
    (folder / name).write_text((folder / name).read_text() + mark)
    text = (folder / "prices" / "NVDA.csv").read_text()
    (folder / "prices" / "NVDA.csv").write_text(text.replace("\n2024-05-06,", "\n2024-05-05,"))
    assert sorted(seen(folder)) == sorted(
        [
            (name, "", "checksum"),
            ("prices/NVDA.csv", "", "checksum"),
            ("prices/NVDA.csv", "2024-05-05", "shifted_date"),
        ]
    )


def test_a_folder_whose_writer_died_is_checked_as_it_will_be_read(tmp_path):
    """The new file is in place already, the manifest still describes the kept old one."""
    file = folder_with(tmp_path, "MSFT", same, "", "recorded")
    entry = RecordedFolder(tmp_path).entries[file]
    kept = tmp_path / KEPT / entry.sha256
    kept.parent.mkdir(parents=True)
    shutil.copy(tmp_path / file, kept)
    (tmp_path / file).write_text("date,close\n2025-01-04,1\n")
    assert seen(tmp_path) == []
    kept.unlink()
    assert (file, "", "checksum") in seen(tmp_path)
