"""Series of a driver, alike in everything else."""

import numpy as np
import pytest

from citizen_security.paradox.specification_curve.fast_fits import fit_curve
from citizen_security.paradox.specification_curve.multiverse import build_multiverse, choices_of
from citizen_security.paradox.specification_curve.series import by_series, main_by_series
from citizen_security.paradox.specification_curve.thinning import thin_multiverse
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def poverty(grid):
    return build_multiverse(grid, catalog.load("specification_choices"), "poverty", ["estimator=pooled"])


@pytest.fixture(scope="module")
def options():
    return choices_of(catalog.load("specification_choices"), "poverty", ["estimator=pooled"])


def test_lines_that_a_series_has_not_are_left_out_for_all(grid, poverty, options):
    curve = fit_curve(grid, thin_multiverse(poverty, 3_000, seed=1), confidence_level=0.8)
    table = by_series(curve, options, seed=1)
    assert table["label"].tolist() == ["survey years", "interpolated line-up", "multiple imputation"]
    common = curve.estimates[curve.estimates["poverty_line"].isin(["215", "365", "685"])]
    grouped = common.groupby("poverty_series")["effect"]
    found = table.set_index("option")
    np.testing.assert_allclose(found["median_effect"], grouped.median()[found.index])
    assert (found["specifications"] == grouped.size()[found.index]).all()
    assert ((found["lower"] < found["median_effect"]) & (found["median_effect"] < found["upper"])).all()


@pytest.mark.slow
def test_the_main_specification_is_fitted_with_each_series(grid, poverty, options):
    table = main_by_series(grid, poverty, options, 0.8).set_index("option")
    assert set(table.index) == {"survey", "lineup", "imputed"}
    main = poverty.specifications["main"]
    estimates = fit_curve(grid, thin_multiverse(poverty, len(main), 1)).estimates
    assert table.loc["survey", "estimate"] == pytest.approx(float(estimates.loc[estimates["main"], "estimate"].iloc[0]))
    wider = main_by_series(grid, poverty, options, 0.95).set_index("option")
    assert (wider["estimate_upper"] > table["estimate_upper"]).all()
    assert (table["main_observations"].loc[["lineup", "imputed"]] > table.loc["survey", "main_observations"]).all()


def test_a_main_specification_that_was_left_out_is_not_fitted(grid):
    choices = catalog.load("specification_choices")
    without = build_multiverse(grid, choices, "poverty", ["lag=0"])
    assert main_by_series(grid, without, choices_of(choices, "poverty", ["lag=0"]), 0.95).empty
