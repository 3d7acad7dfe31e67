"""What the error of the Gini does to its effect: repeated draws of the series, combined by Rubin's rules."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.regression.errors import clustered_covariance
from citizen_security.methods.regression.least_squares import replace_regressor
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import EstimationSample, estimation_sample, within
from citizen_security.paradox.panel.specification import Specification

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Pooled:
    """An estimate over several draws of the data.

    Attributes
    ----------
    estimate, standard_error, lower, upper, degrees : float
    between_share : float
        Share of the variance that comes from the draws, not from the sample.
    draws : int
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    degrees: float
    between_share: float
    draws: int


def rubin(
    estimates: "NDArray[np.float64]",
    standard_errors: "NDArray[np.float64]",
    complete_degrees: float,
    confidence_level: float = 0.95,
) -> Pooled:
    """Combine estimates from repeated draws of the data.

    Parameters
    ----------
    estimates, standard_errors : numpy.ndarray, shape (draws,)
        At least two draws.
    complete_degrees : float
        Degrees of freedom had the data been known.
    confidence_level : float

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        If there are fewer than two draws.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys; Barnard and Rubin (1999), Biometrika 86(4).
    """
    from scipy.stats import t

    draws = len(estimates)
    if draws < 2:
        raise ValueError(f"{draws} draws cannot tell how much the draws differ; give at least 2.")
    inside = float((standard_errors**2).mean())
    extra = (1 + 1 / draws) * float(estimates.var(ddof=1))
    total = inside + extra
    share = extra / total
    degrees = _degrees(share, draws, complete_degrees)
    half = float(t.ppf((1 + confidence_level) / 2, degrees)) * np.sqrt(total)
    estimate = float(estimates.mean())
    return Pooled(
        estimate=estimate,
        standard_error=float(np.sqrt(total)),
        lower=float(estimate - half),
        upper=float(estimate + half),
        degrees=degrees,
        between_share=share,
        draws=draws,
    )


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
    """Effect of a column measured with known error, errors clustered by country.

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
    errors = np.sqrt([clustered_covariance(redrawn)[position, position] for redrawn in fits])
    return rubin(estimates, errors, sample.countries - 1, confidence_level)


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


def _degrees(share: float, draws: int, complete_degrees: float) -> float:
    """Degrees of freedom of Barnard and Rubin, for data that are few to begin with."""
    observed = (complete_degrees + 1) / (complete_degrees + 3) * complete_degrees * (1 - share)
    if share == 0:
        return observed
    repeated = (draws - 1) / share**2
    return 1 / (1 / repeated + 1 / observed)
