"""Claims as they are told: sentences, tables and figures show the numbers of the checks."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import num2date
from matplotlib.transforms import Bbox

import analytics as ma
from analytics.display import alt, plots, sentences, style, tables, words
from analytics.display.claimwork import claim_path, path_title, verdicts_title
from analytics.errors import InputError
from analytics.evidence import check_claims, value_change
from analytics.recorded import recorded_folder

MARKET = ma.load_market()
CLAIMS = ma.load_claims()
CHECKS = check_claims(CLAIMS, MARKET)
SHOCK = "deepseek-shock-2025-01-27"
SPAN = ("2025-01-15", "2025-03-10")  # from six sessions before the reference to print


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def plain(text):
    return text.replace(words.NARROW_SPACE, " ").replace(words.MINUS, "-")


def artists(ax, label):
    return [one for one in ax.get_children() if one.get_label() == label]


def only(ax, label):
    (found,) = artists(ax, label)
    return found


def said(ax, what):
    lines = [text for text in ax.texts if text.get_label() == what]
    lines.sort(key=lambda text: -text.xyann[1])
    return " ".join(text.get_text() for text in lines)


def bars():
    with (recorded_folder().path / "prices" / "NVDA.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if SPAN[0] <= row["date"] <= SPAN[1]]
    return [(row["date"], *(float(row[name]) for name in ("close", "low", "high"))) for row in rows]


def with_nvidia(change):
    frame = change(MARKET.bars["NVDA"].copy())
    market = replace(MARKET, bars={**MARKET.bars, "NVDA": frame})
    return check_claims(CLAIMS[:5], market), market


# --- sentences ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NVDA fell -17.0 % on 2025-01-27.", "NVIDIA fell -17.0 % on 27 January 2025."),
        (f"at {SHOCK}", "at “DeepSeek shock”"),
        ("TSM and TSMC, 2330.TW", "TSMC in New York and TSMC, TSMC in Taipei"),
        ("US$114-119bn, SCFI -46.33", "US$114-119bn, SCFI -46.33"),
        ("^SOX", "PHLX Semiconductor"),
    ],
)
def test_a_reason_is_set_in_the_type_of_the_pages(text, expected):
    assert plain(sentences.typeset(text)) == expected


def test_a_minus_is_a_minus_and_a_hyphen_a_hyphen():
    assert sentences.typeset("-3 of 114-119, A-B, 2025-01") == "−3 of 114-119, A-B, 2025-01"


def test_the_tally_counts_every_claim_once():
    assert sentences.claim_tally(CHECKS).startswith(
        "Of 14 claims prices can check 9: 2 supported, 5 partly right, 2 refuted"
    )


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("C1", "-17.0 % (low -18.2 %) on 27 Jan; low -20.8 % on 3 Feb"),
        ("C2", "90 % regained by 20 Feb; -25.0 % on 10 Mar"),
        ("C7", "event 20 Jan; largest fall -17.0 % on 27 Jan"),
        ("C8", "7.2608 CNY per USD; no rate recorded"),
    ],
)
def test_what_the_prices_say_in_a_few_words(claim, expected):
    assert plain(sentences.claim_found(CHECKS[claim])) == expected


@pytest.mark.parametrize("check", list(CHECKS), ids=[one.id for one in CHECKS])
def test_every_claim_can_be_told(check):
    line = sentences.claim_line(check)
    assert sentences.VERDICTS[check.verdict] in line
    assert "nan" not in line + sentences.claim_reason(check) + sentences.claim_change(check)
    assert sentences.claim_verdict(check).startswith(f"{check.id}, ")
    assert "nan" not in repr(tables.claim_figures(check)).lower().split()


def test_the_worth_of_the_fall_beside_what_the_press_quotes():
    results = ma.event_study(ma.align(ma.load_events()[SHOCK], MARKET))
    changes = value_change(results, MARKET)
    text = plain(sentences.worth(changes.loc[(SHOCK, "NVDA")], quoted=589e9))
    assert "NVIDIA lost 593 billion USD of market value on 27 January 2025" in text
    assert "high grade" in text
    assert "589 billion USD that the press quotes belong to 24.34 billion shares" in text
    assert f"{abs(589e9 / 24.20 / 24.49e9 - 1):.2%}".replace("%", " % fewer") in text
    taipei = plain(sentences.worth(changes.loc[(SHOCK, "2330.TW")]))
    assert "lost 1 686 billion TWD" in taipei
    assert "too narrow for the closure" in taipei
    assert "no share count of Meta" in sentences.worth(changes.loc[(SHOCK, "META")])
    table = tables.values(changes).frame
    assert [plain(one) for one in table["raw change, bn"]] == ["-593", "-153", "-1 686", "–"]


# --- tables ---------------------------------------------------------------------------------------


def test_the_table_of_falls_holds_every_reference_on_closes_and_lows():
    frame = tables.falls(CHECKS["C1"]).frame
    assert len(frame) == 6
    assert plain(frame["first session, %"][0]) == "-17.0 (27 Jan)"
    assert plain(frame["whole period, %"][1]) == "-20.8 (3 Feb)"
    assert plain(frame["before other news, %"][5]) == "-24.1 (28 Jan)"  # low against the high
    assert frame["counted from"][5] == "52-week high (high), 153.13"
    with pytest.raises(InputError, match="C2: expected the check of a fall, got recovery"):
        tables.falls(CHECKS["C2"])


def test_the_table_of_reactions_says_what_would_have_been_found():
    frame = tables.reactions(CHECKS["C13"]).frame
    assert list(frame["share"]) == ["NVIDIA", "TSMC in New York", "TSMC in Taipei"]
    found = CHECKS["C13"].figures["detectable_reaction_NVDA"].value
    assert f"found four times in five: {words.percent(found)}" in frame["more"][0]
    with pytest.raises(InputError, match="expected the check of signs"):
        tables.reactions(CHECKS["C1"])


def test_the_table_of_claims_escapes_what_articles_say():
    hostile = CLAIMS[0].model_copy(update={"claim": "<b>&"})
    table = tables.claims(check_claims([hostile], MARKET))
    assert "&lt;b&gt;&amp;" in table._repr_html_()
    assert tables.claims(check_claims([], MARKET)).frame.empty


# --- figures --------------------------------------------------------------------------------------


def test_the_path_shows_closes_ranges_levels_and_marks():
    ax = plots.claim_path(CHECKS, MARKET)
    line, rows = only(ax, "NVDA"), bars()
    assert [f"{num2date(x):%Y-%m-%d}" for x in line.get_xdata()] == [row[0] for row in rows]
    assert list(line.get_ydata()) == [row[1] for row in rows]
    ends = [segment[:, 1].tolist() for segment in only(ax, "range").get_segments()]
    assert ends == [[row[2], row[3]] for row in rows]
    assert only(ax, "level").get_ydata()[0] == 142.62
    assert only(ax, "claimed").get_ydata()[0] == pytest.approx(114.096)
    marked = only(ax, "mark")
    assert sorted(marked.get_ydata()) == pytest.approx([106.98, 113.01, 118.42, 140.11])
    assert len([text for text in ax.texts if text.get_label() == "event"]) == 4
    news = [num2date(x).strftime("%m-%d") for x in only(ax, "news tariffs").get_xdata()]
    assert news == ["02-03", "02-04", "02-10", "03-03", "03-04", "03-10"]
    assert len(only(ax, "news results").get_xdata()) == 1


def test_the_title_is_the_finding_and_moves_with_the_prices():
    assert plain(said(plots.claim_path(CHECKS, MARKET), "title")) == (
        "NVIDIA was first 20 % down on 3 February, after other news, and had not recovered by print"
    )

    def deep(frame):
        frame.loc["2025-01-29", ["low", "close"]] = 100.0
        return frame

    def shallow(frame):
        frame.loc["2025-01-27":"2025-02-14", ["low", "close", "high"]] = 140.0
        frame.loc["2025-03-10", ["close", "high"]] = 150.0
        return frame

    def within(frame):
        frame.loc["2025-01-29", "low"] = 100.0
        return frame

    titles = [
        plain(path_title(claim_path(*with_nvidia(change), "NVDA")))
        for change in (deep, shallow, within)
    ]
    assert titles[0].startswith("NVIDIA closed 20 % lower before other news came")
    assert titles[1] == "NVIDIA never fell 20 %, and had recovered by print"
    assert titles[2].startswith("NVIDIA fell 20 % before other news only within a day")


def test_a_path_of_closes_alone_has_no_ranges():
    frame = MARKET.closes[["NVDA"]].dropna()
    own = ma.Market.from_frames(frame, exchanges="XNYS")
    checks = check_claims(CLAIMS[:4], own)
    ax = plots.claim_path(checks, own)
    assert "low to high" not in said(ax, "subtitle")
    assert 113.01 not in only(ax, "mark").get_ydata()
    assert "reader's own prices" in said(ax, "foot")


def test_a_share_without_a_claim_is_refused():
    with pytest.raises(InputError, match="META: no claim that it fell"):
        plots.claim_path(CHECKS, MARKET, "META")


def test_every_claim_has_its_mark_under_its_verdict():
    ax = plots.claim_verdicts(CHECKS)
    heights = {one.id: only(ax, one.id).get_ydata()[0] for one in CHECKS}
    order = ["supported", "partly", "refuted", "not_checkable"]
    groups = {verdict: [] for verdict in order}
    for one in CHECKS:
        groups[one.verdict].append(heights[one.id])
    for upper, lower in pairwise(order):
        assert max(groups[upper]) < min(groups[lower])
    shapes = {(only(ax, c).get_marker(), only(ax, c).get_fillstyle()) for c in heights}
    assert len(shapes) == 4  # not by colour alone
    assert said(ax, "title") == verdicts_title(CHECKS)
    assert "2 of 9 claims" in verdicts_title(CHECKS)


@pytest.mark.parametrize("draw", ["claim_path", "claim_verdicts"])
def test_no_text_overlaps_another_leaves_the_figure_or_is_too_small(draw):
    ax = plots.claim_path(CHECKS, MARKET) if draw == "claim_path" else plots.claim_verdicts(CHECKS)
    figure = ax.figure
    figure.canvas.draw()
    drawn = [
        one for one in [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels()] if one.get_text()
    ]
    found = [(one.get_text(), one.get_window_extent().padded(-2.5)) for one in drawn]
    for number, (text, box) in enumerate(found):
        assert box.x0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        for other, beside in found[number + 1 :]:
            assert Bbox.intersection(box, beside) is None, (text, other)
    assert min(one.get_fontsize() for one in drawn) >= style.TEXT - 1e-6


def test_the_same_checks_give_the_same_svg():
    for draw in (lambda: plots.claim_path(CHECKS, MARKET), lambda: plots.claim_verdicts(CHECKS)):
        first, second = (style.figure_svg(draw()) for _ in range(2))
        assert first == second
        plt.close("all")


def test_axes_given_are_drawn_in_and_not_resized():
    figure, pair = plt.subplots(2, figsize=(9, 14))
    for ax, give in (
        (pair[0], lambda ax: plots.claim_path(CHECKS, MARKET, ax=ax)),
        (pair[1], lambda ax: plots.claim_verdicts(CHECKS, ax=ax)),
    ):
        assert give(ax) is ax
    assert figure.get_size_inches().tolist() == [9, 14]


def test_alt_texts_say_the_numbers():
    text = plain(alt.claim_path(CHECKS, MARKET))
    for part in ("142.62 USD", "114.10 USD", "27 Jan: -17.0 %", "3 Feb: -20.8 %", "11 March 2025"):
        assert part in text
    listed = plain(alt.claim_verdicts(CHECKS))
    assert all(f"{one.id} " in listed for one in CHECKS)
    assert "Refuted: C2 NVIDIA finally recovered (90 % regained by 20 Feb" in listed


def test_days_before_the_prices_begin_are_not_asked_for():
    short = replace(
        MARKET,
        bars={"NVDA": MARKET.bars["NVDA"].loc["2025-01-23":]},
        calendars={"NVDA": MARKET.calendars["NVDA"]},
    )
    path = claim_path(check_claims(CLAIMS[:4], short), short, "NVDA")
    assert path.prices.close.index[0] == pd.Timestamp("2025-01-23")
    assert np.isfinite(path.level)
