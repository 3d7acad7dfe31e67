"""A way of measuring that finds nothing gives no number."""

import pytest

from citizen_security.claims.ledger.registry import BadChoice, measured, read_arguments


@pytest.mark.parametrize(
    ("measure", "arguments", "said"),
    [
        ("country_fall", "country=CUB;first=2015;last=2022", "a figure that it asks for is missing"),
        ("country_rise", "country=CUB;first=2015;last=2022", "a figure that it asks for is missing"),
        ("people", "year=1900", "of nothing: no unit has a figure"),
        ("region_among_highest", "first=1900;last=1901;top=10", "of nothing: no unit has a figure"),
        ("evaluations", "last=1900", "of nothing: no unit has a figure"),
        ("risers", "measure=gini;countries=CUB+HTI;first=2010;last=2014", "of nothing: no unit has a figure"),
    ],
)
def test_years_and_places_without_a_figure_give_no_estimate(tables, measure, arguments, said):
    with pytest.raises(BadChoice) as error:
        measured(tables, measure, arguments, 0.95)
    assert said in str(error.value)
    assert str(error.value).endswith("Choose years, places and columns that the tables have")


@pytest.mark.parametrize("times", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_is_no_argument(times):
    _, (problem,) = read_arguments("share_above_world", f"first=2016;last=2016;times={times}")
    assert f"times = '{times}' of share_above_world" in problem


def test_every_way_of_the_book_rests_on_something(tables):
    for row in tables["claim_choices"].fillna({"arguments": ""}).to_dict("records"):
        assert measured(tables, row["measure"], row["arguments"], 0.9).n > 0, row["claim_id"]
