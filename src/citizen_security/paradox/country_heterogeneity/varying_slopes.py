"""Slopes that vary by country: one Bayesian model, pooled not at all, completely, or as far as the data say.

Errors of a country follow each other in time. They are modelled as a stationary autoregression of the first order,
written as each year's distribution given the last year that was observed, which is exact for normal errors whatever the
gaps: after a gap of d years the correlation is the persistence to the power d.

Levels and slopes of the countries are integrated out, which for normal ones is exact, and drawn afterwards. Some
countries pin their slope down and others say nothing of it, so that no one way of writing slopes is easy to sample.

The log density and its gradient are written out below and compiled once for every sample, pooling and prior. The same
model in PyMC takes longer to compile than all of the notebook's fits take to sample; a test holds the two to the same
density.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numba
import numpy as np
import xarray as xr
from nutpie.compiled_pyfunc import from_pyfunc

from citizen_security.methods.sampling import Diagnostics, Gate, Settings, check_convergence, sample_posterior
from citizen_security.paradox.panel.sample import (
    ROUNDING,
    EstimationSample,
    estimation_sample,
    prepare_panel,
    sample_problems,
)
from citizen_security.paradox.panel.specification import Specification

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity, Errors, Spread

Pooling = Literal["complete pooling", "varying intercepts", "varying slopes", "no pooling"]

POOLINGS: tuple[Pooling, ...] = ("complete pooling", "varying intercepts", "varying slopes", "no pooling")

# Normal priors of what is not asked about, in within-country deviations of the outcome (of the spread, its logarithm).
# Countries differ in level several times as much as one country does over the years, and in the deviation of their
# errors by factors. Fixed scales as wide as these act as fixed effects do. Year effects are measured from the
# first year; where errors persist they take steps, since the data then say much of each step and little of their sum.
LEVEL_SCALE = 3.0
STEP_SCALE = 0.3
YEAR_SCALE = 1.0

DIMENSIONS = {
    "intercept": ("country",),
    "slope": ("country", "driver"),
    "average_slope": ("driver",),
    "slope_deviation": ("driver",),
    "year_effect": ("year",),
    "log_spread": ("country",),
}
SPREAD_CENTRE = -1.0
SPREAD_SCALE = 1.5


@dataclass(frozen=True)
class Priors:
    """Priors of the slopes, in within-country deviations of the outcome per within-country deviation of the driver.

    Attributes
    ----------
    slope_scale : float
        Standard deviation of the normal prior of the average slope.
    deviation_scale : float
        Scale of the half-normal prior of the between-country deviation of the slopes.
    """

    slope_scale: float
    deviation_scale: float

    def data(self) -> dict[str, float]:
        """The priors as the model's mutable data, so that a compiled model can be sampled under others."""
        return {"slope_scale": self.slope_scale, "deviation_scale": self.deviation_scale}

    def variants(self, factor: float = 2.0) -> dict[str, "Priors"]:
        """Each scale divided and multiplied by `factor`, by name."""
        down, up = f"divided by {factor:g}", f"times {factor:g}"
        return {
            f"between-country deviation {down}": replace(self, deviation_scale=self.deviation_scale / factor),
            f"between-country deviation {up}": replace(self, deviation_scale=self.deviation_scale * factor),
            f"average slope {down}": replace(self, slope_scale=self.slope_scale / factor),
            f"average slope {up}": replace(self, slope_scale=self.slope_scale * factor),
        }


