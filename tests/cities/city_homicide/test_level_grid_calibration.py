"""Simulation-based calibration of the grid against the model on the page, by a library that knows neither's code."""

import pymc as pm
import pytest
import simuk
import xarray as xr
from scipy import stats

from citizen_security.cities.city_homicide.fitting import fit_cities
from citizen_security.cities.city_homicide.level_grid import SIMULATED
from citizen_security.cities.city_homicide.model import CityPriors
from citizen_security.cities.city_homicide.sampled_model import build_city_model
from citizen_security.cities.samples import add_exposure, group_by_country

SIMULATIONS, BINS, DRAWS = 40, 5, 479

# Under these priors no simulated city is without homicides, nor has more than a computer can draw.
PRIORS = CityPriors(overall_rate_centre=50, overall_scale=0.5, country_scale=0.5, city_scale=0.4)


def listed_cities(small_sample, homicides):
    return group_by_country(add_exposure(small_sample.cities).assign(homicides=homicides))


@pytest.fixture(scope="module")
def ranks(small_sample):
    """Rank of each simulated truth among the draws of its posterior: truths and counts are PyMC's, ranks simuk's."""

    def grid(random_seed, **_):
        model = pm.modelcontext(None)
        counts = model.rvs_to_values[model["homicides"]]
        counts = counts.get_value() if hasattr(counts, "get_value") else counts.data
        sample = listed_cities(small_sample, counts)
        fit = fit_cities(sample, PRIORS, draws=DRAWS, seed=int(random_seed), sizes=SIMULATED)
        draws = fit.posterior["posterior"].to_dataset()
        departure = (draws["log_country_rate"] - draws["overall_log_rate"]) / draws["country_deviation"]
        return xr.DataTree.from_dict({"posterior": draws.assign(country_departure=departure)})

    model = build_city_model(listed_cities(small_sample, 1), PRIORS)
    calibration = simuk.SBC(model, num_simulations=SIMULATIONS, seed=3, progress_bar=False)
    with pytest.MonkeyPatch.context() as patch:
        # simuk fits with PyMC's sampler, which would compile each simulated table anew.
        patch.setattr(pm, "sample", grid)
        calibration.run_simulations()
    return calibration.simulations["prior_sbc"].to_dataset()


@pytest.mark.slow
def test_true_values_stand_anywhere_among_the_draws_of_the_grid(ranks):
    for name in ("overall_log_rate", "country_deviation", "city_deviation", "country_departure", "log_city_rate"):
        # Of the countries and cities one: the others' ranks depend on its.
        found = ranks[name].to_numpy().reshape(SIMULATIONS, -1)[:, 0]
        observed = [int(((found * BINS) // (DRAWS + 1) == number).sum()) for number in range(BINS)]
        assert sum(observed) == SIMULATIONS
        # Of five chi-square tests one in a thousand fails by chance at this level.
        assert stats.chisquare(observed).pvalue > 0.0002, (name, observed)
