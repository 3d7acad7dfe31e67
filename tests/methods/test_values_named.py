"""Values at fault are named by their place, masked ones are refused, and text is no number."""

import numpy as np
import pytest

from citizen_security.methods import require
from citizen_security.methods.meta_analysis.block_covariance import correlated_blocks
from citizen_security.methods.meta_analysis.composites import composites
from citizen_security.methods.meta_analysis.multilevel import three_level
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.methods.meta_analysis.two_by_two import tables

MASKED = np.ma.masked_array([0.1, 0.2, 9.0], mask=[False, False, True])
VARIANCES = [0.01] * 3


@pytest.mark.parametrize(
    "call",
    [
        lambda: pool(MASKED, VARIANCES),
        lambda: pool(VARIANCES, MASKED),
        lambda: composites(MASKED, VARIANCES, [1, 1, 2]),
        lambda: tables(MASKED, [5, 5, 5], [1, 2, 3], [5, 5, 5]),
        lambda: require.finite("effect", MASKED),
    ],
)
def test_a_masked_value_is_refused_as_missing(call):
    with pytest.raises(ValueError, match="masked values, number 3 of 3"):
        call()


def test_a_mask_that_hides_nothing_is_no_fault():
    unmasked = np.ma.masked_array([0.1, 0.2, 0.4], mask=[False] * 3)
    assert pool(unmasked, VARIANCES).effect == pool([0.1, 0.2, 0.4], VARIANCES).effect


@pytest.mark.parametrize(
    ("call", "place"),
    [
        (lambda: pool([0.1, np.nan, 0.3], VARIANCES), "number 2 of 3"),
        (lambda: pool([0.1, 0.2, 0.3], [0.01, 0.01, 0.0]), "number 3 of 3"),
        (lambda: pool([np.nan] * 5, [0.01] * 5), "numbers 1, 2, 3, … of 5"),
        (lambda: tables([1, -1], [5, 5], [1, 1], [5, 5]), "number 2 of 2"),
        (lambda: tables([1, 0], [5, 0], [1, 1], [5, 5]), "number 2 of 2"),
        (lambda: require.positive("variance", [1.0, 0.0]), "number 2 of 2"),
    ],
)
def test_the_value_at_fault_is_named_by_its_place(call, place):
    with pytest.raises(ValueError, match=place):
        call()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: pool([0.1, 0.2, 0.3], VARIANCES, confidence_level="95"), "confidence_level"),
        (lambda: correlated_blocks(VARIANCES, [1, 1, 2], correlation=".5"), "correlation"),
        (lambda: three_level([0.1, 0.2, 0.3], VARIANCES, [1, 1, 2], correlation=".5"), "correlation"),
        (lambda: composites([0.1, 0.2, 0.3], VARIANCES, [1, 1, 2], correlation=".5"), "correlation"),
    ],
)
def test_text_in_place_of_a_number_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=f"{name} .*text"):
        call()
