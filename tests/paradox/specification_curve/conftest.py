"""The curve of growth, which the tests of the specification curve share."""

import pytest

from citizen_security.paradox.specification_curve.fast_fits import fit_curve
from citizen_security.paradox.specification_curve.imputation import with_imputed_poverty
from citizen_security.paradox.specification_curve.multiverse import build_multiverse, prepare_grid
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def grid():
    country_year = catalog.load("country_year")
    return with_imputed_poverty(prepare_grid(country_year, sorted(country_year["iso3"].unique())), seed=3)


@pytest.fixture(scope="session")
def multiverse(grid):
    return build_multiverse(grid, catalog.load("specification_choices"), "growth", ["estimator=pooled"])


@pytest.fixture(scope="session")
def curve(grid, multiverse):
    return fit_curve(grid, multiverse)
