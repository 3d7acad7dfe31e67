"""Fixed-effects regressions on the country panel, each estimate as it is quoted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.regression.least_squares import LeastSquares
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import EstimationSample, estimation_sample, row_weights, within
from citizen_security.paradox.panel.specification import Specification


@dataclass(frozen=True)
class PanelFit:
    """One fitted specification.

    Attributes
    ----------
    specification : Specification
    sample : EstimationSample
    confidence_level : float
    coefficients : pandas.DataFrame
        One row per regressor, as it is quoted everywhere (`methods.regression.quoted`): regressor, estimate,
        standard_error, lower, upper, p_value, degrees_of_freedom, effective_clusters, trusted; outcome per unit.
    residuals : numpy.ndarray, shape (observations,)
        In units of the outcome, in the order of `sample.frame`.
    within_r_squared : float
        Share of the variance left by the fixed effects that the regressors account for.
    parts : LeastSquares
        The regression taken apart, for other errors.
    """

    specification: Specification
    sample: EstimationSample
    confidence_level: float
    coefficients: pd.DataFrame
    residuals: "np.ndarray[Any, np.dtype[np.float64]]"
    within_r_squared: float
    parts: LeastSquares


def fixed_effects_regression(
    sample: EstimationSample, specification: Specification, confidence_level: float = 0.95
) -> PanelFit:
    """Least squares with fixed effects, its estimates as they are quoted everywhere: CR2 errors.

    Parameters
    ----------
    sample : EstimationSample
        From `estimation_sample` for the same specification.
    specification : Specification
    confidence_level : float
        Level of the intervals, above 0 and below 1.

    Returns
    -------
    PanelFit

    Raises
    ------
    NotEstimable
        If the sample has too few countries or degrees of freedom, or does not identify a regressor; if one country all
        but determines an estimate.

    References
    ----------
    Pustejovsky and Tipton (2018), Journal of Business and Economic Statistics 36(4).
    """
    parts = least_squares(sample, specification)
    return PanelFit(
        specification=specification,
        sample=sample,
        confidence_level=confidence_level,
        coefficients=quoted(parts, confidence_level),
        residuals=parts.residuals / np.sqrt(parts.weight),
        within_r_squared=float(1 - (parts.residuals**2).sum() / (parts.outcome**2).sum()),
        parts=parts,
    )


def fit_specifications(
    panel: pd.DataFrame, specifications: Iterable[Specification], confidence_level: float = 0.95
) -> list[PanelFit]:
    """Fit specifications, each on its own sample of the panel.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specifications : iterable of Specification
    confidence_level : float

    Returns
    -------
    list of PanelFit

    Raises
    ------
    NotEstimable
        If a sample cannot carry its specification.
    """
    return [
        fixed_effects_regression(estimation_sample(panel, specification), specification, confidence_level)
        for specification in specifications
    ]


def tabulate_coefficients(fits: Iterable[PanelFit]) -> pd.DataFrame:
    """One row per regressor of every fit.

    Parameters
    ----------
    fits : iterable of PanelFit

    Returns
    -------
    pandas.DataFrame
        specification, regressors, regressor, estimate, standard_error, lower, upper, p_value, degrees_of_freedom,
        effective_clusters, trusted, observations, countries, first_year, last_year, within_r_squared, outcome,
        fixed_effects, weights, confidence_level.
    """
    return pd.concat([_described(fit) for fit in fits], ignore_index=True)


def tabulate_left_out(fits: Iterable[PanelFit]) -> pd.DataFrame:
    """Countries that each fit could not use, with the reason: specification, regressors, iso3, reason."""
    frames = [
        fit.sample.left_out.assign(
            specification=fit.specification.name, regressors=", ".join(fit.specification.regressors)
        )
        for fit in fits
    ]
    return pd.concat(frames, ignore_index=True)[["specification", "regressors", "iso3", "reason"]]


def drop_repeated_slopes(coefficients: pd.DataFrame) -> pd.DataFrame:
    """Coefficients without the linear term of a parabola that stands beside the line fitted alone.

    Income alone is fitted as a line and as a parabola, so its linear term is there twice under one name; pictures
    keep the line's.
    """
    repeated = coefficients.duplicated(["specification", "regressor"], keep="first")
    return coefficients[~repeated].reset_index(drop=True)


def partial_residuals(fit: PanelFit, regressor: str) -> pd.DataFrame:
    """Outcome and one regressor with everything else in the specification taken out of both.

    The least-squares line through the result has the regressor's coefficient as its slope (Frisch, Waugh and Lovell),
    so the picture shows which country-years the estimate comes from.

    Parameters
    ----------
    fit : PanelFit
    regressor : str
        One of the specification's regressors.

    Returns
    -------
    pandas.DataFrame
        iso3, year, regressor (in its own units), outcome (in its own units), weight (mean one).
    """
    specification, frame = fit.specification, fit.sample.frame
    others = [name for name in specification.regressors if name != regressor]
    left = within(frame, [regressor, specification.outcome, *others], specification)
    weight = row_weights(frame, specification)
    root = np.sqrt(weight)[:, None]
    coefficients, *_ = np.linalg.lstsq(left[:, 2:] * root, left[:, :2] * root, rcond=None)
    partial = left[:, :2] - left[:, 2:] @ coefficients
    return frame[["iso3", "year"]].assign(regressor=partial[:, 0], outcome=partial[:, 1], weight=weight)


def _described(fit: PanelFit) -> pd.DataFrame:
    years = fit.sample.frame["year"]
    table = fit.coefficients.assign(
        observations=fit.sample.observations,
        countries=fit.sample.countries,
        first_year=int(years.min()),
        last_year=int(years.max()),
        within_r_squared=fit.within_r_squared,
        outcome=fit.specification.outcome,
        fixed_effects=fit.specification.fixed_effects,
        weights=fit.specification.weights,
        confidence_level=fit.confidence_level,
    )
    table.insert(0, "specification", fit.specification.name)
    table.insert(1, "regressors", ", ".join(fit.specification.regressors))
    return table
