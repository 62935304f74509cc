"""The README: its Python runs, its numbers are today's, its pictures and links exist."""

import re
from pathlib import Path

import pytest

import analytics as ma
from analytics.display import sentences
from analytics.evidence import (
    both_ways,
    check_claims,
    compare_listings,
    placebo,
    specification_curve,
)
from analytics.study.inference import TESTS

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
SHOCK = "deepseek-shock-2025-01-27"
CHIPS = ("inhouse_chip_official", "inhouse_chip_report")


def said(mark):
    """Lines between ``<!-- mark -->`` and ``<!-- end -->``."""
    found = re.search(rf"<!-- {mark} -->\n(.*?)<!-- end -->", TEXT, re.DOTALL)
    return [line.removeprefix("- ") for line in found.group(1).splitlines()]


def test_the_ten_lines_of_python_run(capsys):
    code, more, own, checks, sure = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert sum(bool(line.strip()) for line in code.splitlines()) == 10
    names = {}
    exec(compile(code, "README.md", "exec"), names)  # noqa: S102
    out = capsys.readouterr().out
    assert "−16.5" in out
    assert "adjusted_bmp" in out
    exec(compile(more, "README.md", "exec"), names)  # noqa: S102
    out = capsys.readouterr().out
    assert "^SOX" in out
    assert "^GSPC w/o NVDA + MINE" in out
    exec(compile(own, "README.md", "exec"), names)  # noqa: S102
    out = capsys.readouterr().out
    assert "2330.TW, TSM" in out
    assert "first reported by Reuters" in out
    exec(compile(checks, "README.md", "exec"), names)  # noqa: S102
    out = capsys.readouterr().out
    assert "17 files, 17,023 rows; no findings, 6 known exceptions" in out
    assert "17,023 dates, 0 revisions" in out
    exec(compile(sure, "README.md", "exec"), names)  # noqa: S102
    out = capsys.readouterr().out
    for begins in ("Placebo", "SpecificationCurve", "Two listings", "14 claims"):
        assert begins in out


def test_every_model_and_the_number_of_tests_are_named():
    names = [name for name in ma.__all__ if hasattr(getattr(ma, name), "fit")]
    assert len(names) == 9
    assert all(f"`{name}`" in TEXT for name in names)
    assert f"each of the {len(TESTS)} tests" in TEXT


def test_the_numbers_of_the_shock_are_todays():
    event = ma.load_events()[SHOCK]
    results = ma.event_study(ma.align(event, ma.load_market()))
    keys = [(SHOCK, ticker) for ticker in ("NVDA", "TSM", "META", "2330.TW")]
    assert said("shock") == [f"{sentences.reaction(results, key)}." for key in keys]


def test_the_numbers_of_the_chips_are_todays():
    chips = ma.load_events().filter(category=CHIPS)
    table, _ = both_ways(chips, ma.load_market(), ["NVDA", "TSM", "2330.TW", "META"], 0, 1)
    assert said("chips") == [f"{sentences.average(row)}." for _, row in table.iterrows()]


def test_the_numbers_that_say_how_sure_are_todays():
    event, market = ma.load_events()[SHOCK], ma.load_market()
    results = ma.event_study(ma.align(event, market, tickers=["NVDA"]))
    curve = specification_curve(event, market, "NVDA", progress=False)
    assert said("sure") == [
        f"{sentences.placebo(placebo(results, market), (SHOCK, 'NVDA'))}.",
        f"{sentences.specifications(curve)}.",
        f"{sentences.found_while_shut(compare_listings(event, market))}.",
        f"{sentences.claim_tally(check_claims(ma.load_claims(), market))}.",
    ]


def test_every_notebook_is_listed():
    listed = re.findall(r"^\| `(\d\d_\w+)` \|", TEXT, re.MULTILINE)
    assert listed == sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_every_name_of_the_evidence_exists():
    listed = TEXT[TEXT.index("`analytics.evidence` also") :].split("\n\n", 1)[0]
    names = re.findall(r"`(\w+)`", listed)
    assert len(names) > 8
    for name in names:
        assert hasattr(ma.evidence, name)


def test_the_counts_are_todays():
    events = ma.load_events()
    assert f"{len(events)} events" in TEXT
    assert f"{sum(not event.time_confirmed for event in events)} clock times" in TEXT


def test_the_yaml_of_an_event_of_ones_own_can_be_studied(tmp_path):
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "my-events.yaml"
    path.write_text(example, encoding="utf-8")
    sample = ma.align(ma.load_events(path), ma.load_market())
    assert len(sample) == 2


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)]+)\)", TEXT))
def test_pictures_and_links_exist(target):
    assert (ROOT / target).is_file()


def test_the_first_screen_has_two_pictures_and_the_commands_follow():
    first = TEXT.index("## Two commands")
    assert TEXT[:first].count("](notebooks/pictures/") == 2
    assert "make report" in TEXT[first:]
    assert "make test" in TEXT[first:]
