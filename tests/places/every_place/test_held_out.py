"""Held-out years: rivals are the known forecasts, a verdict follows the scores, and a fit that loses says so."""

import numpy as np
import pandas as pd
import pytest
from places.simulated import simulated_rows
from scipy import stats

from citizen_security.places.every_place.fitting import fit_all
from citizen_security.places.every_place.held_out import MODEL, RIVALS, SMOOTHED, fit_table, held_out_scores, say_fits
from citizen_security.places.every_place.parameters import EveryPlace

PARAMETERS = EveryPlace(draws=200, held_out_years=2, credible_level=0.9)


@pytest.fixture(scope="module")
def world():
    rows, _ = simulated_rows(np.random.default_rng(8), places=12)
    # A place that ends early, and one that begins with the last year.
    early = (rows["key"] == "NOW-003") & (rows["year"] > 2015)
    late = (rows["key"] == "NOW-004") & (rows["year"] < 2018)
    return rows[~early & ~late].reset_index(drop=True)


@pytest.fixture(scope="module")
def scores(world):
    return held_out_scores(fit_all(world, PARAMETERS), PARAMETERS)


def of(scores, forecaster, key, year):
    found = scores[(scores["forecaster"] == forecaster) & (scores["key"] == key) & (scores["year"] == year)]
    return found.iloc[0]


def figure(rows, key, year):
    found = rows[(rows["key"] == key) & (rows["year"] == year)].iloc[0]
    return int(found["homicides"]), float(found["exposure"])


def test_the_last_years_are_held_out_of_places_that_have_figures_before(scores):
    assert set(scores["forecaster"]) == {MODEL, SMOOTHED, *RIVALS}
    assert set(scores["year"]) == {2017, 2018}
    assert "NOW-003" not in set(scores["key"])
    assert "NOW-004" not in set(scores["key"])
    assert len(scores) == 6 * 10 * 2


@pytest.mark.parametrize(("forecaster", "years"), [("last value", [2017]), ("mean of three years", [2014, 2015, 2017])])
def test_a_plain_rival_is_the_negative_binomial_of_its_years(scores, world, forecaster, years):
    seen = [figure(world, "NOW-000", year) for year in years]
    count, exposure = (sum(them) for them in zip(*seen, strict=True))
    came, at = figure(world, "NOW-000", 2018)
    shape = count + 0.5
    expected = stats.nbinom.logpmf(came, shape, exposure / (exposure + at))
    assert of(scores, forecaster, "NOW-000", 2018)["log_score"] == pytest.approx(expected)


def test_the_model_is_scored_by_a_probability_of_its_forecast(scores):
    own = scores[scores["forecaster"] == MODEL]
    assert (own["log_score"] < 0).all()
    assert own["covered"].mean() > 0.6


def made_scores(gains, forecaster="last value", fit="cities of Nowhere", group="A"):
    """Scores of the model and two rivals in three years, the better rival behind by given gains."""
    labels = [(place, year) for place in range(len(gains)) for year in (2016, 2017, 2018)]
    rows = [
        {"fit": fit, "forecaster": name, "key": f"NOW-{place}", "group": group, "year": year,
         "log_score": -4.0 - (gains[place] if name == forecaster else 0) - (9 if name == SMOOTHED else 0),
         "covered": place > 0}
        for name in (MODEL, forecaster, SMOOTHED) for place, year in labels
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("gains", "holds", "words"),
    [
        ([0.5, 0.6, 0.4, 0.5], True, "the model forecasts held-out years better than the best"),
        ([-0.5, -0.6, -0.4, -0.5], False, "a simple rival forecasts held-out years better than the model, last value"),
        ([-3.0, 3.0, 1.0, -1.0], True, "it is open whether"),
    ],
)
def test_a_verdict_is_that_of_the_interval_against_the_best_rival(gains, holds, words):
    table = fit_table(made_scores(gains), PARAMETERS)
    row = table.iloc[0]
    assert (row["rival"], row["model_holds"], row["held_out"]) == ("last value", holds, 12)
    assert row["gain"] == pytest.approx(np.mean(gains))
    assert row["gain_lower"] <= row["gain"] <= row["gain_upper"]
    assert row["covered"] == 0.75
    assert (row["first_held_out"], row["last_held_out"]) == (2016, 2018)
    assert words in row["verdict"]


def test_places_of_a_group_are_drawn_together_where_there_are_enough_groups():
    # Two gains, each in three of six groups of two places: more uneven by groups than by places.
    gains = [1.0] * 6 + [-0.8] * 6
    alone = made_scores(gains)
    grouped = alone.assign(group=alone["key"].str[-1:].map(lambda number: int(number) // 2).astype(str))
    by_place, by_group = (fit_table(each, PARAMETERS).iloc[0] for each in (alone, grouped))
    widths = [row["gain_upper"] - row["gain_lower"] for row in (by_place, by_group)]
    assert widths[1] > widths[0]


def test_all_fits_are_said_in_the_words_of_their_verdicts():
    table = pd.DataFrame(
        {
            "fit": ["cities of A", "cities of B", "states of C"],
            "gain_lower": [0.1, -0.1, -2.0],
            "model_holds": [True, True, False],
        }
    )
    said = say_fits(table)
    assert said.startswith("For cities of A the held-out years are forecast better")
    assert "For cities of B it is open" in said
    assert "For states of C a simple rival forecasts better" in said
    assert "C" not in say_fits(table.head(2))
