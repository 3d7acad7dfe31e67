"""Homicides, people and labels over years: what no chance explains is said, and what years between explain is not."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.parameters import ParameterError
from citizen_security.tables.brought.reader import COLUMNS, read_brought

SAME = {name: name for name in COLUMNS}


def table(years=range(2000, 2020), growth=1.01, places=40):
    """Places of two groups, as large as towns, with counts of some tens."""
    random = np.random.default_rng(11)
    years = np.array(years)
    size = random.integers(60_000, 200_000, places)
    frame = pd.DataFrame(
        {
            "place": np.repeat([f"Vila {'abcdefghij'[i % 10]} {'abcd'[i // 10]}" for i in range(places)], len(years)),
            "group": np.repeat([f"State {'AB'[i % 2]}" for i in range(places)], len(years)),
            "year": np.tile(years, places),
            "population": (size[:, np.newaxis] * growth ** (years - years[0])).astype(int).ravel(),
        }
    )
    return frame.assign(homicides=random.poisson(frame["population"] * 20 / 100_000))


@pytest.fixture
def read(tmp_path):
    def reading(frame):
        path = tmp_path / "brought.csv"
        frame.to_csv(path, index=False)
        return read_brought(path, SAME)

    return reading


def changed(frame, rows, **cells):
    """The same with other cells in some rows, each given or made of the frame."""
    return frame.assign(
        **{name: frame[name].mask(rows, cell(frame) if callable(cell) else cell) for name, cell in cells.items()}
    )


def in_year(*years):
    return lambda frame: frame["year"].isin(years)


def in_state(year):
    return lambda frame: (frame["year"] == year) & (frame["group"] == "State B")


def in_place(*years):
    return lambda frame: frame["year"].isin(years) & (frame["place"] == "Vila f a")


def test_a_table_without_faults_is_not_doubted(read):
    brought = read(table())
    assert brought.doubts == ()
    assert brought.notes == ()


# --- counts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "part", "cases", "said"),
    [
        (in_year(2019), 0, 1, "all places: 0 in 2019, first in row 21, and"),
        (in_year(2018, 2019), 0, 2, "all places: 0 in 2019, first in row 21, and"),
        (in_year(2000), 0, 1, "all places: 0 in 2000, first in row 2, and"),
        (in_year(2010, 2011), 0, 2, "all places: 0 in 2011, first in row 13, and"),
        (in_state(2019), 0, 1, "'State B': 0 in 2019, first in row 41, and"),
        (in_state(2010), 1 / 12, 1, "in 2010, first in row 32, and"),
        (in_year(2019), 1 / 12, 1, "in 2019, first in row 21, and"),
    ],
)
def test_years_of_nothing_or_of_a_part_are_doubted(read, rows, part, cases, said):
    frame = table()
    (doubt,) = read(changed(frame, rows(frame), homicides=lambda it: (it["homicides"] * part).astype(int))).doubts
    assert f"in {cases} case{'s' * (cases > 1)} the homicides of a year are none, or less than a third" in doubt
    assert said in doubt


def test_a_fall_by_half_is_a_fall(read):
    frame = table()
    halved = changed(frame, frame["year"] >= 2019, homicides=lambda it: it["homicides"] // 2)
    assert read(halved).doubts == ()


def test_zeros_of_small_places_are_counts(read):
    frame = table()
    people = frame["population"] // 100
    small = frame.assign(population=people, homicides=np.random.default_rng(5).poisson(people * 20 / 100_000))
    assert read(small).doubts == ()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (in_year(2019), "all places: 2019, first in row 21, as 2018"),
        (in_state(2019), "'State B': 2019, first in row 41, as 2018"),
    ],
)
def test_a_copied_year_is_doubted(read, rows, said):
    frame = table()
    before = frame["homicides"].shift(1)
    (doubt,) = read(changed(frame, rows(frame), homicides=before).astype({"homicides": int})).doubts
    assert f"in 1 case places count the same homicides in two years ({said})" in doubt


@pytest.mark.parametrize("count", [5_000, 600])
def test_an_impossible_count_of_one_year_is_doubted_with_its_row(read, count):
    frame = table()
    (doubt,) = read(changed(frame, in_place(2010)(frame), homicides=count)).doubts
    assert f"(row 112: {count:,} homicides of" in doubt
    assert "is there a digit too many?" in doubt


def test_as_many_homicides_as_people_are_refused_with_the_row(read):
    frame = table()
    with pytest.raises(ParameterError, match=r"as many homicides as people in 1 row \(row 112: "):
        read(changed(frame, in_place(2010)(frame), homicides=frame["population"]))


# --- labels that go and come back -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "cells", "said"),
    [
        (in_place(2010), {"place": "Villa f a"}, "'Vila f a' of 'State B' and, in 2010, 'Villa f a' of 'State B'"),
        (in_place(2010), {"place": "Santa Rita"}, "'Vila f a' of 'State B' and, in 2010, 'Santa Rita' of 'State B'"),
        (in_place(2005, 2010, 2011), {"place": "V. f a"}, "in 2005, 2010, 2011, 'V. f a' of 'State B'"),
        (in_place(2010), {"group": "State A"}, "in 2010, 'Vila f a' of 'State A', first in row 112"),
        (in_place(2010), {"group": "State O"}, "in 2010, 'Vila f a' of 'State O', first in row 112"),
        (in_place(*range(2001, 2020, 2)), {"place": "Paraíso"}, "2001–2019 every 2nd, 'Paraíso' of 'State B'"),
    ],
)
def test_a_label_that_goes_and_comes_back_is_doubted_with_both_names(read, rows, cells, said):
    frame = table()
    (doubt,) = read(changed(frame, rows(frame), **cells)).doubts
    assert "in 1 case a label stands only in years in which another" in doubt
    assert said in doubt


def test_places_of_a_group_that_stand_elsewhere_in_one_year_are_doubted(read):
    frame = table()
    (doubt,) = read(changed(frame, in_state(2010)(frame), group="State A")).doubts
    assert "in 20 cases a label stands only in years in which another" in doubt


def test_a_place_that_lacks_a_year_is_not_doubted(read):
    frame = table()
    assert read(frame[~in_place(2010)(frame)]).doubts == ()


# --- people between censuses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [(1970, 2010), (1950, 1980, 2010), (1960, 1970, 1980, 1991, 2000, 2010)])
@pytest.mark.parametrize("growth", [1.01, 1.025])
def test_growth_between_censuses_is_no_change_of_unit(read, years, growth):
    assert not [said for said in read(table(years, growth)).doubts if "population" in said]


@pytest.mark.parametrize(
    ("years", "people"),
    [((1990, 2000, 2010, 2020), (5_000, 21_000, 30_000, 33_000)), ((1990, 2020), (4_000, 50_200))],
)
def test_a_town_that_booms_between_censuses_is_doubted_and_not_refused(read, years, people):
    frame = table(years)
    booming = frame["place"] == "Vila f a"
    frame.loc[booming, "population"] = people
    frame.loc[booming, "homicides"] = 1
    (doubt,) = [said for said in read(frame).doubts if "population" in said]
    assert "and by 5% more in each further year between" in doubt
    assert f"'Vila f a' of 'State B': {people[0]:,} in 1990" in doubt


def test_another_unit_between_censuses_is_refused(read):
    frame = table((1990, 2000, 2010, 2020), 1.01)
    late = frame["year"] >= 2010
    with pytest.raises(ParameterError, match="all change by the same large factor"):
        read(changed(frame, late, population=lambda it: it["population"] * 10, homicides=1))


def test_a_place_that_moves_between_censuses_is_doubted(read):
    frame = table((1990, 2000, 2010, 2020))
    doubts = read(changed(frame, in_place(2010, 2020)(frame), group="State A")).doubts
    assert any("'Vila f a' from 'State B' to 'State A' in 2010" in said for said in doubts)
