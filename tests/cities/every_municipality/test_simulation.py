"""The simulated country is what it says, so that what is found in it can be held against the truth."""

import numpy as np
import pytest

from citizen_security.cities.every_municipality.simulation import (
    LAST_SIMULATED_YEAR,
    SimulatedCountry,
    centred_time,
    simulate_municipalities,
)
from citizen_security.cities.every_municipality.table import build_panel, too_little
from citizen_security.tables.brought.findings import Findings
from citizen_security.tables.brought.reader import understand

COUNTRY = SimulatedCountry(places=3_000, groups=12, years=10, seed=1)


@pytest.fixture(scope="module")
def simulated():
    return simulate_municipalities(COUNTRY)


def test_a_simulated_table_passes_the_check_of_a_brought_one(simulated):
    findings = Findings("simulated")
    understand(simulated[0], findings)
    assert (findings.notes, findings.doubts) == ([], [])
    assert list(too_little(simulated[0], "simulated")) == []


def test_the_truth_is_in_the_order_of_the_panel(simulated):
    table, truth = simulated
    panel = build_panel(table)
    raw = panel.place_homicides / panel.place_exposure
    large = panel.place_homicides > 1_000
    # A count above 1,000 gives the rate to about 3%; four such errors.
    np.testing.assert_allclose(raw[large], truth.place_rates[large], rtol=0.13)
    assert panel.groups == tuple(f"State {number:02}" for number in range(1, 13))
    assert panel.years[-1] == LAST_SIMULATED_YEAR


def test_counts_have_the_expectation_that_the_truth_gives(simulated):
    table, truth = simulated
    panel = build_panel(table)
    expected = (truth.place_rates * panel.place_exposure).sum()
    # A Poisson sum: four of its deviations.
    assert panel.homicides.sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_deviations_are_those_asked_for(simulated):
    _, truth = simulated
    assert truth.year_effects.std() == pytest.approx(COUNTRY.year_deviation)
    assert truth.year_effects.sum() == pytest.approx(0, abs=1e-12)
    assert (truth.place_trends == 0).all()


def test_extra_variation_and_trends_leave_places_and_people_as_they_are(simulated):
    table, _ = simulated
    other, truth = simulate_municipalities(
        SimulatedCountry(places=3_000, groups=12, years=10, seed=1, extra_variation=0.3, trend_deviation=0.5)
    )
    assert other["population"].equals(table["population"])
    assert not other["homicides"].equals(table["homicides"])
    # 3,000 trends give their deviation to 1.3%; four such errors.
    assert truth.place_trends.std() == pytest.approx(0.5, rel=0.052)


def test_equal_seeds_give_equal_countries(simulated):
    assert simulate_municipalities(COUNTRY)[0].equals(simulated[0])


def test_every_group_has_a_place():
    table, _ = simulate_municipalities(SimulatedCountry(places=40, groups=20, years=1, seed=3))
    assert table["group"].nunique() == 20


def test_time_runs_over_one_unit_about_zero():
    assert centred_time(5).tolist() == [-0.5, -0.25, 0, 0.25, 0.5]
    assert centred_time(1).tolist() == [0]
