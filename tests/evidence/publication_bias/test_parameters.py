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