@dataclass(frozen=True)
class SlopeSample:
    """Country-years in the order of countries and years, in the units that the model is written in.

    Attributes
    ----------
    estimation : EstimationSample
        Its frame is sorted by country and year.
    outcome_name : str
    drivers : tuple of str
    countries : tuple of str
    years : tuple of int
    country_index, year_index : numpy.ndarray of int, shape (rows,)
    outcome : numpy.ndarray, shape (rows,)
        From the mean over all rows, in within-country deviations.
    driver_values : numpy.ndarray, shape (rows, drivers)
        From the country's own mean, in within-country deviations.
    outcome_centre, outcome_scale : float
        Mean and within-country standard deviation of the outcome, in its own units.
    driver_scales : numpy.ndarray, shape (drivers,)
        Within-country standard deviations, in the drivers' own units.
    gap : numpy.ndarray, shape (rows,)
        Years since the country's last observed year; infinite in its first.
    """

    estimation: EstimationSample
    outcome_name: str
    drivers: tuple[str, ...]
    countries: tuple[str, ...]
    years: tuple[int, ...]
    country_index: "NDArray[np.int64]"
    year_index: "NDArray[np.int64]"
    outcome: "NDArray[np.float64]"
    driver_values: "NDArray[np.float64]"
    outcome_centre: float
    outcome_scale: float
    driver_scales: "NDArray[np.float64]"
    gap: "NDArray[np.float64]"

    @property
    def rows(self) -> int:
        """Number of country-years."""
        return len(self.outcome)

    @property
    def slope_units(self) -> "NDArray[np.float64]":
        """What multiplies a slope of the model to give outcome per unit of the driver, shape (drivers,)."""
        return self.outcome_scale / self.driver_scales

    @cached_property
    def first(self) -> "NDArray[np.bool_]":
        """Whether a row is its country's first, shape (rows,)."""
        return np.isinf(self.gap)

    @cached_property
    def previous(self) -> "NDArray[np.int64]":
        """Row of the country's year before; of a first year, the row itself."""
        return np.arange(self.rows) - ~self.first

    def moving(self) -> "NDArray[np.bool_]":
        """Whether each driver moves within each country, shape (countries, drivers)."""
        largest = np.zeros((len(self.countries), len(self.drivers)))
        np.maximum.at(largest, self.country_index, np.abs(self.driver_values))
        level = np.abs(self.estimation.frame[list(self.drivers)].to_numpy(dtype=float)).max(axis=0) / self.driver_scales
        return np.asarray(largest > ROUNDING * np.maximum(level, 1))


def slope_specification(parameters: "CountryHeterogeneity") -> Specification:
    """The two-way fixed-effects regression that the model's average slopes are held against."""
    return Specification(name="two-way fixed effects", regressors=tuple(parameters.drivers), outcome=parameters.outcome)


def heterogeneity_problems(
    country_year: "pd.DataFrame", chosen: "Sequence[str]", parameters: "CountryHeterogeneity"
) -> list[str]:
    """Reasons why the slopes cannot be fitted; empty where they can.

    Parameters
    ----------
    country_year : pandas.DataFrame
        The table `country_year`.
    chosen : sequence of str
        ISO codes.
    parameters : CountryHeterogeneity

    Returns
    -------
    list of str
    """
    panel = prepare_panel(country_year, chosen, parameters.first_year, parameters.last_year, parameters.release)
    specification = slope_specification(parameters)
    sample = estimation_sample(panel, specification)
    if problems := sample_problems(sample, specification):
        return problems
    if parameters.countries == "lac":
        return []
    return [
        f"{row['iso3']} in countries cannot be used ({row['reason']}). Leave it out, or change the period or drivers."
        for _, row in sample.left_out.iterrows()
    ]


def prepare_slopes(panel: "pd.DataFrame", specification: Specification) -> SlopeSample:
    """Country-years with outcome and drivers in within-country standard deviations.

    Drivers are measured from their country's mean, so that a slope is what goes with a country's own movement and no
    comparison between countries enters it, whatever the prior of the intercepts (Mundlak 1978; Bell and Jones 2015).

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification

    Returns
    -------
    SlopeSample

    Raises
    ------
    ValueError
        If a driver moves in no country, or the outcome does not move.
    """
    found = estimation_sample(panel, specification)
    frame = found.frame.sort_values(["iso3", "year"], ignore_index=True)
    columns = [specification.outcome, *specification.regressors]
    values = frame[columns].astype(float)
    centred = (values - values.groupby(frame["iso3"]).transform("mean")).to_numpy()
    scales = np.sqrt((centred**2).mean(axis=0))
    still = [column for column, scale, level in zip(columns, scales, values.abs().max(), strict=True)
             if not scale > ROUNDING * level]  # fmt: skip
    if still:
        raise ValueError(f"{', '.join(still)} moves within no country, so it has no slope. Leave it out.")
    country_index, countries = frame["iso3"].factorize()
    year_index, years = frame["year"].factorize(sort=True)
    outcome = values[specification.outcome].to_numpy()
    return SlopeSample(
        estimation=replace(found, frame=frame),
        outcome_name=specification.outcome,
        drivers=specification.regressors,
        countries=tuple(countries),
        years=tuple(int(year) for year in years),
        country_index=country_index,
        year_index=year_index,
        outcome=(outcome - outcome.mean()) / scales[0],
        driver_values=centred[:, 1:] / scales[1:],
        outcome_centre=float(outcome.mean()),
        outcome_scale=float(scales[0]),
        driver_scales=scales[1:],
        gap=frame.groupby("iso3")["year"].diff().fillna(np.inf).to_numpy(dtype=float),
    )


