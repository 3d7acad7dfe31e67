"""Sentences follow the numbers, those of other runs too."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.interrupted_series.structural import structural_series
from citizen_security.methods.interrupted_series.trend_bounds import trend_bounds
from citizen_security.programmes.internal_armed_conflict import sentences as said
from citizen_security.programmes.internal_armed_conflict.parameters import InternalArmedConflict
from citizen_security.words import signed

PARAMETERS = InternalArmedConflict()


def years(change=(-20.0, -25.0, -15.0), levels=(5.0, 10.0, 8.0)):
    return pd.DataFrame(
        {"year": [2022, 2023, 2024], "a_day": levels, "change": [60.0, change[0], 0.0],
         "lower": [50.0, change[1], -5.0], "upper": [70.0, change[2], 5.0],
         "on_year_before": [np.nan, 100.0, change[0]]}
    )  # fmt: skip


def lined(*uppers):
    return pd.DataFrame(
        {"line_from": range(2014, 2014 + len(uppers)), "form": "counts", "change": [upper - 10.0 for upper in uppers],
         "lower": [upper - 20.0 for upper in uppers], "upper": uppers}
    )  # fmt: skip


def bent(jump, bend=1.0):
    outcome = np.random.default_rng(2).normal(0, 0.1, 71)
    outcome[60:] += jump
    return trend_bounds(outcome, 60, bends=[0.0, bend], season=12)


def test_the_answer_names_the_window_and_both_years():
    found = said.answer_sentence(years(), PARAMETERS)
    assert found.startswith("In January to November 2024 Ecuador's homicides changed by −20%")
    assert "Against those of 2022 they changed by +60% (+50% to +70%)." in found


def test_the_spike_is_the_highest_year():
    assert "2023 was the highest year on file, and 2024 lies above 1 of 2" in said.spike_sentence(years())
    assert "highest year on file was 2022" in said.spike_sentence(years(levels=(11.0, 10.0, 8.0)))
    assert "none of the 1" not in said.years_sentence(years())


@pytest.mark.parametrize(
    ("ends", "words"), [((5, 9), "rose again"), ((-9, -5), "fell on"), ((-5, 5), "stayed about level")]
)
def test_what_followed_within_the_year(ends, words):
    assert words in said.within_sentence({"change": sum(ends) / 2, "lower": ends[0], "upper": ends[1]})


def test_lines_are_counted():
    assert "against 2 of 3 lines" in said.lines_sentence(lined(-5, -1, 4))
    assert "It lies above zero against 1." in said.lines_sentence(lined(-5, 25))
    assert said.lines_sentence(lined(-5)) == (
        "Against the one line, from 2014, counts, straight in percent, 2024 changed by −15% (−25% to −5%)."
    )


@pytest.mark.parametrize(
    ("jump", "part"),
    [(-5.0, "as it did before leaves a fall"), (5.0, "leaves a rise"), (-0.1, "leaves neither a fall nor a rise")],
)
def test_the_verdict_is_held_to_the_bend(jump, part):
    assert part in said.verdict(years(), lined(-5, 4), bent(jump), PARAMETERS)


def test_the_verdict_says_whether_there_was_a_fall():
    assert "Homicide fell against 2023, and it lies below 1 of 2 lines" in said.verdict(
        years(), lined(-5, 4), bent(-5.0), PARAMETERS
    )
    assert "not told apart" in said.verdict(years((-2, -6, 3)), lined(4), bent(-5.0), PARAMETERS)
    assert "rose against 2023" in said.verdict(years((8, 6, 9)), lined(4), bent(-5.0), PARAMETERS)


def test_the_bend_is_named():
    wider = PARAMETERS.model_copy(update={"bend": 2.0})
    assert "twice as much as it erred" in said.bounds_sentence(bent(-5.0, 2.0), wider)
    flat = PARAMETERS.model_copy(update={"bend": 0.0})
    assert said.bounds_sentence(bent(-5.0), flat).startswith("If the trend does not bend after the start, the change")
    assert "times its worst error before" in said.bounds_sentence(bent(-5.0), PARAMETERS)
    assert "includes zero already" in said.bounds_sentence(bent(0.0), PARAMETERS)
    assert "at none of the" in said.earlier_dates_sentence(bent(-5.0), PARAMETERS).lower()


@pytest.mark.parametrize(
    ("jump", "part"),
    [(-9.0, "a fall has a probability of more than 99%"), (9.0, "a fall has a probability of less than 1%")],
)
def test_a_level_that_wanders_is_told_with_its_interval_and_probability(jump, part):
    outcome = np.random.default_rng(2).normal(0, 0.1, 71)
    outcome[60:] += jump
    fits = {trend: structural_series(outcome, 60, trend=trend) for trend in ("level", "slope")}
    found = said.wandering_sentence(fits, PARAMETERS)
    ends = [f"{signed(100 * float(np.expm1(end)), '.0f')}%" for end in fits["level"].interval()]
    assert f"(95% interval {ends[0]} to {ends[1]}), and {part}. With a slope" in found


def provinces(lower, upper, two_years=-40.0):
    return pd.DataFrame(
        {"province": ["A", "B"], "change": [-30.0, 10.0], "lower": lower, "upper": upper, "two_years": [two_years, 0.0]}
    )


def test_provinces_that_moved_are_named():
    found = said.provinces_sentence(provinces([-40, 5], [-20, 15]))
    assert found.startswith("Of two provinces with enough homicides one fell beyond chance, most of all A with −30%")
    assert found.endswith("Beyond chance rose B.")
    assert said.provinces_sentence(provinces([-40, -5], [2, 15])).startswith("None of two provinces")
    assert "had fallen before the decree already" in said.sooner_sentence(provinces([0, 0], [0, 0]))
    assert "had risen into the year before" in said.sooner_sentence(provinces([0, 0], [0, 0], 20.0))


@pytest.mark.parametrize(
    ("ends", "words"),
    [((-1.2, -0.2), "fell more the higher"), ((0.1, 0.9), "rose more the higher"), ((-1.0, 0.3), "includes zero")],
)
def test_the_slope_is_read_by_its_interval(ends, words):
    rows = pd.DataFrame({"year": [2023, 2024], "slope": [np.nan, sum(ends) / 2], "lower": [np.nan, ends[0]],
                         "upper": [np.nan, ends[1]]})  # fmt: skip
    found = said.height_sentence(rows)
    assert words in found
    assert ("within it" in found) == (ends[0] <= -1)
    assert "earlier year" not in found


def test_no_slope_is_said():
    rows = pd.DataFrame({"year": [2024], "slope": [np.nan], "lower": [np.nan], "upper": [np.nan]})
    assert "agree too little" in said.height_sentence(rows)


def test_records_before_and_after():
    rows = pd.DataFrame({"year": [2018, 2022, 2024], "province": "A", "change": [-10.0, 30.0, -5.0]})
    found = said.records_sentence(rows)
    assert "followed by a fall in 1 of 2 cases, and the median change was +10%" in found
    assert "In 2024 the one province with a record" in found
    assert "no province had a record" in said.records_sentence(rows[rows["year"] == 2024])


def test_countries_and_the_claim():
    rows = pd.DataFrame(
        {"iso3": ["HND"], "country": ["Honduras"], "year": [2023], "change": [-10.0], "lower": [-14.0], "upper": [-6.0],
         "line_years": [8], "off_line": [-3.0], "off_line_lower": [-8.0], "off_line_upper": [-1.0]}
    )  # fmt: skip
    assert "−10% (−14% to −6%) in Honduras (2023)" in said.countries_sentence(rows)
    assert "−3% (−8% to −1%) in Honduras" in said.own_lines_sentence(rows, PARAMETERS)
    assert said.own_lines_sentence(rows, PARAMETERS).endswith("These lines rest on 8 figures each, one a year.")
    both = pd.concat([rows, rows.assign(line_years=9)])
    assert "rest on 8 to 9 figures each" in said.own_lines_sentence(both, PARAMETERS)
    assert "below the line" in said.honduras_reading(rows)
    assert "Ecuador's fall is the smaller one" in said.claim_sentence({"points": 38, "lower": 30, "upper": 44})
    assert "cannot be told apart" in said.claim_sentence({"points": 3, "lower": -3, "upper": 9})
    assert "Ecuador fell more" in said.claim_sentence({"points": -9, "lower": -12, "upper": -6})
