"""The city model for a sampler: a second road to the posterior that the grid finds, and the usual one.

Two forms of one model. `build_city_model` is the model as it is written on the page. `build_integrated_city_model` has
the country levels integrated out, which leaves the sampler an easy shape; `draw_country_rates` draws them afterwards,
exactly. Tests hold both, and the grid, to the same posterior.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from citizen_security.cities.city_homicide.model import CityPriors
from citizen_security.cities.samples import CitySample
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.sampling import Diagnostics, Gate, Settings, check_convergence, sample_posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class SampledFit:
    """A converged fit by the sampler.

    Attributes
    ----------
    posterior : xarray.DataTree
        Draws, country levels included.
    diagnostics : Diagnostics
    """

    posterior: xr.DataTree
    diagnostics: Diagnostics


def build_city_model(sample: CitySample, priors: CityPriors) -> pm.Model:
    """The model as it is written on the page: overall level, countries, cities, counts.

    Country levels are written as standardised departures from the overall level, city levels directly: hundreds of
    homicides pin a city's own level down, while a country with one city hardly constrains its level.

    Parameters
    ----------
    sample : CitySample
    priors : CityPriors

    Returns
    -------
    pymc.Model
        Variables `overall_log_rate`, `country_deviation`, `city_deviation`, `country_departure` (standardised),
        `log_country_rate`, `log_city_rate` (rates per 100,000 person-years) and the observed `homicides`.
    """
    with pm.Model(coords=_coordinates(sample)) as model:
        overall, country_deviation, city_deviation = _upper_levels(priors)
        departure = pm.Normal("country_departure", 0, 1, dims="country")
        country = pm.Deterministic("log_country_rate", overall + country_deviation * departure, dims="country")
        city = pm.Normal("log_city_rate", country[sample.country_index], city_deviation, dims="city")
        _observe(sample, city)
    return model


def build_integrated_city_model(sample: CitySample, priors: CityPriors) -> pm.Model:
    """The same model with the country levels integrated out.

    The mean of a country's city log rates is normal about the overall level, with the variance between countries plus
    the variance between cities over their number; what is left within the country does not depend on the country's
    level. Integrating removes the funnel between the country levels and their deviation, which neither the centred nor
    the non-centred form avoids when one country has half of the cities and others have one.

    Parameters
    ----------
    sample : CitySample
    priors : CityPriors

    Returns
    -------
    pymc.Model
        Variables of `build_city_model` but `country_departure` and `log_country_rate`.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd edition, section 5.4 (the marginal of the group means).
    """
    with pm.Model(coords=_coordinates(sample)) as model:
        overall, country_deviation, city_deviation = _upper_levels(priors)
        start = np.log((sample.homicides + 0.5) / sample.person_years * PERSON_YEARS_OF_A_RATE)
        city = pm.Flat("log_city_rate", dims="city", initval=start)
        pm.Potential("cities", _log_density_of_cities(city, sample, overall, country_deviation, city_deviation))
        _observe(sample, city)
    return model


def draw_country_rates(posterior: xr.DataTree, sample: CitySample, seed: int) -> xr.DataTree:
    """Draw the country levels, given each draw of everything else.

    Parameters
    ----------
    posterior : xarray.DataTree
        Draws of the integrated model.
    sample : CitySample
        The sample that the model was built on.
    seed : int

    Returns
    -------
    xarray.DataTree
        The same with `log_country_rate` (chain, draw, country) in its posterior.
    """
    draws = posterior["posterior"].to_dataset()
    precision_of_cities = xr.DataArray(sample.cities_by_country, dims="country") / draws["city_deviation"] ** 2
    precision_of_countries = 1 / draws["country_deviation"] ** 2
    precision = precision_of_cities + precision_of_countries
    weighted = precision_of_cities * _country_means(draws, sample) + precision_of_countries * draws["overall_log_rate"]
    mean = (weighted / precision).transpose("chain", "draw", "country")
    noise = np.random.default_rng(seed).standard_normal(mean.shape)
    country = mean + noise / np.sqrt(precision.transpose("chain", "draw", "country"))
    completed = draws.assign(log_country_rate=country.assign_coords(country=list(sample.countries)))
    return posterior.assign({"posterior": xr.DataTree(completed)})


def sample_cities(
    name: str, compiled: Any, sample: CitySample, priors: CityPriors, settings: Settings, gate: Gate
) -> SampledFit:
    """Sample the integrated model, draw the country levels, and check convergence of everything.

    Parameters
    ----------
    name : str
        Name of the fit, for messages.
    compiled : nutpie.CompiledModel
        Of `build_integrated_city_model` on the same sample; the priors it was built with are replaced.
    sample : CitySample
    priors : CityPriors
    settings : Settings
    gate : Gate

    Returns
    -------
    SampledFit

    Raises
    ------
    NotConverged
        If the fit fails the gate.
    """
    drawn = sample_posterior(compiled, settings, priors.data())
    posterior = draw_country_rates(drawn, sample, settings.seed)
    return SampledFit(posterior, check_convergence(name, posterior, gate))


def _coordinates(sample: CitySample) -> dict[str, list[str]]:
    return {"country": list(sample.countries), "city": list(sample.labels)}


def _upper_levels(priors: CityPriors) -> tuple[Any, Any, Any]:
    """Overall level and the two deviations, in the current model; their priors are data that may be replaced."""
    data = {name: pm.Data(name, value) for name, value in priors.data().items()}
    overall = pm.Normal("overall_log_rate", data["overall_log_centre"], data["overall_scale"])
    country_deviation = pm.HalfNormal("country_deviation", data["country_scale"])
    city_deviation = pm.HalfNormal("city_deviation", data["city_scale"])
    return overall, country_deviation, city_deviation


def _observe(sample: CitySample, log_city_rate: Any) -> None:
    observed = pm.Data("observed_homicides", sample.homicides)
    expected = pt.exp(log_city_rate) * (sample.person_years / PERSON_YEARS_OF_A_RATE)
    pm.Poisson("homicides", expected, observed=observed, dims="city")


def _log_density_of_cities(
    city: Any, sample: CitySample, overall: Any, country_deviation: Any, city_deviation: Any
) -> Any:
    """Log density of the city levels with the country levels integrated out; constants are left out."""
    number = sample.cities_by_country
    # A product and a sum, not a matrix product: that one would compile the BLAS interface for fifty numbers.
    means = (_averaging(sample) * city).sum(axis=1)
    within = ((city - means[sample.country_index]) ** 2).sum()
    deviation_of_means = pt.sqrt(country_deviation**2 + city_deviation**2 / number)
    between = pm.logp(pm.Normal.dist(overall, deviation_of_means), means).sum()
    return between - (number - 1).sum() * pt.log(city_deviation) - within / (2 * city_deviation**2)


def _averaging(sample: CitySample) -> "NDArray[np.float64]":
    """Matrix that averages cities within countries, shape (n_countries, n_cities)."""
    membership = np.arange(len(sample.countries))[:, np.newaxis] == sample.country_index
    weights: NDArray[np.float64] = membership / sample.cities_by_country[:, np.newaxis]
    return weights


def _country_means(draws: xr.Dataset, sample: CitySample) -> xr.DataArray:
    """Mean log rate of each country's listed cities, in each draw."""
    averaging = xr.DataArray(_averaging(sample), dims=("country", "city"))
    means: xr.DataArray = xr.dot(draws["log_city_rate"].drop_vars("city"), averaging, dim="city")
    return means
