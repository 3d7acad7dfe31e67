"""What the notebook records: the headline's set of places, its latest year, and streets."""

import pandas as pd
import pytest

from citizen_security.cities.concentration import headline
from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.values import Missing, Value

PARAMETERS = Concentration(headline_scale="cities", credible_level=0.9)


# By places: what the size of the places would give.
SIZE = {"size_alone": 0.25, "person_chance": 0.25, "person_chance_lower": 0.24, "person_chance_upper": 0.26}


def series(persons=True):
    rows = []
    for group, scale in (("States, Brazil", "states"), ("Cities, Brazil", "cities"), ("Cities, Mexico", "cities")):
        for year in (2020, 2021):
            for basis in ("places", "persons")[: 1 + persons]:
                for measure, observed in (("place_share", 0.125), ("generalised_gini", 0.625)):
                    row = {"scale": scale, "group": group, "year": year, "basis": basis, "measure": measure}
                    row |= dict.fromkeys(("chance", "chance_lower", "chance_upper"), 0.5)
                    row |= dict.fromkeys(("risk", "risk_lower", "risk_upper"), 0.25)
                    row |= {"observed": observed + (year == 2020), "repeat_lower": 0.0625, "repeat_upper": 0.75}
                    size = SIZE if persons and basis == "places" else dict.fromkeys(SIZE)
                    rows.append(row | size | {"places": 40, "homicides": 900})
    return pd.DataFrame(rows)


COUNTS = pd.DataFrame({"homicides": [1_200, 800], "months_used": [12, 9]})


def by_name(values):
    return {value.name: value for value in values if isinstance(value, Value)}


def test_the_headline_is_the_first_set_of_its_scale_in_its_latest_year():
    values = by_name(headline.place_values(series(), PARAMETERS))
    assert values["headline_places"].value == "40 large cities of Brazil in 2021"
    assert (values["headline_homicides"].value, values["headline_places"].n) == (900, 40)
    share = values["half_of_homicides_place_share"]
    assert (share.value, share.interval, share.unit) == (12.5, (6.25, 75.0), "% of places")
    assert share.label.endswith("90% interval of another year with the same risks")
    assert values["generalised_gini_risk"].value == 0.25


def test_shares_of_the_population_need_populations():
    values = by_name(headline.place_values(series(), PARAMETERS))
    assert "half_of_homicides_population_share" in values
    assert values["half_of_homicides_place_share_person_chance"].interval == (24, 26)
    without = headline.place_values(series(False), PARAMETERS)
    assert "half_of_homicides_population_share" not in by_name(without)
    reasons = {value.names: value.reason for value in without if isinstance(value, Missing)}
    assert reasons["half_of_homicides_population*"] == (
        "40 large cities of Brazil in 2021 have no populations that can be used"
    )
    said = by_name(without)["concentration_sentence"].value
    assert said.startswith("In 40 large cities of Brazil in 2021, 12.5% of the cities had half of the homicides. ")
    assert said.endswith("cannot be said, since no populations can be used.")


def test_what_size_accounts_for_is_said_by_where_the_count_lies_against_equal_risk_for_each_person():
    row = {"observed": 0.12, "size_alone": 0.132, "chance": 0.46, "person_chance": 0.1285}
    row |= {"person_chance_lower": 0.125, "person_chance_upper": 0.133}

    def said(**changed):
        where = headline.say_places("cities", "Cities, Brazil", 2021, 153)
        return headline.say_concentration(pd.Series(row | changed), where, PARAMETERS)

    assert said() == (
        "In 153 large cities of Brazil in 2021, 12.0% of the cities had half of the homicides, and 13.2% had "
        "half of the people. Equal risk for each person would take 12.8% (12.5% to 13.3%), equal risk for each place "
        # (0.46 − 0.1285) / (0.46 − 0.12) = 0.975.
        "46.0%. The size of the cities accounts for 98% of the distance between 46.0% and 12.0%."
    )
    sectors = headline.say_places("police_sectors", "Police sectors, Mexico City (FGJ)", 2022, 72)
    assert sectors == "72 police sectors of Mexico City (FGJ) in 2022"
    assert said(observed=0.13).endswith("accounts for all of the distance between 46.0% and 13.0%.")
    assert said(observed=0.14).endswith("Homicide is spread over more cities than their size alone would have it.")


def test_by_rates_a_difference_of_risk_is_said_only_beyond_chance():
    ends = {"chance": 0.47, "chance_lower": 0.46, "chance_upper": 0.48}

    def said(observed):
        return headline.say_by_rates(pd.Series({"observed": observed} | ends), 0.9)

    assert said(0.23) == (
        "Taken by rate, highest first, the places with 90% of the homicides had 23.0% of the people; equal risk for "
        "each person would take 47.0% (46.0% to 48.0%): risk per person differs between the places."
    )
    assert said(0.465).endswith(": that is no more than chance would do.")
    assert said(0.49).endswith(": risk is spread more evenly than chance would have it.")


def test_police_sectors_are_said_of_the_shortest_and_the_longest_period():
    columns = ("gini", "generalised_gini", "chance_gini", "risk_gini", "risk_lower", "risk_upper")
    windows = pd.DataFrame([{"window": w, "windows": 108 // w} | dict.fromkeys(columns, w / 216) for w in (12, 1, 108)])
    values = by_name(headline.sector_values(windows, PARAMETERS))
    assert (values["shortest_window"].value, values["longest_window"].value) == ("one month", "108 months")
    assert (values["sector_gini_longest"].value, values["sector_gini_longest"].n) == (0.5, 1)
    assert "sector_generalised_gini_longest" not in values


def test_police_sectors_that_are_not_among_the_scales_are_missing():
    parameters = PARAMETERS.model_copy(update={"scales": ["cities"]})
    found = headline.sector_values(pd.DataFrame(), parameters)
    assert {value.names for value in found} == {"sector_*", "shortest_window", "longest_window"}
    assert {value.reason for value in found} == {"police sectors are not among the scales"}


def test_streets_are_said_in_per_cent_of_streets():
    parameters = Concentration(streets=1_000, street_homicides=100, streets_with_homicide=50)
    values = by_name(headline.street_values(COUNTS, parameters))
    assert values["police_homicides"].value == 1_800
    assert values["streets_with_homicide_share"].value == 5
    lower, upper = values["streets_with_homicide_chance"].interval
    # 1000 × (1 − 0.999^100) streets are expected.
    assert values["streets_with_homicide_chance"].value == pytest.approx(9.52, abs=0.01)
    assert lower < 9.52 < upper
    said = values["streets_reading"].value
    assert "the published count is 5.00%, and more than 10.00% is impossible." in said
    # 51 homicides fall on 50 streets: log(0.95) / log(0.999) = 51.3.
    assert "had 51 of the 100 homicides been located on a street, 51% of them" in said


def test_a_published_number_that_chance_gives_needs_no_inequality():
    parameters = Concentration(streets=1_000, street_homicides=100, streets_with_homicide=98)
    said = by_name(headline.street_values(COUNTS, parameters))["streets_reading"].value
    assert said.endswith("No street need be worse than another: the claim adds nothing to equal risk.")
    assert "Gini" not in said
