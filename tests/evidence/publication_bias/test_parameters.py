"""What the parameters do not take is refused in words that help."""

import pytest

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cut_points": [0.5, 0.025]}, r"cut_points = \[0.5, 0.025\] is not allowed. Allowed: at most 4, increasing"),
        ({"cut_points": []}, "Allowed: a list of 1 to 4 different: number above 0 below 1"),
        ({"copas_least_precise": [1.5]}, "copas_least_precise = .* above 0 below 1"),
        ({"copas_least_precise": [0.9], "copas_most_precise": [0.5]}, "are all above copas_most_precise"),
        ({"intervention": "cognitive_therapy"}, "did you mean"),
        ({"confidence_level": 1.0}, "confidence_level = 1.0 is not allowed"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused_in_words(values, message):
    with pytest.raises(ParameterError, match=message):
        PublicationBias.from_values(values)


def test_the_old_name_of_the_level_is_refused_with_the_new_one():
    with pytest.raises(ParameterError, match="level is now called confidence_level"):
        PublicationBias.from_values({"level": 0.9})


def test_quick_effort_simulates_fewer_sets_and_never_more_than_asked_for():
    assert PublicationBias.from_values({"simulations": 40}).simulations_at_effort == 40
    assert PublicationBias.from_values({"simulations": 40, "effort": "quick"}).simulations_at_effort == 6
    assert PublicationBias.from_values({"simulations": 5, "effort": "quick"}).simulations_at_effort == 5


def test_the_likeliest_least_precise_study_may_be_as_likely_as_the_most_precise():
    assert PublicationBias.from_values({"copas_least_precise": [0.5, 0.9], "copas_most_precise": [0.5, 0.2]})
    with pytest.raises(ParameterError, match="are all above copas_most_precise"):
        PublicationBias.from_values({"copas_least_precise": [0.6, 0.9], "copas_most_precise": [0.5, 0.2]})


def test_four_cut_points_are_the_most_and_five_simulated_sets_the_fewest():
    assert PublicationBias.from_values({"cut_points": [0.1, 0.2, 0.3, 0.4], "simulations": 5})
    with pytest.raises(ParameterError, match=r"holds 5 items\. Allowed: a list of 1 to 4"):
        PublicationBias.from_values({"cut_points": [0.1, 0.2, 0.3, 0.4, 0.5]})
    with pytest.raises(ParameterError, match="simulations"):
        PublicationBias.from_values({"simulations": 4})


def test_levels_and_strengths_of_selection_that_nobody_asks_for():
    usual = PublicationBias()
    assert (usual.confidence_level, usual.credible_level) == (0.95, 0.95)
    assert usual.copas_least_precise == [0.99, *(tenth / 10 for tenth in range(9, 0, -1))]