@dataclass(frozen=True)
class Design:
    """Which of the models is fitted.

    Attributes
    ----------
    priors : Priors
    pooling : {"complete pooling", "varying intercepts", "varying slopes", "no pooling"}
        What differs between countries: nothing; levels; levels, and slopes about a common average; levels, and slopes
        that are each estimated from its own country (year effects are shared throughout).
    errors : {"autoregressive", "independent"}
        Whether a country's errors follow each other in time.
    spread : {"by_country", "common"}
        Whether each country has an error deviation of its own.
    """

    priors: Priors
    pooling: Pooling = "varying slopes"
    errors: "Errors" = "autoregressive"
    spread: "Spread" = "by_country"

    def data(self) -> dict[str, float]:
        """The design as numbers that the density takes, by name."""
        partial = self.pooling == "varying slopes"
        return {
            "slope_scale": self.priors.slope_scale,
            "deviation_scale": self.priors.deviation_scale,
            "own_levels": float(self.pooling != "complete pooling"),
            "pooled_average": float(self.pooling != "no pooling"),
            "estimated_deviation": float(partial),
            "given_deviation": self.priors.slope_scale * float(self.pooling == "no pooling"),
            "autoregressive": float(self.errors == "autoregressive"),
            "own_spreads": float(self.spread == "by_country"),
        }

    @property
    def constants(self) -> set[str]:
        """Variables of the posterior that this design does not estimate."""
        fixed = {"level_deviation"} | (set() if self.pooling == "varying slopes" else {"slope_deviation"})
        fixed |= set() if self.pooling == "complete pooling" else {"level"}
        fixed |= {"average_slope"} if self.pooling == "no pooling" else set()
        return fixed | (set() if self.errors == "autoregressive" else {"persistence"})


@dataclass(frozen=True)
class SlopeFit:
    """A converged fit.

    Attributes
    ----------
    name : str
    sample : SlopeSample
    design : Design
    posterior : xarray.DataTree
        Draws in the model's units, whatever the design: `intercept`, `log_spread` (country), `slope` (country, driver),
        `average_slope`, `slope_deviation` (driver), `year_effect` (year), `level`, `level_deviation` and `persistence`.
    diagnostics : Diagnostics
    """

    name: str
    sample: SlopeSample
    design: Design
    posterior: xr.DataTree
    diagnostics: Diagnostics

    def draws(self, name: str) -> "NDArray[np.float64]":
        """Draws of a variable with the chains one after the other, shape (draws, …)."""
        values: NDArray[np.float64] = self.posterior["posterior"][name].to_numpy()
        return values.reshape(-1, *values.shape[2:])


def compile_slopes(sample: SlopeSample, design: Design) -> Any:
    """The model of a sample, ready to be sampled.

    Parameters
    ----------
    sample : SlopeSample
    design : Design
        Another can take its place without compiling again (`fit_slopes` does so).

    Returns
    -------
    nutpie.CompiledModel
    """
    data = _arrays(sample)

    def log_density(position: "NDArray[np.float64]", **chosen: float) -> "tuple[float, NDArray[np.float64]]":
        found: tuple[float, NDArray[np.float64]] = _log_density(position, *data, *chosen.values())
        return found

    def make_variables(first: int, second: int, chain: int) -> Any:
        generator = np.random.default_rng((first, second, chain))

        def variables(position: "NDArray[np.float64]", **chosen: float) -> "dict[str, NDArray[np.float64]]":
            found = expand(position, sample, chosen)
            return found | draw_effects(found, sample, generator)

        return variables

    start = make_variables(0, 0, 0)(np.zeros(positions(sample)), **design.data())
    return from_pyfunc(
        positions(sample),
        lambda: log_density,
        make_variables,
        [np.dtype(float)] * len(start),
        [value.shape for value in start.values()],
        list(start),
        coords={
            "country": list(sample.countries),
            "year": list(map(str, sample.years)),
            "driver": list(sample.drivers),
        },
        dims=DIMENSIONS,
        shared_data=design.data(),
        make_initial_point_fn=lambda seed: np.random.default_rng(seed).normal(0, 0.5, positions(sample)),
    )


