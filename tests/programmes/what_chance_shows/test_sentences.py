"""Sentences follow the numbers, those of other runs too: falls are never told for rises, nor one panel for all."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.proportions import wilson_interval
from citizen_security.methods.spike_selection import directions
from citizen_security.programmes.what_chance_shows import sentences as said
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows

PARAMETERS = WhatChanceShows(rules=["random", "high"], panels=["mexican_municipalities"], years_before=[12])
BOTH = WhatChanceShows(rules=["random", "high"])
NEVER = (0.0, 0.0, 0.03)


def table(panel="mexican_municipalities", before=12, **shares):
    rows = []
    for design, (fall, rise, least) in shares.items():
        for rule in ("random", "high"):
            rows.append(
                {
                    "panel": panel, "rule": rule, "design": design, "before": before, "least_fall": least, "draws": 120,
                    **dict(zip(("found_fall", "fall_lower", "fall_upper"), fall, strict=True)),
                    **dict(zip(("found_rise", "rise_lower", "rise_upper"), rise, strict=True)),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


KEPT = ((0.02, 0.01, 0.06), NEVER, -60.0)
FALLS = ((0.2, 0.14, 0.28), NEVER, -30.0)
RISES = (NEVER, (0.3, 0.2, 0.4), -70.0)


def test_rises_are_no_falls():
    found = said.answer_sentence(table(before_and_after=RISES, equal_moments=KEPT), PARAMETERS)
    assert "equal moments of other places finds a fall in 2% (1% to 6%) of draws of Mexican municipalities" in found
    assert "where 2.5% would be right" in found
    assert "A rise is found in up to 30% (20% to 40%), by a plain comparison of before and after" in found
    assert "all 2 designs find falls no more often than right." in found


def test_the_worst_panel_leads_and_the_others_stand_beside_it():
    rows = pd.concat([table(equal_moments=KEPT), table("brazilian_cities", equal_moments=FALLS)], ignore_index=True)
    found = said.answer_sentence(rows, BOTH)
    assert "finds a fall in 20% (14% to 28%) of draws of Brazilian cities" in found
    assert "with twelve years before the start" in found
    assert "In Mexican municipalities the most is 2% (1% to 6%)" in found
    assert "Every design finds falls more often than right, in some panel" in found


def test_the_structural_model_is_judged_over_all_panels_and_years():
    some, none = (
        table(structural_series=FALLS).assign(rejected=0.2),
        table(structural_series=KEPT).assign(rejected=0.03),
    )
    found = said.structural_sentence(pd.concat([some] * 2, ignore_index=True), PARAMETERS)
    # Twice 24 of 120 by each rule.
    lower, upper = (f"{100 * end:.0f}%" for end in wilson_interval(48, 240, 0.95))
    assert f"20% ({lower} to {upper}) of places chosen for standing highest, where 5% would be right" in found
    assert "finds a fall or a rise in" in found
    assert found.endswith("It is too sure of itself where places are chosen at random and for standing highest.")
    kept = said.structural_sentence(none, PARAMETERS)
    assert kept.endswith("These draws do not show that it is too sure of itself under any rule.")
    assert "left out" in said.structural_sentence(table(equal_moments=KEPT), PARAMETERS)


def test_where_nothing_is_found_it_is_said_so():
    found = said.answer_sentence(table(equal_moments=(NEVER, NEVER, -60.0)), PARAMETERS)
    assert found.startswith(
        "Nothing was done, and with twelve years before the start no design finds a fall in any draw."
    )
    assert "No design finds a rise in any draw." in found


def test_falls_and_rises_are_counted_apart_by_rule():
    found = said.rules_sentence(table(before_and_after=FALLS, equal_moments=RISES, synthetic_control=RISES), PARAMETERS)
    assert found.endswith("where places are chosen at random one and two; for standing highest one and two.")


def test_the_least_fall_is_that_of_designs_without_false_falls():
    found = said.least_fall_sentence(table(before_and_after=FALLS, equal_moments=KEPT), PARAMETERS)
    assert "In Mexican municipalities, of the designs that find falls no more often than right equal moments" in found
    assert "a fall of 60% or more, in 80% of draws" in found
    blind = said.least_fall_sentence(table(equal_moments=(*KEPT[:2], np.nan)), PARAMETERS)
    assert "none of the designs that find falls no more often than right detects" in blind
    none = said.least_fall_sentence(table(before_and_after=FALLS), PARAMETERS)
    assert "every design finds falls too often under some rule" in none


def test_designs_that_detect_nothing_are_told_by_whether_it_is_under_every_rule():
    rows = table(equal_moments=KEPT, synthetic_control=(*KEPT[:2], np.nan), synthetic_control_gap=KEPT)
    rows.loc[(rows["design"] == "synthetic_control_gap") & (rows["rule"] == "high"), "least_fall"] = np.nan
    found = said.least_fall_sentence(rows, PARAMETERS)
    assert found.endswith("Of the others one detects none under any rule and one detects none under some rule.")


def test_every_panel_has_its_least_fall():
    rows = pd.concat([table(equal_moments=KEPT), table("brazilian_cities", equal_moments=(*KEPT[:2], -40.0))])
    found = said.least_fall_sentence(rows, BOTH)
    assert "In Mexican municipalities" in found
    assert "60% or more" in found
    assert "In Brazilian cities" in found
    assert "40% or more" in found


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (KEPT, "that more years help is not shown"),
        (FALLS, "more years help in none of the 2 panels, and do harm in 1 of 2 panels"),
    ],
)
def test_whether_more_years_help_is_told(late, told):
    rows = pd.concat(
        [
            table(before=6, equal_moments=KEPT),
            table(equal_moments=late),
            *(table("brazilian_cities", before, equal_moments=KEPT) for before in (6, 12)),
        ],
        ignore_index=True,
    )
    found = said.length_sentence(rows, BOTH)
    assert "in Mexican municipalities 2% with six years and" in found
    assert told in found.lower()
    assert "cannot tell whether more would help" in said.length_sentence(rows, PARAMETERS)


def test_the_luck_of_the_draws_is_a_binomial_tail():
    rows = table(equal_moments=KEPT, synthetic_control=KEPT)
    share = directions.by_luck(rows, 0.05, 0.95) / len(rows)
    counts = np.random.default_rng(3).binomial(120, 0.025, 20_000)
    from citizen_security.methods.proportions import wilson_interval

    lower = np.array([wilson_interval(count, 120, 0.95)[0] for count in range(121)])
    # Four standard errors of a share of 20,000.
    assert abs(share - (lower[counts] > 0.025).mean()) < 4 * np.sqrt(0.04 / 20_000)


def test_own_falls_say_whether_the_interval_leaves_zero_out():
    rows = pd.DataFrame({"rule": ["random", "high"], "change": [1, -20], "lower": [-3, -30], "upper": [5, -9]})
    found = said.own_fall_sentence(rows, PARAMETERS)
    assert "Mexican municipalities went on to change" in found
    assert found.endswith("Places chosen for standing highest fall by themselves.")
    rows["upper"] = 4
    assert "these years do not settle" in said.own_fall_sentence(rows, PARAMETERS)


@pytest.mark.parametrize(
    ("form", "rule", "told"),
    [
        ((0.25, 0.7514, 0.67), "high", ("112% above the mean", "change by +28%", "as if it did harm")),
        ((-0.1, -0.2, 0.5), "rising", ("18% below the mean", "change by −10%", "as if it helped")),
        ((0.001, 0.003, 0.5), "random", ("a lasting level at the mean", "would seem not to change, as it should")),
    ],
)
def test_theory_tells_the_direction(form, rule, told):
    found = said.closed_form_sentence(form, rule)
    assert all(part in found for part in told)
    assert "0% above" not in found
    assert "0% below" not in found
