"""What the notebook records of a curve."""

import pytest
from paradox.recorded import check_values

from citizen_security.paradox.specification_curve import headline
from citizen_security.paradox.specification_curve.importance import choice_importance
from citizen_security.paradox.specification_curve.joint_test import median_interval, multiplier_test, permutation_test
from citizen_security.paradox.specification_curve.thinning import thin_multiverse


def test_the_shares_are_of_all_specifications(curve):
    values = check_values(headline.curve_values(curve, median_interval(curve), multiplier_test(curve)))
    estimates = curve.estimates
    assert values["specification_count"].value == len(estimates)
    assert values["median_effect"].value == estimates["effect"].median()
    assert values["share_positive"].value == pytest.approx(100 * (estimates["effect"] > 0).mean())
    sides = (values[f"share_significant_{side}"].value for side in ("positive", "negative"))
    assert values["share_significant"].value == pytest.approx(sum(sides))
    assert values["countries_least"].value == estimates["countries"].min()


def test_every_p_value_of_the_joint_test_is_recorded(grid, multiverse):
    test = permutation_test(grid, thin_multiverse(multiverse, 60, 1), permutations=19)
    values = check_values(headline.permutation_values(test))
    p_values = test.p_values.set_index("statistic")["p_value"]
    assert {name: values[key].value for name, key in headline.TEST_NAMES.items()} == p_values.to_dict()
    assert values["permutation_p"].n == 19
    assert values["permuted_specification_count"].value == test.specifications


def test_the_choice_that_moves_most_is_the_first_of_the_table(curve, multiverse):
    importance = choice_importance(curve.estimates)
    values = check_values(headline.choice_values(importance, multiverse))
    assert values["most_moving_choice"].value == importance["choice"].iloc[0]
    assert values["together_share"].value == pytest.approx(100 * importance["share_of_variance"].iloc[-1])
    assert values["repeated_count"].value == multiverse.removed["specifications"].iloc[1]
