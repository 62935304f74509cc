"""Volume, range and openings as told: sentences, tables, figures and alt texts say one number.

In: the recorded data. Out: nothing. Numbers are read back from what is drawn.
"""

from __future__ import annotations

import inspect
from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import analytics as ma
from analytics.display import alt, plots, sentences, style, tables, words
from analytics.errors import InputError, UnknownNameError
from analytics.evidence import (
    MeanLevel,
    abnormal_range,
    abnormal_volume,
    after_closures,
    average_activity,
    false_alarms,
    split_at_open,
    variance_ratio,
)

SHOCK = "deepseek-shock-2025-01-27"
FOUR = ["NVDA", "META", "TSM", "2330.TW"]
KEY = (SHOCK, "NVDA")
MARKET, EVENTS = ma.load_market(), ma.load_events()
SAMPLE = ma.align(EVENTS[SHOCK], MARKET, tickers=FOUR)
VOLUME, RANGE = abnormal_volume(SAMPLE, MARKET), abnormal_range(SAMPLE, MARKET)
SPLIT = split_at_open(SAMPLE, MARKET)


@pytest.fixture(scope="module")
def every():
    return ma.align(EVENTS, MARKET)


@pytest.fixture(scope="module")
def volumes(every):
    return abnormal_volume(every, MARKET)


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def plain(text):
    return str(text).replace(words.NARROW_SPACE, " ")


def only(ax, label):
    (found,) = [one for one in ax.get_children() if one.get_label() == label]
    return found


def said(ax, what):
    lines = [text for text in ax.texts if text.get_label() == what]
    lines.sort(key=lambda text: -text.xyann[1])
    return " ".join(text.get_text() for text in lines)


# --- sentences ------------------------------------------------------------------------------------


def test_an_unusual_volume_comes_with_its_interval_and_both_tests():
    assert plain(sentences.activity(VOLUME, KEY)) == (
        "NVIDIA traded 4.0 times its usual volume on 27 January 2025 (95 % interval 2.5 to 6.4; "
        "t test p < 0.001, rank p = 0.004)"
    )


def test_no_effect_comes_with_what_could_have_been_seen():
    text = plain(sentences.activity(RANGE, (SHOCK, "2330.TW")))
    assert text.startswith(
        "The range of TSMC in Taipei on 3 February 2025 cannot be told from usual: 0.94 times"
    )
    assert "3.2 times would have been found four times in five" in text


def test_holm_is_said_beside_the_raw_p():
    text = plain(sentences.activity(RANGE, KEY, beside=[VOLUME, RANGE]))
    assert "t test p = 0.009, 0.044 after Holm" in text


def test_a_window_of_two_sessions_is_said(volumes):
    text = sentences.activity(volumes, ("reuters-meta-artemis-2024-02-01", "META"))
    assert "over 2 sessions from 1 February 2024" in text


def test_a_reopening_is_set_beside_others():
    """Worked out apart: six other reopenings of Taipei from 2023 on, 0.80 to 3.4 times usual."""
    days = ma.align(after_closures(MARKET, ["2330.TW"]), MARKET, confounders=())
    text = sentences.reopening(VOLUME, (SHOCK, "2330.TW"), abnormal_volume(days, MARKET))
    assert text == (
        "TSMC in Taipei: 2.7 times usual, beside 0.80 to 3.4 times on 6 other first sessions after "
        "a closure, of which 1 was as busy"
    )
    said = sentences.activity(VOLUME, (SHOCK, "2330.TW"))
    assert "; the first session after 12 days, which alone can make it busy" in said
    assert said.endswith("; within a session of tariff orders")
    assert "TSMC in Taipei 2.7 times after a closure" in sentences.busy(VOLUME, RANGE)
    assert "TSMC in Taipei *" in tables.activity(VOLUME, RANGE).frame["share"].tolist()


def test_all_that_was_asked_is_counted():
    text = plain(sentences.busy(VOLUME, RANGE))
    assert text.startswith("Of 8 volumes and ranges, 5 are unusual after Holm (volume: NVIDIA 4.0")
    assert "2 only before it (volume: Meta 2.0 times; range: Meta 2.4 times)" in text
    assert text.endswith("1 is not (range: TSMC in Taipei 0.94 times after a closure)")


