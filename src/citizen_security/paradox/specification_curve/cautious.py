"""How much wider a curve's intervals would be by the rule that the book quotes elsewhere.

The curve's errors are CRV1, since they cost next to nothing for the next specification of a group. CR2 with
Satterthwaite's degrees of freedom takes a residual maker and its roots for each specification anew, so a sample of the
curve is fitted both ways.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import scipy.stats

from citizen_security.methods.arrays import Floats
from citizen_security.methods.regression.bias_reduced import bias_reduced
from citizen_security.methods.regression.least_squares import LeastSquares, NotEstimable, solve
from citizen_security.methods.regression.multiple_imputation import rubin
from citizen_security.paradox.specification_curve.fast_fits import fit_blocks
from citizen_security.paradox.specification_curve.multiverse import Grid, Multiverse, draws_of, specification_frame
from citizen_security.paradox.specification_curve.solver import ESTIMATED, free_of_effects


def compare_errors(
    grid: Grid, multiverse: Multiverse, *, specifications: int, confidence_level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Intervals of specifications drawn at random, by CRV1 as in the curve and by CR2.

    Of those whose driver is not imputed.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
    specifications : int
        How many are drawn; all where there are fewer.
    confidence_level : float
    seed : int

    Returns
    -------
    pandas.DataFrame
        position (row of the multiverse), estimate, half_width and outside (whether the interval leaves out zero) by
        CRV1, cautious_half_width, cautious_outside and cautious_degrees by CR2. Specifications without an estimate are
        left out; where one country all but determines an estimate CR2 has no width (nan) and includes zero.
    """
    table = multiverse.specifications
    # Without imputed drivers: over a few draws Rubin's degrees of freedom are another matter than those of CR2.
    among = np.flatnonzero(~table["measure"].isin(list(grid.draws)))
    positions = np.sort(np.random.default_rng(seed).choice(among, min(specifications, len(among)), replace=False))
    part = replace(multiverse, specifications=table.iloc[positions].reset_index(drop=True))
    rows = []
    for block in fit_blocks(grid, part):
        for at, estimate, error, degrees, status in zip(
            block.positions, block.estimates, block.standard_errors, block.degrees, block.status, strict=True
        ):
            if status != ESTIMATED:
                continue
            try:
                cautious_error, cautious_degrees = cautious_fit(grid, part, int(at))
            except NotEstimable:
                cautious_error, cautious_degrees = np.nan, np.nan
            usual = float(error * scipy.stats.t.ppf((1 + confidence_level) / 2, degrees))
            cautious = float(cautious_error * scipy.stats.t.ppf((1 + confidence_level) / 2, cautious_degrees))
            reached = abs(float(estimate))
            rows.append(
                (positions[at], estimate, usual, reached > usual, cautious, reached > cautious, cautious_degrees)
            )
    columns = ["position", "estimate", "half_width", "outside", "cautious_half_width", "cautious_outside"]
    return pd.DataFrame(sorted(rows), columns=[*columns, "cautious_degrees"])


def cautious_fit(grid: Grid, multiverse: Multiverse, position: int) -> tuple[float, float]:
    """CR2 error of one specification and its degrees of freedom, pooled over the draws of an imputed driver.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
    position : int
        Row of the specifications.

    Returns
    -------
    standard_error, degrees_of_freedom : float

    Raises
    ------
    NotEstimable
        If one country all but determines the estimate.
    """
    measure = str(multiverse.specifications.iloc[position]["measure"])
    fits = [bias_reduced(_parts(draw, multiverse, position)).iloc[0] for draw in draws_of(grid, measure)]
    errors = np.array([fit["standard_error"] for fit in fits])
    degrees = float(np.mean([fit["degrees_of_freedom"] for fit in fits]))
    if len(fits) == 1:
        return float(errors[0]), degrees
    pooled = rubin(np.array([fit["estimate"] for fit in fits]), errors, degrees)
    return pooled.standard_error, pooled.degrees


def _parts(grid: Grid, multiverse: Multiverse, position: int) -> LeastSquares:
    """One specification taken apart; country effects are absorbed, all else is held by columns."""
    frame, regressors, effects = specification_frame(grid, multiverse, position)
    within = "iso3" in effects
    held = [np.ones((len(frame), 1))] if not within else []
    if "year" in effects:
        held.append((frame["year"].to_numpy()[:, None] == np.unique(frame["year"])[None, 1:]).astype(float))
    columns: Floats = np.hstack([frame[["outcome", *regressors]].to_numpy(dtype=float), *held])
    weight = frame["weight"].to_numpy(dtype=float)
    if within:
        starts = np.flatnonzero(np.r_[True, frame["iso3"].to_numpy()[1:] != frame["iso3"].to_numpy()[:-1]])
        year = (frame["year"] - frame["year"].min()).to_numpy()
        columns = free_of_effects(columns, weight, starts, year, country_effects=True, year_effects=False)
    columns = columns * np.sqrt(weight)[:, None]
    return solve(
        ("driver",), columns[:, 1:], columns[:, 0], clusters=frame["iso3"], periods=frame["year"], weight=weight,
        absorbed=frame["iso3"].nunique() if within else 0,
    )  # fmt: skip
