"""What the notebook records of a curve."""

import pandas as pd
import pytest
from paradox.recorded import check_values

from citizen_security.paradox.specification_curve import headline
from citizen_security.paradox.specification_curve.every_driver import DriverCurve, tabulate_drivers
from citizen_security.paradox.specification_curve.importance import choice_importance
from citizen_security.paradox.specification_curve.joint_test import median_interval, multiplier_test, permutation_test
from citizen_security.paradox.specification_curve.thinning import thin_multiverse
from citizen_security.values import Missing


@pytest.fixture(scope="module")
def joint(grid, multiverse):
    return permutation_test(grid, thin_multiverse(multiverse, 60, 1), permutations=19)


@pytest.fixture(scope="module")
def found(curve, joint):
    return DriverCurve(curve, median_interval(curve), joint)


def test_the_shares_are_of_all_specifications(curve, found):
    values = check_values(headline.curve_values(found, multiplier_test(curve)))
    estimates = curve.estimates
    assert values["specification_count"].value == len(estimates)
    assert values["driver_name"].value == "growth"
    assert values["median_effect"].value == estimates["effect"].median()
    assert values["share_positive"].value == pytest.approx(100 * (estimates["effect"] > 0).mean())
    outside = (estimates["effect_lower"] > 0) | (estimates["effect_upper"] < 0)
    assert values["share_significant"].value == pytest.approx(100 * outside.mean())
    fewest, most = estimates["countries"].min(), estimates["countries"].max()
    assert values["countries_reading"].value == f"specifications have {fewest} to {most} countries"


def test_the_joint_test_is_recorded_with_what_it_says(joint):
    values = check_values(headline.permutation_values(joint, 0.95))
    median = joint.p_values.set_index("statistic").loc["median_effect", "p_value"]
    assert values["permutation_p"].value == median
    assert values["permutation_p"].n == 19
    assert f"{median:.3f}" in values["test_reading"].value
    assert values["permuted_specification_count"].value == joint.specifications


def test_the_choice_that_moves_most_is_the_first_of_the_table(curve, multiverse):
    importance = choice_importance(curve.estimates)
    values = check_values(headline.choice_values(importance, multiverse))
    assert importance["choice"].iloc[0].replace("_", " ") in values["choices_sentence"].value
    assert values["repeated_count"].value == multiverse.removed["specifications"].iloc[1]


def test_drivers_without_a_curve_are_missing_with_the_reason(found):
    drivers = tabulate_drivers({"growth": found})
    recorded = headline.driver_values(drivers, {"poverty": "no country has a survey"}, 0.8)
    missing = [it for it in recorded if isinstance(it, Missing)]
    assert [(it.names, it.reason) for it in missing] == [("poverty_*", "no country has a survey")]
    values = check_values([it for it in recorded if not isinstance(it, Missing)])
    assert values["growth_holm_p"].value == values["growth_permutation_p"].value


def test_what_cannot_be_compared_is_missing():
    nothing = pd.DataFrame()
    no_width = pd.DataFrame({"cautious_half_width": [float("nan")], "half_width": 1.0})
    for table in (nothing, no_width):
        assert all(isinstance(it, Missing) for it in headline.interval_values(table, 0.95))
    names = {it.names for it in headline.series_values(nothing, nothing, "poverty", 0.95)}
    assert names == {"series_sentence", "main_series_sentence"}
