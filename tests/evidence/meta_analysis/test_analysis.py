"""The tables of the notebook: second routes to the same number, and refusals that say what would work."""

import math

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.meta_analysis.analysis import (
    common_effects,
    compare_estimators,
    contributions,
    control_risks,
    dependence_table,
    dependent_effects,
    forest_rows,
    forest_summaries,
    heterogeneity,
    pool_sample,
    prediction,
    problems_of_sample,
)
from citizen_security.evidence.meta_analysis.checks import check
from citizen_security.evidence.meta_analysis.moderators import (
    compare_moderators,
    design_matrix,
    omnibus_p_value,
    problem_of_moderator,
    regress,
    regression_line,
    subgroups,
)
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import choose
from citizen_security.methods.meta_analysis.influence import leave_one_out
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog

DEFAULTS = MetaAnalysis.from_values({})


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


@pytest.fixture(scope="module")
def therapy(harmonised):
    return choose(harmonised, "cognitive_behavioural_therapy")


@pytest.fixture(scope="module")
def alcohol(harmonised):
    return choose(harmonised, "alcohol_restriction")


def given(**values):
    return MetaAnalysis.from_values(values)


def test_the_pooled_odds_ratio_is_the_one_that_the_authors_of_the_set_print(therapy):
    # Landenberger and Lipsey (2005) print a mean odds ratio of 1.53 of success; τ² by another estimator moves the third
    # figure.
    fit = pool_sample(therapy, given(estimator="dersimonian_laird"))
    assert math.exp(-fit.effect) == pytest.approx(1.53, abs=0.01)


def test_the_trials_of_prison_visits_are_harmful_on_average_as_their_review_prints(harmonised):
    # Petrosino and others (2013): odds ratio about 1.7 of new offences.
    fit = pool_sample(choose(harmonised, "deterrence_education"), given(estimator="dersimonian_laird"))
    assert math.exp(fit.effect) == pytest.approx(1.7, abs=0.05)


def test_i_squared_and_its_interval_follow_from_tau_squared(therapy):
    fit = pool_sample(therapy, DEFAULTS)
    table = heterogeneity(therapy, fit).set_index("quantity")
    tau, share, ratio = table.loc["τ², variance between studies"], table.loc["I², per cent"], table.loc["H²"]
    for column in ("estimate", "lower", "upper"):
        assert share[column] == pytest.approx(100 * (1 - 1 / ratio[column]))
    typical = tau["estimate"] * (100 / share["estimate"] - 1)
    for column in ("lower", "upper"):
        assert share[column] == pytest.approx(100 * tau[column] / (tau[column] + typical))


def test_every_estimator_gives_its_own_pooling(therapy):
    table = compare_estimators(therapy, 0.9).set_index("estimator")
    assert len(table) == 9
    fit = pool(therapy.effect, therapy.variance, estimator="sidik_jonkman", test="normal", level=0.9)
    row = table.loc["sidik_jonkman"]
    assert (row["effect"], row["normal_lower"], row["tau_squared"]) == pytest.approx(
        (fit.effect, fit.interval[0], fit.tau_squared)
    )


def test_a_forest_plot_holds_every_study_once_and_weights_make_one(therapy):
    fit = pool_sample(therapy, DEFAULTS)
    rows = forest_rows(therapy, fit, DEFAULTS)
    assert sorted(rows["label"]) == sorted(therapy.studies["label"])
    assert rows["weight"].sum() == pytest.approx(1)
    assert (rows["weight"] * rows["effect"]).sum() == pytest.approx(fit.effect)


def test_the_diamonds_are_those_of_the_groups_and_of_all(therapy):
    fit = pool_sample(therapy, DEFAULTS)
    diamonds = forest_summaries(therapy, fit, DEFAULTS)
    assert list(diamonds["group"]) == ["Maryland level 3", "Maryland level 4", "Maryland level 5", "all studies"]
    assert diamonds["studies"].iloc[:-1].sum() == diamonds["studies"].iloc[-1] == 58
    fives = therapy.studies[therapy.studies["maryland_level"] == 5]
    alone = pool(fives["effect"], fives["standard_error"] ** 2)
    assert diamonds["effect"].iloc[2] == pytest.approx(alone.effect)
    assert len(forest_summaries(therapy, fit, given(moderator="none"))) == 1


