"""Homicide in cities over years: each city with its own level, trend and waves, countries with common shocks.

The log risk of a city is a Gaussian process: a country path that the cities share, and each city's own level, trend
and waves about it. Counts are Poisson. Given the few deviations of a country everything else is integrated out, after
each count has been replaced by a normal observation of its log rate that has the likelihood's own peak and curvature.
That leaves six numbers a country, which are drawn by importance sampling; the risks are then drawn exactly. A test
holds this to the Poisson model itself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numba
import numpy as np
import pandas as pd
from scipy import linalg, optimize, special, stats
from statsmodels.tools.numdiff import approx_hess

from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.methods.importance import MINIMUM_EFFECTIVE, WeightedSample, resampled, weigh
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.sampling import NotConverged
from citizen_security.parameters import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# With fewer cities the priors answer for the deviations between them; with fewer years, for the waves.
MINIMUM_CITIES = 8
MINIMUM_YEARS = 8
QUICK_CITIES = 20  # of each country
QUICK_DRAWS = 300

PARAMETERS = (
    "level_deviation",
    "trend_deviation",
    "wave_deviation",
    "passing_deviation",
    "shock_deviation",
    "persistence",
)

# Rates of the countries' cities before any is seen: median 15 per 100,000, almost surely between 2 and 120.
CENTRE = float(np.log(15.0))
CENTRE_SCALE = 1.0

# Weight of a count that is missing: next to nothing, so that each city keeps a row of the same length.
NO_WEIGHT = 1e-6
# Log density where the covariance of the observations is none in floating point.
IMPOSSIBLE = -1e10

# Samples that find the proposal's moments, and attempts at one that can be trusted.
PILOT_DRAWS = (250, 350)
ATTEMPTS = 3
DEFENSIVE_SHARE = 0.1

# What helps when the importance weights have a heavy tail.
REMEDY = "raise draws or keep more cities"

DOUBTFUL = {
    "3304557": "SIM holds 746 homicides of 2019, the police 1,310",
    "3300456": "SIM falls by three quarters in 2019",
    "3303500": "SIM falls by three quarters in 2019",
    "44001": "population projections break at 2018 (−32%)",
    "76109": "population projections break at 2018 (−26%)",
}


@dataclass(frozen=True)
class CountryPanel:
    """Cities and years of one country.

    Attributes
    ----------
    iso3 : str
    cities : pandas.DataFrame, one row for each city
        `iso3`, `city_code`, `city`, `state`, `label`, `doubt` (why the series is doubtful; empty of most).
    years : numpy.ndarray of int, shape (n_years,)
        Years in which the country has figures, in order; there may be gaps.
    homicides, person_years : numpy.ndarray, shape (n_cities, n_years)
        Victims and exposure; a missing cell is `nan`.
    """

    iso3: str
    cities: pd.DataFrame
    years: "NDArray[np.int64]"
    homicides: "Array"
    person_years: "Array"

    @property
    def raw_rates(self) -> "Array":
        """Homicides per 100,000 person-years, shape (n_cities, n_years)."""
        rates: Array = self.homicides / self.person_years * PERSON_YEARS_OF_A_RATE
        return rates

    def until(self, year: int) -> "CountryPanel":
        """The same cities up to a year."""
        kept = self.years <= year
        return replace(
            self, years=self.years[kept], homicides=self.homicides[:, kept], person_years=self.person_years[:, kept]
        )


@dataclass(frozen=True)
class Deviations:
    """What is estimated of a country, besides its path and its cities' risks.

    Attributes
    ----------
    level_deviation : float
        Standard deviation between cities' lasting levels (log rate).
    trend_deviation : float
        Between cities' own linear trends (log rate a decade).
    wave_deviation : float
        Of the waves about level and trend (log rate).
    passing_deviation : float
        Of what lasts a single year, beyond the chance in a count (log rate).
    shock_deviation : float
        Of the year-to-year steps of the path that the country's cities share (log rate).
    persistence : float
        Correlation of a wave with itself a year later, from 0 to 1.
    """

    level_deviation: float
    trend_deviation: float
    wave_deviation: float
    passing_deviation: float
    shock_deviation: float
    persistence: float

    def city_covariance(self, years: "Array", centre: float) -> "Array":
        """Covariance of a city's log risk about the country's path, shape (n_years, n_years).

        Parameters
        ----------
        years : numpy.ndarray, shape (n_years,)
        centre : float
            Year from which trends are measured.
        """
        return self.stationary_covariance(years) + self.trend_deviation**2 * np.multiply.outer(
            (years - centre) / 10, (years - centre) / 10
        )

    def stationary_covariance(self, years: "Array") -> "Array":
        """The same without the cities' own trends: levels, waves and what passes."""
        apart = np.abs(np.subtract.outer(years, years))
        waves = self.wave_deviation**2 * self.persistence**apart
        covariance: Array = self.level_deviation**2 + waves + self.passing_deviation**2 * (apart == 0)
        return covariance

    def path_covariance(self, years: "Array", start: float) -> "Array":
        """Covariance of the country's path, a random walk from its first year, shape (n_years, n_years)."""
        covariance: Array = CENTRE_SCALE**2 + self.shock_deviation**2 * np.minimum.outer(years - start, years - start)
        return covariance


