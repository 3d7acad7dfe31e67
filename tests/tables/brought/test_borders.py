"""Neighbours as analysts bring them: found among the places of the other table, or refused with rows and remedy."""

import pandas as pd
import pytest

from citizen_security.parameters import ParameterError
from citizen_security.tables.brought.borders import check_borders, read_borders
from citizen_security.tables.brought.files import read_cells
from citizen_security.tables.brought.findings import Findings

PLACES = pd.DataFrame(
    {
        "place": ["Atoyac", "Benito Juárez", "San José", "05001", "Colón", "San José", "Tolimán"],
        "group": ["North", "North", "North", "North", "South", "South", "South"],
    }
)


@pytest.fixture
def read(tmp_path):
    def reading(rows, columns=("place", "neighbour"), name="edges.csv", text=""):
        path = tmp_path / name
        frame = pd.DataFrame(rows, columns=list(columns))
        if name.endswith(".parquet"):
            frame.to_parquet(path)
        else:
            path.write_text(text or frame.to_csv(index=False), encoding="utf-8")
        return read_borders(path, PLACES)

    return reading


def refused(read, *given, **options):
    with pytest.raises(ParameterError) as error:
        read(*given, **options)
    return error.value.problems


CLEAN = [("Atoyac", "Benito Juárez"), ("Benito Juárez", "05001"), ("Colón", "Tolimán")]


def test_pairs_are_positions_of_places_each_once(read):
    found = read(CLEAN)
    assert found.pairs.tolist() == [[0, 1], [1, 3], [4, 6]]
    # Each San José is without a neighbour: more than a tenth of the places.
    assert found.notes == ()
    said = "2 places of 7 without a neighbour in the group ('San José'; 'San José'): levels are shared with none"
    assert found.doubts == (f"{said}; if they touch others, add these pairs",)


def test_both_directions_and_repeated_rows_are_one_pair(read):
    both = [*CLEAN, *[(other, one) for one, other in CLEAN]]
    found = read(both)
    assert found.pairs.tolist() == read(CLEAN).pairs.tolist()
    assert found.notes == ("every pair stands in both directions: taken once",)
    again = read([*CLEAN, CLEAN[0]])
    assert again.pairs.tolist() == read(CLEAN).pairs.tolist()
    assert again.notes == ("1 repeated row passed over",)
    mixed = read([*CLEAN, CLEAN[0][::-1]])
    assert mixed.pairs.tolist() == read(CLEAN).pairs.tolist()
    assert mixed.doubts[0].startswith("2 pairs of neighbours in one direction only ('Benito Juárez' and '05001'; ")
    assert mixed.doubts[0].endswith("), 1 in both: taken for neighbours all the same")


def test_names_are_found_however_they_are_written(read):
    found = read([("ATOYAC", " benito juarez "), ("Atoyac", "5001.0")])
    assert found.pairs.tolist() == [[0, 1], [0, 3]]
    assert [note.split(":")[0] for note in found.notes] == ["neighbour", "neighbour", "place", "neighbour"]
    assert "such as 'ATOYAC'" in found.notes[2]


def test_a_name_of_two_groups_needs_them(read):
    (problem,) = refused(read, [("San José", "Atoyac"), ("Colón", "San José")])[:1]
    assert "under place the name of more than one place in 1 row (row 2: 'San José')" in problem
    assert "Give their groups in columns group and neighbour_group" in problem
    four = ("place", "group", "neighbour", "neighbour_group")
    found = read([("San José", "North", "Atoyac", "north"), ("Colón", "South", "San José", "South")], four)
    assert found.pairs.tolist() == [[0, 2], [4, 5]]
    three = read([("San José", "South", "Colón")], four[:3])
    assert three.pairs.tolist() == [[4, 5]]


def test_the_columns_of_groups_belong_together(read):
    (problem,) = refused(read, [("San José", "Colón", "South")], ("place", "neighbour", "neighbour_group"))
    assert "none called group" in problem


def test_everything_wrong_is_told_at_once_with_rows(read):
    rows = [("Atoyak", "Colón"), ("Atoyac", "Atoyac"), ("San José", "Atoyac"), (None, "Colón"), ("Colón", "Lugar")]
    problems = refused(read, rows)
    assert len(problems) == 5
    told = "\n".join(problems)
    assert "no place in 1 row (row 5: empty)" in told
    assert "under place what is no place of the table of homicides in 1 row (row 2: 'Atoyak')" in told
    assert "For 'Atoyak', did you mean 'Atoyac'?" in told
    assert "more than one place in 1 row (row 4: 'San José')" in told
    assert "under neighbour what is no place of the table of homicides in 1 row (row 6: 'Lugar')" in told
    assert "a neighbour of its own in 1 row (row 3: 'Atoyac')" in told


def test_pairs_of_two_groups_are_left_out_and_said(read):
    found = read([*CLEAN, ("Atoyac", "Colón")])
    assert found.pairs.tolist() == read(CLEAN).pairs.tolist()
    assert found.notes == ("1 pair of neighbours in two groups left out ('Atoyac' and 'Colón'): a level is compared "
                           "within its group",)  # fmt: skip
    (problem,) = refused(read, [("Atoyac", "Colón")])
    assert "no pair of neighbours within one group" in problem


