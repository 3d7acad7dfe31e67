"""Regression to the mean: how far a place falls that was chosen because it was high, with the panel's own variance.

The logarithm of a city's homicide rate, less the mean of all cities of its country in that year, is taken for the sum
of a lasting level (variance between cities), a deviation that fades from year to year (variance within cities, with a
serial correlation), and the noise of a count (Poisson). The first stays after a place was chosen; the second fades in
part; the third is gone the year after.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import least_squares

from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated, SelectionRule
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.resampling import drawn_within_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Array = NDArray[np.float64]

# Added to every count before its logarithm is taken, which makes the bias of the logarithm small.
HALF = 0.5

LONGEST_LAG = 8
MINIMUM_CITIES = 10
SELECTING_RULES: tuple[SelectionRule, ...] = ("high_level", "spike")
QUANTILES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


class TooFewCities(ValueError):
    """A panel with too few cities to estimate variances between and within them."""


@dataclass(frozen=True)
class YearVariance:
    """How log homicide rates vary.

    Attributes
    ----------
    between : float
        Variance of lasting levels.
    within : float
        Variance of deviations that fade.
    persistence : float
        Correlation of such a deviation with that of the year before.
    noise : float
        Mean variance of the counts' noise, as it is in the panel.
    """

    between: float
    within: float
    persistence: float
    noise: float

    def covariance(self, years: int, noise: float) -> "Array":
        """Covariance matrix of observed log rates in consecutive years.

        Parameters
        ----------
        years : int
        noise : float
            Variance of the noise of each year.

        Returns
        -------
        numpy.ndarray, shape (years, years)
        """
        gap = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
        matrix: Array = self.between + self.within * self.persistence**gap + noise * np.eye(years)
        return matrix


@dataclass(frozen=True)
class CityDeviations:
    """Log rates less the mean of the country's cities in that year.

    Attributes
    ----------
    values : numpy.ndarray, shape (n_cities, n_years)
        nan where a year is missing.
    noise : numpy.ndarray, shape (n_cities, n_years)
        Poisson variance of each.
    years : tuple of int
    countries : tuple of str
        Country of each city.
    """

    values: "Array"
    noise: "Array"
    years: tuple[int, ...]
    countries: tuple[str, ...]

    def chosen(self, rows: "NDArray[np.int64]") -> "CityDeviations":
        """The same for some cities, which may come more than once."""
        return CityDeviations(
            self.values[rows], self.noise[rows], self.years, tuple(self.countries[row] for row in rows)
        )


def chosen_panel(panel: pd.DataFrame, parameters: ClaimedAndEvaluated) -> pd.DataFrame:
    """Cities of the chosen countries and years that have enough homicides.

    Parameters
    ----------
    panel : pandas.DataFrame
        Table `city_year`.
    parameters : ClaimedAndEvaluated

    Returns
    -------
    pandas.DataFrame
    """
    inside = panel["year"].between(parameters.first_year, parameters.last_year)
    rows = panel[panel["iso3"].isin(parameters.countries) & inside]
    mean = rows.groupby(["iso3", "city_code"])["homicides"].transform("mean")
    return rows[mean >= parameters.minimum_mean_count]


def city_deviations(rows: pd.DataFrame) -> CityDeviations:
    """Log rates of cities, less the mean of their country in each year.

    Parameters
    ----------
    rows : pandas.DataFrame
        iso3, city_code, year, homicides, population.

    Returns
    -------
    CityDeviations

    Raises
    ------
    TooFewCities
        If a country has fewer than ten cities, whose mean would follow each of them.
    """
    cities = rows.groupby("iso3")["city_code"].nunique()
    if cities.empty or cities.min() < MINIMUM_CITIES:
        few = ", ".join(f"{country} has {number}" for country, number in cities.items()) or "there are none"
        raise TooFewCities(
            f"at least {MINIMUM_CITIES} cities of each country are needed, but {few}; lower minimum_mean_count, or "
            "take other countries or years"
        )
    log_rate = np.log((rows["homicides"] + HALF) / rows["population"])
    frame = rows.assign(log_rate=log_rate, noise=1 / (rows["homicides"] + HALF))
    deviation = frame["log_rate"] - frame.groupby(["iso3", "year"])["log_rate"].transform("mean")
    frame = frame.assign(deviation=deviation)
    years = range(int(rows["year"].min()), int(rows["year"].max()) + 1)
    shape = {"index": ["iso3", "city_code"], "columns": "year"}
    wide = {name: frame.pivot(**shape, values=name).reindex(columns=years) for name in ("deviation", "noise")}
    return CityDeviations(
        values=wide["deviation"].to_numpy(),
        noise=wide["noise"].to_numpy(),
        years=tuple(years),
        countries=tuple(wide["deviation"].index.get_level_values("iso3")),
    )


def problems_of_panel(panel: pd.DataFrame, parameters: ClaimedAndEvaluated) -> list[str]:
    """Sentences on what the chosen panel lacks.

    Parameters
    ----------
    panel : pandas.DataFrame
        Table `city_year`.
    parameters : ClaimedAndEvaluated

    Returns
    -------
    list of str
        Empty if nothing.
    """
    rows = chosen_panel(panel, parameters)
    missing = [country for country in parameters.countries if country not in set(rows["iso3"])]
    if missing:
        return [
            f"{', '.join(missing)} has no city with minimum_mean_count = {parameters.minimum_mean_count:g} in these "
            "years; lower it, or take other countries or years"
        ]
    try:
        deviations = city_deviations(rows)
    except TooFewCities as error:
        return [str(error)]
    weights = windows_of(parameters, "high_level")
    if observed_log_change(deviations, weights, parameters.selection_quantile)[1]:
        return []
    return [
        f"the windows take {len(weights.select)} years in a row, but no {MINIMUM_CITIES} cities of a country have "
        "so many (Brazil has no 2020); give more years in the panel, or shorter years_past, years_before or years_after"
    ]


def autocovariances(deviations: CityDeviations) -> pd.DataFrame:
    """Mean product of deviations some years apart, over cities and years.

    Parameters
    ----------
    deviations : CityDeviations

    Returns
    -------
    pandas.DataFrame
        lag (years), covariance (that of lag 0 without the counts' noise), pairs.
    """
    values, rows = deviations.values, []
    for lag in range(min(LONGEST_LAG, values.shape[1] - 2) + 1):
        products = values[:, : values.shape[1] - lag] * values[:, lag:]
        noise = float(np.nanmean(deviations.noise)) if lag == 0 else 0.0
        rows.append({"lag": lag, "covariance": np.nanmean(products) - noise, "pairs": int(np.isfinite(products).sum())})
    return pd.DataFrame(rows)


def estimate_variance(deviations: CityDeviations) -> YearVariance:
    """Fit lasting, fading and noise variance to the autocovariances: between + within × persistence ** lag.

    Parameters
    ----------
    deviations : CityDeviations

    Returns
    -------
    YearVariance

    Notes
    -----
    Weighted least squares with weights by the number of pairs; variances are kept from falling below zero. The levels
    drift over decades, so "lasting" means as long as the panel.
    """
    table = autocovariances(deviations)
    lags, covariances = table["lag"].to_numpy(), table["covariance"].to_numpy()
    weights = np.sqrt(table["pairs"].to_numpy() / table["pairs"].max())
    total = max(float(covariances[0]), 1e-6)

    def residuals(x: "Array") -> "Array":
        between, within, persistence = x
        fitted: Array = weights * (between + within * persistence**lags - covariances) / total
        return fitted

    start, upper = [0.6 * total, 0.4 * total, 0.7], [2 * total, 2 * total, 0.98]
    found = least_squares(residuals, start, bounds=([0, 0, 0], upper))
    between, within, persistence = (float(value) for value in found.x)
    return YearVariance(between, within, persistence, float(np.nanmean(deviations.noise)))


@dataclass(frozen=True)
class Windows:
    """Weights of the years in what is selected on, in the level before and in the level after.

    Attributes
    ----------
    select, before, after : numpy.ndarray, shape (n_years,)
    """

    select: "Array"
    before: "Array"
    after: "Array"


def windows(rule: SelectionRule, *, before: int, after: int, past: int) -> Windows:
    """Weights of consecutive years: past years (for a spike), years before, years after.

    Parameters
    ----------
    rule : {"high_level", "spike", "at_random"}
        What a place is selected for: its level before, that level over its own past, or nothing.
    before, after, past : int
        Numbers of years.

    Returns
    -------
    Windows
    """
    blocks = np.split(np.eye(past + before + after), [past, past + before], axis=1)
    earlier, level, later = (block.mean(axis=1) for block in blocks)
    select = {"high_level": level, "spike": level - earlier, "at_random": np.zeros(past + before + after)}[rule]
    return Windows(select, level, later)


def expected_log_change(covariance: "Array", weights: Windows, quantile: float) -> float:
    """Mean change of the log level of normal places of which only those above a quantile are chosen.

    With the places jointly normal, the change has a linear regression on what is selected on, whose mean above the
    quantile is its standard deviation times φ(z) / (1 − quantile).

    Parameters
    ----------
    covariance : numpy.ndarray, shape (n_years, n_years)
    weights : Windows
    quantile : float

    Returns
    -------
    float
        Change of the logarithm; 0 where nothing is selected on.

    References
    ----------
    Barnett, van der Pols and Dobson (2005), International Journal of Epidemiology 34(1).
    """
    variance = float(weights.select @ covariance @ weights.select)
    if variance <= 0:
        return 0.0
    z = stats.norm.ppf(quantile)
    height = stats.norm.pdf(z) / (1 - quantile)
    return float((weights.after - weights.before) @ covariance @ weights.select / np.sqrt(variance) * height)


def percent(log_change: float) -> float:
    """Change of a logarithm, as a percentage."""
    return float(100 * np.expm1(log_change))


@dataclass(frozen=True)
class Chosen:
    """Simulated places that were chosen, without any programme.

    Attributes
    ----------
    changes : numpy.ndarray, shape (n_chosen,)
        Change of the count's level in percent; places without a homicide before cannot change by a percentage and are
        left out.
    mean_fall : float
        Fall of all of them together in percent, positive for a fall: their homicides after over those before.
    """

    changes: "Array"
    mean_fall: float

    @property
    def median_fall(self) -> float:
        """Fall of the median chosen place in percent, positive for a fall."""
        return -float(np.median(self.changes))

    def as_deep(self, change: float) -> float:
        """Share of the places that fell at least as far as a change in percent."""
        return float((self.changes <= change).mean())


def simulate_counts(
    variance: YearVariance, years: int, *, population: float, rate: float, places: int, seed: int
) -> "NDArray[np.int64]":
    """Homicides of places that no programme touches.

    Parameters
    ----------
    variance : YearVariance
    years : int
    population : float
        Persons in each place.
    rate : float
        Homicides per 100,000 in the typical (median) place.
    places : int
    seed : int

    Returns
    -------
    numpy.ndarray, shape (places, years)
    """
    rng = np.random.default_rng(seed)
    return rng.poisson(population * rate / PERSON_YEARS_OF_A_RATE * np.exp(_log_rates(variance, years, places, rng)))


def choose(counts: "NDArray[np.int64]", weights: Windows, quantile: float) -> Chosen:
    """Choose the places above a quantile of what the rule selects on, and see how they change.

    Parameters
    ----------
    counts : numpy.ndarray, shape (places, n_years)
        Of places of one size.
    weights : Windows
    quantile : float
        A rule that selects at random keeps all places.

    Returns
    -------
    Chosen
    """
    scores = np.log(counts + HALF) @ weights.select
    kept = counts[scores >= np.quantile(scores, quantile)] if weights.select.any() else counts
    before, after = kept @ weights.before, kept @ weights.after
    return Chosen(100 * (after[before > 0] / before[before > 0] - 1), float(100 * (1 - after.sum() / before.sum())))


def chance_falls(
    variance: YearVariance, parameters: ClaimedAndEvaluated, *, populations: Sequence[int], places: int
) -> pd.DataFrame:
    """Fall without any effect, by rule, size of the place and how extreme the chosen places are.

    Parameters
    ----------
    variance : YearVariance
    parameters : ClaimedAndEvaluated
        Windows, rate and seed.
    populations : sequence of int
    places : int
        Simulated places of each size.

    Returns
    -------
    pandas.DataFrame
        rule, population, quantile, fall (of the median chosen place, percent, positive for a fall), together (of all
        chosen ones together), normal_fall (closed form, with the noise of the typical place).
    """
    rows = []
    for population in populations:
        years = parameters.years_past + parameters.years_before + parameters.years_after
        size = {"population": population, "rate": parameters.rate}
        counts = simulate_counts(variance, years, **size, places=places, seed=parameters.seed)
        covariance = variance.covariance(years, PERSON_YEARS_OF_A_RATE / (population * parameters.rate))
        for rule in SELECTING_RULES:
            weights = windows_of(parameters, rule)
            for quantile in QUANTILES:
                chosen = choose(counts, weights, quantile)
                closed = -percent(expected_log_change(covariance, weights, quantile))
                falls = {"fall": chosen.median_fall, "together": chosen.mean_fall, "normal_fall": closed}
                rows.append({"rule": rule, "population": population, "quantile": quantile, **falls})
    return pd.DataFrame(rows)


def observed_falls(deviations: CityDeviations, parameters: ClaimedAndEvaluated, *, resamples: int) -> pd.DataFrame:
    """Fall of real cities that a rule would have chosen, against all cities of their country.

    Parameters
    ----------
    deviations : CityDeviations
    parameters : ClaimedAndEvaluated
    resamples : int
        Resamples of cities for the interval.

    Returns
    -------
    pandas.DataFrame
        rule, quantile, fall (geometric mean, percent, positive for a fall), lower, upper, choices.
    """
    drawn = list(resampled(deviations, resamples, parameters.seed))
    ends = (1 - parameters.interval_level) / 2, (1 + parameters.interval_level) / 2
    rows = []
    for rule in SELECTING_RULES:
        weights = windows_of(parameters, rule)
        for quantile in QUANTILES:
            change, choices = observed_log_change(deviations, weights, quantile)
            falls = [-percent(observed_log_change(cities, weights, quantile)[0]) for cities in drawn]
            lower, upper = np.quantile(falls, ends)
            fall = {"fall": -percent(change), "lower": lower, "upper": upper}
            rows.append({"rule": rule, "quantile": quantile, **fall, "choices": choices})
    return pd.DataFrame(rows)


def falls_of_resamples(
    deviations: CityDeviations, parameters: ClaimedAndEvaluated, *, places: int, resamples: int
) -> "Array":
    """Fall of the median chosen place, with variances from resampled cities.

    Parameters
    ----------
    deviations : CityDeviations
    parameters : ClaimedAndEvaluated
    places : int
        Simulated places for each resample; the same random numbers serve all, so that they differ by the cities only.
    resamples : int

    Returns
    -------
    numpy.ndarray, shape (resamples,)
        Percent, positive for a fall.
    """
    weights = windows_of(parameters, parameters.rule)
    years, falls = len(weights.select), []
    size = {"population": parameters.population, "rate": parameters.rate}
    for cities in resampled(deviations, resamples, parameters.seed):
        counts = simulate_counts(estimate_variance(cities), years, **size, places=places, seed=parameters.seed)
        falls.append(choose(counts, weights, parameters.selection_quantile).median_fall)
    return np.asarray(falls)


def resampled(deviations: CityDeviations, resamples: int, seed: int) -> Iterator[CityDeviations]:
    """Cities drawn with replacement within their countries, each with all its years."""
    rng = np.random.default_rng(seed)
    countries = np.asarray(deviations.countries)
    groups = [np.flatnonzero(countries == country) for country in np.unique(countries)]
    for rows in drawn_within_groups(groups, resamples, rng):
        yield deviations.chosen(rows)


def windows_of(parameters: ClaimedAndEvaluated, rule: SelectionRule) -> Windows:
    """Windows of the lengths that the parameters name."""
    lengths = {"before": parameters.years_before, "after": parameters.years_after, "past": parameters.years_past}
    return windows(rule, **lengths)


def _log_rates(variance: YearVariance, years: int, places: int, rng: np.random.Generator) -> "Array":
    """Lasting level plus a stationary deviation that fades."""
    deviation = np.empty((places, years))
    deviation[:, 0] = rng.normal(0, np.sqrt(variance.within), places)
    news = np.sqrt(variance.within * (1 - variance.persistence**2))
    for year in range(1, years):
        deviation[:, year] = variance.persistence * deviation[:, year - 1] + rng.normal(0, news, places)
    log_rates: Array = deviation + rng.normal(0, np.sqrt(variance.between), places)[:, None]
    return log_rates


def observed_log_change(deviations: CityDeviations, weights: Windows, quantile: float) -> tuple[float, int]:
    """Mean change of the log level of real cities that a rule chooses, against all cities of their country.

    Every run of years in the panel is used once, and in each country and run those above the quantile are chosen.

    Parameters
    ----------
    deviations : CityDeviations
    weights : Windows
    quantile : float

    Returns
    -------
    change : float
        Of the logarithm; nan if none is chosen.
    number : int
        Choices of a city, which overlap: one city may be chosen in many runs.
    """
    years, changes = len(weights.select), []
    countries = np.asarray(deviations.countries)
    for start in range(deviations.values.shape[1] - years + 1):
        run = deviations.values[:, start : start + years]
        for country in np.unique(countries):
            rows = run[(countries == country) & np.isfinite(run).all(axis=1)]
            if len(rows) < MINIMUM_CITIES:
                continue
            scores, change = rows @ weights.select, rows @ (weights.after - weights.before)
            kept = scores >= np.quantile(scores, quantile) if weights.select.any() else np.ones(len(rows), dtype=bool)
            changes.append(change[kept])
    together = np.concatenate(changes) if changes else np.array([])
    return (float(together.mean()) if len(together) else float("nan")), len(together)
