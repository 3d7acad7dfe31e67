"""A curve for each driver, and how they are told as a family."""

from dataclasses import replace

import numpy as np
import pytest

from citizen_security.paradox.specification_curve.every_driver import (
    fit_other_drivers,
    joint_curve,
    tabulate_drivers,
)
from citizen_security.paradox.specification_curve.fast_fits import fit_curve
from citizen_security.paradox.specification_curve.multiverse import DRIVERS
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve
from citizen_security.paradox.specification_curve.thinning import CurveSize, thin_multiverse
from citizen_security.tables import catalog

pytestmark = pytest.mark.slow

SIZE = CurveSize(400, 39, 60, 5)


@pytest.fixture(scope="module")
def parameters():
    left_out = ["estimator=pooled", "growth_series=per_head", "outcome=log_rate"]
    return SpecificationCurve.from_values({"driver": "growth", "leave_out": left_out, "confidence_level": 0.8})


@pytest.fixture(scope="module")
def found(grid, multiverse, parameters):
    part = thin_multiverse(multiverse, 400, seed=1)
    own = joint_curve(grid, fit_curve(grid, part, confidence_level=0.8), part, SIZE, parameters)
    others, reasons = fit_other_drivers(grid, grid, catalog.load("specification_choices"), SIZE, parameters)
    return {"growth": own, **others}, reasons


def test_every_driver_has_a_curve_without_the_options_left_out(found):
    curves, reasons = found
    assert set(curves) == set(DRIVERS)
    assert reasons == {}
    for driver in set(DRIVERS) - {"growth"}:
        assert set(curves[driver].curve.estimates["outcome"]) == {"rate"}
        assert "pooled" not in set(curves[driver].curve.estimates["estimator"])
        assert curves[driver].curve.confidence_level == 0.8


def test_the_table_is_what_the_curves_and_their_tests_say(found):
    curves, _ = found
    table = tabulate_drivers(curves).set_index("driver")
    assert table.index.tolist() == list(DRIVERS)
    for driver, own in curves.items():
        row, estimates = table.loc[driver], own.curve.estimates
        assert row["median_effect"] == pytest.approx(estimates["effect"].median())
        assert row["lower"] < row["median_effect"] < row["upper"]
        outside = (estimates["effect_lower"] > 0) | (estimates["effect_upper"] < 0)
        assert row["share_outside"] == pytest.approx(100 * outside.mean())
        assert row["permutations"] == 39
        extreme = (own.test.permuted["median_effect"].abs() >= abs(own.test.observed["median_effect"])).sum()
        # Two-sided around zero: the count of Simonsohn and others, the observed curve among them.
        assert row["permutation_p"] == pytest.approx((extreme + 1) / 40)
    smallest = table["permutation_p"].min()
    assert table["holm_p"].min() == pytest.approx(min(4 * smallest, 1))


def test_a_driver_without_paths_to_exchange_is_missing_with_the_reason(grid, parameters):
    lone = np.full(grid.shape, np.nan)
    lone[:5] = grid.columns["gini"][:5]
    poor = replace(grid, columns=grid.columns | {"gini": lone, "gini_survey": lone})
    _, reasons = fit_other_drivers(poor, poor, catalog.load("specification_choices"), SIZE, parameters)
    assert set(reasons) == {"inequality"}
