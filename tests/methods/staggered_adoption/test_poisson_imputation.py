"""Imputed counts: another library's fit, ratios recovered, and errors of counts that vary more than Poisson."""

import numpy as np
import pyfixest as pf
import pytest
from methods.staggered_panels import NAN, as_rows, count_panel, linear_panel, starts_of

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.poisson_imputation import poisson_imputation

PANEL = count_panel(3, ratio=0.7)


def dispersed(seed, units=60, periods=12, ratio=0.8):
    """Counts of units whose rates wander: more variable than Poisson, and dependent within a unit."""
    random = np.random.default_rng(seed)
    starts = starts_of(units, (4, 7, NAN))
    wander = np.exp(0.15 * random.normal(size=(units, periods)).cumsum(axis=1))
    time = np.arange(periods) - starts[:, None]
    mean = 30 * np.exp(0.3 * random.normal(size=(units, 1))) * wander * np.where(time >= 0, ratio, 1.0)
    first = np.where(np.isnan(starts), periods, starts).astype(int)
    counts = random.poisson(mean).astype(float)
    names = tuple(str(unit) for unit in range(units))
    return StaggeredPanel(names, np.arange(periods), counts, first, counts, np.ones(counts.shape))


@pytest.mark.filterwarnings("ignore")
def test_untreated_cells_are_fitted_as_by_pyfixest():
    rows = as_rows(PANEL)
    untreated = rows[rows["treated"] == 0].assign(log_exposure=lambda table: np.log(table["exposure"]))
    model = pf.fepois(
        "count ~ 1 | unit + period", untreated, offset="log_exposure", iwls_tol=1e-12, fixef_tol=1e-12
    )  # fmt: skip
    found = poisson_imputation(PANEL)
    assert found.untreated[~PANEL.treated] == pytest.approx(model.predict(type="response"), rel=1e-6)
    # Factors are products of margins that each other have; treated cells follow from untreated ones of their unit.
    table = found.untreated / PANEL.exposure
    assert np.linalg.matrix_rank(np.log(table) - np.log(table[:1]) - np.log(table[:, :1]), tol=1e-6) <= 1
    assert found.observed[0] == PANEL.counts[PANEL.treated].sum()
    assert found.effects.estimate[0] == pytest.approx(np.log(found.observed[0] / found.expected[0]))


@pytest.mark.parametrize("by", ["event_time", "start", "period"])
def test_events_are_summed_before_ratios_are_taken(by):
    found, whole = poisson_imputation(PANEL, by), poisson_imputation(PANEL)
    assert found.observed.sum() == whole.observed[0]
    assert found.expected.sum() == pytest.approx(whole.expected[0])
    assert found.effects.estimate == pytest.approx(np.log(found.observed / found.expected))


@pytest.mark.parametrize("unit", [0, 7, 20])
def test_scores_are_the_derivatives_by_a_units_weight(unit):
    """A unit whose events and exposure count a little more moves the estimate by its score."""
    step = 1e-4
    weight = np.ones(len(PANEL.units))
    weight[unit] += step
    moved = StaggeredPanel(
        PANEL.units, PANEL.periods, PANEL.outcomes, PANEL.starts, PANEL.counts * weight[:, None],
        PANEL.exposure * weight[:, None],
    )  # fmt: skip
    difference = (poisson_imputation(moved).effects.estimate - poisson_imputation(PANEL).effects.estimate) / step
    assert difference[0] == pytest.approx(poisson_imputation(PANEL).effects.scores[unit, 0], abs=1e-4)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_ratio_is_recovered_and_its_interval_holds(level):
    estimates, held = [], []
    for seed in range(200):
        row = poisson_imputation(dispersed(seed)).effects.table(level).iloc[0]
        estimates.append(row["estimate"])
        held.append(row["lower"] <= np.log(0.8) <= row["upper"])
    assert np.mean(estimates) == pytest.approx(np.log(0.8), abs=4 * np.std(estimates) / np.sqrt(200) + 0.005)
    # Four binomial standard errors over 200, and what sixty units leave of normality.
    assert np.mean(held) == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / 200) + 0.02)


def test_levels_that_differ_do_not_make_a_ratio_differ():
    """Ratios are parallel where differences are not: linear imputation of rates would find an effect."""
    starts = np.array([4.0] * 10 + [NAN] * 10)
    mean = np.where(np.isnan(starts), 1000.0, 4000.0)[:, None] * np.linspace(1.0, 2.0, 8)
    panel = StaggeredPanel.of_table(np.round(mean), starts, exposure=1.0)
    assert poisson_imputation(panel).effects.estimate[0] == pytest.approx(0, abs=1e-3)


def test_units_without_an_event_are_named_and_expect_none():
    panel = count_panel(3)
    panel.counts[0, : panel.starts[0]] = 0
    found = poisson_imputation(panel)
    assert found.without_events == ("0",)
    assert found.untreated[0].sum() == 0
    assert np.isfinite(found.effects.standard_error[0])


def test_counts_are_needed_and_events_enough_for_a_fit():
    with pytest.raises(NotAPanel, match="make it with an exposure"):
        poisson_imputation(linear_panel(1))
    panel = count_panel(2, units=4, periods=40, groups=(20, 20, NAN, NAN))
    panel.counts[:2, 10:], panel.counts[2:, :30] = 0, 0
    with pytest.raises(NotAPanel, match="events of untreated cells leave no fit"):
        poisson_imputation(panel)
