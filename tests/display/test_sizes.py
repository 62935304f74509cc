"""The figures of rejection rates: their numbers, their words, nothing on top of anything."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose

from analytics.display import alt, findings, plots, style, words
from analytics.display.sentences import TEST_NAMES
from analytics.errors import InputError
from analytics.evidence import simulate_size, size_table, standard_worlds
from analytics.study.inference import TESTS
from tests.display.test_plots import outside, overlaps


@pytest.fixture(scope="module")
def one():
    return simulate_size(runs=200, progress=False)


@pytest.fixture(scope="module")
def seven():
    return size_table(standard_worlds(4, 0.4), runs=12)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_every_test_has_a_name_a_reader_knows():
    assert set(TEST_NAMES) == set(TESTS)


def test_dots_stand_at_the_rates_filled_where_the_test_did_not_warn(one):
    ax = plots.rejection(one)
    table, drawn = one.table, lines(ax)
    for name, row in table.iterrows():
        dot = drawn[name]
        assert dot.get_xdata()[0] == row["rejection"]
        hollow = dot.get_markerfacecolor() == "white"
        assert hollow == (not one.trusted[name]), name
        low, high = drawn[f"interval {name}"].get_xdata()
        assert_allclose(high, row["rejection"] + 1.96 * row["std_error"])
        assert low == max(row["rejection"] - 1.96 * row["std_error"], 0.0)
    assert drawn["nominal"].get_xdata()[0] == 0.05
    order = [drawn[name].get_ydata()[0] for name in table.sort_values("rejection").index]
    assert sorted(order) == list(range(len(TESTS)))
    assert order[0] > order[-1]


def test_the_title_counts_the_tests_that_cry_wolf(one):
    count = int(one.loud.sum())
    assert 4 < count < 12
    title = findings.rejection(one)
    assert title.startswith(f"{count} of {len(TESTS)} tests reject more often than the 5")
    assert words.percent(float(one.rejection.max()), digits=0) in title
    assert title in alt.rejection(one)
    assert "adjusted BMP" in alt.rejection(one)
    assert "BMP" in alt.rejection(one)


def test_the_title_of_an_effect_is_its_power():
    found = simulate_size(observations=10, correlation=0.1, effect=2.0, runs=40, progress=False)
    title = findings.rejection(found)
    best = found.rejection.where(found.trusted).max()
    assert title.startswith("An effect of 2.0 residual deviations is seen by ")
    assert title.endswith(f"in {words.percent(best, digits=0)} of runs")


def test_a_table_of_worlds_prints_every_rate_bold_where_trusted(seven):
    ax = plots.rejections(seven)
    (mesh,) = ax.collections
    assert mesh.get_array().shape == (len(TESTS), 7)
    cells = [text for text in ax.texts if text.get_label() == "cell"]
    rates = np.column_stack([simulation.rejection for simulation in seven])
    said = [text.get_text() for text in cells]
    assert said == [words.percent(rate, digits=0, unit=False) for rate in rates.ravel()]
    trusted = np.column_stack([simulation.trusted for simulation in seven])
    assert [text.get_fontweight() == "bold" for text in cells] == trusted.ravel().tolist()


def test_nothing_overlaps_or_leaves_the_figure(one, seven):
    for ax in (plots.rejection(one), plots.rejections(seven)):
        assert not overlaps(ax.figure)
        assert not outside(ax.figure)
        sizes = [text.get_fontsize() for text in ax.figure.findobj(plt.Text) if text.get_text()]
        assert min(sizes) >= style.TEXT - 1e-9
        plt.close(ax.figure)


def test_the_same_simulation_gives_the_same_picture(one, seven):
    assert style.figure_svg(plots.rejection(one)) == style.figure_svg(plots.rejection(one))
    assert style.figure_svg(plots.rejections(seven)) == style.figure_svg(plots.rejections(seven))


def test_more_worlds_than_fit_are_refused(seven):
    with pytest.raises(InputError, match="14 worlds do not fit beside the names of the tests"):
        plots.rejections([*seven, *seven])


def test_the_words_of_a_table_name_the_worlds(seven):
    said = alt.rejections(seven)
    assert said.startswith(findings.rejections(seven))
    for simulation in seven:
        assert f"{simulation.world.words}: " in said
    assert findings.world_lines(seven[4].world) == ["var.", "× 3", "r = .4"]
    assert findings.world_lines(seven[0].world) == ["r = 0"]


def test_dots_may_be_filled_by_what_real_results_say(one):
    valid = one.trusted.copy()
    valid[:] = False
    valid["adjusted_bmp"] = True
    drawn = lines(plots.rejection(one, valid=valid))
    filled = [name for name in TESTS if drawn[name].get_markerfacecolor() != "white"]
    assert filled == ["adjusted_bmp"]
    assert alt.rejection(one, valid=valid).count("(hollow)") == len(TESTS) - 1


def test_a_test_that_misses_its_broken_assumption_half_of_the_time_is_not_trusted():
    found = simulate_size(correlation=0.0, event_variance=3.0, runs=150, progress=False)
    table = found.table
    assert 0.3 < table.loc["patell", "valid"] < 0.75
    assert table.loc["patell", "rejection_valid"] > 0.1
    assert not found.trusted[["patell", "adjusted_patell", "corrado_rank", "multivariate"]].any()
    assert found.trusted["adjusted_bmp"]