def test_a_regression_on_groups_has_the_means_of_groups_pooled_with_a_common_variance(therapy):
    fit, table = regress(therapy, DEFAULTS, "maryland_level")
    levels = therapy.studies["maryland_level"].to_numpy(dtype=float)
    weights = 1 / (therapy.variance + fit.tau_squared)
    means = [np.average(therapy.effect[levels == level], weights=weights[levels == level]) for level in (3, 4, 5)]
    assert table["estimate"].to_list() == pytest.approx([means[0], means[1] - means[0], means[2] - means[0]])


def test_the_test_of_one_coefficient_is_the_test_of_all_where_there_is_one(therapy):
    for test in ("knapp_hartung", "normal"):
        fit, table = regress(therapy, given(test=test), "year")
        assert omnibus_p_value(fit) == pytest.approx(table["p_value"].iloc[1])


def test_which_group_comes_first_does_not_change_the_test_of_the_moderator(therapy):
    fit, _ = regress(therapy, DEFAULTS, "maryland_level")
    design, _ = design_matrix(therapy.studies, "maryland_level")
    turned = np.column_stack([design[:, 0], design[:, 1], 1 - design[:, 1] - design[:, 2]])
    other = pool(therapy.effect, therapy.variance, design=turned)
    assert omnibus_p_value(fit) == pytest.approx(omnibus_p_value(other))


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
        }
    )
    sample = choose(table, "cctv")
    fit, found = regress(sample, DEFAULTS, "year")
    # Three standard errors of a slope that 400 studies give.
    assert found["estimate"].iloc[1] == pytest.approx(0.2, abs=3 * fit.standard_errors[1])
    line = regression_line(sample, fit, 0.95)
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
    sample = choose(harmonised, "cognitive_behavioural_therapy")
    for one, other in zip(
        subgroups(sample, given(test="normal")).itertuples(), subgroups(sample, DEFAULTS).itertuples(), strict=True
    ):
        assert one.effect == pytest.approx(other.effect)


def test_baujats_parts_sum_to_q_and_agree_with_leaving_each_out(therapy):
    parts = contributions(therapy)
    equal = {"estimator": "equal_effects", "test": "normal"}
    fit = pool(therapy.effect, therapy.variance, **equal)
    assert parts["heterogeneity"].sum() == pytest.approx(fit.q)
    without = leave_one_out(therapy.effect, therapy.variance, **equal)
    expected = (fit.effect - without["effect"]) ** 2 / without["standard_error"] ** 2
    assert parts["influence"].to_numpy() == pytest.approx(expected.to_numpy())


def test_counts_and_logs_of_the_same_trials_agree(therapy):
    table = common_effects(therapy, 0.95).set_index("method")
    assert set(table["k"]) == {58}
    # Three ways to pool the same counts under one true effect; they differ where cells are small.
    assert table["effect"].max() - table["effect"].min() < 0.02
    risks = control_risks(therapy)
    assert len(risks) == 58
    assert ((risks > 0) & (risks < 1)).all()


def test_effects_without_counts_have_no_table(alcohol):
    with pytest.raises(NotEnoughStudies, match="0 effects were computed from counts"):
        common_effects(alcohol, 0.95)
    assert len(control_risks(alcohol)) == 0


def test_two_effects_of_a_publication_are_not_two_studies(therapy):
    found = dependent_effects(therapy.studies, "publication", 0.95)
    assert found.nested.studies < found.nested.k == 58
    table = dependence_table(found).set_index("method")
    assert table.loc["three levels, CR2 errors", "degrees_of_freedom"] < table.loc["three levels", "degrees_of_freedom"]
    assert table.loc["three levels", "effect"] == table.loc["three levels, CR2 errors", "effect"]


def test_two_studies_give_no_prediction_interval(alcohol):
    assert prediction(pool_sample(alcohol, DEFAULTS)) is None


def test_defaults_are_accepted_and_what_cannot_be_pooled_is_refused_with_what_can():
    check(DEFAULTS)
    with pytest.raises(ParameterError, match=r"0 studies have an effect.*cognitive_behavioural_therapy \(58\)"):
        check(given(intervention="focused_deterrence"))
    with pytest.raises(ParameterError, match=r"intervention = 'urban_upgrading'.*: 1 study has"):
        check(given(intervention="urban_upgrading"))


def test_a_constant_moderator_is_refused_with_those_that_vary(harmonised):
    (problem,) = problems_of_sample(harmonised, given(moderator="region"))
    assert "same region" in problem
    assert "'maryland_level', 'year'" in problem
    assert problems_of_sample(harmonised, given(intervention="alcohol_restriction", moderator="none")) == []
