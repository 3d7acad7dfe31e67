"""The hierarchical Poisson model of homicide, cities within countries: its priors, and what it predicts."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.samples import CitySample
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray


@dataclass(frozen=True)
class CityPriors:
    """Priors of the hierarchical model.

    Attributes
    ----------
    overall_rate_centre : float
        Median of the overall rate (homicides per 100,000 person-years).
    overall_scale : float
        Standard deviation of the normal prior of the overall log rate.
    country_scale, city_scale : float
        Scales of the half-normal priors of the deviations between countries and between cities of a country (log rate).
    """

    overall_rate_centre: float
    overall_scale: float
    country_scale: float
    city_scale: float

    @classmethod
    def of(cls, parameters: CityHomicide) -> "CityPriors":
        """The priors that the parameters ask for."""
        return cls(
            overall_rate_centre=parameters.overall_rate_centre,
            overall_scale=parameters.overall_scale,
            country_scale=parameters.country_scale,
            city_scale=parameters.city_scale,
        )

    def rescaled(self, factor: float) -> "CityPriors":
        """The same priors with the scales of both deviations multiplied."""
        return replace(self, country_scale=self.country_scale * factor, city_scale=self.city_scale * factor)

    def halved_and_doubled(self) -> "dict[str, CityPriors]":
        """The variants whose conclusions are compared with those of the analysis, by name."""
        return {"halved": self.rescaled(0.5), "doubled": self.rescaled(2.0)}

    def data(self) -> dict[str, float]:
        """The priors as the models' mutable data, so that a compiled model can be sampled under others."""
        return {
            "overall_log_centre": float(np.log(self.overall_rate_centre)),
            "overall_scale": self.overall_scale,
            "country_scale": self.country_scale,
            "city_scale": self.city_scale,
        }


def draw_prior_rates(sample: CitySample, priors: CityPriors, draws: int, seed: int) -> "NDArray[np.float64]":
    """City rates that the priors allow, before any count is seen.

    Parameters
    ----------
    sample : CitySample
        Which cities there are, and in which countries.
    priors : CityPriors
    draws : int
    seed : int

    Returns
    -------
    numpy.ndarray, shape (draws, n_cities)
        Homicides per 100,000 person-years.
    """
    generator = np.random.default_rng(seed)
    overall = generator.normal(np.log(priors.overall_rate_centre), priors.overall_scale, (draws, 1))
    country_deviation = np.abs(generator.normal(0, priors.country_scale, (draws, 1)))
    city_deviation = np.abs(generator.normal(0, priors.city_scale, (draws, 1)))
    countries = overall + country_deviation * generator.standard_normal((draws, len(sample.countries)))
    cities = countries[:, sample.country_index]
    rates: NDArray[np.float64] = np.exp(cities + city_deviation * generator.standard_normal(cities.shape))
    return rates


def replicate_same_cities(posterior: "xr.DataTree", sample: CitySample, seed: int) -> "NDArray[np.int64]":
    """Homicides of the same cities in another year like this one.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample
    seed : int

    Returns
    -------
    numpy.ndarray, shape (n_draws, n_cities)
    """
    rates = np.exp(stacked(posterior, "log_city_rate"))
    return _draw_counts(rates, sample, np.random.default_rng(seed))


def replicate_new_cities(posterior: "xr.DataTree", sample: CitySample, seed: int) -> "NDArray[np.int64]":
    """Homicides of other cities, as many and as large, drawn from the same countries.

    Each city has a level of its own, so replications of the same cities can hardly disagree with the data; replications
    of new cities put the distribution between cities to the test (Marshall and Spiegelhalter 2003).

    Parameters
    ----------
    posterior : xarray.DataTree
        With `log_country_rate`.
    sample : CitySample
    seed : int

    Returns
    -------
    numpy.ndarray, shape (n_draws, n_cities)

    References
    ----------
    Marshall and Spiegelhalter (2003), Statistics in Medicine 22(10).
    """
    generator = np.random.default_rng(seed)
    levels = stacked(posterior, "log_country_rate")[:, sample.country_index]
    noise = generator.standard_normal(levels.shape) * stacked(posterior, "city_deviation")[:, np.newaxis]
    return _draw_counts(np.exp(levels + noise), sample, generator)


def stacked(posterior: "xr.DataTree", name: str) -> "NDArray[np.float64]":
    """Draws of one variable with the chains one after the other.

    Parameters
    ----------
    posterior : xarray.DataTree
    name : str
        A variable of the posterior.

    Returns
    -------
    numpy.ndarray, shape (n_draws, …)
    """
    values: NDArray[np.float64] = posterior["posterior"][name].to_numpy()
    return values.reshape(-1, *values.shape[2:])


def _draw_counts(
    rates: "NDArray[np.float64]", sample: CitySample, generator: np.random.Generator
) -> "NDArray[np.int64]":
    counts: NDArray[np.int64] = generator.poisson(rates * sample.person_years / PERSON_YEARS_OF_A_RATE)
    return counts
