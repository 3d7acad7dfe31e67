"""The table of measures: what it names exists, and whoever reads it agrees with it."""

import math
from typing import get_args

import pytest

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


@pytest.fixture(scope="module")
def country_year():
    return catalog.load("country_year")


@pytest.mark.parametrize("line", measures.POVERTY_LINES.values(), ids=measures.POVERTY_LINES)
def test_a_poverty_line_is_allowed_and_has_its_columns(line, country_year):
    assert PovertyAndViolence.from_values({"poverty_line": line.column}).poverty_line == line.column
    for column in (line.column, line.lineup):
        assert country_year[column].notna().any()
        assert LiteratureStatements.from_values({"poverty_measure": column}).poverty_measure == column
        assert WhatPredictsHomicide.from_values({"poverty_measures": [column]}).poverty_measures == [column]


def test_the_regressors_are_those_that_parameters_offer():
    assert get_args(parameters.Regressor) == measures.REGRESSORS
    with pytest.raises(ParameterError, match="did you mean 'gini'"):
        PanelRegressions.from_values({"regressors": ["ginni"]})


@pytest.mark.parametrize("column", measures.MEASURES)
def test_a_measure_is_a_column_of_the_panel(column, country_year):
    panel = prepare_panel(country_year, ["BRA", "COL"], 1990, 2023)
    assert panel[column].notna().any()


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
    assert {subject.column for subject in subjects.values()} <= set(country_year.columns)
    assert measures.POVERTY_LINES[line].dollars in subjects["poverty"].title
    assert format(math.pi, subjects["income"].number) == "3"
