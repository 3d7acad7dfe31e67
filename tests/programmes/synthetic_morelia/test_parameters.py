"""What the parameters refuse, and what the curve tries."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.synthetic_morelia.checks import check
from citizen_security.programmes.synthetic_morelia.parameters import SyntheticMorelia


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"start": 2018, "last_year": 2018}, "last_year = 2018 is not after start = 2018.*Allowed: 2019 to 2021"),
        ({"start": 2016, "last_year": 2014}, "last_year = 2014 is not after start = 2016"),
        ({"starts": [2019], "lasts": [2018]}, "starts has 2019, and lasts ends with 2018"),
        ({"start": 2005}, "start = 2005 has 3 years from 2002 on before it"),
    ],
)
def test_years_that_leave_nothing_are_refused_with_what_to_do(given, said):
    with pytest.raises(ParameterError, match=said):
        SyntheticMorelia.from_values(given)


def test_the_run_s_own_years_are_on_the_curve():
    found = SyntheticMorelia(start=2010, last_year=2012)
    assert (found.starts_at_effort, found.lasts_at_effort) == ([2010, 2015, 2016], [2012, 2017, 2018, 2021])
    quick = SyntheticMorelia(start=2010, last_year=2012, effort="quick")
    assert (quick.starts_at_effort, quick.lasts_at_effort) == ([2010, 2015], [2012, 2017])


def test_a_pool_that_is_too_small_is_widened_by_fewer_deaths():
    with pytest.raises(ParameterError) as refused:
        check(SyntheticMorelia(least_deaths=60))
    told = refused.value.problems
    assert told
    assert all(it.endswith("give a lower least_deaths.") or "give a lower one" in it for it in told)
