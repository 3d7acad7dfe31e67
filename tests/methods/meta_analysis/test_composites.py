"""A study that says the same twice knows no more than if it had said it once."""

import numpy as np
import pytest

from citizen_security.methods.meta_analysis.composites import composites


def test_the_book_s_two_outcomes_of_one_study():
    # Borenstein and others (2009), chapter 24: effects 0.30 and 0.10, variances 0.05, correlation 0.5.
    one = composites([0.30, 0.10], np.sqrt([0.05, 0.05]), ["a", "a"], correlation=0.5)
    assert one.effect == pytest.approx([0.20])
    assert one.standard_error**2 == pytest.approx([0.0375])


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.8, 1.0])
def test_the_variance_is_that_of_the_sum_of_all_covariances(correlation):
    errors = np.array([0.1, 0.25, 0.4, 0.3])
    covariance = np.where(np.eye(3, dtype=bool), 1.0, correlation) * np.outer(errors[:3], errors[:3])
    found = composites([-0.2, -0.4, 0.3, 0.1], errors, ["b", "b", "b", "a"], correlation=correlation)
    assert list(found.group) == ["b", "a"]
    assert found.effect == pytest.approx([-0.1, 0.1])
    assert found.standard_error == pytest.approx([np.sqrt(covariance.sum()) / 3, 0.3])
    assert list(found.effects) == [3, 1]


def test_perfect_correlation_is_the_default_and_gives_the_mean_of_the_errors():
    # Not the root of the mean variance, which is 0.224.
    found = composites([-0.2, 0.7, -0.4], [0.1, 0.2, 0.3], ["a", "b", "a"])
    assert found.effect == pytest.approx([-0.3, 0.7])
    assert found.standard_error == pytest.approx([0.2, 0.2])


def test_means_drawn_with_a_correlation_spread_as_far_as_they_should():
    errors, correlation = np.array([0.1, 0.3]), 0.6
    covariance = np.array([[0.01, 0.018], [0.018, 0.09]])
    draws = np.random.default_rng(3).multivariate_normal([0, 0], covariance, 20_000).mean(axis=1)
    error = composites([0.0, 0.0], errors, [1, 1], correlation=correlation).standard_error[0]
    # 20,000 draws: half a per cent of a standard deviation. Without correlation it is 0.158, with perfect one 0.2.
    assert draws.std() == pytest.approx(error, rel=0.02)


def test_no_effect_gives_no_composite():
    assert len(composites([], [], []).effect) == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"correlation": 1.2}, "correlation"),
        ({"correlation": -0.1}, "correlation"),
        ({"standard_error": [0.1, 0.2]}, "standard_error"),
        ({"group": ["a"]}, "group"),
    ],
)
def test_what_does_not_belong_together_is_refused(changes, said):
    given = {"effect": [0.1, 0.2, 0.3], "standard_error": [0.1, 0.1, 0.2], "group": ["a", "a", "b"], "correlation": 0.5}
    with pytest.raises(ValueError, match=said):
        composites(**given | changes)
