"""Gaps of a panel filled by draws: against the posterior written out whole, and by what hidden figures are held."""

import numpy as np
import pytest

from citizen_security.methods.regression import panel_imputation
from citizen_security.methods.regression.panel_imputation import PRIOR_VARIANCE, NothingToImpute, impute_panel


def drifting_panel(generator, units=18, periods=24, persistence=0.8, deviation=0.5):
    """Series with levels, a common path, one covariate and persistent errors."""
    error = np.zeros((units, periods))
    error[:, 0] = generator.normal(size=units)
    for period in range(1, periods):
        shock = generator.normal(size=units) * np.sqrt(1 - persistence**2)
        error[:, period] = persistence * error[:, period - 1] + shock
    covariate = generator.normal(size=(units, periods))
    common = np.linspace(0, -1, periods)
    return generator.normal(size=(units, 1)) + common + 0.7 * covariate + deviation * error, covariate[None]


def hidden(generator, shape, share):
    """Random gaps that leave every unit and period its figures."""
    gaps = generator.random(shape) < share
    gaps[:, ::6], gaps[::5, :] = False, False
    return gaps


def test_figures_stay_and_only_wanted_gaps_are_filled():
    generator = np.random.default_rng(1)
    values, covariates = drifting_panel(generator)
    gaps = hidden(generator, values.shape, 0.5)
    wanted = gaps & (np.arange(values.shape[1]) < 12)
    seen = np.where(gaps, np.nan, values)
    filled = impute_panel(seen, covariates, wanted, draws=3, generator=generator)
    assert (filled[:, ~gaps] == values[~gaps]).all()
    assert np.isnan(filled[:, gaps & ~wanted]).all()
    assert (filled[:, wanted].std(axis=0) > 0).all()


def test_draws_are_of_the_joint_normal_written_out_whole(monkeypatch):
    # One persistence, and every covariance as one matrix: errors, levels and slopes, then the gaps given the figures.
    persistence = 0.6
    monkeypatch.setattr(panel_imputation, "PERSISTENCE", np.array([persistence]))
    generator = np.random.default_rng(2)
    values, covariates = drifting_panel(generator, units=8, periods=12, persistence=persistence)
    gaps = hidden(generator, values.shape, 0.4)
    seen = np.where(gaps, np.nan, values)
    unit, period = (index.ravel() for index in np.indices(values.shape))
    scaled = (covariates[0] - covariates[0][~gaps].mean()) / covariates[0][~gaps].std()
    design = np.column_stack([np.eye(8)[unit], np.eye(12)[period], scaled.ravel()])
    errors = (unit[:, None] == unit) * persistence ** np.abs(period[:, None] - period)
    whole = errors + PRIOR_VARIANCE * design @ design.T
    known, missing = np.flatnonzero(~gaps.ravel()), np.flatnonzero(gaps.ravel())
    middle = values[~gaps].mean()
    outcome = values.ravel()[known] - middle
    weights = np.linalg.solve(whole[np.ix_(known, known)], whole[np.ix_(known, missing)]).T
    expected = middle + weights @ outcome
    squares = outcome @ np.linalg.solve(whole[np.ix_(known, known)], outcome)
    spread = whole[np.ix_(missing, missing)] - weights @ whole[np.ix_(known, missing)]
    deviation = np.sqrt(squares / (len(known) - 2) * np.diag(spread))  # of a t distribution with a figure a degree
    draws = 4_000
    drawn = impute_panel(seen, covariates, gaps, draws=draws, generator=generator)[:, gaps]
    # Four and a half Monte Carlo errors, for some thirty gaps; a draw without the parameters' doubt is 10% narrower.
    assert (np.abs(drawn.mean(axis=0) - expected) < 4.5 * deviation / np.sqrt(draws)).all()
    assert (np.abs(drawn.std(axis=0) / deviation - 1) < 4.5 / np.sqrt(2 * draws)).all()


@pytest.mark.slow
def test_ranges_of_draws_hold_what_was_hidden_as_often_as_they_promise():
    held = []
    for seed in range(12):
        generator = np.random.default_rng(100 + seed)
        values, covariates = drifting_panel(generator)
        gaps = hidden(generator, values.shape, 0.4)
        drawn = impute_panel(np.where(gaps, np.nan, values), covariates, gaps, draws=200, generator=generator)
        low, high = np.quantile(drawn[:, gaps], [0.1, 0.9], axis=0)
        held.append(((low <= values[gaps]) & (values[gaps] <= high)).mean())
    # 80% of some 1,200 gaps; neighbours go together, so about two points is a standard error.
    assert 0.75 < np.mean(held) < 0.85


def test_a_gap_without_a_figure_in_its_unit_or_too_few_figures_are_refused():
    generator = np.random.default_rng(3)
    values, covariates = drifting_panel(generator, units=6, periods=8)
    nobody = values.copy()
    nobody[2] = np.nan
    with pytest.raises(NothingToImpute, match="unit or a period without"):
        impute_panel(nobody, covariates, np.isnan(nobody), draws=2, generator=generator)
    few = np.full(values.shape, np.nan)
    few[:, 3] = values[:, 3]
    few[3:] = np.nan
    with pytest.raises(NothingToImpute, match="3 figures are too few for 1 covariates"):
        impute_panel(few, covariates, np.zeros(few.shape, dtype=bool), draws=2, generator=generator)


def test_one_persistence_is_weighed_against_another_by_the_density_of_the_figures():
    # The figures are jointly t about their mean: -log|V| / 2 - n / 2 log(y' V⁻¹ y), whatever the scale.
    generator = np.random.default_rng(4)
    values, covariates = drifting_panel(generator, units=6, periods=10)
    seen = ~hidden(generator, values.shape, 0.4)
    design = panel_imputation._design(covariates, seen)
    unit, period = np.nonzero(seen)
    outcome = values[seen]

    def density(persistence):
        errors = (unit[:, None] == unit) * persistence ** np.abs(period[:, None] - period)
        whole = errors + PRIOR_VARIANCE * design[seen] @ design[seen].T
        return -np.linalg.slogdet(whole)[1] / 2 - len(outcome) / 2 * np.log(outcome @ np.linalg.solve(whole, outcome))

    fits = [panel_imputation._fit(values, design, seen, persistence).log_posterior for persistence in (0.2, 0.7, 0.9)]
    assert np.diff(fits) == pytest.approx(np.diff([density(persistence) for persistence in (0.2, 0.7, 0.9)]), rel=1e-6)
    assert np.abs(np.diff(fits)).min() > 0.5
