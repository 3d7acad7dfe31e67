"""Parameters leave something to grade, or are refused before a kernel starts."""

import pytest

from citizen_security.evidence.certainty import bodies, checks
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.parameters import ParameterError


def test_the_tables_of_the_compendium_leave_answers_to_grade():
    checks.check(Certainty.from_values({"confidence_level": 0.8}))


def test_tables_without_an_effect_are_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(bodies, "bodies_of_evidence", lambda harmonised, parameters: [])
    with pytest.raises(ParameterError, match="holds no effect with an error on a coded outcome; add one"):
        checks.check(Certainty.from_values({}))
