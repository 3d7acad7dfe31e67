"""Designs: each against what it is made of, alone, and with a fall put in."""

import numpy as np
import pytest
from methods.synthetic_panels import factor_panel
from scipy import stats

from citizen_security.methods.interrupted_series.segments import fit_segments
from citizen_security.methods.interrupted_series.structural import structural_series
from citizen_security.methods.spike_selection.designs import DESIGNS, among_equal_moments
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.methods.synthetic_control.placebos import placebos_in_space

OUTCOMES = factor_panel(3, units=14, before=12, periods=18, effect=0.0).outcomes
SHIFTS = np.array([0.0, -0.7, -3.0])


def shifted(shift):
    found = OUTCOMES.copy()
    found[0, 12:] += shift
    return found


@pytest.mark.parametrize("name", DESIGNS)
def test_a_fall_that_is_put_in_is_a_fall_in_the_data(name):
    at_once = DESIGNS[name](OUTCOMES, 12, SHIFTS)
    for number, shift in enumerate(SHIFTS):
        alone = DESIGNS[name](shifted(shift), 12, np.zeros(1))
        assert at_once.effects[number] == pytest.approx(alone.effects[0])
        assert at_once.p_values[number] == pytest.approx(alone.p_values[0], rel=1e-4)


def test_before_and_after_is_welchs_test_of_as_many_periods():
    found = DESIGNS["before_and_after"](OUTCOMES, 12, SHIFTS)
    for shift, p_value in zip(SHIFTS, found.p_values, strict=True):
        test = stats.ttest_ind(OUTCOMES[0, 12:] + shift, OUTCOMES[0, 6:12], equal_var=False)
        assert p_value == pytest.approx(test.pvalue)


def test_a_place_that_never_moves_has_no_error_and_says_so_by_its_p_values():
    still = DESIGNS["before_and_after"](np.ones((2, 8)), 4, np.array([0.0, -1.0]))
    assert still.p_values.tolist() == [1.0, 0.0]


def test_the_line_is_the_interrupted_series():
    fit = fit_segments(shifted(-0.7)[0], 12)
    found = DESIGNS["extrapolated_line"](OUTCOMES, 12, SHIFTS)
    assert found.p_values[1] == pytest.approx(fit.p_value(), rel=1e-3)


def test_the_structural_model_sees_the_other_places_and_doubles_the_smaller_tail():
    fit = structural_series(shifted(-0.7)[0], 12, controls=OUTCOMES[1:])
    found = DESIGNS["structural_series"](OUTCOMES, 12, SHIFTS)
    assert found.p_values[1] == pytest.approx(fit.p_value())
    assert found.effects[1] == pytest.approx(fit.effect)


@pytest.mark.parametrize(
    ("name", "estimator", "statistic"),
    [
        ("difference_in_differences", "difference_in_differences", "mean_gap"),
        ("synthetic_control", "matched", "rmspe_ratio"),
        ("synthetic_control_gap", "matched", "mean_gap"),
        ("demeaned_synthetic_control", "demeaned", "mean_gap"),
        ("synthetic_difference_in_differences", "synthetic_difference_in_differences", "mean_gap"),
    ],
)
def test_ranks_among_placebos_are_those_in_space(name, estimator, statistic):
    found = DESIGNS[name](OUTCOMES, 12, SHIFTS)
    for number, shift in enumerate(SHIFTS):
        test = placebos_in_space(TreatedPanel.of_table(shifted(shift), before=12), estimator, statistic)
        assert found.p_values[number] == pytest.approx(test.p_value)


def test_equal_moments_by_loops():
    values = OUTCOMES - np.median(OUTCOMES[1:], axis=0)

    def moments(row):
        for end in range(6, 13):
            history = [row[at - 2 : at].mean() for at in range(end - 4, end + 1)]
            yield end, sum(one > history[-1] for one in history), row[end : end + 6].mean() - history[-1]

    *_, (_, rank, own) = moments(values[0])
    changes = [[change for _, other, change in moments(row) if other == rank] for row in values[1:]]
    changes = [one for one in changes if one]
    pairs = sorted((change, 1 / len(one)) for one in changes for change in one)
    reached = np.cumsum([weight for _, weight in pairs])
    middle = pairs[int(np.searchsorted(reached, reached[-1] / 2))][0]
    found = among_equal_moments(OUTCOMES, 12, SHIFTS)
    assert found.effects == pytest.approx(own + SHIFTS - middle)
    for shift, p_value in zip(SHIFTS, found.p_values, strict=True):
        extreme = sum(
            np.mean([abs(change - middle) >= abs(own + shift - middle) - 1e-9 for change in one]) for one in changes
        )
        assert p_value == pytest.approx((extreme + 1) / (len(changes) + 1))


@pytest.mark.parametrize("name", ["before_and_after", "extrapolated_line", "structural_series", "equal_moments"])
def test_too_few_periods_are_refused(name):
    with pytest.raises(ValueError, match=r"before = 1|1 periods before"):
        DESIGNS[name](OUTCOMES[:, 11:], 1, SHIFTS)
