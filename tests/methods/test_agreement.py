"""Two coders' agreement beyond chance: Cohen's definition, the weights, and an interval that has a width."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from citizen_security.methods.agreement import agreement, cohens_kappa, overlap

# Levels by two coders: one apart twice, two apart once.
FIRST = [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 4]
SECOND = [1, 2, 3, 3, 3, 1, 4, 4, 5, 5, 5, 5]
LEVELS = [1, 2, 3, 4, 5]


def single(codes):
    return [[code] for code in codes]


def test_kappa_is_agreement_beyond_what_the_margins_give():
    # 35 of 50 alike; the margins 25/25 and 30/20 give a half: (0.7 - 0.5) / (1 - 0.5).
    assert cohens_kappa([[20, 5], [10, 15]]) == pytest.approx(0.4, abs=1e-12)


def test_quadratic_weights_count_the_distance_squared():
    # Squares of the three that differ, against the mean square over all pairs that the margins give.
    observed = (1 + 1 + 4) / 12
    expected = sum((one - other) ** 2 for one in FIRST for other in SECOND) / 144
    found = agreement(single(FIRST), single(SECOND), LEVELS, weights="quadratic", draws=9)
    assert found.kappa == pytest.approx(1 - observed / expected, abs=1e-12)
    linear = cohen_kappa_score(FIRST, SECOND, weights="linear")
    assert abs(found.kappa - linear) > 0.01
    assert found.kappa == pytest.approx(cohen_kappa_score(FIRST, SECOND, weights="quadratic"), abs=1e-12)


@pytest.mark.parametrize("weights", ["plain", "quadratic"])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_is_of_units_drawn_again(weights, level):
    found = agreement(single(FIRST), single(SECOND), LEVELS, weights=weights, confidence_level=level, draws=400, seed=7)
    drawn = np.random.default_rng(7).multinomial(12, np.full(12, 1 / 12), size=400)
    name = None if weights == "plain" else "quadratic"
    kappas = [
        cohen_kappa_score(np.repeat(FIRST, counts), np.repeat(SECOND, counts), weights=name, labels=LEVELS)
        for counts in drawn
    ]
    ends = np.quantile(kappas, [(1 - level) / 2, (1 + level) / 2])
    assert found.interval == pytest.approx(tuple(ends), abs=1e-9)
    assert (found.units, found.alike) == (12, 9)


def test_several_ratings_of_a_unit_are_drawn_together():
    # Each unit says the same twice: as many ratings again, and no more certainty.
    twice = agreement([[c, c] for c in FIRST], [[c, c] for c in SECOND], LEVELS, draws=300, seed=2)
    once = agreement(single(FIRST), single(SECOND), LEVELS, draws=300, seed=2)
    assert twice == once


def test_full_agreement_is_no_certainty():
    found = agreement(single("aaabbbbccc"), single("aaabbbbccc"), "abc", confidence_level=0.9)
    # Wilson's lower end of 10 of 10 at 90% is 10 / (10 + 1.645^2); the margins give 0.09 + 0.16 + 0.09.
    wilson = 10 / (10 + 1.6448536**2)
    assert found.interval == pytest.approx(((wilson - 0.34) / 0.66, 1.0), abs=1e-6)
    assert found.kappa == pytest.approx(1)
    # Ratings of one unit are no further evidence.
    twice = [[code, code] for code in "aaabbbbccc"]
    assert agreement(twice, twice, "abc", confidence_level=0.9) == found


def test_where_both_use_one_category_there_is_no_kappa():
    found = agreement(single("aaaa"), single("aaaa"), "ab")
    assert np.isnan(found.kappa)
    assert np.isnan(found.interval).all()
    assert (found.units, found.alike) == (4, 4)


def test_the_overlap_of_codes_is_what_both_named_of_what_either_did():
    assert overlap(["homicide", "trust"], ["homicide", "robbery"]) == pytest.approx(1 / 3)
    assert overlap(["homicide"], ["homicide", "trust"]) == 0.5
    assert overlap([], []) == 1


def test_coders_who_use_other_categories_agree_no_more_than_chance():
    # The margins share no category: chance gives no equal rating and there is none, which is a kappa and not missing.
    assert cohens_kappa([[0, 3, 2], [0, 0, 0], [0, 0, 0]]) == pytest.approx(0)
    # One of four alike; the margins 3/1 and 2/2 give a half.
    assert cohens_kappa([[1, 2], [1, 0]]) == pytest.approx((1 / 4 - 1 / 2) / (1 - 1 / 2))


def test_an_interval_nobody_asked_a_level_for_is_one_of_95_percent():
    asked = [
        agreement(single(FIRST), single(SECOND), LEVELS, confidence_level=level, draws=400, seed=7).interval
        for level in (0.95, 0.9)
    ]
    unasked = agreement(single(FIRST), single(SECOND), LEVELS, draws=400, seed=7).interval
    assert unasked == asked[0] != asked[1]


def test_other_numbers_of_units_are_refused_with_both():
    with pytest.raises(ValueError, match="12 units by one coder and 11 by the other"):
        agreement(single(FIRST), single(SECOND[:-1]), LEVELS)