def test_few_places_without_neighbours_are_noted(tmp_path):
    places = pd.DataFrame({"place": [f"Place {number:02}" for number in range(20)], "group": "One"})
    chain = pd.DataFrame({"place": places["place"][:18], "neighbour": places["place"][1:19].to_numpy()})
    chain.to_csv(tmp_path / "edges.csv", index=False)
    found = read_borders(tmp_path / "edges.csv", places)
    assert len(found.pairs) == 18
    assert found.notes == ("1 place of 20 without a neighbour in the group ('Place 19'): levels are shared with none",)
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place,neighbour\n", "has 0 rows"),
        ("place,other\nAtoyac,Colón\n", "edges.csv: column neighbour is missing"),
        ("", "is empty"),
    ],
)
def test_what_is_no_table_of_pairs_is_refused(read, text, said):
    assert said in refused(read, CLEAN, text=text or "\n")[0]


def test_title_lines_other_separators_and_parquet_are_read(read):
    text = "Vecinos de los municipios\n\nPLACE;Neighbour;length\nAtoyac;Benito Juárez;3,2\n;;\n"
    found = read(CLEAN, text=text)
    assert found.pairs.tolist() == [[0, 1]]
    assert "column 'PLACE' read as 'place'" in found.notes
    assert read(CLEAN, name="edges.parquet").pairs.tolist() == read(CLEAN).pairs.tolist()


def test_both_columns_that_are_not_there_are_told_with_those_that_are(read):
    problems = refused(read, [("Atoyac", "Colón")], ("one", "other"))
    assert [each.split(" is missing")[0] for each in problems] == [
        "edges.csv: column place",
        "edges.csv: column neighbour",
    ]
    assert all("one" in each and "other" in each for each in problems)


@pytest.mark.parametrize("places", [PLACES, None], ids=["places known", "places refused"])
def test_a_table_without_its_file_is_refused(tmp_path, places):
    with pytest.raises(ParameterError, match="there is no such file"):
        check_borders(tmp_path / "edges.csv", places)


# --- columns that are not read ----------------------------------------------------------------------------------------

CHAIN = pd.DataFrame({"place": [f"Place {number}" for number in range(8)], "group": "One"})


@pytest.fixture
def of_chain(tmp_path):
    def reading(frame, name="edges.csv"):
        path = tmp_path / name
        frame.to_csv(path, index=False) if name.endswith("csv") else frame.to_parquet(path)
        return read_borders(path, CHAIN)

    return reading


def every_pair(**columns):
    pairs = [(one, other) for one in CHAIN["place"] for other in CHAIN["place"] if one != other]
    return pd.DataFrame(pairs, columns=["place", "neighbour"]).assign(**columns)


@pytest.mark.parametrize("name", ["edges.csv", "edges.parquet"])
@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        ("adjacent", [0, 1], "says 0 or no under 'adjacent' in 28 rows"),
        ("distance", [0.0, 12.5], "says 0 or no under 'distance' in 28 rows"),
        ("adyacente", ["não", "sim"], "says 0 or no under 'adyacente' in 28 rows"),
        ("touches", [False, True], "says 0 or no under 'touches' in 28 rows"),
        ("peso", [0.25, 0.75], "has weights under 'peso', from 0.25 to 0.75"),
    ],
)
def test_a_column_that_says_who_is_a_neighbour_is_refused(of_chain, name, column, cells, said):
    with pytest.raises(ParameterError) as error:
        of_chain(every_pair(**{column: cells * 28}), name)
    (problem,) = error.value.problems
    assert said in problem
    assert "leave out the rows of places that" in problem


@pytest.mark.parametrize("name", ["edges.csv", "edges.parquet"])
def test_other_columns_are_named_as_not_read(of_chain, name):
    chain = CHAIN.head(7)[["place"]].assign(neighbour=CHAIN["place"][1:].to_numpy(), weight=1, border_km=[3.5] * 7)
    found = of_chain(chain, name)
    assert found.notes == ("2 columns not read: 'weight', 'border_km'",)
    assert found.doubts == ()


def test_more_pairs_than_a_map_has_are_doubted(of_chain):
    (doubt,) = of_chain(every_pair()).doubts
    assert "1 group with more pairs than touch each other on any map ('One': 28 pairs of 8 places)" in doubt


# --- the remedy fits --------------------------------------------------------------------------------------------------


def test_a_neighbour_of_another_group_needs_the_column_of_its_group(read):
    (problem,) = refused(read, [("Atoyac", "Colón", "North")], ("place", "neighbour", "group"))
    assert "places of another group than the one given in 1 row (row 2: 'Colón of South')" in problem
    assert "add the column" in problem
    assert "did you mean" not in problem
    (problem,) = refused(
        read, [("Atoyac", "Colón", "North", "North")], ("place", "neighbour", "group", "neighbour_group")
    )
    assert "Correct neighbour_group." in problem


@pytest.mark.parametrize("columns", [("place", "neighbour"), ("place", "neighbour", "group")])
def test_twins_of_one_group_are_told_apart_by_their_writing(tmp_path, columns):
    places = pd.DataFrame({"place": ["Sao", "São", "Vila"], "group": "One"})
    pd.DataFrame([("SAO", "Vila", "One")[: len(columns)]], columns=list(columns)).to_csv(tmp_path / "edges.csv")
    with pytest.raises(ParameterError) as error:
        read_borders(tmp_path / "edges.csv", places)
    (problem,) = error.value.problems
    assert "Write it as in the table of homicides: 'Sao' or 'São'." in problem


def test_columns_that_nobody_asked_for_are_known(tmp_path):
    # whoever has columns of a fixed set refuses others, in which a slip of a name would hide
    file = tmp_path / "neighbours.csv"
    file.write_text("place,neighbuor,Neighbour,\na,b,c,\n")
    findings = Findings(file.name, fixed_header=True)
    columns = {"place": "place", "neighbour": "neighbour"}
    read_cells(file, columns, tuple(columns), findings)
    assert findings.unread == ("neighbuor", "")
