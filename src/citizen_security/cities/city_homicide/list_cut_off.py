"""The cut-off of a league table as a part of the model: only cities whose rate reaches it are listed.

A listed city's count is a draw from the counts that are high enough. Its likelihood is therefore the probability of the
count divided by the probability of being listed, both with the city's own level integrated out: a city of a calm
country is listed because its own level is high, or because its year was bad. The rule speaks of the cities of a country
that has at least one on the list; of countries without any it says nothing.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import linalg, ndimage, special, stats

from citizen_security.cities.city_homicide.count_likelihood import log_probability_of_counts, mean_log_rates
from citizen_security.cities.city_homicide.level_grid import FINE, SMALLEST, GridFit, fit_on_grid
from citizen_security.cities.city_homicide.listed_cities import ListedCities
from citizen_security.cities.city_homicide.model import CityPriors, stacked
from citizen_security.cities.samples import CitySample
from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import ArrayLike, NDArray


# With the rule the grid goes no lower: the quadrature would have to find a step.
SMALLEST_CITY_DEVIATION = 0.05

# The integral is then exact to a thousandth where cities of a country differ by 5% or more and the cut-off is a
# hundred deaths or more.
NODES = 16

# So many standard deviations below the cut-off the integrand's peak is searched for.
FAR = -4
NEWTON_STEPS = 4

# Where fewer deaths are enough, and the deviation between cities is no more than so many of the count's own, the
# integral is over the city's level, in which the probability of being listed is then a gentle slope.
FEW, GENTLE, NODES_OF_FEW = 60, 3, 41

# Where the counts are negative binomial: steps of the city's level and of the lattice, how far they reach beyond the
# cut-off, and the most deviations of the lattice.
CELL = 0.05
BEYOND, NARROW = 8, 0.2
LATTICE, MARGIN = 48, 5

# Populations are whole persons, so that a printed rate comes back to within a thousandth of a death.
ROUNDING = 0.01


def list_cities(sample: CitySample, cut_off: float) -> ListedCities:
    """The cities of a sample with the counts that a cut-off asks of them.

    Parameters
    ----------
    sample : CitySample
    cut_off : float
        Lowest rate that is listed (homicides per 100,000 person-years): the last rate of the table; with 0 every city
        is listed, those without homicides too. Given that rate, the others are draws above it; with the number of
        unlisted cities unknown and all magnitudes of it equally credible, dividing each listed city's density by its
        probability of being listed is the exact likelihood of the top of a list.

    Returns
    -------
    ListedCities

    Raises
    ------
    ValueError
        If a city's rate is below the cut-off.
    """
    needed = needed_homicides(sample.person_years, cut_off)
    if (sample.homicides < needed).any():
        position = int((sample.homicides < needed).argmax())
        rate = sample.homicides[position] / sample.person_years[position] * PERSON_YEARS_OF_A_RATE
        raise ValueError(
            f"cut_off = {cut_off:g} is above the rate of {sample.labels[position]}, {rate:.1f}, which is listed. "
            "Allowed: at most the lowest rate of the list."
        )
    return ListedCities(
        sample.homicides, needed, sample.person_years, sample.country_index, len(sample.countries)
    )  # fmt: skip


def needed_homicides(person_years: Floats, cut_off: float) -> "NDArray[np.int64]":
    """Fewest homicides that reach a rate: at least one where the rate is above 0.

    Parameters
    ----------
    person_years : numpy.ndarray
    cut_off : float
        Per 100,000 person-years.

    Returns
    -------
    numpy.ndarray of int
    """
    exact = cut_off * person_years / PERSON_YEARS_OF_A_RATE
    return np.maximum(np.ceil(exact - ROUNDING), int(cut_off > 0)).astype(np.int64)


def gamma_nodes(shape: "ArrayLike", nodes: int = NODES) -> tuple[Floats, Floats]:
    """Nodes and log weights of Gauss quadrature for expectations under gamma distributions.

    Parameters
    ----------
    shape : array_like, shape (n,)
        Above 0; thousands are fine, where tabled Gauss–Laguerre weights overflow.
    nodes : int

    Returns
    -------
    tuple of numpy.ndarray, shape (n, nodes)
        Logarithms of the nodes and of the weights, which sum to one.

    References
    ----------
    Golub and Welsch (1969), Mathematics of Computation 23(106).
    """
    rules = [_gamma_rule(float(each), nodes) for each in np.asarray(shape)]
    log_nodes, log_weights = (np.array(part) for part in zip(*rules, strict=True))
    return log_nodes, log_weights


def _gamma_rule(shape: float, nodes: int) -> tuple[Floats, Floats]:
    steps = np.arange(nodes)
    # Eigenvalues of the matrix of the recurrence of the Laguerre polynomials; first elements of the vectors squared.
    values, vectors = linalg.eigh_tridiagonal(2 * steps + shape, np.sqrt(steps[1:] * (steps[1:] + shape - 1)))
    return np.log(values), 2 * np.log(np.maximum(np.abs(vectors[0]), 1e-150))


def log_probability_of_listing(
    listed: ListedCities, country: Floats, city_deviation: Floats, extra_deviation: float = 0
) -> Floats:
    """Log probability that each city is listed, its own level integrated out.

    A Poisson count reaches k when a gamma draw of shape k is below the expected count. The normal integral over the
    city's level is then exact, and nodes are needed for the narrow gamma spread only; the other way round, they would
    have to find a step.

    Parameters
    ----------
    listed : ListedCities
    country : numpy.ndarray, shape (n_cities, …)
        Log rate of each city's country.
    city_deviation : numpy.ndarray
        Of a shape that fits.
    extra_deviation : float
        As in `log_probability_of_counts`; with 0 the counts are Poisson.

    Returns
    -------
    numpy.ndarray, shape (n_cities, …)
        Finite far below the cut-off too, where the probability itself is zero in floating point.
    """
    if extra_deviation:
        return _overdispersed_listing(listed, country, city_deviation, extra_deviation)
    log_exposure = np.log(listed.person_years / PERSON_YEARS_OF_A_RATE)
    # Where no homicide is needed every city is listed.
    log_probability = np.zeros(np.broadcast_shapes(country.shape, np.shape(city_deviation)))
    deviation = np.broadcast_to(city_deviation, log_probability.shape[1:])
    rules = zip(listed.cut_off_homicides, *gamma_nodes(np.maximum(listed.cut_off_homicides, 1)), strict=True)
    # One city after the other: a table of all nodes of all cities would not fit the processor's cache.
    for city, (needed, nodes, weights) in enumerate(rules):
        if not needed:
            continue
        log_expected = np.broadcast_to(country[city] + log_exposure[city], deviation.shape)
        distance = (log_expected - np.log(needed)) / np.sqrt(deviation**2 + 1 / needed)
        gentle = (deviation * np.sqrt(needed) < GENTLE) & (needed < FEW)
        far = (distance < FAR) & ~gentle
        near = ~far & ~gentle
        log_probability[city][near] = _listing_by_nodes(nodes, weights, log_expected[near], deviation[near])
        log_probability[city][far] = _listing_about_peak(int(needed), log_expected[far], deviation[far])
        log_probability[city][gentle] = _listing_by_levels(int(needed), log_expected[gentle], deviation[gentle])
    return log_probability


def _listing_by_levels(needed: int, log_expected: Floats, deviation: Floats) -> Floats:
    """Quadrature over the city's level, about the peak of the integrand, which has no step where few are needed."""
    peak = np.maximum(log_expected, np.log(needed))
    for _ in range(2 * NEWTON_STEPS):
        _, slope = _log_reached(needed, peak)
        curvature = slope * np.maximum(slope + np.exp(peak) - needed, 0)
        peak = peak + (slope - (peak - log_expected) / deviation**2) / (curvature + 1 / deviation**2)
    _, slope = _log_reached(needed, peak)
    width = 1 / np.sqrt(slope * np.maximum(slope + np.exp(peak) - needed, 0) + 1 / deviation**2)
    points, weights = np.polynomial.hermite_e.hermegauss(NODES_OF_FEW)
    levels = peak[:, np.newaxis] + width[:, np.newaxis] * points
    standard = (levels - log_expected[:, np.newaxis]) / deviation[:, np.newaxis]
    terms = _log_reached(needed, levels)[0] - standard**2 / 2 + points**2 / 2 + np.log(weights / weights.sum())
    log_probability: Floats = special.logsumexp(terms, axis=1) + np.log(width / deviation)
    return log_probability


