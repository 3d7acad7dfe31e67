"""What parameters of several notebooks refuse in the same words."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from citizen_security import measures
from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    "parameters", [CountryHeterogeneity, IncomeTurningPoint, LiteratureStatements, PanelRegressions]
)
def test_a_release_that_has_ended_is_refused_wherever_it_ends(parameters, monkeypatch):
    shorter = replace(measures.RELEASES["2024"], last_year=2015)
    monkeypatch.setattr(measures, "RELEASES", MappingProxyType({**measures.RELEASES, "2024": shorter}))
    parameters.from_values({"release": "2024", "first_year": 2000})
    with pytest.raises(ParameterError, match=r"release 2024 ends in 2015, and first_year = 2015 leaves fewer than two"):
        parameters.from_values({"release": "2024", "first_year": 2015})
