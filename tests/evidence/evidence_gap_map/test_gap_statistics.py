"""Where violence is without evidence: sums by hand, bounds that bracket, coefficients with a second implementation."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.evidence.evidence_gap_map import (
    evidence_spread,
    homicide_burden,
    map_cells,
    study_counts,
    study_filter,
)
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies
from citizen_security.tables import catalog

PANEL = pd.DataFrame(
    {
        "iso3": ["AAA", "AAA", "BBB", "BBB", "CCC", "CCC"],
        "year": [2020, 2021, 2020, 2021, 2020, 2021],
        "homicide_count": [100, 300, 40, None, None, None],
        "population": [10_000, 10_000, 20_000, 20_000, 1_000, 1_000],
    }
)
BY_COUNTRY = pd.DataFrame(
    {"iso3": ["AAA", "BBB", "CCC"], "name": ["A", "B", "C"], "studies": [0, 4, 0], "strong_designs": [0, 0, 0]}
)


@pytest.fixture(scope="module")
def countries():
    return catalog.load("countries")


@pytest.fixture(scope="module")
def selection(countries):
    coded = coded_studies.coded_studies(catalog.load("studies"), countries)
    return study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))


@pytest.fixture(scope="module")
def gaps(selection, countries):
    burden = homicide_burden.homicide_burden(catalog.load("country_year"), 2018, 2023)
    return homicide_burden.evidence_and_burden(study_counts.evidence_by_country(selection.studies, countries), burden)


def of_countries(*places):
    return pd.DataFrame({"countries": list(places)})


def test_burden_by_hand():
    table = homicide_burden.homicide_burden(PANEL, 2020, 2021).set_index("iso3")
    assert table.loc["AAA", ["homicides", "homicides_low", "homicides_high", "years_counted"]].tolist() == [
        200, 100, 300, 2,
    ]  # fmt: skip
    assert table.loc["AAA", "rate"] == pytest.approx(1e5 * 400 / 20_000)
    assert table.loc["BBB", ["homicides", "years_counted", "last_year_counted"]].tolist() == [40, 1, 2020]
    # A state without a count: none at best, at worst as violent as the worst state of these years (300 of 10,000).
    assert np.isnan(table.loc["CCC", "homicides"])
    assert table.loc["CCC", ["homicides_low", "homicides_high"]].tolist() == [0, 30]


def test_the_gap_by_hand_with_a_state_that_nobody_counted():
    table = homicide_burden.evidence_and_burden(BY_COUNTRY, homicide_burden.homicide_burden(PANEL, 2020, 2021))
    assert table["iso3"].tolist() == ["AAA", "BBB", "CCC"]
    assert table["homicides_per_study"].tolist()[:2] == [float("inf"), 10]
    found = homicide_burden.burden_without(table)
    assert found.value == pytest.approx(200 / 240)
    assert found.bounds == pytest.approx((100 / 140, 330 / 370))
    assert found.states == ("A", "C")
    assert homicide_burden.burden_without(table, "strong_designs").value == 1


def test_where_nobody_counted_at_all_the_share_is_unknown():
    silent = PANEL.assign(homicide_count=np.nan)
    table = homicide_burden.evidence_and_burden(BY_COUNTRY, homicide_burden.homicide_burden(silent, 2020, 2021))
    assert np.isnan(homicide_burden.burden_without(table).value)


def test_the_real_share_equals_a_sum_by_loops_and_lies_in_its_bounds(gaps):
    panel, total, without = catalog.load("country_year"), 0.0, 0.0
    for state, rows in panel[panel["year"].between(2018, 2023)].groupby("iso3"):
        mean = float(rows["homicide_count"].dropna().mean())
        total += mean
        without += mean * (gaps.set_index("iso3").loc[state, "studies"] == 0)
    found = homicide_burden.burden_without(gaps)
    assert found.value == pytest.approx(without / total)
    assert found.bounds[0] < found.value < found.bounds[1]
    assert homicide_burden.burden_without(gaps, "strong_designs").value >= found.value


def test_the_largest_gap_comes_first(gaps):
    unstudied = gaps[gaps["studies"] == 0]
    assert unstudied.index.tolist() == list(range(len(unstudied)))
    assert unstudied["homicides"].is_monotonic_decreasing
    assert gaps.loc[gaps["studies"] > 0, "homicides_per_study"].is_monotonic_decreasing
    assert gaps["rank"].tolist() == list(range(1, 34))
    assert gaps["share_of_homicides"].sum() == pytest.approx(1)


counts = st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(any)


@given(counts)
def test_gini_equals_its_definition_by_mean_absolute_difference(values):
    differences = sum(abs(a - b) for a, b in itertools.product(values, values))
    expected = differences / (2 * len(values) ** 2 * (sum(values) / len(values)))
    assert evidence_spread.gini(np.array([values]))[0] == pytest.approx(expected, abs=1e-12)


@given(counts, st.integers(2, 5), st.randoms(use_true_random=False))
def test_gini_does_not_depend_on_scale_or_order(values, factor, random):
    moved = [factor * value for value in random.sample(values, len(values))]
    found = evidence_spread.gini(np.array([values, moved]))
    assert found[0] == pytest.approx(found[1], abs=1e-12)


def test_gini_of_extremes():
    assert evidence_spread.gini(np.array([[3, 3, 3, 3], [8, 0, 0, 0]])).tolist() == [0, 0.75]
    assert np.isnan(evidence_spread.gini(np.zeros((1, 4)))[0])


def test_a_study_of_two_countries_counts_once_in_the_share_of_the_most_studied():
    studies = of_countries(("BRA", "COL"), ("BRA",), ("MEX",), ("XXX",), ())
    found = evidence_spread.spread(studies, "countries", ["BRA", "COL", "MEX"], np.random.default_rng(1), top=2)
    assert found.n == 3  # the others are in no unit
    assert found.top == ("BRA", "COL")
    assert found.top_share == pytest.approx(2 / 3)
    assert found.gini == pytest.approx(evidence_spread.gini(np.array([[2, 1, 1]]))[0])


def test_no_study_in_any_unit_has_no_spread():
    found = evidence_spread.spread(of_countries(()), "countries", ["BRA", "COL"], np.random.default_rng(1))
    assert (found.n, found.top) == (0, ())
    assert np.isnan(found.gini)


def test_studies_in_a_single_country_are_as_uneven_as_can_be():
    found = evidence_spread.spread(of_countries(*[("BRA",)] * 5), "countries", ["BRA", "COL"], np.random.default_rng(1))
    assert found.gini == pytest.approx(0.5)
    assert found.top_share == 1
    assert found.gini_interval == pytest.approx((0.5, 0.5))


def test_the_yardstick_of_chance_is_what_chance_gives():
    # Were it off, the collection would look more or less concentrated than it is.
    units, generator = [f"u{unit}" for unit in range(20)], np.random.default_rng(3)
    studies = of_countries(*[(units[place],) for place in generator.integers(20, size=60)])
    found = evidence_spread.spread(studies, "countries", units, generator, samples=2000)
    simulated = [
        evidence_spread.gini(np.bincount(generator.integers(20, size=60), minlength=20)[None])[0] for _ in range(2000)
    ]
    # Means of 2,000 draws each with a standard deviation of about 0.03: their difference has 0.001.
    assert found.gini_expected == pytest.approx(np.mean(simulated), abs=0.004)
    assert found.gini_by_chance[0] < found.gini < found.gini_by_chance[1]


def test_chances_that_follow_the_homicides_move_the_yardstick(selection, gaps):
    units, generator = gaps["iso3"].tolist(), np.random.default_rng(4)
    even = evidence_spread.spread(selection.studies, "countries", units, generator, samples=300)
    following = evidence_spread.spread(
        selection.studies, "countries", units, generator, samples=300, chances=gaps["homicides"].fillna(0)
    )
    assert even.gini == following.gini
    assert following.gini_by_chance[0] > even.gini_by_chance[1]
    assert even.gini_interval[0] < even.gini < even.gini_interval[1]


@pytest.mark.slow
@pytest.mark.parametrize("evenness", [0.15, 1.0, 5.0])
def test_the_interval_holds_the_expected_coefficient_about_nine_times_in_ten(evenness):
    # As the method page says: few studies over many units leave the bootstrap short of its 95%.
    generator = np.random.default_rng(5)
    units = [f"u{unit:02d}" for unit in range(33)]
    held = 0
    for _ in range(5):
        shares = generator.dirichlet(np.full(33, evenness))
        expected = evidence_spread.gini(generator.multinomial(54, shares, size=4000)).mean()
        for _ in range(40):
            studies = of_countries(*[(units[place],) for place in generator.choice(33, size=54, p=shares)])
            low, high = evidence_spread.spread(studies, "countries", units, generator, samples=300).gini_interval
            held += low <= expected <= high
    # 200 replications of a coverage of 0.9: two and a half standard errors are 0.05.
    assert held / 200 == pytest.approx(0.9, abs=0.06)


def test_growth_ends_at_the_number_of_studies_and_never_falls(selection):
    studies = selection.studies
    table = study_counts.growth(studies, {"all": studies["year"] > 0, "region": studies["in_lac"]})
    for name, rows in table.groupby("group"):
        assert rows["total"].iloc[-1] == (len(studies) if name == "all" else studies["in_lac"].sum())
        assert (rows["total"].diff().dropna() >= 0).all()
        assert rows["published"].sum() == rows["total"].iloc[-1]
    assert study_counts.growth(studies.iloc[:0], {"all": studies["in_lac"].iloc[:0]}).empty


@pytest.mark.parametrize("seed", range(8))
def test_rows_by_emptiness_account_for_every_cell(seed, selection):
    grid = map_cells.cells(selection.studies.sample(12, random_state=seed))
    table = map_cells.rows_by_emptiness(grid)
    assert (table["empty"] + table["filled"] == 9).all()
    assert table["empty"].sum() == map_cells.gap_counts(grid).empty
    assert table["thin"].sum() == map_cells.gap_counts(grid).thin
    assert table["filled"].is_monotonic_increasing
