"""A set that is too small is refused with those that are not."""

import pytest

from citizen_security.evidence.publication_bias.checks import check
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.parameters import ParameterError


def test_too_few_studies_are_refused_with_what_has_enough():
    parameters = PublicationBias.from_values({"intervention": "gang_truce"})
    with pytest.raises(ParameterError, match=r"'gang_truce' has 1 studies .* cognitive_behavioural_therapy \(42\)"):
        check(parameters)
    with pytest.raises(ParameterError, match="and outcome = 'homicide' has 0 studies"):
        check(PublicationBias.from_values({"outcome": "homicide"}))
    check(PublicationBias())