def _log_reached(needed: int, log_mean: Floats) -> tuple[Floats, Floats]:
    """Log probability that a Poisson count reaches a number, and its derivative by the log mean."""
    reached = special.gammainc(needed, np.exp(log_mean))
    # Far below the number the first term of the sum is all that is left, and in floating point that is 0.
    first = needed * log_mean - np.exp(log_mean) - special.gammaln(needed + 1)
    log_reached = np.where(reached > SMALLEST, np.log(np.maximum(reached, SMALLEST)), first)
    return log_reached, np.exp(first + np.log(needed) - log_reached)


def _listing_by_nodes(nodes: Floats, log_weights: Floats, log_expected: Floats, deviation: Floats) -> Floats:
    """Quadrature under the gamma distribution itself."""
    each = special.log_ndtr((log_expected[:, np.newaxis] - nodes) / deviation[:, np.newaxis]) + log_weights
    top = each.max(axis=1)
    log_probability: Floats = np.log(np.exp(each - top[:, np.newaxis]).sum(axis=1)) + top
    return log_probability


def _listing_about_peak(needed: int, log_expected: Floats, deviation: Floats) -> Floats:
    """Quadrature about the peak of the integrand, which in the far tail lies where the gamma density has no nodes."""
    precision = needed + 1 / deviation**2
    peak = (needed * np.log(needed) + log_expected / deviation**2) / precision
    for _ in range(NEWTON_STEPS):
        standard = (log_expected - peak) / deviation
        hazard = np.exp(stats.norm.logpdf(standard) - special.log_ndtr(standard))
        curvature = np.exp(peak) + hazard * (hazard + standard) / deviation**2
        peak = peak + (needed - np.exp(peak) - hazard / deviation) / curvature
    points, weights = np.polynomial.hermite_e.hermegauss(NODES)
    width = 1 / np.sqrt(curvature)
    log_draw = peak[:, np.newaxis] + width[:, np.newaxis] * points
    above = special.log_ndtr((log_expected[:, np.newaxis] - log_draw) / deviation[:, np.newaxis])
    terms = needed * log_draw - np.exp(log_draw) + above + points**2 / 2 + np.log(weights)
    log_probability: Floats = special.logsumexp(terms, axis=1) + np.log(width) - special.gammaln(needed)
    return log_probability


