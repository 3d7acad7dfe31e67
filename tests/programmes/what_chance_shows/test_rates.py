"""False positives of the room: as the method gives them, own falls by loops, and the theory's numbers."""

import numpy as np
import pytest

from citizen_security.methods.reversion import YearVariance
from citizen_security.methods.spike_selection.false_positives import false_positive_rates
from citizen_security.methods.spike_selection.rules import eligible_places
from citizen_security.programmes.what_chance_shows import rates
from citizen_security.programmes.what_chance_shows.panels import Places
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows

RANDOM = np.random.default_rng(4)
VALUES = RANDOM.normal(size=(30, 1)) + 0.5 * RANDOM.normal(size=(30, 16))
PLACES = Places(tuple(map(str, range(30))), np.arange(2000, 2016), VALUES, np.full((30, 16), 0.02))
PARAMETERS = WhatChanceShows(
    panels=["colombian_cities"], rules=["high", "random"], years_before=[8], years_after=3, other_places=25, draws=30,
    left_out=["extrapolated_line", "synthetic_control", "synthetic_difference_in_differences"], confidence_level=0.8,
)  # fmt: skip


def test_the_table_is_that_of_the_method_with_effects_in_percent():
    table = rates.put_to_the_test({"colombian_cities": PLACES}, PARAMETERS)
    plain = false_positive_rates(
        VALUES, rules=["high", "random"], designs=PARAMETERS.designs, before=[8], after=3, donors=25, draws=30,
        seed=PARAMETERS.seed, confidence_level=0.8,
    )  # fmt: skip
    assert table["rejected"].tolist() == plain["rejected"].tolist()
    assert table["effect"].to_numpy() == pytest.approx(100 * np.expm1(plain["effect"].to_numpy()))
    assert set(table["panel_name"]) == {"Colombian cities"}
    main = rates.main_rows(table, PARAMETERS)
    assert len(main) == len(table)
    assert set(main["design"]) == set(PARAMETERS.designs)


def test_own_falls_are_means_over_all_windows():
    falls = rates.own_falls(PLACES, PARAMETERS).set_index("rule")
    centred = VALUES - np.median(VALUES, axis=0)
    moved = []
    for start in range(6):
        chance = eligible_places(VALUES[:, start : start + 11], 8, "high")
        for place in np.flatnonzero(chance):
            before = centred[place, start + 6 : start + 8].mean()
            moved.append(centred[place, start + 8 : start + 11].mean() - before)
    assert falls.loc["high", "change"] == pytest.approx(100 * np.expm1(np.mean(moved)))
    assert falls.loc["high", "lower"] < falls.loc["high", "change"] < falls.loc["high", "upper"] < 0


def test_what_fades_is_the_share_of_a_deviation_that_is_left():
    assert rates.fading(YearVariance(1.0, 0.3, 0.5, 0.2)) == pytest.approx(0.3 * 0.5 / 0.5)
    assert rates.fading(YearVariance(1.0, 0.0, 0.5, 0.0)) == 0


def test_theory_takes_levels_and_persistence_from_the_panel():
    bias, difference, persistence = rates.closed_form(PLACES, "high", PARAMETERS)
    assert bias == pytest.approx(difference * (1 - persistence))
    assert difference > 1
    # Independent deviations keep nothing.
    assert persistence < 0.3
