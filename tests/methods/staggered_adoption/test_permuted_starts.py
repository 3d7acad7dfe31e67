"""Permuted starts: all arrangements where they are few, exact sizes however the counts vary, and power."""

import numpy as np
import pytest
from methods.staggered_panels import NAN, count_panel, linear_panel, starts_of

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.permuted_starts import permuted_limits, permuted_starts
from citizen_security.methods.staggered_adoption.placebo_leads import earlier_starts
from citizen_security.methods.staggered_adoption.poisson_imputation import poisson_imputation

SMALL = linear_panel(4, units=6, periods=8, groups=(3, 5, NAN), effect=lambda time, start: 0.0)


def test_few_arrangements_are_all_looked_at():
    found = permuted_starts(SMALL)
    assert found.arrangements == len(found.drawn) == 90
    assert found.enumerated
    assert found.floor == 1 / 90
    assert found.interval(0.8) == (found.p_value, found.p_value)
    every = arrangements(SMALL.starts)
    effects = np.array([imputation(SMALL.with_starts(starts)).effects.estimate[0] for starts in every])
    assert np.sort(found.drawn) == pytest.approx(np.sort(effects), abs=1e-9)
    assert found.p_value == np.mean(np.abs(effects) >= abs(found.observed) - 1e-9)


def arrangements(starts):
    """Every different order, by brute force."""
    from itertools import permutations

    return np.array(sorted(set(permutations(starts.tolist()))))


@pytest.mark.parametrize("imputed", ["linear", "poisson"])
def test_the_statistic_is_the_average_effect(imputed):
    panel = count_panel(1, ratio=0.8)
    found = permuted_starts(panel, imputed, draws=50)
    own = imputation(panel).effects if imputed == "linear" else poisson_imputation(panel).effects
    assert found.observed == pytest.approx(own.estimate[0], abs=1e-9)
    assert not found.enumerated
    assert found.floor == 1 / 51
    assert found.interval(0.5)[0] <= found.p_value <= found.interval(0.5)[1]
    assert found.interval(0.9)[1] > found.interval(0.5)[1]


def test_a_large_effect_reaches_the_floor_and_another_direction_finds_none():
    panel = count_panel(1, ratio=0.5)
    found = permuted_starts(panel, "poisson", draws=199)
    assert found.p_value == found.floor == 1 / 200
    assert permuted_starts(panel, "poisson", draws=199, alternative="less").p_value == 1 / 200
    assert permuted_starts(panel, "poisson", draws=199, alternative="greater").p_value == 1


def test_starts_stay_within_their_groups():
    groups = np.repeat(["north", "south"], 3)
    found = permuted_starts(SMALL, within=groups)
    assert found.arrangements == len(found.drawn) == 36
    effects = [
        imputation(SMALL.with_starts(np.append(first, second))).effects.estimate[0]
        for first in arrangements(SMALL.starts[:3]) for second in arrangements(SMALL.starts[3:])
    ]  # fmt: skip
    assert np.sort(found.drawn) == pytest.approx(np.sort(effects), abs=1e-9)
    drawn = permuted_starts(SMALL, within=groups, draws=20)
    assert not drawn.enumerated
    assert {round(value, 9) for value in drawn.drawn} <= {round(value, 9) for value in effects}


def overdispersed(seed):
    """Counts far from Poisson, in units unlike each other, with starts dealt by chance."""
    random = np.random.default_rng(seed)
    mean = np.exp(random.normal(size=(14, 1)) + 0.2 * random.normal(size=(14, 16)).cumsum(axis=1))
    counts = random.poisson(4 * mean * random.gamma(1.0, size=(14, 16)))
    return StaggeredPanel.of_table(counts, starts_of(14, (4, 7, 10, NAN), random), exposure=1.0)


