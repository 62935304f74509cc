"""The figures show the numbers of the results, each label where nothing else stands.

In: the recorded data. Out: nothing. Numbers are read back from what is drawn.
"""

from __future__ import annotations

import inspect
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import num2date
from scipy import stats

import analytics as ma
from analytics.display import alt, names, plots, readings, style, words
from analytics.display.labels import place_flags, place_labels
from analytics.display.plots import layout
from analytics.errors import InputError, UnknownNameError
from analytics.evidence import average_reactions

SHOCK = "deepseek-shock-2025-01-27"
META_CHIP = "reuters-meta-training-chip-2025-03-11"
TAPEOUT = "reuters-openai-tapeout-2025-02-10"
FOUR = ["NVDA", "META", "TSM", "2330.TW"]
EVENTS = [
    SHOCK,
    META_CHIP,
    "meta-mtia-v1-2023-05-18",
    "info-alibaba-baidu-2025-09-11",
    TAPEOUT,
    "deepseek-v3-2024-12-26",
]


@pytest.fixture(scope="module")
def events():
    return ma.load_events()


@pytest.fixture(scope="module")
def market():
    return ma.load_market()


@pytest.fixture(scope="module")
def study(events, market):
    kept = {}

    def run(event_id, **options):
        key = (event_id, *options.items())
        if key not in kept:
            sample = ma.align(events[event_id], market, tickers=FOUR, **options)
            kept[key] = ma.event_study(sample)
        return kept[key]

    return run


@pytest.fixture(scope="module")
def everything(events, market):
    return ma.event_study(ma.align(events, market))


@pytest.fixture(scope="module")
def chips(events, market):
    family = events.filter(category=("inhouse_chip_official", "inhouse_chip_report"))
    return average_reactions(family, market, FOUR, 0, 1)


def made_up(**columns):
    """A table of averages with the numbers a test is about."""
    table = {
        "n": [12, 12],
        "mean": [0.031, -0.0042],
        "ci_low": [0.012, -0.02],
        "ci_high": [0.05, 0.0116],
        "statistic": [3.1, -0.5],
        "df": [11.0, 11.0],
        "pvalue": [0.01, 0.62],
        "pvalue_holm": [0.02, 0.62],
        "valid": [True, True],
    }
    return pd.DataFrame(table | columns, index=pd.Index(["TSM", "NVDA"], name="ticker"))


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def artists(ax, label):
    return [one for one in ax.get_children() if one.get_label() == label]


def only(ax, label):
    (found,) = artists(ax, label)
    return found


def said(ax, what):
    """Title, subtitle or foot as one line."""
    lines = [text for text in ax.texts if text.get_label() == what]
    lines.sort(key=lambda text: -text.xyann[1])
    return " ".join(text.get_text() for text in lines)


def texts(ax):
    return {text.get_label(): text.get_text() for text in ax.texts}


