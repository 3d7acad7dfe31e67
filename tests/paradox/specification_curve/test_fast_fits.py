"""The fast fits against pyfixest, statsmodels and linearmodels, on real and on awkward panels."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.formula.api as formulas
from linearmodels.panel import PanelOLS

from citizen_security.methods.regression.multiple_imputation import rubin
from citizen_security.paradox.specification_curve import fast_fits
from citizen_security.paradox.specification_curve.fast_fits import (
    assemble_curve,
    fit_blocks,
    fit_curve,
)
from citizen_security.paradox.specification_curve.multiverse import build_multiverse, draws_of, specification_frame
from citizen_security.paradox.specification_curve.solver import free_of_effects
from citizen_security.paradox.specification_curve.thinning import thin_multiverse
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def multiverse(grid):
    return build_multiverse(grid, catalog.load("specification_choices"), "poverty")


@pytest.fixture(scope="module")
def small(multiverse):
    return thin_multiverse(multiverse, 1_200, seed=5)


def with_pyfixest(frame, regressors, effects):
    formula = f"outcome ~ {' + '.join(regressors)}" + (f" | {' + '.join(effects)}" if effects else "")
    # Demeaned until rounding error: its default tolerance is coarser than the comparison.
    exact = {"demeaner": pyfixest.MapDemeaner(fixef_tol=1e-12, fixef_maxiter=100_000)} if effects else {}
    return pyfixest.feols(formula, data=frame, vcov={"CRV1": "iso3"}, weights="weight", fixef_rm="none", **exact)


def uncounted_trends(fit, row):
    """By what pyfixest's error is larger for counting trends of countries, which the clusters nest, as regressors."""
    if row["trends"] == "none" or row["estimator"] != "within":
        return 1.0
    counted = sum(name.startswith("trend_") for name in fit.coef().index)
    spent = len(fit.coef()) - counted + 1 + (fit._data["year"].nunique() - 1 if row["year_effects"] == "yes" else 0)
    return np.sqrt((row["observations"] - spent) / (row["observations"] - spent - counted))


@pytest.mark.slow
def test_two_hundred_random_specifications_equal_pyfixest(grid, multiverse):
    # Where the driver is imputed an estimate is the mean of several; the next test is of them.
    table = multiverse.specifications[multiverse.specifications["poverty_series"] != "imputed"]
    drawn = np.sort(np.random.default_rng(20).choice(len(table), 200, replace=False))
    chosen = replace(multiverse, specifications=table.iloc[drawn].reset_index(drop=True))
    ours = fit_curve(grid, chosen).estimates
    assert len(ours) == 200
    assert {"country", "none"} == set(ours["trends"])
    assert {"static", "lagged_outcome"} == set(ours["dynamics"])
    fits = [with_pyfixest(*specification_frame(grid, chosen, position)) for position in range(200)]
    scale = np.array([uncounted_trends(fit, row) for fit, (_, row) in zip(fits, ours.iterrows(), strict=True)])
    # The tolerances; both solve the same least squares in double precision, the sum of squares of a
    # residual's rounding being far below either.
    np.testing.assert_allclose(ours["estimate"], [fit.coef()["driver"] for fit in fits], rtol=1e-8)
    errors = np.array([fit.se()["driver"] for fit in fits])
    np.testing.assert_allclose(ours["standard_error"], errors / scale, rtol=1e-6)
    alike = scale == 1
    assert alike.sum() > 100
    p_values, lower = ([fit.pvalue()["driver"] for fit in fits], [fit.confint().loc["driver"].iloc[0] for fit in fits])
    np.testing.assert_allclose(ours["p_value"][alike], np.array(p_values)[alike], rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(ours["lower"][alike], np.array(lower)[alike], rtol=1e-6, atol=1e-9)


@pytest.mark.slow
def test_imputed_specifications_are_pyfixest_on_every_draw_pooled_by_rubins_rules(grid, multiverse):
    table = multiverse.specifications
    imputed = table[(table["poverty_series"] == "imputed") & (table["trends"] == "none")]
    chosen = replace(multiverse, specifications=imputed.iloc[::9001].reset_index(drop=True))
    ours = fit_curve(grid, chosen, confidence_level=0.8).estimates
    assert len(ours) == len(chosen.specifications) >= 5
    shares = []
    for position, row in ours.iterrows():
        draws = draws_of(grid, row["measure"])
        fits = [with_pyfixest(*specification_frame(draw, chosen, position)) for draw in draws]
        estimates, errors = ([fit.coef()["driver"] for fit in fits], [fit.se()["driver"] for fit in fits])
        pooled = rubin(np.array(estimates), np.array(errors), row["countries"] - 1, confidence_level=0.8)
        shares.append(pooled.between_share)
        found = row[["estimate", "standard_error", "lower", "upper"]].astype(float)
        expected = [pooled.estimate, pooled.standard_error, pooled.lower, pooled.upper]
        # Relative to the error: the mean of draws may be next to nothing.
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7 * pooled.standard_error)
    # What the draws do not agree on would be seen if it were left out.
    assert max(shares) > 0.02


