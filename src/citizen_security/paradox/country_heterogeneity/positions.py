"""From a position of the sampler to the variables of the model, and from these to the countries' levels and slopes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.paradox.country_heterogeneity.designs import Design
from citizen_security.paradox.country_heterogeneity.sample import SlopeSample

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Normal priors of what is not asked about, in within-country deviations of the outcome (of the spread, its logarithm).
# Countries differ in level several times as much as one country does over the years, and in the deviation of their
# errors by factors. Fixed scales as wide as these act as fixed effects do. Year effects are measured from the
# first year; where errors persist they take steps, since the data then say much of each step and little of their sum.
LEVEL_SCALE = 3.0
STEP_SCALE = 0.3
YEAR_SCALE = 1.0
SPREAD_CENTRE = -1.0
SPREAD_SCALE = 1.5

DIMENSIONS = {
    "intercept": ("country",),
    "slope": ("country", "driver"),
    "average_slope": ("driver",),
    "slope_deviation": ("driver",),
    "year_effect": ("year",),
    "log_spread": ("country",),
}


def prior_positions(sample: SlopeSample, design: Design, draws: int, seed: int) -> "NDArray[np.float64]":
    """Positions drawn from the prior, before any outcome is seen.

    Returns
    -------
    numpy.ndarray, shape (draws, positions)
    """
    generator = np.random.default_rng(seed)
    drawn = generator.standard_normal((draws, positions(sample)))
    place = layout(sample)["log_deviation"]
    drawn[:, place] = np.log(np.abs(drawn[:, place]))
    uniform = generator.uniform(size=draws)
    drawn[:, -1] = np.log(uniform / (1 - uniform))
    return drawn


def positions(sample: SlopeSample) -> int:
    """Number of the model's parameters."""
    return int(layout(sample)["persistence"].stop)


def expand(
    position: "NDArray[np.float64]", sample: SlopeSample, numbers: Mapping[str, float]
) -> "dict[str, NDArray[np.float64]]":
    """Variables of the model at one position, by name, but for the levels and slopes of the countries.

    Parameters
    ----------
    position : numpy.ndarray, shape (positions,)
    sample : SlopeSample
    numbers : mapping
        From `Design.data`.

    Returns
    -------
    dict
        Name → array in the model's units, shaped as `DIMENSIONS` says.
    """
    at = {name: position[place] for name, place in layout(sample).items()}
    own_spreads = numbers["own_spreads"]
    average = numbers["slope_scale"] * at["average"]
    own = numbers["estimated_deviation"] * numbers["deviation_scale"] * np.exp(at["log_deviation"])
    deviation = own + numbers["given_deviation"]
    own_levels = numbers["own_levels"]
    return {
        "level": np.asarray((1 - own_levels) * LEVEL_SCALE * at["level"][0]),
        "level_deviation": np.asarray(own_levels * LEVEL_SCALE),
        "average_slope": numbers["pooled_average"] * average,
        "slope_deviation": deviation,
        "year_effect": np.concatenate(
            [[0.0], STEP_SCALE * np.cumsum(at["step"]) if numbers["autoregressive"] else YEAR_SCALE * at["step"]]
        ),
        "log_spread": SPREAD_CENTRE
        + SPREAD_SCALE * ((1 - own_spreads) * at["spread"] + own_spreads * at["own_spread"]),
        "persistence": np.asarray(numbers["autoregressive"] / (1 + np.exp(-at["persistence"][0]))),
    }


def draw_effects(
    variables: "Mapping[str, NDArray[np.float64]]", sample: SlopeSample, generator: np.random.Generator
) -> "dict[str, NDArray[np.float64]]":
    """Levels and slopes of the countries, drawn given everything else.

    Parameters
    ----------
    variables : mapping
        From `expand`.
    sample : SlopeSample
    generator : numpy.random.Generator

    Returns
    -------
    dict
        `intercept`, shape (countries,), and `slope`, shape (countries, drivers), in the model's units.
    """
    mean, root = effect_moments(variables, sample)
    standard = mean + np.einsum("cij,cj->ci", root, generator.standard_normal(mean.shape))
    slope = variables["average_slope"] + variables["slope_deviation"] * standard[:, 1:]
    return {"intercept": variables["level"] + variables["level_deviation"] * standard[:, 0], "slope": slope}


def effect_moments(
    variables: "Mapping[str, NDArray[np.float64]]", sample: SlopeSample
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Mean of each country's level and slopes given everything else, and a root of their covariance.

    Both are of departures from the average in deviations between countries.

    Returns
    -------
    mean : numpy.ndarray, shape (countries, 1 + drivers)
    root : numpy.ndarray, shape (countries, 1 + drivers, 1 + drivers)
        Times its transpose, the covariance.
    """
    along = sample.driver_values @ variables["average_slope"]
    errors = sample.outcome - variables["level"] - variables["year_effect"][sample.year_index] - along
    persistence = float(variables["persistence"])
    carried = np.where(sample.first, 0.0, persistence ** np.where(sample.first, 1.0, sample.gap))
    variance = (1 - carried**2) / (1 - persistence**2)
    precision = np.exp(-2 * variables["log_spread"][sample.country_index]) / variance
    columns = np.column_stack([np.ones(sample.rows), sample.driver_values])
    news = errors - carried * errors[sample.previous]
    scaled = (columns - carried[:, None] * columns[sample.previous]) * np.append(
        variables["level_deviation"], variables["slope_deviation"]
    )
    starts = np.flatnonzero(sample.first)
    squares = np.add.reduceat(scaled[:, :, None] * scaled[:, None, :] * precision[:, None, None], starts)
    covariance = np.linalg.inv(squares + np.eye(columns.shape[1]))
    mean = np.einsum("cij,cj->ci", covariance, np.add.reduceat(scaled * (news * precision)[:, None], starts))
    return mean, np.linalg.cholesky(covariance)


def layout(sample: SlopeSample) -> dict[str, slice]:
    """Where each parameter stands in a position, in order.

    Each is a standard normal but two: the logarithm of a deviation, in units of its half-normal prior, and the
    persistence on the logit scale.
    """
    countries, drivers = len(sample.countries), len(sample.drivers)
    sizes = {
        "level": 1,
        "average": drivers,
        "log_deviation": drivers,
        "step": len(sample.years) - 1,
        "spread": 1,
        "own_spread": countries,
        "persistence": 1,
    }
    ends = np.cumsum(list(sizes.values())).tolist()
    return {name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)}
