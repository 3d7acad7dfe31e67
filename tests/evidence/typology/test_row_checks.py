"""A row of the typology sets a strategy against a threat, and once, or it is refused with its row."""

import pytest

from citizen_security import compendium
from citizen_security.evidence.typology.row_checks import findings_of_tables
from citizen_security.tables import catalog


@pytest.fixture
def tables():
    return {name: catalog.load(name).copy() for name in ("typology", "typology_parts")}


def test_shipped_rows_are_whole_and_the_command_looks(tables):
    assert findings_of_tables(tables) == []
    assert set(tables) in [set(names) for names, _ in compendium.row_checks()]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("threat", "mediation", "'mediation' is a strategy of typology_parts and no threat. Allowed: any_threat, "),
        ("strategy", "petty_crime", "'petty_crime' is a threat of typology_parts and no strategy. Allowed: community_"),
    ],
)
def test_a_part_in_the_wrong_column_is_refused_with_what_is_allowed(tables, column, value, said):
    tables["typology"].loc[3, column] = value
    (error,) = findings_of_tables(tables)
    assert error.is_error
    assert error.sentence.startswith(f"row 5 (position=40), {column}: {said}")


def test_a_placement_that_stands_twice_is_refused(tables):
    columns = ["threat", "strategy", "measure", "intervention"]
    tables["typology"].loc[1, columns] = tables["typology"].loc[0, columns]
    (error,) = findings_of_tables(tables)
    assert error.compares
    assert "the row says what row 10 says" in error.sentence
    # The same measure read as another intervention is another placement.
    tables["typology"].loc[1, "intervention"] = "hot_spots_policing"
    assert findings_of_tables(tables) == []


def test_parts_that_are_in_no_table_are_left_to_the_description(tables):
    tables["typology"].loc[0, "threat"] = "petty_crimes"
    assert findings_of_tables(tables) == []