@pytest.mark.slow
@pytest.mark.parametrize("imputed", ["linear", "poisson"])
def test_a_true_null_is_rejected_as_often_as_the_level_says(imputed):
    p_values = np.array([permuted_starts(overdispersed(seed), imputed, draws=99).p_value for seed in range(300)])
    for level in (0.05, 0.10):
        # Four binomial standard errors over 300; 99 draws make the levels exact.
        assert np.mean(p_values <= level + 1e-9) == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / 300))


def less(panel, effect):
    """The panel with an effect taken out of its treated cells: of outcomes a difference, of counts a ratio."""
    outcomes, counts = panel.outcomes - effect * panel.treated, panel.counts
    if counts is not None:
        counts = counts * np.where(panel.treated, np.exp(-effect), 1.0)
    return StaggeredPanel(panel.units, panel.periods, outcomes, panel.starts, counts, panel.exposure)


@pytest.mark.parametrize(("imputed", "close"), [("linear", 1e-6), ("poisson", 1e-3)])
@pytest.mark.parametrize("draws", [99, 1_000])
def test_limits_are_where_the_test_begins_to_reject(imputed, close, draws):
    """Of some arrangements and, for the small panel, of all."""
    panel = count_panel(1, ratio=0.7) if draws == 99 else count_panel(3, units=6, periods=8, groups=(3, 5, NAN))
    ends = permuted_limits(panel, imputed, draws=draws, confidence_level=0.9)
    test = permuted_starts(panel, imputed, draws=draws)
    assert test.enumerated == (draws > 99)
    assert ends[0] < test.observed < ends[1]
    for end, outward in zip(ends, (-1, 1), strict=True):
        inside, outside = (
            permuted_starts(less(panel, end + step * outward * close), imputed, draws=draws).p_value for step in (-1, 1)
        )
        assert inside > 0.1 + 1e-9 >= outside


@pytest.mark.parametrize("imputed", ["linear", "poisson"])
def test_so_few_arrangements_limit_nothing(imputed):
    panel = count_panel(3, units=5, periods=8, groups=(4, NAN, NAN, NAN, NAN))
    assert permuted_starts(panel, imputed).floor == 0.2
    assert permuted_limits(panel, imputed, confidence_level=0.9) == (-np.inf, np.inf)
    assert np.isfinite(permuted_limits(panel, imputed, confidence_level=0.5)).all()


def test_a_placebo_before_the_start_looks_at_no_treated_cell():
    panel = count_panel(6, ratio=0.4)
    spoilt = panel.counts.copy()
    moved = earlier_starts(panel, 4)
    assert permuted_starts(moved, "poisson", horizon=4, draws=199).p_value > 0.01
    spoilt[panel.treated] = 10_000
    other = StaggeredPanel(panel.units, panel.periods, panel.outcomes, panel.starts, spoilt, panel.exposure)
    ours, theirs = (
        permuted_starts(earlier_starts(it, 4), "poisson", horizon=4, draws=9).observed for it in (panel, other)
    )
    assert ours == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"imputation": "poisson"}, NotAPanel, "make it with an exposure"),
        ({"within": np.arange(6)}, NotAPanel, "one arrangement within the groups"),
        ({"within": np.arange(5)}, ValueError, r"within \(5,\) for 6 units"),
        ({"within": ["a", None, "a", "b", "b", "b"]}, ValueError, "1 of 6 groups are missing"),
        ({"draws": 0}, ValueError, "draws has 0"),
        ({"horizon": 0}, ValueError, "horizon has 0"),
    ],
)
def test_tests_that_cannot_be_are_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        permuted_starts(SMALL, **arguments)


def test_starts_that_leave_no_fit_are_refused():
    panel = count_panel(2, units=4, periods=40, groups=(20, 20, NAN, NAN))
    panel.counts[:2, 10:], panel.counts[2:, :30] = 0, 0
    with pytest.raises(NotAPanel, match="the true starts leave no fit"):
        permuted_starts(panel, "poisson")
