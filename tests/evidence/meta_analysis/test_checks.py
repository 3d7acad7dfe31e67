"""What cannot be pooled is refused before a kernel starts, with what can."""

import pytest

from citizen_security.evidence.meta_analysis.checks import check
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.parameters import ParameterError

DEFAULTS = MetaAnalysis.from_values({})


def given(**values):
    return MetaAnalysis.from_values(values)


def test_defaults_are_accepted_and_what_cannot_be_pooled_is_refused_with_what_can():
    check(DEFAULTS)
    with pytest.raises(ParameterError, match=r"0 studies have an effect.*cognitive_behavioural_therapy \(42\)"):
        check(given(intervention="focused_deterrence"))
    with pytest.raises(ParameterError, match=r"intervention = 'urban_upgrading'.*: 1 study has"):
        check(given(intervention="urban_upgrading"))
