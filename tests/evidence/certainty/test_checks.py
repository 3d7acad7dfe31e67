"""Parameters leave something to grade, or are refused before a kernel starts."""

import pytest
from evidence.bodies_by_hand import effects_frame

from citizen_security.evidence.certainty import checks
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.evidence.studies import effect_sizes
from citizen_security.parameters import ParameterError


def test_the_tables_of_the_compendium_leave_answers_to_grade():
    checks.check(Certainty.from_values({"confidence_level": 0.8}))


def test_tables_without_an_effect_are_refused_with_what_to_do(monkeypatch):
    blank = effects_frame([("one", -0.4, 0.1, True)], outcome="")
    monkeypatch.setattr(effect_sizes, "harmonised_effects", lambda effects, studies: blank)
    with pytest.raises(ParameterError, match="holds no effect with an error on a coded outcome; add one"):
        checks.check(Certainty.from_values({}))
