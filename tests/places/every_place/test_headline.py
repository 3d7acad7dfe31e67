"""Recorded values and sentences follow the tables, whichever way these turn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from citizen_security.places.every_place import compared, headline, readings, summaries
from citizen_security.places.every_place.fitting import place_panels
from citizen_security.places.every_place.observed import REGION
from citizen_security.places.every_place.parameters import EveryPlace
from citizen_security.values import Missing, Value

PARAMETERS = EveryPlace(place="NOW-000", credible_level=0.9, since=2001)
JUDGED = pd.DataFrame(
    {
        "fit": ["cities of Nowhere", "states of B", "cities of C"],
        "gain_lower": [0.1, -0.1, -1.0],
        "model_holds": [True, True, False],
        "covered": [0.95, 0.7, 0.8],
    }
)


@pytest.fixture(scope="module")
def tables(made):
    rows, fit = made
    return summaries.place_tables(rows, [fit], JUDGED, PARAMETERS)


@pytest.fixture(scope="module")
def countries(made):
    rows, fit = made
    known = rows.assign(fit=REGION, kind="country")
    (panel,) = place_panels(known)
    moved = replace(fit, panel=panel)
    return moved, summaries.place_tables(known, [moved], JUDGED.assign(fit=[REGION, "a", "b"]), PARAMETERS)


def by_name(values):
    return {value.name: value for value in values if isinstance(value, Value)}


def missing(values):
    return [value.names for value in values if isinstance(value, Missing)]


def test_the_chosen_place_is_said_in_figures_of_its_tables(tables):
    said = by_name(headline.scope_values(tables, PARAMETERS))["place_sentence"].value
    year, now = tables.years.iloc[3], tables.now.iloc[0]
    assert said.startswith(f"NOW-000: {year['rate']:,.0f} homicides per 100,000 in 2004.")
    assert f"The risk behind it was {now['risk_lower']:.1f} to {now['risk_upper']:,.0f} homicides per 100,000" in said
    assert "Its rank among 3 cities of Nowhere, highest first, is 3." in said
    unsure = replace(tables, now=tables.now.assign(rank_lower=2))
    assert "highest first, is 2 to 3." in readings.say_place(unsure, PARAMETERS)
    change = tables.changes.iloc[0]
    assert f"From 2001 to 2004 it changed by +{change['change_percent']:.0f}%" in said
    assert said.endswith("more than chance.")


def test_a_place_that_may_not_have_moved_and_one_without_a_base_say_so(tables, made):
    still = readings.say_place(tables, EveryPlace(place="NOW-002", credible_level=0.9))
    assert still.endswith("no more than chance may bring.")
    rows, fit = made
    late = summaries.place_tables(rows, [fit], JUDGED, EveryPlace(credible_level=0.9, since=2002))
    assert "changed" not in readings.say_place(late, EveryPlace(place="NOW-001", credible_level=0.9))
    broken = replace(tables, changes=tables.changes.assign(across_break=True))
    assert readings.say_place(broken, PARAMETERS).endswith("populations before and after are of different censuses.")


def test_a_place_without_a_population_is_said_in_homicides(made):
    rows, fit = made
    counts = summaries.place_tables(rows.assign(population=np.nan, rate=np.nan), [fit], JUDGED, PARAMETERS)
    said = readings.say_place(counts, PARAMETERS)
    assert said.startswith(f"NOW-000: {rows['homicides'][2]} homicides in 2004. The risk behind it was")
    assert "homicides a year in 2004" in said
    assert "rank" not in said
    assert readings.say_without_population(counts.places).startswith("For the cities of Nowhere the tables have no")


def test_numbers_of_places_are_those_of_the_kinds(tables):
    assert readings.say_scope(tables.places) == "3 cities."
    kinds = pd.DataFrame({"kind": ["country", "state", "state", "city"]})
    assert readings.say_scope(kinds) == "1 countries, 2 states, departments and provinces and 1 cities."
    assert readings.say_without_population(tables.places) == "Every place has a population, and so a rate."


def test_changes_are_counted_by_kind_and_missing_kinds_are_said_to_be(tables):
    values = headline.change_values(compared.changes_by_fit(tables), PARAMETERS)
    named = by_name(values)
    assert (named["cities_fell"].value, named["cities_rose"].value, named["cities_rose"].n) == (0, 1, 3)
    assert missing(values) == ["countries_*", "states_*"]
    assert named["changes_reading"].value == (
        "Since 2001 the risk fell surely, by 90% intervals, in none of the 3 cities. It surely rose in 1 of 3 cities."
    )


def test_ranks_are_counted_and_pairs_are_those_of_countries(tables, countries, made):
    _, fit = made
    of_cities = headline.rank_values([fit], tables, PARAMETERS)
    assert missing(of_cities) == ["sure_pairs", "countries_*", "carried_forward"]
    assert by_name(of_cities)["cities_narrow"].value == 3
    moved, its_tables = countries
    of_countries = headline.rank_values([moved], its_tables, PARAMETERS)
    named = by_name(of_countries)
    assert (named["sure_pairs"].value, named["sure_pairs"].n) == (1.0, 3)
    assert (named["carried_forward"].value, named["carried_forward"].n) == (1, 3)
    assert named["countries_rank_width"].value == 0
    assert missing(of_countries) == ["cities_*"]
    wide = its_tables.now.assign(rank_upper=its_tables.now["rank_lower"] + headline.NARROW)
    named = by_name(headline.rank_values([moved], replace(its_tables, now=wide), PARAMETERS))
    assert named["countries_narrow"].value == 0


def test_forecasts_are_said_with_the_fits_that_lose_and_the_intervals_that_failed():
    named = by_name(headline.forecast_values(JUDGED, PARAMETERS))
    assert "For cities of C a simple rival forecasts better" in named["forecast_verdict"].value
    assert named["coverage_reading"].value == (
        "Of held-out counts, the 90% intervals of their forecasts held from 70% for the states of B to 95% for the "
        "cities of Nowhere. Where the share is smaller than 90%, intervals of the next year are too narrow."
    )
    one = by_name(headline.forecast_values(JUDGED.head(1), PARAMETERS))
    assert one["coverage_reading"].value == (
        "Of held-out counts, the 90% intervals of their forecasts held 95% for the cities of Nowhere. None is smaller "
        "than was promised."
    )


def test_revisions_are_counted_and_missing_without_countries():
    revisions = pd.DataFrame(
        {
            "name": ["A", "B", "C"],
            "year": [2018, 2019, 2020],
            "rate": [11.0, 8.0, 5.1],
            "rate_release_2024": [10.0, 10.0, 5.0],
            "revision_percent": [10.0, -20.0, 2.0],
            "outside": [False, True, False],
        }
    )
    named = by_name(headline.revision_values(revisions))
    assert named["revision_median"].value == 10.0
    assert (named["revisions_outside"].value, named["revisions_outside"].n) == (1, 3)
    assert named["revision_largest_sentence"].value == (
        "The largest revision is that of B in 2019: 10.0 in the earlier release, 8.0 in this one (−20%)."
    )
    assert missing(headline.revision_values(revisions.head(0))) == ["revision*"]
