"""Constant risk on counted cities: which cities, and sentences that follow what was found."""

import pandas as pd
import pytest

from citizen_security.cities.every_municipality.counted_cities import CountedCities, city_panel, put_to_cities
from citizen_security.cities.every_municipality.counted_headline import cities_values, say_convergence, say_forecasts
from citizen_security.cities.every_municipality.forecasts import CONSTANT, MODEL, RIVALS
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.replicates import LASTING, SPREAD
from citizen_security.methods.sampling import Diagnostics
from citizen_security.values import Missing

PARAMETERS = EveryMunicipality.from_values({})
LAST = "empirical Bayes, last year"


@pytest.fixture
def city_year():
    rows = [
        ("BRA", "Bom Jesus", "PI", 2020, 3, 50_000),
        ("BRA", "Bom Jesus", "PI", 2021, 4, 51_000),
        ("BRA", "Bom Jesus", "RN", 2021, 5, 90_000),
        ("MEX", "Celaya", "Guanajuato", 2021, 6, 80_000),
    ]
    return pd.DataFrame(rows, columns=["iso3", "city", "state", "year", "homicides", "population"])


def scores(means):
    """Scores of thirty places in six groups and three years, positions spread evenly."""
    rows = [
        {"forecaster": name, "place": place, "group": place % 6, "year": year, "largest": place < 6, "crps": 1.0,
         "log_score": means.get(name, -9.0) - (place % 5) / 10, "position": (place + 0.5) / 30}
        for name in (MODEL, *RIVALS)
        for year in (2018, 2019, 2021)
        for place in range(30)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def counted(city_year, held_out, constant=(29.0, 0.0), current=(1.0, 0.5)):
    """Both models' results, with what is observed and the probability of as much in tables that a model draws."""
    diagnostics = Diagnostics(1_500, 4, 1.0034, "a", 3_351.2, "b", 3_978.4, "c", 0, 0.9)

    def checks(found, names):
        return pd.DataFrame({"observed": found[0], "replicated": 1.0, "probability": found[1]}, index=names)

    return CountedCities(
        city_panel(city_year),
        diagnostics,
        checks(constant, ["variation within years", "drift of places"]),
        checks(current, [SPREAD, LASTING]),
        held_out,
    )


def test_the_cities_are_brazils_known_by_state_and_name(city_year):
    panel = city_panel(city_year)
    assert panel.groups == ("PI", "RN")
    assert panel.homicides.tolist() == [[3, 4], [0, 5]]
    assert panel.exposure.tolist() == [[0.5, 0.51], [0.0, 0.9]]


def test_a_run_without_constant_risk_has_no_cities_and_says_why(city_year):
    without = EveryMunicipality.from_values({"constant_model": False})
    cities, reason = put_to_cities(city_year, without)
    assert cities is None
    assert cities_values(cities, reason, without) == [Missing(names="cities_*", reason="it was not asked for")]


def test_a_gate_that_was_passed_is_named_by_effort(city_year):
    cities = counted(city_year, scores({}))
    said = say_convergence(cities, PARAMETERS)
    assert said == (
        "On two large municipalities of Brazil in two states, 2020 to 2021, the sampler converges: R-hat is at most "
        "1.003, and the smallest effective sample is 3,351."
    )
    quick = say_convergence(cities, EveryMunicipality.from_values({"effort": "quick"}))
    assert "passes the relaxed gate of a quick run" in quick


def test_checks_of_both_models_are_said(city_year):
    values = {value.name: value.value for value in cities_values(counted(city_year, scores({})), "", PARAMETERS)}
    assert values["cities_check_verdict"].startswith("The model of constant risk fails its own check")
    assert "The model of risk now passes its check" in values["cities_check_verdict"]
    turned = counted(city_year, scores({}), constant=(1.0, 0.5), current=(2.0, 0.0))
    values = {value.name: value.value for value in cities_values(turned, "", PARAMETERS)}
    assert values["cities_check_verdict"].startswith("The model of constant risk passes its check")
    assert "The model of risk now fails its check" in values["cities_check_verdict"]
    assert list(turned.checks.index.get_level_values("model")) == ["constant risk"] * 2 + ["risk now"] * 2


def test_constant_risk_is_held_against_the_best_other_empirical_bayes_and_the_model():
    held_out = scores({MODEL: -2.0, CONSTANT: -6.0, LAST: -3.0})
    # Its counts lie outside all its forecasts.
    held_out.loc[held_out["forecaster"] == CONSTANT, "position"] = 0.999
    assert say_forecasts(held_out, PARAMETERS) == (
        "The central 90% of the forecasts held, of the counts of 2018, 2019 and 2021, 0% with constant risk, 93% with "
        "empirical Bayes on the last year and 93% with the model of risk now. By the log score of a place and year, "
        "constant risk is 3.0 log units behind empirical Bayes on the last year (3.0 to 3.0) and 4.0 log units behind "
        "the model of risk now (4.0 to 4.0)."
    )


def test_constant_risk_that_forecasts_better_or_no_worse_is_said_to():
    held_out = scores({MODEL: -2.0, CONSTANT: -1.0, LAST: -3.0})
    ahead = held_out["forecaster"] == MODEL
    held_out.loc[ahead, "log_score"] = -1.0 + held_out.loc[ahead, "place"].mod(2).mul(6) - 3
    said = say_forecasts(held_out, PARAMETERS)
    assert "constant risk is 2.0 log units ahead of empirical Bayes on the last year (2.0 to 2.0)" in said
    assert said.endswith("not to be told from the model of risk now.")