def fit_slopes(
    name: str, compiled: Any, sample: SlopeSample, design: Design, settings: Settings, gate: Gate
) -> SlopeFit:
    """Sample a design and hold what it estimates to the gate.

    Parameters
    ----------
    name : str
        Name of the fit, for messages and tables.
    compiled : nutpie.CompiledModel
        From `compile_slopes` on the same sample.
    sample : SlopeSample
    design : Design
    settings : Settings
    gate : Gate

    Returns
    -------
    SlopeFit

    Raises
    ------
    NotConverged
        If the fit fails the gate.
    """
    posterior = sample_posterior(compiled, settings, design.data())
    drawn = posterior["posterior"].to_dataset()
    # The first year's effect is zero by definition.
    estimated = drawn.isel(year=slice(1, None)).drop_vars(design.constants)
    diagnostics = check_convergence(name, posterior.assign({"posterior": xr.DataTree(estimated)}), gate)
    return SlopeFit(name, sample, design, posterior, diagnostics)


def error_designs(chosen: Design) -> dict[str, Design]:
    """The chosen design under each model of the errors, by name; the chosen one comes last.

    Independent errors with a spread for each country are not among them: where a country's errors hardly move, its
    level and slopes are all but given, and the posterior has a shape that no sampler explores in reasonable time.
    """
    designs = [
        replace(chosen, errors="independent", spread="common"),
        replace(chosen, errors="autoregressive", spread="common"),
        replace(chosen, errors="autoregressive", spread="by_country"),
    ]
    ordered = sorted(designs, key=lambda design: design == chosen)
    return {describe_errors(design): design for design in ordered}


def describe_errors(design: Design) -> str:
    """Errors and spread of a design in words."""
    spread = "spread by country" if design.spread == "by_country" else "common spread"
    return f"{design.errors} errors, {spread}"


def fit_designs(
    compiled: Any, sample: SlopeSample, designs: Mapping[str, Design], settings: Settings, gate: Gate
) -> dict[str, SlopeFit]:
    """Fit several designs, each through the gate.

    Returns
    -------
    dict
        Name of the design → fit.

    Raises
    ------
    NotConverged
        If a fit fails the gate.
    """
    return {name: fit_slopes(name, compiled, sample, design, settings, gate) for name, design in designs.items()}


def prior_positions(sample: SlopeSample, design: Design, draws: int, seed: int) -> "NDArray[np.float64]":
    """Positions drawn from the prior, before any outcome is seen.

    Returns
    -------
    numpy.ndarray, shape (draws, positions)
    """
    generator = np.random.default_rng(seed)
    found = generator.standard_normal((draws, positions(sample)))
    place = _layout(sample)["log_deviation"]
    found[:, place] = np.log(np.abs(found[:, place]))
    uniform = generator.uniform(size=draws)
    found[:, -1] = np.log(uniform / (1 - uniform))
    return found


def positions(sample: SlopeSample) -> int:
    """Number of the model's parameters."""
    return int(_layout(sample)["persistence"].stop)


