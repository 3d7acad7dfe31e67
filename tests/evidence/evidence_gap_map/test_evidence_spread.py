"""How concentrated the evidence is: coefficients with a second implementation, intervals that cover."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.evidence.evidence_gap_map import evidence_spread
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.methods.concentration.measures import gini as lorenz_gini


def of_countries(*places):
    return pd.DataFrame({"countries": list(places)})


counts = st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(any)


@given(counts)
def test_gini_equals_its_definition_by_mean_absolute_difference(values):
    differences = sum(abs(a - b) for a, b in itertools.product(values, values))
    expected = differences / (2 * len(values) ** 2 * (sum(values) / len(values)))
    assert evidence_spread.gini(np.array([values]))[0] == pytest.approx(expected, abs=1e-12)


@given(counts, st.integers(2, 5), st.randoms(use_true_random=False))
def test_gini_does_not_depend_on_scale_or_order(values, factor, random):
    moved = [factor * value for value in random.sample(values, len(values))]
    found = evidence_spread.gini(np.array([values, moved]))
    assert found[0] == pytest.approx(found[1], abs=1e-12)


def test_gini_of_extremes():
    assert evidence_spread.gini(np.array([[3, 3, 3, 3], [8, 0, 0, 0]])).tolist() == [0, 0.75]
    assert np.isnan(evidence_spread.gini(np.zeros((1, 4)))[0])


def test_a_study_of_two_countries_counts_once_in_the_share_of_the_most_studied():
    studies = of_countries(("BRA", "COL"), ("BRA",), ("MEX",), ("XXX",), ())
    found = evidence_spread.spread(studies, "countries", ["BRA", "COL", "MEX"], np.random.default_rng(1), top=2)
    assert found.n == 3  # the others are in no unit
    assert found.top == ("BRA", "COL")
    assert found.top_share == pytest.approx(2 / 3)
    assert found.gini == pytest.approx(evidence_spread.gini(np.array([[2, 1, 1]]))[0])


def test_no_study_in_any_unit_has_no_spread():
    found = evidence_spread.spread(of_countries(()), "countries", ["BRA", "COL"], np.random.default_rng(1))
    assert (found.n, found.top) == (0, ())
    assert np.isnan(found.gini)


def test_studies_in_a_single_country_are_as_uneven_as_can_be():
    found = evidence_spread.spread(of_countries(*[("BRA",)] * 5), "countries", ["BRA", "COL"], np.random.default_rng(1))
    assert found.gini == pytest.approx(0.5)
    assert found.top_share == 1
    assert found.gini_interval == pytest.approx((0.5, 0.5))


def test_the_yardstick_of_chance_is_what_chance_gives():
    # Were it off, the collection would look more or less concentrated than it is.
    units, generator = [f"u{unit}" for unit in range(20)], np.random.default_rng(3)
    studies = of_countries(*[(units[place],) for place in generator.integers(20, size=60)])
    found = evidence_spread.spread(studies, "countries", units, generator, draws=2000)
    simulated = [
        evidence_spread.gini(np.bincount(generator.integers(20, size=60), minlength=20)[None])[0] for _ in range(2000)
    ]
    # Means of 2,000 draws each with a standard deviation of about 0.03: their difference has 0.001.
    assert found.gini_expected == pytest.approx(np.mean(simulated), abs=0.004)
    assert found.gini_by_chance[0] < found.gini < found.gini_by_chance[1]


def test_chances_that_follow_the_homicides_move_the_yardstick(selection, gaps):
    units, generator = gaps["iso3"].tolist(), np.random.default_rng(4)
    even = evidence_spread.spread(selection.studies, "countries", units, generator, draws=300)
    following = evidence_spread.spread(
        selection.studies, "countries", units, generator, draws=300, chances=gaps["homicides"].fillna(0)
    )
    assert even.gini == following.gini
    assert following.gini_by_chance[0] > even.gini_by_chance[1]
    assert even.gini_interval[0] < even.gini < even.gini_interval[1]


@pytest.mark.slow
@pytest.mark.parametrize("evenness", [0.15, 1.0, 5.0])
def test_the_interval_holds_the_expected_coefficient_about_nine_times_in_ten(evenness):
    # As the method page says: few studies over many units leave the bootstrap short of its 95%.
    generator = np.random.default_rng(5)
    units = [f"u{unit:02d}" for unit in range(33)]
    held = 0
    for _ in range(5):
        shares = generator.dirichlet(np.full(33, evenness))
        expected = evidence_spread.gini(generator.multinomial(54, shares, size=4000)).mean()
        for _ in range(40):
            studies = of_countries(*[(units[place],) for place in generator.choice(33, size=54, p=shares)])
            low, high = evidence_spread.spread(studies, "countries", units, generator, draws=300).gini_interval
            held += low <= expected <= high
    # 200 replications of a coverage of 0.9: two and a half standard errors are 0.05.
    assert held / 200 == pytest.approx(0.9, abs=0.06)


@given(counts)
def test_gini_is_that_of_the_lorenz_curve(values):
    # Two ways to one number; each rounds a sum of at most thirty terms.
    assert evidence_spread.gini(np.array([values]))[0] == pytest.approx(lorenz_gini(values), abs=1e-13)


def test_the_three_spreads_have_one_row_each_and_fewer_draws_at_quick_effort(selection, gaps):
    found = evidence_spread.spreads(selection, gaps, EvidenceGapMap.from_values({"effort": "quick"}))
    table = found.table()
    assert len(table) == 3
    gini = table["Gini coefficient (95% interval)"].iloc[0]
    low, high = found.states.gini_interval
    assert gini == f"{found.states.gini:.2f} ({low:.2f} to {high:.2f})"
    assert found.states.gini == found.states_by_homicides.gini
    assert found.states_by_homicides.gini_expected > found.states.gini_expected


def test_units_without_a_study_are_not_among_the_most_studied_and_all_is_no_interval():
    found = evidence_spread.spread(
        of_countries(("BRA",)), "countries", ["BRA", "COL", "PER"], np.random.default_rng(1), draws=50
    )
    assert found.top == ("BRA",)
    assert evidence_spread._with_ends(found.top_share, found.top_share_interval, ".0%") == "100%"
    assert evidence_spread._with_ends(0.62, (0.4, 0.8), ".0%") == "62% (40% to 80%)"
