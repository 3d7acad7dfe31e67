"""Recorded values say what the fits say, and are left out where there is nothing to say."""

import math

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.meta_analysis import headline
from citizen_security.evidence.meta_analysis.dependence import dependent_effects
from citizen_security.evidence.meta_analysis.intervention_summaries import PAGES, table_of
from citizen_security.evidence.meta_analysis.moderators import ask_moderator
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.pooled_fit import compare_estimators, heterogeneity, pool_sample
from citizen_security.evidence.meta_analysis.prior_sensitivity import fit_bayesian
from citizen_security.evidence.meta_analysis.study_contributions import contributions, without_each

DEFAULTS = MetaAnalysis.from_values({})


def by_name(values):
    named = {value.name: value for value in values}
    assert len(named) == len(values), "a name is recorded once"
    return named


@pytest.fixture(scope="module")
def fit(therapy):
    return pool_sample(therapy, DEFAULTS)


def test_the_collection_is_counted_by_the_intervention_pooled(summaries, therapy, data):
    values = by_name(
        headline.collection_values(list(summaries.values()), therapy, data["effects"], data["effects"].head(3))
    )
    assert values["studies_total"].value == summaries["cognitive_behavioural_therapy"].studies
    assert (values["studies_pooled"].value, values["effects_unusable"].value) == (58, 3)


def test_the_pooled_effect_is_in_words_what_it_is_in_figures(therapy, fit):
    values = by_name(headline.pooled_values(therapy, fit, heterogeneity(therapy, fit)))
    fall = round(100 * (1 - math.exp(values["pooled_effect"].value)))
    assert values["pooled_effect_in_words"].value == f"odds {fall}% lower"
    low, high = values["tau2"].interval
    assert low < values["tau2"].value < high


def test_two_studies_record_no_prediction_interval(alcohol):
    two = pool_sample(alcohol, DEFAULTS)
    values = by_name(headline.pooled_values(alcohol, two, heterogeneity(alcohol, two)))
    assert values["prediction_statement"].value == "none with fewer than three studies"
    assert "new_study_effect" not in values


def test_the_number_of_estimators_is_that_of_those_that_differ(therapy):
    table = compare_estimators(therapy, 0.95)
    values = by_name(headline.estimator_values(table))
    # Equal effects aside, every τ² that is found once.
    distinct = table.loc[table["estimator"] != "equal_effects", "tau_squared"].nunique()
    assert values["estimators_distinct"].value == distinct == 7
    assert "Empirical Bayes and Paule–Mandel are one" in values["estimators_distinct"].label


def test_the_moderator_has_a_p_value_or_says_that_there_is_none(therapy):
    none = MetaAnalysis.from_values({"moderator": "none"})
    (value,) = headline.moderator_values(ask_moderator(therapy, none), none)
    assert value.value == "no moderator was chosen"
    (value,) = headline.moderator_values(ask_moderator(therapy, DEFAULTS), DEFAULTS)
    assert value.value.startswith("p = 0.")


def test_leaving_out_is_recorded_only_where_a_study_can_be_left_out(therapy, fit):
    parts = contributions(therapy)
    values = by_name(headline.influence_values(fit, parts, without_each(therapy, DEFAULTS)))
    assert values["left_out_least"].value < fit.effect < values["left_out_most"].value
    assert values["top_study"].value == parts.loc[parts["heterogeneity"].idxmax(), "label"]
    assert "left_out_least" not in by_name(headline.influence_values(fit, parts, "too few"))


def test_intervals_of_the_posterior_are_at_the_credible_level(therapy):
    narrow = MetaAnalysis.from_values({"credible_level": 0.5})
    posterior = fit_bayesian(therapy, narrow)
    values = by_name(headline.bayesian_values(therapy, posterior, narrow))
    assert values["bayesian_effect"].interval == posterior.mu(0.5).central
    assert values["bayesian_tau"].label.endswith("50% credible")


def test_the_meaning_of_the_prior_is_the_ratio_that_it_allows_at_its_median(therapy):
    values = by_name(headline.bayesian_values(therapy, fit_bayesian(therapy, DEFAULTS), DEFAULTS))
    # Half-normal with scale 0.25 · 2: a median τ of 0.337, and 3.92 of them on the log scale.
    assert values["prior_meaning"].value == f"from one ratio to {math.exp(3.92 * 0.337):.2g} times that ratio"


def test_where_nothing_is_nested_there_is_a_sentence_and_no_figure(therapy):
    fitted = dependent_effects(therapy.studies, "publication", 0.95)
    values = by_name(headline.dependence_values({"publication": fitted, "region": "no two effects share a key"}))
    assert values["robust_statement_region"].value == headline.NO_ROBUST_MEAN
    assert "robust_effect_region" not in values
    assert values["robust_effect_publication"].value == fitted.robust.coefficients[0]


def test_an_odds_ratio_below_one_lowers_the_risk_by_less_than_the_odds(fit):
    values = by_name(headline.risk_values(np.array([0.2, 0.4, 0.6]), fit))
    assert values["control_risk"].value == 0.4
    assert 100 * math.expm1(fit.effect) < values["risk_change_percent"].value < 0
    assert headline.risk_values(np.empty(0), fit) == []


def test_the_worst_setting_of_each_procedure_is_recorded_with_its_error():
    rows = [(name, 0.8 + 0.1 * i, 0.2 - 0.1 * i) for name in headline.COMPARED.values() for i in range(2)]
    simulated = pd.DataFrame(rows, columns=["procedure", "coverage", "type_one_error"])
    values = by_name(headline.coverage_values(simulated.assign(simulation_error=0.01, replicates=500), DEFAULTS))
    lowest = values["coverage_normal_lowest"]
    assert (lowest.value, lowest.n) == (80, 500)
    assert lowest.interval == pytest.approx((78, 82))
    assert values["type_one_error_knapp_hartung_highest"].value == pytest.approx(20)
    assert values["test_size"].value == pytest.approx(5)


def test_every_intervention_has_its_counts_and_those_with_a_page_their_sentences(summaries, data, coded):
    every = table_of(list(summaries.values()))
    values = by_name(
        headline.intervention_values(list(summaries.values()), every, data["studies"], data["effects"], coded)
    )
    assert {f"studies_total_{code}" for code in summaries} <= set(values)
    for code in PAGES:
        assert {f"{name}_{code}" for name in ("statement", "findings", "reviews", "bayesian_statement")} <= set(values)
    pooled = [code for code, summary in summaries.items() if summary.pooled is not None]
    assert values["interventions_pooled"].value == len(pooled)
    assert {name for name in values if name.startswith("tau2_")} == {f"tau2_{code}" for code in pooled}
