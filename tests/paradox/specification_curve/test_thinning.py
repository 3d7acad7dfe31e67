"""How much of a curve is computed."""

from citizen_security.paradox.specification_curve.parameters import SpecificationCurve
from citizen_security.paradox.specification_curve.thinning import curve_size, thin_multiverse


def test_a_thinned_multiverse_is_part_of_it_and_looks_like_it(multiverse):
    part = thin_multiverse(multiverse, 2_000, seed=3)
    assert 1_500 <= len(part.specifications) <= 2_500
    whole = multiverse.specifications
    assert len(part.specifications.merge(whole, how="inner")) == len(part.specifications)
    for choice in ("lag", "estimator", "period", "weights", "outcome"):
        difference = part.specifications[choice].value_counts(normalize=True) - whole[choice].value_counts(
            normalize=True
        )
        assert difference.abs().max() < 0.08
    assert thin_multiverse(multiverse, len(whole), seed=3) is multiverse


def test_quick_effort_computes_less_and_never_more_than_asked():
    full = curve_size(SpecificationCurve.from_values({"permutations": 25}))
    quick = curve_size(SpecificationCurve.from_values({"permutations": 25, "effort": "quick"}))
    assert full.permutations == 25
    assert quick.permutations == 19
    assert quick.specifications < full.specifications
