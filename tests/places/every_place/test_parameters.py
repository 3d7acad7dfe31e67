"""Parameters that cannot be are refused, and a quick run draws less."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.places.every_place.parameters import EveryPlace


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kinds": []}, "kinds is an empty list"),
        ({"kinds": ["city", "city"]}, "kinds names city more than once"),
        ({"kinds": ["cities"]}, "did you mean 'city'"),
        ({"since": 1989}, "since"),
        ({"since": "2010"}, "since"),
        ({"place": ""}, "place"),
        ({"credible_level": 95}, "credible_level"),
        ({"draws": 199}, "draws"),
        ({"held_out_years": 0}, "held_out_years"),
        ({"seed": -1}, "seed"),
        ({"base": 2010}, "unknown parameter 'base'"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changed, words):
    with pytest.raises(ParameterError, match=words):
        EveryPlace.from_values(changed)


def test_a_quick_run_draws_less_and_holds_out_one_year():
    full, quick = EveryPlace(), EveryPlace(effort="quick")
    assert (full.draws_at_effort, full.held_out_at_effort) == (2_000, 3)
    assert (quick.draws_at_effort, quick.held_out_at_effort) == (400, 1)
    assert EveryPlace(effort="quick", draws=250).draws_at_effort == 250