def _overdispersed_listing(
    listed: ListedCities, country: Floats, city_deviation: Floats, extra_deviation: float
) -> Floats:
    """The same for negative binomial counts, whose own spread is as wide as that between cities.

    The tail of the counts is tabled over the city's level, averaged over normal distributions about a lattice of
    country levels and deviations, and interpolated.
    """
    log_probability = np.empty(np.broadcast_shapes(country.shape, np.shape(city_deviation)))
    deviation = np.broadcast_to(city_deviation, log_probability.shape[1:])
    deviations = np.unique(city_deviation)
    if len(deviations) > LATTICE:
        deviations = np.geomspace(deviations[0], deviations[-1], LATTICE)
    # Some cells more on each side: a spline is worst at its ends.
    lowest = float(country.min()) - MARGIN * CELL
    table = _listing_lattice(listed, lowest, float(country.max()) + MARGIN * CELL, deviations, extra_deviation)
    row = np.interp(np.log(deviation), np.log(deviations), np.arange(len(deviations)))
    for city, levels in enumerate(country):
        column = np.broadcast_to((levels - lowest) / CELL, row.shape)
        log_probability[city] = ndimage.map_coordinates(table[city], [row, column], order=3, mode="nearest")
    return log_probability


def _listing_lattice(
    listed: ListedCities, lowest: float, highest: float, deviations: Floats, extra_deviation: float
) -> Floats:
    """Log probabilities of being listed, shape (n_cities, n_deviations, n_levels), levels in steps of a cell."""
    exposure = listed.person_years / PERSON_YEARS_OF_A_RATE
    log_cut_off = np.log(np.maximum(listed.cut_off_homicides, 1) / exposure)
    levels = int((highest - lowest) / CELL) + 2
    below = int((lowest - min(lowest, log_cut_off.min()) + 2) / CELL)
    end = log_cut_off.max() + BEYOND * max(extra_deviation, NARROW)
    places = lowest + CELL * np.arange(-below, int((end - lowest) / CELL) + 1)
    expected = np.exp(places)[:, np.newaxis] * exposure
    shape = 1 / extra_deviation**2
    # Where no homicide is needed every city is listed.
    needed = np.maximum(listed.cut_off_homicides, 1)
    reached = special.betainc(needed, shape, expected / (expected + shape))
    reached[:, listed.cut_off_homicides == 0] = 1
    # The weight of a place depends on its distance from the country's level alone: one row of weights is moved along.
    distances = CELL * np.arange(-below - levels + 1, len(places) - below)
    centres = lowest + CELL * np.arange(levels)
    table = np.empty((len(exposure), len(deviations), levels))
    for position, deviation in enumerate(deviations):
        weights = CELL * stats.norm.pdf(distances, scale=deviation)
        rows = np.lib.stride_tricks.sliding_window_view(weights, len(places))[::-1]
        above = special.ndtr((centres - places[-1] - CELL / 2) / deviation)
        probability = rows @ reached + above[:, np.newaxis]
        table[:, position] = np.log(np.maximum(probability, SMALLEST)).T
    return table


