"""Where trends are parallel every estimator of numbers finds the effect; scales translate into each other."""

import numpy as np
import pytest

from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.programmes.pacification import estimators
from citizen_security.programmes.pacification.labels import ESTIMATORS
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.pacification.unit_panel import unit_panel

# Three periods from the start on, two before it.
SHORT = Pacification(period="half_year", months_after=18, months_before=12, draws_each=19, confidence_level=0.9)


def test_numbers_find_the_constant_effect(panel):
    every = estimators.every_estimator(SHORT)
    assert set(every) == set(ESTIMATORS)
    for name, estimate in every.items():
        found = estimate(panel)
        if found.scale == "counts":
            assert found.estimate == pytest.approx(-2), name


def test_counted_deaths_are_those_of_the_cells_of_the_estimate(panel):
    near = panel.treated & (panel.event_time < 3) & (np.arange(12) < 11)
    expected = panel.outcomes[near].mean()
    every = estimators.every_estimator(SHORT)
    for name in ("imputation", "two_stage", "poisson_imputation", "group_time"):
        assert every[name](panel).observed == pytest.approx(expected), name


def test_two_stages_are_imputation_within_the_horizon(table):
    found, parameters = unit_panel(table, Pacification()), Pacification()
    every = estimators.every_estimator(parameters)
    assert every["two_stage"](found).estimate == pytest.approx(every["imputation"](found).estimate)
    direct = imputation(found, homogeneous_within="event_time", horizon=8).effects.estimate[0]
    assert every["imputation"](found).estimate == pytest.approx(direct)


def test_scales_translate():
    # Six deaths where eight were expected.
    assert estimators.percent_of(-2, 6, "counts") == pytest.approx(-25)
    assert estimators.percent_of(np.log(0.75), 6, "ratio") == pytest.approx(-25)
    assert estimators.deaths_of(np.log(0.75), 6, "ratio") == pytest.approx(-2)
    assert estimators.percent_of(7, 6, "counts") == np.inf
    assert estimators.percent_of(-np.inf, 6, "counts") == -100


def test_intervals_need_enough_arrangements():
    drawn = np.linspace(-1, 1, 19)
    assert estimators.interval_by_dates(0.5, drawn, 0.95) == pytest.approx((-0.5, 1.5))
    assert estimators.interval_by_dates(0.5, drawn, 0.99) == (-np.inf, np.inf)
    assert estimators.interval_by_dates(0.5, np.append(drawn[:-1], np.nan), 0.95) == (-np.inf, np.inf)


def test_the_table_ranks_every_estimator_among_the_same_dates(panel):
    table = estimators.estimator_table(panel, SHORT)
    assert table["estimator"].tolist() == list(ESTIMATORS)
    assert (table["floor"] == 0.05).all()
    assert (table["p_value"] >= table["floor"]).all()
    assert (table["deaths_lower"] <= table["deaths"]).all()
    # Dates were dealt, and effects of two deaths stand out from them.
    assert table.set_index("estimator").loc["imputation", "p_value"] == pytest.approx(0.05)


def test_a_page_has_no_infinite_percentage(panel):
    table = estimators.estimator_table(panel, SHORT).assign(percent=np.inf)
    found = estimators.shown(table, "estimator")
    assert "estimator" not in found
    assert found["percent"].isna().all()
