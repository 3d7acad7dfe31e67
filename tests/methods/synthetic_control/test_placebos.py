"""Placebos: which units and dates they are, how rare chance makes a finding, and how rare so few can make it."""

import numpy as np
import pytest
from methods.synthetic_panels import factor_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.methods.synthetic_control.placebos import (
    placebo_gaps,
    placebo_panels,
    placebos_from_gaps,
    placebos_in_space,
    placebos_in_space_and_time,
    placebos_in_time,
)

PANEL = factor_panel(31, units=12, before=14, periods=20, effect=-6.0)


def statistic_of(panel, donor, before, horizon, estimator, statistic):
    """A placebo's statistic by a panel of its own, without the treated unit."""
    rows = (
        np.append(donor, np.delete(np.arange(len(panel.units)), [0, donor])) if donor else np.arange(len(panel.units))
    )
    one = TreatedPanel.of_table(panel.outcomes[rows][:, : before + horizon], before=before)
    fit = synthetic_control(one, estimator)
    return fit.effect if statistic == "mean_gap" else fit.rmspe_after / fit.rmspe_before


@pytest.mark.parametrize("statistic", ["rmspe_ratio", "mean_gap"])
@pytest.mark.parametrize("estimator", ["matched", "demeaned", "synthetic_difference_in_differences"])
def test_placebos_in_space_are_donors_without_the_treated_unit(estimator, statistic):
    found = placebos_in_space(PANEL, estimator, statistic)
    other = [statistic_of(PANEL, donor, 14, 6, estimator, statistic) for donor in range(12)]
    assert found.treated == pytest.approx(other[0], rel=1e-6)
    assert found.placebos[:, 0] == pytest.approx(other[1:], rel=1e-6)
    assert found.units == PANEL.donors
    assert found.dates == (14,)
    assert found.p_value == np.mean(np.abs(other) >= abs(other[0]) - 1e-9)


def test_placebos_in_time_end_where_the_treatment_starts():
    found = placebos_in_time(PANEL, horizon=3)
    dates = range(3, 12)
    assert found.dates == tuple(dates)
    assert found.units == ("0",)
    other = [statistic_of(PANEL, 0, date, 3, "matched", "rmspe_ratio") for date in dates]
    assert found.placebos[0] == pytest.approx(other, rel=1e-6)
    assert found.treated == pytest.approx(statistic_of(PANEL, 0, 14, 3, "matched", "rmspe_ratio"), rel=1e-6)
    # What comes after the start is not looked at.
    later = PANEL.outcomes.copy()
    later[:, 14:] += 100 * np.random.default_rng(1).normal(size=(12, 6))
    same = placebos_in_time(TreatedPanel.of_table(later, before=14), horizon=3)
    assert same.placebos == pytest.approx(found.placebos)
    assert found.floor == 1 / 10


def test_placebos_in_both_are_every_donor_at_every_date():
    found = placebos_in_space_and_time(PANEL, "demeaned", "mean_gap", horizon=4)
    assert found.placebos.shape == (11, 9)
    assert found.dates == (*range(3, 11), 14)
    for donor, place in ((0, 0), (4, 3), (10, 8)):
        other = statistic_of(PANEL, donor + 1, found.dates[place], 4, "demeaned", "mean_gap")
        assert found.placebos[donor, place] == pytest.approx(other, rel=1e-6)
    assert found.treated == pytest.approx(statistic_of(PANEL, 0, 14, 4, "demeaned", "mean_gap"), rel=1e-6)
    assert found.floor == 1 / 100


def test_the_floor_is_said_and_reached_by_a_large_effect():
    found = placebos_in_space(factor_panel(31, units=12, before=14, periods=20, effect=-60.0))
    assert found.p_value == found.floor == 1 / 12
    assert found.floor_reading == "with 11 placebos no p-value is below 1/12 = 0.0833"


def test_a_direction_makes_the_other_one_no_finding():
    low = placebos_in_space(PANEL, statistic="mean_gap", alternative="less")
    assert low.p_value == 1 / 12
    assert placebos_in_space(PANEL, statistic="mean_gap", alternative="greater").p_value == 1


def test_the_treated_unit_is_no_donor_of_any_placebo():
    moved = PANEL.outcomes.copy()
    moved[0] += 1e4
    for test in (placebos_in_space, placebos_in_space_and_time):
        one, other = test(PANEL), test(TreatedPanel.of_table(moved, before=14))
        assert other.placebos == pytest.approx(one.placebos)


