"""Figures, tables and sentences of the evidence: the numbers read back from what is drawn."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import analytics as ma
from analytics.display import alt, plots, sentences, tables, words
from analytics.errors import InputError
from analytics.evidence import (
    expected_signs,
    placebo,
    placebo_shares,
    quiet_dates,
    specification_curve,
)
from analytics.evidence.power import chance_of_finding

EVENTS, MARKET = ma.load_events(), ma.load_market()
SHOCK = "deepseek-shock-2025-01-27"
KEY = (SHOCK, "NVDA")


@pytest.fixture(scope="module")
def results():
    return ma.event_study(ma.align(EVENTS[SHOCK], MARKET))


@pytest.fixture(scope="module")
def found(results):
    return placebo(results, MARKET)


@pytest.fixture(scope="module")
def curve():
    return specification_curve(
        EVENTS[SHOCK], MARKET, "NVDA", estimations=[(-260, -11)], progress=False
    )


@pytest.fixture(scope="module")
def together(results):
    return quiet_dates(results, MARKET, most=40, progress=False)


@pytest.fixture(scope="module")
def signs():
    return expected_signs(ma.event_study(ma.align(EVENTS, MARKET)))


@pytest.fixture(autouse=True)
def _no_figure_stays():
    yield
    plt.close("all")


def line(ax, label):
    (one,) = [each for each in ax.lines if each.get_label() == label]
    return one


def texts(ax, label):
    return [one.get_text() for one in ax.texts if one.get_label() == label]


# --- specification curve ----------------------------------------------------------------------


def test_the_curve_draws_every_estimate_once_in_order(curve):
    ax = plots.specifications(curve)
    drawn = {}
    for label in ("clear", "unclear"):
        x, y = line(ax, label).get_data()
        x, y = np.reshape(x, (-1, 3))[:, 0], np.reshape(y, (-1, 3))[:, :2].mean(axis=1)
        drawn |= dict(zip(x.astype(int), y, strict=True))
    expected = curve.table["estimate"]
    assert sorted(drawn) == list(range(len(curve)))
    assert [drawn[k] for k in sorted(drawn)] == pytest.approx(expected.tolist())
    clear = np.reshape(line(ax, "clear").get_xdata(), (-1, 3))[:, 0]
    assert len(clear) == (curve.table["pvalue"] < 0.05).sum()


def test_the_declared_specification_is_marked(curve):
    ax = plots.specifications(curve)
    x, y = line(ax, "declared").get_data()
    assert y[0] == curve.headline["estimate"]
    assert curve.table.iloc[int(x[0])]["headline"]
    assert texts(ax, "declared value") == [f"declared: {words.percent(y[0], signed=True)}"]


def test_the_lower_panel_has_a_mark_for_every_choice_of_every_specification(curve):
    ax = plots.specifications(curve)
    (lower,) = ax.child_axes
    marks = sum(len(one.get_xdata()) // 3 for one in lower.lines)
    varied = ("model", "benchmark", "itself", "window", "masked")
    assert marks == len(curve) * len(varied)  # one estimation window: no row of its own
    sox = [one for one in lower.lines if one.get_label() == "benchmark: PHLX Semiconductor"]
    at = np.concatenate([one.get_xdata() for one in sox]).reshape(-1, 3)[:, 0]
    assert (curve.table["benchmark"].iloc[at.astype(int)] == "^SOX").all()
    assert plots.specifications(curve, choices=False).child_axes == []


def test_choices_show_range_and_median(curve):
    ax = plots.choices(curve)
    row = curve.by("window").loc[[(0, 1)]].iloc[0]
    assert line(ax, "median window days 0 to +1").get_xdata()[0] == row["median"]
    assert list(line(ax, "range window days 0 to +1").get_xdata()) == [
        row["lowest"],
        row["highest"],
    ]
    assert line(ax, "declared").get_xdata()[0] == curve.headline["estimate"]


def test_one_choice_changed_alone_is_compared_in_pairs(curve):
    table = curve.differences()
    row = table[
        (table["choice"] == "benchmark") & (table["one"] == "^GSPC") & (table["other"] == "^SOX")
    ].iloc[0]
    rows = curve.table.set_index(["model", "window", "masked"])
    first = rows[(rows["benchmark"] == "^GSPC") & (rows["itself"] == "in")]["estimate"]
    second = rows[rows["benchmark"] == "^SOX"]["estimate"]
    both = first.to_frame("a").join(second.rename("b"), how="inner")
    assert row["difference"] == pytest.approx((both["b"] - both["a"]).median())
    assert row["pairs"] == len(both) == 5 * 3 * 2
    assert "PHLX Semiconductor" in sentences.matters_most(curve)


def test_a_title_says_how_many_agree(curve):
    said = sentences.specifications_title(curve).replace("\u202f", " ")
    assert said.startswith(f"{round(100 * curve.agreeing)} % of {len(curve)} ways to measure")
    text = sentences.specifications(curve).replace("\u202f", " ")
    assert f"{round(100 * curve.same_sign)} % have the sign of the declared one (−16.5 %)" in text


@pytest.mark.parametrize(
    ("pvalues", "begins"),
    [
        ([0.001] * 20, "100 % of 20 ways to measure find the fall of NVIDIA"),
        ([0.001] * 12 + [0.5] * 8, "60 % of 20 ways to measure find the fall of NVIDIA, the other"),
        ([0.001] * 4 + [0.5] * 16, "Only 20 % of 20 ways to measure find a fall of NVIDIA"),
        ([0.001] + [0.5] * 19, "5 % of 20 ways to measure find a fall of NVIDIA, no more than"),
    ],
)
def test_titles_of_curves_that_agree_more_or_less(curve, pvalues, begins):
    from dataclasses import replace

    part = curve.table.head(20).assign(pvalue=pvalues, estimate=-0.1)
    part["headline"] = [True] + [False] * 19
    made = replace(curve, table=part)
    assert sentences.specifications_title(made).replace("\u202f", " ").startswith(begins)


# --- ordinary days ----------------------------------------------------------------------------


def test_the_histogram_holds_every_ordinary_day_and_the_event(found):
    ax = plots.placebo(found, KEY)
    (bars,) = ax.containers
    assert sum(bar.get_height() for bar in bars) == found.table.loc[KEY, "n"]
    assert line(ax, "event").get_xdata()[0] == found.table.loc[KEY, "car"]
    (band,) = [one for one in ax.patches if one.get_label() == "middle"]
    ends = band.get_x(), band.get_x() + band.get_width()
    assert ends == pytest.approx(tuple(found.table.loc[KEY, ["low", "high"]]))


def test_an_event_without_ordinary_days_cannot_be_drawn_and_says_why():
    windows = ma.Windows(estimation=(-160, -11), min_estimation=150)
    early = EVENTS["us-licence-nvda-2022-08-31"]
    none = placebo(ma.event_study(ma.align(early, MARKET, windows, tickers=["NVDA"])), MARKET)
    assert none.table["note"].iloc[0].startswith("only 1")
    assert none.table["n"].iloc[0] == 0
    with pytest.raises(InputError, match="no ordinary day to draw"):
        plots.placebo(none, none.table.index[0])
    assert "no ordinary day" in sentences.placebo(none, none.table.index[0])
    assert sentences.placebo_title(none, none.table.index[0]).startswith("No ordinary day")
    assert "no ordinary day" in sentences.false_alarms(none, none.table.index[0])


def test_power_is_drawn_with_the_formula_beside_it(found):
    figure = plots.power(found, keys=[KEY, (SHOCK, "META")])
    for ax, key in zip(figure.axes, [KEY, (SHOCK, "META")], strict=True):
        x, y = line(ax, key[1]).get_data()
        expected = (found.power(x)[key].to_numpy() + found.power(-x)[key].to_numpy()) / 2
        assert y.tolist() == pytest.approx(expected.tolist())
        row = found.table.loc[key]
        theory = chance_of_finding(x, row["std_error"], row["df"], 0.05)
        assert line(ax, "formula").get_ydata().tolist() == pytest.approx(theory.tolist())
        assert line(ax, "detectable").get_xdata()[0] == found.detectable()[key]
    with pytest.raises(InputError, match="name one to four"):
        plots.power(found, keys=[])


def test_rates_of_tests_are_drawn_with_their_intervals(together):
    ax = plots.quiet_dates(together)
    rates = together.rates
    for test, row in rates.iterrows():
        assert line(ax, test).get_xdata()[0] == row["rate"]
        assert tuple(line(ax, f"interval {test}").get_xdata()) == (row["low"], row["high"])
        filled = line(ax, test).get_markerfacecolor() != "white"
        assert filled == row["trusted"]
    assert line(ax, "nominal").get_xdata()[0] == 0.05


def test_signs_are_drawn_where_there_are_groups_enough(signs):
    ax = plots.expected_signs(signs)
    for security, row in signs.summary.iterrows():
        drawn = [one for one in ax.lines if one.get_label() == security]
        assert len(drawn) == int(row["groups"] >= 3)
        if drawn:
            assert drawn[0].get_xdata()[0] == row["mean"]


def test_a_key_that_is_not_there_is_named(found):
    for draw in (plots.placebo, alt.placebo):
        with pytest.raises(InputError, match="expected"):
            draw(found, "NVDA")
    with pytest.raises(InputError, match="expected"):
        plots.power(found, keys=[("zz", "NVDA")])


# --- in words ---------------------------------------------------------------------------------


def test_a_placebo_in_words(found):
    said = sentences.placebo(found, KEY).replace("\u202f", " ")
    row = found.table.loc[KEY]
    assert said.startswith(f"None of {int(row['n'])} ordinary days before it were as large")
    meta = found.table.loc[(SHOCK, "META")]
    many = round(meta["pvalue"] * (meta["n"] + 1)) - 1
    own = found.of(SHOCK, "META")
    assert many == (own["car"].abs() >= abs(meta["car"])).sum() > 1
    assert sentences.placebo_title(found, (SHOCK, "META")).startswith(f"{many} of ")


def test_what_leaving_out_news_days_changes_is_said_only_where_it_does(results, found):
    said = {key[1]: sentences.without_news_days(results, found, key) for key in found.table.index}
    meta = said.pop("META").replace("\u202f", " ")
    assert meta.startswith("Meta: without the days around its own news")
    assert meta.endswith("which leaves out zero")
    assert set(said.values()) == {""}


def test_a_closure_is_said_with_the_rank(found):
    said = sentences.placebo(found, (SHOCK, "2330.TW"))
    assert "; its day 0 spans 12 days and is ranked among single sessions" in said


def test_estimates_by_two_choices(curve):
    frame = tables.by_two(curve, "benchmark", "window").frame
    row = frame[(frame["benchmark"] == "PHLX Semiconductor") & (frame["tested days"] == "day 0")]
    table = curve.table
    first = np.array([one == (0, 0) for one in table["window"]])
    part = table[(table["benchmark"] == "^SOX") & first]
    assert row["reject"].tolist() == [f"{(part['pvalue'] < 0.05).sum()} of {len(part)}"]


def test_the_title_of_signs_rests_on_prices_that_are_not_quoted(signs):
    assert "more than chance" in sentences.expected_signs_title(signs)
    strict = signs.summary.copy()
    strict.loc["unquoted", "pvalue"] = 0.3
    from dataclasses import replace

    title = sentences.expected_signs_title(replace(signs, summary=strict))
    assert title.endswith("without records that quote the price no more than chance")


def test_false_alarms_in_words_give_an_interval(found):
    said = sentences.false_alarms(found, KEY).replace("\u202f", " ")
    row = found.table.loc[KEY]
    assert f"{100 * row['false_alarms']:.1f} % of the time (95 % interval" in said
    assert said.endswith("it promises 5 %")
    assert row["alarms_low"] < row["false_alarms"] < row["alarms_high"]


def test_what_would_have_been_seen_in_a_sentence(found, together):
    said = sentences.seen_and_cried(found, together).replace("\u202f", " ")
    moves = found.detectable()
    assert f"{100 * moves.max():.1f} % (NVIDIA)" in said
    assert f"{100 * moves.min():.1f} % (TSMC in Taipei)" in said


def test_tables_have_a_row_for_each(found, results, curve, signs):
    assert len(tables.placebos(found, results).frame) == len(found.table)
    others = placebo_shares(results.among(["NVDA"]), MARKET)
    shown = tables.other_shares(others).frame
    assert shown["share"].iloc[0] == "Oracle"  # the largest t first
    assert len(shown) == len(others)
    assert tables.specifications([curve]).frame["specifications"].tolist() == [str(len(curve))]
    assert len(tables.differences(curve, most=3).frame) == 3
    assert len(tables.expected_signs(signs).frame) == len(signs.summary)
    assert isinstance(tables.expected_signs(signs).frame, pd.DataFrame)


def test_the_table_of_returns_counts_its_rows(results):
    frame = tables.cars(results).frame
    rows = results.headline()
    worst = rows["pvalue"].rank().iloc[-1]
    assert worst >= 1
    assert list(frame["p, Holm"]) != list(frame["p"])
    smallest = rows["pvalue"].min()
    assert frame.loc[0, "p, Holm"] == words.pvalue_cell(min(4 * smallest, 1.0))


@pytest.mark.parametrize("name", ["specifications", "choices"])
def test_alt_texts_of_a_curve_name_the_range(curve, name):
    said = getattr(alt, name)(curve)
    assert "NVIDIA" in said
    assert words.percent(curve.by("window")["median"].iloc[0], signed=True) in alt.choices(curve)


def test_figures_fit_into_axes_of_ones_own(curve, found, together, signs):
    for draw in (
        lambda ax: plots.specifications(curve, ax=ax),
        lambda ax: plots.choices(curve, ax=ax),
        lambda ax: plots.placebo(found, KEY, ax=ax),
        lambda ax: plots.quiet_dates(together, ax=ax),
        lambda ax: plots.expected_signs(signs, ax=ax),
    ):
        figure, ax = plt.subplots(figsize=(9, 7))
        assert draw(ax) is ax
        assert tuple(figure.get_size_inches()) == (9, 7)
