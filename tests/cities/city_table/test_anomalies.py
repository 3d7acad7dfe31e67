"""What is called odd is odd, and what it changes is counted right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citizen_security.cities.city_table.anomalies import decimal_shifts, find_anomalies, place_after, rows_out_of_order
from citizen_security.cities.city_table.listed_rows import listed_rows
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.city_table.published_counts import match_cities


def parameters(**values):
    return CityTable.from_values(values)


@pytest.fixture(scope="module")
def anomalies(matched, panel):
    return find_anomalies(matched, panel, parameters())


def kind(anomalies, name):
    return anomalies[anomalies["anomaly"] == name].set_index("label")


def test_choloma_is_the_one_row_out_of_order_and_belongs_six_places_higher(anomalies):
    row = kind(anomalies, "out of order")
    assert row.index.tolist() == ["Choloma (HND)"]
    assert row[["place_before", "place_after", "places_moved"]].iloc[0].tolist() == [11, 5, 6]


@settings(deadline=None, max_examples=60)  # the machine may be busy
@given(st.lists(st.integers(0, 6), min_size=1, max_size=8))
def test_the_fewest_rows_are_called_out_of_order(values):
    strays = rows_out_of_order(values)
    assert (np.diff(np.delete(values, strays)) <= 0).all()
    # By trying every subset: none that is larger never rises.
    best = max(
        bin(subset).count("1")
        for subset in range(1, 2 ** len(values))
        if (np.diff([value for i, value in enumerate(values) if subset >> i & 1]) <= 0).all()
    )
    assert len(values) - len(strays) == best


@pytest.mark.parametrize("factor", [10, 0.1])
def test_a_slipped_decimal_would_be_seen_by_order_and_by_the_published_rate(matched, factor):
    position = 35  # in the middle: Vitória da Conquista
    slipped = matched.assign(homicide_rate=matched["homicide_rate"].where(matched.index != position, 49.5 * factor))
    assert position in rows_out_of_order(slipped["homicide_rate"])
    assert decimal_shifts(slipped)[position] == np.log10(factor)
    assert (decimal_shifts(matched) == 0).all()


def test_counts_far_from_the_published_are_flagged_with_both_numbers(anomalies):
    rows = kind(anomalies, "count differs")
    assert len(rows) == 9
    assert rows.loc["Camacari (BRA)", "reason"] == "152 homicides printed, 207 published (-27%)"
    assert rows.loc["Camacari (BRA)", "rate_after"] == pytest.approx(207 / 286_792 * 1e5)
    assert rows.loc["Camacari (BRA)", "place_after"] == 10  # between 72.2 and 70.8, by hand


def test_sao_luis_has_the_people_of_the_municipality_and_more_than_its_deaths(anomalies):
    row = kind(anomalies, "metropolitan unit").loc["Grande Sao Luís (BRA)"]
    assert "population 0.99 and homicides 1.33" in row["reason"]
    assert row["rate_after"] == pytest.approx(601 / 1_080_281 * 1e5)


def test_23_rows_are_of_an_earlier_year_and_those_without_a_panel_have_no_remedy(anomalies):
    rows = kind(anomalies, "another year")
    assert len(rows) == 23
    assert rows.index[rows["rate_after"].isna()].tolist() == ["Choloma (HND)", "Kingston (JAM)"]
    assert rows["place_after"].isna().sum() == 2


def test_ties_and_the_odd_decimal_mark_move_nobody(anomalies):
    still = anomalies[anomalies["anomaly"].isin(["tied rates", "decimal mark", "name differs"])]
    assert (still["places_moved"] == 0).all()
    assert len(kind(anomalies, "tied rates")) == 7
    assert kind(anomalies, "decimal mark").index.tolist() == ["Aparecida de Goainia (BRA)"]


def test_a_list_in_order_of_the_right_year_and_counts_has_no_anomaly(panel):
    cities = panel[(panel["iso3"] == "COL") & (panel["year"] == 2016)].head(6).copy()
    cities["rate"] = cities["homicides"] / cities["population"] * 1e5
    cities = cities.sort_values("rate", ascending=False, ignore_index=True)
    table = cities.assign(
        rank=range(1, 7), homicide_rate=cities["rate"], implied_population=cities["population"], is_lac=True,
        homicide_rate_as_printed=cities["rate"].map("{:.1f}".format),
    ).drop(columns=["city_code", "population", "rate"])  # fmt: skip
    chosen = parameters(countries=["COL"])
    clean = match_cities(listed_rows(table, chosen), panel, 2016)
    assert find_anomalies(clean, panel, chosen).empty


def test_a_place_after_correction_is_counted_among_the_others():
    rates = np.array([50.0, 40.0, 40.0, 30.0])
    assert [place_after(rates, 3, rate) for rate in (60, 50, 45, 40, 30, 29)] == [1, 1, 2, 2, 4, 5]
