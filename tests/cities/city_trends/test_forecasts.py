"""Forecasts know nothing of what they forecast; the model's are as sure as they ought to be where it is true."""

import numpy as np
import pandas as pd
import pytest
from cities.city_panels import simulate
from scipy import special

from citizen_security.cities.city_trends import forecasts, rules, skill
from citizen_security.cities.city_trends.fitting import fit_country
from citizen_security.cities.city_trends.forecasts import Target
from citizen_security.cities.city_trends.panels import CountryPanel, prepare_panels
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.tables import catalog

# --- the pool ---------------------------------------------------------------------------------------------------------


def target(iso3, origin, year, log_scores, homicides=(12.0, 30.0)):
    """Two cities whose every member says the same counts, with given log scores."""
    cities = len(homicides)
    where = pd.DataFrame({"label": [f"{iso3} {city}" for city in range(cities)], "iso3": iso3})
    drawn = {name: np.arange(40.0)[:, None] + np.zeros(cities) for name in forecasts.FORECASTS[1:]}
    scores = {name: np.full(cities, -4.0) for name in drawn} | {
        name: np.full(cities, score) for name, score in zip(forecasts.MEMBERS, log_scores, strict=True)
    }
    where = where.assign(origin=origin, year=year, horizon=year - origin)
    return Target(where, np.array(homicides), np.full(cities, 2e5), drawn, scores)


def test_weights_are_of_years_up_to_the_origin_in_any_country():
    early = target("BRA", 2010, 2012, (-3.0, -5.0, -5.0))
    late = target("MEX", 2012, 2014, (-9.0, -3.0, -9.0))
    np.testing.assert_allclose(forecasts.pool_weights([early, late], 2011), np.full(3, 1 / 3))
    by_early = forecasts.pool_weights([late, early], 2012)
    assert by_early.argmax() == 0
    assert by_early[1] == pytest.approx(by_early[2])
    assert forecasts.pool_weights([early, late], 2014).argmax() == 1


def test_a_year_of_a_country_counts_once_however_many_cities_it_has():
    few, many = (target("BRA", 2010, 2012, (-3.0, -5.0, -4.0), (5.0,) * cities) for cities in (2, 200))
    np.testing.assert_allclose(forecasts.pool_weights([few], 2012), forecasts.pool_weights([many], 2012))


def test_the_pool_is_scored_as_the_mixture_of_its_members():
    early, late = target("BRA", 2010, 2011, (-3.0, -5.0, -4.0)), target("COL", 2012, 2013, (-2.0, -6.0, -3.5))
    scored = forecasts.score_targets([late, early])
    assert scored.weights[["iso3", "origin"]].to_numpy().tolist() == [["COL", 2012], ["BRA", 2010]]
    weights = scored.weights.loc[0, list(forecasts.MEMBERS)].to_numpy(float)
    assert weights[0] > weights[2] > weights[1]
    rows = scored.scores[(scored.scores["iso3"] == "COL") & (scored.scores["forecast"] == forecasts.POOL)]
    assert rows["log_score"].tolist() == pytest.approx([special.logsumexp([-2.0, -6.0, -3.5], b=weights)] * 2)
    # Every member draws the counts from 0 to 39: so does the pool, which holds 12 and 30 in its 90% interval.
    assert rows["covered_90"].all()
    assert rows["raw_rate"].tolist() == [6, 15]
    assert rows["median"].tolist() == pytest.approx([9.75, 9.75], abs=1.5)


def test_rates_outside_the_ends_are_not_covered():
    scored = forecasts.score_targets([target("BRA", 2010, 2011, (-3.0, -5.0, -4.0), (1.0, 2.0, 37.0, 38.0))])
    rows = scored.scores[scored.scores["forecast"] == forecasts.MODEL]
    # Of 0 to 39 the 5% and 95% quantiles are 1.95 and 37.05.
    assert rows["covered_90"].tolist() == [False, True, True, False]
    assert rows["lower"].tolist() == pytest.approx([0.975] * 4)


def test_no_year_is_forecast_from_two_origins():
    table = catalog.load("city_year")
    parameters = CityTrends(countries=["COL"], forecast_origins=2, held_out_years=4, draws=400, effort="quick")
    panels = prepare_panels(table, parameters)
    scores = forecasts.score_origins(panels, parameters).scores
    years = panels[0].years
    assert sorted(scores["origin"].unique()) == [years[-9], years[-5]]
    assert scores.groupby("year")["origin"].nunique().max() == 1
    assert sorted(scores["year"].unique()) == years[-8:].tolist()
    assert (scores["year"] > scores["origin"]).all()
    latest = forecasts.score_origins(panels, parameters.model_copy(update={"forecast_origins": 1})).scores
    # But for the pool, whose weights have no origin before to learn from.
    one, other = (
        rows[(rows["origin"] == years[-5]) & (rows["forecast"] != forecasts.POOL)].reset_index(drop=True)
        for rows in (latest, scores)
    )
    pd.testing.assert_frame_equal(one, other)


# --- coverage where the model is true ---------------------------------------------------------------------------------


def forecast_simulated(number, seed, cities=20):
    """Scores of panels simulated from the model, the last three years forecast."""
    generator = np.random.default_rng(seed)
    frames = []
    for position in range(number):
        panel, _ = simulate(generator, cities=cities, years=np.arange(2001, 2016))
        panel = CountryPanel(
            panel.iso3, panel.cities.assign(label=panel.cities["label"] + f"/{position}"), panel.years,
            panel.homicides, panel.person_years,
        )  # fmt: skip
        fit = fit_country(panel.until(2012), panel.years, draws=300, minimum_effective=80, seed=position)
        targets = forecasts.forecast_held_out([fit], [panel], 3, position)
        frames.append(forecasts.score_targets(targets).scores.assign(panel=position))
    return pd.concat(frames, ignore_index=True)


@pytest.mark.slow
def test_intervals_hold_as_many_held_out_rates_as_they_say_and_beat_the_simple_rules():
    scores = forecast_simulated(15, seed=9)
    model = scores[scores["forecast"] == forecasts.MODEL]
    by_panel = model.groupby("panel")["covered_90"].mean()
    # Cities of a panel share the country's shocks: the error is that of 15 panels, not of 900 rates. Counts are
    # whole, so intervals hold a percent or two more than they say.
    error = by_panel.std() / np.sqrt(len(by_panel))
    assert 0.9 - 3.5 * error < by_panel.mean() < 0.9 + 3.5 * error + 0.02
    below = (model["raw_rate"] < model["median"]).groupby(model["panel"]).mean()
    assert below.mean() == pytest.approx(0.5, abs=3.5 * below.std() / np.sqrt(len(below)))
    table = skill.summarize_scores(scores).set_index("forecast")
    # Over forty panels smoothing is behind the truth by 4.5 standard errors of the log score, and by 0.8 of the CRPS.
    assert table["log_score"].drop(forecasts.POOL).idxmax() == forecasts.MODEL
    assert table.loc[[forecasts.MODEL, *rules.RULES[:2]], "crps"].idxmin() == forecasts.MODEL


def test_every_held_out_rate_is_scored_once_by_each_forecast():
    scores = forecast_simulated(1, seed=3, cities=9)
    assert scores.groupby("forecast").size().to_dict() == dict.fromkeys(forecasts.FORECASTS, 27)
    assert scores.groupby(["forecast", "label", "year"]).size().max() == 1
    assert sorted(scores["horizon"].unique()) == [1, 2, 3]
    assert np.isfinite(scores[["crps", "log_score"]].to_numpy()).all()
    assert (scores["lower"] <= scores["upper"]).all()