def test_pooled_specifications_equal_statsmodels(grid, multiverse):
    table = multiverse.specifications
    rows = (table["estimator"] == "pooled") & (table["year_effects"] == "no") & (table["poverty_series"] != "imputed")
    pooled = np.flatnonzero(rows)[::4001]
    chosen = replace(multiverse, specifications=table.iloc[pooled].reset_index(drop=True))
    ours = fit_curve(grid, chosen).estimates
    assert len(ours) >= 3
    for position, row in ours.iterrows():
        frame, regressors, _ = specification_frame(grid, chosen, position)
        model = formulas.wls(f"outcome ~ {' + '.join(regressors)}", frame, weights=frame["weight"])
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": frame["iso3"]}, use_t=True)
        assert row["estimate"] == pytest.approx(fit.params["driver"], rel=1e-8)
        # statsmodels makes the same correction: G/(G-1) (N-1)/(N-K).
        assert row["standard_error"] == pytest.approx(fit.bse["driver"], rel=1e-8)


def test_within_specifications_equal_linearmodels(grid, multiverse):
    table = multiverse.specifications
    rows = (table["estimator"] == "within") & (table["year_effects"] == "yes") & (table["trends"] == "none")
    within = np.flatnonzero(rows & (table["poverty_series"] != "imputed"))[::4001]
    chosen = replace(multiverse, specifications=table.iloc[within].reset_index(drop=True))
    ours = fit_curve(grid, chosen).estimates
    for position, row in ours.iterrows():
        frame, regressors, effects = specification_frame(grid, chosen, position)
        data = frame.set_index(["iso3", "year"])
        model = PanelOLS(
            data["outcome"], data[regressors], weights=data["weight"], entity_effects=True,
            time_effects="year" in effects,
        )  # fmt: skip
        fit = model.fit(cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True)
        assert row["estimate"] == pytest.approx(fit.params["driver"], rel=1e-8)
        # It counts the country effects as parameters, though the clusters nest them; pyfixest and we do not.
        size, years = row["observations"], frame["year"].nunique()
        ours_left, theirs_left = size - len(regressors) - years, size - len(regressors) - years - row["countries"] + 1
        expected = fit.std_errors["driver"] * np.sqrt(theirs_left / ours_left)
        assert row["standard_error"] == pytest.approx(expected, rel=1e-6)


def awkward_panel(seed=0):
    generator = np.random.default_rng(seed)
    kept = generator.random((12, 15)) < 0.7
    country, year = np.nonzero(kept)
    starts = np.flatnonzero(np.r_[True, np.diff(country) > 0])
    columns = generator.normal(size=(len(country), 3)) + 100 * country[:, None] + 10 * year[:, None]
    return SimpleNamespace(
        country=country, year=year, starts=starts, columns=columns, weights=generator.random(len(country)) + 0.2
    )


@pytest.mark.parametrize("country_effects", [True, False])
@pytest.mark.parametrize("year_effects", [True, False])
@pytest.mark.parametrize("trends", [True, False])
def test_what_the_effects_leave_is_the_residual_on_their_dummies(country_effects, year_effects, trends):
    panel = awkward_panel()
    dummies = [np.ones((len(panel.country), 1))]
    dummies += [np.eye(12)[panel.country]] if country_effects else []
    dummies += [np.eye(15)[panel.year]] if year_effects else []
    units = np.eye(12)[panel.country] if country_effects else np.ones((len(panel.country), 1))
    dummies += [units * panel.year[:, None]] if trends else []
    design = np.hstack(dummies)
    root = np.sqrt(panel.weights)[:, None]
    expected = panel.columns - design @ np.linalg.lstsq(design * root, panel.columns * root, rcond=None)[0]
    left = free_of_effects(
        panel.columns, panel.weights, panel.starts, panel.year,
        country_effects=country_effects, year_effects=year_effects, trends=trends,
    )  # fmt: skip
    np.testing.assert_allclose(left, expected, atol=1e-10)  # levels are near 1,000: twelve digits of them


def test_a_panel_in_two_pieces_is_freed_of_its_effects_all_the_same():
    # Two countries in the first years, two in the last, no year in common: one year effect too many.
    country = np.repeat([0, 1, 2, 3], 4)
    year = np.r_[np.tile(np.arange(4), 2), np.tile(np.arange(4, 8), 2)]
    values = np.random.default_rng(1).normal(size=(16, 1))
    dummies = np.hstack([np.eye(4)[country], np.eye(8)[year]])
    expected = values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]
    left = free_of_effects(values, np.ones(16), np.arange(0, 16, 4), year, country_effects=True, year_effects=True)
    np.testing.assert_allclose(left, expected, atol=1e-12)


