"""Neighbours in the room: brought, refused, fitted beside the model without them, and what is said of it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from cities.every_municipality.brought import table

from citizen_security.cities.every_municipality import current_risk, forecasts, neighbour_headline, neighbour_lesson
from citizen_security.cities.every_municipality.checks import check
from citizen_security.cities.every_municipality.current_headline import deviation_table
from citizen_security.cities.every_municipality.forecasts import MODEL, WITHOUT, Verdict
from citizen_security.cities.every_municipality.neighbour_lesson import ALIKE, MANY, STATES, UNLIKE
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.source import load_source
from citizen_security.cities.every_municipality.table import build_panel
from citizen_security.parameters import ParameterError, RowsRefused
from citizen_security.tables import catalog

PARAMETERS = EveryMunicipality(origins=1, effort="quick")
# Places 00, 02, … are of one group: a chain of them, and one pair of the other group.
EDGES = pd.DataFrame(
    {
        "place": [*(f"Place {number:02}" for number in (0, 2, 4, 6)), "Place 01"],
        "neighbour": [*(f"Place {number:02}" for number in (2, 4, 6, 8)), "Place 03"],
    }
)


@pytest.fixture
def brought(write):
    def _brought(edges=EDGES, **given):
        paths = {"path": str(write(table())), "neighbours": str(write(edges, "edges.csv"))}
        return EveryMunicipality(**paths, top_places=5, **given)

    return _brought


@pytest.fixture(scope="module")
def lessons():
    return neighbour_lesson.lessons(catalog.load("state_year"), catalog.load("state_neighbours"), PARAMETERS)


def test_pairs_are_places_of_the_panel(brought):
    source = load_source(brought())
    panel = build_panel(source.table, source.pairs)
    names = panel.places["place"].to_numpy()
    assert sorted(map(tuple, names[source.pairs])) == sorted(map(tuple, EDGES.to_numpy()))
    assert len(panel.neighbours.alike) == 5
    assert any("5 places of 12 without a neighbour" in each for each in source.said["what"])
    assert source.said["what"].str.startswith("neighbours: ").sum() == 1


def test_without_a_table_of_neighbours_none_are_known(brought):
    source = load_source(brought().model_copy(update={"neighbours": "none"}))
    assert source.pairs is None
    assert build_panel(source.table, source.pairs).neighbours is None


def test_neighbours_that_are_no_places_are_refused(brought):
    wrong = EDGES.assign(neighbour=EDGES["neighbour"].replace("Place 03", "Place 99"))
    with pytest.raises(ParameterError) as error:
        check(brought(wrong))
    (told,) = error.value.problems
    assert "row 6: 'Place 99'" in told
    check(brought())


def test_both_tables_are_refused_at_once(write):
    homicides = write(table().assign(homicides=-1))
    paths = {
        "path": str(homicides),
        "neighbours": str(write(EDGES.rename(columns={"neighbour": "other"}), "edges.csv")),
    }
    with pytest.raises(RowsRefused) as error:
        check(EveryMunicipality(**paths, top_places=5))
    told = "\n".join(error.value.problems)
    assert "'-1'" in told
    assert "edges.csv: column neighbour is missing" in told


def test_a_simulated_country_has_no_map():
    with pytest.raises(ParameterError, match="a simulated country, which has no map"):
        EveryMunicipality.from_values({"neighbours": "edges.csv"})


def test_the_file_of_neighbours_is_one_of_the_run(brought):
    assert set(brought().files()) == {"path", "neighbours"}
    assert EveryMunicipality().files() == {}


def test_a_brought_table_is_fitted_with_neighbours_and_scored_without(brought, monkeypatch):
    monkeypatch.setattr(current_risk, "INDEPENDENT_DRAWS", 20)
    parameters = brought(effort="quick")
    source = load_source(parameters)
    panel = build_panel(source.table, source.pairs)
    current = current_risk.fit_current(panel, parameters)
    assert 0 < current.at.deviations.mixing < 1
    assert "most_likely_mixing" in current.diagnostics()
    ends = deviation_table(current, 0.8).loc["mixing"]
    assert 0 < ends["lower"] < ends["upper"] < 1
    scores = forecasts.forecast_scores(panel, parameters, current.at.deviations)
    assert {MODEL, WITHOUT} < set(scores["forecaster"])
    verdict = forecasts.judge_neighbours(scores, 0.8, seed=1)
    wide = scores.pivot(index="place", columns="forecaster", values="log_score")
    assert verdict.gain == pytest.approx((wide[MODEL] - wide[WITHOUT]).mean())
    assert verdict.rival == WITHOUT
    # It is no rival of the model: it is the model.
    assert forecasts.judge(scores, 0.8, seed=1).rival != WITHOUT
    said = neighbour_headline.say_neighbours(panel, current, verdict, 0.8)
    assert said.startswith("Five pairs of neighbours were given; five places have none. Neighbours share ")
    assert f"({ends['lower']:.0%} to {ends['upper']:.0%}, 80% credible interval): a middling pair of them" in said
    alone = replace(current, drawn={})
    untested = neighbour_headline.say_neighbours(panel, alone, None, 0.8)
    assert "credible interval" not in untested
    assert untested.endswith("No year could be held out, so whether neighbours help is not tested.")


def test_without_neighbours_nothing_is_said_of_them(brought, monkeypatch):
    monkeypatch.setattr(current_risk, "FEW_PLACES", 0)
    monkeypatch.setattr(current_risk, "FEW_STEPS", 0)
    parameters = brought(effort="quick").model_copy(update={"neighbours": "none"})
    panel = build_panel(load_source(parameters).table)
    current = current_risk.fit_current(panel, parameters)
    assert current.at.deviations.mixing == 0
    assert "mixing" not in deviation_table(current, 0.8).index
    assert "most_likely_mixing" not in current.diagnostics()
    assert forecasts.judge_neighbours(forecasts.forecast_scores(panel, parameters), 0.8, seed=1) is None
    assert forecasts.judge_neighbours(pd.DataFrame(), 0.8, seed=1) is None
    said = neighbour_headline.say_neighbours(panel, current, None, 0.8)
    assert said == "No neighbours were given for this table: its places are alike by their groups alone."


@pytest.mark.parametrize(
    ("gain", "interval", "said"),
    [
        (0.02, (0.01, 0.03), " are forecast better with neighbours than without; the probability of what "
         "came changes by +2.0% for each place and year (+1.0% to +3.0%)"),
        (-0.02, (-0.03, -0.01), " are forecast worse with neighbours than without, so leave them out; "),
        (0.0, (-0.01, 0.01), " are forecast better with neighbours than without is undecided; "),
    ],
)  # fmt: skip
def test_the_sentence_follows_the_interval(gain, interval, said):
    several = neighbour_headline.say_gain(Verdict(WITHOUT, gain, interval, (2020, 2021), 20))
    assert f"the counts of 2020 and 2021, held out in turn,{said}" in several
    assert forecasts.ONE_YEAR not in several


def test_one_year_is_said_to_be_one_and_advises_nothing():
    said = neighbour_headline.say_gain(Verdict(WITHOUT, -0.02, (-0.03, -0.01), (2021,), 20))
    assert said.startswith("the counts of 2021, the one year held out, are forecast worse")
    assert "so leave them out" not in said
    assert said.endswith(forecasts.ONE_YEAR)


def test_the_states_are_a_panel_of_two_countries():
    panel = neighbour_lesson.state_panel(catalog.load("state_year"), catalog.load("state_neighbours"))
    assert panel.groups == ("BRA", "MEX")
    assert np.bincount(panel.group_index).tolist() == [27, 32]
    assert panel.years[0] == neighbour_lesson.FIRST_YEAR
    assert sorted(panel.neighbours.size) == [27, 32]
    assert len(panel.neighbours.alike) == 117


def test_drawn_maps_are_alike_as_they_say():
    pairs = neighbour_lesson.chessboard(neighbour_lesson.ROWS, neighbour_lesson.COLUMNS)
    rates = {}
    for name, (mixing, homicides) in neighbour_lesson.MAPS.items():
        panel = neighbour_lesson.drawn_panel(mixing, homicides, seed=1)
        logs = np.log((panel.place_homicides + 0.5) / panel.place_exposure)
        rates[name] = np.corrcoef(logs[pairs[:, 0]], logs[pairs[:, 1]])[0, 1]
        assert panel.homicides.mean() == pytest.approx(homicides * np.exp(0.5), rel=0.35)
    # Of 1,150 pairs of places that share nothing a correlation has a deviation of 0.03.
    assert abs(rates[UNLIKE]) < 0.1
    assert rates[MANY] > rates[ALIKE] > 0.4


def test_neighbours_help_where_they_are_alike_and_little_is_counted(lessons):
    found = neighbour_lesson.lesson_table(lessons).set_index("map")
    assert list(found.index) == [STATES, ALIKE, MANY, UNLIKE]
    assert found.loc[ALIKE, "mixing"] > 0.7
    assert found.loc[UNLIKE, "mixing"] < 0.2
    assert found.loc[ALIKE, "alike"] > 0.4
    assert found.loc[STATES, "homicides"] > 100
    assert (found["lower"] < found["gain"]).all()
    # What is lost by a share that is estimated and not needed is less than what is gained where it is.
    assert found.loc[ALIKE, "gain"] > max(found.loc[[MANY, UNLIKE], "gain"])
    assert abs(found.loc[UNLIKE, "gain"]) < 1
    maps = neighbour_lesson.drawn_maps(lessons)
    assert [each.shape for each in maps.values()] == [(neighbour_lesson.ROWS, neighbour_lesson.COLUMNS)] * 2
    said = neighbour_headline.say_lesson(STATES, lessons[STATES])
    assert said.startswith("States of Brazil and Mexico (59 places, ")
    assert [value.name for value in neighbour_headline.neighbour_values(
        replace(lessons[STATES].panel, neighbours=None), None, None, lessons, 0.8
    )] == ["neighbours_verdict", "neighbours_lesson_verdict"]  # fmt: skip