# Half-normal priors, wide against what countries show; the persistence has a Beta(4, 2): waves, if any, last.
SCALES = {
    "level_deviation": 1.0,
    "trend_deviation": 0.5,
    "wave_deviation": 0.5,
    "passing_deviation": 0.25,
    "shock_deviation": 0.3,
}
PERSISTENCE_PRIOR = (4.0, 2.0)


@dataclass(frozen=True)
class Observations:
    """Normal observations of log rates that stand for the counts, relative to `CENTRE`; shape (n_cities, n_years)."""

    value: "Array"
    variance: "Array"


@dataclass(frozen=True)
class CountryFit:
    """Draws of one country.

    Attributes
    ----------
    panel : CountryPanel
        The years that were fitted.
    deviations : tuple of Deviations
        Equally weighted draws.
    pareto_k : float
        Shape of the tail of the importance weights.
    effective_draws : float
        Effective size of the weighted sample.
    years : numpy.ndarray of int, shape (n_years,)
        Years of the drawn risks: those fitted, and those forecast.
    log_rates : numpy.ndarray, shape (n_draws, n_cities, n_years)
        Log of homicides per 100,000 person-years.
    """

    panel: CountryPanel
    deviations: tuple[Deviations, ...]
    pareto_k: float
    effective_draws: float
    years: "NDArray[np.int64]"
    log_rates: "NDArray[np.float32]"

    def deviation_draws(self) -> pd.DataFrame:
        """The deviations as a frame, one row for each draw."""
        return pd.DataFrame(self.deviations)


def prepare_panels(table: pd.DataFrame, parameters: CityTrends) -> tuple[CountryPanel, ...]:
    """The panels that the parameters keep, one for each country.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `city_year`.
    parameters : CityTrends

    Returns
    -------
    tuple of CountryPanel
        In alphabetical order; at quick effort a random `QUICK_CITIES` cities of each.

    Raises
    ------
    ParameterError
        If a country has too few cities or years, or the windows do not fit in its years.
    """
    kept = table[_kept(table, parameters)]
    if problems := list(_city_problems(kept, parameters)):
        raise ParameterError(problems)
    panels = tuple(_panel(str(iso3), kept[kept["iso3"] == iso3]) for iso3 in sorted(set(parameters.countries)))
    if problems := [problem for panel in panels for problem in _panel_problems(panel, parameters)]:
        raise ParameterError(problems)
    if parameters.effort == "full":
        return panels
    generator = np.random.default_rng(parameters.seed)
    return tuple(_some_cities(panel, QUICK_CITIES, generator) for panel in panels)


def _kept(table: pd.DataFrame, parameters: CityTrends) -> "pd.Series[bool]":
    latest = table.sort_values("year").groupby(["iso3", "city_code"])["population"].transform("last")
    kept = table["year"].between(parameters.first_year, parameters.last_year) & (
        latest.reindex(table.index) >= parameters.minimum_population
    )
    return kept & ~table["city_code"].isin(DOUBTFUL) if parameters.doubtful_series == "drop" else kept


def _panel(iso3: str, rows: pd.DataFrame) -> CountryPanel:
    wide = rows.pivot(index="city_code", columns="year", values=["homicides", "population"])
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["homicides", "population"], sorted(set(rows["year"]))]))
    cities = rows.drop_duplicates("city_code").set_index("city_code").loc[wide.index].reset_index()
    cities = cities[["iso3", "city_code", "city", "state"]].assign(
        label=cities["city"] + " (" + cities["state"] + ", " + cities["iso3"] + ")",
        doubt=cities["city_code"].map(DOUBTFUL).fillna(""),
    )
    years = np.array(sorted(set(rows["year"])), dtype=np.int64)
    counts, population = (wide[name].to_numpy(float) for name in ("homicides", "population"))
    return CountryPanel(iso3, cities, years, counts, population)


