"""A hierarchical model of every municipality of a country, at a size that a country has.

`build_written_model` is the model as it stands on the page, with a level for each place. `build_integrated_model` has
the levels of the places integrated out, which for gamma levels and Poisson counts is exact: what is left has as many
parameters as there are groups and years, and its density needs no more of the counts than their sums over places and
over years. The levels are drawn afterwards, each from its own gamma distribution. A test holds both to one posterior.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.sampling import Diagnostics, Gate, Settings, check_convergence, sample_posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Draws of so many places are held in memory at a time: 4,000 draws of them are 16 MB.
PLACES_AT_A_TIME = 500


@dataclass(frozen=True)
class MunicipalityPriors:
    """Priors of the upper levels.

    Attributes
    ----------
    overall_rate_centre : float
        Median of the overall rate (homicides per 100,000 person-years).
    overall_scale : float
        Standard deviation of the normal prior of the overall log rate.
    group_scale : float
        Scale of the half-normal prior of the deviation between groups (log rate).
    place_scale : float
        Scale of the half-normal prior of the deviation between the places of a group, relative to the group's mean.
    year_scale : float
        Scale of the half-normal prior of the deviation between years (log rate).
    """

    overall_rate_centre: float = 15.0
    overall_scale: float = 1.0
    group_scale: float = 1.0
    place_scale: float = 1.0
    year_scale: float = 0.5

    @classmethod
    def of(cls, parameters: EveryMunicipality) -> "MunicipalityPriors":
        """The priors that the parameters ask for."""
        return cls(overall_rate_centre=parameters.overall_rate_centre)


@dataclass(frozen=True)
class MunicipalityFit:
    """A converged fit.

    Attributes
    ----------
    posterior : xarray.DataTree
        Draws of the upper levels.
    diagnostics : Diagnostics
    """

    posterior: xr.DataTree
    diagnostics: Diagnostics


def build_integrated_model(
    panel: MunicipalityPanel, priors: MunicipalityPriors, *, departures: bool = False
) -> pm.Model:
    """The model with the levels of the places integrated out.

    With the level of place i gamma distributed with shape a and mean m, and exposure e = sum over years of exposure
    times year effect, the counts of the place have the log density, up to a constant,

        log G(Y + a) - log G(a) - (Y + a) log(1 + e m / a) + Y log(m / a) + sum over years of count times log effect,

    G the gamma function and Y the sum of the counts: a negative multinomial distribution. The first two terms are
    computed once for each distinct Y.

    Parameters
    ----------
    panel : MunicipalityPanel
    priors : MunicipalityPriors
    departures : bool
        Sample groups and years as standard departures (non-centred), as where they hardly differ: the same model.

    Returns
    -------
    pymc.Model
        Variables `overall_log_rate`, `group_deviation`, `log_group_rate` (mean of the levels of a group's places),
        `place_deviation`, `year_deviation` and `year_effect`, which sums to zero. Without `group_deviation` where there
        is one group, without the last two where there is one year.

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43(3), for gamma levels; Johnson, Kotz and Balakrishnan (1997), Discrete
    Multivariate Distributions, chapter 36, for the negative multinomial distribution.
    """
    with pm.Model(coords=coordinates(panel)) as model:
        sums = {name: pm.Data(name, value) for name, value in sums_of_counts(panel).items()}
        log_group_rate, year_effect = group_and_year_levels(panel, priors, departures=departures)
        place_deviation = pm.HalfNormal("place_deviation", priors.place_scale)
        shape = place_deviation**-2
        log_scale = log_group_rate - pt.log(shape)
        # A product and a sum, not a matrix product: compiling the BLAS interface takes longer than it saves.
        exposure = (panel.exposure * pt.exp(year_effect)).sum(axis=1)
        gammas = (sums["distinct_number"] * (pt.gammaln(sums["distinct"] + shape) - pt.gammaln(shape))).sum()
        logs = pt.log1p(exposure * pt.exp(log_scale)[panel.group_index])
        places = gammas - ((sums["by_place"] + shape) * logs).sum() + (sums["by_group"] * log_scale).sum()
        pm.Potential("places", places + (sums["by_year"] * year_effect).sum())
    return model


def sums_of_counts(panel: MunicipalityPanel) -> "dict[str, NDArray[np.float64]]":
    """What the integrated model needs of the counts; its mutable data, so that other counts need no other compiling.

    Parameters
    ----------
    panel : MunicipalityPanel

    Returns
    -------
    dict
        Homicides `by_place`, `by_group` and `by_year`, the `distinct` numbers among those by place, and how many places
        have each, `distinct_number`.
    """
    homicides = panel.place_homicides
    distinct, number = np.unique(homicides, return_counts=True)
    sums = {
        "by_place": homicides,
        "by_group": np.bincount(panel.group_index, homicides, minlength=len(panel.groups)),
        "by_year": panel.homicides.sum(axis=0),
        "distinct": distinct,
        "distinct_number": number,
    }
    return {name: values.astype(np.float64) for name, values in sums.items()}


def build_written_model(panel: MunicipalityPanel, priors: MunicipalityPriors) -> pm.Model:
    """The model as it stands on the page: a level for each place, a count for each place and year.

    Parameters
    ----------
    panel : MunicipalityPanel
    priors : MunicipalityPriors

    Returns
    -------
    pymc.Model
        Variables of `build_integrated_model`, and `place_rate` (per 100,000 person-years, in a year of middling
        effect).
    """
    place, year = np.nonzero(panel.exposure)
    with pm.Model(coords=coordinates(panel)) as model:
        log_group_rate, year_effect = group_and_year_levels(panel, priors)
        place_deviation = pm.HalfNormal("place_deviation", priors.place_scale)
        shape = place_deviation**-2
        mean = pt.exp(log_group_rate)[panel.group_index]
        rate = pm.Gamma("place_rate", alpha=shape, beta=shape / mean, shape=len(panel.places))
        expected = panel.exposure[place, year] * rate[place] * pt.exp(year_effect)[year]
        pm.Poisson("homicides", expected, observed=panel.homicides[place, year])
    return model


def fit_municipalities(
    name: str, compiled: Any, panel: MunicipalityPanel, settings: Settings, gate: Gate
) -> MunicipalityFit:
    """Sample the integrated model, and check convergence.

    Parameters
    ----------
    name : str
        Name of the fit, for messages.
    compiled : nutpie.CompiledModel
        Of `build_integrated_model`, on this panel or on one that differs from it in nothing but the counts.
    panel : MunicipalityPanel
    settings : Settings
    gate : Gate

    Returns
    -------
    MunicipalityFit

    Raises
    ------
    NotConverged
        If the fit fails the gate.
    """
    posterior = sample_posterior(compiled, settings, sums_of_counts(panel))
    return MunicipalityFit(posterior, check_convergence(name, posterior, gate))


@dataclass(frozen=True)
class PlaceDraws:
    """Draws of some places' levels.

    Attributes
    ----------
    positions : numpy.ndarray of int, shape (n_places,)
        Positions of the places in the panel.
    rate : numpy.ndarray, shape (n_draws, n_places)
        Rate over the years that the table has for the place (homicides per 100,000 person-years): what the raw rate
        estimates.
    level : numpy.ndarray, shape (n_draws, n_places)
        Rate in a year of middling effect.
    pooled_weight : numpy.ndarray, shape (n_draws, n_places)
        Weight of the group's mean, not the place's own count, in the mean of the rate given everything else.
    """

    positions: "NDArray[np.int64]"
    rate: "NDArray[np.float64]"
    level: "NDArray[np.float64]"
    pooled_weight: "NDArray[np.float64]"


def draw_places(
    posterior: xr.DataTree,
    panel: MunicipalityPanel,
    seed: int,
    *,
    every: int = 1,
    at_a_time: int = PLACES_AT_A_TIME,
) -> Iterator[PlaceDraws]:
    """Draw the levels of all places given each draw of the upper levels, some places at a time.

    Given the upper levels the places are independent, and each level has a gamma distribution: shape a + Y, rate
    a / m + e, in the terms of `build_integrated_model`. Memory does not grow with the number of places.

    Parameters
    ----------
    posterior : xarray.DataTree
    panel : MunicipalityPanel
    seed : int
        Equal seeds give a place equal draws, as long as `at_a_time` and `every` are equal.
    every : int
        Take each so-manieth draw of the upper levels.
    at_a_time : int

    Yields
    ------
    PlaceDraws
        Of the next places, in the order of the panel.
    """
    generator = np.random.default_rng(seed)
    upper = UpperDraws.of(posterior, panel, every)
    shape = upper.place_deviation[:, np.newaxis] ** -2
    for start in range(0, len(panel.places), at_a_time):
        positions = np.arange(start, min(start + at_a_time, len(panel.places)))
        prior = shape / np.exp(upper.log_group_rate[:, panel.group_index[positions]])
        exposure = np.exp(upper.year_effect) @ panel.exposure[positions].T
        level = generator.standard_gamma(shape + panel.place_homicides[positions]) / (prior + exposure)
        rate = level * exposure / panel.place_exposure[positions]
        yield PlaceDraws(positions, rate, level, prior / (prior + exposure))


@dataclass(frozen=True)
class UpperDraws:
    """Draws of the upper levels, chains one after the other, whatever levels the panel has.

    Attributes
    ----------
    log_group_rate : numpy.ndarray, shape (n_draws, n_groups)
    place_deviation : numpy.ndarray, shape (n_draws,)
    year_effect : numpy.ndarray, shape (n_draws, n_years)
        Zero where there is one year.
    """

    log_group_rate: "NDArray[np.float64]"
    place_deviation: "NDArray[np.float64]"
    year_effect: "NDArray[np.float64]"

    @classmethod
    def of(cls, posterior: xr.DataTree, panel: MunicipalityPanel, every: int = 1) -> "UpperDraws":
        """Draws of a posterior, each so-manieth."""
        draws = posterior["posterior"].to_dataset()

        def stacked(name: str, width: int) -> "NDArray[np.float64]":
            return draws[name].to_numpy().reshape(-1, width)[::every]

        deviation = stacked("place_deviation", 1)[:, 0]
        groups, years = len(panel.groups), len(panel.years)
        year = stacked("year_effect", years) if "year_effect" in draws else np.zeros((len(deviation), 1))
        return cls(stacked("log_group_rate", groups), deviation, year)


def coordinates(panel: MunicipalityPanel) -> dict[str, list[Any]]:
    """Names of the groups and years, for a model of the panel."""
    return {"group": list(panel.groups), "year": list(panel.years)}


def group_and_year_levels(
    panel: MunicipalityPanel, priors: MunicipalityPriors, *, departures: bool = False
) -> tuple[Any, Any]:
    """Log rates of the groups and effects of the years, added to the current model.

    Group rates are sampled directly (centred) as long as the places of a group say much more of its rate than the other
    groups do.

    Parameters
    ----------
    panel : MunicipalityPanel
    priors : MunicipalityPriors
    departures : bool
        Sample standard departures instead.

    Returns
    -------
    log_group_rate, year_effect : tensors of shapes (n_groups,) and (n_years,)
        The effect of a single year is zero.
    """
    overall = pm.Normal("overall_log_rate", np.log(priors.overall_rate_centre), priors.overall_scale)
    if len(panel.groups) > 1:
        between = pm.HalfNormal("group_deviation", priors.group_scale)
        if departures:
            departure = pm.Normal("group_departure", 0, 1, dims="group")
            groups = pm.Deterministic("log_group_rate", overall + between * departure, dims="group")
        else:
            groups = pm.Normal("log_group_rate", overall, between, dims="group")
    else:
        groups = pm.Deterministic("log_group_rate", overall * np.ones(1), dims="group")
    if len(panel.years) == 1:
        return groups, np.zeros(1)
    year_deviation = pm.HalfNormal("year_deviation", priors.year_scale)
    if departures:
        departure = pm.ZeroSumNormal("year_departure", 1.0, dims="year")
        return groups, pm.Deterministic("year_effect", year_deviation * departure, dims="year")
    return groups, pm.ZeroSumNormal("year_effect", year_deviation, dims="year")
