"""Two sets of runs, compared: a number that moved unseen is a number the book prints wrong."""

import json
from pathlib import Path

import pytest

from citizen_security.runs.compare import compare

VALUE = {"value": 0.1, "unit": "points", "interval": [0.0, 0.2], "n": 10, "label": "95% confidence", "format": ".1f"}
TABLE = "city,rate\nLima,7.0\nSão Luís,74.5\n"


def write(folder: Path, values: dict, *, name: str = "cities/city_table", **tables: str) -> Path:
    run = folder / name / "default"
    (run / "tables").mkdir(parents=True)
    (run / "values.json").write_text(json.dumps(values))
    for table, text in tables.items():
        (run / "tables" / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def differences(tmp_path, old: dict, new: dict) -> list[tuple]:
    found = compare(write(tmp_path / "old", old), write(tmp_path / "new", new))
    return [(it.item, it.kind, it.change, it.old, it.new) for it in found.differences]


def table_detail(tmp_path, new: str) -> str:
    (found,) = compare(write(tmp_path / "old", {}, rates=TABLE), write(tmp_path / "new", {}, rates=new)).differences
    assert (found.notebook, found.item, found.kind, found.change) == ("cities/city_table", "rates", "table", "changed")
    return found.detail


def test_equal_runs_are_equal_and_counted(tmp_path):
    old = write(tmp_path / "old", {"rate": VALUE}, rates=TABLE)
    found = compare(old, write(tmp_path / "new", {"rate": VALUE}, rates=TABLE))
    assert found.equal
    assert (found.notebooks, found.values, found.tables) == (("cities/city_table",), 1, 1)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        # One unit in the last place.
        ("value", 0.10000000000000002),
        ("value", "0.1"),
        ("interval", [0.0, 0.20000000000000004]),
        ("interval", None),
        ("n", 11),
        ("unit", "percent"),
        ("label", "90% confidence"),
        ("format", ".2f"),
    ],
)
def test_what_differs_of_a_value_is_told_apart(tmp_path, field, changed):
    new = {"rate": {**VALUE, field: changed}}
    assert differences(tmp_path, {"rate": VALUE}, new) == [("rate", field, "changed", VALUE[field], changed)]


def test_an_integer_is_not_the_number_it_equals(tmp_path):
    old, new = ({"rate": {**VALUE, "value": value}} for value in (1, 1.0))
    assert differences(tmp_path, old, new) == [("rate", "value", "changed", 1, 1.0)]


def test_a_number_is_said_to_differ_by_how_much_of_its_size(tmp_path):
    new = {"rate": {**VALUE, "value": 0.08}}
    (found,) = compare(write(tmp_path / "old", {"rate": VALUE}), write(tmp_path / "new", new)).differences
    assert found.detail == "by 0.2 of its size"


def test_values_that_came_or_went_are_named(tmp_path):
    assert differences(tmp_path, {"a": VALUE, "b": VALUE}, {"b": VALUE, "c": VALUE}) == [
        ("a", "value", "gone", 0.1, None),
        ("c", "value", "added", None, 0.1),
    ]


def test_tables_and_runs_that_came_or_went_are_named(tmp_path):
    old = write(write(tmp_path / "old", {}, gone=TABLE), {}, name="cities/old")
    new = write(write(tmp_path / "new", {}, added=TABLE), {}, name="cities/new")
    assert [(it.notebook, it.item, it.kind, it.change) for it in compare(old, new).differences] == [
        ("cities/city_table", "added", "table", "added"),
        ("cities/city_table", "gone", "table", "gone"),
        ("cities/new", "", "run", "added"),
        ("cities/old", "", "run", "gone"),
    ]


@pytest.mark.parametrize(
    ("new", "detail"),
    [
        (TABLE.replace("74.5", "149.0"), "1 of 4 cells differ, numbers by up to 0.5 of their size"),
        (TABLE.replace("Lima", "Quito"), "1 of 4 cells differ"),
        (TABLE.replace("7.0", ""), "1 of 4 cells differ"),
        (TABLE.replace("Lima,7.0\n", ""), "2 rows became 1: 1 are gone or changed, 0 are new or changed"),
        (TABLE.replace("rate", "homicides"), "columns city, rate became city, homicides"),
        (TABLE.replace("Lima", '"Lima"'), "the same cells, written differently"),
    ],
)
def test_what_differs_of_a_table_is_told_in_words(tmp_path, new, detail):
    assert table_detail(tmp_path, new) == detail


def test_one_notebook_is_compared_alone(tmp_path):
    old, new = (write(write(tmp_path / name, {}), {"x": VALUE}, name="cities/x") for name in ("old", "new"))
    assert compare(old, new, "city_table").notebooks == compare(old, new, "cities/city_table").notebooks
    assert (compare(old, new, "city_table").values, compare(old, new, "x").values) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere", "runs"), "there is no folder .*nowhere: give two results folders"),
        (("empty", "runs"), "empty holds no default run"),
        (("runs", "runs", "city_tabel"), "unknown notebook 'city_tabel'; did you mean 'cities/city_table'"),
        (("runs", "broken"), r"values\.json is not JSON .*run the notebook again"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(tmp_path, arguments, message):
    write(tmp_path / "runs", {})
    write(tmp_path / "broken", {})
    (tmp_path / "broken/cities/city_table/default/values.json").write_text("{")
    (tmp_path / "empty").mkdir()
    old, new, *notebook = arguments
    with pytest.raises(ValueError, match=message):
        compare(tmp_path / old, tmp_path / new, *notebook)
