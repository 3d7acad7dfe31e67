"""The announced fall against the files, by hand."""

import numpy as np
import pytest
from scipy import stats

from citizen_security.programmes.focused_deterrence import announced
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.tables import catalog

PARAMETERS = FocusedDeterrence()
YEARS = (2019, 2023)


def test_what_was_announced_is_read_and_not_typed():
    claim = announced.announced(catalog.load("programmes"), catalog.load("claimed_and_evaluated"))
    assert claim == {"change": -58.0, "first": 2019.0, "last": 2023.0}
    assert announced.years_of(claim) == YEARS


def test_changes_are_those_of_the_counts(table):
    found = announced.beside_others(table, YEARS, PARAMETERS)
    assert (found["before"], found["after"]) == (56, 27)
    assert found["change"] == pytest.approx(100 * (27 / 56 - 1))
    rest = 100 * ((741 - 27) / (1259 - 56) - 1)
    assert found["rest_change"] == pytest.approx(rest)
    assert found["relative"] == pytest.approx(100 * ((1 + found["change"] / 100) / (1 + rest / 100) - 1))


def test_the_interval_holds_changes_that_an_exact_test_does_not_reject(table):
    found = announced.beside_others(table, YEARS, PARAMETERS)
    for end, tail in (("lower", stats.binom.sf(26, 83, 1 - 1 / (2 + found["lower"] / 100))),
                      ("upper", stats.binom.cdf(27, 83, 1 - 1 / (2 + found["upper"] / 100)))):  # fmt: skip
        assert tail == pytest.approx(0.025, abs=1e-9), end


def test_the_rank_counts_sectors_that_fell_as_far(table):
    found = announced.beside_others(table, YEARS, PARAMETERS)
    rows = announced.year_changes(table, YEARS, PARAMETERS)
    own = rows[rows["own"]].iloc[0]
    assert own["place"] == found["rank"] == (rows["change"] <= own["change"]).sum()
    assert found["p_value"] == pytest.approx(found["rank"] / len(rows))
    assert (rows.loc[~rows["own"], "before"] >= PARAMETERS.least_homicides).all()


def test_the_least_fall_is_the_first_that_leaves_out_zero():
    least = announced.least_fall(50, (1000, 1000), 0.95)
    after = round(50 * (1 + least / 100))
    assert announced.ratio_interval(50, after, 1000, 1000, 0.95)[1] < 1
    assert announced.ratio_interval(50, after + 1, 1000, 1000, 0.95)[1] >= 1
    assert np.isnan(announced.least_fall(2, (1000, 1000), 0.95))


def test_quarters_with_a_month_missing_are_left_out(table):
    series = announced.years_by_source(table, PARAMETERS)
    points = series[series["source"].str.startswith("SSP")]
    assert points["year"].max() == 2016.25
    own = table[(table["sector"] == "PLATEROS") & (table["year"] == 2013) & (table["month"] <= 3)]
    assert points.iloc[0]["homicides"] == own["homicides"].sum()


def test_the_months_of_both_sources(table):
    both = announced.overlap(table, PARAMETERS)
    assert (both["first"], both["last"]) == ("2016-01", "2016-08")
    assert (both["points"], both["files"], both["city_points"], both["city_files"]) == (25, 19, 782, 504)


def test_the_place_of_the_first_year(table):
    assert announced.peak_rank(table, YEARS, PARAMETERS) == (1, 8)
    assert announced.peak_rank(table, (2017, 2019), PARAMETERS) == (2, 4)
