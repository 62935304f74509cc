"""The command line: documents, exit statuses, one-line errors."""

import json
import shutil
import subprocess
import sys

import pytest

from analytics.cli import ModelName, main
from analytics.recorded import recorded_folder

SHOCK = "deepseek-shock-2025-01-27"
CONTRACT = {
    "event_id",
    "ticker",
    "session",
    "benchmark",
    "exclude_self",
    "alpha",
    "beta",
    "residual_std",
    "n_estimation",
    "window",
    "car",
    "std_error",
    "t",
    "df",
    "pvalue",
    "ci_low",
    "ci_high",
}


def run(capsys, *arguments):
    """Exit status, standard output, standard error of one call."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    said = capsys.readouterr()
    return left.value.code, said.out, said.err


def document(capsys, *arguments):
    status, out, err = run(capsys, *arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_the_shock_against_the_plain_index_gives_the_reference_numbers(capsys):
    found = document(
        capsys, "study", SHOCK, "--tickers", "NVDA,META,TSM,2330.TW", "--include-self",
        "--window", "0", "0",
    )  # fmt: skip
    rows = {row["ticker"]: row for row in found["observations"]}
    assert rows["NVDA"]["benchmark"] == "^GSPC"
    assert rows["NVDA"]["exclude_self"] is False
    assert rows["NVDA"]["beta"] == pytest.approx(2.679, abs=5e-4)
    assert rows["NVDA"]["residual_std"] == pytest.approx(0.0256, abs=5e-5)
    assert rows["NVDA"]["car"] == pytest.approx(-0.1326, abs=5e-5)
    assert rows["META"]["car"] == pytest.approx(0.0407, abs=5e-5)
    assert rows["TSM"]["car"] == pytest.approx(-0.1078, abs=5e-5)
    taipei = rows["2330.TW"]
    assert (taipei["session"], taipei["benchmark"]) == ("2025-02-03", "^TWII")
    assert taipei["car"] == pytest.approx(-0.0042, abs=5e-5)
    assert "Lunar New Year" in taipei["spans"]
    assert "12 days" in taipei["spans"]


def test_every_promised_field_is_there(capsys):
    found = document(capsys, "study", SHOCK)
    assert {"model", "windows", "observations", "tests", "dropped"} <= set(found)
    assert all(set(row) >= CONTRACT for row in found["observations"])
    assert {"test", "statistic", "pvalue", "valid", "note", "df", "n"} <= set(found["tests"][0])


def test_the_headline_leaves_the_firm_out_of_its_index(capsys):
    row = document(capsys, "study", SHOCK, "--tickers", "NVDA")["observations"][0]
    assert row["exclude_self"] is True
    assert row["car"] == pytest.approx(-0.165, abs=5e-4)


def test_a_benchmark_for_all_is_used_for_all(capsys):
    found = document(capsys, "study", SHOCK, "--benchmark", "^IXIC", "--tickers", "NVDA,2330.TW")
    assert [row["benchmark"] for row in found["observations"]] == ["^IXIC", "^IXIC"]


@pytest.mark.parametrize("model", ["market", "constant-mean", "market-adjusted"])
def test_each_model_answers(capsys, model):
    found = document(capsys, "study", SHOCK, "--model", model)
    assert found["model"] == model
    assert all(row["car"] is not None for row in found["observations"])


def test_short_and_wide_windows_are_taken(capsys):
    found = document(capsys, "study", SHOCK, "--estimation", "-80", "-4", "--window", "-3", "12")
    assert found["windows"]["estimation"] == [-80, -4]
    assert found["observations"][0]["window"] == [-3, 12]
    assert found["observations"][0]["n_estimation"] == 77


def test_an_unknown_price_is_dropped_with_its_reason(capsys):
    found = document(capsys, "study", "nvda-intel-2025-09-18")
    assert [row["ticker"] for row in found["dropped"]] == ["INTC"]
    assert "no prices of INTC" in found["dropped"][0]["reason"]


def test_events_come_with_the_first_session_of_each_exchange(capsys):
    found = document(capsys, "events")["events"]
    assert len(found) == 44
    shock = next(one for one in found if one["id"] == SHOCK)
    assert shock["sessions"]["XNYS"]["session"] == "2025-01-27"
    assert shock["sessions"]["XTAI"]["session"] == "2025-02-03"
    assert shock["time_confirmed"] is False


def test_events_are_filtered(capsys):
    found = document(capsys, "events", "--category", "china_chip", "--ticker", "BIDU")["events"]
    assert [one["id"] for one in found] == ["info-alibaba-baidu-2025-09-11"]


def test_text_marks_what_is_not_certain(capsys):
    _, out, _ = run(capsys, "events")
    lines = {line.split()[2]: line for line in out.splitlines() if line[:2] == "20"}
    assert lines["deepseek-r1-2025-01-20"].startswith("2025-01-20   day?")
    assert "2025-03-11*" in lines["reuters-meta-training-chip-2025-03-11"]
    assert "15:43?" not in lines["info-alibaba-baidu-2025-09-11"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("study", "deepseek"), 2, "unknown event 'deepseek': did you mean"),
        (("study", SHOCK, "--tickers", "NVDIA"), 2, "unknown ticker 'NVDIA': did you mean NVDA"),
        (("study", SHOCK, "--benchmark", "^GSP"), 2, "unknown benchmark '^GSP'"),
        (("study", SHOCK, "--window", "3", "1"), 2, "expected FIRST not after LAST"),
        (("study", SHOCK, "--window", "-30", "1"), 2, "estimation window must end before"),
        (("study", SHOCK, "--model", "capm"), 2, "capm"),
        (("study",), 2, "EVENT_ID"),
        (("nonsense",), 2, "nonsense"),
        (("events", "--events", "nowhere.yaml"), 2, "nowhere.yaml: no such file"),
    ],
)
def test_wrong_use_is_one_line_and_status_two(capsys, arguments, status, said):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (status, "")
    assert err.count("\n") == 1
    assert said.lower() in err.lower()
    assert "Traceback" not in err


def test_an_event_before_the_prices_says_so(capsys, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "- {id: early, title: Early, published_at: 2019-05-01T12:00:00Z,"
        " companies: [{ticker: NVDA}]}",
        encoding="utf-8",
    )
    code, out, err = run(capsys, "study", "early", "--events", str(mine))
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "published 2019-05-01, outside the prices (2022-01-03 to 2025-12-31)" in err


def test_all_faults_of_an_event_file_stand_in_one_line(capsys, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "- {id: a, title: A, published_at: 2025-01-27 09:00:00}\n"
        "- {id: b, title: '', published_at: 2025-01-27T09:00:00Z}\n"
        "- {id: c, title: C, published_at: 2025-01-27T09:00:00Z,"
        " companies: [{ticker: NVDA, expected: up}]}\n",
        encoding="utf-8",
    )
    code, _, err = run(capsys, "study", "a", "--events", str(mine))
    assert code == 2
    assert err.count("\n") == 1
    assert "mine.yaml: 3 faults" in err
    for part in ("event 'a', published_at", "event 'b', title", "event 'c', companies.0.expected"):
        assert part in err


def test_a_tampered_price_file_is_refused_with_status_one(capsys, tmp_path):
    copy = tmp_path / "data"
    shutil.copytree(recorded_folder().path, copy)
    prices = copy / "prices" / "NVDA.csv"
    prices.write_text(prices.read_text().replace("118.42", "128.42"))
    code, out, err = run(capsys, "study", SHOCK, "--data", str(copy))
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    for part in ("NVDA.csv", "expected sha256", "got", "python -m analytics.recorded"):
        assert part in err


def test_debug_shows_where_an_error_came_from():
    with pytest.raises(Exception, match="unknown event"):
        main(["study", "nothing-like-it", "--debug"])


def test_it_runs_as_a_module_and_survives_a_closed_pipe():
    call = [sys.executable, "-m", "analytics", "events"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline().startswith("published (UTC)")
        run.stdout.close()
        assert run.stderr.read() == ""


def test_several_benchmarks_and_a_factor_model(capsys):
    found = document(
        capsys, "study", SHOCK, "--tickers", "NVDA", "--benchmark", "^GSPC,^SOX", "--model",
        "factor", "--window", "0", "1",
    )  # fmt: skip
    (row,) = found["observations"]
    assert found["model"] == "factor"
    assert row["benchmark"] == "^GSPC + ^SOX"
    assert row["excluded_from"] == ["^GSPC"]
    assert set(row["coefficients"]) == {"alpha", "^GSPC", "^SOX"}
    assert row["beta"] is None
    assert set(row) >= CONTRACT
    assert row["bhar"] != row["car"]


@pytest.mark.parametrize("model", [one.value for one in ModelName])
def test_every_model_is_on_the_command_line(capsys, model):
    donors = ["--benchmark", "AMD,AVGO,MSFT"] if model == "synthetic-control" else []
    found = document(capsys, "study", SHOCK, "--tickers", "NVDA", "--model", model, *donors)
    (row,) = found["observations"]
    assert found["model"] == model
    assert -0.2 < row["car"] < -0.03
    assert row["ci_low"] < row["car"] < row["ci_high"]
    assert len(found["tests"]) == 18


def test_log_returns_and_masked_days(capsys):
    plain = document(capsys, "study", SHOCK, "--tickers", "NVDA")
    found = document(capsys, "study", SHOCK, "--tickers", "NVDA", "--returns", "log", "--mask")
    assert (plain["returns"], found["returns"]) == ("simple", "log")
    assert plain["observations"][0]["masked_days"] == 0
    row = found["observations"][0]
    assert row["masked_days"] > 20
    assert row["n_estimation"] == 250 - row["masked_days"]


def test_simulate_prints_settings_and_rejection_rates(capsys):
    found = document(capsys, "simulate", "--runs", "40", "--seed", "3")
    assert found["settings"]["observations"] == 4
    assert found["settings"]["correlation"] == 0.4
    assert (found["settings"]["runs"], found["settings"]["seed"]) == (40, 3)
    assert found["settings"]["tails"] == "normal"
    rates = found["rejection"]
    assert len(rates) == 18
    assert all(0 <= rate <= 1 for rate in rates.values())
    assert rates["sign"] > rates["adjusted_bmp"]
    again = document(capsys, "simulate", "--runs", "40", "--seed", "3")
    assert again == found


def test_simulate_says_how_sure_it_is_and_draws(capsys, tmp_path):
    path = tmp_path / "sizes.svg"
    status, out, err = run(capsys, "simulate", "--runs", "30", "--picture", str(path))
    assert (status, err) == (0, "")
    assert "N = 4, common date, r = 0.4: nothing happened, nominal 5 %, 30 runs, seed 1" in out
    assert "+/-" in out
    assert f"drawn to {path}" in out
    assert "<svg" in path.read_text(encoding="utf-8")
    many = document(capsys, "simulate", "--runs", "4", "--series", "--observations", "3")
    assert len(many["worlds"]) == 7
    assert {one["settings"]["dates"] for one in many["worlds"]} == {"common", "staggered"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--runs", "0"), "runs=0: expected a whole number of at least 1"),
        (("--correlation", "1.5"), "correlation=1.5: expected a number from 0 to below 1"),
        (("--series", "--tails", "4"), "--series sets tails itself"),
        (("--picture", "no/where.svg"), "expected a .svg file in a folder that exists"),
        (("--window", "1", "0"), "window=(1, 0): expected two days"),
    ],
)
def test_wrong_settings_of_a_simulation_are_one_line(capsys, arguments, said):
    status, out, err = run(capsys, "simulate", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
