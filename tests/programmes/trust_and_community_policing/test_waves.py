"""Rows of countries and waves."""

import numpy as np

from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.programmes.trust_and_community_policing.waves import country_names, doubted_cells, waves
from citizen_security.tables import catalog

TABLE = catalog.load("country_year")


def test_doubted_figures_leave_or_stay():
    without = waves(TABLE, TrustAndCommunityPolicing()).set_index(["iso3", "year"])
    whole = waves(TABLE, TrustAndCommunityPolicing(doubted="kept")).set_index(["iso3", "year"])
    assert np.isnan(without.loc[("MEX", 2016), "police"])
    assert whole.loc[("MEX", 2016), "police"] > 40
    assert without.loc[("MEX", 2016), "judiciary"] == whole.loc[("MEX", 2016), "judiciary"]


def test_homicide_is_that_of_the_year_or_of_the_one_before():
    known = TABLE.set_index(["iso3", "year"])["homicide_rate"]
    same = waves(TABLE, TrustAndCommunityPolicing()).set_index(["iso3", "year"])["homicide"]
    before = waves(TABLE, TrustAndCommunityPolicing(timing="year_before")).set_index(["iso3", "year"])["homicide"]
    assert same[("COL", 2013)] == known[("COL", 2013)]
    assert before[("COL", 2013)] == known[("COL", 2012)]


def test_waves_are_numbered_over_years_without_one():
    rows = waves(TABLE, TrustAndCommunityPolicing(left_out=["BRA"]))
    own = rows[rows["iso3"] == "CHL"]
    assert own["wave"].tolist() == list(range(len(own)))
    assert "BRA" not in set(rows["iso3"])


def test_a_doubted_figure_stands_between_its_neighbours():
    assert doubted_cells(TABLE, TrustAndCommunityPolicing(left_out=["MEX"])).empty
    cells = doubted_cells(TABLE, TrustAndCommunityPolicing())
    assert cells[["iso3", "year"]].to_numpy().tolist() == [["MEX", 2016]]
    assert cells["trust"].iloc[0] > 1.5 * cells[["before", "after"]].max(axis=1).iloc[0]


def test_countries_have_names():
    assert country_names(catalog.load("countries"))["URY"] == "Uruguay"
