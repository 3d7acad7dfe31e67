"""Rows of places are those of the tables: keys, counts, rates, exposures, what is missing and why."""

import numpy as np
import pytest

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.places.every_place.observed import observed_places, places_by_fit, slug
from citizen_security.places.every_place.parameters import EveryPlace


def row(rows, key, year):
    return rows[(rows["key"] == key) & (rows["year"] == year)].iloc[0]


def test_there_are_all_places_of_the_tables(rows):
    numbers = rows.groupby("kind")["key"].nunique()
    assert numbers.to_dict() == {"country": 33, "state": 27 + 32 + 33 + 24, "city": 309}
    assert next(iter(rows["fit"].unique())) == "countries of the region"
    assert not rows.duplicated(["key", "year"]).any()
    one = rows.drop_duplicates("key")
    assert set(one["parent"]) <= {*one["key"], ""}
    assert (one.loc[one["kind"] == "country", "parent"] == "").all()


@pytest.mark.parametrize(
    ("key", "name", "parent", "fit"),
    [
        ("HND", "Honduras", "", "countries of the region"),
        ("BRA-SP", "São Paulo", "BRA", "states of Brazil"),
        ("COL-05", "Antioquia", "COL", "departments of Colombia"),
        ("ECU-los-rios", "Los Ríos", "ECU", "provinces of Ecuador"),
        ("BRA-3550308", "São Paulo", "BRA-SP", "cities of Brazil"),
        ("COL-76001", "Cali", "COL-76", "cities of Colombia"),
        ("MEX-08037", "Juárez", "MEX-08", "cities of Mexico"),
    ],
)
def test_a_key_names_a_place_and_what_it_lies_in(rows, key, name, parent, fit):
    found = rows[rows["key"] == key].iloc[0]
    assert (found["name"], found["parent"], found["fit"]) == (name, parent, fit)


def test_a_rate_of_a_city_is_its_count_over_its_people(rows, tables):
    table = tables["city_year"]
    cali = table[(table["city_code"] == "76001") & (table["year"] == 2024)].iloc[0]
    found = row(rows, "COL-76001", 2024)
    assert found["homicides"] == cali["homicides"]
    assert found["rate"] == pytest.approx(cali["homicides"] / cali["population"] * 100_000)
    assert found["exposure"] == pytest.approx(cali["population"] / 100_000)


def test_a_country_has_its_published_rate_and_the_count_behind_it(rows):
    found = row(rows, "HND", 2023)
    assert (found["homicides"], round(found["rate"], 1)) == (3_347, 31.4)
    countries = rows[rows["kind"] == "country"]
    # Rate, count and exposure say one thing.
    np.testing.assert_allclose(countries["homicides"] / countries["exposure"], countries["rate"])
    near = countries["exposure"] * PERSON_YEARS_OF_A_RATE / countries["population"]
    assert near[countries["homicides"] >= 100].between(0.95, 1.06).all()


def test_a_count_of_another_source_than_the_rate_gives_way(rows, tables):
    table = tables["country_year"]
    brazil = table[(table["iso3"] == "BRA") & (table["year"] == 2005)].iloc[0]
    by_rate = brazil["homicide_rate"] * brazil["population"] / 100_000
    assert brazil["homicide_count"] < 0.95 * by_rate
    found = row(rows, "BRA", 2005)
    assert found["homicides"] == round(by_rate)
    assert "different sources" in found["note"]


def test_months_without_a_homicide_count_as_none_and_a_year_without_december_as_no_year(rows, tables):
    months = tables["ecuador_province_month"]
    guayas = months[(months["province"] == "Guayas") & (months["year"] == 2023)]["homicides"].sum()
    assert row(rows, "ECU-guayas", 2023)["homicides"] == guayas
    provinces = rows[rows["fit"] == "provinces of Ecuador"]
    assert (provinces["key"].nunique(), provinces["year"].min(), provinces["year"].max()) == (24, 2014, 2023)
    assert row(rows, "ECU-galapagos", 2016)["homicides"] == 0
    assert "zona" not in " ".join(provinces["key"])


def test_without_a_population_by_year_there_is_a_count_and_no_rate(rows):
    without = rows[rows["population"].isna()]
    assert set(without["fit"]) == {"states of Mexico", "provinces of Ecuador"}
    assert without["rate"].isna().all()
    assert (without["exposure"] == 1).all()
    # A break in a single year is noted and keeps its population.
    antioquia = row(rows, "COL-05", 2018)
    assert antioquia["population"] > 0
    assert "breaks" in antioquia["note"]


def test_kinds_that_are_not_asked_for_are_not_there(tables):
    cities = observed_places(tables, EveryPlace(kinds=["city"]))
    assert set(cities["kind"]) == {"city"}


def test_sets_of_places_are_described_under_headers_for_a_page(rows):
    table = places_by_fit(rows).set_index("Places")
    assert table.loc["cities of Colombia", ["Number", "First year", "Last year"]].tolist() == [32, 2003, 2024]
    assert table.loc["countries of the region", "Population, millions"] == pytest.approx(655, abs=10)
    assert np.isnan(table.loc["provinces of Ecuador", "Population, millions"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Los Ríos", "los-rios"),
        ("Santo Domingo de los Tsáchilas", "santo-domingo-de-los-tsachilas"),
        ("El Oro ", "el-oro"),
    ],
)
def test_a_slug_has_neither_accents_nor_blanks(name, expected):
    assert slug(name) == expected
