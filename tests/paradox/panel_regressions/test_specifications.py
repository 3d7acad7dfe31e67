"""The specifications of the panel regressions: which there are, and what samples they share."""

import pandas as pd
import pytest

from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.panel.sample import estimation_sample, prepare_panel
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.paradox.panel_regressions.specifications import analysis_specifications, comparison_specifications
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def country_year():
    return catalog.load("country_year")


@pytest.fixture(scope="module")
def countries():
    return catalog.load("countries")


def test_specifications_that_differ_in_fixed_effects_share_a_sample(country_year, countries):
    panel = prepare_panel(country_year, chosen_countries(countries, "lac"), 1990, 2023)
    kinds = comparison_specifications(panel, PanelRegressions())
    assert [kind.fixed_effects for kind in kinds] == ["none", "country", "two_way"]
    frames = [estimation_sample(panel, kind).frame for kind in kinds]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    pd.testing.assert_frame_equal(frames[0], frames[2])


def test_a_shared_sample_is_that_of_all_drivers(country_year, countries):
    panel = prepare_panel(country_year, chosen_countries(countries, "lac"), 1990, 2023)
    specifications = list(analysis_specifications(PanelRegressions()))
    sizes = {
        estimation_sample(panel, specification).observations
        for specification in specifications
        if specification.name in ("alone, shared sample", "all together")
    }
    assert len(sizes) == 1


def test_every_driver_is_fitted_alone_and_income_also_as_a_parabola():
    names = [
        specification.regressors
        for specification in analysis_specifications(PanelRegressions())
        if specification.name == "alone"
    ]
    assert ("log_gdp_per_capita", "log_gdp_per_capita_squared") in names
    assert len(names) == len(PanelRegressions().regressors)
