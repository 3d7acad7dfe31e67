"""The statements of the literature: what is tested, what is refused, what is recorded."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.literature_statements.statements import (
    compare_attenuations,
    fall_in_poverty,
    statement_specifications,
    tabulate_attenuations,
)
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def panel():
    countries = chosen_countries(catalog.load("countries"), "lac")
    return prepare_panel(catalog.load("country_year"), countries, 1990, 2023)


def test_the_fall_of_poverty_is_from_first_to_last_years_with_figures():
    years = list(range(2000, 2012))
    falling = pd.DataFrame({"iso3": "A", "year": years, "poverty": np.linspace(60, 38, 12)})
    short = pd.DataFrame({"iso3": "B", "year": years[:4], "poverty": [90.0, 50, 20, 1]})
    # Two points a year; the means of the first and last five years are seven years apart.
    assert fall_in_poverty(pd.concat([falling, short]), "poverty") == pytest.approx(14)
    assert np.isnan(fall_in_poverty(short, "poverty"))


def test_inequality_with_and_without_poverty_is_told_by_comparison(panel):
    parameters = LiteratureStatements()
    results = compare_attenuations(panel, parameters, draws=99)
    table = tabulate_attenuations(results)
    assert table["comparison"].tolist() == ["between countries"] * 2 + ["within countries"] * 2
    np.testing.assert_allclose(table["change"], table["without"] - table["with"], rtol=1e-9)


def test_the_specifications_use_the_chosen_measure():
    chosen = LiteratureStatements.from_values({"poverty_measure": "poverty_365", "fixed_effects": "country"})
    specifications = list(statement_specifications(chosen))
    assert specifications[0].regressors == ("poverty_365",)
    assert {specification.fixed_effects for specification in specifications} == {"country"}
