"""What fitted slopes say: averages and deviations, each country's slope, and what the priors allow."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from citizen_security.paradox.country_heterogeneity.designs import Design
from citizen_security.paradox.country_heterogeneity.fits import SlopeFit
from citizen_security.paradox.country_heterogeneity.positions import expand, prior_positions
from citizen_security.paradox.country_heterogeneity.sample import SlopeSample

if TYPE_CHECKING:
    from numpy.typing import NDArray


def average_slopes(fits: Iterable[SlopeFit], credible_level: float) -> pd.DataFrame:
    """Average slope and between-country deviation of several fits, in the units of outcome and driver.

    Parameters
    ----------
    fits : iterable of SlopeFit
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame
        fit, driver, estimate (median), lower, upper, deviation, deviation_lower, deviation_upper, positive_share (of
        the countries, median), positive_share_lower, positive_share_upper, new_country_positive (probability that the
        slope of a country drawn from the same distribution is above zero), observations, countries.
    """
    return pd.DataFrame([_average(fit, k, credible_level) for fit in fits for k in range(len(fit.sample.drivers))])


def country_slopes(partial: SlopeFit, alone: SlopeFit, credible_level: float) -> pd.DataFrame:
    """Each country's slope with partial pooling, beside what it would be alone.

    Parameters
    ----------
    partial, alone : SlopeFit
        Of varying slopes and of no pooling, on one sample.
    credible_level : float

    Returns
    -------
    pandas.DataFrame
        iso3, driver, estimate (median), lower, upper, alone (median), alone_lower, alone_upper, least_squares (of the
        country's outcome on its drivers, without year effects), probability_positive, observations, moves (whether the
        driver moves within the country; where it does not, the slope is what the other countries say of it).
    """
    sample = partial.sample
    slopes, unpooled = (fit.draws("slope") * sample.slope_units for fit in (partial, alone))
    ordinary = _least_squares_slopes(sample)
    moving = sample.moving()
    rows = np.bincount(sample.country_index)
    return pd.DataFrame(
        {
            "iso3": iso3,
            "driver": driver,
            **interval_of(slopes[:, c, k], credible_level),
            **{f"alone{'' if end == 'estimate' else '_' + end}": value
               for end, value in interval_of(unpooled[:, c, k], credible_level).items()},
            "least_squares": ordinary[c, k],
            "probability_positive": float((slopes[:, c, k] > 0).mean()),
            "observations": int(rows[c]),
            "moves": bool(moving[c, k]),
        }
        for k, driver in enumerate(sample.drivers)
        for c, iso3 in enumerate(sample.countries)
    )  # fmt: skip


def prior_slopes(sample: SlopeSample, design: Design, draws: int, seed: int) -> pd.DataFrame:
    """Slopes that the priors allow, in units of outcome and driver: driver, average, country (one country's slope)."""
    variables = _prior_variables(sample, design, draws, seed)
    averages = np.stack([found["average_slope"] for found in variables]) * sample.slope_units
    deviations = np.stack([found["slope_deviation"] for found in variables]) * sample.slope_units
    slopes = averages + deviations * np.random.default_rng(seed + 1).standard_normal(averages.shape)
    frames = [
        pd.DataFrame({"driver": driver, "average": averages[:, k], "country": slopes[:, k]})
        for k, driver in enumerate(sample.drivers)
    ]
    return pd.concat(frames, ignore_index=True)


def _average(fit: SlopeFit, k: int, credible_level: float) -> dict[str, Any]:
    unit = fit.sample.slope_units[k]
    # Without pooling there is no average that the model estimates, so the mean of the countries' slopes stands for it.
    averages = fit.draws("slope").mean(axis=1) if fit.design.pooling == "no pooling" else fit.draws("average_slope")
    average, deviation = averages[:, k] * unit, fit.draws("slope_deviation")[:, k] * unit
    share = interval_of((fit.draws("slope")[:, :, k] > 0).mean(axis=1), credible_level)
    new = np.where(deviation > 0, special.ndtr(average / np.where(deviation > 0, deviation, 1)), average > 0)
    return {
        "fit": fit.name,
        "driver": fit.sample.drivers[k],
        **interval_of(average, credible_level),
        **{f"deviation{'' if end == 'estimate' else '_' + end}": value
           for end, value in interval_of(deviation, credible_level).items()},
        "positive_share": share["estimate"],
        "positive_share_lower": share["lower"],
        "positive_share_upper": share["upper"],
        "average_positive": float((average > 0).mean()),
        "new_country_positive": float(new.mean()),
        "observations": fit.sample.rows,
        "countries": len(fit.sample.countries),
    }  # fmt: skip


def interval_of(draws: "NDArray[np.float64]", credible_level: float) -> dict[str, float]:
    """Median and central interval of draws: estimate, lower, upper."""
    lower, middle, upper = np.quantile(draws, [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2])
    return {"estimate": float(middle), "lower": float(lower), "upper": float(upper)}


def _least_squares_slopes(sample: SlopeSample) -> "NDArray[np.float64]":
    """Slopes of each country's own least squares, shape (countries, drivers); missing where it has too few years."""
    slopes = np.full((len(sample.countries), len(sample.drivers)), np.nan)
    for c in range(len(sample.countries)):
        rows = sample.country_index == c
        design = np.column_stack([np.ones(rows.sum()), sample.driver_values[rows]])
        if np.linalg.matrix_rank(design) == design.shape[1] < rows.sum():
            slopes[c] = np.linalg.lstsq(design, sample.outcome[rows], rcond=None)[0][1:] * sample.slope_units
    return slopes


def _prior_variables(
    sample: SlopeSample, design: Design, draws: int, seed: int
) -> "list[dict[str, NDArray[np.float64]]]":
    return [expand(position, sample, design.data()) for position in prior_positions(sample, design, draws, seed)]