def expand(
    position: "NDArray[np.float64]", sample: SlopeSample, chosen: Mapping[str, float]
) -> "dict[str, NDArray[np.float64]]":
    """Variables of the model at one position, by name, but for the levels and slopes of the countries.

    Parameters
    ----------
    position : numpy.ndarray, shape (positions,)
    sample : SlopeSample
    chosen : mapping
        From `Design.data`.

    Returns
    -------
    dict
        Name → array in the model's units, shaped as `DIMENSIONS` says.
    """
    at = {name: position[place] for name, place in _layout(sample).items()}
    own_spreads = chosen["own_spreads"]
    average = chosen["slope_scale"] * at["average"]
    own = chosen["estimated_deviation"] * chosen["deviation_scale"] * np.exp(at["log_deviation"])
    deviation = own + chosen["given_deviation"]
    own_levels = chosen["own_levels"]
    return {
        "level": np.asarray((1 - own_levels) * LEVEL_SCALE * at["level"][0]),
        "level_deviation": np.asarray(own_levels * LEVEL_SCALE),
        "average_slope": chosen["pooled_average"] * average,
        "slope_deviation": deviation,
        "year_effect": np.concatenate(
            [[0.0], STEP_SCALE * np.cumsum(at["step"]) if chosen["autoregressive"] else YEAR_SCALE * at["step"]]
        ),
        "log_spread": SPREAD_CENTRE
        + SPREAD_SCALE * ((1 - own_spreads) * at["spread"] + own_spreads * at["own_spread"]),
        "persistence": np.asarray(chosen["autoregressive"] / (1 + np.exp(-at["persistence"][0]))),
    }


def draw_effects(
    found: "Mapping[str, NDArray[np.float64]]", sample: SlopeSample, generator: np.random.Generator
) -> "dict[str, NDArray[np.float64]]":
    """Levels and slopes of the countries, drawn given everything else.

    Parameters
    ----------
    found : mapping
        From `expand`.
    sample : SlopeSample
    generator : numpy.random.Generator

    Returns
    -------
    dict
        `intercept`, shape (countries,), and `slope`, shape (countries, drivers), in the model's units.
    """
    mean, root = effect_moments(found, sample)
    standard = mean + np.einsum("cij,cj->ci", root, generator.standard_normal(mean.shape))
    slope = found["average_slope"] + found["slope_deviation"] * standard[:, 1:]
    return {"intercept": found["level"] + found["level_deviation"] * standard[:, 0], "slope": slope}


