"""Sentences: what they say of a number, and when they must not say it."""

import pytest

import analytics as ma
from analytics.display import sentences
from analytics.display.report import recorded_study

STUDY = recorded_study()
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