def _some_cities(panel: CountryPanel, number: int, generator: np.random.Generator) -> CountryPanel:
    chosen = np.sort(generator.permutation(len(panel.cities))[:number])
    return replace(
        panel,
        cities=panel.cities.iloc[chosen].reset_index(drop=True),
        homicides=panel.homicides[chosen],
        person_years=panel.person_years[chosen],
    )


def _city_problems(kept: pd.DataFrame, parameters: CityTrends) -> Iterator[str]:
    """Countries with too few cities."""
    numbers = kept.groupby("iso3")["city_code"].nunique()
    for iso3 in parameters.countries:
        if (number := int(numbers.get(iso3, 0))) < MINIMUM_CITIES:
            yield (
                f"minimum_population = {parameters.minimum_population:,} and years {parameters.first_year} to "
                f"{parameters.last_year} leave {number} cities of {iso3}; at least {MINIMUM_CITIES} are needed: "
                "lower the first, widen the years or leave the country out."
            )


def _panel_problems(panel: CountryPanel, parameters: CityTrends) -> Iterator[str]:
    """Why a country's panel cannot be analysed, if it cannot."""
    years = panel.years
    hidden = parameters.held_out_years * parameters.forecast_origins
    if len(years) - hidden < MINIMUM_YEARS:
        yield (
            f"first_year = {parameters.first_year}, last_year = {parameters.last_year}, held_out_years = "
            f"{parameters.held_out_years} and forecast_origins = {parameters.forecast_origins} leave the earliest "
            f"forecasts {max(len(years) - hidden, 0)} years of {panel.iso3} to learn from; at least {MINIMUM_YEARS} "
            "are needed: widen the years, hold out fewer or take fewer origins."
        )
    elif len(years[years >= parameters.since_year]) < 2 * parameters.window_years:
        given = f"since_year = {parameters.since_year} and window_years = {parameters.window_years}"
        latest = years[-2 * parameters.window_years]
        yield (
            f"{given} make windows that overlap in {panel.iso3}, whose figures end in {years[-1]}. "
            f"Allowed: a since_year of at most {latest}, or shorter windows."
        )


# --- normal observations ----------------------------------------------------------------------------------------------


def observe_log_rates(panel: CountryPanel) -> Observations:
    """First stand-ins for the counts: log rates with half a homicide added, and the variance of their chance.

    Parameters
    ----------
    panel : CountryPanel

    Returns
    -------
    Observations
    """
    known = np.isfinite(panel.homicides)
    count = np.where(known, panel.homicides, 0.0) + 0.5
    exposure = np.where(known, panel.person_years, 1.0) / PERSON_YEARS_OF_A_RATE
    value = np.where(known, np.log(count / exposure) - CENTRE, 0.0)
    return Observations(value, np.where(known, 1 / count, 1 / NO_WEIGHT))


def refine_observations(panel: CountryPanel, observations: Observations, deviations: Deviations) -> Observations:
    """Stand-ins at the peak of the posterior: there they have the slope and curvature of the Poisson likelihood.

    Parameters
    ----------
    panel : CountryPanel
    observations : Observations
        The stand-ins so far.
    deviations : Deviations
        At which the peak is sought.

    Returns
    -------
    Observations

    References
    ----------
    Durbin and Koopman (1997), Biometrika 84(3): the approximating Gaussian model of counts.
    """
    known = np.isfinite(panel.homicides)
    count = np.where(known, panel.homicides, 0.0)
    exposure = np.where(known, panel.person_years, 0.0) / PERSON_YEARS_OF_A_RATE * np.exp(CENTRE)
    for _ in range(4):
        peak = posterior_mean(panel, observations, deviations)
        expected = np.maximum(exposure * np.exp(peak), NO_WEIGHT)
        observations = Observations(np.where(known, peak + (count - expected) / expected, 0.0), 1 / expected)
    return observations


# --- the likelihood ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Solved:
    """What the likelihood, the means and the draws have in common at given deviations."""

    precision: "Array"  # of each city's observations about the path, (n_cities, n_years, n_years)
    path_covariance: "Array"
    path_gain: "Array"  # turns summed, weighted observations into the path: (K⁻¹ + ΣV⁻¹)⁻¹
    log_determinant: float


