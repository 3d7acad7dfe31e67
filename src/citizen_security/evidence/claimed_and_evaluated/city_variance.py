"""How log homicide rates of cities vary: a level that lasts, a deviation that fades, and the noise of counts.

The logarithm of a city's homicide rate, less the mean of all cities of its country in that year, is taken for the sum
of a lasting level (variance between cities), a deviation that fades from year to year (variance within cities, with a
serial correlation), and the noise of a count (Poisson).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.methods import reversion
from citizen_security.methods.arrays import Floats
from citizen_security.methods.reversion import YearVariance

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Added to every count before its logarithm is taken, which makes the bias of the logarithm small.
HALF = 0.5
MINIMUM_CITIES = 10


class TooFewCities(ValueError):
    """A panel with too few cities to estimate variances between and within them."""


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

    values: Floats
    noise: Floats
    years: tuple[int, ...]
    countries: tuple[str, ...]

    def chosen(self, rows: "NDArray[np.int64]") -> "CityDeviations":
        """The same for some cities, which may come more than once."""
        return CityDeviations(
            self.values[rows], self.noise[rows], self.years, tuple(self.countries[row] for row in rows)
        )


def panel_of_cities(panel: pd.DataFrame, parameters: ClaimedAndEvaluated) -> pd.DataFrame:
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
    return reversion.autocovariances(deviations.values, deviations.noise)


def autocorrelations(deviations: CityDeviations, confidence_level: float) -> pd.DataFrame:
    """How alike a city's deviations some years apart are, noise taken off, with intervals over cities.

    Parameters
    ----------
    deviations : CityDeviations
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        lag (years, from one on), correlation, lower, upper, pairs.
    """
    return reversion.autocorrelations(deviations.values, deviations.noise, confidence_level)


def estimate_variance(deviations: CityDeviations) -> YearVariance:
    """Lasting, fading and noise variance of cities, fitted to the autocovariances.

    Parameters
    ----------
    deviations : CityDeviations

    Returns
    -------
    YearVariance
    """
    return reversion.estimate_variance(deviations.values, deviations.noise)


def fitted_covariances(variance: YearVariance, longest_lag: float, points: int = 60) -> pd.DataFrame:
    """Covariance of log rates some years apart, as the fit has it.

    Parameters
    ----------
    variance : YearVariance
    longest_lag : float
        Years.
    points : int

    Returns
    -------
    pandas.DataFrame
        lag, lasting, total (lasting and fading variance).
    """
    lag = np.linspace(0, longest_lag, points)
    fading = variance.within * variance.persistence**lag
    return pd.DataFrame({"lag": lag, "lasting": variance.between, "total": variance.between + fading})
