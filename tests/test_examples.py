"""The tables in `examples/` are what their page says, and the commands that name them run as they are printed."""

import json
import re
import shlex

import pandas as pd
import pytest
from click.testing import Result
from notebooks.contrary import BROUGHT
from support import ROOT
from typer.testing import CliRunner

from citizen_security import cli, compendium
from citizen_security.given import given_parameters
from citizen_security.programmes.your_own_programme.source import example_table
from citizen_security.tables import catalog

FOLDER = ROOT / "examples"
PAGES = ("README.md", "book/rerun.md", "examples/README.md")


def commands(page: str) -> list[list[str]]:
    """Words after the program's name of each command of a page that names a table here."""
    lines = (ROOT / page).read_text("utf-8").splitlines()
    return [
        shlex.split(line.removeprefix("$ "))[1:]
        for line in lines
        if "citizen-security run" in line and FOLDER.name in line
    ]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "colombia_four_departments.csv", dtype={"municipality_code": "str"})


def test_every_table_stands_on_the_page_and_has_the_columns_that_the_page_lists():
    page = (FOLDER / "README.md").read_text("utf-8")
    files = {path.name for path in FOLDER.iterdir()} - {"README.md"}
    assert set(re.findall(r"^## `(.+)`$", page, flags=re.MULTILINE)) == files
    for file in files:
        section = page.split(f"## `{file}`")[1].split("\n## ")[0]
        listed = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
        assert pd.read_csv(FOLDER / file, nrows=0).columns.tolist() == listed


def test_the_table_is_a_complete_panel_of_places_with_names_of_their_own(table):
    assert len(table) == 2_090
    assert table.notna().all(axis=None)
    assert table.groupby("municipality")["year"].agg(
        ["min", "max", "nunique"]
    ).drop_duplicates().to_numpy().tolist() == [[2003, 2024, 22]]
    assert table.groupby("department")["municipality"].nunique().to_dict() == {
        "Caldas": 27, "Quindío": 12, "Risaralda": 14, "Valle del Cauca": 42,
    }  # fmt: skip
    prefix = table["municipality_code"].str[:2]
    assert table.assign(prefix=prefix).groupby("department")["prefix"].unique().str.join("").to_dict() == {
        "Caldas": "17", "Quindío": "63", "Risaralda": "66", "Valle del Cauca": "76",
    }  # fmt: skip


def test_departments_add_up_to_the_table_of_states(table):
    sums = table.groupby(["department", "year"])[["homicides", "population"]].sum().reset_index()
    states = catalog.load("state_year").query("iso3 == 'COL'")
    both = sums.merge(states, left_on=["department", "year"], right_on=["state", "year"])
    assert len(both) == 88
    for name in ("homicides", "population"):
        assert both[f"{name}_x"].tolist() == both[f"{name}_y"].tolist()


def test_the_page_says_how_the_population_breaks(table):
    population = table.pivot(index="municipality", columns="year", values="population")
    change = (population[2018] / population[2017] - 1).abs()
    page = " ".join((FOLDER / "README.md").read_text("utf-8").split())
    assert f"{(change > 0.25).sum()} of the {len(change)} municipalities change by more than a quarter" in page
    assert f"({change.idxmax()} by {change.max():.0%})" in page


def test_the_states_and_their_neighbours_are_those_of_the_tables():
    states = catalog.load("state_year").query("iso3 == 'MEX' and year >= 2011")
    brought = pd.read_csv(FOLDER / "mexico_states.csv")
    columns = ["state", "year", "homicides", "population"]
    assert brought[columns].to_numpy().tolist() == states[columns].to_numpy().tolist()
    names = states.drop_duplicates("state_code").set_index("state_code")["state"]
    borders = catalog.load("state_neighbours").query("iso3 == 'MEX'")
    pairs = pd.read_csv(FOLDER / "mexico_state_neighbours.csv")
    for code, column in (("state_code", "place"), ("neighbour_code", "neighbour")):
        assert pairs[column].tolist() == names[borders[code]].tolist()


def test_the_states_of_brazil_are_those_of_the_worked_example():
    brought = pd.read_csv(FOLDER / "brazil_states.csv")
    example = example_table(catalog.load("state_year"))
    renamed = brought.set_axis(["unit", "time", "count", "population", "start"], axis=1)
    pd.testing.assert_frame_equal(renamed, example, check_dtype=False)


def test_the_quarters_of_rio_are_sums_of_months():
    brought = pd.read_csv(FOLDER / "rio_pacification_units.csv")
    months = catalog.load("rio_pacification_month").query("year <= 2014")
    quarter = months["year"].astype(str) + "-Q" + ((months["month"] - 1) // 3 + 1).astype(str)
    sums = months.groupby(["pacification_unit", quarter.rename("quarter")])["homicides"].sum()
    own = brought.set_index(["pacification_unit", "quarter"])["homicides"]
    assert own.to_dict() == sums.to_dict()
    days = months.astype({"installed_on": "str"}).groupby("pacification_unit")["installed_on"].first().str[:10]
    assert brought.groupby("pacification_unit")["installed_on"].unique().str.join("").to_dict() == days.to_dict()


def test_the_pages_give_the_same_commands_which_are_allowed(monkeypatch):
    monkeypatch.chdir(ROOT)
    given = {page: commands(page) for page in PAGES}
    assert all(words == given["README.md"] for words in given.values())
    entries = [compendium.notebook(name) for _, name, *_ in given["README.md"]]
    both = [
        given_parameters(entry.parameters, words[3::2])
        for entry, words in zip(entries, given["README.md"], strict=True)
    ]
    for entry, parameters in zip(entries, both, strict=True):
        entry.check_sample(parameters)
    # The other commands are run by `notebooks/test_contrary.py`, which reads their text, too.
    given_by = {entry.name: parameters for entry, parameters in zip(entries[1:], both[1:], strict=True)}
    for name, values in BROUGHT.items():
        brought = {key: value for key, value in values.items() if key != "constant_model"}
        assert given_by[name].model_dump(include=set(brought)) == brought
    assert both[0].neighbours == "none"


@pytest.mark.slow
def test_the_command_of_the_readme_runs_from_the_projects_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path))
    words, *_ = commands("README.md")
    ended: Result = CliRunner().invoke(cli.application, [*words, "-p", "effort=quick"])
    assert ended.exit_code == 0, ended.output
    (values,) = tmp_path.glob("cities/every_municipality/*/values.json")
    found = json.loads(values.read_text("utf-8"))
    assert {name: found[name]["value"] for name in ("places", "years")} == {"places": 95, "years": 22}
