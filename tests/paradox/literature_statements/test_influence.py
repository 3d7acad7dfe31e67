"""What the estimates of the headline drivers hang on, in the panel and by the rule that is quoted."""

import pandas as pd
import pytest
from paradox.panels import simulated

from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.literature_statements import influence
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

PARAMETERS = LiteratureStatements(confidence_level=0.9, largest_set=3)
NAMES = pd.Series({"C05": "Fifth", "C07": "Seventh"})


@pytest.fixture(scope="module")
def panel():
    """Three years of one country hide an effect that the rest shows."""
    frame = simulated(6, effect=0.6).rename(columns={"driver": "gini"})
    planted = (frame["iso3"] == "C07") & frame["year"].between(2010, 2012)
    frame.loc[planted, ["gini", "rate"]] = [[30.0, -60.0], [28.0, -55.0], [31.0, -70.0]]
    return frame


@pytest.fixture(scope="module")
def found(panel):
    return influence.influence(panel, "gini", PARAMETERS)


def refitted(panel):
    specification = Specification("", ("gini",))
    row = quoted(least_squares(estimation_sample(panel, specification), specification), 0.9).iloc[0]
    return row["estimate"], row["lower"], row["upper"]


def test_the_rows_found_are_the_planted_ones_refitted_on_the_panel_without_them(panel, found):
    rows = found.rows[found.rows["deciding_interval"]]
    assert set(rows["iso3"]) == {"C07"}
    without = panel.merge(rows[["iso3", "year"]], on=["iso3", "year"], how="left", indicator=True)
    rest = refitted(without[without["_merge"] == "left_only"].drop(columns="_merge"))
    decided = (found.interval.estimate, found.interval.lower, found.interval.upper)
    assert decided == pytest.approx(rest, rel=1e-8)
    assert (found.everything.lower > 0 or found.everything.upper < 0) != (rest[1] > 0 or rest[2] < 0)


def test_the_planted_country_holds_the_leverage_and_its_years_are_heavy(panel, found):
    assert found.heavy_country[0] == "C07"
    assert set(found.heavy_rows["year"]) <= {2010, 2011, 2012}
    heavy = panel["iso3"].eq("C07") & panel["year"].isin(found.heavy_rows["year"])
    rest = refitted(panel[~heavy])
    assert (found.heaviest.estimate, found.heaviest.lower, found.heaviest.upper) == pytest.approx(rest, rel=1e-8)


def test_a_country_that_decides_is_one_whose_interval_turns(panel, found):
    table = influence.tabulate_countries([found])
    rest = refitted(panel[panel["iso3"] != "C07"])
    row = table.set_index("iso3").loc["C07"]
    assert (row["estimate"], row["lower"], row["upper"]) == pytest.approx(rest, rel=1e-8)
    expected = (rest[1] > 0 or rest[2] < 0) != found.everything.leaves_out_zero
    assert row["turns"] == expected
    assert table["turns"].sum() == len(found.deciding_countries)
    assert table["lower_all"].nunique() == 1


def test_the_tables_say_how_many_rows_decide_and_which_are_heaviest(found):
    decisive = influence.tabulate_decisive_rows([found], NAMES).set_index("turn")
    assert decisive.loc["interval", "rows"] == int(found.rows["deciding_interval"].sum())
    assert decisive.loc["interval", "country_years"].startswith("Seventh 20")
    assert decisive.loc["interval", "lower"] == found.everything.lower
    heaviest = influence.heaviest_rows([found], NAMES)
    assert len(heaviest) == influence.SHOWN
    assert heaviest["country"].iloc[0] == "Seventh"
    assert heaviest["times_mean"].iloc[0] == pytest.approx(len(found.rows) * heaviest["leverage_percent"].iloc[0] / 100)


def test_a_driver_that_cannot_be_estimated_says_why(panel):
    parameters = LiteratureStatements(headline_drivers=["gini", "trust_police"], effort="quick")
    frame = panel.assign(trust_police=5.0)
    found, problems = influence.influence_of_drivers(frame, parameters)
    assert [it.driver for it in found] == ["gini"]
    assert found[0].most == 3
    assert "does not vary" in problems["trust_police"]


def test_country_years_are_told_by_country():
    rows = pd.DataFrame({"iso3": ["C07", "C05", "C07", "C07"], "year": [2012, 2001, 2010, 2011]})
    assert influence.country_years(rows, NAMES) == "Fifth 2001; Seventh 2010, 2011 and 2012"
    assert influence.country_years(rows.iloc[:2], NAMES) == "Fifth 2001 and Seventh 2012"
