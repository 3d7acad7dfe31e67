"""What the panel regressions record is named after driver and scale, with its interval and what stands behind it."""

import numpy as np
import pandas as pd
import pytest
from paradox.panels import coefficient_rows

from citizen_security.paradox.panel_regressions import headline
from citizen_security.values import NAME, Missing


def family():
    return pd.DataFrame(
        {"regressor": ["unemployment_youth", "log_gdp_per_capita_squared"], "estimate": [0.3, 1.0]}
        | {"lower": [-0.1, 0.5], "upper": [0.7, 1.5], "holm_p_value": [0.37, 0.4], "outcome": "rate"}
        | {"degrees_of_freedom": [11.8, 5.0], "effective_clusters": [12.9, 6.0], "countries": [29, 31]}
        | {"observations": [790, 848], "confidence_level": 0.9}
    )


def test_an_effect_comes_with_its_family_s_p_and_with_what_it_rests_on():
    values = {value.name: value for value in headline.effects(family())}
    # The square of income has no name of its own.
    assert set(values) == {
        "youth_unemployment_effect",
        "youth_unemployment_effect_holm_p",
        "youth_unemployment_effect_degrees_of_freedom",
        "youth_unemployment_effect_effective_clusters",
    }
    assert values["youth_unemployment_effect"].interval == (-0.1, 0.7)
    assert values["youth_unemployment_effect"].n == 790
    assert "90% confidence" in values["youth_unemployment_effect"].label
    assert values["youth_unemployment_effect_holm_p"].value == 0.37
    assert values["youth_unemployment_effect_degrees_of_freedom"].value == 11.8
    assert values["youth_unemployment_effect_effective_clusters"].n == 29


def test_effects_beside_others_are_recorded_or_said_to_be_missing():
    rows = coefficient_rows()
    together = rows.assign(specification="all together").drop_duplicates("regressor")
    (growth,) = headline.with_others(together)
    expected = together.set_index("regressor").loc["gdp_growth"]
    assert (growth.name, growth.value) == ("gdp_growth_effect_controls", expected["estimate"])
    assert growth.interval == (expected["lower"], expected["upper"])
    (missing,) = headline.with_others(together[together["regressor"] != "gdp_growth"])
    assert missing == Missing(names="gdp_growth_effect_controls", reason="GDP growth is not among the regressors")


def test_percentages_are_named_after_scale_and_form_and_missing_ones_say_why():
    nan = np.nan
    rows = [
        ("gini", "levels", "rate", nan, nan, nan, ""),
        ("gini", "levels", "log rate", 5.1, 0.3, 10.2, ""),
        ("gini", "levels", "Poisson", -5.4, -20.0, 12.0, ""),
        ("gini", "long differences", "log rate", nan, nan, nan, "only 3 countries"),
    ]
    names = ["regressor", "form", "scale", "percent", "percent_lower", "percent_upper", "problem"]
    table = pd.DataFrame(rows, columns=names).assign(observations=694, confidence_level=0.95)
    log, poisson, missing = headline.percents(table)
    assert (log.name, log.value, log.interval) == ("gini_percent", 5.1, (0.3, 10.2))
    assert (poisson.name, poisson.value) == ("gini_percent_poisson", -5.4)
    assert missing == Missing(names="gini_percent_long_differences", reason="only 3 countries")


@pytest.mark.parametrize("regressor", ["gdp_growth", "gini"])
def test_growth_is_recorded_with_every_interval_that_has_ends(regressor):
    table = pd.DataFrame(
        {"regressor": regressor, "method": ["bias-reduced", "wild bootstrap", "Driscoll–Kraay"], "estimate": -0.1}
        | {"lower": [-0.4, -np.inf, -0.3], "upper": [0.1, 0.2, 0.0], "outcome": "rate", "observations": 875}
    ).assign(confidence_level=0.95)
    names = [value.name for value in headline.growth_by_interval(table)]
    expected = ["gdp_growth_effect_bias_reduced", "gdp_growth_effect_driscoll_kraay"]
    assert names == (expected if regressor == "gdp_growth" else [])


def test_poverty_is_recorded_by_what_is_held_constant():
    table = pd.DataFrame(
        {"regressor": "poverty_685", "estimator": ["pooled", "country effects", "first differences"], "lower": -0.4}
        | {"estimate": [0.6, np.nan, 0.1], "upper": 0.9, "outcome": "rate", "observations": 361}
    ).assign(confidence_level=0.95)
    (value,) = headline.poverty_by_effects(table)
    assert (value.name, value.value) == ("poverty_effect_pooled", 0.6)


def test_coverage_is_named_after_kind_and_number_of_countries():
    table = pd.DataFrame({"clusters": [20], "method": ["wild bootstrap"], "coverage": [0.942], "simulations": [500]})
    (value,) = headline.coverage(table, 0.95)
    (half,) = headline.coverage(table, 0.5)
    assert (value.name, value.n) == ("coverage_wild_bootstrap_20", 500)
    assert value.value == pytest.approx(94.2)
    # Wilson's interval of 471 of 500.
    assert value.interval == pytest.approx((91.8, 95.9), abs=0.05)
    assert half.interval == pytest.approx((93.45, 94.87), abs=0.05)
    assert half.label.endswith("50% interval of the number of simulations")


def test_sentences_are_recorded_under_their_names():
    (value,) = headline.texts({"family_reading": "None of it."})
    assert (value.name, value.value) == ("family_reading", "None of it.")
    assert NAME.fullmatch(value.name)
