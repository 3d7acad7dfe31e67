"""A brought table with anything wrong in it is refused at once, in a sentence; a right one is read as it stands."""

import numpy as np
import pandas as pd
import pytest
from cities.every_municipality.brought import SAME, changed, plain, table

from citizen_security.cities.every_municipality.summaries import say_missing
from citizen_security.cities.every_municipality.table import build_panel, read_municipalities
from citizen_security.parameters import ParameterError


def refusal(path, columns=SAME):
    with pytest.raises(ParameterError) as refused:
        read_municipalities(path, columns)
    return str(refused.value)


# --- bad tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (changed("homicides", 4, -1), "no count of homicides in 1 row (row 6: '-1')"),
        (changed("homicides", 4, 2.5), "no count of homicides in 1 row (row 6: '2.5')"),
        (changed("homicides", 4, np.inf), "no count of homicides in 1 row (row 6: 'inf')"),
        (changed("population", 4, 0), "no population above zero in 1 row (row 6: '0')"),
        (changed("homicides", 4, 2_001), "more homicides than people in 1 row (row 6: '2001')"),
        (changed("year", 4, None), "no year in 1 row (row 6: empty)"),
        (changed("year", 4, 19), "no year from 1800 to 2100 in 1 row (row 6: '19')"),
        (changed("place", 4, "  "), "no place in 1 row (row 6: '  ')"),
        (changed("group", 4, None), "no group in 1 row (row 6: empty)"),
        (changed("homicides", 4, "n/d"), "a sign for “not available” for homicides in 1 row (row 6: 'n/d')"),
        (changed("population", 4, "12.345.678"), "text for population in 1 row (row 6: '12.345.678')"),
        (pd.concat([table(), table().iloc[[7]]]), "a place and year more than once in 1 row (row 38: 'Place 02')"),
        (table(places=1), "has 1 place; at least 10 are needed"),
        (table().assign(homicides=0), "no homicide in any row"),
        (table().iloc[:0], "has 0 rows"),
        (table().drop(columns="population"), "unknown column 'population' in population_column"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_bad_table_is_refused_with_the_row_and_the_remedy(frame, sentence, kind, write):
    frame = frame if kind == "csv" else in_one_type(frame)
    path = write(frame, f"brought.{kind}")
    message = refusal(path)
    assert sentence in message or (kind == "parquet" and sentence.split(" (")[0] in message)
    remedies = ("llowed", "Fill it in", "needed", "check the column", "Leave out the row")
    assert any(remedy in message for remedy in remedies)


def in_one_type(frame):
    """Parquet columns have one type: one with text in it is a column of text."""
    columns = {name: frame[name].map(type).nunique() > 1 for name in frame}
    texts = {
        name for name, mixed in columns.items() if mixed and frame[name].map(lambda cell: isinstance(cell, str)).any()
    }
    return frame.assign(**{name: frame[name].astype("str") for name in texts}).infer_objects()


def test_all_that_is_wrong_of_a_kind_is_said_at_once(write):
    frame = changed("homicides", 4, -1)
    frame.loc[[5, 6, 7, 8], "population"] = 0
    message = refusal(write(frame))
    assert "row 6: '-1'" in message
    assert "4 rows (rows 7–10: '0')" in message


@pytest.mark.parametrize(("encoding", "said"), [("utf-16-le", "UTF-16 without its mark"), ("cp850", "Windows-1252")])
def test_an_encoding_that_can_only_be_guessed_is_refused(encoding, said, tmp_path):
    path = tmp_path / "brought.csv"
    path.write_bytes(table().assign(group="Nariño").to_csv(index=False).encode(encoding))
    assert said in refusal(path)
    assert "CSV UTF-8" in refusal(path)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_an_encoding_without_doubt_is_read_and_said(encoding, write):
    found = read_municipalities(write(table().assign(group="Nariño"), encoding=encoding), SAME)
    assert set(found.table["group"]) == {"Nariño"}
    assert "read as" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("brought.csv", b"", "is empty"),
        ("brought.csv", b"place,group,year,homicides,population\nA,B,2000\n", "no readable table of text"),
        ("brought.parquet", b"PAR1 and nothing else", "no readable Parquet"),
        ("brought.xlsx", b"PK", "is a spreadsheet"),
        ("brought.docx", b"PK", "is no table"),
        ("brought.csv", b"place,group,year,homicides,population,year\nA,B,2000,1,10,2000\n", "more than once"),
    ],
)
def test_a_file_that_is_no_table_is_refused(name, content, sentence, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    assert sentence in refusal(path)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    assert "there is no such file" in refusal(tmp_path / "brought.csv")


def test_one_column_cannot_be_two_things(write):
    assert "the column 'place' is named for place_column and group_column" in refusal(
        write(table()), SAME | {"group": "place"}
    )


def test_a_near_miss_of_a_column_is_suggested(write):
    assert "did you mean 'homicides'?" in refusal(write(table()), SAME | {"homicides": "homicide"})


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_rows_of_a_whole_country_are_read_and_checked(kind, write):
    path = write(table(places=6_000, years=20), f"brought.{kind}")
    assert len(read_municipalities(path, SAME).table) == 120_000


# --- good tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"sep": ";"}, {"sep": "\t"}, {"encoding": "utf-8-sig"}])
def test_the_csv_of_a_spreadsheet_is_read(options, write):
    assert plain(read_municipalities(write(table(), **options), SAME).table).equals(plain(table()))


def test_counts_written_with_a_decimal_point_are_counts(write):
    assert plain(read_municipalities(write(table().astype({"homicides": float})), SAME).table).equals(plain(table()))


def test_codes_of_places_stay_text_with_their_zeros(write):
    frame = table().assign(place=[f"0{number // 3:04}" for number in range(36)])
    assert read_municipalities(write(frame), SAME).table["place"].iloc[0] == "00000"


def test_numeric_codes_of_places_are_taken_from_parquet(write):
    frame = table().assign(place=np.arange(36) // 3)
    assert plain(read_municipalities(write(frame, "brought.parquet"), SAME).table)["place"].iloc[3] == "1"


def test_other_columns_and_other_names_do_not_matter(write):
    frame = table().rename(columns={"place": "municipio", "homicides": "homicidios"}).assign(note="x")
    columns = SAME | {"place": "municipio", "homicides": "homicidios"}
    assert plain(read_municipalities(write(frame), columns).table).equals(plain(table()))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "<b>$x$</b>", "NA", "null", "=1+1", "São João, “A”"])