def _solve(panel: CountryPanel, observations: Observations, deviations: Deviations) -> _Solved:
    years = panel.years.astype(float)
    covariance = deviations.city_covariance(years, float(years.mean()))
    precision, log_determinants = _invert_each(covariance, observations.variance)
    path = deviations.path_covariance(years, float(years[0]))
    summed = precision.sum(axis=0)
    widened = np.eye(len(years)) + path @ summed
    gain = np.linalg.solve(widened, path)
    return _Solved(precision, path, gain, float(log_determinants.sum() + np.linalg.slogdet(widened)[1]))


@numba.njit(nogil=True)
def _invert_each(covariance: "Array", variance: "Array") -> "tuple[Array, Array]":
    """Invert the covariance plus each city's own variances, with log determinants: six times LAPACK's pace."""
    cities, size = variance.shape
    inverses, log_determinants = np.empty((cities, size, size)), np.zeros(cities)
    factor, inverse_root = np.zeros((size, size)), np.zeros((size, size))
    for city in range(cities):
        for row in range(size):
            for column in range(row + 1):
                left = covariance[row, column]
                for k in range(column):
                    left -= factor[row, k] * factor[column, k]
                if row == column:
                    factor[row, row] = np.sqrt(left + variance[city, row])
                else:
                    factor[row, column] = left / factor[column, column]
            log_determinants[city] += 2 * np.log(factor[row, row])
            # The inverse of the factor, column by column in the rows of an array, so that memory is read in order.
            for column in range(row):
                left = 0.0
                for k in range(column, row):
                    left -= factor[row, k] * inverse_root[column, k]
                inverse_root[column, row] = left / factor[row, row]
            inverse_root[row, row] = 1 / factor[row, row]
        for row in range(size):
            for column in range(row + 1):
                left = 0.0
                for k in range(row, size):
                    left += inverse_root[row, k] * inverse_root[column, k]
                inverses[city, row, column] = left
                inverses[city, column, row] = left
    return inverses, log_determinants


def log_likelihood(panel: CountryPanel, observations: Observations, deviations: Deviations) -> float:
    """Log density of the observations with the path and every city's risks integrated out.

    Parameters
    ----------
    panel : CountryPanel
    observations : Observations
    deviations : Deviations

    Returns
    -------
    float
        Up to a constant.
    """
    solved = _solve(panel, observations, deviations)
    weighted = np.einsum("ijk,ik->ij", solved.precision, observations.value)
    summed = weighted.sum(axis=0)
    quadratic = float((weighted * observations.value).sum() - summed @ solved.path_gain @ summed)
    return -0.5 * (solved.log_determinant + quadratic)


def posterior_mean(panel: CountryPanel, observations: Observations, deviations: Deviations) -> "Array":
    """Mean log rate of each city and year given the deviations, relative to `CENTRE`; shape (n_cities, n_years)."""
    solved = _solve(panel, observations, deviations)
    years = panel.years.astype(float)
    path = solved.path_gain @ np.einsum("ijk,ik->j", solved.precision, observations.value)
    own = np.einsum("ijk,ik->ij", solved.precision, observations.value - path)
    mean: Array = path + own @ deviations.city_covariance(years, float(years.mean()))
    return mean


def draw_log_rates(
    panel: CountryPanel,
    observations: Observations,
    deviations: Deviations,
    years: "NDArray[np.int64]",
    generator: np.random.Generator,
) -> "Array":
    """One exact draw of every city's log rates, in the fitted years and in others.

    A draw from the prior is corrected by what the observations say of its error (Matheron's rule).

    Parameters
    ----------
    panel : CountryPanel
    observations : Observations
    deviations : Deviations
    years : numpy.ndarray of int, shape (n_all,)
        The fitted years come first; years to forecast may follow.
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (n_cities, n_all)
        Log of homicides per 100,000 person-years.

    References
    ----------
    Doucet (2010), A note on efficient conditional simulation of Gaussian distributions.
    """
    fitted, every = len(panel.years), years.astype(float)
    centre, start = float(panel.years.mean()), float(panel.years[0])
    own_covariance, path_covariance = (
        deviations.city_covariance(every, centre),
        deviations.path_covariance(every, start),
    )
    solved = _solve(panel, observations, deviations)
    path = _draw_normal(path_covariance, 1, generator)[0]
    own = _draw_normal(own_covariance, len(panel.cities), generator)
    noise = np.sqrt(observations.variance) * generator.standard_normal(observations.variance.shape)
    error = observations.value - (path[:fitted] + own[:, :fitted] + noise)
    summed = np.einsum("ijk,ik->j", solved.precision, error)
    correction = solved.path_gain @ summed
    # The path's own data reach the other years through its covariance with the fitted ones.
    path = path + path_covariance[:, :fitted] @ (summed - solved.precision.sum(axis=0) @ correction)
    left = np.einsum("ijk,ik->ij", solved.precision, error - correction)
    drawn: Array = CENTRE + path + own + left @ own_covariance[:fitted]
    return drawn


