"""One set under every method: a wrong row would show readers a correction that is none."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.publication_bias.analysis import (
    METHODS,
    adjusted_effects,
    analyse,
    asymmetry_tests,
    fitted_lines,
    in_words,
    one_sided_p_values,
    reporting_weights,
    sets_of_studies,
    statement,
)
from citizen_security.evidence.publication_bias.checks import check
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.figures.evidence import publication_bias as figures
from citizen_security.methods.publication_bias.funnel_simulation import Truth, compare_methods, draw_studies, worlds_at
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog

QUICK = {"effort": "quick", "ensemble": "one_sided_step", "copas_least_precise": [0.99, 0.5]}


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


@pytest.fixture(scope="module")
def few(harmonised):
    """The prison visits: seven studies, too few for a selection model."""
    sample = sample_of_intervention(harmonised, "deterrence_education")
    return sample, analyse(sample, PublicationBias.from_values({"intervention": "deterrence_education", **QUICK}))


@pytest.fixture(scope="module")
def enough(harmonised):
    sample = sample_of_intervention(harmonised, "restorative_justice")
    return sample, analyse(sample, PublicationBias.from_values({"intervention": "restorative_justice", **QUICK}))


def test_sets_with_enough_studies_are_offered_with_the_most_first(harmonised):
    sets = sets_of_studies(harmonised)
    assert sets["studies"].is_monotonic_decreasing
    assert sets.iloc[0]["intervention"] == "cognitive_behavioural_therapy"
    assert (sets["studies"] >= 5).all()


def test_every_method_has_a_row_and_seven_studies_are_told_too_few_for_selection(few):
    adjusted = adjusted_effects(few[1]).set_index("method")
    assert list(adjusted.index) == list(METHODS)
    for method in ("three_parameter", "selection_model", "copas"):
        assert np.isnan(adjusted.loc[method, "effect"])
        assert adjusted.loc[method, "note"].startswith("7 studies; selection can hardly be told from effect")
    for method in ("random_effects", "trim_and_fill", "pet_peese", "model_averaged"):
        row = adjusted.loc[method]
        assert row["lower"] <= row["effect"] <= row["upper"]
    assert statement(adjusted.reset_index(), "copas").startswith("none (7 studies")
    assert len(asymmetry_tests(few[1])) == 3


def test_ten_studies_have_a_row_from_every_method(enough):
    sample, analysis = enough
    adjusted = adjusted_effects(analysis)
    assert adjusted["effect"].notna().all()
    assert (adjusted["k"] == sample.k).all()
    parameters = PublicationBias.from_values({"intervention": "restorative_justice", **QUICK})
    weights = reporting_weights(sample, analysis, parameters)
    assert weights["studies"].sum() == sample.k
    assert weights["weight"].iloc[0] == 1
    assert ((weights["lower"] <= weights["weight"]) | weights["lower"].isna()).all()


def test_lines_start_at_the_effect_of_a_study_without_error(enough):
    lines = fitted_lines(*enough)
    assert lines["standard_error"].iloc[0] == 0
    assert lines["egger"].iloc[0] == pytest.approx(enough[1].egger_mixed.limit)
    assert lines["peese"].iloc[0] == pytest.approx(enough[1].conditional.peese.limit)


def test_p_values_are_small_on_the_favoured_side(enough):
    for suppressed, sign in (("harmful", -1), ("beneficial", 1)):
        parameters = PublicationBias.from_values({"suppressed": suppressed})
        small = one_sided_p_values(enough[0], parameters) < 0.5
        assert np.array_equal(small, np.sign(enough[0].effect) == sign)


def test_effects_are_said_in_the_words_of_their_scale():
    assert in_words(np.log(0.5), "log_ratio") == "a ratio of 0.50"
    assert in_words(-0.2, "standardised_mean_difference") == "−0.20 standard deviations"


def test_too_few_studies_are_refused_with_what_has_enough():
    parameters = PublicationBias.from_values({"intervention": "gang_truce"})
    with pytest.raises(ParameterError, match=r"'gang_truce' has 1 studies .* cognitive_behavioural_therapy \(58\)"):
        check(parameters)
    with pytest.raises(ParameterError, match="and outcome = 'homicide' has 0 studies"):
        check(PublicationBias.from_values({"outcome": "homicide"}))
    check(PublicationBias())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cut_points": [0.5, 0.025]}, r"cut_points = \[0.5, 0.025\] is not allowed. Allowed: at most 4, increasing"),
        ({"cut_points": []}, "Allowed: different numbers between 0 and 1, at least one"),
        ({"copas_least_precise": [1.5]}, "copas_least_precise = .* between 0 and 1"),
        ({"copas_least_precise": [0.9], "copas_most_precise": [0.5]}, "are all above copas_most_precise"),
        ({"intervention": "cognitive_therapy"}, "did you mean"),
        ({"level": 1.0}, "level = 1.0 is not allowed"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused_in_words(values, message):
    with pytest.raises(ParameterError, match=message):
        PublicationBias.from_values(values)


def test_the_world_with_selection_keeps_the_share_it_says():
    error = np.full(4000, 0.2)
    effect, variance = draw_studies(error, Truth(0.0, 0.0, reported=0.1), np.random.default_rng(1))
    significant = np.mean(effect / np.sqrt(variance) < -1.959964)
    # Of null results 0.025 are significant and 0.0975 of the others reported; three standard errors of 4,000.
    assert significant == pytest.approx(0.025 / (0.025 + 0.975 * 0.1), abs=0.02)


def test_each_method_is_tried_in_each_world():
    worlds = worlds_at(Truth(-0.3, 0.2), reported=0.2, slope=-1.0)
    found = compare_methods(np.linspace(0.1, 0.5, 30), worlds, simulations=4, seed=1).set_index(["world", "method"])
    assert len(found) == 12
    assert found.loc[("significant_reported", "random_effects"), "bias"] < 0
    assert found.loc[("small_studies_differ", "random_effects"), "bias"] < 0
    assert found["coverage"].between(0, 1).all()


def test_figures_say_what_the_numbers_do_and_survive_missing_rows(few):
    sample, analysis = few
    adjusted = adjusted_effects(analysis)
    figure = figures.plot_adjusted(adjusted, scale=sample.scale, level=0.95)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert sum(text.startswith("none: 7 studies") for text in texts) == 3
    known = adjusted[adjusted["effect"].notna()]
    assert figures.title_adjusted(known).startswith(f"Uncorrected {known['effect'].iloc[0]:.2f}; corrected from −")
    lines = fitted_lines(sample, analysis)
    empty = pd.DataFrame(columns=["effect", "standard_error"], dtype=float)
    funnel = figures.plot_funnel(sample.studies, empty, lines, pooled=0.5, slope_p=float("nan"), scale=sample.scale)
    assert funnel.get_suptitle() == "Effects of 7 studies and their standard errors"
    assert "the higher the effect" in figures.title_funnel(sample.studies, lines, 0.01)
    assert ", not surely" in figures.title_funnel(sample.studies, lines, 0.3)
