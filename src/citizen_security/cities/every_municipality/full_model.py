"""The fuller model of all municipalities: more than chance varies within a year, and places drift.

Counts are negative binomial about an expectation in which each place has a level and a linear trend of its own. Neither
can be integrated out in closed form, so both are sampled, thousands of them. What makes that possible is the form in
which each is written: a place with many homicides pins its own level down, one with few hardly does, and each
place is written in the mixture of the centred and the non-centred form that its own counts call for.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from citizen_security.cities.every_municipality.model import (
    MunicipalityFit,
    MunicipalityPriors,
    coordinates,
    group_and_year_levels,
)
from citizen_security.cities.every_municipality.simulation import centred_time
from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.sampling import Gate, Settings, check_convergence, compile_model, sample_posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Deviations that the weights below are reckoned with. They decide how well the sampler moves, not what it finds.
USUAL_PLACE_DEVIATION = 0.5
USUAL_TREND_DEVIATION = 0.4
USUAL_EXTRA_VARIATION = 0.3

EXTRA_VARIATION_SCALE = 0.5
TREND_SCALE = 0.5

JUDGED_PLACES = 500

WRITTEN = "_written"


def build_full_model(panel: MunicipalityPanel, priors: MunicipalityPriors) -> pm.Model:
    """Levels and trends of all places, and variation within years beyond chance.

    Parameters
    ----------
    panel : MunicipalityPanel
        Two years at least, or no place can drift.
    priors : MunicipalityPriors
        `place_scale` is that of the places' log rates here.

    Returns
    -------
    pymc.Model
        Variables `overall_log_rate`, `group_deviation`, `log_group_rate` (mean of the log rates of a group's places),
        `place_deviation` (log rate), `trend_deviation` (change in log rate from first to last year),
        `extra_variation` (deviation of a place's risk within a year, relative to its mean), `year_deviation`,
        `year_effect`; `log_place_rate_written` and `place_trend_written` are
        the places as they are sampled, of which `with_places` makes levels and trends: kept in both forms,
        thousands of places would fill the memory twice.

    References
    ----------
    Papaspiliopoulos, Roberts and Sköld (2007), Statistical Science 22(1), for forms between centred and non-centred.
    """
    weight, trend_weight = centring_weights(panel)
    with pm.Model(coords=coordinates(panel)) as model:
        log_group_rate, year_effect = group_and_year_levels(panel, priors)
        place_deviation = pm.HalfNormal("place_deviation", priors.place_scale)
        trend_deviation = pm.HalfNormal("trend_deviation", TREND_SCALE)
        extra_variation = pm.HalfNormal("extra_variation", EXTRA_VARIATION_SCALE)
        level = _partly_centred("log_place_rate", log_group_rate[panel.group_index], place_deviation, weight)
        trend = _partly_centred("place_trend", 0.0, trend_deviation, trend_weight)
        log_rate = level[:, np.newaxis] + trend[:, np.newaxis] * centred_time(len(panel.years)) + year_effect
        pm.Potential("homicides", _log_density_of_counts(panel, log_rate, extra_variation**-2))
    return model


def centring_weights(panel: MunicipalityPanel) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """How far each place's level and trend are centred: one where its counts decide, zero where the others do.

    The weight is the information in the counts over that in counts and prior together, at usual deviations.

    Parameters
    ----------
    panel : MunicipalityPanel

    Returns
    -------
    level, trend : numpy.ndarray, shape (n_places,)
    """
    expected = panel.exposure * (panel.homicides.sum() / panel.exposure.sum())
    # A negative binomial count of expectation m with relative extra variation v has information m / (1 + v² m).
    information = expected / (1 + USUAL_EXTRA_VARIATION**2 * expected)
    level = information.sum(axis=1)
    trend = information @ centred_time(len(panel.years)) ** 2
    return level / (level + USUAL_PLACE_DEVIATION**-2), trend / (trend + USUAL_TREND_DEVIATION**-2)


def fit_full_model(
    name: str, panel: MunicipalityPanel, priors: MunicipalityPriors, settings: Settings, gate: Gate
) -> MunicipalityFit:
    """Compile and sample the fuller model, and check convergence of the upper levels and of places drawn at random.

    Of ten thousand levels and trends some have an R-hat above any bound by chance; the gate is held to a number that
    it was made for.

    Parameters
    ----------
    name : str
    panel : MunicipalityPanel
    priors : MunicipalityPriors
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
    posterior = sample_posterior(compile_model(build_full_model(panel, priors)), settings)
    drawn = np.random.default_rng(settings.seed).permutation(len(panel.places))[:JUDGED_PLACES]
    return MunicipalityFit(posterior, check_convergence(name, with_places(posterior, panel, np.sort(drawn)), gate))


def with_places(posterior: xr.DataTree, panel: MunicipalityPanel, positions: "NDArray[np.int64]") -> xr.DataTree:
    """Levels and trends of some places, in place of the form in which all were sampled.

    Parameters
    ----------
    posterior : xarray.DataTree
        Draws of the fuller model.
    panel : MunicipalityPanel
    positions : numpy.ndarray of int
        Of the places wanted.

    Returns
    -------
    xarray.DataTree
        With `log_place_rate` (per 100,000 person-years, in a year of middling effect and at the middle of the years)
        and `place_trend` (change in log rate from first to last year), dimensions chain, draw and place.
    """
    draws = posterior["posterior"].to_dataset()
    level_weight, trend_weight = (weight[positions] for weight in centring_weights(panel))
    groups = draws["log_group_rate"].to_numpy()[..., panel.group_index[positions]]
    level = _unwritten(draws, "log_place_rate", "place_deviation", groups, level_weight, positions)
    trend = _unwritten(draws, "place_trend", "trend_deviation", np.zeros(1), trend_weight, positions)
    upper = draws.drop_vars([f"{name}{WRITTEN}" for name in ("log_place_rate", "place_trend")])
    dimensions = ("chain", "draw", "place")
    completed = upper.assign(log_place_rate=(dimensions, level), place_trend=(dimensions, trend))
    return posterior.assign({"posterior": xr.DataTree(completed)})


def _unwritten(
    draws: xr.Dataset,
    name: str,
    deviation: str,
    mean: "NDArray[np.float64]",
    weight: "NDArray[np.float64]",
    positions: "NDArray[np.int64]",
) -> "NDArray[np.float64]":
    """Draws of `_partly_centred` variables, shape (n_chains, n_draws, n_positions)."""
    written = draws[f"{name}{WRITTEN}"].to_numpy()[..., positions]
    scale = draws[deviation].to_numpy()[..., np.newaxis] ** (1 - weight)
    drawn: NDArray[np.float64] = mean + scale * (written - weight * mean)
    return drawn


def _partly_centred(name: str, mean: Any, deviation: Any, weight: "NDArray[np.float64]") -> Any:
    """Normal variables of a mean and a deviation, between the centred form (weight one) and the non-centred (zero)."""
    written = pm.Normal(f"{name}{WRITTEN}", weight * mean, deviation**weight, shape=len(weight))
    return mean + deviation ** (1 - weight) * (written - weight * mean)


def _log_density_of_counts(panel: MunicipalityPanel, log_rate: Any, shape: Any) -> Any:
    """Negative binomial log density of all counts, up to a constant; gamma functions once for each distinct count."""
    in_table = panel.exposure > 0
    distinct, number = np.unique(panel.homicides[in_table], return_counts=True)
    counts = (number * (pt.gammaln(distinct + shape) - pt.gammaln(shape))).sum()
    # A year without exposure has neither count nor expectation, and adds nothing to either sum.
    expected = panel.exposure * pt.exp(log_rate)
    return counts + (panel.homicides * log_rate).sum() - _summed(panel, expected, shape)


def _summed(panel: MunicipalityPanel, expected: Any, shape: Any) -> Any:
    return ((panel.homicides + shape) * pt.log1p(expected / shape)).sum() + panel.homicides.sum() * pt.log(shape)