def test_a_perfect_fit_ranks_by_what_follows_and_two_of_them_tie():
    table = np.tile(np.arange(10.0), (5, 1)) + np.arange(5.0)[:, None]
    table[2, 7:] += 1.0
    table[0] = table[1:3].mean(axis=0)
    table[0, 7:] += 3.0
    found = placebos_in_space(TreatedPanel.of_table(table, before=7))
    # Units 1 and 4 lie outside the others and are never matched; 2 and 3 are, exactly.
    assert np.isinf(found.treated)
    assert np.isinf(found.placebos[1, 0])
    assert found.p_value >= 2 / 5
    flat = placebos_in_space(TreatedPanel.of_table(np.ones((5, 10)), before=7))
    assert (flat.treated, flat.p_value) == (1.0, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("statistic", ["rmspe_ratio", "mean_gap"])
def test_a_true_null_is_rejected_as_often_as_the_level_says(statistic):
    # Twenty units drawn alike, of which one is called treated: ranks are uniform, up to donors having one donor fewer.
    p_values = np.array(
        [
            placebos_in_space(factor_panel(seed, units=20, before=12, periods=16), statistic=statistic).p_value
            for seed in range(400)
        ]
    )
    for level, room in ((0.05, 0.044), (0.10, 0.06)):
        # Four binomial standard errors over 400.
        assert (p_values <= level + 1e-9).mean() == pytest.approx(level, abs=room)
    assert p_values.min() == 1 / 20


@pytest.mark.parametrize(
    ("test", "panel", "arguments", "said"),
    [
        (placebos_in_space, factor_panel(1, units=3), {}, "2 donors for placebos in space. Allowed: 3 or more"),
        (placebos_in_space_and_time, factor_panel(1, units=3), {}, "widen the pool"),
        (placebos_in_time, factor_panel(1, before=3), {}, "Allowed: 1 to 0"),
        (placebos_in_time, PANEL, {"horizon": 7}, "a horizon of 7 with 14 periods before the start and 6 after"),
        (placebos_in_time, PANEL, {"horizon": 0}, "Allowed: 1 to 6"),
    ],
)
def test_placebos_that_cannot_be_are_refused(test, panel, arguments, said):
    with pytest.raises(NotAPanel, match=said):
        test(panel, **arguments)


@pytest.mark.parametrize("statistic", ["rmspe_ratio", "mean_gap"])
@pytest.mark.parametrize("estimator", ["matched", "demeaned", "synthetic_difference_in_differences"])
def test_gaps_of_any_estimator_are_ranked_as_those_of_the_own_ones(statistic, estimator):
    panel = factor_panel(3, effect=4.0)
    own = placebos_in_space(panel, estimator, statistic)
    again = placebos_from_gaps(panel, placebo_gaps(panel, estimator), statistic)
    assert again.treated == own.treated
    assert (again.placebos == own.placebos).all()
    assert (again.rank, again.units, again.dates) == (own.rank, own.units, own.dates)


def test_gaps_are_those_of_panels_in_which_a_donor_is_treated_and_the_treated_unit_is_nobody_s_donor():
    panel = factor_panel(4)
    gaps = placebo_gaps(panel)
    assert gaps[0] == pytest.approx(synthetic_control(panel).gaps)
    for row, one in zip(gaps[1:], placebo_panels(panel), strict=True):
        assert not set(one.units) & set(panel.units[: panel.treated])
        assert row == pytest.approx(synthetic_control(one).gaps, abs=1e-9)


def test_gaps_of_another_shape_or_with_holes_are_refused():
    panel = factor_panel(5)
    gaps = placebo_gaps(panel)
    with pytest.raises(ValueError, match=r"gaps have shape .* Allowed: .* the treated unit and each donor"):
        placebos_from_gaps(panel, gaps[1:])
    gaps[2, 3] = float("nan")
    with pytest.raises(ValueError, match="gaps"):
        placebos_from_gaps(panel, gaps)


def test_panels_of_too_few_donors_are_refused():
    with pytest.raises(NotAPanel, match="2 donors for placebos in space"):
        list(placebo_panels(factor_panel(6, units=3)))