def _draw_normal(covariance: "Array", number: int, generator: np.random.Generator) -> "Array":
    values, vectors = linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn: Array = generator.standard_normal((number, len(values))) @ root.T
    return drawn


# --- the deviations ---------------------------------------------------------------------------------------------------


def log_prior(deviations: Deviations) -> float:
    """Log density of the priors of the deviations, up to a constant."""
    scaled = sum((getattr(deviations, name) / scale) ** 2 for name, scale in SCALES.items())
    first, second = PERSISTENCE_PRIOR
    persistence = deviations.persistence
    return float(-0.5 * scaled + special.xlogy(first - 1, persistence) + special.xlog1py(second - 1, -persistence))


def draw_prior(generator: np.random.Generator) -> Deviations:
    """One draw of the deviations from their priors."""
    drawn = [float(abs(generator.normal(0.0, scale))) for scale in SCALES.values()]
    return Deviations(*[*drawn, float(generator.beta(*PERSISTENCE_PRIOR))])


def fit_country(
    panel: CountryPanel, years: "NDArray[np.int64]", *, draws: int, minimum_effective: float, seed: int
) -> CountryFit:
    """Draw the deviations of a country and the risks of its cities.

    Parameters
    ----------
    panel : CountryPanel
        The years to learn from.
    years : numpy.ndarray of int
        Years to draw risks for: those of the panel, then any to forecast.
    draws : int
    minimum_effective : float
        Effective size that the weighted sample must have.
    seed : int

    Returns
    -------
    CountryFit

    Raises
    ------
    NotConverged
        If the importance weights cannot be trusted.
    """
    generator = np.random.default_rng([seed, *panel.iso3.encode()])
    observations, peak, scale = _find_peak(panel)
    sample = _importance_sample(_log_density(panel, observations), peak, scale, draws, minimum_effective, generator)
    if failures := list(sample.problems(minimum_effective, REMEDY)):
        raise NotConverged(f"the trends of {panel.iso3}", failures)
    chosen = resampled(sample.weights, draws, generator)
    deviations = tuple(_deviations(sample.points[position]) for position in chosen)
    log_rates = np.stack(
        [draw_log_rates(panel, observations, each, years, generator).astype(np.float32) for each in deviations]
    )
    return CountryFit(panel, deviations, sample.pareto_k, sample.effective_draws, years, log_rates)


def fit_panels(panels: Sequence[CountryPanel], parameters: CityTrends, held_out_years: int = 0) -> list[CountryFit]:
    """Fit each country, on all of its years or without the last, which are then forecast.

    Parameters
    ----------
    panels : sequence of CountryPanel
    parameters : CityTrends
        `draws`, `effort` and `seed`.
    held_out_years : int
        Number of last years of each country that the fit does not see.

    Returns
    -------
    list of CountryFit

    Raises
    ------
    NotConverged
        If the importance weights of a country cannot be trusted.
    """
    draws = parameters.draws if parameters.effort == "full" else min(parameters.draws, QUICK_DRAWS)
    return [
        fit_country(
            panel.until(int(panel.years[-1 - held_out_years])),
            panel.years,
            draws=draws,
            minimum_effective=MINIMUM_EFFECTIVE[parameters.effort],
            seed=parameters.seed + held_out_years,
        )
        for panel in panels
    ]


def _deviations(point: "Array") -> Deviations:
    """Deviations at a point of the space that is searched: deviations with either sign, persistence as a logit."""
    return Deviations(*[*(float(abs(value)) for value in point[:5]), float(special.expit(point[5]))])


