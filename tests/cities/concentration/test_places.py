"""Every set holds the same places in every year."""

from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.cities.concentration.places import annual_places, concentration_problems, coverage


def test_every_set_holds_the_same_places_in_every_year(places):
    sets = places.groupby(["group", "year"])["place"].agg(frozenset).groupby("group")
    assert (sets.nunique() == 1).all()
    table = coverage(places).set_index("group")
    # São Paulo state and city are there; the states of Brazil have no 2020.
    assert table.loc["States, Brazil", ["places", "years"]].tolist() == [27, 21]
    assert 2020 not in set(places.loc[places["group"] == "States, Brazil", "year"])


def test_populations_that_the_table_doubts_are_not_used_for_rates(places):
    known = places.groupby(["group", "year"])["population"].count()
    assert (known["States, Mexico"] == 0).all()
    assert known["States, Colombia"][2018] == 0
    assert known["States, Colombia"][2019] == 33


def test_a_single_set_of_places_is_enough(tables):
    parameters = Concentration(
        scales=["states"], headline_scale="states", countries=["COL"], first_year=2010, last_year=2010
    )
    assert not list(concentration_problems(tables, parameters))
    assert annual_places(tables, parameters)["group"].unique().tolist() == ["States, Colombia"]
