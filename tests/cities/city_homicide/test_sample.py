"""Which cities are analysed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.city_homicide.sample import MINIMUM_CITIES, compared_positions, prepare_sample
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def table():
    return catalog.load("city_table")


def parameters(**values):
    return CityHomicide.from_values(values)


def test_the_whole_table_is_kept_by_default(table):
    sample = prepare_sample(table, parameters())
    assert len(sample.cities) == 50
    assert sample.countries == tuple(sorted(set(table["iso3"])))
    assert [sample.countries[i] for i in sample.country_index] == list(table["iso3"])


def test_the_region_holds_the_43_cities_of_latin_america_and_the_caribbean(table):
    sample = prepare_sample(table, parameters(countries="lac"))
    assert len(sample.cities) == 43
    assert not {"USA", "ZAF"} & set(sample.countries)


def test_the_given_table_is_left_as_it_was(table):
    before = table.copy()
    prepare_sample(table, parameters())
    assert table.equals(before)


@settings(deadline=None)  # the machine may be busy
@given(
    minimum=st.integers(0, 5_000_000),
    countries=st.sampled_from(["all", "lac", ["MEX"], ["BRA", "MEX", "SLV"], ["ZAF", "USA", "HND"]]),
)
def test_a_sample_is_either_refused_or_keeps_to_the_filters(table, minimum, countries):
    chosen = parameters(minimum_population=minimum, countries=countries)
    try:
        sample = prepare_sample(table, chosen)
    except ParameterError:
        return
    assert len(sample.cities) >= MINIMUM_CITIES
    assert len(sample.countries) >= 1
    assert (sample.cities["implied_population"] >= minimum).all()
    assert sample.cities_by_country.sum() == len(sample.cities)
    assert (sample.cities_by_country > 0).all()


def test_the_compared_cities_are_those_named_or_the_two_highest(table):
    sample = prepare_sample(table, parameters())
    assert [sample.labels[i] for i in compared_positions(sample, [])] == [
        "San Salvador (SLV)",
        "Acapulco de Juarez (MEX)",
    ]
    assert [sample.labels[i] for i in compared_positions(sample, ["Cali", "Natal"])] == ["Cali (COL)", "Natal (BRA)"]
