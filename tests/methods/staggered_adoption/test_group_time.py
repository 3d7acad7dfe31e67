"""Effects by group and period: who is compared with whom, since when, and how often the bands hold all of them."""

import numpy as np
import pytest
from methods.staggered_panels import NAN, as_rows, linear_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.group_time import group_time_effects
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel

PANEL = linear_panel(2, groups=(4, 6, 9, NAN), effect=lambda time, start: 0.5 * (time + 1) * (start < 9))


def by_means(rows, start, period, before, others):
    """The difference between two groups' changes, from a table of means."""
    means = rows.assign(other=rows["start"].isin(others)).groupby(["start", "period"])["outcome"].mean()
    control = rows[rows["start"].isin(others)].groupby("period")["outcome"].mean()
    return means[start, period] - means[start, before] - (control[period] - control[before])


@pytest.mark.parametrize("base", ["varying", "universal"])
@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
def test_effects_are_differences_between_changes(comparison, base):
    found, rows = group_time_effects(PANEL, comparison, base).effects, as_rows(PANEL)
    table = found.table()
    assert len(table) == 3 * 11
    for start, period, _, estimate in table[["start", "period", "event_time", "estimate"]].itertuples(index=False):
        before = start - 1 if base == "universal" or period >= start else period - 1
        later = [other for other in (4, 6, 9) if other > max(period, before) and other != start]
        others = [0] if comparison == "never_treated" else [0, *later]
        assert estimate == pytest.approx(by_means(rows, start, period, before, others), abs=1e-9)


def test_the_universal_base_sums_the_placebos_of_the_varying_one():
    varying, universal = (group_time_effects(PANEL, base=base).effects.table() for base in ("varying", "universal"))
    early = varying[(varying["start"] == 6) & (varying["event_time"] < 0)].set_index("period")["estimate"]
    sums = -early.loc[::-1].cumsum().loc[::-1]
    other = universal[(universal["start"] == 6) & (universal["event_time"] < -1)].set_index("period")["estimate"]
    for period in range(4):
        assert other[period] == pytest.approx(sums[period + 1])


def test_without_never_treated_units_the_last_to_start_are_only_compared_with():
    panel = linear_panel(3, groups=(4, 6, 9))
    labels = group_time_effects(panel, "not_yet_treated").effects.labels
    assert set(labels["start"]) == {4, 6}
    assert labels["period"].max() == 8
    with pytest.raises(NotAPanel, match="a unit that never is, is needed"):
        group_time_effects(panel)


def test_covariates_take_out_trends_that_follow_them():
    random = np.random.default_rng(5)
    covariate = random.normal(size=300)
    starts = np.where(random.random(300) < 1 / (1 + np.exp(-covariate)), 3.0, NAN)
    outcomes = covariate[:, None] * np.arange(6) + 0.1 * random.normal(size=(300, 6))
    panel = StaggeredPanel.of_table(outcomes + (np.arange(6) >= starts[:, None]), starts)
    plain, held = (group_time_effects(panel, covariates=it).effects for it in (None, covariate))
    assert plain.estimate[-1] > 2.5
    assert held.estimate[held.labels["event_time"] >= 0] == pytest.approx([1.0] * 3, abs=0.06)


@pytest.mark.parametrize(
    ("covariates", "said"),
    [(np.ones(39), r"covariates \(39, 1\) for 40 units"), (np.full(40, NAN), "covariates has nan"),
     (np.ones((40, 0)), "a row for each unit")],
)  # fmt: skip
def test_covariates_that_belong_to_no_unit_are_refused(covariates, said):
    with pytest.raises(ValueError, match=said):
        group_time_effects(PANEL, covariates=covariates)


def test_a_panel_in_which_nobody_can_be_compared_is_refused():
    panel = StaggeredPanel.of_table(np.ones((4, 3)), [1, 1, 2, 2]).with_starts(np.array([1, 1, 1, 1]))
    with pytest.raises(NotAPanel, match="no group has anyone"):
        group_time_effects(panel, "not_yet_treated")


def test_bands_hold_all_effects_as_often_as_the_level_says():
    levels, held = (0.8, 0.95), []
    for seed in range(150):
        panel = linear_panel(seed, units=120, periods=6, groups=(2, 4, NAN), memory=0.5)
        effects = group_time_effects(panel).effects
        truth = (effects.labels["event_time"] >= 0).to_numpy(float)
        furthest = np.abs((effects.estimate - truth) / effects.standard_error).max()
        held.append([furthest <= effects.critical_value(level, draws=199, seed=seed) for level in levels])
    for level, share in zip(levels, np.mean(held, axis=0), strict=True):
        # Four binomial standard errors over 150, and what forty units a group leave of normality.
        assert share == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / 150) + 0.02)
