"""Effects of one publication are not so many studies."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.meta_analysis.dependence import (
    CORRELATIONS,
    by_other_correlations,
    by_publication,
    dependence_table,
    dependent_effects,
    other_correlations,
    reliance_clauses,
    shown,
)
from citizen_security.evidence.meta_analysis.headline import dependence_values
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.pooled_sample import pool_sample, sample_of_intervention
from citizen_security.methods.meta_analysis.cluster_robust import cluster_robust
from citizen_security.methods.meta_analysis.multilevel import three_level


def test_two_effects_of_a_publication_are_not_two_studies(therapy):
    found = dependent_effects(therapy.studies, "publication", 0.4, 0.95)
    assert found.nested.studies < found.nested.k == 58
    table = dependence_table(found).set_index("method")
    name = "correlated and hierarchical, ρ = 0.4"
    assert table.loc[f"{name}, CR2 errors", "degrees_of_freedom"] < table.loc[name, "degrees_of_freedom"]
    assert table.loc[name, "effect"] == pytest.approx(table.loc[f"{name}, CR2 errors", "effect"])
    assert table.loc["three levels, ρ = 0", "effect"] != pytest.approx(table.loc[name, "effect"], rel=1e-4)


@pytest.mark.parametrize(("correlation", "level"), [(0.2, 0.8), (0.9, 0.95)])
def test_all_effects_are_fitted_with_the_correlation_and_level_of_the_parameters(alcohol, correlation, level):
    parameters = MetaAnalysis.from_values({"working_correlation": correlation, "confidence_level": level})
    found = by_publication(alcohol, parameters)
    assert len(alcohol.studies) < len(alcohol.effects) == found.correlated.k
    effects = alcohol.effects
    arguments = effects["effect"], effects["standard_error"] ** 2, effects["study_id"]
    fit = three_level(*arguments, correlation=correlation)
    robust = cluster_robust(effects["effect"], effects["study_id"], fit.working_covariance, confidence_level=level)
    assert found.robust.lower == pytest.approx(robust.lower)
    assert found.nested.between_studies == pytest.approx(three_level(*arguments).between_studies)
    others = by_other_correlations(alcohol, parameters).set_index("correlation")
    assert tuple(others.index) == CORRELATIONS
    assert others.loc[correlation, "lower"] == pytest.approx(robust.lower[0])
    assert others.loc[correlation, "between"] ** 2 == pytest.approx(fit.between_studies)
    assert others.loc[correlation, "within"] ** 2 == pytest.approx(fit.within_studies)


def test_equal_errors_without_differences_within_studies_make_the_mean_of_one_effect_a_study():
    # Effects that are alike within studies, ρ near one: each study weighs as it does with its mean alone.
    means = np.array([-0.6, -0.1, -0.3, 0.2, -0.5])
    effects = pd.DataFrame(
        {
            "effect": np.repeat(means, [1, 4, 2, 1, 3]),
            "standard_error": 0.3,
            "study_id": np.repeat(range(5), [1, 4, 2, 1, 3]),
        }
    )
    table = other_correlations(effects, "study_id", 0.95, (0.0, 0.999))
    assert table["effect"].iloc[1] == pytest.approx(means.mean(), abs=1e-3)
    assert abs(table["effect"].iloc[0] - means.mean()) > 5e-3


def test_equal_effects_are_as_sure_as_the_model_has_it_and_the_page_says_whose_errors_they_are(alcohol):
    effects = alcohol.effects.assign(effect=-0.22)
    found = dependent_effects(effects, "label", 0.6, 0.9)
    table = dependence_table(found).set_index("method")
    name = "correlated and hierarchical, ρ = 0.6"
    assert table.loc[f"{name}, CR2 errors", "upper"] == pytest.approx(table.loc[name, "upper"])
    assert table.loc[name, "upper"] - table.loc[name, "lower"] > 0.05
    others = other_correlations(effects, "label", 0.9)
    assert (others["upper"] - others["lower"] > 0.05).all()
    fit = pool_sample(alcohol, MetaAnalysis.from_values({}))
    said = dependence_values(alcohol, fit, found, others)[0].value
    assert "by the model's own errors" in said
    assert "to 20% lower" not in said
    usual = dependent_effects(alcohol.effects, "label", 0.6, 0.9)
    assert "own errors" not in dependence_values(alcohol, fit, usual, others)[0].value


def test_what_cannot_be_fitted_is_told_in_its_row(harmonised):
    sample = sample_of_intervention(harmonised, "deterrence_education")
    reason = by_publication(sample, MetaAnalysis.from_values({}))
    assert "one with two effects" in reason
    assert shown(reason)["note"].to_list() == [reason]
    assert by_other_correlations(sample, MetaAnalysis.from_values({})) == reason
    table = pd.DataFrame({"effect": [0.1]})
    assert shown(table) is table


def test_few_degrees_of_freedom_and_a_contradiction_are_said(harmonised):
    # Ten studies from three publications: less by one effect a study, no change by publication.
    sample = sample_of_intervention(harmonised, "restorative_justice")
    parameters = MetaAnalysis.from_values({})
    assert (sample.k, sample.publications) == (10, 3)
    fit, found = pool_sample(sample, parameters), by_publication(sample, parameters)
    few, against = reliance_clauses(sample, fit, found)
    degrees = found.robust.degrees_of_freedom[0]
    assert degrees < 4
    assert few == (
        f"that interval rests on {degrees:.1f} degrees of freedom, about so many independent comparisons, and below 4 "
        "it is not to be relied on"
    )
    other = "that of one effect a study lies on the side of less crime"
    assert against == f"the interval by publication includes no change, while {other}"
    assert dependence_table(found)["note"].iloc[-1] == "fewer than 4 degrees of freedom: not to be relied on"
    of_effects = "degrees of freedom are of effects, from 3 publications"
    assert dependence_table(found)["note"].tolist()[:3] == ["", of_effects, of_effects]
    # Where the model's interval is the wider and stands, three publications are still three.
    assert (by_other_correlations(sample, parameters)["degrees_of_freedom"] < 4).all()
    assert (by_other_correlations(sample, parameters)["note"] != "").all()


def test_enough_degrees_of_freedom_that_agree_have_no_warning(therapy):
    parameters = MetaAnalysis.from_values({})
    joined, said = reliance_clauses(therapy, pool_sample(therapy, parameters), by_publication(therapy, parameters))
    assert joined == "Robinson (1991) and Robinson (1995a) share a control group and count as one publication"
    assert said.startswith("that interval rests on ")
    assert "relied" not in said
