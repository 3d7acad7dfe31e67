"""Sizes that doubles cannot weigh together are refused at the bounds that the message names, and not before."""

import numpy as np
import pytest

from citizen_security.methods.meta_analysis.study_values import (
    as_numbers,
    effects_and_variances,
    refuse_extreme_moderators,
    refuse_extremes,
)


@pytest.mark.parametrize(
    ("effects", "variances"),
    [
        # On a bound, or a hair within.
        ([0.0, 1e-26], [1e-50, 9.9e-43]),
        ([0.0, 1e20], [1.01e42, 1e50]),
        ([0.2, -0.3], [1e-6, 99.0]),
        ([1e6, -0.1], [1.0, 2.0]),
        ([1e6, 0.0], [1.0, 0.5]),
        ([-1.99e6, 0.1], [4.0, 3.0]),
        # More than a million of the other's errors, and less of its own.
        ([1.9e6, 0.1], [4.0, 1.0]),
    ],
)
def test_sizes_within_the_bounds_are_weighed(effects, variances):
    found = effects_and_variances(effects, variances)
    np.testing.assert_array_equal(found, [effects, variances])
    refuse_extremes(np.array(effects), np.array(variances))


@pytest.mark.parametrize(
    ("effects", "variances", "words"),
    [
        ([0.0, 0.0], [0.99e-50, 1e-49], "variances from 9.9e-51 to 1e-49"),
        ([0.0, 0.0], [1e49, 1.01e50], r"variances from 1e\+49 to 1.01e\+50"),
        ([0.2, -0.3], [1e-6, 101.0], r"variances 1.01e\+08 times apart \(1e-06 and 101\)"),
        ([1.01e6, -0.1], [1.0, 2.0], r"an effect of 1.01e\+06 with a variance of 1: beyond"),
        ([0.1, -2.1e6], [1.0, 4.0], r"an effect of -2.1e\+06 with a variance of 4: beyond"),
        ([3e6, -4e6, 2.9e6], [1.0, 4.0, 9.0], r"effect of 3e\+06 with a variance of 1, an effect of -4e\+06 with a"),
        ([2e6, 0.0], [1e-2, 1e7], r"^variances 1e\+09 times apart .0.01 and 1e\+07., an effect of 2e\+06 with a"),
    ],
)
def test_sizes_beyond_the_bounds_are_refused_with_every_number(effects, variances, words):
    with pytest.raises(ValueError, match=words) as error:
        effects_and_variances(effects, variances)
    assert "effects up to 1e+06 of their standard errors" in str(error.value)
    assert "variances from 1e-50 to 1e+50 and up to 1e+08 times apart" in str(error.value)


def test_no_study_is_of_no_size():
    refuse_extremes(np.array([]), np.array([]))


@pytest.mark.parametrize("size", [1e-25, 1e25, -1e25, 0.0, 3.0])
def test_moderators_within_the_bounds_are_summed(size):
    refuse_extreme_moderators(np.array([[1.0, size], [1.0, 0.0]]))
    refuse_extreme_moderators(np.empty((0, 2)))


@pytest.mark.parametrize(
    ("column", "words"),
    [([0.99e-25, 0.0], "9.9e-26"), ([1.0, -1.01e25], r"1.01e\+25"), ([2e30, 1.01e25], r"2e\+30")],
)
def test_moderators_beyond_the_bounds_are_refused(column, words):
    with pytest.raises(ValueError, match=rf"size {words}\. Allowed: from 1e-25 to 1e\+25"):
        refuse_extreme_moderators(np.column_stack([np.ones(2), column, [1e-40, 0.0]]))


@pytest.mark.parametrize(
    ("effect", "variance", "words"),
    [
        ([0.1, 0.2], [0.1], r"effect has shape \(2,\) and variance \(1,\)"),
        ([[0.1, 0.2]], [[0.1, 0.2]], r"effect has shape \(1, 2\)"),
        ([0.1, np.nan], [0.1, 0.1], r"missing or infinite \(number 2 of 2\); drop"),
        ([0.1, 0.2], [np.inf, 0.1], "missing or infinite"),
        ([0.1, 0.2, 0.3], [0.1, 0.0, 0.2], r"the smallest variance is 0 \(number 2 of 3\)"),
        ([0.1, 0.2, 0.3], [0.1, 0.2, -0.5], r"the smallest variance is -0.5 \(number 3 of 3\)"),
    ],
)
def test_what_is_no_effect_with_a_variance_is_refused(effect, variance, words):
    with pytest.raises(ValueError, match=words):
        effects_and_variances(effect, variance)


def test_one_study_may_be_given_as_a_number():
    effects, variances = effects_and_variances(0.5, 2)
    assert (effects.tolist(), variances.tolist()) == ([0.5], [2.0])


@pytest.mark.parametrize("values", [["a", "b"], [[1.0], [1.0, 2.0]]])
def test_text_and_uneven_rows_are_no_numbers(values):
    with pytest.raises(ValueError, match=r"effect holds text or rows of different lengths\. Allowed: a number"):
        as_numbers("effect", values)


def test_masked_values_are_no_numbers():
    with pytest.raises(ValueError, match="effect"):
        as_numbers("effect", np.ma.array([1.0, 2.0], mask=[False, True]))
