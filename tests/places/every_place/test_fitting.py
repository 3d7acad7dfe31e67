"""The fits: how counts are arranged, and whether intervals hold what was simulated."""

import numpy as np
import pandas as pd
import pytest
from places.simulated import YEARS, simulated_rows

from citizen_security.places.every_place import held_out, summaries
from citizen_security.places.every_place.fitting import deviation_table, fit_all, fit_places, place_panels
from citizen_security.places.every_place.parameters import EveryPlace

PARAMETERS = EveryPlace(draws=600, credible_level=0.8, since=2008)


@pytest.fixture(scope="module")
def worlds():
    """Six small worlds, each with its rows, its truth and its fit."""
    made = [simulated_rows(np.random.default_rng(seed)) for seed in range(6)]
    return [(rows, truth, *fit_all(rows, PARAMETERS)) for rows, truth in made]


def test_counts_stand_by_place_and_year(rows):
    panels = {panel.fit: panel for panel in place_panels(rows)}
    assert list(panels) == list(rows["fit"].unique())
    panel = panels["cities of Brazil"]
    assert panel.counts.counts.shape == (154, 21)
    assert 2020 not in panel.years
    own = rows[(rows["key"] == "BRA-3550308") & (rows["year"] == 2019)].iloc[0]
    at = panel.keys.index("BRA-3550308"), list(panel.years).index(2019)
    assert panel.counts.counts[at] == own["homicides"]
    assert panel.counts.exposure[at] == own["exposure"]
    # Cities of a state share a group; a year without a figure has no exposure.
    paulista = [number for number, parent in zip(panel.counts.group, panel.groups, strict=True) if parent == "BRA-SP"]
    assert len(set(paulista)) == 1
    assert panel.seen.sum() == len(rows[rows["fit"] == panel.fit])


def test_what_is_held_out_is_not_there(rows):
    panel = next(place_panels(rows[rows["fit"] == "cities of Colombia"]))
    shorter = panel.until(10)
    assert shorter.years.tolist() == list(range(2003, 2013))
    assert shorter.counts.counts.shape == (32, 10)
    assert shorter.counts.centre != panel.counts.centre


def test_two_figures_of_one_place_and_year_are_refused(made):
    rows, _ = made
    with pytest.raises(ValueError, match=r"one place and year: NOW-000 2001\. Allowed: one row"):
        list(place_panels(pd.concat([rows, rows.head(1)])))


@pytest.mark.parametrize(
    ("column", "value", "words"), [("homicides", -1, "counts has -1"), ("exposure", 0.0, "exposure is zero")]
)
def test_counts_that_cannot_be_are_refused(made, column, value, words):
    rows, _ = made
    wrong = rows.astype({column: float})
    wrong.loc[0, column] = value
    with pytest.raises(ValueError, match=words):
        list(place_panels(wrong))


def test_the_same_seed_draws_the_same_whichever_fits_are_beside_it():
    first, _ = simulated_rows(np.random.default_rng(3), places=8)
    other, _ = simulated_rows(np.random.default_rng(4), places=8, fit="cities of Elsewhere")
    other["key"] = other["key"].str.replace("NOW", "ELS")
    alone, *_ = fit_all(first, PARAMETERS)
    beside = fit_all(pd.concat([other, first], ignore_index=True), PARAMETERS)[1]
    np.testing.assert_array_equal(alone.log_risks, beside.log_risks)
    again = fit_places(alone.panel, EveryPlace(draws=600, seed=5))
    assert not np.array_equal(alone.log_risks, again.log_risks)


def test_every_year_of_the_calendar_is_drawn_and_the_next(worlds):
    _, _, fit = worlds[0]
    assert fit.years == tuple(range(2005, 2020))
    assert fit.years[fit.last] == 2018
    assert fit.log_risks.shape == (600, 30, 15)
    assert fit.name == "cities_of_nowhere"
    spread = fit.log_risks.std(axis=0).mean(axis=0)
    # The year without figures is less sure than its neighbours, and the next than the last.
    missing = list(fit.years).index(2016)
    assert spread[missing] > max(spread[missing - 1], spread[missing + 1])
    assert spread[-1] > spread[-2]


def test_intervals_of_levels_changes_and_ranks_hold_the_truth_as_often_as_they_say(worlds):
    covered = {"now": [], "missing": [], "change": [], "rank": []}
    for rows, truth, fit in worlds:
        judged = pd.DataFrame({"fit": [fit.panel.fit], "model_holds": [True], "covered": [0.8]})
        tables = summaries.place_tables(rows, [fit], judged, PARAMETERS)
        now = tables.now
        covered["now"] += list(now["risk_lower"].lt(np.exp(truth[:, -1])) & now["risk_upper"].gt(np.exp(truth[:, -1])))
        year = tables.years[tables.years["year"] == 2016]
        true = np.exp(truth[:, 2016 - YEARS[0]])
        covered["missing"] += list((year["risk_lower"] < true) & (year["risk_upper"] > true))
        base = tables.changes[tables.changes["base"]]
        true = 100 * np.expm1(truth[:, -1] - truth[:, 2008 - YEARS[0]])
        covered["change"] += list((base["lower"] < true) & (base["upper"] > true))
        rank = 1 + (truth[:, -1] > truth[:, [-1]]).sum(axis=1)
        covered["rank"] += list((now["rank_lower"] <= rank) & (rank <= now["rank_upper"]))
    shares = {name: np.mean(them) for name, them in covered.items()}
    # 180 intervals at 0.8 have a deviation of 0.03; three of them. Ranks are whole, so their intervals hold more.
    assert shares["now"] == pytest.approx(0.8, abs=0.09)
    assert shares["missing"] == pytest.approx(0.8, abs=0.09)
    assert shares["change"] == pytest.approx(0.8, abs=0.09)
    assert 0.75 < shares["rank"] < 0.97


def test_the_pipeline_forecasts_its_own_world_better_than_its_rivals_and_by_its_word(worlds):
    fits = [fit for *_, fit in worlds]
    scores = pd.concat([held_out.held_out_scores([fit], PARAMETERS) for fit in fits[:3]])
    means = scores.groupby("forecaster")["log_score"].mean()
    assert means.idxmax() == held_out.MODEL
    covered = scores.loc[scores["forecaster"] == held_out.MODEL, "covered"].mean()
    # 270 counts that share nine years.
    assert covered == pytest.approx(0.8, abs=0.1)


def test_deviations_are_near_those_simulated(worlds):
    table = deviation_table([fit for *_, fit in worlds])
    means = table.drop(columns="Places").mean()
    assert means["Level"] == pytest.approx(0.6, abs=0.2)
    assert np.hypot(means["Waves"], means["Drift a year"]) == pytest.approx(np.hypot(0.3, 0.08), abs=0.12)
    # One group has no deviation between groups.
    assert table["Groups"].isna().all()
