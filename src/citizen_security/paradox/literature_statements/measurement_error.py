"""What the error of the Gini does to its effect: repeated draws of the series, combined by Rubin's rules."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.regression.bias_reduced import adjust, bias_reduced_covariance
from citizen_security.methods.regression.least_squares import replace_regressor
from citizen_security.methods.regression.multiple_imputation import Pooled, rubin
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import EstimationSample, estimation_sample, within
from citizen_security.paradox.panel.specification import Specification

if TYPE_CHECKING:
    from numpy.typing import NDArray


def redraw(
    panel: pd.DataFrame, column: str, error: str, persistence: float, draws: int, seed: int = 2020
) -> "NDArray[np.float64]":
    """Draw a column again from its estimates and standard errors.

    Errors of neighbouring years of a country are correlated with `persistence` to the power of their distance: with 0
    every year is drawn anew, with 1 a country's whole series is shifted.

    Parameters
    ----------
    panel : pandas.DataFrame
        iso3, year, and the two columns.
    column, error : str
        Estimate and its standard error; rows without either come out missing.
    persistence : float
        From 0 to 1.
    draws : int
    seed : int

    Returns
    -------
    numpy.ndarray, shape (draws, rows)
    """
    random = np.random.default_rng(seed)
    noise = np.zeros((draws, len(panel)))
    years = panel["year"].to_numpy(dtype=float)
    for _, rows in panel.groupby("iso3", sort=True).indices.items():
        distance = np.abs(np.subtract.outer(years[rows], years[rows]))
        # The square root by eigenvalues, since at persistence 1 the matrix has rank one.
        values, vectors = np.linalg.eigh(np.float64(persistence) ** distance)
        root = vectors * np.sqrt(np.maximum(values, 0))
        noise[:, rows] = random.standard_normal((draws, len(rows))) @ root.T
    level, spread = panel[column].to_numpy(dtype=float), panel[error].to_numpy(dtype=float)
    redrawn: NDArray[np.float64] = level + noise * spread
    return redrawn


def propagate_error(
    panel: pd.DataFrame,
    specification: Specification,
    column: str = "gini",
    error: str = "gini_standard_error",
    *,
    persistence: float = 0.0,
    draws: int = 200,
    confidence_level: float = 0.95,
    seed: int = 2020,
) -> Pooled:
    """Effect of a column measured with known error, its own errors CR2.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
        With `column` among its regressors.
    column, error : str
        The regressor and its standard error.
    persistence : float
        Correlation of the error from one year to the next.
    draws : int
    confidence_level : float
    seed : int

    Returns
    -------
    Pooled

    Raises
    ------
    NotEstimable
        If the sample cannot carry the specification.
    """
    position = specification.regressors.index(column)
    needed = Specification(
        specification.name,
        specification.regressors,
        specification.outcome,
        specification.fixed_effects,
        specification.weights,
        (*specification.also_observed, error),
    )
    sample = estimation_sample(panel, needed)
    fit = least_squares(sample, needed)
    fits = [
        replace_regressor(fit, column, values)
        for values in redraw(sample.frame, column, error, persistence, draws, seed)
    ]
    estimates = np.array([redrawn.estimates[position] for redrawn in fits])
    errors = np.sqrt([bias_reduced_covariance(redrawn)[position, position] for redrawn in fits])
    degrees = float(adjust(fit).degrees_of_freedom[position])
    return rubin(estimates, errors, degrees, confidence_level)


def propagated_by_persistence(
    panel: pd.DataFrame, specification: Specification, parameters: LiteratureStatements
) -> pd.DataFrame:
    """Effect of the Gini with its error propagated, for several persistences of that error.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
        With the Gini among its regressors.
    parameters : LiteratureStatements

    Returns
    -------
    pandas.DataFrame
        error_persistence, and the attributes of `Pooled`.
    """
    rows = [
        {
            "error_persistence": persistence,
            **vars(
                propagate_error(
                    panel,
                    specification,
                    persistence=persistence,
                    draws=parameters.gini_draws_at_effort,
                    confidence_level=parameters.confidence_level,
                    seed=parameters.seed,
                )
            ),
        }
        for persistence in parameters.persistences
    ]
    return pd.DataFrame(rows)


def reliability(
    sample: EstimationSample, specification: Specification, column: str = "gini", error: str = "gini_standard_error"
) -> float:
    """Share of a regressor's remaining variance that is not error, if every year's error were independent.

    With classical error an effect is shrunk by about this factor; zero where error alone would make up the variance.

    Parameters
    ----------
    sample : EstimationSample
        With both columns.
    specification : Specification
        Says what is held constant besides the other regressors, which are not.
    column, error : str

    Returns
    -------
    float
        From 0 to 1.
    """
    left = within(sample.frame, [column], specification)[:, 0]
    observed = float((left**2).mean())
    # Independent errors lose as much of their variance to the fixed effects as there are effects per row.
    levels = sum(int(sample.frame[name].nunique()) - 1 for name in specification.effect_columns) + 1
    noise = float((sample.frame[error].to_numpy(dtype=float) ** 2).mean()) * (1 - levels / sample.observations)
    return max(0.0, 1 - noise / observed)
