"""Imputed effects: a regression by another way, effects that two-way fixed effects miss, and errors long enough."""

import numpy as np
import pytest
from methods.staggered_panels import NAN, linear_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.aggregates import average
from citizen_security.methods.staggered_adoption.group_time import group_time_effects
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.two_way import two_way_fixed_effects

PANEL = linear_panel(6, units=24, groups=(4, 6, 9, NAN), effect=lambda time, start: 0.5 * (time + 1))


def growing(time, start):
    """Effects that are all positive, and larger the earlier the start and the longer ago."""
    return (12 - start) * (time + 1) / 4


def dummies_of(panel):
    """A regression on unit and period effects and a dummy for every treated cell."""
    units, periods = panel.outcomes.shape
    effects = [np.repeat(np.eye(units), periods, axis=0), np.tile(np.eye(periods), (units, 1))[:, 1:]]
    cells = np.eye(units * periods)[:, np.flatnonzero(panel.treated.ravel())]
    return np.hstack([*effects, cells])


@pytest.mark.parametrize("by", ["overall", "event_time", "start", "period"])
def test_effects_are_means_of_cell_dummies_in_one_regression(by):
    found = np.linalg.lstsq(dummies_of(PANEL), PANEL.outcomes.ravel(), rcond=None)[0][24 + 11 :]
    own = np.zeros(PANEL.treated.shape)
    own[PANEL.treated] = found
    table = imputation(PANEL, by).effects.table()
    shape = PANEL.treated.shape
    keys = {
        "overall": np.zeros(shape),
        "event_time": PANEL.event_time,
        "period": np.broadcast_to(PANEL.periods, shape),
        "start": np.broadcast_to(PANEL.starts[:, None], shape),
    }[by]
    for level, estimate in zip(np.unique(keys[PANEL.treated]), table["estimate"], strict=True):
        assert estimate == pytest.approx(own[PANEL.treated & (keys == level)].mean(), abs=1e-9)


def test_errors_are_those_of_the_formula_cell_by_cell():
    """Theorem 3 with weights from the dense design of untreated cells."""
    units, periods = PANEL.outcomes.shape
    design = np.hstack([np.repeat(np.eye(units), periods, axis=0), np.tile(np.eye(periods), (units, 1))[:, 1:]])
    treated = PANEL.treated.ravel()
    wanted = treated / treated.sum()
    weights = wanted.copy()
    weights[~treated] = (
        -design[~treated]
        @ np.linalg.pinv(design[~treated].T @ design[~treated])
        @ (design[treated].T @ wanted[treated])
    )
    fitted = design @ np.linalg.lstsq(design[~treated], PANEL.outcomes.ravel()[~treated], rcond=None)[0]
    left = PANEL.outcomes.ravel() - fitted
    # Weights within a group are alike here, so that it is centred on its plain mean.
    for start in (4, 6, 9):
        for period in range(start, 12):
            cells = (np.repeat(PANEL.starts, periods) == start) & (np.tile(np.arange(periods), units) == period)
            left[cells] -= left[cells].mean()
    variance = ((weights * left).reshape(units, periods).sum(axis=1) ** 2).sum()
    found = imputation(PANEL).effects
    assert found.standard_error[0] == pytest.approx(np.sqrt(variance), abs=1e-9)
    assert weights @ PANEL.outcomes.ravel() == pytest.approx(found.estimate[0], abs=1e-9)


def test_wider_cells_make_longer_errors_where_effects_differ():
    panel = linear_panel(6, units=24, effect=growing)
    errors = [
        imputation(panel, homogeneous_within=it).effects.standard_error[0]
        for it in ("start_and_period", "event_time", "overall")
    ]
    assert errors[0] < errors[1] < errors[2]


def test_effects_that_grow_are_found_where_two_way_fixed_effects_find_none_or_the_contrary():
    estimates, truth = [], None
    for seed in range(60):
        panel = linear_panel(seed, groups=(3, 6, 10), periods=12, effect=growing)
        labels = average(group_time_effects(panel, "not_yet_treated"), "event_time").effects
        imputed = imputation(panel).effects.estimate[0]
        cells = panel.treated & (panel.periods < 10)
        starts = np.broadcast_to(panel.starts[:, None], cells.shape)
        truth = np.mean(growing(panel.event_time[cells], starts[cells]))
        first = growing(0, 3) * 14 / 27 + growing(0, 6) * 13 / 27
        estimates.append((imputed - truth, labels.estimate[labels.labels["event_time"] == 0][0] - first,
                          two_way_fixed_effects(panel).effect.estimate[0] - truth))  # fmt: skip
    means, errors = np.mean(estimates, axis=0), np.std(estimates, axis=0) / np.sqrt(60)
    assert (np.abs(means[:2]) < 4 * errors[:2]).all()
    # Units that are treated already stand in as controls, and what grows in them is taken off.
    assert truth > 3
    assert truth + means[2] < 0.5 * truth


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_intervals_hold_at_least_as_often_as_the_level_says(level):
    held = []
    for seed in range(200):
        panel = linear_panel(seed, units=80, periods=8, groups=(3, 5, NAN), memory=0.6)
        row = imputation(panel).effects.table(level).iloc[0]
        held.append(row["lower"] <= 1 <= row["upper"])
    # Three binomial standard errors over 200, and what eighty units leave of normality.
    assert np.mean(held) > level - 3 * np.sqrt(level * (1 - level) / 200) - 0.02
    assert np.mean(held) < level + 4 * np.sqrt(level * (1 - level) / 200) + 0.01


def test_a_unit_alone_at_its_start_is_refused_with_a_way_out():
    panel = linear_panel(1, units=9, groups=range(2, 11))
    with pytest.raises(NotAPanel, match=r"only one unit starts in 2, 3, 4.*'event_time' or 'overall'"):
        imputation(panel)
    assert imputation(panel, homogeneous_within="event_time").effects.standard_error[0] > 0
