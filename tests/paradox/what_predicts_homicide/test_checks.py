"""Parameters that leave nothing to learn from or to try on are refused."""

import pytest

from citizen_security.paradox.what_predicts_homicide.checks import check
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.parameters import ParameterError

REFUSED = {
    "an unknown country": ({"countries": ["BRZ"]}, "did you mean 'BRA'?"),
    "one country": ({"countries": ["BRA"]}, "only one country (BRA) has"),
    "countries without surveys": ({"countries": ["CUB", "KNA", "DMA", "VCT", "ATG", "BHS"]}, "has no figure"),
    "hardly a year to forecast": ({"first_origin": 2021}, "forecasts can be made in 2 years"),
    "hardly a year to learn from": ({"first_year": 2003, "first_origin": 2005}, "are needed. Move first_origin later"),
}


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_carries_no_prediction_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(WhatPredictsHomicide.from_values(given))
    assert expected in str(refused.value)


def test_the_defaults_and_every_block_pass():
    check(WhatPredictsHomicide())
    check(WhatPredictsHomicide.from_values({"require_poverty": False, "horizon": 5, "outcome": "rate"}))
