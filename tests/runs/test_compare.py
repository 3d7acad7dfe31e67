"""Two sets of runs, compared: a number that moved unseen is a number the book prints wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from citizen_security.runs import table_difference
from citizen_security.runs.compare import compare
from citizen_security.runs.store import COMPLETE_FILES
from citizen_security.tables.rows import LONGEST_CELL

VALUE = {"value": 0.1, "unit": "points", "interval": [0.0, 0.2], "n": 10, "label": "95% confidence", "format": ".1f"}
TABLE = "city,rate\nLima,7.0\nSão Luís,74.5\n"


def write(folder: Path, values: dict, *, name: str = "cities/city_table", **tables: str) -> Path:
    run = folder / name / "default"
    (run / "tables").mkdir(parents=True)
    for file in COMPLETE_FILES:
        (run / file).touch()
    (run / "values.json").write_text(json.dumps(values))
    manifest = {"state": "complete", "values_count": len(values), "recorded_tables": dict.fromkeys(tables, "")}
    (run / "manifest.json").write_text(json.dumps({**manifest, "started": "2026-01-02T00:00:00+00:00"}))
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
        (TABLE.replace("Lima,7.0\n", ""), "2 rows became 1; 1 rows are gone or changed, 0 are new or changed"),
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
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(tmp_path, arguments, message):
    write(tmp_path / "runs", {})
    (tmp_path / "empty").mkdir()
    old, new, *notebook = arguments
    with pytest.raises(ValueError, match=message):
        compare(tmp_path / old, tmp_path / new, *notebook)


def problems(old: Path, new: Path) -> tuple[str, ...]:
    found = compare(old, new)
    assert not found.equal
    return found.problems


@pytest.mark.parametrize("file", ["values.json", "manifest.json"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "is not a mapping"),
        (b'{"a": {"value": 1, "value": 1}}', "the name 'value' stands in it more than once"),
        (b'{"a": {"value": 1}, "a": {"value": 1}}', "the name 'a' stands in it more than once"),
    ],
    ids=range(6),
)
def test_a_file_that_says_nothing_certain_is_named_and_the_rest_is_compared(tmp_path, file, content, message):
    old, new = (write(write(tmp_path / it, {}), {"x": VALUE}, name="cities/x") for it in ("old", "new"))
    for folder in (old, new):
        (folder / "cities/city_table/default" / file).write_bytes(content)
    (problem, other) = problems(old, new)
    assert problem.startswith(str(old / "cities/city_table/default" / file))
    assert message in problem
    assert problem.endswith("run the notebook again")
    assert other.startswith(str(new))
    assert compare(old, new).values == 1


@pytest.mark.parametrize("value", [1, {"unit": "points"}, None])
def test_a_record_without_a_value_is_named(tmp_path, value):
    write(tmp_path, {"rate": value})
    (problem,) = problems(tmp_path, tmp_path)
    assert "values.json records no value for 'rate'" in problem


@pytest.mark.parametrize("file", COMPLETE_FILES)
def test_a_run_that_lacks_a_file_is_not_equal_to_itself(tmp_path, file):
    write(tmp_path, {"rate": VALUE})
    (tmp_path / "cities/city_table/default" / file).unlink()
    (problem,) = problems(tmp_path, tmp_path)
    assert f"is not a whole run, without {file}" in problem


@pytest.mark.parametrize(
    "change",
    [{"state": "failed"}, {"values_count": 2}, {"recorded_tables": {}}, {"recorded_tables": {"a": "", "b": ""}}],
)
def test_a_run_that_is_not_what_its_manifest_says_is_not_equal_to_itself(tmp_path, change):
    path = write(tmp_path, {"rate": VALUE}, a=TABLE) / "cities/city_table/default/manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    (problem,) = problems(tmp_path, tmp_path)
    assert "is not a whole run, its manifest " in problem


def test_a_failure_after_the_last_whole_run_is_named_and_one_before_it_is_not(tmp_path):
    write(tmp_path, {})
    failed = tmp_path / "failed/cities/city_table"
    (failed / "default-20260101T000000-abc").mkdir(parents=True)
    assert compare(tmp_path, tmp_path).equal
    (failed / "default-20260103T000000-abc").mkdir()
    (problem,) = problems(tmp_path, tmp_path)
    assert problem.startswith(str(failed / "default-20260103T000000-abc"))
    (tmp_path / "failed/cities/other/default-20260101T000000-abc").mkdir(parents=True)
    assert len(problems(tmp_path, tmp_path)) == 2
    assert compare(tmp_path, tmp_path).notebooks == ("cities/city_table", "cities/other")


LONG = "city,rate\nLima," + "7" * (LONGEST_CELL + 1) + "\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LONG.encode(), "is no table that can be read .*larger than field limit"),
        (b'city,rate\n"Lima,7', "is no table that can be read"),
        (b"city,rate\nL\xff,7\n", "is not text in UTF-8"),
        (b"city,city\nLima,7\n", "has more than one column 'city'"),
    ],
    ids=range(4),
)
def test_a_table_that_cannot_be_read_is_named_and_the_others_are_compared(tmp_path, content, message):
    old, new = (write(tmp_path / it, {}, a=TABLE, b=TABLE) for it in ("old", "new"))
    path = new / "cities/city_table/default/tables/a.csv"
    path.write_bytes(content)
    with pytest.raises(table_difference.UnreadableTable, match=message):
        table_difference.table_difference(old / path.relative_to(new), path)
    (problem,) = problems(old, new)
    assert problem.startswith(str(path))
    assert compare(old, new).tables == 1


def test_a_folder_in_a_tables_place_is_no_table(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(table_difference.UnreadableTable, match="cannot be read"):
        table_difference.table_difference(tmp_path / "a.csv", tmp_path / "a.csv")


YEARS = "city,year,rate\nLima,2001,7.0\nLima,2002,8.0\nQuito,2001,5.0\nQuito,2002,6.0\n"


def reordered(*rows: int) -> str:
    lines = YEARS.splitlines(keepends=True)
    return "".join([lines[0], *(lines[row] for row in rows)])


@pytest.mark.parametrize(
    ("new", "detail"),
    [
        (reordered(4, 3, 2, 1), "rows are reordered"),
        ("rate,city,year\n7.0,Lima,2001\n8.0,Lima,2002\n5.0,Quito,2001\n6.0,Quito,2002\n", "columns are reordered"),
        (
            "rate,city,year\n8.0,Lima,2002\n7.0,Lima,2001\n5.0,Quito,2001\n6.0,Quito,2002\n",
            "columns are reordered; rows are reordered",
        ),
        (
            reordered(4, 3, 2, 1).replace("8.0", "10.0"),
            "rows are reordered; by city: 0 rows are gone, 0 are new, 1 of 3 cells differ, "
            "numbers by up to 0.2 of their size",
        ),
        # Every row differs, and stands elsewhere.
        (
            "city,year,rate\nLima,2002,8.1\nLima,2001,7.1\nQuito,2001,5.1\nQuito,2002,6.1\n",
            "rows are reordered; by city, year: 0 rows are gone, 0 are new, 4 of 12 cells differ, "
            "numbers by up to 0.02 of their size",
        ),
        # A row that came shifts others, which is no other order.
        (
            YEARS.replace("Lima,2001", "Cali,2001,1.0\nLima,2001").replace("6.0", "3.0"),
            "4 rows became 5; by city: 0 rows are gone, 1 are new, 1 of 3 cells differ, "
            "numbers by up to 0.5 of their size",
        ),
        (
            reordered(2, 3, 4) + "Quito,2003,9.0\n",
            "1 rows are gone or changed, 1 are new or changed",
        ),
        # The same row, once more and once less.
        (reordered(1, 1, 2, 3), "1 rows are gone or changed, 1 are new or changed"),
        (YEARS.replace("7.0", "nan"), "1 of 12 cells differ"),
    ],
)
def test_what_stands_elsewhere_is_told_from_what_is_other(tmp_path, new, detail):
    paths = [tmp_path / name for name in ("old.csv", "new.csv")]
    for path, text in zip(paths, (YEARS, new), strict=True):
        path.write_text(text)
    assert table_difference.table_difference(*paths) == detail


def test_beyond_what_fits_into_memory_rows_are_compared_at_their_places(tmp_path, monkeypatch):
    paths = [tmp_path / name for name in ("old.csv", "new.csv")]
    for path, text in zip(paths, (YEARS, reordered(4, 3, 2, 1).replace("8.0", "10.0")), strict=True):
        path.write_text(text)
    monkeypatch.setattr(table_difference, "BYTES_IN_MEMORY", 100)
    assert table_difference.table_difference(*paths).startswith("rows are reordered; 1 rows are gone or changed")
    monkeypatch.setattr(table_difference, "ROWS_IN_MEMORY", 3)
    assert "too many to look for them elsewhere" in table_difference.table_difference(*paths)


MEASURED = """
import sys
from pathlib import Path
from citizen_security.runs.table_difference import table_difference
print(table_difference(Path(sys.argv[1]), Path(sys.argv[2])))
# `getrusage` counts what the process that started this one had, too.
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_a_table_of_a_million_rows_needs_less_than_a_gibibyte(tmp_path):
    # The worst case: every row differs, and the rows are in another order.
    paths = [tmp_path / name for name in ("old.csv", "new.csv")]
    for path, end, step in zip(paths, ("1", "2"), (1, -1), strict=True):
        rows = (f"place {row},{row % 20},{row}.{end}\n" for row in range(10**6)[::step])
        with path.open("w") as file:
            file.writelines(["place,year,rate\n", *rows])
    command = [sys.executable, "-c", MEASURED, *map(str, paths)]
    said, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said.startswith("3000000 of 3000000 cells differ")
    assert said.endswith("(rows at the same place; too many to pair them by a key)")
    assert int(peak) < 2**20
