"""Reasons why parameters leave no curve."""

import pandas as pd

from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES, MINIMUM_RESIDUAL_DEGREES
from citizen_security.paradox.specification_curve.imputation import with_imputed_poverty
from citizen_security.paradox.specification_curve.joint_test import NotTestable, exchangeable_countries
from citizen_security.paradox.specification_curve.multiverse import (
    Grid,
    Multiverse,
    NoSpecification,
    build_multiverse,
    prepare_grid,
)
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve

# Fewer specifications are a table, not a curve.
MINIMUM_SPECIFICATIONS = 40


def curve_problems(
    country_year: pd.DataFrame, choices: pd.DataFrame, countries: list[str], parameters: SpecificationCurve
) -> list[str]:
    """Reasons why parameters leave no curve, as sentences; empty where they leave one.

    Parameters
    ----------
    country_year, choices : pandas.DataFrame
        The tables `country_year` and `specification_choices`.
    countries : list of str
    parameters : SpecificationCurve

    Returns
    -------
    list of str
    """
    if len(countries) < MINIMUM_COUNTRIES:
        return [
            f"countries names {len(countries)} ({', '.join(countries) or 'none'}), too few to say how uncertain an "
            f"effect is: errors clustered by country need {MINIMUM_COUNTRIES}. Allowed: lac, or a longer list."
        ]
    # What is drawn between surveys does not matter here, only where.
    grid = with_imputed_poverty(prepare_grid(country_year, countries), seed=0, draws=2, own_paths_only=True)
    try:
        multiverse = build_multiverse(grid, choices, parameters.driver, parameters.leave_out)
        exchangeable_countries(grid, multiverse)
    except (NoSpecification, NotTestable) as error:
        return [str(error)]
    carried = _carried(grid, multiverse)
    if carried < MINIMUM_SPECIFICATIONS:
        return [
            f"only {carried} specifications of {parameters.driver} have {MINIMUM_COUNTRIES} countries and "
            f"{MINIMUM_RESIDUAL_DEGREES} degrees of freedom; a curve needs {MINIMUM_SPECIFICATIONS}. Add countries, or "
            "leave out fewer options."
        ]
    return []


def _carried(grid: Grid, multiverse: Multiverse) -> int:
    """Specifications whose sample carries them whatever is held constant."""
    cells = multiverse.masks.reshape(-1, *grid.shape)
    countries, years = cells.any(axis=2).sum(axis=1), cells.any(axis=1).sum(axis=1)
    spent = countries + years + 1 + len(multiverse.fields)
    carry = (countries >= MINIMUM_COUNTRIES) & (cells.sum(axis=(1, 2)) - spent >= MINIMUM_RESIDUAL_DEGREES)
    return int(carry[multiverse.specifications["sample_id"]].sum())
