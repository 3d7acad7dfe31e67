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


def curve(found, floor=0.02, risen=False):
    names = ["year_before", "all_before", "synthetic", "own_peak"]
    return pd.DataFrame(
        {"start": "2020-01", "design": names, "design_name": names, "change": -20.0, "floor": floor,
         "p_value": np.where(found, 0.01, 0.5), "found": found, "risen": risen, "able": np.less_equal(floor, 0.05)}
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
        ((20, 90), (-50, 20), "The line alone takes the city's rise for the sector's."),
        ((-80, -40), (10, 90), "Both lines set it apart, in opposite directions."),
    ],
)
def test_the_moral_of_the_lines(alone, beside, moral):
    lines = pd.DataFrame(
        {"line": ["alone", "beside_city"], "line_name": ["its own line", "its line beside all"], 
         "change": [sum(alone) / 2, sum(beside) / 2], "lower": [alone[0], beside[0]], "upper": [alone[1], beside[1]]}
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
        ([False] * 4, "Plateros fell with its city: none of starts and designs sets it apart"),
        ([True, False, False, False], "The finding hangs on the choice: 25% of starts and designs"),
        ([True] * 3 + [False], "fell beyond other sectors under 75% of starts"),
    ],
)
def test_the_verdict_counts_cells(found, part):
    assert part in said.verdict(FOUND, curve(found), PARAMETERS)


def test_a_null_comes_with_what_it_leaves_open():
    text = said.verdict(FOUND, curve([False] * 4), PARAMETERS)
    assert "changes from −50% to +30% are not excluded" in text
    assert "from −43% on" in text
    assert "Not even a year" in said.verdict(FOUND | {"least_fall": np.nan}, curve([False] * 4), PARAMETERS)


def test_too_few_sectors_say_so():
    assert "so few sectors" in said.verdict(FOUND, curve([False] * 4, floor=0.1), PARAMETERS).lower()


ROSE = FOUND | {"change": 43.0, "relative": 145.0, "relative_lower": 17.0, "relative_upper": 425.0, "rank": 44.0}


def test_a_sector_that_rose_did_not_fall_with_its_city():
    text = said.verdict(ROSE, curve([False] * 4), PARAMETERS)
    assert text.startswith("Plateros does not stand out: none of starts and designs sets it apart")
    assert "it did change beside them, by +17% to +425%, but other sectors moved by as much" in text
    assert "fell" not in text
    assert "43 of 44 other sectors with enough files rose by no more, or fell" in said.answer_sentence(
        ROSE, CLAIM, PARAMETERS
    )


def test_rises_are_findings_too():
    none = [False] * 4
    assert "rose beyond other sectors under 75% of starts" in said.verdict(
        ROSE, curve(none, risen=[True] * 3 + [False]), PARAMETERS
    )
    both = said.verdict(FOUND, curve([True, *none[:3]], risen=[False, True, False, False]), PARAMETERS)
    assert "25% of starts and designs find a fall beyond chance, against the year before" in both
    assert "25% of starts and designs find a rise beyond chance, against all months before" in both
    assert (
        "none of the 4 combinations finds a fall beyond chance; one a rise"
        in said.curve_sentence(curve(none, risen=[True, False, False, False])).lower()
    )


def test_starts_that_can_tell_nothing_are_no_finding_of_nothing():
    some = curve([True] + [False] * 3, floor=[0.02, 0.02, 0.1, 0.1])
    assert "50% of the starts and designs that can tell" in said.verdict(FOUND, some, PARAMETERS)
    assert "two more could not tell" in said.curve_sentence(some)


def test_one_file_is_one_file():
    assert said.announced_sentence(FOUND | {"before": 1.0}, CLAIM).startswith("One file in 2019")


def test_the_place_of_the_first_year():
    own = {"change": -16.0, "p_value": 0.5}
    assert said.peak_sentence((1, 8), 2019, own).startswith("2019 was the highest of the eight years")
    assert said.peak_sentence((3, 8), 2019, own).startswith("2019 was number 3 of the eight years")
