"""What the notebook records: names, intervals and numbers, from the tables that the page shows."""

import numpy as np
import pandas as pd
import pytest
from paradox.recorded import check_values

from citizen_security.paradox.income_turning_point import headline
from citizen_security.paradox.income_turning_point.answers import (
    bootstrap_all,
    countries_beyond,
    fit_splines,
    tabulate_turning_points,
    tabulate_u_tests,
)
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.income_turning_point.spline import (
    curve_bands,
    fitted_highest,
    highest_points,
    income_grid,
    partial_points,
)
from citizen_security.paradox.panel.specification import REFERENCE_INCOME
from citizen_security.values import Missing

PARAMETERS = IncomeTurningPoint()
WORDS = dict.fromkeys(("within", "between", "pooled"), "a rise")


@pytest.fixture(scope="module")
def drawn(fitted):
    return bootstrap_all(fitted[2], 199, 1)


@pytest.fixture(scope="module")
def tests(fitted, drawn):
    return tabulate_u_tests(fitted[2], drawn, PARAMETERS)


@pytest.fixture(scope="module")
def turning(fitted, drawn):
    return tabulate_turning_points(fitted[2], drawn, 0.95)


@pytest.fixture(scope="module")
def splines(fitted):
    return fit_splines(*fitted[:2], 5)


def test_turning_points_and_p_values_are_those_of_the_tables(fitted, tests, turning):
    sample = fitted[0]
    values = check_values(headline.parabola_values(tests, turning, PARAMETERS))
    row = turning[(turning["comparison"] == "within") & (turning["method"] == "delta")].iloc[0]
    assert values["turning_point"].value == row["estimate"]
    assert values["turning_point"].interval == (row["lower"], row["upper"])
    assert values["turning_point"].n == sample.observations
    test = tests[(tests["comparison"] == "between") & (tests["shape"] == "inverted U")].iloc[0]
    assert values["u_test_p_between"].value == test["p_value"]
    assert values["share_inverted_u"].value <= 100
    assert set(values) <= headline.RECORDED


def test_a_turning_point_beyond_all_numbers_is_missing_with_the_reason(tests, turning):
    lost = turning.assign(upper=turning["upper"].where(turning["comparison"] != "between", np.inf))
    found = headline.parabola_values(tests, lost, PARAMETERS)
    (missing,) = [value for value in found if isinstance(value, Missing)]
    assert missing.names == "turning_point_between"
    names = {value.name for value in found if not isinstance(value, Missing)}
    assert {"turning_point", "turning_point_delta_between"} <= names


def test_the_highest_incomes_are_those_of_the_drawn_curves(splines):
    grids = {name: income_grid(fit) for name, fit in splines.items()}
    curves = pd.concat([curve_bands(splines[name], grid, 0.9).table for name, grid in grids.items()])
    highest = pd.concat([highest_points(splines[name], grid, 99, 1) for name, grid in grids.items()])
    top = fitted_highest(curves)
    own = highest[highest["comparison"] == "between"]["income"]
    values = {value.name: value for value in headline.spline_values(splines, WORDS, highest, top, 0.9)}
    assert values["spline_highest_income_between"].value == top["between"]
    assert values["spline_highest_income_between"].interval == (own.quantile(0.05), own.quantile(0.95))
    assert values["spline_highest_income_between"].label.endswith("90% of the draws of countries")
    assert values["spline_shape_between"].value == "a rise"
    inside = highest.groupby("comparison")["inside"].mean()
    assert values["share_peak_inside_between"].value == pytest.approx(100 * inside["between"])


def test_the_ends_of_the_incomes_are_those_of_the_sample(turning, fitted):
    values = check_values(headline.income_range_values(turning))
    sample = fitted[0]
    income = REFERENCE_INCOME * np.exp(sample.frame["log_gdp_per_capita"])
    means = REFERENCE_INCOME * np.exp(sample.frame.groupby("iso3")["log_gdp_per_capita"].mean())
    assert values["lowest_income"].value == pytest.approx(income.min(), rel=1e-9)
    assert values["highest_income"].value == pytest.approx(income.max(), rel=1e-9)
    assert values["lowest_income_between"].value == pytest.approx(means.min(), rel=1e-9)


def test_countries_are_named_and_counted(fitted, splines, panel, drawn):
    names = pd.Series({iso3: f"name of {iso3}" for iso3 in panel["iso3"].unique()})
    beyond = countries_beyond(panel, fitted[2], drawn)
    points = pd.concat([partial_points(fit) for fit in splines.values()])
    values = check_values(headline.country_values(points, beyond, names))
    assert values["most_violent_between"].value.count("name of ") == 3
    own = beyond[beyond["comparison"] == "within"]
    assert values["countries_beyond_turning_point"].value == own["above"].sum()
