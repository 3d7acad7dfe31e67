"""Parameters that keep no row are refused with what would leave some, whichever notebook filters."""

import pytest
from pydantic import Field

from citizen_security.evidence.kept import refuse_nothing_kept, refuse_unknown_countries
from citizen_security.parameters import ParameterError, Parameters


class Filters(Parameters):
    """Parameters of an invented notebook that filters numbers from 1 to 9."""

    first_year: int = Field(1, description="smallest number")
    last_year: int = Field(9, description="largest number")
    divisor: int = Field(1, description="keeps what it divides")
    remainder: int = Field(0, description="what is left by ten")
    colour: str = Field("blue", description="of the figure")


def kept(asked):
    numbers = range(max(asked.first_year, 1), min(asked.last_year, 9) + 1)
    return sum(it % asked.divisor == 0 and asked.remainder in (0, it) for it in numbers)


def refusal(**values):
    with pytest.raises(ParameterError) as refused:
        refuse_nothing_kept(Filters.from_values(values), kept, "number", ("colour", "effort"))
    return str(refused.value)


def test_each_parameter_that_alone_would_leave_rows_is_offered_with_how_many():
    said = refusal(divisor=4, remainder=3, colour="red")
    assert "no number has divisor = 4, remainder = 3; divisor = 1 would leave 1; remainder = 0 would leave 2" in said


def test_years_are_put_back_together_and_only_where_they_were_changed():
    assert "last_year = 0; the whole range of years would leave 9" in refusal(last_year=0)
    assert "years" not in refusal(divisor=4, remainder=3)


def test_where_no_single_change_helps_the_defaults_are_named():
    assert "no single change would leave any; the defaults leave 9" in refusal(last_year=0, divisor=10, remainder=3)


def test_whatever_keeps_a_row_is_not_refused():
    refuse_nothing_kept(Filters.from_values({"divisor": 9}), kept, "number", ())


def test_unknown_countries_are_refused_at_once_with_their_nearest():
    refuse_unknown_countries("all", {"BRA"})
    refuse_unknown_countries(["BRA"], {"BRA"})
    with pytest.raises(ParameterError) as refused:
        refuse_unknown_countries(["BRZ", "BRA", "XYZ"], {"BRA", "COL"})
    assert "'BRZ'" in str(refused.value)
    assert "'XYZ'" in str(refused.value)
    assert "did you mean 'BRA'" in str(refused.value)
