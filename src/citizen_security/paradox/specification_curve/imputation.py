"""Poverty between two surveys, drawn several times."""

from dataclasses import replace

import numpy as np

from citizen_security.methods.arrays import Flags, Floats
from citizen_security.methods.regression.panel_imputation import NothingToImpute, impute_panel
from citizen_security.paradox.specification_curve.multiverse import IMPUTED, Grid

# Lines whose survey figures are filled.
POVERTY_LINES = ("poverty_685", "poverty_365", "poverty_215", "poverty_830", "poverty_300")

DRAWS = 5

# Surveys that a country must have for what lies between them to be drawn.
MINIMUM_SURVEYS = 3

# What the draws may use besides the levels of country and year and the neighbouring surveys. Homicide is among them,
# that of the year after too: a gap drawn without the outcome would show an effect nearer to zero than there is.
COVARIATES = ("log_gdp_per_capita", "gini", "unemployment_youth")

# Shares in percent are drawn as log odds, and kept this far from their ends.
NEAREST_TO_THE_END = 0.05


def with_imputed_poverty(grid: Grid, *, seed: int, draws: int = DRAWS, own_paths_only: bool = False) -> Grid:
    """Add the lines of poverty with the gaps between surveys filled by multiple imputation.

    Parameters
    ----------
    grid : Grid
    seed : int
    draws : int
    own_paths_only : bool
        Draw from nothing but the levels of country and year and the country's own surveys. So a path knows nothing of
        the country it belongs to but poverty itself, as the exchange of paths asks.

    Returns
    -------
    Grid
        With a column, and as many draws of it, for each line whose surveys suffice: survey years as they are, gaps
        between a country's first and last survey drawn, all else missing.
    """
    added: dict[str, Floats] = {}
    generators = np.random.default_rng(seed).spawn(len(POVERTY_LINES))
    covariates = np.empty((0, *grid.shape)) if own_paths_only else _covariates(grid)
    for line, generator in zip(POVERTY_LINES, generators, strict=True):
        if line not in grid.columns:
            continue
        added[f"{line}{IMPUTED}"] = _filled(grid.columns[line], covariates, draws, generator)
    first = {name: values[0] for name, values in added.items()}
    return replace(grid, columns={**grid.columns, **first}, draws={**grid.draws, **added})


def between_surveys(share: Floats) -> Flags:
    """Gaps between the first and the last survey of a country, in years in which some country has a survey."""
    seen = np.isfinite(share)
    begun = np.maximum.accumulate(seen, axis=1)
    to_come = np.maximum.accumulate(seen[:, ::-1], axis=1)[:, ::-1]
    enough = seen.sum(axis=1, keepdims=True) >= MINIMUM_SURVEYS
    gaps: Flags = ~seen & begun & to_come & enough & seen.any(axis=0)[None, :]
    return gaps


def _filled(share: Floats, covariates: Floats, draws: int, generator: np.random.Generator) -> Floats:
    """Draws of a line of poverty in percent; the surveys alone where they are too few to say what lies between."""
    least = NEAREST_TO_THE_END / 100
    clipped = np.clip(share / 100, least, 1 - least)
    odds = np.log(clipped / (1 - clipped))
    try:
        drawn = impute_panel(odds, covariates, between_surveys(share), draws=draws, generator=generator)
    except NothingToImpute:
        drawn = np.repeat(odds[None], draws, axis=0)
    return np.where(np.isfinite(share), share, 100 / (1 + np.exp(-drawn)))


def _covariates(grid: Grid) -> Floats:
    """Columns that the draws may use, each less its country's mean, gaps filled in a line; shape (columns, …)."""
    rate = grid.columns["homicide_rate"]
    homicide = _without_gaps(np.log(np.where(rate > 0, rate, np.nan)))
    after = np.concatenate([homicide[:, 1:], homicide[:, -1:]], axis=1)
    columns = [_without_gaps(grid.columns[name]) for name in COVARIATES if name in grid.columns]
    return np.stack([*columns, homicide, after])


def _without_gaps(values: Floats) -> Floats:
    """Departures from a country's mean, gaps in a line between neighbours; zero where a country has no figure."""
    filled, years = np.zeros(values.shape), np.arange(values.shape[1])
    for own, into in zip(values, filled, strict=True):
        known = np.flatnonzero(np.isfinite(own))
        if len(known):
            into[:] = np.interp(years, known, own[known])
            into -= into.mean()
    return filled