def boxes(figure):
    """Boxes of all visible texts, a little smaller than drawn: touching is no overlap."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    drawn = [
        text
        for ax in figure.axes
        for text in [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]
        if text.get_visible() and text.get_text().strip()
    ]
    return {
        f"{number}: {text.get_text()}": text_box(text, renderer)
        for number, text in enumerate(drawn)
    }


def text_box(text, renderer):
    """Of the letters alone, without the ground and the leader of a label."""
    ground = text.get_bbox_patch()
    text.set_bbox(None)
    box = plt.Text.get_window_extent(text, renderer)
    if ground is not None:
        text.set_bbox({"alpha": 0})
    return box.padded(-1.5)


def overlaps(figure):
    return [
        (one, two)
        for (one, first), (two, second) in combinations(boxes(figure).items(), 2)
        if first.overlaps(second)
    ]


def outside(figure):
    whole = figure.bbox
    return [
        text
        for text, box in boxes(figure).items()
        if box.x0 < whole.x0 or box.x1 > whole.x1 or box.y0 < whole.y0 or box.y1 > whole.y1
    ]


def every_figure(event_id, events, market, study):
    results = study(event_id)
    yield plots.car(results).figure
    yield plots.car(results, tickers=["NVDA"]).figure
    yield plots.car_panels(results)
    yield plots.clocks(events[event_id], market, tickers=FOUR).figure
    yield plots.scatter(results, (event_id, "NVDA")).figure
    yield plots.forest(results).figure
    plain = study(event_id, exclude_self=False)
    yield plots.with_and_without(plain, results, (event_id, "NVDA")).figure


@pytest.mark.parametrize("event_id", EVENTS)
def test_no_text_overlaps_another_or_leaves_the_figure(event_id, events, market, study):
    for figure in every_figure(event_id, events, market, study):
        assert not overlaps(figure)
        assert not outside(figure)
        assert figure.get_size_inches()[0] * style.DPI == pytest.approx(style.WIDTH)


@pytest.mark.parametrize("event_id", EVENTS[:2])
def test_no_text_is_smaller_than_a_phone_can_show(event_id, events, market, study):
    for figure in every_figure(event_id, events, market, study):
        sizes = [
            text.get_fontsize()
            for text in figure.findobj(plt.Text)
            if text.get_visible() and text.get_text()
        ]
        assert min(sizes) >= style.TEXT - 1e-9


def test_same_data_give_the_same_svg(events, market, study):
    pairs = [list(every_figure(SHOCK, events, market, study)) for _ in range(2)]
    for first, second in zip(*pairs, strict=True):
        assert style.figure_svg(first) == style.figure_svg(second)


def test_same_families_give_the_same_svg(everything, chips):
    for draw in (lambda: plots.averages(chips), lambda: plots.standouts(everything)):
        assert style.figure_svg(draw()) == style.figure_svg(draw())


def test_car_lines_are_the_numbers_of_the_tables(study):
    results = study(SHOCK)
    ax = plots.car(results)
    for ticker in FOUR:
        line = only(ax, ticker)
        drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
        for day in (0, 1, 10):
            assert drawn[day] == pytest.approx(results.car(0, day).loc[(SHOCK, ticker), "car"])
        assert drawn[-1] == 0.0
        back = results.car(-4, -1).loc[(SHOCK, ticker), "car"]
        assert drawn[-5] == pytest.approx(-back)


def test_car_path_is_the_running_sum_of_abnormal_returns(study):
    results = study(SHOCK)
    path = readings.car_path(results, (SHOCK, "NVDA"), days=(-6, 10), start=-5)
    summed = results.abnormal_returns.loc[(SHOCK, "NVDA"), -5:10].cumsum()
    np.testing.assert_allclose(path["car"].to_numpy(), [0.0, *summed])


def test_band_is_the_exact_forecast_error_of_the_sum(study):
    results = study(SHOCK)
    band = only(plots.car(results, tickers=["TSM"]), "band TSM")
    row = results.sample.index.get_loc((SHOCK, "TSM"))
    chosen = np.zeros(results.fit.abnormal.shape, dtype=bool)
    chosen[:, results.sample.windows.columns(0, 10)] = True
    error = np.sqrt(results.fit.forecast_error.variance(chosen)[row])
    half = stats.t.isf(0.025, results.fit.df[row]) * error
    heights = [y for x, y in band.get_paths()[0].vertices if x == 10]
    assert max(heights) - min(heights) == pytest.approx(2 * half)


def test_only_the_highlighted_line_has_a_band(study):
    ax = plots.car(study(SHOCK), highlight="META")
    assert [one.get_label() for one in ax.collections] == ["band META"]


def test_each_listing_has_its_own_date_of_day_zero(study):
    ax = plots.car(study(SHOCK))
    assert texts(ax)["day 0 date"] == "day 0: 27 January 2025\n2330.TW: 3 February 2025"


def test_panels_share_one_scale_and_each_has_its_band(study):
    figure = plots.car_panels(study(SHOCK))
    assert len({ax.get_ylim() for ax in figure.axes}) == 1
    assert [ax.collections[0].get_label() for ax in figure.axes] == [f"band {t}" for t in FOUR]
    assert "3 Feb 2025 alone: −2.8" in " ".join(text.get_text() for text in figure.axes[3].texts)


def test_headline_stands_in_the_title(study):
    results = study(SHOCK)
    ax = plots.car(results, tickers=["NVDA"])
    value = words.percent(abs(results.headline().loc[(SHOCK, "NVDA"), "car"]))
    title = " ".join(t.get_text() for t in reversed(ax.texts) if t.get_label() == "title")
    assert title == f"NVIDIA fell {value} more than the market explains on day 0"


def test_a_day_without_a_price_interrupts_the_line():
    rng = np.random.default_rng(1)
    days = pd.bdate_range("2024-01-01", periods=300)
    returns = pd.DataFrame(rng.normal(0, 0.01, (300, 2)), index=days, columns=["A", "M"])
    returns.iloc[292, 0] = np.nan
    own = ma.Market.from_returns(returns, benchmarks="M")
    frame = pd.DataFrame({"event_id": ["e"], "ticker": ["A"], "session": [days[289]]})
    line = only(plots.car(ma.event_study(ma.align(frame, own))), "A")
    drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert np.isfinite(drawn[2])
    assert np.isnan(drawn[3])


@pytest.mark.parametrize("event_id", EVENTS)
def test_session_bars_are_the_exchange_hours(event_id, events, market):
    ax = plots.clocks(events[event_id], market, tickers=FOUR)
    bars = [p for p in ax.patches if str(p.get_label()).startswith("session")]
    seen = 0
    for container in ax.containers:
        kind, *rest = container.get_label().split(" ")
        if kind != "session":
            continue
        code, day = rest
        calendar = next(one for one in market.calendars.values() if one.code == code)
        row = calendar.row(pd.Timestamp(day))
        (bar,) = container.patches
        ends = [bar.get_x(), bar.get_x() + bar.get_width()]
        for end, moment in zip(ends, (calendar.opens[row], calendar.closes[row]), strict=True):
            drawn = pd.Timestamp(num2date(end)).tz_localize(None)
            assert abs(drawn - pd.Timestamp(moment)) < pd.Timedelta(seconds=1)
        seen += 1
    assert seen >= 4
    assert not bars


def test_clocks_of_the_shock_reach_to_taipeis_first_session(events, market):
    ax = plots.clocks(events[SHOCK], market, tickers=FOUR)
    labels = [container.get_label() for container in ax.containers]
    blue = [
        container.get_label()
        for container in ax.containers
        if container.patches[0].get_facecolor()[:3] == pytest.approx((0, 0x72 / 255, 0xB2 / 255))
    ]
    assert blue == ["session XNYS 2025-01-27", "session XTAI 2025-02-03"]
    assert "closed Lunar New Year" in labels
    assert "Lunar New Year" in [text.get_text() for text in ax.texts]


def test_early_close_is_a_shorter_bar(events, market):
    ax = plots.clocks(events["deepseek-v3-2024-12-26"], market, tickers=["NVDA"])
    widths = {c.get_label(): c.patches[0].get_width() * 24 for c in ax.containers}
    assert widths["session XNYS 2024-12-24"] == pytest.approx(3.5)
    assert widths["session XNYS 2024-12-26"] == pytest.approx(6.5)


@pytest.mark.parametrize(
    ("event_id", "hollow"), [(SHOCK, True), ("meta-mtia-v1-2023-05-18", False)]
)
def test_an_unconfirmed_time_is_hollow_and_says_so(event_id, hollow, events, market):
    ax = plots.clocks(events[event_id], market, tickers=FOUR)
    assert (only(ax, "news").get_markerfacecolor() == "white") is hollow
    assert ("time unconfirmed" in texts(ax)["news time"]) is hollow


def test_a_day_without_a_clock_time_is_an_interval_without_a_line(events, market):
    event = events["deepseek-v3-2024-12-26"]
    ax = plots.clocks(event, market, tickers=FOUR)
    ends = [pd.Timestamp(num2date(x)) for x in only(ax, "news interval").get_xdata()]
    assert [abs(a - b) < pd.Timedelta(seconds=1) for a, b in zip(ends, event.bounds(), strict=True)]
    assert not artists(ax, "news line")


def test_other_possible_sessions_are_outlined(events, market):
    ax = plots.clocks(events[TAPEOUT], market, tickers=FOUR)
    outlined = [
        c.get_label() for c in ax.containers if c.patches[0].get_facecolor()[:3] == (1, 1, 1)
    ]
    assert outlined == ["session XNYS 2025-02-11", "session XTAI 2025-02-11"]


def test_heatmap_prints_the_headline_of_every_observation(everything):
    ax = plots.heatmap(everything)
    shown = {text.get_label(): text.get_text() for text in ax.texts}
    headline = everything.headline()
    columns = readings.main_tickers(everything)
    kept = headline[headline.index.get_level_values("ticker").isin(columns)]
    for (event_id, ticker), row in kept.iterrows():
        expected = words.percent(row["car"], digits=1, unit=False)
        assert shown[f"{event_id} {ticker}"] == expected
    mesh = ax.collections[0]
    assert mesh.get_array().count() == len(kept)


def test_heatmap_is_legible_from_end_to_end(everything):
    figure = plots.heatmap(everything).figure
    assert not overlaps(figure)
    assert not outside(figure)
    scale = plots.matrix.scale()
    assert min(style.contrast(scale(x)[:3], style.INK) for x in np.linspace(0, 1, 21)) >= 4.5


def test_heatmap_colour_is_symmetric_about_zero(everything):
    norm = plots.heatmap(everything).collections[0].norm
    assert norm.vmin == -norm.vmax
    assert plots.matrix.scale()(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)


def test_heatmap_marks_times_and_ambiguous_sessions(everything, events):
    ax = plots.heatmap(everything)
    observations = everything.sample.observations
    for event in events:
        hollow = only(ax, f"time {event.id}").get_markerfacecolor() == "white"
        assert hollow is not event.time_confirmed
    marked = {p.get_label() for p in ax.patches if str(p.get_label()).startswith("ambiguous")}
    columns = readings.main_tickers(everything)
    assert marked == {
        f"ambiguous {event_id} {ticker}"
        for event_id, ticker in observations.index[observations["session_ambiguous"]]
        if ticker in columns
    }


def test_heatmap_says_how_many_reactions_it_does_not_show(everything, study):
    columns = readings.main_tickers(everything)
    others = ~everything.sample.index.get_level_values("ticker").isin(columns)
    expected = f"Not shown: {others.sum()} reactions of other securities."
    assert others.sum() > 1
    assert expected in said(plots.heatmap(everything), "foot")
    assert expected in alt.heatmap(everything)
    assert "Not shown: 1 reaction of other" in said(
        plots.heatmap(study(SHOCK), tickers=FOUR[:3]), "foot"
    )
    assert "Not shown" not in said(plots.heatmap(study(SHOCK)), "foot")
    assert "Not shown" not in alt.heatmap(study(SHOCK))


def test_heatmap_refuses_more_columns_than_fit(everything):
    with pytest.raises(InputError, match="choose at most"):
        plots.heatmap(everything, tickers=["NVDA", "META", "TSM", "2330.TW", "GOOGL", "MSFT"])


def test_timeline_marks_every_event_at_its_session_and_price(events, market):
    ax = plots.timeline(events, market, "NVDA")
    marks = [
        (pd.Timestamp(num2date(x)).tz_localize(None), y)
        for line in ax.lines
        if "time " in str(line.get_label())
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]
    assert len(marks) == sum("NVDA" in event.tickers for event in events)
    closes = market.closes["NVDA"]
    assert all(closes[day] == price for day, price in marks)


def test_timeline_fills_only_confirmed_times(events, market):
    ax = plots.timeline(events, market, "NVDA")
    counts = {True: 0, False: 0}
    for line in ax.lines:
        if "time " in str(line.get_label()):
            counts[line.get_markerfacecolor() != "white"] += len(line.get_xdata())
    confirmed = sum(event.time_confirmed for event in events if "NVDA" in event.tickers)
    assert counts[True] == confirmed


@pytest.mark.parametrize(("start", "kind"), [(None, "log"), ("2025-06-01", "linear")])
def test_timeline_is_logarithmic_only_over_a_wide_range(start, kind, events, market):
    assert plots.timeline(events, market, "NVDA", start=start).get_yscale() == kind


def test_timeline_hatches_the_lunar_new_year_and_breaks_the_line(events, market):
    ax = plots.timeline(events, market, "2330.TW", start="2024-12-01", end="2025-03-31")
    (span,) = (p for p in ax.patches if p.get_hatch())
    first = pd.Timestamp(num2date(span.get_x())).tz_localize(None)
    last = pd.Timestamp(num2date(span.get_x() + span.get_width())).tz_localize(None)
    assert (first, last) == (pd.Timestamp("2025-01-23"), pd.Timestamp("2025-02-03"))
    assert np.isnan(only(ax, "2330.TW").get_ydata()).sum() == 1


@pytest.mark.parametrize("ticker", FOUR)
def test_timeline_labels_stand_clear_of_each_other_and_of_the_marks(ticker, events, market):
    figure = plots.timeline(events, market, ticker).figure
    assert not overlaps(figure)
    assert not outside(figure)
    ax = figure.axes[0]
    renderer = figure.canvas.get_renderer()
    named = [text_box(t, renderer) for t in ax.texts if t.get_label() == "event"]
    points = np.vstack(
        [
            ax.transData.transform(line.get_xydata())
            for line in ax.lines
            if "time " in str(line.get_label())
        ]
    )
    assert len(named) >= 3
    assert not any(box.contains(*point) for box in named for point in points)


def test_scatter_shows_the_estimation_days_the_line_and_the_distance(study):
    results = study(SHOCK)
    ax = plots.scatter(results, (SHOCK, "NVDA"))
    row = results.estimates.loc[(SHOCK, "NVDA")]
    points = only(ax, "estimation days").get_xydata()
    assert len(points) == row["n_estimation"]
    slope, intercept = np.polyfit(points[:, 0], points[:, 1], 1)
    assert [intercept, slope] == pytest.approx([row["alpha"], row["beta"]])
    x, y = only(ax, "fit").get_xydata().T
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(row["beta"])
    low, high = only(ax, "abnormal return").get_ydata()
    assert high - low == pytest.approx(results.car(0, 0).loc[(SHOCK, "NVDA"), "car"])


def test_interval_of_beta_is_that_of_least_squares(study):
    results = study(SHOCK)
    line = readings.estimate(results, (SHOCK, "TSM"))
    fit = stats.linregress(line.benchmark, line.firm)
    half = stats.t.isf(0.025, len(line.firm) - 2) * fit.stderr
    assert [line.beta_low, line.beta_high] == pytest.approx([fit.slope - half, fit.slope + half])


def test_scatter_band_at_day_zero_is_the_interval_of_the_abnormal_return(study):
    line = readings.estimate(study(SHOCK), (SHOCK, "META"))
    half = line.half_width(np.array(line.event_benchmark), 0.05)
    assert half == pytest.approx((line.high - line.low) / 2)


def test_scatter_needs_one_benchmark(events, market):
    sample = ma.align(events[SHOCK], market)
    results = ma.event_study(sample, ma.ConstantMean())
    flat = plots.scatter(results, (SHOCK, "NVDA"))
    assert only(flat, "fit").get_ydata()[0] == pytest.approx(only(flat, "fit").get_ydata()[1])


def test_forest_has_each_estimate_with_its_interval_and_the_sign_expected(study):
    results = study(SHOCK)
    ax = plots.forest(results)
    headline = results.headline().droplevel("event_id")
    for ticker in FOUR:
        assert only(ax, ticker).get_xdata()[0] == pytest.approx(headline.loc[ticker, "car"])
        ends = only(ax, f"interval {ticker}").get_xdata()
        assert list(ends) == pytest.approx(list(headline.loc[ticker, ["ci_low", "ci_high"]]))
    signs = [t.get_text() for t in ax.texts if str(t.get_label()).startswith("expected")]
    assert signs == ["▼", "△", "▼", "▼"]  # Meta's was set with the price known
    said = " ".join(text.get_text().replace("\n", " ") for text in ax.figure.findobj(plt.Text))
    assert "hollow: sign set" in said
    assert "set with the price known" in alt.forest(results)


def test_with_and_without_shows_both_estimates(study):
    plain, excluded = study(SHOCK, exclude_self=False), study(SHOCK)
    ax = plots.with_and_without(plain, excluded, (SHOCK, "NVDA"))
    drawn = [float(one.get_xdata()[0]) for one in artists(ax, "NVDA")]
    both = [one.headline().loc[(SHOCK, "NVDA"), "car"] for one in (plain, excluded)]
    assert drawn == pytest.approx(both)


def test_with_and_without_refuses_the_two_in_the_wrong_order(study):
    plain, excluded = study(SHOCK, exclude_self=False), study(SHOCK)
    with pytest.raises(InputError, match="exclude_self=False first"):
        plots.with_and_without(excluded, plain, (SHOCK, "NVDA"))


def test_axes_given_are_drawn_in_and_given_back(study):
    figure, (left, right) = plt.subplots(1, 2, figsize=(16, 5))
    assert plots.forest(study(SHOCK), ax=right) is right
    assert not left.has_data()
    assert list(figure.get_size_inches()) == [16, 5]


def test_current_empty_axes_are_taken_but_nothing_is_drawn_over(study):
    _, ax = plt.subplots()
    assert plots.car(study(SHOCK)) is ax
    assert plots.car(study(SHOCK)) is not ax


def test_unknown_names_are_refused_with_their_neighbours(study, everything):
    with pytest.raises(UnknownNameError, match="NVDA"):
        plots.car(study(SHOCK), tickers=["NVDIA"])
    with pytest.raises(InputError, match="event_id="):
        plots.car(everything)


def test_chinese_names_are_drawn_in_a_font_that_has_them(study):
    ax = plots.car(study(SHOCK), chinese=True)
    direct = " ".join(t.get_text() for t in ax.texts if t.get_label() == "direct")
    assert ("輝達" in direct) is (style.cjk_font() is not None)
    style.figure_svg(ax)  # a letter without a glyph would warn, and warnings are errors here


def test_no_letter_of_an_english_figure_needs_another_font(study, events, market, everything):
    figures = [*every_figure(SHOCK, events, market, study), plots.heatmap(everything).figure]
    for figure in figures:
        for text in figure.findobj(plt.Text):
            assert text.get_fontfamily() == ["DejaVu Sans"]
            assert all(ord(letter) < 0x2E80 for letter in text.get_text())
        style.figure_svg(figure)


@pytest.mark.parametrize("name", plots.__all__)
def test_alt_text_takes_the_arguments_of_its_figure(name):
    figure = inspect.signature(getattr(plots, name)).parameters
    text = inspect.signature(getattr(alt, name)).parameters
    looks = {"ax", "figure", "title", "chinese"} | ({"labels"} if name == "timeline" else set())
    assert set(text) == set(figure) - looks


def test_alt_text_of_a_path_says_its_numbers(study):
    results = study(SHOCK)
    said = alt.car(results, tickers=["NVDA"])
    paths = [results.car(0, day).loc[(SHOCK, "NVDA")] for day in range(11)]
    assert f"falls to {words.percent(paths[0]['car'])} on day 0" in said
    back = words.points(paths[1]["car"] - paths[0]["car"])
    assert f"recovers {back} on day +1" in said
    assert f"ends at {words.percent(paths[10]['car'])} on day +10" in said
    clear = [day for day, row in enumerate(paths) if row["ci_high"] < 0 or row["ci_low"] > 0]
    assert clear == list(range(7))
    assert "excludes zero on days 0 to +6" in said


def test_alt_texts_of_one_event_say_their_numbers(study, events, market):
    results, plain = study(SHOCK), study(SHOCK, exclude_self=False)
    headline = results.headline().loc[(SHOCK, "NVDA")]
    value = words.estimate(headline["car"], headline["ci_low"], headline["ci_high"])
    assert value in alt.forest(results)
    assert value in alt.with_and_without(plain, results, (SHOCK, "NVDA"))
    beta = words.number(results.estimates.loc[(SHOCK, "NVDA"), "beta"], digits=2)
    assert f"slope {beta}" in alt.scatter(results, (SHOCK, "NVDA"))
    clocks = alt.clocks(events[SHOCK], market, tickers=FOUR)
    assert "Taipei: day 0 is 3 February 2025" in clocks
    assert "closed before: Lunar New Year" in clocks
    assert "time unconfirmed" in clocks
    assert "day 0 is 3 February 2025" in alt.car_panels(results)


def test_alt_texts_of_many_events_say_their_numbers(everything, events, market):
    said = alt.heatmap(everything)
    assert said.startswith("Table of 44 events")
    main = everything.headline().loc[(slice(None), readings.main_tickers(everything)), "car"]
    assert words.percent(main.max(), signed=True) in said
    assert words.percent(main.min(), signed=True) in said
    line = alt.timeline(events, market, "2330.TW")
    assert "−5.7\u202f% on 3 February 2025 (DeepSeek shock)" in line
    assert "Hatched: 4 closures" in line


@pytest.mark.parametrize("gap", [10.0, 24.0])
def test_spread_keeps_distance_and_order_and_room(gap):
    rng = np.random.default_rng(2)
    for _ in range(50):
        wanted = list(rng.uniform(0, 200, 6))
        placed = layout.spread(wanted, gap, 0.0, 200.0)
        ordered = np.array(placed)[np.argsort(wanted)]
        assert np.diff(ordered).min() >= gap - 1e-9
        assert ordered[0] >= -1e-9
        assert ordered[-1] <= 200 + 1e-9


def test_a_label_that_fits_nowhere_is_left_out():
    line = np.column_stack([np.linspace(0, 100, 40), np.tile([0.0, 100.0], 20)])
    anchor = np.array([[50.0, 50.0]])
    assert place_labels(anchor, [(90, 90)], line=line, dots=anchor, room=(100, 100)) == [None]


def test_an_event_is_called_by_its_label(events):
    assert all(names.label_of(event) == event.label for event in events)
    assert all(names.label_of(event.id) == event.label for event in events)
    assert len({event.label for event in events}) == len(events)


def test_an_event_without_a_label_is_called_by_its_title(events):
    event = events[SHOCK].model_copy(update={"label": "", "title": "News of my own"})
    assert names.label_of(event) == "News of my own"


@pytest.mark.parametrize(
    ("event_id", "label"),
    [
        ("my-own-news-2024-05-01", "My own news"),
        ("my_own_news", "My own news"),
        ("news-2024", "News 2024"),
        ("2024-05-01", "2024-05-01"),
        ("H20", "H20"),
    ],
)
def test_an_id_that_nobody_recorded_is_made_readable(event_id, label):
    assert names.label_of(event_id) == label


def test_averages_are_the_numbers_of_the_table(chips):
    ax = plots.averages(chips, window=(0, 1))
    for ticker in FOUR:
        row = chips.loc[ticker]
        assert only(ax, ticker).get_xdata()[0] == row["mean"]
        ends = only(ax, f"interval {ticker}").get_xdata()
        assert list(ends) == list(row[["ci_low", "ci_high"]])
    printed = [text.get_text() for text in artists(ax, "value")]
    assert printed == [words.percent(mean, digits=2, signed=True) for mean in chips["mean"]]
    notes = [text.get_text() for text in artists(ax, "note")]
    assert notes == [words.pvalue(p) for p in chips["pvalue_holm"]]
    rows = [label.get_text().split("\n")[1] for label in ax.get_yticklabels()]
    assert rows == [f"{n} events" for n in chips["n"]]
    assert "days 0 to +1" in said(ax, "subtitle")
    assert not overlaps(ax.figure)
    assert not outside(ax.figure)


def test_averages_of_no_certain_reaction_say_so(chips):
    assert (chips["pvalue_holm"] > 0.05).all()
    ax = plots.averages(chips)
    nearest = names.name(chips["pvalue"].idxmin())
    assert said(ax, "title") == (
        f"No average reaction stands out once all 4 are counted; {nearest} comes nearest"
    )
    assert not [text for text in artists(ax, "value") if text.get_fontweight() == "bold"]


def test_averages_name_what_stands_out_after_holm():
    ax = plots.averages(made_up())
    value = words.percent(0.031, signed=True)
    assert said(ax, "title") == f"Average reaction beyond chance: TSMC (TSM) {value}; not NVIDIA"
    assert [text.get_fontweight() for text in artists(ax, "value")] == ["bold", "normal"]
    assert "Adjusted BMP test, Holm over 2 p values; 12 events." in said(ax, "foot")


def test_a_whisker_that_leaves_out_zero_is_explained_where_holm_disagrees():
    table = made_up(pvalue_holm=[0.08, 0.62])
    assert "for one security alone, before Holm" in said(plots.averages(table), "foot")
    assert "before Holm" not in said(plots.averages(made_up()), "foot")


def test_averages_of_a_test_that_is_not_valid_prove_nothing():
    ax = plots.averages(made_up(valid=[False, True]))
    assert said(ax, "title").startswith("No average reaction stands out")
    assert "test not valid for TSMC (TSM)" in said(ax, "foot")


def test_an_average_without_an_interval_has_a_dot_alone():
    table = made_up(ci_low=[np.nan, -0.02], ci_high=[np.nan, 0.0116], n=[1, 12])
    table["pvalue_holm"] = [np.nan, 0.62]
    ax = plots.averages(table)
    assert np.isnan(only(ax, "interval TSM").get_xdata()).all()
    assert only(ax, "TSM").get_xdata()[0] == 0.031
    assert "no p value" in [text.get_text() for text in artists(ax, "note")]
    assert "1 to 12 events" in said(ax, "foot")
    assert not outside(ax.figure)


def test_alt_text_of_averages_says_their_numbers(chips):
    text = alt.averages(chips, window=(0, 1))
    for ticker, row in chips.iterrows():
        assert f"{names.name(ticker)} {words.percent(row['mean'], digits=2)}" in text
        assert words.interval(row["ci_low"], row["ci_high"], digits=2) in text
        assert f"{words.pvalue(row['pvalue_holm'])} after Holm" in text


def test_standouts_have_a_dot_for_every_reaction_coloured_by_its_test(everything):
    ax = plots.standouts(everything)
    headline = everything.headline()
    out, t = headline["pvalue"] < 0.05, headline["t"]
    step = stats.t.isf(0.025, headline["df"].median()) / 10
    shades = {"below": style.NEGATIVE, "above": style.POSITIVE}
    for label, chosen in (("below", out & (t < 0)), ("inside", ~out), ("above", out & (t > 0))):
        line = only(ax, label)
        assert line.get_color() == shades.get(label, line.get_color())
        drawn, exact = np.sort(line.get_xdata()), np.sort(t[chosen])
        assert len(drawn) == len(exact)
        assert np.abs(drawn - exact).max() <= step / 2 + 1e-9


def test_standouts_stack_no_dot_on_another(everything):
    ax = plots.standouts(everything)
    dots = np.vstack([only(ax, label).get_xydata() for label in ("below", "inside", "above")])
    assert len(np.unique(dots.round(6), axis=0)) == len(everything.sample)
    assert dots[:, 1].max() < ax.get_ylim()[1]
    ax.figure.canvas.draw()
    pixels = ax.transData.transform(dots)
    size = only(ax, "inside").get_markersize() * style.DPI / 72
    near = [np.hypot(*(pixels[k + 1 :] - pixels[k]).T).min() for k in range(len(pixels) - 1)]
    assert min(near) >= size


def test_band_of_standouts_is_where_an_interval_includes_zero(everything):
    band = only(plots.standouts(everything), "band")
    edge = stats.t.isf(0.025, 248)
    assert [band.get_x(), band.get_x() + band.get_width()] == pytest.approx([-edge, edge])
    strict = ma.event_study(everything.sample, alpha=0.01)
    wider = only(plots.standouts(strict), "band")
    assert wider.get_width() == pytest.approx(2 * stats.t.isf(0.005, 248))


def test_line_of_chance_holds_as_many_as_there_are_reactions(everything):
    ax = plots.standouts(everything)
    x, y = only(ax, "chance").get_xydata().T
    step = stats.t.isf(0.025, 248) / 10
    assert np.trapezoid(y, x) / step == pytest.approx(len(everything.sample), rel=0.001)
    inside = np.abs(x) < stats.t.isf(0.025, 248)
    share = np.trapezoid(y[inside], x[inside]) / np.trapezoid(y, x)
    assert share == pytest.approx(0.95, abs=0.01)


def test_standouts_say_both_counts_and_that_days_are_shared(everything):
    ax = plots.standouts(everything)
    headline = everything.headline()
    out, n = headline["pvalue"] < 0.05, len(headline)
    assert said(ax, "title") == (
        f"{out.sum()} of {n} reactions stand out; chance alone would give about {n / 20:.0f}"
    )
    counts = [text.get_text() for text in artists(ax, "count")]
    low, high = (int((out & (sign * headline["t"] > 0)).sum()) for sign in (-1, 1))
    assert counts[::2] == [f"{low} below", f"{n - low - high} inside", f"{high} above"]
    days = everything.sample.observations["session"].nunique()
    foot = said(ax, "foot")
    assert f"{n} reactions to 44 events share {days} days, so their p values are not" in foot


def test_standouts_name_the_farthest_where_nothing_else_stands(everything):
    figure = plots.standouts(everything).figure
    ax = figure.axes[0]
    assert not overlaps(figure)
    assert not outside(figure)
    headline = everything.headline()
    far = headline.loc[headline["t"].abs().nlargest(5).index]
    expected = {
        f"{names.label_of(event)}\n{ticker} {words.percent(row['car'], signed=True)}"
        for (event, ticker), row in far.iterrows()
    }
    assert {text.get_text() for text in artists(ax, "event")} == expected
    renderer = figure.canvas.get_renderer()
    named = [text_box(text, renderer) for text in artists(ax, "event")]
    dots = np.vstack([only(ax, label).get_xydata() for label in ("below", "inside", "above")])
    points = ax.transData.transform(dots)
    assert not any(box.contains(*point) for box in named for point in points)


def test_standouts_of_few_reactions_and_in_given_axes_are_legible(study, everything):
    figure = plots.standouts(study(META_CHIP)).figure
    assert said(figure.axes[0], "title").startswith("None of 4 reactions stand out")
    assert not artists(figure.axes[0], "event")
    assert not overlaps(figure)
    assert not outside(figure)
    _, (left, _) = plt.subplots(1, 2, figsize=(16, 5))
    assert plots.standouts(everything, ax=left) is left
    assert len(artists(left, "event")) == 5
    assert not overlaps(left.figure)


def test_standouts_of_a_thousand_reactions_are_no_tower():
    rng = np.random.default_rng(3)
    days = pd.bdate_range("2020-01-01", periods=1200)
    returns = rng.standard_t(4, (1200, 9)) * 0.01
    own = ma.Market.from_returns(
        pd.DataFrame(returns, index=days, columns=list("ABCDEFGHM")), benchmarks="M"
    )
    rows = [
        {"event_id": f"e-{k}", "ticker": ticker, "session": days[k]}
        for k in range(300, 1180, 7)
        for ticker in "ABCDEFGH"
    ]
    results = ma.event_study(ma.align(pd.DataFrame(rows), own))
    ax = plots.standouts(results)
    assert layout.height_of(ax) <= plots.families.MOST_HEIGHT + 1
    drawn = [len(only(ax, label).get_xdata()) for label in ("below", "inside", "above")]
    assert sum(drawn) == len(rows)
    assert not overlaps(ax.figure)


def test_alt_text_of_standouts_says_its_numbers(everything):
    text = alt.standouts(everything)
    headline = everything.headline()
    assert f"{(headline['pvalue'] < 0.05).sum()} lie outside the band of ±1.97" in text
    event, ticker = headline["t"].abs().idxmax()
    row = headline.loc[(event, ticker)]
    car, t = words.percent(row["car"], signed=True), words.number(row["t"], signed=True)
    assert f"Farthest out: {ticker} {car} ({names.label_of(event)}, t {t})" in text


@pytest.mark.parametrize("seed", range(12))
def test_flags_cover_no_pole_no_dot_and_no_other_flag(seed):
    rng = np.random.default_rng(seed)
    anchors = np.column_stack([rng.uniform(10, 590, 5), np.full(5, 4.0)])
    dots = np.vstack([anchors, np.column_stack([rng.uniform(0, 600, 60), rng.uniform(0, 70, 60)])])
    boxes = place_flags(anchors, [(150.0, 50.0)] * 5, taken=dots, room=(600.0, 320.0))
    there = [(x, box) for (x, _), box in zip(anchors, boxes, strict=True) if box is not None]
    assert len(there) >= 3
    assert not any(box.holds(dots) for _, box in there)
    for (one, first), (two, second) in combinations(there, 2):
        assert not first.meets(second)
        assert not (second.x0 < one < second.x1 and first.y0 > second.y0)
        assert not (first.x0 < two < first.x1 and second.y0 > first.y0)


def test_a_flag_without_room_is_left_out():
    anchors = np.array([[50.0, 4.0], [58.0, 4.0], [200.0, 4.0]])
    sizes = [(48.0, 40.0)] * 3
    there = place_flags(anchors, sizes, taken=anchors, room=(250.0, 60.0))
    assert [box is not None for box in there] == [True, True, True]
    anchors[1] = 52.0, 4.0
    there = place_flags(anchors, sizes, taken=anchors, room=(250.0, 60.0))
    assert [box is not None for box in there] == [True, False, True]
