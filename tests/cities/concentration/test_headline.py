"""What the notebook records: the headline's set of places, its latest year, and streets."""

import pandas as pd
import pytest

from citizen_security.cities.concentration import headline
from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.values import Missing, Value

PARAMETERS = Concentration(headline_scale="cities", credible_level=0.9)


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
                    rows.append(row | {"size_alone": 0.25, "places": 40, "homicides": 900})
    return pd.DataFrame(rows)


COUNTS = pd.DataFrame({"homicides": [1_200, 800], "months_used": [12, 9]})


def by_name(values):
    return {value.name: value for value in values if isinstance(value, Value)}


def test_the_headline_is_the_first_set_of_its_scale_in_its_latest_year():
    values = by_name(headline.place_values(series(), PARAMETERS))
    assert values["headline_places"].value == "Cities, Brazil, 2021"
    assert (values["headline_homicides"].value, values["headline_places"].n) == (900, 40)
    share = values["half_of_homicides_place_share"]
    assert (share.value, share.interval, share.unit) == (12.5, (6.25, 75.0), "% of places")
    assert share.label.endswith("90% interval of another year with the same risks")
    assert values["generalised_gini_risk"].value == 0.25


def test_shares_of_the_population_need_populations():
    assert "half_of_homicides_population_share" in by_name(headline.place_values(series(), PARAMETERS))
    without = headline.place_values(series(False), PARAMETERS)
    assert "half_of_homicides_population_share" not in by_name(without)
    reasons = {value.names: value.reason for value in without if isinstance(value, Missing)}
    assert reasons["half_of_homicides_population*"] == "Cities, Brazil, 2021 have no populations that can be used"


def test_police_sectors_are_said_of_the_shortest_and_the_longest_period():
    columns = ("gini", "generalised_gini", "chance_gini", "risk_gini", "risk_lower", "risk_upper")
    windows = pd.DataFrame([{"window": w, "windows": 108 // w} | dict.fromkeys(columns, w / 216) for w in (12, 1, 108)])
    values = by_name(headline.sector_values(windows, PARAMETERS))
    assert (values["shortest_window"].value, values["longest_window"].value) == ("one month", "108 months")
    assert (values["sector_gini_longest"].value, values["sector_gini_longest"].n) == (0.5, 1)
    assert "sector_generalised_gini_longest" not in values


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
