"""The table of measures: what it names exists, and whoever reads it agrees with it."""

import ast
import math
from typing import get_args

import nbformat
import pytest
from support import ROOT

from citizen_security import measures
from citizen_security.paradox import parameters
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog
from citizen_security.values import NAME

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.fixture(scope="module")
def country_year():
    return catalog.load("country_year")


def lacking(line, country_year):
    """What the table lacks of a poverty line that is declared, in a sentence; empty where it has all."""
    missing = [it for it in (line.column, line.lineup) if it not in country_year or country_year[it].isna().all()]
    if not missing:
        return ""
    return (
        f"src/citizen_security/measures.py declares the poverty line {line.dollars}, and the table country_year has no "
        f"figures in {' and '.join(missing)}. Add the columns {line.column} (survey years) and {line.lineup} (the "
        "publisher's line-up) to data/country/country_year.csv, describe them in data/datapackage.json and run "
        "`citizen-security data update country_year`, or take the line out"
    )


def test_a_poverty_line_without_data_would_be_named_with_its_columns(country_year):
    said = lacking(measures.PovertyLine("9.99"), country_year)
    assert "no figures in poverty_999 and poverty_999_lineup. Add the columns" in said
    empty = country_year.assign(poverty_215_lineup=float("nan"))
    assert "no figures in poverty_215_lineup. Add" in lacking(measures.PovertyLine("2.15"), empty)


@pytest.mark.parametrize("line", measures.POVERTY_LINES.values(), ids=measures.POVERTY_LINES)
def test_a_poverty_line_is_allowed_and_has_its_columns(line, country_year):
    assert PovertyAndViolence.from_values({"poverty_line": line.column}).poverty_line == line.column
    assert not lacking(line, country_year), lacking(line, country_year)
    for column in (line.column, line.lineup):
        assert LiteratureStatements.from_values({"poverty_measure": column}).poverty_measure == column
        assert WhatPredictsHomicide.from_values({"poverty_measures": [column]}).poverty_measures == [column]


def test_the_regressors_are_those_that_parameters_offer():
    assert get_args(parameters.Regressor) == measures.REGRESSORS
    with pytest.raises(ParameterError, match="did you mean 'gini'"):
        PanelRegressions.from_values({"regressors": ["ginni"]})


@pytest.mark.parametrize("column", measures.MEASURES)
def test_a_measure_is_a_column_of_the_panel(column, country_year):
    panel = prepare_panel(country_year, ["BRA", "COL"], 1990, 2023)
    # What a poverty line lacks is said above, with the remedy.
    assert column in panel or column in measures.POVERTY_MEASURES, (
        f"src/citizen_security/measures.py declares the measure {column}, and a panel has no such column. Add it to "
        "the table country_year, or compute it in paradox/panel/sample.py"
    )
    assert column not in panel or panel[column].notna().any(), f"no country of the panel has a figure of {column}"


def test_every_effect_has_a_name_of_its_own_and_a_unit():
    names = list(measures.EFFECTS.values())
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for name in names)
    assert all(measures.MEASURES[column].unit for column in measures.EFFECTS)


def test_the_square_of_income_alone_has_no_effect_to_record():
    assert set(measures.REGRESSORS) - set(measures.EFFECTS) == {"log_gdp_per_capita_squared"}


def test_two_series_of_one_quantity_are_alternatives():
    assert measures.ALTERNATIVES == (("gdp_growth", "gdp_per_capita_growth"), ("poverty_685", "poverty_685_lineup"))


@pytest.mark.parametrize("name", measures.RELEASES)
def test_a_release_ends_where_the_table_says(name, country_year):
    release = measures.RELEASES[name]
    published = country_year.loc[country_year[release.column].notna(), "year"]
    assert int(published.max()) == release.last_year


@pytest.mark.parametrize("line", measures.POVERTY_LINES)
def test_subjects_are_columns_of_the_table_and_poverty_is_of_the_chosen_line(line, country_year):
    subjects = measures.subjects(line)
    missing = lacking(measures.POVERTY_LINES[line], country_year)
    assert not missing, missing
    assert {subject.column for subject in subjects.values()} <= set(country_year.columns)
    assert measures.POVERTY_LINES[line].dollars in subjects["poverty"].title
    assert format(math.pi, subjects["income"].number) == "3"


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_no_comment_of_a_parameters_cell_lists_the_poverty_lines(path):
    source = nbformat.read(path, as_version=4).cells[1].source
    comments = [line.partition("#")[2] for line in source.splitlines()]
    others = [line for line in measures.POVERTY_LINES.values() if not line.main]
    listed = [comment for comment in comments for line in others if line.dollars in comment or line.column in comment]
    assert not listed, (
        f"{path.relative_to(ROOT)}, cell 2 lists poverty lines: {listed}. They are declared in measures.py, and "
        "`citizen-security describe` lists them. Say that instead"
    )


def test_figures_and_headlines_take_the_name_of_inequality_from_here():
    source = ROOT / "src" / "citizen_security"
    for path in [*(source / "figures" / "paradox").glob("*.py"), *(source / "paradox").glob("*/headline.py")]:
        tree = ast.parse(path.read_text("utf-8"))
        documented = {ast.get_docstring(it, clean=False) for it in ast.walk(tree) if isinstance(it, DOCUMENTED)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in documented:
                assert measures.INEQUALITY_INDEX not in node.value, (
                    f"{path.relative_to(ROOT)}, line {node.lineno} types {node.value!r}. Take it from measures.py, "
                    "where an index that gets another name gets it in every text"
                )


def test_the_texts_of_inequality_are_made_of_two_words():
    gini = measures.MEASURES["gini"]
    assert (gini.label, gini.step, gini.unit, gini.scale) == (
        "Inequality (Gini)", "per Gini point", "Gini point", "Gini points",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("gdp_growth", "GDP growth"),
        ("unemployment_youth", "youth unemployment"),
        ("poverty_685", "poverty below 6.85 USD"),
        ("gini", "inequality"),
        ("rate", "the homicide rate"),
        ("of_no_measure", "of_no_measure"),
    ],
)
def test_what_is_named_within_a_sentence_has_one_name(column, said):
    assert measures.spoken(column) == said
