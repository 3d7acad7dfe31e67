"""Specifications of the country panel fitted by least squares and kept in parts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.regression.least_squares import LeastSquares, NotEstimable, solve, within_groups
from citizen_security.paradox.panel.sample import EstimationSample, row_weights, sample_problems, within
from citizen_security.paradox.panel.specification import NEGLIGIBLE, Specification

if TYPE_CHECKING:
    from numpy.typing import NDArray


def least_squares(sample: EstimationSample, specification: Specification) -> LeastSquares:
    """Fit a specification by least squares and keep the parts.

    Parameters
    ----------
    sample : EstimationSample
        From `estimation_sample` for the same specification.
    specification : Specification

    Returns
    -------
    LeastSquares

    Raises
    ------
    NotEstimable
        If the sample cannot carry the specification.
    """
    if problems := sample_problems(sample, specification):
        raise NotEstimable(" ".join(problems))
    frame = sample.frame
    weight = row_weights(frame, specification)
    left = within(frame, [*specification.regressors, specification.outcome], specification)
    if np.abs(left[:, -1]).max() <= NEGLIGIBLE * np.abs(frame[specification.outcome]).max():
        raise NotEstimable(
            f"{specification.outcome} does not vary within the sample once the effects are held constant."
        )
    held, absorbed = held_constant(frame, specification, weight)
    root = np.sqrt(weight)
    design = np.hstack([left[:, :-1], held]) * root[:, None]
    return solve(
        specification.regressors,
        design,
        left[:, -1] * root,
        clusters=frame["iso3"],
        periods=frame["year"],
        weight=weight,
        absorbed=absorbed,
    )


def held_constant(
    frame: pd.DataFrame, specification: Specification, weight: "NDArray[np.float64]"
) -> "tuple[NDArray[np.float64], int]":
    """Columns that stay in the design, and how many country effects were taken out.

    Parameters
    ----------
    frame : pandas.DataFrame
        Complete rows of an estimation sample.
    specification : Specification
    weight : numpy.ndarray, shape (rows,)

    Returns
    -------
    columns : numpy.ndarray, shape (rows, columns)
        Year dummies without the first (and the constant, where there are no country effects), free of the country
        effects.
    absorbed : int
    """
    columns = list(_dummies(frame, specification))
    held = np.column_stack(columns) if columns else np.empty((len(frame), 0))
    if "iso3" not in specification.effect_columns:
        return held, 0
    cluster, countries = pd.factorize(frame["iso3"], sort=True)
    return within_groups(held, cluster, weight), len(countries)


def _dummies(frame: pd.DataFrame, specification: Specification) -> "Iterator[NDArray[np.float64]]":
    """Year dummies without the first, and the constant where no country effects take its place."""
    if "iso3" not in specification.effect_columns:
        yield np.ones(len(frame))
    if "year" in specification.effect_columns:
        for year in sorted(frame["year"].unique())[1:]:
            yield (frame["year"] == year).to_numpy(dtype=float)
