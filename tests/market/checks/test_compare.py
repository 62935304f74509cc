"""Two downloads compared: every change has its cause, and the figures are its evidence."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from analytics.market.checks import check_snapshot, compare_snapshots
from analytics.recorded import recorded_folder, write_manifest

RECORDED = recorded_folder().path
NVDA, TSMC = "prices/NVDA.csv", "prices/2330.TW.csv"
PRICES = ["open", "high", "low", "close"]


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(RECORDED, tmp_path / "data")
    return tmp_path / "data"


def put(folder, name, frame):
    frame.to_csv(folder / name)
    write_manifest(folder)


def get(folder, name):
    return pd.read_csv(folder / name, index_col="date")


def kinds(report):
    return [(one.file, one.kind, one.first, one.last, one.rows) for one in report.revisions]


def test_a_folder_and_itself_have_nothing_to_compare():
    report = compare_snapshots(RECORDED, RECORDED)
    assert (len(report), len(report.changes), report.compared) == (0, 0, 17_023)


def before_the_split(folder):
    """NVDA as it was printed before 2024-06-10, and no split listed."""
    frame = get(folder, NVDA).loc[:"2024-06-07"]
    frame[PRICES] = (frame[PRICES] * 10).round(2)
    frame["volume"] //= 10
    put(folder, NVDA, frame)
    splits = folder / "splits.csv"
    splits.write_text(splits.read_text().replace("NVDA,2024-06-10,10\n", ""))
    write_manifest(folder)


def test_a_new_split_divides_every_close_before_it(copy):
    before_the_split(copy)
    report = compare_snapshots(copy, RECORDED)
    (one,) = report.revisions
    assert (one.kind, one.first, one.last, one.rows) == (
        "new_split",
        "2022-01-03",
        "2024-06-07",
        611,
    )
    assert one.ratio == pytest.approx(0.1, rel=1e-3)
    assert one.evidence == "only the new folder lists a split: 10 on 2024-06-10"


def test_a_split_that_only_the_old_folder_lists_is_named(copy):
    before_the_split(copy)
    report = compare_snapshots(RECORDED, copy)
    one = next(one for one in report.revisions if one.kind == "split_vanished")
    assert one.evidence.startswith("only the old folder lists a split: 10 on 2024-06-10; it is not")
    gone = next(one for one in report.revisions if one.kind == "vanished")
    assert (gone.first, gone.last, gone.rows) == ("2024-06-10", "2025-12-31", 392)


def adjusted(frame, folder, ticker, until="2099"):
    """Prices adjusted for the dividends up to a date, each by the close before its ex-date."""
    paid = pd.read_csv(folder / "dividends.csv")
    paid = paid[(paid["ticker"] == ticker) & (paid["ex_date"] <= until)]
    plain, frame = frame["close"].copy(), frame.copy()
    for day, amount in zip(paid["ex_date"], paid["amount"], strict=True):
        before = plain[plain.index < day].iloc[-1]
        frame.loc[frame.index < day, PRICES] *= 1 - amount / before
    return frame.round(4)


def test_an_adjusted_series_is_recognised_by_its_dividends(copy):
    put(copy, TSMC, adjusted(get(copy, TSMC), copy, "2330.TW"))
    (one,) = compare_snapshots(RECORDED, copy).revisions
    assert (one.kind, one.first, one.last) == ("dividend_adjustment", "2022-01-03", "2025-12-10")
    assert one.evidence.startswith("new closes are adjusted")
    assert one.ratio == pytest.approx((1 - pd.Series(steps(copy))).prod(), rel=1e-5)
    (back,) = compare_snapshots(copy, RECORDED).revisions
    assert back.evidence.startswith("old closes are adjusted")
    assert back.ratio == pytest.approx(1 / one.ratio)


def steps(folder):
    plain = get(RECORDED, TSMC)["close"]
    paid = pd.read_csv(folder / "dividends.csv").query("ticker == '2330.TW'")
    return [
        amount / plain[plain.index < day].iloc[-1]
        for day, amount in zip(paid["ex_date"], paid["amount"], strict=True)
    ]


def test_two_adjusted_series_of_different_days_differ_by_the_dividends_between(copy, tmp_path):
    """631 unadjusted is 599.51 or 586.95, by the day of the download."""
    plain = get(copy, TSMC)
    older = tmp_path / "older"
    shutil.copytree(copy, older)
    put(older, TSMC, adjusted(plain.loc[:"2025-06-30"], copy, "2330.TW", until="2025-06-30"))
    put(copy, TSMC, adjusted(plain, copy, "2330.TW"))
    (one,) = compare_snapshots(older, copy).revisions
    assert one.kind == "dividend_adjustment"
    assert "2 dividends are new" in one.evidence
    assert (one.first, one.last) == ("2022-01-03", "2025-06-30")


def test_a_corrected_day_is_a_correction_and_nothing_else(copy):
    frame = get(copy, TSMC)
    frame.loc["2022-08-22", ["close", "volume"]] = [512, 11_587_910]
    put(copy, TSMC, frame)
    report = compare_snapshots(copy, RECORDED)
    assert kinds(report) == [(TSMC, "vendor_correction", "2022-08-22", "2022-08-22", 1)]
    assert report.revisions[0].evidence == "close 512 became 510"
    cells = report.changes[["column", "old", "new"]].to_numpy().tolist()
    assert cells == [["close", 512.0, 510.0], ["volume", 11587910.0, 23175820.0]]


def test_a_corrected_high_beside_a_close_that_stayed(copy):
    frame = get(copy, NVDA)
    frame.loc["2024-07-15", "high"] += 1
    put(copy, NVDA, frame)
    (one,) = compare_snapshots(RECORDED, copy).revisions
    assert one.kind == "vendor_correction"
    assert one.evidence.startswith("high ")
    assert one.ratio == 1.0


def test_a_correction_beside_a_new_split_is_still_seen(copy):
    before_the_split(copy)
    frame = get(copy, NVDA)
    frame.loc["2023-05-25", "close"] *= 1.01
    put(copy, NVDA, frame)
    found = {one.kind: one for one in compare_snapshots(copy, RECORDED).revisions}
    assert set(found) == {"new_split", "vendor_correction"}
    assert found["vendor_correction"].first == "2023-05-25"
    assert found["new_split"].rows == 610


def test_a_last_row_that_was_completed(copy):
    frame = get(copy, NVDA).loc[:"2025-11-26"]
    frame.loc["2025-11-26", ["close", "volume"]] = [180.0, 1_000_000]
    put(copy, NVDA, frame)
    (one,) = compare_snapshots(copy, RECORDED).revisions
    assert (one.kind, one.first) == ("provisional_completed", "2025-11-26")


def test_a_last_volume_that_was_completed(copy):
    frame = get(copy, NVDA).loc[:"2025-11-26"]
    frame.loc["2025-11-26", "volume"] = 1_000_000
    put(copy, NVDA, frame)
    (one,) = compare_snapshots(copy, RECORDED).revisions
    assert (one.kind, one.ratio) == ("provisional_completed", 1.0)


def test_rows_that_appeared_and_vanished(copy):
    frame = get(copy, TSMC)
    put(copy, TSMC, frame.drop("2025-08-01"))
    assert kinds(compare_snapshots(copy, RECORDED)) == [
        (TSMC, "appeared", "2025-08-01", "2025-08-01", 1)
    ]
    assert kinds(compare_snapshots(RECORDED, copy)) == [
        (TSMC, "vanished", "2025-08-01", "2025-08-01", 1)
    ]


def test_new_rows_after_the_end_are_the_passing_of_time(copy):
    put(copy, NVDA, get(copy, NVDA).loc[:"2025-06-30"])
    assert len(compare_snapshots(copy, RECORDED)) == 0


def test_files_that_appeared_and_vanished(copy):
    (copy / NVDA).unlink()
    write_manifest(copy)
    assert kinds(compare_snapshots(copy, RECORDED)) == [(NVDA, "file_appeared", "", "", 1003)]
    assert kinds(compare_snapshots(RECORDED, copy)) == [(NVDA, "file_vanished", "", "", 1003)]


def test_rounding_is_no_change(copy):
    frame = get(copy, NVDA)
    frame[PRICES] = frame[PRICES].round(1)
    put(copy, NVDA, frame)
    assert len(compare_snapshots(RECORDED, copy)) == 0


def test_a_check_against_another_snapshot_reports_what_changed(copy):
    frame = get(copy, NVDA)
    frame.loc["2024-07-15", "close"] += 1
    put(copy, NVDA, frame)
    (one,) = check_snapshot(copy, against=RECORDED).findings
    assert (one.rule, one.file, one.date) == ("vendor_correction", NVDA, "2024-07-15")
    assert one.evidence == "against data: close 128.44 became 129.44"
    (change,) = one.remedy
    assert (change.column, change.old, change.new) == ("close", "129.44", "128.44")


# --- the same prices, written another way ---------------------------------------------------------


def reasons(report):
    return [(one.ticker, one.kind) for one in report.revisions]


@pytest.fixture
def plain(tmp_path):
    """NVDA, 2330.TW and MSFT in a folder without a manifest."""
    folder = tmp_path / "plain"
    folder.mkdir()
    for name in ("NVDA", "2330.TW", "MSFT"):
        shutil.copy(RECORDED / "prices" / f"{name}.csv", folder)
    for name in ("dividends.csv", "splits.csv"):
        lines = (RECORDED / name).read_text().splitlines()
        rows = [one for one in lines[1:] if one.split(",")[0] in ("NVDA", "2330.TW", "MSFT")]
        (folder / name).write_text("\n".join([lines[0], *rows]) + "\n")
    return folder


def other(plain, **frames):
    """A copy of the folder with some files written anew."""
    folder = plain.with_name("other")
    shutil.copytree(plain, folder)
    for name, frame in frames.items():
        frame.to_csv(folder / f"{TICKERS.get(name, name)}.csv")
    return folder


TICKERS = {"TSMC": "2330.TW"}


def of(plain, name="NVDA"):
    return pd.read_csv(plain / f"{name}.csv", index_col="date")


def test_other_digits_columns_and_places_are_no_revision(plain):
    frame = of(plain)
    single = frame[PRICES].astype("float32").astype(float).join(frame["volume"])
    for written in (
        frame.round({"open": 1, "high": 1, "low": 1, "close": 1}),
        frame[["close", "high", "low", "open", "volume"]],
        single,
        frame.iloc[::-1],
    ):
        folder = other(plain, NVDA=written)
        assert reasons(compare_snapshots(plain, folder)) == []
        assert reasons(compare_snapshots(folder, plain)) == []
        shutil.rmtree(folder)
    folder = other(plain)
    (folder / "prices").mkdir()
    for file in folder.glob("[N2M]*.csv"):
        file.rename(folder / "prices" / file.name)
    assert reasons(compare_snapshots(plain, folder)) == []


def test_one_wide_table_of_the_same_closes_is_no_revision(plain, tmp_path):
    folder = tmp_path / "wide"
    folder.mkdir()
    closes = {name: of(plain, name)["close"] for name in ("NVDA", "2330.TW", "MSFT")}
    table = pd.DataFrame(closes).sort_index()
    table.to_csv(folder / "closes.csv")
    assert reasons(compare_snapshots(plain, folder)) == []
    table.loc["2024-05-15", "MSFT"] += 1
    table.to_csv(folder / "closes.csv")
    report = compare_snapshots(plain, folder)
    assert reasons(report) == [("MSFT", "vendor_correction")]
    found = check_snapshot(folder, against=plain).findings
    assert [(one.rule, one.date, one.remedy) for one in found if one.severity != "note"] == [
        ("vendor_correction", "2024-05-15", ())
    ]


def test_hundredths_of_the_currency_are_named(plain):
    frame = of(plain, "MSFT") * 100
    (one,) = compare_snapshots(plain, other(plain, MSFT=frame)).revisions
    assert one.kind == "rescaled"
    assert "hundredths" in one.evidence
    (back,) = compare_snapshots(plain.with_name("other"), plain).revisions
    assert "hundredths" in back.evidence


# --- actions --------------------------------------------------------------------------------------


def listed(folder, name, line):
    with (folder / name).open("a") as file:
        file.write(line + "\n")


def test_a_new_reverse_split(plain):
    frame = of(plain)
    frame[PRICES] *= 8
    folder = other(plain, NVDA=frame.round(2))
    listed(folder, "splits.csv", "NVDA,2026-02-02,0.125")
    (one,) = compare_snapshots(plain, folder).revisions
    assert (one.kind, one.rows) == ("new_split", 1003)
    assert one.evidence == "only the new folder lists a split: 0.125 on 2026-02-02"


def special(plain, share=0.3):
    """MSFT adjusted for a special dividend of 30 % on 2024-05-15."""
    frame = of(plain, "MSFT")
    paid = round(share * frame["close"]["2024-05-14"], 2)
    frame.loc[:"2024-05-14", "close"] *= 1 - paid / frame["close"]["2024-05-14"]
    return frame.round(4), paid


@pytest.mark.parametrize("known", [True, False])
def test_a_special_dividend_of_thirty_percent(plain, known):
    frame, paid = special(plain)
    folder = other(plain, MSFT=frame)
    if known:
        lines = [f"MSFT,2024-05-15,{paid}"]
        for one in (plain, folder):
            (one / "dividends.csv").write_text("\n".join(["ticker,ex_date,amount", *lines, ""]))
    (one,) = compare_snapshots(plain, folder).revisions
    assert one.kind == ("dividend_adjustment" if known else "rescaled")
    assert (one.first, one.last) == ("2022-01-03", "2024-05-14")
    assert known or "to 2024-05-14" in one.evidence


def test_a_series_adjusted_up_to_a_day_with_plain_rows_below(plain):
    frame = of(plain, "2330.TW")
    unadjusted = frame["close"].copy()
    paid = pd.read_csv(plain / "dividends.csv").query("ticker == '2330.TW'")
    for day, amount in zip(paid["ex_date"], paid["amount"], strict=True):
        if day <= "2024-01-01":
            factor = 1 - amount / unadjusted[unadjusted.index < day].iloc[-1]
            frame.loc[frame.index < day, PRICES] *= factor
    (one,) = compare_snapshots(plain, other(plain, TSMC=frame.round(4))).revisions
    assert one.kind == "dividend_adjustment"
    assert one.last < "2024-01-01"


def test_a_split_and_a_correction_are_two_causes(plain):
    frame = of(plain)
    frame[PRICES] /= 2
    frame.loc["2023-05-25", "close"] *= 1.02
    folder = other(plain, NVDA=frame.round(4))
    listed(folder, "splits.csv", "NVDA,2026-02-02,2")
    report = compare_snapshots(plain, folder)
    assert sorted(reasons(report)) == [("NVDA", "new_split"), ("NVDA", "vendor_correction")]
    assert next(one for one in report.revisions if one.kind == "vendor_correction").first == (
        "2023-05-25"
    )


def test_a_series_that_only_grew_has_no_revision(plain):
    folder = other(plain, NVDA=of(plain).loc["2022-01-03":"2025-06-30"])
    assert reasons(compare_snapshots(folder, plain)) == []


def test_a_series_that_only_shrank_at_its_start_says_so_in_one_line(plain):
    folder = other(plain, NVDA=of(plain).loc["2023-01-03":])
    (one,) = compare_snapshots(plain, folder).revisions
    assert (one.kind, one.first, one.last, one.rows) == (
        *("vanished", "2022-01-03", "2022-12-30"),
        251,
    )
    assert one.evidence == "the new folder begins later: 251 rows, only in the old folder"
    assert reasons(compare_snapshots(folder, plain)) == []


# --- lists, columns, names and dates --------------------------------------------------------------


def rewritten(folder, name, old, new):
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "back", "said"),
    [
        ("MSFT,2024-05-15,0.75\n", "", "new_dividend", "only the old folder lists a dividend of"),
        ("2024-05-15,0.75", "2024-05-15,7.5", "dividend_changed", "a dividend of 0.75 became 7.5"),
    ],
)
def test_a_dividend_that_went_or_changed(plain, old, new, back, said):
    folder = other(plain)
    rewritten(folder, "dividends.csv", old, new)
    (one,) = compare_snapshots(plain, folder).revisions
    assert one.kind == ("dividend_changed" if new else "dividend_vanished")
    assert (one.file, one.ticker, one.first) == ("dividends.csv", "MSFT", "2024-05-15")
    assert one.evidence.startswith(f"MSFT: {said}")
    assert reasons(compare_snapshots(folder, plain)) == [("MSFT", back)]
    found = check_snapshot(folder, against=plain).findings
    assert (one.kind, "2024-05-15", "warning") in {(f.rule, f.date, f.severity) for f in found}


def test_a_dividend_divided_by_a_new_split_did_not_change(plain):
    frame = of(plain, "MSFT")
    frame["close"] = (frame["close"] / 2).round(4)
    folder = other(plain, MSFT=frame)
    listed(folder, "splits.csv", "MSFT,2026-02-02,2")
    paid = pd.read_csv(folder / "dividends.csv")
    paid.loc[paid["ticker"] == "MSFT", "amount"] /= 2
    paid.to_csv(folder / "dividends.csv", index=False)
    assert reasons(compare_snapshots(plain, folder)) == [("MSFT", "new_split")]


def test_a_split_that_was_added_without_another_close(plain):
    folder = other(plain)
    listed(folder, "splits.csv", "MSFT,2024-05-15,2")
    (one,) = compare_snapshots(plain, folder).revisions
    assert (one.kind, one.file, one.first) == ("split_appeared", "splits.csv", "2024-05-15")
    (back,) = compare_snapshots(folder, plain).revisions
    assert back.kind == "split_vanished"


def test_a_listed_split_that_only_one_folder_has_applied(plain):
    frame = of(plain)
    frame.loc[:"2024-06-07", PRICES] *= 10
    folder = other(plain, NVDA=frame.round(3))
    (one,) = compare_snapshots(plain, folder).revisions
    assert (one.kind, one.rows) == ("split_not_applied", 611)
    said = "the split of 10 to 1 on 2024-06-10 is not applied in the new folder"
    assert one.evidence == said
    (back,) = compare_snapshots(folder, plain).revisions
    assert (back.kind, back.evidence) == (
        *(
            "new_split",
            said.replace("not applied in the new folder", "applied in the new folder only"),
        ),
    )


def test_columns_that_vanished_and_none_that_came(plain):
    folder = other(plain, NVDA=of(plain)[["close"]])
    (one,) = compare_snapshots(plain, folder).revisions
    assert (one.kind, one.evidence) == (
        "column_vanished",
        "no open, high, low, volume in the new folder",
    )
    assert reasons(compare_snapshots(folder, plain)) == []


@pytest.mark.parametrize(("step", "side"), [(-1, "early"), (1, "late")])
def test_dates_a_day_off_are_one_line(plain, step, side):
    frame = of(plain)
    days = pd.to_datetime(frame.index) + pd.Timedelta(days=step)
    folder = other(plain, NVDA=frame.set_axis(days.strftime("%Y-%m-%d")).rename_axis("date"))
    (one,) = compare_snapshots(plain, folder).revisions
    assert (one.kind, one.rows) == ("shifted_dates", 1003)
    assert one.evidence.startswith("dates shifted by a day: 1003 closes stand a day " + side)


def test_files_of_two_tickers_swapped(plain):
    folder = other(plain, NVDA=of(plain, "MSFT"), MSFT=of(plain))
    report = compare_snapshots(plain, folder)
    assert reasons(report) == [("MSFT", "other_ticker"), ("NVDA", "other_ticker")]
    assert report.revisions[0].evidence == "1003 closes are those of NVDA"


def test_other_dates_at_the_ends_and_other_tickers_are_notes(plain):
    folder = other(plain, NVDA=of(plain).loc["2023-01-03":"2025-06-30"])
    (folder / "MSFT.csv").unlink()
    check = check_snapshot(folder, against=plain)
    against = [one for one in check.findings if one.evidence.startswith("against")]
    assert {(one.rule, one.severity) for one in against} == {
        ("vanished", "note"),
        ("file_vanished", "note"),
    }
    of(plain).drop("2024-05-15").to_csv(folder / "NVDA.csv")
    found = check_snapshot(folder, against=plain).findings
    assert ("vanished", "error") in {(one.rule, one.severity) for one in found}


def test_a_list_with_nothing_in_common_is_one_line(plain):
    folder = other(plain)
    (folder / "dividends.csv").write_text("ticker,ex_date,amount\n")
    (one, *_) = [r for r in compare_snapshots(plain, folder).revisions if r.ticker == "NVDA"]
    assert one.evidence.startswith("NVDA: 16 dividends differ; the first: only the old folder")
