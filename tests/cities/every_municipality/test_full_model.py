"""The fuller model with every place in it: its density is the negative binomial's."""

import numpy as np
import pytest
from scipy import stats

from citizen_security.cities.every_municipality.full_model import build_full_model, centring_weights
from citizen_security.cities.every_municipality.model import MunicipalityPriors
from citizen_security.cities.every_municipality.simulation import (
    SimulatedCountry,
    centred_time,
    simulate_municipalities,
)
from citizen_security.cities.every_municipality.table import build_panel

PRIORS = MunicipalityPriors()
COUNTRY = SimulatedCountry(places=200, groups=8, years=8, extra_variation=0.3, trend_deviation=0.5, seed=7)


@pytest.fixture(scope="module")
def simulated():
    table, truth = simulate_municipalities(COUNTRY)
    return build_panel(table.drop(index=[5])), truth


def test_the_density_is_the_negative_binomials(simulated):
    """Differences between two points, against scipy's distribution for every place and year."""
    panel = simulated[0].of_places(np.arange(0, 200, 7))
    model = build_full_model(panel, PRIORS)
    generator = np.random.default_rng(2)
    start = model.initial_point()
    moved = {name: value + 0.2 * generator.standard_normal(np.shape(value)) for name, value in start.items()}
    names = ["log_group_rate", "place_deviation", "trend_deviation", "extra_variation", "year_effect"]
    names += ["log_place_rate_written", "place_trend_written"]
    values = model.replace_rvs_by_values([*model.potentials, *(model[name] for name in names)])
    compute = model.compile_fn(values, inputs=model.value_vars, mode="FAST_COMPILE", on_unused_input="ignore")
    (first, *at_first), (second, *at_second) = compute(start), compute(moved)
    by_hand = [numerical_density(panel, dict(zip(names, at, strict=True))) for at in (at_first, at_second)]
    assert float(second - first) == pytest.approx(by_hand[1] - by_hand[0], abs=1e-6)


def numerical_density(panel, values):
    level_weight, trend_weight = centring_weights(panel)
    group = values["log_group_rate"][panel.group_index]
    level = group + values["place_deviation"] ** (1 - level_weight) * (
        values["log_place_rate_written"] - level_weight * group
    )
    trend = values["trend_deviation"] ** (1 - trend_weight) * values["place_trend_written"]
    log_rate = level[:, None] + trend[:, None] * centred_time(len(panel.years)) + values["year_effect"]
    expected = (panel.exposure * np.exp(log_rate))[panel.exposure > 0]
    shape = values["extra_variation"] ** -2
    return stats.nbinom.logpmf(panel.homicides[panel.exposure > 0], shape, shape / (shape + expected)).sum()


def test_large_places_are_centred_and_small_ones_are_not(simulated):
    panel, _ = simulated
    level, trend = centring_weights(panel)
    order = np.argsort(panel.place_exposure)
    assert (np.diff(level[order][::20]) > 0).all()
    assert (trend < level).all()
    assert ((level > 0) & (level < 1)).all()
