"""Regression to the mean: what a coin makes of the most violent countries."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.reversion import changes_of_the_highest
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.poverty_and_violence.reversion import (
    homicide_levels,
    reversion_by_chance,
)
from citizen_security.tables import catalog


def levels(before, after):
    frame = pd.DataFrame({"before": np.exp(before), "after": np.exp(after), "log_before": before, "log_after": after})
    return frame.assign(iso3=[f"C{number:02d}" for number in range(len(frame))])


def countries(random, number=28, lasting=0.5, passing=0.3):
    """Countries with a lasting level and a spell that passes, and no change in between."""
    level = random.normal(2.5, lasting, number)
    return level + random.normal(0, passing, number), level + random.normal(0, passing, number)


def run(frame, share=0.25, draws=999, seed=1):
    return reversion_by_chance(frame, share, confidence_level=0.95, draws=draws, seed=seed)


def test_the_highest_and_their_fall_by_hand():
    before, after = np.arange(8.0), np.arange(8.0)
    after[7] -= 4
    found = run(levels(before, after))
    assert found.highest == ("C07", "C06")
    # The two change by −4 and 0, all eight by −0.5 on average.
    assert found.observed == pytest.approx(100 * (np.exp(-2 + 0.5) - 1))


def test_random_swaps_agree_with_all_swaps_there_are():
    random = np.random.default_rng(3)
    before, after = random.normal(size=(2, 8))
    found = run(levels(before, after), draws=40_000)
    centred = np.array([before - before.mean(), after - after.mean()])
    every = []
    for swap in product((0, 1), repeat=8):
        first = np.where(swap, centred[1], centred[0])
        change = np.where(swap, centred[0], centred[1]) - first
        every.append(change[np.argsort(-first)[:2]].mean() - change.mean())
    # The spread of the swaps over the root of 40,000 is below 0.005; four of those.
    assert np.log1p(found.expected / 100) == pytest.approx(np.mean(every), abs=0.02)
    observed = np.log1p(found.observed / 100)
    assert found.p == pytest.approx(np.mean(np.array(every) <= observed + 1e-12), abs=0.01)


def test_countries_that_did_nothing_fall_as_chance_says():
    random = np.random.default_rng(11)
    found = [run(levels(*countries(random)), draws=499) for _ in range(200)]
    observed = np.log1p([one.observed / 100 for one in found])
    expected = np.log1p([one.expected / 100 for one in found])
    assert observed.mean() < -0.1, "the highest fall although nothing happened"
    # Standard error of the mean difference over 200 samples; three of them.
    difference = observed - expected
    assert abs(difference.mean()) < 3 * difference.std() / np.sqrt(200)


def test_a_fall_by_chance_is_called_one_as_often_as_it_says():
    random = np.random.default_rng(12)
    rejected = [run(levels(*countries(random)), draws=499).p <= 0.1 for _ in range(300)]
    # Three binomial standard errors of 0.1 over 300 samples are 0.052.
    assert np.mean(rejected) == pytest.approx(0.1, abs=0.052)


def test_a_real_fall_of_the_highest_is_found():
    random = np.random.default_rng(13)
    before, after = countries(random, passing=0.1)
    after[np.argsort(-before)[:7]] -= 0.8
    found = run(levels(before, after))
    assert found.p < 0.01
    assert found.observed < found.interval[0]


def test_a_movement_of_the_whole_region_is_no_reversion():
    before, after = countries(np.random.default_rng(14))
    still, moved = run(levels(before, after)), run(levels(before, after - 1.0))
    assert moved.observed == pytest.approx(still.observed)
    assert moved.expected == pytest.approx(still.expected)


def test_time_backwards_the_same_countries_rise():
    before, after = countries(np.random.default_rng(15))
    forwards, backwards = run(levels(before, after)), run(levels(after, before))
    # Up to the window after, the highest in it rose; with time reversed that is the fall of the highest before.
    assert np.log1p(forwards.backwards / 100) == pytest.approx(-np.log1p(backwards.observed / 100))
    assert forwards.backwards > 0


def test_a_handful_of_countries_says_nothing():
    before, after = countries(np.random.default_rng(16), number=7)
    assert run(levels(before, after)) is None


def test_the_same_seed_gives_the_same_answer():
    frame = levels(*countries(np.random.default_rng(17)))
    assert run(frame).interval == run(frame).interval
    assert run(frame).interval != run(frame, seed=2).interval


def test_the_highest_are_those_before_and_all_together_change_by_nothing():
    middle, half = np.zeros(4), np.array([[1.0, 1.0, -1.0, -1.0]])
    # The last two stand highest before, at +1, and fall by two against a mean of none.
    assert changes_of_the_highest(middle, half, 2) == pytest.approx([-2.0])
    assert changes_of_the_highest(middle, half, 4) == pytest.approx([0.0])


def test_levels_need_both_windows_and_a_homicide_in_each():
    panel = catalog.load("country_year")
    found = homicide_levels(panel, PovertyAndViolence())
    assert "PER" not in set(found["iso3"]), "Peru's figures begin in 2011"
    np.testing.assert_allclose(np.exp(found["log_before"]), found["before"])
    nothing = panel.assign(homicide_rate=panel["homicide_rate"].where(panel["iso3"] != "BRA", 0.0))
    assert "BRA" not in set(homicide_levels(nothing, PovertyAndViolence())["iso3"])
