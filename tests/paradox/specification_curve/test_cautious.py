"""Intervals of a sample of the curve by the rule that the book quotes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.regression.bias_reduced import bias_reduced
from citizen_security.methods.regression.multiple_imputation import rubin
from citizen_security.paradox.panel.fixed_effects import fixed_effects_regression
from citizen_security.paradox.panel.sample import estimation_sample, prepare_panel
from citizen_security.paradox.panel.specification import Specification
from citizen_security.paradox.specification_curve.cautious import cautious_fit, compare_errors
from citizen_security.paradox.specification_curve.multiverse import build_multiverse, draws_of, specification_frame
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def poverty(grid):
    return build_multiverse(grid, catalog.load("specification_choices"), "poverty")


@pytest.mark.slow
def test_the_main_specification_has_the_error_that_the_panel_regressions_quote(grid, poverty):
    position = int(np.flatnonzero(poverty.specifications["main"])[0])
    panel = prepare_panel(catalog.load("country_year"), grid.countries, 1990, 2023)
    specification = Specification(name="", regressors=("poverty_685",))
    other = fixed_effects_regression(estimation_sample(panel, specification), specification)
    row = bias_reduced(other.parts).iloc[0]
    assert cautious_fit(grid, poverty, position) == pytest.approx((row["standard_error"], row["degrees_of_freedom"]))


@pytest.mark.parametrize(
    ("trends", "estimator"), [("none", "pooled"), ("country", "within"), ("country", "first_differences")]
)
def test_weighted_specifications_with_trends_and_without_have_that_of_all_dummies(grid, trends, estimator):
    growth = build_multiverse(grid, catalog.load("specification_choices"), "growth")
    table = growth.specifications
    rows = table[
        (table["trends"] == trends) & (table["estimator"] == estimator) & (table["weights"] == "population")
        & (table["controls"] == "inequality") & (table["year_effects"] == "yes") & (table["lag"] == "1")
    ]  # fmt: skip
    chosen = replace(growth, specifications=rows.iloc[[0]].reset_index(drop=True))
    error, degrees = cautious_fit(grid, chosen, 0)
    expected = by_all_dummies(grid, chosen)
    # Pseudo-inverses of clusters' residual makers drop directions below 1e-10: eight digits stay.
    assert (error, degrees) == pytest.approx(expected, rel=1e-6)


def by_all_dummies(grid, chosen):
    """CR2 and Satterthwaite's degrees with a column for every effect, from their definitions alone."""
    frame, regressors, effects = specification_frame(grid, chosen, 0)
    dummies = [pd.get_dummies(frame[name], dtype=float).to_numpy() for name in effects]
    design = np.hstack([frame[regressors].to_numpy(float), np.ones((len(frame), 1)), *dummies])
    weight, outcome = frame["weight"].to_numpy(), frame["outcome"].to_numpy()
    solution = np.linalg.pinv(design * np.sqrt(weight)[:, None], rcond=1e-11) * np.sqrt(weight)
    maker, row = np.eye(len(frame)) - design @ solution, solution[0]
    parts, score = [], 0.0
    for iso3 in frame["iso3"].unique():
        own = np.flatnonzero(frame["iso3"] == iso3)
        values, vectors = np.linalg.eigh(maker[own] @ maker[own].T)
        kept = values > 1e-10 * values[-1]
        adjusted = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T @ row[own]
        parts.append(adjusted @ maker[own])
        score += (adjusted @ (maker[own] @ outcome)) ** 2
    products = np.stack(parts) @ np.stack(parts).T
    return np.sqrt(score), np.trace(products) ** 2 / (products**2).sum()


def test_an_imputed_specification_pools_the_errors_of_its_draws(grid, poverty):
    table = poverty.specifications
    rows = table[(table["measure"] == "poverty_365_imputed") & (table["controls"] == "income+young_men")]
    chosen = replace(poverty, specifications=rows.iloc[[7]].reset_index(drop=True))
    error, degrees = cautious_fit(grid, chosen, 0)
    alone = [cautious_fit(replace(draw, draws={}), chosen, 0) for draw in draws_of(grid, "poverty_365_imputed")]
    least = np.sqrt(np.mean([own**2 for own, _ in alone]))
    assert error > least
    assert degrees < np.mean([own for _, own in alone])
    assert rubin(np.zeros(5), np.array([own for own, _ in alone]), 9.0).standard_error == pytest.approx(least)


@pytest.mark.slow
def test_a_sample_is_drawn_whole_and_compared_at_the_level_asked_for(grid, multiverse):
    wide, narrow = (
        compare_errors(grid, multiverse, specifications=4, confidence_level=level, seed=2) for level in (0.95, 0.8)
    )
    assert len(wide) == 4
    assert wide["position"].is_monotonic_increasing
    assert (narrow["half_width"] < wide["half_width"]).all()
    assert (narrow["cautious_half_width"] < wide["cautious_half_width"]).all()
    assert (wide["outside"] == (wide["estimate"].abs() > wide["half_width"])).all()
    assert (wide["cautious_half_width"] > wide["half_width"]).mean() > 0.5