def test_dependent_controls_are_reported_and_never_a_number(grid):
    same = replace(grid, columns=grid.columns | {"log_gdp_per_capita": 2 * grid.columns["gini"] + 1})
    unemployment = build_multiverse(same, catalog.load("specification_choices"), "youth_unemployment")
    table = unemployment.specifications
    rows = table[table["controls"].isin(["income", "inequality", "income+inequality"]) & (table["lag"] == "0")]
    curve = fit_curve(same, replace(unemployment, specifications=rows.reset_index(drop=True)))
    both = (rows["controls"] == "income+inequality").sum()
    assert curve.not_estimated.to_numpy().tolist() == [["a regressor is constant or a combination of others", both]]
    assert set(curve.estimates["controls"]) == {"income", "inequality"}
    assert np.isfinite(curve.estimates[["estimate", "standard_error"]]).all(axis=None)


def test_a_driver_constant_within_countries_has_no_estimate_within_and_one_pooled(grid, multiverse):
    level = np.nanmean(grid.columns["poverty_685"], axis=1, keepdims=True)
    flat = grid.columns | {"poverty_685": np.where(np.isfinite(grid.columns["poverty_685"]), level, np.nan)}
    table = multiverse.specifications
    rows = table[(table["measure"] == "poverty_685") & (table["controls"] == "none") & (table["lag"] == "0")]
    chosen = replace(multiverse, specifications=rows.reset_index(drop=True))
    curve = fit_curve(replace(grid, columns=flat), chosen)
    assert set(curve.estimates["estimator"]) == {"pooled"}
    assert curve.not_estimated["reason"].tolist() == ["a regressor is constant or a combination of others"]
    assert len(curve.estimates) + curve.not_estimated["specifications"].sum() == len(rows)


def test_too_few_countries_or_years_are_counted_by_reason(grid, multiverse):
    chosen = replace(multiverse, specifications=multiverse.specifications.iloc[:1])
    mask = multiverse.masks[chosen.specifications["sample_id"].iloc[0]].reshape(grid.shape)
    few = mask & (np.cumsum(mask.any(axis=1)) <= 7)[:, None]
    full_years = mask.sum(axis=0) >= 12
    thin = mask & (full_years & (np.cumsum(full_years) <= 2))[None, :]
    for smaller, reason in ((few, "fewer than 8 countries"), (thin, "fewer than 20 degrees of freedom")):
        changed = replace(
            chosen, masks=smaller.reshape(1, -1), specifications=chosen.specifications.assign(sample_id=0)
        )
        curve = fit_curve(grid, changed)
        assert curve.estimates.empty
        assert curve.not_estimated["reason"].tolist() == [reason]


def test_standardized_effects_keep_sign_and_test(grid, small):
    estimates = fit_curve(grid, small).estimates
    assert (np.sign(estimates["effect"]) == np.sign(estimates["estimate"])).all()
    inside = (estimates["effect_lower"] <= 0) & (estimates["effect_upper"] >= 0)
    assert (inside == (estimates["p_value"] >= 0.05)).all()
    ratio = estimates["effect"] / estimates["estimate"]
    assert (ratio.groupby([estimates["measure"], estimates["outcome"], estimates["release"]]).std() < 1e-12).all()


def test_the_influence_of_countries_adds_up_to_the_standard_error(grid, small):
    curve = fit_curve(grid, small)
    ratio = curve.estimates["effect"] / curve.estimates["estimate"]
    expected = (ratio * curve.estimates["standard_error"]).to_numpy()
    np.testing.assert_allclose(np.sqrt((curve.influence**2).sum(axis=1)), expected, rtol=1e-10)


def test_progress_is_told_after_each_block_and_ends_with_all(grid, small):
    told = []
    fit_curve(grid, small, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (len(small.specifications),) * 2


def test_work_and_memory_grow_with_the_specifications_and_no_faster(grid, multiverse, monkeypatch):
    # Counted, not timed: rows are freed of the effects once a group, and each estimate keeps one row.
    counts = {}
    original = fast_fits.fit_groups

    def counting(library, weights, masks, groups, *others):
        counts[size] = counts.get(size, 0) + masks[groups[:, 0]].sum()
        return original(library, weights, masks, groups, *others)

    monkeypatch.setattr(fast_fits, "fit_groups", counting)
    kept = {}
    for size in (400, 1_600):
        part = thin_multiverse(multiverse, size, seed=1)
        curve = fit_curve(grid, part)
        kept[size] = curve.influence.nbytes / len(part.specifications)
        counts[size] /= len(part.specifications)
    # More specifications share more: the work for each one falls or stays.
    assert counts[1_600] <= 1.1 * counts[400]
    assert kept[400] == kept[1_600]


def test_a_curve_taken_up_again_equals_one_never_stopped(grid, small):
    blocks = list(fit_blocks(grid, small))
    assert len(blocks) > 2
    half = {block.number: block for block in blocks[: len(blocks) // 2]}
    resumed = assemble_curve(grid, small, list(fit_blocks(grid, small, resume=half)))
    pd.testing.assert_frame_equal(resumed.estimates, fit_curve(grid, small).estimates)


def test_blocks_done_before_are_not_fitted_again(grid, small, monkeypatch):
    done = {block.number: block for block in fit_blocks(grid, small)}
    monkeypatch.setattr(fast_fits, "_fit_block", lambda *given: pytest.fail("a finished block was fitted again"))
    assert list(fit_blocks(grid, small, resume=done)) == list(done.values())
