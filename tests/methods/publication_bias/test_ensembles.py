"""Ensembles: prior probabilities that do not add up would favour an answer."""

import pytest

from citizen_security.methods.publication_bias.ensembles import (
    ENSEMBLES,
    NO_SELECTION,
    unit_information_priors,
)


@pytest.mark.parametrize("name", list(ENSEMBLES))
def test_prior_probabilities_of_an_ensemble_make_one_with_half_on_no_selection(name):
    ensemble = ENSEMBLES[name]
    assert 4 * len(ensemble) == {"one_sided_step": 8, "two_sided_steps": 12, "steps_and_regressions": 36}[name]
    assert sum(selection.prior_probability for selection in ensemble) == pytest.approx(1)
    assert ensemble[0] == NO_SELECTION
    assert NO_SELECTION.prior_probability == 0.5


def test_the_ensembles_are_those_of_the_paper():
    # Bartoš and others (2023), table 1.
    found = [(it.cut_points, it.both_tails, it.label) for it in ENSEMBLES["steps_and_regressions"][1:]]
    assert found == [
        ((0.05,), True, "weights, two-sided p: 0.05"),
        ((0.05, 0.1), True, "weights, two-sided p: 0.05, 0.1"),
        ((0.05,), False, "weights, one-sided p: 0.05"),
        ((0.025, 0.05), False, "weights, one-sided p: 0.025, 0.05"),
        ((0.05, 0.5), False, "weights, one-sided p: 0.05, 0.5"),
        ((0.025, 0.05, 0.5), False, "weights, one-sided p: 0.025, 0.05, 0.5"),
        ((), False, "PET"),
        ((), False, "PEESE"),
    ]
    assert [it.prior_probability for it in ENSEMBLES["steps_and_regressions"][-2:]] == [1 / 8, 1 / 8]
    assert [it.cut_points for it in ENSEMBLES["two_sided_steps"]] == [(), (0.05,), (0.05, 0.1)]
    assert [it.both_tails for it in ENSEMBLES["two_sided_steps"]] == [False, True, True]
    (_, single) = ENSEMBLES["one_sided_step"]
    assert (single.cut_points, single.both_tails) == ((0.025,), False)


def test_priors_are_as_wide_as_an_observation_s_information_says():
    # Of standardised mean differences, unit √2, those of the paper: N(0, 0.5²·2), slopes of scale 1 and 5.
    smd = unit_information_priors(2**0.5)
    assert (smd.effect.std(), smd.heterogeneity.isf(0.3173105)) == pytest.approx((0.5**0.5, 0.125**0.5), rel=1e-6)
    # A half-Cauchy's median is its scale; the slope on the variance has the unit of one over the effect.
    assert (smd.pet.median(), smd.peese.median()) == pytest.approx((1, 5))
    ratios = unit_information_priors(2.0, effect=0.3, heterogeneity=0.2, pet=0.7, peese=4.0)
    assert (ratios.effect.mean(), ratios.effect.std()) == pytest.approx((0, 0.6))
    assert ratios.heterogeneity.isf(0.3173105) == pytest.approx(0.4, rel=1e-6)
    assert (ratios.pet.median(), ratios.peese.median()) == pytest.approx((0.7, 4 / 2**0.5))
    default = unit_information_priors(2.0)
    assert (default.effect.std(), default.heterogeneity.isf(0.3173105)) == pytest.approx((1.0, 0.5), rel=1e-6)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
@pytest.mark.parametrize("name", ["unit", "effect", "heterogeneity", "pet", "peese"])
def test_a_scale_that_is_none_is_refused_by_name(name, scale):
    with pytest.raises(ValueError, match=name):
        unit_information_priors(**{"unit": 2.0} | {name: scale})
