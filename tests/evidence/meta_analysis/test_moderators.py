"""Moderators: second routes to the same number, a slope put in is found, and refusals that say why."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from citizen_security.evidence.meta_analysis.moderators import (
    compare_moderators,
    design_matrix,
    omnibus,
    problem_of_moderator,
    problem_of_moderators,
    regress,
    regression_line,
    studies_by_year,
    subgroups,
)
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.methods.meta_analysis.pooling import pool

DEFAULTS = MetaAnalysis.from_values({})


def given(**values):
    return MetaAnalysis.from_values(values)


def test_a_regression_on_groups_has_the_means_of_groups_pooled_with_a_common_variance(therapy):
    fit, table = regress(therapy, DEFAULTS, "maryland_level")
    levels = therapy.studies["maryland_level"].to_numpy(dtype=float)
    weights = 1 / (therapy.variance + fit.tau_squared)
    means = [np.average(therapy.effect[levels == level], weights=weights[levels == level]) for level in (2, 4, 5)]
    assert table["estimate"].to_list() == pytest.approx([means[0], means[1] - means[0], means[2] - means[0]])


def test_the_test_of_one_coefficient_is_the_test_of_all_where_there_is_one(therapy):
    for test in ("knapp_hartung", "normal"):
        fit, table = regress(therapy, given(test=test), "year")
        assert omnibus(fit).p_value == pytest.approx(table["p_value"].iloc[1])


def test_which_group_comes_first_does_not_change_the_test_of_the_moderator(therapy):
    fit, _ = regress(therapy, DEFAULTS, "maryland_level")
    design, _ = design_matrix(therapy.studies, "maryland_level")
    turned = np.column_stack([design[:, 0], design[:, 1], 1 - design[:, 1] - design[:, 2]])
    other = pool(therapy.effect, therapy.variance, design=turned)
    mine, theirs = omnibus(fit), omnibus(other)
    assert (mine.name, mine.numerator_degrees, mine.denominator_degrees) == ("F", 2, 55)
    assert mine[1:] == pytest.approx(theirs[1:])
    normal, _ = regress(therapy, given(test="normal"), "maryland_level")
    wald = omnibus(normal)
    assert (wald.name, wald.numerator_degrees) == ("χ²", 2)
    assert np.isnan(wald.denominator_degrees)
    assert wald.p_value == pytest.approx(chi2.sf(wald.statistic, 2))


def test_a_slope_that_was_put_in_is_found():
    generator = np.random.default_rng(3)
    years = generator.integers(1990, 2020, 400)
    error = generator.uniform(0.05, 0.2, 400)
    effect = -0.5 + 0.2 * (years - years.mean()) / 10 + generator.normal(0, np.hypot(error, 0.1))
    table = pd.DataFrame(
        {
            "effect_id": [f"e{i}" for i in range(400)],
            "study_id": [f"s{i}" for i in range(400)],
            "label": [f"S{i} (2000)" for i in range(400)],
            "publication": [f"S{i} (2000)" for i in range(400)],
            "cluster": [f"S{i} (2000)" for i in range(400)],
            "independent_sample": "",
            "year": years,
            "is_lac": False,
            "intervention": "cctv",
            "outcome": "homicide",
            "measure": "rate_ratio",
            "scale": "log_ratio",
            "effect": effect,
            "standard_error": error,
            "derivation": "",
            "maryland_level": 3,
            "enters_a_mean": True,
        }
    )
    sample = sample_of_intervention(table, "cctv")
    fit, found = regress(sample, DEFAULTS, "year")
    # Three standard errors of a slope that 400 studies give.
    assert found["estimate"].iloc[1] == pytest.approx(0.2, abs=3 * fit.standard_errors[1])
    line = regression_line(sample, fit)
    assert line["fitted"].iloc[-1] - line["fitted"].iloc[0] == pytest.approx(
        found["estimate"].iloc[1] * (years.max() - years.min()) / 10
    )
    assert ((line["lower"] < line["fitted"]) & (line["fitted"] < line["upper"])).all()


def test_a_moderator_that_cannot_be_asked_says_why(therapy):
    table = compare_moderators(therapy, DEFAULTS).set_index("moderator")
    assert table.loc["region", "note"] == "all 58 studies have the same region"
    assert np.isfinite(table.loc["year", "p_value"])
    few = therapy.studies.assign(region=["elsewhere"] * 57 + ["Latin America and the Caribbean"])
    assert problem_of_moderator(few, "region") == "a group has fewer than 2 studies"
    assert "no strength of design" in problem_of_moderator(few.assign(maryland_level=pd.NA), "maryland_level")
    assert "at least 5" in problem_of_moderator(therapy.studies.head(4), "year")


def test_subgroups_of_a_normal_test_are_narrower_than_of_the_t(harmonised):
    sample = sample_of_intervention(harmonised, "cognitive_behavioural_therapy")
    for one, other in zip(
        subgroups(sample, given(test="normal")).itertuples(), subgroups(sample, DEFAULTS).itertuples(), strict=True
    ):
        assert one.effect == pytest.approx(other.effect)


def test_several_moderators_are_one_design_whose_intercept_is_named_by_all(therapy):
    design, names = design_matrix(therapy.studies, "maryland_level", "year")
    alone = [design_matrix(therapy.studies, name)[0][:, 1:] for name in ("maryland_level", "year")]
    assert (design[:, 1:] == np.column_stack(alone)).all()
    assert names[0] == "Maryland level 2, at the mean year"
    assert names[-1] == "per decade"
    _, table = regress(therapy, DEFAULTS, "maryland_level", "year")
    other = pool(therapy.effect, therapy.variance, design=design)
    assert table["estimate"].to_list() == pytest.approx(list(other.coefficients))


def test_several_moderators_are_refused_where_studies_are_few_or_cannot_tell_them_apart(therapy):
    both = ["maryland_level", "year"]
    assert problem_of_moderators(therapy.studies, both) == ""
    assert problem_of_moderators(therapy.studies, []) == ""
    assert "the same region" in problem_of_moderators(therapy.studies, ["region", "year"])
    # Three levels and a slope: four coefficients, and three studies more.
    few = therapy.studies.sort_values("maryland_level").groupby("maryland_level").head(2)
    assert problem_of_moderators(few, both) == "6 studies for 4 coefficients; at least 7 are needed"
    together = therapy.studies.assign(outcome=therapy.studies["maryland_level"].astype(str))
    found = problem_of_moderators(together, ["maryland_level", "outcome"])
    assert found == "strength of design and outcome go together in these studies, so that they cannot be told apart"


def test_studies_by_year_weigh_what_they_weigh_in_the_mean(therapy):
    fit = pool(therapy.effect, therapy.variance)
    points = studies_by_year(therapy, fit)
    assert (points["value"] == therapy.studies["year"]).all()
    assert points["weight"].sum() == pytest.approx(1)