def effect_moments(
    found: "Mapping[str, NDArray[np.float64]]", sample: SlopeSample
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Mean of each country's level and slopes given everything else, and a root of their covariance.

    Both are of departures from the average in deviations between countries.

    Returns
    -------
    mean : numpy.ndarray, shape (countries, 1 + drivers)
    root : numpy.ndarray, shape (countries, 1 + drivers, 1 + drivers)
        Times its transpose, the covariance.
    """
    along = sample.driver_values @ found["average_slope"]
    errors = sample.outcome - found["level"] - found["year_effect"][sample.year_index] - along
    persistence = float(found["persistence"])
    carried = np.where(sample.first, 0.0, persistence ** np.where(sample.first, 1.0, sample.gap))
    variance = (1 - carried**2) / (1 - persistence**2)
    precision = np.exp(-2 * found["log_spread"][sample.country_index]) / variance
    columns = np.column_stack([np.ones(sample.rows), sample.driver_values])
    news = errors - carried * errors[sample.previous]
    scaled = (columns - carried[:, None] * columns[sample.previous]) * np.append(
        found["level_deviation"], found["slope_deviation"]
    )
    starts = np.flatnonzero(sample.first)
    squares = np.add.reduceat(scaled[:, :, None] * scaled[:, None, :] * precision[:, None, None], starts)
    covariance = np.linalg.inv(squares + np.eye(columns.shape[1]))
    mean = np.einsum("cij,cj->ci", covariance, np.add.reduceat(scaled * (news * precision)[:, None], starts))
    return mean, np.linalg.cholesky(covariance)


def _layout(sample: SlopeSample) -> dict[str, slice]:
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


def _arrays(sample: SlopeSample) -> "tuple[NDArray[Any], ...]":
    return (
        sample.outcome,
        np.ascontiguousarray(sample.driver_values),
        sample.country_index.astype(np.int64),
        sample.year_index.astype(np.int64),
        sample.gap,
        np.array([len(sample.countries), len(sample.years)]),
    )


@numba.njit(nogil=True, error_model="numpy")
def _error_moments(gap: float, persistence: float) -> tuple[float, float, float, float]:
    """What an error carries over a gap, the variance of what is new (in yearly ones), and their derivatives."""
    yearly = 1 - persistence**2
    if np.isinf(gap):
        return 0.0, 1 / yearly, 0.0, 2 * persistence / yearly**2
    carried = persistence**gap
    carried_slope = gap * persistence ** (gap - 1)
    variance = (1 - carried**2) / yearly
    variance_slope = (-2 * carried * carried_slope + 2 * persistence * variance) / yearly
    return carried, variance, carried_slope, variance_slope


@numba.njit(nogil=True, error_model="numpy")
def _invert(squares, inverse):  # type: ignore[no-untyped-def]
    """Invert one plus a matrix given by its lower triangle, in place; the log determinant is returned."""
    size = len(squares)
    log_determinant = 0.0
    root = np.zeros((size, size))
    for j in range(size):
        for i in range(j + 1):
            left = squares[j, i] + (1.0 if i == j else 0.0)
            for k in range(i):
                left -= root[j, k] * root[i, k]
            root[j, i] = np.sqrt(left) if i == j else left / root[i, i]
        log_determinant += 2 * np.log(root[j, j])
    for column in range(size):
        for j in range(size):
            left = 1.0 if j == column else 0.0
            for k in range(j):
                left -= root[j, k] * inverse[k, column]
            inverse[j, column] = left / root[j, j]
        for j in range(size - 1, -1, -1):
            left = inverse[j, column]
            for k in range(j + 1, size):
                left -= root[k, j] * inverse[k, column]
            inverse[j, column] = left / root[j, j]
    return log_determinant


@numba.njit(nogil=True, error_model="numpy")
def _log_density(  # type: ignore[no-untyped-def]
    position, outcome, drivers, country, year, gap, sizes, slope_scale, deviation_scale, own_levels, pooled_average,
    estimated_deviation, given_deviation, autoregressive, own_spreads,
):  # fmt: skip
    """Log density of a position, up to a constant, and its gradient; the order of parameters is that of `_layout`."""
    countries, years, number = sizes[0], sizes[1], drivers.shape[1]
    average = 1
    log_deviation = average + number
    step = log_deviation + number
    spread = step + years - 1
    own_spread = spread + 1
    last = own_spread + countries

    gradient = -position
    density = -0.5 * (position**2).sum()
    for place in range(log_deviation, step):
        square = np.exp(2 * position[place])
        density += 0.5 * position[place] ** 2 + position[place] - 0.5 * square
        gradient[place] = 1 - square
    free = 1 / (1 + np.exp(-position[last]))
    density += 0.5 * position[last] ** 2 + np.log(free) + np.log1p(-free)
    gradient[last] = 1 - 2 * free

    persistence = autoregressive * free
    if persistence >= 1.0:
        # Rounded to one, where errors have no variance: a step of the sampler that went astray.
        return -np.inf, gradient
    own_deviation = estimated_deviation * deviation_scale * np.exp(position[log_deviation:step])
    # Deviations between countries of the level and of the slopes; a zero is what does not differ.
    effects = number + 1
    deviation = np.empty(effects)
    deviation[0] = own_levels * LEVEL_SCALE
    deviation[1:] = own_deviation + given_deviation
    slope = pooled_average * slope_scale * position[average:log_deviation]
    own = (1 - own_spreads) * position[spread] + own_spreads * position[own_spread : own_spread + countries]
    log_spread = SPREAD_CENTRE + SPREAD_SCALE * own
    inverse_spread = np.exp(-2 * log_spread)
    year_effect = np.zeros(years)
    if autoregressive:
        year_effect[1:] = STEP_SCALE * np.cumsum(position[step:spread])
    else:
        year_effect[1:] = YEAR_SCALE * position[step:spread]

    # First pass: errors about the average country, and what they say of each country's departures from it.
    size = outcome.size
    errors, carried, precision = np.empty(size), np.empty(size), np.empty(size)
    ratio, carried_slope = np.empty(size), np.empty(size)
    columns, scaled = np.empty((size, effects)), np.empty((size, effects))
    squares, mean = np.zeros((countries, effects, effects)), np.zeros((countries, effects))
    known = np.nan
    for row in range(size):
        c = country[row]
        errors[row] = outcome[row] - (1 - own_levels) * LEVEL_SCALE * position[0] - year_effect[year[row]]
        columns[row, 0] = deviation[0]
        for k in range(number):
            errors[row] -= slope[k] * drivers[row, k]
            columns[row, k + 1] = deviation[k + 1] * drivers[row, k]
        if gap[row] != known:
            # Nearly every gap is a year, so powers and logarithms are taken at the few that are not.
            known = gap[row]
            now, variance, now_slope, variance_slope = _error_moments(known, persistence)
            half_log_variance = 0.5 * np.log(variance)
            inverse_variance, now_ratio = 1 / variance, 0.5 * variance_slope / variance
        carried[row], carried_slope[row], ratio[row] = now, now_slope, now_ratio
        precision[row] = inverse_spread[c] * inverse_variance
        density -= log_spread[c] + half_log_variance
        before = max(row - 1, 0)  # multiplied by zero in the first row
        news = errors[row] - now * errors[before]
        density -= 0.5 * news * news * precision[row]
        for j in range(effects):
            scaled[row, j] = columns[row, j] - now * columns[before, j]
            mean[c, j] += scaled[row, j] * news * precision[row]
        for j in range(effects):
            for i in range(j + 1):
                squares[c, j, i] += scaled[row, j] * scaled[row, i] * precision[row]
    covariance = np.empty((countries, effects, effects))
    for c in range(countries):
        log_determinant = _invert(squares[c], covariance[c])
        right = mean[c].copy()
        mean[c] = 0.0
        for j in range(effects):
            for i in range(effects):
                mean[c, j] += covariance[c, j, i] * right[i]
            density += 0.5 * mean[c, j] * right[j]
        density -= 0.5 * log_determinant

    # Second pass. The gradient of the integral is the mean of the gradient over the departures (Fisher's identity).
    by_persistence = 0.0
    errors_gradient, by_spread, by_deviation = np.zeros(size), np.zeros(countries), np.zeros(effects)
    spread_out = np.empty(effects)
    for row in range(size):
        c, before = country[row], max(row - 1, 0)
        error, last_error, variance_of_news, covariance_with_last = errors[row], errors[before], 0.0, 0.0
        for j in range(effects):
            error -= columns[row, j] * mean[c, j]
            last_error -= columns[before, j] * mean[c, j]
            spread_out[j] = 0.0
            for i in range(effects):
                spread_out[j] += covariance[c, j, i] * scaled[row, i]
            variance_of_news += spread_out[j] * scaled[row, j]
            covariance_with_last += spread_out[j] * columns[before, j]
        news = error - carried[row] * last_error
        square = (news * news + variance_of_news) * precision[row]
        errors_gradient[row] -= news * precision[row]
        if carried[row] != 0.0:
            errors_gradient[before] += carried[row] * news * precision[row]
            by_persistence += (last_error * news + covariance_with_last) * precision[row] * carried_slope[row]
        by_persistence += (square - 1) * ratio[row]
        by_spread[c] += square - 1
        for k in range(number):
            own_part = drivers[row, k] - carried[row] * drivers[before, k]
            by_deviation[k] += precision[row] * own_part * (news * mean[c, k + 1] - spread_out[k + 1])
    gradient[last] += by_persistence * autoregressive * free * (1 - free)
    gradient[spread] += SPREAD_SCALE * (1 - own_spreads) * by_spread.sum()
    gradient[own_spread : own_spread + countries] += SPREAD_SCALE * own_spreads * by_spread

    by_year = np.zeros(years)
    for row in range(size):
        pull = -errors_gradient[row]
        gradient[0] += pull * LEVEL_SCALE * (1 - own_levels)
        by_year[year[row]] += pull
        for k in range(number):
            gradient[average + k] += pull * drivers[row, k] * pooled_average * slope_scale
    for k in range(number):
        gradient[log_deviation + k] += own_deviation[k] * by_deviation[k]
    if autoregressive:
        # A step moves its own year and all that follow.
        gradient[step:spread] += STEP_SCALE * np.cumsum(by_year[::-1])[::-1][1:]
    else:
        gradient[step:spread] += YEAR_SCALE * by_year[1:]
    return density, gradient
