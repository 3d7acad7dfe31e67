"""Recorded values say what the fits say, and are left out where there is nothing to say."""

import math

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.meta_analysis import headline
from citizen_security.evidence.meta_analysis.dependence import dependent_effects, other_correlations
from citizen_security.evidence.meta_analysis.intervention_summaries import table_of
from citizen_security.evidence.meta_analysis.moderator_tests import AskedModerators, ask_moderators
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.pooled_fit import compare_estimators, heterogeneity
from citizen_security.evidence.meta_analysis.prior_sensitivity import fit_bayesian
from citizen_security.evidence.meta_analysis.study_contributions import contributions, without_each
from citizen_security.evidence.studies.coding import OUTCOMES
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.evidence.studies.pooled_sample import pool_sample, sample_of_intervention, whatever_the_level

DEFAULTS = MetaAnalysis.from_values({})


def by_name(values):
    named = {value.name: value for value in values}
    assert len(named) == len(values), "a name is recorded once"
    return named


@pytest.fixture(scope="module")
def fit(therapy):
    return pool_sample(therapy, DEFAULTS)


def test_the_collection_says_how_many_effects_cannot_be_pooled(therapy, data):
    unusable = pd.DataFrame({"reason": ["no error", "no error", "a bound"]})
    values = by_name(headline.collection_values(therapy, data["effects"].head(40), unusable))
    assert (values["studies_pooled"].value, values["studies_pooled_lac"].value) == (58, 0)
    assert values["unusable_sentence"].value == "3 of 40 effects of the table cannot be pooled, 2 because no error."


def test_the_pooled_effect_is_in_words_what_it_is_in_figures(therapy, fit):
    values = by_name(headline.pooled_values(therapy, fit, heterogeneity(therapy, fit), DEFAULTS))
    fall = round(100 * (1 - math.exp(fit.effect)))
    assert values["pooled_effect_in_words"].value == f"odds {fall}% lower"
    assert f"On average the odds are {fall}% lower" in values["pooled_reading"].value
    low, high = values["tau2"].interval
    assert low < values["tau2"].value < high


def test_two_studies_have_no_prediction_interval_and_say_so(alcohol):
    two = pool_sample(alcohol, DEFAULTS)
    values = by_name(headline.pooled_values(alcohol, two, heterogeneity(alcohol, two), DEFAULTS))
    assert values["prediction_statement"].value == "none with fewer than three studies"
    assert "There is no prediction interval with fewer than three studies." in values["pooled_reading"].value


def test_the_span_of_the_estimators_is_without_equal_effects(therapy):
    table = compare_estimators(therapy, 0.95)
    values = by_name(headline.estimator_values(table, therapy.measure))
    is_equal = table["estimator"] == "equal_effects"
    # Equal effects aside, every τ² that is found once.
    distinct = table.loc[~is_equal, "tau_squared"].nunique()
    assert values["estimators_distinct"].value == distinct == 7
    assert "Empirical Bayes and Paule–Mandel are one" in values["estimators_distinct"].label
    low, high, alone = (
        round(100 * -math.expm1(effect))
        for effect in (*table.loc[~is_equal, "effect"].agg(["min", "max"]), table.loc[is_equal, "effect"].iloc[0])
    )
    said = values["estimators_sentence"].value
    assert said == (
        f"Seven ways to estimate how far true effects lie apart put the mean at {low}% to {high}% lower, and supposing "
        f"one true effect puts it at {alone}% lower."
    )
    assert alone < high


def test_estimators_that_agree_in_print_are_said_to(therapy):
    found = compare_estimators(therapy, 0.95)
    table = found.assign(effect=[-0.4 - row / 10_000 for row in range(len(found))])
    said = by_name(headline.estimator_values(table, therapy.measure))["estimators_sentence"].value
    assert said == (
        "Seven ways to estimate how far true effects lie apart, and supposing one true effect, agree on the mean to "
        "the digits printed, 33% lower."
    )


@pytest.mark.parametrize(
    ("p_value", "level", "said"),
    [
        (
            0.2,
            0.95,
            "At the 5% level it is not shown that the effect depends on year (p = 0.2), nor that it does not.",
        ),
        (
            0.2,
            0.7,
            "At the 30% level the effect differs by year (p = 0.2); what goes with it may be the reason",
        ),
        (0.0002, 0.95, "At the 5% level the effect differs by year (p < 0.001)"),
    ],
)
def test_the_moderator_is_read_at_the_level_of_the_intervals(therapy, p_value, level, said):
    chosen = MetaAnalysis.from_values({"moderator": "year", "confidence_level": level})
    none = math.nan
    tests = pd.DataFrame(
        [
            ("F", "F", 2.5, 1, 56, p_value, ""),
            ("9 rearrangements", "", none, none, none, 0.03, ""),
            ("HTZ", "", none, none, none, none, "two clusters."),
        ],
        columns=["test", "name", "statistic", "numerator_degrees", "denominator_degrees", "p_value", "note"],
    )
    asked = AskedModerators(ask_moderators(therapy, chosen).regression, pd.DataFrame(), tests)
    (value,) = headline.moderator_values(asked, chosen)
    assert value.value.startswith(said)
    assert value.value.endswith("By 9 rearrangements, p = 0.03; by HTZ, two clusters.")


def test_without_a_moderator_the_sentence_says_that_none_was_chosen(therapy):
    none = MetaAnalysis.from_values({"moderator": "none"})
    (value,) = headline.moderator_values(ask_moderators(therapy, none), none)
    assert value.value == "No moderator was chosen."