def test_the_count_is_that_of_the_table(volumes):
    rows = volumes.headline()
    out = (rows["pvalue"] < 0.05).sum()
    more = ((rows["pvalue"] < 0.05) & (rows["t"] > 0)).sum()
    text = plain(sentences.activity_count(volumes))
    assert text.startswith(f"{out} of {len(rows)} volumes are unusual by the t test at 5 %")
    assert f"({more} of them higher; chance gives about 6)" in text
    ordered = np.sort(rows["pvalue"])
    n, kept = len(rows), 0
    while ordered[kept] * (n - kept) < 0.05:
        kept += 1
    assert f"), {kept} after Holm: " in text


def test_an_average_is_said_in_percent(volumes):
    row = average_activity(volumes, 0, 1).loc["NVDA"]
    text = plain(sentences.activity_average(row))
    assert text.startswith("NVIDIA: +5.4 % against usual, on average over 44 observations")
    assert "adjusted BMP p = 0.24" in text


def test_the_opening_is_said_with_what_is_usual():
    text = plain(sentences.opening(SPLIT, KEY))
    assert text.startswith("NVIDIA opened 12.5 % below the close before it (95 % of nights −2.8")
    assert text.endswith("72 % of the day's fall of 17.0 % was there at the open")


@pytest.mark.parametrize(
    ("ticker", "end"),
    [
        ("META", "the session turned it around: +1.9 % on the day"),
        ("2330.TW", "the session took back a part of it: −5.7 % on the day"),
    ],
)
def test_a_share_above_one_or_below_zero_is_said_in_words(ticker, end):
    assert plain(sentences.opening(SPLIT, (SHOCK, ticker))).endswith(end)


def test_a_day_that_ends_where_it_began_has_no_share():
    row = pd.Series({"total": 0.0, "at_open": np.nan})
    assert sentences.share_at_open(row) == "the day ended where it began"


def test_what_could_hold_the_reaction_is_said_with_the_reason():
    event = "deepseek-v3-2024-12-26"
    split = split_at_open(ma.align(EVENTS[event], MARKET), MARKET)
    text = sentences.opening_holds(split, (event, "NVDA"))
    assert text == (
        "NVIDIA: which part could hold the reaction cannot be told (no source shows the time, and "
        "the phase is not graded high)"
    )


def test_openings_are_counted(every):
    split = split_at_open(every, MARKET)
    table = split.table
    text = plain(sentences.openings_count(split))
    for part in ("overnight", "intraday"):
        rows = table[table["holds"] == part]
        assert f"{len(rows)} could hold" in text
        assert f"where {(rows[f'{part}_pvalue'] <= 0.05).sum()} had an unusual" in text
    assert text.endswith(f"for {(table['holds'] == 'unknown').sum()} it cannot be told")


def test_false_alarms_name_the_default_and_the_loudest():
    found = false_alarms(abnormal_volume, MARKET, ["NVDA"], spans=[(0, 0), (0, 5)])
    text = plain(sentences.false_alarm(found))
    worst = 100 * found["t"].max()
    assert f"days as if independent, on {worst:.1f} % (6 sessions)" in text
    assert "(windows of 1 or 6 sessions), where 5 % are promised" in text
    table = tables.false_alarms(found).frame
    assert table.shape == (4, 3)
    assert plain(table.iloc[0, 1]).startswith(f"{100 * found['t'].iloc[0]:.1f} ±")


def test_the_variance_is_said_with_its_groups(every):
    found = variance_ratio(ma.event_study(every), MARKET)
    text = plain(sentences.variance(found))
    assert text.startswith(f"Squared abnormal returns were {found.ratio:.1f} times")
    assert f"{found.n} observations in {found.groups} groups" in text


# --- tables ---------------------------------------------------------------------------------------


def test_the_table_counts_all_its_rows_in_holm():
    frame = tables.activity(VOLUME, RANGE).frame
    assert len(frame) == 8
    assert plain(frame.iloc[0, 2]) == "4.0 (2.5 to 6.4)"
    raw = np.sort(np.concatenate([one.headline()["pvalue"] for one in (VOLUME, RANGE)]))
    third = words.pvalue_cell(6 * raw[2])  # two were rejected before it
    row = frame[(frame["share"] == "TSMC in New York") & (frame["measure"] == "range")].iloc[0]
    assert row["after Holm"] == third == "0.006"


def test_averages_and_openings_have_a_row_each(volumes):
    frame = tables.activity_averages(volume=average_activity(volumes)).frame
    assert frame["n"].tolist() == ["44", "35", "35", "10", "124"]
    split = tables.openings(SPLIT)
    assert len(split.frame) == 8
    assert "from the open on for NVIDIA" in split.note