def log_likelihood(
    listed: ListedCities, country: Floats, city_deviation: Floats, *, rule: bool, extra_deviation: float = 0
) -> Floats:
    """Log likelihood of each city, with or without the rule.

    Parameters
    ----------
    listed : ListedCities
    country : numpy.ndarray, shape (n_cities, …)
    city_deviation : numpy.ndarray
    rule : bool
        Whether the model knows that only cities above the cut-off are listed.
    extra_deviation : float
        As in `log_probability_of_counts`.

    Returns
    -------
    numpy.ndarray, shape (n_cities, …)
    """
    counts = log_probability_of_counts(listed, country, city_deviation, extra_deviation)
    if not rule:
        return counts
    return counts - log_probability_of_listing(listed, country, city_deviation, extra_deviation)


def fit_listed(
    listed: ListedCities,
    priors: CityPriors,
    *,
    rule: bool,
    draws: int,
    seed: int,
    sizes: tuple[int, int, int, int] = FINE,
    pointwise: bool = False,
    refine: bool = True,
) -> GridFit:
    """Posterior of the model with or without the rule, by integration on a grid.

    Parameters
    ----------
    listed : ListedCities
    priors : CityPriors
    rule : bool
    draws, seed : int
        Independent draws from the posterior.
    sizes : tuple of int
        Points of the first grid.
    pointwise : bool
        Whether the likelihood of each city in each draw is kept.
    refine : bool
        As of `fit_on_grid`.

    Returns
    -------
    GridFit
    """

    def likelihood(country: Floats, city_deviation: Floats) -> Floats:
        return log_likelihood(listed, country, city_deviation, rule=rule)

    return fit_on_grid(
        likelihood,
        listed,
        priors,
        draws=draws,
        seed=seed,
        sizes=sizes,
        smallest_city_deviation=SMALLEST_CITY_DEVIATION if rule else 0,
        pointwise=pointwise,
        refine=refine,
    )


def mean_city_rates(posterior: "xr.DataTree", listed: ListedCities) -> Floats:
    """Posterior mean of each city's log rate; given its country's level, being listed says nothing more of a city.

    Parameters
    ----------
    posterior : xarray.DataTree
    listed : ListedCities

    Returns
    -------
    numpy.ndarray, shape (n_cities,)
        Log of homicides per 100,000 person-years.
    """
    levels = stacked(posterior, "log_country_rate").T[listed.country_index]
    means: Floats = mean_log_rates(listed, levels, stacked(posterior, "city_deviation")).mean(axis=1)
    return means


def largest_city_change(without: GridFit, with_rule: GridFit, listed: ListedCities) -> float:
    """Largest change of a city's rate by the rule, as a share.

    Parameters
    ----------
    without, with_rule : GridFit
    listed : ListedCities

    Returns
    -------
    float
    """
    apart = mean_city_rates(with_rule.posterior, listed) - mean_city_rates(without.posterior, listed)
    return float(np.expm1(np.abs(apart)).max())


def compare_country_levels(
    without: GridFit, with_rule: GridFit, sample: CitySample, credible_level: float
) -> pd.DataFrame:
    """Level of each country with and without the rule.

    Parameters
    ----------
    without, with_rule : GridFit
    sample : CitySample
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each country, highest without the rule first
        `iso3`, `cities`, and median, `_lower` and `_upper` of `rate_without` and `rate_with` (homicides per 100,000
        person-years); `change_percent` of the median.
    """
    table = pd.DataFrame({"iso3": sample.countries, "cities": sample.cities_by_country})
    tail = (1 - credible_level) / 2
    for name, fit in {"rate_without": without, "rate_with": with_rule}.items():
        rates = np.exp(stacked(fit.posterior, "log_country_rate"))
        table[f"{name}_lower"], table[name], table[f"{name}_upper"] = np.quantile(rates, [tail, 0.5, 1 - tail], axis=0)
    table["change_percent"] = 100 * (table["rate_with"] / table["rate_without"] - 1)
    return table.sort_values("rate_without", ascending=False, ignore_index=True)


def mean_country_shift(without: GridFit, with_rule: GridFit, credible_level: float) -> tuple[float, float, float]:
    """How far ignoring the rule raises the mean log level of the countries, in per cent.

    Parameters
    ----------
    without, with_rule : GridFit
    credible_level : float
        Probability of the interval.

    Returns
    -------
    tuple of float
        Lower end, median and upper end. The fits are of the same cities: the median without the rule is compared with
        every draw with it, so that the interval is that of the level under the rule.
    """
    reference = np.median(stacked(without.posterior, "log_country_rate").mean(axis=1))
    shift = 100 * np.expm1(reference - stacked(with_rule.posterior, "log_country_rate").mean(axis=1))
    lower, middle, upper = np.quantile(shift, [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2])
    return float(lower), float(middle), float(upper)
