"""Outcomes and scales beside the methods that they are made of."""

from dataclasses import replace

import numpy as np
import pytest

from citizen_security.methods.staggered_adoption.permuted_starts import permuted_starts
from citizen_security.methods.staggered_adoption.placebo_leads import earlier_starts
from citizen_security.methods.staggered_adoption.poisson_imputation import poisson_imputation
from citizen_security.programmes.pacification import permuted_dates
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.pacification.unit_panel import unit_panel

FEW = Pacification(draws=99, confidence_level=0.9)


def test_rows_are_those_of_the_methods(table):
    rows = permuted_dates.by_outcome(table, FEW)
    assert len(rows) == 6
    row = permuted_dates.main_row(rows, FEW)
    panel = unit_panel(table, FEW)
    direct = poisson_imputation(panel, horizon=8)
    assert row["percent"] == pytest.approx(100 * (direct.observed[0] / direct.expected[0] - 1))
    test = permuted_starts(panel, "poisson", horizon=8, draws=99, seed=FEW.seed)
    assert row["p_value"] == test.p_value
    other = permuted_dates.main_row(rows, FEW, "counts")
    assert (other["outcome"], other["scale"]) == ("both", "counts")
    assert row["deaths"] < 0


def test_before_the_installation_nothing_of_what_follows_is_seen(table):
    panel = unit_panel(table, FEW)
    other = replace(panel, outcomes=panel.outcomes + 50 * panel.treated, counts=panel.counts + 50 * panel.treated)
    rows = permuted_dates.by_outcome(table, FEW)
    early, _ = permuted_dates.tested(earlier_starts(other, FEW.before), "counts", FEW.before, FEW)
    same = permuted_dates.main_row(rows, FEW, "counts")["early_percent"]
    assert 100 * early.estimate / (early.observed - early.estimate) == pytest.approx(same)


def test_expectations_below_zero_are_counted(panel):
    assert permuted_dates.negative_share(panel, 3) == 0
    # Six quiet areas without a death, six violent ones that lose two a period: quiet ones would have lost one.
    quiet = np.arange(12) % 2 == 0
    outcomes = np.where(quiet[:, None], 0.0, 40.0 - 2 * np.arange(12))
    other = replace(panel, outcomes=outcomes)
    assert permuted_dates.negative_share(other, 3) == 0.5