def test_flagged_days_are_counted_by_kind(every):
    frame = tables.flagged(abnormal_range(every, MARKET)).frame
    row = frame[frame["reason"].str.contains("bad tick")].iloc[0]
    assert (row["share"], row["sessions"], row["last"], row["used"]) == (
        "Meta",
        "1",
        "2025-12-12",
        "yes",
    )


# --- figures --------------------------------------------------------------------------------------


def figures(volumes):
    yield plots.activity_panels(VOLUME)
    yield plots.activity_panels(RANGE, tickers=["2330.TW"])
    yield plots.activity_panels(VOLUME, tickers=["NVDA", "TSM", "META"], days=(-10, 10))
    yield plots.opening_split(SPLIT).figure
    yield plots.opening_split(SPLIT, tickers=["META"]).figure
    yield plots.activity_spread(volumes).figure
    yield plots.activity_spread(VOLUME).figure


def boxes(figure):
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    drawn = [
        text
        for ax in figure.axes
        for text in [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]
        if text.get_visible() and text.get_text().strip()
    ]
    for text in drawn:
        text.set_bbox(None)
    return {
        f"{number}: {text.get_text()}": plt.Text.get_window_extent(text, renderer).padded(-1.5)
        for number, text in enumerate(drawn)
    }


def test_no_text_overlaps_leaves_the_figure_or_is_too_small(volumes):
    for figure in figures(volumes):
        found = boxes(figure)
        whole = figure.bbox
        for one, two in combinations(found, 2):
            assert not found[one].overlaps(found[two]), (one, two)
        for text, box in found.items():
            assert whole.x0 <= box.x0, text
            assert box.x1 <= whole.x1, text
            assert whole.y0 <= box.y0, text
            assert box.y1 <= whole.y1, text
        assert figure.get_size_inches()[0] * style.DPI == pytest.approx(style.WIDTH)
        sizes = [one.get_fontsize() for one in figure.findobj(plt.Text) if one.get_text()]
        assert min(sizes) >= style.TEXT - 1e-9
        plt.close(figure)


def test_same_data_give_the_same_svg(volumes):
    for one, two in zip(figures(volumes), figures(volumes), strict=True):
        assert style.figure_svg(one) == style.figure_svg(two)
        plt.close("all")


def test_panels_draw_the_numbers_and_share_one_scale():
    figure = plots.activity_panels(VOLUME, days=(-3, 4))
    frame = VOLUME.by_day(-3, 4)
    assert len({ax.get_ylim() for ax in figure.axes}) == 1
    for ax in figure.axes:
        ticker = next(t for t in FOUR if any(one.get_label() == t for one in ax.lines))
        path = frame.xs((SHOCK, ticker), level=["event_id", "ticker"])
        line = only(ax, ticker)
        np.testing.assert_array_equal(line.get_xdata(), path.index)
        np.testing.assert_allclose(line.get_ydata(), path["ratio"])
        band = only(ax, f"band {ticker}").get_paths()[0].vertices
        at = band[band[:, 0] == 0.0][:, 1]
        assert (at.min(), at.max()) == pytest.approx(
            (path.loc[0, "band_low"], path.loc[0, "band_high"])
        )
        ends = only(ax, f"interval {ticker}").get_ydata()
        np.testing.assert_allclose(ends, path.loc[0, ["ci_low", "ci_high"]].to_numpy(float))


def test_panels_stay_inside_a_short_event_window():
    short = ma.align(EVENTS[SHOCK], MARKET, ma.Windows((-260, -11), (0, 2)), tickers=["NVDA"])
    figure = plots.activity_panels(abnormal_volume(short, MARKET))
    np.testing.assert_array_equal(only(figure.axes[0], "NVDA").get_xdata(), [0, 1, 2])


def test_every_observation_is_a_dot_in_its_step(volumes):
    ax = plots.activity_spread(volumes)
    rows = volumes.headline()
    drawn = np.concatenate([only(ax, label).get_xdata() for label in ("below", "inside", "above")])
    assert len(drawn) == len(rows) == 124
    np.testing.assert_allclose(
        np.sort(np.log(drawn)), np.sort(np.log(rows["ratio"])), atol=0.075 / 2 + 1e-9
    )
    above = (rows["pvalue"] < 0.05) & (rows["t"] > 0)
    assert len(only(ax, "above").get_xdata()) == above.sum()
    area = only(ax, "ordinary").get_paths()[0].vertices
    widths = np.diff(np.unique(np.log(area[:, 0])))
    assert widths.min() > 0.01
    assert said(ax, "title").endswith("3 after Holm")


