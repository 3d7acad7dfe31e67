"""Fields that the notebooks on the evidence share."""

import pytest
from pydantic import TypeAdapter, ValidationError

from citizen_security.evidence.parameters import ConfidenceLevel, CredibleLevel


@pytest.mark.parametrize("field", [ConfidenceLevel, CredibleLevel])
@pytest.mark.parametrize("level", [95, 1.0, 0.4])
def test_a_level_is_a_share_and_no_percentage(field, level):
    with pytest.raises(ValidationError):
        TypeAdapter(field).validate_python(level)


def test_the_two_levels_say_which_intervals_they_are_of():
    kinds = [TypeAdapter(field).json_schema()["description"] for field in (ConfidenceLevel, CredibleLevel)]
    assert ["confidence" in kinds[0], "credible" in kinds[1]] == [True, True]
