"""Minimum wages and teenage employment in 500 counties: effects as printed, and as other programs find them."""

import numpy as np
import pandas as pd
import pytest
from support import ROOT

from citizen_security.methods.staggered_adoption.aggregates import average
from citizen_security.methods.staggered_adoption.group_time import group_time_effects
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.interaction_weighted import interaction_weighted
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.stacked import stacked
from citizen_security.methods.staggered_adoption.two_stage import two_stage
from citizen_security.methods.staggered_adoption.two_way import two_way_fixed_effects

WIDE = pd.read_csv(ROOT / "tests" / "methods" / "reference" / "county_teen_employment.csv")


@pytest.fixture(scope="module")
def counties():
    long = WIDE.melt(["county", "log_population", "start"], var_name="year", value_name="employment")
    return StaggeredPanel.of(
        long["county"], long["year"].astype(int), long["employment"], long["start"].where(long["start"] > 0)
    )


# The README of the R package did prints these to four decimals, with errors that its bootstrap draws.
PRINTED = {
    (2004, 2004): (-0.0105, 0.0244), (2004, 2005): (-0.0704, 0.0338), (2004, 2006): (-0.1373, 0.0384),
    (2004, 2007): (-0.1008, 0.0355), (2006, 2004): (0.0065, 0.0252), (2006, 2005): (-0.0028, 0.0193),
    (2006, 2006): (-0.0046, 0.0179), (2006, 2007): (-0.0412, 0.0211), (2007, 2004): (0.0305, 0.0154),
    (2007, 2005): (-0.0027, 0.0163), (2007, 2006): (-0.0311, 0.0200), (2007, 2007): (-0.0261, 0.0174),
}  # fmt: skip
AVERAGED = {
    "event_time": ([0.0305, -0.0006, -0.0245, -0.0199, -0.0510, -0.1373, -0.1008], -0.0772, 0.0205),
    "start": ([-0.0797, -0.0229, -0.0261], -0.0310, 0.0119),
}


def test_effects_by_group_and_period_are_those_printed(counties):
    table = group_time_effects(counties).effects.table()
    assert list(zip(table["start"], table["period"], strict=True)) == list(PRINTED)
    printed, errors = np.array(list(PRINTED.values())).T
    assert table["estimate"].to_numpy() == pytest.approx(printed, abs=5.1e-5)
    # A bootstrap of 1,000 draws from quartiles errs by three per cent.
    assert table["standard_error"].to_numpy() == pytest.approx(errors, rel=0.13)


def test_the_joint_test_of_leads_is_the_one_printed(counties):
    effects = group_time_effects(counties).effects
    assert effects.only(effects.labels["event_time"] < 0).joint_test().p_value == pytest.approx(0.16812, abs=5e-6)


@pytest.mark.parametrize("by", AVERAGED)
def test_averages_are_those_printed(counties, by):
    printed, overall, error = AVERAGED[by]
    found = average(group_time_effects(counties), by)
    assert found.effects.estimate == pytest.approx(printed, abs=5.1e-5)
    assert found.overall.estimate[0] == pytest.approx(overall, abs=5.1e-5)
    assert found.overall.standard_error[0] == pytest.approx(error, rel=0.06)


def test_the_band_is_as_wide_as_the_one_printed(counties):
    # (0.0532 + 0.0742) / 2 / 0.0244: 2.61 standard errors, of 1,000 draws; other prints have 2.66 to 2.71.
    assert group_time_effects(counties).effects.critical_value() == pytest.approx(2.68, abs=0.08)


