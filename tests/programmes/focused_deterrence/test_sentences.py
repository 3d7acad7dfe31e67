"""Sentences follow the numbers, those of other runs too."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.programmes.focused_deterrence import sentences as said
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence

PARAMETERS = FocusedDeterrence()
CLAIM = {"change": -58.0, "first": 2019.0, "last": 2023.0}
FOUND = {
    "before": 50.0, "after": 25.0, "change": -50.0, "lower": -70.0, "upper": -20.0, "rest_change": -40.0,
    "rest_lower": -45.0, "rest_upper": -35.0, "relative": -17.0, "relative_lower": -50.0, "relative_upper": 30.0,
    "least_fall": -43.0, "rank": 12.0, "units": 45.0, "p_value": 12 / 45, "floor": 1 / 45,
}  # fmt: skip


def curve(found, floor=0.02):
    names = ["year_before", "all_before", "synthetic", "own_peak"]
    return pd.DataFrame(
        {"start": "2020-01", "design": names, "design_name": names, "change": -20.0, "floor": floor,
         "p_value": np.where(found, 0.01, 0.5), "found": found}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lower", "upper", "part"),
    [(-50, 30, "does not tell a fall from a rise"), (-50, -5, "fewer than"), (5, 30, "more than")],
)
def test_the_answer_says_what_the_interval_allows(lower, upper, part):
    found = FOUND | {"relative_lower": lower, "relative_upper": upper}
    text = said.answer_sentence(found, CLAIM, PARAMETERS)
    assert part in text
    assert "11 of 44 other sectors with enough files fell at least as much" in text


@pytest.mark.parametrize(("lower", "word"), [(-70.0, "within"), (-55.0, "outside")])
def test_the_announced_fall_is_held_to_the_interval(lower, word):
    assert f"lies {word} what" in said.announced_sentence(FOUND | {"lower": lower}, CLAIM)


def test_sources_that_agree_are_not_called_apart():
    both = {"first": "2016-01", "last": "2016-08", "points": 20, "files": 20, "city_points": 500, "city_files": 500}
    assert "Joined" not in said.sources_sentence(both, PARAMETERS)
    assert "Joined" in said.sources_sentence(both | {"city_points": 700}, PARAMETERS)


@pytest.mark.parametrize(
    ("alone", "beside", "moral"),
    [
        ((-80, -40), (-50, 20), "The line alone takes the city's fall for the sector's."),
        ((-80, -40), (-50, -20), "Both lines set it apart."),
        ((-80, 40), (-50, -20), "The line beside the city sets it apart, the line alone does not."),
        ((-80, 40), (-50, 20), "Neither line sets it apart."),
    ],
)
def test_the_moral_of_the_lines(alone, beside, moral):
    lines = pd.DataFrame(
        {"line": ["alone", "beside_city"], "line_name": ["its own line", "its line beside all"], "change": -30.0,
         "lower": [alone[0], beside[0]], "upper": [alone[1], beside[1]]}
    )  # fmt: skip
    assert said.line_sentence(lines, PARAMETERS).endswith(moral)


def test_a_line_that_is_not_found_says_so():
    lines = pd.DataFrame(
        {"line": ["alone", "beside_city"], "line_name": ["its own line", "its line beside all"], "change": np.nan,
         "lower": np.nan, "upper": np.nan}
    )  # fmt: skip
    assert "no best fit is found" in said.line_sentence(lines, PARAMETERS)


@pytest.mark.parametrize(
    ("found", "part"),
    [
        ([False] * 4, "Plateros fell with its city: no start and no design"),
        ([True, False, False, False], "The finding hangs on the choice: 25% of starts and designs"),
        ([True] * 3 + [False], "fell beyond other sectors under 75% of starts"),
    ],
)
def test_the_verdict_counts_cells(found, part):
    assert part in said.verdict(FOUND, curve(found), PARAMETERS)


def test_a_null_comes_with_what_it_leaves_open():
    text = said.verdict(FOUND, curve([False] * 4), PARAMETERS)
    assert "down to −50% is not excluded" in text
    assert "from −43% on" in text
    assert "Not even a year" in said.verdict(FOUND | {"least_fall": np.nan}, curve([False] * 4), PARAMETERS)


def test_too_few_sectors_say_so():
    assert "so few sectors" in said.verdict(FOUND, curve([False] * 4, floor=0.1), PARAMETERS).lower()


def test_the_place_of_the_first_year():
    own = {"change": -16.0, "p_value": 0.5}
    assert said.peak_sentence((1, 8), 2019, own).startswith("2019 was the highest of the eight years")
    assert said.peak_sentence((3, 8), 2019, own).startswith("2019 was number 3 of the eight years")
