"""The readings of each programme that stand beside each other on the overview."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.programmes import at_a_glance
from citizen_security.programmes.focused_deterrence import sentences as plateros
from citizen_security.programmes.pacification import sentences as rio
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.state_of_exception import sentences as salvador
from citizen_security.programmes.state_of_exception.parameters import StateOfException
from citizen_security.programmes.synthetic_sao_paulo import sentences as paulo

NAN, INF = float("nan"), float("inf")


def test_readings_are_those_given_with_a_capital():
    found = at_a_glance.readings(raw="−5% (−9% to −1%)", choices="none of two")
    assert [(it.name, it.value) for it in found] == [
        ("raw_reading", "−5% (−9% to −1%)"),
        ("choices_reading", "None of two"),
    ]
    assert all(it.label for it in found)


@pytest.mark.parametrize(
    ("change", "lower", "upper", "told"),
    [
        (-52.4, -71.2, -22.0, "−52% (−71% to −22%)"),
        (3.0, -100.0, INF, "+3% (no bound below to no bound above)"),
        (INF, 20.0, INF, "a rise from nothing (+20% to no bound above)"),
        (-4.0, NAN, NAN, "−4% (no interval in this run)"),
    ],
)
def test_a_change_is_said_with_its_interval(change, lower, upper, told):
    assert at_a_glance.changed(change, lower, upper) == told


@pytest.mark.parametrize(
    ("changes", "p_values", "told"),
    [
        ([-30.2, -7.4, -12.0], [0.53, 0.88, 0.6], "−30% to −7% by three designs, p = 0.530 to 0.880"),
        ([-30.2, -7.4], [0.023, 0.023], "−30% to −7% by two designs, p = 0.023"),
        ([12.0], [0.4], "+12%, p = 0.400"),
        ([-30.0, -7.0], [0.00001, 0.2], "−30% to −7% by two designs, p below 0.001 to 0.200"),
    ],
)
def test_designs_are_said_from_least_to_most(changes, p_values, told):
    assert at_a_glance.between(changes, p_values, "designs") == told


@pytest.mark.parametrize(
    ("found", "total", "told"),
    [
        (0, 36, "none of the 36 cells finds a fall beyond chance"),
        (1, 7, "1 of 7 cells finds a fall beyond chance"),
        (4, 7, "4 of 7 cells find a fall beyond chance"),
        (7, 7, "all 7 cells find a fall beyond chance"),
        (1, 1, "the one cell finds a fall beyond chance"),
        (0, 1, "no cell finds a fall beyond chance"),
    ],
)
def test_choices_are_counted(found, total, told):
    assert at_a_glance.falls(found, total, "cells", "cell") == told


@pytest.mark.parametrize(
    ("able", "risen", "told"),
    [
        (0, 0, "none of the 36 cells could tell a fall from chance: so few comparisons give no p so small"),
        (24, 0, "3 of 24 cells find a fall beyond chance; twelve more could not tell"),
        (36, 2, "3 of 36 cells find a fall beyond chance; two a rise"),
        (24, 2, "3 of 24 cells find a fall beyond chance; two a rise; twelve more could not tell"),
    ],
)
def test_choices_that_could_find_nothing_are_no_finding_of_nothing(able, risen, told):
    assert at_a_glance.falls(3 if able else 0, 36, "cells", "cell", able=able, risen=risen) == told


@pytest.mark.parametrize("donors", [5, 22, 44, 165, 999, 4999])
def test_no_p_is_printed_below_its_own_floor(donors):
    floor = 1 / (donors + 1)
    assert at_a_glance.by_chance(floor, floor).endswith("the least possible")
    for above in (2 * floor, min(1.0, 20 * floor)):
        p_value, least = (
            float(part.split()[-1]) for part in at_a_glance.by_chance(above, floor).split(", none can be below ")
        )
        assert p_value >= least or above < 0.001


def test_plateros_beside_other_sectors():
    found = {"relative": -18.8, "relative_lower": -50.7, "relative_upper": 30.8, "p_value": 12 / 45, "floor": 1 / 45}
    told = "−19% (−51% to +31%) beside other sectors; p = 0.267, none can be below 0.022"
    assert plateros.beside_reading(found) == told


def test_lives_saved_are_a_fall():
    main = {"percent": 20.0, "expected": 500.0, "lower": -50.0, "upper": 250.0, "p_value": 0.12, "floor": 0.04}
    told = "−20% (−50% to +10%) beside its synthetic control; p = 0.120, none can be below 0.040"
    assert paulo.beside_reading(main) == told


def test_a_year_early_counts_only_falls_beyond_chance():
    own = pd.DataFrame(
        {"episode": "state_of_exception", "change": [-80.0, -70.0], "p_value": [0.02, 0.2], "floor": 0.02}
    )
    early = pd.DataFrame({"change": [-50.0, 60.0], "p_value": [0.02, 0.02]})
    assert salvador.choices_reading(own, early, StateOfException()) == (
        "1 of 2 estimators finds a fall beyond chance; for 2021, when nothing was done, 1 of 2 do"
    )
    none = own.assign(episode="truce")
    assert salvador.beside_reading(none) == "not set against other countries in this run"


def test_estimators_that_find_a_rise_are_told():
    table = pd.DataFrame({"p_value": [0.01, 0.02, 0.5], "floor": 0.01, "deaths": [-1.0, 0.4, -0.2]})
    assert rio.choices_reading(table, Pacification()) == "1 of 3 estimators finds a fall beyond chance; one a rise"
    none = table.assign(p_value=np.ones(3))
    assert rio.choices_reading(none, Pacification()) == "none of the 3 estimators finds a fall beyond chance"
    untestable = rio.choices_reading(none.assign(floor=0.1), Pacification())
    assert untestable.startswith("none of the 3 estimators could tell a fall from chance")