# moderndid 0.4.1, run on the same file: errors to the digit, since they are analytic.
CONDITIONAL = {
    ("doubly_robust", "never_treated"): (
        [-0.0145297, -0.07642187, -0.14044831, -0.10690385, -0.00047215, -0.00620243, 0.00096046, -0.04129393,
         0.02672774, -0.00457648, -0.02844747, -0.0287814],
        [0.02212916, 0.02867133, 0.03537816, 0.03288649, 0.02222343, 0.0184957, 0.0194002, 0.01972114,
         0.01406566, 0.01571776, 0.01818088, 0.01623896],
    ),
    ("doubly_robust", "not_yet_treated"): (
        [-0.02118307, -0.08160319, -0.13819181, -0.10690385, -0.00745523, -0.00456331, 0.00866058, -0.04129393,
         0.0269326, -0.0042009, -0.02844747, -0.0287814],
        [0.02164821, 0.02834156, 0.03422805, 0.03288649, 0.0218357, 0.01829138, 0.01683906, 0.01972114,
         0.01391362, 0.01554836, 0.01818088, 0.01623896],
    ),
    ("outcome_regression", "never_treated"): (
        [-0.01491127, -0.07699631, -0.14108008, -0.10754423, -0.00206607, -0.00696819, 0.00076541, -0.04153571,
         0.02636577, -0.00475975, -0.02850209, -0.02878953],
        [0.02205569, 0.02835976, 0.03483629, 0.03273769, 0.02212227, 0.01834578, 0.01919591, 0.01971687,
         0.01401895, 0.01566996, 0.01813207, 0.01616787],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("adjustment", "comparison"), CONDITIONAL)
def test_effects_given_population_are_those_of_another_program(counties, adjustment, comparison):
    population = WIDE.set_index("county").loc[[int(unit) for unit in counties.units], "log_population"]
    found = group_time_effects(counties, comparison, covariates=population, adjustment=adjustment).effects
    estimates, errors = CONDITIONAL[adjustment, comparison]
    assert found.estimate == pytest.approx(estimates, abs=1e-8)
    assert found.standard_error == pytest.approx(errors, abs=1e-8)


@pytest.mark.parametrize(
    ("by", "estimate", "error"),
    [
        ("overall", -0.03995132104449559, 0.012034015249021842),
        ("event_time", -0.07723983498202551, 0.019964994043499776),
        ("start", -0.0310183348921534, 0.012446061880300178),
        ("period", -0.04170046504473132, 0.015971862947214557),
    ],
)
def test_averages_are_those_of_another_program(counties, by, estimate, error):
    # moderndid 0.4.1 on the same file, with the chance of the groups' shares.
    found = average(group_time_effects(counties), by).overall
    assert found.estimate[0] == pytest.approx(estimate, abs=1e-10)
    assert found.standard_error[0] == pytest.approx(error, abs=1e-10)


@pytest.mark.parametrize(
    ("homogeneous", "error"), [("start_and_period", 0.013222490623347684), ("event_time", 0.013272527533280735)]
)
def test_imputation_is_that_of_another_program_with_its_errors(counties, homogeneous, error):
    # diff-diff 3.13.0 on the same file.
    found = imputation(counties, homogeneous_within=homogeneous).effects
    assert found.estimate[0] == pytest.approx(-0.04770993190108225, abs=1e-10)
    assert found.standard_error[0] == pytest.approx(error, abs=1e-10)


def test_two_stages_are_those_of_another_program(counties):
    # diff-diff 3.13.0 on the same file.
    found = two_stage(counties)
    assert found.estimate[0] == pytest.approx(-0.04770993190108225, abs=1e-10)
    assert found.standard_error[0] == pytest.approx(0.013478410402552547, abs=1e-10)


def test_two_way_effects_are_taken_apart_as_by_another_program(counties):
    # diff-diff 3.13.0 on the same file.
    found = two_way_fixed_effects(counties)
    assert found.effect.estimate[0] == pytest.approx(-0.036548956155963444, abs=1e-10)
    expected = {
        (2004, 0): (-0.07974911707, 0.08177956569), (2004, 2006): (-0.04560795, 0.00529317577),
        (2006, 2004): (0.0542868125, 0.01058635155), (2004, 2007): (-0.09105540585, 0.02600272599),
        (2007, 2004): (-0.01960484249, 0.02600272599), (2006, 0): (-0.02257008381, 0.24533869708),
        (2006, 2007): (0.01848027525, 0.05200545197), (2007, 2006): (0.01057538416, 0.01733515065),
        (2007, 0): (-0.04310603739, 0.53565615530),
    }  # fmt: skip
    table = found.comparisons.fillna({"control": 0})
    assert list(zip(table["treated"], table["control"], strict=True)) == list(expected)
    assert table[["estimate", "weight"]].to_numpy() == pytest.approx(np.array(list(expected.values())), abs=1e-9)


def test_the_event_study_is_that_of_the_universal_base(counties):
    # Printed for the never treated with base_period = "universal": 2007 in 2003, 2004 and 2005.
    table = interaction_weighted(counties).by_group.table().set_index(["start", "period"])["estimate"]
    assert [table[2007, year] for year in (2003, 2004, 2005)] == pytest.approx([0.0033, 0.0338, 0.0311], abs=5.1e-5)


def test_stacked_experiments_are_those_of_another_program(counties):
    # diff-diff 3.13.0 with windows of one period on either side, which 2007 does not have.
    found = stacked(counties, before=1, after=1)
    assert found.left_out == (2007,)
    assert found.effects.estimate == pytest.approx([-0.009520601746234513, -0.05358940651295465], abs=1e-10)