def test_the_grey_area_holds_as_many_as_there_are_dots(volumes):
    ax = plots.activity_spread(volumes)
    area = only(ax, "ordinary").get_paths()[0].vertices
    top = {}
    for (x0, y0), (x1, y1) in pairwise(area):
        if y0 == y1 > 0 and x1 != x0:
            top[(min(x0, x1), max(x0, x1))] = y0
    assert sum(top.values()) == pytest.approx(124, rel=0.03)  # a few lie beyond the axis


def test_the_split_draws_both_parts_and_hollow_where_it_cannot_be():
    ax = plots.opening_split(SPLIT)
    for ticker in FOUR:
        row = SPLIT.table.loc[(SHOCK, ticker)]
        for part in ("overnight", "intraday"):
            assert only(ax, f"{ticker} {part}").get_xdata()[0] == row[part]
            ends = only(ax, f"usual {ticker} {part}").get_xdata()
            assert list(ends) == [row[f"{part}_low"], row[f"{part}_high"]]
            assert only(ax, f"{ticker} {part}").get_markerfacecolor() != "white"
    event = "meta-mtia-v1-2023-05-18"
    session = split_at_open(ma.align(EVENTS[event], MARKET, tickers=["NVDA"]), MARKET)
    ax = plots.opening_split(session)
    faces = [only(ax, f"NVDA {part}").get_markerfacecolor() for part in ("overnight", "intraday")]
    assert faces[0] == "white"
    assert faces[1] != "white"
    assert "hollow: before the news, or not known" in said(ax, "subtitle")


def test_a_figure_of_ones_own_keeps_its_size(volumes):
    figure, grid = plt.subplots(1, 2, figsize=(14, 6))
    assert plots.activity_spread(volumes, ax=grid[0]) is grid[0]
    assert plots.opening_split(SPLIT, ax=grid[1]) is grid[1]
    assert tuple(figure.get_size_inches()) == (14, 6)


def test_alt_texts_take_what_the_figures_take_and_say_their_numbers(volumes):
    for name in ("activity_panels", "activity_spread", "opening_split"):
        figure, text = (inspect.signature(getattr(one, name)) for one in (plots, alt))
        look = {"title", "chinese", "ax", "figure"}
        assert [p for p in figure.parameters if p not in look] == list(text.parameters)
    assert "NVIDIA: 4.0 times on day 0" in alt.activity_panels(VOLUME)
    assert "no day leaves the band" in alt.activity_panels(RANGE, tickers=["2330.TW"])
    spread = plain(alt.activity_spread(volumes))
    assert spread.startswith("124 dots: volume as a multiple of usual, from 0.47 times to 5.1")
    split = plain(alt.opening_split(SPLIT))
    assert "NVIDIA −12.5 % at the open (outside it) and −5.1 % in the session (inside" in split


def test_an_early_close_interrupts_the_line_and_is_said():
    event = "deepseek-v3-2024-12-26"
    results = abnormal_volume(ma.align(EVENTS[event], MARKET, tickers=["NVDA"]), MARKET)
    line = only(plots.activity_panels(results).axes[0], "NVDA")
    drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert np.isnan(drawn[-1])
    assert np.isfinite(drawn[0])
    assert "no number on day −1" in alt.activity_panels(results)


def test_unknown_things_are_one_message(volumes):
    with pytest.raises(InputError, match="the results hold 44 events; name one"):
        plots.activity_panels(volumes)
    with pytest.raises(UnknownNameError, match="unknown ticker of deepseek-shock"):
        plots.opening_split(SPLIT, tickers=["AMD"])
    with pytest.raises(UnknownNameError, match="unknown event in the results 'nothing'"):
        alt.activity_panels(VOLUME, event_id="nothing")
    early = pd.DataFrame(
        {"event_id": ["a"], "ticker": ["NVDA"], "session": pd.to_datetime(["2024-12-24"])}
    )
    empty = abnormal_volume(ma.align(early, MARKET), MARKET)
    with pytest.raises(InputError, match="no volume could be set against what is usual"):
        plots.activity_spread(empty)


def test_another_level_is_named_in_the_foot():
    results = abnormal_volume(SAMPLE, MARKET, level=MeanLevel(), others=["META"])
    foot = said(plots.activity_panels(results).axes[2], "foot")
    assert "mean with weekday effects, given META" in foot
