"""The specifications of a curve: what the table of choices says, and nothing twice."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.paradox.panel.sample import estimation_sample, prepare_panel
from citizen_security.paradox.panel.specification import Specification
from citizen_security.paradox.panel.subsets import LEFT_OUT
from citizen_security.paradox.specification_curve.multiverse import (
    _SAMPLES,
    DRIVERS,
    SUBSETS,
    NoSpecification,
    build_multiverse,
    choices_of,
    column_values,
    control_names,
    enumerate_specifications,
    prepare_grid,
    specification_frame,
    without_singletons,
)
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def choices():
    return catalog.load("specification_choices")


@pytest.fixture(scope="module")
def country_year():
    return catalog.load("country_year")


@pytest.fixture(scope="module")
def poverty(grid, choices):
    return build_multiverse(grid, choices, "poverty", ["estimator=pooled"])


def test_poverty_has_the_thousands_of_specifications_that_the_issue_asks_for(poverty):
    assert len(poverty.specifications) >= 5_000
    assert poverty.specifications["main"].sum() == 1


def test_every_combination_is_kept_or_counted_under_the_rule_that_removed_it(choices, poverty):
    options = choices_of(choices, "poverty", ["estimator=pooled"])
    sizes = options[options["choice"] != SUBSETS].groupby("choice").size()
    combinations = sizes.prod() * 2 ** (options["choice"] == SUBSETS).sum()
    assert combinations == len(poverty.specifications) + poverty.removed["specifications"].sum()


def test_specifications_stand_in_the_order_of_the_table_and_the_first_of_equals_is_kept(choices, poverty):
    specifications, _ = enumerate_specifications(choices_of(choices, "poverty", ["estimator=pooled"]), "poverty")
    first = specifications.iloc[0]
    assert (first["outcome"], first["estimator"], first["lag"]) == ("rate", "within", "0")
    assert first["main"]
    assert poverty.specifications["main"].iloc[0]


def test_lines_of_2021_have_no_line_up(poverty):
    lines = poverty.specifications
    assert set(lines.loc[lines["poverty_line"].isin(["830", "300"]), "poverty_series"]) == {"survey", "imputed"}
    assert set(lines["measure"]) == {
        *(f"poverty_{line}" for line in (215, 365, 685, 300, 830)),
        *(f"poverty_{line}_imputed" for line in (215, 365, 685, 300, 830)),
        *(f"poverty_{line}_lineup" for line in (215, 365, 685)),
    }


def test_an_option_that_changes_no_country_year_is_removed_as_a_repetition(poverty):
    # No poverty figure of Venezuela after 2018: leaving those years out would count every result twice.
    assert "without_venezuela_after_2018" not in set(poverty.specifications["sample"])
    assert poverty.removed["specifications"].iloc[1] > 0


def test_it_is_kept_where_it_changes_the_sample(grid, choices):
    inequality = build_multiverse(grid, choices, "inequality")
    assert "without_venezuela_after_2018" in set(inequality.specifications["sample"])


@pytest.mark.slow
def test_no_regression_stands_twice_in_the_curve(grid, poverty):
    # Compared by content, on a draw of specifications: the same outcome, columns, rows, effects and weights.
    generator = np.random.default_rng(3)
    seen = set()
    drawn = generator.choice(len(poverty.specifications), 400, replace=False)
    for position in drawn:
        frame, regressors, effects = specification_frame(grid, poverty, int(position))
        seen.add((frame.to_csv(), tuple(regressors), effects))
    assert len(seen) == len(drawn)


def test_the_table_names_only_columns_and_samples_that_exist(choices, grid):
    assert set(choices.loc[choices["choice"] == "sample", "option"]) == {*_SAMPLES, *LEFT_OUT}
    controls = choices[choices["choice"] == SUBSETS]
    assert set(controls["field"]) <= set(grid.columns)
    for driver in DRIVERS:
        options = choices_of(choices, driver)
        assert not options["position"].duplicated().any()
        specifications, _ = enumerate_specifications(options, driver)
        assert set(specifications["measure"]) <= set(grid.columns)


@pytest.mark.parametrize("driver", DRIVERS)
def test_each_choice_has_one_main_option_and_a_driver_is_no_control_of_itself(choices, driver):
    options = choices_of(choices, driver)
    single = options[options["choice"] != SUBSETS]
    assert (single.groupby("choice")["main"].sum() == 1).all()
    assert driver not in set(options.loc[options["choice"] == SUBSETS, "option"])


def test_rows_named_in_not_with_are_options_of_the_table(choices):
    names = set(choices["choice"] + "=" + choices["option"])
    excluded = {name for cell in choices["not_with"].dropna() for name in cell.split(";")}
    assert excluded <= names


def test_the_main_sample_is_that_of_the_panel_regressions(country_year, grid, poverty):
    # Two notebooks of one book that disagree on the rows would disagree on the number.
    position = int(np.flatnonzero(poverty.specifications["main"])[0])
    frame, _, effects = specification_frame(grid, poverty, position)
    panel = prepare_panel(country_year, grid.countries, 1990, 2023)
    other = estimation_sample(panel, Specification(name="", regressors=("poverty_685",))).frame
    assert effects == ("iso3", "year")
    np.testing.assert_array_equal(frame["outcome"], other["rate"])
    np.testing.assert_array_equal(frame["driver"], other["poverty_685"])


def test_lags_and_differences_are_of_consecutive_years(grid):
    gini = grid.columns["gini"]
    assert np.isnan(column_values(grid, "gini", "1", "within")[:, 0]).all()
    np.testing.assert_array_equal(column_values(grid, "gini", "1", "within")[:, 1:], gini[:, :-1])
    np.testing.assert_array_equal(
        column_values(grid, "gini", "0", "first_differences")[:, 1:], gini[:, 1:] - gini[:, :-1]
    )


def test_singletons_leave_until_none_is_left():
    mask = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool)
    assert without_singletons(mask).tolist() == [[True, True, False], [True, True, False], [False] * 3, [False] * 3]


def test_no_control_is_written_none():
    assert control_names("none") == []
    assert control_names("income+gini") == ["income", "gini"]


def test_an_option_that_does_not_exist_is_refused_with_the_nearest(choices):
    with pytest.raises(NoSpecification, match="did you mean 'estimator=pooled'"):
        choices_of(choices, "poverty", ["estimator=poolled"])


def test_a_choice_without_an_option_is_refused(choices):
    with pytest.raises(NoSpecification, match="every option of lag"):
        choices_of(choices, "poverty", ["lag=0", "lag=1"])


def test_a_choice_of_a_column_that_is_not_there_is_refused(grid, choices):
    broken = choices.assign(field=choices["field"].replace("gini", "ginni"))
    with pytest.raises(NoSpecification, match="ginni"):
        build_multiverse(grid, broken, "inequality")


def test_a_grid_keeps_gaps_and_order():
    table = pd.DataFrame(
        {
            "iso3": ["B", "A", "A"],
            "year": [2000, 2000, 2002],
            "gdp_per_capita": [15_000.0, 30_000.0, 15_000.0],
            "population": [1e7, 1e7, 1e7],
            "homicide_note": [None, "doubted by specialists; revised", None],
        }
    ).astype({"homicide_note": "str"})
    grid = prepare_grid(table, ["A", "B"])
    assert grid.countries == ("A", "B")
    assert grid.years == (2000, 2001, 2002)
    np.testing.assert_allclose(grid.columns["log_gdp_per_capita"], [[np.log(2), np.nan, 0], [0, np.nan, np.nan]])
    assert grid.left_out["undoubted"].tolist() == [[True, False, False], [False, False, False]]
