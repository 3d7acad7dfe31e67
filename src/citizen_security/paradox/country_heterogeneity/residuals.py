"""What a fit leaves of each country-year: fitted means, what errors carry over, and what is new in them."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.paradox.country_heterogeneity.fits import SlopeFit
from citizen_security.paradox.country_heterogeneity.sample import SlopeSample

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Draws that the predictive comparisons and checks use: their Monte Carlo error is far below the differences shown, and
# a thousand draws of every country-year are 6 MB.
COMPARED_DRAWS = 1_000


def simulate_errors(
    sample: SlopeSample,
    persistence: "NDArray[np.float64]",
    deviation: "NDArray[np.float64]",
    generator: np.random.Generator,
) -> "NDArray[np.float64]":
    """Errors of every country-year from the stationary autoregression.

    Parameters
    ----------
    sample : SlopeSample
    persistence : numpy.ndarray, shape (draws,)
    deviation : numpy.ndarray, shape (draws, countries)
        Of a year's news.
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws, rows)
    """
    carried, variance = error_moments(sample, persistence)
    news = generator.standard_normal(carried.shape) * np.sqrt(variance) * deviation[:, sample.country_index]
    errors = np.empty_like(news)
    for row in range(sample.rows):
        # A first year carries nothing over, so what stands in the row before does not matter.
        errors[:, row] = news[:, row] + (carried[:, row] * errors[:, row - 1] if row else 0)
    return errors


def thinned_draws(fit: SlopeFit) -> "NDArray[np.int64]":
    """Evenly spaced draws, so that every chain is among them."""
    total = len(fit.draws("persistence"))
    return np.linspace(0, total - 1, min(total, COMPARED_DRAWS)).astype(np.int64)


def fitted_means(fit: SlopeFit, draws: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Fitted means in the model's units, shape (draws, rows)."""
    sample = fit.sample
    own = sample.country_index
    along = np.einsum("drk,rk->dr", fit.draws("slope")[draws][:, own], sample.driver_values)
    means: NDArray[np.float64] = (
        fit.draws("intercept")[draws][:, own] + fit.draws("year_effect")[draws][:, sample.year_index] + along
    )
    return means


def error_deviations(fit: SlopeFit, draws: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """Deviation of a year's news in each country, in the model's units, shape (draws, countries)."""
    deviations: NDArray[np.float64] = np.exp(fit.draws("log_spread")[draws])
    return deviations


def error_moments(
    sample: SlopeSample, persistence: "NDArray[np.float64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """What errors carry over and the variance of the news in yearly ones, each of shape (draws, rows)."""
    carried = np.where(sample.first, 0.0, persistence[:, None] ** np.where(sample.first, 1.0, sample.gap))
    return carried, (1 - carried**2) / (1 - persistence[:, None] ** 2)


def news_of(
    sample: SlopeSample, errors: "NDArray[np.float64]", carried: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    """What is new in each error, given the country's last one."""
    return errors - carried * errors[:, sample.previous]
