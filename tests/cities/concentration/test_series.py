"""A year's concentration is that of its own counts; the same seed gives the same intervals."""

import pandas as pd
import pytest

from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.cities.concentration.series import (
    concentration_series,
    every_few_years,
    latest,
    lorenz_bands,
    shares_of_places,
)
from citizen_security.methods.concentration.measures import gini, lorenz_curve, place_share

# Sums of a few dozen doubles: nothing but rounding separates two right answers.
ROUNDING = 1e-12


def test_a_years_measures_are_those_of_its_own_counts(places):
    parameters = Concentration(scales=["states"], headline_scale="states", simulated_years=800)
    one = places[(places["group"] == "States, Brazil") & (places["year"] == 2019)]
    series = concentration_series(one, parameters).set_index(["basis", "measure"])
    counts, people = one["homicides"].to_numpy(), one["population"].to_numpy()
    assert series.loc[("places", "place_share"), "observed"] == pytest.approx(float(place_share(counts)))
    assert series.loc[("persons", "gini"), "observed"] == pytest.approx(float(gini(counts, people)))
    assert series.loc[("places", "gini"), "size_alone"] == pytest.approx(float(gini(people)))
    # With thousands of homicides in few states chance hardly adds to what their size gives.
    by_size = series.loc[("places", "place_share")]
    assert by_size["person_chance_lower"] <= by_size["person_chance"] <= by_size["person_chance_upper"]
    assert by_size["person_chance"] == pytest.approx(by_size["size_alone"], abs=0.01)
    assert "person_chance" not in shares_of_places(series.reset_index(), "persons")
    assert (series["chance_lower"] <= series["chance_upper"]).all()
    assert len(latest(series.reset_index())) == len(series)
    band = lorenz_bands(one, 0.9, 200, 1)
    assert band["homicides"].tolist() == pytest.approx(lorenz_curve(counts)[1].tolist())
    assert (band["lower"] <= band["upper"] + ROUNDING).all()


def test_a_thinned_series_keeps_the_latest_year_of_every_set(places):
    thinned = every_few_years(places, 5)
    assert thinned.groupby("group")["year"].max().equals(places.groupby("group")["year"].max())
    assert sorted(thinned.loc[thinned["group"] == "States, Mexico", "year"].unique()) == [2002, 2007, 2012, 2017, 2022]
    assert len(every_few_years(places, 1)) == len(places)


def test_where_no_set_has_populations_there_is_nothing_by_persons(places):
    parameters = Concentration(scales=["states"], headline_scale="states", simulated_years=200)
    unknown = places[places["year"] == 2019].assign(population=float("nan"))
    series = concentration_series(unknown, parameters)
    assert shares_of_places(series, "persons").empty
    assert set(shares_of_places(series, "places")["group"]) == set(unknown["group"])


def test_the_same_seed_gives_the_same_intervals(places):
    one = places[(places["group"] == "States, Mexico") & (places["year"] == 2019)]
    first, second = (concentration_series(one, Concentration(simulated_years=800)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
