"""What the notebook records of the printed list."""

import numpy as np
import pandas as pd
import pytest
from cities.city_table.conftest import parameters

from citizen_security.cities.city_table import headline
from citizen_security.cities.city_table.anomalies import decimal_shifts, find_anomalies
from citizen_security.cities.city_table.rebuilt_list import rebuild_list, unlisted_cities


def by_name(values):
    return {value.name: value for value in values}


def test_corrections_leave_out_the_other_reading_of_a_name(matched, panel):
    anomalies = find_anomalies(matched, panel, parameters())
    values = by_name(headline.anomaly_values(matched, anomalies, decimal_shifts(matched), parameters()))
    assert values["rows_of_another_year"].value == 23
    assert (values["counts_differ"].value, values["counts_differ"].n) == (9, 33)
    assert values["places_out_of_order"].value == 6
    assert values["slipped_decimals"].value == 0
    assert (values["rows_with_anomaly"].value, values["rows_with_anomaly"].n) == (34, 50)
    assert values["anomalies_without_remedy"].n == len(anomalies)
    # The other reading of a name would move a city further.
    assert "ambiguous" not in values["places_moved_by"].value


def test_a_list_without_anything_odd_moves_nobody(matched, panel):
    none = find_anomalies(matched, panel, parameters()).head(0)
    values = by_name(headline.anomaly_values(matched, none, decimal_shifts(matched), parameters()))
    assert values["places_moved_by"].value == "none"
    assert [values[name].value for name in ("places_moved", "places_moved_by_count", "places_out_of_order")] == [0] * 3


def test_missing_cities_are_counted_of_all_that_could_be_listed(eligible, matched):
    chosen = parameters()
    rebuilt, unlisted = (build(eligible, matched, chosen) for build in (rebuild_list, unlisted_cities))
    values = by_name(headline.missing_values(rebuilt, unlisted, eligible, chosen))
    assert (values["leave_the_list"].value, values["leave_the_list"].n) == (9, 50)
    assert values["unlisted_surely"].n == values["unlisted"].value == len(unlisted)
    assert headline.label_of_rebuilt_list(2016) == "the list by published counts of 2016"


def test_chance_is_said_with_its_level():
    ranked = pd.DataFrame(
        {"overlapping": [1, 3], "rank_width": [2, 4], "set_lower": [1, 1], "set_upper": [2, 4]}, dtype=float
    )
    values = by_name(headline.chance_values(ranked, np.array([True]), 0.9))
    assert (values["overlapping_neighbours"].value, values["simulated_rank_width_median"].value) == (1, 3)
    assert values["rank_set_width_median"].value == 2
    assert "90% interval" in values["simulated_rank_width_median"].label


def test_turnover_runs_from_the_quietest_to_the_most_changing_year():
    renewed = pd.DataFrame({"draw": [0, 1, 0, 1], "chance": [0.1, 0.2, 0.3, 0.4]})
    summary = pd.DataFrame({"observed": [0.2, 0.5], "chance_upper": [0.3, 0.4]})
    values = by_name(headline.turnover_values(renewed, summary, 0.9))
    assert values["list_turnover"].interval == (0.2, 0.5)
    assert values["list_turnover_chance"].value == pytest.approx(0.25)
    assert values["turnover_reading"].value.startswith("Chance explains 71% of what is new")


def test_a_list_that_chance_renews_is_not_said_to_change():
    assert headline.say_turnover(0.2, 0.19, (0.15, 0.25)) == "No more is new than chance alone would renew."
    assert headline.say_turnover(0.1, 0.19, (0.15, 0.25)) == "Less is new than chance alone would renew."
