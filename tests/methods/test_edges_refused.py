"""Input at the edge of what a method can take gives the right number, or is refused in words."""

import numpy as np
import pytest

from citizen_security.methods.agreement import agreement, cohens_kappa
from citizen_security.methods.meta_analysis.resampling import bootstrap, permutation_test
from citizen_security.methods.meta_analysis.two_by_two import mantel_haenszel, tables
from citizen_security.methods.randomisation import count_as_extreme

EFFECT, VARIANCE = [-0.4, -0.2, -0.3, 0.1, -0.5], [0.04, 0.01, 0.02, 0.03, 0.05]
DESIGN = np.column_stack([np.ones(5), [0.1, 0.4, 0.2, 0.9, 0.3], [1, 0, 0, 1, 0.5]])


def test_trials_in_which_everybody_has_the_event_are_refused_or_add_nothing_to_the_error():
    with pytest.raises(ValueError, match="everybody has the event in every trial"):
        mantel_haenszel(tables([5, 8], [0, 0], [6, 9], [0, 0]), "log_risk_ratio")
    # Beside another trial it counts, and draws the ratio to one.
    both = mantel_haenszel(tables([5, 8], [0, 4], [6, 9], [0, 1]), "log_risk_ratio")
    alone = mantel_haenszel(tables([8], [4], [9], [1]), "log_risk_ratio")
    assert (both.k, alone.k) == (2, 1)
    assert alone.effect == pytest.approx(np.log(80 / 108))
    assert both.effect == pytest.approx(np.log((30 / 11 + 80 / 22) / (30 / 11 + 108 / 22)))


@pytest.mark.parametrize(("studies", "arrangements"), [(3, 8), (5, 32)])
def test_equal_effects_are_as_extreme_as_the_two_arrangements_of_one_sign(studies, arrangements):
    found = permutation_test([-0.22] * studies, [0.01] * studies, test="knapp_hartung_unfloored")
    assert found.p_value == pytest.approx(2 / arrangements)


@pytest.mark.parametrize(("observed", "expected"), [(np.inf, 2), (-np.inf, 2), (3.0, 4)])
def test_an_infinite_statistic_ties_with_infinite_ones_alone(observed, expected):
    drawn = [np.inf, -np.inf, 3.0, -3.0, 1.0]
    assert count_as_extreme(drawn, observed, alternative="different", tie=1e-9 * abs(observed)) == expected


@pytest.mark.parametrize("coefficient", [np.int64(1), np.int32(-2), 1])
def test_a_column_may_be_named_by_any_whole_number(coefficient):
    found = permutation_test(EFFECT, VARIANCE, design=DESIGN, coefficient=coefficient, replicates=30)
    alone = permutation_test(EFFECT, VARIANCE, design=DESIGN, coefficient=1, replicates=30)
    assert found.p_value == alone.p_value
    assert 0 < found.p_value < 1


@pytest.mark.parametrize("coefficient", [3, -4, [1, 1], [1, -2], [], [0, 3], 1.0, "1", True, [[1]]])
def test_columns_that_are_none_or_stand_twice_are_refused(coefficient):
    with pytest.raises(ValueError, match=r"coefficient = .* of a design of 3 columns. Allowed"):
        permutation_test(EFFECT, VARIANCE, design=DESIGN, coefficient=coefficient, replicates=30)


@pytest.mark.parametrize("resample", [bootstrap, permutation_test])
@pytest.mark.parametrize("replicates", [2.5, -3, float("nan"), 1])
def test_replicates_are_a_whole_number_above_one(resample, replicates):
    with pytest.raises(ValueError, match=r"replicates|could be estimated"):
        resample(EFFECT, VARIANCE, replicates=replicates)


@pytest.mark.parametrize("cell", [-1, float("inf"), float("nan")])
def test_a_table_of_ratings_holds_numbers_of_ratings(cell):
    with pytest.raises(ValueError, match="table"):
        cohens_kappa([[5, cell], [2, 4]])


def test_a_coder_of_one_code_leaves_kappa_without_an_interval_and_one_draw_is_none():
    found = agreement([["a"]] * 9 + [["b"]], [["a"]] * 10, ["a", "b"])
    assert (found.units, found.alike, found.kappa) == (10, 9, 0)
    assert np.isnan(found.interval).all()
    varied = agreement([["a"]] * 20 + [["b"]] * 20, [["a"]] * 17 + [["b"]] * 23, ["a", "b"])
    assert 0 < varied.interval[0] < varied.kappa < varied.interval[1] <= 1
    with pytest.raises(ValueError, match="draws"):
        agreement([["a"], ["b"]], [["a"], ["a"]], ["a", "b"], draws=1)
