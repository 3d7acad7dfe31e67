"""Measures of concentration: a wrong one would call a city's killings concentrated, or spread, when they are not."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.methods.concentration.measures import (
    NothingToConcentrate,
    generalised_gini,
    gini,
    lorenz_curve,
    measure_concentration,
    place_share,
)

COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(any)

# Sums of a few dozen doubles: nothing but rounding separates two right answers.
ROUNDING = 1e-12


def second_gini(counts):
    """Mean absolute difference over all pairs, over twice the mean, in exact fractions."""
    number, total = len(counts), sum(counts)
    differences = sum(abs(one - other) for one in counts for other in counts)
    return Fraction(differences, 2 * number * total)


def second_generalised_gini(counts):
    """Areas, as the paper draws them: between the curve and the most even one, over all above the most even one."""
    number, total = len(counts), sum(counts)
    heights = np.cumsum([0, *sorted(counts, reverse=True)]) / total
    area = sum((heights[i] + heights[i + 1]) / 2 / number for i in range(number))
    reach = min(total / number, 1)
    even = reach / 2 + (1 - reach)
    return (area - even) / (1 - even)


def second_place_share(counts, share):
    """Places are opened one by one until the share is reached; the last one in part. Exact fractions."""
    wanted, opened = Fraction(share) * sum(counts), Fraction(0)
    for position, count in enumerate(sorted(counts, reverse=True)):
        if opened + count >= wanted:
            return (position + (wanted - opened) / count) / len(counts)
        opened += count
    raise AssertionError("the share was never reached")


@pytest.mark.parametrize(
    ("counts", "ordinary", "general"),
    [
        # Documented results of the authors' own R package lorenzgini (function gini, without small-sample factor).
        ([10, 8, 2, 0, 0, 0, 0, 0, 0, 0], 0.78, 0.78),
        ([5, 2, 1, 0, 0, 0, 0, 0, 0, 0], 0.80, 0.75),
        ([10, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0.90, 0.90),
        ([10] + [0] * 99, 0.99, 0.90),
        # The paper's example of 3 + 1 + 1 crimes in 10 places. The package's vignette prints 0.78 and, in a caption,
        # 0.58; its own formula gives 10/5 (0.78 − 1) + 1 = 0.56, as does the area by hand: (0.89 − 0.75) / 0.25.
        ([3, 1, 1, 0, 0, 0, 0, 0, 0, 0], 0.78, 0.56),
        # One event in each of as many places as there are events is the most even spread there is.
        ([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], 0.50, 0.00),
    ],
)
def test_published_and_hand_computed_coefficients_are_met(counts, ordinary, general):
    assert gini(counts) == pytest.approx(ordinary, abs=ROUNDING)
    assert generalised_gini(counts) == pytest.approx(general, abs=ROUNDING)


def test_the_share_with_half_is_read_off_within_the_last_place():
    assert place_share([3, 1, 1, 0, 0, 0, 0, 0, 0, 0]) == pytest.approx(2.5 / 3 / 10, abs=ROUNDING)
    assert place_share([6, 2, 2, 2], 0.5) == pytest.approx(0.25, abs=ROUNDING)
    assert place_share([6, 2, 2, 2], 0.75) == pytest.approx((1 + 1.5) / 4, abs=ROUNDING)
    assert place_share([4, 4, 0, 0], 1.0) == pytest.approx(0.5, abs=ROUNDING)


@given(COUNTS)
def test_a_second_implementation_agrees_on_any_counts(counts):
    assert gini(counts) == pytest.approx(float(second_gini(counts)), abs=ROUNDING)
    assert generalised_gini(counts) == pytest.approx(second_generalised_gini(counts), abs=1e-10)
    for share in (0.25, 0.5, 1.0):
        assert place_share(counts, share) == pytest.approx(float(second_place_share(counts, share)), abs=1e-10)


@given(COUNTS, st.integers(2, 9), st.randoms())
def test_order_units_and_copies_of_all_places_change_nothing(counts, factor, chance):
    shuffled = chance.sample(counts, len(counts))
    for measure in (gini, generalised_gini, place_share):
        assert measure(shuffled) == pytest.approx(float(measure(counts)), abs=1e-10)
        assert measure(counts * factor) == pytest.approx(float(measure(counts)), abs=1e-10)
    scaled = [factor * count for count in counts]
    assert gini(scaled) == pytest.approx(float(gini(counts)), abs=1e-10)
    assert place_share(scaled) == pytest.approx(float(place_share(counts)), abs=1e-10)


@given(COUNTS, st.data())
def test_splitting_a_place_into_equals_changes_nothing_by_persons(counts, data):
    people = data.draw(st.lists(st.integers(1, 1000), min_size=len(counts), max_size=len(counts)))
    split = ([2 * count for count in counts[1:]] + [counts[0]] * 2, [2 * size for size in people[1:]] + [people[0]] * 2)
    assert gini(split[0], split[1]) == pytest.approx(float(gini(counts, people)), abs=1e-10)
    assert place_share(split[0], 0.5, split[1]) == pytest.approx(float(place_share(counts, 0.5, people)), abs=1e-10)


@given(st.lists(st.integers(1, 50), min_size=2, max_size=30))
def test_a_move_from_fewer_to_more_concentrates(counts):
    moved = sorted(counts)
    moved[0], moved[-1] = moved[0] - 1, moved[-1] + 1
    assert gini(moved) > gini(counts)
    assert place_share(moved) <= place_share(counts) + ROUNDING


def test_equal_rates_are_no_concentration_by_persons_however_unequal_the_cities():
    people = [10_000_000, 500_000, 250_000]
    deaths = [size // 10_000 for size in people]
    assert gini(deaths, people) == pytest.approx(0, abs=ROUNDING)
    assert place_share(deaths, 0.5, people) == pytest.approx(0.5, abs=ROUNDING)
    assert gini(deaths) > 0.5


def test_the_curve_starts_at_nothing_ends_at_all_and_puts_the_highest_rate_first():
    places, events = lorenz_curve([2, 6], [1, 9])
    assert places.tolist() == pytest.approx([0, 0.1, 1])
    assert events.tolist() == pytest.approx([0, 0.25, 1])


def test_many_years_at_once_are_measured_as_each_alone():
    rows = np.random.default_rng(1).poisson(2, size=(5, 8)) + 1
    together = measure_concentration(rows)
    for number, row in enumerate(rows):
        assert together.iloc[number].tolist() == pytest.approx(measure_concentration(row).iloc[0].tolist())
    people = np.arange(1, 9)
    assert measure_concentration(rows, 0.5, people)["gini"].iloc[2] == pytest.approx(float(gini(rows[2], people)))


@pytest.mark.parametrize(
    ("counts", "weights", "words"),
    [
        ([0, 0], None, "no event"),
        ([1, -1], None, "negative"),
        ([1, np.nan], None, "missing"),
        ([], None, "no place"),
        ([1, 2], [1, 0], "weights"),
        ([1, 2], [1, 2, 3], "weights"),
    ],
)
def test_counts_without_a_concentration_are_refused_in_words(counts, weights, words):
    with pytest.raises(NothingToConcentrate, match=words):
        gini(counts, weights)


@pytest.mark.parametrize("share", [0, -0.5, 1.01])
def test_an_impossible_share_is_refused(share):
    with pytest.raises(ValueError, match="share"):
        place_share([1, 2], share)


def test_one_place_holds_everything_and_is_not_concentrated():
    assert gini([7]) == 0
    assert place_share([7]) == 0.5
