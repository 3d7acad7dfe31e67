"""Parameters that contradict each other are refused before any table is read."""

import pytest

from citizen_security.paradox.specification_curve.parameters import SpecificationCurve
from citizen_security.parameters import ParameterError


def test_an_option_without_its_choice_is_refused_before_any_table_is_read():
    with pytest.raises(ParameterError, match="such as estimator=pooled"):
        SpecificationCurve.from_values({"leave_out": ["pooled"]})
