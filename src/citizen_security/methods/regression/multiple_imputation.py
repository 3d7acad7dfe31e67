"""Estimates over several draws of the data, combined by Rubin's rules."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import require

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
        If there are fewer than two draws, numbers of both kinds differ, one is missing, a standard error is negative,
        the degrees of freedom are not above zero, or the level is no probability.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys; Barnard and Rubin (1999), Biometrika 86(4).
    """
    from scipy.stats import t

    require.level("confidence_level", confidence_level)
    require.same_shape(estimates=estimates, standard_errors=standard_errors)
    require.positive("complete_degrees", complete_degrees, endless=True)
    estimates = require.finite("estimates", estimates)
    standard_errors = require.not_negative("standard_errors", standard_errors)
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


def _degrees(share: float, draws: int, complete_degrees: float) -> float:
    """Degrees of freedom of Barnard and Rubin, for data that are few to begin with."""
    observed = (complete_degrees + 1) / (complete_degrees + 3) * complete_degrees * (1 - share)
    if share == 0:
        return observed
    repeated = (draws - 1) / share**2
    return 1 / (1 / repeated + 1 / observed)