def test_leaving_out_is_told_only_where_a_study_can_be_left_out(therapy):
    parts, without = contributions(therapy), without_each(therapy, DEFAULTS)
    (value,) = headline.influence_values(therapy, parts, without)
    top = parts["heterogeneity"].idxmax()
    share = parts["heterogeneity"].max() / parts["heterogeneity"].sum()
    assert value.value.startswith(
        f"{parts.loc[top, 'label']} adds most to the differences between studies, {share:.0%} (of Cochran's Q, which "
        "sums them up). Without any one study"
    )
    assert f"to {-100 * math.expm1(without['effect'].max()):.0f}% lower." in value.value
    (alone,) = headline.influence_values(therapy, parts, "too few")
    assert "Without" not in alone.value


def test_the_posterior_is_told_at_the_credible_level(therapy):
    narrow = MetaAnalysis.from_values({"credible_level": 0.5})
    posterior = fit_bayesian(therapy, narrow)
    values = by_name(headline.bayesian_values(therapy, posterior, narrow))
    low, high = (f"{-100 * math.expm1(end):.0f}%" for end in posterior.mu(0.5).central)
    assert f"({low} to {high} lower, 50% credible)" in values["posterior_sentence"].value


def test_the_meaning_of_the_prior_is_the_ratio_that_it_allows_at_its_median(therapy):
    values = by_name(headline.bayesian_values(therapy, fit_bayesian(therapy, DEFAULTS), DEFAULTS))
    # Half-normal with scale 0.25 · 2: a median τ of 0.337, and 3.92 of them on the log scale.
    assert values["prior_meaning"].value == f"from one ratio to {math.exp(3.92 * 0.337):.2g} times that ratio"


def test_what_is_pooled_names_its_outcomes_where_it_mixes_them(alcohol, harmonised):
    fit = pool_sample(alcohol, DEFAULTS)
    (other,) = set(alcohol.effects["outcome"]) - {"homicide"}
    said = by_name(headline.pooled_values(alcohol, fit, heterogeneity(alcohol, fit), DEFAULTS))["pooled_reading"].value
    names = f"two outcomes (homicide and violent death; {OUTCOMES[other].label.lower()})"
    assert f"It mixes effects on {names}, within one study too, which the grades of certainty never do." in said
    one = whatever_the_level(sample_of_intervention(harmonised, "alcohol_restriction", "homicide"))
    fit = pool_sample(one, DEFAULTS)
    assert (
        "mixes"
        not in by_name(headline.pooled_values(one, fit, heterogeneity(one, fit), DEFAULTS))["pooled_reading"].value
    )


def test_where_nothing_is_nested_there_is_a_reason_and_no_figure(therapy):
    fitted = dependent_effects(therapy.studies, "publication", 0.6, 0.95)
    others = other_correlations(therapy.studies, "publication", 0.95)
    fit = pool_sample(therapy, DEFAULTS)
    value, relied, hangs = headline.dependence_values(therapy, fit, fitted, others)
    assert relied.value.startswith(
        "58 studies from 54 publications are pooled. Robinson (1991) and Robinson (1995a) share a control group and "
        "count as one publication. That interval rests on "
    )
    low, high = (-100 * math.expm1(end) for end in (others["effect"].max(), others["effect"].min()))
    whose = "Supposed correlations of the errors of one publication's effects from 0 to 0.9"
    assert hangs.value == f"{whose} put the mean at {high:.0f}% to {low:.0f}% lower."
    alike = headline.dependence_values(therapy, fit, fitted, others.assign(effect=-0.4))[-1]
    assert alike.value == f"{whose} agree on the mean to the digits printed."
    assert value.value.startswith(f"odds {-100 * math.expm1(fitted.robust.coefficients[0]):.0f}% lower (95% interval: ")
    reason = "no two effects share a key."
    none, _, nor = headline.dependence_values(therapy, fit, reason, reason)
    assert nor.value == "What another correlation would do cannot be told: no two effects share a key."
    assert none.value == "not to be had: no two effects share a key"


def test_an_odds_ratio_below_one_lowers_the_risk_by_less_than_the_odds(fit):
    values = by_name(headline.risk_values(np.array([0.2, 0.4, 0.6]), fit))
    assert values["control_risk"].value == 0.4
    assert 100 * math.expm1(fit.effect) < values["risk_change_percent"].value < 0
    missing = headline.risk_values(np.empty(0), fit)
    assert [value.names for value in missing] == ["control_risk", "risk_change_percent"]


def test_the_worst_setting_of_each_procedure_is_recorded_with_its_error():
    rows = [
        (name, size, 0.8 + 0.1 * place, 0.2 - 0.1 * place)
        for name in (
            *(procedure for procedure, _ in headline.COMPARED.values()),
            "dersimonian_laird_knapp_hartung",
            "reml_knapp_hartung_unfloored",
        )
        for place, size in enumerate(("alike", "one_large"))
    ]
    simulated = pd.DataFrame(rows, columns=["procedure", "sizes", "coverage", "type_one_error"])
    simulated = simulated.assign(simulation_error=0.01, replicates=500, studies=5, i_squared=0.5, width=1.0)
    values = by_name(headline.coverage_values(simulated, DEFAULTS))
    lowest = values["coverage_normal_lowest"]
    assert (lowest.value, lowest.n) == (80, 500)
    assert lowest.interval == pytest.approx((78, 82))
    assert values["type_one_error_knapp_hartung_highest"].value == pytest.approx(20)
    assert "as few as 80% of sets of 5 studies of one size" in values["coverage_sentence"].value


def test_the_pages_have_their_sentences_and_nothing_else_is_recorded_of_interventions(summaries):
    every = table_of(list(summaries.values()))
    values = by_name(headline.intervention_values(list(summaries.values()), every, DEFAULTS))
    of_pages = {name for code in PAGES for name in (f"{code}_count_sentence", f"{code}_reading")}
    assert set(values) == of_pages | {"interventions_sentence"}
