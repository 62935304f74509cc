"""Figures, sentences and tables of two listings show the numbers of the comparisons."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num

import analytics as ma
from analytics.display import alt, listingwork, plots, sentences, style, tables, words
from analytics.errors import InputError
from analytics.evidence import (
    compare_listings,
    compare_many_listings,
    interval_record,
    premium,
    usual_catch_up,
)
from tests.display.test_plots import artists, only, outside, overlaps, said

EVENTS, MARKET = ma.load_events(), ma.load_market()
SHOCK = "deepseek-shock-2025-01-27"
SHOWN = [
    SHOCK,
    "us-rule-2022-10-07",
    "openai-broadcom-2025-10-13",
    "nvda-h20-licence-2025-04-15",
    "tsmc-arizona-2025-03-03",
    "google-anthropic-tpu-2025-10-23",
    "h20-revenue-share-2025-08-10",
    "deepseek-r1-2025-01-20",
]


@pytest.fixture(scope="module")
def compared():
    kept = {}

    def one(event_id):
        if event_id not in kept:
            kept[event_id] = compare_listings(EVENTS[event_id], MARKET)
        return kept[event_id]

    return one


@pytest.fixture(scope="module")
def many():
    return compare_many_listings(EVENTS.filter(ticker="TSM"), MARKET)


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def every_figure(compared, many):
    for event_id in SHOWN:
        yield plots.two_listings(compared(event_id), EVENTS[event_id], MARKET)
    yield plots.premium_series(MARKET, found=many)
    yield plots.premium_series(MARKET)
    yield plots.catch_up(MARKET, found=many)
    yield plots.catch_up(MARKET, follower="TSM", found=many)
    yield plots.catch_up(MARKET, closes=8)


def plain(text):
    return text.replace(words.NARROW_SPACE, " ").replace(words.MINUS, "-")


def test_texts_stand_clear_of_each_other_inside_a_figure_that_a_phone_can_show(compared, many):
    for ax in every_figure(compared, many):
        assert not overlaps(ax.figure)
        assert not outside(ax.figure)
        assert ax.figure.get_size_inches()[0] * style.DPI == pytest.approx(style.WIDTH)
        sizes = [
            text.get_fontsize()
            for text in ax.figure.findobj(plt.Text)
            if text.get_visible() and text.get_text()
        ]
        assert min(sizes) >= style.TEXT - 1e-9
        plt.close(ax.figure)


def test_same_data_give_the_same_svg(compared, many):
    first, second = (
        [
            style.render(ax)
            for ax in (
                plots.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET),
                plots.premium_series(MARKET, found=many),
                plots.catch_up(MARKET, found=many),
            )
        ]
        for _ in range(2)
    )
    assert first == second
    assert all(isinstance(one, str) for one in first)


def test_both_lines_are_the_prices_since_the_last_close_in_taipei(compared):
    ax = plots.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET)
    taipei = only(ax, "2330.TW closes")
    drawn = dict(zip(taipei.get_xdata(), taipei.get_ydata(), strict=True))
    for day, close in (("2025-01-22", 1135.0), ("2025-02-03", 1070.0)):
        assert drawn[date2num(pd.Timestamp(f"{day}T05:30"))] == pytest.approx(close / 1135 - 1)
    york = only(ax, "TSM closes")
    drawn = dict(zip(york.get_xdata(), york.get_ydata(), strict=True))
    par = 218.70 * 32.765 / (5 * 1140)
    for day, close in (("2025-01-27", 192.31), ("2025-01-31", 209.32)):
        at = date2num(pd.Timestamp(f"{day}T21:00"))
        assert drawn[at] == pytest.approx(close * 32.774 / 5 / par / 1135 - 1)
    opens = np.asarray(only(ax, "TSM").get_ydata())
    assert 197.04 * 32.774 / 5 / par / 1135 - 1 == pytest.approx(opens[9])  # 27 January's open


def test_the_axis_is_real_time_from_22_january_to_the_end_of_4_february(compared):
    ax = plots.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET)
    ends = [date2num(pd.Timestamp(day)) for day in ("2025-01-22", "2025-02-05")]
    assert ax.get_xlim() == pytest.approx(ends)


@pytest.mark.parametrize("event_id", SHOWN)
def test_every_session_of_both_exchanges_is_shaded(event_id, compared):
    ax = plots.two_listings(compared(event_id), EVENTS[event_id], MARKET)
    first, last = ax.get_xlim()
    for ticker in ("TSM", "2330.TW"):
        calendar = MARKET.calendars[ticker]
        opens, closes = date2num(calendar.opens), date2num(calendar.closes)
        inside = (closes > first) & (opens < last)
        shaded = [p for p in ax.patches if str(p.get_label()).startswith(f"session {ticker}")]
        spans = sorted((p.get_x(), p.get_x() + p.get_width()) for p in shaded)
        np.testing.assert_allclose(
            spans, np.column_stack([opens[inside], closes[inside]]), atol=1e-9
        )
        bars = [one for one in ax.containers if one.get_label() == f"open {ticker}"]
        assert len(bars) == inside.sum()


def test_the_closure_is_hatched_and_named(compared):
    ax = plots.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET)
    (bars,) = [one for one in ax.containers if one.get_label() == "closed Lunar New Year"]
    (closed,) = bars.patches
    assert closed.get_hatch()
    start, end = pd.Timestamp("2025-01-22T16:00"), pd.Timestamp("2025-02-02T16:00")  # Taipei's days
    assert closed.get_x() == pytest.approx(date2num(start))
    assert closed.get_x() + closed.get_width() == pytest.approx(date2num(end))
    assert "Lunar New Year" in [text.get_text() for text in ax.texts]


def test_no_line_is_drawn_over_the_closure(compared):
    ax = plots.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET)
    x = np.asarray(only(ax, "2330.TW between").get_xdata(), dtype=float)
    assert np.isnan(x).sum() == 1
    assert np.isnan(x[2])
    ordinary = plots.two_listings(
        compared("openai-broadcom-2025-10-13"), EVENTS["openai-broadcom-2025-10-13"], MARKET
    )
    assert not np.isnan(np.asarray(only(ordinary, "2330.TW between").get_xdata(), float)).any()


def test_the_band_is_the_interval_of_the_implied_price(compared):
    one = compared(SHOCK)
    ax = plots.two_listings(one, EVENTS[SHOCK], MARKET)
    corners = only(ax, "band").get_paths()[0].vertices
    for _, row in one.path.iterrows():
        at = date2num(row["moment"].tz_localize(None))
        heights = corners[np.isclose(corners[:, 0], at), 1]
        assert heights.min() == pytest.approx(row["ci_low"] / 1135 - 1)
        assert heights.max() == pytest.approx(row["ci_high"] / 1135 - 1)


def test_the_whisker_is_the_interval_of_the_expected_price(compared):
    one = compared(SHOCK)
    ax = plots.two_listings(one, EVENTS[SHOCK], MARKET)
    row = one.catch_up.loc["open"]
    assert list(only(ax, "expected interval").get_ydata()) == pytest.approx(
        np.expm1([row["ci_low"], row["ci_high"]])
    )
    assert only(ax, "expected").get_ydata()[0] == pytest.approx(np.expm1(row["expected"]))


@pytest.mark.parametrize(
    ("event_id", "hollow"), [(SHOCK, True), ("tsmc-arizona-2025-03-03", False)]
)
def test_an_unconfirmed_time_is_hollow_and_says_so(event_id, hollow, compared):
    ax = plots.two_listings(compared(event_id), EVENTS[event_id], MARKET)
    assert (only(ax, "news").get_markerfacecolor() == "white") == hollow
    assert ("hollow: time unconfirmed" in said(ax, "foot")) == hollow
    published = date2num(pd.Timestamp(EVENTS[event_id].published_at).tz_localize(None))
    assert only(ax, "news").get_xdata()[0] == pytest.approx(published)


def test_late_news_is_marked_too(compared):
    ax = plots.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET)
    (mark,) = artists(ax, "other news")
    assert mark.get_xdata()[0] == pytest.approx(date2num(pd.Timestamp("2025-02-01T23:00")))
    assert "tariff news, 1 Feb" in [text.get_text() for text in ax.texts]
    other = plots.two_listings(compared("us-rule-2022-10-07"), EVENTS["us-rule-2022-10-07"], MARKET)
    assert not artists(other, "other news")


def test_the_title_is_the_finding(compared):
    ax = plots.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET)
    assert plain(said(ax, "title")) == (
        "While Taipei was shut, New York put TSMC at -11.7 %, then at -3.8 %; Taipei opened at "
        "-6.2 %"
    )


def test_another_event_than_the_one_compared_is_refused(compared):
    with pytest.raises(InputError, match="the comparison is of deepseek-shock"):
        plots.two_listings(compared(SHOCK), EVENTS["stargate-2025-01-21"], MARKET)


def test_axes_given_are_drawn_in_and_keep_their_size(compared, many):
    for draw in (
        lambda ax: plots.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET, ax=ax),
        lambda ax: plots.premium_series(MARKET, found=many, ax=ax),
        lambda ax: plots.catch_up(MARKET, ax=ax),
    ):
        figure, ax = plt.subplots(figsize=(8, 6))
        assert draw(ax) is ax
        assert tuple(figure.get_size_inches()) == (8, 6)


def test_the_premium_line_is_the_table(many):
    ax = plots.premium_series(MARKET, found=many)
    frame = premium(MARKET)
    used = frame[~frame["remark"].str.startswith("not used") & frame["premium"].notna()]
    line = only(ax, "premium")
    np.testing.assert_allclose(line.get_ydata(), used["premium"])
    for number, (year, part) in enumerate(used.groupby(used.index.year)):
        median = artists(ax, "median")[number]
        assert median.get_ydata()[0] == pytest.approx(part["premium"].median())
        band = artists(ax, "year")[number].get_paths()[0].vertices[:, 1]
        ends = np.quantile(part["premium"], [0.025, 0.975])
        assert (band.min(), band.max()) == pytest.approx(tuple(ends)), year


def test_only_events_with_a_sure_order_are_marked(many):
    ax = plots.premium_series(MARKET, found=many)
    marks = artists(ax, "events, time confirmed") + artists(ax, "events, time unconfirmed")
    sure = {one.event_id for one in many.comparisons if not one.ambiguous}
    assert sum(len(mark.get_xdata()) for mark in marks) == len(sure)


def test_the_scatter_shows_every_span_and_the_line(many):
    ax = plots.catch_up(MARKET, found=many)
    table = usual_catch_up(MARKET)
    assert len(only(ax, "spans").get_xdata()) == table.loc["open", "n"]
    x, y = only(ax, "fit").get_data()
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(table.loc["open", "slope"])
    x, y = only(ax, "all of it").get_data()
    assert list(x) == list(y)
    events = only(ax, "events")
    nights = [
        one
        for one in many.comparisons
        if not one.ambiguous and one.follower == "2330.TW" and one.closes == 1
    ]
    assert sorted(events.get_xdata()) == pytest.approx(sorted(one.gap for one in nights))
    assert "56\u202f%" in said(ax, "title")


def test_alt_texts_say_the_numbers(compared, many):
    text = plain(alt.two_listings(compared(SHOCK), EVENTS[SHOCK], MARKET))
    for number in ("27 January -11.7 %", "31 January -3.8 %", "1 065 TWD", "1 036 to 1 150"):
        assert number in text
    assert "time unconfirmed" in text
    text = plain(alt.premium_series(MARKET, found=many))
    median = listingwork.by_year(listingwork.aligned(MARKET)).loc[2023, "median"]
    assert f"2023 {100 * median:.1f} %" in text
    assert "24 events marked" in text
    table = usual_catch_up(MARKET).loc["open"]
    text = plain(alt.catch_up(MARKET, found=many))
    assert f"slope {table['slope']:.2f}" in text
    assert f"{table['ci_low']:.2f} to {table['ci_high']:.2f}" in text


# --- sentences ------------------------------------------------------------------------------------


def test_an_implied_price_comes_with_its_interval(compared):
    one = compared(SHOCK)
    assert plain(sentences.implied_price(one, sentences.extreme_session(one))) == (
        "On 27 January 2025 TSMC in New York implied 1 003 TWD for TSMC in Taipei (95 % interval "
        "966 to 1 041), 11.7 % below its last close of 22 January 2025"
    )


def test_the_move_since_the_news_is_told_from_the_gap(compared):
    text = plain(sentences.news_move(compared(SHOCK)))
    # 192.31 / 221.88 - 1 = -13.3 %; 209.32 / 221.88 - 1 = -5.7 %
    assert "moved -13.3 % on 27 January 2025, and -5.7 % up to 31 January 2025" in text
    assert "the gap of -3.8 % also holds what came before" in text


def test_one_move_is_said_once(compared):
    text = plain(sentences.found_while_shut(compared("deepseek-r1-2025-01-20")))
    assert text.count("+1.7 %") == 1


def test_a_small_gap_and_late_news_forbid_a_share(compared):
    text = plain(sentences.share_caught_up(compared(SHOCK)))
    assert text.startswith("A gap of -3.8 %, where 6.3 % is usual over 8 closes, is too small")
    assert "tariff news of 1 February 2025 came after the last close in New York" in text


def test_a_share_comes_with_its_interval(compared):
    one = compared("openai-broadcom-2025-10-13")
    row = one.catch_up.loc["open"]
    text = plain(sentences.share_caught_up(one, "open"))
    assert f"{100 * row['share']:.0f} % was caught up at the open (95 % interval" in text
    assert f"{100 * row['share_low']:.0f} to {100 * row['share_high']:.0f})" in text


def test_a_locked_session_has_a_lower_bound_and_no_test():
    event = EVENTS["google-ironwood-2025-04-09"]
    one = compare_listings(event, MARKET, follower="2330.TW")
    text = plain(sentences.first_session(one))
    assert text.endswith("locked at its price limit: the share caught up is a lower bound")
    assert "at least 65 % was caught up" in plain(sentences.share_caught_up(one))
    assert "p =" not in text


def test_the_rate_that_grew_stale_is_said(compared):
    text = plain(sentences.rate_doubt(compared(SHOCK)))
    assert "1 098 TWD instead of 1 091 TWD (+0.59 %)" in text
    licence = compared("nvda-h20-licence-2025-04-15")
    assert sentences.rate_doubt(licence) == "No exchange rate grew stale meanwhile"


def test_how_often_intervals_held_is_counted():
    record = interval_record(MARKET, progress=False)
    text = plain(sentences.intervals_held(record))
    share = record.loc[record["closes"] == 1, "implied"].mean()
    assert f"of 666 first prices after an ordinary night {100 * share:.1f} %" in text


def test_many_first_sessions_are_judged_after_holm(many):
    text = sentences.unusual_first_sessions(many)
    assert text.startswith("Not one of 24 first sessions whose order is sure differs")
    assert "90 counted" in text
    empty = compare_many_listings([], MARKET)
    assert "No first session" in sentences.unusual_first_sessions(empty)


def test_orders_are_counted(many):
    text = sentences.orders(many)
    sure = [one for one in many.comparisons if not one.ambiguous]
    york = sum(one.leader == "TSM" for one in sure)
    assert f"{york} in New York" in text
    assert f"{len(sure) - york} could be answered first in Taipei" in text


def test_hours_apart_say_how_many_are_not_used():
    text = sentences.hours_apart(premium(MARKET))
    assert text.startswith("742 of 932 pairs lie 4 to 8 hours apart, the other 190,")
    assert "36 more, with a session of the later line in between" in text


# --- tables ---------------------------------------------------------------------------------------


def test_the_path_is_a_table_of_the_implied_prices(compared):
    table = tables.implied_path(compared(SHOCK))
    assert len(table.frame) == 8
    assert plain(table.frame["implied"].iloc[3]) == "1 003"
    assert plain(table.frame["gap, %"].iloc[3]) == "-11.7"


def test_the_table_of_events_marks_what_is_not_sure(many):
    frame = tables.two_listings(many).frame
    assert len(frame) == len(many)
    assert frame["shut"].str.endswith("?").sum() == sum(one.ambiguous for one in many.comparisons)
    sure = tables.two_listings(many, ambiguous=False).frame
    row = sure[sure["news"] == "DeepSeek shock*"].iloc[0]
    assert row.iloc[6] == "too small to ask"
    assert "tariff orders" in row["remarks"]
    assert len(tables.two_listings(compare_many_listings([], MARKET)).frame) == 0


def test_the_table_of_days_keeps_the_remark():
    frame = tables.aligned_days(premium(MARKET).loc[["2025-01-10"]]).frame
    assert frame["remark"].iloc[0].startswith("not used: TSM has not traded since 2025-01-08")
    assert frame["hours"].iloc[0] == "28"
