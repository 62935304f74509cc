"""Sentences: what they say of a number, and when they must not say it."""

import pytest

import analytics as ma
from analytics.display import sentences
from analytics.display.report import whole_study

STUDY = whole_study()
RESULTS = STUDY.results
HEADLINE = RESULTS.headline()
SHOCK = "deepseek-shock-2025-01-27"


def said(event_id, ticker):
    return sentences.reaction(RESULTS, (event_id, ticker)).replace("\u202f", " ")


def test_a_reaction_beyond_the_usual_range_comes_with_its_interval():
    assert said(SHOCK, "NVDA") == (
        "NVIDIA lost 16.5 % more than the rest of the market explains on 27 January 2025 "
        "(95 % interval −22.3 to −10.7)"
    )


def test_no_effect_comes_with_what_could_have_been_seen():
    text = said("reuters-meta-training-chip-2025-03-11", "META")
    assert text.startswith("No reaction of Meta can be told from chance on 11 March 2025: +2.2 %")
    assert "a move of 4.7 % would have been found four times in five" in text


def test_a_return_over_a_long_closure_claims_no_power():
    text = said(SHOCK, "2330.TW")
    assert "too narrow for the closure it spans" in text
    assert "four times in five" not in text
    assert text.endswith("within a session of tariff orders")


def test_a_day_at_the_price_limit_is_censored_and_never_stands_out():
    key = ("google-ironwood-2025-04-09", "2330.TW")
    row = HEADLINE.loc[key]
    assert row["raw"] == pytest.approx(0.0994, abs=5e-5)
    assert row["ci_high"] < 0
    assert row["price_limited"]
    assert not sentences.stands_out(row)
    assert "hit its daily price limit" in said(*key)
    facts = RESULTS.sample.observations.loc[key]
    assert sentences.verdict(facts, row) == "censored by the price limit"


def test_own_results_within_a_session_are_said_and_forbid_a_verdict():
    key = ("reuters-meta-artemis-2024-02-01", "META")
    assert said(*key).endswith("within a session of the firm's own results")
    facts, row = RESULTS.sample.observations.loc[key], HEADLINE.loc[key]
    assert sentences.verdict(facts, row) == "not separable from its own results"


@pytest.mark.parametrize(
    ("event_id", "ticker", "days", "text"),
    [
        ("us-licence-nvda-2022-08-31", "NVDA", 156, "None of the 156 estimation days was as large"),
        (SHOCK, "NVDA", 250, "None of the 250 estimation days was as large"),
    ],
)
def test_rarity_counts_the_days_that_there_are(event_id, ticker, days, text):
    key = (event_id, ticker)
    row = HEADLINE.loc[key]
    assert RESULTS.estimates.loc[key, "n_estimation"] == days
    assert row["sq_pvalue"] == pytest.approx(1 / (days + 1))
    assert sentences.rarity(RESULTS, key, row) == text


def test_rarity_agrees_with_the_rank_p_value_everywhere():
    for key, row in HEADLINE.iterrows():
        count, of = sentences.rarity(RESULTS, key, row).replace("None", "0").split(" of the ")
        n = int(of.split()[0])
        assert (1 + int(count)) / (1 + n) == pytest.approx(row["sq_pvalue"]), key


def test_what_holds_only_before_all_comparisons_is_not_said_to_hold():
    row = ma.event_study(  # any row will do: the verb reads three numbers
        ma.align(ma.load_events()[SHOCK], ma.load_market())
    ).headline().iloc[0].copy()  # fmt: skip
    row["mean"], row["pvalue"], row["pvalue_holm"] = 0.01, 0.03, 0.2
    assert sentences.borne_out(row, "+") == "shows only before all comparisons are counted"
    assert sentences.borne_out(row, "-") == "does not show"
    row["pvalue_holm"] = 0.01
    assert sentences.borne_out(row, "+") == "shows"
    assert sentences.borne_out(row, "-") == "is contradicted"


def test_a_sign_set_with_the_price_known_is_marked_in_the_data():
    event = ma.load_events()[SHOCK]
    assert not event.company("META").blind
    assert event.company("NVDA").blind


def shock_both_ways():
    event = ma.load_events()["deepseek-shock-2025-01-27"]
    market = ma.load_market()
    plain = ma.event_study(ma.align(event, market, exclude_self=False))
    return plain, ma.event_study(ma.align(event, market)), event.id


def test_what_the_index_says_with_the_firm_in_it():
    plain, results, event = shock_both_ways()
    said = sentences.with_itself(plain, results, (event, "NVDA")).replace("\u202f", " ")
    row = plain.headline().loc[(event, "NVDA")]
    assert said.startswith(f"with itself in the S&P 500 −{-100 * row['car']:.1f} % (95 % interval")
    assert sentences.with_itself(plain, results, (event, "TSM")) == "it is not in the S&P 500"
    wide = ma.align(ma.load_events()[event], ma.load_market(), tickers=["AVGO"])
    other = ma.event_study(wide)
    assert "its weight in the S&P 500 is not recorded" in sentences.with_itself(
        other, other, (event, "AVGO")
    )


def test_why_the_two_figures_differ_takes_two_sentences_and_the_days_returns():
    plain, results, event = shock_both_ways()
    said = sentences.why_without(plain, results, (event, "NVDA")).replace("\u202f", " ")
    market = ma.load_market()
    day = "2025-01-27"
    for value in (
        market.returns("NVDA")[day],
        market.benchmark("NVDA", exclude_self=False)[day],
        market.benchmark("NVDA")[day],
    ):
        digits = 1 if abs(value) >= 0.01 else 2
        assert f"−{-100 * value:.{digits}f} %" in said
    assert "1.1 percentage points of the index's move were the firm itself" in said
    assert said.count(". ") == 1
    taipei = sentences.why_without(plain, results, (event, "2330.TW"))
    assert "1.4 percentage points of the index's move were the firm itself" in taipei


def test_which_tests_hold_is_said_with_their_answers():
    _, results, _ = shock_both_ways()
    said = sentences.valid_tests(results, 0, 0)
    table = results.test(0, 0)
    assert f"{(~table['valid']).sum()} of 18 tests cannot be trusted here" in said
    assert "adjusted BMP, which allows for it, sees no common move (p = 0.38)" in said
    assert not table.loc["multivariate", "valid"]  # gains and losses look like a raised variance
    assert "multivariate F" not in said
    assert "4 shares that move together (average residual correlation 0.2" in said
