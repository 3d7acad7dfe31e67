"""Sentences follow the numbers, those of other runs too."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.staggered_adoption.fixed_length import FixedLength
from citizen_security.methods.staggered_adoption.two_way import two_way_fixed_effects
from citizen_security.programmes.pacification import sentences as said
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.pacification.permuted_dates import main_row

PARAMETERS = Pacification()


def estimates(*deaths, p_value=0.3):
    return pd.DataFrame(
        {"label": [f"estimator {place}" for place in range(len(deaths))], "deaths": deaths, "p_value": p_value,
         "floor": 0.01}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "beyond permuted dates on both scales"),
        ({"p_value": [0.01, 0.4] * 3}, "in ratios the change goes beyond permuted dates, in numbers of deaths it does"),
        ({"p_value": [0.4, 0.01] * 3}, "in numbers of deaths the change goes beyond permuted dates, in ratios it does"),
        ({"p_value": 0.4}, "On neither scale"),
        ({"early_p_value": [0.01, 0.4] * 3}, "Trends had parted before the units came, in ratios"),
        ({"floor": 0.1}, "So few arrangements cannot give a p of 0.05"),
    ],
)
def test_the_verdict_follows_scales_and_placebos(rows, changes, part):
    assert part in said.verdict(rows.assign(**changes), estimates(-1.0, -2.0), PARAMETERS)


def test_the_verdict_says_whether_estimators_agree_on_the_sign(rows):
    assert "The estimators agree on the sign" in said.verdict(rows, estimates(-1.0, -2.0), PARAMETERS)
    assert "do not agree on the sign" in said.verdict(rows, estimates(-1.0, 2.0), PARAMETERS)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        (
            {},
            "Fewer deaths than expected are found on both scales: in ratios homicides and killings by police",
        ),
        ({"percent": 20.0}, "More deaths than expected are found on both scales"),
        ({"percent": [20.0, -20.0] * 3}, "The scales find opposite changes beyond chance"),
        ({"p_value": [0.01, 0.4] * 3}, "Whether units brought fewer deaths hangs on the scale"),
        ({"p_value": 0.4}, "No change beyond chance is found, on neither scale"),
        ({"early_p_value": 0.01}, "Trends had parted before the units came, so that no change can be put down to"),
        ({"floor": 0.1}, "So few arrangements of the dates can tell nothing"),
        ({"percent": np.inf}, "by a rise from no expected death in the 24 months"),
        ({"percent_lower": -100.0, "percent_upper": np.inf}, "so few arrangements give no 95% interval"),
        ({"percent_upper": np.inf}, "−70% upwards"),
    ],
)
def test_the_answer_opens_with_what_stands_and_has_both_scales(rows, changes, part):
    found = said.answer_sentence(rows.assign(**changes), estimates(-1.0, 2.0), PARAMETERS)
    assert part in found
    # One sentence: where it is quoted alone its caveat is not lost.
    assert found.endswith("; the estimators do not agree on the sign.")
    assert "in numbers of deaths by" in found


@pytest.mark.parametrize(
    ("earlier", "part"),
    [
        (0, "in the 6 months from a unit's installation"),
        (3, "in the 6 months that begin three months before a unit's installation beside"),
        (6, "in the 6 months that begin six months before a unit's installation, all of them before it, beside"),
    ],
)
def test_months_before_the_installation_are_not_said_to_be_after_it(rows, earlier, part):
    moved = PARAMETERS.model_copy(update={"months_earlier": earlier, "months_after": 6})
    assert part in said.answer_sentence(rows, estimates(-1.0), moved)
    parted = said.lead_sentence({**main_row(rows, PARAMETERS), "early_p_value": 0.02}, 0.5, moved)
    assert ("Trends had parted before the start" if earlier else "before the units came") in parted


def test_estimators_are_counted_by_direction():
    found = said.estimators_sentence(estimates(-1.0, 0.5, p_value=[0.01, 0.2]), PARAMETERS)
    assert "from −1.00 deaths per unit and quarter (estimator 0) to +0.50 (estimator 1)" in found
    assert "1 of 2 estimators finds fewer deaths and none of the 2 estimators more" in found
    assert "none can be below 0.010. Each is put to 99 arrangements and the main test to 4,999" in found
    few = said.estimators_sentence(estimates(-1.0, 0.5).assign(floor=0.1), PARAMETERS)
    assert "None can have a p of at most 0.05: none can be below 0.100" in few


def test_comparisons_are_told_with_and_without_areas_that_get_none(panel):
    assert "compares with those that come last, two areas" in said.comparison_sentence(panel)
    later = panel.up_to(11)
    assert said.comparison_sentence(later).startswith("Two areas have no unit up to the last month")
    kinds = two_way_fixed_effects(later).by_kind
    assert "compares areas with a unit with areas that get none" in said.bacon_sentence(kinds, PARAMETERS)
    without = two_way_fixed_effects(panel).by_kind
    assert "areas that get none" not in said.bacon_sentence(without, PARAMETERS)


def test_leads_that_part_are_told(rows):
    row = main_row(rows, PARAMETERS)
    assert "does not tell the areas apart" in said.lead_sentence(row, 0.5, PARAMETERS)
    assert "Trends had parted" in said.lead_sentence({**row, "early_p_value": 0.02}, 0.5, PARAMETERS)


@pytest.mark.parametrize(
    ("broken", "part"),
    [
        (0.11, "includes zero as soon as trends may part by 11% of that change"),
        (0.0, "includes zero even where trends are parallel"),
        (np.inf, "includes zero under no departure that was tried"),
    ],
)
def test_departures_that_leave_nothing_are_told(broken, part):
    table = pd.DataFrame({"bound": [0.0, 0.25]})
    found = said.violations_sentence(table, 0.5, broken, PARAMETERS)
    assert part in found
    assert "up to 50% of their largest change from quarter to quarter" in found
    assert "too few" in said.violations_sentence(table.iloc[:0], np.nan, np.nan, PARAMETERS)


def test_a_bend_that_leaves_nothing_is_told_in_the_unit_of_the_scale():
    straight = FixedLength(0.0, np.log(0.7), np.ones(1), 0.0, 0.1, 0.2)
    found = said.bends_sentence((straight, np.log(1.04)), PARAMETERS)
    assert "the mean effect is −30% (95% interval −43% to −15%)" in found
    assert found.endswith("A trend that bends by 4% from quarter to quarter would leave no clear effect.")
    counts = said.bends_sentence((straight, 0.0), Pacification(scale="counts"))
    assert "−0.36 deaths per unit and quarter" in counts
    assert counts.endswith("That is not told from zero even without a bend.")
    assert "too few" in said.bends_sentence(None, PARAMETERS)


def test_what_was_published_is_counted():
    table = pd.DataFrame({"authors": ["A, B", "C"], "year": [2013, 2020], "effect_direction": ["beneficial", "mixed"]})
    assert said.published_sentence(table.assign(effects=0)) == (
        "As the tables of the evidence code them, A, B (2013) found a fall and C (2020) found a mixed result. They "
        "hold no size of an effect of any, so that no published number stands beside ours."
    )
    assert "They hold two effect sizes of them" in said.published_sentence(table.assign(effects=[2, 0]))


def test_homicides_and_killings_stand_apart_with_an_interval_each(rows):
    found = said.outcomes_sentence(rows, PARAMETERS)
    assert found.startswith("Apart, in ratios: homicides −50% (95% by permuted dates: −70% to −10%; p = 0.010). ")
    assert "Killings by police −50% (" in found
