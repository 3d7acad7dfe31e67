"""Sentences follow the numbers, those of other runs too."""

import numpy as np
import pandas as pd

from citizen_security.methods.proportions import wilson_interval
from citizen_security.programmes.what_chance_shows import sentences as said
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows

PARAMETERS = WhatChanceShows(rules=["random", "high"])


def table(**shares):
    rows = []
    for design, (rejected, lower, upper, fall) in shares.items():
        for rule in ("random", "high"):
            shift = 0.0 if rule == "random" else 0.02
            rows.append(
                {
                    "panel": "mexican_municipalities", "rule": rule, "design": design, "before": 12,
                    "rejected": rejected + shift, "lower": lower, "upper": upper, "least_fall": fall, "draws": 120,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


KEPT = (0.04, 0.02, 0.1, -60.0)
BROKEN = (0.2, 0.14, 0.28, -30.0)


def test_the_worst_case_is_told_with_its_interval_and_who_keeps_the_promise():
    found = said.answer_sentence(table(before_and_after=BROKEN, equal_moments=KEPT), PARAMETERS)
    assert "a plain comparison of before and after finds an effect in 22% (14% to 28%) of places chosen" in found
    assert "1 of 2 designs shows no such excess under any rule: equal moments" in found
    every = said.answer_sentence(table(equal_moments=KEPT, synthetic_control=KEPT), PARAMETERS)
    assert "All 2 designs show no such excess under any rule." in every


def test_rules_are_counted_apart():
    found = said.rules_sentence(table(before_and_after=BROKEN, equal_moments=KEPT), PARAMETERS)
    assert found.endswith("by rule: at random 1 and for standing highest 1.")


def test_the_structural_model_is_judged_over_all_panels_and_years():
    rows = pd.concat([table(structural_series=BROKEN, equal_moments=KEPT)] * 2, ignore_index=True)
    found = said.structural_sentence(rows, PARAMETERS)
    # Twice 26 of 120 for the second rule, and the interval of 52 of 240.
    lower, upper = (f"{100 * end:.0f}%" for end in wilson_interval(52, 240, 0.95))
    assert f"22% ({lower} to {upper}) of places chosen for standing highest, where 5% would be right" in found
    assert found.endswith("It is too sure of itself where places are chosen at random and for standing highest.")
    kept = said.structural_sentence(table(structural_series=KEPT), PARAMETERS)
    assert kept.endswith("These draws do not show that it is too sure of itself under any rule.")
    assert "left out" in said.structural_sentence(table(equal_moments=KEPT), PARAMETERS)


def test_the_least_fall_is_that_of_designs_that_keep_their_promise():
    found = said.least_fall_sentence(table(before_and_after=BROKEN, equal_moments=KEPT), PARAMETERS)
    assert "equal moments of other places detects most: a fall of 60% or more" in found
    blind = said.least_fall_sentence(table(equal_moments=(*KEPT[:3], np.nan)), PARAMETERS)
    assert "none of the designs that keep their promise detects" in blind.lower()
    none = said.least_fall_sentence(table(before_and_after=BROKEN), PARAMETERS)
    assert "no design keeps its promise" in none.lower()


def test_own_falls_say_whether_the_interval_leaves_zero_out():
    rows = pd.DataFrame({"rule": ["random", "high"], "change": [1, -20], "lower": [-3, -30], "upper": [5, -9]})
    assert said.own_fall_sentence(rows).endswith("Places chosen for standing highest fall by themselves.")
    rows["upper"] = 4
    assert "these years do not settle" in said.own_fall_sentence(rows)


def test_theory_tells_the_direction():
    assert "112% above the mean" in said.closed_form_sentence((0.25, 0.7514, 0.67), "high")
    assert "change by +28%" in said.closed_form_sentence((0.25, 0.7514, 0.67), "high")
    assert "below the mean" in said.closed_form_sentence((-0.1, -0.2, 0.5), "rising")
