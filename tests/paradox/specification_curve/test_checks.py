"""Parameters that leave no curve are refused."""

import pytest

from citizen_security.paradox.specification_curve.checks import check
from citizen_security.paradox.specification_curve.multiverse import (
    DRIVERS,
)
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve
from citizen_security.parameters import ParameterError

REFUSED = {
    "an unknown country": ({"countries": ["BRZ", "ARG"]}, "did you mean 'BRA'"),
    "one country": ({"countries": ["BRA"]}, "errors clustered by country need 8"),
    "countries without surveys": (
        {"countries": ["ATG", "BHS", "CUB", "DMA", "KNA", "VCT", "GRD", "TTO", "BRB", "SUR"]},
        "countries have a figure of poverty",
    ),
    "an unknown option": ({"leave_out": ["lags=1"]}, "did you mean 'lag=1'"),
    "a choice emptied": ({"leave_out": ["weights=none", "weights=population"]}, "every option of weights"),
}


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_parameters_that_leave_no_curve_are_refused_with_the_remedy(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(SpecificationCurve.from_values(given))
    assert expected in str(refused.value)


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_defaults_leave_a_curve_for_every_driver(driver):
    check(SpecificationCurve.from_values({"driver": driver}))