def _log_density(panel: CountryPanel, observations: Observations) -> Callable[["Array"], float]:
    """Log posterior density in the space that is searched."""

    def density(point: "Array") -> float:
        deviations = _deviations(point)
        jacobian = float(special.log_expit(point[5]) + special.log_expit(-point[5]))
        total = log_likelihood(panel, observations, deviations) + log_prior(deviations) + jacobian
        return total if np.isfinite(total) else IMPOSSIBLE

    return density


def _find_peak(panel: CountryPanel) -> "tuple[Observations, Array, Array]":
    """Stand-ins for the counts at the posterior's peak, the peak, and the covariance there."""
    observations = observe_log_rates(panel)
    peak = np.array([0.4, 0.2, 0.4, 0.05, 0.1, 2.0])
    for _ in range(2):
        observations = refine_observations(panel, observations, _deviations(peak))
        density = _log_density(panel, observations)
        found = optimize.minimize(lambda point, of=density: -of(point), peak, method="BFGS", options={"gtol": 1e-2})
        peak = np.append(np.abs(found.x[:5]), found.x[5])
    return observations, peak, _curvature_covariance(density, peak)


def _curvature_covariance(density: Callable[["Array"], float], peak: "Array") -> "Array":
    """Covariance of the normal distribution that curves as the density does at its peak."""
    curvature = -approx_hess(peak, density, epsilon=np.full(len(peak), 0.01))
    values, vectors = linalg.eigh((curvature + curvature.T) / 2)
    # Where the density hardly curves, the proposal is as wide as the priors and no wider.
    covariance: Array = (vectors / np.clip(values, 1.0, 1e6)) @ vectors.T
    return covariance


def _importance_sample(
    density: Callable[["Array"], float],
    peak: "Array",
    covariance: "Array",
    draws: int,
    minimum_effective: float,
    generator: np.random.Generator,
) -> WeightedSample:
    """Draw about the peak, then about the moments that the sample before found, until the weights can be trusted."""
    for number in (*PILOT_DRAWS, *[2 * draws] * ATTEMPTS):
        sample = _weigh(density, peak, covariance, number, generator)
        if number not in PILOT_DRAWS and not list(sample.problems(minimum_effective, REMEDY)):
            break
        peak = sample.weights @ sample.points
        covariance = np.cov(sample.points.T, aweights=sample.weights)
    return sample


def _weigh(
    density: Callable[["Array"], float], mean: "Array", covariance: "Array", number: int, generator: np.random.Generator
) -> WeightedSample:
    """A weighted sample; deviations are folded to their absolute values, and so is the proposal's density.

    One draw in ten is from the priors, which bounds the weights by the likelihood (a defensive mixture).
    """
    proposal = stats.multivariate_t(mean, covariance, df=6, seed=generator)
    points = proposal.rvs(number)
    defensive = generator.random(number) < DEFENSIVE_SHARE
    points[defensive] = [_point(draw_prior(generator)) for _ in range(defensive.sum())]
    points[:, :5] = np.abs(points[:, :5])
    target = np.array([density(point) for point in points])
    about = np.log1p(-DEFENSIVE_SHARE) + _folded_log_density(proposal, points)
    log_weights = target - np.logaddexp(about, np.log(DEFENSIVE_SHARE) + _prior_log_density(points))
    return weigh(points, log_weights)


def _point(deviations: Deviations) -> "Array":
    """Point of the space that is searched."""
    return np.array([*(getattr(deviations, name) for name in SCALES), special.logit(deviations.persistence)])


def _prior_log_density(points: "Array") -> "Array":
    """Log density of the priors in the space that is searched, normalised."""
    first, second = PERSISTENCE_PRIOR
    half_normal = stats.halfnorm.logpdf(points[:, :5], scale=list(SCALES.values())).sum(axis=1)
    odds = first * special.log_expit(points[:, 5]) + second * special.log_expit(-points[:, 5])
    density: Array = half_normal + odds - special.betaln(first, second)
    return density


def _folded_log_density(proposal: stats.multivariate_t, points: "Array") -> "Array":
    """Log density of the absolute values: the density summed over the signs of the five deviations."""
    signs = np.array(np.meshgrid(*[[1.0, -1.0]] * 5)).reshape(5, -1).T
    flips = np.column_stack([signs, np.ones(len(signs))])
    terms = np.stack([proposal.logpdf(points * flip) for flip in flips])
    folded: Array = special.logsumexp(terms, axis=0)
    return folded