def test_a_name_is_text_whatever_it_holds(name, write):
    frame = table().replace({"place": {"Place 03": name}})
    found = read_municipalities(write(frame), SAME).table
    assert name in set(found["place"])
    page = build_panel(found).places._repr_html_()
    assert "<script" not in page
    assert "<b>" not in page


# --- the panel --------------------------------------------------------------------------------------------------------


def test_the_panel_holds_every_cell_in_its_place():
    frame = table().sample(frac=1, random_state=1)
    panel = build_panel(frame)
    assert panel.groups == ("North", "South")
    assert panel.years == (2019, 2020, 2021)
    assert panel.places["group"].tolist() == ["North"] * 6 + ["South"] * 6
    assert [panel.groups[group] for group in panel.group_index] == panel.places["group"].tolist()
    for row in frame.itertuples():
        place = panel.places.index[panel.places["place"] == row.place][0]
        assert panel.homicides[place, row.year - 2019] == row.homicides
        assert panel.exposure[place, row.year - 2019] == row.population / 100_000


def test_two_groups_may_each_have_a_place_of_one_name():
    frame = table().replace({"place": {"Place 00": "San José", "Place 01": "San José"}})
    assert len(build_panel(frame).places) == 12


def test_a_missing_year_leaves_no_exposure():
    panel = build_panel(table().drop(index=[4]))
    assert panel.missing_place_years == 1
    assert panel.exposure[panel.places["place"] == "Place 01"][0].tolist() == [0.02, 0.0, 0.02]


def test_a_year_that_all_places_lack_is_said():
    panel = build_panel(table(years=5).query("year not in (2020, 2021)"))
    assert say_missing(panel) == (
        "0 pairs of a place and a year that other places have are not in the table, and no place has a row in 2020, "
        "2021."
    )
    assert say_missing(build_panel(table().drop(index=[4]))).startswith("1 pair of a place and a year that")


def test_some_places_keep_their_group_and_counts():
    panel = build_panel(table())
    few = panel.of_places(np.array([11, 2]))
    assert few.places["place"].tolist() == [panel.places["place"][11], panel.places["place"][2]]
    assert few.place_homicides.tolist() == panel.place_homicides[[11, 2]].tolist()
    assert few.place_exposure.tolist() == panel.place_exposure[[11, 2]].tolist()
