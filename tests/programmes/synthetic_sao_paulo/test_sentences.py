"""Sentences follow the numbers, those of other runs too."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.randomisation import PlaceboRank
from citizen_security.methods.synthetic_control.placebos import PlaceboTest
from citizen_security.programmes.synthetic_sao_paulo import sentences as said
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo

NAMES = {"RJ": "Rio de Janeiro", "MG": "Minas Gerais", "BA": "Bahia", "SE": "Sergipe"}


def paths(observed, synthetic):
    years = range(1999, 1999 + len(observed))
    return pd.DataFrame({"year": years, "observed": observed, "synthetic": synthetic, "after": True})


@pytest.mark.parametrize(
    ("observed", "synthetic", "part"),
    [
        ([1, 1, 1], [2, 2, 2], "In every year from 1999 on the state lay below"),
        ([3, 1, 1], [2, 2, 2], "In 1 of 3 years from the start on São Paulo had more homicides than its synthetic "
         "control; it lies below it, and stays there, from 2000 on."),
        ([3, 3, 1], [2, 2, 2], "it lies below it in the last year, 2001."),
        ([1, 1, 3], [2, 2, 2], "it lies above it in the last year too."),
    ],
)  # fmt: skip
def test_years_above_are_counted_and_the_turn_is_dated(observed, synthetic, part):
    assert part in said.timing_sentence(paths(observed, synthetic))


def test_states_that_are_left_out_are_named():
    assert said.pool_sentence([("BA", "SE")], 352, NAMES) == (
        "Of 352 sets of states one gives every printed mean to the last digit: without Bahia and Sergipe."
    )
    assert said.pool_sentence([], 352, NAMES) == "None of 352 sets of states, left out, gives all the printed means."
    assert "2 of 352 sets" in said.pool_sentence([("BA",), ("SE",)], 352, NAMES)
    assert "without no state" not in said.pool_sentence([("BA",), ("SE",)], 352, NAMES)


def curve(found, floor=0.04):
    p_values = np.where(found, 0.04, 0.3)
    rows = {"found": found, "averted": np.linspace(-10, 100, len(found)), "floor": floor, "p_value": p_values}
    return pd.DataFrame(rows)


OPTIONS = pd.DataFrame(
    {"choice": "outcome", "option": ["log", "level"], "found": [9, 1], "cells": [10, 10], "share": [0.9, 0.1]}
)


FEWER, CHANCE = {"averted": 100.0, "p_value": 0.04}, {"averted": -1734.0, "p_value": 0.64}


@pytest.mark.parametrize(
    ("found", "floor", "own", "part"),
    [
        ([True] * 20, 0.04, FEWER, "The finding does not hang on the choices: 100% of the specifications"),
        ([False] * 20, 0.04, CHANCE, "Chance would do as much: 0% of the specifications"),
        ([True, False] * 10, 0.04, FEWER, "With logarithms of rates 9 of 10 do, with rates 1 of 10."),
        ([False] * 20, 0.06, CHANCE, "So few placebos cannot give a p-value of 0.05, whatever was done."),
    ],
)
def test_the_verdict_follows_the_share_of_cells(found, floor, own, part):
    assert part in said.curve_verdict(curve(found, floor), OPTIONS, 0.95, own, "this run's design")


@pytest.mark.parametrize(
    ("found", "own", "end"),
    [
        ([True] * 20, CHANCE, "This run's design finds 1,734 more homicides than expected, p = 0.640."),
        ([True] * 20, {**FEWER, "p_value": 0.3}, "finds 100 fewer homicides than expected, p = 0.300."),
        ([False] * 20, FEWER, "finds 100 fewer homicides than expected, p = 0.040."),
    ],
)
def test_the_verdict_names_a_design_that_the_curve_speaks_against(found, own, end):
    verdict = said.curve_verdict(curve(found), OPTIONS, 0.95, own, "this run's design")
    assert verdict.startswith("The answer hangs on the choices: ")
    assert verdict.endswith(end)


@pytest.mark.parametrize(
    ("changed", "design"),
    [
        ({}, "the published design"),
        ({"seed": 1, "confidence_level": 0.9}, "the published design"),
        ({"start": 2000}, "this run's design"),
        ({"last_year": 2006}, "this run's design"),
        ({"outcome": "log"}, "this run's design"),
        ({"donors": "all"}, "this run's design"),
        ({"predictors": ["gini", "gdp_growth"]}, "this run's design"),
    ],
)
def test_a_design_is_published_where_every_choice_is_the_articles(changed, design):
    assert SyntheticSaoPaulo.from_values(changed).design == design


def test_shares_of_the_homicides_expected_have_their_sign():
    table = pd.DataFrame({"averted": [-9083.0, 12649.0], "percent": [-14.0, 15.0], "label": ["one", "other"]})
    assert said.estimators_sentence(table).endswith("As a share of the homicides expected, −14% to +15%.")


@pytest.mark.parametrize(
    ("effects", "tolerance", "ends"),
    [
        ([-5.0], 0.0, "one set of donor weights whose squared gaps are the least. It puts the lives saved at −5."),
        ([-5.0, 7.0], 0.05, "They put the lives saved between −5 and 7. The weight of inequality alone may lie between "
         "0.10 and 0.40."),
    ],
)  # fmt: skip
def test_one_set_of_weights_gives_one_number(effects, tolerance, ends):
    fit = SimpleNamespace(
        predictor_weights=np.array([[0.1], [0.4]])[: len(effects)],
        predictors=("gini",), agreeing_starts=2, losses=np.ones(60), effects=np.array(effects),
    )  # fmt: skip
    assert said.near_optimal_sentence(fit, (0.0, effects[0], effects[-1]), tolerance).endswith(ends)


def test_the_curve_says_how_many_cells_find_fewer():
    text = said.curve_sentence(curve([False, False, True, True]), 0.95)
    assert text.startswith(
        "3 of 4 specifications find fewer homicides than expected; the lives saved run from −10 to 100."
    )
    assert "With a placebo p of at most 0.05 2 of 4 specifications find fewer and none more; the lowest that" in text
    risen = said.curve_sentence(curve([False, False, True, True]).assign(p_value=0.04), 0.95)
    assert "find fewer and one more" in risen


def test_more_deaths_than_expected_are_said_to_be_more():
    assert said.deaths(-1234.4) == "1,234 more"
    assert said.deaths(1234.4) == "1,234 fewer"
    assert said.minus(-34_634) == "−34,634"


def test_donors_are_named_at_both_ends():
    table = pd.DataFrame({"without": ["RJ", "MG"], "averted": [-500.0, 900.0]})
    assert said.donors_sentence(table, 300.0, NAMES, "the published design") == (
        "The published design finds 300 lives with all of its donors, −500 without Rio de Janeiro and 900 without "
        "Minas Gerais."
    )


def test_placebos_have_their_floor():
    test = PlaceboTest(
        "rmspe_ratio", 3.0, np.ones((24, 1)), tuple("abcdefghijklmnopqrstuvwx"), (1999,), PlaceboRank(1, 25)
    )
    table = pd.DataFrame({"p_value": [0.04, 0.5], "lower": [5.0, -5.0], "upper": 9.0})
    text = said.placebo_sentence(table, test, SyntheticSaoPaulo.from_values({}))
    assert "Among 25 states São Paulo has rank 1 by the published design: p = 0.040" in text
    assert "no p-value is below 1/25" in text
    assert text.endswith("1 of 2 estimators has one of at most 0.05.")
    odd = said.placebo_sentence(table.assign(lower=-5.0), test, SyntheticSaoPaulo.from_values({}))
    assert "1 of 2 estimators has that and an interval that includes zero: the p ranks errors after" in odd
    gaps = SyntheticSaoPaulo.from_values({"statistic": "mean_gap"})
    assert "ranks errors" not in said.placebo_sentence(table.assign(lower=-5.0), test, gaps)


def test_every_option_has_a_name():
    options = pd.DataFrame({"choice": ["start", "donors"], "option": ["2001", "all"]})
    assert said.option_names(options) == {("start", "2001"): "a start in 2001", ("donors", "all"): "all donors"}
